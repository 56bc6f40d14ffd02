"""A view built anew from the log holds what the old one held."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from contracts.events.rapid_assessment import TeamOpened
from tests.services.policy import all_rows, answering, generation
from tests.services.tips.duty.house import acknowledged, on_part, tell
from tests.services.tips.house import COORDINATOR, INTAKE, OPERATOR, a_tip, act, received
from tests.services.tips.test_destruction_over_http import requested
from tests.services.tips.test_reporter_over_http import answer as answer_to
from tests.services.tips.test_reporter_over_http import ask, share
from tests.support.running_service import NOON, Person, RunningService
from tests.support.waiting import eventually

VIEWS = ("tip_list", "duty_board", "duty_told", "clock_counts", "openings", "releases", "orders", "takers")


async def a_busy_evening(tips: RunningService) -> None:
    """Every event that a list shows something of."""
    first = (await tips.post("/tips", a_tip(), by=INTAKE)).json()
    one, two, three = first["reference"], *[await received(tips, age=age) for age in ("not_known", "adult")]
    await tips.post("/receipts/additions", {"receipt_code": first["receipt_code"], "what": "They moved her."})
    assert (await tips.post(f"/tips/{one}/additions/looked-at", {"number": 1}, by=INTAKE)).status_code == 200
    assert (await share(tips, one)).status_code == 201
    asked = await ask(tips, one)
    assert (await answer_to(tips, one, asked.json()["reference"])).status_code == 200
    screening = {"age": "child", "exploitation": "both", "indicators": []}
    correction = {"county": "Rankin", "age": "child", "reason": "The caller called again."}
    for tip, path, body in (
        (two, "screening", screening),
        (three, "corrections", correction),
        (two, "duplicate-decisions", {"other": one, "same_person": True, "reason": "One girl."}),
        (three, "duplicate-decisions", {"other": one, "same_person": False, "reason": "Two girls."}),
        (three, "named-accounts", {"account": str(COORDINATOR.account)}),
        (one, "named-accounts", {"account": str(uuid4())}),
        (two, "partings", {"other": one, "reason": "Two girls after all."}),
    ):
        answer = await act(tips, tip, path, body)
        assert answer.status_code == 200, answer.text
    await tell(tips, one, "C11", "prosecutor", NOON)
    await acknowledged(tips, one, "C11", "prosecutor", NOON)
    await tell(tips, one, "C12", "report_of_cps", NOON)
    found = {"reason": "The fax says another time.", "done_at": (NOON - timedelta(minutes=5)).isoformat()}
    assert (await on_part(tips, one, "C12", "report_of_cps", found, step="/true-time")).status_code == 200
    await requested(tips, one)
    await act(tips, three, "corrections", {"age": "adult", "reason": "Papers were found."})
    tips.time.turn(timedelta(hours=24))
    nurse = Person(("forensic_nurse",), agency="BRIDGE")
    broken = await tips.post(f"/tips/{one}/openings", {"reason": "It cannot wait."}, by=nurse)
    assert broken.status_code == 201, broken.text
    opened = TeamOpened(team=uuid4(), tip=uuid4(), person=uuid4(), received_at=NOON, due_at=NOON, opening=1)
    await tips.upstream("rapid_assessment").tell(opened.team, opened)
    assert (await tips.post(f"/tips/{one}/hand/taking", by=INTAKE)).status_code == 200
    await tips.get(f"/tips/{one}/persons", by=INTAKE)


async def caught_up(tips: RunningService) -> None:
    async def came() -> bool:
        views = await tips.get("/operator/views", by=OPERATOR)
        return bool(views.json() == dict.fromkeys(VIEWS, len(tips.rows())))

    await eventually(came)


async def c12_missed(tips: RunningService) -> None:
    async def missed() -> bool:
        return "clock.missed" in tips.names()

    await eventually(missed)


@pytest.mark.parametrize(
    ("view", "rows"),
    [
        ("tip_list", 3),
        ("duty_board", 30),
        ("duty_told", 38),
        ("openings", 4),
        ("releases", 4),
        ("orders", 4),
        ("takers", 1),
    ],
)
async def test_rebuilt_by_an_operator_it_is_the_same_and_the_old_one_is_gone(
    tips: RunningService, view: str, rows: int
) -> None:
    await a_busy_evening(tips)
    await c12_missed(tips)
    await caught_up(tips)
    before, old = all_rows(tips, view), generation(tips, view)

    ordered = await tips.post(f"/operator/views/{view}/rebuild", by=OPERATOR)
    assert ordered.status_code == 200, ordered.text

    async def switched() -> bool:
        return generation(tips, view) == old + 1

    await eventually(switched)
    assert len(before) == rows
    assert all_rows(tips, view) == before
    assert tips.names()[-1] == "operation.view_rebuilt"
    with psycopg.connect(tips.database.admin) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'views'").fetchall()
        assert answering(connection, view) == f"views.{view}_{old + 1}"
    assert sorted(tables) == sorted((f"{each}_{old + 1 if each == view else old}",) for each in VIEWS)


async def test_a_view_that_does_not_exist_and_a_caller_who_is_no_operator_are_refused(tips: RunningService) -> None:
    unknown = await tips.post("/operator/views/surprise/rebuild", by=OPERATOR)
    never = await tips.post(f"/operator/views/{VIEWS[0]}/rebuild", by=INTAKE)

    assert [unknown.status_code, never.status_code] == [404, 403]
    assert list(tips.names()) == []
