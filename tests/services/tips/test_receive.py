"""A tip is typed in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from contracts.events.tips import AccountNamed, TipReceived
from contracts.language import InvalidValue
from services.tips.tip.decisions import PersonInTip, receive
from services.tips.tip.events import PersonDescribed
from tests.services.tips.given import ACCOUNT, FIRST, MISSISSIPPI, PERSON, SUBJECT, a_tip, command, identifiers
from tests.support.running_service import NOON


def test_a_tip_is_received_when_child_protection_had_it_and_not_when_it_was_typed() -> None:
    nine_hours_ago = NOON - timedelta(hours=9)

    events = receive(command(received_at=nine_hours_ago), identifiers(), MISSISSIPPI, NOON)

    assert events[0] == TipReceived(
        tip=FIRST,
        person=PERSON,
        received_at=nine_hours_ago,
        channel="cps_hotline",
        county="Hinds",
        tribal_land=False,
        age="child",
    )
    assert a_tip(*events).received_at == nine_hours_ago


def test_each_person_is_described_alone_and_nothing_of_them_is_in_the_published_event() -> None:
    suspect = PersonInTip(part="suspect", name="Example Adult Two", contact="601-555-0100")
    new = identifiers(2)

    published, *own = receive(command(persons=(SUBJECT, suspect)), new, MISSISSIPPI, NOON)

    assert [(e.person, e.part) for e in own if isinstance(e, PersonDescribed)] == [
        (new.persons[0], "subject"),
        (new.persons[1], "suspect"),
    ]
    texts = [text for e in own if isinstance(e, PersonDescribed) for text in (e.name, e.contact, e.narrative) if text]
    assert {text.person for text in texts} == set(new.persons)
    assert "Example" not in repr(published)
    assert a_tip(published, *own).persons == new.persons


def test_the_subject_is_found_wherever_in_the_list_it_stands() -> None:
    reporter = PersonInTip(part="reporter", name="Example Teacher Three")
    new = identifiers(2)

    (published, *_) = receive(command(persons=(reporter, SUBJECT)), new, MISSISSIPPI, NOON)

    assert isinstance(published, TipReceived)
    assert published.person == new.persons[1]


def test_accounts_the_tip_names_are_shut_out_once_each() -> None:
    other = uuid4()

    events = receive(command(named_accounts=(ACCOUNT, other, ACCOUNT)), identifiers(), MISSISSIPPI, NOON)

    assert [e.account for e in events if isinstance(e, AccountNamed)] == [ACCOUNT, other]
    # Before anything else is told, so that they cannot see the case for a moment.
    assert all(isinstance(e, AccountNamed) for e in events[:2])


@pytest.mark.parametrize("county", ["hinds", "Hinds County", " HINDS "])
def test_a_county_is_written_as_the_tables_write_it(county: str) -> None:
    (published, *_) = receive(command(county=county), identifiers(), MISSISSIPPI, NOON)

    assert isinstance(published, TipReceived)
    assert published.county == "Hinds"


@pytest.mark.parametrize("channel", sorted(MISSISSIPPI.channels))
def test_every_channel_of_the_tables_is_taken(channel: str) -> None:
    (published, *_) = receive(command(channel=channel), identifiers(), MISSISSIPPI, NOON)

    assert isinstance(published, TipReceived)
    assert published.channel == channel


@dataclass(frozen=True)
class Bad:
    field: str
    changes: dict[str, Any]


@pytest.mark.parametrize(
    "bad",
    [
        Bad("received_at", {"received_at": NOON + timedelta(microseconds=1)}),
        Bad("received_at", {"received_at": NOON.replace(tzinfo=None)}),
        Bad("received_at", {"received_at": datetime.min.replace(tzinfo=timezone(timedelta(hours=10)))}),
        Bad("received_at", {"received_at": datetime(226, 11, 3, tzinfo=UTC)}),
        Bad("channel", {"channel": "pigeon"}),
        Bad("channel", {"channel": ""}),
        Bad("county", {"county": "Jeferson"}),
        Bad("county", {"county": ""}),
        Bad("county", {"county": "x" * 100_000}),
        Bad("persons", {"persons": (PersonInTip(part="suspect"),)}),
        Bad("persons", {"persons": (SUBJECT, SUBJECT)}),
    ],
    ids=lambda bad: f"{bad.field} {str(bad.changes)[:40]}",
)
def test_what_cannot_be_right_is_refused_by_its_field(bad: Bad) -> None:
    persons = bad.changes.get("persons", (SUBJECT,))

    with pytest.raises(InvalidValue) as refused:
        receive(command(**bad.changes), identifiers(len(persons)), MISSISSIPPI, NOON)

    assert refused.value.field == bad.field
    assert "Jeferson" not in refused.value.sentence


def test_a_tip_received_this_very_moment_is_taken() -> None:
    assert receive(command(received_at=NOON), identifiers(), MISSISSIPPI, NOON)
