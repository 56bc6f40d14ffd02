"""The checks themselves: each finds the fault it is for, and none where there is none."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
import pytest

from tests.chaos import checks
from tests.chaos.load import Acknowledged, Declined
from tests.chaos.records import KeyRow, Ledger, Row

NOON = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
DUE = NOON + timedelta(hours=24)
WARN = NOON + timedelta(hours=12)
AT_ONCE = timedelta()
LATER = NOON + timedelta(hours=30)


class Rows:
    """A log in the making: positions and versions follow of themselves."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(
        self,
        name: str,
        stream: UUID,
        *,
        at: datetime = NOON,
        actor: str = "service:example",
        cause: UUID | None = None,
        command: UUID | None = None,
        **data: Any,
    ) -> Row:
        version = 1 + sum(row.stream == stream for row in self.rows)
        head = {
            "event_id": uuid4(),
            "actor": actor,
            "command_id": command or uuid4(),
            "causation_id": cause,
            "recorded_at": at,
            "data": data,
        }
        row = Row(len(self.rows) + 1, stream, version, name, msgspec.json.encode(head))
        self.rows.append(row)
        return row


def digest(key: str) -> bytes:
    return key.encode()


def a_clock(*more: tuple[str, datetime, dict[str, Any]]) -> list[Row]:
    log, clock = Rows(), uuid4()
    log.add("clock.started", clock, rule="C06", due_at=DUE.isoformat(), warn_at=[WARN.isoformat()])
    for name, at, data in more:
        log.add(name, clock, at=at, **data)
    return log.rows


Moment = tuple[str, datetime, dict[str, Any]]
WARNED: Moment = ("clock.warned", WARN, {"warn_at": WARN.isoformat()})
MISSED: Moment = ("clock.missed", DUE, {})
MET: Moment = ("clock.met", DUE - timedelta(hours=1), {"met_at": (DUE - timedelta(hours=1)).isoformat()})
EXCUSED: Moment = ("clock.excused", DUE, {})


@pytest.mark.parametrize("life", [(WARNED, MISSED), (MISSED,), (MET,), (WARNED, MISSED, EXCUSED), (EXCUSED,)])
def test_a_clock_that_ended_once_is_well(life: tuple[Any, ...]) -> None:
    assert checks.clocks_end_once(a_clock(*life), LATER, AT_ONCE) == []


@pytest.mark.parametrize(
    ("life", "word"),
    [
        ((WARNED,), "has not ended"),
        ((MISSED, MISSED), "more than once"),
        ((MET, MISSED), "more than once"),
        ((MET, EXCUSED), "more than once"),
        ((("clock.missed", DUE - timedelta(seconds=1), {}),), "before its time"),
        ((("clock.met", LATER, {"met_at": DUE.isoformat()}),), "after its time"),
        ((WARNED, WARNED, MISSED), "2 times"),
        ((("clock.warned", WARN - timedelta(seconds=1), WARNED[2]), MISSED), "too early or too late"),
        ((("clock.warned", DUE, WARNED[2]), MISSED), "too early or too late"),
        ((MET, WARNED), "too early or too late"),
        ((("clock.warned", WARN, {"warn_at": NOON.isoformat()}), MISSED), "never said"),
    ],
)
def test_a_clock_that_is_doubled_early_late_or_lost_is_found(life: tuple[Any, ...], word: str) -> None:
    assert any(word in fault for fault in checks.clocks_end_once(a_clock(*life), LATER, AT_ONCE))


def test_a_running_clock_that_left_out_its_warning_is_found() -> None:
    between = WARN + timedelta(hours=1)
    assert checks.clocks_end_once(a_clock(WARNED), between, AT_ONCE) == []
    assert "did not warn" in checks.clocks_end_once(a_clock(), between, AT_ONCE)[0]


def test_a_gap_in_a_log_is_found() -> None:
    log, stream = Rows(), uuid4()
    for _ in range(3):
        log.add("example", stream)
    assert checks.log_is_whole("tips", log.rows) == []
    assert checks.log_is_whole("tips", [*log.rows[:2], log.rows[2]._replace(position=7)])
    assert checks.log_is_whole("tips", [*log.rows[:2], log.rows[2]._replace(version=9)])


def test_time_that_goes_back_and_an_event_stored_twice_are_found() -> None:
    log = Rows()
    log.add("example", uuid4())
    log.add("example", uuid4(), at=NOON - timedelta(seconds=1))
    assert "before its predecessor" in checks.log_is_whole("tips", log.rows)[0]
    twice = [log.rows[0], log.rows[0]._replace(position=2, stream=uuid4())]
    assert "2 times" in checks.log_is_whole("tips", twice)[0]


