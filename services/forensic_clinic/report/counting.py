"""What is reported of kits at a year's end: how many lie where, how far they came and for how long. Pure.

Only numbers of eleven and more go out, and none from which a smaller one follows (services/kernel/cells.py). A kit is
in one cell: the agency that holds it, and how far it came. Within a cell each field is told by itself.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.forensic_clinic.kit.state import NO_TEST, NOT_ON_FILE, REPORTED, UNREPORTED, Kit, Legacy
from services.forensic_clinic.kit.states import STATES, state_of
from services.kernel.cells import LEAST, cover, merged

DATES = ("reported_on", "picked_up_on", "submitted_on", "received_on")
TESTED = frozenset({"result", "uploaded"})
EITHER = frozenset({"returned", "destroyed"})
"""Of these it is not said whether they were tested: some were."""

OfDates = Literal["both", "few_missing", "few_on_file", "not_told"]


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """One kit as it is counted; None and empty for what is not on file. `age` is in days since it was collected."""

    agency: str
    state: str
    choice: str
    age: int | None
    reported_on: date | None
    picked_up_on: date | None
    submitted_on: date | None
    received_on: date | None
    reason: str


class Ageing(msgspec.Struct, frozen=True, kw_only=True):
    """So many kits in these neighbouring bands together; not_on_file is the last."""

    bands: tuple[str, ...]
    kits: int


class DateField(msgspec.Struct, frozen=True, kw_only=True):
    """Of how many kits a date is on file and of how many not; or which of the two is below eleven, or neither."""

    field: str
    told: OfDates
    on_file: int | None = None
    not_on_file: int | None = None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why so many are not submitted. Of the others no reason is on file, or one of fewer than eleven."""

    reason: str
    kits: int


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """Kits that one agency holds and that came equally far. `untested` is None where some were tested."""

    agency: str
    state: str
    choice: str
    kits: int
    untested: bool | None
    ages: tuple[Ageing, ...]
    dates: tuple[DateField, ...]
    reasons: tuple[Reason, ...]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """`kits` are all there are and `elsewhere` those of cells below eleven; None where that would tell of one cell."""

    kits: int | None
    elsewhere: int | None
    cells: tuple[Cell, ...]


def reported_of(kit: Kit, tables: Jurisdiction, until: datetime) -> Reported | None:
    """None for what is no kit, or was set aside: nothing is in it."""
    if kit.phase in {"none", "set_aside"}:
        return None
    legacy = kit.legacy
    collected = legacy.collected_on if legacy is not None else _day(kit.opened_at, tables)
    # The report is of the year whose last day is the one before `until`.
    age = (tables.day_of(until) - collected).days - 1 if collected is not None else None
    brought = [each for each in kit.handovers if each.role == "laboratory" and each.outcome == "accepted"]
    holder = kit.holder
    return Reported(
        agency=holder.agency if holder is not None else kit.clinic,
        state=state_of(kit),
        choice=kit.consent if kit.consent in {REPORTED, UNREPORTED} else NOT_ON_FILE,
        age=max(age, 0) if age is not None else None,
        reported_on=_reported_on(legacy)
        if legacy is not None and kit.reported_at is None
        else _day(kit.reported_at, tables),
        picked_up_on=_day(kit.picked_up_at, tables),
        submitted_on=_day(brought[0].offered_at if brought else None, tables),
        received_on=_day(kit.received_at, tables),
        reason=_reason(kit),
    )


def _reported_on(legacy: Legacy) -> date | None:
    """By the paper that was found, or else by the list."""
    paper = legacy.paper
    if paper is None:
        return legacy.reported_on
    return paper.reported_on or legacy.reported_on if paper.consent == REPORTED else None


def _reason(kit: Kit) -> str:
    """Why it is not submitted, as a prosecutor assented; empty where nobody did."""
    return next((each.reason for each in kit.decisions if (each.decision, each.answer) == (NO_TEST, "assented")), "")


def count(kits: Iterable[Reported], tables: Jurisdiction, least: int = LEAST) -> Counts:
    """Cells by agency, in the order in which a kit comes along."""
    found: dict[str, list[Reported]] = {}
    for each in kits:
        found.setdefault(f"{each.agency} {each.state}", []).append(each)
    sizes = {name: len(of_one) for name, of_one in found.items()}
    told = [of_one for of_one in found.values() if len(of_one) >= least]
    told.sort(key=lambda of_one: (of_one[0].agency, STATES.index(of_one[0].state)))
    every = sum(sizes.values())
    # Without any small cell the total would say that there is no other kit at all.
    tells_all = bool(told) and len(told) < len(found) and cover(sizes, least)
    return Counts(
        kits=every if tells_all else None,
        elsewhere=every - sum(map(len, told)) if tells_all else None,
        cells=tuple(_cell(of_one, tables, least) for of_one in told),
    )


def _cell(kits: Sequence[Reported], tables: Jurisdiction, least: int) -> Cell:
    first = kits[0]
    return Cell(
        agency=first.agency,
        state=first.state,
        # How far a kit came says what its patient chose, but for one that is not sealed yet.
        choice=first.choice if first.state != "collected" else "",
        kits=len(kits),
        untested=None if first.state in EITHER else first.state not in TESTED,
        ages=_ages(kits, tables, least),
        dates=tuple(_dates(kits, field, least) for field in DATES),
        reasons=_reasons(kits, least),
    )


def _ages(kits: Sequence[Reported], tables: Jurisdiction, least: int) -> tuple[Ageing, ...]:
    """Neighbouring bands put together until each holds eleven."""
    names = [*(each.band for each in tables.kit_report.bands), NOT_ON_FILE]
    numbers = Counter(NOT_ON_FILE if each.age is None else tables.kit_report.band(each.age) for each in kits)
    parts = merged([numbers[name] for name in names], least)
    return tuple(
        Ageing(bands=tuple(names[since:until]), kits=sum(numbers[name] for name in names[since:until]))
        for since, until in parts
    )


def _dates(kits: Sequence[Reported], field: str, least: int) -> DateField:
    """Of fewer than twice eleven nothing is said: there, one side told or named would tell of the other."""
    on_file = sum(getattr(each, field) is not None for each in kits)
    missing = len(kits) - on_file
    if len(kits) < 2 * least:
        return DateField(field=field, told="not_told")
    if missing < least:
        return DateField(field=field, told="few_missing")
    if on_file < least:
        return DateField(field=field, told="few_on_file")
    return DateField(field=field, told="both", on_file=on_file, not_on_file=missing)


def _reasons(kits: Sequence[Reported], least: int) -> tuple[Reason, ...]:
    """Those given for eleven or more, as long as eleven or more remain of which nothing is told."""
    numbers = Counter(each.reason for each in kits if each.reason)
    told = {reason: number for reason, number in sorted(numbers.items()) if number >= least}
    if len(kits) - sum(told.values()) < least:
        return ()
    return tuple(Reason(reason=reason, kits=number) for reason, number in told.items())


def _day(moment: datetime | None, tables: Jurisdiction) -> date | None:
    return tables.day_of(moment) if moment is not None else None
