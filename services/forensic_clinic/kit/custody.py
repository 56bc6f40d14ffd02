"""What in a kit's custody is not as it should be: each gap and doubt, so that none is silent. Pure."""

from typing import Literal

import msgspec

from services.forensic_clinic.kit.state import Handover, Kit

What = Literal["before_record", "one_sided", "denied", "giver_missing", "seal_doubted", "place_unsaid", "number_unsaid"]
"""`one_sided`: offered, and the other hand has not answered. `denied`: the receiver says it never came.

`before_record`: a legacy kit, of whose hands before that there is a paper at most (handover 0). `giver_missing`: the
giver had left, and another gave it for them. `place_unsaid`, `number_unsaid`: a side that took part did not say where,
or which number the seal bears.
"""

SIDES = ("giver", "receiver")


class CustodyException(msgspec.Struct, frozen=True, kw_only=True):
    """`side` is giver or receiver, empty where it is about the handover itself."""

    handover: int
    what: What
    side: str = ""


def exceptions_of(kit: Kit) -> tuple[CustodyException, ...]:
    """All of them, in the order of the handovers. What was denied or doubted stays so, whatever happened since."""
    before = [CustodyException(handover=0, what="before_record")] if kit.legacy is not None else []
    return (*before, *(each for handover in kit.handovers for each in _of(handover)))


def _of(handover: Handover) -> list[CustodyException]:
    found: list[tuple[What, str]] = []
    if handover.outcome == "offered":
        found.append(("one_sided", ""))
    if handover.denied:
        found.append(("denied", "receiver"))
    if handover.in_place_of is not None:
        found.append(("giver_missing", "giver"))
    found += [("seal_doubted", side) for side in handover.doubted]
    for side in SIDES if handover.outcome == "accepted" else ():
        said = next((each for each in handover.confirmed if each.side == side), None)
        if said is None or not said.place:
            found.append(("place_unsaid", side))
        # The receiver's number is compared with the one on record whenever they take it.
        if side == "giver" and (said is None or not said.number):
            found.append(("number_unsaid", side))
    return [CustodyException(handover=handover.number, what=what, side=side) for what, side in found]