def a_command() -> tuple[Rows, Acknowledged, dict[bytes, KeyRow]]:
    log, tip = Rows(), uuid4()
    row = log.add("tips.tip_received", tip, actor="account:example")
    told = Acknowledged(service="tips", what="tips", key="one", reference=tip, version=1, position=row.position)
    return log, told, {b"one": KeyRow(tip, 1, row.position)}


def test_an_acknowledged_command_that_is_missing_or_elsewhere_is_found() -> None:
    log, told, keys = a_command()
    find = checks.nothing_acknowledged_is_missing
    assert find(Ledger(log.rows, keys, []), [told], digest) == []
    assert find(Ledger(log.rows, {}, []), [told], digest)
    assert find(Ledger([], keys, []), [told], digest)
    assert find(Ledger(log.rows, {b"one": keys[b"one"]._replace(version=2)}, []), [told], digest)
    other = log.rows[0]._replace(stream=uuid4())
    assert find(Ledger([other], keys, []), [told], digest)


def test_a_second_effect_of_a_key_is_found() -> None:
    log, told, keys = a_command()
    assert checks.each_key_has_one_effect(Ledger(log.rows, keys, []), [told], 0) == []
    log.add("sign_in.signed_in", uuid4(), actor="account:example")
    assert checks.each_key_has_one_effect(Ledger(log.rows, keys, []), [told], 0) == []
    log.add("tips.tip_received", uuid4(), actor="account:example")
    assert "to nobody" in checks.each_key_has_one_effect(Ledger(log.rows, keys, []), [told], 0)[0]


def test_a_refused_command_that_stands_is_found() -> None:
    log, _, keys = a_command()
    refused = Declined(service="tips", what="tips", key="one", status=409)
    assert checks.nothing_refused_left_a_trace(Ledger(log.rows, keys, []), [refused], digest)
    assert not checks.nothing_refused_left_a_trace(Ledger(log.rows, {}, []), [refused], digest)


def test_a_reaction_that_happened_twice_is_found() -> None:
    log, notice, cause = Rows(), uuid4(), uuid4()
    log.add("notice.sent", notice, cause=cause)
    log.add("notice.sent", notice, cause=uuid4())
    assert checks.reactions_happened_once("rapid_assessment", log.rows) == []
    log.add("notice.sent", notice, cause=cause)
    assert checks.reactions_happened_once("rapid_assessment", log.rows)


def test_of_a_week_that_is_over_each_reader_is_found_once_by_each_rule() -> None:
    log, week, cause, found = Rows(), uuid4(), uuid4(), "audit.unusual_reading_found"
    for account, rule in (("a", "many_cases"), ("a", "at_night"), ("b", "at_night")):
        log.add(found, week, cause=cause, account=account, rule=rule)
    assert checks.reactions_happened_once("audit", log.rows) == []
    log.add(found, week, cause=cause, account="b", rule="at_night")
    assert len(checks.reactions_happened_once("audit", log.rows)) == 1


def test_a_tip_without_its_team_or_clocks_or_news_is_found() -> None:
    tips, teams, tip = Rows(), Rows(), uuid4()
    tips.add("tips.tip_received", tip, age="not_known")
    assert checks.every_tip_has_its_team(tips.rows, teams.rows)
    teams.add("rapid_assessment.team_opened", uuid5(tip, "team"), tip=str(tip))
    assert len(checks.every_tip_has_its_team(tips.rows, teams.rows)) == 2
    for rule in ("C06", "C02"):
        teams.add("clock.started", uuid4(), rule=rule)
    assert checks.every_tip_has_its_team(tips.rows, teams.rows) == []
    assert checks.tips_heard_of_their_teams(tips.rows, teams.rows)
    tips.add("tip.team_noted", tip, news="opened")
    assert checks.tips_heard_of_their_teams(tips.rows, teams.rows) == []


def test_a_tip_without_a_reporting_duty_or_a_duty_without_its_clock_is_found() -> None:
    tips, tip = Rows(), uuid4()
    tips.add("tips.tip_received", tip, age="child")
    assert "no duty C12" in checks.every_tip_has_its_duties(tips.rows, ["C12"])[0]
    tips.add("duty.arose", uuid4(), tip=str(tip), rule="C12", due_at=DUE.isoformat())
    assert len(checks.every_tip_has_its_duties(tips.rows, ["C12"])) == 1
    tips.add("clock.started", uuid4(), rule="C12")
    assert checks.every_tip_has_its_duties(tips.rows, ["C12"]) == []


