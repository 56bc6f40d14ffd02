"""Given a statement or a matter, when something is stated, found, gone or settled, then this is on record."""

from typing import Any
from uuid import UUID

import pytest

from contracts.events.forensic_clinic import CensusPressing
from contracts.language import Event, InvalidValue, Personal, Refused
from services.forensic_clinic.census import matters, statements, telling
from services.forensic_clinic.census.events import KitsStated, MatterGone, MatterOpened, MatterSettled
from services.forensic_clinic.census.matters import Matter
from services.forensic_clinic.census.refusals import CensusRefusal
from services.forensic_clinic.census.statements import Place, Statement
from services.forensic_clinic.kit.serials import in_groups, new_serial
from tests.services.forensic_clinic.census.given import CLINIC, KIT, POLICE, RULES, ZONE, difference
from tests.services.forensic_clinic.kit.given import HOUR, MISSISSIPPI, NURSE, OFFICER
from tests.support.running_service import NOON

ROOM = Place(agency=CLINIC, county="", place="evidence_room")
DAY, NEXT = "2026-11-03", "2026-11-04"
PERSON = UUID(int=77)
SERIAL = new_serial()
MISREAD = SERIAL[:-1] + ("2" if SERIAL[-1] != "2" else "3")


def stated(*kits: UUID) -> KitsStated:
    return KitsStated(
        agency=CLINIC,
        county="",
        place="evidence_room",
        day=DAY,
        counted_at=NOON,
        by=NURSE.account,
        kits=kits,
        unknown=(),
    )


def when_stated(before: Statement, *kits: UUID, **changes: Any) -> list[Event]:
    said: dict[str, Any] = {"unknown": (), "none": False, "again": False} | changes
    unknown = said.pop("unknown")
    return statements.state(before, NURSE, ROOM, DAY, NOON, kits, unknown, **said)


def test_what_is_kept_in_a_place_is_stated_and_stated_again_as_another_statement() -> None:
    assert when_stated(Statement(), KIT) == [stated(KIT)]
    before = statements.evolve(Statement(), stated(KIT))
    assert when_stated(before, none=True, again=True) == [stated()]


def test_a_place_that_somebody_stated_is_not_stated_over_unseen() -> None:
    before = statements.evolve(Statement(), stated(KIT))
    with pytest.raises(Refused) as refused:
        when_stated(before, KIT)
    assert refused.value.code == CensusRefusal.STATED_ALREADY


def test_nothing_is_stated_in_so_many_words_alone() -> None:
    assert when_stated(Statement(), none=True) == [stated()]
    for kits, none, field in (((), False, "numbers"), ((KIT,), True, "none")):
        with pytest.raises(InvalidValue) as invalid:
            when_stated(Statement(), *kits, none=none)
        assert invalid.value.field == field


def test_numbers_are_read_once_each_however_they_are_written() -> None:
    lines = [in_groups(SERIAL).lower(), "", "MS 240-017z", f" {SERIAL} ", "MS240017Z"]
    assert statements.read_numbers("numbers", lines) == [SERIAL, "MS240017Z"]


def test_wrong_numbers_are_refused_with_their_lines_and_never_said_back() -> None:
    with pytest.raises(InvalidValue) as one:
        statements.read_numbers("numbers", [SERIAL, "", MISREAD])
    assert "line 3 " in one.value.sentence
    with pytest.raises(InvalidValue) as several:
        statements.read_numbers("numbers", ["?", SERIAL, MISREAD, *["!"] * 20])
    assert "lines 1, 3, 4, 5, 6 and 17 more" in several.value.sentence
    assert MISREAD not in one.value.sentence + several.value.sentence


def test_more_numbers_than_a_statement_takes_are_refused_with_how_many_there_are() -> None:
    most = [f"MS24{number:05}" for number in range(statements.MOST)]
    apart = [line for number in most for line in (number, "")]
    assert len(statements.read_numbers("numbers", apart)) == statements.MOST, "an empty line says nothing"
    with pytest.raises(InvalidValue) as refused:
        statements.read_numbers("numbers", [*apart, "MS2499999"])
    assert "Here are 2001 numbers" in refused.value.sentence
    assert "Nothing was stated." in refused.value.sentence


