#!/usr/bin/env bash
# Which room may include which, and where each third party lives. The rule is in docs/design.md; this keeps it true.
set -euo pipefail
status=0

complain() {
    printf '%s\n' "$1" >&2
    status=1
}

# room: what its files may include from the project
declare -A may=(
    [lang]='lang/'
    [runtime]='lang/|runtime/'
    [stdlib]='lang/model/(signature|site|value|type)\.hpp|runtime/(module|command)\.hpp|stdlib/'
    [rehearsal]='lang/|runtime/|rehearsal/'
    [cli]='lang/|runtime/|stdlib/|rehearsal/|cli/'
)
for room in "${!may[@]}"; do
    bad=$(grep -rnE '^#include "' "$room" --include='*.?pp' | grep -vE "#include \"(${may[$room]})" || true)
    [[ -z $bad ]] || complain "$room/ may include ${may[$room]} only:"$'\n'"$bad"
done

# third party: the files that may know it
only() {  # INCLUDE-PATTERN FILE-PATTERN
    local bad
    bad=$(grep -rlE "#include <$1" lang runtime stdlib rehearsal cli --include='*.?pp' | grep -vE "$2" || true)
    [[ -z $bad ]] || complain "<$1…> belongs to $2, but it is in:"$'\n'"$bad"
}
only 'tao/' '^lang/syntax/'
only 'libssh/' '^runtime/connection/ssh/'
only 'curl/' '^runtime/connection/net/http\.cpp$'
only 'boost/' '^runtime/connection/local\.cpp$'
only 'sqlite3' '^runtime/journal/'
only 'CLI/' '^cli/main\.cpp$'
only 'histedit|editline/' '^cli/operator/line_editor'
only 'pugixml' '^stdlib/'

# A file has one idea.
while read -r lines file; do
    ((lines <= 500)) || complain "$file has $lines lines: does it have two ideas?"
done < <(git ls-files '*.cpp' '*.hpp' | xargs wc -l | grep -v ' total$')

# No promise of later work.
bad=$(git grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -- '*.cpp' '*.hpp' '*.proc' '*.md' || true)
[[ -z $bad ]] || complain "promised for later:"$'\n'"$bad"
exit "$status"
