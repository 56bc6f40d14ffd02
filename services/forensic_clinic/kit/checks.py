"""What decisions on a kit ask first, and how its texts are sealed."""

import unicodedata
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.language import InvalidValue, Personal, Refused, not_in_future
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import Holder, Kit

UNREPORTED_RULE = "C58"
NUMBER_LENGTHS = range(3, 41)


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, in their own name."""

    account: UUID
    agency: str
    roles: tuple[str, ...]


def plain_number(field: str, text: str) -> str:
    """The one spelling of a printed number: no blanks or hyphens, capitals. Raises `InvalidValue`."""
    joined = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").upper()
    if len(joined) not in NUMBER_LENGTHS or not joined.isascii() or not joined.isalnum():
        raise InvalidValue(field, "Give the number as it is printed: 3 to 40 letters and digits.")
    return joined


def known_agency(agency: str, tables: Jurisdiction, field: str = "agency") -> None:
    """Raises `InvalidValue` for an agency that is not in the jurisdiction's table."""
    if agency not in tables.agencies:
        raise InvalidValue(field, "No such agency is on file. Choose one from the list of agencies.")


def holds(kit: Kit, hand: Hand) -> Holder:
    """Raises `Refused` for whoever does not hold the sealed kit in their hand alone."""
    if kit.phase != "sealed" or kit.holder is None:
        raise Refused(KitRefusal.NOT_SEALED, "This kit is not sealed yet, so it stays with the nurse.")
    if kit.offer is not None:
        raise Refused(KitRefusal.IN_TRANSIT, "This kit is offered to somebody and not in your hand alone.")
    if kit.holder.account != hand.account:
        raise Refused(KitRefusal.NOT_HELD, "You do not hold this kit. Who holds it must do this.")
    return kit.holder


def must_be_reported(kit: Kit, tables: Jurisdiction) -> None:
    """Raises `Refused` with the law (C58) for the kit of a patient who did not choose to report."""
    if not kit.reported:
        raise Refused(
            KitRefusal.UNREPORTED,
            "The patient did not choose to report. This kit is neither told of nor tested until they do.",
            rule=UNREPORTED_RULE,
            citation=tables.duty_rule(UNREPORTED_RULE).citation,
        )


def in_order(field: str, moment: datetime, after: datetime | None, now: datetime) -> None:
    """What is typed in afterwards still happened in order. Raises `InvalidValue`."""
    not_in_future(field, moment, now)
    if after is not None and moment < after:
        raise InvalidValue(field, "This is before what the kit's record has already. Check the date and the zone.")


def sealed_text(kit: Kit, text: str) -> Personal:
    """Sealed under the key of the patient."""
    return Personal(person=kit.person, text=text)
