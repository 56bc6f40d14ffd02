"""A responder who cannot be called after all says so."""

from datetime import datetime, timedelta

import pytest

from contracts.language import Event, Refused
from services.rapid_assessment.cases import candidate_of
from services.rapid_assessment.responder.decisions import withdraw_availability
from services.rapid_assessment.responder.events import AvailabilityStated, AvailabilityWithdrawn
from services.rapid_assessment.responder.refusals import ResponderRefusal
from tests.services.rapid_assessment.given import ADVOCATE, VICTIM, registered, responder
from tests.services.rapid_assessment.house import ADVOCATE as ADVOCATE_IN
from tests.services.rapid_assessment.house import COORDINATOR, DETECTIVE, House
from tests.services.rapid_assessment.test_on_call import on_call
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)


def stated(since: datetime, until: datetime) -> Event:
    return AvailabilityStated(account=ADVOCATE, since=since, until=until)


@pytest.mark.parametrize("since", [NOON - HOUR, NOON + HOUR])
def test_what_was_stated_holds_no_more_whether_it_goes_on_or_is_still_to_come(since: datetime) -> None:
    given = responder(registered(), stated(since, NOON + 3 * HOUR))

    (event,) = withdraw_availability(given, NOON)

    assert event == AvailabilityWithdrawn(account=ADVOCATE)
    person = candidate_of(responder(registered(), stated(since, NOON + 3 * HOUR), event))
    assert not any(person.can_be_called(NOON + hours * HOUR) for hours in (0, 2))


def test_another_time_may_be_stated_afterwards() -> None:
    later = stated(NOON + HOUR, NOON + 2 * HOUR)
    given = responder(registered(), stated(NOON, NOON + HOUR), AvailabilityWithdrawn(account=ADVOCATE), later)
    assert candidate_of(given).can_be_called(NOON + HOUR)


@pytest.mark.parametrize("events", [[], [stated(NOON - 2 * HOUR, NOON)], [AvailabilityWithdrawn(account=ADVOCATE)]])
def test_without_a_time_there_is_nothing_to_withdraw(events: list[Event]) -> None:
    with pytest.raises(Refused) as refused:
        withdraw_availability(responder(registered(), *events), NOON)

    assert refused.value.code == ResponderRefusal.NOT_AVAILABLE


async def test_they_are_off_the_list_and_cannot_be_asked_and_keep_the_seat_they_hold(house: House) -> None:
    held, other = await house.open_team(), await house.open_team()
    await house.fill(held, VICTIM.seat)
    path = f"/responders/{ADVOCATE_IN.account}/availability/withdrawal"
    assert (await house.service.post(path, by=DETECTIVE, version=3)).status_code == 404
    answer = await house.service.post(path, by=ADVOCATE_IN, version=3)
    assert answer.status_code == 200, answer.text
    assert (await on_call(house))[VICTIM.seat] == []
    refused = await house.propose(other, VICTIM.seat, ADVOCATE_IN)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_available")
    assert (await house.page(held))["seats"][VICTIM.seat]["held_by"] == str(ADVOCATE_IN.account)
    again = await house.service.post(path, by=COORDINATOR, version=4)
    assert (again.status_code, again.json()["code"]) == (409, "no_availability_stated")
