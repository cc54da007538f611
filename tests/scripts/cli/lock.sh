#!/usr/bin/env bash
# One run at a time, as two operators meet it: the second is refused, a killed one leaves its lock, resume and release.
set -uo pipefail
source "$(dirname "$0")/../own_lock_place.bash"
procrun=$1
work=$(mktemp -d)
site="lock test $$"
trap 'rm -rf "$work" /var/tmp/procrun-{lock,last,newest}.test-$$' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1
source "$(dirname "$0")/expect.bash"

cat >"$work/site.proc" <<P
site "$site"
host a1 { address "127.0.0.1"  via local }
lock a1 as "test-$$"
P
cat >"$work/slow.proc" <<P
step "Begin" { on a1 { shell.action("touch $work/begun") } }
step "Wait" { wait_until shell.succeeds("test -e $work/go") on a1  within 10m  every 100ms }
step "End" { on a1 { shell.action("touch $work/done") } }
P
printf 'step "Look" { require shell.succeeds("true") on a1 }\n' >"$work/looks.proc"
printf 'host a1 { address "127.0.0.1"  via local }\nnote "none"\n' >"$work/bare.proc"
printf 'lock* = %s\n' "$(id -un)" >"$work/yes"
printf 'lock* = somebody else\n' >"$work/no"
unset SUDO_USER

begin() {
    rm -f "$work/begun" "$work/go" "$work/done" "$work/first"
    "${1:-$procrun}" "$work/slow.proc" --message "change 4711" --on-failure keep >"$work/first" 2>&1 </dev/null &
    runner=$!
    local end=$((SECONDS + 120))
    until grep -qs 'Step 2' "$work/first"; do  # the first one is done, and in the journal
        kill -0 "$runner" && ((SECONDS < end)) || { cat "$work/first"; exit 1; }
        read -rt 0.05 <> <(:) || true
    done
}

expect 0 "a1: free" "$procrun" lock status "$work/site.proc"

# Whatever the program is called there.
ln -s "$(realpath "$procrun")" "$work/another-name"
begin "$work/another-name"
expect 7 "the site is locked: $(id -un) on $(hostname) runs slow, run 1" "$procrun" "$work/slow.proc"
expect 7 '("change 4711")' "$procrun" lock status "$work/site.proc"
expect 7 '"procedure":"slow, run 1"' "$procrun" lock status "$work/site.proc" --json
expect 0 "completed" "$procrun" "$work/looks.proc"
expect 0 "" "$procrun" check "$work/slow.proc"
expect 2 "still running" "$procrun" resume 1
expect 2 "still running" "$procrun" undo 1
touch "$work/go"
wait "$runner" || { printf 'FAILED: the first run ends with %s\n' "$?"; cat "$work/first"; ((++failures)); }
[[ -e $work/done ]] || { printf 'FAILED: the first run has not done its work\n'; ((++failures)); }
expect 0 "a1: free" "$procrun" lock status "$work/site.proc"

begin
kill -9 "$runner"
wait "$runner" 2>/dev/null
expect 7 "procrun lock release" "$procrun" "$work/slow.proc"
touch "$work/go"
expect 0 "this run's own lock was still on a1" "$procrun" resume "$("$procrun" history | awk '/no end was written/ { print $1; exit }')"
expect 0 "a1: free" "$procrun" lock status "$work/site.proc"

begin
kill -9 "$runner"
wait "$runner" 2>/dev/null
expect 5 "not released" "$procrun" lock release "$work/site.proc"
expect 5 "not released" "$procrun" lock release "$work/site.proc" --answers "$work/no"
expect 7 "locked" "$procrun" lock status "$work/site.proc"
expect 0 "a1: released" "$procrun" lock release "$work/site.proc" --answers "$work/yes"
expect 0 "a1: free" "$procrun" lock status "$work/site.proc"
expect 0 "a1: free" "$procrun" lock release "$work/site.proc"
expect 0 "lock release" "$procrun" history
expect 2 "is not kept there" "$procrun" "$work/slow.proc" --lock-without a2
expect 2 "has no \`lock\`" "$procrun" lock status "$work/bare.proc"
touch "$work/go"
expect 0 "completed" "$procrun" "$work/slow.proc"

((failures == 0))
