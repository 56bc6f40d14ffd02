"""A case as an auditor looks at it: the picture as of a moment, and of each clock how it was computed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from contracts.jurisdictions import LOCAL, Jurisdiction
from services.console.frame.times import Times
from services.console.pages.audit.answers import Cause, Replay, Sentence
from services.console.pages.case.view import NARROW, WIDE, standing_of
from services.console.timeline.drawing import Picture, draw
from services.console.timeline.story import LANES, Bar, Entry, Lane, Story, bars_of, tell

CLOCK = "clock."


class Computed(NamedTuple):
    """A clock: how it stands, what set it off, and the arithmetic as it was done. `later` is what happened to it."""

    stream: UUID
    bar: Bar
    standing: str
    began: int
    cause: Cause | None
    arithmetic: str
    later: Sequence[Sentence]


class Day(NamedTuple):
    """What was recorded on one day, as the house counts days."""

    began: datetime
    sentences: Sequence[Sentence]


class CaseView(NamedTuple):
    """The page."""

    story: Story
    wide: Picture
    narrow: Picture
    clocks: Sequence[Computed]
    days: Sequence[Day]


def view_of(told: Replay, names: Mapping[UUID, str], jurisdiction: Jurisdiction, times: Times) -> CaseView:
    """As of the moment it is told of, which is the picture's own now."""
    then = Times(told.as_of, times.words)
    agencies = {each.agency_id: each.name for each in jurisdiction.agencies.values()}
    by_lane: dict[Lane, list[Entry]] = {
        lane: [_entry(each) for each in told.sentences if each.service == lane and each.stream] for lane in LANES
    }
    drawable = {
        lane: [each for each in entries if times.words.knows(f"event.{each.name}") or each.name == "clock.started"]
        for lane, entries in by_lane.items()
    }
    story = tell(drawable, names, agencies, then)

    def label(bar: Bar) -> tuple[str, str]:
        return times.words.word("clock", bar.rule), standing_of(bar, then)

    return CaseView(
        story=story,
        wide=draw(story, then, WIDE, label),
        narrow=draw(story, then, NARROW, label),
        clocks=_clocks(told, by_lane, then),
        days=_days(told.sentences),
    )


def people_of(told: Replay) -> set[UUID]:
    """Whose names the page shows, where the viewer may know them."""
    return {each.account for each in told.sentences if each.account is not None}


def _days(sentences: Sequence[Sentence]) -> Sequence[Day]:
    """In the order of the story, which is that of recording."""
    days = groupby(sentences, key=lambda each: each.recorded_at.astimezone(LOCAL).date())
    grouped = (list(lines) for _, lines in days)
    return [Day(lines[0].recorded_at, lines) for lines in grouped]


def _entry(told: Sentence) -> Entry:
    return Entry(
        stream=told.stream or UUID(int=0),
        name=told.name,
        happened_at=told.happened_at,
        recorded_at=told.recorded_at,
        by=told.account,
        facts=dict(told.facts),
    )


def _clocks(told: Replay, by_lane: Mapping[Lane, Sequence[Entry]], then: Times) -> Sequence[Computed]:
    """In the order they began, each with what the events carry of how it was computed."""
    found = []
    for begun in (each for each in told.sentences if each.name == "clock.started"):
        own = [each for each in told.sentences if each.stream == begun.stream and each.name.startswith(CLOCK)]
        lane = next((lane for lane in LANES if lane == begun.service), None)
        # The whole lane: what ends a missed clock's duty is no event of the clock.
        bars = {} if lane is None else _bars_by_stream(lane, by_lane[lane])
        if begun.stream is None or begun.stream not in bars or begun is not own[0]:
            continue
        bar = bars[begun.stream]
        found.append(
            Computed(
                stream=begun.stream,
                bar=bar,
                standing=standing_of(bar, then),
                began=begun.number,
                cause=begun.cause,
                arithmetic=str(begun.facts.get("arithmetic", "")),
                later=own[1:],
            )
        )
    return found


def _bars_by_stream(lane: Lane, entries: Sequence[Entry]) -> Mapping[UUID, Bar]:
    streams = list(dict.fromkeys(each.stream for each in entries if each.name == "clock.started"))
    return dict(zip(streams, bars_of(lane, entries), strict=True))


def moment_of(typed: datetime | None, now: datetime) -> datetime | None:
    """What is asked of the audit service: nothing for the present, which may have moved on since it was typed."""
    return None if typed is None or typed >= now else typed
