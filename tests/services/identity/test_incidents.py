"""Anybody who is signed in reports a security incident, in an hour or late (C82); those who are told deal with it."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event, InvalidValue, Personal, Refused
from services.identity.incident.decisions import IncidentRefusal, acknowledge, close, report
from services.identity.incident.events import IncidentAcknowledged, IncidentClosed, IncidentReported
from services.identity.incident.incidents import RULE, Incidents
from services.identity.incident.state import Incident, evolve
from services.identity.main import DEFINITION
from services.kernel.clock import ClockMet, ClockMissed, ClockStarted
from services.kernel.settings import Settings
from services.kernel.store import EventStore
from tests.services.identity.given import ACCOUNT, MISSISSIPPI, OTHER
from tests.services.identity.house import NAME, SIGN_IN_NAME, House
from tests.services.identity.test_attestation import names_once
from tests.support.post_office import PostOffice, open_post_office
from tests.support.running_service import NOON, RunningService, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
INCIDENT = UUID("44444444-4444-4444-8444-444444444444")
TOLD = "A laptop was left on a train, zqx."
SAID = Personal(person=INCIDENT, text=TOLD)
REPORTED = IncidentReported(
    incident=INCIDENT, account=ACCOUNT, agency="MDCPS", kind="device_lost", discovered_at=NOON, text=SAID
)
SEEN = IncidentAcknowledged(incident=INCIDENT, account=OTHER)
OVER = IncidentClosed(incident=INCIDENT, account=OTHER, note=SAID)


def incident(*events: Event) -> Incident:
    state = Incident()
    for event in events:
        state = evolve(state, event)
    return state


def test_what_was_discovered_is_reported_but_nothing_that_is_to_come() -> None:
    assert report(INCIDENT, ACCOUNT, "MDCPS", "device_lost", NOON, TOLD, NOON) == [REPORTED]
    with pytest.raises(InvalidValue) as refused:
        report(INCIDENT, ACCOUNT, "MDCPS", "device_lost", NOON + INSTANT, TOLD, NOON)
    assert refused.value.field == "discovered_at"


def test_one_of_those_told_is_at_it_and_it_is_closed_once() -> None:
    assert acknowledge(incident(REPORTED), OTHER) == [SEEN]
    assert close(incident(REPORTED, SEEN), OTHER, TOLD) == [OVER]
    # Whoever closes it has seen it.
    assert close(incident(REPORTED), OTHER, TOLD) == [SEEN, OVER]
    with pytest.raises(Refused) as seen_already:
        acknowledge(incident(REPORTED, SEEN), ACCOUNT)
    assert seen_already.value.code == IncidentRefusal.ACKNOWLEDGED_ALREADY
    with pytest.raises(Refused) as closed_already:
        close(incident(REPORTED, SEEN, OVER), ACCOUNT, TOLD)
    assert closed_already.value.code == IncidentRefusal.CLOSED_ALREADY


@given(st.timedeltas(timedelta(0), 3 * HOUR))
def test_the_report_ends_its_clock_at_once_met_within_the_hour_and_missed_from_its_last_moment_on(
    after: timedelta,
) -> None:
    nothing: Any = None
    incidents = Incidents(cast("EventStore", nothing), nothing, MISSISSIPPI)
    started, *ended = incidents.timed(INCIDENT, NOON, uuid4(), NOON + after).events
    assert isinstance(started, ClockStarted)
    assert (started.rule, started.started_at, started.due_at, started.warn_at) == (RULE, NOON, NOON + HOUR, ())
    met = ClockMet(rule=RULE, subject=INCIDENT, met_at=NOON + after)
    late = int((after - HOUR).total_seconds())
    missed = ClockMissed(rule=RULE, subject=INCIDENT, due_at=NOON + HOUR, late_seconds=late)
    assert ended == [met if after < HOUR else missed]


async def reports(identity: RunningService, by: str, **changes: Any) -> httpx.Response:
    body = {"kind": "device_lost", "discovered_at": NOON.isoformat(), "text": TOLD} | changes
    return await identity.post("/incidents", body, by=by)


async def a_report(identity: RunningService, by: str, **changes: Any) -> str:
    answer = await reports(identity, by, **changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reference"])


async def page(identity: RunningService, which: str, by: str) -> Any:
    answer = await identity.get(f"/incidents/{which}", by=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def listed(identity: RunningService, by: str) -> list[str]:
    answer = await identity.get("/incidents", by=by)
    assert answer.status_code == 200, answer.text
    return [each["incident"] for each in answer.json()]


async def test_it_is_reported_read_acknowledged_and_closed_and_what_was_typed_lies_sealed(house: House) -> None:
    identity = house.identity
    await house.active()
    me = await house.token_of(SIGN_IN_NAME)
    before = len(identity.names())
    which = await a_report(identity, me)
    assert list(identity.names()[before : before + 3]) == ["incident.reported", "clock.started", "clock.met"]
    mine = await page(identity, which, me)
    assert (mine["text"], mine["late_seconds"], mine["acknowledged"], mine["closed"]) == (TOLD, None, None, None)
    assert (mine["rule"], mine["due_at"]) == ("C82", "2026-11-03T19:00:00Z")
    (clock,) = (await identity.get(f"/incidents/{which}/clocks", by=me)).json()
    assert (clock["clock"], clock["state"], clock["trigger"]["name"]) == ("C82-1", "met", "incident.reported")
    assert clock["arithmetic"]["steps"][-1]["until"] == "2026-11-03T13:00:00-06:00"
    assert identity.rows()[-1][3]["data"]["question"] == "clocks of an incident"
    # Whoever reports does not say for those who are told that they saw it.
    assert (await identity.post(f"/incidents/{which}/acknowledgement", by=me)).status_code == 403
    assert (await identity.get("/incidents", by=me)).status_code == 403

    assert (await page(identity, which, house.token))["name"] == NAME
    first = await identity.post(f"/incidents/{which}/acknowledgement", by=house.token)
    again = await identity.post(f"/incidents/{which}/acknowledgement", by=house.token)
    assert (first.status_code, again.status_code) == (200, 409)
    done = await identity.post(f"/incidents/{which}/closing", {"note": "Locked from afar, zqx."}, by=house.token)
    assert done.status_code == 200, done.text
    told = await page(identity, which, me)
    assert told["acknowledged"]["by"] == str(house.administrator)
    assert told["closed"]["note"] == "Locked from afar, zqx."
    (row,) = (await identity.get("/incidents", by=house.token, after=done)).json()
    assert (row["kind"], row["agency"], row["late_seconds"]) == ("device_lost", "MDCPS", None)
    assert row["closed_at"]
    taken = await identity.post("/incidents/export", by=house.token)
    assert which in taken.text
    assert "on a train" not in identity.everything_stored() + identity.log_lines()


async def test_late_by_an_hour_it_is_taken_all_the_same_and_missed_at_once(house: House) -> None:
    identity = house.identity
    which = await a_report(identity, house.token, discovered_at=(NOON - 2 * HOUR).isoformat())
    missed = [state["data"] for _, _, name, state in identity.rows() if name == "clock.missed"]
    assert [(each["rule"], each["subject"], each["late_seconds"]) for each in missed] == [("C82", which, 3600)]
    assert "clock.met" not in identity.names()
    assert (await page(identity, which, house.token))["late_seconds"] == 3600
    for wrong in ({"discovered_at": (NOON + HOUR).isoformat()}, {"kind": "something"}, {"text": ""}):
        assert (await reports(identity, house.token, **wrong)).status_code in {400, 422}


async def test_an_agencys_administrators_have_those_of_their_own_people_and_operators_every_one(house: House) -> None:
    identity = house.identity
    cvp, other = await house.agency("CVP"), await house.agency("AG-PID")
    person = "person@example.org"
    opened = await identity.post(
        "/accounts",
        {"name": "Example Person Two", "sign_in_name": person, "agency": "CVP", "roles": ["victim_advocate"]},
        by=cvp,
    )
    await house.set_up(opened.json()["invitation"])
    theirs = await a_report(identity, await house.token_of(person))
    ours = await a_report(identity, house.token)
    assert await listed(identity, cvp) == [theirs]
    assert await listed(identity, other) == []
    assert set(await listed(identity, house.token)) == {ours, theirs}
    clocks = [f"/incidents/{which}/clocks{name}" for which in (theirs, uuid4()) for name in ("", "/C82")]
    for path in (f"/incidents/{theirs}", f"/incidents/{uuid4()}", *clocks):
        hidden = await identity.get(path, by=other)
        assert (hidden.status_code, hidden.json()["type"]) == (404, "urn:muster:problem:not-found")
    assert (await identity.post(f"/incidents/{theirs}/acknowledgement", by=other)).status_code == 404
    assert (await identity.get(f"/incidents/{ours}", by=await house.token_of(person))).status_code == 404
    assert (await page(identity, theirs, house.token))["name"] == "Example Person Two"
    assert (await identity.get("/incidents")).status_code == 401
    assert (await identity.post("/incidents", {})).status_code == 401


OURS, OPERATORS, THEIRS = "ours.zqx@house.example", "operators.zqx@house.example", "theirs.zqx@house.example"


@pytest.fixture
async def post_office() -> AsyncIterator[PostOffice]:
    async with open_post_office() as office:
        yield office


def _addressed(office: PostOffice) -> Callable[[Settings], Settings]:
    def told(settings: Settings) -> Settings:
        whom = {"administrator of MDCPS": OURS, "administrator of CVP": THEIRS, "operator": OPERATORS}
        addresses = {role: [office.to(address)] for role, address in whom.items()}
        (settings.secrets / "notices.json").write_text(json.dumps(addresses))
        return settings

    return told


async def test_a_report_is_told_at_once_by_a_link_and_once_though_it_is_late_and_after_a_stop_until_it_is_taken(
    database: Database, nats_server: Nats, post_office: PostOffice
) -> None:
    told = _addressed(post_office)
    async with running_service(DEFINITION, database, nats_server, told=told) as identity:
        house = await House.founded(identity)
        late = await a_report(identity, house.token, discovered_at=(NOON - 2 * HOUR).isoformat())
        await names_once(identity, "account_notice.sent")
        recipients = [who for line in post_office.recipients for who in (OURS, OPERATORS, THEIRS) if who in line]
        assert recipients == [OURS, OPERATORS]
        mails = "".join(post_office.mails).replace("=\r\n", "")
        assert f"Open http://localhost:8101/incidents/{late} now." in mails
        assert not [each for each in ("MDCPS", "train", "Example", "device") if each in mails]

        post_office.refuses = True
        seen, waits = [await a_report(identity, house.token) for _ in range(2)]
        await names_once(identity, "account_notice.failed", 2)
        await _undelivered(identity, 2.0)
        # Whoever found it without being told has it.
        assert (await identity.post(f"/incidents/{seen}/acknowledgement", by=house.token)).status_code == 200
        await _undelivered(identity, 1.0)
    post_office.refuses = False
    async with running_service(DEFINITION, database, nats_server, told=told) as identity:
        await _undelivered(identity, 1.0)
        identity.time.turn(timedelta(minutes=1))
        await _undelivered(identity, 0.0)
        await names_once(identity, "account_notice.dropped")
        each_mail = [mail.replace("=\r\n", "") for mail in post_office.mails]
        told_of = sum(f"/incidents/{waits} now." in mail for mail in each_mail)
        assert (seen in "".join(each_mail), told_of) == (False, 2)


async def _undelivered(identity: RunningService, count: float) -> None:
    async def counted() -> bool:
        return f"muster_notices_undelivered {count}\n" in (await identity.get("/metrics")).text

    await eventually(counted)
