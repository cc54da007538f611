#!/usr/bin/env bash
# examples/redis: a module in the language itself, against two real Redis servers. Masters change places, there and back, and no success
# is claimed where there is none.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
pids=()
finish() {
    ((${#pids[@]})) && kill "${pids[@]}" 2>/dev/null
    wait
    rm -rf "$work"
}
trap finish EXIT
fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}
port=29133
net=127.$(($$ / 250 % 100 + 100)).$(($$ % 250)) # of no other process that runs these tests
redis() { redis-cli -h "$net.$1" -p $port "${@:2}"; }
replicates() { [[ $(redis 1 INFO replication) == *connected_slaves:1* && $(redis 2 INFO replication) == *master_link_status:up* ]]; }
# until_true COMMAND…: at most two minutes; a replica's first copy takes five seconds
until_true() {
    local end=$((SECONDS + 120))
    while ((SECONDS < end)); do
        "$@" >/dev/null 2>&1 && return 0
        read -rt 0.05 <> <(:) || true
    done
    return 1
}

export HOME=$work XDG_STATE_HOME=$work/state NO_COLOR=1
for i in 1 2; do
    redis-server --bind "$net.$i" --port $port --save '' --dir "$work" --repl-diskless-sync-delay 0 >"$work/redis$i.log" 2>&1 &
    pids+=($!)
    until_true redis $i PING || fail "Redis $i does not start: $(cat "$work/redis$i.log")"
done
redis 2 REPLICAOF "$net.1" $port >"$work/out" && until_true replicates || fail 'the pair does not replicate'
redis 1 SET caller 4711 >"$work/out"

sed -e 's/connect linux .*/connect linux { via local }/' -e "s/6379/$port/" -e 's/10\.0\.2\.1\([12]\)/'"$net"'.\1/' \
    examples/redis/site.proc >"$work/site.proc"
switch() { "$procrun" examples/redis/switch.proc --site "$work/site.proc" "$@" >"$work/out" 2>&1 </dev/null; }
role() { redis "$1" INFO replication | tr -d '\r' | sed -n 's/^role://p'; }

switch master=redis2 && fail 'a replica was taken for the master'
grep -q 'redis2 is not the master' "$work/out" || fail "the reason is missing: $(cat "$work/out")"

switch master=redis1 || fail "the switch failed: $(cat "$work/out")"
[[ $(role 1) == slave && $(role 2) == master ]] || fail 'they have not changed places'
grep -q '2 actions not verified' "$work/out" || fail "holding the writers has no state, and must be counted: $(cat "$work/out")"
redis 2 SET caller 4712 >"$work/out" || fail 'the new master takes no writes'
switch master=redis2 || fail "the way back failed: $(cat "$work/out")"
[[ $(role 1) == master && $(redis 1 GET caller) == 4712 ]] || fail 'a write was lost on the way'

# The replica's link is cut by a wrong password: its master can still be asked, and what is asked of the replica says so.
redis 2 CONFIG SET masterauth wrong >"$work/out"
redis 1 CONFIG SET requirepass secret >"$work/out"
switch master=redis1 && fail 'an account without rights was taken for a healthy server'
grep -q 'it could not be told' "$work/out" || fail "unknown must be told as such: $(cat "$work/out")"
redis 1 -a secret INFO replication 2>/dev/null | grep -q role:master || fail 'something was changed all the same'
echo 'masters changed places twice'
