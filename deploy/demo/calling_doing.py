"""The steps of people who are called: they read their mail and answer by the code in it."""

import asyncio
import json

import httpx

from deploy.demo.calling_steps import (
    AnswerByCode,
    AnswerDrill,
    CallingStep,
    EndDrill,
    ProveEmail,
    SayUnderWay,
    SetUpMail,
    StartDrill,
)
from deploy.demo.hands import NEWS_SECONDS, TEAMS, Hands, done, seat_name
from deploy.demo.post import address_of

FIRST_PAUSE_SECONDS = 0.1
OF_CASES = ("/figures", "/teams", "/notices")


class DoingByCalls:
    """By those who are called, and of drills by the coordinator."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def do(self, step: CallingStep) -> str:  # noqa: PLR0911 - one sentence for each step
        """The sentence to print. Raises `DemoStopped`."""
        who = self._hands.who
        match step:
            case SetUpMail():
                self._hands.post.set_up()
                return "The house reaches people by mail from now on; all of it ends in this demonstration's mailbox."
            case ProveEmail():
                await asyncio.gather(*(self._prove(each) for each in step.responders))
                return f"By a code that came there, these prove a mail address: {', '.join(map(who, step.responders))}."
            case AnswerByCode():
                return await self._answer(step)
            case SayUnderWay():
                page = await self._hands.page(step.responder, TEAMS, self._of_tip(step.tip), step.tip)
                place = f"/teams/{page['reference']}"
                await self._hands.command(step.responder, TEAMS, place, f"seats/{step.seat}/under-way", None, step.tip)
                return f"{who(step.responder)} says that they are on their way for tip {step.tip}."
            case StartDrill():
                return await self._start(step)
            case AnswerDrill():
                body: dict[str, object] = {"answer": step.answer}
                await self._by_code(step.responder, "/drills/page/answer", body, step.drill, drill=True)
                said = "would have come" if step.answer == "comes" else "could not have come"
                return f"{who(step.responder)} answers the drill by the code in the mail: they {said}."
            case EndDrill():
                place = f"/drills/{self._hands.played.drills[step.drill]}"
                await self._hands.command(step.by, TEAMS, place, "end", None, step.drill)
                return f"{who(step.by)} ends the drill."

    async def _prove(self, label: str) -> None:
        place = f"/responders/{self._hands.people[label].account}"
        channel = {"kind": "email", "address": address_of(label)}
        await self._hands.command(label, TEAMS, place, "channels", channel, label)
        after = self._hands.post.last()
        await self._hands.command(label, TEAMS, place, "channels/email/proof", None, label)
        code = {"code": await self._hands.post.proof(label, after)}
        await self._hands.command(label, TEAMS, place, "channels/email/proof/code", code, label)

    async def _answer(self, step: AnswerByCode) -> str:
        who, seat = self._hands.who(step.responder), seat_name(step.seat)
        if step.reason is not None:
            await self._by_code(step.responder, "/asks/decline", {"reason": step.reason}, step.tip, drill=False)
            return f"{who} says no to the seat of {seat} for tip {step.tip}, by the code in the mail."
        body: dict[str, object] = {"under_way": step.under_way}
        await self._by_code(step.responder, "/asks/acceptance", body, step.tip, drill=False)
        on_the_way = ", and is on their way" if step.under_way else ""
        return f"{who} accepts the seat of {seat} for tip {step.tip}, by the code in the mail{on_the_way}."

    async def _by_code(self, label: str, path: str, body: dict[str, object], about: str, *, drill: bool) -> None:
        """With the newest code they have, once the house knows it: it goes out before that is on record."""
        loop, pause, answer = asyncio.get_running_loop(), FIRST_PAUSE_SECONDS, httpx.Response(httpx.codes.NOT_FOUND)
        deadline = loop.time() + NEWS_SECONDS
        while answer.status_code == httpx.codes.NOT_FOUND and loop.time() < deadline:
            if code := self._hands.post.code(label, drill=drill):
                answer = await self._hands.interfaces.post(None, TEAMS, path, {"code": code} | body)
            if answer.status_code == httpx.codes.NOT_FOUND:
                await asyncio.sleep(pause)
                # Few tries: whoever tries many codes is shut out for a while.
                pause *= 2
        done(answer, about)

    async def _start(self, step: StartDrill) -> str:
        before = await shown_of_cases(self._hands)
        made = await self._hands.make(step.by, TEAMS, "/drills", {"county": step.county}, step.drill)
        self._hands.played.drills[step.drill] = made
        self._hands.played.before[step.drill] = before
        return f"{self._hands.who(step.by)} starts a drill for {step.county} County."

    def _of_tip(self, tip: str) -> str:
        return f"/teams/of-tip/{self._hands.played.references[tip]}"


async def shown_of_cases(hands: Hands) -> str:
    """All that the coordinator is shown of figures, teams and notices: a drill moves nothing of it."""
    coordinator = hands.first("cps_coordinator")
    return json.dumps([await hands.shown(coordinator, TEAMS, path) for path in OF_CASES])
