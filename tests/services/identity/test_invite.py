"""An administrator invites again: the passphrase was lost, or the invitation ran out."""

from datetime import timedelta

import pytest

from contracts.language import Refused
from services.identity.account.decisions import AccountRefusal, invite
from services.identity.account.events import Invited
from tests.services.identity.given import ACCOUNT, IN_A_WEEK, account, closed, opened, with_passphrase
from tests.services.identity.house import House, set_passphrase, sign_in
from tests.support.running_service import NOON


def test_each_invitation_has_the_next_number() -> None:
    given = account(*opened(), with_passphrase())

    (first,) = invite(given, NOON)
    (second,) = invite(account(*opened(), with_passphrase(), first), NOON)

    assert first == Invited(account=ACCOUNT, number=2, valid_until=IN_A_WEEK)
    assert isinstance(second, Invited)
    assert second.number == 3


def test_a_closed_account_is_not_invited() -> None:
    with pytest.raises(Refused) as refused:
        invite(account(*opened(), closed()), NOON)

    assert refused.value.code == AccountRefusal.CLOSED


async def test_a_new_invitation_ends_the_earlier_and_brings_a_new_passphrase(house: House) -> None:
    somebody = await house.opened()
    again = await house.identity.post(f"/accounts/{somebody.account}/invite", by=house.token, version=3)
    assert again.status_code == 200, again.text

    earlier = await house.identity.http.post(
        "/passphrase", json={"invitation": somebody.invitation, "passphrase": "other example words"}
    )
    assert (earlier.status_code, earlier.json()["code"]) == (409, "invitation_not_valid")

    await set_passphrase(house.identity, again.json()["invitation"])
    assert (await sign_in(house.identity)).status_code == 200


async def test_the_passphrase_in_use_holds_until_the_new_one_is_set(house: House) -> None:
    somebody = await house.active()
    invited = await house.identity.post(f"/accounts/{somebody.account}/invite", by=house.token, version=4)
    assert (await sign_in(house.identity)).status_code == 200

    await set_passphrase(house.identity, invited.json()["invitation"], "quite other example words")

    assert (await sign_in(house.identity)).status_code == 401
    assert (await sign_in(house.identity, passphrase="quite other example words")).status_code == 200


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

    late = await house.identity.http.post(
        "/passphrase", json={"invitation": somebody.invitation, "passphrase": "other example words"}
    )

    assert (late.status_code, late.json()["code"]) == (409, "invitation_not_valid")