def test_a_miss_that_nobody_was_told_of_is_found() -> None:
    log, notice = Rows(), uuid4()
    missed = log.add("clock.missed", uuid4())
    assert checks.everybody_was_told(log.rows)
    log.add("notice.requested", notice, cause=missed.head.event_id)
    assert "0 times" in checks.everybody_was_told(log.rows)[0]
    log.add("notice.sent", notice)
    assert checks.everybody_was_told(log.rows) == []


def test_a_warning_that_nobody_was_told_of_is_found_but_for_one_that_the_next_overtook() -> None:
    log, clock, notice = Rows(), uuid4(), uuid4()
    log.add("clock.warned", clock)
    assert checks.everybody_was_told(log.rows)
    second = log.add("clock.warned", clock)
    assert len(checks.everybody_was_told(log.rows)) == 1
    log.add("notice.requested", notice, cause=second.head.event_id)
    log.add("notice.sent", notice)
    assert checks.everybody_was_told(log.rows) == []
    log.add("clock.missed", clock)
    assert len(checks.everybody_was_told(log.rows)) == 1


def test_a_team_that_forms_twice_in_one_opening_is_found() -> None:
    log, team = Rows(), uuid4()
    for name in ("team_opened", "team_formed", "team_opened", "team_formed"):
        log.add(f"rapid_assessment.{name}", team)
    assert checks.teams_form_once_an_opening(log.rows) == []
    log.add("rapid_assessment.team_formed", team)
    assert checks.teams_form_once_an_opening(log.rows)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows[:-1],
        lambda rows: [*rows[:-1], rows[-1]._replace(state=rows[-1].state + b" ")],
        lambda rows: [*rows, rows[-1]],
    ],
)
def test_a_copy_that_differs_in_one_byte_or_row_is_found(spoil: Callable[[list[Row]], list[Row]]) -> None:
    log = Rows()
    for _ in range(3):
        log.add("example", uuid4())
    assert checks.copy_is_equal("tips", log.rows, list(log.rows)) == []
    assert checks.copy_is_equal("tips", log.rows, spoil(log.rows))


def test_what_is_parked_is_found() -> None:
    assert checks.nothing_is_parked({"tips": Ledger([], {}, [("example", 1, "why")])})


def an_exam(log: Rows, name: str = "exam.assigned", *, nurse: str = "nurse", room: str = "room", at: int = 0) -> UUID:
    exam, since = uuid4(), NOON + timedelta(hours=at)
    log.add(name, exam, nurse=nurse, room=room, since=since.isoformat(), until=(since + timedelta(hours=1)).isoformat())
    return exam


def test_a_nurse_or_a_room_with_two_exams_at_once_is_found() -> None:
    log = Rows()
    an_exam(log)
    an_exam(log, at=1)
    an_exam(log, nurse="other nurse", room="other room")
    assert checks.nobody_is_examined_in_two_places(log.rows) == []
    given_up = an_exam(log, "exam.held", room="third room")
    assert len(checks.nobody_is_examined_in_two_places(log.rows)) == 1
    log.add("exam.hold_released", given_up)
    assert checks.nobody_is_examined_in_two_places(log.rows) == []
    done = an_exam(log, nurse="third nurse", room="third room", at=9)
    log.add("forensic_clinic.exam_completed", done, completed_at=(NOON + timedelta(hours=9, minutes=30)).isoformat())
    again = an_exam(log, nurse="third nurse", at=9)
    assert len(checks.nobody_is_examined_in_two_places(log.rows)) == 1
    log.add("forensic_clinic.exam_cancelled", again)
    an_exam(log, nurse="third nurse")
    assert len(checks.nobody_is_examined_in_two_places(log.rows)) == 1


def test_a_kit_taken_twice_or_without_an_offer_is_found() -> None:
    log, kit = Rows(), uuid4()
    for number in (1, 2):
        log.add("kit.offered", kit, handover=number)
        log.add("kit.accepted", kit, handover=number)
    assert checks.kits_are_in_one_hand(log.rows) == []
    log.add("kit.accepted", kit, handover=2)
    assert len(checks.kits_are_in_one_hand(log.rows)) == 1


def test_a_finding_of_a_log_that_nobody_touched_is_false_and_that_a_copy_was_behind_is_not() -> None:
    log, stream = Rows(), uuid4()
    of: dict[str, Any] = {"source": "tips", "first": 4, "last": 4, "there": "", "here": ""}
    log.add("audit.finding_found", stream, kind="behind", **of)
    assert checks.nobody_is_accused(log.rows) == []
    log.add("audit.gap_found", stream, source="tips", after=3, before=5)
    log.add("audit.finding_found", stream, kind="forked", **of)
    assert checks.nobody_is_accused(log.rows) == [
        "audit found gap in tips, which nobody touched",
        "audit found forked in tips, which nobody touched",
    ]
