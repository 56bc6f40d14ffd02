"""Custody as it is shown on a team's page. No names, and no places."""

from datetime import datetime

import msgspec

from services.rapid_assessment.custody.custody import Custody


class CustodyOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """The last time the child was taken: `number` is 0 where it never was. `open_rules` are those not done yet.

    `lasts`: in custody now. `judge_knew_at` is null while the judge or designee is still to be told (C20).
    """

    number: int
    lasts: bool
    agency: str
    county: str
    taken_at: datetime | None
    judge_knew_at: datetime | None
    authorised_at: datetime | None
    form: str
    held_at: datetime | None
    order: str
    released_at: datetime | None
    open_rules: tuple[str, ...]


def custody_page(custody: Custody) -> CustodyOnPage:
    """Of a child that was never taken, too."""
    names = CustodyOnPage.__struct_fields__
    return CustodyOnPage(**{name: getattr(custody, name) for name in names})
