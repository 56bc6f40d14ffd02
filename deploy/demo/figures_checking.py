"""Whether the figures are what the rapid assessment service's log says: counted again from its rows, by other means."""

import base64
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from deploy.demo.hands import TEAMS, Hands

CENTRAL = ZoneInfo("America/Chicago")
TEAM_RULE = "C06"


@dataclass
class Counted:
    """A team and its newest clock, as the rows tell of them until the month was closed."""

    received_at: datetime
    formed_at: datetime | None = None
    ends: list[str] = field(default_factory=list)

    @property
    def month(self) -> str:
        """As the figures name it."""
        return f"{self.received_at.astimezone(CENTRAL):%Y-%m-01}"

    @property
    def owed(self) -> bool:
        return "clock.excused" not in self.ends

    @property
    def in_time(self) -> bool:
        return bool(self.ends) and self.ends[-1] in {"clock.met", "clock.found_met"}

    @property
    def minutes(self) -> float | None:
        """Until the team stood."""
        return None if self.formed_at is None else (self.formed_at - self.received_at).total_seconds() / 60


async def figures_are_as_counted(hands: Hands) -> bool:
    """Every month told: how many teams, how many of them in time, and how many in each band of time."""
    told = await hands.shown(hands.first("cps_coordinator"), TEAMS, "/figures")
    cases = [case for case in counted(await _rows(hands)) if case.owed]
    return bool(told["months"]) and all(
        _is_as_counted(months, [case for case in cases if months["since"] <= case.month <= months["until"]])
        for months in told["months"]
    )


def _is_as_counted(told: dict[str, Any], cases: list[Counted]) -> bool:
    in_time = sum(case.in_time for case in cases)
    split = told["stood"]
    if split["told"] == "both" and (split["in_time"], split["late"]) != (in_time, len(cases) - in_time):
        return False
    if split["told"] == "few_late" and len(cases) - in_time > 10:
        return False
    bands = {(band["since"], band["until"]): band["cases"] for band in told["spread"]["bands"]}
    return told["teams"] == len(cases) and all(
        number == sum(_between(case.minutes, since, until) for case in cases)
        for (since, until), number in bands.items()
    )


def _between(minutes: float | None, since: int, until: int | None) -> bool:
    if minutes is None:
        return until is None
    return since <= minutes and (until is None or minutes < until)


async def _rows(hands: Hands) -> list[tuple[str, str, dict[str, Any]]]:
    """The whole log: stream, name and state."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    after = 0
    while page := await hands.shown(hands.first("auditor"), TEAMS, "/operator/rows", {"after": str(after)}):
        found += [(row["stream"], row["name"], msgspec.json.decode(base64.b64decode(row["state"]))) for row in page]
        after = page[-1]["position"]
    return found


def counted(rows: list[tuple[str, str, dict[str, Any]]]) -> list[Counted]:
    """One for each tip a team was opened for; what came on record after its month was closed is passed over."""
    by_tip: dict[str, Counted] = {}
    clocks: dict[str, str] = {}
    ends: dict[str, list[str]] = defaultdict(list)
    for stream, name, state in rows:
        data, recorded_at = state["data"], datetime.fromisoformat(state["recorded_at"])
        if name == "rapid_assessment.team_opened":
            received_at = datetime.fromisoformat(data["received_at"])
            if recorded_at < _closing(received_at):
                by_tip[data["tip"]] = Counted(received_at)
        elif name == "rapid_assessment.team_formed" and recorded_at < _closing(by_tip[data["tip"]].received_at):
            by_tip[data["tip"]].formed_at = datetime.fromisoformat(data["formed_at"])
        elif name.startswith("clock.") and data["rule"] == TEAM_RULE and data["subject"] in by_tip:
            if recorded_at >= _closing(by_tip[data["subject"]].received_at):
                continue
            if name == "clock.started":
                clocks[data["subject"]] = stream
            ends[stream].append(name)
    for tip, stream in clocks.items():
        by_tip[tip].ends = ends[stream]
    return list(by_tip.values())


def _closing(received_at: datetime) -> datetime:
    """A week after the month, on the clocks of Mississippi."""
    month = received_at.astimezone(CENTRAL).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (month.replace(tzinfo=None) + timedelta(days=31)).replace(day=8)
    return following.replace(tzinfo=CENTRAL)
