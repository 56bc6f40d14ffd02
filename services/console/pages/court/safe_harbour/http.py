"""What a prosecutor records of an accused who may be a victim: what was found, referrals, petitions."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, post

from contracts.jurisdictions import Jurisdiction
from services.console.frame.acting import moment_in
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.court.case.http import done

SIGN = "sign-"


class CourtHarbourController(Controller):
    """Under the case's page; a form that is refused stands there as it was typed."""

    path = "/court/{case:uuid}/accused/{accused:uuid}/safe-harbour"

    @post("/ground", opt={"action": "record_course"})
    async def ground(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The accused is, or was, a victim."""
        form = Form.of(visit.request)
        body = {"ground": form.require("ground", "harbour.ground", visit.words), "at": moment_in(form, "at", visit)}
        return await _done(visit, case, accused, jurisdiction, form, "ground", "grounds", body)

    @post("/ground-end", opt={"action": "record_course"})
    async def end(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What was found does not hold."""
        form = Form.of(visit.request)
        body = {
            "ground": form.require("ground", "harbour.ground", visit.words),
            "reason": form.require("reason", "case.reason", visit.words),
        }
        return await _done(visit, case, accused, jurisdiction, form, "ground-end", "grounds/end", body)

    @post("/indicators", opt={"action": "record_course"})
    async def indicators(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The accused shows signs of trafficking."""
        form = Form.of(visit.request)
        signs = [name.removeprefix(SIGN) for name in form if name.startswith(SIGN)]
        if not signs:
            form.problems[""] = visit.words.say("harbour.indicators.which")
        body = {"indicators": signs, "at": moment_in(form, "at", visit)}
        return await _done(visit, case, accused, jurisdiction, form, "indicators", "indicators", body)

    @post("/seen", opt={"action": "record_course"})
    async def seen(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The office saw the alert."""
        form = Form.of(visit.request)
        return await _done(visit, case, accused, jurisdiction, form, "seen", "seen", {})

    @post("/referrals/{to:str}/make", opt={"action": "record_course"})
    async def make(self, case: UUID, accused: UUID, to: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The accused was referred there."""
        form = Form.of(visit.request)
        body = {"at": moment_in(form, "at", visit)}
        return await _done(visit, case, accused, jurisdiction, form, f"refer-{to}", f"referrals/{to}", body)

    @post("/referrals/{to:str}/leave", opt={"action": "record_course"})
    async def leave(
        self, case: UUID, accused: UUID, to: str, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """Why not."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "case.reason", visit.words)}
        return await _done(visit, case, accused, jurisdiction, form, f"leave-{to}", f"referrals/{to}/not-made", body)

    @post("/referrals/{to:str}/answer", opt={"action": "record_course"})
    async def answer(
        self, case: UUID, accused: UUID, to: str, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """What they said."""
        form = Form.of(visit.request)
        body = {"answer": form.require("answer", "harbour.answer", visit.words), "at": moment_in(form, "at", visit)}
        return await _done(visit, case, accused, jurisdiction, form, f"answer-{to}", f"referrals/{to}/answer", body)

    @post("/petition", opt={"action": "record_course"})
    async def open(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Work on a petition begins."""
        form = Form.of(visit.request)
        body = {
            "count": form.require("count", "victims.count", visit.words),
            "route": form.require("route", "harbour.route", visit.words),
            "at": moment_in(form, "at", visit),
        }
        return await _done(visit, case, accused, jurisdiction, form, "petition", "petitions", body)

    @post("/petitions/{petition:uuid}/letter", opt={"action": "record_course"})
    async def letter(
        self, case: UUID, accused: UUID, petition: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """A documentation letter."""
        form = Form.of(visit.request)
        body = {"issuer": form.require("issuer", "harbour.issuer", visit.words), "at": moment_in(form, "at", visit)}
        path = f"petitions/{petition}/letters"
        return await _done(visit, case, accused, jurisdiction, form, f"letter-{petition}", path, body)

    @post("/petitions/{petition:uuid}/file", opt={"action": "record_course"})
    async def file(
        self, case: UUID, accused: UUID, petition: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """It is before a court."""
        form = Form.of(visit.request)
        body = {"court": form.require("court", "court.court", visit.words), "at": moment_in(form, "at", visit)}
        path = f"petitions/{petition}/filing"
        return await _done(visit, case, accused, jurisdiction, form, f"file-{petition}", path, body)

    @post("/petitions/{petition:uuid}/hear", opt={"action": "record_course"})
    async def hear(
        self, case: UUID, accused: UUID, petition: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """The court heard it."""
        form = Form.of(visit.request)
        body, path = {"at": moment_in(form, "at", visit)}, f"petitions/{petition}/hearing"
        return await _done(visit, case, accused, jurisdiction, form, f"hear-{petition}", path, body)

    @post("/petitions/{petition:uuid}/decide", opt={"action": "record_course"})
    async def decide(
        self, case: UUID, accused: UUID, petition: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """Granted or denied, with the reason."""
        form = Form.of(visit.request)
        decision, _, reason = form.require("decision", "harbour.decision", visit.words).partition("/")
        body = {"decision": decision, "reason": reason, "at": moment_in(form, "at", visit)}
        path = f"petitions/{petition}/decision"
        return await _done(visit, case, accused, jurisdiction, form, f"decide-{petition}", path, body)

    @post("/petitions/{petition:uuid}/withdraw", opt={"action": "record_course"})
    async def withdraw(
        self, case: UUID, accused: UUID, petition: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """It is not pursued any more."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "case.reason", visit.words), "at": moment_in(form, "at", visit)}
        path = f"petitions/{petition}/withdrawal"
        return await _done(visit, case, accused, jurisdiction, form, f"withdraw-{petition}", path, body)

    @post("/petitions/{petition:uuid}/expunge", opt={"action": "record_course"})
    async def expunge(
        self, case: UUID, accused: UUID, petition: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """The record was expunged."""
        form = Form.of(visit.request)
        body, path = {"at": moment_in(form, "at", visit)}, f"petitions/{petition}/expungement"
        return await _done(visit, case, accused, jurisdiction, form, f"expunge-{petition}", path, body)

    @post("/petitions/{petition:uuid}/tell", opt={"action": "record_course"})
    async def tell(
        self, case: UUID, accused: UUID, petition: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """One of those to be told was told."""
        form = Form.of(visit.request)
        body = {"whom": form.require("whom", "harbour.whom", visit.words), "at": moment_in(form, "at", visit)}
        return await _done(
            visit, case, accused, jurisdiction, form, f"tell-{petition}", f"petitions/{petition}/told", body
        )


async def _done(
    visit: Visit,
    case: UUID,
    accused: UUID,
    jurisdiction: Jurisdiction,
    form: Form,
    what: str,
    path: str,
    body: object,
) -> Response[Any]:
    """On record, and back to the case at this accused's lane; or the case with the form as it was typed."""
    at_accused = f"accused/{accused}/safe-harbour/{path}"
    return await done(visit, case, jurisdiction, form, f"sh-{what}-{accused}", at_accused, body)
