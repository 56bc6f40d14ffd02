"""`python -m tests.bench SIZE [MEASURE …]`: everything that is measured, ours beside its peer or its limit.

`make bench`, `make bench-quick` and `make bench-long` call it, each with a size (sizes.py); `tiny` tries the program
itself. A measure is a file here: its `measure(stage)` answers results, and its first lines say what is compared. A
measure that fails fails alone, and is reported. Ends with exit code 1 when a goal was missed or a measure failed.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module

from tests.bench import report
from tests.bench.durable import POSTGRES
from tests.bench.measuring import Measured, say
from tests.bench.sizes import SIZES, Size
from tests.bench.stage import Stage
from tests.support.reliability import CODE, commit, machine

TITLES: Mapping[str, str] = {
    "appends": "Durable appends",
    "one_writer": "One writer",
    "post_tips": "A whole command",
    "tip_to_team": "From tip to team",
    "views": "Views",
    "fold": "Replay and fold",
    "load": "Load",
    "growth": "Growth",
    "due": "Timers",
    "board": "The board",
    "memory": "Memory",
    "catch_up": "Catching up",
    "alike": "Tips alike",
    "proof": "Proof",
    "replay": "Replay",
    "traces": "Traces",
    "witness": "Found by itself",
}
"""By file, in the order of the report."""


def main(words: Sequence[str]) -> int:
    """Measures, writes, prints, and answers the exit code."""
    size, chosen = _asked(words)
    began, started = datetime.now(UTC).replace(microsecond=0), time.perf_counter()
    measured = []
    with Stage(size) as stage:
        programs = stage.servers.folder / "programs"
        for name in chosen:
            measured.append(_measured(name, stage))
            say("")
            sys.stdout.write(report.printed(measured[-1]))
            sys.stdout.flush()
        found = report.Report(
            command=size.command,
            began=began,
            commit=commit(),
            machine=machine(programs, "data in a temporary folder"),
            durable={**POSTGRES, "JetStream sync": "always"},
            seconds=round(time.perf_counter() - started, 1),
            measured=measured,
        )
        report.write_json(found)
        # A part of a run, or one that is too short for figures, writes no page.
        if size.writes_page and tuple(chosen) == size.measures:
            report.write_page(found, programs)
    sys.stdout.write(f"{report.summary(found)} {found.seconds:.0f} s; {report.REPORT.relative_to(CODE)}\n")
    return 0 if found.well else 1


def _asked(words: Sequence[str]) -> tuple[Size, Sequence[str]]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("size", choices=list(SIZES))
    named = ", ".join(TITLES)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"of {named}; all of the size if none is named")
    told = parser.parse_args(words)
    unknown = sorted(set(told.measures) - TITLES.keys())
    if unknown:
        parser.error(f"there is no measure {', '.join(unknown)}")
    size = SIZES[told.size]
    return size, told.measures or size.measures


def _measured(name: str, stage: Stage) -> Measured:
    say(TITLES[name])
    module = import_module(f"tests.bench.{name}")
    words = " ".join((module.__doc__ or "").split())
    began = time.perf_counter()
    try:
        results, failed = module.measure(stage), ""
    except Exception as error:  # noqa: BLE001  # whatever a measure meets, the others are measured, and it is reported
        traceback.print_exc()
        results, failed = [], " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return Measured(name, TITLES[name], round(time.perf_counter() - began, 1), results, [words], failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
