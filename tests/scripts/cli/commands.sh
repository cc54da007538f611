#!/usr/bin/env bash
# The command line as a person meets it: exit codes, messages, answers, interruption, history.
set -uo pipefail
procrun=$1
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1
source "$(dirname "$0")/expect.bash"

cat >"$work/ask.proc" <<'P'
host here-too { address "127.0.0.1"  via local }
step "Tests" { confirm "Login works" }
P
cat >"$work/lacks.proc" <<P
host here-too { address "127.0.0.1"  via local }
secret pw from environment "PROCRUN_TEST_NOT_SET"
secret key from prompt "the key"
step "Act" { on here-too { shell.action("touch $work/acted") } }
step "Log in" {
  on here-too {
    shell.action("cat >/dev/null", input: pw)
    shell.action("cat >/dev/null", input: key)
  }
}
step "Tests" {
  confirm "Login works"
  let calls = ask int "How many calls?"
  confirm "There are \${calls}"
}
P
printf '"Lgoin works" = yes\n"How many*" = many\n"There are*" = yes\n' >"$work/lacking"
cat >"$work/answers" <<'P'
# a comment
"Login*" = yes
P
printf '"Login works" = no\n' >"$work/no"
printf 'Login works\n' >"$work/bad"
cat >"$work/typo.proc" <<'P'
host a1 { address "127.0.0.1"  via local }
step "Stop" { on a1 { systemd.stpo("wildfly") } }
P
cat >"$work/fails.proc" <<'P'
host a1 { address "127.0.0.1"  via local }
step "Look" { require shell.succeeds("exit 1") on a1  else "it must be so" }
P
cat >"$work/unknown.proc" <<'P'
host a1 { address "127.0.0.1"  via local }
step "Look" { require shell.succeeds("kill -9 $$") on a1 }
P
cat >"$work/waits.proc" <<'P'
host a1 { address "127.0.0.1"  via local }
step "Wait" { wait_until shell.succeeds("exit 1") on a1  within 10m }
P
cat >"$work/expires.proc" <<'P'
host a1 { address "127.0.0.1"  via local }
step "Wait" { wait_until shell.succeeds("exit 1") on a1  within 300ms  every 100ms }
P
cat >"$work/skips.proc" <<'P'
host a1 { address "127.0.0.1"  via local }
step "Wait" {
  wait_until shell.succeeds("exit 1") on a1  within 200ms  every 100ms
    else { go_on "it is Sunday" }
}
P
cat >"$work/early-fail.proc" <<P
host a1 { address "127.0.0.1"  via local }
step "Act" {
  on a1 { shell.action("true")  undo shell.action("touch $work/undone") }
  require shell.succeeds("exit 1") on a1
}
P
cat >"$work/acts.proc" <<'P'
param file: text
host a1 { address "127.0.0.1"  via local }
step "Act" {
  on a1 { shell.action("touch ${file}") }
  require shell.succeeds("test -e ${file}") on a1
}
P

expect 0 'procrun 0.2.0' "$procrun" --version
for command in check docs explain history lock plan rehearse repl report resume run show simulate undo 'lock status' 'lock release'; do
    expect 0 'procrun 0.2.0' "$procrun" $command --version
    expect 0 'Usage: procrun' "$procrun" $command --help
done
expect 0 'rehearse' "$procrun" --help
expect 2 'No such file or directory' "$procrun" "$work/none.proc"
expect 2 'it is a directory' "$procrun" "$work"
expect 3 'stop' bash -c "'$procrun' check /dev/stdin <'$work/typo.proc'"
expect 3 'stop' bash -c "'$procrun' check <(cat '$work/typo.proc')"
expect 2 'did you mean `procrun rehearse`?' "$procrun" reherse "$work/fails.proc"
expect 2 'procrun rehearse: --speed' "$procrun" rehearse "$work/fails.proc" --speed -1
expect 2 'See `procrun lock release --help`' "$procrun" lock release --forse
expect 2 'given twice' "$procrun" check "$work/acts.proc" file=a file=b
expect 2 'No such file or directory' "$procrun" "$work/ask.proc" --answers "$work/none"
expect 2 '--scene' "$procrun" "$work/fails.proc" --scene healthy
expect 3 'stop' "$procrun" "$work/typo.proc"
expect 3 'nothing was sent' "$procrun" check "$work/typo.proc"
expect 0 ': OK (' "$procrun" check "$work/fails.proc"
expect 3 '--answers' "$procrun" "$work/ask.proc"
expect 0 'completed' "$procrun" "$work/ask.proc" --answers "$work/answers"
for words in 'PROCRUN_TEST_NOT_SET is not set' 'the secret key cannot be had' 'no answer to "Login works"' 'expected a number' \
    'answers "Lgoin works", which is never asked: did you mean "Login works"?'; do
    expect 3 "$words" "$procrun" "$work/lacks.proc" --answers "$work/lacking"
