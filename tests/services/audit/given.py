"""Rows as services store them, for tests of the telling: made through the kernel's own mapper."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.events.tips import TipReceived
from contracts.jurisdictions import load_mississippi
from contracts.language import Event
from services.audit.replay.telling import CopiedRow
from services.audit.replay.words import Language, Words, load_words
from services.kernel.stored_form import Happening, Origin, Registry, StructMapper, stamp_recorded_at

EVENING = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
ACCOUNT = UUID("3f2a0000-0000-4000-8000-000000000001")


def words(language: Language = "en") -> Words:
    """The real sentences."""
    return load_words(load_mississippi(), language)


def row(
    event: Event,
    *,
    source: str = "tips",
    position: int = 1,
    recorded_at: datetime = EVENING,
    happened_at: datetime | None = None,
    actor: str = f"account:{ACCOUNT}",
    agency: str = "MDCPS",
    event_id: UUID | None = None,
    cause: UUID | None = None,
    command: UUID | None = None,
    case: UUID | None = None,
    stream: UUID | None = None,
) -> CopiedRow:
    """One copied row; what is not said is of no account."""
    case = case or uuid4()
    origin = Origin(
        actor=actor,
        agency=agency,
        command_id=command or uuid4(),
        causation_id=cause,
        correlation_id=case,
        policy="tests",
    )
    happening = Happening(
        stream=stream or case,
        version=1,
        event_id=event_id or uuid4(),
        happened_at=happened_at or recorded_at,
        origin=origin,
        event=event,
    )
    stored = StructMapper(Registry.of([type(event)]), lambda unsealed, _: unsealed).to_stored_event(happening)
    return CopiedRow(source, position, stream or case, stored.topic, stamp_recorded_at(stored.state, recorded_at))


def a_tip(tip: UUID | None = None, received_at: datetime = EVENING) -> TipReceived:
    """A tip about a child in Hinds County."""
    return TipReceived(
        tip=tip or uuid4(),
        person=uuid4(),
        received_at=received_at,
        channel="cps_hotline",
        county="Hinds",
        tribal_land=False,
        age="child",
    )
