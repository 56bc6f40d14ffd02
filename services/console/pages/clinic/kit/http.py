"""A kit: who answers for it, whose hands it went through, what the law asks by when; and every step of its custody."""

import re
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.camera import CAMERA
from services.console.frame.deadlines import end_of, ended_of, pressing_of
from services.console.frame.forms import DAY, Form
from services.console.frame.not_begun import Record, unless_not_begun
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC, Kit, SealedText, short
from services.console.pages.clinic.kit.view import (
    Custody,
    acts_of,
    deadlines_of,
    offices_of,
    people_of,
    police_of,
    purposes_of,
    receivers_of,
)

SEALS = ("whole", "broken")
CONDITIONS = ("intact", "damaged", "wet")
SHA_256 = re.compile("[0-9a-f]{64}")
BEGINS_WITH = ("kit.opened", "kit.brought_in")


class KitController(Controller):
    """For those through whose hands it goes. Times are when it happened, and may be typed in afterwards."""

    path = "/kits/{kit:uuid}"

    @get("/", opt={"action": "see_kit"})
    async def read(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """All that this person may see of it."""
        begun = Record("kit", CLINIC, f"/kits/{kit}", BEGINS_WITH)
        return await unless_not_begun(visit, begun, _page(visit, kit, jurisdiction, Forms(visit)))

    @get("/texts", opt={"action": "see_kit_texts"})
    async def texts(self, kit: UUID, visit: Visit) -> Response[Any]:
        """Numbers, reasons and statements; that they are read is put on record before they are shown."""
        found = await visit.asking.get(CLINIC, f"/kits/{kit}/texts", list[SealedText])
        return await visit.page("clinic/kit/texts.html", kit=kit, texts=found)

    @post("/accept", opt={"action": "hand_over_kit"})
    async def accept(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Takes it, in one's own name, with the number read from the seal."""
        form = Form.of(visit.request)
        body = _on_seal(form, visit) | {
            "seal_number": form.require("seal_number", "kit.seal_number", visit.words),
            "accepted_at": moment_in(form, "accepted_at", visit),
        }
        body |= _on_box(form, visit, "place")
        return await _done(visit, kit, jurisdiction, form, "accept", "acceptance", body)

    @post("/refuse", opt={"action": "hand_over_kit"})
    async def refuse(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Says no to it."""
        form = Form.of(visit.request)
        body = _reason(form, visit) | ({"denied": True} if form["denied"] else {})
        return await _done(visit, kit, jurisdiction, form, "refuse", "refusal", body)

    @post("/offer", opt={"action": "hand_over_kit"})
    async def offer(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Gives it to whoever has a role at an agency."""
        form = Form.of(visit.request)
        body = _to(form, visit) | {"offered_at": moment_in(form, "offered_at", visit)}
        body |= _on_box(form, visit, "place", "seal_number")
        return await _done(visit, kit, jurisdiction, form, "offer", "offers", body)

    @post("/recover", opt={"action": "recover_kit"})
    async def recover(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Somebody left with it in their hand: where it was found, and who is to take it."""
        form = Form.of(visit.request)
        body = _to(form, visit) | {
            "place": form.require("place", "kit.recover.place", visit.words),
            "reason": form.require("reason", "kit.recover.reason", visit.words),
            "recovered_at": moment_in(form, "recovered_at", visit),
        }
        body |= _on_box(form, visit, "seal_number")
        return await _done(visit, kit, jurisdiction, form, "recover", "recovery", body)

    @post("/withdraw", opt={"action": "hand_over_kit"})
    async def withdraw(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Takes an offer back."""
        form = Form.of(visit.request)
        return await _done(visit, kit, jurisdiction, form, "withdraw", "withdrawal", _reason(form, visit))

    @post("/reseal", opt={"action": "hand_over_kit"})
    async def reseal(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A new seal."""
        form = Form.of(visit.request)
        body = _reason(form, visit) | {
            "seal_number": form.require("seal_number", "kit.seal_number", visit.words),
            "sealed_at": moment_in(form, "sealed_at", visit),
        }
        return await _done(visit, kit, jurisdiction, form, "reseal", "new-seal", body)

    @post("/statement", opt={"action": "hand_over_kit"})
    async def state(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The other side of a doubt is heard."""
        form = Form.of(visit.request)
        handover = form.number("handover")
        body = {"handover": handover, "statement": form.require("statement", "kit.statement", visit.words)}
        return await _done(visit, kit, jurisdiction, form, f"statement-{handover}", "statements", body)

    @post("/seal", opt={"action": "keep_kit"})
    async def seal(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Closes it: from here on somebody always answers for it."""
        form = Form.of(visit.request)
        items = form.number("items")
        if items is None:
            form.problems["items"] = visit.words.say("kit.items.wrong")
        body = {
            "items": items,
            "seal_number": form.require("seal_number", "kit.seal_number", visit.words),
            "sealed_at": moment_in(form, "sealed_at", visit),
        }
        return await _done(visit, kit, jurisdiction, form, "seal", "seal", body)

    @post("/set-aside", opt={"action": "keep_kit"})
    async def set_aside(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Opened by mistake."""
        form = Form.of(visit.request)
        return await _done(visit, kit, jurisdiction, form, "set-aside", "setting-aside", _reason(form, visit))

    @post("/report", opt={"action": "keep_kit"})
    async def report(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The patient chose to report."""
        form = Form.of(visit.request)
        body = {"reported_at": moment_in(form, "reported_at", visit)}
        return await _done(visit, kit, jurisdiction, form, "report", "report", body)

    @post("/call", opt={"action": "keep_kit"})
    async def call(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Law enforcement was called."""
        form = Form.of(visit.request)
        body = {
            "agency": form["agency"],
            "called_at": moment_in(form, "called_at", visit),
            "spoke_with": form.require("spoke_with", "kit.spoke_with", visit.words),
        }
        return await _done(visit, kit, jurisdiction, form, "call", "calls", body)

    @post("/correct-call", opt={"action": "keep_kit"})
    async def correct_call(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The call was at another time."""
        form = Form.of(visit.request)
        body = _reason(form, visit) | {"called_at": moment_in(form, "called_at", visit)}
        return await _done(visit, kit, jurisdiction, form, "correct-call", "call-correction", body)

    @post("/result", opt={"action": "record_kit_result"})
    async def result(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """That it was tested, or given to another laboratory; never what was found."""
        form = Form.of(visit.request)
        body = {"result": form["result"], "result_at": moment_in(form, "result_at", visit)}
        return await _done(visit, kit, jurisdiction, form, "result", "results", body)

    @post("/test", opt={"action": "record_kit_result"})
    async def begin_test(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The laboratory begins."""
        form = Form.of(visit.request)
        body = {"begun_at": moment_in(form, "begun_at", visit)}
        return await _done(visit, kit, jurisdiction, form, "test", "test", body)

    @post("/upload", opt={"action": "record_kit_result"})
    async def upload(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """That a profile was entered in CODIS."""
        form = Form.of(visit.request)
        body = {"uploaded_at": moment_in(form, "uploaded_at", visit)}
        return await _done(visit, kit, jurisdiction, form, "upload", "upload", body)

    @post("/other-jurisdiction", opt={"action": "tell_other_jurisdiction"})
    async def tell_other(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The case is another jurisdiction's, which was told."""
        form = Form.of(visit.request)
        body = {
            "jurisdiction": form.require("jurisdiction", "kit.other.which", visit.words),
            "told_at": moment_in(form, "told_at", visit),
        }
        return await _done(visit, kit, jurisdiction, form, "other", "other-jurisdiction", body)

    @post("/decision", opt={"action": "propose_kit_decision"})
    async def propose(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """That it is not tested, or is destroyed: for a lawful reason, to a prosecutor's office."""
        form = Form.of(visit.request)
        decision, _, reason = form.require("reason", "kit.decide.reason", visit.words).partition(" ")
        body = {
            "decision": decision,
            "reason": reason,
            "office": form.require("office", "kit.decide.office", visit.words),
            "explanation": form.require("explanation", "kit.decide.explanation", visit.words),
            "paper": form.text("paper"),
        }
        return await _done(visit, kit, jurisdiction, form, "decide", "decisions", body)

    @post("/decision-withdrawal", opt={"action": "propose_kit_decision"})
    async def withdraw_decision(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Takes back what nobody has answered."""
        form = Form.of(visit.request)
        path = f"decisions/{form.number('number') or 0}/withdrawal"
        return await _done(visit, kit, jurisdiction, form, "undecide", path, _reason(form, visit))

    @post("/destruction", opt={"action": "propose_kit_decision"})
    async def destroy(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It was destroyed, as a prosecutor had assented to."""
        form = Form.of(visit.request)
        body = {"destroyed_at": moment_in(form, "destroyed_at", visit)}
        return await _done(visit, kit, jurisdiction, form, "destroy", "destruction", body)

    @post("/paper", opt={"action": "record_kit_paper"})
    async def find_paper(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A paper was found that says whether the patient of a legacy kit reported."""
        form = Form.of(visit.request)
        body = {
            "consent": form.require("consent", "legacy.find.consent", visit.words),
            "reported_on": form.text("reported_on"),
            "call": form["call"] or "not_on_file",
            "police": form["police"],
            **_when_called(form, visit),
            "paper": form.require("paper", "legacy.find.paper", visit.words),
            "found_at": moment_in(form, "found_at", visit),
        }
        return await _done(visit, kit, jurisdiction, form, "paper", "papers", body)

    @post("/paper-back", opt={"action": "record_kit_paper"})
    async def take_paper_back(self, kit: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It was misread."""
        form = Form.of(visit.request)
        path = f"papers/{form.number('number') or 0}/withdrawal"
        return await _done(visit, kit, jurisdiction, form, "paper-back", path, _reason(form, visit))


def _to(form: Form, visit: Visit) -> dict[str, Any]:
    """To whom, for what, and how the seal is."""
    role, _, agency = form.require("to", "kit.to", visit.words).partition(" ")
    return _on_seal(form, visit) | {"role": role, "agency": agency, "purpose": form["purpose"]}


def _on_box(form: Form, visit: Visit, *typed: str) -> dict[str, Any]:
    """What this side says beside the seal, as far as it was said: what was not stands on the page as a gap."""
    photograph = form["photograph"].strip().lower()
    if photograph and not SHA_256.fullmatch(photograph):
        form.problems["photograph"] = visit.words.say("kit.photograph.wrong")
    said = {name: form.text(name) for name in typed} | {
        "condition": form.text("condition"),
        "photograph": photograph or None,
    }
    return {name: each for name, each in said.items() if each is not None}


def _on_seal(form: Form, visit: Visit) -> dict[str, Any]:
    """What one side of a handover says of the seal."""
    seal, statement = form["seal"] or SEALS[0], form.text("statement")
    if seal != SEALS[0] and statement is None:
        form.problems["statement"] = visit.words.say("kit.say_what_you_see")
    return {"seal": seal, "statement": statement}


def _when_called(form: Form, visit: Visit) -> dict[str, Any]:
    """The hour where the paper has one, or the day, or nothing."""
    if form.text("called_at"):
        return {"called_at": moment_in(form, "called_at", visit)}
    return {"called_on": form.text("called_at" + DAY)}


def _reason(form: Form, visit: Visit) -> dict[str, Any]:
    return {"reason": form.require("reason", "kit.reason", visit.words)}


async def _done(
    visit: Visit, kit: UUID, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object
) -> Response[Any]:
    status = await send(visit, form, CLINIC, at("kits", kit, *path.split("/")), body)
    if isinstance(status, int):
        return await _page(visit, kit, jurisdiction, Forms(visit, form, place), status)
    return gone_to(f"/kits/{kit}", "custody")


async def _page(
    visit: Visit, reference: UUID, jurisdiction: Jurisdiction, forms: Forms, status: int = 200
) -> Response[Any]:
    kit = await visit.asking.get(CLINIC, f"/kits/{reference}", Kit)
    names = await visit.house.names.of(visit.asking, visit.caller, people_of(kit))
    agencies = {each.agency_id: each.name for each in jurisdiction.agencies.values()}
    custody, deadlines = Custody(names, agencies, visit.times), deadlines_of(kit, visit.times)
    word = visit.words.word
    page = await visit.page(
        "clinic/kit/kit.html",
        status=status,
        of_case=kit.tip if kit.legacy is None else None,
        kit=kit,
        title=visit.words.say("kit.title", case=short(kit.tip))
        if kit.legacy is None
        else visit.words.say("legacy.kit_title", kit=short(kit.reference)),
        paper=custody.paper(kit.legacy) if kit.legacy is not None else [],
        custody=custody,
        steps=custody.steps(kit),
        acts=acts_of(kit, visit.caller),
        after=kit.last_moment.isoformat() if kit.last_moment else "",
        pressing=pressing_of(deadlines),
        ended=ended_of(deadlines),
        end_of=end_of,
        forms=forms,
        agencies=agencies,
        conditions=[(each, word("kit_condition", each)) for each in CONDITIONS],
        offices=offices_of(jurisdiction),
        reasons=[
            (f"{each.decision} {each.reason}", word("kit_reason", each.reason))
            for each in jurisdiction.kits.reasons
            if each.decision in acts_of(kit, visit.caller).propose
        ],
        seals=[(each, word("kit_seal", each)) for each in SEALS],
        police=police_of(jurisdiction),
        receivers=receivers_of(jurisdiction, kit, visit.times),
        purposes=[(each, word("kit_purpose", each)) for each in purposes_of(kit)],
        results=[(each, word("kit_result", each)) for each in ("tested", "outsourced")],
        choices=[(each, word("kit_consent", each)) for each in ("reported", "unreported")],
        calls=[(each, word("paper_call", each)) for each in ("not_on_file", "called", "not_called")],
        clinic=agencies.get(kit.clinic, kit.clinic),
    )
    page.headers.update(CAMERA)
    return page
