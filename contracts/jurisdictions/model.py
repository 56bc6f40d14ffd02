"""What a jurisdiction's rules and tables look like once read.

Confidence marks are kept as the sources gave them: V the controlling text was read, S a secondary source says so,
U unverified. `None` in a table means "not on file", never "none": show it in those words.
"""

import difflib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

import msgspec

from contracts.jurisdictions.errors import LONGEST_NAME, UnknownCounty, UnknownRule

Confidence = Literal["V", "S", "U"]
Exploitation = Literal["sex", "labour", "both"]
Pathway = Literal["child", "adult"]
RuleKind = Literal["STAT", "FED", "RULE", "POL", "REC", "PROT"]
Setting = Literal["home", "out_of_home", "out_of_home_licensed", "out_of_home_unlicensed", "not_known"]
"""Where the child is said to have been harmed. `out_of_home`: whether the place is licensed is not known."""

NEAR_NAMES = 3


class Loaded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read from a rule file: an unknown word in the file is refused."""


class ClockRule(Loaded, frozen=True, kw_only=True):
    """A deadline with a number. All periods are elapsed hours; weekends and holidays count.

    `warnings` are measured from the start of the clock. `confidence` is of the duty, `period_confidence` of the hours.
    `who_acts` is `None` where it is anyone's duty.
    """

    rule: str
    version: int
    in_force_from: date
    review_by: date | None
    name: str
    kind: RuleKind
    period: timedelta
    warnings: tuple[timedelta, ...]
    starts_when: str
    met_by: str
    who_acts: str | None
    told_at_warning: tuple[str, ...]
    told_at_miss: tuple[str, ...]
    when_missed: str
    citation: str
    source: str
    confidence: Confidence
    period_confidence: Confidence
    note: str | None


class DutyRule(Loaded, frozen=True, kw_only=True):
    """A duty the law gives no number for. Record how long it took; never judge it against a due time.

    `follows` is `None` where nothing comes before it, `who_acts` where it is anyone's duty. What is to be so `for_good`
    never comes due.
    """

    rule: str
    version: int
    in_force_from: date
    review_by: date | None
    name: str
    kind: RuleKind
    follows: str | None
    arises_when: str
    due: Literal["immediately", "as_soon_as_possible", "with_C03", "for_good"]
    met_by: str
    who_acts: str | None
    told: tuple[str, ...]
    until_met: str
    citation: str
    source: str
    confidence: Confidence
    note: str | None


class DutyPart(Loaded, frozen=True, kw_only=True):
    """Whom a reporting duty tells: done when each part is.

    `by` is the role that tells, `None`: whoever reports. `step` is the notice rule that finds the agency told, `None`:
    none is on file. `acknowledged`: done only when the agency told has said so. `may_precede_receipt`: may have been
    done before Child Protection Services had the tip. Empty `settings`: whatever the setting. A tip that comes in by
    one of `done_by_channels` is itself this part.
    """

    part: str
    words: str
    by: str | None
    step: str | None
    acknowledged: bool
    may_precede_receipt: bool
    settings: tuple[Setting, ...]
    done_by_channels: tuple[str, ...]


class ReportingDuty(Loaded, frozen=True, kw_only=True):
    """What a tip about a child obliges to, by a clock rule or duty rule of the same name and version.

    Empty `settings`: it arises whatever the setting.
    """

    rule: str
    version: int
    settings: tuple[Setting, ...]
    parts: tuple[DutyPart, ...]
    note: str | None


class Seat(Loaded, frozen=True, kw_only=True):
    """A seat every child's team must have, and the credential that fills it (issuers are agency ids).

    Who holds one that is `holder_withheld` goes only where it is needed.
    """

    seat: str
    version: int
    in_force_from: date
    words: str
    credential: str
    issuers: tuple[str, ...]
    holder_withheld: bool
    citation: str
    source: str
    confidence: Confidence
    note: str | None


class CredentialKind(Loaded, frozen=True, kw_only=True):
    """A credential a responder can hold. Hours and renewal are `None` where not on file."""

    kind: str
    words: str
    issuers: tuple[str, ...]
    minimum_hours: int | None
    renewal: str | None
    source: str
    confidence: Confidence
    note: str | None


class Role(Loaded, frozen=True, kw_only=True):
    """Who acts or is told. `agency_id` is `None` where the role is held in many agencies."""

    role: str
    words: str
    agency_id: str | None
    source: str
    confidence: Confidence
    note: str | None


class Channel(Loaded, frozen=True, kw_only=True):
    """A way a tip comes in. `officer_request`: CPS must send the on-call caseworker immediately."""

    channel: str
    words: str
    officer_request: bool
    source: str
    confidence: Confidence
    note: str | None


class Indicator(Loaded, frozen=True, kw_only=True):
    """A sign of trafficking to look for at screening. Not a validated tool, and no score."""

    code: str
    words: str
    exploitation: Exploitation
    source: str
    confidence: Confidence
    note: str | None


class Recipient(Loaded, frozen=True, kw_only=True):
    """Whom a notice rule reaches: one agency, or one found by the county's circuit or by service areas."""

    agency: str | None = None
    by: Literal["circuit", "service_area"] | None = None
    role: str | None = None
    otherwise: str | None = None
    on: Literal["tribal_land"] | None = None


