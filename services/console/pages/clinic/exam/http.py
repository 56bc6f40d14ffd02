"""An exam: asked for, held, booked, done or cancelled, each step with what it does said before it is taken."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Unreachable, at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import Form
from services.console.frame.not_begun import Record, unless_not_begun
from services.console.frame.visit import Visit, see_other
from services.console.pages.clinic.answers import CLINIC, Access, Exam, KitRow, Note, Room, Slot, Slots, short
from services.console.pages.clinic.exam.view import Told, acts_of, choices, sent, slot_in
from services.console.pages.clinic.times.answers import Offers
from services.console.pages.clinic.times.lost import Lost, lost_in
from services.console.pages.clinic.times.view import Sentences

EXAMINES = "forensic_exam"
DAYS = 7
MOST_DAYS = 31
CONSENTS_TO_KIT = ("reported", "unreported")
CAUSES = ("clinic", "patient")
BEGINS_WITH = ("forensic_clinic.exam_requested",)


class AskForExamController(Controller):
    """For whoever may ask a clinic for an exam."""

    path = "/exams/new"

    @get("/", opt={"action": "ask_for_exam"})
    async def form(self, visit: Visit, jurisdiction: Jurisdiction, tip: UUID | None = None) -> Response[Any]:
        """An empty form, of a case where the address names one."""
        form = Form({"tip": str(tip) if tip else "", "age_band": "not_known", "consent": "not_yet"})
        return await _asking(visit, jurisdiction, form)

    @post("/", opt={"action": "ask_for_exam"}, status_code=200)
    async def ask(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """On record, and to its page; or back as it was typed."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _asking(visit, jurisdiction, form)
        body: dict[str, Any] = {
            "tip": form.require("tip", "exam.case", visit.words).strip(),
            "clinic": form["clinic"],
            "age_band": form["age_band"],
            "consent": form["consent"],
            "language": form["language"],
        }
        if form["known"]:
            body["assault_time"] = {
                "earliest": moment_in(form, "earliest", visit),
                "latest": moment_in(form, "latest", visit),
            }
        if note := form.text("note"):
            body["note"] = note
        done = await send(visit, form, CLINIC, "/exams", body)
        if isinstance(done, int):
            return await _asking(visit, jurisdiction, form, done)
        return see_other(f"/exams/{done}")


