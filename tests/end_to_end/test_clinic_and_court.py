"""The pages of nurse, police, laboratory and prosecutor on the real house: each form as the page holds it."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape

import httpx
import pytest
import pytest_asyncio

from contracts.jurisdictions import LOCAL
from deploy.demo.interfaces import Person
from tests.end_to_end.clinic_and_court import ELSEWHERE, HOUR, a_clinic, an_exam, offered_from_elsewhere, referred
from tests.end_to_end.town import Town, Visit, ok, origin_of
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORM = re.compile(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
OPTION = re.compile(r'<option value="([^"]+)"')


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(town: Town) -> AsyncIterator[Visit]:
    async with town.open() as visit:
        yield visit


class Desk:
    """A browser without a script: it sends the form as the page holds it, with what was typed."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.path = ""
        self.text = ""

    async def go(self, path: str) -> str:
        answer = ok(await self._http.get(path, follow_redirects=True))
        self.path, self.text = answer.url.path, answer.text
        return self.text

    async def comes_to_say(self, path: str, words: str) -> bool:
        """Whether the page says so by now."""
        return words in await self.go(path)

    async def finds(self, path: str) -> bool:
        """Whether there is something to see."""
        return (await self._http.get(path)).status_code != httpx.codes.NOT_FOUND

    def form(self, ends: str) -> tuple[str, dict[str, str], str]:
        """Where it goes, its hidden fields, and all of it."""
        for action, inner in FORM.findall(self.text):
            if action.endswith(ends):
                return action, {name: unescape(value) for name, value in HIDDEN.findall(inner)}, inner
        raise AssertionError(f"{self.path} has no form that ends in {ends}")

    async def fill(self, ends: str, fields: Mapping[str, str]) -> str:
        """Sends it, and follows where it leads. Fails the test with the page where it was not taken."""
        action, hidden, _ = self.form(ends)
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = await self._http.post(action, data=hidden | dict(fields), headers=headers)
        assert answer.status_code in {302, 303}, re.findall(r'class="problem".*?</div>', answer.text, re.DOTALL)
        return await self.go(answer.headers["location"])


@asynccontextmanager
async def desk_of(visit: Visit, person: Person) -> AsyncIterator[Desk]:
    """Signed in: the session is the one the person has at the interfaces, as the cookie would hold it."""
    signed = await visit.sign_in(next(role for role, who in visit.town.people.items() if who is person))
    async with httpx.AsyncClient(base_url=origin_of(visit.town.stack), trust_env=False, timeout=20) as http:
        http.cookies.set("session", signed.session)
        yield Desk(http)


def at(visit: Visit, name: str, hours: float) -> dict[str, str]:
    """A moment as it is typed, so many hours ago."""
    local = (visit.town.now - hours * HOUR).astimezone(LOCAL)
    return {f"{name}_day": f"{local:%Y-%m-%d}", name: f"{local:%H:%M}"}


