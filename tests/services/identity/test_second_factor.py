"""A passphrase alone signs nobody in: a code of the app, a recovery code, or a passkey in place of both."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from deploy.demo.authenticator import Authenticator
from services.identity.sign_in.challenges import LASTS, Challenges
from services.identity.sign_in.events import AppCodeUsed, PasskeyUsed, SignedIn, SignInLocked
from services.identity.sign_in.sign_ins import SIGN_IN
from services.kernel.keys import Digester
from tests.services.identity.given import ACCOUNT, OTHER, attempts, failed
from tests.services.identity.house import ADMINISTRATOR_SIGN_IN_NAME, SIGN_IN_NAME, Held, House, Somebody
from tests.support.running_service import NOON

AT_ONCE = 4
"""One less than what locks."""


def test_what_was_used_last_is_remembered_through_failures_locks_and_successes() -> None:
    used = (AppCodeUsed(account=ACCOUNT, step=7), PasskeyUsed(account=ACCOUNT, passkey=OTHER, sign_count=3))
    after = (failed(NOON), SignInLocked(account=ACCOUNT, failures=5), SignedIn(account=ACCOUNT, until=NOON))
    state = attempts(*used, *after)
    assert (state.step, dict(state.counts)) == (7, {OTHER: 3})
    assert attempts(*used, AppCodeUsed(account=ACCOUNT, step=9)).step == 9


@pytest.fixture
async def somebody(house: House) -> Somebody:
    """Who has set up everything."""
    return await house.active()


@pytest.fixture
def held(house: House, somebody: Somebody) -> Held:
    return house.held[SIGN_IN_NAME]


async def test_a_code_of_the_app_fits_once_and_none_before_it_any_more(house: House, held: Held) -> None:
    earlier, code = held.code(), held.code(1)
    assert (await house.sign_in(code=code)).status_code == 200
    assert (await house.sign_in(code=code)).status_code == 401
    assert (await house.sign_in(code=earlier)).status_code == 401


async def test_the_apps_clock_is_the_machines_however_told_time_is_turned(house: House, held: Held) -> None:
    house.identity.time.turn(timedelta(days=365))
    assert (await house.sign_in(code=held.code(1))).status_code == 200


async def test_a_code_given_with_a_wrong_passphrase_is_not_used_up(house: House, held: Held) -> None:
    assert (await house.sign_in(passphrase="wrong example words", code=held.code(1))).status_code == 401
    assert (await house.sign_in(code=held.code(1))).status_code == 200
    assert (await house.sign_in(passphrase="wrong example words", code=held.codes[0])).status_code == 401
    assert (await house.sign_in(code=held.codes[0])).status_code == 200


@pytest.mark.parametrize("which", ["app", "recovery"])
async def test_of_many_who_give_one_code_at_once_one_comes_in(house: House, held: Held, which: str) -> None:
    code = held.code(1) if which == "app" else held.codes[0]
    answers = await asyncio.gather(*(house.sign_in(code=code) for _ in range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: AT_ONCE - 1}
    assert house.identity.names().count("session.started") == 2  # the operator's, and one


async def test_a_recovery_code_is_read_however_it_is_written_and_is_no_other_accounts(house: House, held: Held) -> None:
    await house.active(sign_in_name="other@example.org")
    theirs = house.held["other@example.org"].codes[0]
    assert (await house.sign_in(code=theirs)).status_code == 401
    assert (await house.sign_in(code=f" {held.codes[0].lower().replace('-', ' ')} ")).status_code == 200
    assert (await house.sign_in("other@example.org", code=theirs)).status_code == 200


async def test_whatever_of_it_is_wrong_the_answer_is_the_same(house: House, held: Held) -> None:
    wrong = [
        await house.sign_in(code="000000"),
        await house.sign_in(code=""),
        await house.sign_in(passphrase="wrong example words", code=held.code(1)),
        await house.sign_in("nobody@example.org", code=held.code(1)),
        await with_passkey(house, stranger(house, held)),
    ]
    assert {(each.status_code, each.text) for each in wrong} == {(401, wrong[0].text)}


async def test_a_passkey_signs_in_by_itself(house: House, somebody: Somebody, held: Held) -> None:
    before = len(house.identity.rows())
    signed = await with_passkey(house, held.device)
    assert (signed.status_code, signed.json()["account"]) == (200, str(somebody.account))
    assert signed.headers["Cache-Control"] == "no-store"
    rows = [(name, state["data"].get("means")) for _, _, name, state in house.identity.rows()[before:]]
    assert rows == [
        ("sign_in.passkey_used", None),
        ("sign_in.signed_in", None),
        ("session.started", "passkey"),
    ]


async def test_one_answer_of_a_passkey_sent_many_times_at_once_signs_in_once(house: House, held: Held) -> None:
    body = signed_by(held.device, await options(house))
    answers = await asyncio.gather(*(house.identity.http.post("/sign-in/passkey", json=body) for _ in range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: AT_ONCE - 1}
    assert house.identity.names().count("session.started") == 2


async def test_a_challenge_is_used_once_even_by_a_device_that_does_not_count(house: House) -> None:
    uncounted = Uncounted(house.identity.settings.origin)
    await set_up_with(house, uncounted)
    told = await options(house)
    first = await house.identity.http.post("/sign-in/passkey", json=signed_by(uncounted, told))
    again = await house.identity.http.post("/sign-in/passkey", json=signed_by(uncounted, told))
    assert (first.status_code, again.status_code) == (200, 401)
    assert (await with_passkey(house, uncounted)).status_code == 200


async def test_a_copy_of_a_passkey_is_refused_and_that_is_on_record(house: House, held: Held) -> None:
    assert (await with_passkey(house, held.device)).status_code == 200
    held.device._count -= 1
    assert (await with_passkey(house, held.device)).status_code == 401
    assert house.identity.names()[-2:] == ["sign_in.passkey_doubted", "sign_in.failed"]


async def test_challenges_made_up_run_out_or_for_something_else_sign_nobody_in(house: House, held: Held) -> None:
    challenges = Challenges(Digester(house.identity.settings.secrets / "digest.key"))
    told = await options(house)
    for text in (
        "",
        "made up",
        challenges.new(SIGN_IN, datetime.now(UTC) - LASTS).text,
        challenges.new("new passkey", datetime.now(UTC)).text,
    ):
        body = signed_by(held.device, {"options": told["options"] | {"challenge": text}, "challenge": text})
        answer = await house.identity.http.post("/sign-in/passkey", json=body)
        assert answer.status_code == 401, text
    # What names nobody's challenge is wrong by itself: it counts against nobody.
    assert "sign_in.failed" not in house.identity.names()


async def test_an_answer_to_another_challenge_signs_nobody_in(house: House, held: Held) -> None:
    one, other = await options(house), await options(house)
    body = signed_by(held.device, one) | {"challenge": other["challenge"]}
    assert (await house.identity.http.post("/sign-in/passkey", json=body)).status_code == 401


async def test_a_passkey_nobody_has_is_answered_and_leaves_nothing(house: House, somebody: Somebody) -> None:
    unknown = Authenticator(house.identity.settings.origin)
    unknown._user = uuid4().bytes
    before = house.identity.names()
    assert (await with_passkey(house, unknown)).status_code == 401
    told = await options(house)
    for credential in ({}, {"id": 1}, {"rawId": "x", "response": {"userHandle": "\ud800"}}):
        body = {"challenge": told["challenge"], "credential": credential}
        content = json.dumps(body).encode()
        answer = await house.identity.http.post(
            "/sign-in/passkey", content=content, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in {400, 401}
    assert house.identity.names() == before


async def test_failures_of_every_kind_count_to_one_lock_and_a_passkey_does_not_open_it(
    house: House, somebody: Somebody, held: Held
) -> None:
    session = (await with_passkey(house, held.device)).json()["session"]
    house.identity.time.turn(timedelta(hours=1))
    wrong = [
        await house.sign_in(passphrase="wrong example words", code=held.code(1)),
        await house.sign_in(code="000000"),
        await with_passkey(house, stranger(house, held)),
        await unlock(house, session, {"passphrase": "wrong example words"}),
        await house.sign_in(code="ABC-DEF"),
    ]
    assert [each.status_code for each in wrong] == [401] * 4 + [429]
    assert (await with_passkey(house, held.device)).status_code == 429
    assert (await house.sign_in(code=held.code(1))).status_code == 429
    released = await house.identity.post(
        f"/accounts/{somebody.account}/unlock", by=await house.token_of(ADMINISTRATOR_SIGN_IN_NAME)
    )
    assert released.status_code == 200, released.text
    assert (await with_passkey(house, held.device)).status_code == 200


async def test_a_passkey_unlocks_the_session_of_whose_it_is_alone(house: House, held: Held) -> None:
    await house.active(sign_in_name="other@example.org")
    session = (await house.sign_in()).json()["session"]
    house.identity.time.turn(timedelta(hours=1))
    theirs = signed_by(house.held["other@example.org"].device, await options(house))
    assert (await unlock(house, session, theirs)).status_code == 401
    assert house.identity.names()[-1] == "sign_in.failed"
    mine = signed_by(held.device, await options(house))
    assert (await unlock(house, session, mine)).status_code == 200
    assert (await unlock(house, session, mine)).status_code == 401, "one answer unlocked twice"
    assert house.identity.rows()[-2][3]["data"].get("means") is None
    assert "session.unlocked" in house.identity.names()


@pytest.mark.parametrize("body", [{}, {"challenge": "x"}, {"passphrase": 7}, {"credential": []}])
async def test_unlocking_with_nothing_is_said_to_be_nothing(house: House, held: Held, body: dict[str, Any]) -> None:
    session = (await house.sign_in()).json()["session"]
    before = house.identity.names()
    answer = await unlock(house, session, body)
    assert answer.status_code == 422
    assert house.identity.names() == before


async def test_nothing_of_somebody_whose_key_was_destroyed_signs_in(house: House, somebody: Somebody) -> None:
    path = f"/operator/persons/{somebody.account}/destroy-key"
    destroyed = await house.identity.post(path, {"order": "Example order 1"}, by=house.token)
    assert destroyed.status_code == 200, destroyed.text
    assert (await house.sign_in()).status_code == 401
    assert (await house.sign_in_with_passkey()).status_code == 401


async def test_codes_and_challenges_are_kept_as_digests_only(house: House, held: Held) -> None:
    await house.sign_in()
    await with_passkey(house, held.device)
    with psycopg.connect(house.identity.database.owner) as connection:
        found = connection.execute("SELECT kind, value FROM reservations").fetchall()
    kinds = Counter(kind for kind, _ in found)
    assert (kinds["recovery-code"], kinds["challenge"]) == (10 + 9, 2)  # the operator's, and what is left
    assert {len(value) for kind, value in found if kind in {"recovery-code", "challenge"}} == {32}


class Uncounted(Authenticator):
    """A device that does not count, as most that keep passkeys in a cloud."""

    def _authenticator_data(self, site: str, flags: int) -> bytes:
        self._count = 0
        return super()._authenticator_data(site, flags)


def stranger(house: House, held: Held) -> Authenticator:
    """A device that says it holds somebody's passkey, and has another key."""
    device = Authenticator(house.identity.settings.origin)
    device._user, device._id, device._count = held.device._user, held.device._id, 1_000
    return device


async def set_up_with(house: House, device: Authenticator) -> None:
    invitation = (await house.opened()).invitation
    told = (await house.options(invitation)).json()
    made = {"passkey": device.create(told["passkey"]), "challenge": told["challenge"]}
    assert (await house.use(invitation, made)).status_code == 200


async def options(house: House) -> dict[str, Any]:
    told: dict[str, Any] = (await house.identity.http.post("/sign-in/passkey/options")).json()
    return told


def signed_by(device: Authenticator, told: dict[str, Any]) -> dict[str, Any]:
    return {"challenge": told["challenge"], "credential": device.sign(told["options"])}


async def with_passkey(house: House, device: Authenticator) -> httpx.Response:
    return await house.identity.http.post("/sign-in/passkey", json=signed_by(device, await options(house)))


async def unlock(house: House, session: str, body: dict[str, Any]) -> httpx.Response:
    headers = {"Authorization": f"Session {session}"}
    return await house.identity.http.post("/session/unlock", json=body, headers=headers)
