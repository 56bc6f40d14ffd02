"""What a count finds, case by case; and that no kit falls through it, whatever is held, handed over and stated."""

from collections import Counter
from datetime import date, time
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event
from services.forensic_clinic.census.counting import Held, Stated, Taken, held_of
from services.forensic_clinic.census.days import begin_of, counted_at, day_of
from services.forensic_clinic.kit.events import KitDestroyed, KitSetAside
from tests.services.forensic_clinic.census.given import (
    CLINIC,
    EXAM,
    KIT,
    LABORATORY,
    NUMBER,
    OTHER_KIT,
    OTHER_POLICE,
    POLICE,
    ZONE,
    at,
    counted,
    held,
    kinds,
    stated,
)
from tests.services.forensic_clinic.kit.given import (
    HOUR,
    NURSE,
    OFFICER,
    TO_LABORATORY,
    TO_POLICE,
    accepted,
    brought_in,
    in_laboratory,
    kit,
    offered,
    opened,
    sealed,
    text,
)
from tests.support.running_service import NOON

SEEN: list[tuple[str, str, tuple[str, ...]]] = []

CASES: dict[str, tuple[list[Held], list[Stated], list[tuple[str, str, tuple[str, ...]]]]] = {
    "its keeper states it": ([held()], [stated(CLINIC, KIT)], SEEN),
    "its keeper states without it": ([held()], [stated(CLINIC)], [("not_stated", CLINIC, ())]),
    "its keeper states nothing": ([held()], [], [("no_statement", CLINIC, ())]),
    "it is in the second of two places": (
        [held()],
        [stated(CLINIC, place="freezer"), stated(CLINIC, KIT)],
        SEEN,
    ),
    "another states it": (
        [held()],
        [stated(CLINIC), stated(POLICE, KIT)],
        [("elsewhere", CLINIC, (POLICE,))],
    ),
    "another states it, and its keeper nothing at all": (
        [held()],
        [stated(POLICE, KIT)],
        [("elsewhere", CLINIC, (POLICE,))],
    ),
    "its keeper and another state it": (
        [held()],
        [stated(CLINIC, KIT), stated(POLICE, KIT)],
        [("stated_twice", CLINIC, (CLINIC, POLICE))],
    ),
    "two others state it": (
        [held()],
        [stated(CLINIC), stated(POLICE, KIT), stated(LABORATORY, KIT)],
        [("stated_twice", CLINIC, (POLICE, LABORATORY))],
    ),
    "the police of two counties state it": (
        [held((POLICE, -10))],
        [stated(POLICE, KIT, county="Hinds"), stated(POLICE, KIT, county="Rankin")],
        [("stated_twice", POLICE, (POLICE, POLICE))],
    ),
    "the clinic stated it in the morning, the police took it at noon and state it later": (
        [held((CLINIC, -10), (POLICE, 12))],
        [stated(CLINIC, KIT), stated(POLICE, KIT, hour=16)],
        SEEN,
    ),
    "the police had counted before they took it": (
        [held((CLINIC, -10), (POLICE, 12))],
        [stated(CLINIC, hour=16), stated(POLICE)],
        SEEN,
    ),
    "the police took it at noon, and state without it later": (
        [held((CLINIC, -10), (POLICE, 12))],
        [stated(CLINIC, KIT), stated(POLICE, hour=16)],
        [("not_stated", POLICE, ())],
    ),
    "the clinic still states it after the police took it": (
        [held((CLINIC, -10), (POLICE, 6))],
        [stated(CLINIC, KIT), stated(POLICE)],
        [("elsewhere", POLICE, (CLINIC,))],
    ),
    "police of one county took it from those of another between their counts": (
        [held((POLICE, -10), (POLICE, 12))],
        [stated(POLICE, KIT, county="Hinds"), stated(POLICE, KIT, hour=16, county="Rankin")],
        SEEN,
    ),
    "it was sealed today, and the clinic states nothing": ([held((CLINIC, 5))], [], SEEN),
    "it was sealed yesterday, and the clinic states nothing": (
        [held((CLINIC, -0.1))],
        [],
        [("no_statement", CLINIC, ())],
    ),
    "it was destroyed, and is not stated": ([held(ended=True, ended_at=2)], [stated(CLINIC)], SEEN),
    "it was stated, and destroyed later": ([held(ended=True, ended_at=12)], [stated(CLINIC, KIT)], SEEN),
    "it was destroyed, and is stated": (
        [held(ended=True, ended_at=2)],
        [stated(CLINIC, KIT)],
        [("ended", CLINIC, (CLINIC,))],
    ),
    "it was set aside, and is stated": (
        [held(ended=True)],
        [stated(CLINIC, KIT)],
        [("ended", CLINIC, (CLINIC,))],
    ),
    "a number that nobody knows": (
        [],
        [stated(POLICE, unknown=(NUMBER,), county="Hinds")],
        [("unknown", POLICE, (POLICE,))],
    ),
    "what bears a number and is no kit of the record": (
        [held()],
        [stated(CLINIC, KIT, OTHER_KIT)],
        [("unknown", CLINIC, (CLINIC,))],
    ),
    "a number that nobody knows, in two places of one agency": (
        [],
        [stated(CLINIC, unknown=(NUMBER,)), stated(CLINIC, unknown=(NUMBER,), place="freezer")],
        [("unknown", CLINIC, (CLINIC,))],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_held_and_stated_differs_in_this(name: str) -> None:
    kits, statements, expected = CASES[name]
    assert kinds(counted(kits, statements)) == sorted(expected)


def test_silence_of_an_agency_is_one_difference_however_many_kits_it_holds() -> None:
    found = counted([held(), held(kit=OTHER_KIT), held(kit=EXAM)], [stated(POLICE, EXAM)])
    assert kinds(found) == [("elsewhere", CLINIC, (POLICE,)), ("no_statement", CLINIC, ())]
    silent = next(each for each in found.differences if each.kind == "no_statement")
    assert set(silent.kits) == {KIT, OTHER_KIT}


def test_an_exam_whose_kit_was_never_opened_is_expected_and_not_seen() -> None:
    found = counted([held()], [stated(CLINIC, KIT)], [Taken(exam=EXAM, clinic=CLINIC)])
    (keeper,) = found.keepers
    assert (keeper.seen, keeper.unseen, keeper.unregistered) == ((KIT,), (), (EXAM,))
    assert [(each.kind, each.subject) for each in found.differences] == [("taken_not_registered", EXAM)]


def test_a_difference_is_the_same_matter_another_day_and_another_where_another_holds_the_kit() -> None:
    (first,) = counted([held()], [stated(CLINIC)]).differences
    (later,) = counted([held((CLINIC, -90)), held(kit=OTHER_KIT)], [stated(CLINIC, OTHER_KIT, hour=20)]).differences
    (other,) = counted([held((CLINIC, -10), (POLICE, -9))], [stated(POLICE)]).differences
    assert first.matter == later.matter != other.matter


def test_a_kit_is_kept_as_its_events_tell() -> None:
    assert held_of(kit()) is None
    only_opened = held_of(kit(opened()))
    assert only_opened
    assert only_opened.agency == CLINIC
    from_before = held_of(kit(brought_in("not_on_file")))
    assert from_before is not None
    assert from_before.line == ((OFFICER.agency, NOON),), "a kit from before this record is looked for as any other is"
    in_lab = held_of(kit(*in_laboratory(at=NOON + HOUR)))
    assert in_lab
    keepers = [CLINIC, CLINIC, POLICE, LABORATORY]
    assert [agency for agency, _ in in_lab.line] == keepers
    assert in_lab.since == NOON + HOUR
    on_offer = held_of(kit(opened(), sealed(), offered(1, NURSE, TO_POLICE)))
    assert on_offer
    assert on_offer.agency == CLINIC
    aside = held_of(kit(opened(), KitSetAside(kit=UUID(int=1), reason=text("Zqx"))))
    assert aside
    assert (aside.ended, aside.ended_at) == (True, None)
    gone = held_of(
        kit(
            *in_laboratory(),
            KitDestroyed(kit=UUID(int=1), number=1, by=NURSE.account, agency=LABORATORY, destroyed_at=NOON + HOUR),
        )
    )
    assert gone
    assert (gone.ended, gone.ended_at, gone.agency) == (True, NOON + HOUR, LABORATORY)


def test_a_kit_that_comes_back_was_in_each_hand_in_its_time() -> None:
    back = held((CLINIC, 1), (POLICE, 2), (CLINIC, 3))
    assert [back.was_with(CLINIC, at(hour)) for hour in (0, 1, 2, 3)] == [False, True, False, True]
    assert [back.was_with(POLICE, at(hour)) for hour in (1, 2, 3)] == [False, True, False]
    assert accepted(1, NURSE, "clinic").agency == CLINIC


AGENCIES = (CLINIC, POLICE, OTHER_POLICE, LABORATORY)
KITS = tuple(UUID(int=number) for number in range(1, 6))
hours = st.integers(-30, 30)
agencies = st.sampled_from(AGENCIES)
change = msgspec.structs.replace


@st.composite
def a_kit(draw: st.DrawFn, name: UUID) -> Held:
    """Opened, sealed and handed on at rising hours, as its events tell; now and then on offer, or ended."""
    first, *later = sorted(draw(st.lists(hours, min_size=1, max_size=5)))
    events: list[Event] = [change(opened(), clinic=draw(agencies), opened_at=at(first))]
    if not later:
        events += draw(st.sampled_from(([], [], [KitSetAside(kit=name, reason=text("Zqx"))])))
    for number, hour in enumerate(later):
        agency = draw(agencies)
        offer = change(offered(number, NURSE, TO_POLICE, at=at(hour)), agency=agency)
        taken = change(accepted(number, OFFICER, "law_enforcement", at=at(hour)), agency=agency)
        events += [offer, taken] if number else [change(sealed(), sealed_at=at(hour))]
    if later:
        gone = KitDestroyed(kit=name, number=1, by=NURSE.account, agency=LABORATORY, destroyed_at=at(later[-1] + 1))
        on_offer = offered(len(later), OFFICER, TO_LABORATORY)
        events += draw(st.sampled_from(([], [], [on_offer], [gone])))
    found = held_of(kit(*events))
    assert found
    return change(found, kit=name)


statements = st.lists(
    st.builds(
        lambda agency, county, place, hour, kits, unknown: stated(
            agency, *kits, hour=hour, county=county, place=place, unknown=tuple(unknown)
        ),
        st.sampled_from(AGENCIES),
        st.sampled_from(("", "Hinds", "Rankin")),
        st.sampled_from(("evidence_room", "freezer")),
        st.integers(0, 23),
        st.lists(st.sampled_from(KITS), max_size=5),
        st.lists(st.sampled_from((NUMBER, EXAM)), max_size=2),
    ),
    max_size=6,
    unique_by=lambda each: (each.agency, each.county, each.place),
)


@given(st.tuples(*(st.none() | a_kit(name) for name in KITS)), statements)
def test_each_kit_expected_is_seen_or_in_one_difference_and_no_difference_is_without_ground(
    made: tuple[Held | None, ...], told: list[Stated]
) -> None:
    kits = [each for each in made if each is not None]
    found = counted(kits, told)
    expected = {each.kit: each for each in kits if not each.ended}
    seen = Counter(each for keeper in found.keepers for each in keeper.seen)
    unseen = Counter(each for keeper in found.keepers for each in keeper.unseen)
    covered = Counter(each for difference in found.differences for each in difference.kits)
    assert seen + covered == Counter(expected.keys())
    assert unseen == covered
    assert all(expected[each].agency == keeper.agency for keeper in found.keepers for each in keeper.seen)
    assert len({each.matter for each in found.differences}) == len(found.differences)
    listed = {(each.agency, name) for each in told for name in (*each.kits, *each.unknown)}
    by_name = {each.kit: each for each in kits}
    for each in found.differences:
        match each.kind:
            case "no_statement":
                assert each.kits
                assert all(one.agency != each.agency for one in told)
            case "not_stated":
                kit_ = by_name[each.subject]
                own = [one for one in told if one.agency == each.agency and one.counted_at >= kit_.since]
                assert own
                assert all(each.subject not in one.kits for one in own)
            case "unknown":
                assert (each.agency, each.subject) in listed
            case "elsewhere" | "stated_twice" | "ended":
                assert each.stated_by
                assert all((agency, each.subject) in listed for agency in each.stated_by)
                assert each.kind != "elsewhere" or each.agency not in each.stated_by
                assert each.kind != "stated_twice" or len(each.stated_by) > 1
                assert (each.kind == "ended") == by_name[each.subject].ended
            case other:
                raise AssertionError(other)


def test_a_day_begins_ends_and_is_counted_by_local_clocks_through_both_changes_of_them() -> None:
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    for day, length in ((spring, 23), (autumn, 25), (date(2026, 7, 4), 24)):
        assert begin_of(date.fromordinal(day.toordinal() + 1), ZONE) - begin_of(day, ZONE) == length * HOUR
        for hour in (time(6), time(2, 30), time(1, 30)):
            # The morning of a change, and the one after it.
            for counted_day in (day, date.fromordinal(day.toordinal() - 1)):
                due = counted_at(counted_day, hour, ZONE)
                assert day_of(due, ZONE).toordinal() == counted_day.toordinal() + 1
                assert due >= begin_of(date.fromordinal(counted_day.toordinal() + 1), ZONE)
    before_spring = date(2026, 3, 7)
    assert counted_at(before_spring, time(6), ZONE).isoformat() == "2026-03-08T11:00:00+00:00"
    assert counted_at(spring, time(6), ZONE).isoformat() == "2026-03-09T11:00:00+00:00"
    assert counted_at(before_spring, time(2, 30), ZONE).isoformat() == "2026-03-08T08:30:00+00:00"
    assert counted_at(date(2026, 10, 31), time(6), ZONE).isoformat() == "2026-11-01T12:00:00+00:00"
    assert counted_at(date(2026, 10, 31), time(1, 30), ZONE).isoformat() == "2026-11-01T06:30:00+00:00"
