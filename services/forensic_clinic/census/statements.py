"""What an agency states that it keeps in a place. Pure: numbers come in as they were looked up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.forensic_clinic.census.days import day_of
from services.forensic_clinic.census.events import KitsStated
from services.forensic_clinic.census.refusals import CensusRefusal
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.serials import printed_number

MOST = 2_000
"""Numbers of one statement."""

SHOWN_WRONG = 5
"""Of more wrong lines the first are told: then it is the scanner, not the lines."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where kits are kept: a place of census.json, of an agency, in a county where its people work in some alone."""

    agency: str
    county: str
    place: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """The last of a place and day; `by` is who counted. `counted_at` is None while nothing was stated."""

    place: Place = Place(agency="", county="", place="")
    day: str = ""
    counted_at: datetime | None = None
    by: UUID = UUID(int=0)
    kits: tuple[UUID, ...] = ()
    unknown: tuple[UUID, ...] = ()


def evolve(statement: Statement, event: Event) -> Statement:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case KitsStated():
            return Statement(
                place=Place(agency=event.agency, county=event.county, place=event.place),
                day=event.day,
                counted_at=event.counted_at,
                by=event.by,
                kits=event.kits,
                unknown=event.unknown,
            )
        case _:
            return statement


def read_numbers(field: str, lines: Sequence[str]) -> list[str]:
    """The numbers in one spelling, each once; a line that is empty says nothing.

    Raises `InvalidValue`, which names the lines that cannot be right and never what stands there.
    """
    said = [(line, text) for line, text in enumerate(lines, 1) if text.strip()]
    if len(said) > MOST:
        raise InvalidValue(
            field,
            f"Here are {len(said)} numbers, and one statement takes {MOST} at most. Nothing was stated. State what lies"
            " in a refrigerator, a freezer or another store as a place of its own.",
        )
    found: dict[str, None] = {}
    wrong: list[int] = []
    for line, text in said:
        try:
            found[printed_number(field, text)] = None
        except InvalidValue:
            wrong.append(line)
    if wrong:
        raise InvalidValue(field, misread(wrong))
    return list(found)


def chosen_place(hand: Hand, place: str, county: str, places: Sequence[str] | None, tables: Jurisdiction) -> Place:
    """Raises `InvalidValue`. `places` are the counties the caller works in, None for everywhere."""
    if tables.census.place(place) is None:
        raise InvalidValue("place", "Choose one of the places on the list.")
    if county not in (places if places is not None else {"", *tables.counties}):
        raise InvalidValue("county", "Choose the county in which this place is, one that you work in.")
    return Place(agency=hand.agency, county=county, place=place)


def day_counted(counted_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """For which day the statement is. Raises `InvalidValue`."""
    not_in_future("counted_at", counted_at, now)
    return day_of(counted_at, zone).isoformat()


def state(
    before: Statement,
    hand: Hand,
    place: Place,
    day: str,
    counted_at: datetime,
    kits: Sequence[UUID],
    unknown: Sequence[UUID],
    *,
    none: bool,
    again: bool,
) -> list[Event]:
    """`none` says in so many words that nothing is kept there; `again`: whoever states knows of the one before.

    Raises `InvalidValue`, `Refused`.
    """
    if not (kits or unknown) and not none:
        raise InvalidValue("numbers", "Scan or type each number, or say that you keep none there.")
    if (kits or unknown) and none:
        raise InvalidValue("none", "There are numbers, and it says that you keep none. Leave one of the two out.")
    if before.counted_at is not None and not again:
        raise Refused(
            CensusRefusal.STATED_ALREADY,
            "Somebody of your agency has stated this place for that day. Look at what was stated; if yours is the"
            " whole, state it again.",
        )
    return [
        KitsStated(
            agency=place.agency,
            county=place.county,
            place=place.place,
            day=day,
            counted_at=counted_at,
            by=hand.account,
            kits=tuple(kits),
            unknown=tuple(unknown),
        )
    ]


def misread(wrong: Sequence[int]) -> str:
    """Of which lines it is said that they were not read right."""
    lines = ", ".join(map(str, wrong[:SHOWN_WRONG]))
    more = f" and {len(wrong) - SHOWN_WRONG} more" if len(wrong) > SHOWN_WRONG else ""
    if len(wrong) == 1:
        return f"In line {lines} a sign was misread. Scan that label again. Nothing was stated."
    return f"In lines {lines}{more} signs were misread. Scan those labels again. Nothing was stated."
