"""Somebody signs in."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from contracts.language import Event, Refused
from services.identity.sign_in import decisions
from services.identity.sign_in.decisions import SignInRefusal
from services.identity.sign_in.events import SignedIn, SignInFailed, SignInLocked, SignInUnlocked
from services.identity.sign_in.state import Attempts
from tests.services.identity.given import ACCOUNT, attempts, failed
from tests.services.identity.house import PASSPHRASE, SIGN_IN_NAME, House
from tests.support.running_service import NOON, Person, RunningService

FOUR = tuple(failed(NOON - timedelta(minutes=minutes)) for minutes in (4, 3, 2, 1))
LOCK = SignInLocked(account=ACCOUNT, failures=5)
Decide = Callable[[Attempts, UUID, datetime], list[Event]]


def test_a_success_is_on_record_with_when_it_ends() -> None:
    assert decisions.succeed(attempts(*FOUR), ACCOUNT, NOON) == [SignedIn(account=ACCOUNT, until=NOON)]


@pytest.mark.parametrize("account", [ACCOUNT, None])
def test_the_fifth_failure_within_fifteen_minutes_locks_whether_anyone_has_the_name_or_not(
    account: UUID | None,
) -> None:
    given = attempts(*(failed(each.at, account) for each in FOUR))

    events = decisions.fail(given, account, NOON)

    assert events == [SignInFailed(account=account, at=NOON), SignInLocked(account=account, failures=5)]


def test_a_failure_fifteen_minutes_ago_counts_no_more() -> None:
    given = attempts(failed(NOON - timedelta(minutes=15)), *FOUR[1:])

    assert decisions.fail(given, ACCOUNT, NOON) == [failed(NOON)]


def test_a_failure_just_within_fifteen_minutes_counts() -> None:
    given = attempts(failed(NOON - timedelta(minutes=14, seconds=59)), *FOUR[1:])

    assert decisions.fail(given, ACCOUNT, NOON)[-1] == LOCK


def test_a_success_forgives_the_failures_before_it() -> None:
    given = attempts(*FOUR, SignedIn(account=ACCOUNT, until=NOON))

    assert decisions.fail(given, ACCOUNT, NOON) == [failed(NOON)]


@pytest.mark.parametrize("decide", [decisions.succeed, decisions.fail])
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=365)])
def test_locked_stays_locked_however_long_and_whatever_is_given(decide: Decide, later: timedelta) -> None:
    with pytest.raises(Refused) as refused:
        decide(attempts(*FOUR, failed(NOON), LOCK), ACCOUNT, NOON + later)

    assert refused.value.code == SignInRefusal.LOCKED


def test_after_unlocking_it_takes_five_failures_again() -> None:
    given = attempts(*FOUR, failed(NOON), LOCK, SignInUnlocked(account=ACCOUNT), *FOUR[1:])

    assert decisions.fail(given, ACCOUNT, NOON) == [failed(NOON)]


async def test_the_token_is_what_every_service_reads(house: House) -> None:
    somebody = await house.active()

    answer = await house.sign_in()

    key = load_pem_public_key(house.identity.settings.verify_key_file.read_bytes())
    claims = jwt.decode(
        answer.json()["token"],
        key,  # type: ignore[arg-type]  # an Ed25519 key
        algorithms=["EdDSA"],
        audience="muster",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims == {
        "sub": str(somebody.account),
        "agency": "MDCPS",
        "roles": ["cps_intake"],
        "places": None,
        "iat": int(NOON.timestamp()),
        "exp": int((NOON + timedelta(minutes=1)).timestamp()),
        "aud": "muster",
    }
    assert datetime.fromisoformat(answer.json()["token_expires_at"]) == NOON + timedelta(minutes=1)
    assert datetime.fromisoformat(answer.json()["session_ends_at"]) == NOON + timedelta(hours=12)
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_token_ends_after_a_minute_and_not_before(house: House) -> None:
    house.identity.time.turn(timedelta(seconds=59))
    assert (await house.identity.get("/accounts/me", by=house.token)).status_code == 200

    house.identity.time.turn(timedelta(seconds=1))
    assert (await house.identity.get("/accounts/me", by=house.token)).status_code == 401


async def test_capitals_matter_in_the_passphrase_and_not_in_the_name(house: House) -> None:
    await house.active()

    assert (await house.sign_in(SIGN_IN_NAME.upper())).status_code == 200
    assert (await house.sign_in(passphrase=PASSPHRASE.upper())).status_code == 401


async def test_a_wrong_name_and_a_wrong_passphrase_cannot_be_told_apart(house: House) -> None:
    await house.active()
    await house.opened(sign_in_name="invited@example.org")

    wrong = [
        await house.sign_in(passphrase="wrong example words"),
        await house.sign_in("nobody@example.org"),
        await house.sign_in("invited@example.org"),
        await house.sign_in("not a name at all"),
        await house.sign_in(passphrase=""),
    ]

    assert {(each.status_code, each.text) for each in wrong} == {(401, wrong[0].text)}
    assert len({_shape(each) for each in wrong}) == 1


async def test_a_name_nobody_has_is_locked_just_the_same(house: House) -> None:
    await house.active()

    somebodys = [await house.sign_in(passphrase="wrong example words") for _ in range(7)]
    nobodys = [await house.sign_in("nobody@example.org") for _ in range(7)]

    assert [each.status_code for each in somebodys] == [401] * 4 + [429] * 3
    assert [(each.status_code, each.text) for each in nobodys] == [(each.status_code, each.text) for each in somebodys]
    assert "administrator" in somebodys[-1].json()["detail"]


async def test_the_right_passphrase_does_not_open_what_is_locked_not_even_a_year_later(house: House) -> None:
    await house.active()
    for _ in range(5):
        await house.sign_in(passphrase="wrong example words")

    assert (await house.sign_in()).status_code == 429
    house.identity.time.turn(timedelta(days=365))
    assert (await house.sign_in()).status_code == 429


async def test_fifty_guesses_at_once_are_no_more_than_five(house: House) -> None:
    await house.active()
    guesses = [house.sign_in(passphrase=f"wrong example words {number}") for number in range(50)]

    answers = await asyncio.gather(*guesses, house.sign_in())

    statuses = [answer.status_code for answer in answers]
    # The fifth failure is answered as locked; the one success among them may begin the count again.
    assert statuses.count(401) <= 8
    assert set(statuses[:50]) <= {401, 429}
    assert house.identity.names().count("sign_in.failed") <= 9
    assert (await house.sign_in()).status_code == 429


async def test_every_attempt_is_on_record_by_reference(house: House) -> None:
    somebody = await house.active()
    before = len(house.identity.rows())
    await house.sign_in()
    await house.sign_in(passphrase="wrong example words")
    await house.sign_in("nobody@example.org")

    rows = house.identity.rows()[before:]

    assert [(name, state["actor"], state["data"]["account"]) for _, _, name, state in rows] == [
        ("sign_in.recovery_code_used", f"account:{somebody.account}", str(somebody.account)),
        ("sign_in.signed_in", f"account:{somebody.account}", str(somebody.account)),
        ("session.started", f"account:{somebody.account}", str(somebody.account)),
        ("sign_in.failed", "public", str(somebody.account)),
        ("sign_in.failed", "public", None),
    ]


async def test_who_lost_their_key_by_a_courts_order_signs_in_no_more(house: House) -> None:
    somebody = await house.active()
    destroyed = await house.identity.post(
        f"/operator/persons/{somebody.account}/destroy-key", {"order": "Example order 1"}, by=house.token
    )
    assert destroyed.status_code == 200, destroyed.text

    assert (await house.sign_in()).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"sign_in_name": 1, "passphrase": "x"}', b'{"sign_in_name": "zqx@example.org"}'],
)
async def test_a_malformed_attempt_is_answered_and_not_counted(identity: RunningService, body: bytes) -> None:
    answer = await identity.http.post("/sign-in", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in {400, 422}
    assert identity.names() == []


async def test_a_token_signed_by_another_key_is_no_token(house: House) -> None:
    forged = await house.identity.get("/accounts/me", by=house.token[:-8] + "AAAAAAAA")

    assert forged.status_code == 401


async def test_a_token_for_an_account_nobody_opened_does_nothing_here(house: House) -> None:
    stranger = Person(("operator",))

    assert (await house.identity.post("/agencies", {"agency": "CVP"}, by=stranger)).status_code == 401
    assert (await house.identity.get("/accounts/me", by=stranger)).status_code == 401


async def test_signing_in_again_leaves_the_earlier_token_good(house: House) -> None:
    await house.active()
    first = await house.token_of()
    await house.token_of()

    assert (await house.identity.get("/accounts/me", by=first)).status_code == 200


def _shape(answer: httpx.Response) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(answer.headers.items()))
