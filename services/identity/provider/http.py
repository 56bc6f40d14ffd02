"""Signing in by an agency's own OpenID Connect provider over HTTP, and who is linked to it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.exceptions import ServiceUnavailableException
from litestar.openapi import ResponseSpec

from services.identity.account.accounts import Accounts
from services.identity.account.http import PRIVATE
from services.identity.provider import decisions
from services.identity.provider.client import ProviderUnavailable
from services.identity.provider.provider_sign_ins import CodeNeeded, NotLetIn, ProviderSignIns, ProviderStart
from services.identity.reservations import PROVIDER_PERSON, PROVIDER_SUBJECT, release_all, reserve
from services.identity.session.sessions import SignedSession
from services.identity.sign_in.door import SignInDoor
from services.identity.sign_in.http import answered
from services.kernel.http.commands import Commands, Decided, Done, Intent
from services.kernel.http.problems import MEDIA_TYPE, Problem
from services.kernel.store import Change, Changes

Long = Annotated[str, msgspec.Meta(max_length=4_000)]


class StartWithProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agency whose provider the person signs in with."""

    agency: str


class FinishWithProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`state`, `code` and `iss` as the provider sent the person back with them; `iss` where there was one.

    `totp_code` is a code of the person's app, or a recovery code, once we have asked for it; then without `code`.
    """

    state: Long
    code: Long = ""
    iss: Long = ""
    totp_code: Long = ""


class LinkToProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the agency's provider calls the person, in the claim that was agreed upon for it: their e-mail perhaps."""

    person: str


class AgencyWithProvider(msgspec.Struct, frozen=True, kw_only=True):
    """An agency whose people can sign in with a provider of their own."""

    agency: str
    name: str


class ProviderController(Controller):
    """Open to everybody but for the link, since nobody is signed in yet."""

    tags = ["Sign-in"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/sign-in/providers", opt={"action": "sign_in"})
    async def providers(self, provider_sign_ins: ProviderSignIns, accounts: Accounts) -> list[AgencyWithProvider]:
        """The agencies that have one, by id."""
        on_file = accounts.jurisdiction.agencies
        return [
            AgencyWithProvider(agency=agency, name=on_file[agency].name)
            for agency in sorted(provider_sign_ins.providers)
        ]

    @post("/sign-in/provider/start", opt={"action": "sign_in"}, status_code=200)
    async def start(
        self,
        data: StartWithProvider,
        provider_sign_ins: ProviderSignIns,
        door: SignInDoor,
        request: Request[Any, Any, Any],
    ) -> Response[ProviderStart]:
        """Where to lead the person. They come back within five minutes, to `/sign-in/provider` of the house."""
        # By address alone: a whole agency starts at one provider.
        door.count(request)
        try:
            return Response(await provider_sign_ins.start(data.agency), headers=PRIVATE)
        except ProviderUnavailable as error:
            raise _unavailable() from error

    @post(
        "/sign-in/provider/finish",
        opt={"action": "sign_in"},
        status_code=200,
        responses={202: ResponseSpec(CodeNeeded, generate_examples=False, description="A code of ours is needed.")},
    )
    async def finish(
        self,
        data: FinishWithProvider,
        provider_sign_ins: ProviderSignIns,
        door: SignInDoor,
        request: Request[Any, Any, Any],
    ) -> Response[SignedSession | CodeNeeded] | Response[Problem]:
        """A session as at any sign-in; or 202 where the provider asked for no second factor, so that we do.

        A state is good once. Nobody gets an account by coming here.
        """
        door.count(request, data.state)
        finishing = provider_sign_ins.finish(data.state, data.code, data.iss, data.totp_code)
        try:
            answer = await answered(finishing)
        except NotLetIn:
            return _not_let_in()
        except ProviderUnavailable as error:
            raise _unavailable() from error
        if isinstance(answer.content, CodeNeeded):
            answer.status_code = 202
        return answer

    @post("/accounts/{account:uuid}/provider-link", opt={"action": "link_provider"}, status_code=200)
    async def link(
        self,
        account: UUID,
        data: LinkToProvider,
        intent: Intent,
        commands: Commands,
        accounts: Accounts,
        provider_sign_ins: ProviderSignIns,
    ) -> Response[Done]:
        """Says who at the agency's provider the account belongs to. Whoever it was linked to before is not let in."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await accounts.visible(intent.caller, "link_provider", account))
            agency = loaded.state.agency
            person = provider_sign_ins.person_digest(agency, data.person)
            has_provider = agency in provider_sign_ins.providers
            events = decisions.prepare_link(account, agency, still_open=loaded.state.open, has_provider=has_provider)
            effects = [
                release_all(PROVIDER_SUBJECT, account),
                release_all(PROVIDER_PERSON, account),
                reserve(PROVIDER_PERSON, person, account),
            ]
            changes = Changes([Change(account, loaded.version, events)], effects)
            return Decided(changes, account, loaded.version + len(events), account, now)

        return await commands.run(intent, decide)


def _unavailable() -> ServiceUnavailableException:
    return ServiceUnavailableException(
        detail="Your agency's sign-in does not answer just now. Nothing was changed. Start again in a moment, or sign"
        " in with your passphrase or your passkey."
    )


def _not_let_in() -> Response[Problem]:
    problem = Problem(
        type="urn:muster:problem:wrong-credentials",
        title="Not signed in",
        status=401,
        detail="Your agency's sign-in was not accepted here: it came too late, was used before, or belongs to no"
        " account. Start again. If that does not help, ask your administrator to link your account to it.",
    )
    headers = {"WWW-Authenticate": "Bearer", **PRIVATE}
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)
