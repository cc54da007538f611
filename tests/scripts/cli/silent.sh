#!/usr/bin/env bash
# Machines that do not answer as a run begins: told in two groups, asked about at a terminal, refused elsewhere, left out by --without.
set -uo pipefail
procrun=$1
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1 TERM=dumb
cd "$work" || exit 1
cat >site.proc <<'S'
site "balanced"
fact unit: text = "app"
host lb1  { via simulated }
host lb2  { via simulated }
host web1 { via simulated  unit "app" }
host old  { via simulated }
group lbs = lb1, lb2
cluster web { kind haproxy  nodes lb1, lb2  backend "web"  servers web1 }
scene "no lb2" = "lb2: off"
scene "no old" = "old: off"
scene "neither" = "lb2: off", "old: off"
S
cat >roll.proc <<'P'
if (systemd.running("app") on old) is unknown { note "the old one is off" }
step "Out"  { on lbs { haproxy.drain(web1) } }
step "Work" { on web1 { systemd.restart("app") } }
step "Back" { on lbs { haproxy.ready(web1) } }
P
PYTHONPATH=$here python3 -B - "$procrun" <<'P'
import json, sys
from terminal import at_a_terminal, check, failures, run


def sent(file):
    return [line for line in open(file).read().splitlines() if "socat" in line or "restart" in line]


# Nobody to ask: refused before anything is changed, with the flag that helps. No resume is offered: nothing was begun.
code, said = run("rehearse", "roll.proc", "--scene", "neither", "--site-log", "log")
check(code == 3, f"exit {code}", said)
check("--without lb2" in said and "--without old" not in said, "the flag is not named", said)
needed = said.index("that the procedure needs:")
expected = said.index("off, as the procedure expects:")
check("lb2, for `haproxy.drain(web1)` (roll.proc:2)" in said[needed:expected], "what needs lb2", said)
check("- old:" in said[expected:], "old is not told as expected", said)
check(not any("set server" in line for line in open("log")), "something was changed", said)
check("procrun resume" not in said, "a resume of what was not begun", said)
check(run("rehearse", "roll.proc")[0] == 0, "a healthy site", run("rehearse", "roll.proc")[1])
code, said = run("rehearse", "roll.proc", "--scene", "no old")
check(code == 0 and "off, as the procedure expects" in said, f"what is expected to be off: exit {code}", said)

# Left out: its statements are skips, and the rest is done.
code, said = run("rehearse", "roll.proc", "--scene", "no lb2", "--without", "lb2")
check(code == 4 and said.count("SKIPPED haproxy.") == 2 and "without lb2" in said, f"--without: exit {code}", said)
newest = run("history", "--rehearsals", "--json")[1].splitlines()
run_id = str(max(json.loads(line)["run"] for line in newest))
code, report = run("report", run_id, "--md")
check("lb2 is left out: --without lb2" in report, "the report does not tell it", report)
events = [json.loads(line) for line in run("history", run_id, "--json")[1].splitlines()]
check([e for e in events if e["kind"] == "silent at start"][0]["without"] == ["lb2"], "the journal does not tell it", str(events))
check(all(e["key"]["host"] == "lb2" for e in events if e["kind"] == "skipped"), "skips without identity", str(events))
code, said = run("rehearse", "roll.proc", "--without", "lb3")
check(code == 2 and "did you mean lb" in said, f"a host that there is not: exit {code}", said)

# An answer file is a person, too.
with open("answers", "w") as file:
    file.write('silent lb2 = without\n')
code, said = run("rehearse", "roll.proc", "--scene", "no lb2", "--answers", "answers")
check(code == 4 and "never asked" not in said, f"--answers: exit {code}", said)

# At a terminal she is asked.
scene = ["rehearse", "roll.proc", "--ask", "--speed", "0", "--scene", "no lb2"]
code, said = at_a_terminal(scene, [("which?", "retry"), ("which?", "without")])
check(code == 4 and said.count("What now?") == 2 and "has left it out" in said, f"asked: exit {code}", said)
code, said = at_a_terminal(scene, [("which?", "abort")])
check(code == 5 and "Step" not in said, f"abort: exit {code}", said)
sys.exit(failures())
P
