"""A state's rules and tables, whole, and what is asked of them."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TypeVar

import msgspec

from contracts.deadline import Terms
from contracts.jurisdictions import reckoning
from contracts.jurisdictions.access import AccountRules, BreakGlassRules, SharingRules
from contracts.jurisdictions.agencies import Agency, NoticeRule, Role, ServiceArea
from contracts.jurisdictions.census import CensusRules
from contracts.jurisdictions.clocks import AnyRule, ClockRule, DutyRule, WaitingRule
from contracts.jurisdictions.county import CircuitDistrict, County, near_names, plain_name
from contracts.jurisdictions.dated import DAY, by_key, in_force, in_order
from contracts.jurisdictions.disposition import ReservedDisposition
from contracts.jurisdictions.errors import UnknownCounty, UnknownRule
from contracts.jurisdictions.evidence import EvidenceWindow
from contracts.jurisdictions.exam import ExamRules
from contracts.jurisdictions.examination import ExaminationRules
from contracts.jurisdictions.kit import KitRules
from contracts.jurisdictions.kit_report import KitReportRules
from contracts.jurisdictions.ladder import LadderRule, ladder_in_force
from contracts.jurisdictions.reporting import ReportingDuty
from contracts.jurisdictions.screening import Indicator, Instrument
from contracts.jurisdictions.state import Holidays, State
from contracts.jurisdictions.team import CredentialKind, ResponderRules, Seat
from contracts.jurisdictions.tip import Channel, LikenessRules
from contracts.jurisdictions.unusual import UnusualReading
from contracts.language import InvalidValue

R = TypeVar("R", ClockRule, DutyRule)


class Jurisdiction(msgspec.Struct, frozen=True, kw_only=True):
    """A state's rules and tables. Tables are keyed by their code; rules are looked up by day or version.

    `counties` and `agencies` are those on file, as they were last: names of what happened before are found there, too.
    The rows of all times are asked by day.
    """

    state: State
    holidays: Holidays
    clocks: tuple[ClockRule, ...]
    duties: tuple[DutyRule, ...]
    waiting: tuple[WaitingRule, ...]
    reporting: tuple[ReportingDuty, ...]
    dispositions: tuple[ReservedDisposition, ...]
    seat_rows: tuple[Seat, ...]
    ladders: tuple[LadderRule, ...]
    credentials: dict[str, CredentialKind]
    roles: dict[str, Role]
    channels: dict[str, Channel]
    instruments: tuple[Instrument, ...]
    notices: tuple[NoticeRule, ...]
    counties: dict[str, County]
    county_rows: dict[str, tuple[County, ...]]
    circuits: dict[int, tuple[CircuitDistrict, ...]]
    agencies: dict[str, Agency]
    agency_rows: dict[str, tuple[Agency, ...]]
    service_areas: tuple[ServiceArea, ...]
    exams: ExamRules
    evidence_windows: tuple[EvidenceWindow, ...]
    examination: ExaminationRules
    kits: KitRules
    census: CensusRules
    kit_report: KitReportRules
    accounts: AccountRules
    sharing: SharingRules
    break_glass: BreakGlassRules
    unusual: tuple[UnusualReading, ...]
    likeness: LikenessRules
    responders: ResponderRules

    @property
    def rules(self) -> tuple[AnyRule, ...]:
        """All of them, with every version: with a number, without, and those that wait."""
        return (*self.clocks, *self.duties, *self.waiting)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Those on file, each as it was last: names of what happened before are found there, too."""
        return tuple(of_one[-1] for of_one in by_key(self.seat_rows, lambda each: each.seat).values())

    def seats_at(self, received_at: datetime) -> tuple[Seat, ...]:
        """Those of a team whose tip was received then. Before the first day on file, those of that day."""
        day = max(self.day_of(received_at), min(each.in_force_from for each in self.seat_rows))
        rows = by_key(self.seat_rows, lambda each: each.seat).values()
        return tuple(found for of_one in rows if (found := in_force(of_one, day)) is not None)

    @property
    def seat_sets(self) -> tuple[tuple[datetime, tuple[Seat, ...]], ...]:
        """Each set of seats with the moment from which it holds, in order; the first holds for what was before it."""
        begins = {each.in_force_from for each in self.seat_rows}
        ends = {each.in_force_until + DAY for each in self.seat_rows if each.in_force_until is not None}
        moments = (datetime.combine(day, time(), self.state.clocks) for day in sorted(begins | ends))
        return tuple((moment, self.seats_at(moment)) for moment in moments)

    @property
    def indicators(self) -> dict[str, Indicator]:
        """Every sign that was ever asked about, in the words it had last."""
        return {each.code: each for instrument in in_order(self.instruments) for each in instrument.indicators}

    def instrument_at(self, moment: datetime) -> Instrument:
        """What a tip is screened by then. Before the first day on file, the first."""
        rows = in_order(self.instruments)
        return in_force(rows, self.day_of(moment)) or rows[0]

    def instrument(self, instrument: str, version: int) -> Instrument:
        """As a screening names it. Raises `UnknownRule`."""
        for each in self.instruments:
            if (each.instrument, each.version) == (instrument, version):
                return each
        raise UnknownRule(f"Version {version} of instrument {instrument!r} is not on file.")

    def unusual_at(self, moment: datetime) -> tuple[UnusualReading, ...]:
        """What reading is looked for by then, each rule once; none before the first day on file."""
        of_rules = by_key(self.unusual, lambda each: each.rule).values()
        day = self.day_of(moment)
        return tuple(found for of_one in of_rules if (found := in_force(of_one, day)) is not None)

    def evidence_windows_at(self, moment: datetime, band: str) -> tuple[EvidenceWindow, ...]:
        """Those for patients of an age band, by what is held for right then, each window once."""
        of_windows = by_key(self.evidence_windows, lambda each: each.window).values()
        day = self.day_of(moment)
        found = (in_force(of_one, day) for of_one in of_windows)
        return tuple(each for each in found if each is not None and band in each.age_bands)

    def unusual_kept(self, rule: str, version: int) -> UnusualReading | None:
        """The one something was found by; None where it stands on no file any more."""
        return next((each for each in self.unusual if (each.rule, each.version) == (rule, version)), None)

    def ladder_at(self, seat: str, county: str, opened_at: datetime) -> LadderRule:
        """Whom to call for a seat of a team that opens then. Raises `UnknownRule` for a seat there is not."""
        found = ladder_in_force(self.ladders, seat, county, self.day_of(opened_at))
        if found is None:
            raise UnknownRule(f"There is no ladder for the seat {seat!r} on file.")
        return found

    def ladder_kept(self, ladder: str, version: int) -> LadderRule | None:
        """The one a team was opened with; None where it stands on no file any more."""
        return next((each for each in self.ladders if (each.ladder, each.version) == (ladder, version)), None)

    def clock_rule(self, rule: str, on: date | None = None, version: int | None = None) -> ClockRule:
        """The version asked for; else the one in force `on` that day; else the newest. Raises `UnknownRule`."""
        return _found(self.clocks, "clock", rule, on, version)

    def duty_rule(self, rule: str, on: date | None = None, version: int | None = None) -> DutyRule:
        """As `clock_rule`, for duties the law gives no number for."""
        return _found(self.duties, "duty", rule, on, version)

    def rule_at(self, rule: str, moment: datetime) -> AnyRule | None:
        """The version that applies to what happened then; None once the rule has ended. Raises `UnknownRule`.

        Before the first version's day the first applies: many bear the day of the text that was read, and are older.
        """
        return self.rule_on(rule, self.day_of(moment))

    def rule_on(self, rule: str, day: date) -> AnyRule | None:
        """As `rule_at`, by the day."""
        versions = in_order(each for each in self.rules if each.rule == rule)
        if not versions:
            raise UnknownRule(f"There is no rule {rule!r} on file.")
        return versions[0] if day < versions[0].in_force_from else in_force(versions, day)

    def is_on(self, rule: str, day: date) -> bool:
        """Whether the version that applies that day asks for what it says. Raises `UnknownRule`."""
        found = self.rule_on(rule, day)
        return isinstance(found, ClockRule | DutyRule) and found.standing == "on"

    def clock_rule_at(self, rule: str, moment: datetime) -> ClockRule | None:
        """As `rule_at`; None, too, where the version that applies has no number."""
        found = self.rule_at(rule, moment)
        return found if isinstance(found, ClockRule) else None

    def duty_rule_at(self, rule: str, moment: datetime) -> DutyRule | None:
        """As `rule_at`; None, too, where the version that applies has a number."""
        found = self.rule_at(rule, moment)
        return found if isinstance(found, DutyRule) else None

    def terms(self, rule: str, since: datetime) -> Terms | None:
        """What a clock of the rule is started with, for what happened at `since`: by the version that applied then.

        None where the rule starts no clock: it has ended, is advisory or off. Raises `UnknownRule`.
        """
        found = self.clock_rule_at(rule, since)
        if found is None or found.standing != "on":
            return None
        return self.terms_by(found, since)

    def terms_by(self, rule: ClockRule, since: datetime) -> Terms:
        """As `terms`, by one version, whether it applies or not."""
        return reckoning.terms(rule, since, self.state.clocks, self.holidays)

    def terms_now(self, rule: str, since: datetime, now: datetime) -> Terms | None:
        """As `terms`, by the version in force `now`: what a clock that began at `since` would run under by it."""
        found = self.clock_rule_at(rule, now)
        return self.terms_by(found, since) if found is not None and found.standing == "on" else None

    def enforced(self, rule: str, since: datetime) -> Terms:
        """As `terms`, for a rule the loader has seen to be on always (`contracts.rules.ALWAYS_ON`, and the rule of an
        emergency opening). Raises `UnknownRule`.
        """
        terms = self.terms(rule, since)
        if terms is None:
            raise UnknownRule(f"Rule {rule!r} must be in force and on, always.")
        return terms

    def day_of(self, moment: datetime) -> date:
        """The day it was, by the state's clocks."""
        return moment.astimezone(self.state.clocks).date()

    def seat(self, seat: str) -> Seat:
        """Raises `UnknownRule` when there is no such seat."""
        for each in self.seats:
            if each.seat == seat:
                return each
        raise UnknownRule(f"There is no seat {seat!r}; the seats are {', '.join(s.seat for s in self.seats)}.")

    def require_county(self, name: str | None) -> None:
        """Raises `InvalidValue` for what is no county: it may be anything, a name too, and would go on record."""
        if name and name not in self.counties:
            raise InvalidValue("county", "There is no county of this name. Choose one of the list.")

    def county(self, name: str) -> County:
        """By name, in any case, with or without "County". Raises `UnknownCounty` with the nearest names."""
        wanted = plain_name(name)
        for county in self.counties.values():
            if plain_name(county.county) == wanted:
                return county
        raise UnknownCounty(name, near_names(wanted, self.counties), self.state.state)


def _found(rules: Iterable[R], what: str, rule: str, on: date | None, version: int | None) -> R:
    versions = [each for each in rules if each.rule == rule]
    if version is not None:
        found = next((each for each in versions if each.version == version), None)
    elif on is not None:
        found = in_force(versions, on)
    else:
        found = max(versions, key=lambda each: each.version, default=None)
    if found is None:
        raise UnknownRule(_not_on_file(what, rule, on, version))
    return found


def _not_on_file(what: str, rule: str, on: date | None, version: int | None) -> str:
    if version is not None:
        return f"Version {version} of {what} rule {rule!r} is not on file."
    if on is not None:
        return f"No version of {what} rule {rule!r} was in force on {on.isoformat()}."
    return f"There is no {what} rule {rule!r} on file."
