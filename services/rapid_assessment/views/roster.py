"""Everybody on the list of responders as their events tell it, for what looks at many of them at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from contracts.jurisdictions import Area, Seat
from contracts.periods import Period, joined, without
from services.kernel.batch import Effect
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
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
    ResponderBack,
    ResponderDescribed,
    ResponderLeft,
    ResponderRegistered,
    ResponderRoleGranted,
    ResponderRoleRemoved,
    ResponderSuspended,
)
from services.rapid_assessment.responder.state import ONCE, credential_of
from services.rapid_assessment.rotas import certified_for, gone
from services.rapid_assessment.team.decisions import Certificate

# `leave` is what was said in turn, of which the later word holds; `channels` by kind: when last seen to work.
COLUMNS = """
    responder uuid PRIMARY KEY, agency text NOT NULL, since timestamptz, until timestamptz,
    certificates jsonb NOT NULL DEFAULT '[]', suspended boolean NOT NULL DEFAULT false,
    leave jsonb NOT NULL DEFAULT '[]', channels jsonb NOT NULL DEFAULT '{{}}', task_force text NOT NULL DEFAULT '',
    rapid_response boolean NOT NULL DEFAULT false, counties text[] NOT NULL DEFAULT '{{}}',
    circuits integer[] NOT NULL DEFAULT '{{}}', statewide boolean NOT NULL DEFAULT false,
    languages text[] NOT NULL DEFAULT '{{}}', lacks text[] NOT NULL DEFAULT '{{}}'
"""

_DESCRIBE = """
    UPDATE {table} SET task_force = %s, rapid_response = %s, counties = %s, circuits = %s, statewide = %s,
        languages = %s WHERE responder = %s
"""
_CERTIFY = "UPDATE {table} SET certificates = certificates || %s::jsonb WHERE responder = %s"
# What is known of an account is known before it is a responder's, too: such a row has no agency, and is on no list.
_REGISTER = """
    INSERT INTO {table} (responder, agency) VALUES (%s, %s)
    ON CONFLICT (responder) DO UPDATE SET agency = excluded.agency
"""
_SUSPEND = """
    INSERT INTO {table} (responder, agency, suspended) VALUES (%s, '', %s)
    ON CONFLICT (responder) DO UPDATE SET suspended = excluded.suspended
"""
_TAKE_ROLE = """
    INSERT INTO {table} AS t (responder, agency, lacks) VALUES (%s, '', ARRAY[%s])
    ON CONFLICT (responder) DO UPDATE SET lacks = t.lacks || excluded.lacks
"""
_GIVE_ROLE = "UPDATE {table} SET lacks = array_remove(lacks, %s) WHERE responder = %s"
# What was valid before stays true of that time.
_END = """
    UPDATE {table} SET certificates = (
        SELECT coalesce(jsonb_agg(CASE
            WHEN each @> %(which)s::jsonb AND (each ->> 'valid_until')::timestamptz > %(at)s::text::timestamptz
            THEN each || jsonb_build_object('valid_until', %(at)s::text) ELSE each END ORDER BY place), '[]')
        FROM jsonb_array_elements(certificates) WITH ORDINALITY AS every (each, place))
    WHERE responder = %(responder)s
