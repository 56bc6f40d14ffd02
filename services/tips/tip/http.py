"""Tips over HTTP: parse, ask the gate, decide, answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.jurisdictions import Setting
from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.commands import POSITION_HEADER, Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.history import Entry
from services.kernel.http.reading import Reader
from services.kernel.store import Change, Changes, Loaded
from services.tips.duty.duties import Duties
from services.tips.tip import decisions, parting, state_lines
from services.tips.tip.decisions import Identifiers, Reason, ReceiveTip
from services.tips.tip.history import tip_history
from services.tips.tip.receipt import Receipts
from services.tips.tip.screening import Age, Screen, screen
from services.tips.tip.screenings import Screening, screenings
from services.tips.tip.state import Tip, evolve
from services.tips.tip.state_lines import StateStateLines
from services.tips.tip.tips import SeenTip, TipPage, Tips


class Correct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Only what changes is given."""

    reason: Reason
    age: Age | None = None
    county: str | None = None
    tribal_land: bool | None = None
    setting: Setting | None = None


class DecideDuplicate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether this tip and `other` are about one person."""

    other: UUID
    same_person: bool
    reason: Reason


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This tip and `other` were linked, and are not about one person."""

    other: UUID
    reason: Reason


class ReferAdult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`agreed`: the person said yes to being referred."""

    agency: str
    agreed: bool


class NameAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tip turns out to name someone who has an account."""

    account: UUID


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """The tip is on record. Read the receipt code to the reporter: it says later that the tip is being looked at."""

    reference: UUID
    version: int
    position: int
    receipt_code: str


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """That the caller may read a tip now; by an emergency until `opened_until`, null where it is not by one."""

    opened_until: datetime | None


