"""What runs in every service of the town when all of it is killed, and what its logs tell of that afterwards."""

import os
import re
import signal
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import msgspec
import psycopg

from deploy.topology import HOUSE, SERVICES
from services.kernel.clock import ClockMissed, ClockWarned
from tests.end_to_end.clinic_and_court import CLINIC, a_clinic, a_kit_sealed, an_exam, charges
from tests.end_to_end.town import Town, Visit, administrator_of, ok
from tests.support.running_service import NOON
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)
A_WEEK_ENDS = NOON + 52 * HOUR
"""The second of the town's: its reading is to be reviewed from then on, and nobody has reviewed the first's in time."""
STANDS_STILL = 21 * HOUR
_ENDS = re.compile(r'^muster_process_(kills|restarts)_total\{process="(\w+)"\} (\S+)$', re.MULTILINE)
LOGS = tuple(service.name for service in SERVICES)
COUNTY = "Tishomingo"
"""Of no other case in this town, whose empty seats would call people of a statewide rota too."""

CAME_DUE: Mapping[str, list[tuple[str, str, float]]] = {
    "tips": [
        ("clock.missed", "C12", 20),
        ("clock.missed", "C31", 20),
        ("clock.warned", "C12", 20),
        ("clock.warned", "C31", 12),
        ("clock.warned", "C31", 20),
        ("clock.warned", "C85", 12),
        ("clock.warned", "C85", 20),
        # Due after 15 minutes, too: told once.
        ("tips.duty_pressing", "C01", 0.5),
    ],
    "rapid_assessment": [
        ("clock.missed", "C02", 20),
        ("clock.missed", "C06", 20),
        ("clock.warned", "C02", 12),
        ("clock.warned", "C02", 20),
        ("clock.warned", "C06", 12),
        ("clock.warned", "C06", 20),
    ],
    "forensic_clinic": [("clock.warned", "C55", 10), ("clock.warned", "C55", 18), ("exam.hold_expired", "", 0.5)],
    "prosecution": [("clock.warned", "C35", 19)],
    "audit": [("audit.review_due", "", 12), ("clock.missed", "C77", 12)],
    "identity": [("identity.account_closed", "", 10)],
}
"""Name, rule, and how many hours after all began, where the week ends twelve hours after that."""

TOLD_AFTERWARDS: Collection[tuple[str, str, str]] = {
    ("late", "clock_missed", "C02"),
    ("late", "clock_missed", "C06"),
    ("late", "duty_missed", "C31"),
    ("late", "review_warned", "C85"),
    ("tip", "clock_warned", "C02"),
    ("tip", "clock_warned", "C06"),
    ("tip", "duty_warned", "C31"),
    ("tip", "duty_pressing", "C01"),
    ("tip", "seat_silent", "C06"),
}
"""Of which case the coordinator hears what, each once. Of seats that have nobody left they hear besides."""


class Running(NamedTuple):
    """`late` was typed in four hours late; of `tip` an officer told. Each is a tip; `leaver` is an account."""

    late: str
    tip: str
    leaver: str


class Told(NamedTuple):
    """One event of a log."""

    stream: UUID
    name: str
    data: dict[str, Any]
    of: UUID
    happened_at: datetime
    recorded_at: datetime


async def all_run(visit: Visit) -> Running:
    """Something is to come due in every service within a day."""
    now = visit.town.now
    late = await visit.tip(age="child", received_at=now - 4 * HOUR, county=COUNTY)
    tip = await visit.tip(age="child", received_at=now, county=COUNTY, channel="officer_request")
    ok(await visit.post("forensic_nurse", "tips", f"/tips/{late}/openings", {"reason": "The child is at the door."}))
    await a_clinic(visit)
    exam = await an_exam(visit, tip)
    slots = ok(await visit.get("clinic_coordinator", CLINIC, f"/exams/{exam}/slots")).json()["slots"]
    who = "clinic_coordinator"
    ok(await visit.on_page(who, who, CLINIC, f"/exams/{exam}", "hold", slots[0]))
    await a_kit_sealed(visit, tip)
    await charges(visit, tip)
    running = Running(late, tip, await _a_leaver(visit))

    async def by_a_reaction() -> bool:
        started = (each for each in log(visit.town, CLINIC, "clock.started") if each.of == UUID(tip))
        return any(each.data["rule"] == "C55" for each in started)

    await eventually(by_a_reaction)
    return running


