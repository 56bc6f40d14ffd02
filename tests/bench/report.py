"""What a run says: on the terminal, in build/bench.json, and in its section of docs/performance.md."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from tests.bench import plots
from tests.bench.measuring import Measured, Result, Spread
from tests.support.reliability import CODE, table, write_section

REPORT = CODE / "build" / "bench.json"
PAGE = CODE / "docs" / "performance.md"
PICTURES = CODE / "docs" / "pictures" / "performance"
HEAD = """\
# How fast it is, beside its peers

Each section is written by the run that it names, `make bench` (to one million events) or `make bench-long` (to ten
million, and a million clocks), and nothing in it is written by hand; `make bench-quick` prints ratios and writes
nothing here. A run without a section has not been made on a machine that did nothing else. Every figure has its peer or
its limit beside it, on the same machine and as durable, and takes turns with it unless its measure says otherwise:
medians of the rounds, and in parentheses the least and the most. A ratio is ours by the one beside it, of the two that
ran in the same round. What is missed says by how much.
"""


class Report(msgspec.Struct, frozen=True):
    """What build/bench.json holds."""

    command: str
    began: datetime
    commit: str
    machine: str
    durable: Mapping[str, str]
    seconds: float
    measured: Sequence[Measured]

    @property
    def well(self) -> bool:
        """Nothing missed and nothing failed."""
        return not any(each.failed or not all(one.met for one in each.results) for each in self.measured)


def write_json(report: Report) -> None:
    """In place of what stood there."""
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def write_page(report: Report, programs: Path) -> None:
    """The section of this run, with its pictures."""
    name = report.command.removeprefix("make ")
    pictures = {f"{name}-goals.svg": ("How far from the goals", plots.goals(report.measured))}
    for each in report.measured:
        if each.name == "appends":
            pictures[f"{name}-appends.svg"] = (each.title, plots.rates(each))
    PICTURES.mkdir(parents=True, exist_ok=True)
    shown = []
    for file, (says, drawn) in pictures.items():
        if drawn:
            (PICTURES / file).write_text(drawn)
            shown += ["", f"![{says}](pictures/performance/{file})"]
    lines = [*lines_of(report), *shown]
    files = "data in a temporary folder"
    write_section(report.command, f"`{report.command}`", lines, programs=programs, files=files, page=PAGE, head=HEAD)


def lines_of(report: Report) -> list[str]:
    """Markdown."""
    said = ", ".join(f"{name} {value}" for name, value in report.durable.items())
    rows = [row for each in report.measured for row in _rows(each)]
    return [
        f"{summary(report)} It took {report.seconds / 60:.0f} minutes. Both sides ran with {said}.",
        "",
        *table(["measure", "ours", "beside", "ratio", "goal", ""], rows),
        "",
        *(f"- **{each.title}** ({each.seconds:.0f} s). {' '.join(each.words)}".rstrip() for each in report.measured),
    ]


def summary(report: Report) -> str:
    """How many goals were met, and what failed, in sentences."""
    asked = [one for each in report.measured for one in each.results if one.goal]
    missed = sum(not one.met for one in asked)
    failed = [each.title for each in report.measured if each.failed]
    words = f"Of {len(asked)} goals {len(asked) - missed} are met, {missed} missed."
    return f"{words} Failed: {', '.join(failed)}." if failed else words


def printed(measured: Measured) -> str:
    """For the terminal, when a measure is done."""
    lines = [f"{measured.title} ({measured.seconds:.0f} s)"]
    for each in measured.results:
        lines.append(f"  {each.what}: {spread(each.ours)} {each.unit}")
        lines.append(f"    {each.peer}: {spread(each.beside)}")
        lines.append(f"    ratio {spread(each.ratio)}{f', {each.goal}: {each.verdict}' if each.goal else ''}")
    return "\n".join([*lines, *([f"  FAILED: {measured.failed}"] if measured.failed else [])]) + "\n"


def spread(each: Spread) -> str:
    """The median, and the least and the most where they differ."""
    if each.least == each.most:
        return number(each.median)
    return f"{number(each.median)} ({number(each.least)} to {number(each.most)})"


def number(value: float) -> str:
    """Three figures say all there is."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _rows(measured: Measured) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [_row(measured.title, each) for each in measured.results]
    if measured.failed:
        why = measured.failed.replace("|", r"\|")
        rows.append([measured.title, "", "", "", "", f"**FAILED**: {why}"])
    return rows


def _row(title: str, each: Result) -> Sequence[str]:
    return [
        f"{title}: {each.what}",
        f"{spread(each.ours)} {each.unit}",
        f"{each.peer}: {spread(each.beside)}",
        spread(each.ratio),
        str(each.goal) if each.goal else "",
        each.verdict if each.met else f"**{each.verdict}**",
    ]
