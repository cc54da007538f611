#!/usr/bin/env bash
# docs/tutorial.md, literally: its files are written and its commands executed, one after the other, in one shell.
set -uo pipefail
procrun=$(realpath "$1")
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/build"
ln -s "$procrun" "$work/build/procrun"
ln -s "$root/procedures" "$work/procedures"
export HOME=$work XDG_STATE_HOME=$work/state NO_COLOR=1

# Blocks become a script. Every command must succeed; a process that is left in the background has a socket before it is used.
awk '
    /^`[^`]*`:$/ { file = $0; gsub(/[`:]/, "", file); how = ">" }
    /^At the end of `[^`]*`:$/ { file = $0; sub(/^[^`]*`/, "", file); sub(/`:$/, "", file); how = ">>" }
    /^```proc (site )?part$/ && file != "" { print "cat " how "\"" file "\" <<\"END OF FILE\""; inside = "file"; next }
    /^```console$/ { inside = "console"; next }
    /^```/ { if (inside == "file") { print "END OF FILE"; file = "" } inside = ""; next }
    inside == "file" { print }
    inside == "console" && /^\$ / {
        command = substr($0, 3)
        shown = command
        gsub(/\047/, "\047\\\047\047", shown)
        print "echo \047$ " shown "\047"
        if (command ~ /&$/) {
            socket = command
            sub(/.*--socket /, "", socket); sub(/ .*/, "", socket)
            print command
            print "until [[ -S " socket " ]]; do kill -0 %1 || exit 1; read -rt 0.05 <> <(:); done"
        } else {
            print command " || { echo \"FAILED: $?\"; kill %1; exit 1; }"
        }
    }' docs/tutorial.md >"$work/script"
commands=$(grep -c '^echo .\$ ' "$work/script")
((commands > 10)) || { echo "only $commands commands were found"; exit 1; }
(cd "$work" && bash script) >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }

failures=0
expect() { grep -qF -- "$1" "$work/out" || { echo "FAILED: nothing says: $1"; failures=1; }; }
expect 'mysite/site.proc: OK ('
expect 'mysite/failover.proc: OK (2 steps, 16 hosts'
expect 'exit status 1'
expect 'the plan ends with 10'
expect 'the storage did not get in sync'
(($(grep -c '^completed' "$work/out") == 2)) || { echo 'FAILED: both rehearsals should be completed'; failures=1; }
grep -q 'Storage to acd-store1' "$work/mysite/failback.md" || { echo 'FAILED: the runbook is missing'; failures=1; }
((failures == 0)) || cat "$work/out"
exit $failures
