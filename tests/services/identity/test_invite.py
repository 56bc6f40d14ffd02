"""An administrator invites again: a passphrase or a phone was lost, or the invitation ran out."""

from datetime import timedelta

import httpx
import pytest

from contracts.language import Refused
from services.identity.account.decisions import AccountRefusal, invite
from services.identity.account.events import Invited
from tests.services.identity.given import ACCOUNT, IN_A_WEEK, account, closed, opened, set_up
from tests.services.identity.house import SIGN_IN_NAME, House
from tests.support.running_service import NOON
from tests.support.waiting import eventually


def test_each_invitation_has_the_next_number() -> None:
    given = account(*opened(), *set_up())

    (first,) = invite(given, NOON)
    (second,) = invite(account(*opened(), *set_up(), first), NOON)

    assert first == Invited(account=ACCOUNT, number=2, valid_until=IN_A_WEEK)
    assert isinstance(second, Invited)
    assert second.number == 3


def test_a_closed_account_is_not_invited() -> None:
    with pytest.raises(Refused) as refused:
        invite(account(*opened(), closed()), NOON)

    assert refused.value.code == AccountRefusal.CLOSED


async def test_a_new_invitation_ends_the_earlier_one(house: House) -> None:
    somebody = await house.opened()
    again = await house.identity.post(f"/accounts/{somebody.account}/invite", by=house.token, version=3)
    assert again.status_code == 200, again.text

    earlier = await house.options(somebody.invitation)
    assert (earlier.status_code, earlier.json()["code"]) == (409, "invitation_not_valid")

    await house.set_up(again.json()["invitation"])
    assert (await house.sign_in()).status_code == 200


async def test_what_is_in_use_holds_until_the_new_is_set_up_and_then_no_more(house: House) -> None:
    somebody = await house.active()
    before = house.held[SIGN_IN_NAME]
    page = await house.identity.get(f"/accounts/{somebody.account}", by=house.token)
    path = f"/accounts/{somebody.account}/invite"
    invited = await house.identity.post(path, by=house.token, version=page.json()["version"])
    assert (await house.sign_in()).status_code == 200
    assert (await house.sign_in_with_passkey()).status_code == 200

    after = await house.set_up(invited.json()["invitation"], "quite other example words")

    assert (await house.sign_in(passphrase="quite other example words", code=before.codes[0])).status_code == 401
    assert (await house.sign_in(passphrase="quite other example words", code=before.code(1))).status_code == 401
    assert (await house.sign_in(code=after.codes[0])).status_code == 401
    house.held[SIGN_IN_NAME] = before
    assert (await house.sign_in_with_passkey()).status_code == 401
    house.held[SIGN_IN_NAME] = after
    assert (await house.sign_in(passphrase="quite other example words")).status_code == 200


async def test_what_was_open_on_a_lost_phone_ends_when_the_person_sets_up_another(house: House) -> None:
    somebody = await house.active()
    lost = (await house.sign_in()).json()["session"]
    page = await house.identity.get(f"/accounts/{somebody.account}", by=house.token)
    path = f"/accounts/{somebody.account}/invite"
    invited = await house.identity.post(path, by=house.token, version=page.json()["version"])

    await house.set_up(invited.json()["invitation"])
    new = (await house.sign_in()).json()["session"]

    async def ended() -> bool:
        return (await _token(house, lost)).status_code == 401

    await eventually(ended)
    assert (await _token(house, new)).status_code == 200
    ends = [state["data"] for _, _, name, state in house.identity.rows() if name == "session.ended"]
    assert ends == [{"account": str(somebody.account), "reason": "set_up_anew"}]


async def test_the_same_request_again_is_answered_with_the_same_invitation(house: House) -> None:
    somebody = await house.opened()
    path = f"/accounts/{somebody.account}/invite"

    first = await house.identity.post(path, by=house.token, version=3, key="the-same-key")
    await house.identity.post(path, by=house.token, version=4)
    again = await house.identity.post(path, by=house.token, version=3, key="the-same-key")

    assert (again.status_code, again.json()) == (first.status_code, first.json())


async def test_a_stale_version_and_none_at_all_are_refused(house: House) -> None:
    path = f"/accounts/{(await house.opened()).account}/invite"

    assert (await house.identity.post(path, by=house.token, version=2)).status_code == 412
    assert (await house.identity.post(path, by=house.token)).status_code == 400


async def test_an_invitation_runs_out_after_a_week(house: House) -> None:
    somebody = await house.opened()
    house.identity.time.turn(timedelta(days=7))

    late = await house.options(somebody.invitation)

    assert (late.status_code, late.json()["code"]) == (409, "invitation_not_valid")


async def _token(house: House, session: str) -> httpx.Response:
    headers = {"Authorization": f"Session {session}"}
    return await house.identity.http.post("/session/token", json={}, headers=headers)
