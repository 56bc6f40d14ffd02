"""A worker saw the child."""

from datetime import datetime, timedelta

import pytest

from contracts.language import Event, InvalidValue, Refused
from services.rapid_assessment.contact.contact import ContactRefusal, made
from services.rapid_assessment.contact.events import ContactMade, ContactNoLongerOwed
from tests.services.rapid_assessment.given import INVESTIGATOR, REASON, TIP, contact, owed, seen, text
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)


def test_when_who_and_where_are_on_record_and_the_duty_is_done() -> None:
    (event,) = made(contact(owed()), NOON - HOUR, INVESTIGATOR, REASON, NOON)

    assert event == ContactMade(tip=TIP, made_at=NOON - HOUR, worker=INVESTIGATOR, place=text())
    state = contact(owed(), event)
    assert (state.duty_open, state.made_at) == (False, NOON - HOUR)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], ContactRefusal.NOT_OWED),
        ([owed(), ContactNoLongerOwed(tip=TIP)], ContactRefusal.NOT_OWED),
        ([owed(), seen()], ContactRefusal.MADE_ALREADY),
    ],
)
def test_a_rule_refuses(given: list[Event], code: ContactRefusal) -> None:
    with pytest.raises(Refused) as refused:
        made(contact(*given), NOON, INVESTIGATOR, REASON, NOON)

    assert refused.value.code == code


@pytest.mark.parametrize("at", [NOON + timedelta(microseconds=1), NOON.replace(tzinfo=None)])
def test_nobody_was_seen_in_the_future(at: datetime) -> None:
    with pytest.raises(InvalidValue) as refused:
        made(contact(owed()), at, INVESTIGATOR, REASON, NOON)

    assert refused.value.field == "made_at"
