#!/usr/bin/env bash
# What is known of a system stands in its folders in stdlib/ and rehearsal/: no file of lang/, runtime/ or cli/ names one, nor a tool of
# one. Comments and examples between backquotes may: they show a reader what is meant.
set -euo pipefail
status=0

# The systems are the folders themselves; these are none.
general=' core file http list log machine net replies serve shell support text time windows '
names=(pacemaker crm_mon cibadmin corosync drbdadm drbdsetup systemctl mariadb docker keepalived)
for folder in stdlib/*/ rehearsal/*/; do
    name=$(basename "$folder")
    [[ $general == *" $name "* ]] || names+=("$name")
done

# allowed FILE REASON: every one of them must still be needed.
declare -A allowed
allowed() { allowed[$1]=$2; }
allowed lang/codes/flow.cpp 'programs that a code is explained with'
allowed lang/codes/names.cpp 'programs that a code is explained with'
allowed lang/codes/site.cpp 'programs that a code is explained with'
allowed lang/codes/syntax.cpp 'programs that a code is explained with'
allowed lang/codes/types.cpp 'programs that a code is explained with'
allowed lang/check/resolve/scripts.cpp 'messages show how a command is written, with programs that people write there'
allowed lang/check/resolve/types.cpp 'a message gives an example of a type'
allowed lang/text/elsewhere.cpp 'words of other tools, for who types them here'
allowed cli/operator/prompt.cpp 'the help of the prompt has example lines'

pattern=$(IFS='|'; printf '%s' "${names[*]}")
while read -r file; do
    named=$(sed -E -e 's#(^|[^:])//.*#\1#' -e 's/`[^`]*`//g' "$file" | grep -nwiE "$pattern" || true)
    if [[ -n $named && -z ${allowed[$file]:-} ]]; then
        printf '%s names a system; what is known of it belongs into stdlib/ or rehearsal/ (CONTRIBUTING.md, "Add a system"):\n%s\n' "$file" "$named" >&2
        status=1
    elif [[ -z $named && -n ${allowed[$file]:-} ]]; then
        printf '%s names no system any more: take it out of the list in system_names.sh\n' "$file" >&2
        status=1
    fi
done < <(git ls-files -- 'lang/*.?pp' 'runtime/*.?pp' 'cli/*.?pp')

# Whatever the lists above say, the rule finds what it is for.
probe=$(printf '%s\n' 'if (tool == "drbdadm") return;  // drbd' 'note("`pcs.move`"); // pcs' | sed -E -e 's#(^|[^:])//.*#\1#' -e 's/`[^`]*`//g')
[[ $(grep -cwiE "$pattern" <<<"$probe") == 1 ]] || {
    printf 'the rule of system_names.sh does not tell a name from an example\n' >&2
    status=1
}
exit "$status"
