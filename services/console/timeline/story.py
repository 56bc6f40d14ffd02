"""A case as its services tell it, made into what a picture and a list show. Pure: entries, names and words come in.

A clock's own events become one bar; what people did becomes a dot; everything is a line of the list.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from services.console.frame.times import Times
from services.console.frame.words import Words

Lane = Literal["tips", "rapid_assessment", "forensic_clinic", "prosecution"]
LANES: tuple[Lane, ...] = ("tips", "rapid_assessment", "forensic_clinic", "prosecution")
Phase = Literal["running", "met", "missed", "excused"]
Tone = Literal["plain", "asked", "done", "late"]

# What is typed in within five minutes was typed in as it happened.
LATE_AFTER = timedelta(minutes=5)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a service's history."""

    stream: UUID
    name: str
    happened_at: datetime
    recorded_at: datetime
    by: UUID | None
    facts: dict[str, Any]


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline. `ended_at` is when it was met or excused, `done_at` when the duty was done after a miss.

    `found` is what a later entry showed, empty while nothing did.
    """

    lane: Lane
    rule: str
    version: int
    citation: str
    since: datetime
    due_at: datetime
    warnings: tuple[datetime, ...]
    phase: Phase = "running"
    found: str = ""
    ended_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def pressing(self) -> bool:
        """Whether somebody still has to do something."""
        return self.phase == "running" or (self.phase == "missed" and self.done_at is None and not self.found)


class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, in as few words as a picture has room for."""

    lane: Lane
    at: datetime
    text: str
    tone: Tone


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, as a sentence. `late` where it was entered long after."""

    lane: Lane
    at: datetime
    recorded_at: datetime
    sentence: str
    by: str
    tone: Tone
    late: bool


class Story(msgspec.Struct, frozen=True):
    """All of it, the bars by when they began, dots and lines by when it happened."""

    bars: Sequence[Bar]
    dots: Sequence[Dot]
    lines: Sequence[Line]


# How each event looks. One that is not here is a line of the list alone; clocks are bars.
TONES: Mapping[str, Tone] = {
    "tips.tip_received": "plain",
    "tips.tip_screened": "plain",
    "tips.tip_corrected": "plain",
    "tips.tip_linked": "plain",
    "tips.tip_parted": "plain",
    "tip.more_told": "asked",
    "tip.additions_looked_at": "done",
    "tip.state_lines_stated": "plain",
    "tip.adult_referred": "done",
    "tip.closed": "done",
    "duty.part_done": "done",
    "duty.part_acknowledged": "done",
    "rapid_assessment.team_formed": "done",
    "rapid_assessment.team_stood_down": "plain",
    "team.seat_proposed": "asked",
    "team.seat_accepted": "done",
    "team.seat_declined": "late",
    "team.seat_released": "late",
    "team.seat_handed_over": "asked",
    "team.seat_lapsed": "late",
    "team.seat_unreached": "late",
    "team.seat_vacated": "late",
    "ladder.nobody_left": "late",
    "team.seat_under_way": "done",
    "team.seat_fell_silent": "late",
    "contact.made": "done",
    "contact.attempted": "asked",
    "contact.impossible": "late",
    "custody.child_taken": "asked",
    "custody.authorised": "plain",
    "custody.hearing_held": "plain",
    "custody.child_released": "done",
    "forensic_clinic.exam_requested": "asked",
    "forensic_clinic.exam_booked": "plain",
    "forensic_clinic.exam_unbooked": "late",
    "forensic_clinic.exam_completed": "done",
    "forensic_clinic.exam_cancelled": "late",
    "forensic_clinic.exam_moved": "plain",
    "forensic_clinic.exam_pressing": "late",
    "prosecution.case_accepted": "done",
    "prosecution.case_declined": "late",
    "prosecution.outcome_recorded": "plain",
    "count.filed": "plain",
    "count.stage_entered": "plain",
    "hearing.set": "asked",
    "hearing.held": "done",
    "hearing.vacated": "late",
}
# Told by what they begin with: the tip obliges to all of them at once, and its team opens by itself. A ruling is told
# by what it does to its clock.
UNTOLD = frozenset({"duty.arose", "rapid_assessment.team_opened", "clock.started", "clock.ruled"})
# What each field of an event is a word of.
FAMILIES = {
    "age": "age",
    "channel": "channel",
    "exploitation": "exploitation",
    "state_lines": "state_lines",
    "said_by": "said_by",
    "how": "how",
    "part": "duty_part",
    "rule": "clock",
    "seat": "seat",
    "stage": "stage",
    "outcome": "outcome",
    "cause": "cause",
    "reason": "cause",
    "kind": "hearing",
    "carrier": "told_by",
    "form": "order_form",
    "order": "hearing_order",
    "to": "released_to",
    "result": "tried",
    "who": "role",
    "of": "investigation",
    "by": "disposer",
}
# A child may be taken again: what ends a custody ends the clocks that began before it.
ENDS_CUSTODY: Mapping[str, tuple[str, ...]] = {
    "custody.authorised": ("C19",),
    "custody.hearing_held": ("C22",),
    "custody.child_released": ("C19", "C22"),
    "custody.order_written": ("C21", "C21B"),
}
PEOPLE = ("responder", "worker", "colleague")
MOMENTS = ("due_at", "since", "set_for", "planned_for")


def tell(
    told: Mapping[Lane, Sequence[Entry]], names: Mapping[UUID, str], agencies: Mapping[str, str], times: Times
) -> Story:
    """`names` are those the viewer may know, `agencies` the names of agencies by their id."""
    bars: list[Bar] = []
    dots: list[Dot] = []
    lines: list[Line] = []
    for lane, entries in told.items():
        bars += bars_of(lane, entries)
        for same in _together(entries):
            entry, values = same[0], _values(same[0], names, agencies, times)
            if len(same) > 1:
                rules = [times.words.word("clock", each.facts["rule"]) for each in same]
                values["rule"] = times.words.listed(list(dict.fromkeys(rules)))
            lines.append(_line(lane, entry, values, names, times.words))
            if entry.name in TONES:
                text = times.words.say(f"mark.{entry.name}", **values)
                dots.append(Dot(lane=lane, at=entry.happened_at, text=text, tone=TONES[entry.name]))
    return Story(
        sorted(bars, key=lambda bar: (bar.since, bar.due_at, bar.rule)),
        sorted(dots, key=lambda dot: dot.at),
        sorted(lines, key=lambda line: (line.at, line.recorded_at)),
    )


def _together(entries: Iterable[Entry]) -> list[list[Entry]]:
    """What is told, and clocks of whom the same happens at one moment together: one sentence for all of them."""
    found: dict[object, list[Entry]] = {}
    for entry in entries:
        if entry.name in UNTOLD or entry.facts.get("how") == "the_tip":
            continue
        is_clock = entry.name.startswith("clock.")
        key = (entry.name, entry.happened_at, entry.facts.get("due_at")) if is_clock else id(entry)
        found.setdefault(key, []).append(entry)
    return list(found.values())


def bars_of(lane: Lane, entries: Iterable[Entry]) -> list[Bar]:
    """One for each clock: a stream of its own."""
    entries = list(entries)
    bars: dict[UUID, Bar] = {}
    for entry in entries:
        if entry.name == "clock.started":
            bars[entry.stream] = _begun(lane, entry)
        elif entry.stream in bars:
            bars[entry.stream] = _moved_on(bars[entry.stream], entry)
    done = done_by_rule(entries)
    change = msgspec.structs.replace
    return [
        change(bar, done_at=done.get(bar.rule) or _custody_ended(bar, entries)) if bar.phase == "missed" else bar
        for bar in bars.values()
    ]


def _custody_ended(bar: Bar, entries: Iterable[Entry]) -> datetime | None:
    """The first end after it began."""
    ends = (each.happened_at for each in entries if bar.rule in ENDS_CUSTODY.get(each.name, ()))
    return min((end for end in ends if end >= bar.since), default=None)


def done_by_rule(entries: Iterable[Entry]) -> Mapping[str, datetime]:
    """When each duty was done, whatever its clock says: a team late is a team all the same."""
    done: dict[str, datetime] = {}
    parts: dict[str, dict[str, datetime | None]] = {}
    for entry in entries:
        facts = entry.facts
        match entry.name:
            case "rapid_assessment.team_formed":
                done["C06"] = entry.happened_at
            case "contact.made":
                done["C02"] = entry.happened_at
            case "duty.arose":
                before = parts.get(facts["rule"], {})
                parts[facts["rule"]] = {part: before.get(part) for part in facts["parts"]}
            case "duty.part_done" if facts["part"] in parts.get(facts["rule"], {}):
                parts[facts["rule"]][facts["part"]] = entry.happened_at
    for rule, moments in parts.items():
        told = [moment for moment in moments.values() if moment is not None]
        if len(told) == len(moments) and told:
            done[rule] = max(told)
    return done


def _begun(lane: Lane, entry: Entry) -> Bar:
    facts = entry.facts
    return Bar(
        lane=lane,
        rule=facts["rule"],
        version=facts["rule_version"],
        citation=facts["citation"],
        since=_moment(facts["started_at"]),
        due_at=_moment(facts["due_at"]),
        warnings=tuple(_moment(each) for each in facts["warn_at"]),
    )


def _moved_on(bar: Bar, entry: Entry) -> Bar:  # noqa: PLR0911  # one case an event, read from top to bottom
    facts, change = entry.facts, msgspec.structs.replace
    match entry.name:
        case "clock.extended":
            return change(bar, due_at=_moment(facts["due_at"]))
        case "clock.recomputed":
            by_rule = {"version": facts["rule_version"], "citation": facts["citation"]}
            return change(bar, due_at=_moment(facts["due_at"]), **by_rule)
        case "clock.met":
            return change(bar, phase="met", ended_at=_moment(facts["met_at"]))
        case "clock.missed":
            return change(bar, phase="missed")
        case "clock.excused" if bar.phase == "missed":
            return change(bar, found="excused", ended_at=entry.recorded_at)
        case "clock.excused":
            return change(bar, phase="excused", ended_at=entry.recorded_at)
        case "clock.found_met":
            return change(bar, found="met", ended_at=_moment(facts["met_at"]))
        case "clock.found_missed":
            return change(bar, found="missed", done_at=_moment(facts["done_at"]))
        case _:
            return bar


def _line(lane: Lane, entry: Entry, values: Mapping[str, str], names: Mapping[UUID, str], words: Words) -> Line:
    by = names.get(entry.by, words.say("story.someone")) if entry.by else ""
    # A clock tells itself: nobody enters that.
    late = entry.by is not None and entry.recorded_at - entry.happened_at >= LATE_AFTER
    return Line(
        lane=lane,
        at=entry.happened_at,
        recorded_at=entry.recorded_at,
        sentence=words.say(f"event.{entry.name}", **values),
        by=by,
        tone="late" if entry.name == "clock.missed" else TONES.get(entry.name, "plain"),
        late=late,
    )


def _values(entry: Entry, names: Mapping[UUID, str], agencies: Mapping[str, str], times: Times) -> dict[str, str]:
    """The event's fields in words; what is no word of the catalogue is said as it stands."""
    words, values = times.words, dict[str, str]()
    families = FAMILIES | ({"how": "tried_by"} if entry.name == "contact.attempted" else {})
    for field, value in entry.facts.items():
        if field in families and isinstance(value, str):
            values[field] = words.word(families[field], value)
        elif field in PEOPLE:
            # Of some seats it is not told who holds them.
            values[field] = names.get(UUID(value), words.say("story.someone")) if value else words.say("story.someone")
        elif field == "county":
            values[field] = words.say("case.county", county=value) if value else words.say("county.not_known")
        elif field in MOMENTS and value:
            values[field] = times.short(_moment(value))
        elif field == "agency":
            values[field] = agencies.get(value, "") or words.say("story.others")
        elif isinstance(value, str):
            values[field] = value
    return values


def people_in(told: Mapping[Lane, Sequence[Entry]]) -> set[UUID]:
    """Whose names a page needs."""
    entries = [entry for each in told.values() for entry in each]
    in_facts = {UUID(entry.facts[field]) for entry in entries for field in PEOPLE if entry.facts.get(field)}
    return in_facts | {entry.by for entry in entries if entry.by is not None}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
