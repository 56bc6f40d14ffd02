"""Whether an expectation holds, asked of the house over HTTP as a coordinator and an auditor would ask."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from deploy.demo.doing import TEAMS, TIPS, Played
from deploy.demo.expectations import (
    AnyExpectation,
    ClockDue,
    ClockExcused,
    ClockExpectation,
    ClockMet,
    ClockMissedOnce,
    ClockWarned,
    DutyOpen,
    EscalationTold,
    KeptApart,
    Linked,
    NoClock,
    NoTeam,
    NotFormed,
    NoticesTold,
    ProposalRefused,
    ReceiptGiven,
    Referred,
    ReplayMentions,
    Routed,
    SeatEmpty,
    StoodDown,
    TeamFormed,
    TeamOpened,
)
from deploy.demo.interfaces import DemoStopped, Interfaces, Person, sentence_of
from deploy.demo.scenario import Scenario
from deploy.demo.steps import offset

AN_HOUR = timedelta(hours=1)
REFUSED = 409


class Checking:
    """Looks once; the player looks again while news may still be on its way."""

    def __init__(
        self, interfaces: Interfaces, people: Mapping[str, Person], scenario: Scenario, played: Played
    ) -> None:
        self._interfaces = interfaces
        self._people = people
        self._scenario = scenario
        self._played = played
        self._coordinator = self._first("cps_coordinator")
        self._auditor = self._first("auditor")

    async def holds(self, expected: AnyExpectation) -> bool:
        """Whether it is so now."""
        match expected:
            case ReceiptGiven() | Routed() | Referred() | Linked() | KeptApart():
                return await self._tip_is(expected)
            case TeamOpened() | NoTeam() | TeamFormed() | NotFormed() | SeatEmpty() | StoodDown():
                return self._team_is(expected, await self._team(expected.tip))
            case ProposalRefused():
                return await self._is_refused(expected)
            case EscalationTold() | NoticesTold():
                return await self._is_told(expected)
            case ReplayMentions():
                told = " ".join(await self.replay(expected.tip)).lower()
                return all(word.lower() in told for word in expected.words)
            case _:
                return await self._clock_is(expected)

    async def replay(self, tip: str) -> list[str]:
        """The tip's case, told sentence by sentence."""
        return [each["sentence"] for each in await self.replayed(tip)]

    async def replayed(self, tip: str) -> list[dict[str, Any]]:
        """The sentences of the tip's case."""
        sentences: list[dict[str, Any]] = (await self.replay_page(tip))["sentences"]
        return sentences

    async def replay_page(self, tip: str) -> dict[str, Any]:
        """The tip's case as the audit service tells it. Raises `DemoStopped`."""
        path = f"/cases/{self._played.references[tip]}/replay"
        answer = await self._interfaces.get(self._auditor, "audit", path)
        if not answer.is_success:
            raise DemoStopped(f"The case of tip {tip} could not be replayed: {sentence_of(answer)}")
        told: dict[str, Any] = answer.json()
        return told

    async def _tip_is(self, expected: ReceiptGiven | Routed | Referred | Linked | KeptApart) -> bool:
        if isinstance(expected, ReceiptGiven):
            body = {"receipt_code": self._played.receipts[expected.tip]}
            return (await self._interfaces.post(None, TIPS, "/receipts", body)).is_success
        page = await self._tip(expected.tip)
        state, routing = page["state"], page["routing"]
        references = self._played.references
        match expected:
            case Routed():
                told = {each["agency_id"] for each in page["to_tell"]}
                stands = (
                    routing["circuit_court_district"],
                    routing["federal_district"],
                    routing["federal_division"],
                )
                return stands == (
                    expected.circuit,
                    expected.federal_district,
                    expected.federal_division,
                ) and told >= set(expected.agencies)
            case Referred():
                return expected.agency in state["referred_to"]
            case Linked():
                other = (await self._tip(expected.to))["state"]
                return references[expected.to] in state["linked"] and references[expected.tip] in other["linked"]
            case KeptApart():
                other = (await self._tip(expected.other))["state"]
                return references[expected.other] in state["kept_apart"] and not state["linked"] and not other["linked"]

    def _team_is(
        self,
        expected: TeamOpened | NoTeam | TeamFormed | NotFormed | SeatEmpty | StoodDown,
        page: dict[str, Any] | None,
    ) -> bool:
        if page is None:
            return isinstance(expected, NoTeam)
        phase = page["phase"]
        match expected:
            case TeamOpened():
                return True
            case NoTeam() | StoodDown():
                return bool(phase == "stood_down")
            case TeamFormed():
                return bool(phase == "formed" and page["late"] == expected.late)
            case NotFormed():
                return bool(phase == "open")
            case SeatEmpty():
                return phase == "open" and expected.seat in page["empty_seats"]

    async def _is_refused(self, expected: ProposalRefused) -> bool:
        page = await self._team(expected.tip)
        if page is None:
            return False
        body = {"responder": self._people[expected.responder].account}
        path = f"/teams/{page['reference']}/seats/{expected.seat}/proposal"
        answer = await self._interfaces.post(self._people[expected.by], TEAMS, path, body, version=page["version"])
        after = await self._team(expected.tip)
        unchanged = after is not None and after["version"] == page["version"]
        return answer.status_code == REFUSED and answer.json().get("code") == expected.because and unchanged

    async def _is_told(self, expected: EscalationTold | NoticesTold) -> bool:
        params = {"tip": self._played.references[expected.tip]}
        rows = _page(await self._interfaces.get(self._coordinator, TEAMS, "/notices", params))
        if isinstance(expected, NoticesTold):
            return {row["role"] for row in rows if row["sent_at"]} >= set(expected.roles)
        return any(
            (row["role"], row["rule"], row["why"]) == (expected.role, expected.rule, "clock_missed") for row in rows
        )

    async def _clock_is(self, expected: ClockExpectation) -> bool:  # noqa: PLR0911 - one answer for each expectation
        page = await self._team(expected.tip)
        clocks = [] if page is None else [each for each in page["clocks"] if each["rule"] == expected.rule]
        if isinstance(expected, NoClock):
            return not clocks
        if not clocks or page is None:
            return False
        (clock,) = clocks
        match expected:
            case ClockDue():
                return datetime.fromisoformat(clock["due_at"]) == self._scenario.moment(expected.due)
            case ClockWarned():
                started = datetime.fromisoformat(clock["started_at"])
                warned = [datetime.fromisoformat(moment) - started for moment in clock["warned"]]
                return warned == [timedelta(hours=point) for point in expected.points]
            case ClockMet():
                return bool(clock["phase"] == "met")
            case ClockExcused():
                return bool(clock["phase"] == "excused")
            case ClockMissedOnce():
                return clock["phase"] == "missed" and await self._missed_once(expected, clock["late_seconds"])
            case DutyOpen():
                return bool(clock["phase"] != "running" and page["contact"]["duty_open"])
            case _:
                return False

    async def _missed_once(self, expected: ClockMissedOnce, late_seconds: int) -> bool:
        least = offset(expected.late_by)
        if not least <= timedelta(seconds=late_seconds) < least + AN_HOUR:
            return False
        reference = self._played.references[expected.tip]
        missed = [
            each
            for each in await self.replayed(expected.tip)
            if each["name"] == "clock.missed" and expected.rule in each["sentence"] and each["case"] == reference
        ]
        return len(missed) == 1

    async def _tip(self, tip: str) -> dict[str, Any]:
        path = f"/tips/{self._played.references[tip]}"
        page: dict[str, Any] = _page(await self._interfaces.get(self._coordinator, TIPS, path))
        return page

    async def _team(self, tip: str) -> dict[str, Any] | None:
        path = f"/teams/of-tip/{self._played.references[tip]}"
        answer = await self._interfaces.get(self._coordinator, TEAMS, path)
        page: dict[str, Any] | None = None if answer.status_code == httpx.codes.NOT_FOUND else _page(answer)
        return page

    def _first(self, role: str) -> Person:
        return next(self._people[line.account] for line in self._scenario.accounts.values() if line.role == role)


def _page(answer: httpx.Response) -> Any:
    if not answer.is_success:
        raise DemoStopped(f"A page was not shown: {sentence_of(answer)}")
    return answer.json()
