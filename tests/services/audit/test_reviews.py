"""Each week an auditor looks at who read what, and signs it off (C77): due, warned, met, missed, told, on record."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.identity import AccountOpened, RoleGranted
from contracts.events.tips import AccountNamed, GlassBroken
from contracts.jurisdictions import load_mississippi
from contracts.language import Code, Event, Personal, Reference, Refused
from services.audit.case_file.events import CaseFileMade
from services.audit.main import DEFINITION
from services.audit.replay.telling import read
from services.audit.review.decisions import ReviewRefusal, due, sign_off
from services.audit.review.events import (
    ReadingReviewed,
    ReviewDue,
    ReviewNoticeDropped,
    ReviewNoticeSent,
    ReviewNoticeTriedAgain,
)
from services.audit.review.notice import ReviewNotice, try_again
from services.audit.review.notice import evolve as evolve_notice
from services.audit.review.reading import RECOVERED, REVIEWED, list_read
from services.audit.review.reviews import FIRST, RULE, Reviews, next_of
from services.audit.review.state import Review, evolve
from services.audit.unusual.decisions import UnusualRefusal
from services.kernel.clock import ClockMissed, ClockStarted
from services.kernel.due_moments import at
from services.kernel.operations import ListExported, PageRead, RecordShown
from services.kernel.settings import Settings
from services.kernel.store import EventStore, Loaded
from tests.services.audit.copied import SourceLog
from tests.services.audit.given import ACCOUNT, a_tip, row
from tests.services.audit.house import AUDITOR
from tests.support.post_office import PostOffice, open_post_office
from tests.support.running_service import NOON, Person, RunningService, running_service, says
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

MINUTE = timedelta(minutes=1)
HOUR, DAY, WEEK, INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(microseconds=1)
MISSISSIPPI = load_mississippi()
OTHER = Person(("auditor",), agency="AG-PID")
INTAKE, NURSE = UUID("3f2a0000-0000-4000-8000-000000000002"), UUID("3f2a0000-0000-4000-8000-000000000003")
REVIEW = UUID("3f2a0000-0000-4000-8000-000000000004")
DUE = ReviewDue(review=REVIEW, since=NOON, until=NOON + WEEK, due_at=NOON + 2 * WEEK)
AUDITORS, OPERATORS = "auditors.zqx@house.example", "operators.zqx@house.example"


class GlassReviewed(Event, frozen=True, kw_only=True):
    """As far as it is looked at here; the tips service's own."""

    NAME = REVIEWED

    opening: Reference
    outcome: Code


class KitFound(Event, frozen=True, kw_only=True):
    """As far as it is looked at here; the forensic clinic's own."""

    NAME = RECOVERED

    kit: Reference
    by: Reference
    agency: Code
    holder: Reference


def review(*events: Event) -> Review:
    state = Review()
    for event in events:
        state = evolve(state, event)
    return state


def signed(account: UUID, own: int = 0) -> ReadingReviewed:
    text = Personal(person=REVIEW, text="Looked at.")
    return ReadingReviewed(review=REVIEW, account=account, reads=7, own=own, note=text)


def test_a_week_is_due_once_and_each_auditor_signs_it_off_once() -> None:
    assert due(review(), REVIEW, NOON, NOON + WEEK, NOON + 2 * WEEK) == [DUE]
    assert due(review(DUE), REVIEW, NOON, NOON + WEEK, NOON + 2 * WEEK) == []
    assert sign_off(review(DUE), INTAKE, "Looked at.", opened=True, reads=7, own=2, unjudged=0) == [signed(INTAKE, 2)]
    # What the first one read themselves, another looks at.
    assert sign_off(review(DUE, signed(INTAKE, 2)), NURSE, "Looked at.", opened=True, reads=7, own=0, unjudged=0) == [
        signed(NURSE)
    ]
    for stands, opened, unjudged, code in (
        (review(DUE), False, 1, ReviewRefusal.NOT_OPENED),
        (review(DUE, signed(INTAKE)), True, 1, ReviewRefusal.SIGNED_ALREADY),
        (review(DUE), True, 1, ReviewRefusal.NOT_JUDGED),
    ):
        with pytest.raises(Refused) as refused:
            sign_off(stands, INTAKE, "Looked at.", opened=opened, reads=7, own=0, unjudged=unjudged)
        assert refused.value.code == code


