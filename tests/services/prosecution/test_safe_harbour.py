"""An accused who was a victim or a minor: what is found by itself, what is owed, and how a conviction is undone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given as given_that
from hypothesis import settings
from hypothesis import strategies as st

from contracts.language import Event, InvalidValue, Refused
from services.prosecution.case import charges
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import CountAgeCorrected, CountEnteredInError
from services.prosecution.case.proceedings import clock_steps
from services.prosecution.case.state import Case
from services.prosecution.safe_harbour import grounds, petitions, referrals
from services.prosecution.safe_harbour.grounds import HarbourRefusal, Of, keep_up
from services.prosecution.safe_harbour.state import Petition, SafeHarbour, evolve
from tests.services.prosecution.given import (
    ACCUSED,
    CASE,
    CHARGING,
    DAY,
    HOUR,
    MISSISSIPPI,
    ONE,
    PROSTITUTION,
    SECOND,
    TIP,
    TWO,
    accepted,
    added,
    begun,
    came,
    case,
    charged,
    count_of,
    entered,
    filed,
    names,
)
from tests.support.running_service import NOON

LISTS = CHARGING.safe_harbour
OF = Of(CASE, TIP, ACCUSED)
PETITION, LETTER = uuid4(), uuid4()
SIGNS = MISSISSIPPI.instrument_at(NOON).codes
COURTS = tuple(CHARGING.courts)


def convicted(*, offence: str = PROSTITUTION, age: str = "adult") -> list[Event]:
    return [*charged(filed(offence=offence, age=age)), entered("trial"), entered("verdict"), entered("judgment")]


def corrected(age: str, count: UUID = ONE, *, in_error: bool = False) -> list[Event]:
    events: list[Event] = [CountAgeCorrected(case=CASE, count=count, age_at_act=age)]
    if in_error:
        events.append(CountEnteredInError(case=CASE, count=count, rule="minor_never_accused", citation="x"))
    return events


def folded(events: Sequence[Event], harbour: SafeHarbour | None = None) -> SafeHarbour:
    state = harbour or SafeHarbour()
    for event in events:
        state = evolve(state, event)
    return state


def kept(state: Case, harbour: SafeHarbour | None = None, accused: UUID = ACCUSED) -> list[Event]:
    return keep_up(state, accused, harbour or SafeHarbour(), LISTS, NOON)


def found(state: Case, ground: str = "government_documentation") -> SafeHarbour:
    """People found it, and what follows."""
    harbour = folded(grounds.find(SafeHarbour(), OF, ground, NOON, LISTS, NOON))
    return folded(kept(state, harbour), harbour)


def listed() -> SafeHarbour:
    return found(case(*convicted()))


def opened(route: str = "vacatur") -> SafeHarbour:
    harbour = listed()
    return folded(petitions.open_petition(harbour, OF, PETITION, ONE, route, NOON, LISTS, NOON), harbour)


def before_the_court(route: str = "vacatur") -> SafeHarbour:
    harbour = opened(route)
    return folded(
        petitions.file(OF, harbour.petitions[PETITION], "circuit", NOON, NOON.date(), COURTS, LISTS, NOON), harbour
    )


def decided(*, granted: bool, reason: str, route: str = "vacatur") -> SafeHarbour:
    harbour = before_the_court(route)
    petition = harbour.petitions[PETITION]
    return folded(petitions.decide(OF, petition, reason, NOON, LISTS, NOON, granted=granted), harbour)


def refused(what: Callable[[], Any], code: HarbourRefusal) -> Refused:
    with pytest.raises(Refused) as caught:
        what()
    assert caught.value.code == code
    return caught.value


def test_a_minor_at_the_time_of_an_act_is_found_by_itself_and_reported_to_the_hotline() -> None:
    state = case(*charged(filed(age="under_18")))
    events = kept(state)
    assert names(events) == ["safe_harbour.ground_found", "safe_harbour.referral_owed"]
    harbour = folded(events)
    assert (list(harbour.grounds), list(harbour.referrals)) == (["minor_at_act"], ["cps_hotline"])
    assert kept(state, harbour) == []


def test_an_age_found_out_later_is_found_too_and_a_conviction_entered_in_error_is_still_listed() -> None:
    state = case(*convicted(), *corrected("under_18", in_error=True))
    harbour = folded(kept(state))
    assert (list(harbour.grounds), harbour.listed) == (["minor_at_act"], (ONE,))


def test_an_age_no_longer_known_is_a_ground_until_it_is_shown() -> None:
    harbour = folded(kept(case(*convicted(), *corrected("not_known", in_error=True))))
    assert list(harbour.grounds) == ["age_not_known"]
    shown = case(*convicted(), *corrected("not_known", in_error=True), *corrected("adult"))
    events = kept(shown, harbour)
    assert names(events) == [
        "safe_harbour.ground_ended",
        "safe_harbour.referral_not_made",
        "safe_harbour.count_unlisted",
    ]


def test_an_unknown_age_alone_raises_no_alert_where_the_count_may_stand() -> None:
    assert kept(case(*charged(filed(age="not_known")))) == []


def test_an_accused_whom_a_count_names_as_its_victim_is_found() -> None:
    other = filed(TWO, accused=SECOND)
    state = case(*accepted(), added(), added(SECOND), filed(), charges_of(other, victim=ACCUSED))
    harbour = folded(kept(state))
    assert list(harbour.grounds) == ["victim_in_case"]
    assert list(harbour.referrals) == ["task_force", "victim_advocate"]
    assert kept(state, accused=SECOND) == []


def charges_of(event: Any, **changes: Any) -> Event:
    fields = {name: getattr(event, name) for name in event.__struct_fields__} | changes
    made: Event = type(event)(**fields)
    return made


def test_what_people_find_lists_convictions_that_stand_and_no_other_count() -> None:
    assert listed().listed == (ONE,)
    assert found(case(*charged())).listed == ()
    over = case(*convicted(), entered("appeal"), came("reversed_and_rendered", "appeal"))
    assert found(over).listed == ()
    retried = case(*convicted(), entered("appeal"), came("reversed_and_remanded", "appeal"), entered("trial_setting"))
    events = kept(retried, listed())
    assert [(event.NAME, getattr(event, "reason", "")) for event in events] == [
        ("safe_harbour.count_unlisted", "no_conviction")
    ]


def test_a_ground_of_the_case_is_neither_entered_nor_ended_by_people_and_another_only_once() -> None:
    for do in (
        lambda: grounds.find(SafeHarbour(), OF, "minor_at_act", NOON, LISTS, NOON),
        lambda: grounds.end(SafeHarbour(), OF, "victim_in_case", "shown_otherwise", LISTS),
    ):
        refused(do, HarbourRefusal.BY_ITSELF)
    harbour = listed()
    refused(
        lambda: grounds.find(harbour, OF, "government_documentation", NOON, LISTS, NOON), HarbourRefusal.FOUND_ALREADY
    )
    refused(lambda: grounds.end(harbour, OF, "court_found", "shown_otherwise", LISTS), HarbourRefusal.NOT_FOUND)
    with pytest.raises(InvalidValue, match="ground"):
        grounds.find(harbour, OF, "hunch", NOON, LISTS, NOON)
    with pytest.raises(InvalidValue, match="at"):
        grounds.find(harbour, OF, "court_found", NOON + HOUR, LISTS, NOON)


def test_a_ground_that_ends_takes_back_what_it_owed_and_listed_and_not_what_was_done() -> None:
    state, harbour = case(*convicted()), listed()
    harbour = folded(referrals.make(harbour, OF, of("task_force"), NOON, NOON), harbour)
    harbour = folded(grounds.end(harbour, OF, "government_documentation", "shown_otherwise", LISTS), harbour)
    after = folded(kept(state, harbour), harbour)
    assert after.listed == ()
    assert (after.referrals["task_force"].phase, after.referrals["victim_advocate"].reason) == ("made", "ground_ended")
    again = folded(grounds.find(after, OF, "court_found", NOON, LISTS, NOON), after)
    again = folded(kept(state, again), again)
    assert (again.referrals["victim_advocate"].phase, again.referrals["task_force"].phase) == ("owed", "made")


def of(to: str) -> Any:
    return LISTS.referral(to)


def test_an_adult_who_shows_indicators_is_to_be_referred_to_task_force_and_advocate() -> None:
    state = case(*charged())
    events = referrals.note_indicators(SafeHarbour(), OF, SIGNS[:2], NOON, SIGNS, NOON)
    harbour = folded(kept(state, folded(events)), folded(events))
    assert {to: each.phase for to, each in harbour.referrals.items()} == {
        "task_force": "owed",
        "victim_advocate": "owed",
    }
    assert harbour.listed == ()
    assert referrals.note_indicators(harbour, OF, SIGNS[:1], NOON, SIGNS, NOON) == []
    with pytest.raises(InvalidValue, match="indicators"):
        referrals.note_indicators(harbour, OF, ("nervous",), NOON, SIGNS, NOON)


def test_a_referral_is_made_and_answered_in_order_and_of_an_advocate_no_answer_is_kept() -> None:
    harbour = listed()
    task_force = of("task_force")
    refused(lambda: referrals.answer(harbour, OF, task_force, "taken_up", NOON, NOON), HarbourRefusal.REFERRAL_STEP)
    left = folded(referrals.not_made(harbour, OF, task_force, "not_safe", LISTS), harbour)
    made = folded(referrals.make(left, OF, task_force, NOON, NOON), left)
    with pytest.raises(InvalidValue, match="at"):
        referrals.answer(made, OF, task_force, "taken_up", NOON - HOUR, NOON)
    answered = folded(referrals.answer(made, OF, task_force, "taken_up", NOON, NOON), made)
    assert answered.referrals["task_force"].answer == "taken_up"
    refused(lambda: referrals.make(answered, OF, task_force, NOON, NOON), HarbourRefusal.REFERRAL_STEP)
    refused(lambda: referrals.make(harbour, OF, of("cps_hotline"), NOON, NOON), HarbourRefusal.REFERRAL_STEP)
    with pytest.raises(InvalidValue, match="reason"):
        referrals.not_made(harbour, OF, task_force, "ground_ended", LISTS)
    advocate = folded(referrals.make(harbour, OF, of("victim_advocate"), NOON, NOON), harbour)
    with pytest.raises(InvalidValue, match="answer"):
        referrals.answer(advocate, OF, of("victim_advocate"), "taken_up", NOON, NOON)


def test_an_alert_is_seen_once_by_each_role_and_anew_after_what_is_found_later() -> None:
    harbour = listed()
    seen = folded(grounds.see(harbour, OF, ["prosecutor"]), harbour)
    assert grounds.see(seen, OF, ["prosecutor"]) == []
    assert names(grounds.see(seen, OF, ["prosecutor", "cps_coordinator"])) == ["safe_harbour.alert_seen"]
    later = folded(grounds.find(seen, OF, "court_found", NOON, LISTS, NOON), seen)
    assert later.seen_by == ()
    refused(lambda: grounds.see(SafeHarbour(), OF, ["prosecutor"]), HarbourRefusal.NOTHING_TO_SEE)


def test_a_petition_is_opened_for_a_listed_conviction_alone_and_once_by_a_route() -> None:
    harbour = opened()

    def anew(state: SafeHarbour, route: str = "vacatur", count: UUID = ONE) -> list[Event]:
        return petitions.open_petition(state, OF, uuid4(), count, route, NOON, LISTS, NOON)

    refused(lambda: anew(SafeHarbour()), HarbourRefusal.NOT_LISTED)
    refused(lambda: anew(harbour, count=TWO), HarbourRefusal.NOT_LISTED)
    refused(lambda: anew(harbour), HarbourRefusal.PETITION_STANDS)
    assert names(anew(harbour, "expungement")) == ["safe_harbour.petition_opened"]
    assert names(anew(decided(granted=False, reason="not_shown"))) == ["safe_harbour.petition_opened"]
    refused(lambda: anew(decided(granted=True, reason="documentation")), HarbourRefusal.PETITION_STANDS)
    with pytest.raises(InvalidValue, match="route"):
        anew(harbour, "pardon")


def test_a_letter_is_kept_by_reference_and_may_be_older_than_the_petition() -> None:
    harbour = opened()
    issued = petitions.issue_letter(OF, harbour.petitions[PETITION], LETTER, "federal_agency", NOON - DAY, LISTS, NOON)
    (letter,) = folded(issued, harbour).petitions[PETITION].letters
    assert (letter.letter, letter.issuer, letter.issued_at) == (LETTER, "federal_agency", NOON - DAY)
    with pytest.raises(InvalidValue, match="issuer"):
        petitions.issue_letter(OF, harbour.petitions[PETITION], LETTER, "a friend", NOON, LISTS, NOON)
    over = decided(granted=False, reason="not_shown").petitions[PETITION]
    refused(lambda: petitions.issue_letter(OF, over, LETTER, "court", NOON, LISTS, NOON), HarbourRefusal.PETITION_STEP)


def test_the_survivors_expungement_is_not_filed_before_its_law_was_in_force() -> None:
    # 2026-07-01 04:59 UTC is 30 June, 23:59, in Mississippi.
    before, after = datetime(2026, 7, 1, 4, 59, tzinfo=UTC), datetime(2026, 7, 1, 5, 0, tzinfo=UTC)

    def filing(route: str, at: datetime) -> list[Event]:
        harbour = listed()
        harbour = folded(petitions.open_petition(harbour, OF, PETITION, ONE, route, before, LISTS, NOON), harbour)
        day = MISSISSIPPI.day_of(at)
        return petitions.file(OF, harbour.petitions[PETITION], "circuit", at, day, COURTS, LISTS, NOON)

    no = refused(lambda: filing("expungement", before), HarbourRefusal.NOT_IN_FORCE)
    assert no.citation == "Miss. Code 97-3-54.6(6), by 2026 HB 1546 (Chapter 430)"
    assert filing("expungement", after)
    assert filing("vacatur", before)


def test_a_denial_is_told_to_the_survivor_and_a_grant_to_all_each_once() -> None:
    denied, granted = decided(granted=False, reason="not_shown"), decided(granted=True, reason="unopposed")
    assert denied.petitions[PETITION].untold == ("survivor",)
    assert granted.petitions[PETITION].untold == ("survivor", "court_clerk", "arresting_agency", "criminal_records")
    told = folded(petitions.tell(OF, granted.petitions[PETITION], "survivor", NOON, NOON), granted)
    assert told.petitions[PETITION].untold == ("court_clerk", "arresting_agency", "criminal_records")
    refused(lambda: petitions.tell(OF, told.petitions[PETITION], "survivor", NOON, NOON), HarbourRefusal.TOLD_ALREADY)
    for whom, at in (("court_clerk", NOON - HOUR), ("neighbour", NOON)):
        with pytest.raises(InvalidValue):
            petitions.tell(OF, granted.petitions[PETITION], whom, at, NOON)
    with pytest.raises(InvalidValue, match="reason"):
        decided(granted=True, reason="not_shown")


def test_a_vacated_count_is_no_conviction_has_no_clocks_and_is_not_taken_for_accused_again() -> None:
    state = case(*convicted(), begun("C43"))
    cleared = charges.clear(state, count_of(state), PETITION, "vacated", NOON, CHARGING)
    steps = clock_steps(state, cleared, CHARGING, NOON)
    assert [(each.rule, each.what, each.reason) for each in steps] == [("C43", "excuse", "no_count_left")]
    after = case(*convicted(), *cleared)
    assert count_of(after).phase == "vacated"
    assert names(kept(after, listed())) == ["safe_harbour.count_unlisted"]
    assert charges.clear(after, count_of(after), PETITION, "vacated", NOON, CHARGING) == []
    later = charges.correct_age(after, ACCUSED, None, "under_18", "Birth record.", CHARGING, NOON)
    assert names(later) == ["accused.age_corrected", "count.age_corrected"]
    expunged = charges.clear(after, count_of(after), PETITION, "expunged", NOON, CHARGING)
    assert count_of(case(*convicted(), *cleared, *expunged)).phase == "expunged"


@pytest.mark.parametrize(
    "course",
    [
        [entered("appeal"), came("reversed_and_rendered", "appeal")],
        [entered("appeal"), came("reversed_and_remanded", "appeal"), entered("trial_setting")],
    ],
)
def test_what_is_no_conviction_any_more_is_not_taken_back(course: list[Event]) -> None:
    state = case(*convicted(), *course)
    for how in ("vacated", "expunged"):
        with pytest.raises(Refused) as caught:
            charges.clear(state, count_of(state), PETITION, how, NOON, CHARGING)
        assert caught.value.code == CaseRefusal.NO_CONVICTION


def taken(step: str, petition: Petition) -> list[Event]:
    """One step more, as it would be asked."""
    steps: Mapping[str, Callable[[Petition], list[Event]]] = {
        "letter": lambda of: petitions.issue_letter(OF, of, uuid4(), "court", NOON, LISTS, NOON),
        "file": lambda of: petitions.file(OF, of, "circuit", NOON, NOON.date(), COURTS, LISTS, NOON),
        "hear": lambda of: petitions.hear(OF, of, NOON, NOON),
        "grant": lambda of: petitions.decide(OF, of, "evidence", NOON, LISTS, NOON, granted=True),
        "deny": lambda of: petitions.decide(OF, of, "not_shown", NOON, LISTS, NOON, granted=False),
        "withdraw": lambda of: petitions.withdraw(OF, of, "survivor_wishes", NOON, LISTS, NOON),
        "expunge": lambda of: petitions.expunge(OF, of, NOON, NOON),
        "tell": lambda of: petitions.tell(OF, of, (*of.untold, "nobody")[0], NOON, NOON),
    }
    return steps[step](petition)


STEPS = st.lists(
    st.sampled_from(["letter", "file", "hear", "grant", "deny", "withdraw", "expunge", "tell"]), max_size=9
)
NEXT = {
    "opened": {"letter", "file", "withdraw"},
    "filed": {"letter", "hear", "grant", "deny", "withdraw"},
    "heard": {"letter", "grant", "deny", "withdraw"},
    "granted": {"expunge", "tell"},
    "denied": {"tell"},
    "withdrawn": set[str](),
    "expunged": {"tell"},
}


@settings(max_examples=150, deadline=None, derandomize=True)
@given_that(steps=STEPS)
def test_no_order_of_steps_skips_one_and_nothing_is_decided_or_expunged_without_a_filing(steps: list[str]) -> None:
    harbour = opened()
    for step in steps:
        petition = harbour.petitions[PETITION]
        expected = step in NEXT[petition.phase] and (step != "tell" or bool(petition.untold))
        try:
            harbour = folded(taken(step, petition), harbour)
            assert expected, (step, petition.phase)
        except (Refused, InvalidValue):
            assert not expected, (step, petition.phase)
    phases = [name for name, _ in harbour.petitions[PETITION].steps]
    assert ("granted" in phases or "denied" in phases) <= ("filed" in phases)
    assert ("expunged" in phases) <= ("granted" in phases)
