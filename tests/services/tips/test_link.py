"""Two tips are about one person."""

from datetime import timedelta

import pytest

from contracts.events.tips import AccountNamed, TipLinked
from contracts.language import Refused
from services.tips.tip.decisions import Decisions, TipRefusal, link
from services.tips.tip.events import LinkExplained
from services.tips.tip.state import Tip
from tests.services.tips.given import ACCOUNT, FIRST, REASON, SECOND, THIRD, a_tip, kept_apart, linked, named, received
from tests.support.running_service import NOON

LATER = NOON + timedelta(hours=1)
LATEST = NOON + timedelta(hours=2)


def links(events: Decisions) -> list[TipLinked]:
    return [event for own in events.values() for event in own if isinstance(event, TipLinked)]


def test_both_say_so_and_the_tip_received_first_holds_whichever_is_asked() -> None:
    early, late = a_tip(received()), a_tip(received(SECOND, at=LATER))

    for events in (link(early, late, REASON), link(late, early, REASON)):
        ends = {(e.tip, e.other, e.first) for e in links(events)}
        assert ends == {(FIRST, SECOND, FIRST), (SECOND, FIRST, FIRST)}


def test_the_reason_stands_on_the_tip_that_was_decided_on_and_is_about_its_person() -> None:
    events = link(a_tip(received()), a_tip(received(SECOND)), REASON)

    explained = [e for e in (*events[FIRST], *events[SECOND]) if isinstance(e, LinkExplained)]
    assert [(e.tip, e.other, e.reason.text) for e in explained] == [(FIRST, SECOND, REASON)]


def test_two_received_at_one_moment_have_one_first_whichever_is_asked() -> None:
    one, two = a_tip(received()), a_tip(received(SECOND))

    firsts = {e.first for events in (link(one, two, REASON), link(two, one, REASON)) for e in links(events)}

    assert len(firsts) == 1


def test_both_histories_stay() -> None:
    events = link(a_tip(received()), a_tip(received(SECOND, at=LATER)), REASON)

    assert a_tip(received(), *events[FIRST]).linked == (SECOND,)
    assert a_tip(received(SECOND, at=LATER), *events[SECOND]).first == FIRST


def test_a_third_tip_linked_to_the_second_belongs_to_the_first() -> None:
    first = a_tip(received(), linked(FIRST, SECOND, FIRST))
    second = a_tip(received(SECOND, at=LATER), linked(SECOND, FIRST, FIRST))

    events = link(a_tip(received(THIRD, at=LATEST)), second, REASON, [first])

    assert {(e.tip, e.first) for e in links(events)} == {(THIRD, FIRST), (SECOND, FIRST)}
    assert not events[FIRST]


def test_a_third_tip_received_before_both_holds_for_both() -> None:
    second = a_tip(received(SECOND, at=LATER), linked(SECOND, THIRD, SECOND))
    third = a_tip(received(THIRD, at=LATEST), linked(THIRD, SECOND, SECOND))

    events = link(a_tip(received()), third, REASON, [second])

    assert {(e.tip, e.first) for e in links(events)} == {(tip, FIRST) for tip in (FIRST, SECOND, THIRD)}


def test_a_third_tip_received_between_the_two_belongs_to_the_first() -> None:
    first = a_tip(received(), linked(FIRST, THIRD, FIRST))
    latest = a_tip(received(THIRD, at=LATEST), linked(THIRD, FIRST, FIRST))

    events = link(a_tip(received(SECOND, at=LATER)), latest, REASON, [first])

    assert {(e.tip, e.first) for e in links(events)} == {(SECOND, FIRST), (THIRD, FIRST)}


def test_whoever_one_of_the_tips_names_is_shut_out_of_all_of_them() -> None:
    first = a_tip(received(), linked(FIRST, SECOND, FIRST))
    second = a_tip(received(SECOND, at=LATER), linked(SECOND, FIRST, FIRST))
    naming = a_tip(received(THIRD, at=LATEST), named(ACCOUNT, THIRD))

    events = link(second, naming, REASON, [first])

    shut_out = {(e.tip, e.account) for own in events.values() for e in own if isinstance(e, AccountNamed)}
    assert shut_out == {(FIRST, ACCOUNT), (SECOND, ACCOUNT)}


def test_two_that_were_kept_apart_may_turn_out_to_be_one() -> None:
    tip, other = a_tip(received(), kept_apart(FIRST, SECOND)), a_tip(received(SECOND), kept_apart(SECOND, FIRST))

    events = link(tip, other, REASON)

    after = a_tip(received(), kept_apart(FIRST, SECOND), *events[FIRST])
    assert (after.linked, after.kept_apart) == ((SECOND,), ())


@pytest.mark.parametrize(
    ("tip", "other", "code"),
    [
        (a_tip(received()), a_tip(received()), TipRefusal.SAME_TIP),
        (a_tip(received(), linked(FIRST, SECOND, FIRST)), a_tip(received(SECOND)), TipRefusal.DECIDED_ALREADY),
    ],
)
def test_a_rule_refuses(tip: Tip, other: Tip, code: TipRefusal) -> None:
    with pytest.raises(Refused) as refused:
        link(tip, other, REASON)

    assert refused.value.code == code