@given(st.lists(st.timedeltas(timedelta(0), 60 * DAY), min_size=1, max_size=9))
def test_the_weeks_lie_end_to_end_however_late_each_is_handled_and_what_is_past_due_is_missed_at_once(
    late: list[timedelta],
) -> None:
    reviews = Reviews(cast("EventStore", None), MISSISSIPPI)
    week, until = FIRST, NOON + WEEK
    for each in late:
        changes = reviews.due(Loaded(week, Review(), 0, None), until, until + each)
        assert changes is not None
        (said,), (started, *missed) = (change.events for change in changes.streams)
        assert said == ReviewDue(review=week, since=until - WEEK, until=until, due_at=until + WEEK)
        assert isinstance(started, ClockStarted)
        assert (started.rule, started.started_at, started.due_at) == (RULE, until, until + WEEK)
        assert [type(event) for event in missed] == ([ClockMissed] if each >= WEEK else [])
        assert reviews.due(Loaded(week, review(said), 1, None), until, until + each) is None
        (follows,) = changes.effects
        until += WEEK
        week = next_of(week)
        assert follows == at(week, "week", until)


async def the_first_week_runs(audit: RunningService) -> None:
    async def begun() -> bool:
        with psycopg.connect(audit.database.owner) as connection:
            return bool(connection.execute("SELECT 1 FROM due_moments WHERE clock = %s", (FIRST,)).fetchone())

    await eventually(begun)


async def names_are(audit: RunningService, name: str, times: int) -> None:
    """Until so many events of the name are there, and no more."""

    async def there() -> bool:
        return audit.names().count(name) >= times

    await eventually(there)
    assert audit.names().count(name) == times


async def turn_to(audit: RunningService, moment: datetime, *, due: int) -> None:
    audit.time.turn(moment - audit.time.now())
    await names_are(audit, ReviewDue.NAME, due)


