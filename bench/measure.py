"""Runs programs side by side, in turn, so that a busy machine is as unfair to one as to the other."""

import dataclasses
import os
import random
import statistics
import subprocess
import time


@dataclasses.dataclass
class Sample:
    wall: float  # seconds
    cpu: float  # seconds, of the program and the children that it waited for
    memory: float  # MiB, at most


@dataclasses.dataclass
class Result:
    wall: float
    cpu: float
    memory: float


def once(words: list, env: dict) -> Sample:
    started = time.monotonic()
    process = subprocess.Popen([str(word) for word in words], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, words))[:200]}: exit {process.returncode}: {complaint.decode()[-500:]}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def summary(samples: list[Sample]) -> Result:
    median = lambda name: statistics.median(getattr(sample, name) for sample in samples)
    return Result(median("wall"), median("cpu"), median("memory"))


# They are slow and need no fine figures: one round in three has them.
PEERS = {"OpenSSH", "clush", "Ansible"}


def skips(name: str, number: int) -> bool:
    return name in PEERS and number % 3 != 1


def in_turn(programs: dict[str, list], env: dict, rounds: int) -> dict[str, Result]:
    """Medians; one round more is run first and not counted."""
    samples = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name, words in programs.items():
            if skips(name, number):
                continue
            sample = once(words, env)
            if number > 0:
                samples[name].append(sample)
    return {name: summary(list_) for name, list_ in samples.items()}


def until_flip(programs: dict[str, list], polls: dict[str, float], flag, env: dict, rounds: int) -> dict[str, Result]:
    """Time from the moment the awaited file is there until the program has ended: medians."""
    samples = {name: [] for name in programs}
    for number in range(1, rounds + 1):
        for name, words in programs.items():
            if skips(name, number):
                continue
            flag.unlink(missing_ok=True)
            process = subprocess.Popen([str(word) for word in words], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # Connected and polling: this is about waiting, not about starting. And not in step with the polls.
            time.sleep(0.5 + random.random() * polls[name])
            flipped = time.monotonic()
            flag.touch()
            process.wait()
            samples[name].append(Sample(time.monotonic() - flipped, 0, 0))
    return {name: summary(list_) for name, list_ in samples.items()}
