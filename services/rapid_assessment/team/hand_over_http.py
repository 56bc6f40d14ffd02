"""Handing a seat over, over HTTP: whom you may name in your place, and that you name somebody."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NeverAllowed
from services.kernel.http.reading import Reader
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.ranking import Place
from services.rapid_assessment.seat_order import colleagues_of
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.hand_over import hand_over, refuse_unless_theirs
from services.rapid_assessment.team.http import Reason
from services.rapid_assessment.team.state import Team


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can take the seat now. Where they serve and how much they have to do is for who asks people."""

    account: UUID
    agency: str
    on_call: bool


class HandOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is asked in your place, and why you cannot; the reason is sealed."""

    colleague: UUID
    reason: Reason


class HandOverController(Controller):
    """For whoever is asked for a seat, or holds it."""

    path = "/teams/{team:uuid}/seats/{seat:str}"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/colleagues", opt={"action": "hand_over"})
    async def colleagues(
        self,
        team: UUID,
        seat: str,
        cases: Cases,
        views: Views,
        reader: Reader,
        time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> list[Colleague]:
        """Whom you may name, first to last. It is not said why anybody is missing."""
        caller = caller_of(request)
        me = _account(caller)
        loaded = await cases.visible(caller, "hand_over", team)
        wanted = decisions.seat_named(seat, loaded.state, cases.jurisdiction)
        refuse_unless_theirs(loaded.state, wanted, me)
        await reader.shown(caller, "who can take over a seat", loaded)
        found = await colleagues_of(cases, views, loaded, wanted, me, time.now())
        return [
            Colleague(account=each.account, agency=each.agency, on_call=each.place is not Place.NEXT) for each in found
        ]

    @post("/hand-over", opt={"action": "hand_over"}, status_code=200)
    async def hand_over(
        self, team: UUID, seat: str, data: HandOver, intent: Intent, commands: Commands, cases: Cases, views: Views
    ) -> Response[Done]:
        """You cannot, and name a colleague, who is asked at once. Until they accept nobody holds the seat."""
        me = _account(intent.caller)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "hand_over", team))
            wanted = decisions.seat_named(seat, loaded.state, cases.jurisdiction)
            places = {each.account: each.place for each in await colleagues_of(cases, views, loaded, wanted, me, now)}
            found = await cases.candidates(Team(), data.colleague)
            colleague = found.people.get(data.colleague)
            if colleague is not None and places.get(colleague.account) in {Place.ON_CALL, Place.NEXT}:
                # Who takes turns may be asked at any hour.
                colleague = msgspec.structs.replace(colleague, on_rota=True)
            events = hand_over(loaded.state, wanted, me, colleague, places, data.reason, now)
            return decided_on(loaded, events, now, rests_on=found.responders)

        return await commands.run(intent, decide)


def _account(caller: Caller) -> UUID:
    if caller.account is None:
        raise NeverAllowed
    return caller.account
