#!/usr/bin/env bash
# A watch on this machine: fires once, also after a restart, until it is armed again; and refuses to begin what it could not end.
set -uo pipefail
source "$(dirname "$0")/../own_lock_place.bash"
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

# What could not be begun has not spent its shot: it stays armed, counts anew, and fires once all is there again.
rm -f "$work/mark" "$work/over"
good='step "Over" { on me { shell.action("echo over >>'$work'/over") } }'
not_begun() { # WHAT CODE: from the start with a good procedure, then WHAT is called before the condition fails
    "$procrun" watch --rearm "$work/watch.proc" >/dev/null
    touch "$work/mark"
    echo "$good" >"$work/failover.proc"
    start
    says 'holds'
    "$1"
    rm "$work/mark"
    says "failover.proc ended with exit code $2 before anything was changed; it stays armed, and counts anew"
    [[ ! -e $work/over ]] || fail "$1: it has acted"
    rm -f "$work/log.before" && cp "$work/log" "$work/log.before"
    echo "$good" >"$work/failover.proc"
    says 'failover.proc ended with exit code 0. It is not run again until'
    [[ $(overs) == 1 ]] || fail "$1: it was run $(overs) times"
    (($(grep -c 'FAILURE 1 of 2' "$work/log") >= 2)) || fail "$1: it has not counted anew: $(cat "$work/log")"
    kill -TERM "$watcher"
    wait "$watcher"
    watcher=
    rm -f "$work/over"
}
edited() { echo 'step "Over" { on me { shell.actoin("true") } }' >"$work/failover.proc"; }
gone() { rm "$work/failover.proc"; }
says_no() { printf 'require shell.succeeds("false") on me\n%s\n' "$good" >"$work/failover.proc"; }
unreachable() { printf 'require shell.succeeds("true") on beyond\n%s\n' "$good" >"$work/failover.proc"; }
asks() { printf 'confirm "may it be?"\n%s\n' "$good" >"$work/failover.proc"; }
cat >"$work/site.proc" <<'P'
site "watched here"
host me { via local }
host beyond { address "127.0.0.1"  port 1  os linux }
P
not_begun edited 3
not_begun gone 2
not_begun says_no 1
not_begun unreachable 1
not_begun asks 3

# One that has acted and failed has spent it.
"$procrun" watch --rearm "$work/watch.proc" >/dev/null
cat >"$work/failover.proc" <<P
step "Over" {
  on me {
    shell.action("echo over >>$work/over")
    shell.action("exit 1")
  }
}
P
start
says 'failover.proc ended with exit code 1. It is not run again until'
kill -TERM "$watcher"
wait "$watcher"
watcher=
[[ $(overs) == 1 ]] || fail "failed under way, it was run $(overs) times"

# A site that is locked: the shot is kept, and the condition counted anew.
cat >>"$work/site.proc" <<P
lock me as "watch-$$"
P
trap '[[ -z $watcher ]] || kill -9 "$watcher" 2>/dev/null; rm -rf "$work" /var/tmp/procrun-{lock,last,newest}.watch-$$ "/var/tmp/procrun-watch.watch-$$"-*' EXIT
mark_is_left() { compgen -G "/var/tmp/procrun-watch.watch-$$-*" >/dev/null || compgen -G "/var/lib/procrun/procrun-watch.watch-$$-*" >/dev/null; }
cat >"$work/holds.proc" <<P
step "Hold" {
  on me { shell.action("touch $work/held") }
  wait_until shell.succeeds("test -e $work/go") on me  within 10m  every 100ms
}
P
is_locked() {
    rm -f "$work/held" "$work/go"
    "$procrun" "$work/holds.proc" >/dev/null 2>&1 </dev/null &
    holder=$!
    until [[ -e $work/held ]]; do read -rt 0.05 <> <(:) || true; done
}
rm -f "$work/over"
"$procrun" watch --rearm "$work/watch.proc" >/dev/null
echo "$good" >"$work/failover.proc"
touch "$work/mark"
start
says 'holds'
is_locked
rm "$work/mark"
says 'failover.proc ended with exit code 7 before anything was changed; it stays armed, and counts anew'
touch "$work/go"
wait "$holder"
says 'failover.proc ended with exit code 0. It is not run again until'
[[ $(overs) == 1 ]] || fail "locked at first, it was run $(overs) times"
mark_is_left || fail 'that it has fired is not known on the lock host'
kill -TERM "$watcher"
wait "$watcher"
expect 0 'is armed again' "$procrun" watch --rearm "$work/watch.proc"
mark_is_left && fail 'armed again, its mark is still there'

# Of two that watch one acts, with one journal and with two, as on two machines, though the condition stays false.
for second in same own; do
    rm -f "$work/over" "$work/mark"
    "$procrun" watch --rearm "$work/watch.proc" >/dev/null
    echo "step \"Over\" { on me { shell.action(\"echo over >>$work/over; sleep 3\") } }" >"$work/failover.proc"
    other=$XDG_STATE_HOME
    [[ $second == same ]] || other=$work/other-state
    start
    XDG_STATE_HOME=$other "$procrun" watch "$work/watch.proc" >"$work/log2" 2>&1 </dev/null &
    twin=$!
    end=$((SECONDS + 120))
    until grep -qsF 'ended with exit code 0. It is not run again' "$work/log" "$work/log2"; do
        ((SECONDS < end)) || { fail "two watches, $second journal: none has fired: $(cat "$work/log" "$work/log2")"; break; }
        read -rt 0.05 <> <(:) || true
    done
    # The other one looks on, and has come to its limit again.
    [[ $second == same ]] || until (($(cat "$work/log" "$work/log2" | grep -c 'another machine has fired it') >= 2)); do
        ((SECONDS < end)) || { fail "own journals: the other has not seen it: $(cat "$work/log" "$work/log2")"; break; }
        read -rt 0.05 <> <(:) || true
    done
    kill -TERM "$watcher" "$twin"
    wait "$watcher" "$twin"
    watcher=
    [[ $(overs) == 1 ]] || fail "two watches, $second journal: it was run $(overs) times: $(cat "$work/log" "$work/log2")"
done
"$procrun" watch --rearm "$work/watch.proc" >/dev/null

# The unit is what docs/watch.md shows.
while IFS= read -r line; do
    [[ -z $line || $line == '# procrun-watch@'* ]] || grep -qF -- "$line" docs/watch.md || fail "docs/watch.md lacks the unit's line: $line"
done <examples/systemd/procrun-watch@.service

exit $((failures > 0))