done
[[ ! -e $work/acted ]] || { echo 'FAILED: something was sent before it was seen what the run lacks'; ((++failures)); }
expect 1 'answered with no' "$procrun" "$work/ask.proc" --answers "$work/no"
expect 2 'expected "question" = answer' "$procrun" "$work/ask.proc" --answers "$work/bad"
expect 1 'it must be so' "$procrun" "$work/fails.proc"
expect 1 'unknown is not taken' "$procrun" "$work/unknown.proc"
expect 1 'could NOT be told' "$procrun" "$work/unknown.proc"
expect 1 'not reached within 300ms' "$procrun" "$work/expires.proc"
expect 4 'completed with skips' "$procrun" "$work/skips.proc"
expect 3 'file' "$procrun" "$work/acts.proc"
expect 0 'not verified' "$procrun" "$work/acts.proc" "file=$work/touched"
# A value with quotes and commands in it stays one word.
cd "$work" || exit 1
expect 0 'completed' "$procrun" "$work/acts.proc" 'file=a b; touch injected; $(touch injected)'
[[ ! -e injected ]] || { echo 'FAILED: a value injected a command'; ((++failures)); }
expect 8 'the journal' "$procrun" "$work/fails.proc" --journal /dev/null/journal.db
expect 0 'E0201' "$procrun" explain e0201
expect 2 'there is no code' "$procrun" explain E9999
expect 0 'drbd.status' "$procrun" docs drbd.status
expect 0 'unit fails UNIT' "$procrun" docs troubles
expect 0 'haproxy.drain' "$procrun" docs drain
expect 0 'procedures/jtel/failover.proc' "$procrun" docs failover
expect 0 '# mysql' "$procrun" docs MariaDB
expect 0 '# pcs' "$procrun" docs pacemaker
expect 0 'No builtin, word of the language, trouble, procedure or finding is called that' "$procrun" docs nginx
expect 2 'zeppelin is not found in the language' "$procrun" docs zeppelin

# The check knows the scenes and their troubles, as the rehearsal does.
cat >"$work/scenes.proc" <<'P'
fact unit: text
host web1 { address "127.0.0.1"  unit "nginx" }
scene "down" = "web1: unit failz nginx"
scene "slow" = "web1: unit slow apache2"
needs scene "downn"
P
expect 3 'unknown trouble "unit failz nginx"' "$procrun" check "$work/scenes.proc"
expect 3 'did you mean "unit fails nginx"?' "$procrun" check "$work/scenes.proc"
sed -i 's/failz/fails/' "$work/scenes.proc"
expect 0 'the scene "slow" cannot be rehearsed' "$procrun" check "$work/scenes.proc"
expect 0 'did you mean `down`?' "$procrun" check "$work/scenes.proc"
expect 0 'scenes to rehearse in: healthy, failed-over (built in); down, slow (this procedure)' "$procrun" check "$work/scenes.proc"
expect 2 'there are: healthy, failed-over (built in); down, slow (this procedure)' "$procrun" rehearse "$work/scenes.proc" --scene up
expect 0 'scene "down" (this procedure: web1: unit fails nginx)' "$procrun" rehearse "$work/scenes.proc" --scene down

