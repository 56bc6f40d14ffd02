"""The edge where sealed texts are opened: never without putting the read on record first."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from contracts.language import Personal
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate
from services.kernel.keys import KeyStore
from services.kernel.operations import PageRead
from services.kernel.sealing import CannotOpen
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening, Origin
from services.kernel.time_source import TimeSource


@dataclass(frozen=True)
class SealedText:
    """A personal field with the event and path it is bound to; `text` may be absent."""

    text: Personal | None
    event_id: UUID
    field: str


class Reader:
    """Opens sealed texts for a page."""

    def __init__(self, store: EventStore, keys: KeyStore, time: TimeSource, gate: Gate) -> None:
        self._store = store
        self._keys = keys
        self._time = time
        self._gate = gate

    async def record(self, caller: Caller, question: str, case: UUID, shown: Sequence[Happening]) -> None:
        """One event a page: who asked what, the records, and the positions they stood at. Call it before `open`."""
        if not shown:
            return
        read = PageRead(
            question=question,
            records=tuple(dict.fromkeys(happening.stream for happening in shown)),
            positions=tuple(happening.position for happening in shown),
        )
        page = uuid4()
        origin = Origin(
            actor=caller.actor,
            agency=caller.agency,
            command_id=uuid4(),
            causation_id=None,
            correlation_id=case,
            policy=self._gate.version,
        )
        await self._store.append(Changes([Change(page, 0, [read])]), origin, self._time.now())

    async def open(self, sealed: SealedText) -> str | None:
        """None for what was never said, and for what a court had destroyed."""
        if sealed.text is None:
            return None
        try:
            return await self._keys.open(sealed.text, sealed.event_id, sealed.field)
        except CannotOpen:
            return None
