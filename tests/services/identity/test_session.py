"""A session: fresh tokens, locked when nobody uses it, unlocked, signed out, over after twelve hours."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.session import decisions
from services.identity.session.decisions import EndReason, Means
from services.identity.session.events import SessionEnded, SessionLocked, SessionStarted, SessionUnlocked
from services.identity.session.state import Session, evolve
from tests.services.identity.given import ACCOUNT
from tests.services.identity.house import PASSPHRASE, House, Somebody
from tests.support.running_service import NOON
from tests.support.waiting import eventually

HALF_AN_HOUR = timedelta(minutes=30)
HALF_A_DAY = timedelta(hours=12)
INSTANT = timedelta(microseconds=1)
STARTED = SessionStarted(account=ACCOUNT, means="passphrase", ends_at=NOON + HALF_A_DAY)
LOCKED = SessionLocked(account=ACCOUNT, used_at=NOON)
UNLOCKED = SessionUnlocked(account=ACCOUNT, means="passphrase")
ENDED = SessionEnded(account=ACCOUNT, reason="signed_out")


def session(*events: Any) -> Session:
    state = Session()
    for event in (STARTED, *events):
        state = evolve(state, event)
    return state


def test_it_lasts_twelve_hours_and_not_a_moment_longer() -> None:
    assert decisions.start(ACCOUNT, Means.PASSPHRASE, NOON) == [STARTED]
    assert not decisions.is_over(session(), NOON + HALF_A_DAY - INSTANT)
    assert decisions.is_over(session(), NOON + HALF_A_DAY)


def test_it_locks_after_half_an_hour_without_use_once() -> None:
    assert decisions.lock(session(), NOON, NOON + HALF_AN_HOUR - INSTANT) == []
    assert decisions.lock(session(), NOON, NOON + HALF_AN_HOUR) == [LOCKED]
    assert decisions.lock(session(LOCKED), NOON, NOON + HALF_AN_HOUR) == []
    assert decisions.lock(session(LOCKED, UNLOCKED), NOON, NOON + HALF_AN_HOUR) == [LOCKED]


def test_unlocking_puts_a_lock_nobody_had_seen_on_record_too() -> None:
    later = NOON + HALF_AN_HOUR
    assert decisions.unlock(session(LOCKED), NOON, Means.PASSPHRASE, later) == [UNLOCKED]
    assert decisions.unlock(session(), NOON, Means.PASSPHRASE, later) == [LOCKED, UNLOCKED]
    assert decisions.unlock(session(), NOON, Means.PASSPHRASE, NOON) == []


def test_it_ends_once() -> None:
    assert decisions.end(session(), EndReason.SIGNED_OUT, NOON) == [ENDED]
    assert decisions.end(session(LOCKED), EndReason.SIGNED_OUT, NOON) == [ENDED]
    assert decisions.end(session(ENDED), EndReason.ACCOUNT_CLOSED, NOON) == []
    assert decisions.end(session(), EndReason.SIGNED_OUT, NOON + HALF_A_DAY) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from(["work", "renew", "unlock", "sign out"])), min_size=1, max_size=40
    )
)
def test_whatever_is_done_a_token_comes_only_within_half_an_hour_of_work_and_half_a_day_of_signing_in(
    steps: list[tuple[int, str]],
) -> None:
    now = used_at = worked_at = NOON
    state, out = session(), False
    for minutes, what in steps:
        now += timedelta(minutes=minutes)
        if decisions.is_over(state, now):
            break
        noticed = decisions.lock(state, used_at, now)
        if what == "sign out":
            events, out = decisions.end(state, EndReason.SIGNED_OUT, now), True
        elif what == "unlock":
            events, used_at = decisions.unlock(state, used_at, Means.PASSKEY, now), now
        else:
            events = noticed
        for event in events:
            state = evolve(state, event)
        if what in {"work", "unlock"} and not state.locked:
            used_at = worked_at = now
        gets_token = not state.locked and not decisions.is_over(state, now)
        assert gets_token == (now < NOON + HALF_A_DAY and now < worked_at + HALF_AN_HOUR and not out)


class Open:
    """A session of somebody of the house."""

    def __init__(self, house: House, whose: Somebody, secret: str) -> None:
        self.house = house
        self.whose = whose
        self.secret = secret

    async def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        headers = {"Authorization": f"Session {self.secret}"}
        return await self.house.identity.http.request(method, f"/session{path}", json=body, headers=headers)

    async def token(self, *, active: bool = True) -> httpx.Response:
        return await self.ask("POST", "/token", {"active": active})

    async def unlock(self, passphrase: str = PASSPHRASE) -> httpx.Response:
        return await self.ask("POST", "/unlock", {"passphrase": passphrase})

    def turn(self, by: timedelta) -> None:
        self.house.identity.time.turn(by)

    def events(self) -> list[str]:
        return [name for name in self.house.identity.names() if name.startswith("session.")][1:]


@pytest.fixture
async def open_(house: House) -> Open:
    """Of somebody who has just signed in; the one of the administrator before it is not looked at."""
    whose = await house.active()
    signed = await house.sign_in()
    return Open(house, whose, signed.json()["session"])


async def test_it_gives_a_fresh_token_when_one_has_run_out(open_: Open) -> None:
    open_.turn(timedelta(minutes=20))
    fresh = await open_.token()
    assert fresh.status_code == 200, fresh.text
    assert fresh.json()["token_expires_at"] == (NOON + timedelta(minutes=21)).isoformat().replace("+00:00", "Z")
    assert "session" not in fresh.json()
    me = await open_.house.identity.get("/accounts/me", by=fresh.json()["token"])
    assert UUID(me.json()["reference"]) == open_.whose.account


async def test_no_token_outlives_it_and_none_comes_after_it(open_: Open) -> None:
    for _ in range(24):
        assert (await open_.token()).status_code == 200
        open_.turn(timedelta(minutes=29, seconds=59))
    last = (await open_.token()).json()
    assert last["token_expires_at"] == last["session_ends_at"] == (NOON + HALF_A_DAY).isoformat().replace("+00:00", "Z")
    open_.turn(timedelta(seconds=24))
    over = await open_.token()
    assert (over.status_code, over.json()["type"]) == (401, "urn:muster:problem:not-signed-in")
    assert (await open_.unlock()).status_code == 401
    assert open_.events() == ["session.started"]


async def test_a_page_that_renews_itself_keeps_nothing_from_locking(open_: Open) -> None:
    for _ in range(5):
        open_.turn(timedelta(minutes=5))
        assert (await open_.token(active=False)).status_code == 200
    open_.turn(timedelta(minutes=5))
    for active in (False, True):
        locked = await open_.token(active=active)
        assert (locked.status_code, locked.json()["type"]) == (401, "urn:muster:problem:session-locked")
        assert locked.headers["Cache-Control"] == "no-store"
    assert open_.events() == ["session.started", "session.locked"]


async def test_that_it_locked_happened_when_it_had_not_been_used_for_half_an_hour(open_: Open) -> None:
    open_.turn(timedelta(hours=3))
    await asyncio.gather(*(open_.token() for _ in range(5)))
    _, _, name, state = open_.house.identity.rows()[-1]
    assert (name, state["actor"]) == ("session.locked", "service:identity")
    assert state["happened_at"].startswith("2026-11-03T18:30")
    assert state["recorded_at"].startswith("2026-11-03T21:00")
    assert open_.events() == ["session.started", "session.locked"]


async def test_the_passphrase_unlocks_it_and_it_goes_on(open_: Open) -> None:
    open_.turn(timedelta(hours=1))
    assert (await open_.token()).status_code == 401
    unlocked = await open_.unlock()
    assert unlocked.status_code == 200, unlocked.text
    assert (await open_.house.identity.get("/accounts/me", by=unlocked.json()["token"])).status_code == 200
    open_.turn(timedelta(minutes=29))
    assert (await open_.token()).status_code == 200
    assert open_.events() == ["session.started", "session.locked", "session.unlocked"]


async def test_a_wrong_passphrase_leaves_it_locked_and_counts_like_one_at_sign_in(open_: Open) -> None:
    open_.turn(timedelta(hours=1))
    wrong = [await open_.unlock("wrong example words") for _ in range(4)]
    assert {(each.status_code, each.json()["type"]) for each in wrong} == {
        (401, "urn:muster:problem:wrong-credentials")
    }
    assert (await open_.token()).json()["type"] == "urn:muster:problem:session-locked"
    assert (await open_.house.sign_in(passphrase="wrong example words")).status_code == 429
    assert (await open_.unlock()).json()["type"] == "urn:muster:problem:not-signed-in"


async def test_guesses_at_once_on_a_locked_session_are_no_more_than_five(open_: Open) -> None:
    open_.turn(timedelta(hours=1))
    answers = await asyncio.gather(*(open_.unlock(f"wrong example words {number}") for number in range(20)))
    assert max(answer.status_code for answer in answers) == 429
    assert open_.house.identity.names().count("sign_in.failed") == 5


async def test_who_signs_out_is_out(open_: Open) -> None:
    assert (await open_.ask("DELETE", "")).status_code == 204
    for again in (await open_.token(), await open_.unlock(), await open_.ask("DELETE", "")):
        assert (again.status_code, again.json()["type"]) == (401, "urn:muster:problem:not-signed-in")
    assert open_.events() == ["session.started", "session.ended"]
    assert rows(open_.house) == 1


async def test_one_may_sign_out_while_it_is_locked_and_other_sessions_go_on(open_: Open) -> None:
    other = Open(open_.house, open_.whose, (await open_.house.sign_in()).json()["session"])
    open_.turn(timedelta(hours=1))
    assert (await open_.ask("DELETE", "")).status_code == 204
    assert (await other.unlock()).status_code == 200


async def test_a_role_taken_away_is_gone_from_the_next_token(house: House) -> None:
    whose = await house.active(roles=["cps_intake", "cps_investigator"])
    signed = (await house.sign_in()).json()
    path = f"/accounts/{whose.account}/remove-role"
    version = (await house.identity.get(f"/accounts/{whose.account}", by=house.token)).json()["version"]
    removed = await house.identity.post(path, {"role": "cps_investigator"}, by=house.token, version=version)
    assert removed.status_code == 200, removed.text
    fresh = await Open(house, whose, signed["session"]).token()
    assert (signed["roles"], fresh.json()["roles"]) == (["cps_intake", "cps_investigator"], ["cps_intake"])


async def test_a_leaver_gets_no_token_from_that_moment_on_and_what_was_open_ends(open_: Open) -> None:
    other = Open(open_.house, open_.whose, (await open_.house.sign_in()).json()["session"])
    identity = open_.house.identity
    path = f"/accounts/{open_.whose.account}"
    version = (await identity.get(path, by=open_.house.token)).json()["version"]
    closed = await identity.post(f"{path}/close", {"left_at": NOON.isoformat()}, by=open_.house.token, version=version)
    assert closed.status_code == 200, closed.text
    for each in (open_, other):
        assert (await each.token()).json()["type"] == "urn:muster:problem:not-signed-in"
        assert (await each.unlock()).status_code == 401

    async def on_record() -> bool:
        return open_.events() == ["session.started", "session.started", "session.ended", "session.ended"]

    await eventually(on_record)
    assert rows(open_.house) == 1
    assert identity.rows()[-1][3]["data"] == {"account": str(open_.whose.account), "reason": "account_closed"}


async def test_who_is_locked_out_gets_no_token_until_an_administrator_unlocks(open_: Open) -> None:
    for _ in range(5):
        await open_.house.sign_in(passphrase="wrong example words")
    assert (await open_.token()).json()["type"] == "urn:muster:problem:not-signed-in"
    path = f"/accounts/{open_.whose.account}/unlock"
    assert (await open_.house.identity.post(path, by=open_.house.token)).status_code == 200
    assert (await open_.token()).status_code == 200


@pytest.mark.parametrize("header", ["", "Session", "Session ", "Session x", "session \u00e9", "Basic Og=="])
async def test_without_its_secret_there_is_nothing(house: House, header: str) -> None:
    for method, path, body in (
        ("POST", "token", {}),
        ("POST", "unlock", {"passphrase": PASSPHRASE}),
        ("DELETE", "", None),
    ):
        headers = [(b"Authorization", header.encode())] if header else []
        answer = await house.identity.http.request(method, f"/session/{path}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:muster:problem:not-signed-in")


async def test_a_token_opens_no_session_and_a_sessions_secret_is_no_token(open_: Open) -> None:
    token = await open_.house.token_of()
    assert (await open_.house.identity.post("/session/token", {}, by=token)).status_code == 401
    assert (await open_.house.identity.get("/accounts/me", by=open_.secret)).status_code == 401
    headers = {"Authorization": f"Session {open_.secret}"}
    assert (await open_.house.identity.http.get("/accounts/me", headers=headers)).status_code == 401


async def test_when_it_was_used_is_written_once_a_minute_and_the_secret_nowhere(open_: Open) -> None:
    written = []
    for seconds in (0, 30, 29, 1, 59, 1):
        open_.turn(timedelta(seconds=seconds))
        await open_.token()
        written.append(used_at(open_))
    assert [(each - NOON).total_seconds() for each in written] == [0, 0, 0, 60, 60, 120]
    assert open_.secret not in open_.house.identity.everything_stored()


async def test_sessions_that_are_over_are_cleared_away_when_the_person_signs_in_again(open_: Open) -> None:
    assert rows(open_.house) == 2
    open_.turn(HALF_A_DAY)
    await open_.house.sign_in()
    assert rows(open_.house) == 2  # of the administrator, and the new one


def rows(house: House) -> int:
    with psycopg.connect(house.identity.database.owner) as connection:
        return len(connection.execute("SELECT 1 FROM sessions").fetchall())


def used_at(open_: Open) -> Any:
    with psycopg.connect(open_.house.identity.database.owner) as connection:
        found = connection.execute("SELECT used_at FROM sessions WHERE account = %s", (open_.whose.account,))
        ((moment,),) = found.fetchall()
    return moment
