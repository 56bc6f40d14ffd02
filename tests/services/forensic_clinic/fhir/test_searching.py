"""What a FHIR search asks of times and references, and the pages it is answered on."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import msgspec
import pytest

from contracts.language import InvalidValue
from services.forensic_clinic.fhir.mapping import Bookable, schedule_of
from services.forensic_clinic.fhir.searching import EARLIEST, LATEST, page_of, reference_in, starts_in
from tests.services.forensic_clinic.fhir.valid import require_valid
from tests.support.running_service import NOON

MIDNIGHT, NEXT = datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 11, 2, 6, tzinfo=UTC)
"""Of the day on which the clocks go back: 25 hours."""
SCHEDULES = [schedule_of(Bookable("nurse", UUID(int=number + 1), 0, 1, ())) for number in range(5)]


@pytest.mark.parametrize(
    ("values", "since", "until"),
    [
        ([], None, None),
        (["2026-11-01"], MIDNIGHT, NEXT),
        (["ge2026-11-01"], MIDNIGHT, None),
        (["gt2026-11-01"], NEXT, None),
        (["le2026-11-01"], None, NEXT),
        (["lt2026-11-01"], None, MIDNIGHT),
        (["ge2026-11-01", "lt2026-11-02", "ge2026-10-01"], MIDNIGHT, NEXT),
        (["ge2026-11-01T00:00:00-05:00", "lt2026-11-02T06:00:00Z"], MIDNIGHT, NEXT),
        # As a plus arrives that nobody has written as %2B.
        (["ge2026-11-01T07:00:00 02:00"], MIDNIGHT, None),
    ],
)
def test_times_are_days_of_the_state_or_moments(
    values: list[str], since: datetime | None, until: datetime | None
) -> None:
    assert tuple(starts_in("date", values)) == (since, until)


@pytest.mark.parametrize(
    "value", ["", "ge", "tomorrow", "ap2026-11-01", "2026-11-01T01:30:00", "2026-13-01", "1900-01-01"]
)
def test_what_is_no_time_is_refused(value: str) -> None:
    with pytest.raises(InvalidValue):
        starts_in("date", [value])


def test_what_has_no_beginning_is_found_where_no_time_is_asked() -> None:
    assert starts_in("date", []).holds(None)
    assert not starts_in("date", ["ge2026-11-01"]).holds(None)
    assert starts_in("date", ["ge2026-11-01"]).holds(MIDNIGHT)
    assert not starts_in("date", ["lt2026-11-01"]).holds(MIDNIGHT)


def test_what_is_without_end_is_asked_for_by_the_month_and_a_year_at_most() -> None:
    assert (starts_in("start", []).window(NOON).until - NOON).days == 31
    with pytest.raises(InvalidValue):
        starts_in("start", ["ge2026-01-01", "lt2028-01-01"]).window(NOON)
    assert tuple(starts_in("start", []).period) == (EARLIEST, LATEST)


def test_references_are_of_the_kinds_that_are_asked_for() -> None:
    id_ = UUID(int=7)
    assert reference_in("actor", f"Practitioner/{id_}", "Practitioner", "Location") == ("Practitioner", id_)
    assert reference_in("schedule", str(id_), "Schedule") == ("Schedule", id_)
    for wrong in (str(id_), f"Patient/{id_}", "Practitioner/x", "", "Practitioner/"):
        with pytest.raises(InvalidValue):
            reference_in("actor", wrong, "Practitioner", "Location")


def test_pages_lead_to_one_another_and_keep_what_was_asked() -> None:
    asked = [("date", "ge2026-11-01"), ("date", "lt2026-11-02")]
    at, seen, ways = 0, [], []
    while True:
        page = page_of("http://house/fhir/Schedule", asked, SCHEDULES, 2, at)
        told = require_valid(msgspec.json.encode(page))
        assert told["total"] == 5
        seen += [each["resource"]["id"] for each in told["entry"]]
        links = {each["relation"]: parse_qsl(urlsplit(each["url"]).query) for each in told["link"]}
        ways.append(sorted(links))
        assert all(link[:2] == asked for link in links.values())
        if "next" not in links:
            break
        at = int(dict(links["next"])["_offset"])
    assert seen == [each.id for each in SCHEDULES]
    assert ways == [["first", "next", "self"], ["first", "next", "previous", "self"], ["first", "previous", "self"]]
    assert "entry" not in require_valid(msgspec.json.encode(page_of("http://house/fhir/Slot", [], [], 2, 0)))