# A watch is not looked at by a run: that is told.
cat >"$work/watched.proc" <<'P'
fact unit: text
host web1 { address "127.0.0.1"  unit "nginx" }
watch "nginx runs" every 30s { require systemd.running("nginx") on web1  run "scenes.proc" }
P
expect 0 'the watch "nginx runs" is not rehearsed here' "$procrun" rehearse "$work/watched.proc"

# A name whose statement failed is unknown at the prompt, and nothing is sent with it; what is typed is quoted like what is written.
cat >"$work/local.proc" <<'P'
site "here"
host me { via local }
P
printf 'let t = shell.query("exit 3") on me\nshell.query("echo got ${t}") on me\nshell.query("echo again") on me\n' >"$work/typed"
expect 0 'it was never set' bash -c "'$procrun' repl --site '$work/local.proc' <'$work/typed'"
expect 0 'while `let t = shell.query("exit 3") on me`' bash -c "'$procrun' repl --site '$work/local.proc' <'$work/typed'"
expect 0 'again' bash -c "'$procrun' repl --site '$work/local.proc' <'$work/typed'"
grep -q 'got' "$work/out" && { echo "FAILED: sent with a name that was never set: $(cat "$work/out")"; failures=$((failures + 1)); }
expect 2 'did you mean `drbd.status`?' "$procrun" docs drbd.statsu
expect 0 'completed with skips' "$procrun" history
expect 0 'it must be so' "$procrun" history 3
expect 2 'there is no run' "$procrun" history 4711
expect 0 'tell what a run would do now' "$procrun" help plan
expect 0 'Subcommands' "$procrun" help
expect 2 '`procrun plan FILE` tells what it would do now' "$procrun" "$work/fails.proc" --dry-run
printf 'help\nquit\nnote "behind the end"\n' >"$work/typed"
expect 0 ':names' bash -c "'$procrun' repl --site '$work/local.proc' <'$work/typed'"
grep -q 'behind the end' "$work/out" && { echo "FAILED: quit does not end the prompt"; ((++failures)); }

# Every event is one JSON object on one line.
"$procrun" "$work/fails.proc" --json >"$work/json" 2>/dev/null
python3 -c 'import json, sys
kinds = [json.loads(line)["kind"] for line in open(sys.argv[1])]
assert kinds[0] == "run started" and kinds[-1] == "run ended" and "failed" in kinds, kinds' "$work/json" || ((++failures))

# Ctrl-C: the wait ends, the run is aborted, and the journal knows. A job in the background ignores SIGINT; SIGTERM counts the same.
"$procrun" "$work/waits.proc" >"$work/out" 2>&1 &
pid=$!
until grep -q 'waiting until' "$work/out" || ! kill -0 "$pid" || ((SECONDS > 300)); do read -rt 0.05 <> <(:) || true; done
kill -TERM "$pid"
wait "$pid"
code=$?
((code == 5)) || { echo "FAILED: an interrupted run ended with $code"; cat "$work/out"; ((++failures)); }
grep -q 'aborted' "$work/out" || ((++failures))

# Killed while an action is under way: nobody knows what it does, so its undo is due.
export XDG_STATE_HOME=$work/killed
cat >"$work/slow.proc" <<P
host a1 { address "127.0.0.1"  via local }
step "Act" { on a1 { shell.action("touch $work/begun; while test -e $work/slow.proc; do sleep 0.1; done")  within 10m  undo shell.action("touch $work/undone") } }
P
# Nobody asks for its end: it stays a zombie while the others look for it.
python3 - "$procrun" "$work" >"$work/out" 2>&1 <<'P' || { echo 'FAILED: the killed run'; cat "$work/out"; ((++failures)); }
import os, subprocess, sys, time
procrun, work = sys.argv[1:]
quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
run = subprocess.Popen([procrun, work + '/slow.proc'], **quiet)
while not os.path.exists(work + '/begun'):
    assert run.poll() is None
    time.sleep(0.02)
run.kill()
while open(f'/proc/{run.pid}/stat').read().rsplit(')')[1].split()[0] != 'Z':
    time.sleep(0.02)
