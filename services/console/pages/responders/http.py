"""The list of responders: who may hold a seat, where they serve, by what certificate, and when they can be called."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Params, Unreachable, at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.area import said
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.responders.answers import Entry, Rows
from services.console.pages.responders.area import area_in, choices, ticked

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

    @post("/{responder:uuid}/description", opt={"action": "keep_responders"})
    async def describe(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Where they serve, of which task force they are, and what they speak."""
        form = Form.of(visit.request)
        languages = [each.language for each in jurisdiction.responders.languages]
        body = {
            "area": area_in(form, jurisdiction),
            "task_force": form["task_force"],
            "rapid_response": bool(form["rapid_response"]),
            "languages": [each for each in languages if form[f"language_{each}"]],
        }
        return await _done(visit, responder, jurisdiction, form, "description", "description", body)

    @post("/{responder:uuid}/leave", opt={"action": "keep_responders"})
    async def leave(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """They are away."""
        form = Form.of(visit.request)
        return await _done(visit, responder, jurisdiction, form, "leave", "leave", span_in(form, visit))

    @post("/{responder:uuid}/leave/withdraw", opt={"action": "keep_responders"})
    async def withdraw_leave(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """They are not away after all."""
        form = Form.of(visit.request)
        body = {"since": form["since"], "until": form["until"]}
        return await _done(visit, responder, jurisdiction, form, "leave", "leave/withdrawals", body)

    @post("/{responder:uuid}/availability", opt={"action": "keep_responders"})
    async def availability(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """When they said that they can be called."""
        form = Form.of(visit.request)
        return await _done(visit, responder, jurisdiction, form, "availability", "availability", span_in(form, visit))

    @post("/{responder:uuid}/availability/withdraw", opt={"action": "keep_responders"})
    async def withdraw_availability(self, responder: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """They cannot be called after all."""
        form, path = Form.of(visit.request), "availability/withdrawal"
        return await _done(visit, responder, jurisdiction, form, "not-available", path, None)


def span_in(form: Form, visit: Visit) -> dict[str, str | None]:
    """From when until when, as services take it; None, and a problem in the form, for what cannot be meant."""
    since, until = form.moment("since", visit.words), form.moment("until", visit.words)
    return {"since": since.isoformat() if since else None, "until": until.isoformat() if until else None}


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
    forces, spoken = jurisdiction.responders.task_forces, jurisdiction.responders.languages
    names = await visit.house.names.of(visit.asking, visit.caller, {responder})
    hours, leave = forms.at("availability"), forms.at("leave")
    for place, form in (("availability", hours), ("leave", leave)):
        if forms.refused_at != place:
            for each in ("since", "until"):
                form.set_moment(each, visit.now, visit.times)
    who = entry.responder
    begins = ticked(who.area, jurisdiction) | {f"language_{each}": "yes" for each in who.languages}
    begins |= {"task_force": who.task_force} | ({"rapid_response": "yes"} if who.rapid_response else {})
    return await visit.page(
        "responders/one.html",
        status=status,
        forms=forms,
        hours=hours,
        leave=leave,
        description=forms.at("description", **begins),
        entry=entry,
        name=names.get(responder, visit.words.say("on_call.someone")),
        agencies=agencies,
        where=said(who.area, visit.words),
        choices=choices(jurisdiction),
        task_forces=[(each.task_force, visit.words.word("task_force", each.task_force)) for each in forces],
        languages=[(each.language, visit.words.word("tongue", each.language)) for each in spoken],
        spoken=visit.words.listed([visit.words.word("tongue", each) for each in who.languages]),
    )


def _agencies(jurisdiction: Jurisdiction) -> dict[str, str]:
    return {each.agency_id: each.name for each in sorted(jurisdiction.agencies.values(), key=lambda one: one.name)}
