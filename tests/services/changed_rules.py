"""A rule with another number from tomorrow on, for tests of what runs then."""

from datetime import date, timedelta
from typing import Any

import httpx
import msgspec

from contracts.jurisdictions import Jurisdiction
from tests.support.running_service import Person, RunningService

TODAY, TOMORROW = date(2026, 11, 3), date(2026, 11, 4)
DAY = timedelta(days=1)


def changed(tables: Jurisdiction, **hours: int) -> Jurisdiction:
    """The tables with a second version of each rule named, instead of any that is on file."""
    others = [each for each in tables.clocks if each.rule not in hours]
    first = [tables.clock_rule(rule, version=1) for rule in hours]
    older = [msgspec.structs.replace(each, in_force_until=TODAY) for each in first]
    newer = [
        msgspec.structs.replace(each, version=2, in_force_from=TOMORROW, period_hours=hours[each.rule])
        for each in first
    ]
    told = [each for each in tables.reporting if each.rule not in hours or each.version == 1]
    duties = [msgspec.structs.replace(each, version=2) for each in told if each.rule in hours]
    return msgspec.structs.replace(tables, clocks=(*others, *older, *newer), reporting=(*told, *duties))


async def recomputed(
    service: RunningService, place: str, by: Person, version: int
) -> tuple[dict[str, dict[str, Any]], httpx.Response]:
    """What a record's clocks are shown to become, by rule, and the answer to confirming it."""
    shown = await service.get(f"{place}/recompute", by=by)
    assert shown.status_code == 200, shown.text
    found = {each["rule"]: each for each in shown.json()}
    moving = [each for each in found.values() if each["outcome"] == "moves"]
    # What was not shown to move is refused, too.
    asked = [{"clock": each["clock"], "due_at": each["new_due_at"]} for each in moving or found.values()]
    body = {"because": "law_changed", "moves": asked}
    return found, await service.post(f"{place}/recompute", body, by=by, version=version)
