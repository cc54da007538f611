#!/usr/bin/env bash
# A new site of the simulated jtel machines: what it says is what they are, it checks, and nothing was changed to find it out.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
failures=0 simulation=
trap '[[ -z $simulation ]] || kill "$simulation" 2>/dev/null; rm -rf "$work"' EXIT
fail() {
    printf 'FAILED: %s\n' "$*"
    failures=1
}
has() { tr -s ' \n' ' ' <"$work/site.proc" | grep -qF "$1" || fail "the new site lacks: $1"; }
# golden NAME FILE: the site is written as tests/cli/discover/NAME.proc has it, whatever it is called.
golden() {
    sed "s/^site \".*\"/site \"$1\"/" "$2" >"$work/$1.written"
    [[ -z ${ACCEPT:-} ]] || cp "$work/$1.written" "tests/cli/discover/$1.proc"
    diff "tests/cli/discover/$1.proc" "$work/$1.written" || fail "the $1 site is written otherwise"
}
export XDG_STATE_HOME=$work HOME=$work

"$procrun" simulate procedures/jtel/site.proc --socket "$work/socket" --log "$work/log" >"$work/simulate.out" &
simulation=$!
until [[ -S $work/socket ]]; do
    kill -0 "$simulation" || exit 1
    read -rt 0.05 <> <(:) || true
done

machines=(acd-{tel,chat,api,dbs,dbm,lb,store}{1,2} acd-jb{1..6} nowhere)
"$procrun" new site "${machines[@]}" --at "$work/socket" -o "$work/site.proc" >"$work/out" 2>&1 || { fail 'it does not write'; cat "$work/out"; }

# As procedures/jtel/site.proc has it.
has 'kind pacemaker nodes acd-store1, acd-store2 resource "g_store" drbd "r0" ip "10.1.9.80"'
has 'kind pacemaker nodes acd-lb1, acd-lb2 resource "g_lb" ip "10.1.9.70"'
has 'kind mysql nodes acd-dbm1, acd-dbm2 replicas acd-dbs1, acd-dbs2 replication "master-master"'
for backend in jb chat api; do
    servers=$(eval "printf ', %s' acd-$backend{1..$([[ $backend == jb ]] && echo 6 || echo 2)}")
    has "kind haproxy nodes acd-lb1, acd-lb2 backend \"$backend\" servers ${servers#, }"
done
has 'kind haproxy nodes acd-lb1, acd-lb2 backend "mysql" servers acd-dbm1, acd-dbm2'
has 'host acd-jb4 { units ["wildfly"] }'
has 'host acd-dbm2 { units ["jtel-listener"] }'
has 'os windows services ["robot5",'
has 'group acd-store = acd-store1, acd-store2'
has '# nowhere could not be asked: '
has 'host nowhere { }'
golden whole "$work/site.proc"

# Of machines that make up something with others, which are not asked.
"$procrun" new site acd-dbs1 acd-lb1 acd-store1 10.1.1.23 --at "$work/socket" -o "$work/few.proc" >"$work/out" 2>&1 || { fail 'a few machines'; cat "$work/out"; }
golden part "$work/few.proc"
grep -qF 'acd-store1: DRBD r0; Pacemaker' "$work/out" || fail "the summary of a machine: $(cat "$work/out")"

"$procrun" check "$work/site.proc" >"$work/out" 2>&1 || { fail 'it does not check'; cat "$work/out"; }
"$procrun" fmt --check "$work/site.proc" >/dev/null || fail 'it is not canonical'
grep -qE 'pcs (node|resource|cluster)|systemctl (start|stop|restart)|drbdadm (primary|secondary|connect)|set server|STOP|SET GLOBAL' "$work/log" &&
    fail "something was changed to find it out: $(cat "$work/log")"

# Another file is never overwritten.
before=$(cat "$work/site.proc")
"$procrun" new site acd-jb1 --at "$work/socket" -o "$work/site.proc" >"$work/out" 2>&1
(($? == 2)) && [[ $(cat "$work/site.proc") == "$before" ]] || fail 'a file was overwritten'

# Machines from standard input; addresses get names; two machines are two hosts.
printf '%s\n' acd-jb1 'web=acd-jb2' 'root@10.1.1.23' '' >"$work/machines"
"$procrun" new site --at "$work/socket" -o "$work/some.proc" <"$work/machines" >"$work/out" 2>&1 || fail "from standard input: $(cat "$work/out")"
tr -s ' ' <"$work/some.proc" | grep -q '^host web { address "acd-jb2"' || fail 'a name that was given'
tr -s ' ' <"$work/some.proc" | grep -q '^host m10-1-1-23 { address "10.1.1.23" user "root"' || fail 'a machine by its address'
"$procrun" new site 'a b' --at "$work/socket" -o "$work/none.proc" >"$work/out" 2>&1
(($? == 2)) && [[ ! -e $work/none.proc ]] || fail 'words that are no machine'

# At a terminal the hosts of ~/.ssh/config can be chosen by their numbers; what is not reached is written with the reason.
mkdir "$work/.ssh"
printf 'Host *\n  User x\nHost gone1 gone2\n  HostName 127.0.0.1\n  Port 1\n' >"$work/.ssh/config"
(printf '2\ngone1\n\n'; until [[ -e $work/asked.proc ]]; do kill -0 $$ || exit; read -rt 0.05 <> <(:); done) |
    script -qec "'$procrun' new site -o '$work/asked.proc'" /dev/null >"$work/out" 2>&1
grep -qF '2  gone2' "$work/out" || fail "the hosts of ~/.ssh/config are not offered: $(cat "$work/out")"
grep -qF '# gone2 could not be asked: gone2 (127.0.0.1 port 1): Connection refused' "$work/asked.proc" || fail 'an unreachable machine'

exit $failures
