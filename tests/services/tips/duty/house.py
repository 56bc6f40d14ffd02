"""The people and steps that tests of reporting duties share."""

from datetime import datetime
from typing import Any

import httpx

from tests.services.tips.house import INTAKE
from tests.support.running_service import Person, RunningService

OFFICER = Person(("law_enforcement",), agency="LOCAL-LE")
PROSECUTOR = Person(("prosecutor",), agency="DA-07")
OTHER_PROSECUTOR = Person(("prosecutor",), agency="DA-20")
STATEWIDE = Person(("statewide_coordinator",), agency="SHTC")


async def duties_of(tips: RunningService, tip: str, *, by: Person = INTAKE) -> dict[str, Any]:
    """The tip's duties by rule."""
    answer = await tips.get(f"/tips/{tip}/duties", by=by)
    assert answer.status_code == 200, answer.text
    return {duty["rule"]: duty for duty in answer.json()}


async def on_part(
    tips: RunningService, tip: str, rule: str, part: str, body: Any, *, step: str = "", by: Person = INTAKE
) -> httpx.Response:
    """A command on the duty as it stands now."""
    version = (await duties_of(tips, tip))[rule]["version"]
    return await tips.post(f"/tips/{tip}/duties/{rule}/parts/{part}{step}", body, by=by, version=version)


async def tell(tips: RunningService, tip: str, rule: str, part: str, at: datetime, **more: Any) -> httpx.Response:
    """Records that a part was done."""
    body = {"done_at": at.isoformat(), "how": "telephone"} | more
    answer = await on_part(tips, tip, rule, part, body)
    assert answer.status_code == 200, answer.text
    return answer


async def acknowledged(tips: RunningService, tip: str, rule: str, part: str, at: datetime) -> httpx.Response:
    """Records that those told acknowledged it."""
    body = {"acknowledged_at": at.isoformat(), "acknowledged_by": "Example Clerk Zqx"}
    answer = await on_part(tips, tip, rule, part, body, step="/acknowledgement")
    assert answer.status_code == 200, answer.text
    return answer


def clock_events(tips: RunningService, rule: str) -> list[str]:
    """The names of the events of the clocks of a rule, in order."""
    return [name for _, _, name, state in tips.rows() if name.startswith("clock.") and state["data"]["rule"] == rule]
