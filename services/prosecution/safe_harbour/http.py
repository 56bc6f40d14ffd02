"""An accused who may be a victim, over HTTP: what is on record, grounds, indicators, the alert, referrals."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.reading import Reader
from services.prosecution.cases import accused_in
from services.prosecution.safe_harbour import grounds, referrals
from services.prosecution.safe_harbour.harbours import Harbours, of_accused, seeing_roles
from services.prosecution.safe_harbour.page import HarbourOnPage, harbour_page, harbours_page

At = Annotated[datetime, msgspec.Meta(tz=True)]
Signs = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=50)]


class FindGround(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ground that people find, of the closed list, and when it was found."""

    ground: str
    at: At


class EndGround(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it holds no more, of the closed list."""

    ground: str
    reason: str


class NoteIndicators(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signs of the state's screening list, and when they were noticed."""

    indicators: Signs
    at: At


class SeeAlert(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing more is said than that you have seen it."""


class MakeReferral(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the accused was referred."""

    at: At


class LeaveReferral(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why they were not, of the closed list."""

    reason: str


class AnswerReferral(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was said of it, of the closed list, and when."""

    answer: str
    at: At


class SafeHarbourController(Controller):
    """Under a case's path. `If-Match` is the version of the accused's safe harbour, 0 while nothing is on record."""

    path = "/cases/{case:uuid}"
    tags = ["Safe harbour"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/safe-harbour", opt={"action": "read_case"})
    async def read(
        self, case: UUID, harbours: Harbours, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[HarbourOnPage]:
        """Of every accused of the case, by reference. You were shown it is on record."""
        loaded = await harbours.cases.visible(caller_of(request), "read_case", case)
        shown, streams = await harbours_page(harbours, loaded.state)
        await reader.shown(caller_of(request), "safe harbour of a case", loaded, *streams)
        return list(shown)

    @get("/accused/{accused:uuid}/safe-harbour", opt={"action": "read_case"})
    async def read_one(
        self, case: UUID, accused: UUID, harbours: Harbours, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[HarbourOnPage]:
        """One of them, with the `ETag` that commands about this accused are to send."""
        stands = await harbours.cases.visible(caller_of(request), "read_case", case)
        accused_in(stands.state, accused)
        loaded = await harbours.harbour(accused)
        await reader.shown(caller_of(request), "safe harbour of a case", stands, *([loaded] if loaded.exists else []))
        return Response(harbour_page(harbours, accused, loaded), headers={"ETag": f'"{loaded.version}"'})

    @post("/accused/{accused:uuid}/safe-harbour/grounds", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def find(
        self, case: UUID, accused: UUID, data: FindGround, intent: Intent, commands: Commands, harbours: Harbours
    ) -> Response[Done]:
        """The accused is, or was, a victim. Convictions are listed and referrals owed in the same commit."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            of = of_accused(stands.state, accused)
            events = grounds.find(loaded.state, of, data.ground, data.at, harbours.lists, now)
            events = harbours.kept_up(stands.state, accused, loaded, events, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/accused/{accused:uuid}/safe-harbour/grounds/end", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def end(
        self, case: UUID, accused: UUID, data: EndGround, intent: Intent, commands: Commands, harbours: Harbours
    ) -> Response[Done]:
        """What people found does not hold."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            of = of_accused(stands.state, accused)
            events = grounds.end(loaded.state, of, data.ground, data.reason, harbours.lists)
            events = harbours.kept_up(stands.state, accused, loaded, events, now)
            return decided_on(loaded, events, now, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/accused/{accused:uuid}/safe-harbour/indicators", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def note_indicators(
        self, case: UUID, accused: UUID, data: NoteIndicators, intent: Intent, commands: Commands, harbours: Harbours
    ) -> Response[Done]:
        """The accused shows signs of trafficking: referrals to the task force and to an advocate are owed."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            known = harbours.cases.jurisdiction.instrument_at(now).codes
            of = of_accused(stands.state, accused)
            events = referrals.note_indicators(loaded.state, of, data.indicators, data.at, known, now)
            events = harbours.kept_up(stands.state, accused, loaded, events, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/accused/{accused:uuid}/safe-harbour/seen", opt={"action": "see_safe_harbour"}, status_code=200)
    async def see(
        self, case: UUID, accused: UUID, data: SeeAlert, intent: Intent, commands: Commands, harbours: Harbours
    ) -> Response[Done]:
        """You have seen the alert. Whoever is alerted without seeing the case has no version to send."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.alerted(intent.caller, case, accused)
            of = of_accused(stands.state, accused)
            events = grounds.see(loaded.state, of, seeing_roles(intent.caller, stands.state))
            return decided_on(loaded, events, now, case=stands.case)

        return await commands.run(intent, decide)

    @post(
        "/accused/{accused:uuid}/safe-harbour/referrals/{to:str}", opt={"action": "keep_safe_harbour"}, status_code=200
    )
    async def make(
        self,
        case: UUID,
        accused: UUID,
        to: str,
        data: MakeReferral,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """The accused was referred there."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            of = of_accused(stands.state, accused)
            events = referrals.make(loaded.state, of, harbours.referral(to), data.at, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post(
        "/accused/{accused:uuid}/safe-harbour/referrals/{to:str}/not-made",
        opt={"action": "keep_safe_harbour"},
        status_code=200,
    )
    async def leave(
        self,
        case: UUID,
        accused: UUID,
        to: str,
        data: LeaveReferral,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """Why the accused was not referred there. It can still be made later."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            of = of_accused(stands.state, accused)
            events = referrals.not_made(loaded.state, of, harbours.referral(to), data.reason, harbours.lists)
            return decided_on(loaded, events, now, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post(
        "/accused/{accused:uuid}/safe-harbour/referrals/{to:str}/answer",
        opt={"action": "keep_safe_harbour"},
        status_code=200,
    )
    async def answer(
        self,
        case: UUID,
        accused: UUID,
        to: str,
        data: AnswerReferral,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """What they said of it. Of a victim service none is kept."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            of = of_accused(stands.state, accused)
            events = referrals.answer(loaded.state, of, harbours.referral(to), data.answer, data.at, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)
