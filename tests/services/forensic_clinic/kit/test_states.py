"""The table of a kit's steps against everything that can be done: each step of it can be taken, and no other is."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

import pytest

from contracts.language import Event, InvalidValue, Refused
from services.forensic_clinic.kit import by_two, decisions, handovers, testing
from services.forensic_clinic.kit.by_two import Proposal
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.fold import evolve
from services.forensic_clinic.kit.handovers import Receiver
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import Kit
from services.forensic_clinic.kit.states import EDGES, UNREPORTED, must_be_a_step, state_of
from services.forensic_clinic.legacy import papers
from services.forensic_clinic.legacy.papers import Said
from tests.services.forensic_clinic.kit.given import (
    ANALYST,
    MISSISSIPPI,
    NURSE,
    OFFICER,
    PROSECUTOR,
    REASON,
    SEAL,
    SECOND_NURSE,
    SECOND_OFFICER,
    WHOLE,
    accepted,
    brought_in,
    in_laboratory,
    kit,
    offered,
    opened,
    sealed,
    with_police,
)
from tests.support.running_service import NOON

HANDS = (NURSE, SECOND_NURSE, OFFICER, ANALYST)
GIVEN_FOR = {NURSE: ("return",), SECOND_NURSE: ("return",), OFFICER: ("pickup", "return"), ANALYST: ("laboratory",)}
"""To whom a kit is offered for what, of a reported kit; an unreported one is only kept."""


SAID = (
    Said(consent="unreported", paper=REASON),
    Said(consent="reported", call="not_called", paper=REASON),
    Said(consent="reported", call="called", police="LOCAL-LE", called_at=NOON, paper=REASON),
)
"""What a paper can say of a legacy kit."""


def acts(state: Kit) -> Iterator[Callable[[], Sequence[Event]]]:
    """Everything that somebody could do to the kit, by whoever may and by whoever may not."""
    yield lambda: decisions.seal(state, NURSE, 3, SEAL, NOON, NOON)
    yield lambda: decisions.set_aside(state, REASON)
    yield lambda: decisions.report(state, NOON, NOON)
    yield lambda: decisions.call_police(state, "LOCAL-LE", NOON, REASON, MISSISSIPPI, NOON)
    yield lambda: testing.begin_test(state, ANALYST, NOON, MISSISSIPPI, NOON)
    yield lambda: decisions.record_result(state, ANALYST, "tested", NOON, NOON)
    yield lambda: testing.record_upload(state, ANALYST, NOON, NOON)
    yield lambda: two_decide(state, "no_test", "no_crime_shown")
    yield lambda: two_decide(state, "destruction", "court_order")
    for said in SAID:
        yield partial(papers.find_paper, state, OFFICER, said, NOON, MISSISSIPPI, NOON)
    standing = state.legacy.paper if state.legacy is not None else None
    yield partial(papers.take_back_paper, state, SECOND_OFFICER, standing.number if standing is not None else 1, REASON)
    for who in HANDS:
        yield partial(by_two.destroy, state, who, NOON, MISSISSIPPI, NOON)
        yield partial(handovers.accept, state, who, WHOLE, NOON, NOON)
        yield partial(handovers.refuse, state, who, REASON)
    giver = next((each for each in HANDS if state.holder is not None and each.account == state.holder.account), NURSE)
    for to in HANDS:
        for purpose in GIVEN_FOR[to] if state.reported else ("storage",):
            yield partial(offer, state, giver, to, purpose)


def two_decide(state: Kit, decision: str, reason: str) -> list[Event]:
    """One proposes, and a prosecutor assents."""
    wanted = Proposal(decision=decision, reason=reason, office="DA-07", explanation=REASON, paper=REASON)  # type: ignore[arg-type]  # one of two
    proposed = by_two.propose(state, OFFICER, wanted, MISSISSIPPI)
    then = state
    for event in proposed:
        then = evolve(then, event)
    return [*proposed, *by_two.assent(then, PROSECUTOR, then.decisions[-1].number)]


def offer(state: Kit, giver: Hand, to: Hand, purpose: str) -> list[Event]:
    receiver = Receiver(agency=to.agency, role=to.roles[0], account=to.account)
    return handovers.offer(state, giver, receiver, purpose, WHOLE, NOON, MISSISSIPPI, NOON)  # type: ignore[arg-type]  # one of four


def seen_as(state: Kit) -> tuple[object, ...]:
    """All that decides what can happen next; kits alike in it are looked at once."""
    holder, last = state.holder, state.offer
    return (
        state_of(state),
        state.reported,
        (holder.account, holder.agency) if holder is not None else None,
        (last.account, last.purpose) if last is not None else None,
        state.called_at is not None,
        state.picked_up_at is not None,
        state.received_at is not None,
        state.test_begun_at is not None,
        state.tested_at is not None,
        state.uploaded_at is not None,
        state.returned_at is not None,
        tuple((each.decision, each.answer) for each in state.decisions),
        (state.reported_at is not None, state.called_here),
        by_paper(state),
    )


def by_paper(state: Kit) -> tuple[object, ...]:
    """What of papers decides: the list's word, and that of the paper which stands."""
    if state.legacy is None:
        return ()
    stands = state.legacy.paper
    return (state.legacy.stage, state.legacy.consent, stands and (stands.consent, stands.called_at))


