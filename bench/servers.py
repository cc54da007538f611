"""Private sshds on loopback: sixteen machines a daemon, ended with the benchmark."""

import os
import pathlib
import subprocess

from far import Far

PORT = 2299
FAR = 30  # machines that are also reached from far away
PER_DAEMON = 16  # as many addresses as an sshd listens on


class Servers:
    def __init__(self, directory: pathlib.Path, machines: int):
        self.hosts = [f"127.94.{n // PER_DAEMON + 1}.{n % PER_DAEMON + 1}" for n in range(machines)]
        self.home = directory / "home"
        self.ssh = self.home / ".ssh"
        self.ssh.mkdir(parents=True, mode=0o700)
        self.key = self.ssh / "id_ed25519"
        host_key = directory / "host_key"
        for path in (self.key, host_key):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        public = pathlib.Path(f"{host_key}.pub").read_text().rsplit(" ", 1)[0]
        (self.ssh / "known_hosts").write_text("".join(f"[{host}]:{PORT} {public}\n" for host in self.hosts))
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)  # where sshd separates its privileges
        self.far = Far(self.hosts[:FAR], PORT)
        with open(self.ssh / "known_hosts", "a") as known_hosts:
            known_hosts.write("".join(f"[{host}]:{PORT} {public}\n" for host in self.far.hosts))
        self.daemons = []
        for first in range(0, machines, PER_DAEMON):
            self.start(directory / f"sshd_config.{first}", host_key, self.hosts[first : first + PER_DAEMON])

    def start(self, config: pathlib.Path, host_key: pathlib.Path, hosts: list[str]):
        # SHLVL: bash, where it is the login shell, then leaves the user's ~/.bashrc alone.
        config.write_text(
            f"Port {PORT}\nHostKey {host_key}\nAuthorizedKeysFile {self.key}.pub\nUsePAM no\nStrictModes no\nPidFile none\n"
            "PermitRootLogin yes\nMaxStartups 1000\nSetEnv SHLVL=1\n" + "".join(f"ListenAddress {host}\n" for host in hosts)
        )
        daemon = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", config], stderr=subprocess.PIPE, text=True)
        self.daemons.append(daemon)
        listening = 0
        while listening < len(hosts):
            line = daemon.stderr.readline()
            if not line:
                raise SystemExit("sshd did not start")
            listening += "Server listening on" in line
        # The rest of what it says is of no interest, but somebody has to read it.
        subprocess.Popen(["cat"], stdin=daemon.stderr, stdout=subprocess.DEVNULL)

    def stop(self):
        self.far.stop()
        for daemon in self.daemons:
            daemon.terminate()
            daemon.wait()

    def site(self, extra: str = "") -> str:
        """A site file with all machines, `all_hosts` and `thirty`, and `far0`, …: machines that are far away, all of them in `far`."""
        names = [f"h{n}" for n in range(len(self.hosts))]
        lines = ['site "benchmark"', f'connect linux {{ port {PORT}  key "{self.key}" }}']
        lines += [f'host {name} {{ address "{host}" }}' for name, host in zip(names, self.hosts)]
        lines += [f'host far{n} {{ address "{host}" }}' for n, host in enumerate(self.far.hosts)]
        lines += [f"group far = {', '.join(f'far{n}' for n in range(len(self.far.hosts)))}"]
        lines += [f"group {name} = {', '.join(names[:count])}" for name, count in (("ten", 10), ("thirty", 30), ("fifty", 50), ("all_hosts", None))]
        return "\n".join(lines) + "\n" + extra
