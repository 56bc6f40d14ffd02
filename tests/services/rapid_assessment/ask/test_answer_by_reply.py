"""A responder answers by writing back: once, in time, from their own address, through the carrier that signs."""

import asyncio
import base64
import re
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from services.kernel.http.problems import NotFound
from services.kernel.http.webhooks import headers_for
from services.kernel.settings import Settings
from services.rapid_assessment.ask.ask import HOLDS, REPLY_TRIES
from services.rapid_assessment.ask.carried import SECRETS, CarriedReply
from services.rapid_assessment.ask.replies import PER_SENDER
from services.rapid_assessment.ask.replies_http import RepliesDoor
from services.rapid_assessment.main import CARRIERS, DEFINITION
from tests.services.rapid_assessment.house import ADVOCATE, COORDINATOR, SPARE_ADVOCATE, House
from tests.support.post_office import PostOffice
from tests.support.running_service import Founded, Person, running_service
from tests.support.servers import Nats, free_ports
from tests.support.waiting import eventually

SEAT = "victim_advocate"
MAIL, NUMBER = "example.advocate.zqx@house.example", "601 555 0147"
KEYS = {"email": b"e" * 32, "sms": b"s" * 32}
REASON = {"reason": "In court all day."}
STATED = {ADVOCATE.account: ("email", MAIL), SPARE_ADVOCATE.account: ("sms", NUMBER)}


class Writing(House):
    """The advocate is reached by mail, the spare one by text message; both go over a post office."""

    office: PostOffice

    async def asked(self, tip: UUID, who: Person = ADVOCATE) -> str:
        """Asks them, and answers the short code that arrives."""
        before, known = len(self.office.mails), self.service.names()
        assert (await self.propose(tip, SEAT, who)).status_code == 200

        async def arrived() -> bool:
            names = self.service.names()
            follows = ("ask.sent", "ladder.waits")
            return len(self.office.mails) > before and all(names.count(each) > known.count(each) for each in follows)

        await eventually(arrived)
        return re.search(r"YES ([0-9]{6})", self.mail)[1]  # type: ignore[index]  # else the test fails here

    @property
    def mail(self) -> str:
        return self.office.mails[-1].replace("=\r\n", "")

    async def write(
        self, text: str, sender: str = MAIL, channel: str = "email", *, message: str = "", **changed: Any
    ) -> httpx.Response:
        """As its carrier passes it on; `changed` are the key and the time it signs with."""
        body = msgspec.json.encode({"channel": channel, "from": sender, "text": text})
        now = changed.get("now", time.time)
        signed = headers_for(changed.get("key", KEYS[channel]), message or secrets.token_hex(8), body, now)
        return await self.service.post("/replies", body, headers=signed)

    async def holder(self, tip: UUID) -> str | None:
        found: str | None = (await self.page(tip))["seats"][SEAT]["held_by"]
        return found

    def decided(self) -> list[tuple[UUID, int, str]]:
        """What became of seats and asks; ladders and notices follow by themselves."""
        rows = [(stream, version, name) for stream, version, name, _ in self.service.happened()]
        return [row for row in rows if row[2].startswith(("team.", "ask."))]

    async def counted(self) -> dict[str, int]:
        """What became of replies, by outcome."""
        text = (await self.service.http.get("/metrics")).text
        found: dict[str, int] = {}
        for outcome, number in re.findall(r'^muster_replies{.*outcome="([a-z_]+)"} ([0-9]+)', text, re.MULTILINE):
            found[outcome] = found.get(outcome, 0) + int(number)
        return found


