"""What is reported of kits at a year's end, and that no number below eleven is told or follows."""

from collections import defaultdict
from collections.abc import Hashable
from datetime import UTC, date, datetime, timedelta
from itertools import product

import msgspec
import pytest

from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.kit_report import AgeBand, refuse_report
from services.forensic_clinic.report.counting import DATES, Counts, Reported, count, reported_of
from tests.services.forensic_clinic.kit.given import (
    MISSISSIPPI,
    NURSE,
    brought_in,
    in_laboratory,
    kit,
    opened,
    result,
    sealed,
)

YEAR_END = datetime(2027, 1, 1, 6, 0, tzinfo=UTC)
LEAST = 3


def a_kit(agency: str = "LOCAL-LE", state: str = "reported", age: int | None = 400, **more: object) -> Reported:
    fields = {"choice": "reported", "reason": ""} | dict.fromkeys(DATES) | more
    return Reported(agency=agency, state=state, age=age, **fields)  # type: ignore[arg-type]  # of a kit


def told(*kits: Reported, least: int = 11) -> Counts:
    return count(kits, MISSISSIPPI, least)


def test_a_kit_is_counted_where_it_is_held_as_far_as_it_came_by_what_its_own_events_say() -> None:
    found = reported_of(kit(*in_laboratory(), result()), MISSISSIPPI, YEAR_END)
    assert found is not None
    assert (found.agency, found.state, found.choice, found.reason) == ("MS-LAB", "result", "reported", "")
    day = date(2026, 11, 3)
    assert (found.reported_on, found.picked_up_on, found.submitted_on, found.received_on) == (day,) * 4
    assert found.age == (date(2026, 12, 31) - day).days


def test_of_a_legacy_kit_what_no_paper_says_is_not_on_file() -> None:
    bare = msgspec.structs.replace(brought_in("not_on_file"))
    found = reported_of(kit(bare), MISSISSIPPI, YEAR_END)
    assert found is not None
    assert (found.agency, found.state, found.choice) == ("LOCAL-LE", "choice_not_on_file", "not_on_file")
    assert found.age is None
    assert found.reported_on is found.picked_up_on is None
    full = msgspec.structs.replace(brought_in(), collected_on=date(2019, 3, 1), reported_on=date(2019, 3, 2))
    old = reported_of(kit(full), MISSISSIPPI, YEAR_END)
    assert old is not None
    assert old.reported_on == date(2019, 3, 2)
    assert old.age == (date(2026, 12, 31) - date(2019, 3, 1)).days


def test_what_is_no_kit_is_not_counted() -> None:
    assert reported_of(kit(), MISSISSIPPI, YEAR_END) is None
    unsealed = reported_of(kit(opened("unreported")), MISSISSIPPI, YEAR_END)
    assert unsealed is not None
    assert (unsealed.agency, unsealed.state) == (NURSE.agency, "collected")
    assert reported_of(kit(opened("unreported"), sealed()), MISSISSIPPI, YEAR_END) is not None


def test_eleven_are_told_and_ten_are_not_nor_that_there_are_none() -> None:
    assert told(*[a_kit()] * 10) == told() == Counts(kits=None, elsewhere=None, cells=())
    eleven = told(*[a_kit()] * 11)
    assert [(each.agency, each.state, each.kits, each.untested) for each in eleven.cells] == [
        ("LOCAL-LE", "reported", 11, True)
    ]
    assert eleven.kits is None, "that there is no other kit is told"


def test_the_total_is_told_where_the_small_ones_cover_for_each_other() -> None:
    small = [a_kit(agency, "received") for agency in ("MS-LAB", "BRIDGE", "MBI-HTSVU") for _ in range(5)]
    found = told(*[a_kit()] * 11, *small)
    assert (found.kits, found.elsewhere) == (26, 15)
    assert told(*[a_kit()] * 11, *small[:10]).kits is None


def test_bands_of_age_are_put_together_until_each_holds_eleven_and_age_may_be_not_on_file() -> None:
    kits = [a_kit(age=age) for age in (*[3] * 11, *[40] * 4, *[100] * 4, *[400] * 4)] + [a_kit(age=None)] * 12
    assert [(each.bands[0], each.bands[-1], each.kits) for each in told(*kits).cells[0].ages] == [
        ("under_30_days", "under_30_days", 11),
        ("under_90_days", "under_3_years", 12),
        ("under_10_years", "not_on_file", 12),
    ]


@pytest.mark.parametrize(
    ("on_file", "missing", "says"),
    [(11, 11, "both"), (22, 0, "few_missing"), (12, 10, "few_missing"), (10, 12, "few_on_file"), (15, 6, "not_told")],
)
def test_of_a_date_both_numbers_are_told_or_which_is_small(on_file: int, missing: int, says: str) -> None:
    kits = [a_kit(received_on=date(2026, 5, 1))] * on_file + [a_kit()] * missing
    found = next(each for each in told(*kits).cells[0].dates if each.field == "received_on")
    assert found.told == says
    assert (found.on_file, found.not_on_file) == ((on_file, missing) if says == "both" else (None, None))


def test_a_reason_is_told_where_eleven_have_it_and_eleven_have_not() -> None:
    no_crime, other = [a_kit(reason="no_crime_shown")], [a_kit(reason="tested_elsewhere")]
    found = told(*no_crime * 12, *other * 2, *[a_kit()] * 9).cells[0].reasons
    assert [(each.reason, each.kits) for each in found] == [("no_crime_shown", 12)]
    assert told(*no_crime * 12, *[a_kit()] * 10).cells[0].reasons == ()


def test_no_number_below_the_least_is_the_same_in_every_world_of_which_one_is_told_the_same() -> None:
    """Every possible world of three cells, with every split of one of them by age, by a date and by a reason."""
    seen: dict[Hashable, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for first, second, third in product(range(8), repeat=3):
        others = [a_kit("BRIDGE", "received")] * second + [a_kit("MS-LAB", "received")] * third
        for young in range(first + 1):
            kits = [
                a_kit(age=3 if number < young else 5000, received_on=date(2026, 5, 1) if number < young else None)
                for number in range(first)
            ]
            numbers = {"a": first, "b": second, "c": third, "young": young, "old": first - young}
            telling = msgspec.json.encode(told(*kits, *others, least=LEAST))
            for name, number in numbers.items():
                seen[telling][name].add(number)
    assert len(seen) > 50
    found = [
        (telling, name, values)
        for telling, numbers in seen.items()
        for name, values in numbers.items()
        if len(values) == 1 and min(values) < LEAST
    ]
    assert found == []


def test_bands_that_leave_an_age_out_are_refused() -> None:
    rules = MISSISSIPPI.kit_report
    assert rules.band(0) == "under_30_days"
    assert rules.band(timedelta(days=36_500).days) == "10_years_or_more"
    for bands in (
        (),
        (AgeBand(band="a", from_days=1),),
        (AgeBand(band="a", from_days=0), AgeBand(band="b", from_days=0)),
    ):
        with pytest.raises(DataRefused):
            refuse_report(msgspec.structs.replace(rules, bands=bands))
