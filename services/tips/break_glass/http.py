"""Opening a case in an emergency over HTTP, and its review."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of
from services.kernel.http.gate import Record
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, Changes, Loaded
from services.tips.break_glass import decisions
from services.tips.break_glass.decisions import Outcome, Who
from services.tips.break_glass.events import GlassExplained
from services.tips.break_glass.state import Opening
from services.tips.tip.state import Tip
from services.tips.tip.tips import Tips, openings_of

Note = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


class BreakGlass(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In your own words, why this cannot wait until somebody gives you the case. It is sealed."""

    reason: decisions.Reason


class Review(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether it was right to open the case, and why you say so. The note is sealed."""

    outcome: Outcome
    note: Note


class Why(msgspec.Struct, frozen=True):
    """Why a case was opened; null where a court had it destroyed."""

    reason: str | None


class BreakGlassController(Controller):
    """One case, for minutes, with a reason. A second person is told at once, and another reviews it."""

    path = "/tips/{tip:uuid}/openings"
    tags = ["Break-glass"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "break_glass"}, status_code=201)
    async def open(self, tip: UUID, data: BreakGlass, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """Opens it to you until the rule's minutes are over. Everything you read by it is on record as such.

        Of a case there is not, and of one that is never for you, the answer is the same.
        """
        me, new = intent.caller.account, uuid4()
        if me is None:
            raise NeverAllowed

        async def decide(now: datetime) -> Decided:
            seen = await tips.seen(intent.caller, "break_glass", tip)
            loaded = seen.tip
            openings = await tips.openings(tip)
            who = Who(
                account=me,
                agency=intent.caller.agency,
                roles=intent.caller.roles,
                reads_it=tips.gate.may_touch(intent.caller, "read_tip", seen.record),
            )
            rule = tips.jurisdiction.break_glass
            events = decisions.break_glass(
                openings.state, tip, loaded.state.person, who, data.reason, new, rule.lasts, now
            )
            terms = tips.jurisdiction.enforced(rule.rule, now)
            begun = clocks.start(Clock(), terms, tip, intent.command_id, now)
            changes = [Change(openings.id, openings.version, events), Change(clock_of(new, terms.rule), 0, begun)]
            return _decided(loaded, changes, new, openings.version + len(events), now, 201)

        return await commands.run(intent, decide)

    @get("/{opening:uuid}/reason", opt={"action": "read_opening"})
    async def reason(
        self, tip: UUID, opening: UUID, tips: Tips, reader: Reader, request: Request[Any, Any, Any]
    ) -> Why:
        """What they wrote. That you read it is put on record before you see it."""
        loaded, _ = await opening_seen(tips, request, "read_opening", tip, opening)
        told = [
            each
            for each in await tips.store.happenings(openings_of(tip))
            if isinstance(each.event, GlassExplained) and each.event.opening == opening
        ]
        await reader.record(caller_of(request), "why a case was opened", loaded.case or tip, told)
        texts = [
            await reader.open(SealedText(each.event.reason, each.event_id, "reason"))
            for each in told
            if isinstance(each.event, GlassExplained)
        ]
        return Why(texts[0] if texts else None)

    @post("/{opening:uuid}/review", opt={"action": "review_opening"}, status_code=200)
    async def review(
        self, tip: UUID, opening: UUID, data: Review, intent: Intent, commands: Commands, tips: Tips
    ) -> Response[Done]:
        """Says whether it was justified. Nobody reviews what they opened themselves."""
        me = intent.caller.account
        if me is None:
            raise NeverAllowed

        async def decide(now: datetime) -> Decided:
            loaded, found = await opening_of(tips, intent.caller, "review_opening", tip, opening)
            openings = await tips.openings(tip)
            events = decisions.review(found, tip, loaded.state.person, me, data.outcome, data.note)
            clock = await tips.store.load(CLOCK, clock_of(opening, tips.jurisdiction.break_glass.rule))
            met = clocks.meet(clock.state, now, now)
            changes = [Change(openings.id, openings.version, events)]
            changes += [Change(clock.id, clock.version, met)] if met else []
            return _decided(loaded, changes, opening, openings.version + len(events), now, 200)

        return await commands.run(intent, decide)


async def opening_seen(
    tips: Tips, request: Request[Any, Any, Any], action: str, tip: UUID, opening: UUID
) -> tuple[Loaded[Tip], Opening]:
    """As `opening_of`, for a page."""
    return await opening_of(tips, caller_of(request), action, tip, opening)


async def opening_of(tips: Tips, caller: Any, action: str, tip: UUID, opening: UUID) -> tuple[Loaded[Tip], Opening]:
    """Raises `NotFound` for an opening that is absent or not the caller's to touch."""
    loaded = await tips.load(tip)
    found = (await tips.openings(tip)).state.of(opening)
    if not loaded.exists or found is None:
        raise NotFound
    tips.gate.require(caller, action, record_of(loaded.state, found))
    return loaded, found


def record_of(tip: Tip, opening: Opening) -> Record:
    """What policies may know of an opening: who opened, of which agency, and whom the tip names."""
    accounts = {"named": tip.named_accounts, "opened_by": (opening.account,)}
    return Record("Opening", opening.opening, accounts=accounts, words={"agency": opening.agency})


def clock_of(opening: UUID, rule: str) -> UUID:
    """The clock of an opening's review."""
    return uuid5(opening, rule)


def _decided(
    tip: Loaded[Tip], changes: list[Change], opening: UUID, version: int, now: datetime, status: int
) -> Decided:
    """Rests on the tip: whom it names may change meanwhile."""
    return Decided(Changes(changes, rests_on=(tip,)), opening, version, tip.case or tip.id, now, status=status)
