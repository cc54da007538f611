#!/usr/bin/env bash
# tests/fuzz/run.sh SECONDS: two thirds of the time feed parser and formatter, then the check, with random bytes, beginning with the programs of the
# tests (libFuzzer: needs clang++); the last third feeds every reader of output with damaged recordings (the tests "any bytes" of build/test/test_stdlib, for longer).
# What it finds stays in build/fuzz; a text that broke something becomes a test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=$((${1:-60} / 3 + 1))
room=build/fuzz
mkdir -p "$room/corpus"
find tests examples procedures -name '*.proc' -o -name '*.chunks' 2>/dev/null | while read -r file; do
    cp "$file" "$room/corpus/$(tr / _ <<<"$file")"
done

flags=(-std=c++20 -O1 -g1 -I. -fsanitize=address,undefined -fno-sanitize-recover=all)
mkdir -p "$room/objects"
printf '%s\n' $(find lang -name "*.cpp") tests/support/mutation/{parse,format}_invariants.cpp tests/lang/analysis/{catalog,check_invariants}.cpp |
    xargs -P "$(nproc)" -I '{}' sh -c 'object=$1/$(echo "$2" | tr / _).o; shift 2; exec clang++ "$@" -o "$object"' \
        sh "$room/objects" '{}' "${flags[@]}" -fsanitize=fuzzer-no-link -c '{}'

for target in parse check; do
    clang++ "${flags[@]}" -fsanitize=fuzzer "tests/fuzz/$target.cpp" "$room"/objects/*.o -lfmt -o "$room/$target"
    "$room/$target" -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=2048 -dict=tests/fuzz/proc.dict -artifact_prefix="$room/" "$room/corpus"
done

# Every test of them runs some readers one after the other; each gets its share.
readers=$(grep -ho 'with_damage(\|survives_damage(' tests/stdlib/*.cpp | wc -l)
share=$((seconds / readers + 1))
echo "readers: $readers targets, $share seconds each"
PROCRUN_FUZZ_SECONDS=$share build/test/test_stdlib -tc='*any bytes*' || { echo "what broke a reader: $room/last-input" >&2; exit 1; }
