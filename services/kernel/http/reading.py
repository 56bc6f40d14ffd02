"""The edge where records are shown and sealed texts opened: never without putting the read on record first."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.language import Event, Personal
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate
from services.kernel.keys import KeyStore
from services.kernel.operations import ListSearched, PageRead, RecordShown
from services.kernel.sealing import CannotOpen, Withheld
from services.kernel.store import Change, Changes, EventStore, Loaded
from services.kernel.stored_form import Happening, Origin
from services.kernel.time_source import TimeSource

SAME_VISIT = timedelta(minutes=30)
"""A page that renews itself shows what it showed: within this time that is the same read, as a session is in use."""

REMEMBERED = 10_000
"""Of more reads within a visit, the oldest are forgotten, and put on record once more if they come again."""


@dataclass(frozen=True)
class SealedText:
    """A personal field with the event and path it is bound to; `text` may be absent."""

    text: Personal | None
    event_id: UUID
    field: str


@dataclass(frozen=True)
class Looked:
    """What a sealed field says; `by_order` where a court had its key destroyed, so that nobody can ever tell."""

    text: str | None
    by_order: bool = False


class Reader:
    """Puts on record what a page shows, and opens sealed texts for it."""

    def __init__(self, store: EventStore, keys: KeyStore, time: TimeSource, gate: Gate, of: str = "") -> None:
        """`of` says of which moment the records are that it shows, where that is not the present."""
        self._of = of
        self._store = store
        self._keys = keys
        self._time = time
        self._gate = gate
        self._last: OrderedDict[tuple[object, ...], datetime] = OrderedDict()

    async def shown(self, caller: Caller, question: str, *loaded: Loaded[Any]) -> None:
        """One event a page: who was shown which records, as they stood at which position. Call it before showing them.

        What nobody has changed since, shown to the same person within `SAME_VISIT`, is on record already.
        """
        question = self._asked(question)
        first, positions, now = loaded[0], tuple(each.position for each in loaded), self._time.now()
        read = (caller.account, question, first.id, positions)
        if self._is_on_record(read, now):
            return
        event = RecordShown(question=question, records=tuple(each.id for each in loaded), positions=positions)
        await self._append(caller, event, first.case or first.id)
        self._remember(read, now)

    async def searched(
        self, caller: Caller, question: str, narrowed: tuple[str, ...], rows: int, records: tuple[UUID, ...]
    ) -> None:
        """Who searched which list by what, and what it returned; it belongs to the case of none of the records.

        What returns the same to the same person within `SAME_VISIT` is on record already.
        """
        question, now = self._asked(question), self._time.now()
        search = (caller.account, question, narrowed, rows, records)
        if self._is_on_record(search, now):
            return
        event = ListSearched(question=question, narrowed=narrowed, rows=rows, records=records)
        await self._append(caller, event, None)
        self._remember(search, now)

    def _is_on_record(self, read: tuple[object, ...], now: datetime) -> bool:
        return read in self._last and now - self._last[read] < SAME_VISIT

    def _remember(self, read: tuple[object, ...], now: datetime) -> None:
        self._last[read] = now
        self._last.move_to_end(read)
        self._forget(now)

    def _forget(self, now: datetime) -> None:
        """What no later read is compared with."""
        while len(self._last) > REMEMBERED or now - next(iter(self._last.values())) >= SAME_VISIT:
            self._last.popitem(last=False)

    async def record(self, caller: Caller, question: str, case: UUID, shown: Sequence[Happening]) -> None:
        """One event a page: who asked what, the records, and the positions they stood at. Call it before `open`."""
        if not shown:
            return
        read = PageRead(
            question=self._asked(question),
            records=tuple(dict.fromkeys(happening.stream for happening in shown)),
            positions=tuple(happening.position for happening in shown),
        )
        await self._append(caller, read, case)

    def _asked(self, question: str) -> str:
        return f"{question}, {self._of}" if self._of else question

    async def _append(self, caller: Caller, read: Event, case: UUID | None) -> None:
        page = uuid4()
        origin = Origin(
            actor=caller.actor,
            agency=caller.agency,
            command_id=uuid4(),
            causation_id=None,
            correlation_id=case or page,
            policy=self._gate.version,
        )
        await self._store.append(Changes([Change(page, 0, [read])]), origin, self._time.now())

    async def open(self, sealed: SealedText) -> str | None:
        """None for what was never said, for what a court had destroyed, and for what is not opened here."""
        return (await self.look(sealed)).text

    async def look(self, sealed: SealedText) -> Looked:
        """As `open`, and says which of them it is."""
        if sealed.text is None:
            return Looked(None)
        try:
            return Looked(await self._keys.open(sealed.text, sealed.event_id, sealed.field))
        except Withheld:
            return Looked(None)
        except CannotOpen:
            return Looked(None, by_order=True)
