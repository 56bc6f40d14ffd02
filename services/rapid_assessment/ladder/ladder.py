"""A seat's ladder: its state, whom it calls next, and when it waits. Pure: the order of people and time come in.

It stops when the seat is filled, and only then: who is silent is passed over for the next, and when nobody is left it
rests, is climbed anew, and calls once more whoever was silent. While it rests it looks again and again for somebody who
could not be called before. Whoever answered, yes or no, is called by it no more.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import msgspec

from contracts.jurisdictions import LadderRule
from contracts.language import Event
from services.rapid_assessment.ladder.events import (
    LadderOpened,
    LadderWaits,
    NobodyLeft,
    RungKept,
    RungReached,
    StartAwaited,
)

NOBODY = UUID(int=0)
LONGEST_REST = timedelta(days=1)
LOOKS_EVERY = timedelta(minutes=5)
"""So often a ladder that rests looks whether somebody can be called by now."""
# By which place in the order of people somebody is called by a rung.
PLACES: Mapping[str, str] = {"on_call": "on_call", "next": "next", "callable": "hours"}


class WhyNobody(StrEnum):
    """Why nobody is left to call: the closed list."""

    ALL_CALLED = "all_called"
    NOBODY_NAMED = "nobody_named"
    NOTHING_SENT = "nothing_sent"


class Ladder(msgspec.Struct, frozen=True, kw_only=True):
    """`opening` is the team's that it belongs to. `climb` counts how often it was climbed; `rung` is the last reached.

    It waits for `asked` until `until`; it `rests` until then when nobody was left, and whoever was asked last may still
    answer. `called` were called in this climb, by the rung that called them. `silent` were called before it rested, and
    are called again from `again_at` on; `rested` counts the rests. `awaits` accepted, and is to be heard of until
    `awaits_until`.
    """

    team: UUID = NOBODY
    seat: str = ""
    opening: int = 0
    name: str = ""
    version: int = 0
    rungs: tuple[RungKept, ...] = ()
    asked_minutes: int = 0
    again_minutes: int = 0
    told: tuple[str, ...] = ()
    climb: int = 1
    rung: int = 1
    asked: UUID | None = None
    by: tuple[str, ...] = ()
    by_hand: bool = False
    rests: bool = False
    until: datetime | None = None
    called: tuple[tuple[int, UUID], ...] = ()
    silent: tuple[UUID, ...] = ()
    again_at: datetime | None = None
    rested: int = 0
    awaits: UUID | None = None
    awaits_until: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Whether whoever is asked still has time to answer, or the next climb has not come."""
        return self.until is not None and now < self.until

    def passes_over(self, now: datetime) -> Collection[UUID]:
        """Who was silent, and is not called again yet."""
        return self.silent if self.again_at is not None and now < self.again_at else ()

    def goes_on(self, now: datetime) -> bool:
        """Whether the time of whoever is asked is over, and the next is called at its next look."""
        return self.until is not None and not self.rests and not self.waits(now)

    def calls(self, account: UUID) -> bool:
        """Whether it asked this person by itself."""
        return self.asked == account and not self.by_hand


class InOrder(NamedTuple):
    """Somebody who can be asked now, by what they have their place in the order."""

    account: UUID
    place: str


class Call(NamedTuple):
    """Who is called by which rung."""

    rung: RungKept
    account: UUID


def evolve(ladder: Ladder, event: Event) -> Ladder:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case LadderOpened() as e:
            return Ladder(
                team=e.team,
                seat=e.seat,
                opening=e.opening,
                name=e.ladder,
                version=e.ladder_version,
                rungs=e.rungs,
                asked_minutes=e.asked_minutes,
                again_minutes=e.again_minutes,
                told=e.told,
            )
        case RungReached() as e:
            on = ladder if e.climb == ladder.climb else change(ladder, called=(), silent=(), again_at=None)
            now_called = (*on.called, (e.rung, e.responder))
            reached = change(on, climb=e.climb, rung=e.rung, asked=e.responder, by=e.by, by_hand=False, rests=False)
            return change(reached, until=e.until, called=now_called, awaits=None)
        case LadderWaits() as e:
            waits = change(ladder, asked=e.responder, by=(), by_hand=True, rests=False, until=e.until, awaits=None)
            return change(waits, silent=(), again_at=None)
        case StartAwaited() as e:
            return change(ladder, awaits=e.responder, awaits_until=e.until)
        case NobodyLeft() as e:
            # Whom it found while it rested was silent, too: the same rest goes on.
            goes_on = e.again_at == ladder.again_at
            called = tuple(who for _, who in ladder.called) if e.climb == ladder.climb else ()
            silent = (*ladder.silent, *called) if goes_on else called
            rests = change(ladder, climb=e.climb + 1, rung=1, rests=True, until=e.again_at, called=())
            return change(rests, silent=silent, again_at=e.again_at, rested=ladder.rested + (not goes_on))
        case _:
            return ladder


