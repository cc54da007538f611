#!/usr/bin/env bash
# The REPL at a terminal: Ctrl-C drops what is typed, a question is for who sits there, and the journal has the session with its end.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1 TERM=xterm
mkdir -p "$HOME"
failures=0
fail() { echo "FAILED: $*"; ((++failures)); }
cat >"$work/site.proc" <<'P'
site "typed at"
connect linux { via simulated }
host machine1 { address "10.1.1.1" }
P

mkfifo "$work/keys"
script -qfec "'$procrun' repl --site '$work/site.proc'; echo \"it ended with \$?\"" /dev/null <"$work/keys" >"$work/screen" 2>&1 &
terminal=$!
exec 3>"$work/keys"
# Types, and waits until the screen ends like this, at most two minutes; the terminal itself ends the waiting where it ends.
type_until() { # ENDING KEYS
    local end=$((SECONDS + 120))
    printf '%b' "$2" >&3
    until [[ $(sed 's/\x1b\[[?0-9;]*[a-zA-Z]//g' "$work/screen" | tr -d '\r') == *"$1" ]]; do
        kill -0 "$terminal" 2>/dev/null || { fail "the REPL has ended without «$1»: $(cat -v "$work/screen")"; return; }
        ((SECONDS < end)) || { fail "the REPL does not show «$1»: $(cat -v "$work/screen")"; return; }
        read -rt 0.05 <> <(:) || true
    done
}
type_until 'procrun> ' ''
type_until '     ... ' '(1 +\n'
type_until $'^C\nprocrun> ' '2 +\x03'
type_until 'a number: ' 'let n = ask int "How many?"\n'
type_until $'7 ('"$(id -un)"$')\nprocrun> ' '7\n'
type_until $'42\nprocrun> ' 'n * 6\n'
type_until $'^C\nprocrun> ' 'on machine1 { note "x\x03'
printf '\x04' >&3
exec 3>&-
wait "$terminal"
grep -qF 'it ended with 0' "$work/screen" || fail "Ctrl-D: $(cat -v "$work/screen")"

"$procrun" history --rehearsals >"$work/out"
grep -qE 'completed +session +typed at, ' "$work/out" || fail "the history: $(cat "$work/out")"
"$procrun" history 1 >"$work/out"
grep -q '7 (' "$work/out" || fail "the answer is not in the journal: $(cat "$work/out")"

exit $failures
