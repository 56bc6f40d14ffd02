"""What the clinic's service answers about a nurse, as far as this page reads it."""

from datetime import datetime

import msgspec

from services.console.pages.clinic.people.answers import Period


class OwnHours(msgspec.Struct, frozen=True):
    """Nothing is booked with her from `works_until` on."""

    version: int
    available: list[Period]
    works_until: datetime | None = None
