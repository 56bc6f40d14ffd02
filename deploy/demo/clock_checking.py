"""Whether a clock is where an expectation says: of a team, a reporting duty, a kit or an accused."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from contracts.rules import KEPT_BY
from deploy.demo.expectations import (
    AnyClock,
    ClockDue,
    ClockExcused,
    ClockExplained,
    ClockMet,
    ClockMissedOnce,
    ClockMissedThenMet,
    ClockWarned,
    DutyExpectation,
    DutyOpen,
    NoClock,
    NoDuty,
)
from deploy.demo.hands import CLINIC, COURTS, TEAMS, TIPS, Hands
from deploy.demo.lines import offset

AN_HOUR = timedelta(hours=1)

Clock = Mapping[str, Any]
Replayed = Callable[[str], Awaitable[Sequence[Mapping[str, Any]]]]


class CheckingClocks:
    """Looks at the page of what the clock is about."""

    def __init__(self, hands: Hands, replayed: Replayed) -> None:
        self._hands = hands
        self._replayed = replayed

    async def holds(self, expected: AnyClock) -> bool:  # noqa: PLR0911 - one answer for each expectation
        """Whether it is so now."""
        if isinstance(expected, DutyOpen):
            return await self._contact_is_owed(expected)
        if isinstance(expected, ClockExplained):
            return await self._is_explained(expected)
        clock = await self._clock(expected)
        if isinstance(expected, NoClock) or clock is None:
            return clock is None and isinstance(expected, NoClock)
        match expected:
            case ClockDue():
                return datetime.fromisoformat(clock["due_at"]) == self._hands.scenario.moment(expected.due)
            case ClockWarned():
                return _warned(clock) == expected.points
            case ClockMet():
                return (clock["phase"], clock.get("found", "")) == ("met", "")
            case ClockExcused():
                return bool(clock["phase"] == "excused")
            case ClockMissedThenMet():
                return (clock["phase"], clock["found"]) == ("missed", "met")
            case ClockMissedOnce():
                return clock["phase"] == "missed" and await self._missed_once(expected, clock["late_seconds"])

    async def _is_explained(self, expected: ClockExplained) -> bool:
        """As whoever answers for it reads it."""
        hands, rule = self._hands, expected.rule
        if expected.accused is not None and (page := await hands.case(expected.tip)):
            path = f"/cases/{page['reference']}/accused/{hands.played.accused[expected.accused]}"
            who, service, place = hands.first("prosecutor", page["office"]), COURTS, path
        elif expected.kit is not None:
            who, service, place = hands.first("clinic_coordinator"), CLINIC, f"/kits/{hands.played.kits[expected.kit]}"
        elif KEPT_BY[rule] == TIPS:
            who, service, place = hands.first("cps_coordinator"), TIPS, f"/tips/{hands.played.references[expected.tip]}"
        else:
            path = f"/teams/of-tip/{hands.played.references[expected.tip]}"
            who, service, place = hands.first("cps_coordinator"), TEAMS, path
        clock = await hands.shown(who, service, f"{place}/clocks/{rule}")
        return clock is not None and clock["arithmetic"] is not None and self._comes_to(expected, clock)

    def _comes_to(self, expected: ClockExplained, clock: Clock) -> bool:
        way, moment = clock["arithmetic"], self._hands.scenario.moment
        last = datetime.fromisoformat(way["steps"][-1]["until"])
        put_off = [each for each in clock["course"] if each["what"] == "extended" and each["by"]]
        due_at = moment(expected.extended_to or expected.reckoned)
        return (
            last == datetime.fromisoformat(clock["reckoned_due_at"]) == moment(expected.reckoned)
            and datetime.fromisoformat(clock["due_at"]) == due_at
            and [each["way"] for each in way["turned"]] == list(expected.turned)
            and [each["holiday"] or each["why"] for each in way["steps"] if each["why"] != "counted"]
            == list(expected.left_out)
            and bool(put_off) == (expected.extended_to is not None)
        )

    async def duty_holds(self, expected: DutyExpectation) -> bool:
        """Whether the reporting duty stands so."""
        duty = await self._duty(expected.tip, expected.rule)
        if isinstance(expected, NoDuty) or duty is None:
            return duty is None and isinstance(expected, NoDuty)
        missing = {part["part"] for part in duty["parts"] if part["missing"]}
        return duty["phase"] == expected.phase and missing == set(expected.missing)

    async def _clock(self, expected: AnyClock) -> Clock | None:
        """The last of its rule there."""
        if expected.kit is not None:
            clocks = await self._of_kit(expected.kit)
        elif expected.accused is not None:
            clocks = await self._of_accused(expected.tip, expected.accused)
        else:
            clocks = await self._of_tip(expected.tip, expected.rule)
        return next((each for each in reversed(clocks) if each["rule"] == expected.rule), None)

    async def _of_kit(self, kit: str) -> Sequence[Clock]:
        hands = self._hands
        page = await hands.shown(hands.first("clinic_coordinator"), CLINIC, f"/kits/{hands.played.kits[kit]}")
        return [] if page is None else list(page["clocks"])

    async def _of_accused(self, tip: str, accused: str) -> Sequence[Clock]:
        hands = self._hands
        page = await hands.case(tip)
        reference = hands.played.accused[accused]
        return [clock for each in page["accused"] if each["accused"] == reference for clock in each["clocks"]]

    async def _of_tip(self, tip: str, rule: str) -> Sequence[Clock]:
        duty = await self._duty(tip, rule)
        if duty is not None and duty["clock"] is not None:
            return [{"rule": rule, "started_at": duty["since"], **duty["clock"]}]
        page = await self._hands.team(tip)
        return [] if page is None else list(page["clocks"])

    async def _duty(self, tip: str, rule: str) -> dict[str, Any] | None:
        hands = self._hands
        place = f"/tips/{hands.played.references[tip]}/duties"
        duties = await hands.shown(hands.first("cps_coordinator"), TIPS, place)
        return next((each for each in duties if each["rule"] == rule), None)

    async def _contact_is_owed(self, expected: DutyOpen) -> bool:
        clock, page = await self._clock(expected), await self._hands.team(expected.tip)
        return clock is not None and clock["phase"] != "running" and page is not None and page["contact"]["duty_open"]

    async def _missed_once(self, expected: ClockMissedOnce, late_seconds: int) -> bool:
        least = offset(expected.late_by)
        if not least <= timedelta(seconds=late_seconds) < least + AN_HOUR:
            return False
        reference = self._hands.played.references[expected.tip]
        missed = [
            each
            for each in await self._replayed(expected.tip)
            if each["name"] == "clock.missed" and expected.rule in each["sentence"] and each["case"] == reference
        ]
        return len(missed) == 1


def _warned(clock: Clock) -> tuple[int, ...]:
    """In whole hours after the start."""
    started = datetime.fromisoformat(clock["started_at"])
    return tuple((datetime.fromisoformat(moment) - started) // AN_HOUR for moment in clock["warned"])
