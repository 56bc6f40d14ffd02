"""Reads a state's rule files and tables into one frozen `Jurisdiction`, refusing what does not hold together."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import TypeVar

import msgspec

from contracts.jurisdictions.charging import (
    Charging,
    Edge,
    HearingKind,
    LimitationRule,
    NeverAccused,
    Offence,
    Outcome,
    Reasons,
    Stage,
)
from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.model import (
    AccountRules,
    Agency,
    BreakGlassRules,
    Channel,
    CircuitDistrict,
    ClockRule,
    County,
    CredentialKind,
    DutyRule,
    ExamRules,
    Indicator,
    Jurisdiction,
    NoticeRule,
    ReportingDuty,
    Role,
    Seat,
    ServiceArea,
    SharingRules,
)

T = TypeVar("T")
K = TypeVar("K")

CLOCKS = "clocks"
REPORTING = "reporting.json"
OFFENCES = "offences.csv"
STAGES = "stages.json"


class _ClockAsWritten(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clock in its file: people write hours, the program counts in timedelta."""

    rule: str
    version: int
    in_force_from: date
    review_by: date | None
    name: str
    kind: str
    period_hours: int
    warning_hours: tuple[int, ...]
    starts_when: str
    met_by: str
    who_acts: str | None
    told_at_warning: tuple[str, ...]
    told_at_miss: tuple[str, ...]
    when_missed: str
    citation: str
    source: str
    confidence: str
    period_confidence: str
    note: str | None


class _ClockFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clocks: tuple[_ClockAsWritten, ...]
    duties: tuple[DutyRule, ...]


class _ChargingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    never_accused: NeverAccused
    limitations: tuple[LimitationRule, ...]


class _StageFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    confidence: str
    note: str
    stages: tuple[Stage, ...]
    edges: tuple[Edge, ...]
    outcomes: tuple[Outcome, ...]
    hearings: tuple[HearingKind, ...]
    courts: dict[str, str]
    reasons: Reasons


def load_mississippi() -> Jurisdiction:
    """Reads the files of this package. Raises `DataRefused` when one of them contradicts itself or another."""
    return load(files("contracts.jurisdictions") / "mississippi")


def load(folder: Traversable) -> Jurisdiction:
    """Reads a folder laid out as Mississippi's. Raises `DataRefused`."""
    clocks, duties = _clock_files(folder / CLOCKS)
    jurisdiction = Jurisdiction(
        clocks=clocks,
        duties=duties,
        reporting=_rules(folder, REPORTING, tuple[ReportingDuty, ...]),
        seats=_rules(folder, "seats.json", tuple[Seat, ...]),
        credentials=_keyed(folder, "credentials.json", CredentialKind, lambda c: c.kind),
        roles=_keyed(folder, "roles.json", Role, lambda r: r.role),
        channels=_keyed(folder, "channels.json", Channel, lambda c: c.channel),
        indicators=_keyed(folder, "indicators.json", Indicator, lambda i: i.code),
        notices=_rules(folder, "notices.json", tuple[NoticeRule, ...]),
        counties=_table(folder, "counties.csv", County, lambda c: c.county),
        circuits=_table(folder, "circuit_districts.csv", CircuitDistrict, lambda c: c.circuit_court_district),
        agencies=_table(folder, "agencies.csv", Agency, lambda a: a.agency_id),
        service_areas=_rows(folder, "service_areas.csv", ServiceArea),
        exams=_rules(folder, "exams.json", ExamRules),
        accounts=_rules(folder, "accounts.json", AccountRules),
        sharing=_rules(folder, "sharing.json", SharingRules),
        break_glass=_rules(folder, "break_glass.json", BreakGlassRules),
    )
    _refuse_contradictions(jurisdiction)
    return jurisdiction


def load_mississippi_charging() -> Charging:
    """As `load_mississippi`, for what its prosecutors charge by. Raises `DataRefused`."""
    return load_charging(files("contracts.jurisdictions") / "mississippi")


def load_charging(folder: Traversable) -> Charging:
    """Reads the offences, the rules on charging and the stages. Raises `DataRefused`."""
    rules = _rules(folder, "charging.json", _ChargingFile)
    written = _rules(folder, STAGES, _StageFile)
    charging = Charging(
        offences=_table(folder, OFFENCES, Offence, lambda o: o.offence_id),
        never_accused=rules.never_accused,
        limitations=rules.limitations,
        stages=_by_key(STAGES, written.stages, lambda s: s.stage),
        edges=written.edges,
        outcomes=_by_key(STAGES, written.outcomes, lambda o: o.outcome),
        hearings=_by_key(STAGES, written.hearings, lambda h: h.kind),
        courts=written.courts,
        reasons=written.reasons,
    )
    _refuse_contradictory_charging(charging, {clock.rule for clock in _clock_files(folder / CLOCKS)[0]})
    return charging


