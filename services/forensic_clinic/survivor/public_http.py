"""A survivor's own page over HTTP, for whoever has the receipt and the PIN and no account.

A wrong receipt and a wrong PIN are answered alike, after the same work. Both go in the body: no log keeps them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Controller, Request, post

from contracts.language import Event
from services.forensic_clinic.kit import decisions as kit_decisions
from services.forensic_clinic.kit.commands import on_kit
from services.forensic_clinic.survivor import decisions
from services.forensic_clinic.survivor.page import SurvivorPage, survivor_page
from services.forensic_clinic.survivor.state import Sees, Told
from services.forensic_clinic.survivor.survivors import Opened, Survivors, followed
from services.kernel.batch import Effect
from services.kernel.http.commands import Commands, Decided, Intent, caller_of, decided_on
from services.kernel.http.limits import Doorstep, Rate, Surge
from services.kernel.settings import ProcessSettings
from services.kernel.store import Change
from services.kernel.time_source import TimeSource

SHORTEST_CODE, LONGEST_CODE = 12, 40
PER_ADDRESS = Rate(40, timedelta(minutes=15))
# Whoever mistypes has six tries at once, and one more every ten minutes: of a million PINs, 150 a day.
PER_RECEIPT = Rate(6, timedelta(hours=1))
# In all: beyond what a state's survivors need in an hour each neighbourhood has a share of its own.
EXPECTED = Rate(200, timedelta(hours=1))
SHARE = Rate(20, timedelta(hours=1))

Receipt = Annotated[str, msgspec.Meta(min_length=SHORTEST_CODE, max_length=LONGEST_CODE)]
Pin = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Ticket = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class WithPin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The receipt and the PIN its holder chose."""

    receipt: Receipt
    pin: Pin


class WithTicket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The receipt, and what the page was given when the PIN opened it."""

    receipt: Receipt
    ticket: Ticket


class AskSomething(WithTicket, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In the survivor's own words; sealed, and read by the clinic that collected the kit."""

    question: Words


