"""An adult is referred to an agency."""

import pytest

from contracts.language import InvalidValue, Refused
from services.tips.tip.decisions import TipRefusal, refer_adult
from services.tips.tip.events import AdultReferred
from services.tips.tip.state import Tip
from tests.services.tips.given import FIRST, MISSISSIPPI, a_tip, corrected, received, screened
from tests.support.running_service import NOON

ADULT = a_tip(received(age="adult"))


@pytest.mark.parametrize("tip", [ADULT, a_tip(received(age="not_known"), screened("adult"))])
def test_an_adult_who_agreed_is_referred(tip: Tip) -> None:
    (referred,) = refer_adult(tip, "TOWER", agreed=True, jurisdiction=MISSISSIPPI, now=NOON)

    assert referred == AdultReferred(tip=FIRST, agency="TOWER", agreed_at=NOON)
    assert a_tip(received(age="adult"), referred).referred_to == ("TOWER",)


@pytest.mark.parametrize(
    ("tip", "agreed", "code"),
    [
        (a_tip(received()), True, TipRefusal.NOT_ADULT),
        (a_tip(received(age="not_known")), True, TipRefusal.NOT_ADULT),
        (a_tip(received(age="adult"), screened("not_known")), True, TipRefusal.NOT_ADULT),
        (a_tip(received(age="adult"), corrected("child")), True, TipRefusal.NOT_ADULT),
        (a_tip(received()), False, TipRefusal.NOT_ADULT),
        (ADULT, False, TipRefusal.NO_AGREEMENT),
    ],
)
def test_a_rule_refuses(tip: Tip, agreed: bool, code: TipRefusal) -> None:
    with pytest.raises(Refused) as refused:
        refer_adult(tip, "TOWER", agreed=agreed, jurisdiction=MISSISSIPPI, now=NOON)

    assert refused.value.code == code


@pytest.mark.parametrize("agency", ["", "NOWHERE", "tower"])
def test_an_agency_that_is_not_on_file_is_refused(agency: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        refer_adult(ADULT, agency, agreed=True, jurisdiction=MISSISSIPPI, now=NOON)

    assert refused.value.field == "agency"
