"""A responder is told by mail that they are asked, and answers by the code in it: once, in time, and as nobody else."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from contracts.events.tips import AccountNamed
from services.kernel.keys import Digester
from services.kernel.settings import Settings
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.http import PER_CODE
from services.rapid_assessment.cases import team_of
from services.rapid_assessment.main import CARRIERS, DEFINITION
from tests.services import walk
from tests.services.rapid_assessment.house import ADVOCATE, COORDINATOR, SPARE_ADVOCATE, House
from tests.support.post_office import PostOffice
from tests.support.running_service import Founded, Person, running_service
from tests.support.servers import Nats, free_ports
from tests.support.waiting import eventually

SEAT = "victim_advocate"
ADDRESS = "example.advocate.zqx@house.example"
NO_SUCH = "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG"
REASON = {"reason": "In court all day."}


class Mailed(House):
    """The house with a post office, to which a responder's mail goes."""

    office: PostOffice

    async def address(self, who: Any = ADVOCATE, *, version: int = 3) -> httpx.Response:
        stated = {"kind": "email", "address": ADDRESS}
        return await self.service.post(f"/responders/{who.account}/channels", stated, by=who, version=version)

    async def asked(self, tip: UUID) -> str:
        """Asks the advocate, and answers the code that arrives."""
        before, known = len(self.office.mails), self.service.names()
        assert (await self.propose(tip, SEAT, ADVOCATE)).status_code == 200

        async def arrived() -> bool:
            names, told = self.service.names(), len(self.office.mails) > before
            # The ladder of the seat waits for whoever a person asked; after that nothing else happens.
            follows = ("ask.sent", "ladder.waits")
            return told and all(names.count(name) > known.count(name) for name in follows)

        await eventually(arrived)
        unfolded = self.office.mails[-1].replace("=\r\n", "")
        return re.search(r"answer#([A-Z2-7-]+)", unfolded)[1]  # type: ignore[index]  # else the test fails here

    async def by_code(self, what: str, code: str, key: str | None = None, **more: str | bool) -> httpx.Response:
        return await self.service.post(f"/asks/{what}", {"code": code, **more}, key=key)

    async def holder(self, tip: UUID) -> dict[str, Any]:
        seat: dict[str, Any] = (await self.page(tip))["seats"][SEAT]
        return seat


@pytest.fixture
async def house(with_responders: Founded[None], nats_server: Nats) -> AsyncIterator[Mailed]:
    (port,) = free_ports(1)
    office = PostOffice(port)
    place = f"mailto://127.0.0.1:{port}/?from=muster@house.example&to={{address}}&mode=insecure"

    def told(settings: Settings) -> Settings:
        (Path(settings.secrets) / CARRIERS).write_bytes(msgspec.json.encode({"email": place}))
        return settings

    server = await asyncio.start_server(office.serve, "127.0.0.1", port)
    with with_responders.copied() as database:
        async with running_service(DEFINITION, database, nats_server, founded=with_responders, told=told) as running:
            found = Mailed(running)
            found.office = office
            assert (await found.address()).status_code == 200
            yield found
    server.close()
    await server.wait_closed()


async def test_the_code_shows_the_seat_and_the_time_left_and_looking_changes_nothing(house: Mailed) -> None:
    tip = await house.open_team()
    code = await house.asked(tip)
    before = house.service.rows()
    first, again = [await house.by_code("look", code) for _ in range(2)]
    assert first.status_code == 200
    assert first.content == again.content
    assert set(first.json()) == {"seat", "team_due_at", "code_until"}
    assert first.json()["seat"] == SEAT
    assert house.service.rows() == before


