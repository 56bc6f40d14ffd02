"""No number under eleven is told, and none can be worked out: every possible world is tried for a small eleven.

A number is worked out when it is the same in every world of which one would be told the same. That holds for whoever
knows the rules, and however they reckon: nothing but what is told is left to reckon with.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import product

import msgspec
import pytest

from services.rapid_assessment.figures.cells import Parted, left_out, merged, split
from services.rapid_assessment.figures.telling import SEEN, Case, Seen
from tests.services.rapid_assessment.figures.worlds import JANUARY, case, compositions, joined, months_from, told

World = Hashable


def worked_out(told_of: Iterable[tuple[Hashable, Mapping[str, int]]], least: int) -> list[tuple[Hashable, str]]:
    """Numbers below `least` that are the same in every world of which one is told the same."""
    seen: dict[Hashable, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for telling, numbers in told_of:
        for name, number in numbers.items():
            seen[telling][name].add(number)
    return [
        (telling, name)
        for telling, numbers in seen.items()
        for name, values in numbers.items()
        if len(values) == 1 and min(values) < least
    ]


LEAST = 3


@pytest.mark.parametrize("total", range(LEAST, 15))
def test_neighbours_are_put_together_until_nothing_can_be_told_of_one(total: int) -> None:
    def worlds() -> Iterable[tuple[Hashable, Mapping[str, int]]]:
        for sizes in compositions(total, 4):
            parts = merged(sizes, LEAST)
            sums = tuple((began, ended, sum(sizes[began:ended])) for began, ended in parts)
            assert all(number >= LEAST for _, _, number in sums)
            assert sum(number for _, _, number in sums) == total
            yield sums, {str(place): size for place, size in enumerate(sizes)}

    assert worked_out(worlds(), LEAST) == []


@pytest.mark.parametrize("total", range(LEAST, 13))
def test_counties_are_left_out_until_nothing_can_be_told_of_one(total: int) -> None:
    def worlds() -> Iterable[tuple[Hashable, Mapping[str, int]]]:
        for sizes in compositions(total, 4):
            by_name = dict(zip("abcd", sizes, strict=True))
            out = left_out(by_name, LEAST)
            shown = tuple(sorted((name, size) for name, size in by_name.items() if name not in out))
            assert all(size >= LEAST for _, size in shown)
            assert not out or sum(by_name[name] for name in out) >= LEAST
            yield shown, by_name

    assert worked_out(worlds(), LEAST) == []


def test_left_out_by_size_alone_a_county_is_worked_out() -> None:
    """The same trial finds the fault of a rule that covers for nobody."""
    worlds = [
        (tuple(size if size >= LEAST else None for size in sizes), dict(zip("abcd", sizes, strict=True)))
        for sizes in compositions(12, 4)
    ]
    assert worked_out(worlds, LEAST) != []


@pytest.mark.parametrize("all_", range(3 * LEAST + 3))
def test_of_those_in_time_and_those_late_neither_is_worked_out(all_: int) -> None:
    worlds = [
        (msgspec.structs.astuple(split(Parted(all_ - late, late), LEAST)), {"late": late, "in time": all_ - late})
        for late in range(all_ + 1)
    ]
    if all_ >= LEAST:
        assert worked_out(worlds, LEAST) == []


@pytest.mark.parametrize("total", range(LEAST, 13))
def test_of_how_the_child_was_seen_nothing_small_is_worked_out_beside_how_long_it_took(total: int) -> None:
    def worlds() -> Iterable[tuple[Hashable, Mapping[str, int]]]:
        for sizes in compositions(total, 4):
            by_seen: dict[str, int] = dict(zip(map(str, SEEN), sizes, strict=True))
            cases = [
                case(seen=seen, contact=60 if seen == "in_time" else None)
                for seen in SEEN
                for _ in range(by_seen[seen])
            ]
            (year,) = told(cases, months_from(JANUARY, 12), ("Hinds",), LEAST).years
            assert all(each.teams == sum(by_seen[way] for way in each.ways) >= LEAST for each in year.contact)
            yield msgspec.json.encode((year.contact, year.stages)), by_seen

    assert worked_out(worlds(), LEAST) == []


def test_the_lawfully_noticed_are_told_apart_from_the_missed_and_what_is_small_with_its_neighbour() -> None:
    sizes: dict[Seen, int] = {"in_time": 30, "noticed": 12, "missed": 14, "otherwise": 2}
    cases = [case(seen=seen, contact=60 if seen == "in_time" else None) for seen in SEEN for _ in range(sizes[seen])]
    (year,) = told(cases, months_from(JANUARY, 12), ("Hinds",)).years

    parts: list[tuple[tuple[Seen, ...], int]] = [(("in_time",), 30), (("noticed",), 12), (("missed", "otherwise"), 16)]
    assert [(each.ways, each.teams) for each in year.contact] == parts
    (contact,) = (each.spread for each in year.stages if each.stage == "contact")
    assert [(band.since, band.until, band.cases) for band in contact.bands] == [(0, 24 * 60, 30), (24 * 60, None, 28)]


COUNTIES = ("a", "b", "c")
MONTHS = months_from(JANUARY.replace(month=11), 2)
SMALL = 2


def cases_of(in_time: tuple[Sequence[int], Sequence[int]], late: tuple[Sequence[int], Sequence[int]]) -> list[Case]:
    return [
        Case(
            month=MONTHS[month],
            county=COUNTIES[county],
            in_time=not is_late,
            seen="otherwise",
            formed=None if is_late else timedelta(0),
            took={"opened": None, "asked": None, "contact": None},
        )
        for is_late, sums in ((False, in_time), (True, late))
        for month, county in joined(*sums)
    ]


def numbers_of(cases: Sequence[Case]) -> dict[str, int]:
    """All that must not be known of single months and counties, where it is small."""
    numbers: dict[str, int] = {}
    for name, keys in (("month", MONTHS), ("county", COUNTIES)):
        for key in keys:
            own = [case for case in cases if getattr(case, name) == key]
            late = sum(not case.in_time for case in own)
            numbers |= {f"{key}": len(own), f"{key} late": late, f"{key} in time": len(own) - late}
    return numbers


def test_among_the_worlds_tried_are_some_that_tell_of_counties() -> None:
    in_time = cases_of(([2, 6], [2, 2, 4]), ([0, 0], [0, 0, 0]))
    with_late = cases_of(([0, 6], [2, 2, 2]), ([2, 0], [0, 0, 2]))
    for cases, side in ((in_time, "few_late"), (with_late, "many_late")):
        (year,) = told(cases, MONTHS, COUNTIES, SMALL).years
        assert side in {county.side for county in year.counties}


@pytest.mark.parametrize("total", range(SMALL, 8))
def test_nothing_small_is_worked_out_of_all_that_is_told_together(total: int) -> None:
    def worlds() -> Iterable[tuple[Hashable, Mapping[str, int]]]:
        for late in range(total + 1):
            in_time = total - late
            for sums in product(
                compositions(in_time, 2), compositions(in_time, 3), compositions(late, 2), compositions(late, 3)
            ):
                cases = cases_of((sums[0], sums[1]), (sums[2], sums[3]))
                telling = told(cases, MONTHS, COUNTIES, SMALL)
                # Else how many cases there are in all is not known, and this is a world of one month.
                if telling.months[-1].until == MONTHS[-1]:
                    yield msgspec.json.encode(telling), numbers_of(cases)

    assert worked_out(worlds(), SMALL) == []
