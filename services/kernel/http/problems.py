"""Every answer that is not a success: problem details (RFC 9457) from one closed list."""

import logging
import re
from typing import Any

import msgspec
import psycopg
from litestar import Request, Response
from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from psycopg_pool import PoolTimeout

from contracts.language import InvalidValue, Refused
from services.kernel.batch import EffectRefused, KeyUsedOtherwise, StaleVersion
from services.kernel.recorder import Overloaded, StoreUnavailable
from services.kernel.views import NotFreshEnough

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"
# Where the decoder says that what it could not read stands in the request's body.
IN_BODY = "`$.data."
# Where the decoder's own message would say back what was sent, a name typed into the wrong place perhaps.
_WITHOUT_WHAT_WAS_SENT = {
    "Invalid enum value": "This is none of the values there are. Read them in /schema",
    "Object contains unknown field": "There is a member too many. Compare with /schema",
}
_LENGTH = re.compile(r"Expected `str` of length (>=|<=) (\d+)")

log = logging.getLogger(__name__)


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """`type` is stable and for programs, `detail` is a sentence for a person."""

    type: str
    title: str
    status: int
    detail: str
    field: str = ""
    code: str = ""
    rule: str = ""
    citation: str = ""


class NotFound(Exception):
    """Absent, or not this caller's to see: one answer for both."""


class NotSignedIn(Exception):
    """No valid token came with the request."""


class NeverAllowed(Exception):
    """The caller's roles may not use this route at all."""


class Stale(Exception):
    """The aggregate has moved on since the caller read it."""


class Malformed(Exception):
    """The request cannot be read; the sentence says what is missing."""


class TooManyAttempts(Exception):
    """Locked until somebody releases it (HTTP 429): waiting does not help."""


class TooManyRequests(Exception):
    """Tried too often (HTTP 429): again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = max(seconds, 1)


def problem_for(error: Exception) -> Problem:  # noqa: C901, PLR0911, PLR0912  # one closed list, read from top to bottom
    """The one place where errors become answers."""
    match error:
        case Malformed():
            return _problem(400, "malformed", "The request cannot be read", str(error))
        case NotSignedIn():
            return _problem(401, "not-signed-in", "Sign in first", "Sign in and try again. Nothing was changed.")
        case NeverAllowed():
            return _problem(
                403, "not-your-role", "Not open to your role", "Your role does not use this. Ask your administrator."
            )
        case NotFound():
            return _problem(
                404, "not-found", "Not found", "There is nothing here that you can open. Check the reference."
            )
        case Refused():
            return _problem(
                409,
                "refused",
                "A rule does not allow this",
                error.sentence,
                code=error.code,
                rule=error.rule or "",
                citation=error.citation or "",
            )
        case EffectRefused():
            return _problem(
                409, "refused", "Taken already", "This is taken already. Nothing was changed.", code="taken"
            )
        case StaleVersion() | Stale():
            return _problem(
                412,
                "stale",
                "Changed meanwhile",
                "Someone changed this since you read it. Read it again, then decide. Nothing was changed.",
            )
        case KeyUsedOtherwise():
            return _problem(
                422,
                "key-used",
                "Idempotency-Key used before",
                "This Idempotency-Key was used for something else. Send a new key. Nothing was changed.",
                field="Idempotency-Key",
            )
        case InvalidValue():
            return _problem(422, "invalid-value", "A value cannot be right", error.sentence, field=error.field)
        case TooManyAttempts():
            return _problem(429, "too-many-attempts", "Too many attempts", str(error))
        case TooManyRequests():
            return _problem(
                429, "too-many-requests", "Too often", "This was tried too often. Wait a little. Nothing was changed."
            )
        case NotFreshEnough():
            return _problem(
                503, "not-yet", "Not there yet", "The newest entries are not here yet. Try again in a moment."
            )
        case Overloaded() | StoreUnavailable() | PoolTimeout() | psycopg.OperationalError():
            return _problem(
                503,
                "unavailable",
                "Not available just now",
                "This part is down for the moment. Try again with the same Idempotency-Key; nothing is done twice.",
            )
        case RecursionError():
            # Only a reader of what a caller sent goes as deep as the caller says.
            return _problem(400, "malformed", "The request cannot be read", "The body is nested too deeply.")
        case ValidationException():
            return _invalid_body(error)
        case InternalServerException(detail="client disconnected prematurely"):
            # The framework holds this for a fault; nobody hears the answer, but the log and the metrics would.
            return _problem(400, "malformed", "The request cannot be read", "The request ended before it was whole.")
        case InternalServerException(__cause__=msgspec.ValidationError() as cause) if IN_BODY in str(cause):
            return _invalid_member(cause)
        case HTTPException():
            return _http_problem(error)
        case _:
            return _problem(
                500,
                "fault",
                "A fault of ours",
                "Something failed here. Try again with the same Idempotency-Key; if it fails again, call the operator.",
            )


def _problem(status: int, name: str, title: str, detail: str, **more: str) -> Problem:
    return Problem(type=f"urn:muster:problem:{name}", title=title, status=status, detail=detail, **more)


def _invalid_body(error: ValidationException) -> Problem:
    """The first thing wrong with the body; the framework's message names types and limits."""
    extra: Any = error.extra
    first: dict[str, Any] = extra[0] if isinstance(extra, list) and extra and isinstance(extra[0], dict) else {}
    field = str(first.get("key", ""))
    return _problem(
        422,
        "invalid-value",
        "A value cannot be right",
        f"{_told(str(first.get('message', 'A value is missing or wrong')))}. Nothing was changed.",
        field="" if field == "data" else field,
    )


def _invalid_member(cause: msgspec.ValidationError) -> Problem:
    """A member of the body that has the name of something the framework hands to the route: it blames us for it."""
    message, _, place = str(cause).partition(" - at ")
    field = place.partition(IN_BODY)[2].strip("`")
    detail = f"{_told(message)}. Nothing was changed."
    return _problem(422, "invalid-value", "A value cannot be right", detail, field=field)


def _told(message: str) -> str:
    """The decoder's message, never with the value; people meet that of a text too short or too long."""
    if length := _LENGTH.match(message):
        return f"Write at {'least' if length[1] == '>=' else 'most'} {length[2]} characters"
    for beginning, instead in _WITHOUT_WHAT_WAS_SENT.items():
        if message.startswith(beginning):
            return instead
    return message


def _http_problem(error: HTTPException) -> Problem:
    match error.status_code:
        case 413:
            return _problem(
                422, "invalid-value", "Too long", "This is too long to be taken. Shorten the text. Nothing was changed."
            )
        case 404 | 405:
            return problem_for(NotFound())
        case 400:
            return _problem(400, "malformed", "The request cannot be read", "The body is not valid JSON.")
        case status:
            return _problem(status, "request", "The request cannot be served", error.detail)


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Litestar's exception handler for everything."""
    problem = problem_for(error)
    headers: dict[str, str] = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status == 503:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.seconds)
    if problem.status == 500:
        log.error("request failed", exc_info=error, extra={"route": _route(request)})
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def _route(request: Request[Any, Any, Any]) -> str:
    """The route's name, never the path with what was put into it."""
    return str(request.scope.get("path_template", ""))
