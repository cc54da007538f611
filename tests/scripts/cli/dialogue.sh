#!/usr/bin/env bash
# What a person is asked where a statement has failed, and what she is told at the end: what can be undone, what cannot, and by which
# signal a run was ended.
set -uo pipefail
procrun=$1
here=$(realpath "$(dirname "$0")")
drain=$(realpath examples/drain.proc)
jtel=$(realpath procedures/jtel/site.proc)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1 TERM=dumb TZ=XST-3
cd "$work" || exit 1
printf 'host a1 { address "127.0.0.1"  via local }\n' >one.proc
cat >two.proc <<'P'
step "First" { on a1 { shell.action("touch first")  undo shell.action("touch first-undone") } }
step "Second" {
  on a1 {
    shell.action("touch kept")
    shell.action("touch second")  undo shell.action("rm second")
    shell.action("exit 3")
  }
}
P
cat >none.proc <<'P'
host a1 { address "127.0.0.1"  via local }
let wanted = "exit 0"
define succeeds(script: text): bool = shell.succeeds("sh -c ${script}") and script == wanted
define later(): bool = never_set == wanted
step "Only" { on a1 { shell.action("exit 3") } }
let never_set = "x"
P
cat >leaves.proc <<'P'
host a1 { address "127.0.0.1"  via local }
define action pair() { on a1 { shell.action("touch pair")  leave "until the summer" } }
step "Only" {
  on a1 { shell.action("touch lies")  undo shell.action("rm lies")  leave "until the spring" }
  pair()  undo { on a1 { shell.action("rm pair") } }
  on a1 { shell.action("exit 3") }
}
P
cat >waits.proc <<'P'
host a1 { address "127.0.0.1"  via local }
step "Wait" { wait_until shell.succeeds("touch looked; test -e never") on a1  within 5m  every 100ms }
P
cat >time.proc <<'P'
host a1 { address "127.0.0.1"  via local }
step "Time" { note "it is ${time.now()}" }
P
printf 'host s1 { via simulated }\nstep "Look" { fail "today not" }\n' >sim.proc
cat >synced.proc <<'P'
step "In sync" { wait_until all s in stores: drbd.in_sync("r0")  within 10m  every 10s }
P
PYTHONPATH=$here python3 -B - "$procrun" "$drain" "$jtel" <<'P'
import json, os, signal, subprocess, sys, time
from terminal import at_a_terminal, check, failures, procrun, run

# `undo` says what it would undo. What is typed at the prompt and fails is told there: the run's own question comes again behind it.
code, said = at_a_terminal(["two.proc", "--site", "one.proc"], [("which?", "prompt"), ("procrun a1>", 'shell.action("exit 4")'), ("yes?", "yes"),
                                          ("procrun a1>", ":quit"), ("which?", "undo")])
check(code == 1 and not os.path.exists("second") and not os.path.exists("first-undone"), f"exit {code}", said)
offer = said.split("which?")[0]
check("and undo, in this order:" in offer and "rm second" in offer and "first-undone" not in offer, "what undo would undo", said)
check(said.count("What now?") == 2 and '"exit 4") on a1 failed. What now?' not in said, "the prompt asks what only the run is asked", said)
decided = [json.loads(line)["choice"] for line in run("history", "1", "--json")[1].splitlines() if '"kind":"decided"' in line]
check(decided == ["look around", "undo"], f"decided: {decided}", said)
failures_of = [one["message"] for one in json.loads(run("report", "1", "--json")[1])["failures"]]
check(any("exit 3" in one for one in failures_of) and not any("exit 4" in one for one in failures_of), f"failures of the run: {failures_of}", said)
check("at the prompt: FAILED" in run("history", "1")[1], "what was typed is not told apart", said)
end = said[said.index("failed after"):]
listed = end[end.index("changed by the run, not undone, and no undo is pending:"):].splitlines()[1:]
listed = [line for line in listed if line.startswith("  - ")]
check(any("touch first" in line for line in listed) and any("touch kept" in line for line in listed), "what has no undo is not listed", said)
check(not any("touch second" in line for line in listed), "what was undone is listed as not undone", said)

# What the procedure defines and has set is known at the prompt, also where its site is its own.
code, said = at_a_terminal(["none.proc"], [("which?", "prompt"), ("procrun a1>", 'succeeds("exit 0")'), ("procrun a1>", "later()"),
                                           ("procrun a1>", ":quit"), ("which?", "abort")])