@cache
def walked() -> tuple[frozenset[tuple[str, str]], frozenset[Kit]]:
    """The steps taken and the kits met, from an opened and a legacy kit of each kind to wherever acts lead."""
    begins = [kit(opened("reported")), kit(opened("unreported"))]
    begins += [kit(brought_in(consent)) for consent in ("reported", "unreported", "not_on_file")]
    begins += [kit(brought_in(consent, NURSE, "clinic")) for consent in ("reported", "not_on_file")]
    todo, met, steps = deque(begins), {seen_as(each): each for each in begins}, set[tuple[str, str]]()
    while todo:
        before = todo.popleft()
        for act in acts(before):
            after = tried(before, act)
            if after is None:
                continue
            steps.add((state_of(before), state_of(after)))
            if seen_as(after) not in met:
                met[seen_as(after)] = after
                todo.append(after)
    return frozenset(steps), frozenset(met.values())


def tried(before: Kit, act: Callable[[], Sequence[Event]]) -> Kit | None:
    """As a command does it; None where it is refused."""
    try:
        events = act()
    except (Refused, InvalidValue):
        return None
    after = before
    for event in events:
        after = evolve(after, event)
    try:
        must_be_a_step(before, after)
    except Refused:
        # The one thing a decision lets through and the table does not: to destroy what is on its way or tested.
        if state_of(after) == "destroyed":
            return None
        raise
    return after


def test_every_step_of_the_table_is_taken_by_something_that_can_be_done_and_no_other() -> None:
    steps, _ = walked()
    changed = {(before, after) for before, after in steps if before != after}
    # How a kit begins is in the tests of opening one, and in legacy/test_legacy_decisions.py.
    assert changed == {edge for edge in EDGES if edge[0] != "none"}


def test_no_way_leads_an_unreported_kit_out_of_its_states() -> None:
    _, met = walked()
    unreported = [each for each in met if not each.reported]
    assert {state_of(each) for each in unreported} == UNREPORTED - {"none"}
    for each in unreported:
        assert state_of(each) in UNREPORTED
        assert each.destroyed_at is each.received_at is each.test_begun_at is each.tested_at is None
        assert not each.decisions


def test_a_kit_under_test_or_on_its_way_to_a_laboratory_is_not_destroyed() -> None:
    _, met = walked()
    assert {state_of(each) for each in met} >= {"in_test", "submitted", "destroyed"}
    assert not [step for step in EDGES if step[1] == "destroyed" and step[0] in {"in_test", "submitted"}]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (kit(opened("unreported"), sealed()), kit(*in_laboratory())),
        (kit(opened("unreported")), kit(*with_police())),
        (kit(*in_laboratory()), kit(opened(), sealed())),
        (kit(), kit(*with_police())),
    ],
)
def test_a_step_that_is_not_in_the_table_is_refused_whatever_decided_it(before: Kit, after: Kit) -> None:
    with pytest.raises(Refused) as refused:
        must_be_a_step(before, after)
    assert refused.value.code == KitRefusal.NO_SUCH_STEP


def test_a_step_of_the_table_is_refused_where_its_rule_is_not_kept() -> None:
    """With the police by one handover more than there can be in one step: somebody was passed over."""
    before = kit(opened(), sealed())
    twice = kit(*with_police(), *handed_back_and_again())
    assert (state_of(before), state_of(twice)) == ("reported", "picked_up")
    with pytest.raises(Refused):
        must_be_a_step(before, twice)
    must_be_a_step(before, kit(*with_police()))


def handed_back_and_again() -> list[Event]:
    """From one officer to another."""
    to = Receiver(agency=SECOND_OFFICER.agency, role="law_enforcement")
    return [offered(2, OFFICER, to, purpose="relief"), accepted(2, SECOND_OFFICER, "law_enforcement")]