async def test_accepting_takes_the_seat_in_their_name_and_uses_the_code_up(house: Mailed) -> None:
    tip = await house.open_team()
    code = await house.asked(tip)
    accepted = await house.by_code("acceptance", code, key="one tap on a phone")
    assert (accepted.status_code, accepted.json()) == (200, {"answer": "accepted"})
    assert (await house.holder(tip))["held_by"] == str(ADVOCATE.account)
    last = house.service.happened()[-2:]
    assert [name for _, _, name, _ in last] == ["team.seat_accepted", "ask.answered"]
    assert {state["actor"] for *_, state in last} == {f"account:{ADVOCATE.account}"}
    assert {state["agency"] for *_, state in last} == {"CVP"}
    assert len({state["correlation_id"] for *_, state in last}) == 1
    # A double tap is done once; another try finds no code.
    assert (await house.by_code("acceptance", code, key="one tap on a phone")).status_code == 200
    for what, more in (("acceptance", {}), ("decline", REASON), ("look", {})):
        assert (await house.by_code(what, code, **more)).status_code == 404
    assert house.service.names().count("ask.answered") == 1


async def test_a_code_in_other_hands_answers_in_the_name_of_whom_it_was_sent_to_and_of_nobody_else(
    house: Mailed,
) -> None:
    tip = await house.open_team()
    await house.register(SPARE_ADVOCATE)
    code = await house.asked(tip)
    other = await house.service.post("/asks/acceptance", {"code": code}, by=SPARE_ADVOCATE)
    assert other.status_code == 200, other.text
    assert (await house.holder(tip))["held_by"] == str(ADVOCATE.account)
    assert (await house.by_code("acceptance", code)).status_code == 404


async def test_whoever_accepts_may_say_in_the_same_breath_that_they_are_on_their_way_and_once_more_signed_in(
    house: Mailed,
) -> None:
    tip = await house.open_team()
    assert (await house.act(tip, f"seats/{SEAT}/under-way", by=ADVOCATE)).status_code == 404
    code = await house.asked(tip)
    assert (await house.by_code("acceptance", code, under_way=True)).status_code == 200
    assert [name for _, _, name, _ in house.service.happened()[-3:]] == [
        "team.seat_accepted", "team.seat_under_way", "ask.answered"
    ]  # fmt: skip
    assert (await house.holder(tip))["under_way"] is True
    stands = house.service.names()
    assert (await house.act(tip, f"seats/{SEAT}/under-way", by=ADVOCATE)).status_code == 200
    assert house.service.names() == stands


async def test_declining_frees_the_seat_and_keeps_the_reason_sealed(house: Mailed) -> None:
    tip = await house.open_team()
    code = await house.asked(tip)
    await the_board_tells_of_the_ladders(house)
    assert (await house.by_code("decline", code, reason="n")).status_code == 422
    assert (await house.by_code("decline", code, **REASON)).status_code == 200
    assert await house.holder(tip) == {
        "filled": False,
        "asked": False,
        "proposed": None,
        "held_by": None,
        "lapsed": False,
        "under_way": False,
    }
    assert (await house.by_code("acceptance", code)).status_code == 404
    assert "In court" not in house.service.everything_stored()


async def the_board_tells_of_the_ladders(house: Mailed) -> None:
    """The advocate was asked by a person and told by mail; nobody is named for the others."""
    (case,) = (await house.service.get("/teams/open", by=COORDINATOR)).json()["cases"]
    asked, empty = case["seats"][SEAT], case["seats"]["cps_investigator"]
    assert (asked["told"], empty["told"], empty["asked"]) == ("email", None, 0)
    then = {"rung": 0, "rungs": 3, "next_who": "on_call", "next_by": [], "why": "nobody_named"}
    # A person is waited for half an hour, and a ladder rests for an hour.
    assert asked["ladder"].pop("until") < empty["ladder"].pop("until")
    assert asked["ladder"] == then | {"by_hand": True, "rests": False}
    assert empty["ladder"] == then | {"by_hand": False, "rests": True}


async def test_the_last_seat_taken_by_code_forms_the_team_and_meets_its_clock(house: Mailed) -> None:
    tip = await house.open_team()
    await house.fill(tip, "cps_investigator", "trafficking_investigator")
    code = await house.asked(tip)
    assert (await house.by_code("acceptance", code)).status_code == 200
    assert (await house.page(tip))["phase"] == "formed"
    assert house.clock_events(tip, "C06") == ["clock.started", "clock.met"]