def test_a_place_is_one_of_the_list_in_a_county_where_one_works() -> None:
    def place(place: str, county: str, places: tuple[str, ...] | None) -> Place:
        return statements.chosen_place(OFFICER, place, county, places, MISSISSIPPI)

    assert place("freezer", "", None) == Place(agency=POLICE, county="", place="freezer")
    assert place("freezer", "Hinds", ("Hinds", "Rankin")).county == "Hinds"
    assert place("freezer", "Hinds", None).county == "Hinds"
    for name, county, places in (
        ("attic", "", None),
        ("freezer", "", ("Hinds",)),
        ("freezer", "Rankin", ("Hinds",)),
        ("freezer", "Nowhere", None),
    ):
        with pytest.raises(InvalidValue):
            place(name, county, places)


def test_a_statement_is_for_the_local_day_on_which_was_counted() -> None:
    late = NOON + 11 * HOUR  # five in the morning by UTC, eleven at night in Mississippi
    assert statements.day_counted(late, ZONE, late) == DAY
    assert statements.day_counted(late + HOUR, ZONE, late + HOUR) == NEXT
    with pytest.raises(InvalidValue):
        statements.day_counted(late, ZONE, NOON)


FOUND = difference()
OPENED = MatterOpened(
    matter=FOUND.matter, kind="not_stated", subject=KIT, agency=CLINIC, county="", stated_by=(), day=DAY
)
GONE = MatterGone(matter=FOUND.matter, day=NEXT)


def settled(outcome: str) -> MatterSettled:
    reason = Personal(person=PERSON, text="Zqx")
    return MatterSettled(matter=FOUND.matter, outcome=outcome, by=NURSE.account, agency=CLINIC, reason=reason)


def matter(*events: Event) -> Matter:
    state = Matter()
    for event in events:
        state = matters.evolve(state, event)
    return state


@pytest.mark.parametrize(
    ("before", "found_again", "gone"),
    [
        ((), [OPENED], []),
        ((OPENED,), [], [GONE]),
        ((OPENED, settled("found")), [OPENED], [GONE]),
        ((OPENED, settled("lost")), [], [GONE]),
        ((OPENED, GONE), [OPENED], []),
        ((OPENED, settled("lost"), GONE), [OPENED], []),
        ((OPENED, settled("lost"), GONE, OPENED), [], [GONE]),
    ],
)
def test_a_matter_is_opened_once_again_where_it_was_not_so_and_ends_by_itself(
    before: tuple[Event, ...], found_again: list[Event], gone: list[Event]
) -> None:
    assert matters.found(matter(*before), FOUND, DAY, RULES) == found_again
    assert matters.not_found(matter(*before), NEXT) == gone


def test_a_person_settles_an_open_matter_by_an_outcome_of_its_list_and_says_why() -> None:
    assert matters.settle(matter(OPENED), NURSE, "lost", "Zqx", PERSON, RULES) == [settled("lost")]
    for outcome in ("keeper_told", "kept_from_before", "no_such_outcome"):
        with pytest.raises(InvalidValue):
            matters.settle(matter(OPENED), NURSE, outcome, "Zqx", PERSON, RULES)
    for before in ((), (OPENED, settled("found")), (OPENED, GONE)):
        with pytest.raises(Refused) as refused:
            matters.settle(matter(*before), NURSE, "lost", "Zqx", PERSON, RULES)
        assert refused.value.code == CensusRefusal.MATTER_NOT_OPEN


def test_what_was_said_of_a_difference_that_went_is_not_said_of_it_when_it_comes_back() -> None:
    assert matter(OPENED, settled("lost"), GONE, OPENED).outcome == ""


def opened_with(agency: str, subject: int = 1) -> MatterOpened:
    return MatterOpened(
        matter=UUID(int=subject),
        kind="not_stated",
        subject=UUID(int=subject),
        agency=agency,
        county="",
        stated_by=(),
        day=DAY,
    )


def test_those_who_must_look_are_told_once_for_all_that_a_count_found() -> None:
    found = [opened_with(POLICE, 1), opened_with(CLINIC, 2), opened_with(CLINIC, 3), opened_with("MS-LAB", 4)]
    assert telling.pressing(PERSON, found, MISSISSIPPI) == [
        CensusPressing(
            count=PERSON,
            told=("clinic_coordinator of BRIDGE", "law_enforcement of LOCAL-LE", "laboratory of MS-LAB"),
        )
    ]


@pytest.mark.parametrize(
    "events", [[], [MatterGone(matter=PERSON, day=DAY)], [opened_with("GONE")], [opened_with("DA-07")]]
)
def test_where_nothing_is_new_or_nobody_keeps_kits_nobody_is_told(events: list[Event]) -> None:
    assert telling.pressing(PERSON, events, MISSISSIPPI) == []
