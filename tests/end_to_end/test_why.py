"""Whatever was played in this house, each event leads back to a tip, and no clock that is expected is absent."""

from uuid import UUID

import psycopg

from contracts.events.tips import TipReceived
from contracts.jurisdictions import load_mississippi
from services.audit.compliance.conforming import conformance
from services.audit.compliance.reading import by_log
from services.audit.replay.causes import Causes
from services.audit.replay.telling import CopiedRow, Told, read
from services.kernel.operations import OPERATION_EVENTS
from tests.end_to_end.town import SEATS, Town, ok

READS = frozenset(each.NAME for each in OPERATION_EVENTS)


def copied(town: Town) -> list[Told]:
    """All that the copy holds, without who read what: that is caused by a look."""
    with psycopg.connect(town.stack.admin_conninfo("audit")) as connection:
        rows = connection.execute("SELECT source, position, stream, topic, state FROM copied_events").fetchall()
    events = [read(CopiedRow(r[0], r[1], r[2], r[3], bytes(r[4]))) for r in rows]
    return [each for each in events if each.name not in READS]


def never_started(case: UUID, events: list[Told]) -> list[tuple[UUID, str]]:
    """What the path of the rules expects of the case, and no service began."""
    laid = conformance(case, by_log(events), load_mississippi())
    return [(case, step.rule) for step in laid.steps if step.clock is None]


async def test_each_event_of_each_case_leads_back_to_a_tip(town: Town) -> None:
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=town.now)
        await visit.until_team(tip, lambda page: page["phase"] == "open")
        await visit.fill(tip, *SEATS)
        await visit.until_told(tip, "rapid_assessment.team_formed", "tip.team_noted")
        events = copied(town)
        tips = {each.stream for each in events if each.name == TipReceived.NAME}
        of_cases = [each for each in events if each.correlation_id in tips]
        causes = Causes(of_cases)
        ends = [causes.back_from(each)[-1] for each in causes.events]
        assert {(step.event.name, step.link.why) for step in ends} == {(TipReceived.NAME, "tip")}

        assert [each for case in tips if case is not None for each in never_started(case, of_cases)] == []

        formed = next(e for e in of_cases if e.name == "rapid_assessment.team_formed" and str(e.correlation_id) == tip)
        found = ok(await visit.get("auditor", "audit", f"/cases/{tip}/events/{formed.event_id}/why")).json()["causes"]
        names = [each["sentence"]["name"] for each in found]
        assert names[:3] == ["rapid_assessment.team_formed", "team.seat_accepted", "team.seat_proposed"]
        assert (names[-1], found[-1]["why"]) == (TipReceived.NAME, "tip")
