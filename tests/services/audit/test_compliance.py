"""How a clock ended, once and in one way; and numbers that are the lengths of the lists they open."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.rapid_assessment import TeamFormed
from contracts.language import Event, Personal
from services.audit.compliance.circumstances import beside
from services.audit.compliance.counting import by_rule, counted, spread
from services.audit.compliance.history import OUTCOMES, History, Outcome, history_of
from services.audit.compliance.placing import NOT_KNOWN, Asked, narrowed, placed
from services.audit.replay.telling import read
from services.rapid_assessment.contact.events import ContactImpossible, ContactMade
from services.rapid_assessment.notice.events import NoticeAcknowledged, NoticeRequested
from tests.services.audit.clocks import HISTORIES, HOUR, MANY, TABLES, Act, history, ran
from tests.services.audit.given import EVENING, row

COUNTIES = ("Hinds", "Rankin", "")


@pytest.mark.parametrize(
    ("acts", "outcome"),
    [
        ((), "open"),
        ((("meet", 3),), "met"),
        ((("time", 25),), "missed"),
        ((("time", 25), ("found_met", 1)), "met"),
        ((("meet", 3), ("correct", 30)), "missed"),
        ((("excuse", 3),), "excused"),
        # It fell away only after it was missed: that does not undo the miss.
        ((("time", 25), ("excuse", 1)), "missed"),
        ((("excuse", 30),), "missed"),
        # An authority that the rule lists says so.
        ((("time", 25), ("excuse_by_law", 1)), "lawfully_missed"),
        ((("excuse_by_law", 3),), "excused"),
        ((("extend", 3), ("time", 21)), "open"),
    ],
)
def test_how_a_clock_of_24_hours_stands(acts: tuple[Act, ...], outcome: Outcome) -> None:
    assert history("C06", acts).outcome == outcome


@settings(max_examples=MANY)
@given(st.lists(HISTORIES, max_size=12))
def test_each_clock_is_in_exactly_one(histories: list[History]) -> None:
    clocks = placed(histories, {}, {}, TABLES)
    lists = {outcome: narrowed(clocks, Asked(outcome=outcome)) for outcome in OUTCOMES}
    found = [each.history for of_one in lists.values() for each in of_one]
    assert len(found) == len(histories)
    assert {each.clock for each in found} == {each.clock for each in histories}
    assert {each.history.known for each in lists["open"]} <= {"running"}
    assert "running" not in {each.history.known for name in OUTCOMES if name != "open" for each in lists[name]}
    # What was ever missed and was not found to be met is never told as if it had been excused.
    assert {each.history.known for each in lists["excused"]} <= {"excused"}


def test_an_authority_is_that_of_the_excuse_and_of_no_ruling_before_it() -> None:
    assert history("C06", [("time", 25), ("excuse_by_law", 1)]).authority == "held_elsewhere"
    assert history("C06", [("excuse", 1)]).authority == ""


@settings(max_examples=MANY)
@given(
    st.lists(st.tuples(HISTORIES, st.sampled_from(COUNTIES)), max_size=12),
    st.sampled_from(("", "C06", "C41")),
    st.sampled_from(("", "2026-09", "2026-11")),
    st.sampled_from(("", *COUNTIES[:2], NOT_KNOWN)),
)
def test_every_number_is_the_length_of_the_list_it_opens(
    given_: list[tuple[History, str]], rule: str, month: str, county: str
) -> None:
    clocks = placed([each for each, _ in given_], {each.case: where for each, where in given_}, {}, TABLES)
    asked = Asked(rule=rule, since=month, until=month, county=county)
    shown = narrowed(clocks, asked)

    def opened(**more: str) -> int:
        return len(narrowed(clocks, msgspec.structs.replace(asked, **more)))

    for number in counted(shown, lambda each: each.month):
        assert number.all == opened(since=number.key, until=number.key)
    for number in counted(shown, lambda each: each.place.county):
        assert number.all == opened(county=number.key)
    for number in counted(shown, lambda each: each.place.agency):
        assert number.all == opened(agency=number.key)
    for line in by_rule(shown, TABLES):
        for outcome in OUTCOMES:
            assert getattr(line.counted, outcome) == opened(rule=line.rule, outcome=outcome)
        # What of them is told by month, and of how early and how late they were, comes to the same.
        assert sum(each.all for each in line.months) == line.counted.all
        assert line.left.clocks == line.counted.met
        assert line.late.clocks + line.not_told == line.counted.missed + line.counted.lawfully_missed
    assert sum(line.counted.all for line in by_rule(shown, TABLES)) == len(shown)


@given(st.lists(st.integers(min_value=0, max_value=5_000), max_size=20))
def test_each_part_of_the_spread_is_the_length_of_one_of_them(minutes: list[int]) -> None:
    found = spread(timedelta(minutes=each) for each in minutes)
    parts = [found.least, found.quarter, found.half, found.three_quarters, found.most]
    assert found.clocks == len(minutes)
    assert all(each in minutes for each in parts) if minutes else set(parts) == {None}
    assert parts == sorted(parts, key=lambda each: each or 0)


def test_a_month_is_that_of_the_clocks_on_the_wall_and_an_extension_does_not_move_it() -> None:
    begun = EVENING.replace(month=11, day=1, hour=4)
    (clock,) = placed([history("C41", [("extend", 3)], since=begun)], {}, {}, TABLES)
    assert clock.month == "2026-10"


def test_who_answers_is_said_by_the_rule_or_else_by_whose_act_it_began() -> None:
    team, arraignment = history("C06"), history("C39")
    clocks = placed([team, arraignment], {team.case: ""}, {team.clock: "DA-07", arraignment.clock: "DA-07"}, TABLES)
    assert [(each.place.agency, each.place.county) for each in clocks] == [("MDCPS-HTC", NOT_KNOWN), ("DA-07", "")]
    # The row says "local law enforcement", which is many agencies: it is the one that was called.
    pickup = history("C55")
    (called,) = placed([pickup], {}, {pickup.clock: "JACKSON-PD"}, TABLES)
    assert called.place.agency == "JACKSON-PD"
    (nobody,) = placed([arraignment], {}, {}, TABLES)
    assert nobody.place.agency == NOT_KNOWN


def test_contact_that_could_not_be_made_is_lawfully_missed_once_everybody_the_law_names_acknowledged() -> None:
    tip = uuid4()
    missed = history_of(ran("C02", [("time", 25)], case=tip))
    assert missed is not None
    text = Personal(person=uuid4(), text="Knocked, nobody there")
    events = [ContactImpossible(tip=tip, known_at=EVENING, attempts=(text,), planned_steps=(text,))]
    notices = {role: uuid4() for role in ("cps_coordinator", "law_enforcement")}
    asked = [
        NoticeRequested(
            notice=each, tip=tip, role=role, why="contact_impossible", rule="C03", citation="", empty_seats=()
        )
        for role, each in notices.items()
    ]

    def outcome(*acknowledged: UUID) -> str:
        known = [NoticeAcknowledged(notice=each, account=uuid4()) for each in acknowledged]
        told = [
            read(row(each, source="rapid_assessment", position=number, case=tip))
            for number, each in enumerate([*events, *asked, *known], 1)
        ]
        (found,) = beside([missed], told, TABLES)
        return found.outcome

    one, other = notices.values()
    assert [outcome(), outcome(one), outcome(other), outcome(other, one)] == [*["missed"] * 3, "lawfully_missed"]


DONE_AT = EVENING + 30 * HOUR
TIP = UUID("aaaaaaaa-0000-4000-8000-000000000001")
PLACE = Personal(person=TIP, text="At school")


@pytest.mark.parametrize(
    ("rule", "event"),
    [
        ("C06", TeamFormed(team=TIP, tip=TIP, formed_at=DONE_AT, late=True)),
        ("C02", ContactMade(tip=TIP, made_at=DONE_AT, worker=TIP, place=PLACE)),
    ],
)
def test_of_a_missed_clock_it_is_found_elsewhere_when_the_duty_was_done_after_all(rule: str, event: Event) -> None:
    missed = history_of(ran(rule, [("time", 25)], case=TIP))
    assert missed is not None
    (found,) = beside([missed], [read(row(event, source="rapid_assessment", case=TIP))], TABLES)
    assert (found.outcome, found.done_at) == ("missed", DONE_AT)
    (line,) = by_rule(placed([found], {}, {}, TABLES), TABLES)
    assert (line.late.half, line.not_told) == (6 * 60, 0)
