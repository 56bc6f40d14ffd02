"""Times of an exam: what waiting loses, what is offered and why, the standby list, and what is chosen where none is."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC, Exam, Room, short
from services.console.pages.clinic.exam.view import Told
from services.console.pages.clinic.times.answers import MakingRoom, Move, Nurse, Offers
from services.console.pages.clinic.times.lost import Lost, lost_in
from services.console.pages.clinic.times.view import Sentences, choices_of, offer_in, people_of

EXAMINES = "forensic_exam"
DAYS = 7
MOST_DAYS = 31
CHOICES = ("beyond", "telehealth", "care_without_evidence")


class ExamTimesController(Controller):
    """For the clinic, and whoever asked: a clinic's own times its coordinator keeps, the rest both can do."""

    path = "/exams/{exam:uuid}/times"

    @get("/", opt={"action": "see_times"})
    async def read(
        self,
        exam: UUID,
        visit: Visit,
        jurisdiction: Jurisdiction,
        days: Annotated[int, Parameter(ge=1, le=MOST_DAYS)] = DAYS,
        advocate: Annotated[int, Parameter(ge=0, le=1)] = 0,
    ) -> Response[Any]:
        """`days` is how far ahead times are looked for; `advocate` asks for an advocate's place with each."""
        return await _page(visit, exam, jurisdiction, Forms(visit), days=days, advocate=advocate)

    @post("/take", opt={"action": "plan_exam"})
    async def take(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Holds one of the offers, or books it."""
        form = Form.of(visit.request)
        body = offer_in(form.require("offer", "times.offers", visit.words))
        path = "hold" if form["do"] == "hold" else "booking"
        return await _done(visit, exam, jurisdiction, form, "take", path, body, to=f"/exams/{exam}")

    @post("/anyway", opt={"action": "plan_exam"})
    async def anyway(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Books against a rule, with a reason."""
        form = Form.of(visit.request)
        body = {
            "nurse": form["nurse"],
            "room": form["room"],
            "since": moment_in(form, "since", visit),
            "until": moment_in(form, "until", visit),
            "reason": form.require("reason", "kit.reason", visit.words),
        } | {kind: form[kind] for kind in ("interpreter", "advocate") if form[kind]}
        return await _done(visit, exam, jurisdiction, form, "anyway", "booking/anyway", body, to=f"/exams/{exam}")

    @post("/move", opt={"action": "ask_for_exam"})
    async def move(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Asks another clinic. The one that was asked may see the exam no more, so this leads home."""
        form = Form.of(visit.request)
        body = {"clinic": form["clinic"]}
        return await _done(visit, exam, jurisdiction, form, "move", "clinic", body, to="/")

    @post("/standby", opt={"action": "ask_for_exam"})
    async def standby(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """On the standby list, or off."""
        form = Form.of(visit.request)
        return await _done(visit, exam, jurisdiction, form, "standby", "standby", {"on": form["on"] == "yes"})

    @post("/instead", opt={"action": "ask_for_exam"})
    async def instead(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What was chosen where no time is free in time, and why."""
        form = Form.of(visit.request)
        choice = form.require("choice", "times.instead.choice", visit.words)
        body: dict[str, Any] = {"choice": choice, "reason": form.require("reason", "kit.reason", visit.words)}
        if choice == "beyond" and form["clinic"]:
            body["clinic"] = form["clinic"]
        if choice == "telehealth" and form["nurse"]:
            body["nurse"] = form["nurse"]
        return await _done(visit, exam, jurisdiction, form, "instead", "no-slot", body)

    @post("/ill", opt={"action": "plan_exam"})
    async def ill(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The nurse of this exam cannot come: all that begins with her in that time waits for another."""
        form = Form.of(visit.request)
        body = {"since": moment_in(form, "since", visit), "until": moment_in(form, "until", visit)}
        nurse = form.require("nurse", "exam.nurse", visit.words)
        status = await send(visit, form, CLINIC, f"{at('nurses', nurse)}/illness", body) if nurse else 422
        if isinstance(status, int):
            return await _page(visit, exam, jurisdiction, Forms(visit, form, "ill"), status)
        return gone_to(f"/exams/{exam}/times", "now")

    @post("/assault", opt={"action": "ask_for_exam"})
    async def assault(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """When it happened, as far as is known now."""
        form = Form.of(visit.request)
        body = {"earliest": moment_in(form, "earliest", visit), "latest": moment_in(form, "latest", visit)}
        return await _done(visit, exam, jurisdiction, form, "assault", "assault-time", body)

    @post("/band", opt={"action": "ask_for_exam"})
    async def band(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The age band was found to be another."""
        form = Form.of(visit.request)
        return await _done(visit, exam, jurisdiction, form, "band", "age-band", {"age_band": form["age_band"]})

    @post("/language", opt={"action": "ask_for_exam"})
    async def language(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Whether an interpreter is needed, and of what language."""
        form = Form.of(visit.request)
        return await _done(visit, exam, jurisdiction, form, "language", "language", {"language": form["language"]})


async def _done(
    visit: Visit,
    exam: UUID,
    jurisdiction: Jurisdiction,
    form: Form,
    place: str,
    path: str,
    body: Mapping[str, Any] | None,
    *,
    to: str = "",
) -> Response[Any]:
    status = await send(visit, form, CLINIC, f"{at('exams', exam)}/{path}", body)
    if isinstance(status, int):
        forms, lost = Forms(visit, form, place), lost_in(form, body)
        days, advocate = min(form.number("days") or DAYS, MOST_DAYS), int(form["with_advocate"] == "1")
        return await _page(visit, exam, jurisdiction, forms, status, days, advocate, lost)
    return gone_to(to or f"/exams/{exam}/times", "now")


async def _page(
    visit: Visit,
    reference: UUID,
    jurisdiction: Jurisdiction,
    forms: Forms,
    status: int = 200,
    days: int = DAYS,
    advocate: int = 0,
    lost: Lost | None = None,
) -> Response[Any]:
    asked: dict[str, str | int | list[str]] = {"days": days}
    if advocate:
        asked["advocate"] = "true"
    exam, found = await asyncio.gather(
        visit.asking.get(CLINIC, f"/exams/{reference}", Exam),
        visit.asking.get(CLINIC, f"/exams/{reference}/offers", Offers, asked),
    )
    plans = visit.may("plan_exam") and exam.clinic == visit.caller.agency
    moves: list[Move] = []
    if plans and found.unmet:
        moves = (await visit.asking.get(CLINIC, f"/exams/{reference}/making-room", MakingRoom)).moves
    told = await _told(visit, found, moves, lost)
    nurse = None
    if plans and exam.slot is not None and exam.phase in {"held", "booked"}:
        nurse = await visit.asking.find(CLINIC, f"/nurses/{exam.slot.nurse}", Nurse)
    sentences = Sentences(found, told, visit.times, jurisdiction)
    word = visit.words.word
    clinics = [(each.agency_id, each.name) for each in jurisdiction.agencies.values() if each.workflow_role == EXAMINES]
    return await visit.page(
        "clinic/times/times.html",
        status=status,
        of_case=exam.tip,
        exam=exam,
        found=found,
        case=short(exam.tip),
        clinic=next((name for agency, name in clinics if agency == exam.clinic), ""),
        plans=plans,
        nurse=nurse,
        nurse_told=told.nurse(nurse.reference) if nurse else "",
        waits=exam.phase == "requested",
        ended=exam.phase in {"completed", "cancelled"},
        sentences=sentences,
        attending=[each for each in found.attendants if each.attendant in found.attending],
        asked=sentences.asked(moves),
        choices=choices_of(found, told),
        others=[each for each in clinics if each[0] != exam.clinic],
        instead=[(each, word("no_slot_choice", each)) for each in CHOICES],
        bands=[(each.band, word("age_band", each.band)) for each in jurisdiction.exams.age_bands],
        languages=[(each.language, word("tongue", each.language)) for each in jurisdiction.responders.languages],
        days=days,
        most_days=MOST_DAYS,
        advocate=advocate,
        forms=forms,
        lost=lost,
        lost_sentences=sentences.of(lost.offers) if lost else None,
    )


async def _told(visit: Visit, found: Offers, moves: list[Move], lost: Lost | None) -> Told:
    """Names and room numbers of the exam's own clinic, as far as this viewer may know them."""
    others = lost.slots_at(found.clinic) if lost else []
    own = {each.room for each in found.offers if each.clinic == found.clinic} | set(found.rooms)
    own |= {each.room for each in others}
    own |= {each.room for move in moves for each in (move.instead, move.freed)}
    rooms = sorted(own) if visit.may("plan_exam") else []
    asked = await asyncio.gather(*(visit.asking.find(CLINIC, f"/rooms/{room}", Room) for room in rooms))
    numbers = {room: each.number for room, each in zip(rooms, asked, strict=True) if each is not None}
    names = await visit.house.names.of(
        visit.asking, visit.caller, people_of(found, moves) | {each.nurse for each in others}
    )
    return Told(names, numbers, visit.times)
