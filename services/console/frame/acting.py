"""How a page with several forms does what one of them asks: on record and back to the page, or the form as typed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response

from services.console.asking import Refusal, Stored, Unreachable
from services.console.frame.forms import VERSION, Form
from services.console.frame.visit import Visit, see_other

AFTER = "after"
"""A field of a form: the last moment on record of what it is about."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Forms:
    """The forms of one page by their places: a refused one as it was typed, the others empty."""

    visit: Visit
    refused: Form | None = None
    place: str = ""

    @property
    def refused_at(self) -> str:
        """The place of the refused one, which stands open."""
        return self.place if self.refused is not None else ""

    def at(self, place: str, moment: str = "", **values: str) -> Form:
        """`moment` names the field that begins with the present time, `values` those that begin with something."""
        if self.refused is not None and place == self.place:
            return self.refused
        fresh = Form(values)
        if moment:
            fresh.set_moment(moment, self.visit.now, self.visit.times)
        return fresh


async def send(visit: Visit, form: Form, service: str, path: str, body: object) -> UUID | int:
    """The reference of what is on record now; or the status of the page that shows the form again.

    Raises `Refusal` for what is absent or not for these eyes.
    """
    if form.problems:
        return 422
    try:
        stored = await visit.asking.post(service, path, body, Stored, key=form.key, version=form.number(VERSION))
    except (Refusal, Unreachable) as refused:
        if isinstance(refused, Refusal) and refused.hidden:
            raise
        return form.refuse(refused, visit.words)
    return stored.reference


def gone_to(page: str, place: str) -> Response[Any]:
    """Back to the page, at the place of what was done."""
    return see_other(f"{page}#{place}")


def moment_in(form: Form, name: str, visit: Visit) -> str | None:
    """As services take it. None, and a problem in the form, for what cannot be meant.

    People type minutes: one that is the minute of what is on record before is meant to come after it.
    """
    typed = form.moment(name, visit.words)
    if typed is None:
        return None
    after = _read(form[AFTER])
    if after is not None and typed <= after < typed + MINUTE:
        return after.isoformat()
    return typed.isoformat()


def _read(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
