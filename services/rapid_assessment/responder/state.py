"""A responder as the events tell it."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.rapid_assessment.responder.events import (
    AddressStated,
    AddressWithdrawn,
    AvailabilityStated,
    AvailabilityWithdrawn,
    CredentialRecorded,
    CredentialWithdrawn,
    ResponderBack,
    ResponderLeft,
    ResponderRegistered,
    ResponderRoleGranted,
    ResponderRoleRemoved,
    ResponderSuspended,
)


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """Valid from the first moment, and before the last."""

    kind: str
    issuer: str
    valid_from: datetime
    valid_until: datetime


class Responder(msgspec.Struct, frozen=True, kw_only=True):
    """`available` is the time in which the responder can be called, if one was stated.

    `told_by` is the kind of the address they are told at; the address itself is sealed in its event. `lacks` are the
    roles of seats that were taken from the account.
    """

    account: UUID = UUID(int=0)
    agency: str = ""
    credentials: tuple[Credential, ...] = ()
    available: tuple[datetime, datetime] | None = None
    told_by: str = ""
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


def evolve(responder: Responder, event: Event) -> Responder:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case ResponderRegistered():
            return change(responder, account=event.account, agency=event.agency)
        case CredentialRecorded():
            new = Credential(
                kind=event.kind, issuer=event.issuer, valid_from=event.valid_from, valid_until=event.valid_until
            )
            return change(responder, credentials=(*responder.credentials, new))
        case CredentialWithdrawn():
            left = tuple(_ended(each, event) for each in responder.credentials)
            return change(responder, credentials=left)
        case AvailabilityStated():
            return change(responder, available=(event.since, event.until))
        case AvailabilityWithdrawn():
            return change(responder, available=None)
        case AddressStated():
            return change(responder, told_by=event.kind)
        case AddressWithdrawn():
            return change(responder, told_by="")
        case ResponderLeft():
            return change(responder, left=True, available=None, told_by="")
        case ResponderSuspended():
            return change(responder, suspended=True)
        case ResponderBack():
            return change(responder, suspended=False)
        case ResponderRoleRemoved():
            return change(responder, lacks=(*responder.lacks, event.role))
        case ResponderRoleGranted():
            return change(responder, lacks=tuple(role for role in responder.lacks if role != event.role))
        case _:
            return responder


def _ended(credential: Credential, event: CredentialWithdrawn) -> Credential:
    """What was valid before the withdrawal stays true of that time."""
    if (credential.kind, credential.issuer) != (event.kind, event.issuer):
        return credential
    return msgspec.structs.replace(credential, valid_until=min(credential.valid_until, event.withdrawn_at))