async def _a_leaver(visit: Visit) -> str:
    administrator = administrator_of("CVP")
    body = {
        "name": "Example Leaver",
        "sign_in_name": "leaver@example.org",
        "agency": "CVP",
        "roles": ["victim_advocate"],
        "counties": [],
    }
    leaver = str(ok(await visit.post(administrator, "identity", "/accounts", body)).json()["reference"])
    leaves = {"leaves_at": (visit.town.now + 10 * HOUR).isoformat()}
    ok(await visit.on_page(administrator, administrator, "identity", f"/accounts/{leaver}", "leaving", leaves))
    return leaver


async def killed(town: Town, *, then: datetime) -> None:
    """Every process of the house and both servers with kill -9, all at once; `then` it is later.

    Returns when others of their kind are ready. The supervisor has counted them.
    """
    before, ended = town.stack.pids(), ends(town)
    for pid in before.values():
        os.killpg(pid, signal.SIGKILL)
    town.turn_to(then)

    async def back() -> bool:
        now = town.stack.pids()
        others = all(now.get(name, pid) != pid for name, pid in before.items())
        return others and all(town.stack.ready(service.name) for service in HOUSE)

    await eventually(back, within=60)
    more = {end: number - ended[end] for end, number in ends(town).items()}
    assert {name for name in before if more["kills", name] == 1 and more["restarts", name] >= 1} == set(before)


def ends(town: Town) -> dict[tuple[str, str], float]:
    """How often each process was killed, and started again, as the supervisor tells it."""
    told = httpx.get(f"{town.stack.own_url()}/metrics", trust_env=False).text
    return {(what, process): float(number) for what, process, number in _ENDS.findall(told)}


async def until_handled(visit: Visit) -> None:
    """Whatever came due."""

    async def none_left() -> bool:
        return await visit.interfaces.overdue() == 0

    await eventually(none_left)


def log(town: Town, service: str, of: str = "") -> list[Told]:
    """What happened to things of a kind, or all of it, in order."""
    with psycopg.connect(town.stack.admin_conninfo(service)) as connection:
        rows = connection.execute(
            "SELECT originator_id, topic, state FROM stored_events WHERE starts_with(topic, %s)"
            " ORDER BY notification_id",
            (of,),
        ).fetchall()
    moment = datetime.fromisoformat
    told = [(stream, name, msgspec.json.decode(state)) for stream, name, state in rows]
    return [
        Told(
            stream,
            name,
            state["data"],
            UUID(state["correlation_id"]),
            moment(state["happened_at"]),
            moment(state["recorded_at"]),
        )
        for stream, name, state in told
    ]


def came_due(town: Town, service: str, running: Running, began: datetime) -> list[tuple[str, str, float]]:
    """What was recorded just now of what runs, though it had been due before; and nothing of any clock is out of order.

    Each moment is on record once, none of them early, and those recorded now in the order in which they were due.
    """
    told = log(town, service)
    of_clocks = [each for each in told if each.name in {ClockWarned.NAME, ClockMissed.NAME}]
    moments = [(each.stream, each.name, each.happened_at) for each in of_clocks]
    assert len(moments) == len(set(moments)), "twice"
    assert all(each.happened_at <= each.recorded_at for each in of_clocks), "early"
    just_now = [each.happened_at for each in of_clocks if each.recorded_at == town.now]
    assert just_now == sorted(just_now), "not in order"
    return sorted(_just_due(town, told, running, began))


def _just_due(town: Town, told: list[Told], running: Running, began: datetime) -> Iterator[tuple[str, str, float]]:
    names = {name for moments in CAME_DUE.values() for name, _, _ in moments}
    ours = {UUID(each) for each in running}
    for each in told:
        house_wide = each.data.get("rule") == "C77" or each.name == "audit.review_due"
        of_what_runs = each.of in ours or each.data.get("account") in running
        if each.name in names and each.recorded_at == town.now and (house_wide or of_what_runs):
            yield each.name, each.data.get("rule", ""), (each.happened_at - began) / HOUR
