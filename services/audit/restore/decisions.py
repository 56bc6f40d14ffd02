"""When it may be declared that a database was put back, and who may confirm it. Pure.

Only a rollback that was found can be declared, as it was found: it is never a way to have something else forgotten.
"""

from collections.abc import Collection
from enum import StrEnum

from contracts.language import Event, Refused
from services.audit.restore.events import RestoreConfirmed, RestoreDeclared, RestoreRefused
from services.audit.restore.state import Phase, Restore, Restores


class RestoreRefusal(StrEnum):
    """Why not."""

    NOT_ROLLED_BACK = "not_rolled_back"
    WAITS_ALREADY = "waits_already"
    NOT_WAITING = "not_waiting"
    SAME_PERSON = "same_person"


def declare(
    restores: Restores, rolled_back: Collection[tuple[int, int]], source: str, kept: int, known: int, reason: str
) -> list[Event]:
    """The log ended at `kept` after the restore; `known` was the last position there was.

    `rolled_back` are first and last position of each rollback that stands found. Raises `Refused`.
    """
    if any(each.phase == Phase.DECLARED for each in restores.every):
        raise Refused(RestoreRefusal.WAITS_ALREADY, "A restore of this service waits to be confirmed: see to it first.")
    first, last = kept + 1, known
    if not any(found <= first and until == last for found, until in rolled_back):
        raise Refused(
            RestoreRefusal.NOT_ROLLED_BACK,
            "No finding stands open that this log went back from and to there: read `muster findings` again.",
        )
    number = len(restores.every) + 1
    return [RestoreDeclared(source=source, number=number, first=first, last=last, reason=reason)]


def confirm(restore: Restore, declared_by: str, by: str, source: str) -> list[Event]:
    """By somebody else; actors as events name them. Raises `Refused`."""
    _refuse_unless_it_waits(restore)
    if by == declared_by:
        raise Refused(RestoreRefusal.SAME_PERSON, "Whoever declared it cannot confirm it: that takes a second person.")
    return [RestoreConfirmed(source=source, number=restore.number, first=restore.first, last=restore.last)]


def refuse(restore: Restore, reason: str, source: str) -> list[Event]:
    """Also by who declared it: taken back. Raises `Refused`."""
    _refuse_unless_it_waits(restore)
    return [RestoreRefused(source=source, number=restore.number, reason=reason)]


def _refuse_unless_it_waits(restore: Restore) -> None:
    if restore.phase != Phase.DECLARED:
        raise Refused(RestoreRefusal.NOT_WAITING, "This declaration waits for nobody's word any more.")