def _clock_files(folder: Traversable) -> tuple[tuple[ClockRule, ...], tuple[DutyRule, ...]]:
    """One file for each part of the house, together one list of rules."""
    clocks: list[ClockRule] = []
    duties: list[DutyRule] = []
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        written = _rules(folder, file.name, _ClockFile)
        clocks.extend(_clock(file.name, clock) for clock in written.clocks)
        duties.extend(written.duties)
    return tuple(clocks), tuple(duties)


def _clock(name: str, written: _ClockAsWritten) -> ClockRule:
    fields = msgspec.structs.asdict(written)
    fields["period"] = timedelta(hours=fields.pop("period_hours"))
    fields["warnings"] = tuple(timedelta(hours=hours) for hours in fields.pop("warning_hours"))
    try:
        return msgspec.convert(fields, ClockRule)
    except msgspec.ValidationError as error:
        raise DataRefused(f"{CLOCKS}/{name}, rule {written.rule}: {error}.") from error


def _rules(folder: Traversable, name: str, type_: type[T]) -> T:
    try:
        return msgspec.json.decode((folder / name).read_bytes(), type=type_)
    except msgspec.MsgspecError as error:
        raise DataRefused(f"{name}: {error}.") from error


def _keyed(folder: Traversable, name: str, type_: type[T], key: Callable[[T], K]) -> dict[K, T]:
    return _by_key(name, _rules(folder, name, tuple[type_, ...]), key)  # type: ignore[valid-type]  # a type argument


def _table(folder: Traversable, name: str, type_: type[T], key: Callable[[T], K]) -> dict[K, T]:
    return _by_key(name, _rows(folder, name, type_), key)


def _rows(folder: Traversable, name: str, type_: type[T]) -> tuple[T, ...]:
    """Reads a CSV table; a blank cell is `None`, so a column that may be blank must say so in its type."""
    text = (folder / name).read_text(encoding="utf-8")
    rows: list[T] = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text), strict=True), start=2):
        try:
            rows.append(msgspec.convert({column: cell or None for column, cell in row.items()}, type_, strict=False))
        except (msgspec.ValidationError, TypeError) as error:
            raise DataRefused(f"{name}, line {number}: {error}.") from error
    return tuple(rows)


def _by_key(name: str, entries: Iterable[T], key: Callable[[T], K]) -> dict[K, T]:
    keyed: dict[K, T] = {}
    for entry in entries:
        if key(entry) in keyed:
            raise DataRefused(f"{name}: {key(entry)} stands in it twice.")
        keyed[key(entry)] = entry
    return keyed


def _refuse_contradictions(jurisdiction: Jurisdiction) -> None:
    versions = [(clock.rule, clock.version) for clock in jurisdiction.clocks]
    versions += [(duty.rule, duty.version) for duty in jurisdiction.duties]
    _refuse_twice(CLOCKS, versions)
    _refuse_twice("seats.json", [seat.seat for seat in jurisdiction.seats])
    for clock in jurisdiction.clocks:
        points = (timedelta(0), *clock.warnings, clock.period)
        if any(later <= earlier for earlier, later in pairwise(points)):
            raise DataRefused(f"{CLOCKS}, rule {clock.rule}: warnings must rise and lie before the due time.")
        _refuse_unknown(CLOCKS, (clock.who_acts,), (*jurisdiction.roles, None))
        _refuse_unknown(CLOCKS, (*clock.told_at_warning, *clock.told_at_miss), jurisdiction.roles)
    for duty in jurisdiction.duties:
        _refuse_unknown(CLOCKS, (duty.who_acts, *duty.told), (*jurisdiction.roles, None))
        _refuse_unknown(CLOCKS, (duty.follows,), (*(rule for rule, _ in versions), None))
    _refuse_contradictory_reporting(jurisdiction, versions)
    for seat in jurisdiction.seats:
        _refuse_unknown("seats.json", (seat.credential,), jurisdiction.credentials)
        _refuse_unknown("seats.json", seat.issuers, jurisdiction.credentials[seat.credential].issuers)
    for credential in jurisdiction.credentials.values():
        _refuse_unknown("credentials.json", credential.issuers, jurisdiction.agencies)
    for role in jurisdiction.roles.values():
        _refuse_unknown("roles.json", (role.agency_id,), (*jurisdiction.agencies, None))
    _refuse_unheld(jurisdiction.exams)
    _refuse_purposeless(jurisdiction)
    _refuse_unknown("break_glass.json", (jurisdiction.break_glass.rule,), [clock.rule for clock in jurisdiction.clocks])
    for area in jurisdiction.service_areas:
        _refuse_unknown("service_areas.csv", (area.agency_id,), jurisdiction.agencies)
        _refuse_unknown("service_areas.csv", (area.county,), jurisdiction.counties)
    for county in jurisdiction.counties.values():
        _refuse_unknown("counties.csv", (county.circuit_court_district,), jurisdiction.circuits)
    for notice in jurisdiction.notices:
        _refuse_aimless(notice)
        _refuse_unknown("notices.json", (notice.to.agency, notice.to.otherwise), (*jurisdiction.agencies, None))


