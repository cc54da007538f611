#!/usr/bin/env bash
# What examples/postgresql asks before it promotes, put to a real pair of PostgreSQL: a standby that has not replayed the end of the
# primary's log is waited for, one that has is not, and a primary that runs is not compared at all.
set -uo pipefail
procrun=$1
programs=(/usr/lib/postgresql/*/bin) # Debian 12 has version 15, which the example names, Debian 13 has 17
bin=${programs[-1]}
if [[ ! -x $bin/postgres || ! $(id -u postgres 2>/dev/null) || $(id -u) != 0 ]]; then
    echo 'skipped: PostgreSQL: it needs the package postgresql, and root to become its user'
    [[ ${CI:-} != true ]]
    exit
fi
work=$(mktemp -d)
chown postgres "$work" && chmod 700 "$work"
as_postgres() { (cd "$work" && setpriv --reuid postgres --regid postgres --clear-groups "$@"); }
finish() {
    for i in 1 2; do [[ ! -s $work/db$i/postmaster.pid ]] || as_postgres $bin/pg_ctl -D "$work/db$i" -w -m immediate stop >/dev/null; done
    rm -rf "$work"
}
trap finish EXIT
fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}
export XDG_STATE_HOME=$work/state NO_COLOR=1
port=29171
start() { as_postgres $bin/pg_ctl -D "$work/db$1" -w -t 60 -l "$work/db$1.log" start >/dev/null || fail "database $1 does not start: $(cat "$work/db$1.log")"; }
sql() { as_postgres psql -h "$work" -p $((port + $1)) -d postgres -XAtqc "$2" || fail "SQL of database $1: $2"; }

as_postgres $bin/initdb -D "$work/db1" -A trust >"$work/out" 2>&1 || fail "initdb: $(cat "$work/out")"
printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$work'" "port = $((port + 1))" 'fsync = off' >>"$work/db1/postgresql.conf"
start 1
as_postgres $bin/pg_basebackup -h "$work" -p $((port + 1)) -D "$work/db2" -R -c fast >"$work/out" 2>&1 || fail "pg_basebackup: $(cat "$work/out")"
echo "port = $((port + 2))" >>"$work/db2/postgresql.conf"
start 2

# The lines of the example, with the paths and the ports of this pair.
{
    sed -n '/^define control_data/,/^) == "t"/p; s/^  \(let stopped\|require stopped\|let checkpoint\)/\1/p' examples/postgresql/switchover.proc |
        sed -e "s,/usr/lib/postgresql/15/bin,$bin,; s,/var/lib/postgresql/15/main,$work/db1," -e "s,psql -XAt,psql -h $work -p $((port + 2)) -U postgres -d postgres -XAt," \
            -e 's/on primary$/on here/; s/\${primary}/the primary/'
    echo 'wait_until has_replayed(checkpoint) on here  within 3s  every 100ms'
} >"$work/compare.proc"
compare() { "$procrun" run "$work/compare.proc" >"$work/out" 2>&1 </dev/null; }

sql 1 'CREATE TABLE t (i int)'
compare && fail 'a primary that runs was compared'
grep -q 'has not ended its log with a checkpoint' "$work/out" || fail "the reason is missing: $(cat "$work/out")"

sql 2 'SELECT pg_wal_replay_pause()' >/dev/null
sql 1 'INSERT INTO t SELECT generate_series(1, 1000)'
as_postgres $bin/pg_ctl -D "$work/db1" -w -m fast stop >/dev/null || fail 'the primary does not stop'
compare && fail 'a standby that has not replayed the last writes was taken for complete'
grep -q 'not reached within 3s' "$work/out" || fail "another reason: $(cat "$work/out")"

sql 2 'SELECT pg_wal_replay_resume()' >/dev/null
compare || fail "a standby that has everything was not taken for it: $(cat "$work/out")"
[[ $(sql 2 'SELECT count(*) FROM t') == 1000 ]] || fail 'writes are missing'
echo 'ran: a real pair of PostgreSQL, compared at the end of its log'
