#!/usr/bin/env bash
# Computing that would go on for ever ends: by a signal, by the time that is left, by itself.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state NO_COLOR=1
exec python3 - "$procrun" "$work" <<'PY'
import os, signal, subprocess, sys, time

procrun, work = sys.argv[1:]
failures = []
PATIENCE = 120  # seconds: a busy machine computes slowly, and one that never ends takes longer


def doubling(kind, zero, twice, uses):
    lines = [f"define d0(n: int): {kind} = {zero}"]
    lines += [f"define d{i}(n: int): {kind} = {twice.format(f'd{i - 1}(n)')}" for i in range(1, 41)]
    return "\n".join(['host a1 { address "127.0.0.1"  via local }', *lines, 'let now = shell.query("echo 1").as_int() on a1', uses])


NUMBERS = ("int", "n - n", "{0} + {0}")
TEXTS = ("text", '"x"', "{0} + {0}")
PROGRAMS = {
    "a require": doubling(*NUMBERS, 'step "A" { note "begun"\n  require d40(now) == 0 }'),
    "a let": doubling(*NUMBERS, 'step "A" { note "begun"\n  let x = d40(now)\n  note "${x}" }'),
    "a note": doubling(*NUMBERS, 'step "A" { note "begun"\n  note "${d40(now)}" }'),
    "a condition of an if": doubling(*NUMBERS, 'step "A" { note "begun"\n  if d40(now) == 1 { note "never" } }'),
    "a wait": doubling(*NUMBERS, 'step "A" { note "begun"\n  wait_until d40(now) == 1 and shell.succeeds("true") on a1  within 1h }'),
    "a text": doubling(*TEXTS, 'step "A" { note "begun"\n  require d40(now) != "" }'),
}


def start(name, text, words=()):
    path = f"{work}/{name.replace(' ', '-')}.proc"
    with open(path, "w") as file:
        file.write(text)
    return subprocess.Popen([procrun, path, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def begun(process):
    for line in process.stdout:
        if "begun" in line:
            return True
    return False


def ended(name, process, code, words):
    try:
        output = process.communicate(timeout=PATIENCE)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        failures.append(f"{name}: it goes on computing")
        return
    if process.returncode != code or words not in output:
        failures.append(f"{name}: expected exit {code} and '{words}', got {process.returncode}: {output[-400:]}")


for name, text in PROGRAMS.items():
    for numbers in ([signal.SIGTERM], [signal.SIGINT, signal.SIGINT], [signal.SIGINT]):
        what = f"{name}, {[number.name for number in numbers]}"
        process = start(name, text)
        if not begun(process):
            failures.append(f"{what}: it did not begin")
            continue
        for number in numbers:
            process.send_signal(number)
            time.sleep(0.05)  # two of them at once are one
        ended(what, process, 5, "interrupted")

# The time around it, in a run and in a rehearsal, where no time passes while something is computed.
limited = PROGRAMS["a require"].replace('step "A" {', 'step "A" within 1s {')
ended("a step's within", start("limited", limited), 1, "computing this took longer than")
simulated = limited.replace('address "127.0.0.1"  via local', "via simulated").replace('shell.query("echo 1").as_int() on a1', "0")
ended("a rehearsal's within", start("rehearsed", simulated), 1, "computing this took longer than")

# Texts and lists end before the memory does.
big = doubling("text", '"' + "x" * 4096 + '"', "{0} + {0}", 'step "A" { require d13(now) == ""  else "too long" }')
ended("a text of 32 MiB", start("big", big), 1, "would have more than 16777216 bytes")

for failure in failures:
    print("FAILED:", failure)
print("all as expected" if not failures else "")
sys.exit(bool(failures))
PY
