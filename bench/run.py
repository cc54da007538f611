#!/usr/bin/env python3
"""Measures procrun beside the bare libssh loop (bench/limit.cpp), OpenSSH, Python, and clush and Ansible where they are installed, in one
run, and writes docs/performance.md: the tables, and below them bench/notes.md, which is kept by hand.

usage: bench/run.py [--quick]
"""

import os
import pathlib
import platform
import subprocess
import sys
import tempfile

import page
from servers import Servers
from works import Works

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUICK = "--quick" in sys.argv


def version(*words) -> str:
    output = subprocess.run(words, capture_output=True, text=True)
    return (output.stdout or output.stderr).strip().splitlines()[0]


def performance(works: Works) -> str:
    versions = [version("ssh", "-V"), f"Python {platform.python_version()}"]
    if works.peers.clush:
        versions.append(version("clush", "--version"))
    if works.peers.ansible:
        versions.append(version("ansible-playbook", "--version"))
    return f"""# Performance

Written by `./dev bench`: medians of programs that ran in turn, against private sshds on the same machine (loopback). The ratio to the bare
libssh loop (`bench/limit.cpp`: non-blocking, TCP_NODELAY, TCP_QUICKACK, one channel a command) is what counts: the servers take most of
the time. {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end, {platform.machine()}, {", ".join(versions)}.

{page.works_table(works.works)}

{page.figures_table(works.figures)}

{(ROOT / "bench" / "notes.md").read_text()}"""


def main():
    for program in ("procrun", "limit"):
        if not (ROOT / "build" / program).exists():
            raise SystemExit(f"build/{program} is missing: ./dev bench builds it")
    with tempfile.TemporaryDirectory(prefix="procrun-bench-") as directory:
        servers = Servers(pathlib.Path(directory), 50 if QUICK else 200)
        env = {**os.environ, "HOME": str(servers.home), "NO_COLOR": "1"}
        env.pop("SSH_AUTH_SOCK", None)
        works = Works(pathlib.Path(directory), ROOT, servers, env, QUICK)
        try:
            works.all()
        finally:
            servers.stop()
    if QUICK:
        print(performance(works))
    else:
        (ROOT / "docs" / "performance.md").write_text(performance(works))
        print("docs/performance.md is written")


if __name__ == "__main__":
    main()