class TipController(Controller):
    """Receive, screen, correct, decide a duplicate, refer."""

    path = "/tips"
    tags = ["Tips"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "receive_tip"}, status_code=201)
    async def receive(
        self, data: ReceiveTip, intent: Intent, commands: Commands, tips: Tips, duties: Duties, receipts: Receipts
    ) -> Response[Received]:
        """Takes a tip in, with what it obliges to report. The answer comes when it is durable."""
        new = Identifiers(tip=uuid4(), persons=tuple(uuid4() for _ in data.persons))

        async def decide(now: datetime) -> Decided:
            events = decisions.receive(data, new, tips.jurisdiction, now)
            return await received_with(new.tip, events, duties, receipts, intent, data.received_at, now)

        done, status = await commands.perform(intent, decide)
        body = Received(
            reference=done.reference,
            version=done.version,
            position=done.position,
            receipt_code=receipts.code(done.reference),
        )
        headers = {"ETag": f'"{done.version}"', POSITION_HEADER: str(done.position)}
        return Response(body, status_code=status, headers=headers)

    @get("/{tip:uuid}", opt={"action": "read_tip"})
    async def read(self, tip: UUID, tips: Tips, reader: Reader, request: Request[Any, Any, Any]) -> Response[TipPage]:
        """The tip, its routing and whom to tell, without names. That you are shown it is put on record first."""
        caller = caller_of(request)
        seen = await tips.seen(caller, "read_tip", tip)
        await _on_record(reader, caller, "tip", seen)
        page = tips.page(seen, told_whom=tips.gate.may_touch(caller, "name_account", seen.record))
        return Response(page, headers={"ETag": f'"{seen.tip.version}"'})

    @get("/{tip:uuid}/access", opt={"action": "read_tip"})
    async def access(self, tip: UUID, tips: Tips, request: Request[Any, Any, Any]) -> Access:
        """Whether you may read it now. Nothing of it is told, so nothing is put on record."""
        return Access(opened_until=(await tips.seen(caller_of(request), "read_tip", tip)).opened_until)

    @get("/{tip:uuid}/history", opt={"action": "read_tip"})
    async def history(
        self, tip: UUID, tips: Tips, duties: Duties, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Entry]:
        """What happened to the tip and its reporting duties, as it was recorded."""
        caller = caller_of(request)
        seen = await tips.seen(caller, "read_tip", tip)
        await _on_record(reader, caller, "history of a tip", seen)
        keeps = tips.gate.may_touch(caller, "read_duties", seen.record)
        return await tip_history(duties, tip, with_stated=keeps)

    @get("/{tip:uuid}/screenings", opt={"action": "read_tip"})
    async def screenings(
        self, tip: UUID, tips: Tips, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Screening]:
        """Every screening, the one done last first: by whom, by which list of signs, and what came of it."""
        caller = caller_of(request)
        seen = await tips.seen(caller, "read_tip", tip)
        await _on_record(reader, caller, "screenings of a tip", seen)
        return screenings(await tips.store.happenings(tip), tips.jurisdiction)

    @post("/{tip:uuid}/screening", opt={"action": "screen_tip"}, status_code=200)
    async def screen(
        self, tip: UUID, data: Screen, intent: Intent, commands: Commands, tips: Tips, duties: Duties
    ) -> Response[Done]:
        """Child, adult or not known; sex or labour; what of the list of signs was found. Again is another screening."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "screen_tip", tip))
            events = screen(loaded.state, data, tips.jurisdiction, now)
            also = await _duties_after(duties, loaded, events, intent, now)
            return decided_on(loaded, events, data.screened_at or now, *also)

        return await commands.run(intent, decide)

    @post("/{tip:uuid}/corrections", opt={"action": "correct_tip"}, status_code=200)
    async def correct(
        self, tip: UUID, data: Correct, intent: Intent, commands: Commands, tips: Tips, duties: Duties
    ) -> Response[Done]:
        """What was entered turned out otherwise. Nothing is overwritten: both stay on record."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "correct_tip", tip))
            events = decisions.correct(
                loaded.state, data.age, data.county, data.tribal_land, data.reason, tips.jurisdiction, data.setting
            )
            return decided_on(loaded, events, now, *await _duties_after(duties, loaded, events, intent, now))

        return await commands.run(intent, decide)

    @post("/{tip:uuid}/state-lines", opt={"action": "correct_tip"}, status_code=200)
    async def state_lines(
        self, tip: UUID, data: StateStateLines, intent: Intent, commands: Commands, tips: Tips, duties: Duties
    ) -> Response[Done]:
        """Whether state lines were crossed, as somebody says. Where they were, federal investigators are to be told."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "correct_tip", tip))
            events = state_lines.state(loaded.state, data, now)
            also = await _duties_after(duties, loaded, events, intent, now)
            return decided_on(loaded, events, data.known_since, *also)

        return await commands.run(intent, decide)

    @post("/{tip:uuid}/duplicate-decisions", opt={"action": "decide_duplicate"}, status_code=200)
    async def decide_duplicate(
        self, tip: UUID, data: DecideDuplicate, intent: Intent, commands: Commands, tips: Tips
    ) -> Response[Done]:
        """Links two tips about one person, or keeps two that look alike apart."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "decide_duplicate", tip))
            other = await tips.visible(intent.caller, "decide_duplicate", data.other)
            if data.same_person:
                group = await tips.group(loaded, other)
                events = decisions.link(loaded.state, other.state, data.reason, [each.state for each in group])
                return _on_tips(loaded, group, events, now)
            return _on_tips(loaded, [loaded, other], decisions.keep_apart(loaded.state, other.state, data.reason), now)

        return await commands.run(intent, decide)

    @post("/{tip:uuid}/partings", opt={"action": "decide_duplicate"}, status_code=200)
    async def part(self, tip: UUID, data: Part, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """Takes a link back. A team that ended by it opens anew; both histories stay."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "decide_duplicate", tip))
            other = await tips.visible(intent.caller, "decide_duplicate", data.other)
            group = await tips.group(loaded, other)
            events = parting.part(loaded.state, other.state, data.reason, [each.state for each in group])
            return _on_tips(loaded, group, events, now)

        return await commands.run(intent, decide)

    @post("/{tip:uuid}/referrals", opt={"action": "refer_adult"}, status_code=200)
    async def refer(
        self, tip: UUID, data: ReferAdult, intent: Intent, commands: Commands, tips: Tips
    ) -> Response[Done]:
        """Refers an adult, with the person's agreement."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "refer_adult", tip))
            events = decisions.refer_adult(
                loaded.state, data.agency, agreed=data.agreed, jurisdiction=tips.jurisdiction, now=now
            )
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/{tip:uuid}/named-accounts", opt={"action": "name_account"}, status_code=200)
    async def name_account(
        self, tip: UUID, data: NameAccount, intent: Intent, commands: Commands, tips: Tips
    ) -> Response[Done]:
        """Shuts an account out of this case for good, and of every tip while it is linked with this one."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "name_account", tip))
            group = await tips.group(loaded)
            events = {
                each.id: decisions.name_account(each.state, data.account)
                if each.id == tip
                else decisions.name_by_link(each.state, data.account)
                for each in group
            }
            return _on_tips(loaded, group, events, now)

        return await commands.run(intent, decide)


async def received_with(
    tip: UUID,
    events: list[Event],
    duties: Duties,
    receipts: Receipts,
    intent: Intent,
    received_at: datetime,
    now: datetime,
) -> Decided:
    """A new tip, what it obliges to report, and its receipt code: all of it or nothing."""
    reserve: Effect = receipts.reservation(tip)
    owed = await duties.following(Tip(), reduce(evolve, events, Tip()), intent.command_id, now)
    changes = Changes([Change(tip, 0, events), *owed], (reserve,))
    return Decided(changes, tip, len(events), tip, received_at, status=201)


async def _on_record(reader: Reader, caller: Caller, what: str, seen: SeenTip) -> None:
    """What the caller is shown is on record before they see it; where they opened it in an emergency, as that."""
    await reader.shown(caller, f"{what}, opened in an emergency" if seen.opened_until else what, seen.tip)


async def _duties_after(
    duties: Duties, loaded: Loaded[Tip], events: list[Event], intent: Intent, now: datetime
) -> list[Change]:
    after = reduce(evolve, events, loaded.state)
    return await duties.following(loaded.state, after, intent.command_id, now)


def _on_tips(
    loaded: Loaded[Tip], group: Sequence[Loaded[Tip]], events: Mapping[UUID, list[Event]], happened_at: datetime
) -> Decided:
    """One command on several tips, each in a case of its own, in the order of `events`; it is answered for `loaded`."""
    known = {each.id: each for each in group}
    changes = [
        Change(tip, known[tip].version, told, case=known[tip].case or tip) for tip, told in events.items() if told
    ]
    # Which tips a link leads to rests on all of them.
    unchanged = [each for each in group if not events.get(each.id)]
    version = loaded.version + len(events.get(loaded.id, ()))
    return Decided(Changes(changes, rests_on=unchanged), loaded.id, version, loaded.case or loaded.id, happened_at)