def open_ladder(team: UUID, seat: str, opening: int, rule: LadderRule) -> LadderOpened:
    """The rule is kept as it is on file at this moment."""
    return LadderOpened(
        team=team,
        seat=seat,
        opening=opening,
        ladder=rule.ladder,
        ladder_version=rule.version,
        rungs=tuple(RungKept(rung=each.rung, who=each.who, by=each.by, minutes=each.minutes) for each in rule.rungs),
        asked_minutes=rule.asked_minutes,
        again_minutes=rule.again_minutes,
        told=rule.told,
    )


def next_call(
    ladder: Ladder, people: Iterable[InOrder], done: Collection[UUID], kinds: Mapping[UUID, Collection[str]]
) -> Call | None:
    """Whom to call now, from the rung last reached upwards; None where nobody is left in this climb.

    Who was not called in it yet is called by a lower rung, too: a shift may have changed hands meanwhile.

    `done` are those who answered. `kinds` are the channels each has stated: who stated some, and none of a rung's, is
    called by another rung; who stated none is called all the same, so that it is on record that nothing reaches them.
    """
    in_order, called = list(people), {who for _, who in ladder.called}
    for rung in ladder.rungs:
        for each in in_order:
            if rung.rung < ladder.rung and each.account in called:
                continue
            fits = each.place == PLACES.get(rung.who) and each.account not in done
            stated = kinds.get(each.account, ())
            by_rung = not rung.by or not stated or bool(set(rung.by) & set(stated))
            if fits and by_rung and (rung.rung, each.account) not in ladder.called:
                return Call(rung, each.account)
    return None


def reach(ladder: Ladder, call: Call, now: datetime) -> RungReached:
    """Goes with the proposal, in one commit."""
    return RungReached(
        team=ladder.team,
        seat=ladder.seat,
        climb=ladder.climb,
        rung=call.rung.rung,
        responder=call.account,
        by=call.rung.by,
        until=now + timedelta(minutes=call.rung.minutes),
    )


def wait_for(ladder: Ladder, responder: UUID, now: datetime) -> LadderWaits:
    """Whoever a person asked is waited for."""
    until = now + timedelta(minutes=ladder.asked_minutes)
    return LadderWaits(team=ladder.team, seat=ladder.seat, responder=responder, until=until)


def await_start(ladder: Ladder, responder: UUID, minutes: int, now: datetime) -> StartAwaited:
    """Whoever it called and who accepted is to be heard of."""
    until = now + timedelta(minutes=minutes)
    return StartAwaited(team=ladder.team, seat=ladder.seat, responder=responder, until=until)


def rest(ladder: Ladder, why: WhyNobody, now: datetime) -> NobodyLeft:
    """Each rest is longer than the one before, up to a day. Whom it found meanwhile does not make it any longer."""
    set_before = ladder.again_at
    again_at = set_before if set_before is not None and now < set_before else now + rests_for(ladder)
    return NobodyLeft(
        team=ladder.team,
        seat=ladder.seat,
        climb=ladder.climb,
        called=len(ladder.called),
        why=why if not ladder.called else WhyNobody.ALL_CALLED,
        again_at=again_at,
        told=ladder.told,
    )


def rests_for(ladder: Ladder) -> timedelta:
    """In elapsed time."""
    return min(timedelta(minutes=ladder.again_minutes * (ladder.rested + 1)), LONGEST_REST)


def looks_at(until: datetime, now: datetime, every: timedelta) -> datetime:
    """When one that rests until then looks next.

    Counted from the end of the rest, so that a moment that comes late, or twice, sets none beside the others.
    """
    return until + ((now - until) // every + 1) * every


def begun_anew(ladder: Ladder) -> Ladder:
    """As it is climbed from the first rung when its seat opens again: whoever was silent is called once more."""
    if not ladder.called and not ladder.rests:
        return ladder
    fresh = msgspec.structs.replace(ladder, climb=ladder.climb + 1, rung=1, rests=False, until=None)
    return msgspec.structs.replace(fresh, called=(), silent=(), again_at=None)
