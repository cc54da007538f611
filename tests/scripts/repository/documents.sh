#!/usr/bin/env bash
# Every example of the README, of docs/language.md and of docs/extending.md checks: blocks tagged `proc` are whole procedures.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0 blocks=0
for document in README.md docs/language.md docs/extending.md; do
    awk -v out="$work/$(basename "$document")" '
        /^```proc[ \t]*$/ { n++; file = out "." n ".proc"; printf "" > file; inside = 1; next }
        /^```/ { inside = 0 }
        inside { print > file }' "$document"
done
for block in "$work"/*.proc; do
    ((++blocks))
    "$procrun" check "$block" >"$work/out" 2>&1 && continue
    grep -q 'error\[' "$work/out" || continue
    cat "$work/out"
    ((++failures))
done
((blocks > 0)) || { echo 'no block was found'; exit 1; }
echo "$blocks blocks, $failures do not check"
exit $((failures > 0))