@pytest.fixture
async def house(with_responders: Founded[None], nats_server: Nats) -> AsyncIterator[Writing]:
    (port,) = free_ports(1)
    office = PostOffice(port)
    place = "mailto://127.0.0.1:{port}/?from=muster@house.example&to={{address}}{at}&mode=insecure"

    def told(settings: Settings) -> Settings:
        carriers = {"email": place.format(port=port, at=""), "sms": place.format(port=port, at="@sms.example")}
        signing = {kind: f"whsec_{base64.b64encode(key).decode()}" for kind, key in KEYS.items()}
        (Path(settings.secrets) / CARRIERS).write_bytes(msgspec.json.encode(carriers))
        (Path(settings.secrets) / SECRETS).write_bytes(msgspec.json.encode(signing))
        return settings

    server = await asyncio.start_server(office.serve, "127.0.0.1", port)
    with with_responders.copied() as database:
        async with running_service(DEFINITION, database, nats_server, founded=with_responders, told=told) as running:
            found = Writing(running)
            found.office = office
            await found.register(SPARE_ADVOCATE)
            for who in (ADVOCATE, SPARE_ADVOCATE):
                kind, address = STATED[who.account]
                path, body = f"/responders/{who.account}/channels", {"kind": kind, "address": address}
                assert (await running.post(path, body, by=who, version=3)).status_code == 200
            yield found
    server.close()
    await server.wait_closed()


async def test_yes_and_no_are_decided_as_by_the_page_in_their_name_and_once(house: Writing) -> None:
    taken, started, declined, silent = [await house.open_team() for _ in range(4)]
    code = await house.asked(taken)
    twice = [await house.write(f"Yes, {code}", MAIL.upper(), message="msg_1") for _ in range(2)]
    assert {(each.status_code, each.content) for each in twice} == {(204, b"")}
    assert await house.holder(taken) == str(ADVOCATE.account)
    last = house.service.happened()[-2:]
    assert [name for _, _, name, _ in last] == ["team.seat_accepted", "ask.replied"]
    assert {(state["actor"], state["agency"]) for *_, state in last} == {(f"account:{ADVOCATE.account}", "CVP")}
    assert len({state["correlation_id"] for *_, state in last}) == 1
    assert last[1][3]["data"]["channel"] == "email"

    await house.write(f"SÍ {await house.asked(started)} voy en camino")
    assert (await house.page(started))["seats"][SEAT]["under_way"] is True
    await house.write(f"NO {await house.asked(declined)} in court zqx\n\n> YES 123456")
    # Three in the morning: nobody needs to type why.
    await house.write(f"no {await house.asked(silent, SPARE_ADVOCATE)}", "+16015550147", "sms")
    assert [await house.holder(each) for each in (declined, silent)] == [None, None]
    by_whom = [state["actor"] for _, _, name, state in house.service.happened() if name == "team.seat_declined"]
    assert by_whom == [f"account:{who.account}" for who in (ADVOCATE, SPARE_ADVOCATE)]
    assert await house.counted() == {"taken": 5}
    stored, logged = house.service.everything_stored(), house.service.log_lines()
    for secret in ("zqx", "6015550147", code):
        assert secret not in stored
        assert secret not in logged


async def test_a_reply_is_worth_nothing_used_overtaken_late_from_elsewhere_or_unsigned(house: Writing) -> None:
    used, filled, released, apart, late = [await house.open_team() for _ in range(5)]
    codes = {tip: await house.asked(tip) for tip in (used, filled, released)}
    await house.write(f"no {codes[used]}")
    await house.write(f"yes {codes[released]}")
    await house.act(released, f"seats/{SEAT}/release", REASON, by=COORDINATOR)
    # Passed over for another, who then took the seat.
    spare = await house.asked(filled, SPARE_ADVOCATE)
    await house.write(f"yes {spare}", NUMBER, "sms")
    assert await house.holder(filled) == str(SPARE_ADVOCATE.account)
    good = await house.asked(apart)
    stands = house.decided()

    answers = [await house.write(f"yes {codes[tip]}") for tip in codes]
    for sender, channel in (("other@house.example", "email"), (NUMBER, "sms"), (MAIL, "sms"), ("", "email")):
        answers.append(await house.write(f"yes {good}", sender, channel))
    answers.append(await house.write(f"hello, what is {good}?"))
    assert {(each.status_code, each.content) for each in answers} == {(204, b"")}
    unsigned = [
        await house.write(f"yes {good}", key=KEYS["sms"]),
        await house.write(f"yes {good}", now=lambda: time.time() - 600),
        await house.service.post("/replies", {"channel": "email", "from": MAIL, "text": f"yes {good}"}),
    ]
    assert {each.status_code for each in unsigned} == {404}
    # From the other's own number the right code of this one is a wrong code of theirs, and no ask of theirs is open.
    assert house.decided() == stands
    assert await house.counted() == {"taken": 3, "over": 3, "not_asked": 3, "wrong_code": 1, "not_understood": 1}

    code = await house.asked(late)
    house.service.time.turn(HOLDS)
    await house.write(f"yes {code}")
    assert await house.holder(late) is None
    # A rule refuses as by the page: whose credential ended fills no seat.
    last = await house.open_team()
    code = await house.asked(last)
    await house.revoke(ADVOCATE, version=4)
    await house.write(f"yes {code}")
    assert await house.holder(last) is None
    assert (await house.counted())["rule"] == 1


