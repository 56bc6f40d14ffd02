"""What a history tells of an event, and what it does not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.language import Code, Event, Personal, Reference, Seal
from services.kernel.http.history import entries
from services.kernel.stored_form import Happening, Origin

NOON = datetime(2026, 11, 3, 18, tzinfo=UTC)
ACCOUNT, PERSON = uuid4(), uuid4()
SEALED = Personal(person=PERSON, seal=Seal(key=PERSON, nonce=b"n", ciphertext=b"c", commitment=b"m"))


class Written(Event, frozen=True, kw_only=True):
    """With a sealed text, several of them, and what may be told."""

    NAME = "toy.written"

    about: Reference
    kind: Code
    note: Personal
    more: tuple[Personal, ...]
    none: Personal | None = None


class Hidden(Event, frozen=True, kw_only=True):
    """Not shown."""

    NAME = "toy.hidden"

    about: Reference


def happened(event: Event, position: int, actor: str = f"account:{ACCOUNT}") -> Happening:
    origin = Origin(
        actor=actor, agency="MDCPS", command_id=uuid4(), causation_id=None, correlation_id=uuid4(), policy="tests"
    )
    return Happening(
        stream=UUID(int=position),
        version=1,
        event_id=uuid4(),
        happened_at=NOON - timedelta(hours=position),
        origin=origin,
        event=event,
        position=position,
        recorded_at=NOON,
    )


def written() -> Written:
    return Written(about=PERSON, kind="letter", note=SEALED, more=(SEALED, SEALED))


def test_no_sealed_field_is_told_neither_one_nor_several() -> None:
    (entry,) = entries([happened(written(), 1)], {Written})
    assert entry.facts == {"about": PERSON, "kind": "letter", "none": None}
    assert (entry.name, entry.by, entry.happened_at) == ("toy.written", ACCOUNT, NOON - timedelta(hours=1))


def test_of_an_event_that_is_not_listed_nobody_learns() -> None:
    assert entries([happened(Hidden(about=PERSON), 1)], {Written}) == []


def test_they_come_as_they_were_recorded_whatever_streams_they_are_from() -> None:
    told = entries([happened(written(), 3), happened(written(), 1), happened(written(), 2)], {Written})
    assert [entry.stream.int for entry in told] == [1, 2, 3]


def test_what_the_system_or_somebody_without_an_account_did_has_nobodys_name() -> None:
    for actor in ("service:tips", "public"):
        assert entries([happened(written(), 1, actor)], {Written})[0].by is None


def test_an_event_on_its_way_into_the_log_has_no_history() -> None:
    on_its_way = Happening(
        stream=PERSON,
        version=1,
        event_id=uuid4(),
        happened_at=NOON,
        origin=happened(written(), 1).origin,
        event=written(),
    )
    with pytest.raises(LookupError):
        entries([on_its_way], {Written})
