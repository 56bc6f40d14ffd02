"""A victim's request, contact, conferral and notices: what may be recorded, what is owed, and what is refused."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.language import Event, InvalidValue, Refused
from services.prosecution.case.events import AccusedReleased, CountFiled, HearingSet, HearingVacated
from services.prosecution.victim import conferral, decisions, notices
from services.prosecution.victim.decisions import Of, StateContact, VictimRefusal
from services.prosecution.victim.events import (
    ConferralNotHeld,
    ContactEnded,
    ContactStated,
    NoticeAcknowledged,
    NoticeDelivered,
    NoticeFailed,
    NoticeFellAway,
    NoticeOwed,
    NoticeSent,
    ProposalCarriedOut,
    RequestReceived,
    RequestWithdrawn,
    SentenceEndStated,
    VictimConferredWith,
)
from services.prosecution.victim.notices import Step, Took
from services.prosecution.victim.owing import Owing, concerned, owed, victims_of
from services.prosecution.victim.state import Victim, evolve
from tests.services.prosecution.given import (
    ACCUSED,
    CASE,
    CHARGING,
    DAY,
    HEARING,
    HOUR,
    MISSISSIPPI,
    ONE,
    PERSON,
    TWO,
    added,
    came,
    case,
    charged,
    count_of,
    entered,
    filed,
    hearing_set,
)
from tests.support.running_service import NOON

RULES = CHARGING.victims
OF = Of(CASE, PERSON)
OTHER = UUID("22222222-2222-4222-8222-222222222223")
PROPOSAL = UUID("eeeeeeee-0001-4000-8000-000000000000")
NOTICE = UUID("eeeeeeee-0002-4000-8000-000000000000")
NOW = NOON + 30 * DAY


def victim(*events: Event) -> Victim:
    """Folded from its events."""
    state = Victim()
    for event in events:
        state = evolve(state, event)
    return state


def requested(at: datetime = NOON) -> RequestReceived:
    return RequestReceived(case=CASE, victim=PERSON, received_at=at)


def proposed(outcome: str = "plea_guilty", at: datetime = NOON, count: UUID = ONE) -> Event:
    state = case(*charged(filed(), filed(TWO)))
    (event,) = conferral.propose(Victim(), OF, PROPOSAL, count_of(state, count), outcome, at, RULES, NOW)
    return event


def conferred(at: datetime = NOON + HOUR) -> Event:
    return VictimConferredWith(
        case=CASE, victim=PERSON, proposal=PROPOSAL, way="in_person", position="objects", conferred_at=at, view=None
    )


def not_held(reason: str = "not_reached", at: datetime = NOON + HOUR) -> Event:
    return ConferralNotHeld(case=CASE, victim=PERSON, proposal=PROPOSAL, reason=reason, decided_at=at)


def opened(kind: str = "sentence", notice: UUID = NOTICE) -> NoticeOwed:
    rule = RULES.notice(kind).rule
    return NoticeOwed(
        case=CASE,
        victim=PERSON,
        notice=notice,
        kind=kind,
        rule=rule,
        citation="?",
        about=ONE,
        arose_at=NOON,
        timed=False,
    )


def refusal(act: Any, *values: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        act(*values)
    return refused.value


# Conferral before a disposition.


@pytest.mark.parametrize("outcome", RULES.conferral.outcomes)
def test_an_outcome_the_victim_is_heard_before_is_refused_until_it_was_proposed_and_conferred_about(
    outcome: str,
) -> None:
    at = NOON + 2 * HOUR
    for events, code in (
        ((), VictimRefusal.NOT_PROPOSED),
        ((proposed(outcome),), VictimRefusal.NOT_CONFERRED),
        ((proposed(outcome), conferred(at + HOUR)), VictimRefusal.CONFERRED_AFTER),
    ):
        refused = refusal(conferral.carry_out, victim(*events), OF, ONE, outcome, at, RULES)
        assert (refused.code, refused.rule, refused.citation) == (code, "C50", "Miss. Code 99-43-11, 99-43-27")
    late = proposed(outcome, at + HOUR), not_held(at=at + HOUR)
    assert (
        refusal(conferral.carry_out, victim(*late), OF, ONE, outcome, at, RULES).code == VictimRefusal.CONFERRED_AFTER
    )
    afterwards = not_held("omitted", at + HOUR)
    for settled in (conferred(), afterwards, *(not_held(reason) for reason in RULES.conferral.reasons)):
        done = conferral.carry_out(victim(proposed(outcome), settled), OF, ONE, outcome, at, RULES)
        assert done == [ProposalCarriedOut(case=CASE, victim=PERSON, proposal=PROPOSAL)]


@pytest.mark.parametrize("outcome", sorted(set(CHARGING.outcomes) - set(RULES.conferral.outcomes)))
def test_what_a_court_or_a_jury_decides_waits_for_no_conferral(outcome: str) -> None:
    assert conferral.carry_out(Victim(), OF, ONE, outcome, NOON, RULES) == []


def test_a_conferral_on_one_plea_is_none_on_another_nor_on_another_count() -> None:
    heard = victim(proposed("plea_guilty"), conferred())
    for count, outcome in ((ONE, "plea_reduced"), (ONE, "nolle_prosequi"), (TWO, "plea_guilty")):
        refused = refusal(conferral.carry_out, heard, OF, count, outcome, NOW, RULES)
        assert refused.code == VictimRefusal.NOT_PROPOSED


def test_a_conferral_serves_once_so_that_after_a_reversal_the_victim_is_heard_anew() -> None:
    served = victim(proposed(), conferred(), ProposalCarriedOut(case=CASE, victim=PERSON, proposal=PROPOSAL))
    assert refusal(conferral.carry_out, served, OF, ONE, "plea_guilty", NOW, RULES).code == VictimRefusal.NOT_PROPOSED


def test_other_terms_are_a_proposal_of_their_own() -> None:
    one = case(*charged())
    refused = refusal(conferral.propose, victim(proposed()), OF, uuid4(), count_of(one), "plea_guilty", NOW, RULES, NOW)
    assert refused.code == VictimRefusal.PROPOSED_ALREADY
    found = victim(proposed()).proposals[PROPOSAL]
    state = victim(proposed(), conferred(), *conferral.withdraw(OF, found, NOW, NOW))
    assert refusal(conferral.carry_out, state, OF, ONE, "plea_guilty", NOW, RULES).code == VictimRefusal.NOT_PROPOSED
    assert conferral.propose(state, OF, uuid4(), count_of(one), "plea_guilty", NOW, RULES, NOW)


def test_a_later_talk_does_not_put_the_first_in_doubt() -> None:
    state = victim(proposed(), conferred(), conferred(NOON + 5 * HOUR))
    assert conferral.carry_out(state, OF, ONE, "plea_guilty", NOON + 2 * HOUR, RULES)
    assert state.proposals[PROPOSAL].conferred_at == NOON + 5 * HOUR


def test_nothing_is_proposed_for_a_count_that_is_over() -> None:
    over = case(*charged(filed(stage="grand_jury")), came("no_true_bill", "grand_jury"))
    refused = refusal(conferral.propose, Victim(), OF, PROPOSAL, count_of(over), "plea_guilty", NOW, RULES, NOW)
    assert refused.code == VictimRefusal.COUNT_OVER


def test_what_was_withdrawn_or_conferred_about_is_not_undone() -> None:
    found = victim(proposed()).proposals[PROPOSAL]
    closed = victim(proposed(), *conferral.withdraw(OF, found, NOW, NOW)).proposals[PROPOSAL]
    held = victim(proposed(), conferred()).proposals[PROPOSAL]
    for refused in (
        refusal(conferral.confer, OF, closed, "in_person", "agrees", None, NOW, RULES, NOW),
        refusal(conferral.not_held, OF, closed, "declined", NOW, RULES, NOW),
        refusal(conferral.not_held, OF, held, "declined", NOW, RULES, NOW),
        refusal(conferral.withdraw, OF, closed, NOW, NOW),
    ):
        assert refused.code == VictimRefusal.PROPOSAL_CLOSED


def test_who_was_not_reached_first_may_be_conferred_with_after_all() -> None:
    found = victim(proposed(), not_held()).proposals[PROPOSAL]
    events = conferral.confer(OF, found, "telephone", "agrees", "Example words.", NOON + 2 * HOUR, RULES, NOW)
    state = victim(proposed(), not_held(), *events).proposals[PROPOSAL]
    assert (state.way, state.position, state.reason, state.settled_at) == ("telephone", "agrees", "", NOON + HOUR)


@pytest.mark.parametrize(
    ("field", "act"),
    [
        ("at", lambda found: conferral.confer(OF, found, "in_person", "agrees", None, NOON - HOUR, RULES, NOW)),
        ("at", lambda found: conferral.confer(OF, found, "in_person", "agrees", None, NOW + HOUR, RULES, NOW)),
        ("way", lambda found: conferral.confer(OF, found, "by pigeon", "agrees", None, NOW, RULES, NOW)),
        ("position", lambda found: conferral.confer(OF, found, "in_person", "perhaps", None, NOW, RULES, NOW)),
        ("reason", lambda found: conferral.not_held(OF, found, "no time", NOW, RULES, NOW)),
    ],
)
def test_what_cannot_be_right_of_a_conferral_is_named(field: str, act: Any) -> None:
    with pytest.raises(InvalidValue) as invalid:
        act(victim(proposed()).proposals[PROPOSAL])
    assert invalid.value.field == field


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["propose", "confer", "not_held", "withdraw", "plea"]),
        st.sampled_from(["plea_guilty", "nolle_prosequi"]),
        st.integers(0, 6),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_no_walk_carries_out_what_was_not_settled_after_its_proposal_and_before_it(
    steps: list[tuple[str, str, int]],
) -> None:
    """Whatever is typed in, in whichever order and with whichever times, lies in this order once it is carried out."""
    one, state, carried = count_of(case(*charged())), Victim(), list[tuple[UUID, datetime]]()
    for what, outcome, hours in steps:
        at, found = NOON + hours * HOUR, conferral.standing(state, ONE, outcome)
        try:
            match what, found:
                case "propose", _:
                    events = conferral.propose(state, OF, uuid4(), one, outcome, at, RULES, NOW)
                case "plea", _:
                    events = conferral.carry_out(state, OF, ONE, outcome, at, RULES)
                    carried += [(event.proposal, at) for event in events if isinstance(event, ProposalCarriedOut)]
                case "confer", found if found is not None:
                    events = conferral.confer(OF, found, "in_person", "agrees", None, at, RULES, NOW)
                case "not_held", found if found is not None:
                    events = conferral.not_held(OF, found, "declined", at, RULES, NOW)
                case "withdraw", found if found is not None:
                    events = conferral.withdraw(OF, found, at, NOW)
                case _:
                    continue
        except (Refused, InvalidValue):
            continue
        for event in events:
            state = evolve(state, event)
    for proposal, at in carried:
        found = state.proposals[proposal]
        assert found.settled_at is not None
        assert found.proposed_at <= min(found.settled_at, at)
        assert found.reason or found.settled_at <= at, "conferred after it"
    assert len({proposal for proposal, _ in carried}) == len(carried), "a conferral serves once"


# The written request and the safe contact.


def test_a_request_is_on_file_until_it_is_withdrawn_and_may_come_again() -> None:
    assert decisions.receive_request(Victim(), OF, NOON, NOW) == [requested()]
    asked = victim(requested())
    assert refusal(decisions.receive_request, asked, OF, NOON, NOW).code == VictimRefusal.REQUEST_STANDS
    assert refusal(decisions.withdraw_request, Victim(), OF, NOON, RULES, NOW).code == VictimRefusal.NO_REQUEST
    again = victim(requested(), RequestWithdrawn(case=CASE, victim=PERSON, withdrawn_at=NOW))
    assert decisions.receive_request(again, OF, NOW, NOW)
    with pytest.raises(InvalidValue):
        decisions.withdraw_request(asked, OF, NOON - DAY, RULES, NOW)
    with pytest.raises(InvalidValue):
        decisions.receive_request(Victim(), OF, NOW + DAY, NOW)


def test_with_the_request_falls_what_rested_on_it_and_is_not_done_and_nothing_else() -> None:
    hearing, sent, sentence = uuid4(), uuid4(), uuid4()
    told = NoticeSent(case=CASE, victim=PERSON, notice=sent, channel="letter", sent_at=NOON)
    state = victim(requested(), opened("hearing", hearing), opened("charges", sent), told, opened("sentence", sentence))
    withdrawn, *fell = decisions.withdraw_request(state, OF, NOW, RULES, NOW)
    assert withdrawn == RequestWithdrawn(case=CASE, victim=PERSON, withdrawn_at=NOW)
    assert fell == [NoticeFellAway(case=CASE, victim=PERSON, notice=hearing, reason="request_withdrawn")]


@pytest.mark.parametrize(
    ("said", "code"),
    [("yes", VictimRefusal.CONTACT_REACHES_ACCUSED), ("not_known", VictimRefusal.CONTACT_NOT_CLEARED)],
)
def test_what_reaches_an_accused_or_might_is_never_put_on_file(said: Any, code: str) -> None:
    stated = StateContact(channel="letter", contact="Example Road 1", reaches_accused=said)
    refused = refusal(decisions.state_contact, OF, stated, RULES)
    assert (refused.code, refused.citation) == (code, "Miss. Code 99-43-25")


def test_a_contact_must_say_whom_it_reaches() -> None:
    with pytest.raises(msgspec.ValidationError, match="reaches_accused"):
        msgspec.convert({"channel": "letter", "contact": "Example Road 1"}, StateContact)


def test_a_contact_is_sealed_under_the_victims_key_replaced_and_ended() -> None:
    stated = StateContact(channel="telephone", contact="555-0100", reaches_accused="no", wishes="Only in daytime.")
    (event,) = decisions.state_contact(OF, stated, RULES)
    assert isinstance(event, ContactStated)
    assert event.wishes is not None
    assert {event.contact.person, event.wishes.person} == {PERSON}
    assert victim(event).channel == "telephone"
    ended = decisions.end_contact(victim(event), OF)
    assert ended == [ContactEnded(case=CASE, victim=PERSON)]
    assert victim(event, *ended).channel == ""
    assert refusal(decisions.end_contact, Victim(), OF).code == VictimRefusal.NO_CONTACT


# Notices: which are owed by what, and their steps.


def kinds(state: Victim, event: Owing, *more: Event) -> list[tuple[str, UUID]]:
    """Of what is owed by an event that came last of these."""
    stands = case(*charged(filed(), filed(TWO)), *more, event)
    found = owed(stands, PERSON, state, event, NOTICE, NOON, CHARGING)
    return [(each.kind.notice, each.about) for each in found]


RELEASED = AccusedReleased(case=CASE, accused=ACCUSED, released_at=NOON)
ENDS = SentenceEndStated(case=CASE, victim=PERSON, count=ONE, ends_at=NOON + 400 * DAY)
VACATED = HearingVacated(case=CASE, hearing=HEARING, reason="court")


@pytest.mark.parametrize(
    ("event", "before", "always", "on_request"),
    [
        (filed(UUID(int=7)), (), [], ["charges"]),
        (hearing_set("trial"), (), [], ["hearing"]),
        (hearing_set("initial_appearance"), (), [], []),
        (VACATED, (hearing_set("trial"),), [], ["hearing"]),
        (entered("arraignment"), (), [], []),
        (came("true_bill", "grand_jury"), (), [], ["outcome"]),
        (entered("judgment"), (), ["sentence"], ["sentence"]),
        (entered("appeal"), (), ["appeal"], ["appeal"]),
        (came("affirmed", "appeal"), (), ["appeal"], ["appeal"]),
        (RELEASED, (), ["release"], ["release"]),
        (ENDS, (), [], ["sentence_end"]),
        (requested(), (), [], ["charges", "charges"]),
        (requested(), (hearing_set("trial"),), [], ["charges", "charges", "hearing"]),
        (requested(), (hearing_set("trial"), VACATED), [], ["charges", "charges"]),
    ],
)
def test_a_victim_is_owed_what_the_law_gives_and_the_rest_on_a_written_request(
    event: Owing, before: tuple[Event, ...], always: list[str], on_request: list[str]
) -> None:
    assert [kind for kind, _ in kinds(Victim(), event, *before)] == always
    assert [kind for kind, _ in kinds(victim(requested()), event, *before)] == on_request


def test_a_request_that_comes_after_the_end_of_the_sentence_was_stated_owes_that_notice_too() -> None:
    found = kinds(victim(ENDS, requested()), requested())
    assert ("sentence_end", ONE) in found


def test_what_is_owed_already_is_not_owed_again_when_the_event_is_read_again() -> None:
    event, stands = entered("judgment"), case(*charged(), entered("judgment"))
    (first,) = owed(stands, PERSON, Victim(), event, NOTICE, NOON, CHARGING)
    known = victim(opened("sentence", first.notice))
    assert owed(stands, PERSON, known, event, NOTICE, NOON, CHARGING) == []


def test_each_victim_is_told_of_what_concerns_them_alone() -> None:
    other = msgspec.structs.replace(filed(TWO), victim=OTHER)
    assert isinstance(other, CountFiled)
    stands = case(*charged(filed(), other), hearing_set("trial"))
    assert victims_of(stands) == (PERSON, OTHER)
    assert concerned(stands, entered("judgment", TWO)) == (OTHER,)
    assert concerned(stands, RELEASED) == (PERSON, OTHER)
    hearing = hearing_set("trial")
    assert isinstance(hearing, HearingSet)
    assert concerned(stands, hearing) == (PERSON, OTHER)
    assert concerned(case(*charged(), added(OTHER)), msgspec.structs.replace(RELEASED, accused=OTHER)) == ()


SENT = NoticeSent(case=CASE, victim=PERSON, notice=NOTICE, channel="letter", sent_at=NOON)
FAILED = NoticeFailed(case=CASE, victim=PERSON, notice=NOTICE, channel="letter", reason="returned", failed_at=NOON)
DELIVERED = NoticeDelivered(case=CASE, victim=PERSON, notice=NOTICE, delivered_at=NOON)
KNOWN = NoticeAcknowledged(case=CASE, victim=PERSON, notice=NOTICE, acknowledged_at=NOON)


def took(step: Step, at: datetime = NOON, **changes: str) -> Took:
    return Took(step=step, at=at, **({"channel": "letter", "reason": "returned"} | changes))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), {"sent", "acknowledged", "failed"}),
        ((SENT,), {"delivered", "acknowledged", "failed"}),
        ((SENT, DELIVERED), {"acknowledged", "failed"}),
        ((SENT, FAILED), {"sent", "acknowledged", "failed"}),
        ((SENT, KNOWN), set()),
        ((NoticeFellAway(case=CASE, victim=PERSON, notice=NOTICE, reason="request_withdrawn"),), set()),
    ],
)
def test_a_notice_takes_its_steps_in_order_and_a_failed_one_is_sent_again(
    before: tuple[Event, ...], after: set[str]
) -> None:
    found = victim(opened(), *before).notices[NOTICE]
    every: tuple[Step, ...] = ("sent", "delivered", "acknowledged", "failed")
    for step in every:
        if step in after:
            (event,) = notices.step(OF, found, took(step), RULES, NOW)
            assert victim(opened(), *before, event).notices[NOTICE].phase == step
        else:
            assert refusal(notices.step, OF, found, took(step), RULES, NOW).code == VictimRefusal.NOTICE_STEP


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (took("sent", NOW + HOUR), "at"),
        (took("failed", NOON - HOUR), "at"),
        (took("failed", channel="by pigeon"), "channel"),
        (took("failed", reason="no time"), "reason"),
    ],
)
def test_what_cannot_be_right_of_a_notice_is_named(wrong: Took, field: str) -> None:
    found = victim(opened(), FAILED).notices[NOTICE]
    with pytest.raises(InvalidValue) as invalid:
        notices.step(OF, found, wrong, RULES, NOW)
    assert invalid.value.field == field


# What the victim does in court.


def test_presence_statement_restitution_and_the_end_of_a_sentence_are_records() -> None:
    there = decisions.record_presence(Victim(), OF, HEARING, "present", RULES, held=True)
    given_ = decisions.record_statement(OF, "declined", NOON, RULES, NOW)
    asked = decisions.record_restitution(OF, ONE, "asked", 4_000, NOON, NOW)
    refused = decisions.record_restitution(OF, ONE, "ordered", 0, NOW, NOW)
    state = victim(*there, *given_, *asked, *refused, ENDS)
    assert (state.presence, state.statement) == ({HEARING: "present"}, "declined")
    assert [(each.step, each.dollars) for each in state.restitution] == [("asked", 4_000), ("ordered", 0)]
    assert decisions.record_presence(state, OF, HEARING, "present", RULES, held=True) == [], "nothing new"
    assert decisions.state_sentence_end(state, OF, ONE, ENDS.ends_at) == [], "nothing new"
    assert victim(*decisions.record_statement(OF, "oral", NOW, RULES, NOW)).statement == "oral"
    with pytest.raises(InvalidValue):
        decisions.record_presence(Victim(), OF, HEARING, "perhaps", RULES, held=True)
    with pytest.raises(InvalidValue):
        decisions.record_presence(Victim(), OF, HEARING, "present", RULES, held=False)
    with pytest.raises(InvalidValue):
        decisions.record_statement(OF, "sung", NOON, RULES, NOW)
    with pytest.raises(InvalidValue):
        decisions.record_restitution(OF, ONE, "asked", 0, NOON, NOW)
    with pytest.raises(InvalidValue):
        decisions.state_sentence_end(Victim(), OF, ONE, datetime(1026, 1, 1, tzinfo=NOON.tzinfo))


def test_five_business_days_leave_out_thanksgiving_and_the_weekend() -> None:
    """Known on Monday 23 November 2026: Tue 24, Wed 25, Fri 27, Mon 30, Tue 1 December; due when that day is over."""
    local = MISSISSIPPI.state.clocks
    terms = MISSISSIPPI.terms("C46", datetime(2026, 11, 23, 10, 0, tzinfo=local))
    assert terms is not None
    assert terms.due_at == datetime(2026, 12, 2, tzinfo=local)