async def test_five_wrong_codes_end_it_for_each_open_ask_and_they_are_told_by_the_same_channel(house: Writing) -> None:
    tip, beside = [await house.open_team() for _ in range(2)]
    code, other = await house.asked(tip), await house.asked(beside)
    page = re.search(r"answer#([A-Z2-7-]+)", house.office.mails[-2].replace("=\r\n", ""))[1]  # type: ignore[index]  # else it fails here
    wrong = next(f"{each:06}" for each in range(10) if f"{each:06}" not in {code, other})
    mails = len(house.office.mails)
    for _ in range(2):
        assert (await house.write(f"yes {wrong}", message="the same mail, tried again")).status_code == 204
    for _ in range(REPLY_TRIES - 1):
        await house.write(f"no {wrong} please")

    failed = [state for _, _, name, state in house.service.happened() if name == "ask.reply_failed"]
    assert sorted(each["data"]["left"] for each in failed) == sorted([*range(REPLY_TRIES)] * 2)
    assert {each["actor"] for each in failed} == {"public"}

    async def told() -> bool:
        return len(house.office.mails) == mails + 2

    await eventually(told)
    assert all("Too many wrong codes" in each.replace("=\r\n", "") for each in house.office.mails[-2:])
    assert all(MAIL in each for each in house.office.recipients[-2:])
    await house.write(f"yes {code}")
    await house.write(f"yes {wrong}")
    assert await house.holder(tip) is None
    assert await house.counted() == {"wrong_code": REPLY_TRIES + 2, "too_many_wrong": 1}
    assert (await house.service.post("/asks/acceptance", {"code": page})).status_code == 200
    assert await house.holder(tip) == str(ADVOCATE.account)
    # Asked anew, everything is new; and nobody writes without end.
    again = await house.asked(await house.open_team())
    for _ in range(PER_SENDER.many):
        await house.write("hello")
    await house.write(f"yes {again}")
    assert (await house.counted())["too_often"] > 1


async def test_of_two_replies_at_once_one_is_heard(house: Writing) -> None:
    code = await house.asked(await house.open_team())
    await asyncio.gather(house.write(f"yes {code}"), house.write(f"yes {code}"), house.write(f"no {code}"))
    assert house.service.names().count("ask.replied") == 1
    assert await house.counted() == {"taken": 1, "over": 2}


async def test_without_a_secret_for_its_kind_there_is_no_door_however_it_is_signed() -> None:
    carried = CarriedReply(channel="email", sender=MAIL, text="yes 123456")
    body = msgspec.json.encode(carried)

    async def as_it_came() -> bytes:
        return body

    request: Any = SimpleNamespace(headers=headers_for(KEYS["email"], "msg_1", body), body=as_it_came)
    assert await RepliesDoor(KEYS).message(carried, request) == "msg_1"
    for others in ({}, {"sms": KEYS["email"]}):
        with pytest.raises(NotFound):
            await RepliesDoor(others).message(carried, request)
