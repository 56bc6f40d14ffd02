"""Whether an expectation about legacy kits, the census or the yearly report of kits holds."""

from deploy.demo.census_doing import kit_numbered
from deploy.demo.census_expectations import CensusCounted, CensusExpectation, KitsReported, LegacyKit
from deploy.demo.hands import CLINIC, TEAMS, Hands


class CheckingCensus:
    """As whoever keeps an evidence room would look, and who answers for the report."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def holds(self, expected: CensusExpectation) -> bool:
        """Whether it is so now. Raises `DemoStopped`."""
        hands, by = self._hands, expected.by
        match expected:
            case LegacyKit():
                page = await hands.shown(by, CLINIC, f"/kits/{await kit_numbered(hands, by, expected.number)}")
                rules = tuple(each["rule"] for each in page["begun_unknown"])
                return (page["state"], rules) == (expected.state, expected.begun_unknown)
            case CensusCounted():
                return await self._is_counted(expected) and await self._is_told(by)
            case KitsReported():
                report = await hands.shown(by, CLINIC, "/kit-report", {"year": str(expected.year)})
                cells = [(each["agency"], each["state"], each["kits"]) for each in report["counts"]["cells"]]
                return (expected.agency, expected.state, expected.number) in cells

    async def _is_counted(self, expected: CensusCounted) -> bool:
        page = await self._hands.shown(expected.by, CLINIC, "/census", {"day": expected.day.isoformat()})
        lines = {each["agency"]: (each["expected"], each["seen"], each["differences"]) for each in page["keepers"]}
        return lines.get(expected.agency) == (expected.expected, expected.seen, expected.differences)

    async def _is_told(self, by: str) -> bool:
        waiting = await self._hands.shown(by, TEAMS, "/notices/waiting", {"limit": "200"})
        return any(each["about"] == "census" for each in waiting["notices"])
