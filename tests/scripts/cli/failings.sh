#!/usr/bin/env bash
# A condition that lists what is wrong tells every item, where it was read, and the operator's own words.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1
mkdir -p "$HOME"
cat >"$work/site.proc" <<'EOF'
site "two stores"
host store1 { os linux  via simulated }
host store2 { os linux  via simulated }
cluster storage { kind pacemaker  nodes store1, store2  resource "grp"  ip "10.1.9.80"  drbd "r0" }
EOF
cat >"$work/check.proc" <<'EOF'
step "Two things are wrong" {
  on store1 { pcs.disable("grp")  within 3m }
  require pcs.healthy() on store1
    else "the cluster is not healthy"
}
EOF
"$procrun" rehearse "$work/check.proc" >"$work/out" 2>&1 && { cat "$work/out"; echo "it should have failed"; exit 1; }
failures=0
for words in 'the cluster is not healthy' 'pcs.healthy() on store1: fencing (STONITH) is off' \
    'pcs.healthy() on store1: fs is disabled' 'pcs.healthy() on store1: vip is disabled' 'read on store1 by: crm_mon'; do
    grep -qF "$words" "$work/out" || { echo "missing: $words"; ((++failures)); }
done
((failures == 0)) || cat "$work/out"
exit $((failures > 0))