async def test_an_exam_and_its_kit_go_through_every_hand_by_the_pages(visit: Visit) -> None:
    people = visit.town.people
    await a_clinic(visit)
    tip = await visit.tip(age="child", received_at=visit.town.now - 5 * HOUR)
    exam = await an_exam(visit, tip)
    async with desk_of(visit, people["clinic_coordinator"]) as coordinator:
        assert f'href="/exams/{exam}"' in await coordinator.go("/clinic")
        await coordinator.go(f"/exams/{exam}")
        _, _, inner = coordinator.form("/plan")
        slot = unescape(OPTION.findall(inner)[0])
        await coordinator.fill("/plan", {"slot": slot, "do": "hold"})
        assert "A time is held" in coordinator.text
        nurse, room = slot.split(" ")[:2]
        typed = {"nurse": nurse, "room": room} | at(visit, "since", 4) | at(visit, "until", 1)
        await coordinator.fill("/plan-typed", typed)
        assert "Booked" in coordinator.text
    async with desk_of(visit, people["forensic_nurse"]) as nurse_desk:
        assert f'href="/exams/{exam}"' in await nurse_desk.go("/clinic")
        await nurse_desk.go(f"/exams/{exam}")
        await nurse_desk.fill("/kits", {"number": "EX 0815", "consent": "reported"} | at(visit, "opened_at", 3))
        kit = nurse_desk.path
        await nurse_desk.fill("/seal", {"items": "5", "seal_number": "S-904"} | at(visit, "sealed_at", 2))
        assert "sealed it with 5 items in it." in nurse_desk.text
        assert "Example Person forensic_nurse" in nurse_desk.text
        await nurse_desk.go(f"/exams/{exam}")
        await nurse_desk.fill("/complete", at(visit, "completed_at", 2))
        await nurse_desk.go(kit)
        call = {"agency": "LOCAL-LE", "spoke_with": "Example Dispatcher"} | at(visit, "called_at", 1.5)
        await nurse_desk.fill("/call", call)
        offer = {"to": "law_enforcement LOCAL-LE", "purpose": "pickup", "seal": "whole"} | at(visit, "offered_at", 1)
        await nurse_desk.fill("/offer", offer)
        assert "Take the offer back" in nurse_desk.text
        assert "Example Dispatcher" in await nurse_desk.go(f"{kit}/texts")
    async with desk_of(visit, people["law_enforcement"]) as police:
        assert "Offered to you <b>1</b>" in await police.go("/kits")
        await police.go(kit)
        taken = {"seal_number": "s 904", "seal": "whole"} | at(visit, "accepted_at", 0.5)
        await police.fill("/accept", taken)
        # Its clock is started by a reaction, a moment later.
        await eventually(lambda: police.comes_to_say(kit, "Kit delivered to the laboratory"))
        offer = {"to": "laboratory MS-LAB", "purpose": "laboratory", "seal": "whole"} | at(visit, "offered_at", 0.4)
        await police.fill("/offer", offer)
    async with desk_of(visit, people["laboratory"]) as laboratory:
        await laboratory.go("/kits")
        await laboratory.fill("/kits/find", {"number": "EX-0815"})
        assert laboratory.path == kit
        taken = {"seal_number": "S904", "seal": "whole"} | at(visit, "accepted_at", 0.3)
        await laboratory.fill("/accept", taken)
        await laboratory.fill("/result", {"result": "tested"} | at(visit, "result_at", 0.1))
        assert "The laboratory recorded that it was tested." in laboratory.text
        assert "Example Person law_enforcement" in laboratory.text


async def test_a_case_goes_from_the_referral_to_the_hearing_by_the_pages(visit: Visit) -> None:
    tip = await visit.tip(age="child", received_at=visit.town.now - 5 * HOUR)
    case = await referred(visit, tip)
    async with desk_of(visit, visit.town.people["prosecutor"]) as desk:
        assert "Referrals to decide <b>1</b>" in await desk.go("/court")
        await desk.go(f"/court/{case}")
        await desk.fill("/accept", {"note": "Invented."})
        count = {"offence": "MS-97-3-54.1-1a-MINOR", "act_on": "2026-01-05", "stage": "charged"}
        await desk.fill("/accused", {"name": "Example Accused Zqx", "age_at_act": "adult"} | count)
        assert "Accused 1" in desk.text
        assert "Example Accused Zqx" not in desk.text
        await desk.fill("/stage", {"stage": "arrest"} | at(visit, "at", 5))
        assert "Initial appearance" in desk.text
        assert "MRCrP 5.1" in desk.text
        accused = re.findall(r'name="(accused-[^"]+)"', desk.text)[0]
        hearing = {"kind": "initial_appearance", "court": "justice", accused: "yes"} | at(visit, "set_for", 1)
        await desk.fill("/hearings", hearing)
        await desk.fill("/hold", at(visit, "at", 1))
        assert "1 deadline that is over" in desk.text
        assert "Example Accused Zqx" in await desk.go(f"/court/{case}/accused")
        assert "Invented." in await desk.go(f"/court/{case}/notes")


async def test_a_case_goes_from_one_office_to_another_by_the_pages(visit: Visit) -> None:
    case = await offered_from_elsewhere(visit)
    async with desk_of(visit, visit.town.people["prosecutor"]) as desk:
        assert "Another office offers you a case" in await desk.go("/court")
        assert not await desk.finds(f"/court/{case}"), "nothing of it before it is taken"
        await desk.go(f"/court/transfers/{case}/1")
        await desk.fill("/accept", {})
        assert desk.path == f"/court/{case}"
    async with desk_of(visit, visit.town.people[ELSEWHERE]) as desk:
        assert "This line is all that your office keeps." in await desk.go("/court")
        assert not await desk.finds(f"/court/{case}")
