"""Whether an expectation about who was called holds: by the page of the team, by the mails that came, by the drill."""

from typing import Any

from deploy.demo.calling_doing import shown_of_cases
from deploy.demo.expectations import (
    Called,
    CallingExpectation,
    DrillShows,
    MailsGot,
    NobodyLeft,
    NothingMoved,
    UnderWay,
)
from deploy.demo.hands import TEAMS, Hands
from deploy.demo.post import Counted


class CheckingCalls:
    """As the coordinator looks, and whoever has the mail."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._coordinator = hands.first("cps_coordinator")

    async def holds(self, expected: CallingExpectation) -> bool:
        """Whether it is so now."""
        match expected:
            case Called():
                ladder = await self._ladder(expected.tip, expected.seat)
                called = [] if ladder is None else [each["responder"] for each in ladder["called"] if each["rung"]]
                return called == [self._hands.people[each].account for each in expected.responders]
            case NobodyLeft():
                ladder = await self._ladder(expected.tip, expected.seat)
                tip = {"tip": self._hands.played.references[expected.tip]}
                rows = await self._hands.shown(self._coordinator, TEAMS, "/notices", tip)
                told = {row["role"] for row in rows if row["why"] == "nobody_left"}
                return ladder is not None and bool(ladder["rests"]) and told == set(expected.told)
            case UnderWay():
                page = await self._hands.team(expected.tip)
                seat = None if page is None else page["seats"][expected.seat]
                account = self._hands.people[expected.responder].account
                return seat is not None and (seat["held_by"], seat["under_way"]) == (account, True)
            case MailsGot():
                return self._hands.post.counted(expected.responder) == Counted(expected.asks, expected.of_drills)
            case DrillShows():
                return await self._shows(expected)
            case NothingMoved():
                return await shown_of_cases(self._hands) == self._hands.played.before[expected.drill]

    async def _ladder(self, tip: str, seat: str) -> dict[str, Any] | None:
        page = await self._hands.team(tip)
        return None if page is None else page["ladders"].get(seat)

    async def _shows(self, expected: DrillShows) -> bool:
        place = f"/drills/{self._hands.played.drills[expected.drill]}"
        shown = await self._hands.shown(self._coordinator, TEAMS, place)
        seats = {} if shown is None else {each["seat"]: each for each in shown["drill"]["seats"]}
        seat = seats.get(expected.seat)
        who = None if expected.responder is None else self._hands.people[expected.responder].account
        minutes = None if seat is None or seat["seconds"] is None else seat["seconds"] // 60
        return seat is not None and (seat["standing"], seat["responder"], minutes) == (
            expected.standing,
            who,
            expected.minutes,
        )