class ExamController(Controller):
    """For the clinic, the nurse who examines, and whoever asked."""

    path = "/exams/{exam:uuid}"

    @get("/", opt={"action": "see_exam"})
    async def read(
        self,
        exam: UUID,
        visit: Visit,
        jurisdiction: Jurisdiction,
        days: Annotated[int, Parameter(ge=1, le=MOST_DAYS)] = DAYS,
    ) -> Response[Any]:
        """All that this person may see of it; `days` is how far ahead free times are looked for."""
        begun = Record("exam", CLINIC, f"/exams/{exam}", BEGINS_WITH)
        return await unless_not_begun(visit, begun, _page(visit, exam, jurisdiction, Forms(visit), days=days))

    @get("/notes", opt={"action": "see_exam_notes"})
    async def notes(self, exam: UUID, visit: Visit) -> Response[Any]:
        """What was written; that it is read is put on record before it is shown."""
        found = await visit.asking.get(CLINIC, f"/exams/{exam}/notes", list[Note])
        return await visit.page("clinic/exam/notes.html", exam=exam, notes=found)

    @post("/plan", opt={"action": "plan_exam"})
    async def plan(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Holds one of the free times, or books it."""
        form = Form.of(visit.request)
        body = slot_in(form.require("slot", "exam.time", visit.words))
        return await _done(visit, exam, jurisdiction, form, "plan", _booking(form), body)

    @post("/plan-typed", opt={"action": "plan_exam"})
    async def plan_typed(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A time that is typed: another one, or one that has passed."""
        form = Form.of(visit.request)
        body = {
            "nurse": form["nurse"],
            "room": form["room"],
            "since": moment_in(form, "since", visit),
            "until": moment_in(form, "until", visit),
        }
        return await _done(visit, exam, jurisdiction, form, "plan-typed", "booking", body)

    @post("/release", opt={"action": "plan_exam"})
    async def release(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Gives up what is held or booked."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "kit.reason", visit.words)}
        return await _done(visit, exam, jurisdiction, form, "release", "release", body)

    @post("/consent", opt={"action": "do_exam"})
    async def consent(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Who consents now."""
        form = Form.of(visit.request)
        return await _done(visit, exam, jurisdiction, form, "consent", "consent", {"consent": form["consent"]})

    @post("/complete", opt={"action": "do_exam"})
    async def complete(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It was done."""
        form = Form.of(visit.request)
        body = {"completed_at": moment_in(form, "completed_at", visit)}
        return await _done(visit, exam, jurisdiction, form, "complete", "completion", body)

    @post("/cancel", opt={"action": "cancel_exam"})
    async def cancel(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """There will be none."""
        form = Form.of(visit.request)
        body = {"cause": form["cause"], "reason": form.require("reason", "kit.reason", visit.words)}
        return await _done(visit, exam, jurisdiction, form, "cancel", "cancellation", body)

    @post("/kits", opt={"action": "open_kit"})
    async def open_kit(self, exam: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A new kit, by the number on its box."""
        form = Form.of(visit.request)
        if form["consent"] not in CONSENTS_TO_KIT:
            form.problems["consent"] = visit.words.say("exam.kit.choose")
        body = {
            "exam": str(exam),
            "number": form.require("number", "exam.kit.number", visit.words),
            "consent": form["consent"],
            "opened_at": moment_in(form, "opened_at", visit),
        }
        done = await send(visit, form, CLINIC, "/kits", body)
        if isinstance(done, int):
            return await _page(visit, exam, jurisdiction, Forms(visit, form, "kit"), done)
        return see_other(f"/kits/{done}")


def _booking(form: Form) -> str:
    return "hold" if form["do"] == "hold" else "booking"


async def _done(
    visit: Visit,
    exam: UUID,
    jurisdiction: Jurisdiction,
    form: Form,
    place: str,
    path: str,
    body: Mapping[str, Any] | None,
) -> Response[Any]:
    status = await send(visit, form, CLINIC, at("exams", exam, path), body)
    if isinstance(status, int):
        forms, days = Forms(visit, form, place), min(form.number("days") or DAYS, MOST_DAYS)
        return await _page(visit, exam, jurisdiction, forms, status, days, lost_in(form, body))
    return gone_to(f"/exams/{exam}", "now")


async def _asking(visit: Visit, jurisdiction: Jurisdiction, form: Form, status: int = 200) -> Response[Any]:
    rules, tongues = jurisdiction.exams, jurisdiction.responders.languages
    clinics = [(each.agency_id, each.name) for each in jurisdiction.agencies.values() if each.workflow_role == EXAMINES]
    own = [each for each in clinics if each[0] == visit.caller.agency]
    return await visit.page(
        "clinic/exam/ask.html",
        status=status,
        form=form,
        typed="typed",
        clinics=own or clinics,
        bands=[(each.band, visit.words.word("age_band", each.band)) for each in rules.age_bands],
        consents=[(each.consent, visit.words.word("consent", each.consent)) for each in rules.consents],
        languages=[(each.language, visit.words.word("tongue", each.language)) for each in tongues],
    )


async def _page(
    visit: Visit,
    reference: UUID,
    jurisdiction: Jurisdiction,
    forms: Forms,
    status: int = 200,
    days: int = DAYS,
    lost: Lost | None = None,
) -> Response[Any]:
    exam = await visit.asking.get(CLINIC, f"/exams/{reference}", Exam)
    acts = acts_of(exam, visit.caller)
    slots = await _free(visit, exam, days) if acts.plan else []
    kept = [exam.slot] if exam.slot else []
    told = await _told(visit, [*kept, *slots, *(lost.slots_at(exam.clinic) if lost else [])])
    lost_sentences = await _lost_told(visit, exam, jurisdiction, lost, told) if lost else None
    kits, reads_case = await asyncio.gather(_kits(visit), _reads_case(visit, exam.tip))
    nurses, rooms = choices([*kept, *slots], told)
    word = visit.words.word
    return await visit.page(
        "clinic/exam/exam.html",
        status=status,
        of_case=exam.tip,
        exam=exam,
        case=short(exam.tip),
        reads_case=reads_case,
        acts=acts,
        slots_told=told,
        slots=told.days(slots),
        held=sent(exam.slot) if exam.slot and exam.phase == "held" else "",
        nurses=nurses,
        rooms=rooms,
        days=days,
        most_days=MOST_DAYS,
        kits=[each for each in kits if each.tip == exam.tip],
        forms=forms,
        lost=lost if lost_sentences else None,
        lost_sentences=lost_sentences,
        consents=[(each.consent, word("consent", each.consent)) for each in jurisdiction.exams.consents],
        causes=[(each, word("exam_cause", each)) for each in CAUSES],
        kit_consents=[(each, word("kit_choice", each)) for each in CONSENTS_TO_KIT],
        consent_given=next((each.given for each in jurisdiction.exams.consents if each.consent == exam.consent), False),
        clinic=next((each.name for each in jurisdiction.agencies.values() if each.agency_id == exam.clinic), ""),
    )


async def _lost_told(visit: Visit, exam: Exam, jurisdiction: Jurisdiction, lost: Lost, told: Told) -> Sentences | None:
    """Why each of the other times is where it is in the order: that rests on the exam's windows."""
    found = await visit.asking.find(CLINIC, f"/exams/{exam.reference}/offers", Offers)
    return Sentences(found, told, visit.times, jurisdiction).of(lost.offers) if found else None


async def _kits(visit: Visit) -> list[KitRow]:
    return (await visit.asking.find(CLINIC, "/kits", list[KitRow]) if visit.may("see_kit") else None) or []


async def _reads_case(visit: Visit, tip: UUID) -> bool:
    """Whether the case's page would be shown: to a nurse, while it is shared with her. Without an answer, no."""
    if not visit.may("see_case"):
        return False
    try:
        return await visit.asking.find("tips", at("tips", tip, "access"), Access) is not None
    except Unreachable:
        return False


async def _free(visit: Visit, exam: Exam, days: int) -> list[Slot]:
    found = await visit.asking.find(CLINIC, f"/exams/{exam.reference}/slots", Slots, {"days": days})
    return found.slots if found else []


async def _told(visit: Visit, slots: list[Slot]) -> Told:
    rooms = sorted({each.room for each in slots})
    found = await asyncio.gather(*(visit.asking.find(CLINIC, f"/rooms/{room}", Room) for room in rooms))
    numbers = {room: each.number for room, each in zip(rooms, found, strict=True) if each is not None}
    names = await visit.house.names.of(visit.asking, visit.caller, {each.nurse for each in slots})
    return Told(names, numbers, visit.times)
