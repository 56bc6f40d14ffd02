"""What a picture and a list say of a case."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.console.pages.case.view import standing_of
from services.console.timeline.story import Bar, done_by_rule, people_in
from tests.services.console.given import (
    ADVOCATE,
    CONTACT_CLOCK,
    COORDINATOR,
    HOUR,
    MINUTE,
    NOW,
    TEAM_CLOCK,
    TIMES,
    entry,
    started,
    story_of,
)

BEGAN = NOW - 25 * HOUR
DUE = BEGAN + 24 * HOUR
FORMED = entry("rapid_assessment.team_formed", DUE + 2 * HOUR, late=True)


def bar(*entries: object) -> Bar:
    (found,) = story_of(started("C06", BEGAN), *entries).bars  # type: ignore[arg-type]  # entries
    return found


@pytest.mark.parametrize(
    ("entries", "says", "pressing"),
    [
        ([], "due 1 h ago", True),
        (
            [entry("clock.met", DUE - HOUR, rule="C06", met_at=(DUE - HOUR).isoformat())],
            "met, 1 h before it was due",
            False,
        ),
        ([entry("clock.missed", DUE, rule="C06", due_at=DUE.isoformat())], "missed, 1 h late and still open", True),
        (
            [entry("clock.missed", DUE, rule="C06", due_at=DUE.isoformat()), FORMED],
            "missed, done 2 h late",
            False,
        ),
        ([entry("clock.excused", DUE - HOUR, rule="C06", reason="team_stood_down")], "fell away", False),
        (
            [
                entry("clock.missed", DUE, rule="C06", due_at=DUE.isoformat()),
                entry("clock.excused", DUE + HOUR, rule="C06", reason="team_stood_down"),
            ],
            "missed, then fell away",
            False,
        ),
        (
            [
                entry("clock.missed", DUE, rule="C06", due_at=DUE.isoformat()),
                entry("clock.found_met", DUE - HOUR, rule="C06", met_at=(DUE - HOUR).isoformat()),
            ],
            "recorded as missed, in truth met",
            False,
        ),
        (
            [
                entry("clock.met", DUE - HOUR, rule="C06", met_at=(DUE - HOUR).isoformat()),
                entry("clock.found_missed", DUE + HOUR, rule="C06", done_at=(DUE + HOUR).isoformat()),
            ],
            "entered as met, in truth 1 h late",
            False,
        ),
        (
            [entry("clock.extended", DUE - HOUR, rule="C06", due_at=(DUE + 6 * HOUR).isoformat())],
            "5 h left",
            True,
        ),
    ],
)
def test_a_clock_is_one_bar_that_says_how_it_stands(entries: list[object], says: str, pressing: bool) -> None:
    found = bar(*entries)
    assert standing_of(found, TIMES) == says
    assert found.pressing is pressing


def test_each_clock_is_a_bar_of_its_own_also_of_a_second_opening() -> None:
    found = story_of(
        started("C06", BEGAN), started("C02", BEGAN, stream=CONTACT_CLOCK), started("C06", NOW, stream=uuid4())
    )
    assert [each.rule for each in found.bars] == ["C02", "C06", "C06"]
    assert found.dots == []
    assert found.lines == []


def test_people_are_named_where_the_viewer_may_know_them_and_are_somebody_where_not() -> None:
    accepted = entry("team.seat_accepted", BEGAN, by=ADVOCATE, seat="victim_advocate", responder=str(ADVOCATE))
    declined = entry("team.seat_declined", BEGAN, by=uuid4(), seat="victim_advocate", responder=str(uuid4()))
    lines = story_of(accepted, declined).lines
    assert lines[0].sentence == "Example Advocate One accepted the seat: Certified advocate."
    assert lines[1].sentence == "Somebody declined the seat: Certified advocate."
    assert (lines[0].by, lines[1].by) == ("Example Advocate One", "somebody")


def test_what_was_typed_in_long_after_says_so_and_what_a_clock_tells_does_not() -> None:
    late = entry("contact.made", BEGAN, by=ADVOCATE, recorded_at=BEGAN + HOUR, worker=str(ADVOCATE))
    soon = entry("contact.made", BEGAN, by=ADVOCATE, recorded_at=BEGAN + MINUTE, worker=str(ADVOCATE))
    clock = entry("clock.missed", DUE, recorded_at=DUE + HOUR, rule="C06", due_at=DUE.isoformat())
    found = story_of(started("C06", BEGAN), late, soon, clock)
    assert sorted(line.late for line in found.lines) == [False, False, True]


def test_clocks_of_whom_the_same_happens_at_one_moment_are_one_sentence() -> None:
    both = [
        entry("clock.warned", NOW - HOUR, stream=stream, rule=rule, due_at=NOW.isoformat())
        for stream, rule in ((TEAM_CLOCK, "C06"), (CONTACT_CLOCK, "C02"))
    ]
    found = story_of(started("C06", BEGAN), started("C02", BEGAN, stream=CONTACT_CLOCK), *both)
    (line,) = found.lines
    assert line.sentence == "Team of three formed and Child seen in person: the time is running out, due 03:12."


def test_lines_are_in_the_order_of_what_happened_and_dots_too() -> None:
    late = entry("contact.made", BEGAN, by=ADVOCATE, recorded_at=NOW, worker=str(ADVOCATE))
    early = entry("team.seat_accepted", BEGAN + HOUR, seat="victim_advocate", responder=str(ADVOCATE))
    found = story_of(early, late)
    assert [line.at for line in found.lines] == [dot.at for dot in found.dots] == [BEGAN, BEGAN + HOUR]


def test_a_report_is_done_when_its_last_part_is() -> None:
    arose = entry("duty.arose", BEGAN, rule="C11", parts=["prosecutor", "statewide_coordinator"])
    first = entry("duty.part_done", BEGAN + HOUR, rule="C11", part="prosecutor")
    last = entry("duty.part_done", BEGAN + 2 * HOUR, rule="C11", part="statewide_coordinator")
    assert done_by_rule([arose, first]) == {}
    assert done_by_rule([arose, first, last]) == {"C11": BEGAN + 2 * HOUR}


def test_what_the_tip_itself_reports_is_no_news() -> None:
    assert (
        story_of(entry("duty.part_done", BEGAN, rule="C07", part="oral_report", how="the_tip"), lane="tips").lines == []
    )


def test_the_names_a_page_needs_are_those_of_who_did_something_and_who_it_was_done_with() -> None:
    asked = entry("team.seat_proposed", BEGAN, by=COORDINATOR, seat="victim_advocate", responder=str(ADVOCATE))
    assert people_in({"rapid_assessment": [asked, started("C06", BEGAN)]}) == {COORDINATOR, ADVOCATE}


def test_an_event_nobody_has_words_for_is_a_fault_and_not_silence() -> None:
    with pytest.raises(KeyError):
        story_of(entry("team.unheard_of", BEGAN + timedelta(hours=1)))
