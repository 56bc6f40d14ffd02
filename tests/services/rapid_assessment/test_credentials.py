"""Credentials are granted, renewed and revoked by their issuers: what a grant must hold, and what ends when."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.language import Event, InvalidValue, Refused
from services.rapid_assessment.cases import candidate_of
from services.rapid_assessment.responder.credentials import (
    GrantCredential,
    RenewCredential,
    RevokeCredential,
    grant,
    renew,
    revoke,
)
from services.rapid_assessment.responder.events import (
    CredentialGranted,
    CredentialWithdrawn,
    ResponderLeft,
    Trained,
)
from services.rapid_assessment.responder.refusals import ResponderRefusal
from tests.services.rapid_assessment.given import ADVOCATE, MISSISSIPPI, VICTIM, certified, registered, responder
from tests.services.rapid_assessment.house import ADVOCATE as ADVOCATE_IN
from tests.services.rapid_assessment.house import COORDINATOR, INVESTIGATOR, House
from tests.support.credentials import ISSUING, granted
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
CERTIFICATE = UUID(int=7)
KIND = MISSISSIPPI.credentials["victim_advocate"]
TRAINING = tuple(Trained(part=part.part, hours=part.hours) for part in KIND.parts)
REASON = "Found against the rules of conduct."


def command(**changes: Any) -> GrantCredential:
    given: dict[str, Any] = {
        "kind": "victim_advocate",
        "issuer": "AG-BVA",
        "valid_from": date(2026, 3, 8),
        "valid_until": date(2027, 11, 7),
        "training": TRAINING,
        "background_checked_on": date(2026, 2, 1),
    }
    return GrantCredential(**(given | changes))


def granting(*before: Event, now: datetime = NOON, **changes: Any) -> CredentialGranted:
    (event,) = grant(responder(registered(), *before), command(**changes), CERTIFICATE, MISSISSIPPI, now)
    assert isinstance(event, CredentialGranted)
    return event


def valid_until(events: Sequence[Event], at: datetime) -> datetime | None:
    return candidate_of(responder(registered(), *events)).valid_for(VICTIM, at)


def test_it_is_valid_from_the_start_of_the_first_day_to_the_end_of_the_last_in_central_time() -> None:
    event = granting()
    # Both days are days on which the clocks change.
    assert event.valid_from.astimezone(UTC) == datetime(2026, 3, 8, 6, 0, tzinfo=UTC)
    assert event.valid_until.astimezone(UTC) == datetime(2027, 11, 8, 6, 0, tzinfo=UTC)
    assert (event.account, event.issuer, event.credential) == (ADVOCATE, "AG-BVA", CERTIFICATE)
    assert event.training == TRAINING
    assert event.background_checked_at == datetime(2026, 2, 1, 6, 0, tzinfo=UTC)


def test_28_hours_in_five_parts_and_a_background_check_are_asked_of_an_advocate_and_of_nobody_else() -> None:
    less = (Trained(part="basic", hours=7), *TRAINING[1:])
    for field, changes in (
        ("training", {"training": ()}),
        ("training", {"training": less}),
        ("training", {"training": TRAINING[:-1]}),
        ("training", {"training": (*TRAINING, TRAINING[0])}),
        ("training", {"training": (*TRAINING, Trained(part="horse_riding", hours=4))}),
        ("training", {"training": (Trained(part="basic", hours=1_001), *TRAINING[1:])}),
        ("background_checked_on", {"background_checked_on": None}),
        ("background_checked_on", {"background_checked_on": date(2026, 11, 4)}),
        ("background_checked_on", {"background_checked_on": date(1949, 1, 1)}),
    ):
        with pytest.raises(InvalidValue) as refused:
            granting(**changes)
        assert refused.value.field == field, changes
    more = (Trained(part="basic", hours=9), *TRAINING[1:])
    assert granting(training=more).training == more
    plain: dict[str, Any] = {
        "kind": "cps_investigator",
        "issuer": "MDCPS",
        "training": (),
        "background_checked_on": None,
    }
    assert granting(**plain).background_checked_at is None
    with pytest.raises(InvalidValue):
        granting(**plain | {"training": TRAINING})


@pytest.mark.parametrize("seat", MISSISSIPPI.seats, ids=lambda seat: seat.seat)
def test_the_credential_of_every_seat_can_be_granted_by_each_of_its_issuers(seat: Any) -> None:
    kind = MISSISSIPPI.credentials[seat.credential]
    training = tuple(Trained(part=part.part, hours=part.hours) for part in kind.parts)
    for issuer in seat.issuers:
        assert granting(kind=seat.credential, issuer=issuer, training=training).issuer == issuer


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "bus_driver"}),
        ("kind", {"kind": ""}),
        ("issuer", {"issuer": "MDCPS"}),
        ("issuer", {"issuer": ""}),
        ("valid_until", {"valid_until": date(2026, 3, 7)}),
        ("valid_until", {"valid_until": date.max}),
        ("valid_from", {"valid_from": date.min}),
    ],
)
def test_what_cannot_be_right_is_refused(field: str, changes: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        granting(**changes)
    assert refused.value.field == field


def test_nothing_is_granted_to_a_closed_account() -> None:
    with pytest.raises(Refused) as refused:
        granting(ResponderLeft(account=ADVOCATE))
    assert refused.value.code == ResponderRefusal.HAS_LEFT


def test_a_renewed_credential_stands_beside_the_old_one_and_a_gap_between_them_stays_a_gap() -> None:
    first = granting(valid_until=date(2026, 10, 31))
    (renewed,) = renew(
        responder(registered(), first),
        RenewCredential(valid_from=date(2026, 11, 5), valid_until=date(2028, 11, 5)),
        CERTIFICATE,
        NOON,
    )
    told = (first, renewed)
    assert valid_until(told, NOON - 10 * 24 * HOUR) == first.valid_until
    assert valid_until(told, NOON) is None
    assert valid_until(told, NOON + 3 * 24 * HOUR) == datetime(2028, 11, 6, 6, 0, tzinfo=UTC)


def test_from_its_revocation_on_it_fills_no_seat_renewed_or_not_and_what_was_before_stays_true() -> None:
    first = granting()
    (renewed,) = renew(
        responder(registered(), first),
        RenewCredential(valid_from=date(2027, 11, 8), valid_until=date(2029, 11, 7)),
        CERTIFICATE,
        NOON,
    )
    other = certified(since=NOON + 30 * 24 * HOUR)
    (revoked,) = revoke(
        responder(registered(), first, renewed, other),
        RevokeCredential(revoked_at=NOON - HOUR, reason=REASON),
        CERTIFICATE,
        NOON,
    )
    told = (first, renewed, other, revoked)
    assert valid_until(told, NOON - HOUR - TICK) == NOON - HOUR
    assert valid_until(told, NOON - HOUR) is None
    assert valid_until(told, datetime(2028, 1, 1, tzinfo=UTC)) is None
    # Another certificate is not taken back with it.
    assert valid_until(told, NOON + 31 * 24 * HOUR) is not None


def test_what_is_not_on_file_or_yet_to_come_cannot_be_revoked() -> None:
    with pytest.raises(Refused) as refused:
        revoke(responder(registered()), RevokeCredential(revoked_at=NOON, reason=REASON), CERTIFICATE, NOON)
    assert refused.value.code == ResponderRefusal.NO_SUCH_CREDENTIAL
    later = RevokeCredential(revoked_at=NOON + TICK, reason=REASON)
    with pytest.raises(InvalidValue):
        revoke(responder(registered(), granting()), later, CERTIFICATE, NOON)


def test_what_coordinators_recorded_before_counts_as_it_did_and_can_be_revoked_by_its_issuer() -> None:
    gone = CredentialWithdrawn(account=ADVOCATE, kind=VICTIM.credential, issuer="AG-BVA", withdrawn_at=NOON - HOUR)
    assert valid_until((certified(), gone), NOON - HOUR - TICK) == NOON - HOUR
    assert valid_until((certified(), gone), NOON) is None
    assert valid_until((certified(until=NOON - 2 * HOUR), gone), NOON - 2 * HOUR) is None
    (old,) = responder(registered(), certified()).credentials
    (revoked,) = revoke(
        responder(registered(), certified()), RevokeCredential(revoked_at=NOON, reason=REASON), old.credential, NOON
    )
    assert valid_until((certified(), revoked), NOON) is None


async def test_only_the_people_of_its_issuer_grant_renew_revoke_and_see_a_credential(house: House) -> None:
    path, post, get = f"/responders/{ADVOCATE_IN.account}/credentials", house.service.post, house.service.get
    ours, others = ISSUING["AG-BVA"], ISSUING["MDCPS"]
    before = house.service.rows()
    for by in (COORDINATOR, ADVOCATE_IN, INVESTIGATOR):
        assert (await post(path, granted("victim_advocate"), by=by, version=3)).status_code == 403
    assert (await post(path, granted("victim_advocate"), by=others, version=3)).status_code == 404

    page = (await get(path, by=ours)).json()
    (own,) = page["credentials"]
    assert (page["version"], own["kind"], len(own["training"])) == (3, "victim_advocate", 5)
    assert (await get(path, by=others)).json()["credentials"] == []
    certificate = f"{path}/{own['credential']}"
    renewal = {"valid_from": "2028-07-01", "valid_until": "2030-06-30"}
    revocation = {"revoked_at": house.service.time.now().isoformat(), "reason": REASON}
    for what, body in (("renewal", renewal), ("revocation", revocation)):
        answers = [
            await post(f"{certificate}/{what}", body, by=others, version=3),
            await post(f"{path}/{uuid4()}/{what}", body, by=ours, version=3),
        ]
        assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
    assert house.service.rows() == before

    assert (await post(f"{certificate}/renewal", renewal, by=ours, version=3)).status_code == 200
    assert (await post(f"{certificate}/revocation", revocation, by=ours, version=4)).status_code == 200
    assert REASON not in house.service.everything_stored()
    tip = await house.open_team()
    refused = await house.propose(tip, "victim_advocate", ADVOCATE_IN)
    assert (refused.status_code, refused.json()["code"]) == (409, "credential")


async def test_an_issuer_lists_whom_it_certified_and_who_waits_for_any_certificate(house: House) -> None:
    new = str(uuid4())
    assert (
        await house.service.post("/responders", {"account": new, "agency": "CVP"}, by=COORDINATOR)
    ).status_code == 201
    ours = ISSUING["AG-BVA"]
    found = (await house.service.get("/responders/certified", by=ours)).json()
    assert [each["responder"] for each in found["responders"]] == [new, str(ADVOCATE_IN.account)]
    assert (found["total"], [len(each["certificates"]) for each in found["responders"]]) == (2, [0, 1])
    taken = await house.service.post("/responders/certified/export", by=ours)
    assert str(ADVOCATE_IN.account) in taken.text
    assert str(INVESTIGATOR.account) not in taken.text
    assert "operation.list_exported" in house.service.names()
    assert (await house.service.get("/responders/certified", by=COORDINATOR)).status_code == 403
