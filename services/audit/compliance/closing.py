"""When a case was closed, as the tips service's own log has it. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contracts.events.tips import TipCorrected, TipParted
from services.audit.replay.telling import Told

CLOSED = "tip.closed"
MORE_TOLD = "tip.more_told"
TEAM_NOTED = "tip.team_noted"
CLINIC_WORK = "tip.clinic_work_noted"
STATE_LINES = "tip.state_lines_stated"


def closed_at(events: Iterable[Told]) -> datetime | None:
    """When it was closed for the last time; None where it is open, or something that came in later opened it again."""
    closed: datetime | None = None
    for each in events:
        if each.name == CLOSED:
            closed = each.recorded_at
        elif closed is not None and _opens(each.name, each.data):
            closed = None
    return closed


def _opens(name: str, data: dict[str, Any]) -> bool:
    """As the tip itself has it. A link taken back opens it only where another team holds for it from then on."""
    match name:
        case TipCorrected.NAME:
            return True
        case TipParted.NAME:
            return bool(data["first"] == data["tip"])
        case _ if name == MORE_TOLD:
            return True
        case _ if name == TEAM_NOTED:
            return bool(data["news"] != "stood_down")
        case _ if name == CLINIC_WORK:
            return not data["done"]
        case _:
            return name == STATE_LINES and data["state_lines"] == "crossed"
