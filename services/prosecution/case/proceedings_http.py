"""Stages and outcomes over HTTP. What happened earlier may be typed in later."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from services.kernel.http.commands import Commands, Decided, Done, Intent
from services.prosecution.case import post_trial, proceedings
from services.prosecution.case.charges_http import resting_on, with_clocks
from services.prosecution.cases import Cases, accused_in, count_in
from services.prosecution.evidence.folder import Folder
from services.prosecution.victim.rights import Rights

At = Annotated[datetime, msgspec.Meta(tz=True)]


class Proceed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stage came, for the counts named; with none named, for all open counts of the accused that may go there."""

    stage: str
    at: At
    counts: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=50)] = ()


class RecordOutcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of the count, and when. Before an indictment, the elements that were seen to be without support."""

    outcome: str
    at: At
    without_support_seen: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()


class Happened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it happened, with its zone."""

    at: At


class CourseController(Controller):
    """The way of each count through the courts."""

    path = "/cases"
    tags = ["Course"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/{case:uuid}/accused/{accused:uuid}/stages", opt={"action": "record_course"}, status_code=200)
    async def proceed(
        self, case: UUID, accused: UUID, data: Proceed, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Arrest, indictment served and the other stages. Clocks start and end by them."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            accused_in(loaded.state, accused)
            named = [count_in(loaded.state, count) for count in dict.fromkeys(data.counts)] or None
            events = proceedings.proceed(loaded.state, accused, data.stage, named, data.at, cases.charging, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/counts/{count:uuid}/outcomes", opt={"action": "record_course"}, status_code=200)
    async def record_outcome(
        self,
        case: UUID,
        count: UUID,
        data: RecordOutcome,
        intent: Intent,
        commands: Commands,
        cases: Cases,
        rights: Rights,
        folder: Folder,
    ) -> Response[Done]:
        """What came of one count at its stage. Of a plea, a nolle prosequi and their like its victim is heard first.

        Before an indictment, what has no evidence on file was looked at: `without_support` on the case's page.
        """

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            found = count_in(loaded.state, count)
            events = proceedings.record_outcome(loaded.state, found, data.outcome, data.at, cases.charging, now)
            heard = await rights.heard(loaded.state, found, data.outcome, data.at)
            seen, rests_on = await folder.seen(loaded.state, found, data.outcome, data.without_support_seen)
            decided = await with_clocks(cases, loaded, events, data.at, intent, now, *heard, *seen)
            return resting_on(decided, *rests_on)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/accused/{accused:uuid}/hearing-demands", opt={"action": "record_course"}, status_code=200)
    async def demand_hearing(
        self, case: UUID, accused: UUID, data: Happened, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The accused demands a preliminary hearing."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            accused_in(loaded.state, accused)
            events = proceedings.demand_hearing(loaded.state, accused, data.at, cases.charging, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/accused/{accused:uuid}/releases", opt={"action": "record_course"}, status_code=200)
    async def release(
        self, case: UUID, accused: UUID, data: Happened, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The accused is out of custody."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            accused_in(loaded.state, accused)
            events = proceedings.release(loaded.state, accused, data.at, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/accused/{accused:uuid}/new-trial-motions", opt={"action": "record_course"}, status_code=200)
    async def move_for_new_trial(
        self, case: UUID, accused: UUID, data: Happened, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The defence filed a motion for a new trial. In time, it ends the time for an appeal until it is decided."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            accused_in(loaded.state, accused)
            events = post_trial.move_for_new_trial(loaded.state, accused, data.at, cases.charging, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/accused/{accused:uuid}/cross-notices", opt={"action": "record_course"}, status_code=200)
    async def notice_cross_appeal(
        self, case: UUID, accused: UUID, data: Happened, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Another party filed its notice of appeal after the first."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            accused_in(loaded.state, accused)
            events = post_trial.notice_cross_appeal(loaded.state, accused, data.at, cases.charging, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)
