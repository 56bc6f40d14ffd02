"""A drill as it is: the real rota is paged by real mail, and one who was paged answers by the code in it."""

import asyncio
import base64
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from services.kernel.http.webhooks import headers_for
from services.kernel.settings import Settings
from services.rapid_assessment.ask.carried import SECRETS
from services.rapid_assessment.ask.http import PER_CODE
from services.rapid_assessment.main import CARRIERS, DEFINITION
from tests.services import walk
from tests.services.policy import all_rows, at_once
from tests.services.rapid_assessment.house import ADVOCATE, COORDINATOR, INVESTIGATOR, SPARE_ADVOCATE, House
from tests.services.test_exports import lines
from tests.support.post_office import PostOffice
from tests.support.running_service import NOON, Founded, Person, running_service
from tests.support.servers import Nats, free_ports
from tests.support.waiting import eventually

SEAT = "victim_advocate"
OPERATOR = Person(("operator",))
AUDITOR = Person(("auditor",), agency="AG-PID")
NO_SUCH = "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG"
ADDRESS, KEY = "example.spare.zqx@house.example", b"k" * 32
OF_CASES = ("team_board", "open_cases", "case_times", "notice_board", "on_call", "rotas")


class Practising(House):
    """With a rota of two advocates, of whom the second can be reached by mail."""

    office: PostOffice

    async def start(self, county: str = "Hinds") -> httpx.Response:
        return await self.service.post("/drills", {"county": county}, by=COORDINATOR)

    async def started(self) -> tuple[str, str]:
        """The drill, and the code that came by mail."""
        before = len(self.office.mails)
        answer = await self.start()
        assert answer.status_code == 201, answer.text

        async def paged() -> bool:
            return len(self.office.mails) > before and self.service.names()[-1] == "drill.paged"

        await eventually(paged)
        return answer.json()["reference"], self.code

    @property
    def code(self) -> str:
        """Of the last mail."""
        return re.search(r"answer#([A-Z2-7-]+)", self.mail)[1]  # type: ignore[index]  # else the test fails here

    async def until_happened(self, name: str, *, times: int) -> None:
        async def so_often() -> bool:
            return self.service.names().count(name) == times

        await eventually(so_often)

    @property
    def mail(self) -> str:
        return self.office.mails[-1].replace("=\r\n", "")

    async def shown(self, drill: str) -> Any:
        """Its page, as it is now."""
        headers = {"Muster-At-Least": str(len(self.service.rows()))}
        headers["Authorization"] = f"Bearer {self.service.token(COORDINATOR)}"
        return (await self.service.http.get(f"/drills/{drill}", headers=headers)).json()

    async def write(self, text: str, sender: str = ADDRESS) -> None:
        """As a mail server passes it on."""
        body = msgspec.json.encode({"channel": "email", "from": sender, "text": text})
        signed = headers_for(KEY, uuid4().hex, body)
        assert (await self.service.post("/replies", body, headers=signed)).status_code == 204

    async def by_code(self, what: str, code: str, **more: str) -> httpx.Response:
        return await self.service.post(f"/drills/page/{what}", {"code": code, **more})


