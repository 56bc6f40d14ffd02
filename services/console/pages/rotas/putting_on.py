"""A form that puts somebody on call: where they lack something that is shown first, and the form asked again."""

from typing import Any
from uuid import UUID

from services.console.asking import Refusal
from services.console.frame.acting import send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.rotas.answers import Lacking

SERVICE = "rapid_assessment"
ALL_THE_SAME = "all_the_same"
UNFIT = 409


async def put_on(visit: Visit, form: Form, path: str, check: str, body: dict[str, Any]) -> UUID | int | list[Lacking]:
    """The reference of what is on record; the status of the page that shows the form again; or what is lacking.

    `check` is the path that tells what is lacking, without changing anything. Raises `Refusal` for what is hidden.
    """
    told = body | {ALL_THE_SAME: bool(form[ALL_THE_SAME])}
    done = await send(visit, form, SERVICE, path, told)
    if done != UNFIT or form[ALL_THE_SAME]:
        return done
    try:
        lacks = await visit.asking.look(SERVICE, check, told, list[Lacking])
    except Refusal:
        return done
    return lacks or done
