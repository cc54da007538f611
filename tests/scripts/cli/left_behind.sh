#!/usr/bin/env bash
# What a run has left on the real readers' word: what nobody announced stands out, what was announced does not.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1
mkdir -p "$HOME"
failures=0
fail() { echo "FAILED: $*"; ((++failures)); }
cat >"$work/site.proc" <<'EOF'
site "two stores"
host store1 { os linux  via simulated }
host store2 { os linux  via simulated }
cluster storage { kind pacemaker  nodes store1, store2  resource "grp"  ip "10.1.9.80"  drbd "r0" }
EOF
rehearse() { "$procrun" rehearse "$work/$1.proc" >"$work/out" 2>&1 || fail "$1: $(cat "$work/out")"; }
says() { grep -qF -- "$1" "$work/out" || fail "no «$1» in: $(cat "$work/out")"; }

echo 'step "Away" { on store1 { pcs.standby(store2)  within 5m } }' >"$work/forgotten.proc"
rehearse forgotten
says 'LEFT CHANGED, and not declared with `leave`:'
says '  - store2 is in standby'

echo 'step "Away" { on store1 { pcs.standby(store2)  within 5m  leave "until the disk is replaced" } }' >"$work/announced.proc"
rehearse announced
says '  - store2 is in standby: until the disk is replaced'
grep -q 'LEFT CHANGED' "$work/out" && fail "what was announced stands out: $(cat "$work/out")"

exit $((failures > 0))
