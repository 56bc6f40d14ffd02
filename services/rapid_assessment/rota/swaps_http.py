"""Swaps over HTTP: between two people of one rota, who both say yes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, post

from contracts.periods import Period
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NeverAllowed
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.rota import swaps
from services.rapid_assessment.rota.fitness import Lacking
from services.rapid_assessment.rota.state import Rota
from services.rapid_assessment.rota.swaps import AgreeSwap, OfferSwap
from services.rapid_assessment.rotas import People, people_of, visible_rota


class SwapController(Controller):
    """For those on the rota; who keeps it puts somebody in another's place instead."""

    path = "/rotas/{rota:uuid}/swaps"
    tags = ["Rotas"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "swap_turn"}, status_code=200)
    async def offer(
        self, rota: UUID, data: OfferSwap, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """A turn of yours to somebody, for one of theirs or for nothing. They are told."""
        me = _me(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_rota(cases, intent.caller, "swap_turn", rota))
            gets = swaps.turn(loaded.state, data.rotation, data.in_return)
            lacks, people = await _lacks(cases, loaded.state, me, gets, now)
            events = swaps.offer(loaded.state, data, me, uuid4(), lacks, now)
            return decided_on(loaded, events, now, rests_on=people.rests_on)

        return await commands.run(intent, decide)

    @post("/check", opt={"action": "swap_turn"}, status_code=200)
    async def check_offer(
        self, rota: UUID, data: OfferSwap, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[Lacking]:
        """What you lack for the turn you would have. Changes nothing."""
        caller = caller_of(request)
        loaded = await visible_rota(cases, caller, "swap_turn", rota)
        gets = swaps.turn(loaded.state, data.rotation, data.in_return)
        return list((await _lacks(cases, loaded.state, _account(caller), gets, time.now()))[0])

    @post("/{swap:uuid}/agreement", opt={"action": "swap_turn"}, status_code=200)
    async def agree(
        self, rota: UUID, swap: UUID, data: AgreeSwap, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Yes: the turns change hands, and move with the rota if its hand-over is moved."""
        me = _me(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_rota(cases, intent.caller, "swap_turn", rota))
            lacks, people = await _lacks(cases, loaded.state, me, _gets(loaded.state, swap), now)
            events = swaps.agree(loaded.state, swap, me, lacks, now, all_the_same=data.all_the_same)
            return decided_on(loaded, events, now, rests_on=people.rests_on)

        return await commands.run(intent, decide)

    @post("/{swap:uuid}/agreement/check", opt={"action": "swap_turn"}, status_code=200)
    async def check(
        self, rota: UUID, swap: UUID, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[Lacking]:
        """What you lack for the turn you would have. Changes nothing."""
        caller = caller_of(request)
        loaded = await visible_rota(cases, caller, "swap_turn", rota)
        gets = _gets(loaded.state, swap)
        return list((await _lacks(cases, loaded.state, _account(caller), gets, time.now()))[0])

    @post("/{swap:uuid}/decline", opt={"action": "swap_turn"}, status_code=200)
    async def decline(self, rota: UUID, swap: UUID, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """No."""
        me = _me(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_rota(cases, intent.caller, "swap_turn", rota))
            return decided_on(loaded, swaps.decline(loaded.state, swap, me), now)

        return await commands.run(intent, decide)

    @post("/{swap:uuid}/withdrawal", opt={"action": "swap_turn"}, status_code=200)
    async def withdraw(
        self, rota: UUID, swap: UUID, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Not after all, while nobody has answered."""
        me = _me(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_rota(cases, intent.caller, "swap_turn", rota))
            return decided_on(loaded, swaps.withdraw(loaded.state, swap, me), now)

        return await commands.run(intent, decide)


def _gets(rota: Rota, swap: UUID) -> list[Period]:
    offered = rota.swap(swap)
    return swaps.turn(rota, offered.rotation, offered.number) if offered is not None else []


async def _lacks(
    cases: Cases, rota: Rota, who: UUID, gets: Sequence[Period], now: datetime
) -> tuple[Sequence[Lacking], People]:
    people = await people_of(cases, [who])
    return people.lacks({who: gets}, cases.jurisdiction.seat(rota.seat), cases.jurisdiction, now), people


def _me(intent: Intent) -> UUID:
    return _account(intent.caller)


def _account(caller: Caller) -> UUID:
    if caller.account is None:
        raise NeverAllowed
    return caller.account
