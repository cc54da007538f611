"""For scripts that start procrun as a person does: at a terminal of its own, or without one.

The program is the script's first argument. A script ends with `sys.exit(failures())`.
"""

import os
import pty
import subprocess
import sys

procrun = sys.argv[1]
_failures = 0


def check(so, what, said):
    global _failures
    if not so:
        _failures += 1
        print("FAILED:", what)
        print("  | " + said.replace("\n", "\n  | "))


def failures():
    return _failures > 0


def at_a_terminal(words, dialogue):
    """`dialogue`: what is waited for, and what is typed then. Its exit code and what it said."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(procrun, [procrun, *words])
    said, seen = "", 0
    while True:
        try:
            said += os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            break
        if dialogue and dialogue[0][0] in said[seen:]:
            seen = len(said)
            os.write(terminal, (dialogue.pop(0)[1] + "\n").encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.replace("\r", "")


def run(*words):
    done = subprocess.run([procrun, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout
