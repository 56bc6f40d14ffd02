"""What the routes for sessions work with: begun at sign-in, renewing tokens, locked, unlocked, ended."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec

from contracts.jurisdictions.serving import works_in
from contracts.language import Event
from services.identity.account.accounts import Accounts
from services.identity.account.state import Account
from services.identity.agency.agencies import Agencies
from services.identity.session import decisions
from services.identity.session.decisions import LOCKS_AFTER, EndReason, Means
from services.identity.session.rows import SessionRows, add, remove, used
from services.identity.session.state import Session, evolve
from services.identity.sign_in.attempts import AttemptBook
from services.identity.sign_in.tokens import TokenSigner
from services.kernel.batch import Effect, StaleVersion
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate
from services.kernel.http.problems import NotSignedIn
from services.kernel.keys import Digester
from services.kernel.store import Change, Changes, EventStore, Kind, Loaded
from services.kernel.stored_form import Happening, Origin
from services.kernel.time_source import TimeSource

SESSION = Kind("session", Session(), evolve)
SECRET_BYTES = 32
HOUSE = "service:identity"


class LockedSession(Exception):
    """Nobody has used the session for too long: it is to be unlocked first."""


class SignedToken(msgspec.Struct, frozen=True, kw_only=True):
    """Send the token with every request as `Authorization: Bearer …`; fetch the next from the session before it ends.

    It lasts a minute of the machine's time, so what is decided about an account counts everywhere within one.
    """

    token: str
    account: UUID
    agency: str
    roles: tuple[str, ...]
    token_expires_at: datetime
    session_ends_at: datetime


class SignedSession(SignedToken, frozen=True, kw_only=True):
    """Whoever has the secret in `session` acts as this account. It is told here, and never again."""

    session: str


class Begun(NamedTuple):
    """A session to be stored with the sign-in that begins it."""

    secret: str
    change: Change
    effects: Sequence[Effect]
    ends_at: datetime


class Found(NamedTuple):
    """A session with its account, and when it was last used."""

    session: Loaded[Session]
    used_at: datetime
    account: Loaded[Account]


@dataclass(frozen=True)
class Sessions:
    """Sessions as they are now, from their streams, and the tokens made from them."""

    store: EventStore
    rows: SessionRows
    accounts: Accounts
    agencies: Agencies
    attempts: AttemptBook
    digester: Digester
    signer: TokenSigner
    time: TimeSource
    gate: Gate

    def begin(self, account: UUID, means: Means, now: datetime) -> Begun:
        """A session under a new secret, of which a keyed digest alone is kept."""
        new, secret = uuid4(), secrets.token_urlsafe(SECRET_BYTES)
        ends_at = now + decisions.SESSION_LASTS
        change = Change(new, 0, decisions.start(account, means, now))
        return Begun(secret, change, add(self._digest(secret), new, account, ends_at, now), ends_at)

    async def signed(self, account: Account, ends_at: datetime, now: datetime) -> SignedToken:
        """A token with the roles the account holds now, and where it works."""
        # Not beyond the moment the account ends to let anybody in.
        until = min(self.time.lasting(decisions.TOKEN_LASTS), ends_at, account.live_until or ends_at)
        served = await self.agencies.served(account.agency)
        where = works_in(account.roles, account.agency, account.counties, served, self.accounts.jurisdiction)
        return SignedToken(
            token=self.signer.sign(Caller(account.account, account.agency, account.roles, where), now, until),
            account=account.account,
            agency=account.agency,
            roles=account.roles,
            token_expires_at=until,
            session_ends_at=ends_at,
        )

    async def token(self, secret: str, *, active: bool) -> SignedToken:
        """`active` says whether somebody works in the session, or a page renews itself.

        Raises `NotSignedIn`, `LockedSession`.
        """
        found = await self.find(secret)
        now = self.time.now()
        noticed = decisions.lock(found.session.state, found.used_at, now)
        if noticed:
            await self._note_locked(found, noticed)
        if noticed or found.session.state.locked:
            raise LockedSession
        if active:
            await self.rows.use(found.session.id, now)
        return await self.signed(found.account.state, found.session.state.ends_at, now)

    async def find(self, secret: str) -> Found:
        """Locked or not. Raises `NotSignedIn` when it is over, and when the account lets nobody in or is locked."""
        found, now = await self._found(secret), self.time.now()
        if decisions.is_over(found.session.state, now) or not found.account.state.live(now):
            raise NotSignedIn
        if (await self.attempts.of_account(found.account.id)).state.locked:
            raise NotSignedIn
        return found

    async def sign_out(self, secret: str) -> None:
        """Whatever else stands in the way of using it. Raises `NotSignedIn` where nothing is left to end."""
        while True:
            found = await self._found(secret)
            loaded, now = found.session, self.time.now()
            events = decisions.end(loaded.state, EndReason.SIGNED_OUT, now)
            changes = Changes([Change(loaded.id, loaded.version, events)], [remove(loaded.id)])
            try:
                await self.store.append(changes, self.origin(found), now)
                return
            except StaleVersion:
                continue

    async def ended_before(self, happening: Happening, account: UUID, reason: EndReason) -> Changes:
        """Ends what sessions of an account had begun when something happened to it."""
        now = self.time.now()
        streams: list[Change] = []
        for session in await self.rows.of_account(account):
            began = (await self.store.happenings(session, until=1))[0].position
            loaded = await self.store.load(SESSION, session)
            if began < happening.position:
                streams.append(Change(session, loaded.version, decisions.end(loaded.state, reason, now), loaded.case))
        return Changes(streams, [remove(change.stream) for change in streams])

    def unlocking(self, found: Found, means: Means, now: datetime) -> Changes:
        """For somebody who has just shown who they are."""
        loaded = found.session
        events = decisions.unlock(loaded.state, found.used_at, means, now)
        return Changes([Change(loaded.id, loaded.version, events)], [used(loaded.id, now)])

    def origin(self, found: Found, actor: str = "") -> Origin:
        """The person's own doing, unless another `actor` is named."""
        return Origin(
            actor=actor or f"account:{found.account.id}",
            agency=found.account.state.agency if not actor else "",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=found.session.case or found.session.id,
            policy=self.gate.version,
        )

    async def _found(self, secret: str) -> Found:
        row = await self.rows.find(self._digest(secret))
        if row is None:
            raise NotSignedIn
        session = await self.store.load(SESSION, row.session)
        account = await self.accounts.load(session.state.account)
        return Found(session, row.used_at, account)

    async def _note_locked(self, found: Found, events: Sequence[Event]) -> None:
        """It happened when it had not been used for so long, though nobody saw it then."""
        loaded = found.session
        changes = Changes([Change(loaded.id, loaded.version, events)])
        try:
            await self.store.append(changes, self.origin(found, HOUSE), found.used_at + LOCKS_AFTER)
        except StaleVersion:
            # Another request noticed it first, or unlocked it: whoever asks again will see.
            return

    def _digest(self, secret: str) -> bytes:
        return self.digester.digest("session", secret.encode())
