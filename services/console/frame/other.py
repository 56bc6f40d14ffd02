"""The same page as of another moment: asked of this process as a browser would ask for it, by whoever looks, so that
it is the page that they would be shown there, through every guard.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from jinja2 import Template
from litestar import Request
from litestar.types import Message, Scope

from services.console.frame.difference import compared, cut
from services.console.frame.past import Here, main_of
from services.console.frame.times import Times
from services.console.looking_back import Past, asked_as

_ASGI = frozenset(
    {"type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "root_path", "headers", "client", "server"}
)
ABSENT = frozenset({403, 404})
_asked: ContextVar[bool] = ContextVar("asked", default=False)


def is_the_other() -> bool:
    """Whether the page that is being made is asked for to be compared with another."""
    return _asked.get()


async def with_differences(
    text: str,
    request: Request[Any, Any, Any],
    past: Past,
    here: Here,
    moment: datetime | None,
    times: Times,
    told: Template,
) -> str:
    """The page, with what it says otherwise than as of `moment` marked, and `told` at its head. `times` are of the
    present.
    """
    head, main, foot = main_of(text)
    status, before, found = 200, "", None
    if moment is not None:
        status, before = await other_page(request, [*here.query, *asked_as(moment, past.by).items()])
        found = compared(main, before, times.words) if status == 200 else None
    said = {"say": times.words.say, "count": times.words.count, "times": times, "cut": cut}
    at_head = told.render(said, moment=moment, found=found, absent=status in ABSENT)
    return f"{head}{at_head}{found.text if found else main}{foot}"


async def other_page(request: Request[Any, Any, Any], query: Sequence[tuple[str, str]]) -> tuple[int, str]:
    """HTTP's status of it, and its main part, with what passes by itself marked."""
    sent: list[Message] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asgi = {name: value for name, value in request.scope.items() if name in _ASGI}
    scope = cast("Scope", asgi | {"query_string": urlencode(query).encode()})
    token = _asked.set(True)
    try:
        await request.app(scope, receive, send)
    finally:
        _asked.reset(token)
    status = next(int(each["status"]) for each in sent if each["type"] == "http.response.start")
    body = b"".join(each["body"] for each in sent if each["type"] == "http.response.body")
    return status, main_of(body.decode())[1]
