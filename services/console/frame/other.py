"""The same page as of another moment: asked of this process as a browser would ask for it, by whoever looks, so that
it is the page that they would be shown there, through every guard.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from jinja2 import Template
from litestar import Request
from litestar.types import Message, Scope

from services.console.frame.difference import compared, cut
from services.console.frame.past import Here, Steps, main_of, steps_at
from services.console.frame.times import Times
from services.console.looking_back import Past
from services.console.timeline.line import Told

_ASGI = frozenset(
    {"type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "root_path", "headers", "client", "server"}
)
ABSENT = frozenset({403, 404})
_asked: ContextVar[Sequence[Told] | None] = ContextVar("asked", default=None)


def is_the_other() -> bool:
    """Whether the page that is being made is asked for to be compared with another."""
    return _asked.get() is not None


def steps_of_the_other(past: Past) -> Steps | None:
    """Where it stands among the events that were told for the page that it is compared with."""
    events = _asked.get()
    return steps_at(events, past.moment, past.by) if events else None


async def with_differences(
    text: str,
    request: Request[Any, Any, Any],
    past: Past,
    here: Here,
    moment: datetime | None,
    steps: Steps | None,
    times: Times,
    told: Template,
) -> str:
    """The page, with what it says otherwise than as of `moment` marked, and `told` at its head. `times` are of the
    present.
    """
    head, main, foot = main_of(text)
    status, before, found = 200, "", None
    if moment is not None:
        status, before = await other_page(request, here, replace(past, moment=moment), steps)
        found = compared(main, before, times.words) if status == 200 else None
    said = {"say": times.words.say, "count": times.words.count, "times": times, "cut": cut}
    at_head = told.render(said, moment=moment, found=found, absent=status in ABSENT)
    return f"{head}{at_head}{found.text if found else main}{foot}"


async def other_page(request: Request[Any, Any, Any], here: Here, past: Past, steps: Steps | None) -> tuple[int, str]:
    """HTTP's status of it, and its main part, with what passes by itself marked."""
    sent: list[Message] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asgi = {name: value for name, value in request.scope.items() if name in _ASGI}
    scope = cast("Scope", asgi | {"query_string": urlencode([*here.query, *past.kept.items()]).encode()})
    token = _asked.set(steps.events if steps else ())
    try:
        await request.app(scope, receive, send)
    finally:
        _asked.reset(token)
    status = next(int(each["status"]) for each in sent if each["type"] == "http.response.start")
    body = b"".join(each["body"] for each in sent if each["type"] == "http.response.body")
    return status, main_of(body.decode())[1]
