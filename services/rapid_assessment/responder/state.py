"""A responder as the events tell it."""

from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from contracts.jurisdictions import Area
from contracts.language import Event
from contracts.periods import Period, joined, without
from services.rapid_assessment.responder.events import (
    AddressStated,
    AddressWithdrawn,
    AvailabilityStated,
    AvailabilityWithdrawn,
    ChannelProven,
    ChannelStated,
    ChannelWithdrawn,
    CredentialGranted,
    CredentialRecorded,
    CredentialRenewed,
    CredentialRevoked,
    CredentialWithdrawn,
    LeaveStated,
    LeaveWithdrawn,
    ProofAsked,
    ProofFailed,
    ProofNotSent,
    ProofSent,
    ResponderBack,
    ResponderDescribed,
    ResponderLeft,
    ResponderRegistered,
    ResponderRoleGranted,
    ResponderRoleRemoved,
    ResponderSuspended,
    Trained,
)

REMEMBERED_CODES = 20
"""Of how many codes asked for it is remembered when; no rule looks back further."""

# What an address stated before there were channels is now.
ONCE = {"email": "email", "telephone": "sms"}


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """Valid from the first moment, and before the last. A renewed one is a further of the same `credential`."""

    credential: UUID
    kind: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    training: tuple[Trained, ...] = ()
    background_checked_at: datetime | None = None


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A way to reach somebody, whose address is sealed in its event. `proven_at`: when it was last seen to work."""

    kind: str
    proven_at: datetime | None = None


class CodeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The code that waits to be typed back. `failed` is how often another was typed."""

    proof: UUID
    kind: str
    until: datetime
    failed: int = 0


class Responder(msgspec.Struct, frozen=True, kw_only=True):
    """`available` is the time in which the responder said to be callable beside any rota, if one was stated.

    `lacks` are the roles of seats that were taken from the account.
    """

    account: UUID = UUID(int=0)
    agency: str = ""
    task_force: str = ""
    rapid_response: bool = False
    area: Area = Area()
    languages: tuple[str, ...] = ()
    credentials: tuple[Credential, ...] = ()
    available: tuple[datetime, datetime] | None = None
    leave: tuple[Period, ...] = ()
    channels: tuple[Channel, ...] = ()
    code: CodeAsked | None = None
    codes_asked_at: tuple[datetime, ...] = ()
    left: bool = False
    suspended: bool = False
    lacks: tuple[str, ...] = ()

    @property
    def registered(self) -> bool:
        """Of an account that is no responder's it may be known all the same that it was closed."""
        return self.agency != ""

    @property
    def counts(self) -> bool:
        """Whether they are asked, told and formed with at all."""
        return not self.left and not self.suspended

    def counts_for(self, seat: str) -> bool:
        """Whether they are, for the seat of that name, which is that of its role."""
        return self.counts and seat not in self.lacks

    def channel(self, kind: str) -> Channel | None:
        """None where none of the kind is stated."""
        return next((each for each in self.channels if each.kind == kind), None)

    def on_leave(self, at: datetime) -> bool:
        """Whether they are away at that moment."""
        return any(each.since <= at < each.until for each in self.leave)


def proven_since(channels: tuple[Channel, ...], moment: datetime) -> bool:
    """Whether one of them was seen to work at or after the moment."""
    return any(each.proven_at is not None and each.proven_at >= moment for each in channels)


def credential_of(event: CredentialGranted | CredentialRenewed | CredentialRecorded) -> Credential:
    """What such an event puts on file."""
    return Credential(
        # A certificate that was recorded without a name of its own is found again by what it says.
        credential=uuid5(event.account, f"{event.kind} {event.issuer} {event.valid_from.isoformat()}")
        if isinstance(event, CredentialRecorded)
        else event.credential,
        kind=event.kind,
        issuer=event.issuer,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        training=event.training if isinstance(event, CredentialGranted) else (),
        background_checked_at=None if isinstance(event, CredentialRecorded) else event.background_checked_at,
    )


