"""The command lines of those that procrun is measured beside: the bare libssh loop, OpenSSH, and clush and Ansible where they are installed."""

import pathlib
import shutil

from servers import PORT, Servers

FORKS = 50


class Peers:
    def __init__(self, directory: pathlib.Path, servers: Servers, limit: pathlib.Path):
        self.directory = directory
        self.key = servers.key
        self.limit_program = limit
        self.clush = shutil.which("clush") is not None
        self.ansible = shutil.which("ansible-playbook") is not None
        # What ssh reads under $HOME is the home of the account: everything is named.
        self.options = f"-F /dev/null -o BatchMode=yes -o UserKnownHostsFile={servers.ssh}/known_hosts -o LogLevel=ERROR -i {self.key} -p {PORT}"
        self.ssh = f"ssh {self.options}"
        self.mux = f"{self.ssh} -S {directory}/mux-%h"

    def limit(self, rounds, command: str, hosts: list[str]) -> list:
        return [self.limit_program, PORT, self.key, rounds, command, *hosts]

    # OpenSSH

    def each(self, hosts: list[str], work: str, at_a_time: int = FORKS) -> str:
        """`work` for each host, which is `@` in it."""
        names = "\\n".join(hosts)
        return f"printf '{names}\\n' | xargs -P {at_a_time} -I@ {work}"

    def masters(self, hosts: list[str], work: str) -> list:
        """One connection a host first (ControlMaster), then `work`."""
        start, end = self.each(hosts, f"{self.mux} -MNf @"), self.each(hosts, f"{self.mux} -O exit @")
        return shell(f"{start}; {work}; {end} 2>/dev/null")

    # Each of these is nothing where the peer is not installed

    def clush_run(self, hosts: list[str], times: int = 1) -> dict[str, list]:
        if not self.clush:
            return {}
        once = f"clush -q -S -f {FORKS} -o '{self.options}' -w {','.join(hosts)} true"
        return {"clush": shell(f"for i in $(seq {times}); do {once}; done")}

    def ansible_check(self, tasks: int) -> dict[str, list]:
        if not self.ansible:
            return {}
        return {"Ansible": ["ansible-playbook", "--syntax-check", "-i", self.inventory(["localhost"]), self.playbook(tasks)]}

    def ansible_run(self, hosts: list[str], tasks: int = 1) -> dict[str, list]:
        if not self.ansible:
            return {}
        # A folder of its own for the connections, so that no run finds those of the one before.
        run = f"ansible-playbook -f {FORKS} -i {self.inventory(hosts)} {self.playbook(tasks)}"
        args = "-o ControlMaster=auto -o ControlPersist=5s"
        return {"Ansible": shell(f"ANSIBLE_SSH_ARGS='{args}' ANSIBLE_SSH_CONTROL_PATH_DIR=$(mktemp -d {self.directory}/XXXX) {run}")}

    def inventory(self, hosts: list[str]) -> pathlib.Path:
        file = self.directory / f"inventory-{len(hosts)}"
        file.write_text("\n".join(hosts) + f"\n[all:vars]\nansible_ssh_common_args={self.options!r}\n")
        return file

    def playbook(self, tasks: int) -> pathlib.Path:
        file = self.directory / f"playbook-{tasks}.yml"
        file.write_text("- hosts: all\n  gather_facts: false\n  tasks:\n" + "    - raw: 'true'\n" * tasks)
        return file


def shell(script: str) -> list:
    return ["bash", "-c", f"set -e; {script}"]
