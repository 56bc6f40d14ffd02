"""The clocks of 99-51-1 (C54 to C57): to the minute, typed in late, over the night of the clocks, never unreported."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.forensic_clinic.kit.duties import BOTH_HANDS_RULE, RULES, duties
from services.forensic_clinic.kit.kits import clock_of, clock_of_handover
from tests.services.forensic_clinic.kit.given import (
    MISSISSIPPI,
    called,
    in_laboratory,
    kit,
    opened,
    reported,
    result,
    sealed,
    with_police,
)
from tests.services.forensic_clinic.kit.house import (
    ANALYST,
    COORDINATOR,
    NURSE,
    OFFICER,
    REASON,
    TO_LABORATORY,
    TO_POLICE,
    House,
)
from tests.support.running_service import NOON
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
STORAGE = {"agency": "LOCAL-LE", "role": "law_enforcement", "purpose": "storage"}


async def concluded(house: House, at: datetime | None = None, **changes: str) -> UUID:
    """A sealed kit whose exam is concluded."""
    exam = await house.exam()
    sealed_kit = await house.sealed(exam, **changes)
    await house.complete(exam, at)
    return sealed_kit


def started(house: House, of: UUID, rule: str) -> dict[str, str]:
    """The clock's first event."""
    return next(
        state["data"]
        for stream, _, name, state in house.service.rows()
        if stream == clock_of(of, rule) and name == "clock.started"
    )


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_each_clock_of_a_kit_is_explained_by_the_event_it_began_with(house: House) -> None:
    kit = await house.in_laboratory()
    await house.until_idle()

    answer = await house.service.get(f"/kits/{kit}/clocks", by=NURSE)

    began = {each["clock"]: each["trigger"]["name"] for each in answer.json()}
    assert began["C55-1"] == "kit.police_called"
    assert began["C56-1"] == began["C57-1"] == "kit.accepted"
    for each in answer.json():
        ends = each["arithmetic"]["steps"][-1]["until"]
        assert moment_of(ends) == moment_of(each["due_at"])
        _, _, name, _ = house.service.rows()[each["trigger"]["position"] - 1]
        assert name == each["trigger"]["name"]
    alone = await house.service.get(f"/kits/{kit}/clocks/C57", by=NURSE)
    assert [alone.json()] == [each for each in answer.json() if each["clock"] == "C57-1"]


@pytest.mark.parametrize(("rule", "hours"), [("C54", 4), ("C55", 24), ("C56", 7 * 24), ("C57", 60 * 24)])
def test_the_periods_are_data_with_source_and_doubt(rule: str, hours: int) -> None:
    found = MISSISSIPPI.clock_rule(rule)
    assert found.period == timedelta(hours=hours)
    assert (found.kind, found.citation, found.confidence, found.period_confidence) == (
        "STAT",
        "Miss. Code 99-51-1",
        "S",
        "S",
    )


def test_that_the_sources_contradict_each_other_on_the_test_is_said_where_it_is_shown() -> None:
    rule = MISSISSIPPI.clock_rule("C57")
    assert rule.note is not None
    assert "60 days" in rule.note
    assert "45" in rule.note
    assert 45 * DAY in rule.warnings


def test_for_an_unreported_kit_nothing_is_due() -> None:
    for told in ([opened("unreported"), sealed()], with_police("unreported")):
        assert duties(kit(*told), NOON) == ()


def test_each_duty_begins_with_what_the_law_says() -> None:
    assert [each.rule for each in duties(kit(opened()), None)] == []
    assert [each.rule for each in duties(kit(opened(), sealed()), NOON)] == ["C54"]
    assert [each.rule for each in duties(kit(opened(), sealed(), called()), NOON)] == ["C54", "C55"]
    assert [(each.rule, each.done_at) for each in duties(kit(*with_police(), called()), NOON)] == [
        ("C54", NOON),
        ("C55", NOON),
        ("C56", None),
    ]
    whole = duties(kit(*in_laboratory(NOON + HOUR), called(), result(at=NOON + DAY)), NOON)
    assert [(each.rule, each.done_at) for each in whole][2:] == [("C56", NOON + HOUR), ("C57", NOON + DAY)]


def test_outsourcing_does_not_end_the_duty_to_test() -> None:
    (last,) = (each for each in duties(kit(*in_laboratory(), result("outsourced")), NOON) if each.rule == "C57")
    assert last.done_at is None


def test_conversion_begins_what_the_exam_and_the_keeping_began_for_a_reported_kit() -> None:
    later = NOON + 10 * DAY
    (call,) = duties(kit(opened("unreported"), sealed(), reported(later)), NOON)
    assert (call.rule, call.since) == ("C54", later)
    call, delivery = duties(kit(*with_police("unreported"), reported(later)), NOON)
    assert (delivery.rule, delivery.since) == ("C56", later)


