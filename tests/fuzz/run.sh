#!/usr/bin/env bash
# tests/fuzz/run.sh SECONDS: half of the time feeds parser and formatter with random bytes, beginning with the programs of the tests (libFuzzer: needs
# clang++); the other half feeds every reader of output with damaged recordings (the tests "any bytes" of build/test/test_stdlib, for longer).
# What it finds stays in build/fuzz; a text that broke something becomes a test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=$((${1:-60} / 2 + 1))
room=build/fuzz
mkdir -p "$room/corpus"
find tests examples procedures -name '*.proc' -o -name '*.chunks' 2>/dev/null | while read -r file; do
    cp "$file" "$room/corpus/$(tr / _ <<<"$file")"
done

flags=(-std=c++20 -O1 -g1 -I. -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)
clang++ "${flags[@]}" tests/fuzz/parse.cpp tests/support/{parse,format}_invariants.cpp lang/parse*.cpp lang/format.cpp lang/format/*.cpp \
    lang/{source,value,type,site,diagnostic,render,utf8,spell,dump}.cpp -lfmt -o "$room/parse"

"$room/parse" -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=2048 -dict=tests/fuzz/proc.dict -artifact_prefix="$room/" "$room/corpus"

# Every test of them runs some readers one after the other; each gets its share.
readers=$(grep -ho 'with_damage(\|survives_damage(' tests/stdlib/*.cpp | wc -l)
share=$((seconds / readers + 1))
echo "readers: $readers targets, $share seconds each"
PROCRUN_FUZZ_SECONDS=$share build/test/test_stdlib -tc='*any bytes*' || { echo "what broke a reader: $room/last-input" >&2; exit 1; }
