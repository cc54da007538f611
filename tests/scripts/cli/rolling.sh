#!/usr/bin/env bash
# examples/rolling over real SSH, with six real web servers behind two real HAProxy, while clients ask both: all servers are restarted, two at
# a time, and no client sees an error. One that does not come back, and a load balancer that says nothing, end it. The machines are loopback
# addresses of one sshd.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
chmod 755 "$work"
pids=()
stopped= # a process that was told to stop
finish() {
    touch "$work/enough"
    [[ -z $stopped ]] || kill -CONT "$stopped" 2>/dev/null
    ((${#pids[@]})) && kill "${pids[@]}" 2>/dev/null
    for file in "$work"/web-*.pid; do [[ -s $file ]] && kill "$(<"$file")" 2>/dev/null; done
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

# Rehearsed, healthy and with each trouble of the site: what is told, and that nothing is begun behind it.
rehearse() { "$procrun" rehearse examples/rolling/rolling.proc --speed 0 --journal "$work/$1.db" "${@:2}" >"$work/out" 2>&1 </dev/null; }
rehearse healthy || fail "not rehearsed to its end: $(cat "$work/out")"
grep -q 'nothing is left behind: 8 hosts' "$work/out" || fail "something is left: $(cat "$work/out")"
rehearse unit --scene 'one does not come back' && fail 'a server that fails was taken for updated'
grep -q 'web3 .*systemd.restart("nginx").*FAILED\|systemd.restart("nginx") on web3' "$work/out" || fail "the server is not named: $(cat "$work/out")"
grep -q 'web[56] .*haproxy.drain' "$work/out" && fail "the next ones were begun: $(cat "$work/out")"
rehearse balancer --scene 'no lb2' && fail 'a load balancer that is off was left out'
grep -q 'haproxy.drain.*changed' "$work/out" && fail "a server was taken out: $(cat "$work/out")"
rehearse session --scene 'a session that stays' && fail 'a session was cut off'
grep -q 'sessions are still active on web2' "$work/out" || fail "the session is not told: $(cat "$work/out")"

ssh-keygen -q -t ed25519 -N '' -f "$work/host_key" && ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519" || fail 'ssh-keygen'
cp "$HOME/.ssh/id_ed25519.pub" "$work/authorized_keys"
ssh_port=29147 web_port=29148 front_port=29149
net=127.$(($$ / 250 % 100 + 100)).$(($$ % 250)) # of no other process that runs these tests
[[ $(id -u) != 0 ]] || mkdir -p /run/sshd
machines=(1 2 11 12 13 14 15 16)
{
    printf 'Port %s\nHostKey %s/host_key\nAuthorizedKeysFile %s/authorized_keys\n' $ssh_port "$work" "$work"
    printf "ListenAddress $net.%s\n" "${machines[@]}"
    printf '%s\n' 'PidFile none' 'UsePAM no' 'StrictModes no' 'PermitRootLogin prohibit-password' 'PasswordAuthentication no' 'MaxStartups 100'
    echo 'SetEnv SHLVL=1' # bash, where it is the login shell, then leaves ~/.bashrc alone
} >"$work/sshd_config"
/usr/sbin/sshd -D -e -f "$work/sshd_config" 2>"$work/sshd.log" &
pids+=($!)
for i in "${machines[@]}"; do printf '[%s]:%s %s\n' "$net.$i" $ssh_port "$(cut -d' ' -f1,2 "$work/host_key.pub")"; done >"$HOME/.ssh/known_hosts"

# A web server of the kind that is restarted: `web.sh ADDRESS start|restart`. The one in the file `broken` does not come back, and
# /slow keeps a session open for two seconds.
cat >"$work/web.py" <<P
import http.server, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow": time.sleep(2)
        self.send_response(200); self.end_headers(); self.wfile.write(b"served\n")
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer((sys.argv[1], $web_port), Handler).serve_forever()
P
cat >"$work/web.sh" <<P
#!/bin/sh
pidfile=$work/web-\$1.pid
[ "\$2" = start ] || { kill "\$(cat "\$pidfile")"; while kill -0 "\$(cat "\$pidfile")" 2>/dev/null; do :; done; }
[ "\$(cat $work/broken 2>/dev/null)" != "\$1" ] || exit 1
python3 $work/web.py "\$1" </dev/null >/dev/null 2>&1 &
echo \$! >"\$pidfile"
[ "\$2" = start ] || echo "\$1" >>$work/restarts
P
for i in 11 12 13 14 15 16; do sh "$work/web.sh" $net.$i start; done

for i in 1 2; do
    {
        printf 'global\n    stats socket %s/lb%s.sock mode 600 level admin\ndefaults\n    mode http\n' "$work" $i
        printf '    timeout connect 2s\n    timeout check 10s\n    timeout client 30s\n    timeout server 30s\n'
        printf 'frontend www\n    bind %s:%s\n    default_backend web\nbackend web\n    option httpchk GET /health\n' $net.$i $front_port
        printf '    default-server check inter 200ms rise 1 fall 1\n'
        for n in 1 2 3 4 5 6; do printf '    server web%s %s.1%s:%s\n' $n $net $n $web_port; done
    } >"$work/lb$i.cfg"
    haproxy -W -db -f "$work/lb$i.cfg" 2>"$work/lb$i.log" &
    pids+=($!)
done
until_true grep -q "Server listening on $net.16" "$work/sshd.log" || fail "sshd did not start: $(cat "$work/sshd.log")"
ask() { echo "$2" | socat -t 10 - "UNIX-CONNECT:$work/lb$1.sock"; }
not_up() { ask "$1" 'show stat' | awk -F, '$1 == "web" && $2 != "BACKEND" && $18 != "UP" { print $2, $18 }'; }
all_up() { [[ $(ask "$1" 'show stat' | grep -c '^web,web[1-6],.*,UP,') == 6 ]]; }
for i in 1 2; do until_true all_up $i || fail "not all servers come up: $(cat "$work/lb$i.log")"; done

# Clients that ask both, one request after the other, and note every answer that is none.
cat >"$work/client.py" <<'P'
import os, sys, urllib.request
asked = failed = 0
while not os.path.exists(sys.argv[2]):
    try: urllib.request.urlopen(sys.argv[1], timeout=10).read(); asked += 1
    except Exception as e: failed += 1; print(e, flush=True)
print("asked", asked, "failed", failed, flush=True)
P
clients=()
for i in 1 2; do
    python3 "$work/client.py" http://$net.$i:$front_port/ "$work/enough" >"$work/client$i" 2>&1 &
    clients+=($!)
    python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=20).read()' http://$net.$i:$front_port/slow &
    pids+=($!)
done
pids+=("${clients[@]}")

# The site of the example, with these addresses, over SSH, and each load balancer with the socket that it has here.
sed -e "s/connect linux .*/connect linux { port $ssh_port  user \"$(id -un)\" }/" -e "s/10\.0\.4\./$net./" \
    -e '/^scene/d; /^lock/d; /^cluster/d; /^define/d; s/  unit "nginx"  listens.*\]//' examples/rolling/site.proc >"$work/site.proc"
cat >>"$work/site.proc" <<P
cluster front1 { kind haproxy  nodes lb1  backend "web"  servers web  socket "$work/lb1.sock" }
cluster front2 { kind haproxy  nodes lb2  backend "web"  servers web  socket "$work/lb2.sock" }
define action update(machine: host) { on machine { shell.action("$work/web.sh \${machine.address} restart") } }
P
chmod 755 "$work/web.sh"
rolling() { "$procrun" examples/rolling/rolling.proc port=$web_port --site "$work/site.proc" --on-failure undo >"$work/out" 2>&1 </dev/null; }
rolling || fail "it failed: $(cat "$work/out")"
grep -q '^completed' "$work/out" || fail "no end: $(cat "$work/out")"
[[ $(sort "$work/restarts" | uniq -c | wc -l) == 6 && $(wc -l <"$work/restarts") == 6 ]] || fail "restarted: $(cat "$work/restarts")"
for i in 1 2; do all_up $i || fail "lb$i has a server out: $(cat "$work/out")"; done

# One that does not come back: what was drained is put back on both, the last one is not begun, and no client sees an error of it.
echo $net.13 >"$work/broken"
: >"$work/restarts"
rolling && fail 'a server that does not come back was taken for updated'
grep -q 'web3  FAILED: shell.action' "$work/out" || fail "the machine is not named: $(cat "$work/out")"
grep -q 'haproxy.ready(web3) on lb[12], because of haproxy.drain(web3)' "$work/out" || fail "it was not put back: $(cat "$work/out")"
grep -q "^$net.1[36]\$" "$work/restarts" && fail "restarted: $(cat "$work/restarts")"
for i in 1 2; do [[ $(not_up $i) == 'web3 DOWN' ]] || fail "not up on lb$i: $(not_up $i)"; done
: >"$work/restarts"
rolling && fail 'another server was taken out while one is missing'
grep -q 'a server is out already' "$work/out" || fail "the reason is missing: $(cat "$work/out")"
[[ ! -s $work/restarts ]] || fail "restarted: $(cat "$work/restarts")"
rm "$work/broken"
sh "$work/web.sh" $net.13 start

touch "$work/enough"
wait "${clients[@]}"
for i in 1 2; do grep -q 'asked [1-9][0-9]* failed 0$' "$work/client$i" || fail "a client of lb$i saw errors: $(cat "$work/client$i")"; done

# A load balancer whose process says nothing: which servers it has out is unknown, and nothing is changed on the other one.
for i in 1 2; do until_true all_up $i || fail "not all servers are up again on lb$i: $(not_up $i)"; done
stopped=$(ask 2 'show info' | sed -n 's/^Pid: //p')
kill -STOP "$stopped" || fail 'no process of lb2'
rolling && fail 'a load balancer that says nothing was left out'
kill -CONT "$stopped"
grep -q 'read on lb2 by: ' "$work/out" || fail "lb2 is not named: $(cat "$work/out")"
grep -q '0 changed, 0 unchanged' "$work/out" || fail "something was changed: $(cat "$work/out")"
for i in 1 2; do all_up $i || fail "lb$i has a server out: $(not_up $i)"; done
echo "ran: six web servers restarted two at a time behind two HAProxy: $(cat "$work"/client[12] | tr '\n' ' ')"
