"""An administrator closes the account of somebody who left."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.events.identity import AccountClosed
from contracts.language import InvalidValue, Refused
from services.identity.account.decisions import AccountRefusal, close
from services.identity.account.state import Account
from tests.services.identity.given import ACCOUNT, OTHER, account, closed, opened, set_up
from tests.services.identity.house import SET_UP, House
from tests.support.running_service import NOON
from tests.support.waiting import eventually

YESTERDAY = NOON - timedelta(days=1)


def test_closing_says_when_the_person_left_and_ends_the_invitation() -> None:
    (done,) = close(account(*opened(), *set_up()), YESTERDAY, OTHER, NOON)

    assert done == AccountClosed(account=ACCOUNT, left_at=YESTERDAY)
    after = account(*opened(), done)
    assert (after.open, after.invitation) == (False, 0)


@pytest.mark.parametrize(
    ("given", "by", "code"),
    [
        (account(*opened(), closed()), OTHER, AccountRefusal.CLOSED),
        (account(*opened("administrator")), ACCOUNT, AccountRefusal.OWN_ACCOUNT),
    ],
)
def test_a_rule_refuses(given: Account, by: UUID, code: AccountRefusal) -> None:
    with pytest.raises(Refused) as refused:
        close(given, YESTERDAY, by, NOON)

    assert refused.value.code == code


def test_nobody_has_left_in_the_future() -> None:
    with pytest.raises(InvalidValue) as refused:
        close(account(*opened()), NOON + timedelta(seconds=1), OTHER, NOON)

    assert refused.value.field == "left_at"


async def test_who_left_neither_signs_in_nor_goes_on_here_with_a_token(house: House) -> None:
    somebody = await house.active(roles=["auditor"])
    token = await house.token_of()
    path = f"/accounts/{somebody.account}/close"

    done = await house.identity.post(path, {"left_at": YESTERDAY.isoformat()}, by=house.token, version=SET_UP)

    assert done.status_code == 200, done.text
    assert (await house.sign_in()).status_code == 401
    assert (await house.identity.get("/accounts/me", by=token)).status_code == 401
    names = await house.identity.get("/accounts/names", by=token, params={"account": str(house.administrator)})
    assert names.status_code == 401


async def test_when_the_person_left_is_when_it_happened(house: House) -> None:
    somebody = await house.active()
    path = f"/accounts/{somebody.account}/close"
    await house.identity.post(path, {"left_at": YESTERDAY.isoformat()}, by=house.token, version=SET_UP)

    (state,) = [each for _, _, name, each in house.identity.rows() if name == AccountClosed.NAME]

    assert state["happened_at"].startswith("2026-11-02")
    assert state["recorded_at"].startswith("2026-11-03")
    assert state["actor"] == f"account:{house.administrator}"


async def test_an_administrator_who_was_closed_changes_nothing_any_more(house: House) -> None:
    second = await house.active(roles=["administrator"], sign_in_name="two@example.org")
    token = await house.token_of("two@example.org")
    path = f"/accounts/{house.administrator}/close"

    await house.identity.post(path, {"left_at": YESTERDAY.isoformat()}, by=token, version=SET_UP + 1)

    async def ended() -> bool:
        return "session.ended" in house.identity.names()

    def done() -> list[str]:
        # Mails about it go out meanwhile.
        return [name for name in house.identity.names() if not name.startswith("account_notice.")]

    await eventually(ended)
    before = done()

    assert (await house.open()).status_code == 401
    back = f"/accounts/{second.account}/close"
    assert (
        await house.identity.post(back, {"left_at": YESTERDAY.isoformat()}, by=house.token, version=SET_UP)
    ).status_code == 401
    assert (await house.identity.post("/agencies", {"agency": "CVP"}, by=house.token)).status_code == 401
    assert done() == before


async def test_a_time_without_zone_or_not_yet_come_is_refused(house: House) -> None:
    path = f"/accounts/{(await house.opened()).account}/close"

    for left_at in ("2026-11-02T12:00:00", "yesterday", "2026-11-04T00:00:00Z", ""):
        answer = await house.identity.post(path, {"left_at": left_at}, by=house.token, version=3)
        assert (answer.status_code, answer.json()["field"]) == (422, "left_at"), left_at


async def test_an_account_that_does_not_exist_is_not_found(house: House) -> None:
    path = f"/accounts/{uuid4()}/close"

    answer = await house.identity.post(path, {"left_at": YESTERDAY.isoformat()}, by=house.token, version=1)

    assert answer.status_code == 404
