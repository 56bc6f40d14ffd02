"""A file holds what the pages of its list hold, for everybody and nothing else, and is on record before it is given."""

import csv
import io
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
import msgspec
import pytest

from services.kernel.http.exporting import MARK, MEDIA_TYPE, file_of
from services.kernel.http.gate import Gate
from services.kernel.operations import ListExported
from services.kernel.recorder import StoreUnavailable
from services.kernel.store import EventStore
from tests.architecture.listing import Handled, lists
from tests.architecture.test_exports import NO_LIST
from tests.architecture.wired import definition_of
from tests.services.identity.house import NAME, House
from tests.services.policy import caller_of
from tests.services.test_absent_and_forbidden import WORLDS
from tests.services.walk import World, everybody
from tests.support.running_service import Person, RunningService, running_service
from tests.support.servers import Database, Nats

FEW = 2
# No list has the first; the lists of the second have a test of their own.
ELSEWHERE = {"people_and_rooms", "accounts"}
TOLD = Person(("prosecutor",), agency="DA-20")


@pytest.mark.parametrize(
    ("name", "made"), [each for each in WORLDS if each[1].__name__ not in {"people_and_rooms", "accounts"}]
)
async def test_a_file_holds_what_the_pages_of_its_list_hold_for_everybody(
    name: str, made: Callable[[RunningService], Awaitable[World]], database: Database, nats_server: Nats
) -> None:
    definition = definition_of(name)
    gate = Gate(definition.policies.read_text())
    async with running_service(definition, database, nats_server) as service:
        world = await made(service)
        hidden = {str(each) for each in world.shut_out.values()}
        somebody_sees: set[str] = set()
        shown = [each for each in lists(definition) if str(each) not in NO_LIST]
        for route in shown:
            for by in (*everybody(world.agency), *(who for who, _ in world.theirs), TOLD):
                if not gate.may_use(caller_of(by), route.action):
                    assert (await service.post(f"{route.path}/export", by=by)).status_code == 403
                    continue
                rows = await pages(service, route, by)
                taken = await service.post(f"{route.path}/export", by=by)
                assert taken.status_code == 200, taken.text
                assert taken.content == b"".join(file_of(route.rows[1] if route.rows else Nothing, rows))
                assert on_record(service, by)["rows"] == len(rows)
                somebody_sees |= {str(route)} if rows else set()
                if by in everybody(world.agency):
                    assert not [each for each in hidden if each in taken.text], f"{route} tells {by.roles} of a case"
            assert (await service.post(f"{route.path}/export")).status_code == 401
        assert somebody_sees == {str(each) for each in shown} - {"GET /findings", "GET /reviews"}


async def test_a_file_is_narrowed_as_its_list_and_says_so_on_record(database: Database, nats_server: Nats) -> None:
    made = dict(WORLDS)["rapid_assessment"]
    async with running_service(definition_of("rapid_assessment"), database, nats_server) as service:
        world = await made(service)
        coordinator, _ = world.theirs[0]
        taken = await service.post("/teams/export?phase=open", by=coordinator)
        none = await service.post("/teams/export?phase=formed", by=coordinator)
        assert lines(taken)[0][:2] == ["Team", "Tip"]
        assert {row[0] for row in lines(taken)[1:]} == {str(world.shut_out["team"]), str(world.others["team"])}
        assert len(lines(none)) == 1
        first, second = (state for _, _, name, state in service.rows() if name == ListExported.NAME)
        assert first["data"]["narrowed"] == ["phase=open"]
        assert first["actor"] == f"account:{coordinator.account}"
        assert set(first["data"]["records"]) >= {str(world.shut_out["team"]), str(world.shut_out["tip"])}
        assert (second["data"]["rows"], second["data"]["records"]) == (0, [])
        # What is no county may be a name, and would be on record for ever.
        named = await service.post("/teams/open/export?county=Example%20Person", by=coordinator)
        assert (named.status_code, named.json()["field"]) == (422, "county")
        assert "Example Person" not in service.everything_stored()
        of_hinds = await service.post("/teams/open/export?county=Hinds", by=coordinator)
        assert of_hinds.status_code == 200
        assert on_record(service, coordinator)["narrowed"] == ["county=Hinds"]


async def test_a_list_that_cannot_be_put_on_record_is_not_given(
    database: Database, nats_server: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refusing(*_: Any, **__: Any) -> None:
        raise StoreUnavailable

    made = dict(WORLDS)["tips"]
    async with running_service(definition_of("tips"), database, nats_server) as service:
        world = await made(service)
        who, _ = world.theirs[1]
        before = len(service.rows())
        with monkeypatch.context() as broken:
            broken.setattr(EventStore, "append", refusing)
            refused = await service.post("/duties/export", by=who)
        assert refused.status_code == 503
        assert len(service.rows()) == before
        assert len(lines(await service.post("/duties/export", by=who))) > 1


async def test_names_of_accounts_are_read_on_record_before_they_are_taken_away(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(definition_of("identity"), database, nats_server) as identity:
        house = await House.founded(identity)
        # A spreadsheet would run this name.
        opened = await house.opened(name=f'=HYPERLINK("https://example.org","{NAME}")')
        other = await house.agency("AG-PID")
        taken = await identity.post("/accounts/export", by=house.token)
        assert taken.status_code == 200, taken.text
        head, *rows = lines(taken)
        assert head[:1] == ["Account reference"]
        assert {row[0] for row in rows} == {str(house.administrator), str(opened.account)}
        assert next(row for row in rows if row[0] == str(opened.account))[5].startswith("'=HYPERLINK")
        assert identity.names()[-2:] == ["operation.page_read", "operation.list_exported"]
        theirs = await identity.post("/accounts/export", by=other)
        assert not {row[0] for row in rows} & {row[0] for row in lines(theirs)[1:]}
        agencies = await identity.post("/agencies/export", by=other)
        assert [row[0] for row in lines(agencies)] == ["Agency", "AG-PID", "MDCPS"]


class Nothing(msgspec.Struct):
    """A row of no list."""


async def pages(service: RunningService, route: Handled, by: Person) -> Sequence[Any]:
    """Every row of the list, a few at a time where it can be asked so."""
    assert route.rows is not None
    place, row = route.rows
    names = set(route.handler.parsed_fn_signature.parameters)
    found: list[Any] = []
    while True:
        asked = {"limit": FEW, "skip": len(found)} if "skip" in names else {"limit": 200} if "limit" in names else {}
        answer = await service.get(route.path, by=by, params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()[place] if place else answer.json()
        found += msgspec.convert(page, list[row], strict=False)  # type: ignore[valid-type]  # found in the route
        if "skip" not in asked or len(page) < FEW:
            return found


def lines(taken: httpx.Response) -> list[list[str]]:
    """As a spreadsheet reads it."""
    assert taken.headers["Content-Type"] == f"{MEDIA_TYPE}; charset=utf-8"
    assert taken.headers["Content-Disposition"].startswith('attachment; filename="muster-')
    assert taken.headers["Cache-Control"] == "no-store"
    text = taken.content.decode()
    assert text.startswith(MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(MARK))))


def on_record(service: RunningService, by: Person) -> dict[str, Any]:
    """The newest of its events, which says who took what."""
    state = [state for _, _, name, state in service.rows() if name == ListExported.NAME][-1]
    assert state["actor"] == f"account:{by.account}"
    found: dict[str, Any] = state["data"]
    return found
