"""The best a year of exams could be for one who knew all of it beforehand: OR-Tools CP-SAT on what `clinic_year` wrote.

Runs in an environment of its own (`make bench-clinic`) and imports nothing of the product. It is asked only how many
exams could begin before evidence is surely lost, and keeps shifts, rest and rooms, but no limit of hours a day: what it
finds is at least as good as anything that keeps that, too. Prints one JSON object for each year.
"""

import importlib
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SECONDS = 120.0
"""For each stretch of the year. One that takes longer counts with the best that could not be ruled out."""


def best(year: dict[str, Any]) -> dict[str, Any]:
    """Times are in steps from the beginning of the year; an exam takes `exam` of them, and `rest` lie between two."""
    found = [_best_of(year, each) for each in _apart(year)]
    return {
        "status": "OPTIMAL" if all(status == "OPTIMAL" for status, _, _ in found) else "FEASIBLE",
        "in_window": sum(value for _, value, _ in found),
        "at_most": sum(bound for _, _, bound in found),
    }


def _apart(year: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Patients in stretches of the year that share no hour of any nurse: what is best in one changes no other."""
    stretches: list[list[dict[str, Any]]] = []
    until = -1
    reached = [each for each in year["patients"] if any(each["starts"].values())]
    for patient in sorted(reached, key=lambda each: _reach(each, year)):
        since, ends = _reach(patient, year)
        if since >= until:
            stretches.append([])
        stretches[-1].append(patient)
        until = max(until, ends)
    return stretches


def _reach(patient: dict[str, Any], year: dict[str, Any]) -> tuple[int, int]:
    spans = [span for spans in patient["starts"].values() for span in spans]
    return min(first for _, first, _ in spans), max(last for *_, last in spans) + year["exam"] + year["rest"]


def _best_of(year: dict[str, Any], patients: Sequence[dict[str, Any]]) -> tuple[str, int, int]:
    cp_model: Any = importlib.import_module("ortools.sat.python.cp_model")
    model = cp_model.CpModel()
    exam, rest = year["exam"], year["rest"]
    of_nurse: dict[str, list[Any]] = defaultdict(list)
    of_room: dict[str, list[Any]] = defaultdict(list)
    in_shift: dict[tuple[str, int], list[Any]] = defaultdict(list)
    in_room: dict[tuple[str, int, int], list[Any]] = defaultdict(list)
    seen: list[Any] = []
    for patient in patients:
        ways: list[Any] = []
        for nurse, spans in patient["starts"].items():
            room = year["rooms"][nurse]
            for shift, first, last in spans:
                here = model.new_bool_var("")
                ways.append(here)
                start = model.new_int_var(first, last, "")
                size = exam + rest
                of_nurse[nurse].append(model.new_optional_fixed_size_interval_var(start, size, here, ""))
                of_room[room].append(model.new_optional_fixed_size_interval_var(start, exam, here, ""))
                in_shift[nurse, shift].append(here)
                in_room[room, *year["shifts"][nurse][shift]].append(here)
        model.add_at_most_one(ways)
        seen += ways
    for intervals in (*of_nurse.values(), *of_room.values()):
        model.add_no_overlap(intervals)
    # Both follow from what is said already. Said so, it is quickly seen that no more can be done.
    for (nurse, shift), those in in_shift.items():
        since, until = year["shifts"][nurse][shift]
        model.add(sum(those) <= (until - since + rest) // (exam + rest))
    for (_, since, until), those in in_room.items():
        model.add(sum(those) <= (until - since) // exam)
    model.maximize(sum(seen))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = SECONDS
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    # A bound of fractions is one of whole exams: none is done by half.
    return solver.status_name(status), round(solver.objective_value), int(solver.best_objective_bound + 1e-6)


def main(files: Sequence[str]) -> int:
    """One line a year."""
    for year in json.loads(Path(files[0]).read_text()):
        print(json.dumps(best(year)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
