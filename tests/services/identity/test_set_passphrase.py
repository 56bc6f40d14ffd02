"""A person uses an invitation to set a passphrase."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.language import InvalidValue, Refused
from services.identity.account.decisions import AccountRefusal, plain_passphrase, set_passphrase
from services.identity.account.events import PassphraseSet
from services.identity.account.state import Account
from tests.services.identity.given import ACCOUNT, IN_A_WEEK, account, closed, opened, with_passphrase
from tests.services.identity.house import PASSPHRASE, House, sign_in
from tests.support.running_service import NOON


def test_an_open_invitation_sets_the_passphrase_and_ends() -> None:
    (done,) = set_passphrase(account(*opened()), 1, "{}", IN_A_WEEK - timedelta(seconds=1))

    assert isinstance(done, PassphraseSet)
    after = account(*opened(), done)
    assert (after.phase, after.invitation) == ("active", 0)


@pytest.mark.parametrize(
    ("given", "number", "now"),
    [
        (account(*opened(), with_passphrase()), 1, NOON),
        (account(*opened(), with_passphrase()), 0, NOON),
        (account(*opened()), 0, NOON),
        (account(*opened()), 2, NOON),
        (account(*opened()), 1, IN_A_WEEK),
        (account(*opened(), closed()), 1, NOON),
        (Account(), 0, NOON),
    ],
    ids=["used", "none", "not theirs", "another", "run out", "closed", "nobody's"],
)
def test_whatever_is_wrong_with_an_invitation_is_said_in_the_same_words(
    given: Account, number: int, now: object
) -> None:
    with pytest.raises(Refused) as refused:
        set_passphrase(given, number, "{}", now)  # type: ignore[arg-type]  # a datetime of the table above

    assert refused.value.code == AccountRefusal.INVITATION_NOT_VALID


@pytest.mark.parametrize("short_or_long", ["", "eleven char", "x" * 257])
def test_a_passphrase_has_12_to_256_characters(short_or_long: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        plain_passphrase(short_or_long)

    assert refused.value.field == "passphrase"


def test_a_passphrase_typed_on_another_keyboard_is_the_same() -> None:
    assert plain_passphrase("cafe\u0301 noir e\u0301te\u0301") == plain_passphrase("caf\u00e9 noir \u00e9t\u00e9")


async def test_of_many_uses_of_one_invitation_at_once_one_counts(house: House) -> None:
    somebody = await house.opened()
    words = [f"example words number {number}" for number in range(4)]

    answers = await asyncio.gather(
        *(
            house.identity.http.post("/passphrase", json={"invitation": somebody.invitation, "passphrase": each})
            for each in words
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    (won,) = [each for each, answer in zip(words, answers, strict=True) if answer.status_code == 200]
    assert (await sign_in(house.identity, passphrase=won)).status_code == 200
    assert house.identity.names().count("account.passphrase_set") == 2  # the administrator's, and one


async def test_a_made_up_invitation_is_refused(house: House) -> None:
    for code in ("", "!", "ä", "AAAA", "A" * 64, "A" * 65, "A" * 5000):
        answer = await house.identity.http.post("/passphrase", json={"invitation": code, "passphrase": PASSPHRASE})
        assert (answer.status_code, answer.json()["code"]) == (409, "invitation_not_valid"), code


async def test_one_accounts_invitation_does_not_fit_another(house: House) -> None:
    one = await house.opened()
    other = await house.opened(sign_in_name="other@example.org")
    mixed = _start_of(other.invitation) + one.invitation[len(_start_of(other.invitation)) :]
    assert mixed not in {one.invitation, other.invitation}

    answer = await house.identity.http.post("/passphrase", json={"invitation": mixed, "passphrase": PASSPHRASE})

    assert answer.status_code == 409


async def test_a_short_passphrase_leaves_the_invitation_as_it_was(house: House) -> None:
    somebody = await house.opened()

    short = await house.identity.http.post(
        "/passphrase", json={"invitation": somebody.invitation, "passphrase": "too short"}
    )
    assert (short.status_code, short.json()["field"]) == (422, "passphrase")
    assert "too short" not in short.text

    enough = await house.identity.http.post(
        "/passphrase", json={"invitation": somebody.invitation, "passphrase": PASSPHRASE}
    )
    assert enough.status_code == 200
    assert UUID(enough.json()["account"]) == somebody.account != ACCOUNT


def _start_of(invitation: str) -> str:
    """The part that says whose it is: 16 bytes in base64, less the last letter, which reaches into the next byte."""
    return invitation[:21]
