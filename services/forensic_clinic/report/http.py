"""The annual report of kits: of a year that is over, as it was on record when it ended.

There is nothing else to choose: no day, county or agency. Two reports of days that lie close would differ by one kit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.language import InvalidValue
from services.forensic_clinic.kit.kits import KIT, Kits
from services.forensic_clinic.kit.state import Kit
from services.forensic_clinic.report.counting import Cell, Counts, Reported, count, reported_of
from services.kernel.cells import LEAST
from services.kernel.http.commands import at_least_in
from services.kernel.http.exporting import MEDIA_TYPE, Exports, Listed
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

AT_ONCE = 500
EVERY_KIT = "SELECT record FROM {table} WHERE is_kit ORDER BY record"

Year = Annotated[int | None, Parameter(ge=2000, le=2200, description="A year that is over; without one, the last.")]


class KitReport(msgspec.Struct, frozen=True, kw_only=True):
    """`until` is the first moment that counts no more: what was typed in later is in the next report.

    Cells of fewer than `least` kits are not told.
    """

    year: int
    until: datetime
    least: int
    counts: Counts


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """One number of the report, as a line of the file. `field` says what is counted, `of` which of it."""

    year: int
    agency: str
    state: str
    field: str
    of: str = ""
    kits: int | None = None
    says: str = ""


KIT_REPORT = Listed("kit report", ReportRow)


class KitReportController(Controller):
    """For who answers to the state for kits. Everybody who may ask is told the same."""

    path = "/kit-report"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_kit_report"})
    async def read(
        self, views: Views, kits: Kits, time: TimeSource, request: Request[Any, Any, Any], year: Year = None
    ) -> KitReport:
        """By agency and how far the kits came, with their age. The same for a year for ever."""
        return await _report(views, kits, time, request, year)

    @post("/export", opt={"action": "read_kit_report"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        kits: Kits,
        time: TimeSource,
        exports: Exports,
        request: Request[Any, Any, Any],
        year: Year = None,
    ) -> Stream:
        """The same as a file. That you took it is put on record before you have it."""
        report = await _report(views, kits, time, request, year)

        async def rows() -> Sequence[ReportRow]:
            return _rows(report)

        return await exports.take(request, KIT_REPORT, rows, year=report.year)


async def _report(
    views: Views, kits: Kits, time: TimeSource, request: Request[Any, Any, Any], year: int | None
) -> KitReport:
    zone = kits.jurisdiction.state.clocks
    this_year = time.now().astimezone(zone).year
    asked = year if year is not None else this_year - 1
    if asked >= this_year:
        raise InvalidValue("year", "This year is not over. The report is of a whole year.")
    until = datetime(asked + 1, 1, 1, tzinfo=zone)
    rows = await views.query("kit_board", EVERY_KIT, {}, at_least=at_least_in(request), current=True)
    found = await _as_of(kits, [row["record"] for row in rows], until)
    return KitReport(year=asked, until=until, least=LEAST, counts=count(found, kits.jurisdiction))


async def _as_of(kits: Kits, references: Sequence[UUID], until: datetime) -> list[Reported]:
    """Each kit as was on record before `until`: read from its own events, so that the answer stays what it was."""
    found: list[Reported] = []
    for first in range(0, len(references), AT_ONCE):
        told = await kits.store.happenings_of(references[first : first + AT_ONCE])
        for happenings in told.values():
            kit: Kit = KIT.initial
            for each in happenings:
                if each.recorded_at is not None and each.recorded_at < until:
                    kit = KIT.evolve(kit, each.event)
            reported = reported_of(kit, kits.jurisdiction, until)
            if reported is not None:
                found.append(reported)
    return found


def _rows(report: KitReport) -> list[ReportRow]:
    """Every number there is, and of what is not told that it is not."""
    counts, year = report.counts, report.year
    not_told = f"not told: fewer than {report.least}, or it would tell of one"
    rows = [
        ReportRow(year=year, agency="", state="", field=field, kits=kits, says="" if kits is not None else not_told)
        for field, kits in (("kits", counts.kits), ("kits elsewhere", counts.elsewhere))
    ]
    for cell in counts.cells:
        rows += _rows_of(cell, year)
    return rows


def _from_to(bands: Sequence[str]) -> str:
    return " to ".join(dict.fromkeys((bands[0], bands[-1])))


def _rows_of(cell: Cell, year: int) -> list[ReportRow]:
    def row(field: str, of: str = "", kits: int | None = None, says: str = "") -> ReportRow:
        return ReportRow(year=year, agency=cell.agency, state=cell.state, field=field, of=of, kits=kits, says=says)

    untested = {True: "untested", False: "tested", None: "some were tested"}[cell.untested]
    return [
        row("kits", kits=cell.kits),
        row("choice", says=cell.choice or "of both kinds"),
        row("untested", says=untested),
        *(row("age", of=_from_to(each.bands), kits=each.kits) for each in cell.ages),
        *(row(each.field, of="on_file", kits=each.on_file, says=each.told) for each in cell.dates),
        *(row(each.field, of="not_on_file", kits=each.not_on_file, says=each.told) for each in cell.dates),
        *(row("reason_not_submitted", of=each.reason, kits=each.kits) for each in cell.reasons),
    ]