"""
_LEAVE = "UPDATE {table} SET leave = leave || %s::jsonb WHERE responder = %s"
_CHANNEL = (
    "UPDATE {table} SET channels = channels || jsonb_build_object(%s::text, %s::timestamptz) WHERE responder = %s"
)
_NO_CHANNEL = "UPDATE {table} SET channels = channels - %s::text WHERE responder = %s"


class LeaveSaid(msgspec.Struct, frozen=True):
    """Away in this time, or not after all."""

    since: datetime
    until: datetime
    away: bool


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case ResponderRegistered() as e:
            return [Effect(_REGISTER, (e.account, e.agency))]
        case ResponderDescribed() as e:
            area = (list(e.counties), list(e.circuits), e.statewide)
            told = (e.task_force, e.rapid_response, *area, list(e.languages), e.account)
            return [Effect(_DESCRIBE, told)]
        case CredentialGranted() | CredentialRenewed() | CredentialRecorded() as e:
            return [Effect(_CERTIFY, (_json([credential_of(e)]), e.account))]
        case CredentialRevoked() as e:
            return [_ended(e.account, {"credential": str(e.credential)}, e.revoked_at)]
        case CredentialWithdrawn() as e:
            return [_ended(e.account, {"kind": e.kind, "issuer": e.issuer}, e.withdrawn_at)]
        case AvailabilityStated() as e:
            stated = "UPDATE {table} SET since = %s, until = %s WHERE responder = %s"
            return [Effect(stated, (e.since, e.until, e.account))]
        case AvailabilityWithdrawn() as e:
            return [Effect("UPDATE {table} SET since = NULL, until = NULL WHERE responder = %s", (e.account,))]
        case LeaveStated() | LeaveWithdrawn() as e:
            return [Effect(_LEAVE, (_json([LeaveSaid(e.since, e.until, isinstance(e, LeaveStated))]), e.account))]
        case ChannelStated() as e:
            return [Effect(_CHANNEL, (e.kind, None, e.account))]
        case AddressStated() as e:
            return [Effect(_CHANNEL, (ONCE.get(e.kind, e.kind), None, e.account))]
        case ChannelProven() as e:
            return [Effect(_CHANNEL, (e.kind, e.proven_at, e.account))]
        case ChannelWithdrawn() as e:
            return [Effect(_NO_CHANNEL, (e.kind, e.account))]
        case AddressWithdrawn() as e:
            return [Effect("UPDATE {table} SET channels = '{{}}' WHERE responder = %s", (e.account,))]
        case ResponderLeft() as e:
            return [Effect("DELETE FROM {table} WHERE responder = %s", (e.account,))]
        case ResponderSuspended() | ResponderBack() as e:
            return [Effect(_SUSPEND, (e.account, isinstance(e, ResponderSuspended)))]
        case ResponderRoleRemoved() as e:
            return [Effect(_TAKE_ROLE, (e.account, e.role))]
        case ResponderRoleGranted() as e:
            return [Effect(_GIVE_ROLE, (e.role, e.account))]
        case _:
            return ()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _ended(responder: UUID, which: Mapping[str, str], at: datetime) -> Effect:
    return Effect(_END, {"which": _json(which), "at": at.isoformat(), "responder": responder})


def leave_in(row: Mapping[str, Any]) -> tuple[Period, ...]:
    """When they are away, of all that was said."""
    away: tuple[Period, ...] = ()
    for each in msgspec.convert(row["leave"], tuple[LeaveSaid, ...]):
        period = Period(each.since, each.until)
        away = joined((*away, period)) if each.away else without(away, period)
    return away


ON_CALL = View("on_call", COLUMNS, project)

ALL = "SELECT * FROM {table} WHERE agency <> ''"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A responder as the list has them, for what looks at many of them at once."""

    responder: UUID
    agency: str
    since: datetime | None
    until: datetime | None
    certificates: tuple[Certificate, ...]
    leave: tuple[Period, ...]
    channels: dict[str, datetime | None]
    counties: tuple[str, ...]
    circuits: tuple[int, ...]
    statewide: bool
    suspended: bool
    lacks: tuple[str, ...]

    @property
    def area(self) -> Area:
        """Where they serve."""
        return Area(counties=self.counties, circuits=self.circuits, statewide=self.statewide)

    @property
    def proven_at(self) -> datetime | None:
        """When one of their channels was last seen to work."""
        return max((each for each in self.channels.values() if each is not None), default=None)

    def away(self, now: datetime) -> tuple[Period, ...]:
        """Leave; and from now on, whoever is suspended."""
        return (*self.leave, *gone(now)) if self.suspended else self.leave

    def certified(self, seat: Seat) -> tuple[Period, ...]:
        """When a certificate of theirs is valid for the seat."""
        return () if seat.seat in self.lacks else certified_for(seat, self.certificates)

    def lacks_role(self, seat: Seat) -> bool:
        """Whether they have or had a certificate for the seat, and the role was taken from their account."""
        return seat.seat in self.lacks and bool(certified_for(seat, self.certificates))

    def hours(self, now: datetime) -> Period | None:
        """The time they said to be callable, if it is now and they are not away."""
        if self.since is None or self.until is None or not self.since <= now < self.until:
            return None
        away = any(each.since <= now < each.until for each in self.away(now))
        return None if away else Period(self.since, self.until)


async def rows_by_account(views: Views, *, at_least: int = 0, current: bool = False) -> dict[UUID, Row]:
    """Everybody on the list."""
    rows = await views.query(ON_CALL.name, ALL, {}, at_least=at_least, current=current)
    return {row["responder"]: msgspec.convert({**row, "leave": leave_in(row)}, Row) for row in rows}
