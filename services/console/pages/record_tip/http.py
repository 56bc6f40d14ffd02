"""Recording a tip while somebody tells it: few fields, in the order it is told, none that the keyboard cannot reach."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form
from services.console.frame.visit import Visit

AGES = ("child", "not_known", "adult")
SETTINGS = ("not_known", "home", "out_of_home", "out_of_home_licensed", "out_of_home_unlicensed")
STATE_LINES = ("not_known", "crossed", "not_crossed")
TEAM_RULE = "C06"
# Whom the recording itself tells.
TOLD_ALREADY = frozenset({"cps_intake", "team_coordinator"})
# Whom a tip speaks of, beside the person it is about, and under which names the form asks for them.
OTHERS = ("reporter", "suspect", "other")


class Received(msgspec.Struct, frozen=True):
    """The tips service's answer: `receipt_code` is for the reporter."""

    reference: UUID
    receipt_code: str


class ToTell(msgspec.Struct, frozen=True):
    """An agency to tell. A phone of None is not on file; `sure` is False where the table behind it is thin."""

    name: str
    step: str
    when: str
    citation: str
    phone: str | None
    sure: bool


class TipShown(msgspec.Struct, frozen=True):
    """The tip as far as this page needs it."""

    to_tell: list[ToTell]


class RecordTipController(Controller):
    """For whoever takes tips in."""

    path = "/tips/new"

    @get("/", opt={"action": "record_tip"})
    async def form(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """An empty form. A tip is received now unless somebody says otherwise."""
        form = Form({"channel": "cps_hotline", "state_lines": "not_known"})
        form.set_moment("received_at", visit.now, visit.times)
        return await _form(visit, jurisdiction, form)

    @post("/", opt={"action": "record_tip"}, status_code=200)
    async def record(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """On record, or back as it was typed. A reload sends it again, and it is recorded once."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _form(visit, jurisdiction, form)
        body = tip_in(form, visit)
        if body is None:
            return await _form(visit, jurisdiction, form, status=422)
        try:
            received = await visit.asking.post("tips", "/tips", body, Received, key=form.key)
        except (Refusal, Unreachable) as refused:
            return await _form(visit, jurisdiction, form, status=form.refuse(refused, visit.words))
        # Whoever hands a tip in from another agency reads nothing of it.
        shown = await visit.asking.find("tips", f"/tips/{received.reference}", TipShown)
        received_at = datetime.fromisoformat(body["received_at"])
        return await visit.page(
            "record_tip/recorded.html",
            received=received,
            received_at=received_at,
            readable=shown is not None,
            adult=body["age"] == "adult",
            team=jurisdiction.enforced(TEAM_RULE, received_at),
            to_tell=[each for each in shown.to_tell if each.step not in TOLD_ALREADY] if shown else [],
        )


def tip_in(form: Form, visit: Visit) -> dict[str, Any] | None:
    """The command as the tips service takes it; None, with problems in the form, for what cannot be sent."""
    received_at = form.moment("received_at", visit.words)
    county = form.require("county", "tip.county", visit.words)
    age = form.require("age", "tip.age.short", visit.words)
    subject = _person(form, "subject")
    if "narrative" not in subject and "name" not in subject:
        form.problems["subject_narrative"] = visit.words.say("tip.nothing_said")
    if form.problems or received_at is None:
        return None
    others = [person for person in (_person(form, part) for part in OTHERS) if len(person) > 1]
    return {
        "channel": form["channel"],
        "county": county,
        "received_at": received_at.isoformat(),
        "age": age,
        "setting": form["setting"] or "not_known",
        "state_lines": form["state_lines"] or "not_known",
        "tribal_land": bool(form["tribal_land"]),
        "persons": [subject, *others],
    }


def _person(form: Form, part: str) -> dict[str, str]:
    typed = {field: form.text(f"{part}_{field}") for field in ("name", "contact", "narrative")}
    return {"part": part} | {field: text for field, text in typed.items() if text is not None}


async def _form(visit: Visit, jurisdiction: Jurisdiction, form: Form, status: int = 200) -> Response[Any]:
    return await visit.page(
        "record_tip/form.html",
        status=status,
        form=form,
        typed="typed",
        counties=sorted(county.county for county in jurisdiction.counties.values()),
        channels=[(code, visit.words.word("channel", code)) for code in jurisdiction.channels],
        ages=[(code, visit.words.word("age", code)) for code in AGES],
        state_lines=[(code, visit.words.word("state_lines", code)) for code in STATE_LINES],
        settings=[(code, visit.words.word("setting", code)) for code in SETTINGS],
    )
