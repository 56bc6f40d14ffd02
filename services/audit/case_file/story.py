"""What is told of the chosen events, as data."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.audit.case_file.choosing import CONCEALED, Place
from services.audit.replay.telling import Sentence, Told

AN_HOUR = 3600


class ToldEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event. `proved` says whether its bytes are in the file, or its hash alone.

    With `hours` since the first event in place of the moments where only kinds of events are told. `because` is the
    number of the one that led to it.
    """

    number: int
    service: str
    position: int
    name: str
    proved: bool
    sentence: str = ""
    recorded_at: str = ""
    happened_at: str = ""
    hours: int | None = None
    because: int | None = None


class Withheld(msgspec.Struct, frozen=True):
    """An event that stands as a hash alone, and why."""

    service: str
    position: int
    reason: str


class Timeline(msgspec.Struct, frozen=True):
    """As the file holds it; page and paper are made of it."""

    told: Sequence[ToldEvent]
    withheld: Sequence[Withheld]


class _Moments(msgspec.Struct, frozen=True):
    """As they are written in a row, to the letter: they are compared with it."""

    recorded_at: str
    happened_at: str


def timeline(
    sentences: Sequence[Sentence],
    events: Mapping[UUID, Told],
    states: Mapping[Place, bytes],
    reasons: Mapping[Place, str],
) -> Timeline:
    """Sentences of all events of the case in; those out that may be told, with numbers of their own.

    A number of the auditors' story, or a cause outside the file, would tell how much is left out.
    """
    places = {each.number: _place(events[each.event]) for each in sentences}
    kept = [each for each in sentences if reasons.get(places[each.number], "none") in {"", CONCEALED}]
    numbers = {each.number: number for number, each in enumerate(kept, 1)}
    told = [_told(each, numbers, places[each.number], states, reasons) for each in kept]
    return Timeline(told, _withheld(reasons, {(each.service, each.position) for each in told}))


def kinds(events: Sequence[Told], reasons: Mapping[Place, str]) -> Timeline:
    """Of each event its kind, and how many whole hours after the first it was recorded: no day, no place, nobody."""
    of_file = [each for each in events if _place(each) in reasons]
    first = min((each.recorded_at for each in of_file), default=None)
    may_be_told = (each for each in of_file if reasons[_place(each)] == "profile")
    told = [
        ToldEvent(
            number=number,
            service=each.source,
            position=each.position,
            name=each.name,
            proved=False,
            hours=_hours(first, each.recorded_at),
        )
        for number, each in enumerate(may_be_told, 1)
    ]
    return Timeline(told, _withheld(reasons, {(each.service, each.position) for each in told}))


def _told(
    told: Sentence,
    numbers: Mapping[int, int],
    place: Place,
    states: Mapping[Place, bytes],
    reasons: Mapping[Place, str],
) -> ToldEvent:
    moments = msgspec.json.decode(states[place], type=_Moments)
    cause = told.cause.sentence if told.cause else None
    return ToldEvent(
        number=numbers[told.number],
        service=place[0],
        position=place[1],
        name=told.name,
        proved=not reasons[place],
        sentence=" ".join([told.sentence, *told.below]),
        recorded_at=moments.recorded_at,
        happened_at=moments.happened_at,
        because=numbers.get(cause) if cause else None,
    )


def _withheld(reasons: Mapping[Place, str], told: frozenset[Place] | set[Place]) -> Sequence[Withheld]:
    return [Withheld(*place, reason) for place, reason in sorted(reasons.items()) if place not in told]


def _place(event: Told) -> Place:
    return event.source, event.position


def _hours(first: datetime | None, moment: datetime) -> int:
    return int((moment - first).total_seconds() // AN_HOUR) if first else 0