@pytest.fixture
async def house(with_responders: Founded[None], nats_server: Nats) -> AsyncIterator[Practising]:
    (port,) = free_ports(1)
    office = PostOffice(port)
    place = f"mailto://127.0.0.1:{port}/?from=muster@house.example&to={{address}}&mode=insecure"

    def told(settings: Settings) -> Settings:
        (Path(settings.secrets) / CARRIERS).write_bytes(msgspec.json.encode({"email": place}))
        signing = f"whsec_{base64.b64encode(KEY).decode()}"
        (Path(settings.secrets) / SECRETS).write_bytes(msgspec.json.encode({"email": signing}))
        return settings

    server = await asyncio.start_server(office.serve, "127.0.0.1", port)
    with with_responders.copied() as database:
        async with running_service(DEFINITION, database, nats_server, founded=with_responders, told=told) as running:
            found = Practising(running)
            found.office = office
            await found.register(SPARE_ADVOCATE)
            channel = {"kind": "email", "address": ADDRESS}
            path = f"/responders/{SPARE_ADVOCATE.account}/channels"
            assert (await running.post(path, channel, by=SPARE_ADVOCATE, version=3)).status_code == 200
            body = {"seat": SEAT, "area": {"counties": ["Hinds"]}}
            rota = (await running.post("/rotas", body, by=COORDINATOR)).json()["reference"]
            turns = {
                "participants": [str(ADVOCATE.account), str(SPARE_ADVOCATE.account)],
                "shift_hours": 168,
                "starts_at": NOON.isoformat(),
                "all_the_same": True,
            }
            put = await running.post(f"/rotas/{rota}/rotation", turns, by=COORDINATOR, version=1)
            assert put.status_code == 200, put.text

            async def both_told() -> bool:
                return sum(running.names().count(each) for each in ("rota.told", "rota.not_told")) == 2

            await eventually(both_told)
            yield found
    server.close()
    await server.wait_closed()


async def test_the_rota_is_paged_the_answer_is_timed_and_nothing_of_any_case_moves(house: Practising) -> None:
    # About an adult: notices stand on the board, and no ladder calls the same people meanwhile.
    await house.tip(age="adult")
    await house.until_happened("notice.sent", times=2)
    await eventually(lambda: _caught_up(house))
    before = {view: all_rows(house.service, view) for view in OF_CASES}
    figures = (await house.service.get("/figures", by=COORDINATOR)).text
    rows = len(house.service.rows())

    drill, code = await house.started()
    for mark in ("DRILL / SIMULACRO", "there is no child and no case", "no hay ning=C3=BAn menor"):
        assert mark in house.mail
    look = await house.by_code("look", code)
    assert (look.status_code, set(look.json()), look.json()["seat"]) == (200, {"seat", "until"}, SEAT)
    # The same code answers nothing of a case, and the page of a case no drill.
    assert (await house.service.post("/asks/look", {"code": code})).status_code == 404
    house.service.time.turn(timedelta(minutes=7))
    answer = await house.by_code("answer", code, answer="comes")
    assert (answer.status_code, answer.json()) == (200, {"answer": "comes"})
    for what, more in (("look", {}), ("answer", {"answer": "cannot"})):
        assert (await house.by_code(what, code, **more)).status_code == 404, "it is used up"

    shown = (await house.shown(drill))["drill"]
    seats = {each["seat"]: each for each in shown["seats"]}
    assert {seat: each["standing"] for seat, each in seats.items()} == {
        SEAT: "comes", "cps_investigator": "nobody", "trafficking_investigator": "nobody",
    }  # fmt: skip
    assert (seats[SEAT]["seconds"], seats[SEAT]["missed"]) == (420, [str(ADVOCATE.account)])
    assert (seats[SEAT]["responder"], shown["goes_on"]) == (str(SPARE_ADVOCATE.account), False)
    # Who was on call would tell who held the seat of a case at those hours (28 CFR 94.115).
    as_of = {"as_of": house.service.time.now().isoformat()}
    one = await house.service.get(f"/drills/{drill}", by=AUDITOR, params=as_of)
    every = await house.service.get("/drills", by=AUDITOR, params=as_of)
    for told in (one.json()["drill"], *every.json()):
        (advocate,) = [each for each in told["seats"] if each["seat"] == SEAT]
        assert (advocate["responder"], advocate["missed"], advocate["seconds"]) == (None, [], 420)
    await eventually(lambda: _caught_up(house))
    assert {view: all_rows(house.service, view) for view in OF_CASES} == before
    assert (await house.service.get("/figures", by=COORDINATOR)).text == figures
    new = house.service.rows()[rows:]
    assert {name for _, _, name, _ in new} == {"drill.started", "drill.not_paged", "drill.paged", "drill.answered"}
    assert {state["correlation_id"] for *_, state in new} == {drill}
    assert new[-1][-1]["actor"] == f"account:{SPARE_ADVOCATE.account}"
    for secret in (code, code.replace("-", ""), "example.spare.zqx"):
        assert secret not in house.service.everything_stored()
        assert secret not in house.service.log_lines()


