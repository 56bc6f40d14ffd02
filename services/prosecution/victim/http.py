"""A victim's rights over HTTP: what is owed and done, the written request, the safe contact, and what courts heard."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, Loaded
from services.kernel.stored_form import Happening
from services.prosecution.case.state import Case
from services.prosecution.cases import hearing_in
from services.prosecution.victim import decisions
from services.prosecution.victim.decisions import Of, StateContact
from services.prosecution.victim.events import (
    ContactEnded,
    ContactStated,
    RequestReceived,
    SentenceEndStated,
    VictimConferredWith,
)
from services.prosecution.victim.owing import victims_of
from services.prosecution.victim.page import VictimOnPage, victim_page, victims_page
from services.prosecution.victim.rights import Rights, count_of_victim, victim_stream
from services.prosecution.victim.state import OPEN, Victim

At = Annotated[datetime, msgspec.Meta(tz=True)]
Dollars = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class ReceiveRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the written request came in."""

    received_at: At


class Happened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it happened, with its zone."""

    at: At


class EndContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing is said: that it is not safe any more is enough."""


class RecordPresence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At which hearing, and whether."""

    hearing: UUID
    presence: str


class RecordStatement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In which form, or declined. What it says stays with the court."""

    form: str
    at: At


class RecordRestitution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whole dollars on a count. Ordered, and none: the court refused."""

    count: UUID
    step: Literal["asked", "ordered"]
    dollars: Dollars
    at: At


class StateSentenceEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The day the sentence on a count ends, by the state's clocks, as the custodian says now."""

    count: UUID
    ends_on: date


class VictimTold(msgspec.Struct, frozen=True, kw_only=True):
    """What a victim entrusted to the office; null where nothing is on file, or where a court had it destroyed.

    `views` are what they said when they were conferred with, the last one first.
    """

    victim: UUID
    channel: str
    contact: str | None
    wishes: str | None
    views: tuple[str | None, ...]


