"""Whoever leaves is out at that moment, announced beforehand or typed in late (C81)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events.identity import AccountClosed
from contracts.language import Event, InvalidValue, Refused
from services.identity.account.decisions import (
    AccountRefusal,
    announce_leaving,
    check_invitation,
    close,
    invite,
    leave,
    withdraw_leaving,
)
from services.identity.account.events import LeavingAnnounced, LeavingWithdrawn
from services.identity.main import DEFINITION
from services.kernel.operations import RecordShown
from tests.services.identity.given import ACCOUNT, OTHER, account, closed, opened, set_up
from tests.services.identity.house import ADMINISTRATOR_SIGN_IN_NAME, SET_UP, SIGN_IN_NAME, House
from tests.support.running_service import NOON, RunningService, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

HOUR, DAY, INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
FRIDAY = NOON + 3 * DAY
ANNOUNCED = LeavingAnnounced(account=ACCOUNT, leaves_at=FRIDAY)


def somebody(*events: Event) -> Any:
    return account(*opened(), *set_up(), *events)


def test_a_leaving_to_come_is_announced_and_the_last_word_counts() -> None:
    later = FRIDAY + DAY

    assert announce_leaving(somebody(), FRIDAY, OTHER, NOON) == [ANNOUNCED]
    assert announce_leaving(somebody(ANNOUNCED), FRIDAY, OTHER, NOON) == []
    (again,) = announce_leaving(somebody(ANNOUNCED), later, OTHER, NOON)
    assert somebody(ANNOUNCED, again).leaves_at == later


@pytest.mark.parametrize("leaves_at", [NOON, NOON - INSTANT, NOON - DAY])
def test_what_is_past_is_no_announcement(leaves_at: datetime) -> None:
    with pytest.raises(InvalidValue) as refused:
        announce_leaving(somebody(), leaves_at, OTHER, NOON)

    assert refused.value.field == "leaves_at"


@pytest.mark.parametrize(
    ("given", "by", "now", "code"),
    [
        (somebody(closed()), OTHER, NOON, AccountRefusal.CLOSED),
        (somebody(), ACCOUNT, NOON, AccountRefusal.OWN_ACCOUNT),
        (somebody(ANNOUNCED), OTHER, FRIDAY, AccountRefusal.CLOSED),
    ],
)
def test_no_leaving_is_announced_of_who_is_gone_or_by_oneself(
    given: Any, by: UUID, now: datetime, code: AccountRefusal
) -> None:
    with pytest.raises(Refused) as refused:
        announce_leaving(given, FRIDAY + DAY, by, now)

    assert refused.value.code == code


def test_an_announcement_is_withdrawn_while_the_person_is_there() -> None:
    assert withdraw_leaving(somebody(ANNOUNCED), OTHER, NOON) == [LeavingWithdrawn(account=ACCOUNT)]
    assert somebody(ANNOUNCED, LeavingWithdrawn(account=ACCOUNT)).leaves_at is None
    for given, now, code in (
        (somebody(), NOON, AccountRefusal.NOT_LEAVING),
        (somebody(ANNOUNCED), FRIDAY, AccountRefusal.CLOSED),
    ):
        with pytest.raises(Refused) as refused:
            withdraw_leaving(given, OTHER, now)
        assert refused.value.code == code


def test_the_account_closes_at_the_moment_once_and_never_early() -> None:
    left = AccountClosed(account=ACCOUNT, left_at=FRIDAY)

    assert leave(somebody(ANNOUNCED), FRIDAY - INSTANT) == []
    assert leave(somebody(ANNOUNCED), FRIDAY) == [left]
    assert leave(somebody(ANNOUNCED), FRIDAY + 9 * DAY) == [left]
    assert leave(somebody(ANNOUNCED, left), FRIDAY) == []
    assert leave(somebody(ANNOUNCED, LeavingWithdrawn(account=ACCOUNT)), FRIDAY) == []
    put_off = LeavingAnnounced(account=ACCOUNT, leaves_at=FRIDAY + DAY)
    assert leave(somebody(ANNOUNCED, put_off), FRIDAY) == []


def test_from_the_moment_on_nothing_is_done_with_the_account_though_nothing_has_closed_it_yet() -> None:
    given = account(*opened(), ANNOUNCED)

    assert (given.live(FRIDAY - INSTANT), given.live(FRIDAY)) == (True, False)
    for asked in (
        lambda: invite(given, FRIDAY),
        lambda: check_invitation(given, 1, FRIDAY),
        lambda: close(given, FRIDAY, OTHER, FRIDAY),
    ):
        with pytest.raises(Refused):
            asked()


async def _until_closed(service: RunningService) -> None:
    async def closed_() -> bool:
        return "identity.account_closed" in service.names()

    await eventually(closed_)


def _clock(service: RunningService) -> list[tuple[str, dict[str, Any]]]:
    """What happened to clocks of C81, in order."""
    rows = [(name, state) for _, _, name, state in service.rows() if name.startswith("clock.")]
    return [(name, state) for name, state in rows if state["data"]["rule"] == "C81"]


async def test_an_announced_leaver_is_out_at_that_moment_and_the_account_closes_by_itself(house: House) -> None:
    identity = house.identity
    account_ = (await house.active()).account
    moment = identity.time.now() + 90 * timedelta(seconds=1)
    body = {"leaves_at": moment.isoformat()}
    done = await identity.post(f"/accounts/{account_}/leaving", body, by=house.token, version=SET_UP)
    assert done.status_code == 200, done.text
    session = (await house.sign_in()).json()

    # A token that is given shortly before ends with the account, not a minute later.
    identity.time.turn(moment - identity.time.now() - timedelta(seconds=5))
    renewed = await identity.http.post(
        "/session/token", json={}, headers={"Authorization": f"Session {session['session']}"}
    )
    assert datetime.fromisoformat(renewed.json()["token_expires_at"]) == moment
    assert "identity.account_closed" not in identity.names()

    identity.time.turn(timedelta(seconds=5))
    assert (await house.sign_in()).status_code == 401
    refused = await identity.http.post(
        "/session/token", json={}, headers={"Authorization": f"Session {session['session']}"}
    )
    assert refused.status_code == 401
    assert (await identity.get("/accounts/me", by=renewed.json()["token"])).status_code == 401
    await _until_closed(identity)
    (left,) = [state for _, _, name, state in identity.rows() if name == "identity.account_closed"]
    assert left["data"]["left_at"] == left["happened_at"]
    assert left["actor"] == "service:identity"
    assert [name for name, _ in _clock(identity)] == ["clock.started", "clock.met"]
    by = await house.token_of(ADMINISTRATOR_SIGN_IN_NAME)
    (clock,) = (await identity.get(f"/accounts/{account_}/clocks", by=by)).json()
    assert (clock["state"], clock["trigger"]["name"]) == ("met", "identity.account_closed")


async def test_a_leaver_typed_in_late_is_missed_at_once_with_the_lateness(house: House) -> None:
    identity = house.identity
    account_ = (await house.active()).account
    left_at = identity.time.now() - 30 * HOUR

    body = {"left_at": left_at.isoformat()}
    await identity.post(f"/accounts/{account_}/close", body, by=house.token, version=SET_UP)

    (started, missed) = _clock(identity)
    assert (started[0], missed[0]) == ("clock.started", "clock.missed")
    assert started[1]["data"]["citation"] == "NIST SP 800-53 PS-4, AC-2(h)"
    assert missed[1]["data"]["late_seconds"] == 6 * 3600
    clock = await identity.get(f"/accounts/{account_}/clocks/C81", by=house.token)
    assert (clock.json()["state"], clock.json()["late_seconds"]) == ("missed", 6 * 3600)
    assert clock.json()["trigger"]["name"] == "identity.account_closed"
    assert datetime.fromisoformat(clock.json()["since"]) == left_at
    question = [state["data"]["question"] for _, _, name, state in identity.rows() if name == RecordShown.NAME][-1]
    assert question == "clocks of an account"


async def test_a_leaver_typed_in_within_a_day_is_met(house: House) -> None:
    account_ = (await house.active()).account
    body = {"left_at": (house.identity.time.now() - 24 * HOUR + timedelta(seconds=1)).isoformat()}

    await house.identity.post(f"/accounts/{account_}/close", body, by=house.token, version=SET_UP)

    assert [name for name, _ in _clock(house.identity)] == ["clock.started", "clock.met"]


async def test_auditors_are_told_which_accounts_were_live_when_their_holder_had_left(house: House) -> None:
    identity, now = house.identity, house.identity.time.now()
    late = (await house.active()).account
    announced = (await house.opened(sign_in_name="two@example.org")).account
    await house.active(sign_in_name="auditor@example.org", roles=["auditor"])
    auditor, left_at = await house.token_of("auditor@example.org"), now - 30 * HOUR
    body = {"leaves_at": (now + HOUR).isoformat()}
    await identity.post(f"/accounts/{announced}/leaving", body, by=house.token, version=3)
    await identity.post(f"/accounts/{late}/close", {"left_at": left_at.isoformat()}, by=house.token, version=SET_UP)

    async def told(by: str, **params: str) -> list[Any]:
        answer = await identity.get("/accounts/live-after-leaving", by=by, params=params)
        assert answer.status_code == 200, answer.text
        return [(each["account"], each["late_seconds"]) for each in answer.json()]

    assert await told(auditor) == [(str(late), 30 * 3600)]
    assert await told(house.token) == [(str(late), 30 * 3600)]
    assert await told(auditor, on=left_at.isoformat()) == [(str(late), 30 * 3600)]
    assert await told(auditor, on=(left_at - INSTANT).isoformat()) == []
    assert await told(auditor, on=now.isoformat()) == []
    cvp = await house.agency("CVP")
    assert await told(cvp) == []


async def test_who_leaves_while_nothing_runs_is_out_when_it_runs_again_once(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(DEFINITION, database, nats_server) as identity:
        house = await House.founded(identity)
        account_ = (await house.opened()).account
        leaves_at = NOON + HOUR
        body = {"leaves_at": leaves_at.isoformat()}
        done = await identity.post(f"/accounts/{account_}/leaving", body, by=house.token, version=3)
        assert done.status_code == 200, done.text

    for _ in range(2):
        async with running_service(DEFINITION, database, nats_server, at=NOON + 3 * DAY) as again:
            await _until_closed(again)
            closings = [state for _, _, name, state in again.rows() if name == "identity.account_closed"]
            assert [state["data"]["left_at"] for state in closings] == [closings[0]["happened_at"]]
            # Recorded after the day was over; yet from that moment on the account let nobody in.
            assert [name for name, _ in _clock(again)] == ["clock.started", "clock.missed", "clock.found_met"]


async def test_of_an_absent_account_and_one_of_another_agency_the_same_is_said(house: House) -> None:
    cvp = await house.agency("CVP")
    theirs = (await house.opened()).account
    body = {"leaves_at": (NOON + DAY).isoformat()}
    answers = [
        await house.identity.post(f"/accounts/{account_}/{path}", sent, by=cvp, version=3)
        for account_ in (theirs, UUID(int=1))
        for path, sent in (("leaving", body), ("leaving/withdraw", None), ("confirm", {"roles": ["cps_intake"]}))
    ]
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}
    assert SIGN_IN_NAME not in answers[0].text
