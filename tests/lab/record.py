"""What happened in the lab, test by test, and the page that tells it. A record is kept, so that one test can be run again without the others."""
import datetime
import json
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

    def __init__(self, name, about, began_as):
        self.name, self.about, self.began_as = name, about, began_as
        self.events, self.verdict = [], "was not ended"
        self._start = time.monotonic()

    def note(self, where, command, code, output, seconds, wanted=""):
        self.events.append((where, command, code, output, seconds, wanted))

    def end(self, verdict):
        self.verdict = verdict

    def kept(self):
        return {"name": self.name, "about": self.about, "verdict": self.verdict, "seconds": time.monotonic() - self._start,
                "date": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC", "events": self.events, **self.began_as}


class Book:
    """The last record of each test, on disk."""

    def __init__(self, folder: pathlib.Path):
        self._folder = folder

    def forget(self):
        for path in self._folder.glob("*.json"):
            path.unlink()

    def put(self, test, record):
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{test}.json").write_text(json.dumps(record.kept()))

    def get(self, test):
        path = self._folder / f"{test}.json"
        return json.loads(path.read_text()) if path.exists() else None


def shortened(text, limit):
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).replace("\r", "\n").strip()
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - limit} characters left out …\n{text[-half:]}"


def fenced(text):
    return "```text\n" + text.replace("```", "'''") + "\n```\n"


def section(record):
    commit, accelerator, versions = record["commit"], record["accelerator"], record["versions"]
    emulated = ", every instruction emulated" if accelerator == "tcg" else ""
    lines = ["", f"## {record['name']}", "", f"{record['about'][0].upper()}{record['about'][1:]}. **{record['verdict']}**", ""]
    lines += [f"* {record['date']}, {record['seconds']:.0f} s, commit {commit}",
              f"* qemu with {accelerator}{emulated}; " + "; ".join(f"{name} {version}" for name, version in versions), ""]
    for where, command, code, output, seconds, wanted in record["events"]:
        expected = f"; expected: {wanted}" if wanted else ""
        lines += [f"`{where}$ {command}` ({seconds:.1f} s, exit code {code}{expected})", ""]
        if output:
            lines += [fenced(shortened(output, SHOWN if where == "here" else SHORT))]
    return lines


def page(tests, book):
    """The result as Markdown. Nothing in it is written by hand."""
    lines = ["# What the lab's tests said last", ""]
    lines += ["Written by `./dev lab test`; what the lab is, and how to run it, tells [README.md](README.md).", ""]
    lines += ["| test | verdict | seconds | run | commit |", "|---|---|---|---|---|"]
    records = [(test, book.get(test.__name__)) for test in tests]
    for test, record in records:
        if record:
            lines += [f"| {record['name']}: {record['about']} | {record['verdict']} | {record['seconds']:.0f} | {record['date']} | {record['commit'][:10]} |"]
        else:
            lines += [f"| {title(test)}: {test.__doc__} | not run | | | |"]
    for _, record in records:
        lines += section(record) if record else []
    return "\n".join(lines).rstrip() + "\n"


def title(test):
    return test.__name__.replace("_", " ")


def commit_of(source):
    """The commit, and whether the sources differ from it."""
    git = lambda *words: subprocess.run(["git", "-C", str(source), *words], capture_output=True, text=True).stdout.strip()
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return git("rev-parse", "HEAD") + (" with changes that are not committed" if changed else "")


def versions_of(machine):
    questions = [("Linux", "uname -r"), ("DRBD", "sed -n 's/^version: \\([^ ]*\\).*/\\1/p' /proc/drbd"),
                 ("drbd-utils", "drbdadm --version | sed -n 's/^DRBDADM_VERSION=//p'"),
                 ("Pacemaker", "crm_mon --version | sed -n 's/^Pacemaker //p'"), ("pcs", "pcs --version"),
                 ("Corosync", "corosync -v | sed -n \"s/.*version '\\(.*\\)'.*/\\1/p\""), ("systemd", "systemctl --version | sed -n 's/^systemd //p'"),
                 ("MariaDB", "mariadbd --version | sed 's/.*Ver \\([^ ]*\\).*/\\1/'"), ("HAProxy", "haproxy -v | sed -n 's/^HAProxy version \\([^ ]*\\).*/\\1/p'")]
    answer = machine.tell("\n".join(f"{{ {script}; }} 2>&1 | head -n 1" for _, script in questions))
    return list(zip([name for name, _ in questions], answer.splitlines()))
