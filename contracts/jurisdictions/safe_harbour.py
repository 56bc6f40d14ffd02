"""What a state gives an accused who was a victim, or a minor: vacatur, expungement, and to whom they are referred."""

from collections.abc import Mapping
from datetime import date

from contracts.jurisdictions.marks import Confidence, Loaded


class Ground(Loaded, frozen=True, kw_only=True):
    """Why an accused is taken for a victim. `by_itself`: the house finds it in the case; else people enter it."""

    ground: str
    words: str
    by_itself: bool
    of_a_minor: bool


class Route(Loaded, frozen=True, kw_only=True):
    """A way to undo a conviction. `in_force_from` of `None`: since when it is open is not on file."""

    route: str
    words: str
    in_force_from: date | None
    citation: str
    holds: str
    source: str
    confidence: Confidence
    note: str | None


class ToTell(Loaded, frozen=True, kw_only=True):
    """Who is told that a petition was granted, and `on_denial` also that it was denied."""

    whom: str
    words: str
    on_denial: bool


class ReferralTo(Loaded, frozen=True, kw_only=True):
    """To whom an accused is referred: `of_a_minor` for a ground that speaks of a minor, else for an adult.

    A referral to who holds a seat of a team is called as the seat is: where the seat is withheld, so is the referral.
    Without `answers` none is asked for or kept: what a victim service does for whom is its own (28 CFR 94.115).
    `citation` of `None`: no law for it is on file.
    """

    to: str
    words: str
    of_a_minor: bool
    citation: str | None
    answers: Mapping[str, str]


class SafeHarbour(Loaded, frozen=True, kw_only=True):
    """The lists of it; a count is a conviction while it stands at one of `convicted_at`."""

    source: str
    confidence: Confidence
    note: str
    convicted_at: tuple[str, ...]
    grounds: tuple[Ground, ...]
    ground_ends: Mapping[str, str]
    routes: tuple[Route, ...]
    issuers: Mapping[str, str]
    granted: Mapping[str, str]
    denied: Mapping[str, str]
    withdrawn: Mapping[str, str]
    told: tuple[ToTell, ...]
    referrals: tuple[ReferralTo, ...]
    not_made: Mapping[str, str]

    def ground(self, ground: str) -> Ground | None:
        """None for one that is not of the list."""
        return next((each for each in self.grounds if each.ground == ground), None)

    def route(self, route: str) -> Route | None:
        """None for one that is not of the list."""
        return next((each for each in self.routes if each.route == route), None)

    def referral(self, to: str) -> ReferralTo | None:
        """None for one that is not of the list."""
        return next((each for each in self.referrals if each.to == to), None)