def evolve(responder: Responder, event: Event) -> Responder:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case ResponderRegistered():
            return change(responder, account=event.account, agency=event.agency)
        case ResponderDescribed() as e:
            return change(
                responder,
                task_force=e.task_force,
                rapid_response=e.rapid_response,
                area=Area(counties=e.counties, circuits=e.circuits, statewide=e.statewide),
                languages=e.languages,
            )
        case CredentialGranted() | CredentialRenewed() | CredentialRecorded():
            return change(responder, credentials=(*responder.credentials, credential_of(event)))
        case CredentialRevoked():
            left = tuple(_revoked(each, event) for each in responder.credentials)
            return change(responder, credentials=left)
        case CredentialWithdrawn():
            left = tuple(_ended(each, event) for each in responder.credentials)
            return change(responder, credentials=left)
        case AvailabilityStated():
            return change(responder, available=(event.since, event.until))
        case AvailabilityWithdrawn():
            return change(responder, available=None)
        case LeaveStated():
            return change(responder, leave=joined((*responder.leave, Period(event.since, event.until))))
        case LeaveWithdrawn():
            return change(responder, leave=without(responder.leave, Period(event.since, event.until)))
        case ResponderLeft():
            return change(responder, left=True, available=None, channels=(), code=None)
        case ResponderSuspended():
            return change(responder, suspended=True)
        case ResponderBack():
            return change(responder, suspended=False)
        case ResponderRoleRemoved():
            return change(responder, lacks=(*responder.lacks, event.role))
        case ResponderRoleGranted():
            return change(responder, lacks=tuple(role for role in responder.lacks if role != event.role))
        case _:
            return _channels(responder, event)


def _channels(responder: Responder, event: Event) -> Responder:
    change = msgspec.structs.replace
    match event:
        case ChannelStated():
            return _stated(responder, event.kind)
        case AddressStated():
            return _stated(responder, ONCE.get(event.kind, event.kind))
        case AddressWithdrawn():
            return change(responder, channels=(), code=None)
        case ChannelWithdrawn():
            left = tuple(each for each in responder.channels if each.kind != event.kind)
            return change(responder, channels=left, code=_asked_for_others(responder, event.kind))
        case ProofAsked():
            asked_at = (*responder.codes_asked_at, event.asked_at)[-REMEMBERED_CODES:]
            code = CodeAsked(proof=event.proof, kind=event.kind, until=event.until)
            return change(responder, code=code, codes_asked_at=asked_at)
        case ProofFailed() if responder.code is not None:
            failed = change(responder.code, failed=responder.code.failed + 1)
            return change(responder, code=failed if event.left else None)
        case ChannelProven():
            proven = tuple(
                change(each, proven_at=event.proven_at) if each.kind == event.kind else each
                for each in responder.channels
            )
            return change(responder, channels=proven, code=None)
        case _:
            return responder


def _stated(responder: Responder, kind: str) -> Responder:
    """A new address of a kind is not proven by what the old one did."""
    others = tuple(each for each in responder.channels if each.kind != kind)
    stated = (*others, Channel(kind=kind))
    return msgspec.structs.replace(responder, channels=stated, code=_asked_for_others(responder, kind))


def _asked_for_others(responder: Responder, kind: str) -> CodeAsked | None:
    return responder.code if responder.code is not None and responder.code.kind != kind else None


def _revoked(credential: Credential, event: CredentialRevoked) -> Credential:
    """What was valid before stays true of that time."""
    if credential.credential != event.credential:
        return credential
    return msgspec.structs.replace(credential, valid_until=min(credential.valid_until, event.revoked_at))


def _ended(credential: Credential, event: CredentialWithdrawn) -> Credential:
    if (credential.kind, credential.issuer) != (event.kind, event.issuer):
        return credential
    return msgspec.structs.replace(credential, valid_until=min(credential.valid_until, event.withdrawn_at))


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the code of a proof went out; None while nobody knows yet."""

    sent: bool | None = None


def evolve_proof(proof: Proof, event: Event) -> Proof:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case ProofSent():
            return Proof(sent=True)
        case ProofNotSent():
            return Proof(sent=False)
        case _:
            return proof
