"""A person uses an invitation to set up what they sign in with."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx
import pytest

from contracts.language import InvalidValue, Refused
from deploy.demo.authenticator import Authenticator
from services.identity.account.decisions import (
    AccountRefusal,
    App,
    Factors,
    check_enough,
    plain_passphrase,
    set_up,
)
from services.identity.account.events import AppSet, InvitationUsed, PasskeyAdded, PassphraseSet, RecoveryCodesMade
from services.identity.account.set_up import NEW_PASSKEY
from services.identity.account.state import Account
from services.identity.sign_in.challenges import LASTS, Challenges
from services.kernel.keys import Digester
from tests.services.identity import given
from tests.services.identity.given import IN_A_WEEK, OTHER, account, closed, opened
from tests.services.identity.house import PASSPHRASE, SIGN_IN_NAME, Held, House
from tests.support.running_service import NOON

WITH_APP = Factors(verifier="$argon2id$", app=App("EXAMPLE", 7), recovery_codes=10)
WITH_PASSKEY = Factors(passkey=(OTHER, "{}"))
ALL = Factors(verifier="$argon2id$", app=App("EXAMPLE", 7), recovery_codes=10, passkey=(OTHER, "{}"))


@pytest.mark.parametrize(
    ("factors", "events"),
    [
        (WITH_APP, [InvitationUsed, PassphraseSet, AppSet, RecoveryCodesMade]),
        (WITH_PASSKEY, [InvitationUsed, PasskeyAdded]),
        (ALL, [InvitationUsed, PassphraseSet, AppSet, RecoveryCodesMade, PasskeyAdded]),
    ],
)
def test_an_open_invitation_sets_up_what_was_given_and_ends(factors: Factors, events: list[type]) -> None:
    done = set_up(account(*opened()), 1, factors, IN_A_WEEK - timedelta(seconds=1))

    assert [type(each) for each in done] == events
    after = account(*opened(), *done)
    assert (after.phase, after.invitation) == ("active", 0)


@pytest.mark.parametrize(
    ("given", "number", "now"),
    [
        (account(*opened(), *given.set_up()), 1, NOON),
        (account(*opened(), *given.set_up()), 0, NOON),
        (account(*opened()), 0, NOON),
        (account(*opened()), 2, NOON),
        (account(*opened()), 1, IN_A_WEEK),
        (account(*opened(), closed()), 1, NOON),
        (Account(), 0, NOON),
    ],
    ids=["used", "none", "not theirs", "another", "run out", "closed", "nobody's"],
)
def test_whatever_is_wrong_with_an_invitation_is_said_in_the_same_words(
    given: Account, number: int, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        set_up(given, number, ALL, now)

    assert refused.value.code == AccountRefusal.INVITATION_NOT_VALID


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ((), "passkey"),
        (("passphrase",), "totp_code"),
        (("app",), "passphrase"),
        (("passphrase", "passkey"), "totp_code"),
        (("app", "passkey"), "passphrase"),
        (("passkey",), None),
        (("passphrase", "app"), None),
        (("passphrase", "app", "passkey"), None),
    ],
)
def test_one_factor_is_not_enough(given: tuple[str, ...], field: str | None) -> None:
    has = {each: each in given for each in ("passphrase", "app", "passkey")}
    if field is None:
        check_enough(**has)
        return
    with pytest.raises(InvalidValue) as refused:
        check_enough(**has)
    assert refused.value.field == field


@pytest.mark.parametrize("short_or_long", ["", "eleven char", "x" * 257])
def test_a_passphrase_has_12_to_256_characters(short_or_long: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        plain_passphrase(short_or_long)

    assert refused.value.field == "passphrase"


def test_a_passphrase_typed_on_another_keyboard_is_the_same() -> None:
    assert plain_passphrase("cafe\u0301 noir e\u0301te\u0301") == plain_passphrase("caf\u00e9 noir \u00e9t\u00e9")


class Invited:
    """Somebody with an unused invitation, and the options they were given."""

    def __init__(self, house: House, account: UUID, invitation: str, told: dict[str, Any]) -> None:
        self.house = house
        self.account = account
        self.invitation = invitation
        self.told = told
        self.held = Held(told["totp"]["secret"], [], Authenticator(house.identity.settings.origin))

    def by_app(self, passphrase: str = PASSPHRASE) -> dict[str, Any]:
        return {"passphrase": passphrase, "totp_code": self.held.code()}

    def by_passkey(self) -> dict[str, Any]:
        return {"passkey": self.held.device.create(self.told["passkey"]), "challenge": self.told["challenge"]}

    async def use(self, body: dict[str, Any]) -> httpx.Response:
        return await self.house.use(self.invitation, body)


@pytest.fixture
async def invited(house: House) -> Invited:
    somebody = await house.opened()
    options = await house.options(somebody.invitation)
    assert options.status_code == 200, options.text
    return Invited(house, somebody.account, somebody.invitation, options.json())


async def test_the_options_name_the_person_to_their_own_device_and_that_is_on_record(invited: Invited) -> None:
    told = invited.told
    assert UUID(told["account"]) == invited.account
    assert told["passkey"]["user"]["name"] == SIGN_IN_NAME
    assert unquote(told["totp"]["address"]).startswith(f"otpauth://totp/Muster:{SIGN_IN_NAME}?secret=")
    assert ET.fromstring(told["totp"]["picture"]).tag == "svg"
    name, state = [(name, state) for _, _, name, state in invited.house.identity.rows()][-1]
    assert (name, state["actor"]) == ("operation.page_read", f"account:{invited.account}")
    assert state["data"]["records"] == [str(invited.account)]


async def test_the_app_need_not_be_set_up_again_when_the_page_is_opened_again(invited: Invited) -> None:
    again = (await invited.house.options(invited.invitation)).json()
    assert again["totp"] == invited.told["totp"]
    assert again["challenge"] != invited.told["challenge"]


async def test_with_passphrase_and_app_one_signs_in_and_has_ten_codes_for_bad_days(invited: Invited) -> None:
    body = invited.by_app()
    done = await invited.use(body)

    assert done.status_code == 200, done.text
    assert UUID(done.json()["account"]) == invited.account
    assert len(set(done.json()["recovery_codes"])) == 10
    assert done.headers["Cache-Control"] == "no-store"
    house = invited.house
    assert (await house.sign_in(code=body["totp_code"])).status_code == 401, "a code was good twice"
    assert (await house.sign_in(code=invited.held.code(1))).status_code == 200
    assert (await house.sign_in(code=done.json()["recovery_codes"][0])).status_code == 200


async def test_with_a_passkey_alone_one_signs_in_and_has_no_codes(invited: Invited) -> None:
    done = await invited.use(invited.by_passkey())

    assert (done.status_code, done.json()["recovery_codes"]) == (200, [])
    invited.house.held[SIGN_IN_NAME] = invited.held
    assert (await invited.house.sign_in_with_passkey()).status_code == 200
    assert (await invited.house.sign_in(code="000000")).status_code == 401


async def test_of_many_uses_of_one_invitation_at_once_one_counts(invited: Invited) -> None:
    words = [f"example words number {number}" for number in "abcd"]

    answers = await asyncio.gather(*(invited.use(invited.by_app(each)) for each in words))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    ((won, codes),) = [
        (each, answer.json()["recovery_codes"])
        for each, answer in zip(words, answers, strict=True)
        if answer.status_code == 200
    ]
    assert (await invited.house.sign_in(passphrase=won, code=codes[0])).status_code == 200
    assert invited.house.identity.names().count("account.passphrase_set") == 2  # the operator's, and one


async def test_a_made_up_invitation_is_refused(house: House) -> None:
    for code in ("", "!", "ä", "AAAA", "A" * 64, "A" * 65, "A" * 1000):
        for answer in (await house.options(code), await house.use(code, {"passphrase": PASSPHRASE, "totp_code": "1"})):
            assert (answer.status_code, answer.json()["code"]) == (409, "invitation_not_valid"), code
    assert (await house.options("A" * 1001)).status_code == 422


async def test_one_accounts_invitation_does_not_fit_another(house: House) -> None:
    one = await house.opened()
    other = await house.opened(sign_in_name="other@example.org")
    mixed = _start_of(other.invitation) + one.invitation[len(_start_of(other.invitation)) :]
    assert mixed not in {one.invitation, other.invitation}

    assert (await house.options(mixed)).status_code == 409


async def test_what_is_refused_leaves_the_invitation_as_it_was(invited: Invited) -> None:
    before = _done_to_accounts(invited)
    app, passkey = invited.by_app(), invited.by_passkey()
    refused: list[tuple[dict[str, Any], str]] = [
        (app | {"passphrase": "too short"}, "passphrase"),
        (app | {"passphrase": "password1234"}, "passphrase"),
        (app | {"passphrase": "Example Person Zqx"}, "passphrase"),
        (app | {"totp_code": invited.held.code(-3)}, "totp_code"),
        (app | {"totp_code": ""}, "totp_code"),
        ({"passphrase": PASSPHRASE}, "totp_code"),
        ({"totp_code": app["totp_code"]}, "passphrase"),
        ({}, "passkey"),
        (passkey | {"challenge": ""}, "passkey"),
        (passkey | {"passkey": {}}, "passkey"),
        (app | passkey | {"challenge": "made up"}, "passkey"),
    ]

    for body, field in refused:
        answer = await invited.use(body)
        assert (answer.status_code, answer.json()["field"]) == (422, field), body
        assert "too short" not in answer.text
        assert "Zqx" not in answer.text

    assert _done_to_accounts(invited) == before
    assert (await invited.use(invited.by_app() | invited.by_passkey())).status_code == 200


def _done_to_accounts(invited: Invited) -> list[str]:
    """Without the agency's quarter, which begins by itself meanwhile."""
    return [name for name in invited.house.identity.names() if not name.startswith(("attestation.", "clock."))]


async def test_a_passkey_made_for_another_account_or_too_late_is_none(invited: Invited) -> None:
    other = await invited.house.opened(sign_in_name="other@example.org")
    told = (await invited.house.options(other.invitation)).json()
    device = Authenticator(invited.house.identity.settings.origin)
    theirs = {"passkey": device.create(told["passkey"]), "challenge": told["challenge"]}
    challenges = Challenges(Digester(invited.house.identity.settings.secrets / "digest.key"))
    late = challenges.new(NEW_PASSKEY, datetime.now(UTC) - LASTS, invited.account)
    options = invited.told["passkey"] | {"challenge": late.text}
    too_late = {"passkey": device.create(options), "challenge": late.text}

    for body in (theirs, too_late):
        answer = await invited.use(body)
        assert (answer.status_code, answer.json()["field"]) == (422, "passkey")


def test_what_is_kept_is_not_shown_where_events_are_printed() -> None:
    assert "EXAMPLE" not in repr(set_up(account(*opened()), 1, ALL, NOON))


def _start_of(invitation: str) -> str:
    """The part that says whose it is: 16 bytes in base64, less the last letter, which reaches into the next byte."""
    return invitation[:21]
