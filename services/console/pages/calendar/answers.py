"""What the forensic clinic answers about its calendar, as far as these pages read it."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.periods import Period


class Hours(msgspec.Struct, frozen=True):
    """From the first moment, and before the last."""

    since: datetime
    until: datetime

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)


class Row(msgspec.Struct, frozen=True):
    """A nurse, or a room with its number; when it can be booked, whether it is or not."""

    kind: str
    resource: UUID
    number: int
    available: list[Hours]


class CalendarExam(msgspec.Struct, frozen=True):
    """An exam that this person may see."""

    exam: UUID
    tip: UUID
    phase: str
    nurse: UUID
    room: UUID
    since: datetime
    until: datetime
    held_until: datetime | None

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)


class Calendar(msgspec.Struct, frozen=True):
    """`whole` where this person sees the clinic's exams as such, so that hours without one are free."""

    clinic: str
    since: datetime
    until: datetime
    whole: bool
    rows: list[Row]
    exams: list[CalendarExam]
