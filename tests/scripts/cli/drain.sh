#!/usr/bin/env bash
# examples/drain.proc over real SSH, with a real HAProxy and real web servers: three machines are three loopback addresses of one sshd.
set -uo pipefail
procrun=$1
here=$PWD
work=$(mktemp -d)
chmod 755 "$work"
pids=()
finish() {
    ((${#pids[@]})) && kill "${pids[@]}" 2>/dev/null
    for file in "$work"/web*.pid; do [[ -s $file ]] && kill "$(<"$file")" 2>/dev/null; done
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
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key" && ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519" || fail 'ssh-keygen'
cp "$HOME/.ssh/id_ed25519.pub" "$work/authorized_keys"
port=29122
net=127.$(($$ / 250 % 100 + 100)).$(($$ % 250)) # of no other process that runs these tests
[[ $(id -u) != 0 ]] || mkdir -p /run/sshd
# SHLVL: bash, where it is the login shell, then leaves ~/.bashrc alone.
cat >"$work/sshd_config" <<C
Port $port
ListenAddress $net.10
ListenAddress $net.11
ListenAddress $net.12
HostKey $work/host_key
AuthorizedKeysFile $work/authorized_keys
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
SetEnv SHLVL=1
C
/usr/sbin/sshd -D -e -f "$work/sshd_config" 2>"$work/sshd.log" &
pids+=($!)

# A web server of the kind that is restarted: `web.sh ADDRESS start|stop|restart`. /slow keeps a session open for two seconds.
cat >"$work/web.py" <<'P'
import http.server, socketserver, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow": time.sleep(2)
        self.send_response(200); self.end_headers(); self.wfile.write(b"served\n")
    def log_message(self, *_): pass
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    allow_reuse_address = True
Server((sys.argv[1], 29180), Handler).serve_forever()
P
cat >"$work/web.sh" <<P
#!/bin/sh
pidfile=$work/web-\$1.pid
[ "\$2" = start ] || { kill "\$(cat "\$pidfile")"; while kill -0 "\$(cat "\$pidfile")" 2>/dev/null; do :; done; }
python3 $work/web.py "\$1" </dev/null >/dev/null 2>&1 &
echo \$! >"\$pidfile"
echo "\$1 \$2" >>$work/restarts
P
chmod 755 "$work/web.sh"
for address in $net.11 $net.12; do sh "$work/web.sh" $address start; done

cat >"$work/haproxy.cfg" <<C
global
    stats socket $work/admin.sock mode 600 level admin
defaults
    mode http
    timeout connect 2s
    timeout check 10s
    timeout client 30s
    timeout server 30s
frontend www
    bind $net.10:29188
    default_backend web
backend web
    option httpchk GET /
    default-server check inter 200ms rise 1 fall 1
    server web1 $net.11:29180
    server web2 $net.12:29180
C
haproxy -W -db -f "$work/haproxy.cfg" 2>"$work/haproxy.log" &
pids+=($!)
until_true grep -q "Server listening on $net.12" "$work/sshd.log" || fail "sshd did not start: $(cat "$work/sshd.log")"
fetch() { python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())' "$1"; }
until_true fetch http://$net.10:29188/ || fail "HAProxy serves nothing: $(cat "$work/haproxy.log")"

cat >"$work/site.proc" <<P
site "loopback"
connect linux { port $port  user "$(id -un)" }
host lb   { address "$net.10"  os linux }
host web1 { address "$net.11"  os linux }
host web2 { address "$net.12"  os linux }
group web = web1, web2
cluster pool { kind haproxy  nodes lb  backend "web"  servers web  socket "$work/admin.sock" }
define action restart(machine: host) { on machine { shell.action("$work/web.sh \${machine.address} restart") } }
define serves(machine: host): bool = shell.succeeds("python3 -c 'import socket, sys; socket.create_connection((sys.argv[1], 29180), 2)' \${machine.address}") on machine
P

# A host whose key nobody has verified is refused, and nothing was restarted.
rm -f "$work/restarts"
"$procrun" "$here/examples/drain.proc" --site "$work/site.proc" >"$work/out" 2>&1 </dev/null && fail 'an unknown host key was accepted'
grep -q 'known_hosts' "$work/out" || fail "the refusal does not name known_hosts: $(cat "$work/out")"
[[ ! -e $work/restarts ]] || fail 'something was restarted on a host whose key is unknown'

for address in $net.10 $net.11 $net.12; do
    printf '[%s]:%s %s\n' $address $port "$(cut -d' ' -f1,2 "$work/host_key.pub")" >>"$HOME/.ssh/known_hosts"
done
for _ in 1 2; do fetch http://$net.10:29188/slow >/dev/null & pids+=($!); done  # a session on each server, to be waited for
"$procrun" "$here/examples/drain.proc" --site "$work/site.proc" >"$work/out" 2>&1 </dev/null || fail "the procedure failed: $(cat "$work/out")"
grep -q '^completed' "$work/out" || fail "no end: $(cat "$work/out")"
[[ $(cat "$work/restarts") == "$net.11 restart"$'\n'"$net.12 restart" ]] || fail "restarted: $(cat "$work/restarts")"
grep -q 'haproxy.drain(web1)  changed' "$work/out" || fail "web1 was not drained: $(cat "$work/out")"
until_true fetch http://$net.10:29188/ || fail 'the service does not serve afterwards'
cat "$work/out"
