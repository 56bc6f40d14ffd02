"""Claims to victim compensation: a line for each exam that was done, without the patient, and what became of it."""

import re
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC

Day = Annotated[str, Parameter(max_length=10)]
DAYS = ("since", "until")


class Claim(msgspec.Struct, frozen=True):
    """One line; a code or an amount that is not on file is None."""

    claim: str
    exam_date: date
    facility: str
    service_code: str | None
    amount_cents: int | None
    stage: str
    stage_on: date | None
    paid_cents: int | None

    @property
    def amount(self) -> str | None:
        return _dollars(self.amount_cents)

    @property
    def paid(self) -> str | None:
        return _dollars(self.paid_cents)


class Step(msgspec.Struct, frozen=True):
    """What became of it on which day."""

    stage: str
    on: date
    cents: int | None

    @property
    def amount(self) -> str | None:
        return _dollars(self.cents)


class OneClaim(msgspec.Struct, frozen=True):
    """A line with its steps."""

    version: int
    line: Claim
    steps: list[Step]


class ClaimsController(Controller):
    """For whoever bills at the clinic."""

    path = "/claims"

    @get("/", opt={"action": "see_claims"})
    async def claims(self, visit: Visit, jurisdiction: Jurisdiction, since: Day = "", until: Day = "") -> Response[Any]:
        """Of days, or all; and the way to take them away as a file."""
        form = Form({"since": since, "until": until})
        asked = {name: form[name] for name in DAYS if form[name]}
        for name in asked:
            if not _is_day(form[name]):
                form.problems[name] = visit.words.say("form.no_such_time")
        rows, status = await _rows(visit, form, asked)
        return await visit.page(
            "clinic/claims/claims.html",
            status=status,
            form=form,
            asked={} if form.problems else asked,
            rows=rows,
            billing=jurisdiction.examination.billing,
        )

    @get("/{claim:uuid}", opt={"action": "see_claims"})
    async def claim(self, claim: UUID, visit: Visit) -> Response[Any]:
        """One line, what became of it, and what can be recorded next."""
        return await _claim(visit, claim, Forms(visit))

    @post("/{claim:uuid}/sent", opt={"action": "record_claim"})
    async def sent(self, claim: UUID, visit: Visit) -> Response[Any]:
        """It went to whoever pays."""
        return await _step(visit, claim, "sent")

    @post("/{claim:uuid}/paid", opt={"action": "record_claim"})
    async def paid(self, claim: UUID, visit: Visit) -> Response[Any]:
        """The clinic was paid; how much, where it is known."""
        return await _step(visit, claim, "paid")

    @post("/{claim:uuid}/refused", opt={"action": "record_claim"})
    async def refused(self, claim: UUID, visit: Visit) -> Response[Any]:
        """Whoever pays said no."""
        return await _step(visit, claim, "refused")

    @post("/{claim:uuid}/correction", opt={"action": "record_claim"})
    async def correction(self, claim: UUID, visit: Visit) -> Response[Any]:
        """The last step was entered by mistake."""
        form = Form.of(visit.request)
        return await _done(visit, claim, form, "correction", f"{at('claims', claim)}/correction", None)


async def _step(visit: Visit, claim: UUID, step: str) -> Response[Any]:
    form = Form.of(visit.request)
    on = form.require("on", "claim.on", visit.words)
    if on and not _is_day(on):
        form.problems["on"] = visit.words.say("form.no_such_time")
    body: dict[str, Any] = {"step": step, "on": on}
    if form["amount"].strip():
        body["cents"] = _cents(form["amount"])
        if body["cents"] is None:
            form.problems["amount"] = visit.words.say("claim.no_amount")
    return await _done(visit, claim, form, step, f"{at('claims', claim)}/steps", body)


async def _done(visit: Visit, claim: UUID, form: Form, place: str, path: str, body: object) -> Response[Any]:
    status = await send(visit, form, CLINIC, path, body)
    if isinstance(status, int):
        return await _claim(visit, claim, Forms(visit, form, place), status)
    return gone_to(f"/claims/{claim}", "told")


async def _claim(visit: Visit, claim: UUID, forms: Forms, status: int = 200) -> Response[Any]:
    found = await visit.asking.get(CLINIC, f"/claims/{claim}", OneClaim)
    short = found.line.claim[:8]
    return await visit.page("clinic/claims/claim.html", status=status, claim=found, short=short, forms=forms)


def _dollars(cents: int | None) -> str | None:
    return None if cents is None else f"${cents // 100:,}.{cents % 100:02}"


def _cents(typed: str) -> int | None:
    """`$1,000.50`, `1000.5` or `1000`. None for what is no amount."""
    found = re.fullmatch(r"[$]?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7})(?:[.]([0-9]{1,2}))?", typed.strip())
    if found is None:
        return None
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))


async def _rows(visit: Visit, form: Form, asked: dict[str, str]) -> tuple[list[Claim], int]:
    if form.problems:
        return [], 422
    try:
        return await visit.asking.get(CLINIC, "/claims", list[Claim], asked), 200
    except Refusal as refused:
        if refused.status != 422:
            raise
        return [], form.refuse(refused, visit.words)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
