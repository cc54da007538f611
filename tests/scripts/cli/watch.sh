#!/usr/bin/env bash
# A watch on this machine: fires once, also after a restart, until it is armed again; and refuses to begin what it could not end.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
watcher=
trap '[[ -z $watcher ]] || kill -9 "$watcher" 2>/dev/null; rm -rf "$work"' EXIT
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1
mkdir -p "$HOME"
failures=0
fail() { echo "FAILED: $*"; ((++failures)); }
expect() { # CODE WORDS COMMAND…
    local code=$1 words=$2 got
    shift 2
    "$@" >"$work/out" 2>&1 </dev/null
    got=$?
    ((got == code)) || fail "$*: exit $got, expected $code: $(cat "$work/out")"
    grep -qF -- "$words" "$work/out" || fail "$*: no «$words» in: $(cat "$work/out")"
}

cat >"$work/site.proc" <<'P'
site "watched here"
host me { via local }
P
cat >"$work/watch.proc" <<P
watch "the mark is there" every 1s {
  require shell.succeeds("test -e $work/mark") on me
  after 2 failures
  run "failover.proc"
}
P
echo "step \"Over\" { on me { shell.action(\"echo over >>$work/over\") } }" >"$work/failover.proc"

start() {
    rm -f "$work/log"
    "$procrun" watch "$work/watch.proc" >"$work/log" 2>&1 </dev/null &
    watcher=$!
}
# Until the log has these words, at most two minutes; the watch itself ends the waiting where it ends.
says() {
    local end=$((SECONDS + 120))
    until grep -qsF -- "$1" "$work/log"; do
        kill -0 "$watcher" 2>/dev/null || { fail "the watch has ended without «$1»: $(cat "$work/log")"; return; }
        ((SECONDS < end)) || { fail "the watch does not say «$1»: $(cat "$work/log")"; return; }
        read -rt 0.05 <> <(:) || true
    done
}
overs() { wc -l <"$work/over"; }

touch "$work/mark"
start
says '"the mark is there" is armed: 2 failures in a row and failover.proc is run'
says '"the mark is there": holds'
[[ ! -e $work/over ]] || fail 'it has fired while all was well'
rm "$work/mark"
says 'FAILURE 2 of 2'
says 'failover.proc ended with exit code 0. It is not run again until'
[[ $(overs) == 1 ]] || fail "it was run $(overs) times"
expect 0 'completed' "$procrun" history
kill -9 "$watcher"
wait "$watcher" 2>/dev/null

# Restarted, it knows that it has fired; armed again by another process, it looks again.
start
says '"the mark is there" has fired on'
says 'Run 1 of failover.proc was completed.'
[[ $(overs) == 1 ]] || fail 'it has fired again after a restart'
expect 0 'is armed again' "$procrun" watch --rearm "$work/watch.proc"
says 'FAILURE 2 of 2'
says 'failover.proc ended with exit code 0. It is not run again until'
[[ $(overs) == 2 ]] || fail "armed again, it was run $(overs) times in all"
kill -TERM "$watcher"
wait "$watcher"
code=$?
((code == 0)) || fail "told to end, it ends with $code"
watcher=

expect 0 'was armed already' bash -c "'$procrun' watch --rearm '$work/watch.proc' >/dev/null; '$procrun' watch --rearm '$work/watch.proc'"
expect 2 'there is no `watch` in it' "$procrun" watch "$work/failover.proc"
echo 'step "Over" { on me { shell.actoin("true") } }' >"$work/failover.proc"
expect 3 'nothing is watched' "$procrun" watch "$work/watch.proc"
echo 'step "Over" { confirm "may it be?" }' >"$work/failover.proc"
expect 3 'nothing is watched' "$procrun" watch "$work/watch.proc"
printf '%s\n' 'secret pw from environment "PROCRUN_TEST_NOT_SET"' 'step "Over" { on me { shell.action("cat", input: pw) } }' >"$work/failover.proc"
expect 3 'PROCRUN_TEST_NOT_SET is not set' "$procrun" watch "$work/watch.proc"
rm "$work/failover.proc"
expect 3 'there is no procedure' "$procrun" watch "$work/watch.proc"

# Its parameters are those of what it runs: a watch of one side must not fail over the other.
rm -f "$work/mark" "$work/over" "$work/log"
printf 'param home: int = 1\n%s\n' "$(cat "$work/watch.proc")" >"$work/sided.proc"
echo 'step "Over" { note "no sides" }' >"$work/failover.proc"
expect 3 'nothing is watched' "$procrun" watch "$work/sided.proc" home=2
echo "param home: int = 1
step \"Over\" { on me { shell.action(\"echo \${home} >>$work/over\") } }" >"$work/failover.proc"
"$procrun" watch "$work/sided.proc" home=2 >"$work/log" 2>&1 </dev/null &
watcher=$!
says 'failover.proc ended with exit code 0'
[[ $(cat "$work/over") == 2 ]] || fail "watched home=2, it ran home=$(cat "$work/over")"
kill -TERM "$watcher"
wait "$watcher"
watcher=

# The unit is what docs/watch.md shows.
while IFS= read -r line; do
    [[ -z $line || $line == '# procrun-watch@'* ]] || grep -qF -- "$line" docs/watch.md || fail "docs/watch.md lacks the unit's line: $line"
done <examples/systemd/procrun-watch@.service

exit $((failures > 0))
