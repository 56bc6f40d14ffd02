"""The steps on rotas, done over HTTP."""

from typing import Any

from deploy.demo.expectations import TurnsRefused
from deploy.demo.hands import TEAMS, Hands, seat_name
from deploy.demo.rota_steps import OpenRota, RotaStep, SetTurns, StandIn, SwapTurns

ALL_THE_SAME = {"all_the_same": True}


class DoingOnRotas:
    """By the coordinator, and swaps by the two whose turns they are."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def do(self, step: RotaStep) -> str:
        """The sentence to print. Raises `DemoStopped`."""
        who = self._hands.who
        match step:
            case OpenRota():
                area = {"counties": step.counties} if step.counties else {"statewide": True}
                opening = {"seat": step.seat, "area": area}
                made = await self._hands.make(step.by, TEAMS, "/rotas", opening, step.rota)
                self._hands.played.rotas[step.rota] = made
                where = ", ".join(step.counties) or "the whole state"
                return f"{who(step.by)} opens a rota of {seat_name(step.seat)}s for {where}."
            case SetTurns():
                await self._command(step.by, step.rota, "rotation", turns_of(self._hands, step) | ALL_THE_SAME)
                return f"{who(step.by)} sets turns of {step.hours} hours: {', '.join(map(who, step.responders))}."
            case StandIn():
                times = {"since": self._hands.moment(step.since), "until": self._hands.moment(step.until)}
                account = self._hands.people[step.responder].account
                await self._command(step.by, step.rota, "overrides", {"account": account, **times, **ALL_THE_SAME})
                return f"{who(step.responder)} stands in from {step.since} to {step.until}."
            case SwapTurns():
                await self._swap(step)
                return f"{who(step.responder)} and {who(step.holder)} swap turns {step.number} and {step.in_return}."

    async def _swap(self, step: SwapTurns) -> None:
        page = await self._page(step.responder, step.rota)
        offer = {
            "rotation": page["rota"]["rotations"][-1]["rotation"],
            "number": step.number,
            "to": self._hands.people[step.holder].account,
            "in_return": step.in_return,
        }
        await self._command(step.responder, step.rota, "swaps", offer | ALL_THE_SAME)
        offered = (await self._page(step.holder, step.rota))["rota"]["swaps"][-1]["swap"]
        await self._command(step.holder, step.rota, f"swaps/{offered}/agreement", ALL_THE_SAME)

    async def _page(self, by: str, rota: str) -> dict[str, Any]:
        return await self._hands.page(by, TEAMS, f"/rotas/{self._hands.played.rotas[rota]}", rota)

    async def _command(self, by: str, rota: str, path: str, body: object) -> None:
        await self._hands.command(by, TEAMS, f"/rotas/{self._hands.played.rotas[rota]}", path, body, rota)


def turns_of(hands: Hands, line: SetTurns | TurnsRefused) -> dict[str, object]:
    """As they are sent."""
    return {
        "participants": [hands.people[each].account for each in line.responders],
        "shift_hours": line.hours,
        "starts_at": hands.moment(line.starts),
    }
