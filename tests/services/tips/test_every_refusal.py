"""The closed list of refusals of a tip, each met by somebody doing what the rule is against."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from contracts.language import Refused
from services.tips.tip.decisions import TipRefusal, correct, keep_apart, link, look_at_additions, refer_adult
from services.tips.tip.events import AdditionsLookedAt
from services.tips.tip.parting import part
from tests.services.tips.given import ACCOUNT, FIRST, MISSISSIPPI, REASON, SECOND, a_tip, linked, received
from tests.services.tips.test_to_do import MORE
from tests.support.running_service import NOON

CHILD, OTHER, ADULT = a_tip(received()), a_tip(received(SECOND)), a_tip(received(age="adult"))
LOOKED_AT = a_tip(received(), MORE, AdditionsLookedAt(tip=FIRST, account=ACCOUNT, number=1))
DECIDED = a_tip(received(), linked(FIRST, SECOND, FIRST))

MET: Mapping[TipRefusal, Callable[[], Any]] = {
    TipRefusal.SAME_TIP: lambda: link(CHILD, CHILD, REASON),
    TipRefusal.DECIDED_ALREADY: lambda: keep_apart(DECIDED, OTHER, REASON),
    TipRefusal.NOT_LINKED: lambda: part(CHILD, OTHER, REASON, []),
    TipRefusal.NOT_ADULT: lambda: refer_adult(CHILD, "TOWER", agreed=True, jurisdiction=MISSISSIPPI, now=NOON),
    TipRefusal.NO_AGREEMENT: lambda: refer_adult(ADULT, "TOWER", agreed=False, jurisdiction=MISSISSIPPI, now=NOON),
    TipRefusal.LOOKED_AT_ALREADY: lambda: look_at_additions(LOOKED_AT, ACCOUNT, 1),
    TipRefusal.NOTHING_CHANGES: lambda: correct(CHILD, "child", None, None, REASON, MISSISSIPPI),
}


def test_no_refusal_is_without_a_test() -> None:
    assert set(MET) == set(TipRefusal)


@pytest.mark.parametrize("code", TipRefusal)
def test_it_is_met_and_says_a_sentence(code: TipRefusal) -> None:
    with pytest.raises(Refused) as refused:
        MET[code]()

    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")
