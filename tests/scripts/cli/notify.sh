#!/usr/bin/env bash
# Who is told of a run: by mail over SMTP, by a webhook and by a command, all real; what cannot be told changes nothing.
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
source tests/scripts/cli/expect.bash
fail() {
    printf 'FAILED: %s\n' "$*"
    ((++failures))
}
export HOME=$work/home XDG_STATE_HOME=$work/state NO_COLOR=1
mkdir -p "$HOME"
net=127.$(($$ / 250 % 100 + 100)).$(($$ % 250)) # of no other process that runs these tests
mail_port=29151 hook_port=29152

# A mail server that takes what it gets, one file a message, and a web server that does so with what is posted.
cat >"$work/sink.py" <<'P'
import http.server, json, socketserver, sys, threading
work, address, mail_port, hook_port = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
class Mail(socketserver.StreamRequestHandler):
    def handle(self):
        say = lambda line: self.wfile.write(line.encode() + b"\r\n")
        say("220 sink")
        while True:
            line = self.rfile.readline().decode().strip()
            if not line or line.upper() == "QUIT": return say("221 bye") if line else None
            if line.upper() != "DATA": say("250 ok"); continue
            say("354 go on")
            message = b""
            while not message.endswith(b"\r\n.\r\n"): message += self.rfile.readline()
            open(work + "/mails", "ab").write(message)
            say("250 taken")
class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open(work + "/posts", "a") as posts: print(self.path, self.headers.get("Authorization"), json.dumps(body), file=posts)
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
servers = [socketserver.ThreadingTCPServer((address, mail_port), Mail), http.server.ThreadingHTTPServer((address, hook_port), Hook)]
for server in servers: threading.Thread(target=server.serve_forever).start()
open(work + "/ready", "w").close()
P
touch "$work/mails" "$work/posts"
python3 "$work/sink.py" "$work" "$net.1" $mail_port $hook_port &
pids+=($!)
for ((i = 0; i < 1200; ++i)); do [[ -e $work/ready ]] && break; read -rt 0.05 <> <(:) || true; done
[[ -e $work/ready ]] || { echo 'FAILED: the servers do not start'; exit 1; }

cat >"$work/site.proc" <<P
site "one machine"
secret hook from environment "HOOK"
secret token from environment "TOKEN"
host me { address "127.0.0.1"  os linux  via local }
notify shift { by mail     server "smtp://$net.1:$mail_port"  tls none  from "procrun@example.org"  to ["a@example.org", "b@example.org"] }
notify chat  { by webhook  url hook  token token  body "{\"what\": \$about, \"title\": \$title, \"run\": \$run}" }
notify pager { by command  about failure  command ["sh", "-c", "cat >>\"\$0\"", "$work/pages"] }
notify dead  { by webhook  about end  url "http://$net.1:1/nobody" }
P
cat >"$work/ends.proc" <<'P'
step "One" { on me { shell.action("true") } }
P
cat >"$work/fails.proc" <<'P'
step "One" { require shell.succeeds("false") on me  else "the \"thing\" is not so" }
P
export HOOK=http://$net.1:$hook_port/services/s3cret-path TOKEN=s3cret-token
subjects() { grep -a '^Subject:' "$work/mails" | tr -d '\r'; }

expect 0 'notify dead: "ends completed after' "$procrun" "$work/ends.proc" --site "$work/site.proc"
[[ $(subjects) == *'Subject: [procrun] ends begins on one machine'*'Subject: [procrun] ends completed after'* ]] || fail "mails: $(subjects)"
[[ $(wc -l <"$work/posts") == 2 ]] || fail "posts: $(cat "$work/posts")"
grep -qF '/services/s3cret-path Bearer s3cret-token {"what": "begin", "title": "ends begins on one machine", "run": 1}' "$work/posts" ||
    fail "the webhook got: $(cat "$work/posts")"
[[ ! -e $work/pages ]] || fail "paged: $(cat "$work/pages")"
grep -q 's3cret' "$work/out" && fail "a secret is shown: $(cat "$work/out")"

expect 1 'the "thing" is not so' "$procrun" "$work/fails.proc" --site "$work/site.proc" --on-failure keep
[[ $(subjects) == *'Subject: [procrun] fails: a statement failed'*'Subject: [procrun] fails failed after'* ]] || fail "mails: $(subjects)"
grep -q 'the "thing" is not so' "$work/pages" || fail "paged: $(cat "$work/pages" 2>&1)"
grep -q '"title": "fails: a statement failed"' "$work/posts" || fail "posts: $(cat "$work/posts")"

# Of what is no run, nobody is told; nor of a rehearsal.
: >"$work/posts"
expect 10 '1 would change' "$procrun" plan "$work/ends.proc" --site "$work/site.proc"
expect 0 'OK' "$procrun" check "$work/ends.proc" --site "$work/site.proc"
expect 0 'completed' "$procrun" rehearse "$work/ends.proc" --site "$work/site.proc"
[[ ! -s $work/posts ]] || fail "told of: $(cat "$work/posts")"

# A secret that cannot be had keeps no run from ending.
expect 0 'notify chat: "ends begins on one machine" could not be told' env -u HOOK "$procrun" "$work/ends.proc" --site "$work/site.proc"
((failures)) || echo 'ran: a run told by mail, webhook and command'
exit $((failures > 0))
