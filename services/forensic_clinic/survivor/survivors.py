"""What the routes for a survivor's page work with: the receipt, the PIN's hash, the ticket of a page that is open."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import msgspec
from psycopg_pool import AsyncConnectionPool

from contracts.language import Event, Personal, Seal
from services.forensic_clinic.kit.duties import QUESTION_RULE
from services.forensic_clinic.kit.kits import Kits, settle
from services.forensic_clinic.kit.state import Kit
from services.forensic_clinic.survivor import state as survivors
from services.forensic_clinic.survivor.events import AccessGiven, PinChanged, QuestionAnswered, QuestionAsked
from services.forensic_clinic.survivor.pins import Pins
from services.forensic_clinic.survivor.state import Followed, Survivor
from services.kernel import clock as clocks
from services.kernel.batch import Effect
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.http.commands import Intent
from services.kernel.http.problems import NotFound
from services.kernel.http.reading import SealedText
from services.kernel.keys import Digester
from services.kernel.store import Change, Kind, Loaded
from services.kernel.stored_form import Happening

SURVIVOR = Kind("survivor", Survivor(), survivors.evolve)

CODE_LENGTH = 16
GROUP = 4
# A code has none of these digits: whoever writes one means the letter.
MEANT = str.maketrans("018", "OIB")

TICKET_LASTS = timedelta(minutes=15)
"""So long an open page goes on without the PIN; to report, and to change it, the PIN is typed again."""

LONGEST_MOMENT = 10
"""Digits of a moment in seconds, for the next two centuries."""

NO_KIT = UUID(int=0)
"""No receipt is of it: the work for a wrong receipt is the work for a right one."""

_NO_SEAL = Personal(person=NO_KIT, seal=Seal(key=NO_KIT, nonce=bytes(12), ciphertext=b"", commitment=bytes(32)))
"""Opens nowhere, and is looked for like any other."""

_RESERVE = "INSERT INTO reservations (kind, value, holder) VALUES ('survivor receipt', %s, %s)"
_RELEASE = "DELETE FROM reservations WHERE kind = 'survivor receipt' AND holder = %s"
_FIND = "SELECT holder FROM reservations WHERE kind = 'survivor receipt' AND value = %s"


def survivor_of(kit: UUID) -> UUID:
    """A kit's survivor has one stream."""
    return uuid5(kit, "survivor")


def clock_of_question(kit: UUID, number: int) -> UUID:
    """One for each question."""
    return uuid5(kit, f"{QUESTION_RULE} {number}")


def followed(kit: Kit) -> Followed:
    """What decisions ask of it."""
    return Followed(kit=kit.kit, person=kit.person, there=kit.phase in {"open", "sealed"})


@dataclass(frozen=True)
class Opened:
    """A page that its holder opened: whose kit it is of, as the events tell it. `happenings` are the survivor's."""

    kit: UUID
    survivor: Loaded[Survivor]
    happenings: Sequence[Happening]


