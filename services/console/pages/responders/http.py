"""The list of responders: who may hold a seat, by what certificate, when they can be called, how they are told."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Params, Unreachable, at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.mine.http import KINDS
from services.console.pages.responders.answers import Entry, Rows

SERVICE = "rapid_assessment"
PAGE = 50


class RespondersController(Controller):
    """For who keeps the list."""

    path = "/responders"

    @get("/", opt={"action": "keep_responders"})
    async def responders(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        credential: Annotated[str, Parameter(max_length=60)] = "",
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> Response[Any]:
        """All, or those of a credential; whose certificate ends first comes first."""
        return await _list(visit, jurisdiction, Forms(visit), credential=credential, skip=skip)

    @post("/", opt={"action": "keep_responders"})
    async def register(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Somebody with an account is put on the list."""
        form = Form.of(visit.request)
        account, status = form.reference("account"), 422
        agency = form.require("agency", "responders.agency", visit.words)
        if account is None:
            form.problems["account"] = visit.words.say("judge.no_reference")
        elif not form.problems:
            try:
                if not await visit.house.names.of(visit.asking, visit.caller, {account}):
                    form.problems["account"] = visit.words.say("judge.no_such_account")
            except Unreachable as unreachable:
                status = form.refuse(unreachable, visit.words)
        if account is not None and not form.problems:
            body = {"account": str(account), "agency": agency}
            done = await send(visit, form, SERVICE, "/responders", body)
            if not isinstance(done, int):
                return see_other(f"/responders/{account}")
            status = done
        return await _list(visit, jurisdiction, Forms(visit, form, "register"), status=status)

    @get("/{responder:uuid}", opt={"action": "keep_responders"})
    async def one(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """One of them."""
        return await _one(visit, responder, jurisdiction, Forms(visit))

    @post("/{responder:uuid}/credentials", opt={"action": "keep_responders"})
    async def record(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A certificate was seen."""
        form = Form.of(visit.request)
        kind, _, issuer = form.require("credential", "responders.credential", visit.words).partition(".")
        body = {
            "kind": kind,
            "issuer": issuer,
            "valid_from": form.require("valid_from", "responders.valid_from", visit.words),
            "valid_until": form.require("valid_until", "responders.valid_until", visit.words),
        }
        return await _done(visit, responder, jurisdiction, form, "credentials", "credentials", body)

    @post("/{responder:uuid}/credentials/withdraw", opt={"action": "keep_responders"})
    async def withdraw(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The issuer took one back."""
        form = Form.of(visit.request)
        moment = form.moment("withdrawn_at", visit.words)
        kind, _, issuer = form["credential"].partition(".")
        body = {"kind": kind, "issuer": issuer, "withdrawn_at": moment.isoformat() if moment else None}
        place = f"withdraw-{form['credential']}"
        return await _done(visit, responder, jurisdiction, form, place, "credentials/withdrawals", body)

    @post("/{responder:uuid}/availability", opt={"action": "keep_responders"})
    async def availability(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """When they said that they can be called."""
        form = Form.of(visit.request)
        since, until = form.moment("since", visit.words), form.moment("until", visit.words)
        body = {"since": since and since.isoformat(), "until": until and until.isoformat()}
        return await _done(visit, responder, jurisdiction, form, "availability", "availability", body)

    @post("/{responder:uuid}/availability/withdraw", opt={"action": "keep_responders"})
    async def withdraw_availability(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """They cannot be called after all."""
        form, path = Form.of(visit.request), "availability/withdrawal"
        return await _done(visit, responder, jurisdiction, form, "not-available", path, None)

    @post("/{responder:uuid}/address", opt={"action": "keep_responders"})
    async def address(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Where they are told that something waits."""
        form = Form.of(visit.request)
        body = {"kind": form["kind"], "address": form.require("address", "mine.address.where", visit.words)}
        return await _done(visit, responder, jurisdiction, form, "address", "address", body)

    @post("/{responder:uuid}/address/withdraw", opt={"action": "keep_responders"})
    async def withdraw_address(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Nowhere but on their page."""
        form, path = Form.of(visit.request), "address/withdrawal"
        return await _done(visit, responder, jurisdiction, form, "no-address", path, None)


async def _done(
    visit: Visit, responder: UUID, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object
) -> Response[Any]:
    done = await send(visit, form, SERVICE, f"{at('responders', responder)}/{path}", body)
    if isinstance(done, int):
        return await _one(visit, responder, jurisdiction, Forms(visit, form, place), done)
    return gone_to(f"/responders/{responder}", "responder")


async def _list(
    visit: Visit, jurisdiction: Jurisdiction, forms: Forms, *, credential: str = "", skip: int = 0, status: int = 200
) -> Response[Any]:
    chosen = credential if credential in jurisdiction.credentials else ""
    asked: Params = {"limit": PAGE, "skip": skip, **({"credential": chosen} if chosen else {})}
    found = await visit.asking.get(SERVICE, "/responders", Rows, asked)
    people = {each.responder for each in found.responders}
    return await visit.page(
        "responders/list.html",
        status=status,
        forms=forms,
        found=found,
        credential=chosen,
        credentials=[(kind, visit.words.word("credential", kind)) for kind in jurisdiction.credentials],
        skip=skip,
        page=PAGE,
        names=await visit.house.names.of(visit.asking, visit.caller, people),
        agencies=_agencies(jurisdiction),
    )


async def _one(
    visit: Visit, responder: UUID, jurisdiction: Jurisdiction, forms: Forms, status: int = 200
) -> Response[Any]:
    entry = await visit.asking.get(SERVICE, f"/responders/{responder}", Entry)
    agencies = _agencies(jurisdiction)
    names = await visit.house.names.of(visit.asking, visit.caller, {responder})
    hours = forms.at("availability")
    if forms.refused_at != "availability":
        for each in ("since", "until"):
            hours.set_moment(each, visit.now, visit.times)
    return await visit.page(
        "responders/one.html",
        status=status,
        forms=forms,
        hours=hours,
        entry=entry,
        name=names.get(responder, visit.words.say("on_call.someone")),
        agencies=agencies,
        credentials=[
            (f"{each.kind}.{issuer}", f"{visit.words.word('credential', each.kind)} ({agencies.get(issuer, issuer)})")
            for each in jurisdiction.credentials.values()
            for issuer in each.issuers
        ],
        kinds=[(kind, visit.words.word("told_by", kind)) for kind in KINDS],
    )


def _agencies(jurisdiction: Jurisdiction) -> dict[str, str]:
    return {each.agency_id: each.name for each in sorted(jurisdiction.agencies.values(), key=lambda one: one.name)}
