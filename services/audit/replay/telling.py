"""Tells a case: copied rows in, sentences out. Pure, so that the same rows are told the same way for ever."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from contracts.events.tips import TipParted
from services.audit.replay.words import WITHHELD, KeepsOut, Words, short

By = Literal["recorded", "happened"]

LATE_AFTER = timedelta(minutes=5)
KEYS_DESTROYED = ".keys_destroyed"
"""How the events are called by which a service says what it destroyed by a court's order."""

OF_A_SEAT = ("responder", "colleague")
"""Fields of events about a seat that say who was asked for it, or held it."""


class CopiedRow(msgspec.Struct, frozen=True):
    """One row of the copy, as its service stored it."""

    source: str
    position: int
    stream: UUID
    name: str
    state: bytes


class Told(msgspec.Struct, frozen=True):
    """A row as far as it is told. Of fields this code does not know, nothing is lost: they stay in the row."""

    version: int
    event_id: UUID
    happened_at: datetime
    recorded_at: datetime
    actor: str
    agency: str
    command_id: UUID
    causation_id: UUID | None
    correlation_id: UUID
    data: dict[str, Any]
    source: str = ""
    position: int = 0
    name: str = ""
    stream: UUID | None = None

    @property
    def account(self) -> UUID | None:
        """Who did it; None for the system, and for whoever has no account."""
        kind, _, reference = self.actor.partition(":")
        return UUID(reference) if kind == "account" else None


class Cause(msgspec.Struct, frozen=True):
    """Why. `sentence` is the number of the one that led to this; None when it is outside what is told."""

    sentence: int | None
    name: str
    text: str


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """One event, told. `role` is what the account was allowed to act as then, as far as the copy knows.

    `event` is its id, by which it is asked why it came about. `facts` are the event's codes, numbers, moments and
    references, for a picture: nothing that was sealed, and null for an account that is not told. `below` are lines of
    what would make the sentence as long as a page.
    """

    number: int
    recorded_at: datetime
    happened_at: datetime
    service: str
    name: str
    case: UUID
    actor: str
    agency: str
    role: str
    sentence: str
    cause: Cause | None
    stream: UUID | None = None
    event: UUID
    facts: dict[str, Any] = {}
    below: list[str] = []


class RightsGiven(msgspec.Struct, frozen=True):
    """From `since` on an account of the agency acted in these roles.

    `counties` are those it was stated to work in, `served` those its agency was on record to serve; none where nothing
    was said.
    """

    since: datetime
    roles: tuple[str, ...] = ()
    agency: str = ""
    counties: tuple[str, ...] = ()
    served: tuple[str, ...] = ()


class Known(msgspec.Struct, frozen=True):
    """What the telling needs beside the rows: names of events elsewhere by their id, and rights by actor."""

    elsewhere: Mapping[UUID, str] = {}
    rights: Mapping[str, Sequence[RightsGiven]] = {}


def tell(
    rows: Iterable[CopiedRow],
    *,
    as_of: datetime,
    by: By,
    order: Sequence[str],
    known: Known,
    words: Words,
    withheld: Collection[str] = (),
) -> Sequence[Sentence]:
    """The sentences of `rows`, in order of recording, then by source (as `order` has them), then by position.

    `by` recorded leaves out what was recorded after `as_of` (known then); by happened, what happened after it
    (true then), whenever it was typed in. Who was ever asked for one of the `withheld` seats is in none of them.
    """
    every = [read(row) for row in rows]
    hidden = asked_for(withheld, every)
    events = in_order((_concealing(event, hidden) for event in every if moment_of(event, by) <= as_of), order)
    told = {event.event_id: (number, event) for number, event in enumerate(events, 1)}
    gone = sealed_by_order(every)
    return [_sentence(number, event, told, known, words, gone) for number, event in enumerate(events, 1)]


def in_order(events: Iterable[Told], order: Sequence[str]) -> list[Told]:
    """As a story goes: by when they were recorded, then by source (as `order` has them), then by position."""
    rank = {source: place for place, source in enumerate(order)}
    return sorted(
        events, key=lambda event: (event.recorded_at, rank.get(event.source, len(rank)), event.source, event.position)
    )


def read(row: CopiedRow) -> Told:
    """Raises msgspec's error for a row that is not the stored form; the copy takes none in."""
    told = msgspec.json.decode(row.state, type=Told)
    return msgspec.structs.replace(told, source=row.source, position=row.position, name=row.name, stream=row.stream)


def asked_for(seats: Collection[str], events: Iterable[Told]) -> frozenset[str]:
    """The accounts that were asked for one of these seats, or held it."""
    of_these = [event.data for event in events if event.data.get("seat") in seats]
    return frozenset(data[field] for data in of_these for field in OF_A_SEAT if isinstance(data.get(field), str))


def sealed_by_order(events: Iterable[Told]) -> frozenset[tuple[str, int]]:
    """Source and position of every event of which a court had a text destroyed; whatever moment is told, it is gone."""
    answers = [event for event in events if event.name.endswith(KEYS_DESTROYED)]
    return frozenset((each.source, position) for each in answers for position in each.data["positions"])


