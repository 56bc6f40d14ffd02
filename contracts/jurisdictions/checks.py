"""Refuses files that contradict one another. Each check names the file, the row and the field that is wrong."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from contracts.jurisdictions.agencies import NoticeRule
from contracts.jurisdictions.census import refuse_census
from contracts.jurisdictions.clock_files import Written
from contracts.jurisdictions.clocks import ClockRule, DutyRule
from contracts.jurisdictions.dated import by_key, refuse_unless_one_follows_another
from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.examination import refuse_examination
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.jurisdictions.kit_report import refuse_report
from contracts.jurisdictions.ladder import refuse_ladders
from contracts.jurisdictions.reporting import DutyPart, ReportingDuty
from contracts.jurisdictions.screening import refuse_instruments
from contracts.jurisdictions.team import CredentialKind, Seat
from contracts.jurisdictions.unusual import refuse_unusual

T = TypeVar("T")


def refuse_unknown(file: str, row: str, field: str, used: Iterable[T | None], known: Iterable[T]) -> None:
    """Raises `DataRefused` for a word that is named but not on file; `None` names nothing."""
    on_file = set(known)
    for word in used:
        if word is not None and word not in on_file:
            raise DataRefused(file, row, field, f"{word!r} is named but not on file.")


def refuse_twice(file: str, entries: Sequence[T], key: Callable[[T], object]) -> None:
    """Raises `DataRefused` where two rows have one key."""
    seen = set[object]()
    for entry in entries:
        if key(entry) in seen:
            raise DataRefused(file, str(key(entry)), "", "it stands there twice.")
        seen.add(key(entry))


def refuse_contradictions(tables: Jurisdiction, rules: Sequence[Written]) -> None:
    """Raises `DataRefused`."""
    for written in rules:
        _rule(tables, written, {each.rule.rule for each in rules})
    _reporting(tables, {(each.rule.rule, each.rule.version) for each in rules})
    refuse_twice("dispositions.json", tables.dispositions, lambda each: each.of)
    refuse_twice("seats.json", tables.seat_rows, lambda seat: f"seat {seat.seat} version {seat.version}")
    for name, of_one in by_key(tables.seat_rows, lambda seat: seat.seat).items():
        refuse_unless_one_follows_another("seats.json", f"seat {name}", of_one)
    for moment, seats in tables.seat_sets:
        if not seats:
            raise DataRefused("seats.json", "", "in_force_until", f"a team has no seat from {moment.date()} on.")
    for seat in tables.seat_rows:
        _seat(tables, seat)
    refuse_ladders(tables.ladders, tables.seat_rows, tables.counties, tables.roles)
    for kind in tables.credentials.values():
        _credential(tables, kind)
    for role in tables.roles.values():
        refuse_unknown("roles.json", f"role {role.role}", "agency_id", (role.agency_id,), tables.agencies)
    _responders(tables)
    _exams(tables)
    _windows(tables)
    _bases(tables)
    refuse_examination(tables.examination, tables.evidence_windows)
    refuse_census(tables.census, tables.examination)
    refuse_report(tables.kit_report)
    refuse_twice("kits.json", tables.kits.reasons, lambda each: f"{each.decision} for {each.reason}")
    _sharing(tables)
    _likeness(tables)
    refuse_unusual(tables.unusual, tables.roles)
    refuse_instruments(tables.instruments)
    _service_areas(tables)
    _courts(tables)
    for notice in tables.notices:
        _notice(tables, notice)
        refuse_unknown(
            "notices.json", f"step {notice.step}", "while_on", (notice.to.while_on,), {each.rule.rule for each in rules}
        )


def _rule(tables: Jurisdiction, written: Written, names: set[str]) -> None:
    rule = written.rule
    file, row = written.file, written.row
    if isinstance(rule, ClockRule):
        refuse_unknown(file, row, "who_acts", (rule.who_acts,), tables.roles)
        refuse_unknown(file, row, "told_at_warning", rule.told_at_warning, tables.roles)
        refuse_unknown(file, row, "told_at_miss", rule.told_at_miss, tables.roles)
        refuse_twice(file, rule.lawfully, lambda each: f"{row}, {each.what} by {each.authority}")
        if rule.calendar not in {"elapsed", "calendar_days"} and not tables.holidays.days:
            raise DataRefused(file, row, "calendar", "it leaves out state holidays, and holidays.csv has none.")
    if isinstance(rule, DutyRule):
        refuse_unknown(file, row, "who_acts", (rule.who_acts,), tables.roles)
        refuse_unknown(file, row, "told", rule.told, tables.roles)
        refuse_unknown(file, row, "follows", (rule.follows,), names)


def _reporting(tables: Jurisdiction, versions: set[tuple[str, int]]) -> None:
    file = "reporting.json"
    refuse_twice(file, tables.reporting, lambda duty: f"rule {duty.rule} version {duty.version}")
    reported = {duty.rule for duty in tables.reporting}
    stated = {(duty.rule, duty.version) for duty in tables.reporting}
    for rule, version in sorted(versions):
        if rule in reported and (rule, version) not in stated:
            raise DataRefused(file, f"rule {rule} version {version}", "", "it does not say who is told.")
    clocks = {clock.rule for clock in tables.clocks}
    for duty in tables.reporting:
        _duty(tables, duty, versions, clocks)


def _duty(tables: Jurisdiction, duty: ReportingDuty, versions: set[tuple[str, int]], clocks: set[str]) -> None:
    file, row = "reporting.json", f"rule {duty.rule} version {duty.version}"
    refuse_unknown(file, row, "version", ((duty.rule, duty.version),), versions)
    refuse_unknown(file, row, "channels", duty.channels, tables.channels)
    refuse_twice(file, duty.parts, lambda part: f"{row}, part {part.part}")
    if not duty.parts:
        raise DataRefused(file, row, "parts", "nobody is told.")
    if duty.rule in clocks and any(part.settings for part in duty.parts):
        # Its clock would go on for parts that are asked no more, or end before one that is asked later.
        raise DataRefused(file, row, "parts", "what has a due time has the same parts in every setting.")
    for part in duty.parts:
        _part(tables, part, f"{row}, part {part.part}")


def _part(tables: Jurisdiction, part: DutyPart, row: str) -> None:
    refuse_unknown("reporting.json", row, "by", (part.by,), tables.roles)
    refuse_unknown("reporting.json", row, "step", (part.step,), [notice.step for notice in tables.notices])
    refuse_unknown("reporting.json", row, "done_by_channels", part.done_by_channels, tables.channels)


def _seat(tables: Jurisdiction, seat: Seat) -> None:
    row = f"seat {seat.seat} version {seat.version}"
    refuse_unknown("seats.json", row, "credential", (seat.credential,), tables.credentials)
    refuse_unknown("seats.json", row, "issuers", seat.issuers, tables.credentials[seat.credential].issuers)


def _credential(tables: Jurisdiction, kind: CredentialKind) -> None:
    file, row = "credentials.json", f"kind {kind.kind}"
    refuse_unknown(file, row, "issuers", kind.issuers, tables.agencies)
    refuse_twice(file, kind.parts, lambda part: f"{row}, part {part.part}")
    if kind.parts and sum(part.hours for part in kind.parts) != kind.minimum_hours:
        raise DataRefused(file, row, "parts", "their hours together are not the minimum.")


def _responders(tables: Jurisdiction) -> None:
    file, rules = "responders.json", tables.responders
    refuse_twice(file, rules.task_forces, lambda force: f"task_force {force.task_force}")
    refuse_twice(file, rules.languages, lambda language: f"language {language.language}")
    for force in rules.task_forces:
        refuse_unknown(file, f"task_force {force.task_force}", "counties", force.counties, tables.counties)


def _exams(tables: Jurisdiction) -> None:
    refuse_twice("exams.json", tables.exams.age_bands, lambda band: f"band {band.band}")
    for band in tables.exams.age_bands:
        certificates = [each.certificate for each in tables.exams.certificates]
        refuse_unknown("exams.json", f"band {band.band}", "certificates", band.certificates, certificates)
        if not band.certificates:
            raise DataRefused("exams.json", f"band {band.band}", "certificates", "nobody could be certified for it.")


def _windows(tables: Jurisdiction) -> None:
    file = "evidence_windows.json"
    bands = [each.band for each in tables.exams.age_bands]
    refuse_twice(file, tables.evidence_windows, lambda each: f"window {each.window} version {each.version}")
    for name, of_one in by_key(tables.evidence_windows, lambda each: each.window).items():
        refuse_unless_one_follows_another(file, f"window {name}", of_one)
    for each in tables.evidence_windows:
        row = f"window {each.window} version {each.version}"
        refuse_unknown(file, row, "age_bands", each.age_bands, bands)
        if not 0 < each.hours <= each.hours_at_most:
            raise DataRefused(file, row, "hours", "they must be some, and no more than the hours at most.")
    planning = tables.exams.planning
    if planning.travel.road_factor < 1 or planning.travel.km_per_hour <= 0 or planning.travel.hours_waited_for_one < 0:
        raise DataRefused("exams.json", "", "planning.travel", "no road is shorter than the straight line.")
    if planning.rest_minutes < 0 or planning.standby_hold_minutes <= 0 or planning.move_notice_hours < 0:
        raise DataRefused("exams.json", "", "planning", "rest, holds and notice are lengths of time.")
    if planning.most_hours_a_day * 60 < tables.exams.exam_minutes:
        raise DataRefused("exams.json", "", "planning.most_hours_a_day", "not one exam would fit.")


def _bases(tables: Jurisdiction) -> None:
    for agency in tables.agencies.values():
        refuse_unknown("agencies.csv", agency.agency_id, "base_county", (agency.base_county,), tables.counties)


def _sharing(tables: Jurisdiction) -> None:
    without_order = tables.sharing.reporter_without_order
    refuse_unknown("sharing.json", "", "reporter_without_order", without_order, tables.roles)
    refuse_twice("sharing.json", tables.sharing.purposes, lambda purpose: f"purpose {purpose.purpose}")
    for purpose in tables.sharing.purposes:
        row = f"purpose {purpose.purpose}"
        refuse_unknown("sharing.json", row, "roles", purpose.roles, tables.roles)
        if not purpose.roles:
            raise DataRefused("sharing.json", row, "roles", "it can be shared with nobody.")


def _likeness(tables: Jurisdiction) -> None:
    file, rules = "duplicates.json", tables.likeness
    refuse_twice(file, rules.clauses, lambda each: f"clause {each.clause}")
    if sum(each.score for each in rules.clauses) < rules.threshold:
        raise DataRefused(file, "", "threshold", "no two tips could ever reach it.")


def _service_areas(tables: Jurisdiction) -> None:
    file = "service_areas.csv"
    for number, area in enumerate(tables.service_areas, start=2):
        refuse_unknown(file, f"line {number}", "agency_id", (area.agency_id,), tables.agencies)
        refuse_unknown(file, f"line {number}", "county", (area.county,), tables.counties)
    for served, of_one in by_key(tables.service_areas, lambda each: f"{each.agency_id}, {each.county}").items():
        refuse_unless_one_follows_another(file, served, of_one)


def _courts(tables: Jurisdiction) -> None:
    """A circuit a county lies in is on file for all of that time, with an agency that prosecutes there."""
    for circuits in tables.circuits.values():
        for circuit in circuits:
            row = f"circuit_court_district {circuit.circuit_court_district}"
            refuse_unknown("circuit_districts.csv", row, "prosecutor", (circuit.prosecutor,), tables.agencies)
    for county in tables.counties.values():
        for placed in county.courts:
            if placed.court != "circuit":
                continue
            refuse_unknown("county_courts.csv", county.county, "district", (placed.district,), tables.circuits)
            first, last = tables.circuits[placed.district][0], tables.circuits[placed.district][-1]
            begins, ends = placed.in_force_from or date.min, placed.in_force_until or date.max
            if (first.in_force_from or date.min) > begins or (last.in_force_until or date.max) < ends:
                wrong = f"circuit {placed.district} is not on file for all of the time the county lies in it."
                raise DataRefused("county_courts.csv", county.county, "district", wrong)


def _notice(tables: Jurisdiction, notice: NoticeRule) -> None:
    row = f"step {notice.step}"
    if (notice.to.agency is None) == (notice.to.by is None):
        raise DataRefused("notices.json", row, "to", "name one agency, or how to find one, not both.")
    refuse_unknown("notices.json", row, "to", (notice.to.agency, notice.to.otherwise), tables.agencies)
