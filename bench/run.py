#!/usr/bin/env python3
"""Measures procrun beside the bare libssh loop (bench/limit.cpp), OpenSSH and Python, in one run, and writes docs/performance.md.

usage: bench/run.py [--quick]
"""

import os
import pathlib
import platform
import subprocess
import sys
import tempfile

import measure
from servers import PORT, Servers

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROCRUN = ROOT / "build" / "procrun"
LIMIT = ROOT / "build" / "limit"
QUICK = "--quick" in sys.argv
ROUNDS = 1 if QUICK else 3


class Bench:
    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        self.servers = Servers(directory, 50 if QUICK else 200)
        self.env = {**os.environ, "HOME": str(self.servers.home), "NO_COLOR": "1"}
        self.env.pop("SSH_AUTH_SOCK", None)
        (directory / "site.proc").write_text(self.servers.site())
        options = f"-F /dev/null -o BatchMode=yes -o UserKnownHostsFile={self.servers.ssh}/known_hosts -o LogLevel=ERROR -i {self.servers.key} -p {PORT}"
        self.ssh = f"ssh {options}"
        self.mux = f"{self.ssh} -S {directory}/mux-%h"
        self.rows = []
        self.language = []

    # What runs

    def procrun(self, name: str, text: str, *words) -> list:
        file = self.directory / f"{name}.proc"
        file.write_text(text)
        return [PROCRUN, file, "--journal", self.directory / "journal.sqlite", *words]

    def limit(self, rounds, command: str, hosts: list[str]) -> list:
        return [LIMIT, PORT, self.servers.key, rounds, command, *hosts]

    def shell(self, script: str) -> list:
        return ["bash", "-c", f"set -e; {script}"]

    def masters(self, hosts: list[str], work: str) -> list:
        """One connection a host first (ControlMaster), then `work`."""
        names = "\\n".join(hosts)
        return self.shell(
            f"printf '{names}\\n' | xargs -P 50 -I@ {self.mux} -MNf @; {work}; printf '{names}\\n' | xargs -P 50 -I@ {self.mux} -O exit @ 2>/dev/null"
        )

    # What is measured

    def row(self, name: str, results: dict, goal: str):
        self.rows.append((name, results, goal))
        print(name, {key: f"{value.wall * 1000:.0f} ms, {value.cpu * 1000:.0f} ms CPU, {value.memory:.1f} MiB" for key, value in results.items()})

    def check(self):
        steps = "".join(f'step "Step {n}" {{\n  require shell.succeeds("true") on h{n}\n}}\n' for n in range(30))
        file = self.directory / "w1.proc"
        file.write_text(steps)
        script = self.directory / "w1.sh"
        script.write_text("".join(f"ssh h{n} true || exit 1\n" for n in range(30)))
        programs = {"procrun": [PROCRUN, "check", file], "OpenSSH": ["bash", "-n", script]}
        self.row("W1 check of 30 steps, whole process (beside it: bash -n)", measure.in_turn(programs, self.env, 4 * ROUNDS), "≤ 8 ms")

    def sequence(self):
        host = self.servers.hosts[0]
        text = 'step "Fifty" {\n' + '  require shell.succeeds("true") on h0\n' * 50 + "}\n"
        programs = {
            "limit": self.limit(50, "true", [host]),
            "procrun": self.procrun("w2", text),
            "OpenSSH": self.masters([host], f"for i in $(seq 50); do {self.mux} {host} true; done"),
        }
        self.row("W2 one host, 50 commands, connecting included", measure.in_turn(programs, self.env, 2 * ROUNDS), "≤ 1.15 × limit")

    def fan_out(self, count: int, group: str, goal: str):
        hosts = self.servers.hosts[:count]
        names = "\\n".join(hosts)
        programs = {
            "limit": self.limit(1, "true", hosts),
            "procrun": self.procrun(f"w3-{count}", f'step "Everywhere" {{\n  on {group} in parallel {{ require shell.succeeds("true") }}\n}}\n'),
            "OpenSSH": self.shell(f"printf '{names}\\n' | xargs -P 50 -I@ {self.ssh} @ true"),
        }
        results = measure.in_turn(programs, self.env, ROUNDS)
        self.row(f"W3 {count} hosts at once, one command each, connecting included", results, goal)
        self.cpu_per_host = {name: result.cpu * 1000 / count for name, result in results.items()}
        self.memory = {name: result.memory for name, result in results.items()}

    def steps(self):
        hosts = self.servers.hosts[:30]
        names = "\\n".join(hosts)
        text = "".join(f'step "Step {n}" {{\n  on thirty in parallel {{ require shell.succeeds("true") }}\n}}\n' for n in range(10))
        programs = {
            "limit": self.limit(10, "true", hosts),
            "procrun": self.procrun("w4", text),
            "OpenSSH": self.masters(hosts, f"for i in $(seq 10); do printf '{names}\\n' | xargs -P 30 -I@ {self.mux} @ true; done"),
        }
        self.row("W4 30 hosts, 10 steps, each waiting for all", measure.in_turn(programs, self.env, ROUNDS), "≤ 1.15 × limit")

    def wait(self):
        flag, host = self.directory / "flag", self.servers.hosts[0]
        text = f'step "Wait" {{\n  wait_until shell.succeeds("test -e {flag}") on h0  within 1m  every 50ms\n}}\n'
        programs = {
            "limit": self.limit("until", f"test -e {flag}", [host]),
            "procrun": self.procrun("w5", text),
            "OpenSSH": self.masters([host], f"until {self.mux} {host} test -e {flag}; do sleep 1; done"),
        }
        waits = measure.until_flip(programs, flag, self.env, 2 * ROUNDS)
        results = {name: measure.Result(wall, 0, 0, []) for name, wall in waits.items()}
        self.row("W5 from the flip to the end, polling every 50 ms (OpenSSH: every second)", results, "≤ 40 ms")

    def long_files(self):
        for lines in (1_000, 10_000):
            file = self.directory / f"long-{lines}.proc"
            step = 'step "Step {0}" {{\n  require shell.succeeds("true") on h{1}\n  wait_until shell.query("uptime").line(1) on h{1} != ""  within 5m\n  note "Step {0} is over"\n}}\n'
            file.write_text("".join(step.format(n, n % 30) for n in range(lines // 5)))
            empty = self.directory / "empty.proc"
            empty.write_text('note "nothing"\n')
            results = measure.in_turn({"file": [PROCRUN, "check", file], "empty": [PROCRUN, "check", empty]}, self.env, 4 * ROUNDS)
            took = (results["file"].cpu - results["empty"].cpu) * 1000
            self.language.append((f"parse and check {lines:,} lines, CPU without starting the process", f"{took:.1f} ms", f"≤ {lines // 100} ms"))

    def loop(self):
        text = (
            "define twice(n: int): int = n + n\ndefine more(n: int): int = twice(n) + 1\n"
            'step "Loop" {\n  for i in list.range(100) {\n    for j in list.range(1000) { require more(j) > i - 100 }\n  }\n}\n'
        )
        python = self.directory / "loop.py"
        python.write_text(
            "def twice(n): return n + n\ndef more(n): return twice(n) + 1\n"
            "for i in range(1, 101):\n    for j in range(1, 1001):\n        assert more(j) > i - 100\n"
        )
        results = measure.in_turn({"procrun": self.procrun("loop", text), "python": [sys.executable, python]}, self.env, ROUNDS)
        seen, beside = results["procrun"].cpu, results["python"].cpu
        self.language.append(
            ("100,000 conditions in a loop that call a nested define, journal included, CPU", f"{seen * 1000:.0f} ms (Python: {beside * 1000:.0f} ms)", "no slower than Python")
        )

    def rehearsals(self):
        file = ROOT / "procedures" / "jtel" / "failback.proc"
        words = [PROCRUN, "rehearse", file, "--speed", "0", "--journal", self.directory / "rehearsals.sqlite"]
        result = measure.in_turn({"procrun": words}, self.env, ROUNDS)["procrun"]
        self.language.append(("rehearsals of the jtel failback, one process each", f"{1 / result.wall:.1f} a second, {result.cpu * 1000:.0f} ms CPU each", "–"))

    def all(self):
        self.check()
        self.sequence()
        self.fan_out(10, "ten", "–")
        self.fan_out(50, "fifty", "≤ 1.15 × limit")
        if not QUICK:
            self.fan_out(200, "all_hosts", "≤ 1.15 × limit")
        self.steps()
        self.wait()
        self.long_files()
        self.loop()
        self.rehearsals()

    # What is written

    def table(self) -> str:
        def cell(result, limit):
            if result is None:
                return "–"
            ratio = f" ({result.wall / limit.wall:.2f} ×)" if limit is not None and result is not limit else ""
            return f"{result.wall * 1000:,.0f} ms{ratio}"

        lines = ["| work | bare libssh | procrun | OpenSSH | goal for procrun |", "|---|---|---|---|---|"]
        for name, results, goal in self.rows:
            cells = [cell(results.get(key), results.get("limit")) for key in ("limit", "procrun", "OpenSSH")]
            lines.append(f"| {name} | {' | '.join(cells)} | {goal} |")
        lines += ["", "| client side of the last W3 | bare libssh | procrun | OpenSSH | goal for procrun |", "|---|---|---|---|---|"]
        per_host = [f"{self.cpu_per_host[key]:.2f} ms" for key in ("limit", "procrun", "OpenSSH")]
        memory = [f"{self.memory[key]:.1f} MiB" for key in ("limit", "procrun")]
        lines.append(f"| CPU a host | {' | '.join(per_host)} | ≤ 1.5 ms |")
        lines.append(f"| W6 memory at most, all sessions open | {' | '.join(memory)} | a process a host | ≤ 25 MiB |")
        lines += ["", "| language | measured | goal |", "|---|---|---|"]
        lines += [f"| {' | '.join(row)} |" for row in self.language]
        return "\n".join(lines)


def version(*words) -> str:
    output = subprocess.run(words, capture_output=True, text=True)
    return (output.stdout or output.stderr).strip().splitlines()[0]


def main():
    for program in (PROCRUN, LIMIT):
        if not program.exists():
            raise SystemExit(f"{program} is missing: ./dev bench builds it")
    with tempfile.TemporaryDirectory(prefix="procrun-bench-") as directory:
        bench = Bench(pathlib.Path(directory))
        try:
            bench.all()
        finally:
            bench.servers.stop()
    page = f"""# Performance

Written by `./dev bench`: medians of programs that ran in turn, against private sshds on the same machine (loopback). The ratio to the bare
libssh loop (`bench/limit.cpp`: non-blocking, TCP_NODELAY, TCP_QUICKACK, one channel a command) is what counts: the servers take most of
the time. {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end, {platform.machine()}, {version("ssh", "-V")}, Python {platform.python_version()}.

{bench.table()}
"""
    if QUICK:
        print(page)
    else:
        (ROOT / "docs" / "performance.md").write_text(page)
        print("docs/performance.md is written")


if __name__ == "__main__":
    main()
