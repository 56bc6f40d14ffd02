"""An administrator opens an account."""

import asyncio
from typing import Any

import pytest

from contracts.events.identity import AccountOpened
from contracts.language import Event, InvalidValue, Refused
from services.identity.account.decisions import AccountRefusal, OpenAccount, open_account
from services.identity.account.events import AccountDescribed, Invited
from tests.services.identity.given import ACCOUNT, IN_A_WEEK, MISSISSIPPI
from tests.services.identity.house import SET_UP, SIGN_IN_NAME, House, an_account
from tests.support.running_service import NOON


def decide(*, taken: bool = False, **changes: Any) -> list[Event]:
    command = OpenAccount(**({**an_account(), "roles": ("cps_intake",)} | changes))
    return open_account(ACCOUNT, command, MISSISSIPPI, NOON, taken=taken)


def test_an_account_is_opened_described_and_invited_for_a_week() -> None:
    opened, described, invited = decide()

    assert opened == AccountOpened(account=ACCOUNT, agency="MDCPS", roles=("cps_intake",))
    assert isinstance(described, AccountDescribed)
    assert described.name.person == described.sign_in_name.person == ACCOUNT
    assert invited == Invited(account=ACCOUNT, number=1, valid_until=IN_A_WEEK)


def test_spaces_capitals_and_wide_letters_in_a_sign_in_name_make_no_difference() -> None:
    described = decide(sign_in_name="  Ｚqx@Example.ORG ")[1]

    assert isinstance(described, AccountDescribed)
    assert described.sign_in_name.text == "zqx@example.org"


def test_a_role_given_twice_counts_once() -> None:
    assert decide(roles=("cps_intake", "cps_intake"))[0] == decide()[0]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": "   "}),
        ("name", {"name": "x" * 201}),
        ("name", {"name": "Example\nPerson"}),
        ("sign_in_name", {"sign_in_name": "no address"}),
        ("sign_in_name", {"sign_in_name": "two words@example.org"}),
        ("sign_in_name", {"sign_in_name": "a@b@example.org"}),
        ("sign_in_name", {"sign_in_name": "zero\u200bwidth@example.org"}),
        ("sign_in_name", {"sign_in_name": "x" * 250 + "@example.org"}),
        ("agency", {"agency": "NOWHERE"}),
        ("roles", {"roles": ()}),
        ("roles", {"roles": ("cps_intake", "sheriff")}),
        ("roles", {"roles": ("task_force",)}),
    ],
)
def test_a_value_that_cannot_be_right_names_its_field_and_is_not_repeated(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue) as refused:
        decide(**changes)

    assert refused.value.field == field
    (value,) = changes.values()
    assert not isinstance(value, str) or not value.strip() or value not in refused.value.sentence


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (AccountRefusal.SIGN_IN_NAME_TAKEN, {"taken": True}),
        (AccountRefusal.ADMINISTRATOR_ALONE, {"roles": ("administrator", "cps_intake")}),
        (AccountRefusal.ADMINISTRATOR_ALONE, {"roles": ("auditor", "operator")}),
        (AccountRefusal.ADMINISTRATOR_ALONE, {"roles": ("operator", "administrator", "cps_intake")}),
    ],
)
def test_a_rule_refuses(code: AccountRefusal, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        decide(**changes)

    assert refused.value.code == code


async def test_the_person_sets_a_passphrase_and_signs_in(house: House) -> None:
    somebody = await house.active()

    me = await house.identity.get("/accounts/me", by=await house.token_of())

    assert me.json() == {
        "reference": str(somebody.account),
        "version": SET_UP,
        "agency": "MDCPS",
        "roles": ["cps_intake"],
        "status": "active",
        "name": "Example Person Zqx",
        "sign_in_name": SIGN_IN_NAME,
        "counties": [],
        "leaves_at": None,
        "answer_by": None,
    }


async def test_the_answer_is_not_to_be_kept_by_anything_between(house: House) -> None:
    assert (await house.open()).headers["Cache-Control"] == "no-store"


async def test_a_sign_in_name_is_one_accounts_however_it_is_written(house: House) -> None:
    await house.opened()

    second = await house.open(sign_in_name="ZQX@example.org")

    assert (second.status_code, second.json()["code"]) == (409, "sign_in_name_taken")


async def test_of_two_at_once_with_one_sign_in_name_one_is_refused(house: House) -> None:
    answers = await asyncio.gather(*(house.open() for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert house.identity.names().count("identity.account_opened") == 2  # the administrator's own, and one


def test_operator_and_administrator_stand_together() -> None:
    assert decide(roles=("operator", "administrator"))[0] == AccountOpened(
        account=ACCOUNT, agency="MDCPS", roles=("operator", "administrator")
    )


async def test_an_account_of_another_agency_is_opened_by_nobody_but_its_administrator(house: House) -> None:
    advocate: dict[str, Any] = {"agency": "CVP", "roles": ["victim_advocate"]}
    absent = await house.open(**advocate)
    administrator = await house.agency("CVP")
    before = house.identity.names()
    others = await house.open(**advocate)

    assert (absent.status_code, others.status_code) == (404, 404)
    assert (absent.text, absent.headers) == (others.text, others.headers)
    assert house.identity.names() == before
    own = await house.identity.post("/accounts", an_account(**advocate), by=administrator)
    assert own.status_code == 201, own.text


async def test_the_same_request_again_is_answered_with_the_same_invitation(house: House) -> None:
    first = await house.identity.post("/accounts", an_account(), by=house.token, key="the-same-key")
    again = await house.identity.post("/accounts", an_account(), by=house.token, key="the-same-key")
    other = await house.identity.post("/accounts", an_account(name="Example Other"), by=house.token, key="the-same-key")

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")


async def test_bad_input_is_answered_and_changes_nothing(house: House) -> None:
    before = house.identity.names()
    bad: list[tuple[int, Any]] = [
        (400, b"{not json"),
        (422, an_account(shoe_size=42)),
        (422, an_account(roles="cps_intake")),
        (422, {"name": "Example Person Zqx"}),
        (404, an_account(agency="NOWHERE")),
        (422, an_account(roles=["sheriff"])),
        (422, an_account(name="x" * 2_000_000)),
    ]

    for status, body in bad:
        answer = await house.identity.post("/accounts", body, by=house.token)
        assert answer.status_code == status, answer.text
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert "Zqx" not in answer.text

    assert house.identity.names() == before


async def test_without_an_idempotency_key_nothing_is_done(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token}"}

    assert (await house.identity.http.post("/accounts", json=an_account(), headers=headers)).status_code == 400