def _refuse_purposeless(jurisdiction: Jurisdiction) -> None:
    _refuse_twice("sharing.json", [purpose.purpose for purpose in jurisdiction.sharing.purposes])
    for purpose in jurisdiction.sharing.purposes:
        _refuse_unknown("sharing.json", purpose.roles, jurisdiction.roles)
        if not purpose.roles:
            raise DataRefused(f"sharing.json, purpose {purpose.purpose}: it can be shared with nobody.")


def _refuse_contradictory_reporting(jurisdiction: Jurisdiction, versions: list[tuple[str, int]]) -> None:
    steps = [notice.step for notice in jurisdiction.notices]
    clocks = {clock.rule for clock in jurisdiction.clocks}
    _refuse_twice(REPORTING, [(duty.rule, duty.version) for duty in jurisdiction.reporting])
    for duty in jurisdiction.reporting:
        _refuse_unknown(REPORTING, ((duty.rule, duty.version),), versions)
        _refuse_twice(REPORTING, [part.part for part in duty.parts])
        if not duty.parts:
            raise DataRefused(f"{REPORTING}, rule {duty.rule}: nobody is told.")
        if duty.rule in clocks and any(part.settings for part in duty.parts):
            # Its clock would go on for parts that are asked no more, or end before one that is asked later.
            raise DataRefused(
                f"{REPORTING}, rule {duty.rule}: what has a due time has the same parts in every setting."
            )
        for part in duty.parts:
            _refuse_unknown(REPORTING, (part.by,), (*jurisdiction.roles, None))
            _refuse_unknown(REPORTING, (part.step,), (*steps, None))
            _refuse_unknown(REPORTING, part.done_by_channels, jurisdiction.channels)


def _refuse_contradictory_charging(charging: Charging, clocks: set[str]) -> None:
    for offence in charging.offences.values():
        if (offence.limitation == "years") != (offence.limitation_years is not None):
            raise DataRefused(f"{OFFENCES}, {offence.offence_id}: years of limitation and their number differ.")
    for stage in charging.stages.values():
        _refuse_unknown(STAGES, (*stage.starts, *stage.meets, *stage.excuses), clocks)
    for edge in charging.edges:
        _refuse_unknown(STAGES, (edge.from_, *edge.to), charging.stages)
        _refuse_unknown(
            STAGES, (*edge.after, *edge.unless), [o.outcome for o in charging.outcomes.values() if edge.from_ in o.at]
        )
    for outcome in charging.outcomes.values():
        _refuse_unknown(STAGES, outcome.at, charging.stages)
        _refuse_unknown(STAGES, (outcome.returns_to,), (*charging.stages, None))
        _refuse_unknown(STAGES, (*outcome.meets, *outcome.excuses), clocks)
        if outcome.ends and outcome.returns_to is not None:
            raise DataRefused(f"{STAGES}, {outcome.outcome}: what ends a count takes it back nowhere.")
    for hearing in charging.hearings.values():
        _refuse_unknown(STAGES, (hearing.stage,), (*charging.stages, None))


def _refuse_unheld(exams: ExamRules) -> None:
    """An age band nobody could be certified for."""
    _refuse_twice("exams.json", [band.band for band in exams.age_bands])
    for band in exams.age_bands:
        _refuse_unknown("exams.json", band.certificates, [each.certificate for each in exams.certificates])
        if not band.certificates:
            raise DataRefused(f"exams.json: no certificate is enough for {band.band}.")


def _refuse_aimless(notice: NoticeRule) -> None:
    if (notice.to.agency is None) == (notice.to.by is None):
        raise DataRefused(f"notices.json, step {notice.step}: name one agency, or how to find one, not both.")


def _refuse_twice(name: str, keys: list[T]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise DataRefused(f"{name}: {key} stands in it twice.")


def _refuse_unknown(name: str, used: Iterable[T], known: Iterable[T]) -> None:
    on_file = set(known)
    for word in used:
        if word not in on_file:
            raise DataRefused(f"{name}: {word!r} is named but not on file.")
