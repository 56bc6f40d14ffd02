"""Accounts, and how a case is opened to somebody: by a share, or in an emergency."""

from datetime import date, timedelta

from contracts.jurisdictions.marks import Confidence, Loaded


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
    reporter_citation: str
    reporter_without_order: tuple[str, ...]
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
