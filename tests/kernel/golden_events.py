"""One example of each stored form the kernel has ever released, with every value fixed.

`python -m tests.kernel.golden_events` writes the files of new events; it never changes one that stands, because a
released form never changes.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from contracts.language import Event, Personal, Seal
from services.kernel import clock, operations
from services.kernel.stored_form import Happening, Origin, Registry, StructMapper, stamp_recorded_at
from tests.kernel.toy import TOY_EVENTS, Remarked

FOLDER = Path(__file__).parent / "golden"
STREAM = UUID("00000000-0000-4000-8000-000000000001")
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RULE, SUBJECT = "C01", UUID("00000000-0000-4000-8000-000000000002")
PERSON = UUID("00000000-0000-4000-8000-000000000003")

SEALED = Personal(
    person=PERSON,
    seal=Seal(key=UUID(int=4), nonce=b"twelve bytes", ciphertext=b"\x00\xff not readable", commitment=b"\x01" * 32),
)

EXAMPLES: Sequence[Event] = (
    clock.ClockStarted(
        rule=RULE,
        rule_version=1,
        citation="Example Code 1-2-3",
        subject=SUBJECT,
        triggered_by=UUID(int=5),
        started_at=NOON,
        due_at=NOON + timedelta(hours=24),
        warn_at=(NOON + timedelta(hours=12), NOON + timedelta(hours=20)),
        arithmetic="12:00 + 24 h",
    ),
    clock.ClockWarned(rule=RULE, subject=SUBJECT, warn_at=NOON, due_at=NOON + timedelta(hours=12)),
    clock.ClockExtended(
        rule=RULE, subject=SUBJECT, due_at=NOON + timedelta(hours=30), warn_at=(NOON,), reason="by order of the court"
    ),
    clock.ClockRecomputed(
        rule=RULE,
        rule_version=2,
        citation="Example Code 1-2-4",
        subject=SUBJECT,
        due_at=NOON + timedelta(hours=36),
        warn_at=(NOON + timedelta(hours=30),),
        arithmetic="12:00 + 36 h",
        reason="law_changed",
    ),
    clock.ClockMet(rule=RULE, subject=SUBJECT, met_at=NOON),
    clock.ClockMissed(rule=RULE, subject=SUBJECT, due_at=NOON, late_seconds=61),
    clock.ClockExcused(rule=RULE, subject=SUBJECT, reason="adult"),
    clock.ClockFoundMet(rule=RULE, subject=SUBJECT, met_at=NOON),
    clock.ClockFoundMissed(rule=RULE, subject=SUBJECT, done_at=NOON),
    clock.ClockRuled(
        rule=RULE,
        subject=SUBJECT,
        what="excused",
        authority="court_order",
        citation="Example Code 1-2-3",
        document=SEALED,
    ),
    operations.ParkedRetried(follower="tips", at=7),
    operations.ParkedDiscarded(follower="tips", at=7, reason="written by a test"),
    operations.ViewRebuilt(view="boxes"),
    operations.PublishedAgain(after=0),
    operations.PersonKeyDestroyed(person=PERSON, order="Order 1 of 2026"),
    operations.PageRead(question="case", records=(SUBJECT, PERSON), positions=(1, 2)),
    operations.RecordShown(question="a box", records=(SUBJECT, PERSON), positions=(1, 2)),
    operations.ListExported(question="boxes", narrowed=("phase=open",), rows=2, records=(SUBJECT, PERSON), position=12),
    operations.ListSearched(question="tips", narrowed=("county=Hinds",), rows=2, records=(UUID(int=6), UUID(int=7))),
    operations.PoliciesSet(
        policy="0123456789ab",
        text='// Who reads.\npermit (principal in Role::"keeper", action == Action::"read_box", resource);\n',
    ),
    operations.LogWentBack(kept=12, known=15),
    operations.PositionLost(known=15),
    Remarked(about=SEALED, others=(SEALED,)),
)


def happening(event: Event) -> Happening:
    """The example as its service would store it."""
    origin = Origin(
        actor="account:00000000-0000-4000-8000-000000000006",
        agency="MDCPS",
        command_id=UUID(int=7),
        causation_id=None,
        correlation_id=UUID(int=8),
        policy="none",
    )
    return Happening(stream=STREAM, version=3, event_id=UUID(int=9), happened_at=NOON, origin=origin, event=event)


def mapper() -> StructMapper:
    """Knows the kernel's events and the toy's."""
    registry = Registry.of(clock.CLOCK_EVENTS, operations.OPERATION_EVENTS, TOY_EVENTS)
    return StructMapper(registry, lambda event, _: event)


def encoded(event: Event) -> StoredEvent:
    """As the row lies in the table."""
    stored = mapper().to_stored_event(happening(event))
    state = stamp_recorded_at(stored.state, NOON + timedelta(seconds=1))
    return StoredEvent(stored.originator_id, stored.originator_version, stored.topic, state)


def file_of(event: Event) -> Path:
    """Where its golden bytes are."""
    return FOLDER / f"{event.NAME}.v{event.VERSION}.json"


def main() -> None:
    """Adds what is missing."""
    for event in EXAMPLES:
        if not file_of(event).exists():
            file_of(event).write_bytes(encoded(event).state)
            sys.stdout.write(f"{file_of(event).name} written\n")


if __name__ == "__main__":
    main()
