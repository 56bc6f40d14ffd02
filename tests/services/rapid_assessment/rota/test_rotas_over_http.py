"""Rotas as people keep them: over HTTP, with their views, and who is asked when the person on call is not reached."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from contracts.jurisdictions import LOCAL
from services.kernel.settings import Settings
from services.rapid_assessment.cases import team_of
from services.rapid_assessment.main import CARRIERS, DEFINITION
from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SPARE_ADVOCATE,
    House,
)
from tests.support.running_service import NOON, Person, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

SEAT = "victim_advocate"
THIRD = Person((SEAT,), agency="CVP")
WEEK = timedelta(days=7)
REASON = {"reason": "In court all day."}
# Of a kind that refuses without asking anybody: no such scheme is known to the library.
NOWHERE = {"email": "nosuch://{address}"}


class Kept(House):
    """With one rota of advocates in two counties."""

    rota: str

    async def on_rota(self, path: str, body: Any = None, *, by: Person = COORDINATOR) -> httpx.Response:
        """A command on it as it stands."""
        version = (await self.page_of_rota(by))["version"]
        return await self.service.post(f"/rotas/{self.rota}{path}", body, by=by, version=version)

    async def page_of_rota(self, by: Person = COORDINATOR) -> dict[str, Any]:
        answer = await self.service.get(f"/rotas/{self.rota}", by=by)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    async def fresh(self, path: str, *, by: Person = COORDINATOR, **params: str) -> Any:
        """A list as it is now."""
        headers = {"Muster-At-Least": str(len(self.service.rows()))}
        headers["Authorization"] = f"Bearer {self.service.token(by)}"
        answer = await self.service.http.get(path, headers=headers, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def on_call(self, **params: str) -> tuple[list[str], int]:
        """The advocates, and how many rotas have a hole."""
        (found,) = [each for each in await self.fresh("/on-call", by=COORDINATOR, **params) if each["seat"] == SEAT]
        return [each["account"] for each in found["people"]], found["holes"]

    async def until_named(self, *names: str) -> None:
        async def there() -> bool:
            return set(names) <= set(self.service.names())

        await eventually(there)


@pytest.fixture
async def house(database: Database, nats_server: Nats) -> AsyncIterator[Kept]:
    def told(settings: Settings) -> Settings:
        (Path(settings.secrets) / CARRIERS).write_bytes(msgspec.json.encode(NOWHERE))
        return settings

    async with running_service(DEFINITION, database, nats_server, told=told) as running:
        found = Kept(running)
        for who in (ADVOCATE, SPARE_ADVOCATE, THIRD, INVESTIGATOR):
            # By hours of their own nobody is on call for long.
            await found.register(who, hours=1)
        body = {"seat": SEAT, "area": {"counties": ["Hinds", "Rankin"]}}
        opened = await running.post("/rotas", body, by=COORDINATOR)
        assert opened.status_code == 201, opened.text
        found.rota = opened.json()["reference"]
        running.time.turn(timedelta(hours=2))
        yield found


def turns(*people: Person, starts_at: datetime = NOON, **more: Any) -> dict[str, Any]:
    participants = [str(each.account) for each in people]
    return {"participants": participants, "shift_hours": 168, "starts_at": starts_at.isoformat()} | more


BOTH = turns(ADVOCATE, SPARE_ADVOCATE)


async def test_nobody_without_a_proven_channel_is_put_on_without_being_shown_and_all_of_it_follows(
    house: Kept,
) -> None:
    before = house.service.names()
    refused = await house.on_rota("/rotation", BOTH)
    assert (refused.status_code, refused.json()["code"]) == (409, "put_on_unfit")
    assert house.service.names() == before
    lacks = (await house.service.post(f"/rotas/{house.rota}/rotation/check", BOTH, by=COORDINATOR)).json()
    assert {(each["account"], each["lacks"]) for each in lacks} == {
        (str(who.account), "no_channel") for who in (ADVOCATE, SPARE_ADVOCATE)
    }
    assert await house.on_call() == ([], 1)
    assert (await house.on_rota("/rotation", BOTH | {"all_the_same": True})).status_code == 200
    await house.until_named("rota.not_told")

    assert await house.on_call() == ([str(ADVOCATE.account)], 0)
    assert await house.on_call(county="Rankin") == ([str(ADVOCATE.account)], 0)
    assert await house.on_call(county="Harrison") == ([], 0)
    wrong = await house.service.get("/on-call", by=COORDINATOR, params={"county": "Nowhere"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "county")
    page = await house.page_of_rota()
    assert [each["account"] for each in page["shifts"]][:2] == [str(ADVOCATE.account), str(SPARE_ADVOCATE.account)]
    assert {each["lacks"] for each in page["lacks"]} == {"no_channel"}
    assert datetime.fromisoformat(page["next_handover"]) == NOON + WEEK
    (row,) = await house.fresh("/rotas")
    assert (row["on_call"], row["next"]) == (str(ADVOCATE.account), str(SPARE_ADVOCATE.account))
    own = await house.fresh("/mine/shifts", by=ADVOCATE)
    assert ([each["number"] for each in own["shifts"]], own["rotas"]) == ([0, 2, 4], [house.rota])
    rows = {(each["county"], each["seat"]): each for each in await house.fresh("/rotas/board")}
    assert rows["Hinds", SEAT]["gaps"] == []
    assert len(rows["Hinds", SEAT]["unproven"]) == 2
    assert len(rows["Harrison", SEAT]["gaps"]) == 1
    for path in ("/rotas/board/export", "/rotas/export"):
        taken = await house.service.post(path, by=COORDINATOR)
        assert (taken.status_code, "Hinds" in taken.text) == (200, True)
    assert house.service.names().count("operation.list_exported") == 2


async def test_a_rotation_naming_nobody_or_somebody_unknown_is_refused_and_changes_nothing(house: Kept) -> None:
    before = house.service.rows()
    twice = turns(ADVOCATE, ADVOCATE, all_the_same=True)
    for wrong in (turns(), turns(Person((SEAT,))), twice, turns(*[ADVOCATE] * 21)):
        answer = await house.on_rota("/rotation", wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, "participants"), wrong
    assert house.service.rows() == before


async def test_overrides_leave_and_an_end_are_followed_by_who_is_on_call(house: Kept) -> None:
    assert (await house.on_rota("/rotation", BOTH | {"all_the_same": True})).status_code == 200
    now = house.service.time.now()
    put = {"account": str(THIRD.account), "since": now.isoformat(), "until": (now + WEEK / 7).isoformat()}
    assert (await house.on_rota("/overrides", put)).status_code == 409
    assert (await house.on_rota("/overrides/check", put)).json()[0]["lacks"] == "no_channel"
    assert (await house.on_rota("/overrides", put | {"all_the_same": True})).status_code == 200
    assert (await house.on_call())[0] == [str(THIRD.account)]
    (stands,) = (await house.page_of_rota())["rota"]["overrides"]
    assert (await house.on_rota(f"/overrides/{stands['override']}/withdrawal")).status_code == 200
    assert (await house.on_call())[0] == [str(ADVOCATE.account)]
    later = (now + WEEK - timedelta(hours=1)).isoformat()
    assert (await house.on_rota("/handover", {"next_at": later})).status_code == 200
    leave = {"since": now.isoformat(), "until": (now + WEEK).isoformat()}
    path = f"/responders/{ADVOCATE.account}/leave"
    assert (await house.service.post(path, leave, by=ADVOCATE, version=3)).status_code == 200
    assert (await house.on_call())[0] == [str(SPARE_ADVOCATE.account)]
    assert (await house.on_rota("/end")).status_code == 200
    assert await house.on_call() == ([], 0)
    ended = await house.on_rota("/end")
    assert (ended.status_code, ended.json()["code"]) == (409, "rota_ended")


async def test_two_people_swap_turns_and_others_have_no_part_in_it(house: Kept) -> None:
    assert (await house.on_rota("/rotation", BOTH | {"all_the_same": True})).status_code == 200
    rotation = (await house.page_of_rota())["rota"]["rotations"][0]["rotation"]
    offer = {"rotation": rotation, "number": 1, "to": str(ADVOCATE.account), "in_return": 2}
    path = f"/rotas/{house.rota}/swaps"
    assert (await house.service.post(path, offer, by=COORDINATOR, version=2)).status_code == 403
    assert (await house.service.post(path, offer, by=THIRD, version=2)).status_code == 404
    assert (await house.on_rota("/swaps", offer, by=SPARE_ADVOCATE)).status_code == 409
    assert (await house.on_rota("/swaps/check", offer, by=SPARE_ADVOCATE)).json()[0]["lacks"] == "no_channel"
    assert (await house.on_rota("/swaps", offer | {"all_the_same": True}, by=SPARE_ADVOCATE)).status_code == 200
    (swap,) = (await house.page_of_rota(by=ADVOCATE))["rota"]["swaps"]
    agreement = f"/swaps/{swap['swap']}/agreement"
    assert (await house.on_rota(agreement, {}, by=ADVOCATE)).json()["code"] == "put_on_unfit"
    assert (await house.on_rota(f"{agreement}/check", by=ADVOCATE)).json()[0]["account"] == str(ADVOCATE.account)
    assert (await house.on_rota(agreement, {"all_the_same": True}, by=ADVOCATE)).status_code == 200
    shifts = (await house.page_of_rota(by=ADVOCATE))["shifts"]
    assert [each["account"] for each in shifts][:3] == [
        str(each.account) for each in (ADVOCATE, ADVOCATE, SPARE_ADVOCATE)
    ]
    for what in ("decline", "withdrawal"):
        by = ADVOCATE if what == "decline" else SPARE_ADVOCATE
        assert (await house.on_rota(f"/swaps/{swap['swap']}/{what}", by=by)).json()["code"] == "no_such_swap"


async def test_who_is_on_no_rota_and_keeps_none_is_answered_as_if_there_were_none(house: Kept) -> None:
    before = house.service.rows()
    answers = [await house.service.get(f"/rotas/{each}", by=THIRD) for each in (house.rota, uuid4())]
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
    for path in ("", "/board", f"/{house.rota}"):
        assert (await house.service.get(f"/rotas{path}", by=LAW_ENFORCEMENT)).status_code == 403
    for path in ("/rotation", "/handover", "/overrides", "/end"):
        assert (await house.service.post(f"/rotas/{house.rota}{path}", {}, by=ADVOCATE, version=1)).status_code == 403
    assert house.service.rows() == before


async def test_when_the_person_on_call_is_not_reached_the_next_are_asked_one_after_the_other_and_the_coordinator_told(
    house: Kept,
) -> None:
    all_of_them = turns(ADVOCATE, SPARE_ADVOCATE, THIRD, all_the_same=True)
    assert (await house.on_rota("/rotation", all_of_them)).status_code == 200
    address = {"kind": "email", "address": "advocate@example.org"}
    path = f"/responders/{ADVOCATE.account}/channels"
    assert (await house.service.post(path, address, by=ADVOCATE, version=3)).status_code == 200
    await house.fresh("/rotas")
    # Nobody asks anybody: the seat's ladder does.
    tip = await house.open_team()
    people = f"/teams/{team_of(tip)}/seats/{SEAT}/people"

    async def all_tried() -> bool:
        return house.service.names().count("team.seat_unreached") == 3

    await eventually(all_tried)
    await house.until_told(tip, ("cps_coordinator", "on_call_unreached"))
    unreached = [state["data"] for _, _, name, state in house.service.rows() if name == "team.seat_unreached"]
    assert [(each["responder"], each["refused"]) for each in unreached] == [
        (str(ADVOCATE.account), ["email"]), (str(SPARE_ADVOCATE.account), []), (str(THIRD.account), [])
    ]  # fmt: skip
    # Nobody is left: the last one finds it on their page, and the coordinator and the statewide coordinator are told.
    await house.until_told(tip, *((role, "nobody_left") for role in ("cps_coordinator", "statewide_coordinator")))

    def left() -> list[tuple[int, str]]:
        told = [state["data"] for _, _, name, state in house.service.rows() if name == "ladder.nobody_left"]
        return [(each["called"], each["why"]) for each in told if each["seat"] == SEAT]

    async def of_this_seat() -> bool:
        # They were told of seats for which there is nobody at all, too.
        return left() != []

    await eventually(of_this_seat)
    assert left() == [(3, "all_called")]
    assert (await house.service.get(f"/teams/{team_of(tip)}/people", by=COORDINATOR)).json()[SEAT]["people"] == []
    assert (await house.page(tip))["seats"][SEAT]["proposed"] == str(THIRD.account)
    order = (await house.service.get(people, by=COORDINATOR)).json()
    assert {each["account"]: each["reasons"] for each in order["left_out"]} == {
        str(ADVOCATE.account): ["unreached"], str(SPARE_ADVOCATE.account): ["unreached"],
        str(THIRD.account): ["on_team", "unreached"],
    }  # fmt: skip
    # The board tells who asks people how many of the rota cannot be called, as of no case, and nobody else.
    assert [
        (await house.service.get("/teams/open", by=by)).json()["cannot_be_called"] for by in (COORDINATOR, THIRD)
    ] == [{"Hinds": {SEAT: {"no_channel": 2}}}, {}]
    # Whom a coordinator chooses may look at their page: nobody else is asked for that alone.
    assert (await house.propose(tip, SEAT, SPARE_ADVOCATE)).status_code == 200
    assert (await house.act(tip, f"seats/{SEAT}/decline", REASON, by=SPARE_ADVOCATE)).status_code == 200
    order = (await house.service.get(people, by=COORDINATOR)).json()
    assert [(each["account"], each["declined"]) for each in order["people"]] == [(str(SPARE_ADVOCATE.account), True)]
    assert house.service.names().count("team.seat_unreached") == 3
    assert (await house.service.get(people, by=ADVOCATE)).status_code == 403


async def test_a_credential_that_ends_mid_case_leaves_the_seat_held_until_the_team_would_form_and_takes_off_call(
    house: Kept,
) -> None:
    alone = turns(ADVOCATE, all_the_same=True)
    assert (await house.on_rota("/rotation", alone)).status_code == 200
    (first,) = [each for each in await house.fresh("/on-call") if each["seat"] == SEAT]
    # Nobody follows: the end that can be told is that of the credential, whose last day is the 30th.
    assert datetime.fromisoformat(first["people"][0]["until"]) == datetime(2028, 7, 1, tzinfo=LOCAL)
    assert first["people"][0]["area"]["counties"] == ["Hinds", "Rankin"]
    tip = await house.open_team(received_at=house.service.time.now())
    # Their ladder asked them. No channel is stated: that is on record before they answer on their page.
    await house.until_named("team.seat_unreached")
    assert (await house.act(tip, f"seats/{SEAT}/acceptance", by=ADVOCATE)).status_code == 200
    await house.revoke(ADVOCATE, version=3)
    # On call nobody is any more: the rota has a hole from that moment on, and says so.
    assert await house.on_call() == ([], 1)
    (row,) = [each for each in await house.fresh("/rotas/board") if (each["county"], each["seat"]) == ("Hinds", SEAT)]
    assert len(row["gaps"]) == 1
    # The seat stays theirs until the team would form; then it is empty.
    assert (await house.page(tip))["seats"][SEAT]["held_by"] == str(ADVOCATE.account)


async def test_for_a_county_and_a_time_it_is_told_who_may_fill_each_seat_and_only_the_coordinator_is(
    house: Kept,
) -> None:
    assert (await house.on_rota("/rotation", BOTH | {"all_the_same": True})).status_code == 200
    next_week = (NOON + WEEK + timedelta(hours=1)).isoformat()

    now = await house.fresh("/finding", county="Rankin")
    later = await house.fresh("/finding", county="Rankin", at=next_week)

    def advocates(found: Any) -> list[str]:
        return [each["account"] for seat in found["seats"] if seat["seat"] == SEAT for each in seat["people"]]

    assert advocates(now) == [str(ADVOCATE.account), str(SPARE_ADVOCATE.account)]
    assert advocates(later) == advocates(now)[::-1]
    (investigators,) = [each for each in now["seats"] if each["seat"] == "cps_investigator"]
    assert [(each["account"], each["reasons"]) for each in investigators["left_out"]] == [
        (str(INVESTIGATOR.account), ["not_callable"])
    ]
    for field, wrong in (
        ("county", {"county": "Nowhere"}),
        ("at", {"county": "Rankin", "at": (NOON - WEEK).isoformat()}),
        ("at", {"county": "Rankin", "at": (NOON + 60 * WEEK).isoformat()}),
        ("at", {"county": "Rankin", "at": "2026-11-20T12:00:00"}),
    ):
        refused = await house.service.get("/finding", by=COORDINATOR, params=wrong)
        assert (refused.status_code, refused.json()["field"]) == (422, field), refused.text
    for who in (ADVOCATE, LAW_ENFORCEMENT):
        assert (await house.service.get("/finding", by=who, params={"county": "Rankin"})).status_code == 403
