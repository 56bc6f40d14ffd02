"""Two tips that were linked are not about one person."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from contracts.events.tips import AccountNamed, AccountReadmitted, TipParted
from contracts.language import Event, Refused
from services.tips.tip.decisions import Decisions, TipRefusal, keep_apart, link, name_account, name_by_link, shut_out
from services.tips.tip.events import AccountShutOut, PartingExplained, TipClosed
from services.tips.tip.parting import part
from services.tips.tip.state import Tip, evolve
from tests.services.tips.given import ACCOUNT, FIRST, REASON, SECOND, THIRD, a_tip, linked, named, received
from tests.support.running_service import NOON

LATER = NOON + timedelta(hours=1)
LATEST = NOON + timedelta(hours=2)
WHY = "Two cousins of one name."


def follow(tips: Iterable[Tip], events: Decisions) -> list[Tip]:
    return [a_tip_after(tip, events.get(tip.tip, [])) for tip in tips]


def a_tip_after(tip: Tip, events: Iterable[Event]) -> Tip:
    for event in events:
        tip = evolve(tip, event)
    return tip


def parted(events: Decisions) -> set[tuple[object, object, object]]:
    return {(e.tip, e.other, e.first) for own in events.values() for e in own if isinstance(e, TipParted)}


def two(*of_second: Event) -> list[Tip]:
    """Linked by a decision, the first received an hour before the second."""
    first, second = a_tip(received()), a_tip(received(SECOND, at=LATER), *of_second)
    return follow([first, second], link(first, second, REASON))


def parting(pair: list[Tip]) -> Decisions:
    """Of two that are linked with no other."""
    return part(pair[0], pair[1], WHY, pair)


def three() -> list[Tip]:
    """FIRST with SECOND, SECOND with THIRD."""
    first, second = two()
    third = a_tip(received(THIRD, at=LATEST))
    return follow([first, second, third], link(third, second, REASON, [first]))


def test_both_say_so_and_each_has_a_team_of_its_own_whichever_is_asked() -> None:
    first, second = two()

    for ends in ([first, second], [second, first]):
        events = parting(ends)
        assert parted(events) == {(FIRST, SECOND, FIRST), (SECOND, FIRST, SECOND)}
        explained = [e for own in events.values() for e in own if isinstance(e, PartingExplained)]
        assert [(e.tip, e.reason.text) for e in explained] == [(ends[0].tip, WHY)]


def test_the_parting_says_of_whom_and_from_when_a_team_is_to_open() -> None:
    first, second = two()

    (told,) = [e for e in part(first, second, WHY, [])[SECOND] if isinstance(e, TipParted)]

    assert (told.received_at, told.age, told.person) == (LATER, "child", second.person)


def test_both_histories_stay_and_nobody_is_asked_the_same_of_them_again() -> None:
    first, second = follow(pair := two(), parting(pair))

    assert (first.linked, second.linked) == ((), ())
    assert (first.kept_apart, second.kept_apart) == ((SECOND,), (FIRST,))
    with pytest.raises(Refused):
        keep_apart(first, second, REASON)


def test_it_may_turn_out_once_more_that_they_are_one() -> None:
    first, second = follow(pair := two(), parting(pair))

    again = follow([first, second], link(first, second, REASON))

    assert [(tip.linked, tip.first, tip.kept_apart) for tip in again] == [((SECOND,), FIRST, ()), ((FIRST,), FIRST, ())]


def test_of_three_tips_parting_the_first_leaves_the_other_two_with_the_team_of_the_earlier_of_them() -> None:
    tips = three()

    events = part(tips[0], tips[1], WHY, tips)

    assert parted(events) == {(FIRST, SECOND, FIRST), (SECOND, FIRST, SECOND), (THIRD, FIRST, SECOND)}
    assert list(events).index(SECOND) < list(events).index(THIRD), "its team opens before another joins it"
    assert [tip.linked for tip in follow(tips, events)] == [(), (THIRD,), (SECOND,)]


def test_of_three_tips_parting_the_last_leaves_the_other_two_as_they_were() -> None:
    tips = three()

    after = follow(tips, part(tips[2], tips[1], WHY, tips))

    assert [(tip.linked, tip.first) for tip in after] == [((SECOND,), FIRST), ((FIRST,), FIRST), ((), THIRD)]


def test_two_that_other_links_hold_together_stay_one_case() -> None:
    tips = three()
    tips = follow(tips, link(tips[0], tips[2], REASON, tips))

    events = part(tips[0], tips[2], WHY, tips)

    assert parted(events) == {(FIRST, THIRD, FIRST), (THIRD, FIRST, FIRST)}
    assert [tip.linked for tip in follow(tips, events)] == [(SECOND,), (FIRST, THIRD), (SECOND,)]


def test_whom_only_the_other_tip_names_is_let_in_again_and_whom_it_names_itself_stays_out() -> None:
    first, second = two(named(ACCOUNT, SECOND))
    assert first.named_accounts == second.named_accounts == (ACCOUNT,)

    events = part(first, second, WHY, [])

    assert AccountReadmitted(tip=FIRST, account=ACCOUNT) in events[FIRST]
    after = follow([first, second], events)
    assert [tip.named_accounts for tip in after] == [(), (ACCOUNT,)]


def test_whom_both_tips_name_stays_out_of_both() -> None:
    first, second = two(named(ACCOUNT, SECOND))
    first = a_tip_after(first, name_account(first, ACCOUNT))

    after = follow([first, second], part(first, second, WHY, []))

    assert [tip.named_accounts for tip in after] == [(ACCOUNT,), (ACCOUNT,)]


def test_whom_a_third_tip_names_stays_out_of_those_still_linked_with_it() -> None:
    tips = three()
    tips[2] = a_tip_after(tips[2], name_account(tips[2], ACCOUNT))
    tips = [*(a_tip_after(tip, name_by_link(tip, ACCOUNT)) for tip in tips[:2]), tips[2]]

    after = follow(tips, part(tips[0], tips[1], WHY, tips))

    assert [tip.named_accounts for tip in after] == [(), (ACCOUNT,), (ACCOUNT,)]


def test_whoever_declares_a_conflict_after_being_let_in_again_is_told_to_all_others_again() -> None:
    first, _ = follow(pair := two(named(ACCOUNT, SECOND)), parting(pair))

    assert shut_out(first, FIRST, ACCOUNT) == [AccountNamed(tip=FIRST, account=ACCOUNT)]


def test_whom_a_link_kept_out_and_who_declares_a_conflict_stays_out_when_they_are_parted() -> None:
    first, second = two(named(ACCOUNT, SECOND))
    first = a_tip_after(first, declared := shut_out(first, FIRST, ACCOUNT))

    after = follow([first, second], part(first, second, WHY, []))

    assert declared == [AccountShutOut(tip=FIRST, account=ACCOUNT)]
    assert after[0].named_accounts == (ACCOUNT,)


def test_a_closed_case_is_parted_and_the_one_whose_team_ended_by_the_link_is_open_again() -> None:
    first, second = (a_tip_after(tip, [TipClosed(tip=tip.tip)]) for tip in two())

    after = follow([first, second], part(first, second, WHY, []))

    assert [tip.closed for tip in after] == [True, False]


def test_a_link_that_only_one_side_tells_of_was_nobodys_decision() -> None:
    first = a_tip(received(), linked(FIRST, SECOND, FIRST))

    with pytest.raises(Refused) as refused:
        part(first, a_tip(received(SECOND, at=LATER)), WHY, [])

    assert refused.value.code == TipRefusal.NOT_LINKED


def test_two_that_are_not_linked_are_not_parted_a_second_time() -> None:
    first, second = follow(pair := two(), parting(pair))

    with pytest.raises(Refused) as refused:
        part(first, second, WHY, [])

    assert refused.value.code == TipRefusal.NOT_LINKED