check("true" in said.split('succeeds("exit 0")')[1].split("procrun a1>")[0], "a define of the procedure", said)
check("never_set" in said.split("later()")[1].split("procrun a1>")[0], "a define that uses what is not set yet", said)
check("nothing is undone, as no change has an undo that is still pending" in said, "nothing to undo, and it does not say so", said)
check("`procrun resume` goes on from here" in said, "a run that can be resumed does not say so", said)
code, said = at_a_terminal(["rehearse", "sim.proc", "--ask"], [("which?", "abort")])
check(code == 1 and "abort" in said and "procrun resume" not in said, "a rehearsal promises a resume", said)

# A trouble of the scene is cured at the prompt, and the wait goes through. `--on-failure ask` asks in a rehearsal, at a terminal only.
rehearsal = ["rehearse", "synced.proc", "--site", sys.argv[3], "--scene", "split-brain", "--speed", "0"]
code, said = at_a_terminal([*rehearsal, "--on-failure", "ask"],
                           [("which?", "prompt"), ("procrun> ", ":trouble"), ("procrun> ", ":cure acd-store1: drbd split-brain"),
                            ("procrun> ", ":quit"), ("which?", "retry")])
check(code == 0 and "\n  acd-store1: drbd split-brain" in said, f"exit {code}", said)
check("simulated trouble cured: acd-store1: drbd split-brain" in said, "the cure is not told", said)
check("StandAlone: DRBD does not connect again by itself" in said, "the wait does not tell what no waiting ends", said)
code, said = run(*rehearsal, "--on-failure", "ask")
check(code == 1 and "What now?" not in said, "somebody is asked without a terminal", said)
code, said = at_a_terminal(rehearsal, [])
check(code == 1 and "--ask asks you" in said, "that nobody is asked is not told", said)
check('scene "split-brain" (site.proc: acd-store1: drbd split-brain)' in said, "the scene is not told", said)

# Who goes on although the text has changed in what was done is in the journal, with what has changed.
text = """host a1 { address "127.0.0.1"  via local }
step "First" { on a1 { shell.action("echo %s >>marks") } }
step "Second" { require shell.succeeds("test -e ready") on a1 }
"""
for word in ("one", "two"):
    with open("changed.proc", "w") as procedure:
        procedure.write(text % word)
    if word == "one":
        run("changed.proc", "--journal", "changed.db")
open("ready", "w").close()
code, said = at_a_terminal(["resume", "1", "--journal", "changed.db"], [("which?", "continue")])
decided = [json.loads(line) for line in run("history", "1", "--json", "--journal", "changed.db")[1].splitlines() if '"kind":"decided"' in line]
check(code == 0 and [one["choice"] for one in decided] == ["continue"], f"decided: {decided}", said)
check("First" in decided[0]["about"], "what has changed is not in the journal", str(decided))

# What was undone is not left on purpose, be it by the undo of the define that it was in.
code, said = run("leaves.proc", "--on-failure", "undo")
check(code == 1 and "undone:" in said and "left behind on purpose" not in said, "what was undone is left on purpose", said)
code, said = run("leaves.proc", "--on-failure", "keep")
check("left behind on purpose" in said, "what stays is not told as left on purpose", said)

# A run that is ended from outside says by which signal.
for number, name in ((signal.SIGTERM, "SIGTERM"), (signal.SIGHUP, "SIGHUP"), (signal.SIGINT, "Ctrl-C")):
    if os.path.exists("looked"):
        os.remove("looked")
    waiting = subprocess.Popen([procrun, "waits.proc"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               preexec_fn=lambda: [signal.signal(one, signal.SIG_DFL) for one in (signal.SIGINT, signal.SIGHUP)])
    while not os.path.exists("looked") and waiting.poll() is None:
        time.sleep(0.01)
    waiting.send_signal(number)
    said = waiting.communicate()[0]
    check(waiting.returncode == 5 and f"{name}: nothing new is started" in said and f"aborted by {name} after" in said, name, said)
    check(name == "Ctrl-C" or "Ctrl-C" not in said, f"{name} is told as Ctrl-C", said)

# One zone, and its name; seconds since 1970 in JSON.
code, said = run("time.proc")
number = max(json.loads(line)["run"] for line in run("history", "--json")[1].splitlines())
said += run("history")[1] + run("history", str(number))[1]
check(code == 0 and said.count(" XST") >= 4 and "UTC" not in said, "more than one zone, or one without its name", said)

# A terminal that cannot move its cursor gets the lines that a file gets: what a wait sees, and no codes.
drain = sys.argv[2]
del os.environ["NO_COLOR"]
for kind in ("dumb", "unknown", ""):
    os.environ["TERM"] = kind
    code, said = at_a_terminal(["rehearse", drain], [])
    check(code == 0 and "\033" not in said, f"TERM={kind}: exit {code}, or codes in it", said)
    check("… haproxy.sessions(web2) is" in said, f"TERM={kind}: a wait says nothing", said)
sys.exit(failures())
P
