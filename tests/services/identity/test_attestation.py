"""Each quarter an agency's administrators answer for every account (C84); what nobody answers for is suspended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.identity import RoleRemoved, WorkResumed, WorkSuspended
from contracts.language import Event, InvalidValue, Refused
from services.identity.account.decisions import AccountRefusal, Answering, ask, confirm, leave, suspend
from services.identity.account.events import AccountAsked, AccountConfirmed, AccountSuspended, LeavingAnnounced
from services.identity.account.state import evolve as evolve_account
from services.identity.attestation import decisions
from services.identity.attestation.decisions import Answer
from services.identity.attestation.events import (
    AttestationAnswered,
    AttestationAsked,
    AttestationBegun,
    AttestationEnded,
)
from services.identity.attestation.state import Attestation, evolve
from services.identity.main import DEFINITION
from tests.services.identity.given import ACCOUNT, MISSISSIPPI, OTHER, account, closed, opened, set_up
from tests.services.identity.house import ADMINISTRATOR_SIGN_IN_NAME, SET_UP, SIGN_IN_NAME, House, administrator_of
from tests.support.running_service import NOON, RunningService, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

HOUR, DAY, INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
QUARTER, FIRST_WARNING = 91 * DAY, 63 * DAY
DUE = NOON + QUARTER
ATTESTATION = UUID("33333333-3333-4333-8333-333333333333")
BEGUN = AttestationBegun(attestation=ATTESTATION, agency="MDCPS", quarter=1, due_at=DUE)
ASKED = AttestationAsked(attestation=ATTESTATION, agency="MDCPS", accounts=(ACCOUNT, OTHER))
ASKED_ABOUT = AccountAsked(account=ACCOUNT, attestation=ATTESTATION, answer_by=DUE)
CONFIRMED = AccountConfirmed(account=ACCOUNT, attestation=ATTESTATION)
SUSPENDED = AccountSuspended(account=ACCOUNT, attestation=ATTESTATION)
NO_WORK, WORKS = WorkSuspended(account=ACCOUNT), WorkResumed(account=ACCOUNT)
ADMINISTRATOR = Answering(OTHER, administrator=True, others=False, operators=False)


def quarter(*events: Event) -> Attestation:
    state = Attestation()
    for event in events:
        state = evolve(state, event)
    return state


def answered(who: UUID, said: Answer = Answer.CONFIRMED) -> AttestationAnswered:
    return AttestationAnswered(attestation=ATTESTATION, account=who, answer=said)


def test_a_quarter_begins_once_and_asks_once() -> None:
    assert decisions.begin(quarter(), ATTESTATION, "MDCPS", 1, DUE) == [BEGUN]
    assert decisions.begin(quarter(BEGUN), ATTESTATION, "MDCPS", 1, DUE) == []
    assert decisions.ask(quarter(BEGUN), [OTHER, ACCOUNT]) == [ASKED]
    assert decisions.ask(quarter(), [ACCOUNT]) == []
    assert decisions.ask(quarter(BEGUN, ASKED), [ACCOUNT]) == []
    ended = AttestationEnded(attestation=ATTESTATION, agency="MDCPS", suspended=0)
    assert decisions.ask(quarter(BEGUN, ended), [ACCOUNT]) == []


def test_it_is_done_when_every_account_it_asked_about_is_answered_for() -> None:
    assert not quarter(BEGUN).done
    assert not quarter(BEGUN, ASKED, answered(ACCOUNT)).done
    assert quarter(BEGUN, ASKED, answered(ACCOUNT), answered(OTHER, Answer.CLOSED)).done
    assert quarter(BEGUN, AttestationAsked(attestation=ATTESTATION, agency="MDCPS", accounts=())).done


def test_an_account_is_answered_for_once_and_only_if_it_was_asked_about() -> None:
    assert decisions.answer(quarter(BEGUN, ASKED), ACCOUNT, Answer.CONFIRMED) == [answered(ACCOUNT)]
    assert decisions.answer(quarter(BEGUN, ASKED, answered(ACCOUNT)), ACCOUNT, Answer.CLOSED) == []
    assert decisions.answer(quarter(BEGUN, ASKED), ATTESTATION, Answer.CONFIRMED) == []
    assert decisions.answer(quarter(BEGUN), ACCOUNT, Answer.CONFIRMED) == []


def test_it_ends_once_and_never_early() -> None:
    ended = AttestationEnded(attestation=ATTESTATION, agency="MDCPS", suspended=2)
    assert decisions.end(quarter(BEGUN), 2, DUE - INSTANT) == []
    assert decisions.end(quarter(BEGUN), 2, DUE) == [ended]
    assert decisions.end(quarter(BEGUN, ended), 2, DUE) == []
    assert decisions.end(quarter(), 0, DUE) == []


def asked_account(*events: Event, roles: Sequence[str] = ("cps_intake",)) -> Any:
    return account(*opened(*roles), *set_up(), ASKED_ABOUT, *events)


def test_without_an_answer_the_account_lets_nobody_in_from_the_due_time_on() -> None:
    given_ = asked_account()
    assert (given_.live(DUE - INSTANT), given_.live(DUE)) == (True, False)
    assert suspend(given_, DUE - INSTANT) == []
    assert suspend(given_, DUE) == [SUSPENDED, NO_WORK]
    assert suspend(asked_account(SUSPENDED), DUE + DAY) == []
    assert suspend(asked_account(CONFIRMED), DUE) == []
    assert suspend(asked_account(closed()), DUE) == []
    assert asked_account(SUSPENDED, CONFIRMED).live(DUE + DAY)


def test_asked_about_again_a_suspended_account_stays_suspended() -> None:
    (again,) = ask(asked_account(SUSPENDED), OTHER, DUE + QUARTER)
    assert not asked_account(SUSPENDED, again).live(DUE + DAY)
    assert ask(account(*opened()), ATTESTATION, DUE) == [ASKED_ABOUT]


def test_confirming_says_which_roles_are_still_needed() -> None:
    two = asked_account(roles=("cps_intake", "cps_investigator"))
    assert confirm(two, ("cps_intake", "cps_investigator"), ADMINISTRATOR, MISSISSIPPI, NOON) == [CONFIRMED]
    assert confirm(two, ("cps_intake",), ADMINISTRATOR, MISSISSIPPI, NOON) == [
        RoleRemoved(account=ACCOUNT, role="cps_investigator"),
        CONFIRMED,
    ]
    for needed in ((), ("auditor",), ("cps_intake", "auditor")):
        with pytest.raises(InvalidValue):
            confirm(two, needed, ADMINISTRATOR, MISSISSIPPI, NOON)


def test_the_others_hear_that_it_counts_again_only_where_they_heard_that_it_did_not() -> None:
    roles = ("cps_intake",)
    told = asked_account(SUSPENDED, NO_WORK)
    assert confirm(told, roles, ADMINISTRATOR, MISSISSIPPI, DUE + DAY) == [CONFIRMED, WORKS]
    # Too late, but before the timer: nobody has heard anything.
    assert confirm(asked_account(), roles, ADMINISTRATOR, MISSISSIPPI, DUE + INSTANT) == [CONFIRMED]


@pytest.mark.parametrize(
    ("given_", "by", "code"),
    [
        (account(*opened()), ADMINISTRATOR, AccountRefusal.NOT_ASKED),
        (asked_account(CONFIRMED), ADMINISTRATOR, AccountRefusal.NOT_ASKED),
        (asked_account(closed()), ADMINISTRATOR, AccountRefusal.CLOSED),
        (asked_account(), Answering(ACCOUNT, True, True, False), AccountRefusal.OWN_ANSWER),
        (asked_account(), Answering(ACCOUNT, True, False, True), AccountRefusal.OWN_ANSWER),
        (asked_account(), Answering(OTHER, False, False, True), AccountRefusal.ANOTHERS_ANSWER),
        (
            asked_account(roles=("administrator",)),
            Answering(OTHER, False, True, True),
            AccountRefusal.ANOTHERS_ANSWER,
        ),
    ],
)
def test_who_may_not_answer(given_: Any, by: Answering, code: AccountRefusal) -> None:
    with pytest.raises(Refused) as refused:
        confirm(given_, given_.roles, by, MISSISSIPPI, NOON)

    assert refused.value.code == code


def test_where_an_agency_has_one_administrator_an_operator_answers_and_where_there_is_no_other_they_do() -> None:
    alone = asked_account(roles=("administrator",))
    operator = Answering(OTHER, administrator=False, others=False, operators=True)
    oneself = Answering(ACCOUNT, administrator=True, others=False, operators=False)
    assert confirm(alone, ("administrator",), operator, MISSISSIPPI, NOON) == [CONFIRMED]
    assert confirm(alone, ("administrator",), oneself, MISSISSIPPI, NOON) == [CONFIRMED]


MOMENTS = st.integers(0, 200).map(lambda hours: NOON + hours * HOUR)
HAPPENED = st.lists(
    st.one_of(
        MOMENTS.map(lambda at: LeavingAnnounced(account=ACCOUNT, leaves_at=at)),
        MOMENTS.map(lambda at: AccountAsked(account=ACCOUNT, attestation=ATTESTATION, answer_by=at)),
        st.sampled_from([CONFIRMED, SUSPENDED, closed()]),
    ),
    max_size=8,
)


@given(HAPPENED, MOMENTS)
def test_no_account_is_live_after_its_moment_whatever_happened_and_whether_or_not_a_timer_fired(
    happened: list[Event], now: datetime
) -> None:
    state = account(*opened(), *set_up(), *happened)
    gone = state.leaves_at is not None and now >= state.leaves_at
    unanswered = state.answer_by is not None and now >= state.answer_by
    assert state.live(now) == (state.open and not gone and not unanswered)
    assert state.live_until is None or not state.live(state.live_until)
    # What the timers add ends it on record, and never brings it back.
    for event in [*suspend(state, now), *leave(state, now)]:
        assert not state.live(now)
        state = evolve_account(state, event)
        assert not state.live(now)


async def names_once(service: RunningService, name: str, times: int = 1) -> None:
    """Until so many events of the name are there, and no more."""

    async def there() -> bool:
        return service.names().count(name) >= times

    await eventually(there)
    assert service.names().count(name) == times


async def turn_to(house: House, moment: datetime, warned: int) -> None:
    """Time goes on; people's tokens are of the new time."""
    house.identity.time.turn(moment - house.identity.time.now())
    await names_once(house.identity, "attestation.asked", warned)


