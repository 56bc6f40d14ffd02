"""From a tip to a standing team with nothing but HTTP and mail: the house asks by SMTP, and people answer by mail."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from uuid import uuid4

import httpx
import pytest

from services.kernel.http.webhooks import headers_for
from services.rapid_assessment.ask.carried import PATH, SECRETS
from services.rapid_assessment.main import CARRIERS
from tests.end_to_end.on_call import SECOND, a_second_advocate, reached_by_mail
from tests.end_to_end.town import Town, Visit
from tests.support.post_office import PostOffice, open_post_office
from tests.support.waiting import eventually

HOUSE = "answers@house.example"
SECRET = b"e" * 32
COUNTY = "Lee"
REASON = "Zqx is my neighbour."
SEATS = {
    "cps_investigator": ("cps_investigator",),
    "trafficking_investigator": ("trafficking_investigator",),
    "victim_advocate": ("victim_advocate", SECOND),
}
"""Who takes turns for each, the first on call."""


class Mails:
    """What the house sends, and what people answer, which a mail server hands to `muster take-mail`."""

    def __init__(self, town: Town, office: PostOffice) -> None:
        self._town = town
        self._office = office

    async def code_for(self, who: str) -> str:
        """The short one of the mail that asks them, once it has come."""

        async def came() -> bool:
            return bool(self.codes(who))

        await eventually(came)
        return self.codes(who)[-1]

    def codes(self, who: str) -> list[str]:
        """Of every mail that asked them; they are told of their rotas, too."""
        to_them = f"<{address_of(who)}>"
        theirs = [mail for to, mail in zip(self._office.recipients, self._office.mails, strict=False) if to_them in to]
        return [found[1] for mail in theirs if (found := re.search(r"YES ([0-9]{6})", _text(mail)))]

    async def answer(self, who: str, text: str) -> None:
        """By mail, which a mail server hands over by its pipe; what they answer to stands below it."""
        mail = EmailMessage()
        mail["From"] = f"Example Person <{address_of(who)}>"
        mail["To"], mail["Subject"] = HOUSE, "Re: Muster"
        mail.set_content(f"{text}\n\nSent from my telephone\n\n-----Original Message-----\nFrom: Muster\n\nYES 000000")
        taken = await asyncio.to_thread(self._town.muster, "take-mail", typed=mail.as_string())
        assert (taken.returncode, taken.stdout, taken.stderr) == (0, "", "")

    async def pass_on(self, who: str, text: str) -> None:
        """As above, where the mail server does without the pipe."""
        body = json.dumps({"channel": "email", "from": address_of(who), "text": text}).encode()
        headers = headers_for(SECRET, uuid4().hex, body) | {"Content-Type": "application/json"}
        place = f"{self._town.stack.url('rapid_assessment')}{PATH}"
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.post(place, content=body, headers=headers)).status_code == 204


def _text(mail: str) -> str:
    body = message_from_string(mail, policy=policy.default).get_body(("plain", "html"))
    return str(body.get_content()) if body else ""


def address_of(who: str) -> str:
    return f"{who.replace(' ', '.')}@night.example"


@pytest.fixture
async def mails(town: Town) -> AsyncIterator[Mails]:
    """The house with a post office, for as long as the test takes."""
    async with open_post_office() as office:
        place = f"mailto://127.0.0.1:{office.port}/?from={HOUSE}&to={{address}}&mode=insecure"
        secret = f"whsec_{base64.b64encode(SECRET).decode()}"
        folder = town.stack.folder.secrets / "rapid_assessment"
        (folder / CARRIERS).write_text(json.dumps({"email": place}))
        (folder / SECRETS).write_text(json.dumps({"email": secret}))
        yield Mails(town, office)
        for name in (CARRIERS, SECRETS):
            (folder / name).unlink()


async def test_a_team_stands_though_nobody_opened_a_page(town: Town, mails: Mails) -> None:
    async with town.open() as visit:
        await a_second_advocate(visit)
        for people in SEATS.values():
            for who in people:
                await reached_by_mail(visit, who, address_of(who))
            await visit.rota(*people, counties=[COUNTY])
        received = town.now
        town.turn_to(received + timedelta(minutes=20))
        tip = await visit.tip(age="child", received_at=received, county=COUNTY)

        await _until_asked(visit, tip, 3)
        await mails.answer("victim_advocate", f"NO {await mails.code_for('victim_advocate')} {REASON}")
        await _until_asked(visit, tip, 4)
        # From another's address the right code is worth nothing.
        second = await mails.code_for(SECOND)
        await mails.pass_on("cps_investigator", f"YES {second}")
        town.turn_to(town.now + timedelta(minutes=4))
        await mails.answer(SECOND, f"Yes {second}, on my way")
        for who in ("cps_investigator", "trafficking_investigator"):
            await mails.pass_on(who, f"Sí {await mails.code_for(who)} voy en camino")

        formed = await visit.until_team(tip, lambda page: page["phase"] == "formed")
        assert (formed["late"], formed["empty_seats"]) == (False, [])
        seats = {name: (seat["held_by"], seat["under_way"]) for name, seat in formed["seats"].items()}
        assert seats == {seat: (town.people[people[-1]].account, True) for seat, people in SEATS.items()}
        (clock,) = [each for each in formed["clocks"] if each["rule"] == "C06"]
        assert (clock["phase"], clock["found"]) == ("met", "")
        assert [len(mails.codes(who)) for people in SEATS.values() for who in people] == [1, 1, 1, 1]

        await visit.until_told(tip, "rapid_assessment.team_formed")
        told = await visit.told(tip)
        assert (told.count("ask.replied"), told.count("team.seat_declined"), told.count("ask.reply_failed")) == (
            4,
            1,
            1,
        )
        auditor = await visit.sign_in("auditor")
    replayed = town.muster("replay", tip, by=auditor)
    assert "by e-mail" in replayed.stdout
    for secret in ("Zqx", "night.example", second):
        assert secret not in replayed.stdout
        assert secret not in town.stack.folder.log("rapid_assessment").read_text()


async def _until_asked(visit: Visit, tip: str, people: int) -> None:
    """That their mails went out is on record: an answer in the same moment would come before its question."""

    async def asked() -> bool:
        return (await visit.told(tip)).count("ask.sent") == people

    await eventually(asked)
