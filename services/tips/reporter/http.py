"""Who reported a tip, over HTTP: a compartment of its own, opened to one person by two."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of
from services.kernel.http.gate import Record
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, Changes, Kind, Loaded
from services.kernel.stored_form import Happening
from services.tips.reporter import decisions
from services.tips.reporter import state as reporter_state
from services.tips.reporter.decisions import AskRelease, ShownWithout, Who, Words
from services.tips.reporter.events import CourtOrderStated, ReleaseAsked
from services.tips.reporter.state import Release, Releases
from services.tips.tip.events import PersonDescribed
from services.tips.tip.persons_http import REPORTER, PersonOnPage, persons_on_page
from services.tips.tip.state import Tip
from services.tips.tip.tips import Tips, record_of

RELEASES = Kind("releases", Releases(), reporter_state.evolve)
_SEALED = ("reason", "to_whom", "authority")
_SEALED_OF_ORDER = ("court", "number")


class RefuseRelease(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why not; it is sealed."""

    reason: Words


class OrderOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """Which court, on which day and under which number; null what a court had destroyed."""

    court: str | None
    ordered_on: str
    number: str | None


class ReleaseOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """One that was asked for, with what was said for it; `answer` is empty while nobody has answered.

    `order` is null where no court ordered it.
    """

    release: UUID
    account: UUID
    agency: str
    roles: tuple[str, ...]
    purpose: str
    asked_at: datetime
    answer: str
    answered_by: UUID | None
    until: datetime | None
    reason: str | None
    to_whom: str | None
    authority: str | None
    order: OrderOnPage | None = None


