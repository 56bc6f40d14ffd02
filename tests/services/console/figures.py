"""Made-up figures as the rapid assessment service tells them."""

from collections.abc import Sequence
from typing import Any

BANDS = [(0, 180, 11), (180, 420, 12), (420, None, 19)]


def spread(bands: Sequence[tuple[int, int | None, int]] = BANDS) -> dict[str, Any]:
    found = [{"since": since, "until": until, "cases": cases} for since, until, cases in bands]
    return {"bands": found, "quarter": bands[0][1], "half": bands[min(1, len(bands) - 1)][1], "three_quarters": None}


def month(since: str = "2026-10-01", until: str = "", **changes: Any) -> dict[str, Any]:
    stood = {"told": "few_late", "in_time": None, "late": None}
    return {"since": since, "until": until or since, "teams": 42, "stood": stood, "spread": spread()} | changes


def year(**changes: Any) -> dict[str, Any]:
    stages = ("opened", "asked", "cps_investigator", "trafficking_investigator", "victim_advocate", "contact")
    counties = [
        {"county": "Hinds", "teams": 60, "side": "few_late"},
        {"county": "Harrison", "teams": 41, "side": "many_late"},
        {"county": "DeSoto", "teams": 14, "side": "not_told"},
    ]
    told = {
        "since": "2025-01-01",
        "until": "2025-12-01",
        "teams": 300,
        "counties": counties,
        "elsewhere": 185,
        "contact": [],
    }
    return told | {"stages": [{"stage": stage, "spread": spread()} for stage in stages]} | changes


def figures(*, months: Sequence[dict[str, Any]] | None = None, years: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {
        "rule": "C06",
        "limit_hours": 24.0,
        "least": 11,
        "open_month": "2026-11-01",
        "closes_at": "2026-12-08T06:00:00Z",
        "months": [month()] if months is None else months,
        "years": years,
    }
