"""Which dates of a file come in, into which case, and what is wrong with every other row. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

import msgspec

from contracts.jurisdictions import Charging, Jurisdiction
from contracts.language import Event, InvalidValue, Refused
from services.prosecution.case import hearings
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.hearings import SetPurposefully
from services.prosecution.case.state import Case, evolve
from services.prosecution.court_dates.calendar import is_calendar, read_calendar
from services.prosecution.court_dates.rows import (
    MOST_BYTES,
    FileFault,
    FileProblem,
    Row,
    RowFault,
    fault,
)
from services.prosecution.court_dates.table import read_table

Finds = Callable[[Sequence[str], str], Mapping[UUID, tuple[UUID, ...]]]
"""By the numbers a row may mean, and its court: the accused of each case that has one of them."""


class CourtDate(msgspec.Struct, frozen=True, kw_only=True):
    """A date that would come in. `closed`: courts are closed that day, and the file says that it is so all the same."""

    row: int
    case: UUID
    tip: UUID
    accused: tuple[UUID, ...]
    kind: str
    court: str
    purpose: str
    set_for: datetime
    closed: bool


class WrongRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that would not come in, and all that is wrong with it."""

    row: int
    faults: tuple[RowFault, ...]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """`on_file` are rows whose hearing is on record already. `events` are those of each case."""

    dates: tuple[CourtDate, ...]
    on_file: tuple[int, ...]
    wrong: tuple[WrongRow, ...]
    events: Mapping[UUID, tuple[Event, ...]]


def read(file: bytes, court: str, charging: Charging) -> tuple[Row, ...] | FileProblem:
    """A calendar, or a table. No bytes make it fail."""
    if len(file) > MOST_BYTES:
        return fault(FileFault.TOO_LARGE)
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError:
        return fault(FileFault.NOT_UTF8)
    if is_calendar(text):
        kinds = {kind: each.words for kind, each in charging.hearings.items()}
        return read_calendar(text, court, kinds, charging.courts)
    return read_table(text, court)


def judge(
    file: UUID,
    rows: Iterable[Row],
    cases: Mapping[UUID, Case],
    finds: Finds,
    charging: Charging,
    tables: Jurisdiction,
    now: datetime,
) -> Judged:
    """Each row by itself, in order; a date that two rows name comes in once."""
    standing, added = dict(cases), dict[UUID, list[Event]]()
    dates: list[CourtDate] = []
    on_file: list[int] = []
    wrong: list[WrongRow] = []
    for row in rows:
        found = _fitted(row, finds, charging)
        if not isinstance(found, Fitted):
            wrong.append(WrongRow(row=row.row, faults=found))
            continue
        case, wanted = standing[found.case], found.wanted
        hearing = uuid5(file, f"row {row.row}")
        if _is_on_file(case, hearing, wanted):
            on_file.append(row.row)
            continue
        events = _set(case, hearing, wanted, charging, tables, now)
        if isinstance(events, RowFault):
            wrong.append(WrongRow(row=row.row, faults=(events,)))
            continue
        for event in events:
            standing[found.case] = evolve(standing[found.case], event)
        added.setdefault(found.case, []).extend(events)
        dates.append(_shown(row, case, wanted, closed=any(each.NAME == "hearing.on_closed_day" for each in events)))
    events_of = {case: tuple(events) for case, events in added.items()}
    return Judged(dates=tuple(dates), on_file=tuple(on_file), wrong=tuple(wrong), events=events_of)


class Fitted(msgspec.Struct, frozen=True):
    """A row that fits a case, and the hearing it wants."""

    case: UUID
    wanted: SetPurposefully


def _fitted(row: Row, finds: Finds, charging: Charging) -> Fitted | tuple[RowFault, ...]:
    faults = list(row.faults)
    kind = _code(row.kind, {code: each.words for code, each in charging.hearings.items()})
    court, purpose = _code(row.court, charging.courts), _code(row.purpose, charging.sittings.purposes)
    faults += [RowFault.KIND] * (not kind) + [RowFault.COURT] * (not court)
    faults += [RowFault.PURPOSE] * (bool(row.purpose) and not purpose)
    found = finds(row.causes, court) if row.causes and court else {}
    if not row.causes and RowFault.NO_CAUSE not in faults:
        faults.append(RowFault.NO_CAUSE)
    elif row.causes and court and not found:
        faults.append(RowFault.CAUSE_UNKNOWN)
    elif len(found) > 1:
        faults.append(RowFault.CAUSE_TWICE)
    if faults or row.starts_at is None:
        return tuple(dict.fromkeys(faults or [RowFault.DAY]))
    ((case, accused),) = found.items()
    wanted = SetPurposefully(
        kind=kind,
        court=court,
        accused=accused,
        set_for=row.starts_at.astimezone(UTC),
        purpose=purpose,
        although_closed=row.although_closed,
    )
    return Fitted(case, wanted)


def _set(
    case: Case, hearing: UUID, wanted: SetPurposefully, charging: Charging, tables: Jurisdiction, now: datetime
) -> list[Event] | RowFault:
    """As one sets it by hand; what would be refused there is wrong here."""
    try:
        return hearings.set_hearing(case, hearing, wanted, charging, tables, now)
    except InvalidValue:
        # Of what is given here, only the date can still be one that cannot be right.
        return RowFault.DAY
    except Refused as refused:
        return RowFault.CLOSED if refused.code == CaseRefusal.COURT_CLOSED else RowFault.NO_COUNT


def _is_on_file(case: Case, hearing: UUID, wanted: SetPurposefully) -> bool:
    """Set, held, vacated, or set by this row and moved since: a file never sets again what somebody saw to."""
    return hearing in case.hearings or any(
        (each.kind, each.court, each.set_for) == (wanted.kind, wanted.court, wanted.set_for)
        and set(wanted.accused) <= set(each.accused)
        for each in case.hearings.values()
    )


def _code(text: str, words: Mapping[str, str]) -> str:
    """A code, written as one or in its words; empty for what is none."""
    said = " ".join(text.casefold().replace("_", " ").split())
    named = {name: code for code, each in words.items() for name in (each.casefold(), code.replace("_", " "))}
    return named.get(said, "") if said else ""


def _shown(row: Row, case: Case, wanted: SetPurposefully, *, closed: bool) -> CourtDate:
    return CourtDate(
        row=row.row,
        case=case.case,
        tip=case.tip,
        accused=wanted.accused,
        kind=wanted.kind,
        court=wanted.court,
        purpose=wanted.purpose,
        set_for=wanted.set_for,
        closed=closed,
    )