@dataclass(frozen=True)
class Survivors:
    """Receipts of 80 random-looking bits in groups of four, for example ABCD-EFGH-IJ23-KLMN, and what they open."""

    kits: Kits
    pool: AsyncConnectionPool
    digester: Digester
    pins: Pins

    async def of_kit(self, kit: UUID) -> Loaded[Survivor]:
        """Version 0 where no receipt was ever given."""
        return await self.kits.store.load(SURVIVOR, survivor_of(kit))

    def code(self, kit: UUID, version: int) -> str:
        """Of the receipt that was given when the stream came to that version: a repeated command is told the same."""
        made = self.digester.digest("survivor receipt", kit.bytes, str(version).encode())
        letters = base64.b32encode(made).decode()[:CODE_LENGTH]
        return "-".join(letters[at : at + GROUP] for at in range(0, CODE_LENGTH, GROUP))

    def reservation(self, kit: UUID, version: int) -> Sequence[Effect]:
        """The kit is found by this receipt from now on, and by no earlier one."""
        return [Effect(_RELEASE, (kit,)), Effect(_RESERVE, (self.digest_of(self.code(kit, version)), kit))]

    def release(self, kit: UUID) -> Effect:
        """No receipt finds the kit any more."""
        return Effect(_RELEASE, (kit,))

    def digest_of(self, receipt: str) -> bytes:
        """However it is written: small letters and missing dashes are all the same."""
        letters = "".join(letter for letter in receipt.upper() if letter.isalnum()).translate(MEANT)
        return self.digester.digest("survivor receipt code", letters.encode())

    def without_pin(self, intent: Intent, route: str, *said: str) -> Intent:
        """The command as it is remembered: by all but the PIN, of which a quick digest is kept nowhere."""
        parts = (intent.caller.actor, route, *said)
        request = self.digester.digest("survivor request", *(each.encode() for each in parts))
        return msgspec.structs.replace(intent, request=request)

    async def opened_by_pin(self, receipt: str, pin: str) -> Opened:
        """Raises `NotFound` for a wrong receipt and for a wrong PIN, after the same work; `Overloaded`."""
        found = await self._found(receipt)
        last = [each for each in found.happenings if isinstance(each.event, AccessGiven | PinChanged)]
        sealed = SealedText(_NO_SEAL, NO_KIT, "verifier")
        if last and isinstance(last[-1].event, AccessGiven | PinChanged):
            sealed = SealedText(last[-1].event.verifier, last[-1].event_id, "verifier")
        verifier = await self.kits.reader.open(sealed)
        if not await self.pins.fits(pin.strip(), verifier) or not found.survivor.state.open:
            raise NotFound
        return found

    async def opened_by_ticket(self, receipt: str, ticket: str, now: datetime) -> Opened:
        """Raises `NotFound` for one that is over, forged, or of a receipt that opens nothing any more."""
        found = await self._found(receipt)
        ends = _moment_in(ticket)
        right = self._ticket(receipt, found.survivor.state.given, ends)
        # As bytes: of texts it compares those of plain letters alone, and anything may have been sent.
        fits = hmac.compare_digest(ticket.encode(), right.encode())
        if not fits or now >= ends or not found.survivor.state.open:
            raise NotFound
        return found

    def ticket(self, receipt: str, opened: Opened, now: datetime) -> str:
        """For what is done next on the page: it opens this page alone, for minutes."""
        return self._ticket(receipt, opened.survivor.state.given, now + TICKET_LASTS)

    def asked(self, kit: UUID, events: Sequence[Event], cause: UUID, now: datetime) -> list[Change]:
        """A question starts its clock, with the command that asks it."""
        changes = []
        for event in events:
            if isinstance(event, QuestionAsked):
                terms = self.kits.jurisdiction.terms(QUESTION_RULE, now)
                started = clocks.start(Clock(), terms, kit, cause, now) if terms is not None else []
                changes.append(Change(clock_of_question(kit, event.number), 0, started))
        return [each for each in changes if each.events]

    async def answered(self, kit: UUID, events: Sequence[Event], now: datetime) -> list[Change]:
        """An answer ends its clock, with the command that answers."""
        changes = []
        for event in events:
            if isinstance(event, QuestionAnswered):
                clock = await self.question_clock(kit, event.number)
                changes.append(Change(clock.id, clock.version, settle(clock.state, now, now)))
        return [each for each in changes if each.events]

    async def closed(self, survivor: Survivor, now: datetime) -> list[Change]:
        """Nobody can read an answer there any more: the clock of a question that waits is excused."""
        if survivor.waits is None:
            return []
        clock = await self.question_clock(survivor.kit, survivor.waits)
        events = clocks.excuse(clock.state, "page_closed", now)
        return [Change(clock.id, clock.version, events)] if events else []

    async def question_clock(self, kit: UUID, number: int) -> Loaded[Clock]:
        """Of one question."""
        return await self.kits.store.load(CLOCK, clock_of_question(kit, number))

    async def _found(self, receipt: str) -> Opened:
        async with self.pool.connection() as connection:
            row = await (await connection.execute(_FIND, (self.digest_of(receipt),))).fetchone()
        kit = row[0] if row else NO_KIT
        happenings = await self.kits.store.happenings(survivor_of(kit))
        return Opened(kit, await self.of_kit(kit), happenings)

    def _ticket(self, receipt: str, given: int, ends: datetime) -> str:
        seconds = str(int(ends.timestamp()))
        made = self.digester.digest("survivor ticket", self.digest_of(receipt), str(given).encode(), seconds.encode())
        return f"{seconds}.{made.hex()[:40]}"


def _moment_in(ticket: str) -> datetime:
    """When it ends, as it says of itself; long ago for what is none."""
    seconds = ticket.partition(".")[0]
    readable = seconds.isascii() and seconds.isdigit() and len(seconds) <= LONGEST_MOMENT
    return datetime.fromtimestamp(int(seconds) if readable else 0, UTC)
