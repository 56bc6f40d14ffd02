"""What follows an exam: planned once, settled, missed, reached out to by the safe way alone."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from contracts.jurisdictions import DataRefused
from contracts.jurisdictions.examination import refuse_examination
from contracts.language import InvalidValue, Refused
from services.forensic_clinic.follow_up import decisions
from services.forensic_clinic.follow_up.content import read
from services.forensic_clinic.follow_up.decisions import Examined, FollowUpRefusal, SafeContact
from services.forensic_clinic.follow_up.events import FollowUpPlanned, FollowUpSettled, OutreachNoted
from services.forensic_clinic.follow_up.state import FollowUp, evolve
from tests.services.forensic_clinic.given import CLINIC, EXAM, MISSISSIPPI, NURSE, PERSON, TIP
from tests.support.running_service import NOON

RULES = MISSISSIPPI.examination
EXAMINED = Examined(exam=EXAM, tip=TIP, clinic=CLINIC, nurse=NURSE)
DAY = timedelta(days=1)
CONTACT = SafeContact(how="A text to the aunt.", when=None, may_say=None, never_say="Never the word clinic.")


def after(state: FollowUp, events: Any) -> FollowUp:
    for event in events:
        state = evolve(state, event)
    return state


def planned() -> FollowUp:
    return after(FollowUp(), decisions.plan(FollowUp(), EXAMINED, NOON, RULES))


def refused(act: Any) -> str:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


def test_what_is_planned_is_the_table_in_force_counted_from_the_end_of_the_exam_and_once() -> None:
    (event,) = decisions.plan(FollowUp(), EXAMINED, NOON, RULES)
    assert isinstance(event, FollowUpPlanned)
    found = {each.item: ((each.since - NOON).days, (each.until - NOON).days) for each in event.items}
    assert found["visit_1"] == (3, 7)
    assert found["syphilis_1"] == (28, 42)
    assert (found["hiv_1"][0], found["hiv_2"][0]) == (4 * 7, 12 * 7)
    assert found["hepatitis_b_3"] == (120, 180)
    # A house with tests of the fourth generation does not plan those of the third.
    assert not [each for each in found if each.startswith("hiv_old")]
    assert event.version == RULES.version
    assert decisions.plan(planned(), EXAMINED, NOON + DAY, RULES) == []


def test_every_interval_of_the_clocks_page_is_on_file_with_its_rule_and_source() -> None:
    assert {each.rule for each in RULES.follow_ups} == {"C72", "C73", "C74", "C75"}
    assert all(each.source for each in RULES.follow_ups)


def test_a_visit_is_settled_once_before_its_time_too_and_opened_again_when_it_was_a_mistake() -> None:
    state = planned()
    (event,) = decisions.settle(state, PERSON, "visit_1", "declined", NOON + DAY, NOON + DAY)
    assert isinstance(event, FollowUpSettled)
    assert read(event.outcome.text) == "declined"
    state = after(state, [event])
    now = NOON + 2 * DAY
    again = [
        lambda: decisions.settle(state, PERSON, "visit_1", "done", now, now),
        lambda: decisions.miss(state, "visit_1", now + 9 * DAY),
        lambda: decisions.note_outreach(state, PERSON, "visit_1", "reached", now, now + 30 * DAY),
    ]
    assert {refused(each) for each in again} == {FollowUpRefusal.SETTLED}
    state = after(state, decisions.reopen(state, "visit_1", "wrong_item"))
    assert refused(lambda: decisions.reopen(state, "visit_1", "wrong_item")) == FollowUpRefusal.NOT_SETTLED
    assert decisions.settle(state, PERSON, "visit_1", "done", now, now)


def test_a_missed_visit_and_one_over_its_time_ask_for_outreach_until_they_are_settled() -> None:
    state = planned()
    (first, *_) = state.items
    assert not first.asks_for_outreach(first.until - DAY)
    assert first.asks_for_outreach(first.until)
    assert refused(lambda: decisions.miss(state, "visit_1", first.since - DAY)) == FollowUpRefusal.NOT_DUE
    state = after(state, decisions.miss(state, "visit_1", first.since))
    assert state.items[0].asks_for_outreach(first.since)
    assert decisions.miss(state, "visit_1", first.since) == []
    state = after(state, decisions.settle(state, PERSON, "visit_1", "done", first.since, first.since))
    assert not state.items[0].asks_for_outreach(first.until + DAY)


def test_nobody_is_reached_out_to_without_a_safe_way_and_it_not_being_safe_is_always_entered() -> None:
    state = planned()
    state = after(state, decisions.miss(state, "visit_1", NOON + 4 * DAY))
    now = NOON + 5 * DAY

    def reach(outcome: Any) -> Any:
        return decisions.note_outreach(state, PERSON, "visit_1", outcome, now, now)

    assert refused(lambda: reach("reached")) == FollowUpRefusal.NO_SAFE_CONTACT
    assert refused(lambda: reach("not_reached")) == FollowUpRefusal.NO_SAFE_CONTACT
    assert reach("not_safe_to_try_now")
    state = after(state, decisions.state_contact(EXAM, PERSON, CONTACT))
    (event,) = reach("not_reached")
    assert isinstance(event, OutreachNoted)
    assert after(state, [event]).items[0].tries == 1
    # It stays a task until somebody says what became of the visit.
    assert after(state, [event]).items[0].asks_for_outreach(now)
    assert (
        refused(lambda: decisions.note_outreach(state, PERSON, "visit_2", "reached", now, now)) == "follow_up_not_due"
    )


def test_the_safe_way_may_be_stated_before_the_exam_ends_and_the_plan_comes_all_the_same() -> None:
    state = after(FollowUp(), decisions.state_contact(EXAM, PERSON, CONTACT))
    assert state.contact_stated
    assert after(state, decisions.plan(state, EXAMINED, NOON, RULES)).contact_stated


@pytest.mark.parametrize("item", ["hiv_old_1", "result", ""])
def test_what_was_not_planned_is_not_taken(item: str) -> None:
    with pytest.raises(InvalidValue):
        decisions.settle(planned(), PERSON, item, "done", NOON, NOON)
    with pytest.raises(InvalidValue):
        decisions.settle(FollowUp(), PERSON, "visit_1", "done", NOON, NOON)
    with pytest.raises(InvalidValue):
        decisions.settle(planned(), PERSON, "visit_1", "done", NOON + DAY, NOON)


def test_a_table_that_contradicts_itself_is_refused() -> None:
    windows = MISSISSIPPI.evidence_windows
    change = msgspec.structs.replace
    first_step, first_follow_up = RULES.steps[1], RULES.follow_ups[0]
    for wrong in (
        change(RULES, steps=(*RULES.steps, RULES.steps[0])),
        change(RULES, givers=RULES.givers[1:]),
        change(RULES, steps=(change(first_step, minor_alone=True, citation=None),)),
        change(RULES, steps=(change(first_step, windows=("no such window",)),)),
        change(RULES, follow_ups=(change(first_follow_up, until_days=1),)),
    ):
        with pytest.raises(DataRefused):
            refuse_examination(wrong, windows)
    refuse_examination(RULES, windows)
