"""Who can fill a seat, in the order in which they would be asked, and who is left out, with the reasons."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.console.frame.times import Times
from services.console.frame.words import Words


class Ranked(msgspec.Struct, frozen=True):
    """One of the order. `km` is None where it is not stated where they serve."""

    account: UUID
    agency: str
    place: str
    km: int | None
    load: int
    certified_until: datetime
    proven_at: datetime | None
    declined: bool


class Passed(msgspec.Struct, frozen=True):
    """Somebody who is left out: until when they are on leave, since when no certificate counts, where it is that."""

    account: UUID
    agency: str
    reasons: list[str]
    back_at: datetime | None = None
    credential_ended_at: datetime | None = None


class Order(msgspec.Struct, frozen=True):
    """First to last."""

    people: list[Ranked]
    left_out: list[Passed]


def because(each: Ranked, words: Words) -> str:
    """Why somebody stands where they stand, in a line."""
    parts = [words.word("order_place", each.place)]
    if each.km is not None:
        parts.append(words.say("order.km", km=each.km) if each.km else words.say("order.here"))
    if each.load:
        parts.append(words.count("order.load", each.load))
    if each.proven_at is None:
        parts.append(words.say("order.unproven"))
    if each.declined:
        parts.append(words.say("order.declined"))
    return ", ".join(parts)


def left_out_for(each: Passed, times: Times) -> str:
    """Every reason, in a line."""
    return ", ".join(_reason(reason, each, times) for reason in each.reasons)


def _reason(reason: str, each: Passed, times: Times) -> str:
    say = times.words.say
    if reason == "on_leave" and each.back_at is not None:
        return say("order.on_leave_until", time=times.full(each.back_at))
    if reason == "no_credential" and each.credential_ended_at is not None:
        return say("order.credential_ended", time=times.full(each.credential_ended_at))
    return times.words.word("left_out", reason)
