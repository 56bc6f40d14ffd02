"""What may be recorded of a responder: who they are, where they serve, and when they can be called. Pure.

Their credentials are of their issuers (credentials.py), and how they are reached is of themselves (channels.py).
"""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.jurisdictions import Area, Jurisdiction, area_on_file
from contracts.language import Event, InvalidValue, Refused
from contracts.periods import Span, common
from services.rapid_assessment.responder.events import (
    AvailabilityStated,
    AvailabilityWithdrawn,
    LeaveStated,
    LeaveWithdrawn,
    ResponderBack,
    ResponderDescribed,
    ResponderLeft,
    ResponderRegistered,
    ResponderRoleGranted,
    ResponderRoleRemoved,
    ResponderSuspended,
)
from services.rapid_assessment.responder.refusals import ResponderRefusal
from services.rapid_assessment.responder.state import Responder

LONGEST_LEAVE = timedelta(days=366)


class RegisterResponder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`account` is the account's reference in the identity service."""

    account: UUID
    agency: str


class DescribeResponder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where they serve, of which task force they are (empty: of none), and what they speak."""

    area: Area
    task_force: str = ""
    rapid_response: bool = False
    languages: tuple[str, ...] = ()


class StateAvailability(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when until when the responder can be called, beside any rota."""

    since: Annotated[datetime, msgspec.Meta(tz=True)]
    until: Annotated[datetime, msgspec.Meta(tz=True)]


def register(responder: Responder, command: RegisterResponder, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for an agency that is not on file, `Refused` for someone registered or who has left."""
    if responder.left:
        raise Refused(ResponderRefusal.HAS_LEFT, "This account is closed: the person left. Register another account.")
    if responder.registered:
        raise Refused(ResponderRefusal.REGISTERED_ALREADY, "This account is registered as a responder already.")
    if command.agency not in jurisdiction.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list.")
    return [ResponderRegistered(account=command.account, agency=command.agency)]


def describe(responder: Responder, command: DescribeResponder, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for what is not on file."""
    rules = jurisdiction.responders
    if command.task_force and command.task_force not in {each.task_force for each in rules.task_forces}:
        raise InvalidValue("task_force", "No such task force is on file. Choose one from the list.")
    if command.rapid_response and not command.task_force:
        raise InvalidValue("rapid_response", "Say of which task force they are the rapid-response advocate.")
    known = {each.language for each in rules.languages}
    if set(command.languages) - known:
        raise InvalidValue("languages", f"Choose languages of: {', '.join(sorted(known))}.")
    area = area_on_file(command.area, jurisdiction)
    return [
        ResponderDescribed(
            account=responder.account,
            task_force=command.task_force,
            rapid_response=command.rapid_response,
            counties=area.counties,
            circuits=area.circuits,
            statewide=area.statewide,
            languages=tuple(dict.fromkeys(command.languages)),
        )
    ]


def state_availability(responder: Responder, command: StateAvailability) -> list[Event]:
    """Raises `InvalidValue` when it ends before it begins."""
    if command.until <= command.since:
        raise InvalidValue("until", "The end must be later than the beginning.")
    return [AvailabilityStated(account=responder.account, since=command.since, until=command.until)]


def withdraw_availability(responder: Responder, now: datetime) -> list[Event]:
    """Raises `Refused` where no time is stated that is still to come or goes on."""
    if responder.available is None or responder.available[1] <= now:
        raise Refused(ResponderRefusal.NOT_AVAILABLE, "No time is stated in which this responder can be called.")
    return [AvailabilityWithdrawn(account=responder.account)]


def state_leave(responder: Responder, span: Span) -> list[Event]:
    """Raises `InvalidValue` for a time that cannot be meant."""
    period = span.period(LONGEST_LEAVE)
    return [LeaveStated(account=responder.account, since=period.since, until=period.until)]


def withdraw_leave(responder: Responder, span: Span) -> list[Event]:
    """Raises `Refused` where no leave is stated at any moment of it."""
    period = span.period(LONGEST_LEAVE)
    if not common(responder.leave, [period]):
        raise Refused(ResponderRefusal.NO_LEAVE, "No leave is stated in this time.")
    return [LeaveWithdrawn(account=responder.account, since=period.since, until=period.until)]


def leave(responder: Responder, account: UUID) -> list[Event]:
    """The account was closed. Noted of every account, once: who is no responder now is never made one."""
    return [] if responder.left else [ResponderLeft(account=account)]


def suspend(responder: Responder, account: UUID) -> list[Event]:
    """The account was suspended. Nothing for somebody who has left, or is suspended."""
    return [ResponderSuspended(account=account)] if responder.counts else []


def come_back(responder: Responder, account: UUID) -> list[Event]:
    """The account was confirmed. Nothing for somebody who was not suspended, or has left meanwhile."""
    return [ResponderBack(account=account)] if responder.suspended and not responder.left else []


def lose_role(responder: Responder, account: UUID, role: str, tables: Jurisdiction) -> list[Event]:
    """The account holds a role less. Nothing for a role that is no seat's, or was taken before."""
    if role in responder.lacks or role not in {seat.seat for seat in tables.seats}:
        return []
    return [ResponderRoleRemoved(account=account, role=role)]


def regain_role(responder: Responder, account: UUID, role: str) -> list[Event]:
    """The account holds a role more. Nothing for one that was never taken."""
    return [ResponderRoleGranted(account=account, role=role)] if role in responder.lacks else []
