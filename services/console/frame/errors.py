"""What a person is shown when a page cannot be: what happened, what is safe, what to do."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from services.console.asking import NotYet, Refusal, Unreachable
from services.console.doorkeeper import READING, RENEWAL_HEADER, NotOurForm, OtherAddress
from services.console.frame.forms import KEY, Form, sentence_of
from services.console.frame.visit import Visit, see_other
from services.console.looking_back import NoMoment, NoSuchRole, OnlyLookedAt
from services.console.sessions import Locked
from services.kernel.http.problems import RETRY_AFTER_SECONDS, NeverAllowed, NotFound, NotSignedIn, TooManyRequests

log = logging.getLogger(__name__)


# Status and words by what was raised; of the framework's own refusals by their status.
KNOWN: Mapping[type[Exception], tuple[int, str]] = {
    NotOurForm: (403, "not_our_form"),
    NeverAllowed: (403, "not-your-role"),
    NotFound: (404, "not-found"),
    NoMoment: (400, "no_moment"),
    NoSuchRole: (400, "no_such_role"),
    OnlyLookedAt: (403, "only_looked_at"),
    Unreachable: (503, "unavailable"),
    NotYet: (503, "unavailable"),
}
PUBLIC_PAGES = "/welcome"
OF_THE_FRAMEWORK = {404: "not-found", 405: "not-found", 413: "too_long"}


def show(visit: Visit, error: Exception) -> Response[Any]:  # noqa: PLR0911  # one closed list, read from top to bottom
    """The one place where errors become pages."""
    match error:
        case TooManyRequests(seconds=seconds):
            page = _page(visit, 429, "too_often")
            page.headers["Retry-After"] = str(seconds)
            return page
        case OtherAddress():
            return _at_our_address(visit)
        case NotSignedIn():
            return _sign_in(visit, "/sign-in", "sign_in/sign_in.html")
        case Locked():
            return _sign_in(visit, "/unlock", "sign_in/unlock.html")
        case NotYet() if visit.past is not None:
            return _page(visit, 503, "not_yet")
        case Refusal() if not error.hidden:
            return _page(visit, error.status, "refused", sentence_of(error, visit.words))
        case Refusal():
            return _page(visit, 404, "not-found")
        case HTTPException(status_code=status) if status < 500:
            return _page(visit, 404 if status == 405 else status, OF_THE_FRAMEWORK.get(status, "malformed"))
    status, problem = KNOWN.get(type(error), (500, "fault"))
    if status == 500:
        log.error("request failed", exc_info=error, extra={"route": str(visit.request.scope.get("path_template", ""))})
    return _page(visit, status, problem)


def _page(visit: Visit, status: int, problem: str, sentence: str = "") -> Response[str]:
    # A public page that fails can be left as fast, and tells as little, as one that does not.
    public = visit.path.startswith(PUBLIC_PAGES)
    page = visit.plain_page(
        "public/wrong.html" if public else "error.html",
        status=status,
        title=visit.words.say(f"error.{problem}.title"),
        sentence=sentence or visit.words.say(f"error.{problem}"),
    )
    if status == 503:
        page.headers["Retry-After"] = RETRY_AFTER_SECONDS
    if problem == "not_yet":
        # Without the script, too.
        page.headers["Refresh"] = RETRY_AFTER_SECONDS
    return page


def _at_our_address(visit: Visit) -> Response[Any]:
    if visit.request.method not in READING:
        return _page(visit, 400, "malformed")
    return Redirect(f"{visit.house.door.origin}{visit.asked}", status_code=302)


def _sign_in(visit: Visit, path: str, template: str) -> Response[Any]:
    """A page that was asked for comes after signing in; a form that was sent is kept, since nothing of it was done."""
    request = visit.request
    if RENEWAL_HEADER in request.headers:
        return Response(b"", status_code=401, media_type="text/plain")
    if request.method in READING:
        return see_other(path if visit.asked == "/" else f"{path}?next={quote(visit.asked, safe='/')}")
    typed, account, kept = Form.of(request), visit.house.sessions.last_account(visit.secret), ""
    if account is not None:
        fields = {name: typed[name] for name in typed} | {KEY: typed.key}
        kept = visit.house.keeper.keep(visit.path, fields, account)
    return visit.plain_page(template, status=401, form=Form(), next="", kept=kept, sent_in_vain=True, typed="typed")
