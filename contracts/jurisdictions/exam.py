"""How forensic exams are planned, and who is certified for whom."""

from datetime import date

from contracts.jurisdictions.marks import Confidence, Loaded


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


class TravelRules(Loaded, frozen=True, kw_only=True):
    """How a way between two counties is estimated: great-circle distance, times a factor for roads, at a speed.

    `hours_waited_for_one` says how many hours later an exam may begin to spare one hour on the road.
    """

    road_factor: float
    km_per_hour: float
    hours_waited_for_one: float
    source: str
    confidence: Confidence
    note: str | None


class Planning(Loaded, frozen=True, kw_only=True):
    """What a nurse is spared, and how long a place that came up on the standby list is kept.

    `rest_minutes` lie between two exams of a nurse, `most_hours_a_day` she examines at most in any 24 hours. Whose exam
    begins within `move_notice_hours` is not asked to come at another time.
    """

    rest_minutes: int
    most_hours_a_day: int
    standby_hold_minutes: int
    move_notice_hours: int
    source: str
    confidence: Confidence
    note: str | None
    travel: TravelRules


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
    planning: Planning
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
