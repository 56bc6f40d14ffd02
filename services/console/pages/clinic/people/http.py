"""Whom the clinic calls upon: nurses and who of them supports from afar, rooms, interpreters, advocates' places."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Unreachable, at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC
from services.console.pages.clinic.people.answers import Attendant, Nurse, People

PAGE = "/clinic/people"
KINDS = ("interpreter", "advocate")
# Of whom hours are stated, as the service's addresses begin.
LISTED = ("nurses", "rooms", "attendants")


class ClinicPeopleController(Controller):
    """For the clinic's coordinator. Where a form stands on the page, its place holds whom it is about."""

    path = PAGE

    @get("/", opt={"action": "keep_clinic"})
    async def read(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """All of them, with their hours to come."""
        return await _page(visit, jurisdiction, Forms(visit))

    @post("/nurses", opt={"action": "keep_clinic"})
    async def enter_nurse(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Somebody with an account examines here."""
        form = Form.of(visit.request)
        account = form.reference("account")
        try:
            await _known(visit, form, account)
        except Unreachable as unreachable:
            return await _page(visit, jurisdiction, Forms(visit, form, "nurse"), form.refuse(unreachable, visit.words))
        body = {"account": str(account), "clinic": visit.caller.agency}
        return await _done(visit, jurisdiction, form, "nurse", "/nurses", body, to=f"of-{account}")

    @post("/nurses/{nurse:uuid}/certificates", opt={"action": "keep_clinic"})
    async def certificate(self, nurse: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A certificate was seen."""
        form = Form.of(visit.request)
        kind, _, issuer = form.require("certificate", "clinic_people.certificate", visit.words).partition(" ")
        body = {
            "certificate": kind,
            "issuer": issuer,
            "valid_from": form.require("valid_from", "clinic_people.valid_from", visit.words),
            "valid_until": form.require("valid_until", "clinic_people.valid_until", visit.words),
        }
        path = f"{at('nurses', nurse)}/certificates"
        return await _done(visit, jurisdiction, form, f"certificate-{nurse}", path, body, to=f"of-{nurse}")

    @post("/nurses/{nurse:uuid}/certificates/withdraw", opt={"action": "keep_clinic"})
    async def withdraw_certificate(self, nurse: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Its issuer took it back; what is booked with her stays, and is told."""
        form = Form.of(visit.request)
        kind, _, issuer = form.require("certificate", "clinic_people.certificate", visit.words).partition(" ")
        body = {
            "certificate": kind,
            "issuer": issuer,
            "withdrawn_at": moment_in(form, "withdrawn_at", visit),
        }
        path = f"{at('nurses', nurse)}/certificates/withdrawals"
        return await _done(visit, jurisdiction, form, f"withdrawal-{nurse}", path, body, to=f"of-{nurse}")

    @post("/rooms", opt={"action": "keep_clinic"})
    async def open_room(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The clinic examines in a room of that number."""
        form = Form.of(visit.request)
        body = {"clinic": visit.caller.agency, "number": form.number("number") or 0}
        if not body["number"]:
            form.problems["number"] = visit.words.say("clinic_people.number.hint")
        return await _done(visit, jurisdiction, form, "room", "/rooms", body, to="rooms")

    @post("/nurses/{nurse:uuid}/support", opt={"action": "keep_clinic"})
    async def support(self, nurse: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Whether she can be asked to support an exam elsewhere by video."""
        form = Form.of(visit.request)
        body, path = {"from_afar": form["from_afar"] == "yes"}, f"{at('nurses', nurse)}/support"
        return await _done(visit, jurisdiction, form, f"support-{nurse}", path, body, to=f"of-{nurse}")

    @post("/attendants", opt={"action": "keep_clinic"})
    async def enter_attendant(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """An interpreter by number and languages, or an advocate's place by number: nobody is named."""
        form = Form.of(visit.request)
        spoken = [each.language for each in jurisdiction.responders.languages if form[f"language_{each.language}"]]
        body = {
            "clinic": visit.caller.agency,
            "kind": form.require("kind", "clinic_people.kind", visit.words),
            "number": form.number("number") or 0,
            "languages": spoken,
        }
        if not body["number"]:
            form.problems["number"] = visit.words.say("clinic_people.number.hint")
        return await _done(visit, jurisdiction, form, "attendant", "/attendants", body, to="beside")

    @post("/hours/{kind:str}/{who:uuid}", opt={"action": "keep_clinic"})
    async def hours(self, kind: str, who: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """From when until when they can be booked; what was stated before stays."""
        form = Form.of(visit.request)
        body = {"since": moment_in(form, "since", visit), "until": moment_in(form, "until", visit)}
        path = f"{at(_listed(kind), who)}/availability"
        return await _done(visit, jurisdiction, form, f"hours-{who}", path, body, to=f"of-{who}")

    @post("/hours/{kind:str}/{who:uuid}/withdraw", opt={"action": "keep_clinic"})
    async def withdraw(self, kind: str, who: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """They cannot be booked in one of these periods after all."""
        form = Form.of(visit.request)
        body = {"since": form["since"], "until": form["until"]}
        path = f"{at(_listed(kind), who)}/availability/withdrawals"
        return await _done(visit, jurisdiction, form, f"hours-{who}", path, body, to=f"of-{who}")


def _listed(kind: str) -> str:
    return kind if kind in LISTED else LISTED[-1]


async def _known(visit: Visit, form: Form, account: UUID | None) -> None:
    """Whether there is an account of that reference. Raises `Unreachable`."""
    if account is None:
        form.problems["account"] = visit.words.say("judge.no_reference")
    elif not await visit.house.names.of(visit.asking, visit.caller, {account}):
        form.problems["account"] = visit.words.say("judge.no_such_account")


async def _done(
    visit: Visit, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object, *, to: str
) -> Response[Any]:
    status = await send(visit, form, CLINIC, path, body)
    if isinstance(status, int):
        return await _page(visit, jurisdiction, Forms(visit, form, place), status)
    return gone_to(PAGE, to)


async def _page(visit: Visit, jurisdiction: Jurisdiction, forms: Forms, status: int = 200) -> Response[Any]:
    found = await visit.asking.get(CLINIC, "/clinic-people", People)
    words, languages = visit.words, jurisdiction.responders.languages
    names = await visit.house.names.of(visit.asking, visit.caller, {each.nurse for each in found.nurses})
    certificates = [
        (f"{each.certificate} {issuer}", f"{words.word('sane', each.certificate)} ({issuer})")
        for each in jurisdiction.exams.certificates
        for issuer in each.issuers
    ]
    return await visit.page(
        "clinic/people/people.html",
        status=status,
        forms=forms,
        nurses=sorted(found.nurses, key=lambda each: names.get(each.nurse, "")),
        names=names,
        rooms=found.rooms,
        beside=[(each, _called(visit, each)) for each in found.attendants],
        certificates=certificates,
        held={each.nurse: _held(each, certificates, visit) for each in found.nurses},
        kinds=[(each, words.say(f"times.beside.{each}")) for each in KINDS],
        languages=[(each.language, words.word("tongue", each.language)) for each in languages],
    )


def _held(nurse: Nurse, certificates: list[tuple[str, str]], visit: Visit) -> list[tuple[str, str]]:
    """What of a nurse's can be taken back: what is valid now or will be, each once."""
    valid = {f"{each.certificate} {each.issuer}" for each in nurse.certificates if each.valid_until > visit.now}
    return [each for each in certificates if each[0] in valid]


def _called(visit: Visit, each: Attendant) -> str:
    """`interpreter 1 (Spanish)`."""
    name = visit.words.say(f"times.attendant.{each.kind}", number=each.number)
    spoken = visit.words.listed([visit.words.word("tongue", language) for language in each.languages])
    return f"{name} ({spoken})" if spoken else name
