#!/usr/bin/env bash
# What a resume does not believe any more: a text that was changed, values in it, and what another run may have undone.
# Usage: tests/scripts/cli/resume.sh PROCRUN
set -uo pipefail
procrun=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state
unset SUDO_USER
source "$(dirname "$0")/expect.bash"
cd "$work" || exit 1

# The value of a parameter, and the body of a define, are a part of what was done.
write() {  # write DEFAULT BODY
    cat >"$work/mark.proc" <<P
site "marks"
host me { address "127.0.0.1"  via local }
param target: text = "$1"
define action put(name: text) { shell.action("echo \${name} >>$2") }
step "First" { on me { put(target) } }
step "Second" { require shell.succeeds("test -e $work/ready") on me }
step "Third" { on me { put("third") } }
P
}
write one "$work/marks"
expect 1 'procrun resume 1' "$procrun" mark.proc
write two "$work/marks"
expect 3 'since then, parameter target was "one", and is "two"' "$procrun" resume 1
grep -qF 'step 1 "First"' "$work/out" || { echo 'FAILED: the changed step is not named'; cat "$work/out"; ((++failures)); }
expect 3 'run 1 is not resumed' "$procrun" resume 1  # it was not begun: what was compared is still what it ran
write one "$work/other"
expect 3 'step 1 "First"' "$procrun" resume 1
[[ $(cat "$work/marks") == one ]] || { echo 'FAILED: a refused resume has done something'; ((++failures)); }
write one "$work/marks"
touch "$work/ready"
expect 0 'First: done before' "$procrun" resume 1
[[ $(tr '\n' ' ' <"$work/marks") == 'one third ' ]] || { echo "FAILED: marks are $(cat "$work/marks")"; ((++failures)); }

# Another run on the site may have undone it: a script is asked about, and nobody is there.
rm "$work/ready" "$work/marks"
expect 1 'procrun resume 2' "$procrun" mark.proc
printf 'host me { address "127.0.0.1"  via local }\nsite "marks"\non me { shell.action("rm -f %s") }\n' "$work/marks" >"$work/clean.proc"
expect 0 'completed' "$procrun" clean.proc
touch "$work/ready"
expect 6 'run 3 (clean) has acted on this site' "$procrun" resume 2
[[ ! -e $work/marks ]] || { echo 'FAILED: a script was done again unasked'; ((++failures)); }
expect 6 'run 3 (clean) has acted on this site' "$procrun" resume 2

# What is taken of a run that kept something is told.
printf 'site "marks"\nhost me { address "127.0.0.1"  via local }\nkeep word = shell.query("echo before") on me\n%s\n' \
    "require shell.succeeds(\"test -e $work/ready\") on me" >"$work/keeper.proc"
printf 'site "marks"\nhost me { address "127.0.0.1"  via local }\nnote "it was ${kept.keeper.word}"\n' >"$work/reader.proc"
expect 0 'completed' "$procrun" keeper.proc
rm "$work/ready"
sed -i 's/echo before/echo after/' "$work/keeper.proc"
expect 1 'failed' "$procrun" keeper.proc
expect 0 'kept.keeper.word is what run 4, which was completed at ' "$procrun" reader.proc
grep -qF 'it was before' "$work/out" || { echo 'FAILED: what a failed run kept is taken'; cat "$work/out"; ((++failures)); }

((failures == 0)) && echo 'all as expected'
exit $((failures > 0))
