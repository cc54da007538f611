#!/usr/bin/env bash
# Rehearsing what has no model: gaps are passed over and told with the line that would mend them; with these lines, `reply`, there are none.
set -uo pipefail
procrun=$1
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1
source "$here/expect.bash"
fail() { printf 'FAILED: %s\n' "$*"; ((++failures)); }
example=$(realpath "$here/../../../examples/postgresql")
rehearse=("$procrun" rehearse --speed 0)

echo '-- the example, to its end'
expect 0 'completed after' "${rehearse[@]}" "$example/switchover.proc" primary=db1
expect 0 'told by replies of the site file, and by no model:' "${rehearse[@]}" "$example/switchover.proc" primary=db1
expect 0 '`ip -br -4 addr show dev eth0` on db2 (' "${rehearse[@]}" "$example/switchover.proc" primary=db1
echo '-- with a planted trouble it fails where it must, and undoes what it has stopped'
expect 1 'pg_ctlcluster 15 main promote: failed' "${rehearse[@]}" "$example/switchover.proc" primary=db1 --scene 'no promotion'
expect 1 'because of systemd.stop("postgresql")' "${rehearse[@]}" "$example/switchover.proc" primary=db1 --scene 'no promotion' --on-failure undo --verbose
expect 1 'db2 has not replayed the checkpoint at 0/5000148, with which the log of db1 ends' "${rehearse[@]}" "$example/switchover.proc" primary=db1 \
    --scene 'a standby that is behind'
expect 1 'nothing is left behind: 2 hosts compared with the start' "${rehearse[@]}" "$example/switchover.proc" primary=db1 \
    --scene 'a standby that is behind' --on-failure undo
expect 3 'Nothing was changed.' "${rehearse[@]}" "$example/switchover.proc" primary=db1 --scene 'a standby that is silent'
echo '-- the other way round, the site says what is so'
expect 1 'db2 is not the primary' "${rehearse[@]}" "$example/switchover.proc" primary=db2

echo '-- without its replies: gaps, each with its line'
mkdir "$work/bare"
grep -v -e '^reply' -e '^  after' -e '^scene' "$example/site.proc" >"$work/bare/site.proc"
cp "$example/switchover.proc" "$work/bare/"
expect 4 'completed with gaps after' "${rehearse[@]}" "$work/bare/switchover.proc" primary=db1
"${rehearse[@]}" "$work/bare/switchover.proc" primary=db1 >"$work/out"
grep -q 'reply "psql -XAtc .select pg_is_in_recovery().".* on db1 = "…"' "$work/out" || fail "no line to mend the gap: $(cat "$work/out")"
grep -q 'GAP shell.action("pg_ctlcluster 15 main promote")' "$work/out" || fail "the action is no gap: $(cat "$work/out")"
grep -q 'systemd.stop("keepalived")  changed' "$work/out" || fail "what is simulated was not done: $(cat "$work/out")"
echo '-- the lines that it tells are lines of a site file'
sed -n '/^the site file would have to say:/,/^[^ ]/s/^  - //p' "$work/out" >>"$work/bare/site.proc"
expect 0 ': OK (' "$procrun" check "$work/bare/switchover.proc" primary=db1

echo '-- an `if` on a gap: the else where nobody chooses, and the branch of an answer'
cat >"$work/if.proc" <<'P'
host a { address "10.0.0.1" }
if shell.succeeds("vendor-status") on a { note "it is up" } else { note "it is down" }
P
printf '"`if shell.succeeds("vendor-status") on a` is a gap: *" = then\n' >"$work/answers"
expect 4 'it is down' "${rehearse[@]}" "$work/if.proc"
expect 4 'as nobody chose' "${rehearse[@]}" "$work/if.proc"
expect 4 'it is up' "${rehearse[@]}" "$work/if.proc" --answers "$work/answers"

echo '-- gaps are in JSON and in the report; a real run has none'
"${rehearse[@]}" "$work/if.proc" --json >"$work/json"
grep -q '"kind":"gap met"' "$work/json" || fail 'no event tells the gap'
"$procrun" rehearse --speed 0 "$work/if.proc" >"$work/out"
expect 0 'Gaps: passed over' "$procrun" report "$(sed -n 's/^journal: procrun history //p' "$work/out")"
sed 's/address "10.0.0.1"/via local/' "$work/if.proc" >"$work/real.proc"
expect 1 'vendor-status' "$procrun" run "$work/real.proc"

echo '-- a scene that is made by a procedure with a gap is begun in, and tells it'
mkdir "$work/scene"
cat >"$work/scene/site.proc" <<'P'
site "one"
host a { address "10.0.0.1" }
scene "afterwards" = after "first.proc"
P
echo 'on a { shell.action("vendor-failover") }' >"$work/scene/first.proc"
printf 'needs scene "afterwards"\nrequire machine.answers() on a\n' >"$work/scene/second.proc"
expect 4 'in making the scene "afterwards": shell.action("vendor-failover") on a' "${rehearse[@]}" "$work/scene/second.proc"

echo '-- a served site tells the same'
"$procrun" simulate "$example/site.proc" --socket "$work/socket" --log "$work/log" >"$work/served" 2>&1 &
served=$!
until [[ -S $work/socket ]]; do read -rt 0.05 <> <(:) || kill -0 $served || break; done
expect 0 'told by replies of the site file, and by no model:' "${rehearse[@]}" "$example/switchover.proc" primary=db1 --at "$work/socket"
expect 4 'reply "vendor-status" on db1' "${rehearse[@]}" <(sed 's/^host.*//; s/on a /on db1 /' "$work/if.proc") --site "$example/site.proc" --at "$work/socket"
kill $served

((failures == 0)) && echo 'all as expected'
exit $((failures > 0))