async def page(house: House, by: str) -> Any:
    answer = await house.identity.get("/attestation", by=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def answer_for(house: House, listed: Any, by: str, **changes: Any) -> httpx.Response:
    shown = listed["account"]
    body = {"roles": shown["roles"]} | changes
    return await house.identity.post(f"/accounts/{shown['reference']}/confirm", body, by=by, version=shown["version"])


async def test_the_quarter_runs_from_when_the_agency_takes_part_and_asks_four_weeks_before(house: House) -> None:
    await names_once(house.identity, "attestation.begun")
    before = await page(house, house.token)
    assert before["accounts"] == []
    assert before["quarter"] == {
        "quarter": 1,
        "since": "2026-11-03T18:00:00Z",
        "asked_from": "2027-01-05T18:00:00Z",
        "due_at": "2027-02-02T18:00:00Z",
        "asked": False,
        "total": 0,
        "answered": 0,
        "rule": "C84",
        "citation": "NIST SP 800-53 AC-2(j)",
    }
    await house.active()
    await turn_to(house, NOON + FIRST_WARNING, 1)
    # Opened later than the first warning: nobody is asked about it this time.
    by = await house.token_of(ADMINISTRATOR_SIGN_IN_NAME)
    await house.identity.post("/accounts", _another(), by=by)
    asked = await page(house, by)
    assert (asked["quarter"]["asked"], asked["quarter"]["total"]) == (True, 2)
    assert [each["account"]["sign_in_name"] for each in asked["accounts"]] == [
        ADMINISTRATOR_SIGN_IN_NAME,
        SIGN_IN_NAME,
    ]
    # Sixty-three days without a sign-in are not ninety.
    assert [each["dormant"] for each in asked["accounts"]] == [False, False]


def _another() -> dict[str, Any]:
    return {
        "name": "Example Person Three",
        "sign_in_name": "three@example.org",
        "agency": "MDCPS",
        "roles": ["cps_intake"],
    }


async def test_answered_in_time_the_quarter_is_met_and_everybody_goes_on(house: House) -> None:
    identity, second = house.identity, "two@example.org"
    await house.active()
    await house.active(roles=["administrator"], sign_in_name=second)
    await turn_to(house, NOON + FIRST_WARNING, 1)
    by, other = await house.token_of(ADMINISTRATOR_SIGN_IN_NAME), await house.token_of(second)
    first, somebody, of_second = (await page(house, by))["accounts"]

    own = await answer_for(house, first, by)
    assert (own.status_code, own.json()["code"]) == (409, AccountRefusal.OWN_ANSWER)
    assert (await answer_for(house, somebody, by)).status_code == 200
    assert (await answer_for(house, of_second, by)).status_code == 200
    assert "clock.met" not in identity.names()
    assert (await answer_for(house, first, other)).status_code == 200
    assert [name for name in identity.names() if name == "clock.met"] == ["clock.met"]
    assert (await page(house, by))["accounts"] == []

    identity.time.turn(DUE - identity.time.now())
    await names_once(identity, "attestation.ended")
    assert "account.suspended" not in identity.names()
    assert "clock.missed" not in identity.names()
    assert (await house.sign_in()).status_code == 200
    again = await page(house, await house.token_of(second))
    assert (again["quarter"]["quarter"], again["quarter"]["since"]) == (2, "2027-02-02T18:00:00Z")
    clocks = await identity.get("/attestation/clocks", by=await house.token_of(second))
    assert [(each["clock"], each["state"], each["trigger"]["name"]) for each in clocks.json()] == [
        ("C84-1", "met", "identity.agency_registered"),
        ("C84-2", "running", "attestation.ended"),
    ]
    last = await identity.get("/attestation/clocks/C84", by=await house.token_of(second))
    assert last.json() == clocks.json()[1]
    absent = await identity.get("/attestation/clocks/C84-3", by=await house.token_of(second))
    assert absent.status_code == 404


async def test_nobody_answers_and_at_the_due_time_accounts_are_suspended_until_somebody_does(house: House) -> None:
    identity = house.identity
    cvp = await house.agency("CVP")
    administrator, person = administrator_of("CVP"), "person@example.org"
    opened_ = await identity.post(
        "/accounts", _another() | {"agency": "CVP", "roles": ["victim_advocate"], "sign_in_name": person}, by=cvp
    )
    await house.set_up(opened_.json()["invitation"])
    await turn_to(house, NOON + FIRST_WARNING, 2)
    identity.time.turn(DUE - INSTANT - identity.time.now())
    last = (await house.sign_in_with_passkey(person)).json()
    assert last["token_expires_at"] == "2027-02-02T18:00:00Z"

    identity.time.turn(INSTANT)
    renewed = await identity.http.post(
        "/session/token", json={}, headers={"Authorization": f"Session {last['session']}"}
    )
    assert renewed.status_code == 401
    refused = await house.sign_in_with_passkey(person)
    assert (refused.status_code, refused.json()["code"]) == (409, "account_suspended")
    await names_once(identity, "account.suspended", 3)
    await names_once(identity, "attestation.ended", 2)
    assert identity.names().count("identity.work_suspended") == 3
    # Whoever does not know the passphrase learns nothing of it, and it does not lock whoever does.
    assert (await house.sign_in(person, code="000000")).status_code == 401

    # The administrator is suspended too: their operator answers for them, and for nobody else of theirs. That
    # operator is suspended with everybody; whoever keeps the machine makes another.
    keeper = await _another_operator(house)
    answer = await identity.get("/attestation/administrators", by=keeper)
    listed = {each["account"]["sign_in_name"]: each for each in answer.json()}
    assert administrator in listed
    assert {each["standing"] for each in listed.values()} == {"suspended"}
    assert (await answer_for(house, listed[administrator], keeper)).status_code == 200
    by = await house.token_of(administrator)
    (theirs,) = (await page(house, by))["accounts"]
    assert (await answer_for(house, theirs, keeper)).status_code == 404
    assert (await answer_for(house, theirs, by)).status_code == 200
    assert (await house.sign_in_with_passkey(person)).status_code == 200
    resumed = [state["data"]["account"] for _, _, name, state in identity.rows() if name == "identity.work_resumed"]
    assert len(resumed) == 2
    assert resumed[-1] == theirs["account"]["reference"]
    missed = [state["data"]["late_seconds"] for _, _, name, state in identity.rows() if name == "clock.missed"]
    assert missed == [0, 0]


async def _another_operator(house: House) -> str:
    """By a new code in the file on the machine."""
    identity = house.identity
    (identity.settings.secrets / "first-administrator.code").write_text("another code of a test")
    body = {"code": "another code of a test", "name": "Example Keeper", "sign_in_name": "keeper@example.org"}
    opened_ = await identity.post("/first-administrator", body | {"agency": "AG-PID"})
    assert opened_.status_code == 201, opened_.text
    await house.set_up(opened_.json()["invitation"])
    return await house.token_of("keeper@example.org")


async def test_an_account_that_is_closed_is_answered_for(house: House) -> None:
    identity = house.identity
    somebody = (await house.active()).account
    await turn_to(house, NOON + FIRST_WARNING, 1)
    by = await house.token_of(ADMINISTRATOR_SIGN_IN_NAME)
    left = {"left_at": identity.time.now().isoformat()}
    done = await identity.post(f"/accounts/{somebody}/close", left, by=by, version=SET_UP + 1)
    assert done.status_code == 200, done.text
    (alone,) = (await page(house, by))["accounts"]
    # The only administrator of the agency, and the only operator there is: nobody else can answer.
    assert (await answer_for(house, alone, by)).status_code == 200
    met = [state["data"]["rule"] for _, _, name, state in identity.rows() if name == "clock.met"]
    assert met == ["C81", "C84"]


async def test_through_a_standstill_quarters_are_missed_once_each_and_nobody_is_locked_out_unasked(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(DEFINITION, database, nats_server) as identity:
        await House.founded(identity)
        await names_once(identity, "attestation.begun")

    for _ in range(2):
        async with running_service(DEFINITION, database, nats_server, at=NOON + 2 * QUARTER + DAY) as again:
            await names_once(again, "attestation.begun", 3)
            await names_once(again, "attestation.ended", 2)
            await names_once(again, "clock.missed", 2)
            dues = [state["data"]["due_at"] for _, _, name, state in again.rows() if name == "clock.missed"]
            assert dues == ["2027-02-02T18:00:00Z", "2027-05-04T18:00:00Z"]
            assert "account.suspended" not in again.names()


async def test_asked_before_a_standstill_and_not_answered_accounts_are_suspended_after_it_once(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(DEFINITION, database, nats_server) as identity:
        house = await House.founded(identity)
        await house.active()
        await names_once(identity, "attestation.begun")
        await turn_to(house, NOON + FIRST_WARNING, 1)

    for _ in range(2):
        async with running_service(DEFINITION, database, nats_server, at=DUE + 5 * DAY) as again:
            await names_once(again, "account.suspended", 2)
            await names_once(again, "attestation.ended")
            await names_once(again, "clock.missed")


async def test_the_list_is_narrowed_by_role_and_by_standing(house: House) -> None:
    identity = house.identity
    somebody = (await house.active()).account
    await house.opened(sign_in_name="two@example.org", roles=["cps_investigator"])
    await identity.post(
        f"/accounts/{somebody}/leaving",
        {"leaves_at": (NOON + DAY).isoformat()},
        by=house.token,
        version=SET_UP,
    )

    async def listed(by: str, **params: str) -> list[str]:
        answer = await identity.get("/accounts", by=by, params=params)
        assert answer.status_code == 200, answer.text
        return [each["account"]["sign_in_name"] for each in answer.json()["accounts"]]

    assert await listed(house.token, role="cps_investigator") == ["two@example.org"]
    assert await listed(house.token, standing="leaving") == [SIGN_IN_NAME]
    assert await listed(house.token, standing="invited") == ["two@example.org"]
    assert await listed(house.token, standing="active") == [ADMINISTRATOR_SIGN_IN_NAME]
    assert (await identity.get("/accounts", by=house.token, params={"standing": "x"})).status_code == 422
    one = await identity.get(f"/accounts/{somebody}/standing", by=house.token)
    assert (one.json()["standing"], one.json()["account"]["leaves_at"]) == ("leaving", "2026-11-04T18:00:00Z")
    assert one.headers["ETag"] == f'"{SET_UP + 1}"'
    identity.time.turn(91 * DAY - HOUR)
    by = await house.token_of(ADMINISTRATOR_SIGN_IN_NAME)
    assert await listed(by, standing="dormant") == ["two@example.org"]
    assert await listed(by, standing="closed") == [SIGN_IN_NAME]