undo = subprocess.run([procrun, 'undo', '1'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(undo.stdout)
assert undo.returncode == 0 and 'undone: 1 of 1; run 1 remains aborted' in undo.stdout
assert os.path.exists(work + '/undone')
P
grep -q 'failed after' "$work/out" && { echo 'FAILED: an undo that worked is told as a failure'; cat "$work/out"; ((++failures)); }
expect 0 'run 1 has nothing to undo' "$procrun" undo 1

# A resumed part that ends early tells what is still due.
export XDG_STATE_HOME=$work/early
cat >"$work/early.proc" <<P
host a1 { address "127.0.0.1"  via local }
step "Act" { on a1 { shell.action("sleep 20")  within 300ms  undo shell.action("touch $work/undone") } }
P
expect 6 'procrun undo 1' "$procrun" "$work/early.proc"
expect 6 'pending undos' "$procrun" resume 1
expect 6 'to undo what is pending: procrun undo 1' "$procrun" resume 1

# Steps that a person passes over are not done: the run says so, and who it was.
export XDG_STATE_HOME=$work/over
cat >"$work/over.proc" <<P
host a1 { address "127.0.0.1"  via local }
step "First" { on a1 { shell.action("touch $work/first") } }
step "Second" { on a1 { shell.action("false") } }
step "Third" { on a1 { shell.action("touch $work/third") } }
step "Fourth" { note "here" }
P
unset SUDO_USER
expect 1 'procrun resume 1' "$procrun" "$work/over.proc"
expect 2 'there is no outermost step' "$procrun" resume 1 --from 5
expect 4 "Step 3  Third: passed over by --from ($(id -un))" "$procrun" resume 1 --from 4
grep -q 'First: done before' "$work/out" && ! grep -q 'Second: done before' "$work/out" || { echo 'FAILED: what was done before'; ((++failures)); }
grep -qF "step 2 \"Second\": passed over by --from ($(id -un))" "$work/out" || { echo 'FAILED: the end tells no skip'; ((++failures)); }
expect 0 '"kind":"passed over"' "$procrun" history 1 --json
expect 0 'passed over by --from' "$procrun" report 1

# A rehearsal ends with its site: it can be neither resumed nor undone, and does not stand before a run that can.
export XDG_STATE_HOME=$work/both
printf 'host s1 { via simulated }\nstep "Look" { fail "today not" }\n' >"$work/sim.proc"
expect 1 'procrun resume 1' "$procrun" "$work/early-fail.proc"
expect 1 'failed after' "$procrun" rehearse "$work/sim.proc"
grep -q 'procrun resume' "$work/out" && { echo 'FAILED: a rehearsal offers a resume'; ((++failures)); }
expect 2 'ended with it' "$procrun" resume 2
# Which run that is is said where nobody can be asked, and it is named.
expect 2 '`procrun resume 1` is run 1, early-fail' "$procrun" resume
expect 2 '`procrun undo 1` is run 1, early-fail' "$procrun" undo
expect 1 'procrun history 1' "$procrun" resume 1
expect 0 'undone: 1 of 1; run 1 remains failed' "$procrun" undo 1
expect 2 'no run here is left to undo' "$procrun" undo

# A site that outlives its runs: a run there is found by it, whatever was rehearsed elsewhere meanwhile.
"$procrun" simulate "$work/sim.proc" --socket "$work/socket" --log "$work/served" >"$work/simulate.out" &
server=$!
until [[ -S $work/socket ]]; do
    kill -0 "$server" || { cat "$work/simulate.out"; exit 1; }
    read -rt 0.05 <> <(:) || true
done
cd "$work" || exit 1
expect 1 'procrun resume 3' "$procrun" rehearse "$work/sim.proc" --at socket
expect 1 'procrun history 4' "$procrun" rehearse "$work/sim.proc"
expect 2 '`procrun resume 3` is run 3, sim' "$procrun" resume --at "$work/socket"
expect 1 'procrun history 3' "$procrun" resume 3 --at "$work/socket"
expect 2 'no run here is left to resume' "$procrun" resume --at "$work/another"
expect 2 'name it with --at' "$procrun" resume 3
kill "$server"

# Rehearsals stand apart from the runs on real hosts, and the list can be narrowed.
numbers() { "$procrun" history "$@" --json | python3 -c 'import json, sys; print(*[json.loads(line)["run"] for line in sys.stdin])'; }
lists() { [[ $(numbers "${@:2}") == "$1" ]] || { echo "FAILED: history ${*:2} lists $(numbers "${@:2}"), expected $1"; ((++failures)); }; }
lists '1'
lists '4 3 2' --rehearsals
lists '1' --failed
lists '' --failed --site 'no such site'
expect 0 '3 rehearsals: `procrun history --rehearsals`' "$procrun" history
expect 0 "$(date +%F)" "$procrun" history --rehearsals  # the day on which somebody rehearsed, not that of the simulated site
expect 0 '3 rehearsals older than 0h deleted' "$procrun" history --rehearsals --prune 0h
lists '' --rehearsals
lists '1'

# At a terminal the run is shown, with what would be done, and done after a yes. Runs of another site than the one here are not meant.
export XDG_STATE_HOME=$work/named
mkdir -p "$work/site-a" "$work/site-b"
cat >"$work/site-a/fails.proc" <<P
host a1 { address "127.0.0.1"  via local }
step "First" { on a1 { shell.action("touch $work/first-done") } }
step "Second" {
  on a1 { shell.action("true")  undo shell.action("touch $work/taken-back") }
  fail "not today"
}
P
cd "$work/site-a" && expect 1 'procrun resume 1' "$procrun" fails.proc
cd "$work/site-b" && expect 2 'of another site than the one here: run 1, fails' "$procrun" undo
printf 'host b1 { address "127.0.0.1"  via local }\n' >"$work/site-b/site.proc"
expect 2 'of another site than the one here: run 1, fails' "$procrun" resume
cd "$work/site-a" || exit 1
PYTHONPATH=$here python3 -B - "$procrun" "$work" >"$work/out" 2>&1 <<'P' || { echo 'FAILED: a run that nobody has named, at a terminal'; cat "$work/out"; ((++failures)); }
import os, sys
from terminal import at_a_terminal

work = sys.argv[2]


def answered(answer, command):
    code, said = at_a_terminal([command], [("[yes/no]", answer)])
    print(said)
    return code, " ".join(said.split())


code, said = answered('no', 'resume')
assert code == 3 and 'run 1, fails' in said and 'A resume goes on in step 2 "Second".' in said, code
assert 'It has finished step 1 "First".' in said and 'run 1 stays as it is' in said
code, said = answered('no', 'undo')
assert code == 3 and 'shell.action(' in said and not os.path.exists(work + '/taken-back'), code
code, said = answered('yes', 'undo')
assert code == 0 and os.path.exists(work + '/taken-back'), code
P
cd "$work" || exit 1

mode=$(stat -c %a "$work/state/procrun/journal.db")
[[ $mode == 600 ]] || { echo "FAILED: the journal has mode $mode"; ((++failures)); }

# What was answered before need not be answered again.
export XDG_STATE_HOME=$work/other
cat >"$work/goes-on.proc" <<P
host a1 { address "127.0.0.1"  via local }
step "Ask" { confirm "Login works" }
step "Look" { require shell.succeeds("test -e $work/mended") on a1 }
P
expect 3 'no answer to "Login works"' "$procrun" "$work/goes-on.proc" --answers /dev/null
expect 1 'procrun resume' "$procrun" "$work/goes-on.proc" --answers "$work/answers"
touch "$work/mended"
expect 0 'completed' "$procrun" resume 1 --answers /dev/null

# Who reads along may go, and the disk under the output may be full: the exit code is that of the run.
"$procrun" rehearse "$work/sim.proc" 2>"$work/err" | head -1 >/dev/null
codes=("${PIPESTATUS[@]}")
((codes[0] == 1)) || { echo "FAILED: a reader that went away makes it exit ${codes[0]}"; ((++failures)); }
"$procrun" rehearse "$work/sim.proc" >/dev/full 2>"$work/err"
(($? == 1)) && grep -q 'not everything could be written to standard output (No space left on device); the journal has it' "$work/err" ||
    { echo "FAILED: a full disk under the output: $(cat "$work/err")"; ((++failures)); }

((failures == 0)) && echo 'all as expected'
exit $((failures > 0))
