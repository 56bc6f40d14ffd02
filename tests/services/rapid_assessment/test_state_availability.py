"""A responder says when they can be called."""

from datetime import datetime, timedelta

import pytest

from contracts.language import InvalidValue
from services.rapid_assessment.cases import candidate_of
from services.rapid_assessment.responder.decisions import StateAvailability, state_availability
from services.rapid_assessment.responder.events import AvailabilityStated
from tests.services.rapid_assessment.given import ADVOCATE, registered, responder
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)


def test_they_can_be_called_from_the_beginning_and_no_more_at_the_end() -> None:
    command = StateAvailability(since=NOON, until=NOON + HOUR)

    (event,) = state_availability(responder(registered()), command)

    assert event == AvailabilityStated(account=ADVOCATE, since=NOON, until=NOON + HOUR)
    person = candidate_of(responder(registered(), event))
    moments = (NOON - timedelta(microseconds=1), NOON, NOON + HOUR)
    assert [person.can_be_called(at) for at in moments] == [False, True, False]


def test_the_latest_statement_replaces_the_earlier() -> None:
    events = [
        event
        for hours in (0, 10)
        for event in state_availability(
            responder(registered()),
            StateAvailability(since=NOON + hours * HOUR, until=NOON + (hours + 8) * HOUR),
        )
    ]

    person = candidate_of(responder(registered(), *events))

    assert [person.can_be_called(NOON + hours * HOUR) for hours in (1, 11)] == [False, True]


@pytest.mark.parametrize("until", [NOON, NOON - HOUR])
def test_an_end_before_the_beginning_is_refused(until: datetime) -> None:
    with pytest.raises(InvalidValue) as refused:
        state_availability(responder(registered()), StateAvailability(since=NOON, until=until))

    assert refused.value.field == "until"
