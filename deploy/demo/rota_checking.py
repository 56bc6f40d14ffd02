"""Whether an expectation about rotas holds."""

from datetime import datetime

from deploy.demo.expectations import OnCall, RotaExpectation, RotaGap, TurnsRefused
from deploy.demo.hands import TEAMS, Hands
from deploy.demo.rota_doing import turns_of


class CheckingRotas:
    """As the coordinator would look."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._coordinator = hands.first("cps_coordinator")

    async def holds(self, expected: RotaExpectation) -> bool:
        """Whether it is so now."""
        match expected:
            case OnCall():
                page = await self._hands.shown(self._coordinator, TEAMS, self._place(expected.rota))
                account = None if expected.responder is None else self._hands.people[expected.responder].account
                return page is not None and bool(page["shifts"][0]["account"] == account)
            case TurnsRefused():
                return await self._are_refused(expected)
            case RotaGap():
                return await self._is_a_gap(expected)

    async def _are_refused(self, expected: TurnsRefused) -> bool:
        place, turns = self._place(expected.rota), turns_of(self._hands, expected)
        by = self._hands.people[expected.by]
        shown = await self._hands.interfaces.post(by, TEAMS, f"{place}/rotation/check", turns)
        lacks = {(each["account"], each["lacks"]) for each in shown.json()} if shown.is_success else set()
        told = (self._hands.people[expected.holder].account, expected.lacks) in lacks
        return told and await self._hands.is_refused(expected.by, TEAMS, place, "rotation", turns, "put_on_unfit")

    async def _is_a_gap(self, expected: RotaGap) -> bool:
        since, until = (self._hands.scenario.moment(each) for each in (expected.since, expected.until))
        rows = await self._hands.shown(self._coordinator, TEAMS, "/rotas/board") or []
        gaps = [
            (datetime.fromisoformat(gap["since"]), datetime.fromisoformat(gap["until"]))
            for row in rows
            if (row["county"], row["seat"]) == (expected.county, expected.seat)
            for gap in row["gaps"]
        ]
        return (since, until) in gaps

    def _place(self, rota: str) -> str:
        return f"/rotas/{self._hands.played.rotas[rota]}"
