"""A nurse who cannot come says so herself, on a phone, in two taps: her exams wait for another, and people are told."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from services.console.asking import at
from services.console.frame.acting import send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC, ExamRow
from services.console.pages.clinic.times.answers import Nurse
from services.kernel.http.problems import NotFound

HOURS = (12, 24, 72)
USUALLY = 24
OPEN_FOR = timedelta(minutes=15)
"""For longer a page does not stand: what began meanwhile would be taken for what was still to begin."""


class IllController(Controller):
    """For the nurse herself; her clinic's coordinator says it on the page of an exam's times."""

    path = "/clinic/ill"

    @get("/", opt={"action": "say_ill"})
    async def ask(self, visit: Visit) -> Response[Any]:
        """What is planned with her, and from now on for how long she cannot come."""
        return await _page(visit, _begun(visit))

    @post("/", opt={"action": "say_ill"}, status_code=200)
    async def say(self, visit: Visit) -> Response[Any]:
        """On record; and what was given up, which she sees no more from then on."""
        form = Form.of(visit.request)
        since, hours = _since(form, visit.now), form.number("hours")
        if visit.switched:
            return await _page(visit, form if since else _begun(visit))
        if since is None:
            again = _begun(visit)
            again.problems[""] = visit.words.say("ill.look_again")
            return await _page(visit, again, 409)
        if hours not in HOURS:
            form.problems["hours"] = visit.words.say("form.missing", field=visit.words.say("ill.how_long"))
            return await _page(visit, form, 422)
        until = since + timedelta(hours=hours)
        planned = await _planned(visit)
        body = {"since": since.isoformat(), "until": until.isoformat()}
        status = await send(visit, form, CLINIC, f"{at('nurses', _me(visit))}/illness", body)
        if isinstance(status, int):
            return await _page(visit, form, status)
        given_up = [row for row in planned if row.since is not None and since <= row.since < until]
        return await visit.page("clinic/ill/done.html", given_up=given_up, until=until)


async def _page(visit: Visit, form: Form, status: int = 200) -> Response[Any]:
    planned, nurse = await asyncio.gather(_planned(visit), visit.asking.find(CLINIC, f"/nurses/{_me(visit)}", Nurse))
    since = _since(form, visit.now) or visit.now
    longest = since + timedelta(hours=HOURS[-1])
    return await visit.page(
        "clinic/ill/ill.html",
        status=status,
        form=form,
        nurse=nurse,
        begun=[row for row in planned if row.since and row.until and row.since < since < row.until],
        planned=[row for row in planned if row.since and since <= row.since < longest],
        hours=[(str(each), visit.words.say("ill.hours", hours=each)) for each in HOURS],
    )


async def _planned(visit: Visit) -> Sequence[ExamRow]:
    """Held or booked with her, the soonest first."""
    both = await asyncio.gather(
        *(visit.asking.get(CLINIC, "/exams", list[ExamRow], {"phase": phase}) for phase in ("held", "booked"))
    )
    me = _me(visit)
    hers = [row for rows in both for row in rows if row.nurse == me and row.since is not None]
    return sorted(hers, key=lambda row: row.since or visit.now)


def _me(visit: Visit) -> UUID:
    if visit.caller.account is None:
        raise NotFound
    return visit.caller.account


def _begun(visit: Visit) -> Form:
    return Form({"hours": str(USUALLY), "since": visit.now.isoformat()})


def _since(form: Form, now: datetime) -> datetime | None:
    """When the page was made: a form sent twice says the same. None for one that has stood open too long."""
    try:
        since = datetime.fromisoformat(form["since"])
    except ValueError:
        return None
    return since if since.tzinfo is not None and timedelta() <= now - since <= OPEN_FOR else None
