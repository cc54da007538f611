"""What happened in the lab, test by test, and the page that tells it."""
import datetime
import pathlib
import re
import subprocess
import time

SHOWN = 24000  # characters of a run of procrun that the page keeps
SHORT = 700  # characters of what a machine said


class Broken(Exception):
    """A test that saw something else than it expected."""


class Record:
    """One test: its commands with output and time, and its verdict."""

    def __init__(self, name, about):
        self.name, self.about = name, about
        self.events, self.verdict, self.seconds = [], "not run", 0.0

    def begin(self):
        self._start = time.monotonic()

    def note(self, where, command, code, output, seconds, wanted=""):
        self.events.append((where, command, code, output, seconds, wanted))

    def end(self, verdict):
        self.verdict, self.seconds = verdict, time.monotonic() - self._start


def shortened(text, limit):
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).replace("\r", "\n").strip()
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - limit} characters left out …\n{text[-half:]}"


def fenced(text):
    return "```text\n" + text.replace("```", "'''") + "\n```\n"


def page(records, versions, commit, accelerator):
    """The result as Markdown. Nothing in it is written by hand."""
    lines = ["# The lab's last run", ""]
    lines += ["Written by `./dev lab test`; what the lab is, and how to run it, tells [README.md](README.md).", ""]
    lines += [f"* Date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC", f"* Commit: {commit}"]
    lines += [f"* Machines: two, 1 processor and 1 GiB each, qemu with {accelerator}" + (" (every instruction is emulated)" if accelerator == "tcg" else "")]
    lines += [f"* {name}: {version}" for name, version in versions]
    lines += ["", "| test | verdict | seconds |", "|---|---|---|"]
    lines += [f"| {record.name}: {record.about} | {record.verdict} | {record.seconds:.0f} |" for record in records]
    for record in records:
        lines += ["", f"## {record.name}", "", f"{record.about[0].upper()}{record.about[1:]}. **{record.verdict}**", ""]
        for where, command, code, output, seconds, wanted in record.events:
            expected = f"; expected: {wanted}" if wanted else ""
            lines += [f"`{where}$ {command}` ({seconds:.1f} s, exit code {code}{expected})", ""]
            if output:
                lines += [fenced(shortened(output, SHOWN if where == "here" else SHORT))]
    return "\n".join(lines).rstrip() + "\n"


def commit_of(source):
    """The commit, and whether the sources differ from it."""
    git = lambda *words: subprocess.run(["git", "-C", str(source), *words], capture_output=True, text=True).stdout.strip()
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/lab")
    return git("rev-parse", "HEAD") + (" with changes that are not committed" if changed else "")


def versions_of(procrun, machine):
    questions = [("Linux", "uname -r"), ("DRBD", "sed -n 's/^version: //p' /proc/drbd"),
                 ("drbd-utils", "drbdadm --version | sed -n 's/^DRBDADM_VERSION=//p'"),
                 ("Pacemaker", "crm_mon --version | head -n 1"), ("pcs", "pcs --version"), ("Corosync", "corosync -v | head -n 1"),
                 ("systemd", "systemctl --version | head -n 1"), ("MariaDB", "mariadbd --version"), ("HAProxy", "haproxy -v | head -n 1")]
    answer = machine.tell("\n".join(f"{{ {script}; }} 2>&1 | head -n 1" for _, script in questions))
    program = subprocess.run([procrun, "--version"], capture_output=True, text=True).stdout.strip()
    return [("procrun", program.removeprefix("procrun ")), *zip([name for name, _ in questions], answer.splitlines())]


def write(path: pathlib.Path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
