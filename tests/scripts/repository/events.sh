#!/usr/bin/env bash
# docs/events.md is the interface for programs: it has every event, every field, every type, as the code and as what is printed have them.
set -uo pipefail
source "$(dirname "$0")/../own_lock_place.bash"
procrun=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work" /var/tmp/procrun-{lock,last,newest}.events-$$' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1
mkdir "$work/printed"

# Runs that fail, are undone, gone on with, answered and passed over; and what is printed beside runs.
cat >"$work/site.proc" <<P
site "events"
host a1 { address "127.0.0.1"  via local }
lock a1 as "events-$$"
P
cat >"$work/many.proc" <<P
param n: int = 1
keep k = shell.succeeds("true") on a1
let answer = ask int "How many?"
step "One" {
  mark "service down"
  on a1 {
    shell.action("true")
      undo shell.action("true")
      leave "until the end"
    if shell.succeeds("true") { note "\${answer}" }
  }
  commit "done"
}
step "Two" retry 1 times every 100ms {
  confirm "Go on?"  within 5m
  require n == 1
  on a1 { shell.action("true")  undo shell.action("true") }
  on a1 { shell.action("false")  else { go_on "never mind" } }
  wait_until shell.succeeds("test -e $work/go") on a1  within 300ms  every 100ms
}
P
mkdir "$work/simulated"
cat >"$work/simulated/signed.proc" <<'P'
host s1 { address "10.0.0.1"  os linux }
host s2 { address "10.0.0.2"  os linux }
cluster storage { kind pacemaker  nodes s1, s2  resource "g_store"  drbd "r0" }
lock s1, s2
step "The data of s2 are thrown away" { on s2 { drbd.invalidate("r0") } }
step "s2 is switched off" { on s2 { machine.shutdown() } }
P
cat >"$work/simulated/gaps.proc" <<'P'
host g1 { address "10.0.0.1" }
reply "vendor-name" on g1 = "first"
require shell.query("vendor-name") on g1 == "first"
on g1 { shell.action("vendor-failover") }
P
printf '"How many?" = 3\n"Go on?" = yes\noutcome shell.action* = done\n' >"$work/answers"
many() { # NAME COMMAND ARGUMENT…
    local name=$1
    shift
    "$procrun" "$@" --answers "$work/answers" --json >"$work/printed/$name.events" 2>"$work/err" </dev/null
}
many fails run "$work/many.proc"
many undone run "$work/many.proc" --on-failure undo
touch "$work/go"
many resumed resume 1
many passed resume 2 --from Two
for run in 1 2; do
    "$procrun" history "$run" --json >"$work/printed/history-$run.events"
    "$procrun" report "$run" --json >"$work/printed/$run.report"
done
"$procrun" history --json >"$work/printed/run"
"$procrun" lock status "$work/site.proc" --json >"$work/printed/lock"
"$procrun" plan "$work/many.proc" --json >"$work/printed/many.plan"
"$procrun" rehearse "$work/simulated/signed.proc" --json >"$work/printed/signed.events"
"$procrun" rehearse "$work/simulated/gaps.proc" --json >"$work/printed/gaps.events"
"$procrun" rehearse procedures/jtel/failback.proc --speed 0 --json >"$work/printed/failback.events"
"$procrun" rehearse procedures/jtel/failover.proc --speed 0 --scene 'stuck session' --json >"$work/printed/failover.events"
"$procrun" plan --rehearse procedures/jtel/failover.proc --json >"$work/printed/failover.plan"
python3 -B "$here/events.py" "$work/printed"
