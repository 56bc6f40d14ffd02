"""For people without an account: sending a tip, and coming back to it with the receipt code."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, post
from psycopg_pool import AsyncConnectionPool

from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Intent, caller_of, decided_on
from services.kernel.http.limits import Doorstep, Rate, Surge
from services.kernel.http.problems import NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.settings import ProcessSettings
from services.kernel.store import EventStore
from services.kernel.stored_form import Happening
from services.tips.duty.duties import Duties
from services.tips.tip.decisions import Identifiers, Narrative
from services.tips.tip.events import WrittenToReporter
from services.tips.tip.http import received_with
from services.tips.tip.public import MOST_PERSONS, TellPublicly, receive_publicly, tell_more
from services.tips.tip.receipt import Receipts
from services.tips.tip.state import Tip, evolve
from services.tips.tip.tips import TIP, Tips

# What is written on a slip of paper may be mistyped a few times; whoever guesses is stopped long before a right one.
SHORTEST_CODE, LONGEST_CODE = 12, 40
PER_ADDRESS = Rate(60, timedelta(minutes=15))
PER_CODE = Rate(10, timedelta(minutes=15))
# A school, a shelter or a call centre has one address.
TIPS_PER_ADDRESS = Rate(30, timedelta(hours=1))
# The same for whoever asks this service without the console.
TIPS_EXPECTED = Rate(300, timedelta(hours=1))
TIPS_SHARE = Rate(10, timedelta(hours=1))
TIPS_PER_KEY = Rate(20, timedelta(minutes=15))

Code = Annotated[str, msgspec.Meta(min_length=SHORTEST_CODE, max_length=LONGEST_CODE)]


class ShowReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code the reporter was given. It goes in the body, so no log or address bar keeps it."""

    receipt_code: Code


class TellMore(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something further that the reporter of this code wants to say."""

    receipt_code: Code
    what: Narrative


class ReceiptGiven(msgspec.Struct, frozen=True):
    """All a sender learns: neither a reference nor how far the log is."""

    receipt_code: str


class Message(msgspec.Struct, frozen=True):
    """What staff ask or answer; null where a court had it destroyed."""

    written_at: datetime
    text: str | None


class ReceiptPage(msgspec.Struct, frozen=True):
    """All a reporter learns: since when the tip is on record, that someone has looked at it, and what staff wrote."""

    received_at: datetime
    looked_at: bool
    messages: Sequence[Message]


class PublicDoor:
    """How often an address may send, and an address and a code be tried."""

    def __init__(self, settings: ProcessSettings) -> None:
        surge = Surge(TIPS_EXPECTED, TIPS_SHARE)
        self.sending = Doorstep(settings, address=TIPS_PER_ADDRESS, target=TIPS_PER_KEY, surge=surge)
        self.codes = Doorstep(settings, address=PER_ADDRESS, target=PER_CODE)


class PublicTipController(Controller):
    """Open to everybody."""

    path = "/public-tips"
    tags = ["Receipts"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "send_public_tip"}, status_code=201)
    async def send(
        self,
        data: TellPublicly,
        intent: Intent,
        commands: Commands,
        tips: Tips,
        duties: Duties,
        receipts: Receipts,
        door: PublicDoor,
        request: Request[Any, Any, Any],
    ) -> Response[ReceiptGiven]:
        """Takes a tip in from whoever sends one. It is handled as one that was called in: nobody has screened it."""
        door.sending.count(request, intent.key)
        new = Identifiers(tip=uuid4(), persons=tuple(uuid4() for _ in range(MOST_PERSONS)))

        async def decide(now: datetime) -> Decided:
            events = receive_publicly(data, new, tips.jurisdiction, now)
            return await received_with(new.tip, events, duties, receipts, intent, now, now)

        done, status = await commands.perform(intent, decide)
        return Response(ReceiptGiven(receipts.code(done.reference)), status_code=status)


class ReceiptController(Controller):
    """Open to the reporter, who has no account. A wrong code is looked up as a right one is."""

    path = "/receipts"
    tags = ["Receipts"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "show_receipt"}, status_code=200)
    async def show(
        self,
        data: ShowReceipt,
        receipts: Receipts,
        pool: AsyncConnectionPool,
        store: EventStore,
        reader: Reader,
        door: PublicDoor,
        request: Request[Any, Any, Any],
    ) -> ReceiptPage:
        """Tells the reporter that the tip arrived, and what staff wrote since. That it was read is put on record."""
        door.codes.count(request, receipts.digest_of(data.receipt_code).hex())
        tip = await receipts.tip_of(data.receipt_code, pool)
        return await _page(tip, store, reader, caller_of(request))

    @post("/additions", opt={"action": "tell_more"}, status_code=200)
    async def tell_more(
        self,
        data: TellMore,
        intent: Intent,
        commands: Commands,
        receipts: Receipts,
        pool: AsyncConnectionPool,
        store: EventStore,
        reader: Reader,
        door: PublicDoor,
        request: Request[Any, Any, Any],
    ) -> ReceiptPage:
        """Adds what the reporter wants to say further. It is sealed, and goes to the tip."""
        door.codes.count(request, receipts.digest_of(data.receipt_code).hex())

        async def decide(now: datetime) -> Decided:
            tip = await store.load(TIP, await receipts.tip_of(data.receipt_code, pool))
            if tip.state.received_at is None:
                raise NotFound
            return decided_on(tip, tell_more(tip.state, data.what), now)

        done, _ = await commands.perform(intent, decide)
        return await _page(done.reference, store, reader, caller_of(request))


async def _page(tip: UUID, store: EventStore, reader: Reader, caller: Caller) -> ReceiptPage:
    """Raises `NotFound` for a code that nobody was given."""
    happenings = await store.happenings(tip)
    state = reduce(evolve, (each.event for each in happenings), Tip())
    if state.received_at is None:
        raise NotFound
    written = [each for each in happenings if isinstance(each.event, WrittenToReporter)]
    await reader.record(caller, "what staff wrote to whoever told", tip, written)
    messages = [Message(each.happened_at, await _text_of(reader, each)) for each in written]
    return ReceiptPage(state.received_at, bool(state.screened_age), messages)


async def _text_of(reader: Reader, written: Happening) -> str | None:
    text = written.event.narrative if isinstance(written.event, WrittenToReporter) else None
    return await reader.open(SealedText(text, written.event_id, "narrative"))
