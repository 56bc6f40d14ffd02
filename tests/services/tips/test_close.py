"""A case is closed when nothing of it is owed; and no agency ends what only a court or the prosecutor may end."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from contracts.jurisdictions import load_mississippi
from contracts.language import Event, InvalidValue, Refused
from services.kernel.operations import PageRead
from services.tips.tip.closing import ClosingRefusal, Dispose, close, dispose
from services.tips.tip.events import ClinicWorkNoted, MoreTold, TeamNoted, TipClosed, TipDisposed
from services.tips.tip.state import Tip, evolve
from tests.services.tips.duty.house import duties_of
from tests.services.tips.house import COORDINATOR, INTAKE, act, received
from tests.support.running_service import NOON, RunningService

TABLES = load_mississippi()
HOUR = timedelta(hours=1)
WORK = UUID(int=7)
CHILD = Tip(age="child", received_at=NOON - HOUR)
BY_YOUTH_COURT = Dispose(of="cps_investigation", by="youth_court", disposed_at=NOON, document="Order 12 of 2026")
BY_PROSECUTOR = Dispose(
    of="law_enforcement_investigation", by="prosecutor", disposed_at=NOON, document="Letter of 3 November"
)


def after(*events: Event, tip: Tip = CHILD) -> Tip:
    for event in events:
        tip = evolve(tip, event)
    return tip


def disposed() -> list[Event]:
    return [event for each in (BY_YOUTH_COURT, BY_PROSECUTOR) for event in dispose(CHILD, each, TABLES, NOON)]


def team(news: str) -> TeamNoted:
    return TeamNoted(tip=CHILD.tip, team=CHILD.tip, news=news)


def clinic(work: UUID = WORK, *, done: bool = False) -> ClinicWorkNoted:
    return ClinicWorkNoted(tip=CHILD.tip, work=work, done=done)


def test_what_the_youth_court_decided_is_on_record_with_its_law_and_its_paper_sealed() -> None:
    (event,) = dispose(CHILD, BY_YOUTH_COURT, TABLES, NOON)

    assert isinstance(event, TipDisposed)
    assert (event.of, event.by, event.citation) == ("cps_investigation", "youth_court", "Miss. Code 43-21-353")
    assert (event.document.person, event.document.text) == (CHILD.person, "Order 12 of 2026")


@pytest.mark.parametrize(
    ("of", "by"),
    [
        ("cps_investigation", "child_protection"),
        ("cps_investigation", "prosecutor"),
        ("law_enforcement_investigation", "law_enforcement"),
        ("law_enforcement_investigation", "youth_court"),
    ],
)
def test_no_agency_ends_its_own_investigation_and_nobody_the_others(of: str, by: str) -> None:
    wanted = msgspec.convert(msgspec.to_builtins(BY_YOUTH_COURT) | {"of": of, "by": by}, Dispose)

    with pytest.raises(Refused) as refused:
        dispose(CHILD, wanted, TABLES, NOON)

    assert (refused.value.code, refused.value.citation) == (ClosingRefusal.RESERVED, "Miss. Code 43-21-353")


def test_a_disposition_is_entered_once_of_an_investigation_there_is_and_not_ahead_of_time() -> None:
    with pytest.raises(Refused) as refused:
        dispose(after(*disposed()), BY_YOUTH_COURT, TABLES, NOON)
    assert refused.value.code == ClosingRefusal.DISPOSED_ALREADY
    for wrong in ({"of": "another"}, {"disposed_at": NOON + HOUR}):
        with pytest.raises(InvalidValue):
            dispose(CHILD, msgspec.structs.replace(BY_YOUTH_COURT, **wrong), TABLES, NOON)


def test_a_case_of_which_nothing_is_owed_is_closed_and_what_comes_in_later_opens_it_again() -> None:
    tip = after(team("formed"), team("stood_down"), *disposed())

    assert close(tip, [], TABLES) == [TipClosed(tip=tip.tip)]
    closed = after(TipClosed(tip=tip.tip), tip=tip)
    assert closed.closed
    told = disposed()[0]
    assert isinstance(told, TipDisposed)
    more = MoreTold(tip=tip.tip, person=tip.person, narrative=told.document)
    assert not after(more, tip=closed).closed
    assert not after(team("opened"), tip=closed).closed
    assert not after(clinic(), tip=closed).closed
    assert after(clinic(done=True), tip=closed).closed


@pytest.mark.parametrize(
    ("events", "open_duties", "code"),
    [
        ([team("stood_down"), *disposed()], ["C11", "C12"], ClosingRefusal.DUTIES_OPEN),
        ([team("opened"), *disposed()], [], ClosingRefusal.TEAM_STANDS),
        ([team("formed"), *disposed()], [], ClosingRefusal.TEAM_STANDS),
        ([team("stood_down"), disposed()[0]], [], ClosingRefusal.NOT_DISPOSED),
        ([clinic(), *disposed()], [], ClosingRefusal.CLINIC_WAITS),
        ([*disposed(), TipClosed(tip=CHILD.tip)], [], ClosingRefusal.CLOSED_ALREADY),
    ],
)
def test_a_case_stays_open_while_anything_of_it_is_owed(
    events: list[Event], open_duties: list[str], code: ClosingRefusal
) -> None:
    with pytest.raises(Refused) as refused:
        close(after(*events), open_duties, TABLES)

    assert refused.value.code == code
    assert all(rule in refused.value.sentence for rule in open_duties)


def test_what_is_missing_is_named_with_who_alone_may_end_it() -> None:
    with pytest.raises(Refused) as refused:
        close(after(disposed()[0]), [], TABLES)

    assert "The investigation of law enforcement: the prosecutor or the court" in refused.value.sentence
    assert "Child Protection" not in refused.value.sentence


def test_of_an_adult_no_court_is_asked() -> None:
    assert close(Tip(age="adult"), [], TABLES) == [TipClosed(tip=Tip().tip)]


async def test_over_http_every_open_duty_is_named_and_only_the_coordinator_closes(tips: RunningService) -> None:
    tip = await received(tips)

    open_rules = [rule for rule, duty in (await duties_of(tips, tip)).items() if duty["phase"] == "open"]
    refused = await act(tips, tip, "closing", None, by=COORDINATOR)
    assert (refused.status_code, refused.json()["code"]) == (409, "duties_open")
    assert refused.json()["rule"] == ", ".join(open_rules)
    assert (await act(tips, tip, "closing", None, by=INTAKE)).status_code == 403
    body = {"of": "cps_investigation", "by": "child_protection", "disposed_at": NOON.isoformat(), "document": "Ours."}
    reserved = await act(tips, tip, "dispositions", body, by=COORDINATOR)
    assert (reserved.status_code, reserved.json()["code"]) == (409, "disposition_reserved")
    by_court = await act(tips, tip, "dispositions", body | {"by": "youth_court"}, by=COORDINATOR)
    assert by_court.status_code == 200, by_court.text
    page = (await tips.get(f"/tips/{tip}", by=COORDINATOR)).json()["state"]
    assert (page["disposed"], page["closed"]) == (["cps_investigation"], False)
    (read,) = (await tips.get(f"/tips/{tip}/dispositions", by=COORDINATOR)).json()
    assert (read["by"], read["citation"], read["document"]) == ("youth_court", "Miss. Code 43-21-353", "Ours.")
    assert tips.names()[-1] == PageRead.NAME


async def test_over_http_a_case_of_which_nothing_is_owed_is_closed(tips: RunningService) -> None:
    tip = await received(tips, age="adult")

    closed = await act(tips, tip, "closing", None, by=COORDINATOR)

    assert closed.status_code == 200, closed.text
    assert (await tips.get(f"/tips/{tip}", by=COORDINATOR)).json()["state"]["closed"] is True
    assert "tip.closed" in [each["name"] for each in (await tips.get(f"/tips/{tip}/history", by=COORDINATOR)).json()]
