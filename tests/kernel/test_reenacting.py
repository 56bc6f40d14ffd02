"""What a role was shown then: by the policies of that day, within what the auditor may see, and on record."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from services.kernel.http.gate import Gate
from services.kernel.http.reenacting import NoPoliciesThen, gate_of
from services.kernel.operations import PoliciesSet, RecordShown
from tests.kernel import past_service
from tests.kernel.past_service import POLICIES, definition
from tests.support.running_service import Person, RunningService, running_service
from tests.support.servers import Database, Nats

KEEPER, AUDITOR = Person(("keeper",)), Person(("auditor",))
REENACTED = """
permit (principal in Role::"auditor", action == Action::"replay_as", resource is Standing)
when { ["keeper", "guest", "stranger"].contains(resource.role) };
"""
TO_KEEPERS = POLICIES + REENACTED
TO_GUESTS_OF_ONE_HOUSE = (
    POLICIES.replace('action in [Action::"keep", Action::"read_box"]', 'action == Action::"keep"')
    + REENACTED
    + """
permit (principal in Role::"guest", action == Action::"read_box", resource is Route);
permit (principal in Role::"guest", action == Action::"read_box", resource is Box)
when { principal.agency == "ONE" && (principal.everywhere || principal.places.contains("Hinds")) };
"""
)


@asynccontextmanager
async def started(
    policies: str, folder: Path, database: Database, nats_server: Nats, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningService]:
    """On the log as it stands."""
    monkeypatch.setattr(past_service, "POLICIES", policies)
    async with running_service(definition(folder / "policies.cedar"), database, nats_server) as running:
        yield running


async def back(
    service: RunningService, path: str, role: str, agency: str = "ONE", by: Person = AUDITOR, /, **more: str
) -> httpx.Response:
    return await service.get(path, by=by, params={"as_role": role, "as_agency": agency, **more})


async def test_a_role_is_reenacted_by_the_policies_in_force_then_and_not_by_todays(
    database: Database, nats_server: Nats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = uuid4()
    path = f"/shelf/{box}"
    async with started(TO_KEEPERS, tmp_path, database, nats_server, monkeypatch) as service:
        assert (await service.post(path, {"what": "open"}, by=KEEPER)).status_code == 200
        remark = await service.post(path, {"what": "remark", "who": str(uuid4())}, by=KEEPER)
        first = {"at_position": str(remark.json()["position"])}
    async with started(TO_GUESTS_OF_ONE_HOUSE, tmp_path, database, nats_server, monkeypatch) as service:
        today = {"at_position": str(len(service.rows()))}

        async def seen(role: str, agency: str, /, **more: str) -> int:
            return (await back(service, path, role, agency, **more)).status_code

        assert (await service.get(path, by=KEEPER)).status_code == 403, "today"
        assert await seen("keeper", "ONE", **first) == 200
        assert await seen("keeper", "ONE", **today) == 403, "the role had no such page any more"
        assert await seen("guest", "ONE", **first) == 403
        assert await seen("guest", "ONE", **today) == 200
        # A page that the role had, and a record that it was not shown: as if there were none.
        hidden, absent = [await back(service, f"/shelf/{each}", "guest", "OTHER", **today) for each in (box, uuid4())]
        assert (hidden.status_code, hidden.content, hidden.headers) == (404, absent.content, absent.headers)
        assert await seen("guest", "ONE", as_county="Rankin", **today) == 404
        assert await seen("guest", "ONE", as_county="Hinds", **today) == 200

        shown = await back(service, path, "keeper", **first)
        assert shown.json()["remarks"] == [None], "what is sealed stays sealed, though keepers read it then"
        assert shown.content == (await service.get(path, by=AUDITOR, params=first)).content
        reads = [state["data"]["question"] for _, _, name, state in service.rows() if name == RecordShown.NAME]
        assert [each.partition(", as seen by ")[2] for each in reads] == [
            "keeper of ONE",
            "guest of ONE",
            "guest of ONE in one county",
            "",
        ]


async def test_what_is_shut_to_the_auditor_no_role_opens(
    database: Database, nats_server: Nats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = uuid4()
    async with started(TO_KEEPERS, tmp_path, database, nats_server, monkeypatch) as service:
        await service.post(f"/shelf/{box}", {"what": "open"}, by=KEEPER)
        then = {"at_position": str(len(service.rows()))}
        assert (await back(service, f"/shelf/{box}", "keeper", **then)).status_code == 200
        await service.post(f"/shelf/{box}", {"what": "close", "who": str(AUDITOR.account)}, by=KEEPER)
        assert (await back(service, f"/shelf/{box}", "keeper", **then)).status_code == 404
        assert (await back(service, "/shelf", "keeper", **then)).json() == []
        assert (await back(service, "/operator/parked", "keeper", **then)).status_code == 403


async def test_who_may_reenact_whom_is_for_the_policies_and_the_moment_must_have_some(
    database: Database, nats_server: Nats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with started(TO_KEEPERS, tmp_path, database, nats_server, monkeypatch) as service:
        now = {"as_of": service.time.now().isoformat()}
        assert next(name for _, _, name, _ in service.rows()) == PoliciesSet.NAME
        assert (await back(service, "/shelf", "keeper", "ONE", KEEPER, **now)).status_code == 403
        assert (await back(service, "/shelf", "stranger", **now)).status_code == 403, "it never had the page"
        for field, asked in (
            ("as_role", {"as_role": "auditor", "as_agency": "ONE"}),
            ("as_role", {"as_role": "no_such_role", "as_agency": "ONE"}),
            ("as_role", {"as_agency": "ONE"}),
            ("as_role", {"as_county": "Hinds"}),
            ("as_agency", {"as_role": "keeper"}),
            ("as_agency", {"as_role": "keeper", "as_agency": "Example Child"}),
            ("as_county", {"as_role": "keeper", "as_agency": "ONE", "as_county": "x" * 65}),
            # Before the service recorded its first policies, nobody decided anything.
            ("as_role", {"as_role": "keeper", "as_agency": "ONE", "as_of": "2020-01-01T00:00:00Z"}),
        ):
            answer = await service.get("/shelf", by=AUDITOR, params={**now, **asked})
            assert (answer.status_code, answer.json().get("field")) == (422, field), asked


@pytest.mark.parametrize("text", ["", "permit (principal", "let whoever comes in"])
def test_policies_that_cannot_be_judged_by_today_reenact_nobody(text: str) -> None:
    with pytest.raises(NoPoliciesThen):
        gate_of(text)
    assert isinstance(gate_of(TO_KEEPERS), Gate)
