"""What follows an exam over HTTP: the safe way of contact, and what became of each visit and test. Never a result."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from services.forensic_clinic.follow_up import decisions
from services.forensic_clinic.follow_up.content import Outreach, Settlement
from services.forensic_clinic.follow_up.decisions import Mistake, SafeContact
from services.forensic_clinic.follow_up.follow_ups import Following, FollowUps
from services.forensic_clinic.follow_up.page import FollowUpPage, follow_up_page
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import Malformed, Stale
from services.kernel.http.reading import Reader
from services.kernel.sealing import personal_fields
from services.kernel.time_source import TimeSource

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(min_length=3, max_length=500)]
Listed = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
QUESTION = "follow-up of an exam"


class StateContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As the patient says it: how, when, what may be said to whoever answers, what never. It is sealed."""

    how: Text
    when: Text | None = None
    may_say: Text | None = None
    never_say: Text | None = None


class Settle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a visit or test; never what was found."""

    item: Listed
    outcome: Settlement
    settled_at: Moment


class Miss(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which the patient did not come."""

    item: Listed


class Reach(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of reaching out by the safe way."""

    item: Listed
    outcome: Outreach
    tried_at: Moment


class Reopen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was wrong about how it was settled."""

    item: Listed
    mistake: Mistake


class FollowUpController(Controller):
    """Under an exam's path; for its nurse and the clinic's coordinator."""

    path = "/exams/{exam:uuid}/follow-up"
    tags = ["Follow-up"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_follow_up"})
    async def read(
        self, exam: UUID, follow_ups: FollowUps, reader: Reader, time: TimeSource, request: Request[Any, Any, Any]
    ) -> Response[FollowUpPage]:
        """As it stands. That you read it is put on record before you see it."""
        caller = caller_of(request)
        following = await follow_ups.visible(caller, "read_follow_up", exam)
        told = await follow_ups.told(following)
        opened = follow_ups.may_open(caller, following)
        sealed = [each for each in told if personal_fields(each.event)]
        if opened and sealed:
            await reader.record(caller, QUESTION, following.exam.state.tip, sealed)
        else:
            await reader.shown(caller, QUESTION, following.exam)
        texts = await follow_ups.opened(told) if opened else None
        page = follow_up_page(following, told, texts, follow_ups.jurisdiction.examination, time.now())
        return Response(page, headers={"ETag": f'"{page.version}"'})

    @post("/contact", opt={"action": "record_follow_up"}, status_code=200)
    async def contact(
        self, exam: UUID, data: StateContact, intent: Intent, commands: Commands, follow_ups: FollowUps
    ) -> Response[Done]:
        """The safe way; what was said before stays on record and is used no more."""
        contact = SafeContact(how=data.how, when=data.when, may_say=data.may_say, never_say=data.never_say)

        def act(following: Following, _: datetime) -> list[Event]:
            return decisions.state_contact(exam, following.person, contact)

        return await _run(follow_ups, commands, intent, exam, None, act)

    @post("/settled", opt={"action": "record_follow_up"}, status_code=200)
    async def settle(
        self, exam: UUID, data: Settle, intent: Intent, commands: Commands, follow_ups: FollowUps
    ) -> Response[Done]:
        """Done, declined, not needed, or done elsewhere."""

        def act(following: Following, now: datetime) -> list[Event]:
            state = following.loaded.state
            return decisions.settle(state, following.person, data.item, data.outcome, data.settled_at, now)

        return await _run(follow_ups, commands, intent, exam, data.settled_at, act)

    @post("/missed", opt={"action": "record_follow_up"}, status_code=200)
    async def miss(
        self, exam: UUID, data: Miss, intent: Intent, commands: Commands, follow_ups: FollowUps
    ) -> Response[Done]:
        """The patient did not come; somebody is to reach out."""

        def act(following: Following, now: datetime) -> list[Event]:
            return decisions.miss(following.loaded.state, data.item, now)

        return await _run(follow_ups, commands, intent, exam, None, act)

    @post("/outreach", opt={"action": "record_follow_up"}, status_code=200)
    async def reach(
        self, exam: UUID, data: Reach, intent: Intent, commands: Commands, follow_ups: FollowUps
    ) -> Response[Done]:
        """Somebody reached out by the safe way, or did not since it was not safe."""

        def act(following: Following, now: datetime) -> list[Event]:
            state = following.loaded.state
            return decisions.note_outreach(state, following.person, data.item, data.outcome, data.tried_at, now)

        return await _run(follow_ups, commands, intent, exam, data.tried_at, act)

    @post("/reopened", opt={"action": "record_follow_up"}, status_code=200)
    async def reopen(
        self, exam: UUID, data: Reopen, intent: Intent, commands: Commands, follow_ups: FollowUps
    ) -> Response[Done]:
        """It was settled by mistake."""

        def act(following: Following, _: datetime) -> list[Event]:
            return decisions.reopen(following.loaded.state, data.item, data.mistake)

        return await _run(follow_ups, commands, intent, exam, None, act)


async def _run(
    follow_ups: FollowUps,
    commands: Commands,
    intent: Intent,
    exam: UUID,
    happened_at: datetime | None,
    act: Callable[[Following, datetime], list[Event]],
) -> Response[Done]:
    """What has no time of its own happens now. The first thing is said on version 0."""

    async def decide(now: datetime) -> Decided:
        following = await follow_ups.visible(intent.caller, "record_follow_up", exam)
        if intent.expected is None:
            raise Malformed('Say which version you decided on: send If-Match with the ETag you read, for example "3".')
        if intent.expected != following.loaded.version:
            raise Stale
        events, tip = act(following, now), following.exam.state.tip
        return decided_on(following.loaded, events, happened_at or now, rests_on=(following.exam,), case=tip)

    return await commands.run(intent, decide)
