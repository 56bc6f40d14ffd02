"""Administrators are told of accounts that wait, and of what was missed; operators of a miss; nobody by name."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from contracts.events.identity import AccountOpened
from contracts.language import Event, Personal
from services.identity.account.accounts import Accounts
from services.identity.account.state import Account
from services.identity.attestation.attestations import Attestations
from services.identity.attestation.events import AttestationEnded
from services.identity.attestation.state import Attestation
from services.identity.incident.events import IncidentReported
from services.identity.incident.incidents import Incidents
from services.identity.incident.state import Incident
from services.identity.main import DEFINITION
from services.identity.notice.events import (
    AccountNoticeDropped,
    AccountNoticeFailed,
    AccountNoticeKept,
    AccountNoticeSent,
    AccountNoticeTriedAgain,
)
from services.identity.notice.state import notice_of
from services.identity.notice.telling import Telling
from services.identity.notice.texts import WORDS
from services.identity.processes.tell_administrators import TellAdministrators
from services.identity.processes.tell_again import TellAgain
from services.identity.processes.tell_of_incidents import TellOfIncidents
from services.kernel.clock import Clock, ClockMet, ClockMissed, ClockWarned
from services.kernel.due import DueMoment
from services.kernel.http.caller import of_agency
from services.kernel.settings import Settings
from services.kernel.store import Changes, EventStore, Kind, Loaded
from services.kernel.stored_form import Happening, Origin
from services.kernel.time_source import HeldTime
from services.kernel.tries import MOMENT
from tests.services.identity.given import ACCOUNT, MISSISSIPPI, OTHER, account, opened
from tests.services.identity.house import ADMINISTRATOR_SIGN_IN_NAME, SET_UP, House
from tests.services.identity.test_attestation import (
    ASKED,
    ATTESTATION,
    BEGUN,
    DAY,
    DUE,
    FIRST_WARNING,
    answered,
    names_once,
    quarter,
    turn_to,
)
from tests.support.post_office import PostOffice, open_post_office
from tests.support.running_service import NOON, RunningService, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

OURS, THEIRS, OPERATORS = "ours.zqx@house.example", "theirs.zqx@house.example", "operators.zqx@house.example"
INCIDENT = UUID("44444444-4444-4444-8444-444444444444")
MINUTE = timedelta(minutes=1)
MAIL, ORIGIN = "mailtos://night@example.org", "https://muster.example"
WARNED = ClockWarned(rule="C84", subject=ATTESTATION, warn_at=NOON, due_at=DUE)
MISSED = ClockMissed(rule="C84", subject=ATTESTATION, due_at=DUE, late_seconds=0)
CLOSED_LATE = ClockMissed(rule="C81", subject=ACCOUNT, due_at=NOON, late_seconds=60)


class Played:
    """What stands when a reaction looks, a carrier that keeps what it was given, and the moments that were set."""

    def __init__(self, attestation: Attestation, whose: Account | None = None, *, takes: bool = True) -> None:
        self.states: dict[str, Any] = {
            "attestation": attestation,
            "account": whose or account(*opened()),
            "clock": Clock(phase="running", rule_version=1),
            "incident": Incident(),
        }
        self.notices: dict[UUID, list[Event]] = {}
        self.given: list[tuple[str, str]] = []
        self.time = HeldTime(NOON)
        self.moments: list[datetime] = []
        self.takes = takes
        # Of what else a reaction has a look at the state needs nothing.
        nothing: Any = None
        store = cast("EventStore", self)
        accounts = Accounts(store, nothing, nothing, nothing, nothing, MISSISSIPPI, nothing)
        attestations = Attestations(store, MISSISSIPPI)
        addresses = {of_agency("administrator", "MDCPS"): [MAIL], "operator": [f"{MAIL}/operator"]}
        telling = Telling(addresses, self, ORIGIN, self.time)
        self._again = TellAgain(attestations, telling)
        incidents = TellOfIncidents(Incidents(store, nothing, MISSISSIPPI), telling)
        self._reactions = (TellAdministrators(accounts, attestations, telling), incidents, self._again)

    async def load(self, kind: Kind[Any], stream: UUID, *, until: int | None = None) -> Loaded[Any]:
        assert until is None
        state, told = kind.initial, self.notices.get(stream, [])
        if kind.name in self.states:
            return Loaded(stream, self.states[kind.name], 1, None, None)
        for event in told:
            state = kind.evolve(state, event)
        return Loaded(stream, state, len(told), None, None)

    async def send(self, address: str, title: str, text: str) -> bool:
        self.given.append((address, f"{title} {text}"))
        return self.takes

    async def tell(self, *events: Event, cause: UUID | None = None) -> Sequence[Event]:
        """Gives each to the reactions, and answers what followed."""
        followed: list[Event] = []
        for event in events:
            happening = _happening(event, cause or uuid4())
            for react in self._reactions:
                followed.extend(self._append(await react(happening)))
        return followed

    @property
    def rest(self) -> timedelta:
        """Until the last moment that was set."""
        return self.moments[-1] - self.time.now()

    async def due(self, notice: UUID) -> Sequence[Event]:
        """The last moment that was set comes: what follows."""
        moment = self.moments[-1]
        self.time.turn(self.rest)
        fired = await self._again.on_time(DueMoment(notice, MOMENT, moment), moment)
        return self._append(fired.changes if fired else None)

    def _append(self, changes: Changes | None) -> Sequence[Event]:
        followed: list[Event] = []
        for change in changes.streams if changes else ():
            assert change.after == len(self.notices.get(change.stream, []))
            self.notices.setdefault(change.stream, []).extend(change.events)
            followed.extend(change.events)
        rows = [tuple(effect.parameters) for effect in changes.effects] if changes else []
        self.moments.extend(row[2] for row in rows if isinstance(row[2], datetime))
        return followed


def _happening(event: Event, cause: UUID) -> Happening:
    origin = Origin(
        actor="service:identity", agency="", command_id=uuid4(), causation_id=None, correlation_id=cause, policy="tests"
    )
    return Happening(stream=cause, version=1, event_id=cause, happened_at=NOON, origin=origin, event=event)


async def test_a_warning_is_told_to_administrators_and_a_miss_to_operators_too() -> None:
    played, cause = Played(quarter(BEGUN, ASKED)), uuid4()
    notice, roles = notice_of(cause), ("administrator", "operator")
    told = AccountNoticeSent(notice=notice, agency="MDCPS", rule="C84", roles=("administrator",), carriers=("mailtos",))
    assert await played.tell(WARNED, cause=cause) == [told]
    assert [address for address, _ in played.given] == [MAIL]
    (missed,) = await played.tell(MISSED)
    assert isinstance(missed, AccountNoticeSent)
    assert (missed.roles, missed.carriers) == (roles, ("mailtos", "mailtos"))
    assert [address for address, _ in played.given[1:]] == [MAIL, f"{MAIL}/operator"]


async def test_a_late_closing_is_told_to_the_administrators_of_its_agency() -> None:
    played = Played(quarter())
    (told,) = await played.tell(CLOSED_LATE)
    assert isinstance(told, AccountNoticeSent)
    assert (told.agency, told.rule, told.roles) == ("MDCPS", "C81", ("administrator",))
    elsewhere = AccountOpened(account=ACCOUNT, agency="CVP", roles=("victim_advocate",))
    other = Played(quarter(), account(elsewhere))
    (nobody,) = await other.tell(CLOSED_LATE)
    assert isinstance(nobody, AccountNoticeSent)
    assert (nobody.agency, nobody.carriers, other.given) == ("CVP", (), [])


ENDED = AttestationEnded(attestation=ATTESTATION, agency="MDCPS", suspended=1)


@pytest.mark.parametrize(
    ("stands", "event", "told"),
    [
        ((BEGUN,), WARNED, True),
        ((BEGUN, ASKED, answered(ACCOUNT)), WARNED, True),
        ((BEGUN, ASKED, answered(ACCOUNT), answered(OTHER)), WARNED, False),
        ((BEGUN, ASKED, ENDED), WARNED, False),
        ((BEGUN, ASKED, ENDED), MISSED, True),
        ((BEGUN, ENDED), MISSED, True),
        ((BEGUN, ASKED, ENDED, answered(ACCOUNT), answered(OTHER)), MISSED, False),
    ],
    ids=["asked soon", "one left", "all answered", "over", "missed", "missed unasked", "answered after the end"],
)
async def test_only_what_waits_still_is_told_and_it_is_on_record_that_it_was_not(
    stands: Sequence[Event], event: Event, told: bool
) -> None:
    played = Played(quarter(*stands))
    (followed,) = await played.tell(event)
    assert isinstance(followed, AccountNoticeSent if told else AccountNoticeDropped)
    assert bool(played.given) == told


@pytest.mark.parametrize("takes", [True, False])
async def test_met_with_again_nobody_is_told_twice(takes: bool) -> None:
    played, cause = Played(quarter(BEGUN, ASKED), takes=takes), uuid4()
    followed = await played.tell(WARNED, WARNED, cause=cause)
    assert len(played.given) == 1
    refused = AccountNoticeFailed(notice=notice_of(cause), carriers=("mailtos",))
    assert [each for each in followed if isinstance(each, AccountNoticeFailed)] == ([] if takes else [refused])


async def test_what_no_carrier_took_is_kept_and_given_to_them_again_until_one_takes_it_and_then_never() -> None:
    played, cause = Played(quarter(BEGUN, ASKED), takes=False), uuid4()
    notice = notice_of(cause)
    refused = AccountNoticeFailed(notice=notice, carriers=("mailtos",))
    told, failed, kept = await played.tell(WARNED, cause=cause)
    assert isinstance(told, AccountNoticeSent)
    assert (told.carriers, failed) == ((), refused)
    assert kept == AccountNoticeKept(notice=notice, about=ATTESTATION, missed=False)
    rests = [played.rest]
    for nth in (2, 3):
        (again,) = await played.due(notice)
        assert again == AccountNoticeTriedAgain(notice=notice, nth=nth)
        assert await played.tell(again) == [refused]
        rests.append(played.rest)
    assert rests == [MINUTE, 5 * MINUTE, 15 * MINUTE]

    played.takes = True
    (again,) = await played.due(notice)
    (taken,) = await played.tell(again)
    assert isinstance(taken, AccountNoticeSent)
    assert taken.carriers == ("mailtos",)
    assert {text for _, text in played.given} == {f"Muster {WORDS['C84', False]} Notice {notice}."}
    # A moment that comes twice, and a reaction that is asked again.
    assert (await played.due(notice), await played.tell(again), len(played.given)) == ([], [], 4)


REPORT = IncidentReported(
    incident=INCIDENT, account=ACCOUNT, agency="MDCPS", kind="device_lost", discovered_at=NOON, text=Personal(INCIDENT)
)
ALL_ANSWERED = (answered(ACCOUNT), answered(OTHER))


@pytest.mark.parametrize(
    ("event", "meanwhile", "waits"),
    [
        (WARNED, {"attestation": quarter(BEGUN, ASKED, answered(ACCOUNT))}, True),
        (WARNED, {"attestation": quarter(BEGUN, ASKED, *ALL_ANSWERED)}, False),
        (WARNED, {"attestation": quarter(BEGUN, ASKED, ENDED)}, False),
        (MISSED, {"attestation": quarter(BEGUN, ASKED, ENDED)}, True),
        (MISSED, {"attestation": quarter(BEGUN, ASKED, ENDED, *ALL_ANSWERED)}, False),
        (CLOSED_LATE, {}, True),
        (REPORT, {}, True),
        (REPORT, {"incident": Incident(incident=INCIDENT, acknowledged=True)}, False),
    ],
    ids=[
        *("one left", "all answered", "over", "missed", "answered after the end", "live after they had left"),
        *("an incident", "an incident that was seen"),
    ],
)
async def test_it_is_tried_again_only_while_what_it_is_about_waits_and_else_dropped_once(
    event: Event, meanwhile: dict[str, Any], waits: bool
) -> None:
    played = Played(quarter(BEGUN, ASKED), takes=False)
    await played.tell(event)
    (notice,) = played.notices
    played.states |= meanwhile
    (followed,) = await played.due(notice)
    assert isinstance(followed, AccountNoticeTriedAgain if waits else AccountNoticeDropped)
    before = len(played.given)
    await played.tell(followed)
    # All who were to be told, in the same words.
    assert played.given[before:] == (played.given[:before] if waits else [])
    if not waits:
        assert await played.due(notice) == []


async def test_nothing_else_that_happens_to_a_clock_is_told() -> None:
    met = ClockMet(rule="C84", subject=ATTESTATION, met_at=NOON)
    assert await Played(quarter(BEGUN, ASKED)).tell(met) == []
    # An incident is told by its report, in time or late.
    late = ClockMissed(rule="C82", subject=ATTESTATION, due_at=NOON, late_seconds=1)
    assert await Played(quarter(BEGUN, ASKED)).tell(late) == []


def test_whatever_a_rule_has_told_has_words_that_name_nobody() -> None:
    rules = [MISSISSIPPI.clock_rule(rule) for rule in ("C81", "C84")]
    told = {(rule.rule, missed) for rule in rules for missed in (False, True) if _told(rule, missed=missed)}
    assert told == set(WORDS)
    names = {*MISSISSIPPI.agencies, *MISSISSIPPI.roles}
    assert not [name for text in WORDS.values() for name in names if name in text.split()]


def _told(rule: Any, *, missed: bool) -> Sequence[str]:
    told: Sequence[str] = rule.told_at_miss if missed else rule.told_at_warning if rule.warnings else ()
    return told


@pytest.fixture
async def post_office() -> AsyncIterator[PostOffice]:
    async with open_post_office() as office:
        yield office


@pytest.fixture
async def house(database: Database, nats_server: Nats, post_office: PostOffice) -> AsyncIterator[House]:
    """With addresses of the administrators of two agencies and of the operators."""
    async with running_service(DEFINITION, database, nats_server, told=_addressed(post_office)) as identity:
        yield await House.founded(identity)


def _addressed(post_office: PostOffice) -> Callable[[Settings], Settings]:
    def told(settings: Settings) -> Settings:
        addresses = {
            "administrator of MDCPS": [post_office.to(OURS)],
            "administrator of CVP": [post_office.to(THEIRS)],
            "operator": [post_office.to(OPERATORS)],
        }
        (settings.secrets / "notices.json").write_text(json.dumps(addresses))
        return settings

    return told


def _told_to(office: PostOffice) -> list[str]:
    known = (OURS, THEIRS, OPERATORS)
    return [who for line in office.recipients for who in known if who in line]


async def _undelivered(identity: RunningService, count: float) -> None:
    async def counted() -> bool:
        return f"muster_notices_undelivered {count}\n" in (await identity.get("/metrics")).text

    await eventually(counted)


async def test_mails_go_to_who_answers_and_hold_neither_name_nor_agency(house: House, post_office: PostOffice) -> None:
    identity = house.identity
    await house.active()
    await turn_to(house, NOON + FIRST_WARNING, 1)
    await names_once(identity, "account_notice.sent")
    assert _told_to(post_office) == [OURS]
    await _undelivered(identity, 0.0)

    identity.time.turn(DUE - identity.time.now())
    # Three warnings have passed meanwhile, and the quarter with them.
    await names_once(identity, "clock.missed")

    async def all_dealt_with() -> bool:
        names = identity.names()
        dealt = names.count("account_notice.sent") + names.count("account_notice.dropped")
        return dealt == names.count("clock.warned") + names.count("clock.missed")

    await eventually(all_dealt_with)
    assert _told_to(post_office).count(OPERATORS) == 1
    assert THEIRS not in _told_to(post_office)
    mails = "".join(post_office.mails)
    assert "Accounts were not answered for in time. Open Muster now." in mails
    assert not [each for each in ("MDCPS", "CVP", "Example", "example.org", str(house.administrator)) if each in mails]
    assert "zqx@house" not in identity.log_lines()
    await _undelivered(identity, 0.0)


async def test_what_a_mail_server_refuses_is_counted_and_tried_again_until_it_takes_it(
    house: House, post_office: PostOffice
) -> None:
    identity, post_office.refuses = house.identity, True
    somebody = (await house.active()).account
    identity.time.turn(3 * DAY)
    by = await house.token_of(ADMINISTRATOR_SIGN_IN_NAME)
    done = await identity.post(f"/accounts/{somebody}/close", {"left_at": NOON.isoformat()}, by=by, version=SET_UP)
    assert done.status_code == 200, done.text
    await names_once(identity, "account_notice.failed")
    assert (_told_to(post_office), post_office.mails) == ([OURS], [])
    await _undelivered(identity, 1.0)
    identity.time.turn(MINUTE)
    await names_once(identity, "account_notice.failed", 2)
    await _undelivered(identity, 1.0)

    post_office.refuses = False
    identity.time.turn(5 * MINUTE)
    await _undelivered(identity, 0.0)
    assert (_told_to(post_office), len(post_office.mails)) == ([OURS] * 3, 1)
    assert identity.names().count("account_notice.tried_again") == 2
