"""A virtual machine: a qemu process known by its pid file, its monitor, and its SSH server on a loopback address."""
import json
import os
import pathlib
import socket
import subprocess
import time

STATE = pathlib.Path(os.environ.get("PROCRUN_LAB", pathlib.Path(__file__).resolve().parents[2] / "build/lab"))
MEMORY = "1024"  # MiB
LINK = {1: 17701, 2: 17702}  # UDP ports on loopback: one end each of the cable between the machines


class Failure(Exception):
    """The lab itself does not work; nothing is known about procrun."""


def until(what, condition, seconds):
    """Asks until the condition holds; the last answer."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"after {seconds} s still not: {what}")
        time.sleep(0.5)


class Machine:
    def __init__(self, number):
        self.number = number
        self.name = f"store{number}"
        self.address = f"127.77.0.{number}"
        self.disks = [STATE / f"{self.name}.qcow2", STATE / f"{self.name}-data.qcow2"]
        self._pid_file = STATE / f"{self.name}.pid"
        self._monitor = STATE / f"{self.name}.monitor"
        self.console = STATE / f"{self.name}.console"

    # ---- the process

    def pid(self):
        """The process id of its qemu; None where it is switched off."""
        try:
            pid = int(self._pid_file.read_text())
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self.disks[0]).encode() in command else None

    def fresh_disks(self):
        self.disks[0].unlink(missing_ok=True)
        self.disks[1].unlink(missing_ok=True)
        run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", "base.raw", "-F", "raw", str(self.disks[0])])
        run(["qemu-img", "create", "-q", "-f", "qcow2", str(self.disks[1]), "64M"])

    def start(self, accelerator, snapshot=None):
        """Switches it on: boots, or stands paused where the snapshot was taken until `go_on`."""
        mine, other = LINK[self.number], LINK[3 - self.number]
        console_argument = f"root=/dev/vda rw console=ttyS0 quiet net.ifnames=0 mitigations=off systemd.hostname={self.name}"
        command = ["qemu-system-x86_64", "-name", self.name, "-M", "q35", "-m", MEMORY, "-smp", "1"]
        command += ["-accel", "kvm", "-cpu", "host"] if accelerator == "kvm" else ["-accel", "tcg,thread=multi,tb-size=256", "-cpu", "max"]
        command += ["-nodefaults", "-display", "none", "-no-reboot", "-kernel", str(STATE / "vmlinuz"), "-initrd", str(STATE / "initrd.img")]
        command += ["-append", console_argument, "-serial", f"file:{self.console}"]
        for disk in self.disks:
            command += ["-drive", f"file={disk},if=virtio,format=qcow2,cache=unsafe"]
        # eth0 leads nowhere but to the SSH port on loopback; eth1 is the cable. One UDP socket each, so that either may be off.
        command += ["-netdev", f"user,id=outside,restrict=on,hostfwd=tcp:{self.address}:2222-:22"]
        command += ["-device", f"virtio-net-pci,netdev=outside,mac=52:54:00:77:00:0{self.number}"]
        command += ["-netdev", f"socket,id=cable,udp=127.0.0.1:{other},localaddr=127.0.0.1:{mine}"]
        command += ["-device", f"virtio-net-pci,id=cable-card,netdev=cable,mac=52:54:00:77:01:0{self.number}"]
        command += ["-object", "rng-random,id=random,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=random"]
        command += ["-qmp", f"unix:{self._monitor},server=on,wait=off", "-pidfile", str(self._pid_file), "-daemonize"]
        if snapshot:
            command += ["-loadvm", snapshot, "-S"]
        run(command)

    def wait_until_off(self, seconds):
        until(f"{self.name} is off", lambda: self.pid() is None, seconds)

    def pull_the_plug(self):
        """Ends it as a power cut would: the guest hears nothing of it. Its disk files are closed in good order."""
        pid = self.pid()
        if pid is None:
            return
        self.monitor("quit")
        self.wait_until_off(60)

    # ---- the monitor

    def monitor(self, command, **arguments):
        """One command of the QEMU Machine Protocol."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(300)
            connection.connect(str(self._monitor))
            stream = connection.makefile("rw")
            stream.readline()  # the greeting
            for request in ({"execute": "qmp_capabilities"}, {"execute": command, "arguments": arguments}):
                stream.write(json.dumps(request) + "\n")
                stream.flush()
                answer = {}
                while "return" not in answer and "error" not in answer:  # events may come first
                    line = stream.readline()
                    if not line:
                        return None
                    answer = json.loads(line)
            if "error" in answer:
                raise Failure(f"{self.name}: {command}: {answer['error']['desc']}")
            return answer["return"]

    def pause(self):
        self.monitor("stop")

    def go_on(self):
        self.monitor("cont")

    def save(self, snapshot):
        """Memory and disks, into the disk files."""
        said = self.monitor("human-monitor-command", **{"command-line": f"savevm {snapshot}"})
        if said:
            raise Failure(f"{self.name}: savevm: {said}")

    def has(self, snapshot):
        if not self.disks[0].exists():
            return False
        listed = run(["qemu-img", "snapshot", "-U", "-l", str(self.disks[0])])
        return any(snapshot in line.split() for line in listed.splitlines())

    def cable(self, plugged):
        """Plugs the cable to the other machine in or out."""
        self.monitor("set_link", name="cable-card", up=plugged)

    # ---- what it says

    def ask(self, script, seconds=60):
        """What a script, run by root there, says: (exit code, output). None where the machine does not answer."""
        command = ["ssh", "-F", "none", "-p", "2222", "-i", str(STATE / "home/.ssh/id_ed25519"), "-o", "BatchMode=yes", "-o", "ConnectTimeout=20"]
        command += ["-o", f"UserKnownHostsFile={STATE / 'home/.ssh/known_hosts'}", "-o", "LogLevel=ERROR", f"procrun@{self.address}", "sudo -n sh -s"]
        try:
            done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        return None if done.returncode == 255 else (done.returncode, (done.stdout + done.stderr).strip())

    def tell(self, script, seconds=300):
        """Runs a script there that must succeed; its output."""
        answer = self.ask(script, seconds)
        if answer is None or answer[0] != 0:
            raise Failure(f"{self.name}: {script.strip().splitlines()[0]}: {answer or 'no answer'}")
        return answer[1]


def run(command):
    """A program on this machine that must succeed; its output."""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command[:6])} …: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
