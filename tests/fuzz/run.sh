#!/usr/bin/env bash
# tests/fuzz/run.sh SECONDS: feeds the parser with random bytes, beginning with the programs of the tests. Needs clang++.
# What it finds stays in build/fuzz; a program that broke something becomes a test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${1:-60}
room=build/fuzz
mkdir -p "$room/corpus"
find tests examples procedures -name '*.proc' -o -name '*.chunks' 2>/dev/null | while read -r file; do
    cp "$file" "$room/corpus/$(tr / _ <<<"$file")"
done

flags=(-std=c++20 -O1 -g1 -I. -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)
clang++ "${flags[@]}" tests/fuzz/parse.cpp tests/support/parse_invariants.cpp lang/parse*.cpp lang/{source,value,type,site,diagnostic,render,utf8,spell,dump}.cpp \
    -lfmt -o "$room/parse"

"$room/parse" -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=2048 -dict=tests/fuzz/proc.dict -artifact_prefix="$room/" "$room/corpus"
