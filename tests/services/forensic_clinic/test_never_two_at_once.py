"""Whatever is asked in whatever order, at once or one after the other: nobody and nothing is ever in two places."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations, count
from typing import Any
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.forensic_clinic.main import DEFINITION
from tests.services.forensic_clinic.house import COORDINATOR, HOUR, NURSE, ROOM, SECOND_NURSE, SECOND_ROOM, House, slot
from tests.support.running_service import NOON, running_service
from tests.support.servers import Servers, empty_nats, fresh_database

PATIENTS = 3
EXAMS = 6
ENDS = frozenset(
    {
        "exam.hold_expired",
        "exam.hold_released",
        "forensic_clinic.exam_unbooked",
        "forensic_clinic.exam_cancelled",
    }
)

Step = tuple[str, int, Any, UUID, int, int]
Slot = dict[str, Any]
steps = st.tuples(
    st.sampled_from(["hold", "hold", "booking", "booking", "release", "completion", "cancellation", "time"]),
    st.integers(0, EXAMS - 1),
    st.sampled_from([NURSE, SECOND_NURSE]),
    st.sampled_from([ROOM, SECOND_ROOM]),
    st.integers(0, 4),
    st.integers(1, 3),
)


def test_no_order_of_commands_puts_anyone_in_two_places(servers: Servers) -> None:
    with fresh_database(servers) as database, asyncio.Runner() as runner:
        service = running_service(DEFINITION, database, empty_nats(servers))
        house = House(runner.run(service.__aenter__()))
        days = count(1)
        outcomes: Counter[int] = Counter()

        # Not shrunk: the service remembers what was asked, so no example can be played again.
        @settings(
            max_examples=10,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(st.lists(steps, min_size=2, max_size=6), min_size=2, max_size=6))
        def play(groups: list[list[Step]]) -> None:
            outcomes.update(runner.run(_play(house, NOON + timedelta(days=next(days)), groups)))

        try:
            runner.run(_prepare(house))
            play()
        finally:
            runner.run(service.__aexit__(None, None, None))
    # The play was one: some had what they asked for, others were refused.
    assert outcomes[200] > 20, outcomes
    assert outcomes[409] > 20, outcomes


async def _prepare(house: House) -> None:
    month = (NOON, NOON + timedelta(days=30))
    for nurse in (NURSE, SECOND_NURSE):
        await house.nurse(nurse, available=month)
    for number in (1, 2):
        await house.room(number, available=month)


async def _play(house: House, morning: datetime, groups: Sequence[Sequence[Step]]) -> Sequence[int]:
    """The steps of a group at once, the groups one after the other; a day and patients of their own."""
    tips = [await house.tip() for _ in range(PATIENTS)]
    exams = [await house.request(tips[number % PATIENTS]) for number in range(EXAMS)]
    outcomes: list[int] = []
    for group in groups:
        outcomes += await asyncio.gather(*(_step(house, morning, exams, step) for step in group))
    assert set(outcomes) <= {0, 200, 409, 412, 422}, outcomes
    for kept in _kept_over_time(house):
        for one, other in combinations(kept, 2):
            assert not _clash(one, other), (one, other)
    assert _reserved(house) == {(exam["exam"], exam[part]) for exam in kept for part in ("nurse", "room", "person")}
    return outcomes


async def _step(house: House, morning: datetime, exams: Sequence[UUID], step: Step) -> int:
    what, number, nurse, room, hour, length = step
    if what == "time":
        house.service.time.turn(timedelta(minutes=15))
        return 0
    since = morning + hour * HOUR
    others = {
        "release": {"reason": "Another time."},
        "completion": {"completed_at": house.service.time.now().isoformat()},
        "cancellation": {"cause": "clinic", "reason": "Not wanted."},
    }
    body = others.get(what) or slot(since, since + length * HOUR, nurse=nurse, room=room)
    return (await house.act(exams[number], what, body, by=COORDINATOR)).status_code


def _kept_over_time(house: House) -> Iterator[list[Slot]]:
    """What is held or booked after each event of the log, by the events alone."""
    kept: dict[str, Slot] = {}
    persons: dict[str, str] = {}
    for _, _, name, state in house.service.rows():
        data = state["data"]
        if name == "exam.described":
            persons[data["exam"]] = data["person"]
        if name in {"exam.held", "exam.assigned"}:
            kept[data["exam"]] = data | {"person": persons[data["exam"]]}
        if name == "forensic_clinic.exam_completed":
            # The time that it took stays taken.
            done = kept[data["exam"]]
            kept[data["exam"]] = done | {"until": _earlier(done["until"], data["completed_at"])}
        if name in ENDS:
            kept.pop(data["exam"], None)
        yield list(kept.values())


def _earlier(one: str, other: str) -> str:
    return min(one, other, key=datetime.fromisoformat)


def _clash(one: Slot, other: Slot) -> bool:
    shared = any(one[part] == other[part] for part in ("nurse", "room", "person"))
    since, until = (max(one["since"], other["since"]), min(one["until"], other["until"]))
    return shared and datetime.fromisoformat(since) < datetime.fromisoformat(until)


def _reserved(house: House) -> set[tuple[str, str]]:
    with psycopg.connect(house.service.database.admin) as connection:
        rows = connection.execute("SELECT holder, resource FROM taken_periods").fetchall()
    return {(str(holder), str(resource)) for holder, resource in rows}
