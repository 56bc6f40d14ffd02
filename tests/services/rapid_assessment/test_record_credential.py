"""A certificate was seen."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.language import InvalidValue
from services.rapid_assessment.responder.decisions import RecordCredential, record_credential
from services.rapid_assessment.responder.events import CredentialRecorded
from tests.services.rapid_assessment.given import ADVOCATE, MISSISSIPPI, registered, responder


def command(**changes: Any) -> RecordCredential:
    given: dict[str, Any] = {
        "kind": "victim_advocate",
        "issuer": "AG-BVA",
        "valid_from": date(2026, 3, 8),
        "valid_until": date(2026, 11, 1),
    }
    return RecordCredential(**(given | changes))


def test_it_is_valid_from_the_start_of_the_first_day_to_the_end_of_the_last_in_central_time() -> None:
    (event,) = record_credential(responder(registered()), command(), MISSISSIPPI)

    # Both days are days on which the clocks change.
    assert isinstance(event, CredentialRecorded)
    assert (event.account, event.kind, event.issuer) == (ADVOCATE, "victim_advocate", "AG-BVA")
    assert event.valid_from.astimezone(UTC) == datetime(2026, 3, 8, 6, 0, tzinfo=UTC)
    assert event.valid_until.astimezone(UTC) == datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def test_one_day_is_enough() -> None:
    (event,) = record_credential(
        responder(registered()), command(valid_from=date(2026, 11, 3), valid_until=date(2026, 11, 3)), MISSISSIPPI
    )

    assert isinstance(event, CredentialRecorded)
    assert event.valid_from < event.valid_until


def test_a_renewed_certificate_stands_beside_the_old() -> None:
    (old,) = record_credential(responder(registered()), command(), MISSISSIPPI)
    (new,) = record_credential(responder(registered(), old), command(valid_until=date(2028, 1, 1)), MISSISSIPPI)

    assert len(responder(registered(), old, new).credentials) == 2


@pytest.mark.parametrize("seat", MISSISSIPPI.seats, ids=lambda seat: seat.seat)
def test_the_credential_of_every_seat_can_be_recorded(seat: Any) -> None:
    for issuer in seat.issuers:
        assert record_credential(responder(registered()), command(kind=seat.credential, issuer=issuer), MISSISSIPPI)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "bus_driver"}),
        ("kind", {"kind": ""}),
        ("issuer", {"issuer": "MDCPS"}),
        ("issuer", {"issuer": ""}),
        ("valid_until", {"valid_until": date(2026, 3, 7)}),
        ("valid_until", {"valid_until": date.max}),
        ("valid_from", {"valid_from": date.min}),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_field(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue) as refused:
        record_credential(responder(registered()), command(**changes), MISSISSIPPI)

    assert refused.value.field == field
