"""Signing in by an agency's own provider: against a real one, by its own pages, from the first click to the session."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import httpx
import msgspec
import pytest

from services.identity.main import DEFINITION
from services.identity.provider import client
from services.identity.sign_in import challenges
from services.kernel.settings import Settings
from tests.services.identity.house import ADMINISTRATOR_SIGN_IN_NAME, SIGN_IN_NAME, House, Somebody, an_account
from tests.services.identity.played_provider import PlayedProvider, played
from tests.services.identity.real_provider import ORIGIN, RealProvider, configure, provider_file, real_provider
from tests.support.running_service import RunningService, running_service
from tests.support.servers import Database, Nats

OWN, ATTESTING, PLAYED, WITHOUT = "MDCPS", "MSAIC", "MBI-HTSVU", "AG-PID"
"""Agencies: whose provider says nothing of a second factor; whose does; whose is played; who has none."""


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with real_provider() as real:
        for agency in (OWN, ATTESTING):
            real.client(agency)
        yield real


@pytest.fixture
def other() -> Iterator[PlayedProvider]:
    with played() as playing:
        yield playing


@pytest.fixture
async def identity(
    database: Database,
    nats_server: Nats,
    provider: RealProvider,
    other: PlayedProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[RunningService]:
    """The service, told of three providers."""
    # A slow machine is no provider that is down.
    monkeypatch.setattr(client, "ANSWERS_WITHIN_SECONDS", 60.0)

    def told(settings: Settings) -> Settings:
        configure(
            settings.secrets,
            provider.file(OWN, person="preferred_username"),
            provider.file(ATTESTING, person="email", second_factor={"amr": ["mfa"]}),
            provider_file(PLAYED, other.address, "muster"),
        )
        return msgspec.structs.replace(settings, origin=ORIGIN)

    async with running_service(DEFINITION, database, nats_server, told=told) as running:
        yield running


@pytest.fixture
async def house(identity: RunningService) -> House:
    """Founded in this service: it is set up otherwise than most."""
    return await House.founded(identity)


@pytest.fixture
def visitor(house: House, provider: RealProvider) -> "Visitor":
    return Visitor(house, provider)


class Visitor:
    """Goes to a provider and comes back, as a browser does."""

    def __init__(self, house: House, provider: RealProvider) -> None:
        self.house = house
        self.provider = provider

    async def start(self, agency: str = OWN) -> dict[str, str]:
        answer = await self._post("/sign-in/provider/start", {"agency": agency})
        assert answer.status_code == 200, answer.text
        started: dict[str, str] = answer.json()
        return started

    async def come_back(self, name: str, agency: str = OWN, *, second_factor: bool = False) -> dict[str, str]:
        started = await self.start(agency)
        back = await self.provider.come_back(started["address"], name, second_factor=second_factor)
        assert back["state"] == started["state"]
        return back

    async def finish(self, back: dict[str, str], **more: str) -> httpx.Response:
        body = {name: back[name] for name in ("state", "code", "iss") if name in back} | more
        return await self._post("/sign-in/provider/finish", body)

    async def sign_in(self, name: str, agency: str = OWN, *, second_factor: bool = False) -> httpx.Response:
        return await self.finish(await self.come_back(name, agency, second_factor=second_factor))

    async def link(self, somebody: Somebody, person: str, by: str = "") -> httpx.Response:
        identity, path = self.house.identity, f"/accounts/{somebody.account}"
        token = by or self.house.token
        read = await identity.get(path, by=token)
        version = int(read.headers.get("ETag", '"1"').strip('"'))
        return await identity.post(f"{path}/provider-link", {"person": person}, by=token, version=version)

    async def _post(self, path: str, body: dict[str, str]) -> httpx.Response:
        return await self.house.identity.http.post(path, json=body)


def needs_code(answer: httpx.Response) -> str:
    assert answer.status_code == 202, answer.text
    return str(answer.json()["state"])


def not_let_in(answer: httpx.Response) -> None:
    assert answer.status_code == 401, answer.text
    assert answer.json()["type"] == "urn:muster:problem:wrong-credentials"
    assert "session" not in answer.text.replace("sessions", "")


def reasons(house: House) -> list[str]:
    """Why nobody was let in who came from a provider and could not be counted against a name."""
    return [row[3]["data"]["reason"] for row in house.identity.rows() if row[2] == "provider.sign_in_failed"]


async def test_a_person_is_known_by_the_verified_e_mail_once_and_by_the_provider_s_own_word_ever_after(
    house: House, visitor: Visitor, provider: RealProvider
) -> None:
    somebody = await house.active()
    name = provider.person(SIGN_IN_NAME.upper())
    state = needs_code(await visitor.sign_in(name))
    signed = await visitor.finish({"state": state}, totp_code=house.held[SIGN_IN_NAME].codes.pop())
    assert signed.status_code == 200, signed.text
    assert UUID(signed.json()["account"]) == somebody.account
    me = await house.identity.get("/accounts/me", by=signed.json()["token"])
    assert me.json()["sign_in_name"] == SIGN_IN_NAME

    # Somebody else has the name that the provider tells now.
    await house.opened(sign_in_name="other@example.org")
    provider.change_email(name, "other@example.org")
    back = await visitor.come_back(name)
    again = await visitor.finish(back, totp_code=house.held[SIGN_IN_NAME].codes.pop())
    assert UUID(again.json()["account"]) == somebody.account
    names = house.identity.names()
    assert names.count("provider.linked") == 1
    means = [row[3]["data"]["means"] for row in house.identity.rows() if row[2] == "session.started"]
    assert means == ["passkey", "provider", "provider"]


async def test_where_the_provider_asked_for_a_second_factor_we_do_not(
    house: House, visitor: Visitor, provider: RealProvider
) -> None:
    administrator = await house.agency(ATTESTING)
    # Somebody who has not set up anything here: the agency's own sign-in is enough.
    opened = await house.identity.post(
        "/accounts", an_account(agency=ATTESTING, roles=["agency_reporter"]), by=administrator
    )
    assert opened.status_code == 201, opened.text
    name = provider.person(SIGN_IN_NAME)
    needs_code(await visitor.sign_in(name, ATTESTING))
    signed = await visitor.sign_in(name, ATTESTING, second_factor=True)
    assert signed.status_code == 200, signed.text
    assert signed.json()["account"] == opened.json()["reference"]
    provider.rotate_keys()
    assert (await visitor.sign_in(name, ATTESTING, second_factor=True)).status_code == 200, "with the new key"


async def test_an_administrator_says_who_somebody_is_there_and_nobody_else_is_let_in_for_them(
    house: House, visitor: Visitor, provider: RealProvider
) -> None:
    somebody = await house.active()
    first, second = provider.person("first@elsewhere.example"), provider.person(SIGN_IN_NAME)
    assert (await visitor.link(somebody, f"shown-{first}")).status_code == 200
    not_let_in(await visitor.sign_in(second))
    state = needs_code(await visitor.sign_in(first))
    assert (await visitor.finish({"state": state}, totp_code=house.held[SIGN_IN_NAME].code(1))).status_code == 200
    not_let_in(await visitor.sign_in(second))

    assert (await visitor.link(somebody, f"shown-{second}")).status_code == 200
    not_let_in(await visitor.sign_in(first))
    state = needs_code(await visitor.sign_in(second))
    assert (await visitor.finish({"state": state}, totp_code=house.held[SIGN_IN_NAME].codes.pop())).status_code == 200
    assert reasons(house) == ["person_unknown"] * 3
    assert house.identity.names().count("provider.linked") == 2


async def test_a_state_is_good_once_and_only_as_it_was_given(
    house: House, visitor: Visitor, provider: RealProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.active()
    name = provider.person(SIGN_IN_NAME)
    own = house.held[SIGN_IN_NAME]
    back = await visitor.come_back(name)
    assert (await visitor.finish(back, totp_code=own.codes.pop())).status_code == 200
    not_let_in(await visitor.finish(back, totp_code=own.codes.pop()))
    assert reasons(house) == ["state_used_before"]

    back, other = await visitor.come_back(name), await visitor.start()
    made_up = back["state"][:-4] + "AAAA"
    elsewhere = f"{ATTESTING}.{back['state'].partition('.')[2]}"
    for state in (made_up, elsewhere, "", ".", "second.", f"second.{back['state']}", "x" * 3_000, "é.é"):
        not_let_in(await visitor.finish(back | {"state": state}))
    assert reasons(house) == ["state_used_before"], "what we never gave needs no counting"
    # Nonce and verifier are those of another state.
    not_let_in(await visitor.finish(back | {"state": other["state"]}))
    not_let_in(await visitor.finish(await visitor.come_back(name), iss="https://elsewhere.example"))
    assert reasons(house) == ["state_used_before", "code_refused", "another_issuer"]

    monkeypatch.setattr(challenges, "LASTS", -challenges.LASTS)
    not_let_in(await visitor.finish(await visitor.come_back(name)))


async def test_a_code_for_another_client_of_the_same_provider_is_good_for_nobody(
    house: House, visitor: Visitor, provider: RealProvider
) -> None:
    await house.active()
    name = provider.person(SIGN_IN_NAME)
    code = (await visitor.come_back(name, ATTESTING, second_factor=True))["code"]
    not_let_in(await visitor.finish(await visitor.come_back(name) | {"code": code}))
    assert reasons(house) == ["code_refused"]


async def test_an_agency_s_provider_lets_nobody_of_another_agency_in(
    house: House, visitor: Visitor, provider: RealProvider
) -> None:
    await house.agency(ATTESTING)
    await house.active()
    name = provider.person(SIGN_IN_NAME)
    for _ in range(6):
        not_let_in(await visitor.sign_in(name, ATTESTING, second_factor=True))
    assert set(reasons(house)) == {"account_of_another_agency"}
    needs_code(await visitor.sign_in(name))
    assert (await house.sign_in()).status_code == 200, "and locks nobody of it out"


async def test_who_keeps_an_agency_s_addresses_does_not_become_the_operator(
    house: House, visitor: Visitor, provider: RealProvider
) -> None:
    name = provider.person(ADMINISTRATOR_SIGN_IN_NAME)
    not_let_in(await visitor.sign_in(name))
    await house.active(sign_in_name="second@example.org", roles=["administrator"])
    operator = Somebody(house.administrator, "")
    by = await house.token_of("second@example.org")
    assert (await visitor.link(operator, f"shown-{name}", by=by)).status_code == 404
    assert (await visitor.link(operator, f"shown-{name}")).status_code == 200, "by the operator"
    needs_code(await visitor.sign_in(name))


async def test_nobody_gets_an_account_by_coming_and_an_unverified_e_mail_is_nobody_s(
    house: House, visitor: Visitor, provider: RealProvider
) -> None:
    await house.active()
    for name in (provider.person("nobody@example.org"), provider.person("zqx@example.org ", verified=False)):
        not_let_in(await visitor.sign_in(name))
    assert reasons(house) == ["person_unknown"] * 2
    assert house.identity.names().count("identity.account_opened") == 2


async def test_whoever_left_or_is_locked_stays_out(house: House, visitor: Visitor, provider: RealProvider) -> None:
    somebody = await house.active()
    name = provider.person(SIGN_IN_NAME)
    state = needs_code(await visitor.sign_in(name))
    for expected in (401, 401, 401, 401, 429):
        answer = await visitor.finish({"state": state}, totp_code="000000")
        assert answer.status_code == expected, answer.text
    own = house.held[SIGN_IN_NAME]
    assert (await visitor.finish({"state": state}, totp_code=own.codes[-1])).status_code == 429
    assert (await visitor.finish(await visitor.come_back(name), totp_code=own.codes[-1])).status_code == 429
    assert (await house.sign_in()).status_code == 429, "one lock for every way in"

    path = f"/accounts/{somebody.account}"
    unlocked = await house.identity.post(f"{path}/unlock", by=house.token)
    assert unlocked.status_code == 200, unlocked.text
    assert (await visitor.finish({"state": state}, totp_code=own.codes.pop())).status_code == 200
    not_let_in(await visitor.finish({"state": state}, totp_code=own.codes.pop()))
    state = needs_code(await visitor.sign_in(name))
    version = int((await house.identity.get(path, by=house.token)).headers["ETag"].strip('"'))
    left = {"left_at": house.identity.time.now().isoformat()}
    closed = await house.identity.post(f"{path}/close", left, by=house.token, version=version)
    assert closed.status_code == 200, closed.text
    not_let_in(await visitor.finish({"state": state}, totp_code=own.codes.pop()))
    not_let_in(await visitor.finish(await visitor.come_back(name), totp_code=own.codes.pop()))
    assert (await visitor.link(somebody, "anybody")).json()["code"] == "account_closed"

    back = await house.active(sign_in_name="zqx2@example.org")
    assert (await visitor.link(back, f"shown-{name}")).status_code == 200
    needs_code(await visitor.sign_in(name))


async def test_a_provider_that_is_down_is_said_to_be_down_and_changes_nothing(
    house: House, visitor: Visitor, other: PlayedProvider
) -> None:
    before = house.identity.names()
    other.answers["/.well-known/openid-configuration"] = (502, b"")
    started = await house.identity.http.post("/sign-in/provider/start", json={"agency": PLAYED})
    del other.answers["/.well-known/openid-configuration"]
    other.answers["/token"] = (503, b"")
    state = (await visitor.start(PLAYED))["state"]
    for answer in (started, await visitor.finish({"state": state, "code": "a-code"})):
        assert answer.status_code == 503, answer.text
        assert answer.headers["Retry-After"]
        assert "sign-in does not answer" in answer.json()["detail"]
    assert house.identity.names() == before
    without = await house.identity.http.post("/sign-in/provider/start", json={"agency": WITHOUT})
    assert (without.status_code, without.json()["field"]) == (422, "agency")


async def test_the_sign_in_page_learns_which_agencies_have_a_provider(house: House) -> None:
    answer = await house.identity.get("/sign-in/providers")
    assert [each["agency"] for each in answer.json()] == sorted([OWN, ATTESTING, PLAYED])
    assert all(each["name"] for each in answer.json())


async def test_only_administrators_of_the_agency_link_its_people_and_one_person_to_one_account(
    house: House, visitor: Visitor
) -> None:
    elsewhere = await house.agency(WITHOUT)
    somebody, second = await house.active(), await house.opened(sign_in_name="second@example.org")
    assert (await visitor.link(somebody, "person-1", by=await house.token_of())).status_code == 403
    assert (await visitor.link(somebody, "person-1", by=elsewhere)).status_code == 404
    assert (await visitor.link(somebody, "person-1")).status_code == 200
    taken = await visitor.link(second, " person-1 ")
    assert (taken.status_code, taken.json()["code"]) == (409, "taken")
    for wrong in ("", " ", "x" * 255):
        assert (await visitor.link(somebody, wrong)).json()["field"] == "person"
    third = an_account(agency=WITHOUT, sign_in_name="third@example.org", roles=["auditor"])
    opened = (await house.identity.post("/accounts", third, by=elsewhere)).json()
    refused = await visitor.link(Somebody(UUID(opened["reference"]), ""), "person-2", by=elsewhere)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_provider")


async def test_nothing_the_provider_says_of_people_is_kept_or_logged(
    house: House, visitor: Visitor, provider: RealProvider
) -> None:
    await house.active()
    name = provider.person(SIGN_IN_NAME)
    back = await visitor.come_back(name)
    signed = await visitor.finish(back, totp_code=house.held[SIGN_IN_NAME].codes.pop())
    assert signed.status_code == 200
    stored = house.identity.everything_stored()
    # The provider runs in this process, and has a log of its own.
    logged = "\n".join(line for line in house.identity.log_lines().splitlines() if '"canaille"' not in line)
    for secret in (name, SIGN_IN_NAME, back["code"], back["state"], f"secret of {OWN}", signed.json()["session"]):
        assert secret not in stored
        assert secret not in logged
