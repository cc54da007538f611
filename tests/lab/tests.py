"""The tests: each begins at the saved state, runs procedures with procrun over SSH, and asks the machines themselves what is so."""
import os
import pathlib
import shutil
import subprocess
import time

import record
import vm
from record import Broken

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
PROCRUN = os.path.abspath(os.environ.get("PROCRUN", SOURCE / "build/procrun"))


class Lab:
    """What a test can do. Everything that it does is recorded."""

    def __init__(self, machines, notes):
        self.one, self.two = machines
        self.notes = notes
        self._journal = vm.STATE / "journal"
        shutil.rmtree(self._journal, ignore_errors=True)
        self._journal.mkdir()

    def procrun(self, procedure, *words, code=0, says=()):
        """Runs a procedure; it must end with this exit code and say these words."""
        command = [PROCRUN, "run", "--verbose", "--on-failure", "undo", "--journal", str(self._journal / "journal.db"), procedure, *words]
        environment = {**os.environ, "HOME": str(vm.STATE / "home"), "PATH": f"{HERE}:{os.environ['PATH']}"}
        start = time.monotonic()
        try:
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=HERE, env=environment, timeout=3600)
        except subprocess.TimeoutExpired as over:
            raise Broken(f"{procedure} did not end in an hour") from over
        output = done.stdout + done.stderr
        wanted = f"exit code {code}" + "".join(f", “{word}”" for word in says)
        self.notes.note("here", " ".join(["procrun", "run", procedure, *words]), done.returncode, output, time.monotonic() - start, wanted)
        if done.returncode != code:
            raise Broken(f"{procedure} ended with {done.returncode}, not {code}")
        for word in says:
            if word not in output:
                raise Broken(f"{procedure} does not say “{word}”")

    def order(self, machine, script, seconds=600):
        """Something done behind procrun's back."""
        start = time.monotonic()
        answer = machine.ask(script, seconds) or (255, "no answer")
        self.notes.note(machine.name, script, *answer, time.monotonic() - start)
        if answer[0] != 0:
            raise Broken(f"{machine.name}: `{script}` ended with {answer[0]}")

    def expect(self, machine, script, *words, within=0):
        """What the machine itself says must have these words, at once or within some seconds."""
        start = time.monotonic()
        while True:
            answer = machine.ask(script, 120) or (255, "no answer")
            if all(word in answer[1] for word in words):
                break
            if time.monotonic() - start > within:
                break
            time.sleep(1)
        self.notes.note(machine.name, script, *answer, time.monotonic() - start, ", ".join(f"“{word}”" for word in words))
        for word in words:
            if word not in answer[1]:
                raise Broken(f"{machine.name}: `{script}` does not say “{word}”")

    def act(self, what, action):
        """Something done to a machine from outside."""
        start = time.monotonic()
        action()
        self.notes.note("outside", what, 0, "", time.monotonic() - start)

    def expect_off(self, machine):
        if machine.pid() is not None:
            raise Broken(f"{machine.name} is not off")
        self.notes.note("outside", f"{machine.name} is off", 0, "", 0)


def systemd_states(lab):
    """systemd's units through their states, and orders that cannot be fulfilled"""
    lab.procrun("systemd.proc")
    lab.expect(lab.one, "systemctl show -p ActiveState app", "ActiveState=active")
    lab.expect(lab.one, "systemctl show -p ActiveState slow", "ActiveState=inactive")
    lab.procrun("systemd_start.proc", "unit=broken", code=1)
    lab.procrun("systemd_start.proc", "unit=missing-program", code=1)
    lab.procrun("systemd_start.proc", "unit=unwanted", code=1, says=["masked"])
    lab.procrun("systemd_start.proc", "unit=no-such-unit", code=1)
    lab.expect(lab.one, "systemctl is-failed broken missing-program", "failed\nfailed")


def drbd_states(lab):
    """DRBD by hand: roles, a connection that ends and is made again with a synchronisation"""
    for machine in (lab.two, lab.one):
        lab.order(machine, "pcs cluster stop --force")  # the last node of a cluster takes the quorum with it
    for machine in (lab.one, lab.two):
        lab.order(machine, "drbdadm up r0")
    lab.expect(lab.one, "cat /proc/drbd", "cs:Connected ro:Secondary/Secondary ds:UpToDate/UpToDate", within=60)
    lab.procrun("drbd.proc")
    lab.expect(lab.one, "cat /proc/drbd", "cs:Connected ro:Secondary/Secondary ds:UpToDate/UpToDate", " oos:0")
    lab.order(lab.one, "drbdadm primary r0")
    lab.procrun("drbd_primary.proc", code=1)
    lab.expect(lab.two, "drbdadm role r0", "Secondary/Primary")
    lab.order(lab.one, "mount /dev/drbd0 /srv/data")
    lab.procrun("drbd_secondary.proc", code=1, says=["/srv/data"])
    lab.expect(lab.one, "drbdadm role r0", "Primary/Secondary")


