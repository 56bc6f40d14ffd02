"""Signing in and out, unlocking, choosing a language."""

import re
from collections.abc import Awaitable
from typing import Any
from urllib.parse import unquote

import msgspec
from litestar import Controller, Response, get, post

from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form, sentence_of
from services.console.frame.visit import Visit, see_other
from services.console.frame.words import LANGUAGES
from services.console.sessions import Locked, SignedSession
from services.kernel.http.problems import NotSignedIn

# A path of this house: no other host, no scheme, nothing a browser would read as either.
_OURS = re.compile(r"/(?![/\\])[A-Za-z0-9/_.-]*(\?[A-Za-z0-9=&_.:+-]*)?")


class SignInController(Controller):
    """Open to everybody: what was typed decides."""

    @get("/sign-in", opt={"action": "sign_in"})
    async def form(self, visit: Visit, next: str = "") -> Response[Any]:  # noqa: A002  # its name in the address
        """The form; whoever is signed in already goes on."""
        if visit.secret:
            try:
                await visit.house.sessions.signed(visit.secret, active=False)
            except (NotSignedIn, Locked, Unreachable):
                pass
            else:
                return see_other(own_path(next))
        return _form(visit, "sign_in", Form({"next": next}))

    @post("/sign-in", opt={"action": "sign_in"})
    async def sign_in(self, visit: Visit) -> Response[Any]:
        """By passphrase and code. The session is a new one, whatever cookie came."""
        form = Form.of(visit.request)
        if visit.switched:
            return _form(visit, "sign_in", form)
        visit.count_sign_in()
        asked = visit.house.sessions.sign_in(form["sign_in_name"].strip(), form["passphrase"], form["code"].strip())
        return await _signed_in(visit, form, asked)

    @post("/sign-in/passkey/options", opt={"action": "sign_in"}, status_code=200)
    async def passkey_options(self, visit: Visit) -> Response[bytes]:
        """For the script: what the browser asks the authenticator."""
        visit.count_sign_in()
        return Response(bytes(await visit.house.sessions.passkey_options()), media_type="application/json")

    @post("/sign-in/passkey", opt={"action": "sign_in"})
    async def passkey(self, visit: Visit) -> Response[Any]:
        """By a passkey."""
        visit.count_sign_in()
        form = Form.of(visit.request)
        asked = visit.house.sessions.sign_in_with_passkey(form["challenge"], _credential(form))
        return await _signed_in(visit, form, asked)

    @get("/unlock", opt={"action": "unlock"})
    async def locked(self, visit: Visit, next: str = "") -> Response[Any]:  # noqa: A002  # its name in the address
        """Half an hour without use: it is still this person's session."""
        return _form(visit, "unlock", Form({"next": next}))

    @post("/unlock", opt={"action": "unlock"})
    async def unlock(self, visit: Visit) -> Response[Any]:
        """By the passphrase."""
        form = Form.of(visit.request)
        if visit.switched:
            return _form(visit, "unlock", form)
        visit.count_sign_in()
        return await _unlocked(visit, form, visit.house.sessions.unlock(visit.secret, form["passphrase"]))

    @post("/unlock/passkey", opt={"action": "unlock"})
    async def unlock_by_passkey(self, visit: Visit) -> Response[Any]:
        """By a passkey."""
        visit.count_sign_in()
        form = Form.of(visit.request)
        asked = visit.house.sessions.unlock_with_passkey(visit.secret, form["challenge"], _credential(form))
        return await _unlocked(visit, form, asked)

    @post("/sign-out", opt={"action": "sign_out"})
    async def sign_out(self, visit: Visit) -> Response[Any]:
        """The cookie goes in any case; the session ends at the identity service."""
        if visit.secret:
            await visit.house.sessions.sign_out(visit.secret)
        answer = see_other("/sign-in")
        answer.cookies.append(visit.house.door.no_cookie())
        return answer

    @post("/language", opt={"action": "choose_language"})
    async def choose_language(self, visit: Visit) -> Response[Any]:
        """Kept in a cookie that says nothing else."""
        form = Form.of(visit.request)
        answer = see_other(own_path(form["next"]))
        if form["language"] in LANGUAGES:
            answer.cookies.append(visit.language_cookie(form["language"]))
        return answer


class HomeController(Controller):
    """Where everybody lands."""

    @get("/", opt={"action": "go_home"})
    async def home(self, visit: Visit) -> Response[Any]:
        """The first page this person has."""
        if visit.navigation:
            return see_other(visit.navigation[0].path)
        return await visit.page("sign_in/nothing.html")


def own_path(wanted: str) -> str:
    """Where to go on: a page of this house, whatever somebody wrote into the address."""
    return wanted if _OURS.fullmatch(wanted) and _OURS.fullmatch(unquote(wanted)) else "/"


def _credential(form: Form) -> dict[str, Any]:
    """As the script wrote it; of what is none, nothing is left to be let in by."""
    try:
        return msgspec.json.decode(form["credential"], type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}


def _form(visit: Visit, name: str, form: Form, status: int = 200) -> Response[Any]:
    return visit.plain_page(
        f"sign_in/{name}.html",
        status=status,
        form=form,
        next=own_path(form["next"]),
        kept=form["kept"],
        sent_in_vain=False,
        typed="typed",
    )


async def _signed_in(visit: Visit, form: Form, asked: Awaitable[SignedSession]) -> Response[Any]:
    try:
        session = await asked
    except (Refusal, Unreachable) as refused:
        return _refused(visit, "sign_in", form, refused)
    answer = await _go_on(visit, form, session.session)
    answer.cookies.append(visit.house.door.cookie(session.session))
    return answer


async def _unlocked(visit: Visit, form: Form, asked: Awaitable[None]) -> Response[Any]:
    try:
        await asked
    except (Refusal, Unreachable) as refused:
        if isinstance(refused, Refusal) and refused.problem.type.endswith(":not-signed-in"):
            raise NotSignedIn from refused
        return _refused(visit, "unlock", form, refused)
    return await _go_on(visit, form, visit.secret)


async def _go_on(visit: Visit, form: Form, secret: str) -> Response[Any]:
    """To the page that was wanted, or to the form that was kept, which whoever typed it sends once more."""
    if not form["kept"]:
        return see_other(own_path(form["next"]))
    caller, _ = await visit.house.sessions.signed(secret, active=True)
    kept = visit.house.keeper.open(form["kept"], caller.account)
    if kept is None:
        return see_other("/")
    token = visit.house.door.form_token(secret)
    return visit.plain_page("sign_in/kept.html", path=kept.path, fields=kept.fields, form_token=token)


def _refused(visit: Visit, name: str, form: Form, refused: Refusal | Unreachable) -> Response[Any]:
    """What is wrong belongs to the whole form: which field it was, nobody learns."""
    if isinstance(refused, Unreachable):
        status = form.refuse(refused, visit.words)
    else:
        status, form.problems[""] = refused.status, sentence_of(refused, visit.words)
    return _form(visit, name, form, status)