async def test_a_code_is_dead_when_its_proposal_ended_otherwise_or_its_time_is_over(house: Mailed) -> None:
    await house.register(SPARE_ADVOCATE)
    answered, replaced, ended, named, again, late = [await house.open_team() for _ in range(6)]
    codes = {tip: await house.asked(tip) for tip in (answered, replaced, ended, named, again, late)}
    await house.act(answered, f"seats/{SEAT}/acceptance", by=ADVOCATE)
    await house.propose(replaced, SEAT, SPARE_ADVOCATE)
    await house.end(ended)
    await house.tips.tell(named, AccountNamed(tip=named, account=ADVOCATE.account), case=named)
    await eventually(lambda: _excluded(house))
    # Asked a second time after a no, the first code stays dead and the second is another.
    await house.act(again, f"seats/{SEAT}/decline", REASON, by=ADVOCATE)
    second = await house.asked(again)
    assert second != codes[again]
    assert (await house.by_code("look", second)).status_code == 200
    for tip in (answered, replaced, ended, named, again):
        for what, more in (("look", {}), ("acceptance", {}), ("decline", REASON)):
            assert (await house.by_code(what, codes[tip], **more)).status_code == 404, what
    house.service.time.turn(timedelta(hours=2) - timedelta(microseconds=1))
    assert (await house.by_code("look", codes[late])).status_code == 200
    house.service.time.turn(timedelta(microseconds=1))
    assert (await house.by_code("acceptance", codes[late])).status_code == 404
    assert (await house.holder(late))["proposed"] == str(ADVOCATE.account)


async def _excluded(house: Mailed) -> bool:
    return "team.account_excluded" in house.service.names()


async def test_a_code_never_given_and_one_that_is_dead_are_answered_alike_with_equal_work(house: Mailed) -> None:
    tip = await house.open_team()
    code = await house.asked(tip)
    await house.act(tip, f"seats/{SEAT}/decline", REASON, by=ADVOCATE)
    with walk.statements_counted():
        for what, more in (("look", {}), ("acceptance", {}), ("decline", REASON)):
            dead, unknown = [
                await walk.answer_to(house.service, None, "POST", f"/asks/{what}", {"code": each, **more})
                for each in (code, NO_SUCH)
            ]
            assert dead.status == 404
            assert dead == unknown


async def test_of_two_who_tap_at_once_one_is_heard(house: Mailed) -> None:
    tip = await house.open_team()
    code = await house.asked(tip)
    answers = await asyncio.gather(
        *(house.by_code("acceptance", code) for _ in range(2)), house.by_code("decline", code, **REASON)
    )
    assert sorted(each.status_code for each in answers) == [200, 404, 404]
    assert house.service.names().count("ask.answered") == 1


async def test_a_credential_that_ended_meanwhile_fills_no_seat_and_leaves_the_code(house: Mailed) -> None:
    tip = await house.open_team()
    code = await house.asked(tip)
    await house.revoke(ADVOCATE, version=4)
    refused = await house.by_code("acceptance", code)
    assert (refused.status_code, refused.json()["code"]) == (409, "credential")
    assert (await house.by_code("decline", code, **REASON)).status_code == 200


async def test_the_code_is_in_no_row_no_log_and_no_answer_and_the_address_is_sealed(house: Mailed) -> None:
    tip = await house.open_team()
    code = await house.asked(tip)
    await house.by_code("look", code)
    await house.by_code("acceptance", code)
    stored, logged = house.service.everything_stored(), house.service.log_lines()
    for secret in (code, code.replace("-", ""), ADDRESS):
        assert secret not in stored
        assert secret not in logged
    page = await house.service.get(f"/responders/{ADVOCATE.account}", by=COORDINATOR)
    assert page.json()["responder"]["channels"] == [{"kind": "email", "proven_at": None}]
    assert "zqx" not in page.text