def pacemaker_states(lab):
    """Pacemaker: standby, moves, a node that leaves and joins; DRBD's roles only through it"""
    lab.procrun("drbd_primary.proc", code=1, says=["Pacemaker"])
    lab.procrun("pcs_leave.proc", code=1, says=["still run here"])
    lab.procrun("pcs.proc")
    lab.expect(lab.one, "cat /proc/drbd", "cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate")
    lab.expect(lab.one, "ip -4 address show eth1", "10.77.0.80", "10.77.0.70")
    lab.expect(lab.one, "mount", "/dev/drbd0 on /srv/data")
    lab.expect(lab.two, "crm_mon -1", "Online: [ store1 store2 ]")


def failover_and_failback(lab):
    """the storage and load-balancer halves of failover and failback, on a healthy cluster"""
    lab.order(lab.one, "echo before >/srv/data/note")
    lab.procrun("failover.proc")
    lab.expect_off(lab.one)
    lab.expect(lab.two, "cat /proc/drbd", "ro:Primary/Unknown ds:UpToDate/")
    lab.expect(lab.two, "ip -4 address show eth1", "10.77.0.80", "10.77.0.70")
    lab.expect(lab.two, "cat /srv/data/note", "before")
    lab.expect(lab.two, "echo 'show servers state' | socat - /run/haproxy/admin.sock", "store1")
    lab.order(lab.two, "echo meanwhile >/srv/data/note")
    lab.procrun("failback.proc")
    lab.expect(lab.one, "cat /proc/drbd", "cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate", " oos:0")
    lab.expect(lab.one, "ip -4 address show eth1", "10.77.0.80", "10.77.0.70")
    lab.expect(lab.one, "cat /srv/data/note", "meanwhile")
    for machine in (lab.one, lab.two):
        lab.expect(machine, "mysql -e 'SHOW SLAVE STATUS\\G'", "Slave_IO_Running: Yes", "Slave_SQL_Running: Yes")


def killed_machine(lab):
    """store1 loses its power: store2 takes over, a failover is refused, a failback brings store1 home"""
    lab.order(lab.one, "echo survives >/srv/data/note && sync")
    lab.act("the plug of store1 is pulled", lab.one.pull_the_plug)
    lab.procrun("killed.proc")
    lab.expect(lab.two, "cat /proc/drbd", "cs:WFConnection ro:Primary/Unknown")
    lab.expect(lab.two, "cat /srv/data/note", "survives")
    lab.procrun("failover.proc", code=1)
    lab.procrun("failback.proc")
    lab.expect(lab.one, "cat /proc/drbd", "cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate", " oos:0")
    lab.expect(lab.one, "cat /srv/data/note", "survives")


def split_brain(lab):
    """the cable between both is out until each writes alone: it is told, and nothing is changed"""
    lab.act("the cable is pulled", lambda: (lab.one.cable(False), lab.two.cable(False)))
    lab.expect(lab.two, "drbdadm role r0; mount", "Primary/Unknown", "/dev/drbd0 on /srv/data", within=600)
    lab.expect(lab.one, "drbdadm role r0; mount", "Primary/Unknown", "/dev/drbd0 on /srv/data", within=120)
    for machine in (lab.one, lab.two):
        lab.order(machine, "echo only here: $(hostname) >/srv/data/note && sync")
    lab.act("the cable is plugged in again", lambda: (lab.one.cable(True), lab.two.cable(True)))
    lab.expect(lab.one, "dmesg | grep -i split; drbdadm cstate r0", "Split-Brain detected", within=300)
    lab.expect(lab.one, "crm_mon -1", "Online: [ store1 store2 ]", within=300)
    before = [machine.tell("drbdadm get-gi r0") for machine in (lab.one, lab.two)]
    lab.procrun("split_brain.proc")
    lab.procrun("failover.proc", code=1, says=["the storage is not in sync: do not fail over"])
    lab.procrun("drbd_connect.proc", code=1, says=["split brain"])
    for machine, identifiers in zip((lab.one, lab.two), before):
        lab.expect(machine, "drbdadm get-gi r0", identifiers)


TESTS = [systemd_states, drbd_states, pacemaker_states, failover_and_failback, killed_machine, split_brain]


def run_one(test, lab):
    """The verdict of a test, noted."""
    try:
        test(lab)
        lab.notes.end("passed")
    except Broken as broken:
        lab.notes.end(f"failed: {broken}")
    except vm.Failure as failure:
        lab.notes.end(f"the lab failed: {failure}")


def run(names, restore, down, machines, accelerator, say):
    """Exit code 0 where all tests passed. The page is written anew after each test; of a test that is not run it keeps what was said last."""
    chosen = [test for test in TESTS if not names or any(name in test.__name__ for name in names)]
    book = record.Book(vm.STATE / "records")
    if not names:
        book.forget()
    began_as = {"commit": record.commit_of(SOURCE), "accelerator": accelerator}
    passed = bool(chosen)
    try:
        for test in chosen:
            restore()
            if "versions" not in began_as:
                began_as["versions"] = record.versions_of(machines[0])
            notes = record.Record(record.title(test), test.__doc__, began_as)
            run_one(test, Lab(machines, notes))
            say(f"{notes.name}: {notes.verdict}")
            passed = passed and notes.verdict == "passed"
            book.put(test.__name__, notes)
            (SOURCE / "docs/lab/result.md").write_text(record.page(TESTS, book))
    finally:
        down()
    return 0 if passed else 1
