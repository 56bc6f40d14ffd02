"""What the tips service tells and this one cannot read waits for a decision; other cases go on."""

from typing import Any
from uuid import UUID, uuid4

import msgspec

from services.kernel.stored_form import Logged
from services.rapid_assessment.cases import team_of
from tests.services.rapid_assessment.house import COORDINATOR, House
from tests.services.rapid_assessment.streams import received, screened
from tests.support.running_service import Person
from tests.support.waiting import eventually

FOLLOWER = "rapid_assessment-from-tips"
OPERATOR = Person(("operator",))


def stored(name: str, version: int, data: dict[str, Any], tip: UUID) -> bytes:
    """A row as the tips service of a later release might write it."""
    state = {
        "version": version,
        "event_id": str(uuid4()),
        "happened_at": "2026-11-03T18:00:00Z",
        "actor": f"account:{uuid4()}",
        "agency": "MDCPS",
        "command_id": str(uuid4()),
        "causation_id": None,
        "correlation_id": str(tip),
        "policy": "later",
        "data": data,
        "recorded_at": "2026-11-03T18:00:00Z",
    }
    return msgspec.json.encode(state)


async def tell_unreadable(house: House, tip: UUID, name: str, version: int, data: dict[str, Any]) -> None:
    """The next event of the tips service's log, which this release cannot read."""
    house.tips._position += 1
    house.tips._versions[tip] = house.tips._versions.get(tip, 0) + 1
    state = stored(name, version, data, tip)
    await house.tips.tell_raw(Logged(tip, house.tips._versions[tip], name, state, id=house.tips._position))


async def parked(house: House) -> list[tuple[UUID, str, str]]:
    """Which tip, which event, why: oldest first."""
    rows = (await house.service.get("/operator/parked", by=OPERATOR)).json()
    assert {row["follower"] for row in rows} <= {FOLLOWER}
    return [(UUID(row["stream"]), row["name"], row["reason"]) for row in sorted(rows, key=lambda row: row["position"])]


async def until_parked(house: House, count: int) -> list[tuple[UUID, str, str]]:
    async def so_many() -> bool:
        return len(await parked(house)) == count

    await eventually(so_many)
    return await parked(house)


async def handle(house: House, what: str, position: int, body: Any = None, *, by: Person = OPERATOR) -> int:
    answer = await house.service.post(f"/operator/parked/{FOLLOWER}/{position}/{what}", body, by=by)
    return answer.status_code


async def test_an_unknown_name_and_a_newer_version_are_parked_with_what_follows_and_other_cases_go_on(
    house: House,
) -> None:
    strange, newer = uuid4(), uuid4()
    await tell_unreadable(house, strange, "tips.tip_foretold", 1, {"tip": str(strange)})
    await tell_unreadable(house, newer, "tips.tip_received", 2, {"tip": str(newer), "by_dream": True})
    for tip in (strange, newer):
        await house.tips.tell(tip, received("child", tip), case=tip)
    other = await house.open_team()

    waiting = await until_parked(house, 4)

    assert [(tip, name) for tip, name, _ in waiting] == [
        (strange, "tips.tip_foretold"),
        (newer, "tips.tip_received"),
        (strange, "tips.tip_received"),
        (newer, "tips.tip_received"),
    ]
    assert [reason for _, _, reason in waiting[2:]] == ["waits for an earlier event"] * 2
    assert "tips.tip_foretold" in waiting[0][2]
    assert not [reason for _, _, reason in waiting if "dream" in reason]
    assert await house.page(strange) == await house.page(newer) == {}
    assert (await house.page(other))["phase"] == "open"


async def test_discarded_on_record_it_lets_what_waited_behind_it_go_on(house: House) -> None:
    tip = uuid4()
    await tell_unreadable(house, tip, "tips.tip_foretold", 1, {"tip": str(tip)})
    await house.tips.tell(tip, received("child", tip), case=tip)
    await house.tips.tell(tip, screened("not_known", tip), case=tip)
    await until_parked(house, 3)

    reason = {"reason": "Foretelling came with a release that was taken back"}
    assert await handle(house, "discard", 1, reason) == 200
    assert await handle(house, "retry", 2) == 200
    await until_parked(house, 0)

    async def opened() -> bool:
        return await house.page(tip) != {}

    await eventually(opened)
    rows = [(name, state) for _, _, name, state in house.service.happened() if name.startswith("operation.")]
    assert [name for name, _ in rows] == ["operation.parked_discarded", "operation.parked_retried"]
    assert {state["actor"] for _, state in rows} == {f"account:{OPERATOR.account}"}
    assert rows[0][1]["data"] == {"follower": FOLLOWER, "at": 1, "reason": reason["reason"]}
    assert house.service.names().count("rapid_assessment.team_opened") == 1


async def test_tried_again_without_newer_code_it_stays_parked_and_so_does_what_waits(house: House) -> None:
    tip = uuid4()
    await tell_unreadable(house, tip, "tips.tip_received", 2, {"tip": str(tip)})
    await house.tips.tell(tip, screened("child", tip), case=tip)
    before = await until_parked(house, 2)

    assert await handle(house, "retry", 1) == 200
    await house.open_team()

    async def tried() -> bool:
        return "operation.parked_retried" in house.service.names()

    await eventually(tried)
    assert await parked(house) == before
    assert await house.page(tip) == {}


async def test_only_an_operator_decides_and_only_on_what_is_parked(house: House) -> None:
    tip = uuid4()
    await tell_unreadable(house, tip, "tips.tip_foretold", 1, {"tip": str(tip)})
    await until_parked(house, 1)
    before = house.service.names()

    reason = {"reason": "Not ours to know"}
    assert (await house.service.get("/operator/parked", by=COORDINATOR)).status_code == 403
    assert [await handle(house, what, 1, reason, by=COORDINATOR) for what in ("retry", "discard")] == [403, 403]
    assert [await handle(house, what, 99, reason) for what in ("retry", "discard")] == [404, 404]
    for wrong in ({}, {"reason": "x"}, {"reason": "Example Child One <script>"}):
        assert await handle(house, "discard", 1, wrong) == 422

    assert house.service.names() == before
    assert len(await parked(house)) == 1


async def test_an_event_delivered_again_by_the_message_server_has_one_effect(house: House) -> None:
    tip = uuid4()
    await house.tips.tell(tip, received("child", tip), case=tip)
    await house.until_clock(tip, "C06", "clock.started")
    before = house.service.rows()

    # The same place in the log, as after a lost acknowledgement or when the log is published again.
    house.tips._position -= 1
    house.tips._versions[tip] -= 1
    await house.tips.tell(tip, received("child", tip), case=tip)
    other = await house.tip(age="child", tip=uuid4())
    await house.open_team()

    # Later events of the stream are taken after it, so it has been looked at by now.
    assert house.service.rows()[: len(before)] == before
    assert house.service.names().count("rapid_assessment.team_opened") == 3
    assert [s for s, _, name, _ in house.service.rows() if name == "rapid_assessment.team_opened"][:2] == [
        team_of(tip),
        team_of(other),
    ]
