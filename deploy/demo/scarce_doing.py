"""The steps where times of exams are short, done over HTTP."""

from deploy.demo.hands import CLINIC, Hands
from deploy.demo.scarce_steps import (
    AnswerNoSlot,
    BookHeld,
    FallIll,
    NoteAssault,
    ScarceStep,
    StateHours,
    WaitOnStandby,
)


class DoingWhereScarce:
    """By those who wait for a time, and by the nurse whose hours they are."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def do(self, step: ScarceStep) -> str:
        """The sentence to print. Raises `DemoStopped`."""
        if isinstance(step, FallIll | StateHours):
            return await self._of_nurse(step)
        who = self._hands.who(step.by)
        place = f"/exams/{self._hands.played.exams[step.exam]}"
        match step:
            case NoteAssault():
                known = {"earliest": self._hands.moment(step.earliest), "latest": self._hands.moment(step.latest)}
                await self._hands.command(step.by, CLINIC, place, "assault-time", known, step.tip)
                return f"{who} notes for exam {step.exam} when it happened."
            case AnswerNoSlot():
                body = {"choice": step.choice, "reason": step.reason}
                await self._hands.command(step.by, CLINIC, place, "no-slot", body, step.tip)
                chosen = step.choice.replace("_", " ")
                return f"No time is free in time for exam {step.exam}. {who} chooses: {chosen}."
            case WaitOnStandby():
                await self._hands.command(step.by, CLINIC, place, "standby", {"on": True}, step.tip)
                return f"{who} puts exam {step.exam} on the standby list."
            case BookHeld():
                slot = (await self._hands.page(step.by, CLINIC, place, step.tip))["slot"]
                await self._hands.command(step.by, CLINIC, place, "booking", slot, step.tip)
                return f"{who} books the time that is held for exam {step.exam}."

    async def _of_nurse(self, step: FallIll | StateHours) -> str:
        who, place = self._hands.who(step.nurse), f"/nurses/{self._hands.people[step.nurse].account}"
        if isinstance(step, FallIll):
            body = {"since": self._hands.moment(step.at), "until": self._hands.moment(step.until)}
            await self._hands.command(step.nurse, CLINIC, place, "illness", body, step.tip)
            return f"{who} cannot come until {step.until}: what is booked with her waits for another."
        body = {"since": self._hands.moment(step.since), "until": self._hands.moment(step.until)}
        await self._hands.command(step.nurse, CLINIC, place, "availability", body, step.tip)
        return f"{who} can be booked, {step.since} to {step.until}."
