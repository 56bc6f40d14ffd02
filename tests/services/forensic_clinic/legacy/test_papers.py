"""A paper is found that says of a legacy kit what its patient chose: recorded once, taken back with a reason."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from contracts.language import Event, InvalidValue, Refused
from services.forensic_clinic.kit import decisions
from services.forensic_clinic.kit.duties import begun_unknown, duties
from services.forensic_clinic.kit.events import KitBroughtIn, PaperFound, PaperTakenBack
from services.forensic_clinic.kit.fold import evolve
from services.forensic_clinic.kit.kits import turns_of
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import Kit
from services.forensic_clinic.kit.states import must_be_a_step, state_of
from services.forensic_clinic.legacy.papers import Said, find_paper, take_back_paper
from services.forensic_clinic.report.counting import reported_of
from tests.services.forensic_clinic.kit.given import (
    KIT,
    MISSISSIPPI,
    NURSE,
    OFFICER,
    REASON,
    SECOND_OFFICER,
    TO_LABORATORY,
    brought_in,
    kit,
    offered,
    opened,
    reported,
    sealed,
    text,
)
from tests.support.running_service import NOON

CENTRAL = ZoneInfo("America/Chicago")
WORDS = "The intake log of 2019, in the second drawer"
YESTERDAY = NOON - timedelta(days=1)
REPORTED = Said(consent="reported", paper=WORDS)
UNREPORTED = Said(consent="unreported", paper=WORDS)
CALLED = Said(consent="reported", call="called", police="LOCAL-LE", called_at=YESTERDAY, paper=WORDS)
CALLED_BEFORE_THE_LAW = msgspec.structs.replace(CALLED, called_at=datetime(2023, 6, 30, 23, tzinfo=CENTRAL))
CALLED_SINCE = msgspec.structs.replace(CALLED, called_at=datetime(2023, 7, 1, 1, tzinfo=CENTRAL))
CALLED_THAT_DAY = Said(consent="reported", call="called", police="LOCAL-LE", called_on=date(2026, 3, 2), paper=WORDS)


def at_clinic(consent: str = "not_on_file") -> KitBroughtIn:
    return brought_in(consent, NURSE, "clinic")


def found(before: Kit, said: Said, by: Any = OFFICER) -> Kit:
    return after(before, find_paper(before, by, said, NOON, MISSISSIPPI, NOON))


def after(before: Kit, events: Sequence[Event]) -> Kit:
    """Each step is one that a kit can take."""
    then = before
    for event in events:
        then = evolve(then, event)
    must_be_a_step(before, then)
    return then


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as problem:
        act()
    return problem.value.code


def test_who_found_which_paper_when_is_on_record_with_what_it_says() -> None:
    events = find_paper(kit(brought_in("not_on_file")), OFFICER, CALLED, YESTERDAY, MISSISSIPPI, NOON)
    assert events == [
        PaperFound(
            kit=KIT,
            number=1,
            by=OFFICER.account,
            agency="LOCAL-LE",
            found_at=YESTERDAY,
            consent="reported",
            reported_on=None,
            call="called",
            police="LOCAL-LE",
            called_on=MISSISSIPPI.day_of(YESTERDAY),
            called_at=YESTERDAY,
            runs=True,
            paper=text(WORDS),
        )
    ]


@pytest.mark.parametrize(
    ("given", "said", "state", "runs", "unknown"),
    [
        # With the police it was picked up once: until when it was to be brought to the laboratory is not known.
        (brought_in("not_on_file"), REPORTED, "reported", [], ("C56",)),
        (brought_in("not_on_file"), CALLED, "reported", [], ("C56",)),
        (brought_in("reported"), REPORTED, "reported", [], ("C56",)),
        (at_clinic(), REPORTED, "reported", [], ("C54",)),
        (at_clinic(), CALLED_THAT_DAY, "reported", [], ("C55",)),
        (at_clinic(), CALLED, "police_notified", [("C55", YESTERDAY)], ()),
        (at_clinic(), CALLED_BEFORE_THE_LAW, "reported", [], ("C55",)),
        (at_clinic(), CALLED_SINCE, "police_notified", [("C55", CALLED_SINCE.called_at)], ()),
        (at_clinic("reported"), CALLED, "police_notified", [("C55", YESTERDAY)], ()),
        (at_clinic(), UNREPORTED, "held_unreported", [], ()),
        (brought_in("reported"), UNREPORTED, "held_unreported", [], ()),
    ],
)
def test_what_follows_runs_from_an_hour_on_the_paper_and_else_is_said_not_to_be_known(
    given: KitBroughtIn, said: Said, state: str, runs: list[object], unknown: tuple[str, ...]
) -> None:
    then = found(kit(given), said)
    assert state_of(then) == state
    assert [(each.rule, each.since) for each in duties(then, None)] == runs
    assert begun_unknown(then) == unknown


def test_of_a_kit_of_this_record_or_one_that_went_on_nothing_is_said_not_to_be_known() -> None:
    assert begun_unknown(kit(opened(), sealed())) == ()
    then = found(kit(at_clinic()), REPORTED)
    assert begun_unknown(after(then, decisions.call_police(then, "LOCAL-LE", NOON, REASON, MISSISSIPPI, NOON))) == ()


def test_a_second_paper_comes_in_when_the_first_was_taken_back_and_is_read_by_somebody_else() -> None:
    first = found(kit(brought_in("not_on_file")), UNREPORTED)
    assert refused(lambda: found(first, REPORTED)) == KitRefusal.PAPER_ON_RECORD
    assert refused(lambda: take_back_paper(first, OFFICER, 2, REASON)) == KitRefusal.NO_PAPER

    taken_back = take_back_paper(first, OFFICER, 1, REASON)
    assert taken_back == [PaperTakenBack(kit=KIT, number=1, by=OFFICER.account, agency="LOCAL-LE", reason=text(REASON))]
    again = after(first, taken_back)
    assert state_of(again) == "choice_not_on_file"
    assert refused(lambda: take_back_paper(again, OFFICER, 1, REASON)) == KitRefusal.NO_PAPER
    assert refused(lambda: found(again, REPORTED)) == KitRefusal.OWN_READING
    second = found(again, REPORTED, SECOND_OFFICER)
    assert state_of(second) == "reported"
    assert second.legacy is not None
    assert [(each.number, each.consent, each.taken_back_by) for each in second.legacy.papers] == [
        (1, "unreported", OFFICER.account),
        (2, "reported", None),
    ]


def test_what_ran_by_the_hour_of_a_call_falls_away_with_the_paper() -> None:
    called = found(kit(at_clinic()), CALLED)
    then = after(called, take_back_paper(called, SECOND_OFFICER, 1, REASON))
    assert (then.called_at, then.police, duties(then, None), begun_unknown(then)) == (None, "", (), ())


def test_a_call_after_one_that_was_taken_back_has_a_clock_of_its_own() -> None:
    called = found(kit(at_clinic()), CALLED)
    back = after(called, take_back_paper(called, SECOND_OFFICER, 1, REASON))
    again = found(back, REPORTED)
    made = after(again, decisions.call_police(again, "LOCAL-LE", NOON, REASON, MISSISSIPPI, NOON))
    assert [(each.rule, each.turn, each.since) for each in duties(called, None)] == [("C55", 0, YESTERDAY)]
    assert [(each.rule, each.turn, each.since) for each in duties(made, None)] == [("C55", 1, NOON)]
    assert [turn for rule, turn in turns_of(made) if rule == "C55"] == [0, 1]


def test_no_paper_makes_a_kit_reported_whose_patient_chose_not_to() -> None:
    with pytest.raises(Refused) as problem:
        found(kit(brought_in("unreported")), REPORTED)
    assert (problem.value.code, problem.value.rule) == (KitRefusal.PAPER_SAYS_OTHERWISE, "C58")


@pytest.mark.parametrize(
    "since",
    [
        [reported(NOON)],
        [offered(1, OFFICER, TO_LABORATORY)],
    ],
)
def test_what_was_done_since_is_not_undone_by_a_paper(since: list[Event]) -> None:
    read = found(kit(brought_in("not_on_file")), REPORTED)
    used = kit(brought_in("reported"), *since)
    assert refused(lambda: found(used, UNREPORTED)) == KitRefusal.PAPER_USED
    for event in since:
        read = evolve(read, event)
    assert refused(lambda: take_back_paper(read, SECOND_OFFICER, 1, REASON)) == KitRefusal.PAPER_USED


def test_only_of_a_kit_from_before_this_record() -> None:
    assert refused(lambda: found(kit(opened(), sealed()), REPORTED)) == KitRefusal.NOT_LEGACY
    assert refused(lambda: take_back_paper(kit(opened()), OFFICER, 1, REASON)) == KitRefusal.NOT_LEGACY


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"consent": "unreported", "call": "called"}, "consent"),
        ({"consent": "unreported", "reported_on": date(2020, 1, 2)}, "consent"),
        ({"reported_on": date(2030, 1, 2)}, "reported_on"),
        ({"reported_on": date(1950, 1, 2)}, "reported_on"),
        ({"call": "called", "police": "NOBODY"}, "police"),
        ({"call": "called", "called_at": NOON + timedelta(minutes=1)}, "called_at"),
        ({"call": "called", "called_at": NOON, "called_on": date(2020, 1, 2)}, "called_at"),
        ({"call": "called", "called_on": date(2019, 1, 1)}, "called_on"),
        ({"call": "called", "called_at": NOON - timedelta(days=9_000)}, "called_at"),
        ({"call": "not_called", "police": "LOCAL-LE"}, "call"),
        ({"call": "not_called", "called_on": date(2020, 1, 2)}, "call"),
    ],
)
def test_a_paper_that_does_not_hold_together_is_not_taken(changes: dict[str, Any], field: str) -> None:
    said = Said(**({"consent": "reported", "paper": WORDS} | changes))
    collected = msgspec.structs.replace(brought_in("not_on_file"), collected_on=date(2019, 3, 1))
    with pytest.raises(InvalidValue) as problem:
        find_paper(kit(collected), OFFICER, said, NOON, MISSISSIPPI, NOON)
    assert problem.value.field == field


def test_the_report_has_the_day_of_the_paper_that_stands() -> None:
    said = Said(consent="reported", reported_on=date(2020, 1, 2), paper=WORDS)
    told = reported_of(found(kit(brought_in("not_on_file")), said), MISSISSIPPI, NOON)
    assert told is not None
    assert (told.choice, told.reported_on) == ("reported", date(2020, 1, 2))
    listed = msgspec.structs.replace(brought_in("reported"), reported_on=date(2019, 3, 2))
    by_list = reported_of(kit(listed), MISSISSIPPI, NOON)
    unreported = reported_of(found(kit(listed), UNREPORTED), MISSISSIPPI, NOON)
    assert by_list is not None
    assert unreported is not None
    assert (by_list.reported_on, unreported.reported_on) == (date(2019, 3, 2), None)
