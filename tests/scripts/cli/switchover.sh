#!/usr/bin/env bash
# examples/mariadb over real SSH, with three real MariaDB servers and a real HAProxy, while a client writes: the primary changes places with
# its replica, there and back, and no write that a client was told of is lost. The machines are loopback addresses of one sshd.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
chmod 755 "$work"
pids=()
finish() {
    touch "$work/enough"
    ((${#pids[@]})) && kill "${pids[@]}" 2>/dev/null
    wait
    rm -rf "$work"
}
trap finish EXIT
fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}
# until_true COMMAND…: at most two minutes
until_true() {
    local end=$((SECONDS + 120))
    while ((SECONDS < end)); do
        "$@" >/dev/null 2>&1 && return 0
        read -rt 0.05 <> <(:) || true
    done
    return 1
}

export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1
unset SSH_AUTH_SOCK
mkdir -p "$HOME/.ssh" && chmod 700 "$HOME" "$HOME/.ssh"
# What is taken back is taken back as a whole: nothing of it is left on the simulated site.
for scene in 'a write that takes minutes' 'a write on the replica' 'a write on the third'; do
    "$procrun" rehearse examples/mariadb/switchover.proc primary=db1 --scene "$scene" --speed 0 --on-failure undo --journal "$work/$scene.db" \
        >"$work/out" 2>&1 </dev/null && fail "rehearsed to its end: $scene"
    grep -q 'nothing is left behind: 5 hosts compared with the start' "$work/out" || fail "$scene leaves something: $(cat "$work/out")"
done

ssh-keygen -q -t ed25519 -N '' -f "$work/host_key" && ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519" || fail 'ssh-keygen'
cp "$HOME/.ssh/id_ed25519.pub" "$work/authorized_keys"
ssh_port=29144 web_port=29145 db_port=29146
net=127.$(($$ / 250 % 100 + 100)).$(($$ % 250)) # of no other process that runs these tests

# Every database has a folder, an address and a socket of its own, and a home directory that says which socket a client there is to use.
mariadb-install-db --no-defaults --datadir="$work/installed" --user="$(id -un)" --auth-root-authentication-method=normal --skip-test-db \
    --skip-name-resolve --innodb-log-file-size=8M >"$work/install.log" 2>&1 || fail "no MariaDB: $(cat "$work/install.log")"
sql() { HOME=$work/db$1 mariadb --batch --skip-column-names -e "$2"; }
for i in 1 2 3; do
    mkdir "$work/db$i" "$work/db$i/tmp"
    printf '[client]\nsocket=%s\nuser=root\n' "$work/db$i/sock" >"$work/db$i/.my.cnf"
    cp -r "$work/installed" "$work/db$i/data"
    mariadbd --no-defaults --user="$(id -un)" --datadir="$work/db$i/data" --tmpdir="$work/db$i/tmp" --socket="$work/db$i/sock" \
        --pid-file="$work/db$i/pid" --bind-address="$net.1$i" --port=$db_port --server-id=$i --log-bin=bin --relay-log=relay \
        --log-slave-updates --skip-name-resolve --innodb-buffer-pool-size=16M --innodb-log-file-size=8M --performance-schema=OFF \
        --innodb-flush-log-at-trx-commit=0 --sync-binlog=0 >"$work/db$i/log" 2>&1 &
    pids+=($!)
done
for i in 1 2 3; do
    until_true sql $i 'SELECT 1' || fail "database $i does not start: $(cat "$work/db$i/log")"
    sql $i "SET sql_log_bin=0; CREATE USER repl@'127.%' IDENTIFIED BY 'r'; GRANT REPLICATION SLAVE ON *.* TO repl@'127.%';
            CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY); CREATE USER jtel@'127.%' IDENTIFIED BY 'j';
            GRANT ALL ON app.* TO jtel@'127.%'" || fail "database $i"
done
follow() { sql "$1" "CHANGE MASTER TO MASTER_HOST='$net.1$2', MASTER_PORT=$db_port, MASTER_USER='repl', MASTER_PASSWORD='r', MASTER_USE_GTID=slave_pos"; }
follow 1 2 && follow 2 1 && follow 3 1 || fail 'no source could be stored'
for i in 2 3; do sql $i 'SET GLOBAL read_only=1; START SLAVE' || fail "database $i does not follow"; done

cat >"$work/haproxy.cfg" <<C
global
    stats socket $work/admin.sock mode 600 level admin
defaults
    mode tcp
    timeout connect 2s
    timeout check 10s
    timeout client 10m
    timeout server 10m
listen mariadb
    bind $net.10:$web_port
    default-server check inter 200ms rise 1 fall 1
    server db1 $net.11:$db_port
    server db2 $net.12:$db_port disabled
C
haproxy -W -db -f "$work/haproxy.cfg" 2>"$work/haproxy.log" &
pids+=($!)

[[ $(id -u) != 0 ]] || mkdir -p /run/sshd
{
    printf 'Port %s\nHostKey %s/host_key\nAuthorizedKeysFile %s/authorized_keys\n' $ssh_port "$work" "$work"
    printf 'ListenAddress %s\n' "$net.10" "$net.11" "$net.12" "$net.13"
    printf '%s\n' 'PidFile none' 'UsePAM no' 'StrictModes no' 'PermitRootLogin prohibit-password' 'PasswordAuthentication no'
    # SHLVL: bash, where it is the login shell, then leaves ~/.bashrc alone.
    for i in 1 2 3; do printf 'Match LocalAddress %s\n    SetEnv SHLVL=1 HOME=%s\n' "$net.1$i" "$work/db$i"; done
} >"$work/sshd_config"
/usr/sbin/sshd -D -e -f "$work/sshd_config" 2>"$work/sshd.log" &
pids+=($!)
until_true grep -q "Server listening on $net.13" "$work/sshd.log" || fail "sshd did not start: $(cat "$work/sshd.log")"
for i in 0 1 2 3; do printf '[%s]:%s %s\n' "$net.1$i" $ssh_port "$(cut -d' ' -f1,2 "$work/host_key.pub")"; done >"$HOME/.ssh/known_hosts"

# The site of the example, with these addresses, one load balancer, and over SSH.
sed -e "s/connect linux .*/connect linux { port $ssh_port  user \"$(id -un)\" }/" -e "s/10\.0\.3\.1\([123]\)/$net.1\1/" -e "s/10\.0\.3\.1\"/$net.10\"/" \
    -e '/^host lb2/d; /^host web/d; /^scene/d; /^lock/d; /^fact/d' -e 's/lb1, lb2/lb1/' \
    -e "s,servers pair,servers pair  socket \"$work/admin.sock\"," examples/mariadb/site.proc >"$work/site.proc"
switchover() { "$procrun" examples/mariadb/switchover.proc --site "$work/site.proc" --on-failure undo "$@" >"$work/out" 2>&1 </dev/null; }

# A client that writes a number at a time, and notes which of them it was told are written. Its password is no secret of the test.
through_haproxy() { MYSQL_PWD=j mariadb --no-defaults -ujtel -h "$net.10" -P $web_port "$@"; }
until_true through_haproxy -e 'SELECT 1' || fail "HAProxy leads to no database: $(cat "$work/haproxy.log")"
: >"$work/written"
(
    for ((number = 1; ; ++number)); do
        [[ ! -e $work/enough ]] || exit 0
        if through_haproxy -e "INSERT INTO app.t VALUES ($number)" 2>/dev/null; then echo $number >>"$work/written"; fi
    done
) &
pids+=($!)
has_written() { (($(wc -l <"$work/written") > $1)); }
until_true has_written 10 || fail 'the client cannot write'

# nothing_lost DATABASE: all that the client was told of up to now is there, sooner or later

nothing_missing() { [[ -z $(comm -23 <(sort "$work/told") <(sql "$1" 'SELECT id FROM app.t' | sort)) ]]; }
nothing_lost() {
    sort -n "$work/written" >"$work/told"
    for i in 1 2 3; do until_true nothing_missing $i || fail "writes are lost on database $i: $(comm -23 <(sort "$work/told") <(sql $i 'SELECT id FROM app.t' | sort) | head)"; done
}
state() { sql "$1" 'SELECT @@GLOBAL.read_only'; }
source_of() { HOME=$work/db$1 mariadb -e 'SHOW ALL SLAVES STATUS\G' | sed -n 's/^ *Master_Host: //p'; }

# One that holds a write open for long: nothing is changed, and it is named.
through_haproxy -e 'BEGIN; INSERT INTO app.t VALUES (-1); INSERT INTO app.t SELECT SLEEP(600) - 2' 2>/dev/null &
writer=$!
pids+=($writer)
is_writing() { sql 1 'SHOW PROCESSLIST' | grep -q 'SLEEP(600)'; }
until_true is_writing || fail 'the long write does not run'
switchover primary=db1 longest_write=2s && fail 'a long write was thrown away'
grep -q 'open transactions: [0-9]* jtel@' "$work/out" || fail "the long write is not named: $(cat "$work/out")"
[[ $(state 1) == 0 && $(state 2) == 1 ]] || fail "it was not taken back: $(cat "$work/out")"
[[ $(source_of 3) == "$net.11" ]] || fail 'the third follows another one'
sql 1 "KILL $(sql 1 'SHOW PROCESSLIST' | awk '/SLEEP\(600\)/ { print $1 }')"
lines=$(wc -l <"$work/written")
until_true has_written "$lines" || fail 'the client cannot write again'

# There, with a session that stays: it is ended.
through_haproxy -e 'DO SLEEP(601)' 2>/dev/null &
pids+=($!)
is_idling() { sql 1 'SHOW PROCESSLIST' | grep -q 'SLEEP(601)'; }
until_true is_idling || fail 'the session that stays does not run'
switchover primary=db1 || fail "the switchover failed: $(cat "$work/out")"
grep -q 'mysql.end_sessions(\["jtel"\].*changed' "$work/out" || fail "no session was ended: $(cat "$work/out")"
is_idling && fail 'the session is still there'
[[ $(state 1) == 1 && $(state 2) == 0 && $(state 3) == 1 ]] || fail "read_only is $(state 1), $(state 2), $(state 3)"
[[ $(source_of 1) == "$net.12" && $(source_of 3) == "$net.12" ]] || fail "they follow $(source_of 1) and $(source_of 3)"
lines=$(wc -l <"$work/written")
until_true has_written "$lines" || fail 'the client cannot write to the new primary'
nothing_lost

# The same name again is refused, and the way back is the same procedure.
switchover primary=db1 && fail 'a replica was taken for the primary'
grep -q 'db1 is closed to writers: is it the primary?' "$work/out" || fail "the reason is missing: $(cat "$work/out")"
switchover primary=db2 || fail "the way back failed: $(cat "$work/out")"
[[ $(state 1) == 0 && $(state 2) == 1 && $(state 3) == 1 ]] || fail "read_only is $(state 1), $(state 2), $(state 3)"
[[ $(source_of 2) == "$net.11" && $(source_of 3) == "$net.11" ]] || fail "they follow $(source_of 2) and $(source_of 3)"
nothing_lost
echo "ran: there and back with $(wc -l <"$work/written") writes, none lost"
grep -rq "'r'\|password" "$work/out" && fail 'a password is in the output'
exit 0
