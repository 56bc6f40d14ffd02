"""A week's reading over HTTP: told to an auditor, which is itself put on record, and signed off."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5

import msgspec
from litestar import Controller, Request, Response, get, post
from psycopg_pool import AsyncConnectionPool

from services.audit.replay.reading import kept_from
from services.audit.replay.words import Words
from services.audit.review import decisions
from services.audit.review.events import ReadingReviewed, ReadingTold
from services.audit.review.reading import Reading, reading_of
from services.audit.review.reviews import Reviews
from services.audit.review.state import Review
from services.audit.unusual import decisions as unusual_decisions
from services.audit.unusual.book import UnusualBook
from services.audit.unusual.page import Pages, UnusualShown
from services.audit.unusual.state import Finding, Unusual
from services.kernel.batch import StaleVersion
from services.kernel.clock import Phase
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, Changes, Loaded
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource

Note = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


class SignOff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What you looked at and what you made of it. The note is sealed."""

    note: Note


class SignedOff(msgspec.Struct, frozen=True, kw_only=True):
    """By whom and when, of how many reads, `own` of them theirs. `note` is null where a court had it destroyed."""

    account: UUID
    at: datetime
    reads: int
    own: int
    note: str | None


class WeekPage(msgspec.Struct, frozen=True, kw_only=True):
    """A week with who read what in it, what of that was unusual, and where its review stands."""

    review: UUID
    since: datetime
    until: datetime
    due_at: datetime
    phase: Phase
    rule: str
    citation: str
    signed: list[SignedOff]
    reading: Reading
    unusual: list[UnusualShown]


@dataclass(frozen=True)
class Reviewing:
    """What the routes work with."""

    pool: AsyncConnectionPool
    reviews: Reviews
    reader: Reader
    gate: Gate
    time: TimeSource
    words: Words
    unusual: UnusualBook
    pages: Pages

    async def week(self, review: UUID) -> Loaded[Review]:
        """Raises `NotFound` for a week that is not over."""
        loaded = await self.reviews.load(review)
        if not loaded.exists:
            raise NotFound
        return loaded

    async def reading(self, caller: Caller, me: UUID, week: Review) -> Reading:
        """What the caller may be told of it."""
        hidden = await self.hidden(caller, me)
        return await reading_of(self.pool, week.since, week.until, me, hidden)

    async def unusual_told(self, caller: Caller, me: UUID, week: Review) -> tuple[Loaded[Unusual], Sequence[Finding]]:
        """What of it was unusual, as far as the copy has come, and what of that the caller may be told."""
        book = await self.unusual.looked_through(week)
        return book, unusual_decisions.told(book.state, me, await self.hidden(caller, me))

    async def hidden(self, caller: Caller, me: UUID) -> frozenset[UUID]:
        """The cases the caller is told nothing of."""
        everything = Record("Case", UUID(int=0), accounts={"kept_out": [me]})
        if self.gate.may_touch(caller, "list_cases", everything):
            return frozenset()
        async with self.pool.connection() as connection:
            return frozenset(await kept_from(connection, me, self.words.keeps_out))

    async def put_on_record(self, caller: Caller, me: UUID, review: UUID, reading: Reading) -> None:
        """That the caller is told of it."""
        sources = sorted(reading.positions)
        told = ReadingTold(
            review=review,
            sources=tuple(sources),
            positions=tuple(reading.positions[each] for each in sources),
            reads=reading.reads,
        )
        origin = Origin(
            actor=caller.actor,
            agency=caller.agency,
            command_id=uuid4(),
            causation_id=None,
            correlation_id=review,
            policy=self.gate.version,
        )
        stream, store = told_to(review, me), self.reviews.store
        after = len(await store.happenings(stream))
        # Opened twice at one moment, it is on record by the other request.
        with contextlib.suppress(StaleVersion):
            await store.append(Changes([Change(stream, after, [told])]), origin, self.time.now())

    async def signed(self, caller: Caller, review: UUID) -> list[SignedOff]:
        """Who signed it off, with their notes; that these are read is put on record first."""
        told = await self.reviews.store.happenings(review)
        found = [(each, each.event) for each in told if isinstance(each.event, ReadingReviewed)]
        await self.reader.record(caller, "notes on a week's reading", review, [each for each, _ in found])
        return [
            SignedOff(
                account=event.account,
                at=each.happened_at,
                reads=event.reads,
                own=event.own,
                note=await self.reader.open(SealedText(event.note, each.event_id, "note")),
            )
            for each, event in found
        ]


class ReviewController(Controller):
    """For auditors."""

    path = "/reviews/{review:uuid}"
    tags = ["Reviews"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_review"})
    async def read(self, review: UUID, reviewing: Reviewing, request: Request[Any, Any, Any]) -> WeekPage:
        """Who read what in the week; that you were told is put on record before you are."""
        caller = caller_of(request)
        me = account_of(caller)
        week = (await reviewing.week(review)).state
        reading = await reviewing.reading(caller, me, week)
        _, unusual = await reviewing.unusual_told(caller, me, week)
        await reviewing.put_on_record(caller, me, review, reading)
        clock = (await reviewing.reviews.clock(review)).state
        rule = reviewing.reviews.jurisdiction.clock_rule(clock.rule, version=clock.rule_version)
        return WeekPage(
            review=review,
            since=week.since,
            until=week.until,
            due_at=clock.due_at,
            phase=clock.phase,
            rule=rule.rule,
            citation=rule.citation,
            signed=await reviewing.signed(caller, review),
            reading=reading,
            unusual=await reviewing.pages.shown(caller, review, unusual),
        )

    @post("/sign-off", opt={"action": "sign_review"}, status_code=200)
    async def sign_off(
        self, review: UUID, data: SignOff, intent: Intent, commands: Commands, reviewing: Reviewing
    ) -> Response[Done]:
        """You have looked at it. Another auditor may sign the same week, for what the first one read."""
        me = account_of(intent.caller)

        async def decide(now: datetime) -> Decided:
            week = await reviewing.week(review)
            opened = bool(await reviewing.reviews.store.happenings(told_to(review, me)))
            found = await reviewing.reading(intent.caller, me, week.state)
            book, unusual = await reviewing.unusual_told(intent.caller, me, week.state)
            events = decisions.sign_off(
                week.state,
                me,
                data.note,
                opened=opened,
                reads=found.reads,
                own=found.own,
                unjudged=sum(each.open for each in unusual),
            )
            met = await reviewing.reviews.met(week.state, now)
            return decided_on(week, events, now, *met, rests_on=[book])

        return await commands.run(intent, decide)


def told_to(review: UUID, account: UUID) -> UUID:
    """The stream of what one auditor was told of a week."""
    return uuid5(review, str(account))


def account_of(caller: Caller) -> UUID:
    """Raises `NeverAllowed` for a caller without an account."""
    if caller.account is None:
        raise NeverAllowed
    return caller.account
