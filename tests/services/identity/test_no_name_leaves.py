"""Names, passphrases, codes and secrets are nowhere but where they belong: not stored, not logged, not on the road."""

import base64
import re

import nats
import psycopg
import pytest

from tests.services.identity.house import ADMINISTRATOR_NAME, NAME, PASSPHRASE, SIGN_IN_NAME, House, an_account
from tests.support.running_service import FIRST_CODE, RunningService
from tests.support.servers import Nats
from tests.support.waiting import eventually

SURE = 6
GUESS = "a wrong example guess"


async def busy(house: House) -> list[str]:
    """Everything that touches a secret, once, also where it is refused. Answers what must be found nowhere."""
    somebody = await house.active()
    held = house.held[SIGN_IN_NAME]
    made = [house.token, held.app, *held.codes, *(code.replace("-", "") for code in held.codes)]
    signed = [await house.sign_in(), await house.sign_in(code=held.code(1)), await house.sign_in_with_passkey()]
    made += [each.json()[name] for each in signed for name in ("session", "token")]
    await house.sign_in(passphrase=GUESS)
    await house.sign_in("unknown-zqx@example.org", GUESS)
    await house.open()
    await house.open(name=NAME, agency="NOWHERE")
    await house.open(name=NAME, roles=["no_such_role"])
    await house.identity.post("/accounts", b'{"name": "Example Person Zqx"', by=house.token)
    await house.identity.post("/accounts", an_account(name=["Example Person Zqx"]), by=house.token)
    await house.use(somebody.invitation, {"passphrase": GUESS, "totp_code": "123456"})
    names = await house.identity.get("/accounts/names", by=house.token, params={"account": [str(somebody.account)]})
    listed = await house.identity.get("/accounts", by=house.token)
    assert NAME in names.text
    assert listed.status_code == 200
    secrets = [NAME, "Person Zqx", "zqx@", SIGN_IN_NAME, ADMINISTRATOR_NAME, PASSPHRASE, GUESS, FIRST_CODE]
    return [*secrets, *made, somebody.invitation]


@pytest.fixture
async def house(identity: RunningService) -> House:
    """Founded in this service, so that all it ever published is looked at."""
    return await House.founded(identity)


async def test_no_table_and_no_view_holds_one(house: House) -> None:
    secrets = await busy(house)

    stored = house.identity.everything_stored()

    assert "account.described" in stored
    assert [secret for secret in secrets if _in_any_form(secret, stored)] == []


async def test_no_log_line_holds_one(house: House) -> None:
    secrets = await busy(house)

    lines = house.identity.log_lines()

    assert "service started" in lines
    assert [secret for secret in secrets if _in_any_form(secret, lines)] == []


async def test_no_message_holds_one(house: House, nats_server: Nats) -> None:
    secrets = await busy(house)
    wanted = len(house.identity.rows())
    client = await nats.connect(nats_server.url, nkeys_seed_str=nats_server.admin_seed)
    try:
        jetstream = client.jetstream()

        async def all_published() -> bool:
            return (await jetstream.stream_info("IDENTITY")).state.messages == wanted

        await eventually(all_published)
        messages = [await jetstream.get_msg("IDENTITY", number) for number in range(1, wanted + 1)]
    finally:
        await client.close()

    road = "\n".join(f"{each.subject} {each.headers} {(each.data or b'').decode()}" for each in messages)
    assert "log.identity.account.described" in road
    assert "evt.identity.account_opened" in road
    assert [secret for secret in secrets if _in_any_form(secret, road)] == []


async def test_a_passphrase_is_not_kept_even_as_a_digest(house: House) -> None:
    """Keyed digests of request bodies are quick to compute; a passphrase is kept as a slow hash only."""
    before = house.identity.everything_stored().count("\n")
    somebody = await house.opened()
    keys_after_opening = _command_keys(house)

    await house.set_up(somebody.invitation)
    await house.sign_in()

    assert _command_keys(house) == keys_after_opening
    assert house.identity.everything_stored().count("\n") > before


def _command_keys(house: House) -> int:
    with psycopg.connect(house.identity.database.admin) as connection:
        row = connection.execute("SELECT count(*) FROM command_keys").fetchone()
    return int(row[0]) if row else 0


def _in_any_form(secret: str, text: str) -> bool:
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return _as_typed(secret, text) or encoded in text or secret.encode().hex() in text


def _as_typed(secret: str, text: str) -> bool:
    if len(secret) < SURE:
        # Three letters stand by chance in what is sealed and written in letters: here they are a word of their own.
        return bool(re.search(rf"(?<![a-z0-9+/]){re.escape(secret)}(?![a-z0-9+/])", text, re.IGNORECASE))
    return secret.casefold() in text.casefold()
