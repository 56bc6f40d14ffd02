"""Made-up cases as services tell them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.console.frame.times import Times
from services.console.frame.words import read_catalogue
from services.console.timeline.story import Entry, Lane, Story, tell

# Saturday, 03:12 in Jackson.
NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WORDS = read_catalogue()
TIMES = Times(NOW, WORDS["en"])
ADVOCATE, COORDINATOR = uuid4(), uuid4()
NAMES = {ADVOCATE: "Example Advocate One", COORDINATOR: "Example Coordinator One"}
TEAM_CLOCK, CONTACT_CLOCK = uuid4(), uuid4()


def entry(
    name: str,
    at: datetime,
    *,
    stream: UUID = TEAM_CLOCK,
    by: UUID | None = None,
    recorded_at: datetime | None = None,
    **facts: Any,
) -> Entry:
    return Entry(stream=stream, name=name, happened_at=at, recorded_at=recorded_at or at, by=by, facts=facts)


def started(rule: str, at: datetime, *, hours: int = 24, stream: UUID = TEAM_CLOCK) -> Entry:
    """A clock begins, with a warning at half its time."""
    return entry(
        "clock.started",
        at,
        stream=stream,
        rule=rule,
        rule_version=1,
        citation="Miss. Code 43-26-3",
        started_at=at.isoformat(),
        due_at=(at + hours * HOUR).isoformat(),
        warn_at=[(at + hours * HOUR / 2).isoformat()],
    )


def story_of(*entries: Entry, lane: Lane = "rapid_assessment") -> Story:
    return tell({lane: entries}, NAMES, {"MDCPS": "Child Protection Services"}, TIMES)
