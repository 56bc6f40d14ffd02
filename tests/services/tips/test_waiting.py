"""What the coordinator's board asks for at once is what its lists tell, one by one, and to nobody anything else."""

from typing import Any

from tests.services.tips.house import COORDINATOR, INTAKE, a_tip
from tests.services.tips.test_reporter_over_http import PERSONS, ask, share
from tests.support.running_service import Person, RunningService

LISTS = {"duties": "/duties/next", "added": "/tips/to-do?only=added_to", "releases": "/releases"}
"""Where each kind is told alone."""


async def a_tip_that_waits(tips: RunningService, **changes: Any) -> None:
    """A report is due of it, something was added, and somebody asks who reported."""
    taken_in = (await tips.post("/tips", a_tip(persons=PERSONS, **changes), by=INTAKE)).json()
    more = {"receipt_code": taken_in["receipt_code"], "what": "Invented: they left."}
    assert (await tips.post("/receipts/additions", more)).status_code == 200
    assert (await share(tips, taken_in["reference"])).status_code == 201
    assert (await ask(tips, taken_in["reference"])).status_code == 201


async def waiting(tips: RunningService, by: Person, **asked: int) -> dict[str, Any]:
    answer = await tips.get("/waiting", by=by, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_all_that_waits_is_what_each_list_shows_this_coordinator(tips: RunningService) -> None:
    kept_out = Person(("cps_coordinator",), agency="MDCPS")
    assert [each["total"] for each in (await waiting(tips, COORDINATOR)).values()] == [0, 0, 0]
    await a_tip_that_waits(tips)
    await a_tip_that_waits(tips, named_accounts=[str(kept_out.account)])

    for who, number in ((COORDINATOR, 2), (kept_out, 1)):
        found = await waiting(tips, who)
        assert found == {kind: (await tips.get(path, by=who)).json() for kind, path in LISTS.items()}
        assert (found["added"]["total"], found["releases"]["total"]) == (number, number)
        assert found["duties"]["total"] >= number

    due, added, asked = (await waiting(tips, COORDINATOR, limit=1)).values()
    assert [len(due["duties"]), len(added["tips"]), len(asked["releases"])] == [1, 1, 1]
    assert (await tips.get("/waiting", by=INTAKE)).status_code == 403
