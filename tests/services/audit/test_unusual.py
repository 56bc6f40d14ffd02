"""What reading is unusual, given a week's reads and the table: each rule, what is not told, and who judges it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import UnusualReading, load_mississippi
from contracts.language import Event, Personal, Refused
from services.audit.replay.telling import RightsGiven, Told
from services.audit.unusual.decisions import Sign, UnusualRefusal, find, judge, told
from services.audit.unusual.events import UnusualReadingFound, UnusualReadingJudged
from services.audit.unusual.facts import Departed, Facts, Opening, Read, Seated, ShutOut
from services.audit.unusual.gathering import ROTAS, SEATS
from services.audit.unusual.shifts import Rota, on_call, rotas_of
from services.audit.unusual.signs import signs_of
from services.audit.unusual.state import Outcome, Unusual, evolve
from services.rapid_assessment.rota import events as rota_events
from services.rapid_assessment.rota import shifts as theirs
from services.rapid_assessment.rota import state as their_state
from services.rapid_assessment.team.events import TEAM_EVENTS
from tests.support.running_service import NOON

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
MISSISSIPPI = load_mississippi()
TABLE = MISSISSIPPI.unusual_at(NOON + WEEK)
SINCE, UNTIL = NOON, NOON + WEEK
# 03:00 in Central time on Wednesday night.
NIGHT = datetime.fromisoformat("2026-11-04T09:00:00+00:00")
OFFICER, ADVOCATE, HOTLINE, AUDITOR, OTHER = (UUID(int=each) for each in range(1, 6))
REVIEW, CASE = UUID(int=10), UUID(int=11)
CASES = [UUID(int=100 + each) for each in range(60)]
ROLES = {OFFICER: "trafficking_investigator", ADVOCATE: "victim_advocate", HOTLINE: "cps_intake", AUDITOR: "auditor"}
RIGHTS: Mapping[str, Sequence[RightsGiven]] = {
    f"account:{who}": [RightsGiven(NOON - WEEK, (role,), "MBI", ("Hinds",))] for who, role in ROLES.items()
}
ALL_COUNTIES = {case: frozenset({"Hinds"}) for case in (CASE, *CASES)}


def week(*reads: Read, **more: Any) -> Facts:
    facts = Facts(
        since=SINCE, until=UNTIL, rights=RIGHTS, counties=ALL_COUNTIES, withheld=frozenset({"victim_advocate"})
    )
    return msgspec.structs.replace(facts, reads=reads, **more)


def works_in(rights: RightsGiven) -> tuple[str, ...]:
    return rights.counties


def signs(facts: Facts, table: Sequence[UnusualReading] = TABLE) -> list[Sign]:
    return signs_of(facts, table, works_in)


def found(facts: Facts) -> list[tuple[str, UUID, int]]:
    return [(each.rule, each.account, each.count) for each in signs(facts)]


def by_day(who: UUID, *cases: UUID, at: datetime = NOON + HOUR, apart: timedelta = timedelta(0)) -> list[Read]:
    return [Read(who, "MBI", at + apart * nth, case) for nth, case in enumerate(cases)]


def test_many_cases_in_a_day_are_unusual_and_the_same_spread_over_the_week_or_read_again_are_not() -> None:
    assert found(week(*by_day(OFFICER, *CASES[:12]))) == [("many_cases", OFFICER, 12)]
    assert found(week(*by_day(OFFICER, *CASES[:11], *CASES[:11]))) == []
    assert found(week(*by_day(OFFICER, *CASES[:12], at=SINCE, apart=3 * HOUR))) == []
    # The table lets the hotline read more, since it is their work; not without end.
    assert found(week(*by_day(HOTLINE, *CASES[:59]))) == []
    assert found(week(*by_day(HOTLINE, *CASES))) == [("many_cases", HOTLINE, 60)]


@given(st.lists(st.tuples(st.sampled_from(CASES[:15]), st.integers(0, 7 * 24)), max_size=40))
def test_what_is_counted_within_a_day_is_the_most_that_any_day_holds(read: list[tuple[UUID, int]]) -> None:
    reads = [Read(OFFICER, "MBI", SINCE + HOUR * hour, case) for case, hour in read]
    most = max((len({each.case for each in reads if SINCE + HOUR * hour <= each.at < SINCE + HOUR * hour + DAY})
                for hour in range(7 * 24 + 1)), default=0)  # fmt: skip
    many = [each.count for each in signs(week(*reads)) if each.rule == "many_cases"]
    assert many == ([most] if most >= 12 else [])


def test_cases_of_other_counties_are_unusual_unless_the_account_was_asked_to_help() -> None:
    elsewhere = {CASES[0]: frozenset({"Rankin"}), CASES[1]: frozenset({"Rankin"}), CASES[2]: frozenset[str]()}
    facts = week(*by_day(OFFICER, *CASES[:3]), counties=elsewhere)
    assert found(facts) == [("other_counties", OFFICER, 2)]
    asked = {(CASES[0], OFFICER): [Seated(NOON, left=False)]}
    assert found(msgspec.structs.replace(facts, seated=asked)) == []
    assert signs_of(facts, TABLE, lambda _: None) == []


def at_night(who: UUID, **more: Any) -> Facts:
    return week(*by_day(who, *[CASE] * 5, at=NIGHT, apart=timedelta(minutes=5)), **more)


def test_reading_at_night_is_unusual_unless_on_call_or_asked_and_never_of_those_who_work_by_night() -> None:
    assert found(at_night(OFFICER)) == [("at_night", OFFICER, 5)]
    assert found(at_night(HOTLINE)) == []
    asked = {(CASE, OFFICER): [Seated(NIGHT - HOUR, left=False)]}
    assert found(at_night(OFFICER, seated=asked)) == []
    assert found(at_night(OFFICER, seated={(CASE, OFFICER): [Seated(NIGHT + HOUR, left=False)]})) != []
    rota = rotas_of([told_of(turns(OFFICER, starts_at=NIGHT - HOUR))])
    assert found(at_night(OFFICER, rotas=rota)) == []
    # By the clocks on the wall: 21:59 is no night, 22:00 is.
    for minutes, is_found in ((-1, False), (0, True)):
        evening = NIGHT - 5 * HOUR + timedelta(minutes=minutes)
        assert bool(found(week(*by_day(OFFICER, *[CASE] * 5, at=evening)))) is is_found


def test_of_whoever_may_hold_the_withheld_seat_no_case_is_told_and_none_can_be_guessed() -> None:
    (sign,) = signs(at_night(ADVOCATE))
    assert (sign.rule, sign.cases, sign.counts, sign.of_cases) == ("at_night", (), (), 1)
    # Were it an excuse that she was asked, nothing found would say whose team she is on.
    asked = {(CASE, ADVOCATE): [Seated(NIGHT - HOUR, left=False)]}
    assert signs(at_night(ADVOCATE, seated=asked)) == [sign]
    left = {(CASE, ADVOCATE): [Seated(NIGHT - DAY, left=False), Seated(NIGHT - HOUR, left=True)]}
    assert signs(at_night(ADVOCATE, seated=left)) == [sign]
    # So for whoever was once asked for the seat, whatever their role is now.
    assert (
        signs(at_night(OFFICER, seated={(CASE, OFFICER): left[CASE, ADVOCATE]}, concealed=frozenset({OFFICER})))[
            0
        ].cases
        == ()
    )


def test_reading_after_leaving_a_team_is_unusual_until_asked_again() -> None:
    seats = [Seated(NOON, left=False), Seated(NOON + HOUR, left=True), Seated(NOON + 3 * HOUR, left=False)]
    of = {(CASE, OFFICER): seats}
    for hours, is_found in ((0.5, False), (2, True), (4, False)):
        (read,) = by_day(OFFICER, CASE, at=NOON + hours * HOUR)
        assert found(week(read, seated=of)) == ([("after_leaving_team", OFFICER, 1)] if is_found else [])


def test_whoever_a_tip_names_is_found_for_what_they_read_before_and_who_is_kept_out_for_what_they_read_after() -> None:
    def shut(*, named: bool, at: datetime = NOON + 2 * HOUR, until: datetime | None = None) -> dict[str, Any]:
        return {"shut_out": {(CASE, OFFICER): [ShutOut(at, until, named)]}}

    before, after = by_day(OFFICER, CASE), by_day(OFFICER, CASE, at=NOON + 3 * HOUR)
    long_ago = by_day(OFFICER, CASE, at=SINCE - 30 * DAY)
    own = [("own_case", OFFICER, 1)]
    assert found(week(*before, **shut(named=True))) == own
    assert found(week(before=long_ago, **shut(named=True))) == own
    assert found(week(*before, **shut(named=False))) == []
    assert found(week(*after, **shut(named=False))) == own
    assert found(week(*after, **shut(named=False, until=NOON + 2.5 * HOUR))) == []
    # What is found in the week of the naming is not found again in the next.
    assert found(week(before=long_ago, **shut(named=True, at=SINCE - DAY))) == []


def test_reading_after_the_holder_left_files_of_many_rows_and_openings_nobody_reviewed_are_unusual() -> None:
    left = [Departed(OFFICER, NOON - DAY)]
    reads = [Read(OFFICER, "MBI", NOON - HOUR, None)]
    assert found(week(before=reads, departed=left)) == [("after_leaving_agency", OFFICER, 1)]
    assert found(week(before=[reads[0]._replace(at=NOON - 2 * DAY)], departed=left)) == []
    files = [Read(OFFICER, "MBI", NOON + HOUR, None, rows=250)] * 2
    assert found(week(*files)) == [("much_taken", OFFICER, 500)]
    assert found(week(files[0])) == []
    (sign,) = signs(week(openings=[Opening(OFFICER, CASE)]))
    assert (sign.rule, sign.agency, sign.roles, sign.cases) == (
        *("opening_not_reviewed", "MBI", ("trafficking_investigator",), (CASE,)),
    )


def test_the_table_says_from_when_on_a_rule_counts() -> None:
    assert MISSISSIPPI.unusual_at(datetime.fromisoformat("2026-10-31T12:00:00+00:00")) == ()
    assert signs(at_night(OFFICER), ()) == []


def a_sign(who: UUID = OFFICER, *cases: UUID, each: int = 5, threshold: int = 5) -> Sign:
    return Sign(
        rule="at_night",
        rule_version=1,
        account=who,
        agency="MBI",
        roles=("trafficking_investigator",),
        count=each * len(cases) or 7,
        threshold=threshold,
        of_cases=len(cases) or 2,
        cases=cases,
        counts=(each,) * len(cases),
    )


def book(*events: Event) -> Unusual:
    return reduce(evolve, events, Unusual())


def judged(finding: UUID, outcome: Outcome = Outcome.FALSE_ALARM) -> UnusualReadingJudged:
    note = Personal(person=REVIEW, text="Was called.")
    return UnusualReadingJudged(review=REVIEW, finding=finding, account=AUDITOR, outcome=outcome.value, note=note)


def test_nothing_is_found_twice_and_what_has_become_more_is_found_anew() -> None:
    (first,) = find(book(), REVIEW, [a_sign(OFFICER, CASE)])
    assert isinstance(first, UnusualReadingFound)
    assert find(book(first), REVIEW, [a_sign(OFFICER, CASE)]) == []
    # Rows that came to the copy late.
    (more,) = find(book(first), REVIEW, [a_sign(OFFICER, CASE, CASES[0])])
    assert isinstance(more, UnusualReadingFound)
    assert more.instead_of == first.finding
    assert [each.finding for each in book(first, more).found] == [more.finding]
    # What was judged stays so; what came after it waits by itself.
    (more,) = find(book(first, judged(first.finding)), REVIEW, [a_sign(OFFICER, CASE, CASES[0])])
    assert isinstance(more, UnusualReadingFound)
    assert more.instead_of is None
    after = book(first, judged(first.finding), more)
    assert [(each.finding, each.open) for each in after.found] == [(first.finding, False), (more.finding, True)]
    assert find(after, REVIEW, [a_sign(OFFICER, CASE, CASES[0])]) == []


@given(st.lists(st.tuples(st.sampled_from([OFFICER, ADVOCATE, HOTLINE]), st.integers(1, 4)), max_size=12))
def test_however_often_a_week_is_looked_through_one_finding_of_a_matter_waits(looks: list[tuple[UUID, int]]) -> None:
    unusual, ids = book(), set[UUID]()
    for who, many in looks:
        new = find(unusual, REVIEW, [a_sign(who, *CASES[:many])])
        ids |= {each.finding for each in new if isinstance(each, UnusualReadingFound)}
        unusual = reduce(evolve, new, unusual)
    assert len(ids) == unusual.times
    assert {each.account: each.of_cases for each in unusual.found} == {
        who: max(many for each, many in looks if each == who) for who in {who for who, _ in looks}
    }


def test_an_auditor_is_told_nothing_of_their_own_reading_nor_what_points_to_a_case_they_are_kept_out_of() -> None:
    events = find(book(), REVIEW, [a_sign(AUDITOR, CASE), a_sign(OFFICER, CASE, CASES[0]), a_sign(OTHER, CASE)])
    unusual = book(*events)
    assert [each.account for each in told(unusual, OTHER, ())] == [AUDITOR, OFFICER]
    (left,) = told(unusual, AUDITOR, {CASE})
    # Just as if there were no such case.
    assert (left.account, left.count, left.of_cases, left.cases) == (OFFICER, 5, 1, (CASES[0],))
    hidden = told(book(*find(book(), REVIEW, [a_sign(ADVOCATE)])), OTHER, {CASE})
    assert [(each.count, each.cases) for each in hidden] == [(7, ())]


def test_a_finding_is_judged_once_with_a_reason_by_somebody_who_is_told_of_it() -> None:
    (first,) = find(book(), REVIEW, [a_sign(OFFICER, CASE)])
    assert isinstance(first, UnusualReadingFound)
    open_one = told(book(first), AUDITOR, ())
    assert judge(open_one, REVIEW, first.finding, AUDITOR, Outcome.FALSE_ALARM, "Was called.") == [
        judged(first.finding)
    ]
    with pytest.raises(LookupError):
        judge(told(book(first), OFFICER, ()), REVIEW, first.finding, OFFICER, Outcome.JUSTIFIED, "It was I.")
    over = told(book(first, judged(first.finding)), OTHER, ())
    with pytest.raises(Refused) as refused:
        judge(over, REVIEW, first.finding, OTHER, Outcome.JUSTIFIED, "No.")
    assert refused.value.code == UnusualRefusal.JUDGED_ALREADY


def test_what_is_gathered_of_teams_and_rotas_are_events_that_rapid_assessment_has() -> None:
    assert {*ROTAS, *SEATS} <= {event.NAME for event in (*rota_events.ROTA_EVENTS, *TEAM_EVENTS)}


ROTA, ROTATION = UUID(int=50), UUID(int=51)
PEOPLE = [UUID(int=60 + each) for each in range(3)]


def turns(*people: UUID, starts_at: datetime = NOON, since: datetime = NOON - DAY, hours: int = 12) -> Event:
    return rota_events.RotationSet(
        rota=ROTA, rotation=ROTATION, participants=people, shift_hours=hours, starts_at=starts_at, since=since,
        overlooked=(),
    )  # fmt: skip


def told_of(event: Event, position: int = 1) -> Told:
    data = msgspec.json.decode(msgspec.json.encode(event))
    return Told(1, uuid4(), NOON, NOON, "", "", uuid4(), None, ROTA, data, "", position, event.NAME, ROTA)


MOMENTS = st.integers(0, 21 * 24).map(lambda hours: NOON - 7 * DAY + HOUR * hours)
CHANGES = st.one_of(
    st.builds(turns, *[st.sampled_from(PEOPLE)] * 2, since=MOMENTS, starts_at=MOMENTS,
              hours=st.sampled_from([8, 12, 24])),
    st.builds(rota_events.HandoverMoved, rota=st.just(ROTA), rotation=st.just(ROTATION),
              minutes=st.sampled_from([-90, 60, 240]), since=MOMENTS),
    st.builds(rota_events.RotaEnded, rota=st.just(ROTA), ended_at=MOMENTS),
    st.builds(lambda who, since, hours, nth: rota_events.OverrideSet(
        rota=ROTA, override=UUID(int=70 + nth), account=who, since=since, until=since + HOUR * hours, overlooked=()),
        st.sampled_from(PEOPLE), MOMENTS, st.integers(1, 48), st.integers(0, 2)),
    st.builds(rota_events.OverrideWithdrawn, rota=st.just(ROTA),
              override=st.integers(0, 2).map(lambda nth: UUID(int=70 + nth)), withdrawn_at=MOMENTS),
    st.builds(lambda by, to, number, back, nth: rota_events.SwapOffered(
        rota=ROTA, swap=UUID(int=80 + nth), by=by, to=to, rotation=ROTATION, number=number, in_return=back,
        overlooked=()),
        st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(-5, 20), st.none() | st.integers(-5, 20),
        st.integers(0, 1)),
    st.builds(rota_events.SwapAgreed, rota=st.just(ROTA), overlooked=st.just(()),
              swap=st.integers(0, 1).map(lambda nth: UUID(int=80 + nth))),
)  # fmt: skip


@given(st.lists(CHANGES, max_size=8), st.lists(MOMENTS, min_size=1, max_size=8))
def test_who_is_on_call_is_counted_as_the_rapid_assessment_service_does_where_nobody_is_away(
    events: list[Event], moments: list[datetime]
) -> None:
    rota = next(iter(rotas_of(map(told_of, events))), Rota())
    state = reduce(their_state.evolve, events, their_state.Rota())
    for at in moments:
        assert on_call(rota, at) == theirs.on_call_at(state, {}, at)
