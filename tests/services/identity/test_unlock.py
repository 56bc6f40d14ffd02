"""An administrator unlocks an account."""

from uuid import uuid4

import pytest

from contracts.language import Refused
from services.identity.sign_in.decisions import SignInRefusal, unlock
from services.identity.sign_in.events import SignInLocked, SignInUnlocked
from tests.services.identity.given import ACCOUNT, attempts, failed
from tests.services.identity.house import SET_UP, SIGN_IN_NAME, House
from tests.support.running_service import NOON
from tests.support.waiting import eventually


def test_unlocking_is_an_event() -> None:
    given = attempts(failed(NOON), SignInLocked(account=ACCOUNT, failures=5))

    assert unlock(given, ACCOUNT) == [SignInUnlocked(account=ACCOUNT)]


def test_what_is_not_locked_is_not_unlocked() -> None:
    with pytest.raises(Refused) as refused:
        unlock(attempts(failed(NOON)), ACCOUNT)

    assert refused.value.code == SignInRefusal.NOT_LOCKED


async def test_after_it_the_person_signs_in_again(house: House) -> None:
    somebody = await house.active()
    await _lock(house)

    unlocked = await house.identity.post(f"/accounts/{somebody.account}/unlock", by=house.token)

    assert (unlocked.status_code, unlocked.headers["ETag"]) == (200, f'"{SET_UP}"')
    assert (await house.sign_in()).status_code == 200


async def test_the_list_shows_who_is_locked(house: House) -> None:
    somebody = await house.active()
    await _lock(house)

    async def shown_as_locked() -> bool:
        page = await house.identity.get("/accounts", by=house.token)
        return [each["locked"] for each in page.json()["accounts"]] == [False, True]

    await eventually(shown_as_locked)
    unlocked = await house.identity.post(f"/accounts/{somebody.account}/unlock", by=house.token)
    after = await house.identity.get("/accounts", by=house.token, after=unlocked)
    assert [each["locked"] for each in after.json()["accounts"]] == [False, False]


async def test_a_name_locked_before_it_was_anyones_is_unlocked_with_the_account(house: House) -> None:
    await _lock(house)

    await house.active()

    assert (await house.sign_in()).status_code == 200


async def test_unlocking_what_is_not_locked_and_who_does_not_exist_changes_nothing(house: House) -> None:
    somebody = await house.active()
    before = house.identity.names()

    not_locked = await house.identity.post(f"/accounts/{somebody.account}/unlock", by=house.token)
    nobody = await house.identity.post(f"/accounts/{uuid4()}/unlock", by=house.token)

    assert (not_locked.status_code, not_locked.json()["code"]) == (409, "sign_in_not_locked")
    assert nobody.status_code == 404
    assert house.identity.names() == before


async def _lock(house: House) -> None:
    answers = [await house.sign_in(SIGN_IN_NAME, "wrong example words") for _ in range(5)]
    assert answers[-1].status_code == 429
