"""Reads a state's rule files and tables into one frozen `Jurisdiction`, refusing what does not hold together."""

from collections.abc import Callable
from importlib.resources.abc import Traversable
from typing import TypeVar, get_args

import msgspec

from contracts.jurisdictions import dated
from contracts.jurisdictions.access import AccountRules, BreakGlassRules, SharingRules
from contracts.jurisdictions.agencies import Agency, NoticeRule, Role, ServiceArea
from contracts.jurisdictions.census import FILE as CENSUS
from contracts.jurisdictions.census import CensusRules
from contracts.jurisdictions.checks import refuse_contradictions, refuse_unknown
from contracts.jurisdictions.clock_files import read_clock_files, refuse_unless_always_on
from contracts.jurisdictions.clocks import ClockRule, DutyRule, WaitingRule
from contracts.jurisdictions.county import CircuitDistrict, County, Court, CourtDistrict
from contracts.jurisdictions.disposition import ReservedDisposition
from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.evidence import EvidenceWindow
from contracts.jurisdictions.exam import ExamRules
from contracts.jurisdictions.examination import FILE as EXAMINATION
from contracts.jurisdictions.examination import ExaminationRules
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.jurisdictions.kit import KitRules
from contracts.jurisdictions.kit_report import FILE as KIT_REPORT
from contracts.jurisdictions.kit_report import KitReportRules
from contracts.jurisdictions.ladder import FILE as LADDERS
from contracts.jurisdictions.ladder import LadderRule
from contracts.jurisdictions.reading import by_key, one, rows, table
from contracts.jurisdictions.reporting import ReportingDuty
from contracts.jurisdictions.screening import FILE as SCREENING
from contracts.jurisdictions.screening import Instrument
from contracts.jurisdictions.state import Holiday, Holidays, State
from contracts.jurisdictions.team import CredentialKind, ResponderRules, Seat
from contracts.jurisdictions.tip import Channel, LikenessRules
from contracts.jurisdictions.unusual import FILE as UNUSUAL
from contracts.jurisdictions.unusual import UnusualReading

T = TypeVar("T")
D = TypeVar("D", bound=dated.Dated)
K = TypeVar("K")


def load(folder: Traversable) -> Jurisdiction:
    """Reads a state's folder. Raises `DataRefused` with the file, the row and the field."""
    rules = read_clock_files(folder)
    counties = _counties(folder)
    agencies = _dated(folder, "agencies.csv", Agency, lambda each: each.agency_id)
    tables = Jurisdiction(
        state=read_state(folder),
        holidays=_holidays(folder),
        clocks=tuple(each.rule for each in rules if isinstance(each.rule, ClockRule)),
        duties=tuple(each.rule for each in rules if isinstance(each.rule, DutyRule)),
        waiting=tuple(each.rule for each in rules if isinstance(each.rule, WaitingRule)),
        reporting=rows(folder, "reporting.json", ReportingDuty),
        dispositions=rows(folder, "dispositions.json", ReservedDisposition),
        seat_rows=rows(folder, "seats.json", Seat),
        ladders=rows(folder, LADDERS, LadderRule),
        credentials=by_key(
            "credentials.json", rows(folder, "credentials.json", CredentialKind), lambda each: each.kind
        ),
        roles=by_key("roles.json", rows(folder, "roles.json", Role), lambda each: each.role),
        channels=by_key("channels.json", rows(folder, "channels.json", Channel), lambda each: each.channel),
        instruments=rows(folder, SCREENING, Instrument),
        notices=rows(folder, "notices.json", NoticeRule),
        counties={name: of_one[-1] for name, of_one in counties.items()},
        county_rows=counties,
        circuits=_dated(folder, "circuit_districts.csv", CircuitDistrict, lambda each: each.circuit_court_district),
        agencies={agency: of_one[-1] for agency, of_one in agencies.items()},
        agency_rows=agencies,
        service_areas=table(folder, "service_areas.csv", ServiceArea),
        exams=one(folder, "exams.json", ExamRules),
        evidence_windows=rows(folder, "evidence_windows.json", EvidenceWindow),
        examination=one(folder, EXAMINATION, ExaminationRules),
        kits=one(folder, "kits.json", KitRules),
        census=one(folder, CENSUS, CensusRules),
        kit_report=one(folder, KIT_REPORT, KitReportRules),
        accounts=one(folder, "accounts.json", AccountRules),
        sharing=one(folder, "sharing.json", SharingRules),
        break_glass=one(folder, "break_glass.json", BreakGlassRules),
        unusual=rows(folder, UNUSUAL, UnusualReading),
        likeness=one(folder, "duplicates.json", LikenessRules),
        responders=one(folder, "responders.json", ResponderRules),
    )
    refuse_unless_always_on(rules, tables.break_glass.rule)
    refuse_contradictions(tables, rules)
    return tables


def _keyed(folder: Traversable, name: str, type_: type[T], key: Callable[[T], K]) -> dict[K, T]:
    return by_key(name, rows(folder, name, type_), key)


def _dated(folder: Traversable, name: str, type_: type[D], key: Callable[[D], K]) -> dict[K, tuple[D, ...]]:
    """A table of which one row about a thing holds at a time. Raises `DataRefused` where two do, or none in between."""
    found = dated.by_key(table(folder, name, type_), key)
    for each, of_one in found.items():
        dated.refuse_unless_one_follows_another(name, str(each), of_one)
    return found


def _counties(folder: Traversable) -> dict[str, tuple[County, ...]]:
    """Each with the rows of its courts."""
    name = "county_courts.csv"
    placed = _dated(folder, name, CourtDistrict, lambda each: f"{each.county}, {each.court}")
    found = _dated(folder, "counties.csv", County, lambda each: each.county)
    refuse_unknown(name, "", "county", (of_one[0].county for of_one in placed.values()), found)
    courts: dict[str, tuple[CourtDistrict, ...]] = {}
    for county in found:
        for court in get_args(Court):
            if f"{county}, {court}" not in placed:
                raise DataRefused(name, county, "court", f"its {court} court is not on file.")
            courts[county] = (*courts.get(county, ()), *placed[f"{county}, {court}"])
    return {
        county: tuple(msgspec.structs.replace(row, courts=courts[county]) for row in of_one)
        for county, of_one in found.items()
    }


def read_state(folder: Traversable) -> State:
    """Raises `DataRefused`."""
    state = one(folder, "state.json", State)
    try:
        state.clocks  # noqa: B018  # looked up here, so that a wrong name stops the start
    except (KeyError, ValueError) as error:
        raise DataRefused("state.json", state.state, "zone", f"there is no time zone {state.zone!r}.") from error
    return state


def _holidays(folder: Traversable) -> Holidays:
    """Years without a hole: one in the middle would be forgotten, one at the end is told in every arithmetic."""
    found = Holidays(days=by_key("holidays.csv", table(folder, "holidays.csv", Holiday), lambda each: each.day))
    years = found.years
    for year in range(min(years, default=0), max(years, default=0)):
        if year not in years:
            raise DataRefused("holidays.csv", "", "day", f"no day of {year} is on file, and days before and after are.")
    return found
