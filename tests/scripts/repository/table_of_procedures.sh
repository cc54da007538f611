#!/usr/bin/env bash
# The table of docs/procedures/README.md: every command completes, every page is what `procrun show` prints (ACCEPT=1 rewrites it), and no
# procedure is left out.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1

# row NUMBER PAGE ARGUMENT…: one line of the table; what is wrong goes to $work/NUMBER.wrong
row() {
    local number=$1 page=$2
    shift 2
    "$procrun" rehearse "$@" --speed 0 --quiet --journal "$work/$number.db" >"$work/$number.out" 2>&1 ||
        { echo "FAILED: procrun rehearse $*"; cat "$work/$number.out"; }
    "$procrun" show "$@" >"$work/$number.md" 2>"$work/$number.err" || { echo "FAILED: procrun show $*"; cat "$work/$number.err"; }
    if [[ -n ${ACCEPT:-} ]]; then
        mkdir -p "$(dirname "$page")"
        cp "$work/$number.md" "$page"
    fi
    diff -u "$page" "$work/$number.md" >"$work/$number.diff" 2>&1 || { echo "FAILED: $page is old: ./dev procedures rewrites it"; head -40 "$work/$number.diff"; }
} >"$work/$1.wrong" 2>&1

number=0 rows=()
while IFS=$'\t' read -r page arguments; do
    ((++number))
    rows+=("$page $arguments")
    while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n; done
    read -ra words <<<"$arguments"
    row "$number" "$page" "${words[@]}" &
done < <(sed -nE 's/^\| \[[^]]*\]\(([^)]*)\) .*`procrun rehearse ([^`]*)` \|$/docs\/procedures\/\1\t\2/p' docs/procedures/README.md)
wait

status=0
((number > 0)) || { echo 'FAILED: no line of the table was found'; status=1; }
cat "$work"/*.wrong
[[ -z $(cat "$work"/*.wrong) ]] || status=1
all=$(printf '%s\n' "${rows[@]}")
while read -r page; do
    grep -q "^$page " <<<"$all" || { echo "FAILED: $page is in no line of the table"; status=1; }
done < <(find docs/procedures -mindepth 2 -name '*.md')
while read -r procedure; do
    grep -q " $procedure" <<<"$all" || { echo "FAILED: $procedure is in no line of the table"; status=1; }
done < <(grep -rl '^step "' procedures)
echo "$number lines of the table"
exit "$status"
