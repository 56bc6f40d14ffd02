"""A prosecutor's case: accept or decline it, accuse, and see by when the law asks what."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction, circuit_of
from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.deadlines import end_of, ended_of, pressing_of
from services.console.frame.forms import Form
from services.console.frame.not_begun import Record, unless_not_begun
from services.console.frame.visit import Visit
from services.console.pages.court.answers import PROSECUTION, Case, Named, Note, Reference, Transfer, Victim
from services.console.pages.court.case.penalty import fine_of, prison_of
from services.console.pages.court.case.view import accused_of, day_in, deadlines_of, numbers_of
from services.console.pages.court.safe_harbour.answers import Harbour
from services.console.pages.court.safe_harbour.view import harbour_choices, harbour_lanes
from services.console.pages.court.victims.view import ANOTHER, choices_of, lanes_of, whom_counts_name

AGES = ("adult", "under_18", "not_known")
OPENS = ("charged", "grand_jury")
BEGINS_WITH = ("case.referred",)


class CourtCaseController(Controller):
    """For the prosecutors of the office that has it."""

    path = "/court/{case:uuid}"

    @get("/", opt={"action": "see_court"})
    async def read(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Everything but names."""
        begun = Record("court", PROSECUTION, f"/cases/{case}", BEGINS_WITH)
        return await unless_not_begun(visit, begun, page(visit, case, jurisdiction, Forms(visit)))

    @get("/accused", opt={"action": "see_accused"})
    async def accused(self, case: UUID, visit: Visit) -> Response[Any]:
        """Names and dates of birth; that they are read is put on record before they are shown."""
        found = await visit.asking.get(PROSECUTION, f"/cases/{case}/accused", list[Named])
        return await visit.page("court/case/accused.html", case=case, accused=found)

    @get("/notes", opt={"action": "see_accused"})
    async def notes(self, case: UUID, visit: Visit) -> Response[Any]:
        """What was written; that it is read is put on record before it is shown."""
        found = await visit.asking.get(PROSECUTION, f"/cases/{case}/notes", list[Note])
        return await visit.page("court/case/notes.html", case=case, notes=found)

    @post("/accept", opt={"action": "decide_case"})
    async def accept(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The office prosecutes."""
        form = Form.of(visit.request)
        return await done(visit, case, jurisdiction, form, "accept", "acceptance", {"note": form.text("note")})

    @post("/decline", opt={"action": "decide_case"})
    async def decline(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It does not, for a reason of the list."""
        form = Form.of(visit.request)
        reason = form.require("reason", "case.reason", visit.words)
        return await done(
            visit, case, jurisdiction, form, "decline", "decline", {"reason": reason, "note": form.text("note")}
        )

    @post("/conflict", opt={"action": "decide_case"})
    async def conflict(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """This person is out of it for good."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "case.reason", visit.words)}
        status = await send(visit, form, PROSECUTION, at("cases", case, "conflicts"), body)
        if isinstance(status, int):
            return await page(visit, case, jurisdiction, Forms(visit, form, "conflict"), status)
        return gone_to("/court", "main")

    @post("/accused", opt={"action": "charge"})
    async def add_accused(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Somebody, with one count or none yet."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {"name": form.require("name", "tip.name", visit.words)}
        if born := _day(form, visit, "born"):
            body["born"] = born
        if form["offence"]:
            body["counts"] = [_count(form, visit)]
        return await done(visit, case, jurisdiction, form, "add-accused", "accused", body)

    @post("/accused/{accused:uuid}/counts", opt={"action": "charge"})
    async def file_count(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """One count more."""
        form = Form.of(visit.request)
        body = _count(form, visit) | {"accused": str(accused)}
        return await done(visit, case, jurisdiction, form, f"count-{accused}", "counts", body)

    @post("/accused/{accused:uuid}/age", opt={"action": "charge"})
    async def correct_age(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A date of birth, or an age where none holds."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {"reason": form.require("reason", "case.reason", visit.words)}
        if born := _day(form, visit, "born"):
            body["born"] = born
        elif form["age"]:
            body["age"] = form["age"]
        return await done(visit, case, jurisdiction, form, f"age-{accused}", f"accused/{accused}/age-corrections", body)

    @post("/counts/{count:uuid}/supersede", opt={"action": "charge"})
    async def supersede(self, case: UUID, count: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Another count in the place of one."""
        form = Form.of(visit.request)
        body = _count(form, visit, stage=False)
        return await done(visit, case, jurisdiction, form, f"supersede-{count}", f"counts/{count}/supersession", body)


def _count(form: Form, visit: Visit, *, stage: bool = True) -> dict[str, Any]:
    """What a count is of. An age is stated only where no date of birth is on file."""
    body: dict[str, Any] = {"offence": form.require("offence", "court.offence", visit.words)}
    act_on = _day(form, visit, "act_on")
    if act_on is None:
        form.problems.setdefault("act_on", visit.words.say("court.no_such_day"))
    body["act_on"] = act_on
    if form["victim"] == ANOTHER:
        body["another_victim"] = True
    elif form["victim"]:
        body["victim"] = form["victim"]
    if form["age_at_act"]:
        body["age_at_act"] = form["age_at_act"]
    if stage:
        body["stage"] = form["stage"] or OPENS[0]
    return body


def _day(form: Form, visit: Visit, name: str) -> str | None:
    typed = form.text(name)
    found = day_in(typed) if typed else None
    if typed and found is None:
        form.problems[name] = visit.words.say("court.no_such_day")
    return found


async def done(
    visit: Visit, case: UUID, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object
) -> Response[Any]:
    """On record, and back to the case; or the case with the form as it was typed, at its place."""
    status = await send(visit, form, PROSECUTION, at("cases", case, *path.split("/")), body)
    if isinstance(status, int):
        return await page(visit, case, jurisdiction, Forms(visit, form, place), status)
    return gone_to(f"/court/{case}", place)


async def page(
    visit: Visit, reference: UUID, jurisdiction: Jurisdiction, forms: Forms, status: int = 200
) -> Response[Any]:
    """The case as it stands, with what there is to choose from."""
    case = await visit.asking.get(PROSECUTION, f"/cases/{reference}", Case)
    tables = await visit.asking.get(PROSECUTION, "/reference", Reference)
    listed = await visit.asking.get(PROSECUTION, "/transfers", list[Transfer])
    victims = await visit.asking.get(PROSECUTION, f"/cases/{reference}/victims", list[Victim])
    harbours = await visit.asking.get(PROSECUTION, f"/cases/{reference}/safe-harbour", list[Harbour])
    offices = [each for each in jurisdiction.agencies.values() if circuit_of(jurisdiction, each.agency_id) is not None]
    names = {each.agency_id: each.name for each in offices}
    waiting = (each.receiver for each in listed if each.case == reference and each.phase == "offered")
    pending = next((names.get(office, office) for office in waiting), "")
    deadlines, word = deadlines_of(case, visit.times), visit.words.word
    offences = [(each.offence, f"{each.statute} {each.short_name}") for each in tables.offences]
    return await visit.page(
        "court/case/case.html",
        status=status,
        of_case=case.tip,
        case=case,
        shown=accused_of(case, visit.words),
        lanes=lanes_of(case, victims, tables.victims, visit.words),
        whom=whom_counts_name(victims, visit.words),
        of_victims=choices_of(tables.victims, visit.words),
        harbours=harbour_lanes(case, harbours, visit.words),
        of_harbours=harbour_choices(tables.safe_harbour, tables.indicators, visit.words),
        numbers=numbers_of(case),
        pressing=pressing_of(list(deadlines)),
        ended=ended_of(list(deadlines)),
        whose=deadlines,
        end_of=end_of,
        forms=forms,
        offences=offences,
        prison_of=prison_of,
        fine_of=fine_of,
        ages=[(each, word("age_at_act", each)) for each in AGES],
        opens=[(each, word("stage", each)) for each in OPENS],
        declines=[(code, word("decline", code)) for code in tables.reasons.decline],
        changes=[(code, word("hearing_change", code)) for code in tables.reasons.hearing_change],
        grounds=[(code, word("continuance", code)) for code in tables.reasons.continuance],
        motions=[(code, word("motion", code)) for code in tables.reasons.motion],
        errors=[(code, word("continuance_error", code)) for code in tables.reasons.continuance_error],
        looked_at_before=tables.evidence.looked_at_before,
        purposes=[(code, word("hearing_purpose", code)) for code in tables.sittings.purposes],
        conclusions=[(code, word("hearing_outcome", code)) for code in tables.sittings.outcomes],
        nexts=[(code, word("hearing_next", code)) for code in tables.sittings.nexts],
        kinds=[(each.kind, word("hearing", each.kind)) for each in tables.hearings if each.kind],
        transfers=[(code, word("transfer_reason", code)) for code in tables.reasons.transfer],
        pending=pending,
        offices=[(each.agency_id, each.name) for each in offices if each.agency_id != case.office],
        courts=[(code, word("court_of", code)) for code in tables.courts],
    )