def _concealing(event: Told, accounts: Collection[str]) -> Told:
    """The same, with none of these accounts in it: not as who did it either."""
    if not accounts:
        return event

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return [told(each) for each in value]
        return WITHHELD if isinstance(value, str) and value in accounts else value

    concealed = msgspec.structs.replace(event, data={name: told(value) for name, value in event.data.items()})
    if str(event.stream) in accounts:
        concealed = msgspec.structs.replace(concealed, stream=None)
    if event.actor.removeprefix("account:") in accounts:
        concealed = msgspec.structs.replace(concealed, actor=WITHHELD, agency="")
    return concealed


def linked_with(case: UUID, links: Iterable[tuple[UUID, UUID]]) -> frozenset[UUID]:
    """The case, and every case that a chain of links leads to, either way."""
    neighbours: dict[UUID, set[UUID]] = {}
    for one, other in links:
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    found = {case}
    ahead = [case]
    while ahead:
        for each in neighbours.get(ahead.pop(), ()):
            if each not in found:
                found.add(each)
                ahead.append(each)
    return frozenset(found)


def links_standing(events: Iterable[Told]) -> Sequence[tuple[UUID, UUID]]:
    """Of tips linked and parted, which links stand after the last of these events."""
    standing: dict[frozenset[UUID], tuple[UUID, UUID]] = {}
    for event in sorted(events, key=lambda each: each.position):
        ends = (UUID(event.data["tip"]), UUID(event.data["other"]))
        if event.name == TipParted.NAME:
            standing.pop(frozenset(ends), None)
        else:
            standing[frozenset(ends)] = ends
    return list(standing.values())


def kept_out_by(events: Iterable[Told], keeps_out: KeepsOut) -> frozenset[tuple[UUID, UUID]]:
    """Case and account, where the last word of one of the streams that speak of the account keeps it out."""
    last: dict[tuple[UUID | None, str], tuple[bool, UUID]] = {}
    for event in sorted(events, key=lambda each: (each.source, each.position)):
        form = (event.name, event.version)
        for fields, is_out in ((keeps_out.out, True), (keeps_out.again, False)):
            if form in fields:
                last[event.stream, event.data[fields[form]]] = (is_out, event.correlation_id)
    return frozenset((case, UUID(account)) for (_, account), (is_out, case) in last.items() if is_out)


def moment_of(event: Told, by: By) -> datetime:
    """The time by which an event is in what is told, or not yet."""
    return event.recorded_at if by == "recorded" else event.happened_at


def _sentence(
    number: int,
    event: Told,
    told: Mapping[UUID, tuple[int, Told]],
    known: Known,
    words: Words,
    gone: Collection[tuple[str, int]],
) -> Sentence:
    role = role_of(event, known)
    parts = (
        words.say(event.name, event.version, event.data),
        words.phrase("sealed_by_order") if (event.source, event.position) in gone else "",
        _who(event, role, words),
        _lateness(event, told, words),
    )
    return Sentence(
        number=number,
        recorded_at=event.recorded_at,
        happened_at=event.happened_at,
        service=event.source,
        name=event.name,
        case=event.correlation_id,
        actor=event.actor,
        agency=event.agency,
        role=role,
        sentence=" ".join(part for part in parts if part),
        cause=_cause(event, told, known, words),
        stream=event.stream,
        event=event.event_id,
        facts={name: None if value == WITHHELD else value for name, value in event.data.items() if _is_plain(value)},
        below=words.below(event.name, event.version, event.data),
    )


def _is_plain(value: Any) -> bool:
    """A sealed text is kept as an object, and so are several of them in a list."""
    if isinstance(value, list):
        return not any(isinstance(each, dict | list) for each in value)
    return not isinstance(value, dict)


def role_of(event: Told, known: Known) -> str:
    """In which roles the account acted then; empty where the copy does not know."""
    given = [each for each in known.rights.get(event.actor, ()) if each.since <= event.recorded_at]
    return ", ".join(given[-1].roles) if given else ""


def _who(event: Told, role: str, words: Words) -> str:
    kind, _, reference = event.actor.partition(":")
    if kind == "service":
        return words.phrase("by_system")
    if kind == WITHHELD:
        return words.phrase("by_withheld")
    if kind != "account":
        return words.phrase("by_nobody")
    roles = words.listed([words.word("role", each) for each in role.split(", ") if each])
    key = ("by_roles" if roles else "by_account") + ("_at" if event.agency else "")
    return words.phrase(key, who=short(reference), roles=roles, agency=words.word("agency", event.agency))


def _lateness(event: Told, told: Mapping[UUID, tuple[int, Told]], words: Words) -> str:
    late = event.recorded_at - event.happened_at
    if late < LATE_AFTER:
        return ""
    # What the system does about a late entry carries that entry's time: the entry was late, not the system.
    led_to_it = told.get(event.causation_id) if event.causation_id else None
    if led_to_it is not None and led_to_it[1].happened_at == event.happened_at:
        return ""
    entered = "entered_late" if event.actor.startswith("account:") else "recorded_late"
    return words.phrase(entered, length=words.duration(late))


def _cause(event: Told, told: Mapping[UUID, tuple[int, Told]], known: Known, words: Words) -> Cause | None:
    cause = event.causation_id
    if cause is None or cause == event.command_id:
        return None
    if cause in told:
        number, led_to_it = told[cause]
        return Cause(number, led_to_it.name, words.phrase("because", number=number))
    if cause in known.elsewhere:
        return Cause(None, known.elsewhere[cause], words.phrase("because_elsewhere", name=known.elsewhere[cause]))
    return Cause(None, "", words.phrase("because_unknown"))