async def test_every_clock_starts_and_is_met_in_turn(house: House) -> None:
    one = await concluded(house)
    await house.until_clock(one, "C54", "started")
    await house.call(one)
    await house.until_clock(one, "C54", "started", "met")
    await house.until_clock(one, "C55", "started")
    await house.hand_over(one, NURSE, OFFICER, **TO_POLICE)
    await house.until_clock(one, "C55", "started", "met")
    await house.until_clock(one, "C56", "started")
    await house.hand_over(one, OFFICER, ANALYST, **TO_LABORATORY)
    await house.until_clock(one, "C56", "started", "met")
    await house.until_clock(one, "C57", "started")
    assert (await house.page(one))["due_next"]["rule"] == "C57"
    await house.done(one, "results", {"result": "tested", "result_at": house.at()}, by=ANALYST)
    await house.until_clock(one, "C57", "started", "met")
    page = await house.page(one)
    # Beside the law's own, one for each handover that the other hand answered.
    ended = [(rule, "met") for rule in (*RULES, BOTH_HANDS_RULE, BOTH_HANDS_RULE)]
    assert [(each["rule"], each["phase"]) for each in page["clocks"]] == ended
    assert page["due_next"] is None


async def test_a_clock_met_is_met_with_the_command_that_meets_it(house: House) -> None:
    one = await concluded(house)
    await house.until_clock(one, "C54", "started")
    await house.call(one)

    rows = house.service.rows()
    met = next(state for _, _, name, state in rows if name == "clock.met")
    assert met["command_id"] == next(state["command_id"] for _, _, name, state in rows if name == "kit.police_called")


async def test_a_clock_names_the_event_that_started_it(house: House) -> None:
    one = await house.with_police()
    await house.until_clock(one, "C56", "started")
    ids = {state["event_id"]: name for _, _, name, state in house.service.rows()}
    assert ids[started(house, one, "C56")["triggered_by"]] == "kit.accepted"
    assert ids[started(house, one, "C55")["triggered_by"]] == "kit.police_called"


async def test_the_due_moment_itself_is_too_late_and_the_moment_before_is_not(house: House) -> None:
    one = await concluded(house)
    other = await concluded(house, number="ZQX-2")
    for each in (one, other):
        await house.until_clock(each, "C54", "started")
    house.service.time.turn(4 * HOUR - MOMENT)
    await house.until_clock(one, "C54", "started", "warned", "warned")
    await house.until_clock(other, "C54", "started", "warned", "warned")
    await house.until_idle()
    # Both came together: each kit's last is told.
    assert [name for *_, name, _ in house.service.rows()].count("forensic_clinic.kit_duty_pressing") == 2
    await house.call(one)
    house.service.time.turn(MOMENT)

    await house.until_clock(other, "C54", "started", "warned", "warned", "missed")
    assert house.clock_events(one, "C54")[-1] == "clock.met"
    await house.call(other)
    await house.until_idle()
    assert house.clock_events(other, "C54")[-1] == "clock.missed"


async def test_warnings_and_misses_are_told_once_to_the_roles_of_the_rule_at_the_agencies_of_the_kit(
    house: House,
) -> None:
    one = await concluded(house, NOON)
    await house.until_clock(one, "C54", "started")
    house.service.time.turn(2 * HOUR)
    await house.until_clock(one, "C54", "started", "warned")
    await house.until_idle()
    house.service.time.turn(2 * HOUR)
    await house.until_clock(one, "C54", "started", "warned", "missed")
    await house.until_idle()

    told = [state["data"] for _, _, name, state in house.service.rows() if name == "forensic_clinic.kit_duty_pressing"]
    assert [(each["kit"], each["rule"], each["missed"], each["told"]) for each in told] == [
        (str(one), "C54", False, ["forensic_nurse of BRIDGE", "clinic_coordinator of BRIDGE"]),
        (str(one), "C54", True, ["clinic_coordinator of BRIDGE", "law_enforcement"]),
    ]


async def test_a_handover_nobody_answers_is_told_of_a_reported_kit_and_of_no_other(house: House) -> None:
    kits = [await house.sealed(), await house.sealed(number="ZQX-2", consent="unreported")]
    for each in kits:
        await house.offer(each, NURSE, **(TO_POLICE if each == kits[0] else STORAGE))
    clocks = {clock_of_handover(each, 1) for each in kits}
    for ended in ("clock.warned", "clock.missed"):
        house.service.time.turn(12 * HOUR)

        async def both_ended(name: str = ended) -> bool:
            return {stream for stream, _, each, _ in house.service.rows() if each == name} >= clocks

        await eventually(both_ended)
        await house.until_idle()

    told = [state["data"] for _, _, name, state in house.service.rows() if name == "forensic_clinic.kit_duty_pressing"]
    assert [(each["kit"], each["missed"], each["told"]) for each in told if each["rule"] == BOTH_HANDS_RULE] == [
        (str(kits[0]), False, ["clinic_coordinator of BRIDGE"]),
        (str(kits[0]), True, ["clinic_coordinator of BRIDGE", "law_enforcement"]),
    ]


async def test_a_call_at_the_due_moment_misses_the_clock_by_itself(house: House) -> None:
    one = await concluded(house, NOON)
    await house.until_clock(one, "C54", "started")
    house.service.time.turn(4 * HOUR)
    await house.call(one, NOON + 4 * HOUR)
    await house.until_idle()

    assert house.clock_events(one, "C54")[-1] == "clock.missed"


