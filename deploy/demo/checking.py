"""Whether an expectation holds, asked of the house over HTTP as a coordinator and an auditor would ask."""

from typing import Any

from deploy.demo.calling_checking import CheckingCalls
from deploy.demo.care_checking import CheckingCare
from deploy.demo.care_expectations import CareExpectation
from deploy.demo.census_checking import CheckingCensus
from deploy.demo.census_expectations import CensusExpectation
from deploy.demo.clinic_checking import CheckingClinic
from deploy.demo.clock_checking import CheckingClocks
from deploy.demo.court_checking import CheckingCourt
from deploy.demo.expectations import (
    AnyClock,
    AnyExpectation,
    AuditExpectation,
    CallingExpectation,
    ClinicExpectation,
    CourtExpectation,
    DutyExpectation,
    FiguresRecounted,
    KeptApart,
    Linked,
    LogKept,
    NoTeam,
    NotFormed,
    NoticeExpectation,
    NoticesTold,
    ProposalRefused,
    ReceiptGiven,
    Referred,
    ReplayTells,
    RotaExpectation,
    Routed,
    SeatEmpty,
    StoodDown,
    TeamExpectation,
    TeamFormed,
    TeamOpened,
    TipExpectation,
)
from deploy.demo.figures_checking import figures_are_as_counted
from deploy.demo.hands import TEAMS, TIPS, Hands
from deploy.demo.interfaces import DemoStopped
from deploy.demo.rota_checking import CheckingRotas

AUDIT = "audit"


class Checking:
    """Looks once; the player looks again while news may still be on its way."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._coordinator = hands.first("cps_coordinator")
        self._auditor = hands.first("auditor")
        self._clocks = CheckingClocks(hands, self.replayed)
        self._clinic = CheckingClinic(hands)
        self._care = CheckingCare(hands)
        self._census = CheckingCensus(hands)
        self._court = CheckingCourt(hands)
        self._rotas = CheckingRotas(hands)
        self._calls = CheckingCalls(hands)

    async def holds(self, expected: AnyExpectation) -> bool:  # noqa: C901, PLR0911 - one answer for each part of the house
        """Whether it is so now."""
        if isinstance(expected, TipExpectation):
            return await self._tip_is(expected)
        if isinstance(expected, TeamExpectation):
            return self._team_is(expected, await self._hands.team(expected.tip))
        if isinstance(expected, ProposalRefused):
            return await self._is_refused(expected)
        if isinstance(expected, NoticeExpectation):
            return await self._is_told(expected)
        if isinstance(expected, AnyClock):
            return await self._clocks.holds(expected)
        if isinstance(expected, DutyExpectation):
            return await self._clocks.duty_holds(expected)
        if isinstance(expected, ClinicExpectation):
            return await self._clinic.holds(expected)
        if isinstance(expected, CareExpectation):
            return await self._care.holds(expected)
        if isinstance(expected, CensusExpectation):
            return await self._census.holds(expected)
        if isinstance(expected, CourtExpectation):
            return await self._court.holds(expected)
        if isinstance(expected, RotaExpectation):
            return await self._rotas.holds(expected)
        if isinstance(expected, CallingExpectation):
            return await self._calls.holds(expected)
        return await self._is_on_record(expected)

    async def replayed(self, tip: str) -> list[dict[str, Any]]:
        """The sentences of the tip's case; none before the auditors' copy holds it."""
        told = await self._hands.shown(self._auditor, AUDIT, self._replay_of(tip))
        return [] if told is None else list(told["sentences"])

    async def replay_page(self, tip: str) -> dict[str, Any]:
        """The tip's case as the audit service tells it. Raises `DemoStopped`."""
        return await self._hands.page(self._auditor, AUDIT, self._replay_of(tip), tip)

    def _replay_of(self, tip: str) -> str:
        return f"/cases/{self._hands.played.references[tip]}/replay"

    async def _is_on_record(self, expected: AuditExpectation) -> bool:
        if isinstance(expected, LogKept):
            asked = {"source": expected.service}
            auditor = self._hands.people[self._auditor]
            answer = await self._hands.interfaces.post(auditor, AUDIT, "/comparisons", asked)
            return answer.is_success and bool(answer.json()["same"])
        if isinstance(expected, FiguresRecounted):
            return await figures_are_as_counted(self._hands)
        sentences = await self.replayed(expected.tip)
        if isinstance(expected, ReplayTells):
            return {each["service"] for each in sentences} >= set(expected.services)
        told = " ".join(each["sentence"] for each in sentences).lower()
        return all(word.lower() in told for word in expected.words)

    async def _tip_is(self, expected: TipExpectation) -> bool:
        if isinstance(expected, ReceiptGiven):
            body = {"receipt_code": self._hands.played.receipts[expected.tip]}
            return (await self._hands.interfaces.post(None, TIPS, "/receipts", body)).is_success
        page = await self._tip(expected.tip)
        state, routing = page["state"], page["routing"]
        references = self._hands.played.references
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

    def _team_is(self, expected: TeamExpectation, page: dict[str, Any] | None) -> bool:
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
        page = await self._hands.team(expected.tip)
        if page is None:
            return False
        place, path = f"/teams/{page['reference']}", f"seats/{expected.seat}/proposal"
        body = {"responder": self._hands.people[expected.responder].account}
        return await self._hands.is_refused(expected.by, TEAMS, place, path, body, expected.because)

    async def _is_told(self, expected: NoticeExpectation) -> bool:
        params = {"tip": self._hands.played.references[expected.tip]}
        rows = await self._hands.shown(self._coordinator, TEAMS, "/notices", params)
        if isinstance(expected, NoticesTold):
            return {row["role"] for row in rows if row["sent_at"]} >= set(expected.roles)
        return any(
            (row["role"], row["rule"], row["why"]) == (expected.role, expected.rule, "clock_missed") for row in rows
        )

    async def _tip(self, tip: str) -> dict[str, Any]:
        place = f"/tips/{self._hands.played.references[tip]}"
        page: dict[str, Any] | None = await self._hands.shown(self._coordinator, TIPS, place)
        if page is None:
            raise DemoStopped(f"The coordinator is not shown tip {tip}.")
        return page