class ReporterController(Controller):
    """One asks; another of another role or agency agrees; then whoever asked reads it, for hours, on record."""

    path = "/tips/{tip:uuid}/reporter"
    tags = ["Reporter"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_reporter"})
    async def read(self, tip: UUID, tips: Tips, reader: Reader, request: Request[Any, Any, Any]) -> list[PersonOnPage]:
        """Who reported. That you read it is put on record before you see it."""
        caller = caller_of(request)
        loaded = await tips.load(tip)
        # Asked of a tip there is not, too: it must not be told from a hidden one by the time the answer takes.
        sharing, openings = await tips.sharing(tip), await tips.openings(tip)
        releases = await releases_of(tips, tip)
        if not loaded.exists:
            raise NotFound
        now = tips.time.now()
        case = record_of(loaded.state, sharing.state, openings.state, now)
        tips.gate.require(caller, "read_reporter", _identity(tips, case, releases.state, now))
        told = [
            each
            for each in await tips.store.happenings(tip)
            if isinstance(each.event, PersonDescribed) and each.event.part == REPORTER
        ]
        await reader.record(caller, "who reported a tip", loaded.case or tip, told)
        return await persons_on_page(reader, told, loaded.state)

    @get("/releases", opt={"action": "read_releases"})
    async def releases(
        self, tip: UUID, tips: Tips, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[ReleaseOnPage]:
        """What was asked for and why: your own, or all of it for those who answer. That you read it is on record."""
        caller = caller_of(request)
        seen = await tips.seen(caller, "read_releases", tip)
        all_of_them = tips.gate.may_touch(caller, "answer_release", seen.record)
        known = (await releases_of(tips, tip)).state
        happened = await tips.store.happenings(releases_at(tip))
        told = [
            each
            for each in happened
            if isinstance(each.event, ReleaseAsked) and (all_of_them or each.event.account == caller.account)
        ]
        asked = {each.event.release for each in told if isinstance(each.event, ReleaseAsked)}
        orders = {
            each.event.release: each
            for each in happened
            if isinstance(each.event, CourtOrderStated) and each.event.release in asked
        }
        shown = [*told, *orders.values()]
        await reader.record(caller, "why a reporter's identity was asked for", seen.tip.case or tip, shown)
        return [await _shown(reader, known, each, orders) for each in reversed(told)]

    @post("/releases", opt={"action": "ask_reporter"}, status_code=201)
    async def ask(self, tip: UUID, data: AskRelease, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """Asks to be shown who reported. Nothing is shown by it."""
        who, new = _who(intent), uuid4()

        async def decide(now: datetime) -> Decided:
            loaded = await tips.visible(intent.caller, "ask_reporter", tip)
            known = await releases_of(tips, tip)
            rules = tips.jurisdiction.sharing
            without = ShownWithout(roles=rules.reporter_without_order, citation=rules.reporter_citation)
            today = tips.jurisdiction.day_of(now)
            events = decisions.ask(
                known.state, tip, loaded.state.person, who, data, new, now, without=without, today=today
            )
            return _decided(loaded, known, events, new, now, 201)

        return await commands.run(intent, decide)

    @post("/releases/{release:uuid}/agreement", opt={"action": "answer_release"}, status_code=200)
    async def agree(self, tip: UUID, release: UUID, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """Whoever asked reads who reported, from now on and for the hours of the rule. Nobody agrees to their own."""
        who = _who(intent)

        async def decide(now: datetime) -> Decided:
            loaded, known, found = await _found(tips, intent, tip, release)
            named = found.account in loaded.state.named_accounts
            lasts = tips.jurisdiction.sharing.reporter_shown_for
            events = decisions.agree(found, tip, who, lasts, now, asker_is_named=named)
            return _decided(loaded, known, events, release, now, 200)

        return await commands.run(intent, decide)

    @post("/releases/{release:uuid}/refusal", opt={"action": "answer_release"}, status_code=200)
    async def refuse(
        self, tip: UUID, release: UUID, data: RefuseRelease, intent: Intent, commands: Commands, tips: Tips
    ) -> Response[Done]:
        """Nobody is shown anything by it; they may ask again."""
        who = _who(intent)

        async def decide(now: datetime) -> Decided:
            loaded, known, found = await _found(tips, intent, tip, release)
            events = decisions.refuse(found, tip, loaded.state.person, who, data.reason)
            return _decided(loaded, known, events, release, now, 200)

        return await commands.run(intent, decide)


def releases_at(tip: UUID) -> UUID:
    """The releases of a tip's reporter, found again without asking anyone."""
    return uuid5(tip, "releases")


async def releases_of(tips: Tips, tip: UUID) -> Loaded[Releases]:
    """Version 0 when nobody asked."""
    return await tips.store.load(RELEASES, releases_at(tip))


def _identity(tips: Tips, case: Record, releases: Releases, now: datetime) -> Record:
    """What policies may know of a reporter's identity: all they know of the tip, to whom it is released now, for whom
    of them by a court's order, and which roles need none.
    """
    accounts = {**case.accounts, "shown_to": releases.shown_to(now), "ordered_for": releases.ordered_for(now)}
    roles = {**case.roles, "without_order": tips.jurisdiction.sharing.reporter_without_order}
    return msgspec.structs.replace(case, kind="Reporter", accounts=accounts, roles=roles)


async def _found(tips: Tips, intent: Intent, tip: UUID, release: UUID) -> tuple[Loaded[Tip], Loaded[Releases], Release]:
    loaded = await tips.visible(intent.caller, "answer_release", tip)
    known = await releases_of(tips, tip)
    found = known.state.of(release)
    if found is None:
        raise NotFound
    return loaded, known, found


def _who(intent: Intent) -> Who:
    if intent.caller.account is None:
        raise NeverAllowed
    return Who(account=intent.caller.account, agency=intent.caller.agency, roles=intent.caller.roles)


def _decided(
    tip: Loaded[Tip], known: Loaded[Releases], events: Sequence[Event], release: UUID, now: datetime, status: int
) -> Decided:
    """Rests on the tip: whom it names may change meanwhile."""
    changes = Changes([Change(known.id, known.version, events)], rests_on=(tip,))
    return Decided(changes, release, known.version + len(events), tip.case or tip.id, now, status=status)


async def _shown(reader: Reader, known: Releases, asked: Happening, orders: Mapping[UUID, Happening]) -> ReleaseOnPage:
    event = asked.event
    if not isinstance(event, ReleaseAsked) or (found := known.of(event.release)) is None:
        raise TypeError(event.NAME)
    order = orders.get(event.release)
    ordered = None
    if order is not None and isinstance(order.event, CourtOrderStated):
        ordered = {"ordered_on": order.event.ordered_on} | await _texts(reader, order, _SEALED_OF_ORDER)
    values = msgspec.structs.asdict(found) | {"asked_at": asked.happened_at, "order": ordered}
    return msgspec.convert(values | await _texts(reader, asked, _SEALED), ReleaseOnPage)


async def _texts(reader: Reader, told: Happening, names: Sequence[str]) -> dict[str, str | None]:
    return {name: await reader.open(SealedText(getattr(told.event, name), told.event_id, name)) for name in names}