async def week_of(audit: RunningService, which: UUID = FIRST, by: Person = AUDITOR) -> Any:
    answer = await audit.get(f"/reviews/{which}", by=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def signs(audit: RunningService, by: Person, which: UUID = FIRST) -> httpx.Response:
    return await audit.post(f"/reviews/{which}/sign-off", {"note": "Nothing unusual, zqx."}, by=by)


async def listed(audit: RunningService, by: Person = AUDITOR, **asked: Any) -> list[dict[str, Any]]:
    answer = await audit.get("/reviews", by=by, params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def a_week_of_reading(audit: RunningService) -> tuple[UUID, UUID]:
    """Answers two cases, each opened once in an emergency, the first reviewed since."""
    tips, identity, clinic = (SourceLog(audit, each) for each in ("tips", "identity", "forensic_clinic"))
    await identity.tell(INTAKE, AccountOpened(account=INTAKE, agency="MDCPS", roles=("cps_intake",)), case=INTAKE)
    await identity.tell(NURSE, AccountOpened(account=NURSE, agency="MDCPS", roles=("forensic_nurse",)), case=NURSE)
    cases = uuid4(), uuid4()
    by = {who: f"account:{who}" for who in (INTAKE, NURSE, AUDITOR.account)}
    shown = RecordShown(question="tip", records=cases, positions=(1, 2))
    for case in cases:
        await tips.tell(case, a_tip(case), case=case)
        await tips.tell(uuid4(), shown, case=case, actor=by[INTAKE])
    await tips.tell(uuid4(), PageRead(question="persons of a tip", records=cases[:1], positions=(1,)), case=cases[0],
                    actor=by[INTAKE])  # fmt: skip
    await clinic.tell(uuid4(), shown, case=cases[0], actor=by[NURSE])
    taken = ListExported(question="exams", narrowed=("phase=booked",), rows=2, records=cases, position=4)
    await clinic.tell(uuid4(), taken, case=uuid4(), actor=by[NURSE])
    for case in cases:
        found = KitFound(kit=uuid4(), by=INTAKE, agency="BRIDGE", holder=NURSE)
        await clinic.tell(found.kit, found, case=case, actor=by[INTAKE])
    for case in cases:
        opening = uuid4()
        broken = GlassBroken(
            tip=case, opening=opening, account=NURSE, agency="MDCPS", roles=("forensic_nurse",), until=NOON
        )
        await tips.tell(uuid4(), broken, case=case, actor=by[NURSE])
        if case == cases[0]:
            await tips.tell(uuid4(), GlassReviewed(opening=opening, outcome="justified"), case=case)
    return cases


async def test_a_week_is_told_in_counts_and_signed_off_and_what_an_auditor_read_waits_for_another(
    audit: RunningService,
) -> None:
    await the_first_week_runs(audit)
    first, second = await a_week_of_reading(audit)
    assert (await audit.get(f"/cases/{first}/replay", by=AUDITOR)).status_code == 200
    # Before the week is over there is nothing to review, and the last moment of it still belongs to it.
    assert (await audit.get(f"/reviews/{FIRST}", by=AUDITOR)).status_code == 404
    audit.time.turn(WEEK - INSTANT)
    await SourceLog(audit, "prosecution").tell(
        uuid4(), PageRead(question="notes", records=(first,), positions=(9,)), case=first, actor=f"account:{INTAKE}"
    )
    await turn_to(audit, NOON + WEEK, due=1)
    late = SourceLog(audit, "rapid_assessment")
    shown = RecordShown(question="team", records=(first,), positions=(1,))
    await late.tell(uuid4(), shown, case=first, actor=f"account:{INTAKE}")
    # A role given since is not one they read by.
    since = SourceLog(audit, "identity")
    since._position = 2
    await since.tell(INTAKE, RoleGranted(account=INTAKE, role="cps_investigator"), case=INTAKE)

    assert [each["review"] for each in await listed(audit, waiting=True)] == [str(FIRST)]
    refused = await signs(audit, AUDITOR)
    assert (refused.status_code, refused.json()["code"]) == (409, ReviewRefusal.NOT_OPENED)
    told = await week_of(audit)
    reading = told["reading"]
    assert (told["since"], told["until"], told["phase"]) == ("2026-11-03T18:00:00Z", "2026-11-10T18:00:00Z", "running")
    assert [(each["agency"], each["role"], each["people"]) for each in reading["by_role"]] == [
        ("AG-PID", "", 1),
        ("MDCPS", "cps_intake", 1),
        ("MDCPS", "forensic_nurse", 1),
    ]
    auditors, intake, nurses = ([each[kind] for kind in ("shown", "opened", "files", "told")] for each in
                                reading["by_role"])  # fmt: skip
    assert (auditors, intake, nurses) == ([0, 0, 0, 1], [2, 2, 0, 0], [1, 0, 1, 0])
    assert (reading["reads"], reading["own"]) == (7, 1)
    (file,) = reading["files"]
    assert (file["account"], file["service"], file["question"], file["narrowed"], file["records"]) == (
        *(str(NURSE), "forensic_clinic", "exams", ["phase=booked"], 2),
    )
    assert [(each["case"], each["outcome"]) for each in reading["openings"]] == [
        *((str(first), "justified"), (str(second), "")),
    ]
    assert [(each["case"], each["account"], each["holder"]) for each in reading["kits"]] == [
        (str(case), str(INTAKE), str(NURSE)) for case in (first, second)
    ]

    (clock,) = (await audit.get(f"/reviews/{FIRST}/clocks", by=OTHER)).json()
    assert (clock["clock"], clock["state"], clock["trigger"]["name"]) == ("C77-1", "running", ReviewDue.NAME)
    assert audit.rows()[-1][3]["data"]["question"] == "clocks of a weekly review"
    absent = [await audit.get(f"/reviews/{each}/clocks/C77", by=OTHER) for each in (next_of(FIRST), uuid4())]
    assert [each.status_code for each in absent] == [404, 404]
    assert absent[0].content == absent[1].content

    done = await signs(audit, AUDITOR)
    assert done.status_code == 200, done.text
    assert "clock.met" in audit.names()
    assert (await audit.get(f"/reviews/{FIRST}/clocks/C77", by=AUDITOR)).json()["state"] == "met"
    (row,) = await listed(audit)
    assert (row["signed_by"], row["own"], row["missed"]) == ([str(AUDITOR.account)], 1, False)
    again = await signs(audit, AUDITOR)
    assert (again.status_code, again.json()["code"]) == (409, ReviewRefusal.SIGNED_ALREADY)
    assert (await week_of(audit, by=OTHER))["signed"][0]["note"] == "Nothing unusual, zqx."
    assert (await signs(audit, OTHER)).status_code == 200
    (row,) = await listed(audit)
    assert (row["signed_by"], row["own"]) == ([str(AUDITOR.account), str(OTHER.account)], 0)
    assert await listed(audit, waiting=True) == []
    assert audit.names().count("clock.met") == 1
    assert not says("zqx", audit.everything_stored())
    taken = await audit.post("/reviews/export", by=AUDITOR)
    assert str(FIRST) in taken.text
    told_to = [state["actor"] for _, _, name, state in audit.rows() if name == "audit.reading_told"]
    assert told_to == [f"account:{each.account}" for each in (AUDITOR, OTHER)]


async def test_an_auditor_kept_out_of_a_case_is_told_of_no_opening_no_kit_and_no_unusual_reading_of_it(
    audit: RunningService,
) -> None:
    await the_first_week_runs(audit)
    first, second = await a_week_of_reading(audit)
    tips = SourceLog(audit, "tips")
    tips._position = 8
    for named in (OTHER.account, INTAKE):
        await tips.tell(uuid4(), AccountNamed(tip=second, account=named), case=second)
    await turn_to(audit, NOON + WEEK, due=1)
    for listed_in in ("openings", "kits"):
        assert [each["case"] for each in (await week_of(audit))["reading"][listed_in]] == [str(first), str(second)]
        assert [each["case"] for each in (await week_of(audit, by=OTHER))["reading"][listed_in]] == [str(first)]

    told = [(await week_of(audit, by=each))["reading"]["files"][0]["records"] for each in (AUDITOR, OTHER)]
    assert told == [2, 1]
    # Somebody who is named in the second tip had read it: it is judged before the week is signed off.
    (unusual,) = (await week_of(audit))["unusual"]
    assert (unusual["rule"], unusual["account"], unusual["roles"]) == ("own_case", str(INTAKE), ["cps_intake"])
    assert (unusual["count"], unusual["cases"], unusual["outcome"]) == (1, [str(second)], "")
    assert audit.names().count("audit.unusual_reading_found") == 1
    refused = await signs(audit, AUDITOR)
    assert (refused.status_code, refused.json()["code"]) == (409, ReviewRefusal.NOT_JUDGED)
    assert [(await listed(audit, by=each))[0]["unjudged"] for each in (AUDITOR, OTHER)] == [1, 0]
    assert (await week_of(audit, by=OTHER))["unusual"] == []
    hidden, absent = [await judges(audit, OTHER, each) for each in (unusual["finding"], uuid4())]
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert (await signs(audit, OTHER)).status_code == 200

    assert (await judges(audit, AUDITOR, unusual["finding"])).status_code == 200
    again = await judges(audit, AUDITOR, unusual["finding"])
    assert (again.status_code, again.json()["code"]) == (409, UnusualRefusal.JUDGED_ALREADY)
    (judged,) = (await week_of(audit))["unusual"]
    assert (judged["outcome"], judged["judged_by"]) == ("false_alarm", str(AUDITOR.account))
    assert (await listed(audit))[0]["unjudged"] == 0
    assert judged["note"] == "Knew it from the hotline, zqx."
    assert (await signs(audit, AUDITOR)).status_code == 200
    assert not says("zqx", audit.everything_stored())
    assert "zqx" not in audit.log_lines()


async def judges(audit: RunningService, by: Person, finding: object, which: UUID = FIRST) -> httpx.Response:
    body = {"outcome": "false_alarm", "note": "Knew it from the hotline, zqx."}
    return await audit.post(f"/reviews/{which}/unusual/{finding}", body, by=by)


async def test_no_other_role_reviews(audit: RunningService) -> None:
    await the_first_week_runs(audit)
    await turn_to(audit, NOON + WEEK, due=1)
    for role in ("operator", "administrator", "cps_coordinator"):
        by = Person((role,), agency="AG-PID")
        assert (await audit.get("/reviews", by=by)).status_code == 403
        assert (await audit.get(f"/reviews/{FIRST}", by=by)).status_code == 403
        assert (await signs(audit, by)).status_code == 403
        assert (await judges(audit, by, uuid4())).status_code == 403
    assert (await signs(audit, AUDITOR, uuid4())).status_code == 404


async def test_through_a_standstill_each_week_is_due_once_and_missed_once_and_can_still_be_signed_off(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(DEFINITION, database, nats_server) as audit:
        await the_first_week_runs(audit)
    for _ in range(2):
        async with running_service(DEFINITION, database, nats_server, at=NOON + 3 * WEEK + DAY) as again:
            await names_are(again, ReviewDue.NAME, 3)
            await names_are(again, "clock.missed", 2)
            lates = [state["data"]["late_seconds"] for _, _, name, state in again.rows() if name == "clock.missed"]
            assert lates == [(WEEK + DAY).total_seconds(), DAY.total_seconds()]
            waiting = await listed(again, waiting=True)
            assert [each["missed"] for each in waiting] == [True, True, False]
    async with running_service(DEFINITION, database, nats_server, at=NOON + 3 * WEEK + DAY) as again:
        assert (await week_of(again))["phase"] == "missed"
        assert (await signs(again, AUDITOR)).status_code == 200
        (first,) = [each for each in await listed(again) if each["signed_at"]]
        assert (first["review"], first["missed"]) == (str(FIRST), True)
        assert "clock.met" not in again.names()


@pytest.fixture
async def post_office() -> AsyncIterator[PostOffice]:
    async with open_post_office() as office:
        yield office


def _addressed(office: PostOffice) -> Callable[[Settings], Settings]:
    def told(settings: Settings) -> Settings:
        addresses = {"auditor": [office.to(AUDITORS)], "operator": [office.to(OPERATORS)]}
        (settings.secrets / "notices.json").write_text(json.dumps(addresses))
        return settings

    return told


def _told_to(office: PostOffice) -> Sequence[str]:
    return [who for line in office.recipients for who in (AUDITORS, OPERATORS) if who in line]


async def _undelivered(audit: RunningService, count: float) -> None:
    async def counted() -> bool:
        return f"muster_notices_undelivered {count}\n" in (await audit.get("/metrics")).text

    await eventually(counted)


NOTICE = UUID("3f2a0000-0000-4000-8000-000000000005")
DROPPED = ReviewNoticeDropped(notice=NOTICE, review=REVIEW)


def sent(*, taken: bool, refused: bool) -> ReviewNoticeSent:
    by, no = ("json",) if taken else (), ("mailtos",) if refused else ()
    return ReviewNoticeSent(notice=NOTICE, review=REVIEW, rule=RULE, roles=("auditor",), carriers=by, refused=no)


@pytest.mark.parametrize(
    ("told", "signed", "follows"),
    [
        ([sent(taken=False, refused=True)], False, [2]),
        ([sent(taken=False, refused=True)] * 3, False, [4]),
        ([sent(taken=False, refused=True)], True, [DROPPED]),
        ([sent(taken=False, refused=True), DROPPED], True, []),
        ([sent(taken=False, refused=True), sent(taken=True, refused=False)], False, []),
        ([sent(taken=True, refused=True)], False, []),
    ],
    ids=["refused", "again and again", "signed off", "dropped already", "taken at the second try", "taken by another"],
)
def test_a_notice_no_carrier_took_is_tried_again_until_the_week_is_signed_off(
    told: Sequence[Event], signed: bool, follows: Sequence[Any]
) -> None:
    notice = reduce(evolve_notice, told, ReviewNotice())
    nth = [ReviewNoticeTriedAgain(notice=NOTICE, review=REVIEW, nth=each) for each in follows if isinstance(each, int)]
    assert try_again(notice, signed=signed) == (nth or follows)


async def test_auditors_are_told_that_a_week_waits_and_operators_too_that_it_was_missed_and_after_a_stop_until_taken(
    database: Database, nats_server: Nats, post_office: PostOffice
) -> None:
    told = _addressed(post_office)
    async with running_service(DEFINITION, database, nats_server, told=told) as audit:
        await the_first_week_runs(audit)
        await turn_to(audit, NOON + WEEK, due=1)
        assert _told_to(post_office) == []
        audit.time.turn(5 * DAY)
        await names_are(audit, "audit.review_notice_sent", 1)
        assert _told_to(post_office) == [AUDITORS]
        audit.time.turn(DAY)
        await names_are(audit, "audit.review_notice_sent", 2)
        post_office.refuses = True
        await turn_to(audit, NOON + 2 * WEEK, due=2)
        await names_are(audit, "audit.review_notice_sent", 3)
        assert _told_to(post_office) == [AUDITORS, AUDITORS, AUDITORS, OPERATORS]
        await _undelivered(audit, 1.0)
    async with running_service(DEFINITION, database, nats_server, told=told, at=NOON + 2 * WEEK) as audit:
        audit.time.turn(MINUTE)
        await names_are(audit, "audit.review_notice_sent", 4)
        await _undelivered(audit, 1.0)
        post_office.refuses = False
        audit.time.turn(5 * MINUTE)
        await names_are(audit, "audit.review_notice_sent", 5)
        await _undelivered(audit, 0.0)
        assert audit.names().count("audit.review_notice_tried_again") == 2
        # A mail says its text twice: plain, and for readers that want HTML.
        mails = [mail.replace("=\r\n", "") for mail in post_office.mails]
        page = "http://localhost:8101/audit/reviews"
        told_of = [sum(f"{text} {page}" in mail for mail in mails) for text in ("review. Open", "time. Auditors open")]
        assert told_of == [2, 2]
        assert not [mail for mail in mails if "AG-PID" in mail]
        assert "zqx@house" not in audit.log_lines()

        # What is signed off in time is told to nobody; and whoever finds it on the page needs no telling.
        second, third = next_of(FIRST), next_of(next_of(FIRST))
        await week_of(audit, second)
        assert (await signs(audit, AUDITOR, second)).status_code == 200
        await turn_to(audit, NOON + 3 * WEEK, due=3)
        assert audit.names().count("audit.review_notice_sent") == 5
        post_office.refuses = True
        audit.time.turn(5 * DAY)
        await names_are(audit, "audit.review_notice_sent", 6)
        await _undelivered(audit, 1.0)
        await week_of(audit, third)
        assert (await signs(audit, AUDITOR, third)).status_code == 200
        await _undelivered(audit, 0.0)
        audit.time.turn(MINUTE)
        await names_are(audit, ReviewNoticeDropped.NAME, 1)


def test_a_case_file_is_among_the_files_taken_with_its_reader_and_not_its_case() -> None:
    case = uuid4()
    made = CaseFileMade(
        case=case,
        told=(case,),
        profile="defence",
        authority="court_order",
        number="26-117",
        digest="ab" * 32,
        shown=12,
        hashed=30,
        sources=("tips",),
        positions=(99,),
    )
    file = list_read(read(row(made, source="audit", case=case)), frozenset())
    assert (file.account, file.service, file.question, file.narrowed, file.records) == (
        *(ACCOUNT, "audit", "case file", ["profile=defence"], 12),
    )
    assert str(case) not in str(file)


def test_a_list_with_several_rows_a_case_is_told_by_its_cases_as_if_there_were_no_hidden_one() -> None:
    seen, hidden = uuid4(), uuid4()
    of_both = ListExported(question="clocks", narrowed=("county=Hinds",), rows=9, records=(seen, hidden), position=4)
    of_one = ListExported(question="clocks", narrowed=("county=Hinds",), rows=4, records=(seen,), position=4)
    told = [
        list_read(read(row(each, source="tips", case=uuid4())), frozenset({hidden})).records
        for each in (of_both, of_one)
    ]
    assert told == [1, 1]