class VictimController(Controller):
    """Under a case's path, for its office. `If-Match` is the victim's version, 0 while nothing is on record."""

    path = "/cases/{case:uuid}/victims"
    tags = ["Victims' rights"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_case"})
    async def read(
        self, case: UUID, rights: Rights, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[VictimOnPage]:
        """Whom the acts were against, by reference, with all that is owed to each. You were shown it is on record."""
        loaded = await rights.cases.visible(caller_of(request), "read_case", case)
        shown, streams = await victims_page(rights, loaded.state)
        await reader.shown(caller_of(request), "victims of a case", loaded, *streams)
        return list(shown)

    @get("/{victim:uuid}", opt={"action": "read_case"})
    async def read_one(
        self, case: UUID, victim: UUID, rights: Rights, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[VictimOnPage]:
        """One of them, with the `ETag` that commands on this victim are to send."""
        stands = await rights.cases.visible(caller_of(request), "read_case", case)
        if victim not in victims_of(stands.state):
            raise NotFound
        loaded = await rights.victim(case, victim)
        await reader.shown(caller_of(request), "victims of a case", stands, *([loaded] if loaded.version else []))
        shown = await victim_page(rights, stands.state, victim, loaded)
        return Response(shown, headers={"ETag": f'"{loaded.version}"'})

    @get("/{victim:uuid}/told", opt={"action": "read_victim_told"})
    async def told(
        self, case: UUID, victim: UUID, rights: Rights, reader: Reader, request: Request[Any, Any, Any]
    ) -> VictimTold:
        """The safe contact, the wishes, and what they said. That you read it is put on record before you see it."""
        caller = caller_of(request)
        stands = await rights.cases.visible(caller, "read_victim_told", case)
        if victim not in victims_of(stands.state):
            raise NotFound
        sealed = _sealed(await rights.cases.store.happenings(victim_stream(case, victim)))
        await reader.record(caller, "what a victim told", stands.case or case, sealed)
        return await _opened(reader, victim, sealed)

    @post("/{victim:uuid}/request", opt={"action": "record_victim_rights"}, status_code=200)
    async def receive_request(
        self, case: UUID, victim: UUID, data: ReceiveRequest, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """The written request is on file: notices are owed from now on, and at once of how things stand."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            events = decisions.receive_request(loaded.state, Of(case, victim), data.received_at, now)
            return await _owing(rights, stands, loaded, events, victim, intent, data.received_at, now)

        return await commands.run(intent, decide)

    @post("/{victim:uuid}/request/withdrawal", opt={"action": "record_victim_rights"}, status_code=200)
    async def withdraw_request(
        self, case: UUID, victim: UUID, data: Happened, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """They ask no more: what was owed on the request alone falls away."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            events = decisions.withdraw_request(loaded.state, Of(case, victim), data.at, rights.rules, now)
            falling = [each for each in loaded.state.notices.values() if each.phase in OPEN]
            asked = [each for each in falling if rights.rules.notice(each.kind).on_request]
            clocks = [change for each in asked for change in await rights.excused(each, now)]
            return _decided(stands, loaded, events, data.at, *clocks)

        return await commands.run(intent, decide)

    @post("/{victim:uuid}/contact", opt={"action": "record_victim_rights"}, status_code=200)
    async def state_contact(
        self, case: UUID, victim: UUID, data: StateContact, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """How they are reached safely; it is sealed. Refused unless you say that no accused is reached by it."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            return _decided(stands, loaded, decisions.state_contact(Of(case, victim), data, rights.rules), now)

        return await commands.run(intent, decide)

    @post("/{victim:uuid}/contact/end", opt={"action": "record_victim_rights"}, status_code=200)
    async def end_contact(
        self, case: UUID, victim: UUID, data: EndContact, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """It is not safe any more, or holds no more: nobody is shown it from now on."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            return _decided(stands, loaded, decisions.end_contact(loaded.state, Of(case, victim)), now)

        return await commands.run(intent, decide)

    @post("/{victim:uuid}/presence", opt={"action": "record_victim_rights"}, status_code=200)
    async def record_presence(
        self, case: UUID, victim: UUID, data: RecordPresence, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """Whether they were at a hearing."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            held = hearing_in(stands.state, data.hearing).phase == "held"
            events = decisions.record_presence(
                loaded.state, Of(case, victim), data.hearing, data.presence, rights.rules, held=held
            )
            return _decided(stands, loaded, events, now)

        return await commands.run(intent, decide)

    @post("/{victim:uuid}/statement", opt={"action": "record_victim_rights"}, status_code=200)
    async def record_statement(
        self, case: UUID, victim: UUID, data: RecordStatement, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """The impact statement was given, or declined."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            events = decisions.record_statement(Of(case, victim), data.form, data.at, rights.rules, now)
            return _decided(stands, loaded, events, data.at)

        return await commands.run(intent, decide)

    @post("/{victim:uuid}/restitution", opt={"action": "record_victim_rights"}, status_code=200)
    async def record_restitution(
        self, case: UUID, victim: UUID, data: RecordRestitution, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """Asked of the court, or ordered by it."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            count = count_of_victim(stands.state, victim, data.count).count
            events = decisions.record_restitution(Of(case, victim), count, data.step, data.dollars, data.at, now)
            return _decided(stands, loaded, events, data.at)

        return await commands.run(intent, decide)

    @post("/{victim:uuid}/sentence-end", opt={"action": "record_victim_rights"}, status_code=200)
    async def state_sentence_end(
        self, case: UUID, victim: UUID, data: StateSentenceEnd, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """When the sentence ends. On a written request the notice of it is owed before that day begins."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            count = count_of_victim(stands.state, victim, data.count).count
            ends_at = datetime.combine(data.ends_on, time(), rights.cases.jurisdiction.state.clocks)
            events = decisions.state_sentence_end(loaded.state, Of(case, victim), count, ends_at)
            return await _owing(rights, stands, loaded, events, victim, intent, now, now)

        return await commands.run(intent, decide)


async def _owing(
    rights: Rights,
    stands: Loaded[Case],
    loaded: Loaded[Victim],
    events: Sequence[Event],
    who: UUID,
    intent: Intent,
    at: datetime,
    now: datetime,
) -> Decided:
    """As `_decided`, with the notices that are owed by what was decided."""
    owed: list[Event] = []
    also: list[Change] = []
    for event in events:
        if isinstance(event, RequestReceived | SentenceEndStated):
            owed, also = await rights.owe(stands.state, loaded, event, who, intent.command_id, at, now)
    return _decided(stands, loaded, [*events, *owed], at, *also)


def _decided(
    stands: Loaded[Case], loaded: Loaded[Victim], events: Sequence[Event], at: datetime, *also: Change
) -> Decided:
    """On the victim, under the case's correlation, and on the case as it stands."""
    return decided_on(loaded, events, at, *also, rests_on=(stands,), case=stands.case)


def _sealed(happenings: Sequence[Happening]) -> Sequence[Happening]:
    """What holds now: the last contact, if it was not ended since, and every view."""
    contact: Happening | None = None
    views: list[Happening] = []
    for each in happenings:
        match each.event:
            case ContactStated():
                contact = each
            case ContactEnded():
                contact = None
            case VictimConferredWith(view=view) if view is not None:
                views.append(each)
            case _:
                pass
    return [*views, *([] if contact is None else [contact])]


async def _opened(reader: Reader, victim: UUID, sealed: Sequence[Happening]) -> VictimTold:
    channel, contact, wishes = "", None, None
    views: list[str | None] = []
    for each in sealed:
        match each.event:
            case ContactStated() as stated:
                channel = stated.channel
                contact = await reader.open(SealedText(stated.contact, each.event_id, "contact"))
                wishes = await reader.open(SealedText(stated.wishes, each.event_id, "wishes"))
            case VictimConferredWith() as held:
                views.insert(0, await reader.open(SealedText(held.view, each.event_id, "view")))
            case _:
                pass
    return VictimTold(victim=victim, channel=channel, contact=contact, wishes=wishes, views=tuple(views))
