"""The certificates an agency issues: to whom, until when; granting, renewing and revoking them."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import CredentialKind, Jurisdiction
from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.certificates.answers import Entry, Rows

SERVICE = "rapid_assessment"
PAGE = 50


class CertificatesController(Controller):
    """For the people of an issuer; what they may touch the service decides."""

    path = "/certificates"

    @get("/", opt={"action": "issue_credentials"})
    async def certificates(
        self, visit: Visit, jurisdiction: Jurisdiction, skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0
    ) -> Response[Any]:
        """Who waits for one, and whose ends first."""
        found = await visit.asking.get(SERVICE, "/responders/certified", Rows, {"limit": PAGE, "skip": skip})
        people = {each.responder for each in found.responders}
        return await visit.page(
            "certificates/list.html",
            found=found,
            skip=skip,
            page=PAGE,
            names=await visit.house.names.of(visit.asking, visit.caller, people),
            agencies=_agencies(jurisdiction),
            form=Form(),
        )

    @post("/", opt={"action": "issue_credentials"})
    async def find(self, visit: Visit) -> Response[Any]:
        """Somebody who is certified by others already is found by their reference."""
        account = Form.of(visit.request).reference("account")
        return see_other(f"/certificates/{account}" if account else "/certificates")

    @get("/{responder:uuid}", opt={"action": "issue_credentials"})
    async def one(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What this agency issued to one of them."""
        return await _one(visit, responder, jurisdiction, Forms(visit))

    @post("/{responder:uuid}", opt={"action": "issue_credentials"})
    async def grant(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Certifies somebody."""
        form = Form.of(visit.request)
        kind = jurisdiction.credentials.get(form.require("kind", "certificates.kind", visit.words))
        body = {
            "kind": form["kind"],
            "issuer": visit.caller.agency,
            **_days(form, visit),
            "training": _trained(form, kind),
            "background_checked_on": form.text("background_checked_on"),
        }
        return await _done(visit, responder, jurisdiction, form, "grant", "", body)

    @post("/{responder:uuid}/{credential:uuid}/renew", opt={"action": "issue_credentials"})
    async def renew(self, responder: UUID, credential: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """For a further time."""
        form = Form.of(visit.request)
        body = _days(form, visit) | {"background_checked_on": form.text("background_checked_on")}
        path = f"/{credential}/renewal"
        return await _done(visit, responder, jurisdiction, form, f"renew-{credential}", path, body)

    @post("/{responder:uuid}/{credential:uuid}/revoke", opt={"action": "issue_credentials"})
    async def revoke(
        self, responder: UUID, credential: UUID, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """Takes it back."""
        form = Form.of(visit.request)
        moment = form.moment("revoked_at", visit.words)
        reason = form.require("reason", "case.reason", visit.words)
        body = {"revoked_at": moment and moment.isoformat(), "reason": reason}
        path = f"/{credential}/revocation"
        return await _done(visit, responder, jurisdiction, form, f"revoke-{credential}", path, body)


def _days(form: Form, visit: Visit) -> dict[str, str | None]:
    return {
        "valid_from": form.require("valid_from", "certificates.valid_from", visit.words),
        "valid_until": form.require("valid_until", "certificates.valid_until", visit.words),
    }


def _trained(form: Form, kind: CredentialKind | None) -> list[dict[str, Any]]:
    """Hours of each part of the kind's training, as typed; what is no number is none."""
    parts = kind.parts if kind else ()
    return [{"part": part.part, "hours": form.number(f"hours_{part.part}") or 0} for part in parts]


async def _done(
    visit: Visit, responder: UUID, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object
) -> Response[Any]:
    done = await send(visit, form, SERVICE, f"{at('responders', responder, 'credentials')}{path}", body)
    if isinstance(done, int):
        return await _one(visit, responder, jurisdiction, Forms(visit, form, place), done)
    return gone_to(f"/certificates/{responder}", "certificates")


async def _one(
    visit: Visit, responder: UUID, jurisdiction: Jurisdiction, forms: Forms, status: int = 200
) -> Response[Any]:
    entry = await visit.asking.get(SERVICE, f"/responders/{responder}/credentials", Entry)
    names = await visit.house.names.of(visit.asking, visit.caller, {responder})
    own = [each for each in jurisdiction.credentials.values() if visit.caller.agency in each.issuers]
    return await visit.page(
        "certificates/one.html",
        status=status,
        forms=forms,
        entry=entry,
        name=names.get(responder, visit.words.say("on_call.someone")),
        agencies=_agencies(jurisdiction),
        own=own,
        kinds=[(each.kind, visit.words.word("credential", each.kind)) for each in own],
        latest={each.credential: each for each in sorted(entry.credentials, key=lambda one: one.valid_until)},
    )


def _agencies(jurisdiction: Jurisdiction) -> dict[str, str]:
    return {each.agency_id: each.name for each in jurisdiction.agencies.values()}
