"""Who is accused of what. Nobody under 18 at the time of the act, or of unknown age, of an offence marked so."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.language import Event, InvalidValue, Refused
from services.prosecution.case import charges
from services.prosecution.case.charges import AgeAtAct, NewCount, age_at
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import CountEnteredInError, CountFiled
from services.prosecution.case.state import Case, evolve
from tests.services.prosecution.given import (
    ACCUSED,
    ACT_ON,
    CHARGING,
    ONE,
    PERSON,
    PROSTITUTION,
    TRAFFICKING,
    TWO,
    accepted,
    added,
    came,
    case,
    charged,
    count_of,
    filed,
    names,
    new_count,
    referred,
)
from tests.support.running_service import NOON

ADULT, CHILD = date(1990, 5, 17), date(2010, 1, 1)
FLAGGED = [each for each, offence in CHARGING.offences.items() if offence.minor_never_accused == "yes"]
EIGHTEENTH = date(2008, 8, 14)


def adding(*counts: NewCount, born: date | None = ADULT, state: Case | None = None) -> list[Event]:
    numbered = list(zip((ONE, TWO), counts, strict=False))
    return charges.add_accused(state or case(*accepted()), ACCUSED, "Example Accused", born, numbered, CHARGING, NOON)


def filing(new: NewCount, born: date | None, state: Case | None = None) -> list[Event]:
    return charges.file_count(state or case(*accepted(), added()), ACCUSED, TWO, new, born, CHARGING, NOON)


def superseding(state: Case, new: NewCount, born: date | None) -> list[Event]:
    return charges.supersede(state, count_of(state), TWO, new, born, CHARGING, NOON)


def correcting(state: Case, born: date | None = None, age: AgeAtAct | None = None) -> list[Event]:
    return charges.correct_age(state, ACCUSED, born, age, "Birth record.", CHARGING, NOON)


def test_an_accused_is_added_with_counts_all_of_them_or_none() -> None:
    events = adding(new_count(), new_count(PROSTITUTION))
    assert names(events) == ["accused.added", "count.filed", "count.filed"]
    with pytest.raises(Refused):
        adding(new_count(), new_count(PROSTITUTION), born=CHILD)


def test_a_count_is_against_the_person_of_the_tip_unless_another_is_named() -> None:
    first, second = adding(new_count(), new_count(another_victim=True))[1:]
    assert isinstance(first, CountFiled)
    assert isinstance(second, CountFiled)
    assert first.victim == PERSON
    assert second.victim not in (PERSON, ACCUSED)
    known = case(*accepted(), added(), first, msgspec.structs.replace(second, count=uuid4()))
    assert known.victims == (PERSON, second.victim)
    (third,) = filing(new_count(victim=second.victim), ADULT, known)
    assert isinstance(third, CountFiled)
    assert third.victim == second.victim


def test_a_person_who_is_no_victim_of_the_case_is_refused_on_any_path() -> None:
    new, state = new_count(victim=uuid4()), case(*charged())
    paths: list[Callable[[], list[Event]]] = [
        lambda: adding(new),
        lambda: filing(new, ADULT),
        lambda: superseding(state, new, ADULT),
    ]
    for path in paths:
        with pytest.raises(Refused) as refused:
            path()
        assert refused.value.code == CaseRefusal.VICTIM_NOT_OF_CASE
    with pytest.raises(InvalidValue, match="victim"):
        filing(new_count(victim=PERSON, another_victim=True), ADULT)


def test_what_takes_a_count_s_place_is_against_its_victim_unless_another_is_named() -> None:
    other = uuid4()
    state = case(*charged(msgspec.structs.replace(filed(), victim=other)))
    for new, against in (
        (new_count(), other),
        (new_count(victim=PERSON), PERSON),
        (new_count(victim=ACCUSED), ACCUSED),
    ):
        placed, _ = superseding(state, new, ADULT)
        assert isinstance(placed, CountFiled)
        assert placed.victim == against


@pytest.mark.parametrize("offence", FLAGGED)
def test_a_child_is_accused_of_no_offence_that_is_marked_on_any_path(offence: str) -> None:
    new, state = new_count(offence), case(*charged())
    stated = new_count(offence, age_at_act="under_18")
    paths: list[Callable[[], list[Event]]] = [
        lambda: adding(new, born=CHILD),
        lambda: adding(stated, born=None),
        lambda: filing(new, CHILD),
        lambda: filing(stated, None),
        lambda: superseding(state, new, CHILD),
        lambda: superseding(state, stated, None),
    ]
    for path in paths:
        with pytest.raises(Refused) as refused:
            path()
        assert refused.value.code == CaseRefusal.MINOR_NEVER_ACCUSED
        assert (refused.value.rule, refused.value.citation) == (
            "minor_never_accused",
            "Miss. Code 97-29-49(4) as amended by 2019 HB 571; Miss. Code 43-26-3",
        )
        assert "presumed victim" in refused.value.sentence


@pytest.mark.parametrize("offence", FLAGGED)
def test_an_unknown_age_stops_and_asks_on_any_path(offence: str) -> None:
    new, state = new_count(offence), case(*charged(filed(age="not_known")))
    paths: list[Callable[[], list[Event]]] = [
        lambda: adding(new, born=None),
        lambda: adding(new_count(offence, age_at_act="not_known"), born=None),
        lambda: filing(new, None),
        lambda: superseding(state, new, None),
    ]
    for path in paths:
        with pytest.raises(Refused) as refused:
            path()
        assert (refused.value.code, refused.value.rule) == (CaseRefusal.AGE_NOT_KNOWN, "minor_never_accused")
        assert "Find it out first" in refused.value.sentence


def test_other_offences_are_charged_whatever_the_age() -> None:
    for born in (CHILD, None):
        assert names(adding(new_count(), born=born)) == ["accused.added", "count.filed"]


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (EIGHTEENTH, "adult"),
        (date(2008, 8, 15), "under_18"),
        (date(2008, 8, 13), "adult"),
        (None, "not_known"),
    ],
)
def test_eighteen_on_the_birthday_itself(born: date | None, age: str) -> None:
    assert age_at(born, None, ACT_ON, CHARGING) == age


def test_born_on_the_last_day_of_february_one_is_eighteen_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert age_at(born, None, date(2026, 2, 28), CHARGING) == "under_18"
    assert age_at(born, None, date(2026, 3, 1), CHARGING) == "adult"


def test_an_age_that_contradicts_the_date_of_birth_is_neither() -> None:
    with pytest.raises(InvalidValue, match="age_at_act"):
        filing(new_count(age_at_act="adult"), CHILD)
    with pytest.raises(InvalidValue, match="age_at_act"):
        filing(new_count(PROSTITUTION, age_at_act="adult"), CHILD)


def test_a_count_put_in_the_place_of_another_stands_at_its_stage() -> None:
    state = case(*charged(filed(stage="grand_jury")))
    new, old = superseding(state, new_count("MS-97-3-54.1-1a-MINOR"), ADULT)
    assert isinstance(new, CountFiled)
    assert (new.stage, new.supersedes, old.NAME) == ("grand_jury", ONE, "count.superseded")
    after = case(*charged(filed(stage="grand_jury")), new, old)
    assert [each.count for each in after.counts_of(ACCUSED)] == [TWO]


def test_the_age_stated_holds_for_a_count_on_the_same_day_only() -> None:
    state = case(*charged(filed(age="adult")))
    same, _ = superseding(state, new_count(PROSTITUTION), None)
    assert isinstance(same, CountFiled)
    assert same.age_at_act == "adult"
    with pytest.raises(Refused) as refused:
        superseding(state, new_count(PROSTITUTION, act_on=date(2020, 1, 1)), None)
    assert refused.value.code == CaseRefusal.AGE_NOT_KNOWN


def test_a_date_of_birth_that_forbids_a_count_ends_it_as_entered_in_error() -> None:
    state = case(*charged(filed(offence=PROSTITUTION), filed(TWO)))
    events = correcting(state, CHILD)
    assert names(events) == [
        "accused.age_corrected",
        "count.age_corrected",
        "count.entered_in_error",
        "count.age_corrected",
    ]
    error = events[2]
    assert isinstance(error, CountEnteredInError)
    assert (error.count, error.rule) == (ONE, "minor_never_accused")


@pytest.mark.parametrize("age", ["under_18", "not_known"])
def test_an_age_that_is_no_longer_known_ends_such_a_count_too(age: AgeAtAct) -> None:
    assert "count.entered_in_error" in names(correcting(case(*charged(filed(offence=PROSTITUTION))), age=age))


def test_a_count_that_is_over_is_entered_in_error_too_and_once() -> None:
    over = charged(filed(offence=PROSTITUTION, stage="grand_jury"), came("no_true_bill", "grand_jury"))
    events = correcting(case(*over), CHILD)
    assert "count.entered_in_error" in names(events)
    assert "count.entered_in_error" not in names(correcting(case(*over, *events), CHILD))


def test_an_accused_shown_to_be_an_adult_keeps_the_counts() -> None:
    assert names(correcting(case(*charged(filed(age="not_known"))), ADULT)) == [
        "accused.age_corrected",
        "count.age_corrected",
    ]


@pytest.mark.parametrize(("born", "age"), [(None, None), (ADULT, "adult")])
def test_a_correction_says_one_thing(born: date | None, age: AgeAtAct | None) -> None:
    with pytest.raises(InvalidValue, match="born"):
        correcting(case(*charged()), born, age)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (new_count("MS-97-0-0"), "offence"),
        (new_count(act_on=date(2026, 11, 4)), "act_on"),
        (new_count(act_on=date(1949, 12, 31)), "act_on"),
        (new_count(act_on=date(1990, 5, 16)), "act_on"),
        (new_count(stage="trial"), "stage"),
    ],
)
def test_what_cannot_be_right_is_not_taken(new: NewCount, field: str) -> None:
    with pytest.raises(InvalidValue, match=field):
        filing(new, ADULT)


@pytest.mark.parametrize("born", [date(1899, 12, 31), date(2026, 11, 4)])
def test_a_date_of_birth_that_cannot_be_is_not_taken(born: date) -> None:
    with pytest.raises(InvalidValue, match="born"):
        adding(new_count(), born=born)


def test_a_federal_offence_is_referred_elsewhere() -> None:
    with pytest.raises(Refused) as refused:
        filing(new_count("US-18-1591-B2"), ADULT)
    assert refused.value.code == CaseRefusal.OTHER_JURISDICTION


def test_nobody_is_accused_in_a_case_that_is_not_accepted() -> None:
    with pytest.raises(Refused) as refused:
        adding(state=case(*referred()))
    assert refused.value.code == CaseRefusal.NOT_ACCEPTED


def test_a_count_that_is_over_is_not_superseded() -> None:
    state = case(*charged(filed(stage="grand_jury"), came("no_true_bill", "grand_jury")))
    with pytest.raises(Refused) as refused:
        superseding(state, new_count(), ADULT)
    assert refused.value.code == CaseRefusal.COUNT_CLOSED


DAYS = st.sampled_from([date(2020, 2, 29), date(2024, 6, 30), ACT_ON, date(2026, 11, 3)])
BIRTHS = st.none() | st.sampled_from([ADULT, CHILD, date(2002, 2, 28), EIGHTEENTH, date(2008, 8, 15)])
AGES = st.none() | st.sampled_from(["adult", "under_18", "not_known"])
COUNTS = st.builds(
    NewCount,
    offence=st.sampled_from([TRAFFICKING, *FLAGGED]),
    act_on=DAYS,
    age_at_act=AGES,
    stage=st.sampled_from(["charged", "grand_jury"]),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["file", "supersede", "correct", "correct", "end"]), COUNTS, BIRTHS, AGES),
    max_size=8,
)


class Story:
    """A case that whatever is asked of it is asked of, with the date of birth as it is on file."""

    def __init__(self) -> None:
        self.state = case(*accepted())
        self.born: date | None = None
        self.told: list[Event] = []

    def take(self, events: list[Event]) -> None:
        for event in events:
            self.state = evolve(self.state, event)
        self.told.extend(events)

    def ask(self, what: str, new: NewCount, born: date | None, age: AgeAtAct | None, count: UUID) -> None:
        """One command; a refused one changes nothing."""
        standing = [each for each in self.state.counts.values() if each.phase == "open"]
        try:
            match what:
                case "add":
                    self.take(charges.add_accused(self.state, ACCUSED, "N", born, [(count, new)], CHARGING, NOON))
                    self.born = born
                case "file" if ACCUSED in self.state.accused:
                    self.take(charges.file_count(self.state, ACCUSED, count, new, self.born, CHARGING, NOON))
                case "supersede" if standing:
                    self.take(charges.supersede(self.state, standing[0], count, new, self.born, CHARGING, NOON))
                case "correct" if ACCUSED in self.state.accused:
                    self.take(charges.correct_age(self.state, ACCUSED, born, age, "Record.", CHARGING, NOON))
                    self.born = born
                case "end" if standing:
                    self.take([came("dismissed", "grand_jury", standing[0].count)])
        except (Refused, InvalidValue):
            pass


@settings(max_examples=200, deadline=None, derandomize=True)
@given(first=st.tuples(COUNTS, BIRTHS), steps=STEPS)
def test_whatever_is_asked_in_whatever_order_no_child_stands_accused_of_it(
    first: tuple[NewCount, date | None], steps: list[tuple[str, NewCount, date | None, AgeAtAct | None]]
) -> None:
    story = Story()
    story.ask("add", *first, None, uuid4())
    if ACCUSED not in story.state.accused:
        story.take([added()])
    for what, new, born, age in steps:
        story.ask(what, new, born, age, uuid4())
        for count in story.state.counts.values():
            flagged = count.offence in FLAGGED
            known = age_at(story.born, None, count.act_on, CHARGING) if story.born else count.age_at_act
            assert not flagged or count.phase == "entered_in_error" or count.age_at_act == known == "adult"
    for event in story.told:
        assert not isinstance(event, CountFiled) or event.offence not in FLAGGED or event.age_at_act == "adult"
