"""Two tips look alike and are about different people."""

import pytest

from contracts.language import Refused
from services.tips.tip.decisions import TipRefusal, keep_apart
from services.tips.tip.events import TipKeptApart
from services.tips.tip.state import Tip
from tests.services.tips.given import FIRST, REASON, SECOND, a_tip, kept_apart, linked, received


def test_the_decision_stands_on_both_with_its_reason() -> None:
    events = keep_apart(a_tip(received()), a_tip(received(SECOND)), REASON)

    assert [
        (e.tip, e.other, e.reason.text) for e in (*events[FIRST], *events[SECOND]) if isinstance(e, TipKeptApart)
    ] == [
        (FIRST, SECOND, REASON),
        (SECOND, FIRST, REASON),
    ]
    assert a_tip(received(), *events[FIRST]).kept_apart == (SECOND,)
    assert a_tip(received(SECOND), *events[SECOND]).kept_apart == (FIRST,)


@pytest.mark.parametrize(
    ("tip", "other", "code"),
    [
        (a_tip(received()), a_tip(received()), TipRefusal.SAME_TIP),
        (a_tip(received(), kept_apart(FIRST, SECOND)), a_tip(received(SECOND)), TipRefusal.DECIDED_ALREADY),
        (a_tip(received(), linked(FIRST, SECOND, FIRST)), a_tip(received(SECOND)), TipRefusal.DECIDED_ALREADY),
    ],
)
def test_a_rule_refuses(tip: Tip, other: Tip, code: TipRefusal) -> None:
    with pytest.raises(Refused) as refused:
        keep_apart(tip, other, REASON)

    assert refused.value.code == code
