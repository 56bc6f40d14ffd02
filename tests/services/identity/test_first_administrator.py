"""How the first operator comes in, and that nobody else does this way."""

from pathlib import Path

from tests.services.identity.house import (
    ADMINISTRATOR_SIGN_IN_NAME,
    House,
    first_administrator,
)
from tests.support.running_service import RunningService


async def test_the_code_opens_an_account_that_is_operator_and_administrator_and_registers_its_agency(
    identity: RunningService,
) -> None:
    opened = await identity.post("/first-administrator", first_administrator())

    assert opened.status_code == 201, opened.text
    assert identity.names() == [
        "identity.account_opened",
        "account.described",
        "account.invited",
        "account.administrator_code_used",
        "identity.agency_registered",
    ]
    house = House(identity)
    await house.set_up(opened.json()["invitation"])
    me = await identity.get("/accounts/me", by=await house.token_of(ADMINISTRATOR_SIGN_IN_NAME))
    assert me.json()["roles"] == ["operator", "administrator"]
    assert me.json()["agency"] == "MDCPS"


async def test_the_code_works_once_for_ever(house: House) -> None:
    before = house.identity.names()

    again = await house.identity.post("/first-administrator", first_administrator(sign_in_name="two@example.org"))

    assert again.status_code == 409
    assert again.json()["code"] == "administrator_code_not_valid"
    assert house.identity.names() == before


async def test_the_same_request_again_is_answered_with_the_same_invitation(identity: RunningService) -> None:
    first = await identity.post("/first-administrator", first_administrator(), key="the-same-key")
    again = await identity.post("/first-administrator", first_administrator(), key="the-same-key")

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert identity.names().count("identity.account_opened") == 1


async def test_a_wrong_code_opens_nothing(identity: RunningService) -> None:
    garbled = await identity.post("/first-administrator", first_administrator() | {"code": 7})
    assert (garbled.status_code, garbled.json()["field"]) == (422, "code")
    for code in ("", "wrong", "code-of-the-first-administrator-of-a-tesT"):
        refused = await identity.post("/first-administrator", first_administrator(code=code))
        assert (refused.status_code, refused.json()["code"]) == (409, "administrator_code_not_valid"), code

    assert identity.names() == []


async def test_without_the_file_no_code_is_valid(identity: RunningService) -> None:
    _code_file(identity).unlink()

    assert (await identity.post("/first-administrator", first_administrator())).status_code == 409
    assert (await identity.post("/first-administrator", first_administrator(code=""))).status_code == 409


async def test_who_keeps_the_machine_can_let_one_more_operator_in_with_a_new_code(house: House) -> None:
    _code_file(house.identity).write_text("a new code written on the machine\n")
    body = first_administrator(code="a new code written on the machine", sign_in_name="two@example.org")

    opened = await house.identity.post("/first-administrator", body)

    assert opened.status_code == 201, opened.text
    await house.set_up(opened.json()["invitation"])
    assert (await house.sign_in("two@example.org")).status_code == 200


async def test_a_code_is_not_used_up_by_a_request_that_was_wrong_otherwise(identity: RunningService) -> None:
    refused = await identity.post("/first-administrator", first_administrator(agency="NOWHERE"))
    assert (refused.status_code, refused.json()["field"]) == (422, "agency")

    assert (await identity.post("/first-administrator", first_administrator())).status_code == 201


def _code_file(identity: RunningService) -> Path:
    return identity.settings.secrets / "first-administrator.code"
