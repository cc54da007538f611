"""What is measured. Each function is one kind of work and adds its rows."""

import pathlib
import sys

import measure
import page
from far import ROUND_TRIP
from page import Figure, Goal, Work
from peers import Peers, shell
from servers import Servers

CHECK_OF_ANSIBLE = 100  # times less CPU


class Works:
    def __init__(self, directory: pathlib.Path, root: pathlib.Path, servers: Servers, env: dict, quick: bool):
        self.directory = directory
        self.root = root
        self.program = root / "build" / "procrun"
        self.servers = servers
        self.peers = Peers(directory, servers, root / "build" / "limit")
        self.env = env
        self.quick = quick
        self.works: list[Work] = []
        self.figures: list[Figure] = []
        (directory / "site.proc").write_text(servers.site())

    def all(self):
        self.check()
        self.sequence()
        self.far_sequence()
        self.far_fan_out()
        self.fan_out(10, "ten")
        self.fan_out(50, "fifty", 1.15)
        if not self.quick:
            self.fan_out(200, "all_hosts", 1.15)
        self.steps()
        self.wait()
        self.long_files()
        self.loop()
        self.rehearsals()
        self.sizes()

    # How

    def file(self, name: str, text: str) -> pathlib.Path:
        path = self.directory / name
        path.write_text(text)
        return path

    def run_of(self, name: str, text: str) -> list:
        return [self.program, self.file(f"{name}.proc", text), "--journal", self.directory / "journal.sqlite"]

    def in_turn(self, programs: dict[str, list], rounds: int) -> dict[str, measure.Result]:
        return measure.in_turn(programs, self.env, 1 if self.quick else rounds)

    def add(self, name: str, results: dict[str, measure.Result], goal: Goal):
        self.works.append(Work(name, results, goal))
        print(name, {key: f"{value.wall * 1000:.0f} ms, {value.cpu * 1000:.0f} ms CPU, {value.memory:.1f} MiB" for key, value in results.items()})

    def figure(self, name: str, measured: str, goal: Goal):
        self.figures.append(Figure(name, measured, goal))
        print(name, measured)

    def against_limit(self, results: dict[str, measure.Result], bound: float) -> Goal:
        return Goal(f"≤ {bound} × bare", results["procrun"].wall <= bound * results["limit"].wall)

    # What

    def check(self):
        steps = "".join(f'step "Step {n}" {{\n  require shell.succeeds("true") on h{n}\n}}\n' for n in range(30))
        script = self.file("w1.sh", "".join(f"ssh h{n} true || exit 1\n" for n in range(30)))
        programs = {"procrun": [self.program, "check", self.file("w1.proc", steps)], "OpenSSH": ["bash", "-n", script]}
        results = self.in_turn(programs, 31)
        if ansible := self.peers.ansible_check(30):
            results |= self.in_turn(ansible, 5)
            less = results["Ansible"].cpu / results["procrun"].cpu
            self.figure("CPU of Ansible's syntax check, by that of the check (W1)", f"{less:.0f} ×", Goal("≥ 100 ×", less >= CHECK_OF_ANSIBLE))
        goal = page.at_most(results["procrun"].wall * 1000, 8, "ms")
        self.add("W1 check of 30 steps, whole process (under OpenSSH: `bash -n`)", results, goal)

    def sequence(self):
        host = self.servers.hosts[0]
        require = '  require shell.succeeds("true") on h0\n'
        programs = {
            "limit": self.peers.limit(50, "true", [host]),
            "procrun": self.run_of("w2", f'step "Fifty" {{\n{require * 50}}}\n'),
            "one": self.run_of("w2-one", f'step "One" {{\n{require}}}\n'),
            "OpenSSH": self.peers.masters([host], f"for i in $(seq 50); do {self.peers.mux} {host} true; done"),
            **self.peers.clush_run([host], times=50),
            **self.peers.ansible_run([host], tasks=50),
        }
        results = self.in_turn(programs, 13)
        command = (results["procrun"].cpu - results.pop("one").cpu) * 1000 / 49
        self.add("W2 one host, 50 commands, connecting included", results, self.against_limit(results, 1.15))
        self.figure("CPU of a command (W2)", f"{command:.2f} ms", page.at_most(command, 0.4, "ms"))

    def far_sequence(self):
        """Against latency: what counts is how often the two sides wait for each other."""
        host = self.servers.far.hosts[0]
        require = '  require shell.succeeds("true") on far0\n'
        programs = {
            "limit": self.peers.limit(50, "true", [host]),
            "procrun": self.run_of("w2-far", f'step "Fifty" {{\n{require * 50}}}\n'),
            "one": self.run_of("w2-far-one", f'step "One" {{\n{require}}}\n'),
            "OpenSSH": self.peers.masters([host], f"for i in $(seq 50); do {self.peers.mux} {host} true; done"),
        }
        results = self.in_turn(programs, 3)
        trips = (results["procrun"].wall - results.pop("one").wall) / 49 / ROUND_TRIP
        self.add("W2 at 50 ms: one host, 50 commands, connecting included", results, page.NONE)
        self.figure("round trips of a command at 50 ms (W2)", f"{trips:.2f}", Goal("≤ 1.2", trips <= 1.2))

    def far_fan_out(self):
        hosts = self.servers.far.hosts
        programs = {
            "limit": self.peers.limit(1, "true", hosts),
            "procrun": self.run_of("w3-far", 'step "Everywhere" {\n  on far in parallel { require shell.succeeds("true") }\n}\n'),
            "OpenSSH": shell(self.peers.each(hosts, f"{self.peers.ssh} @ true")),
        }
        results = self.in_turn(programs, 3)
        goal = Goal("≤ OpenSSH", results["procrun"].wall <= results["OpenSSH"].wall)
        self.add(f"W3 at 50 ms: {len(hosts)} hosts at once, one command each, connecting included", results, goal)

    def fan_out(self, count: int, group: str, bound: float | None = None):
        hosts = self.servers.hosts[:count]
        programs = {
            "limit": self.peers.limit(1, "true", hosts),
            "procrun": self.run_of(f"w3-{count}", f'step "Everywhere" {{\n  on {group} in parallel {{ require shell.succeeds("true") }}\n}}\n'),
            "OpenSSH": shell(self.peers.each(hosts, f"{self.peers.ssh} @ true")),
            **self.peers.clush_run(hosts),
            **self.peers.ansible_run(hosts),
        }
        results = self.in_turn(programs, 7)
        goal = self.against_limit(results, bound) if bound else page.NONE
        self.add(f"W3 {count} hosts at once, one command each, connecting included", results, goal)
        if count != len(self.servers.hosts):
            return
        ours, bare = results["procrun"], results["limit"]
        cpu = {name: result.cpu * 1000 / count for name, result in results.items()}
        others = ", ".join(f"{page.PROGRAMS[name]}: {value:.2f} ms" for name, value in cpu.items() if name != "procrun")
        self.figure(f"CPU a host (W3, {count} hosts)", f"{cpu['procrun']:.2f} ms ({others})", page.at_most(cpu["procrun"], 1.5, "ms"))
        memory = f"{ours.memory:.1f} MiB (bare libssh: {bare.memory:.1f} MiB)"
        self.figure(f"W6 memory at most, {count} sessions open", memory, page.at_most(ours.memory, 25, "MiB"))

    def steps(self):
        hosts = self.servers.hosts[:30]
        text = "".join(f'step "Step {n}" {{\n  on thirty in parallel {{ require shell.succeeds("true") }}\n}}\n' for n in range(10))
        ten_times = f"for i in $(seq 10); do {self.peers.each(hosts, f'{self.peers.mux} @ true')}; done"
        programs = {
            "limit": self.peers.limit(10, "true", hosts),
            "procrun": self.run_of("w4", text),
            "OpenSSH": self.peers.masters(hosts, ten_times),
            **self.peers.clush_run(hosts, times=10),
            **self.peers.ansible_run(hosts, tasks=10),
        }
        results = self.in_turn(programs, 7)
        self.add("W4 30 hosts, 10 steps, each waiting for all", results, self.against_limit(results, 1.15))

    def wait(self):
        flag, host = self.directory / "flag", self.servers.hosts[0]
        text = f'step "Wait" {{\n  wait_until shell.succeeds("test -e {flag}") on h0  within 1m  every 50ms\n}}\n'
        programs = {
            "limit": self.peers.limit("until", f"test -e {flag}", [host]),
            "procrun": self.run_of("w5", text),
            "OpenSSH": self.peers.masters([host], f"until {self.peers.mux} {host} test -e {flag}; do sleep 1; done"),
        }
        polls = {"limit": 0.05, "procrun": 0.05, "OpenSSH": 1.0}
        results = measure.until_flip(programs, polls, flag, self.env, 1 if self.quick else 25)
        goal = page.at_most(results["procrun"].wall * 1000, 40, "ms (half the poll and 15 ms)")
        self.add("W5 from the flip to the end, polling every 50 ms (OpenSSH: every second)", results, goal)

    def long_files(self):
        step = (
            'step "Step {0}" {{\n  let n{0} = {1} + 1\n  require all h in ten: shell.succeeds("true") on h\n'
            '  wait_until shell.query("uptime").line(1) on h{1} != ""  within 5m\n  note "Step {0} is over: ${{n{0}}}"\n}}\n'
        )
        empty = self.file("empty.proc", 'note "nothing"\n')
        for lines in (1_000, 10_000):
            file = self.file(f"long-{lines}.proc", "".join(step.format(n, n % 30) for n in range(lines // 6)))
            results = self.in_turn({"file": [self.program, "check", file], "empty": [self.program, "check", empty]}, 13)
            took = (results["file"].cpu - results["empty"].cpu) * 1000
            goal = page.at_most(took, lines // 100, "ms")
            self.figure(f"parse and check {lines:,} lines, CPU without starting the process", f"{took:.1f} ms", goal)

    def loop(self):
        """Two loops of a thousand: a list has ten thousand elements at most."""
        text = (
            "define twice(n: int): int = n + n\ndefine more(n: int): int = twice(n) + 1\n"
            'step "Loop" {\n  for i in list.range(1000) {\n    for j in list.range(1000) { require more(j) > i - 1000 }\n  }\n}\n'
        )
        python = self.file(
            "loop.py",
            "def twice(n): return n + n\ndef more(n): return twice(n) + 1\n"
            "for i in range(1, 1001):\n    for j in range(1, 1001):\n        assert more(j) > i - 1000\n",
        )
        results = self.in_turn({"procrun": self.run_of("loop", text), "python": [sys.executable, python]}, 7)
        seen, beside = results["procrun"].cpu, results["python"].cpu
        measured = f"{seen * 1000:.0f} ms (Python: {beside * 1000:.0f} ms)"
        self.figure("1,000,000 conditions in a loop that call a nested define, whole process, CPU", measured, Goal("≤ Python", seen <= beside))

    def rehearsals(self):
        file = self.root / "procedures" / "jtel" / "failback.proc"
        words = [self.program, "rehearse", file, "--speed", "0", "--journal", self.directory / "rehearsals.sqlite"]
        result = self.in_turn({"procrun": words}, 3)["procrun"]
        self.figure("a rehearsal of the jtel failback, whole process, CPU", f"{result.cpu * 1000:.0f} ms", page.NONE)

    def sizes(self):
        """Ten times the machines take ten times as long; something that is done for every pair of them would take a hundred times."""
        file = self.file("many.proc", 'step "All" {\n  on all in parallel max 50 {\n    require systemd.running("app")\n    systemd.start("app")\n  }\n}\n')
        few, many = 1_000, 10_000
        for hosts in (few, many):
            lines = "".join(f'host m{n} {{ via simulated  unit "app" }}\n' for n in range(hosts))
            names = ", ".join(f"m{n}" for n in range(hosts))
            self.file(f"site{hosts}.proc", f'site "many"\nfact unit: text = ""\n{lines}group all = {names}\n')
        for words in (["show"], ["plan", "--journal", self.directory / "many.sqlite"], ["rehearse", "--speed", "0", "--journal", self.directory / "many.sqlite"]):
            runs = {hosts: [self.program, words[0], file, "--site", self.directory / f"site{hosts}.proc", *words[1:]] for hosts in (few, many)}
            results = self.in_turn({str(hosts): run for hosts, run in runs.items()}, 1)
            small, large = results[str(few)].cpu, results[str(many)].cpu
            goal = Goal("≤ 15 × of 1,000 machines", large <= 15 * small)
            self.figure(f"{words[0]} for 10,000 machines, whole process, CPU", f"{large:.1f} s ({large / small:.0f} × of 1,000)", goal)
