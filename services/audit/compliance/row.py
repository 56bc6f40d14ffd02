"""A clock as the list of clocks has it: whole enough to be judged by other rules, and naming nobody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.audit.compliance.history import Outcome
from services.audit.compliance.placing import Placed


class ClockRow(msgspec.Struct, frozen=True, kw_only=True):
    """Times and codes as in `History`. `case` is null where it is of none."""

    clock: UUID
    case: UUID | None
    service: str
    rule: str
    version: int
    month: str
    agency: str
    began_at: datetime
    reckoned_on: datetime
    reckoned_due_at: datetime
    due_at: datetime
    extended: bool
    outcome: Outcome
    known: str
    found: str
    done_at: datetime | None
    excused_at: datetime | None
    reason: str
    authority: str
    noticed: bool


def row_of(clock: Placed) -> ClockRow:
    history = clock.history
    taken: Mapping[str, Any] = {
        name: getattr(history, name)
        for name in ClockRow.__struct_fields__
        if name not in {"case", "service", "version", "month", "agency"}
    }
    return ClockRow(
        case=clock.place.case,
        service=history.source,
        version=history.rule_version,
        month=clock.month,
        agency=clock.place.agency,
        **taken,
    )
