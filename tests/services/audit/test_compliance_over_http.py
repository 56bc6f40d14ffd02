"""Compliance over HTTP: numbers of all services' clocks, the list behind each, a case beside its path, none hidden."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.events.identity import AgencyRegistered
from contracts.events.rapid_assessment import TeamFormed, TeamOpened
from contracts.events.tips import AccountNamed
from services.audit.compliance.history import OUTCOMES
from services.kernel.clock import ClockMet, ClockMissed, ClockStarted
from services.tips.tip.events import TipClosed
from tests.services.audit.copied import SourceLog
from tests.services.audit.given import a_tip
from tests.services.audit.house import AUDITOR, OPERATOR
from tests.support.running_service import NOON, RunningService

DUE = NOON + timedelta(hours=24)
BY_ITSELF = "service:rapid_assessment"
FILTERS = {"since": "2026-11", "until": "2026-11"}


def started(rule: str, subject: UUID, cause: UUID) -> ClockStarted:
    return ClockStarted(
        rule=rule,
        rule_version=1,
        citation="",
        subject=subject,
        triggered_by=cause,
        started_at=NOON,
        due_at=DUE,
        warn_at=(),
        arithmetic="",
    )


async def told(audit: RunningService, path: str, **params: Any) -> Any:
    answer = await audit.get(path, by=AUDITOR, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def a_missed_team(audit: RunningService, tips: SourceLog, teams: SourceLog) -> tuple[UUID, UUID]:
    """A closed case whose team stood two hours late: the case, and the event by which it was missed."""
    tip, team, clock = uuid4(), uuid4(), uuid4()
    received = await tips.tell(tip, a_tip(tip, NOON), case=tip)
    opening = TeamOpened(team=team, tip=tip, person=uuid4(), received_at=NOON, due_at=DUE, opening=1)
    opened = await teams.tell(team, opening, case=tip, cause=received, actor=BY_ITSELF)
    await teams.tell(clock, started("C06", tip, opened), case=tip, cause=received, actor=BY_ITSELF)
    missed = ClockMissed(rule="C06", subject=tip, due_at=DUE, late_seconds=0)
    event = await teams.tell(clock, missed, case=tip, actor=BY_ITSELF)
    formed = TeamFormed(team=team, tip=tip, formed_at=DUE + timedelta(hours=2), late=True)
    await teams.tell(team, formed, case=tip)
    await tips.tell(tip, TipClosed(tip=tip), case=tip)
    return tip, event


async def test_every_number_opens_to_its_clocks_and_a_case_that_is_hidden_is_in_none(audit: RunningService) -> None:
    tips, teams = SourceLog(audit, "tips"), SourceLog(audit, "rapid_assessment")
    tip, _ = await a_missed_team(audit, tips, teams)
    # The rule leaves open which office answers: it is that of whoever's act began it, through the reactions between.
    court, clock = SourceLog(audit, "prosecution"), uuid4()
    served = await court.tell(uuid4(), TipClosed(tip=tip), case=tip)
    reaction = await court.tell(uuid4(), TipClosed(tip=tip), case=tip, cause=served, actor="service:prosecution")
    await court.tell(clock, started("C39", tip, reaction), case=tip, actor="service:prosecution")
    await court.tell(clock, ClockMet(rule="C39", subject=tip, met_at=NOON), case=tip)
    # Of no case at all: an operator of another agency let this one take part, which answers for its own accounts.
    quarter, identity = uuid4(), SourceLog(audit, "identity")
    registered = await identity.tell(quarter, AgencyRegistered(agency="DA-07"), case=quarter)
    await identity.tell(uuid4(), started("C84", quarter, registered), case=quarter)

    numbers = await told(audit, "/compliance", **FILTERS)

    assert {each["rule"]: each["counted"]["missed"] for each in numbers["rules"]} == {"C06": 1, "C39": 0, "C84": 0}
    (team,) = [each for each in numbers["rules"] if each["rule"] == "C06"]
    assert (team["late"]["half"], team["not_told"]) == (120, 0)
    assert [(each["key"], each["met"], each["missed"]) for each in numbers["counties"]] == [("Hinds", 1, 1)]
    assert {each["key"] for each in numbers["agencies"]} == {"MDCPS-HTC", "MDCPS", "DA-07"}
    for kind, field in (("counties", "county"), ("agencies", "agency")):
        for number in numbers[kind]:
            for outcome in OUTCOMES:
                asked = {**FILTERS, field: number["key"], "outcome": outcome}
                opened = await told(audit, "/compliance/clocks", **asked)
                assert (opened["total"], len(opened["clocks"])) == (number[outcome], number[outcome])
    assert (await told(audit, "/compliance", since="2026-12"))["rules"] == []
    searches = [state["data"] for _, _, _, state in audit.happened()]
    assert set(audit.names()) == {"operation.list_searched"}, "a number is of no record; the list it opens to is"
    found = next(each for each in searches if {"county=Hinds", "outcome=missed"} <= set(each["narrowed"]))
    assert (found["question"], found["rows"], found["records"]) == ("cases by their clocks", 1, [str(tip)])

    await tips.tell(tip, AccountNamed(tip=tip, account=AUDITOR.account), case=tip)
    assert [each["rule"] for each in (await told(audit, "/compliance"))["rules"]] == ["C84"]
    assert (await told(audit, "/compliance/closed"))["cases"] == []
    assert (await audit.get(f"/cases/{tip}/conformance", by=AUDITOR)).status_code == 404
    for path in ("/compliance", "/compliance/clocks", "/compliance/closed", f"/cases/{tip}/conformance"):
        assert (await audit.get(path, by=OPERATOR)).status_code == 403
    nowhere = await audit.get("/compliance", by=AUDITOR, params={"county": "Nowhere"})
    assert (nowhere.status_code, nowhere.json()["field"]) == (422, "county")


async def test_a_closed_case_is_laid_beside_its_path_and_that_is_on_record(audit: RunningService) -> None:
    tips, teams = SourceLog(audit, "tips"), SourceLog(audit, "rapid_assessment")
    tip, missed = await a_missed_team(audit, tips, teams)

    found = await told(audit, f"/cases/{tip}/conformance")

    (step,) = [each for each in found["steps"] if each["rule"] == "C06"]
    assert (step["outcome"], step["deviations"][0]["kind"], step["deviations"][0]["event"]) == (
        "missed",
        "missed",
        str(missed),
    )
    assert audit.names() == ["audit.case_replayed"]
    # A list that nothing narrows was not searched.
    assert len((await told(audit, "/compliance/closed"))["cases"]) == len(audit.names()) == 1
    (closed,) = (await told(audit, "/compliance/closed", kind="missed"))["cases"]
    assert (closed["case"], closed["deviations"]) == (str(tip), sum(len(each["deviations"]) for each in found["steps"]))
    assert set(closed["kinds"]) == {"missed", "not_started"}
    assert (await told(audit, "/compliance/closed", kind="extended"))["cases"] == []
