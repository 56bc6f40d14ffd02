"""The people and steps the tests of this service share."""

from datetime import timedelta
from typing import Any

import httpx

from tests.support.running_service import NOON, Person, RunningService

INTAKE = Person(("cps_intake",))
COORDINATOR = Person(("cps_coordinator",), agency="MDCPS-HTC")
REPORTER = Person(("agency_reporter",), agency="MDHS-APS")
OPERATOR = Person(("operator",))
NAME = "Example Child Zqx"
NAMELESS = [{"part": "subject", "narrative": "Told without a name; invented."}]
STORY = "The story of Zqx, who is invented."


def a_tip(**changes: Any) -> dict[str, Any]:
    body = {
        "channel": "cps_hotline",
        "county": "Hinds",
        "received_at": (NOON - timedelta(minutes=10)).isoformat(),
        "age": "child",
        "persons": [{"part": "subject", "name": NAME, "narrative": STORY}],
    }
    return body | changes


async def received(tips: RunningService, **changes: Any) -> str:
    """A new tip's reference."""
    answer = await tips.post("/tips", a_tip(**changes), by=INTAKE)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reference"])


async def act(tips: RunningService, tip: str, path: str, body: Any, *, by: Person = INTAKE) -> httpx.Response:
    """A command on the tip as it stands now."""
    version = (await tips.get(f"/tips/{tip}", by=INTAKE)).json()["version"]
    return await tips.post(f"/tips/{tip}/{path}", body, by=by, version=version)
