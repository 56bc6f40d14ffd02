"""Claims to victim compensation: a line for each exam that was done, without the patient."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal
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

    @property
    def amount(self) -> str | None:
        """In dollars."""
        return None if self.amount_cents is None else f"${self.amount_cents // 100:,}.{self.amount_cents % 100:02}"


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