async def test_that_the_message_went_out_is_told_with_the_team_without_the_code_and_to_others_without_the_advocate(
    house: Mailed,
) -> None:
    tip = await house.open_team()
    code = await house.asked(tip)
    for who, advocate in ((COORDINATOR, str(ADVOCATE.account)), (Person(("cps_intake",)), None)):
        told = await house.service.get(f"/teams/{team_of(tip)}/history", by=who)
        (sent,) = [each for each in told.json() if each["name"] == "ask.sent"]
        assert (sent["facts"]["seat"], sent["facts"]["carrier"]) == (SEAT, "email")
        assert sent["facts"]["responder"] == advocate
        assert code not in told.text
        assert ADDRESS not in told.text


async def test_a_code_and_its_guesses_are_tried_so_often_and_no_more(house: Mailed) -> None:
    tip = await house.open_team()
    code = await house.asked(tip)
    tried = [(await house.by_code("look", NO_SUCH)).status_code for _ in range(PER_CODE.many + 1)]
    assert tried == [404] * PER_CODE.many + [429]
    assert (await house.by_code("look", code)).status_code == 200
    for wrong in ("short", "x" * 61):
        assert (await house.by_code("look", wrong)).status_code == 422


async def test_a_channel_is_proven_by_the_code_that_came_and_by_no_other(house: Mailed) -> None:
    path = f"/responders/{ADVOCATE.account}/channels/email"
    assert (await house.service.post(f"{path}/proof", by=ADVOCATE, version=4)).status_code == 200

    async def arrived() -> bool:
        return house.service.names()[-1] == "responder.proof_sent"

    await eventually(arrived)
    page = (await house.service.get(f"/responders/{ADVOCATE.account}", by=ADVOCATE)).json()
    assert (page["version"], page["code_sent"]) == (5, True)
    code = re.search(r"Muster is ([0-9]{6})", house.office.mails[-1].replace("=\r\n", ""))[1]  # type: ignore[index]  # else the test fails here
    other = f"{(int(code) + 1) % 1_000_000:06}"
    wrong = [
        await house.service.post(f"{path}/proof/code", {"code": other}, by=ADVOCATE, version=5, key="one-wrong-try")
        for _ in range(2)
    ]
    assert {(each.status_code, each.json()["field"]) for each in wrong} == {(422, "code")}
    assert house.service.names().count("responder.proof_failed") == 1, "a try that was sent twice is one"
    right = await house.service.post(f"{path}/proof/code", {"code": code}, by=ADVOCATE, version=6)
    assert (right.status_code, right.json()["version"]) == (200, 7)
    page = (await house.service.get(f"/responders/{ADVOCATE.account}", by=COORDINATOR)).json()
    assert page["responder"]["channels"] == [{"kind": "email", "proven_at": "2026-11-03T18:00:00Z"}]
    again = await house.service.post(f"{path}/proof/code", {"code": code}, by=ADVOCATE, version=7)
    assert (again.status_code, again.json()["code"]) == (409, "no_code_asked")
    for secret in (code, ADDRESS):
        assert secret not in house.service.log_lines()
    assert ADDRESS not in house.service.everything_stored()


async def test_whoever_took_their_channel_back_gets_no_mail_and_no_code_of_theirs_answers(house: Mailed) -> None:
    path = f"/responders/{ADVOCATE.account}/channels/email/withdrawal"
    assert (await house.service.post(path, by=ADVOCATE, version=4)).status_code == 200
    none = await house.service.post(path, by=ADVOCATE, version=5)
    assert (none.status_code, none.json()["code"]) == (409, "no_channel_stated")
    tip = await house.open_team()
    assert (await house.propose(tip, SEAT, ADVOCATE)).status_code == 200
    codes = AskCodes(Digester(Path(house.service.settings.secrets) / "digest.key"))
    (proposal,) = (
        UUID(state["event_id"]) for _, _, name, state in house.service.rows() if name == "team.seat_proposed"
    )
    assert (await house.by_code("acceptance", codes.code(proposal))).status_code == 404
    assert house.office.mails == []
