#!/usr/bin/env bash
# Which room may include which, where each third party lives, and what a folder looks like. The rules are in docs/design.md; this keeps
# them true.
set -euo pipefail
status=0

complain() {
    printf '%s\n' "$1" >&2
    status=1
}

# may FOLDER INCLUDED…: what the files of a folder, those of the folders in it too, may include from the project.
may() {
    local folder=$1 bad
    shift
    [[ -d $folder ]] || complain "layering.sh speaks of $folder/, which there is not"
    bad=$(grep -rnE '^#include "' "$folder" --include='*.?pp' | grep -vE "#include \"($(IFS='|'; printf '%s' "$*"))" || true)
    [[ -z $bad ]] || complain "$folder/ may include $* only:"$'\n'"$bad"
}
may lang lang/
may lang/text lang/text/
may lang/codes lang/codes/
may lang/model lang/model/ lang/text/
may lang/syntax lang/syntax/ lang/model/ lang/text/
may lang/format lang/format/ lang/syntax/ lang/text/
may lang/program lang/program/ lang/model/ lang/text/
may lang/analysis lang/analysis/ lang/program/ lang/model/ lang/text/
may runtime lang/ runtime/
may runtime/encoding runtime/encoding/
may runtime/shell lang/model/ lang/text/ runtime/encoding/ runtime/shell/ runtime/'command\.hpp'
may runtime/connection lang/model/ lang/text/ runtime/connection/ runtime/encoding/ runtime/shell/ runtime/event/ runtime/'[a-z]+\.hpp'
may runtime/event lang/model/ lang/text/ runtime/event/ runtime/'[a-z]+\.hpp'
may stdlib 'lang/model/(operators|signature|site|value|type)\.hpp' 'runtime/(module|discovery|command)\.hpp' stdlib/
may tests/example/stdlib 'lang/model/(operators|signature|site|value|type)\.hpp' 'runtime/(module|discovery|command)\.hpp' \
    stdlib/support/ tests/example/stdlib/
may tests/example/rehearsal lang/ runtime/ rehearsal/ tests/example/rehearsal/
may rehearsal lang/ runtime/ rehearsal/
may cli lang/ runtime/ stdlib/ rehearsal/ cli/

# A system knows itself and what all may use. Another one it knows only where it is a part of it: Pacemaker moves DRBD's roles and
# systemd's units, and the logs are those of what compose runs.
declare -A made_of=([drbd]=stdlib/pcs/read/values.hpp [systemd]=stdlib/pcs/read/values.hpp [log]=stdlib/compose/)
for folder in stdlib/*/; do
    system=$(basename "$folder")
    may "stdlib/$system" lang/ runtime/ stdlib/support/ "stdlib/$system/" "${made_of[$system]:-lang/}"
done

# only INCLUDE-PATTERN FILE-PATTERN: the files that may know a third party
only() {
    local bad
    bad=$(grep -rlE "#include <($1)" lang runtime stdlib rehearsal cli --include='*.?pp' | grep -vE "$2" || true)
    [[ -z $bad ]] || complain "<$1…> belongs to $2, but it is in:"$'\n'"$bad"
}
only 'tao/' '^lang/syntax/'
only 'libssh/' '^runtime/connection/ssh/'
only 'curl/' '^runtime/connection/net/(curl|http|mail)\.[ch]pp$'
only 'boost/' '^runtime/connection/local\.cpp$'
only 'sqlite3' '^runtime/journal/'
only 'openssl/' '^runtime/journal/chain\.cpp$'
only 'CLI/' '^cli/usage/'
only 'histedit|editline/' '^cli/operator/line_editor'
only 'pugixml' '^stdlib/'

# Standard output and standard error have one way in, which knows what becomes of a stream that cannot be written.
bad=$(grep -rnE 'fmt::print|std::(cout|cerr|clog|puts|perror)|\bprintf\(|(fputs|fwrite|fprintf|fflush|putc)\(.*std(out|err)' \
    lang runtime stdlib rehearsal cli --include='*.?pp' | grep -v '^cli/terminal/output\.' || true)
[[ -z $bad ]] || complain "written past cli/terminal/output.hpp:"$'\n'"$bad"

# A file has one idea: enough of it to be a file, and no second one. What is short is a header, the script of a test, or `main`.
while read -r lines file; do
    ((lines <= 500)) || complain "$file has $lines lines: does it have two ideas?"
    ((lines >= 30)) || [[ $file != *.cpp || $file == tests/* || $file == cli/main.cpp ]] || complain "$file has $lines lines: where does it belong?"
done < <(git ls-files -- '*.cpp' '*.hpp' | xargs wc -l | grep -v ' total$')

# A folder can be taken in at a glance, and what it says is not said again by its files.
while read -r count folder; do
    ((count <= 15)) || complain "$folder/ has $count files: which of them belong together?"
done < <(git ls-files -- '*.cpp' '*.hpp' | sed -E 's#/[^/]+$##' | sort | uniq -c)
while read -r file; do
    name=$(basename "${file%.*}")
    IFS=/ read -ra folders <<<"$(dirname "$file")"
    for folder in "${folders[@]}"; do
        [[ _${name}_ != *_${folder}_* ]] || complain "$file says '$folder' twice"
    done
done < <(git ls-files -- '*.cpp' '*.hpp')

# No promise of later work.
bad=$(git grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -- '*.cpp' '*.hpp' '*.proc' '*.md' || true)
[[ -z $bad ]] || complain "promised for later:"$'\n'"$bad"
exit "$status"
