"""An account is put on the list of those who may hold a seat."""

import pytest

from contracts.language import InvalidValue, Refused
from services.rapid_assessment.responder.decisions import RegisterResponder, register
from services.rapid_assessment.responder.events import ResponderRegistered
from services.rapid_assessment.responder.refusals import ResponderRefusal
from tests.services.rapid_assessment.given import ADVOCATE, MISSISSIPPI, registered, responder

COMMAND = RegisterResponder(account=ADVOCATE, agency="CVP")


def test_a_responder_is_registered_without_any_credential() -> None:
    (event,) = register(responder(), COMMAND, MISSISSIPPI)

    assert event == ResponderRegistered(account=ADVOCATE, agency="CVP")
    state = responder(event)
    assert (state.account, state.credentials, state.available) == (ADVOCATE, (), None)


def test_nobody_is_registered_twice() -> None:
    with pytest.raises(Refused) as refused:
        register(responder(registered()), COMMAND, MISSISSIPPI)

    assert refused.value.code == ResponderRefusal.REGISTERED_ALREADY


@pytest.mark.parametrize("agency", ["", "cvp", "NOWHERE"])
def test_an_agency_that_is_not_on_file_is_refused(agency: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        register(responder(), RegisterResponder(account=ADVOCATE, agency=agency), MISSISSIPPI)

    assert refused.value.field == "agency"
