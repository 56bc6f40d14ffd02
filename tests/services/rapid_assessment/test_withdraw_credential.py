"""The issuer took a certificate back."""

from datetime import datetime, timedelta

import pytest

from contracts.language import InvalidValue, Refused
from services.rapid_assessment.cases import candidate_of
from services.rapid_assessment.responder.decisions import ResponderRefusal, WithdrawCredential, withdraw_credential
from services.rapid_assessment.responder.events import CredentialWithdrawn
from tests.services.rapid_assessment.given import ADVOCATE, VICTIM, YEAR, certified, registered, responder
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)


def command(at: datetime = NOON, *, kind: str = "victim_advocate", issuer: str = "AG-BVA") -> WithdrawCredential:
    return WithdrawCredential(kind=kind, issuer=issuer, withdrawn_at=at)


def test_from_then_on_it_fills_no_seat_and_what_was_before_stays_true() -> None:
    (event,) = withdraw_credential(responder(registered(), certified()), command(NOON - HOUR), NOON)

    assert event == CredentialWithdrawn(
        account=ADVOCATE, kind="victim_advocate", issuer="AG-BVA", withdrawn_at=NOON - HOUR
    )
    person = candidate_of(responder(registered(), certified(), event))
    assert person.valid_for(VICTIM, NOON - HOUR) is None
    assert person.valid_for(VICTIM, NOON - HOUR - timedelta(microseconds=1)) == NOON - HOUR


def test_a_withdrawal_lengthens_nothing() -> None:
    ended = certified(until=NOON - 2 * HOUR)

    (event,) = withdraw_credential(responder(registered(), ended), command(NOON), NOON)

    assert candidate_of(responder(registered(), ended, event)).valid_for(VICTIM, NOON - HOUR) is None


def test_a_new_certificate_after_the_withdrawal_counts() -> None:
    (event,) = withdraw_credential(responder(registered(), certified()), command(NOON - HOUR), NOON)

    again = candidate_of(responder(registered(), certified(), event, certified(since=NOON - HOUR)))

    assert again.valid_for(VICTIM, NOON) == NOON + YEAR


@pytest.mark.parametrize("given", [command(kind="cps_investigator", issuer="MDCPS"), command(issuer="MDCPS")])
def test_what_is_not_on_file_cannot_be_withdrawn(given: WithdrawCredential) -> None:
    with pytest.raises(Refused) as refused:
        withdraw_credential(responder(registered(), certified()), given, NOON)

    assert refused.value.code == ResponderRefusal.NO_SUCH_CREDENTIAL


@pytest.mark.parametrize("at", [NOON + timedelta(microseconds=1), NOON.replace(tzinfo=None)])
def test_a_time_to_come_or_without_zone_is_refused(at: datetime) -> None:
    with pytest.raises(InvalidValue) as refused:
        withdraw_credential(responder(registered(), certified()), command(at), NOON)

    assert refused.value.field == "withdrawn_at"
