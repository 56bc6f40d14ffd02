"""The best a year of exams could be for one who knew all of it beforehand: OR-Tools CP-SAT on what `clinic_year` wrote.

Runs in an environment of its own (`make bench-clinic`) and imports nothing of the product. It is asked only how many
exams could begin before evidence is surely lost, and keeps shifts, rest and rooms, but no limit of hours a day: what it
finds is at least as good as anything that keeps that, too. Prints one JSON object for each year.
"""

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SECONDS = 120.0


def best(year: dict[str, Any]) -> dict[str, Any]:
    """Times are in steps from the beginning of the year; an exam takes `exam` of them, and `rest` lie between two."""
    cp_model: Any = importlib.import_module("ortools.sat.python.cp_model")
    model = cp_model.CpModel()
    exam, rest = year["exam"], year["rest"]
    of_nurse: dict[str, list[Any]] = {}
    of_room: dict[str, list[Any]] = {}
    seen: list[Any] = []
    for patient in year["patients"]:
        ways: list[Any] = []
        for nurse, spans in patient["starts"].items():
            if not spans:
                continue
            start = model.new_int_var_from_domain(cp_model.Domain.from_intervals(spans), "")
            here = model.new_bool_var("")
            ways.append(here)
            size = exam + rest
            of_nurse.setdefault(nurse, []).append(model.new_optional_fixed_size_interval_var(start, size, here, ""))
            room = year["rooms"][nurse]
            of_room.setdefault(room, []).append(model.new_optional_fixed_size_interval_var(start, exam, here, ""))
        model.add_at_most_one(ways)
        seen += ways
    for intervals in (*of_nurse.values(), *of_room.values()):
        model.add_no_overlap(intervals)
    model.maximize(sum(seen))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = SECONDS
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    return {
        "status": solver.status_name(status),
        "in_window": round(solver.objective_value),
        "at_most": round(solver.best_objective_bound),
    }


def main(files: Sequence[str]) -> int:
    """One line a year."""
    for year in json.loads(Path(files[0]).read_text()):
        print(json.dumps(best(year)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
