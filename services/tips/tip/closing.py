"""The end of a case: what a court or a prosecutor decided, and when the case may be closed. Pure.

Final disposition is reserved (Miss. Code 43-21-353): whoever investigates does not end it. A case is closed when
nothing is owed any more: no reporting duty, no team, no exam and no reported kit without its end, and of a child's case
no investigation that nobody disposed of. A prosecution goes on by itself, with its own clocks.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.disposition import Disposer, ReservedDisposition
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.tips.tip.events import TipClosed, TipDisposed
from services.tips.tip.state import Tip

TEAM_STANDS = frozenset({"opened", "formed"})


class ClosingRefusal(StrEnum):
    """Why a case is not closed, or a disposition not taken."""

    RESERVED = "disposition_reserved"
    DISPOSED_ALREADY = "disposed_already"
    DUTIES_OPEN = "duties_open"
    TEAM_STANDS = "team_stands"
    CLINIC_WAITS = "clinic_waits"
    NOT_DISPOSED = "not_disposed"
    CLOSED_ALREADY = "closed_already"


class Dispose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which investigation, by whom, when, and by which paper: an order's number; that is sealed."""

    of: str
    by: Disposer
    disposed_at: Annotated[datetime, msgspec.Meta(tz=True)]
    document: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


def dispose(tip: Tip, wanted: Dispose, tables: Jurisdiction, now: datetime) -> list[Event]:
    """Raises `Refused` that names who alone may, `InvalidValue` for an investigation there is not or a time to come."""
    not_in_future("disposed_at", wanted.disposed_at, now)
    reserved = _reserved(tables, wanted.of)
    if wanted.by not in reserved.reserved_to:
        raise Refused(
            ClosingRefusal.RESERVED,
            f"Final disposition of this investigation is reserved to: {_said(reserved.reserved_to)}.",
            citation=reserved.citation,
        )
    if wanted.of in tip.disposed:
        raise Refused(ClosingRefusal.DISPOSED_ALREADY, "That it was disposed of is on record already.")
    return [
        TipDisposed(
            tip=tip.tip,
            of=wanted.of,
            by=wanted.by,
            disposed_at=wanted.disposed_at,
            citation=reserved.citation,
            document=Personal(person=tip.person, text=wanted.document),
        )
    ]


def close(tip: Tip, open_duties: Sequence[str], tables: Jurisdiction) -> list[Event]:
    """`open_duties` are the rules of the reporting duties not done. Raises `Refused` that names all that is open."""
    if tip.closed:
        raise Refused(ClosingRefusal.CLOSED_ALREADY, "This case is closed already.")
    if open_duties:
        named = ", ".join(open_duties)
        raise Refused(
            ClosingRefusal.DUTIES_OPEN, f"This is still to be done, so the case stays open: {named}.", rule=named
        )
    if tip.team_news in TEAM_STANDS:
        raise Refused(
            ClosingRefusal.TEAM_STANDS,
            "Its team still stands. Stand it down first: that is refused while the child is owed something.",
        )
    if tip.at_clinic:
        # Not what it is: not everybody who may close a case may know of a kit.
        raise Refused(
            ClosingRefusal.CLINIC_WAITS, "Something is still to be done at the forensic clinic or with what it sealed."
        )
    missing = [each for each in tables.dispositions if each.of not in tip.disposed] if tip.age != "adult" else []
    if missing:
        named = "; ".join(f"{each.words}: {_said(each.reserved_to)}" for each in missing)
        raise Refused(
            ClosingRefusal.NOT_DISPOSED,
            f"Nobody who may has disposed of it yet. {named}.",
            citation=missing[0].citation,
        )
    return [TipClosed(tip=tip.tip)]


def _reserved(tables: Jurisdiction, of: str) -> ReservedDisposition:
    for each in tables.dispositions:
        if each.of == of:
            return each
    raise InvalidValue("of", f"The investigations are: {', '.join(each.of for each in tables.dispositions)}.")


def _said(who: Sequence[str]) -> str:
    return " or ".join(f"the {each.replace('_', ' ')}" for each in who)
