"""A week of unusual reading, found in what the copy holds of it: every rule but the one of files, on real rows."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from contracts.events.identity import AccountClosed, AccountOpened
from contracts.events.tips import GlassBroken
from contracts.language import Event
from services.audit.review.reviews import FIRST
from services.identity.account.events import CountiesStated
from services.kernel.clock import ClockMissed
from services.kernel.operations import PageRead, RecordShown
from services.rapid_assessment.rota.events import RotationSet
from services.rapid_assessment.team.events import SeatProposed, SeatVacated
from tests.services.audit.copied import SourceLog
from tests.services.audit.given import a_tip
from tests.services.audit.house import AUDITOR
from tests.services.audit.test_reviews import the_first_week_runs, turn_to
from tests.support.running_service import NOON, RunningService

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
OFFICER, ON_CALL, ADVOCATE, LEFT, OPENER = (uuid4() for _ in range(5))
ROLES = {
    OFFICER: "trafficking_investigator",
    ON_CALL: "trafficking_investigator",
    ADVOCATE: "victim_advocate",
    LEFT: "prosecutor",
    OPENER: "prosecutor",
}


class Logs:
    """The logs of the services, as their relays send them."""

    def __init__(self, audit: RunningService) -> None:
        self.tips, self.identity, self.teams = (
            SourceLog(audit, each) for each in ("tips", "identity", "rapid_assessment")
        )

    async def people(self) -> None:
        for who, role in ROLES.items():
            opened = AccountOpened(account=who, agency="LOCAL-LE", roles=(role,))
            await self.identity.tell(who, opened, case=who)
            await self.identity.tell(who, CountiesStated(account=who, counties=("Rankin",)), case=who)

    async def case(self) -> UUID:
        case = uuid4()
        await self.tips.tell(case, a_tip(case), case=case)
        return case

    async def reads(self, who: UUID, *cases: UUID) -> None:
        for case in cases:
            shown = RecordShown(question="tip", records=(case,), positions=(1,))
            await self.tips.tell(uuid4(), shown, case=case, actor=f"account:{who}")

    async def team(self, case: UUID, event: type[Event], who: UUID, seat: str) -> None:
        await self.teams.tell(uuid5(case, "team"), event(team=case, seat=seat, responder=who), case=case)


def found(week: dict[str, Any], rule: str) -> Sequence[tuple[Any, ...]]:
    return [
        (UUID(each["account"]), each["count"], each["of_cases"], set(map(UUID, each["cases"])))
        for each in week["unusual"]
        if each["rule"] == rule
    ]


async def test_what_is_unusual_is_found_in_the_copied_rows_and_of_an_advocate_without_a_case(
    audit: RunningService,
) -> None:
    await the_first_week_runs(audit)
    logs = Logs(audit)
    await logs.people()
    first, second = await logs.case(), await logs.case()

    # Of Hinds both; they work in Rankin, and the one who was asked to help with the first is excused of it.
    await logs.team(first, SeatProposed, ON_CALL, "trafficking_investigator")
    await logs.team(first, SeatProposed, ADVOCATE, "victim_advocate")
    for who in (OFFICER, ON_CALL):
        await logs.reads(who, first, second)

    # At three at night: one is on call, one is not, and of the advocate it is not told that she was asked.
    rota = RotationSet(
        rota=uuid4(),
        rotation=uuid4(),
        participants=(ON_CALL,),
        shift_hours=24,
        starts_at=NOON,
        since=NOON,
        overlooked=(),
    )
    await logs.teams.tell(rota.rota, rota, case=rota.rota)
    audit.time.turn(15 * HOUR)
    for who in (OFFICER, ON_CALL, ADVOCATE):
        await logs.reads(who, *[first] * 5)

    # One leaves the team and reads on.
    audit.time.turn(HOUR)
    await logs.team(first, SeatVacated, ON_CALL, "trafficking_investigator")
    audit.time.turn(5 * HOUR)
    await logs.reads(ON_CALL, first)
    await logs.team(first, SeatVacated, ADVOCATE, "victim_advocate")
    await logs.reads(ADVOCATE, first)

    # One had left their agency when they last read; one opened a case, and nobody reviewed it in time.
    own = PageRead(question="accounts", records=(LEFT,), positions=(1,))
    await logs.identity.tell(uuid4(), own, case=LEFT, actor=f"account:{LEFT}")
    closed = AccountClosed(account=LEFT, left_at=NOON + HOUR)
    await logs.identity.tell(LEFT, closed, case=LEFT)
    opening = uuid4()
    broken = GlassBroken(
        tip=second, opening=opening, account=OPENER, agency="LOCAL-LE", roles=("prosecutor",), until=NOON + HOUR
    )
    await logs.tips.tell(uuid4(), broken, case=second, actor=f"account:{OPENER}")
    missed = ClockMissed(rule="C85", subject=second, due_at=NOON + HOUR, late_seconds=0)
    await logs.tips.tell(uuid5(opening, "C85"), missed, case=second)

    await turn_to(audit, NOON + WEEK, due=1)
    answer = await audit.get(f"/reviews/{FIRST}", by=AUDITOR)
    assert answer.status_code == 200, answer.text
    week = answer.json()
    assert found(week, "other_counties") == [(OFFICER, 2, 2, {first, second})]
    by_night = {each[0]: each[1:] for each in found(week, "at_night")}
    assert by_night == {OFFICER: (5, 1, {first}), ADVOCATE: (5, 1, set())}
    assert found(week, "after_leaving_team") == [(ON_CALL, 1, 1, {first})]
    assert found(week, "after_leaving_agency") == [(LEFT, 1, 0, set())]
    assert found(week, "opening_not_reviewed") == [(OPENER, 1, 1, {second})]
    assert len(week["unusual"]) == 6
    # What is on record of the advocate does not hold the case either, sealed or not.
    of_her = [state["data"] for _, _, name, state in audit.rows() if state["data"].get("account") == str(ADVOCATE)]
    assert [(each["rule"], each["cases"], each["counts"]) for each in of_her] == [("at_night", [], [])]
