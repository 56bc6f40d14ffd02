"""Who reads a team by shares, as the events of the tips service tell it. Pure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.rapid_assessment.sharing.events import GlassBrokenNoted, ReaderGone, ReaderNoted


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """`reader` is an account, or a role of an agency, in the words of the gate."""

    reader: str
    until: datetime
    gone: bool = False


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """Readers by share; and until when those read it who opened it in an emergency, by opening."""

    readers: dict[UUID, Reader] = {}
    opened: dict[UUID, tuple[UUID, datetime]] = {}

    def opened_by(self, now: datetime) -> Sequence[UUID]:
        """Those who have it open now."""
        return [account for account, until in self.opened.values() if now < until]

    def readers_at(self, now: datetime) -> Sequence[str]:
        """Those whose share holds now; its last moment is the one before `until`."""
        return [each.reader for each in self.readers.values() if not each.gone and now < each.until]


def evolve(sharing: Sharing, event: Event) -> Sharing:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case ReaderNoted():
            reader = Reader(reader=event.reader, until=event.until)
            return change(sharing, readers={**sharing.readers, event.share: reader})
        case ReaderGone() if event.share in sharing.readers:
            gone = change(sharing.readers[event.share], gone=True)
            return change(sharing, readers={**sharing.readers, event.share: gone})
        case GlassBrokenNoted():
            return change(sharing, opened={**sharing.opened, event.opening: (event.account, event.until)})
        case _:
            return sharing


def note(sharing: Sharing, team: UUID, tip: UUID, share: UUID, reader: str, until: datetime) -> list[Event]:
    """Told again, it changes nothing; what has ended is not begun anew."""
    if share in sharing.readers:
        return []
    return [ReaderNoted(team=team, tip=tip, share=share, reader=reader, until=until)]


def note_opening(sharing: Sharing, team: UUID, tip: UUID, opening: UUID, account: UUID, until: datetime) -> list[Event]:
    """Told again, it changes nothing."""
    if opening in sharing.opened:
        return []
    return [GlassBrokenNoted(team=team, tip=tip, opening=opening, account=account, until=until)]


def end(sharing: Sharing, team: UUID, tip: UUID, share: UUID) -> list[Event]:
    """Nothing for a share that is not known, or has ended."""
    known = sharing.readers.get(share)
    return [] if known is None or known.gone else [ReaderGone(team=team, tip=tip, share=share)]
