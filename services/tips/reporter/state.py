"""Who may read who reported a tip, as the events tell it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.language import Event
from services.tips.reporter.events import CourtOrderStated, ReleaseAgreed, ReleaseAsked, ReleaseRefused


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """Asked by whom, and what a second person said. `until` is set once it is agreed to; `by_order`: a court's."""

    release: UUID
    account: UUID
    agency: str
    roles: tuple[str, ...]
    purpose: str
    by_order: bool = False
    answer: Literal["", "agreed", "refused"] = ""
    answered_by: UUID | None = None
    until: datetime | None = None


class Releases(msgspec.Struct, frozen=True, kw_only=True):
    """Every one that was asked for."""

    releases: tuple[Release, ...] = ()

    def of(self, release: UUID) -> Release | None:
        """None when there was no such release."""
        return next((each for each in self.releases if each.release == release), None)

    def shown_to(self, now: datetime) -> Sequence[UUID]:
        """Those to whom it is released now; the last moment is the one before `until`."""
        return [each.account for each in self._holding(now)]

    def ordered_for(self, now: datetime) -> Sequence[UUID]:
        """Those of them for whom a court ordered it."""
        return [each.account for each in self._holding(now) if each.by_order]

    def _holding(self, now: datetime) -> Sequence[Release]:
        return [each for each in self.releases if each.until is not None and now < each.until]


def evolve(releases: Releases, event: Event) -> Releases:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case ReleaseAsked():
            asked = Release(
                release=event.release,
                account=event.account,
                agency=event.agency,
                roles=event.roles,
                purpose=event.purpose,
            )
            return Releases(releases=(*releases.releases, asked))
        case CourtOrderStated():
            return _with(releases, event.release, by_order=True)
        case ReleaseAgreed():
            return _with(releases, event.release, answer="agreed", answered_by=event.account, until=event.until)
        case ReleaseRefused():
            return _with(releases, event.release, answer="refused", answered_by=event.account)
        case _:
            return releases


def _with(releases: Releases, release: UUID, **changes: object) -> Releases:
    changed = [
        msgspec.structs.replace(each, **changes) if each.release == release else each for each in releases.releases
    ]
    return Releases(releases=tuple(changed))