class Choose(WithTicket, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page shows from now on, and how its holder wants to be told."""

    sees: tuple[Sees, ...]
    told: Told


class NewPin(WithPin, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another PIN instead of the present one."""

    new_pin: Pin


class SurvivorClosed(msgspec.Struct, frozen=True):
    """The receipt opens nothing any more."""

    closed: bool = True


class SurvivorDoor:
    """How often an address may try, a receipt be tried, and all of them together."""

    def __init__(self, settings: ProcessSettings) -> None:
        self.tries = Doorstep(settings, address=PER_ADDRESS, target=PER_RECEIPT, surge=Surge(EXPECTED, SHARE))


P = TypeVar("P", bound=WithPin)


class SurvivorPageController(Controller):
    """Open to everybody; what decides is a receipt and a PIN."""

    path = "/survivor-pages"
    tags = ["Survivors"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "show_survivor_page"}, status_code=200)
    async def show(
        self, data: WithPin, survivors: Survivors, survivor_door: SurvivorDoor, time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> SurvivorPage:  # fmt: skip
        """Where it is and what happens next, as far as its holder chose to see it."""
        opened = await _by_pin(survivors, survivor_door, request, data)
        return await _shown(survivors, opened, data.receipt, request, time.now())

    @post("/again", opt={"action": "show_survivor_page"}, status_code=200)
    async def show_again(
        self, data: WithTicket, survivors: Survivors, time: TimeSource, request: Request[Any, Any, Any]
    ) -> SurvivorPage:
        """The page that is open, while its ticket lasts."""
        return await _again(survivors, data, request, time.now())

    @post("/questions", opt={"action": "ask_as_survivor"}, status_code=200)
    async def ask(
        self, data: AskSomething, intent: Intent, commands: Commands, survivors: Survivors, time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> SurvivorPage:  # fmt: skip
        """Asks something. An answer is due within the days of rule C90."""

        async def decide(now: datetime) -> Decided:
            opened = await survivors.opened_by_ticket(data.receipt, data.ticket, now)
            kit = (await survivors.kits.load(opened.kit)).state
            events = decisions.ask(opened.survivor.state, followed(kit), data.question)
            also = survivors.asked(opened.kit, events, intent.command_id, now)
            return _on(opened, events, now, kit.tip, *also)

        await commands.perform(intent, decide)
        return await _again(survivors, data, request, time.now())

    @post("/choices", opt={"action": "choose_as_survivor"}, status_code=200)
    async def choose(
        self, data: Choose, intent: Intent, commands: Commands, survivors: Survivors, time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> SurvivorPage:  # fmt: skip
        """What is shown here, and how its holder wants to be told."""

        async def decide(now: datetime) -> Decided:
            opened = await survivors.opened_by_ticket(data.receipt, data.ticket, now)
            kit = (await survivors.kits.load(opened.kit)).state
            return _on(opened, decisions.choose(opened.survivor.state, data.sees, data.told), now, kit.tip)

        await commands.perform(intent, decide)
        return await _again(survivors, data, request, time.now())

    @post("/report", opt={"action": "report_as_survivor"}, status_code=200)
    async def report(
        self, data: WithPin, intent: Intent, commands: Commands, survivors: Survivors, survivor_door: SurvivorDoor,
        time: TimeSource, request: Request[Any, Any, Any],
    ) -> SurvivorPage:  # fmt: skip
        """The survivor chooses to report: what the law asks with the kit runs from now on."""
        opened = await _by_pin(survivors, survivor_door, request, data)
        intent, kits = survivors.without_pin(intent, "report", data.receipt), survivors.kits

        async def decide(now: datetime) -> Decided:
            kit = await kits.load(opened.kit)
            survivor = await survivors.of_kit(opened.kit)
            also = Change(survivor.id, survivor.version, decisions.report(followed(kit.state), now), case=kit.state.tip)
            return await on_kit(kits, intent, kit, kit_decisions.report(kit.state, now, now), now, now, also)

        await commands.perform(intent, decide)
        return await _shown(survivors, opened, data.receipt, request, time.now())

    @post("/pin", opt={"action": "change_survivor_pin"}, status_code=200)
    async def change_pin(
        self, data: NewPin, intent: Intent, commands: Commands, survivors: Survivors, survivor_door: SurvivorDoor,
        time: TimeSource, request: Request[Any, Any, Any],
    ) -> SurvivorPage:  # fmt: skip
        """Another PIN, chosen by the holder."""
        new = decisions.good_pin("new_pin", data.new_pin)
        opened = await _by_pin(survivors, survivor_door, request, data)
        verifier = await survivors.pins.verifier_of(new)
        intent = survivors.without_pin(intent, "pin", data.receipt)

        async def decide(now: datetime) -> Decided:
            kit = (await survivors.kits.load(opened.kit)).state
            return _on(await _now(survivors, opened), decisions.change_pin(followed(kit), verifier), now, kit.tip)

        await commands.perform(intent, decide)
        return await _shown(survivors, opened, data.receipt, request, time.now())

    @post("/closing", opt={"action": "close_survivor_page"}, status_code=200)
    async def close(
        self, data: WithPin, intent: Intent, commands: Commands, survivors: Survivors, survivor_door: SurvivorDoor,
        request: Request[Any, Any, Any],
    ) -> SurvivorClosed:  # fmt: skip
        """The survivor wants no page any more: the receipt opens nothing from now on. The kit is kept as before."""
        opened = await _by_pin(survivors, survivor_door, request, data)
        intent = survivors.without_pin(intent, "closing", data.receipt)

        async def decide(now: datetime) -> Decided:
            found = await _now(survivors, opened)
            kit = (await survivors.kits.load(opened.kit)).state
            events = decisions.close(found.survivor.state, "survivor")
            also = await survivors.closed(found.survivor.state, now)
            return _on(found, events, now, kit.tip, *also, effects=[survivors.release(opened.kit)])

        await commands.perform(intent, decide)
        return SurvivorClosed()


async def _by_pin(survivors: Survivors, door: SurvivorDoor, request: Request[Any, Any, Any], data: P) -> Opened:
    """Raises `TooManyRequests`, and `NotFound` for a wrong receipt and a wrong PIN alike."""
    door.tries.count(request, survivors.digest_of(data.receipt).hex())
    return await survivors.opened_by_pin(data.receipt, data.pin)


async def _now(survivors: Survivors, opened: Opened) -> Opened:
    """As it stands when it is decided."""
    happenings = await survivors.kits.store.happenings(opened.survivor.id)
    return Opened(opened.kit, await survivors.of_kit(opened.kit), happenings)


async def _again(
    survivors: Survivors, data: WithTicket, request: Request[Any, Any, Any], now: datetime
) -> SurvivorPage:
    opened = await survivors.opened_by_ticket(data.receipt, data.ticket, now)
    return await _shown(survivors, opened, data.receipt, request, now)


async def _shown(
    survivors: Survivors, opened: Opened, receipt: str, request: Request[Any, Any, Any], now: datetime
) -> SurvivorPage:
    opened = await _now(survivors, opened)
    return await survivor_page(survivors, opened, survivors.ticket(receipt, opened, now), caller_of(request))


def _on(
    opened: Opened, events: list[Event], now: datetime, tip: UUID, *also: Change, effects: Sequence[Effect] = ()
) -> Decided:
    return decided_on(opened.survivor, events, now, *also, effects=effects, case=tip)