class NoticeRule(Loaded, frozen=True, kw_only=True):
    """Who is to be told of a tip, how soon in the law's words, and why."""

    step: str
    to: Recipient
    pathway: Literal["child", "adult", "both"]
    when: str
    why: str
    citation: str
    confidence: Confidence


class County(msgspec.Struct, frozen=True, kw_only=True):
    """A row of counties.csv: what routing and a map need of it."""

    county: str
    fips: str
    circuit_court_district: int
    circuit_statute: str
    circuit_in_force_from: date | None
    circuit_court_district_from_2027: int | None
    circuit_2027_status: str
    chancery_court_district: int
    youth_court_type: Literal["county_court", "chancery_court"]
    youth_court_evidence: str
    cps_region: str | None
    rural_urban: Literal["rural", "urban"]
    federal_district: Literal["northern", "southern"]
    federal_division: str
    centroid_lat: float
    centroid_lon: float


class CircuitDistrict(msgspec.Struct, frozen=True, kw_only=True):
    """A row of circuit_districts.csv."""

    circuit_court_district: int
    statute: str
    in_force_from: date | None
    county_count: int


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """A row of agencies.csv. A phone of `None` was not found; it does not mean the agency has none."""

    agency_id: str
    name: str
    kind: str
    level: str
    workflow_role: str
    role_description: str
    victim_scope: str
    jurisdiction: str
    hotline_phone: str | None
    office_phone: str | None
    text_line: str | None
    report_url: str | None
    hours: str | None
    as_of: str
    confidence: Literal["high", "medium", "low"]
    source: str
    note: str | None


class ServiceArea(msgspec.Struct, frozen=True, kw_only=True):
    """A row of service_areas.csv: one agency serves one county. Most agencies' counties are not on file."""

    agency_id: str
    county: str
    as_of: str
    confidence: Literal["high", "medium", "low"]
    source: str


class NurseCertificate(Loaded, frozen=True, kw_only=True):
    """A certificate of a forensic nurse."""

    certificate: str
    words: str
    issuers: tuple[str, ...]
    citation: str
    source: str
    confidence: Confidence
    note: str | None


class AgeBand(Loaded, frozen=True, kw_only=True):
    """Whom an exam is for, and the certificates of which the nurse must hold one. `grown`: no longer a child."""

    band: str
    words: str
    grown: bool
    certificates: tuple[str, ...]
    source: str
    confidence: Confidence
    note: str | None


class Consent(Loaded, frozen=True, kw_only=True):
    """Who consents to an exam; `given` is False for the word that says nobody has yet."""

    consent: str
    words: str
    given: bool
    source: str
    confidence: Confidence
    note: str | None


class AccountRules(Loaded, frozen=True, kw_only=True):
    """What of accounts is no clock: after how long without a sign-in one is shown as dormant."""

    version: int
    in_force_from: date
    dormant_after_days: int
    citation: str
    source: str
    confidence: Confidence
    note: str | None

    @property
    def dormant_after(self) -> timedelta:
        """In elapsed time."""
        return timedelta(days=self.dormant_after_days)


class SharePurpose(Loaded, frozen=True, kw_only=True):
    """What a case may be shared for, and with which roles. `people`: names and stories are needed for it, too."""

    purpose: str
    words: str
    roles: tuple[str, ...]
    people: bool
    citation: str
    source: str
    confidence: Confidence
    note: str | None


class SharingRules(Loaded, frozen=True, kw_only=True):
    """What cases may be shared for, and for how long at most; and for how long a released reporter's identity."""

    version: int
    in_force_from: date
    longest_days: int
    reporter_hours: int
    source: str
    confidence: Confidence
    note: str | None
    purposes: tuple[SharePurpose, ...]

    @property
    def longest(self) -> timedelta:
        """In elapsed time."""
        return timedelta(days=self.longest_days)

    @property
    def reporter_shown_for(self) -> timedelta:
        """In elapsed time."""
        return timedelta(hours=self.reporter_hours)

    def purpose(self, name: str) -> SharePurpose | None:
        """None when there is no such purpose."""
        return next((each for each in self.purposes if each.purpose == name), None)


