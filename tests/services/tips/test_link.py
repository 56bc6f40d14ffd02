"""Two tips are about one person."""

from datetime import timedelta

import pytest

from contracts.events.tips import TipLinked
from contracts.language import Refused
from services.tips.tip.decisions import TipRefusal, link
from services.tips.tip.events import LinkExplained
from services.tips.tip.state import Tip
from tests.services.tips.given import FIRST, REASON, SECOND, THIRD, a_tip, kept_apart, linked, received
from tests.support.running_service import NOON

LATER = NOON + timedelta(hours=1)
LATEST = NOON + timedelta(hours=2)


def test_both_say_so_and_the_tip_received_first_holds_whichever_is_asked() -> None:
    early, late = a_tip(received()), a_tip(received(SECOND, at=LATER))

    for mine, theirs in (link(early, late, REASON), link(late, early, REASON)):
        ends = {(e.tip, e.other, e.first) for e in (*mine, *theirs) if isinstance(e, TipLinked)}
        assert ends == {(FIRST, SECOND, FIRST), (SECOND, FIRST, FIRST)}


def test_the_reason_stands_on_the_tip_that_was_decided_on_and_is_about_its_person() -> None:
    mine, theirs = link(a_tip(received()), a_tip(received(SECOND)), REASON)

    explained = [e for e in (*mine, *theirs) if isinstance(e, LinkExplained)]
    assert [(e.tip, e.other, e.reason.text) for e in explained] == [(FIRST, SECOND, REASON)]


def test_two_received_at_one_moment_have_one_first_whichever_is_asked() -> None:
    one, two = a_tip(received()), a_tip(received(SECOND))

    firsts = {
        e.first
        for pair in (link(one, two, REASON), link(two, one, REASON))
        for e in pair[1]
        if isinstance(e, TipLinked)
    }

    assert len(firsts) == 1


def test_both_histories_stay() -> None:
    mine, theirs = link(a_tip(received()), a_tip(received(SECOND, at=LATER)), REASON)

    assert a_tip(received(), *mine).linked == (SECOND,)
    assert a_tip(received(SECOND, at=LATER), *theirs).first == FIRST


def test_a_third_tip_linked_to_the_second_belongs_to_the_first() -> None:
    second = a_tip(received(SECOND, at=LATER), linked(SECOND, FIRST, FIRST))

    mine, theirs = link(a_tip(received(THIRD, at=LATEST)), second, REASON)

    assert {e.first for e in (*mine, *theirs) if isinstance(e, TipLinked)} == {FIRST}


@pytest.mark.parametrize(
    ("tip", "other", "code"),
    [
        (a_tip(received()), a_tip(received()), TipRefusal.SAME_TIP),
        (a_tip(received(), linked(FIRST, SECOND, FIRST)), a_tip(received(SECOND)), TipRefusal.DECIDED_ALREADY),
        (a_tip(received(), kept_apart(FIRST, SECOND)), a_tip(received(SECOND)), TipRefusal.DECIDED_ALREADY),
    ],
)
def test_a_rule_refuses(tip: Tip, other: Tip, code: TipRefusal) -> None:
    with pytest.raises(Refused) as refused:
        link(tip, other, REASON)

    assert refused.value.code == code
