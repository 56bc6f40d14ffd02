"""Setting up what one signs in with: for whoever has an invitation, or the one-time code of a fresh house.

Both are secrets that stand in forms alone. A link may carry an invitation behind `#`, where browsers keep it to
themselves; the script moves it into the form, and out of the address.
"""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form, sentence_of
from services.console.frame.visit import Visit

IDENTITY = "identity"


class ForApp(msgspec.Struct, frozen=True):
    """What an authenticator app takes: the picture, or the secret typed by hand."""

    secret: str
    picture: str


class SetUpOptions(msgspec.Struct, frozen=True):
    """The identity service's answer. `passkey` and `challenge` go to the browser as they came."""

    totp: ForApp
    passkey: msgspec.Raw
    challenge: str


class HaveSetUp(msgspec.Struct, frozen=True):
    """Told once. No codes for whoever made a passkey alone."""

    recovery_codes: list[str]


class WithInvitation(msgspec.Struct, frozen=True):
    """The answer to a command that invites."""

    invitation: str


class SetUpController(Controller):
    """Open to everybody: the invitation decides."""

    path = "/set-up"

    @get("/", opt={"action": "set_up"})
    async def code(self, visit: Visit) -> Response[Any]:
        """Asks for the invitation."""
        return _code(visit, Form())

    @post("/", opt={"action": "set_up"}, status_code=200)
    async def begin(self, visit: Visit) -> Response[Any]:
        """With an invitation: what to set up with."""
        form = Form.of(visit.request)
        if visit.switched:
            return _code(visit, form)
        visit.count_sign_in()
        return await set_up_page(visit, Form({"invitation": plain_invitation(form["invitation"])}))

    @post("/passphrase", opt={"action": "set_up"}, status_code=200)
    async def passphrase(self, visit: Visit) -> Response[Any]:
        """A passphrase and an app: the recovery codes are shown now, and never again."""
        visit.count_sign_in()
        form = Form.of(visit.request)
        if visit.switched:
            return await set_up_page(visit, form)
        if form["passphrase"] != form["again"]:
            form.problems["again"] = visit.words.say("set_up.not_the_same")
            return await set_up_page(visit, form, status=422)
        shown = {"passphrase": form["passphrase"], "totp_code": form["totp_code"].strip()}
        return await _used(visit, form, shown)

    @post("/passkey/options", opt={"action": "set_up"}, status_code=200)
    async def passkey_options(self, visit: Visit) -> Response[bytes]:
        """For the script: what the browser asks the authenticator to make."""
        visit.count_sign_in()
        options = await _options(visit, Form.of(visit.request)["invitation"])
        body = {"options": options.passkey, "challenge": options.challenge}
        return Response(msgspec.json.encode(body), media_type="application/json")

    @post("/passkey", opt={"action": "set_up"}, status_code=200)
    async def passkey(self, visit: Visit) -> Response[Any]:
        """A passkey alone: it is a device, and whoever the device verified."""
        visit.count_sign_in()
        form = Form.of(visit.request)
        try:
            credential = msgspec.json.decode(form["credential"], type=dict[str, Any])
        except msgspec.MsgspecError:
            credential = {}
        return await _used(visit, form, {"passkey": credential, "challenge": form["challenge"]})


class FirstAdministratorController(Controller):
    """Open to everybody: the one-time code from the machine decides."""

    path = "/first-administrator"

    @get("/", opt={"action": "set_up"})
    async def form(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Who becomes the first administrator."""
        return _first(visit, jurisdiction, Form())

    @post("/", opt={"action": "set_up"}, status_code=200)
    async def open(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Opens the account, and goes on to setting it up. Sent again, it opens no second one."""
        form = Form.of(visit.request)
        if visit.switched:
            return _first(visit, jurisdiction, form)
        visit.count_sign_in()
        body = {
            "code": form.require("code", "first.code", visit.words),
            "name": form.require("name", "first.name", visit.words),
            "sign_in_name": form.require("sign_in_name", "sign_in.name", visit.words),
            "agency": form.require("agency", "first.agency", visit.words),
        }
        if form.problems:
            return _first(visit, jurisdiction, form, 422)
        try:
            opened = await visit.asking.post(IDENTITY, "/first-administrator", body, WithInvitation, key=form.key)
        except (Refusal, Unreachable) as refused:
            return _first(visit, jurisdiction, form, form.refuse(refused, visit.words))
        return await set_up_page(visit, Form({"invitation": opened.invitation}))


def plain_invitation(typed: str) -> str:
    """The code, also from a whole link that was pasted, however it was broken over lines."""
    return "".join(typed.rpartition("#")[2].split())


async def set_up_page(visit: Visit, form: Form, status: int = 200) -> Response[Any]:
    """What to set up with; or the form for the invitation, with what is wrong with this one."""
    try:
        options = await _options(visit, form["invitation"])
    except (Refusal, Unreachable) as refused:
        # In the form as a whole: a service that cannot be reached says nothing of the invitation.
        asked = Form({"invitation": form["invitation"]})
        status = asked.refuse(refused, visit.words)
        return _code(visit, asked, status)
    secret = options.totp.secret
    return visit.plain_page(
        "set_up/set_up.html",
        status=status,
        form=form,
        typed="typed",
        invitation=form["invitation"],
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        picture=options.totp.picture,
    )


async def _options(visit: Visit, invitation: str) -> SetUpOptions:
    body = {"invitation": invitation}
    return await visit.asking.look(IDENTITY, "/invitation/options", body, SetUpOptions)


async def _used(visit: Visit, form: Form, shown: dict[str, Any]) -> Response[Any]:
    body = {"invitation": form["invitation"], **shown}
    try:
        done = await visit.asking.post(IDENTITY, "/invitation", body, HaveSetUp, key=form.key)
    except Unreachable as refused:
        return await set_up_page(visit, form, form.refuse(refused, visit.words))
    except Refusal as refused:
        # A passkey has no field on the page: what is wrong with it is said at its head.
        field = refused.problem.field if refused.problem.field in {"passphrase", "totp_code"} else ""
        form.problems[field] = sentence_of(refused, visit.words)
        return await set_up_page(visit, form, refused.status)
    return visit.plain_page("set_up/done.html", codes=done.recovery_codes)


def _code(visit: Visit, form: Form, status: int = 200) -> Response[Any]:
    return visit.plain_page("set_up/code.html", status=status, form=form, typed="typed")


def _first(visit: Visit, jurisdiction: Jurisdiction, form: Form, status: int = 200) -> Response[Any]:
    agencies = sorted(
        ((each.agency_id, each.name) for each in jurisdiction.agencies.values()), key=lambda each: each[1]
    )
    return visit.plain_page("set_up/first.html", status=status, form=form, agencies=agencies, typed="typed")