class BreakGlassRules(Loaded, frozen=True, kw_only=True):
    """For how long a case is opened in an emergency, and by which clock that is reviewed."""

    version: int
    in_force_from: date
    minutes: int
    rule: str
    source: str
    confidence: Confidence
    note: str | None

    @property
    def lasts(self) -> timedelta:
        """In elapsed time."""
        return timedelta(minutes=self.minutes)


class ExamRules(Loaded, frozen=True, kw_only=True):
    """How exams are planned: how long a hold lasts, an exam usually and at most, and the step between slots offered."""

    version: int
    in_force_from: date
    hold_minutes: int
    exam_minutes: int
    longest_minutes: int
    step_minutes: int
    source: str
    confidence: Confidence
    note: str | None
    certificates: tuple[NurseCertificate, ...]
    age_bands: tuple[AgeBand, ...]
    consents: tuple[Consent, ...]

    def certificate(self, name: str) -> NurseCertificate | None:
        """None when there is no such certificate."""
        return next((each for each in self.certificates if each.certificate == name), None)

    def age_band(self, name: str) -> AgeBand | None:
        """None when there is no such band."""
        return next((each for each in self.age_bands if each.band == name), None)

    def consent(self, name: str) -> Consent | None:
        """None when there is no such word."""
        return next((each for each in self.consents if each.consent == name), None)


class Jurisdiction(msgspec.Struct, frozen=True, kw_only=True):
    """A state's rules and tables, whole. Tables are keyed by their code; rules are looked up by day or version."""

    clocks: tuple[ClockRule, ...]
    duties: tuple[DutyRule, ...]
    reporting: tuple[ReportingDuty, ...]
    seats: tuple[Seat, ...]
    credentials: dict[str, CredentialKind]
    roles: dict[str, Role]
    channels: dict[str, Channel]
    indicators: dict[str, Indicator]
    notices: tuple[NoticeRule, ...]
    counties: dict[str, County]
    circuits: dict[int, CircuitDistrict]
    agencies: dict[str, Agency]
    service_areas: tuple[ServiceArea, ...]
    exams: ExamRules
    accounts: AccountRules
    sharing: SharingRules
    break_glass: BreakGlassRules

    def clock_rule(self, rule: str, on: date | None = None, version: int | None = None) -> ClockRule:
        """The version asked for; else the one in force `on` that day; else the newest. Raises `UnknownRule`."""
        found = [r for r in self.clocks if r.rule == rule and _fits(r, on, version)]
        if not found:
            raise UnknownRule(_not_on_file("clock", rule, on, version))
        return max(found, key=lambda r: r.version)

    def duty_rule(self, rule: str, on: date | None = None, version: int | None = None) -> DutyRule:
        """As `clock_rule`, for duties the law gives no number for."""
        found = [r for r in self.duties if r.rule == rule and _fits(r, on, version)]
        if not found:
            raise UnknownRule(_not_on_file("duty", rule, on, version))
        return max(found, key=lambda r: r.version)

    def seat(self, seat: str) -> Seat:
        """Raises `UnknownRule` when there is no such seat."""
        for each in self.seats:
            if each.seat == seat:
                return each
        raise UnknownRule(f"There is no seat {seat!r}; the seats are {', '.join(s.seat for s in self.seats)}.")

    def county(self, name: str) -> County:
        """By name, in any case, with or without "County". Raises `UnknownCounty` with the nearest names."""
        wanted = _plain(name)
        for county in self.counties.values():
            if _plain(county.county) == wanted:
                return county
        raise UnknownCounty(name, _near(wanted, self.counties))


def _fits(rule: ClockRule | DutyRule, on: date | None, version: int | None) -> bool:
    if version is not None:
        return rule.version == version
    return on is None or rule.in_force_from <= on


def _not_on_file(what: str, rule: str, on: date | None, version: int | None) -> str:
    if version is not None:
        return f"Version {version} of {what} rule {rule!r} is not on file."
    if on is not None:
        return f"No version of {what} rule {rule!r} was in force on {on.isoformat()}."
    return f"There is no {what} rule {rule!r} on file."


def _plain(name: str) -> str:
    """The letters of a county's name: DeSoto, De Soto and "desoto county" are one."""
    letters = "".join(name.casefold().split())
    return letters.removesuffix("county")


def _near(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    if len(wanted) > LONGEST_NAME:
        return ()
    by_plain = {_plain(name): name for name in names}
    return tuple(by_plain[plain] for plain in difflib.get_close_matches(wanted, by_plain, n=NEAR_NAMES, cutoff=0.6))