async def test_a_call_in_time_typed_in_after_the_miss_is_found_met(house: House) -> None:
    one = await concluded(house, NOON)
    await house.until_clock(one, "C54", "started")
    house.service.time.turn(5 * HOUR)
    await house.until_clock(one, "C54", "started", "missed")
    await house.call(one, NOON + 4 * HOUR - MOMENT)

    await house.until_clock(one, "C54", "started", "missed", "found_met")
    assert moment_of(started(house, one, "C54")["due_at"]) == NOON + 4 * HOUR


async def test_a_night_typed_in_afterwards_is_missed_at_once_with_its_lateness_and_without_warnings(
    house: House,
) -> None:
    exam = await house.exam()
    one = await house.opened(exam, opened_at=house.at(NOON - 6 * HOUR))
    await house.complete(exam, NOON - 5 * HOUR)
    await house.until_clock(one, "C54", "started", "missed")

    missed = next(state["data"] for _, _, name, state in house.service.rows() if name == "clock.missed")
    assert (missed["late_seconds"], moment_of(missed["due_at"])) == (3600, NOON - HOUR)
    await house.call(one, NOON - 3 * HOUR)
    await house.until_clock(one, "C54", "started", "missed", "found_met")
    await house.until_clock(one, "C55", "started")
    assert moment_of(started(house, one, "C55")["due_at"]) == NOON + 21 * HOUR


async def test_a_call_corrected_to_a_time_too_late_is_found_missed(house: House) -> None:
    one = await concluded(house, NOON)
    await house.until_clock(one, "C54", "started")
    house.service.time.turn(HOUR)
    await house.call(one)
    house.service.time.turn(6 * HOUR)
    await house.done(one, "call-correction", {"called_at": house.at(NOON + 5 * HOUR), "reason": REASON}, by=NURSE)

    await house.until_clock(one, "C54", "started", "met", "found_missed")
    await house.until_idle()
    told = [state["data"] for _, _, name, state in house.service.rows() if name == "forensic_clinic.kit_duty_pressing"]
    assert [(each["missed"], each["told"]) for each in told] == [
        (True, ["clinic_coordinator of BRIDGE", "law_enforcement of LOCAL-LE"])
    ]


async def test_a_day_is_24_hours_over_the_night_the_clocks_go_forward(house: House) -> None:
    noon_central = datetime(2027, 3, 13, 18, tzinfo=UTC)
    house.service.time.turn(noon_central - house.now)
    one = await house.sealed(opened_at="2027-03-13T12:00:00-06:00")
    body = {"agency": "LOCAL-LE", "called_at": "2027-03-13T12:00:00-06:00", "spoke_with": "Example Officer Zqx"}
    await house.done(one, "calls", body, by=NURSE)
    await house.until_clock(one, "C55", "started")

    assert moment_of(started(house, one, "C55")["due_at"]) == datetime.fromisoformat("2027-03-14T13:00:00-05:00")
    house.service.time.turn(DAY - MOMENT)
    await house.until_clock(one, "C55", "started", "warned", "warned")
    house.service.time.turn(MOMENT)
    await house.until_clock(one, "C55", "started", "warned", "warned", "missed")


async def test_no_clock_runs_for_an_unreported_kit_until_the_patient_converts_it(house: House) -> None:
    one = await concluded(house, consent="unreported")
    await house.hand_over(one, NURSE, OFFICER, **STORAGE)
    house.service.time.turn(30 * DAY)
    await house.until_idle()
    assert [house.clock_events(one, rule) for rule in RULES] == [[], [], [], []]

    await house.done(one, "report", {"reported_at": house.at()}, by=COORDINATOR)
    await house.until_clock(one, "C54", "started")
    await house.until_clock(one, "C56", "started")
    assert moment_of(started(house, one, "C54")["started_at"]) == house.now
    assert moment_of(started(house, one, "C56")["started_at"]) == house.now
    await house.call(one)
    await house.until_clock(one, "C55", "started", "met")
    await house.until_clock(one, "C54", "started", "met")


async def test_of_a_kit_set_aside_no_clock_runs_on(house: House) -> None:
    exam = await house.exam()
    early, late = await house.opened(exam), await house.opened(exam, number="ZQX-2")
    await house.done(late, "setting-aside", {"reason": REASON}, by=NURSE)
    await house.complete(exam)
    await house.until_clock(early, "C54", "started")
    await house.done(early, "setting-aside", {"reason": REASON}, by=NURSE)

    await house.until_clock(early, "C54", "started", "excused")
    await house.until_idle()
    assert house.clock_events(late, "C54") == []


async def test_an_exam_concluded_before_its_kit_was_typed_in_starts_the_clock_too(house: House) -> None:
    exam = await house.exam()
    await house.complete(exam, NOON - HOUR)
    one = await house.opened(exam, opened_at=house.at(NOON - 2 * HOUR))

    await house.until_clock(one, "C54", "started")
    assert moment_of(started(house, one, "C54")["due_at"]) == NOON + 3 * HOUR