async def _caught_up(house: House) -> bool:
    positions = (await house.service.get("/operator/views", by=OPERATOR)).json()
    return set(positions.values()) == {len(house.service.rows())}


async def test_of_many_who_start_one_in_the_same_instant_one_does_and_what_all_have_answered_holds_nobody_up(
    house: Practising,
) -> None:
    before = len(house.office.mails)
    answers = await at_once(*(house.start for _ in range(12)))

    assert Counter((each.status_code, each.json().get("code")) for each in answers) == {
        (201, None): 1, (409, "drill_goes_on"): 11,
    }  # fmt: skip
    assert house.service.names().count("drill.started") == 1
    await house.until_happened("drill.paged", times=1)
    assert len(house.office.mails) == before + 1
    assert (await house.by_code("answer", house.code, answer="cannot")).status_code == 200
    house.service.time.turn(timedelta(minutes=1))
    again = await at_once(*(house.start for _ in range(4)))
    assert sorted(each.status_code for each in again) == [201, 409, 409, 409]


async def test_one_goes_on_at_a_time_for_a_county_and_ended_its_codes_are_good_for_nothing(house: Practising) -> None:
    drill, code = await house.started()
    again = await house.start()
    assert (again.status_code, again.json()["code"]) == (409, "drill_goes_on")
    elsewhere = await house.start("Lee")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "drill_of_nobody")
    wrong = await house.start("Nowhere")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "county")
    for who in (INVESTIGATOR, SPARE_ADVOCATE):
        refused = await house.service.post("/drills", {"county": "Hinds"}, by=who)
        assert refused.status_code == 403

    path = f"/drills/{drill}/end"
    assert (await house.service.post(path, by=COORDINATOR, version=1)).status_code == 200
    over = await house.service.post(path, by=COORDINATOR, version=2)
    assert (over.status_code, over.json()["code"]) == (409, "drill_over")
    for what, more in (("look", {}), ("answer", {"answer": "comes"})):
        with walk.statements_counted():
            dead, unknown = [
                await walk.answer_to(house.service, None, "POST", f"/drills/page/{what}", {"code": each, **more})
                for each in (code, NO_SUCH)
            ]
            assert dead.status == 404
            assert dead == unknown
    assert (await house.shown(drill))["drill"]["ended_at"] is not None

    house.service.time.turn(timedelta(minutes=1))
    second, code = await house.started()
    assert [each["drill"] for each in (await house.service.get("/drills", by=COORDINATOR)).json()] == [second, drill]
    of_second, of_first = lines(await house.service.post("/drills/export", by=COORDINATOR))[1:]
    assert second in of_second
    assert drill in of_first
    house.service.time.turn(timedelta(hours=2))
    assert (await house.by_code("answer", code, answer="comes")).status_code == 404
    assert {each["standing"] for each in (await house.shown(second))["drill"]["seats"]} == {"nobody", "no_answer"}
    await _written_back(house)
    tried = [(await house.by_code("look", "ABCD" * 7)).status_code for _ in range(PER_CODE.many + 1)]
    assert tried == [404] * PER_CODE.many + [429]


async def _written_back(house: Practising) -> None:
    """Its short code answers a drill, once and from their address alone."""
    drill, _ = await house.started()
    code = re.search(r"YES ([0-9]{6})", house.mail)[1]  # type: ignore[index]  # else the test fails here
    await house.write(f"no {code}", "other@house.example")
    await house.write(f"yes {(int(code) + 1) % 1_000_000:06}")
    await house.write(f"yes {code}")
    await house.write(f"no {code}")
    seats = (await house.shown(drill))["drill"]["seats"]
    assert {each["standing"] for each in seats} == {"nobody", "comes"}
    answers = [state for _, _, name, state in house.service.happened() if name == "drill.answered"]
    assert [each["actor"] for each in answers] == [f"account:{SPARE_ADVOCATE.account}"]
