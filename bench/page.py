"""The tables of docs/performance.md."""

import dataclasses

from measure import Result

PROGRAMS = {"limit": "bare libssh", "procrun": "procrun", "OpenSSH": "OpenSSH", "clush": "clush", "Ansible": "Ansible"}


@dataclasses.dataclass
class Goal:
    text: str
    met: bool | None = None  # none: it is only looked at

    def cells(self) -> str:
        return f"{self.text} | {'–' if self.met is None else 'met' if self.met else '**missed**'}"


NONE = Goal("–")


def at_most(value: float, bound: float, unit: str) -> Goal:
    return Goal(f"≤ {bound:g} {unit}", value <= bound)


@dataclasses.dataclass
class Work:
    """Something that several programs do."""

    name: str
    results: dict[str, Result]
    goal: Goal

    def cell(self, program: str) -> str:
        result, limit = self.results.get(program), self.results.get("limit")
        if result is None:
            return "–"
        ratio = f" ({result.wall / limit.wall:.2f} ×)" if limit is not None and result is not limit else ""
        return f"{result.wall * 1000:,.0f} ms{ratio}"


@dataclasses.dataclass
class Figure:
    """Something that procrun is asked alone."""

    name: str
    measured: str
    goal: Goal


def works_table(works: list[Work]) -> str:
    programs = [program for program in PROGRAMS if any(program in work.results for work in works)]
    lines = [f"| work | {' | '.join(PROGRAMS[program] for program in programs)} | goal for procrun | |", "|---" * (len(programs) + 3) + "|"]
    lines += [f"| {work.name} | {' | '.join(work.cell(program) for program in programs)} | {work.goal.cells()} |" for work in works]
    return "\n".join(lines)


def figures_table(figures: list[Figure]) -> str:
    lines = ["| cost | measured | goal | |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {figure.name} | {figure.measured} | {figure.goal.cells()} |" for figure in figures])
