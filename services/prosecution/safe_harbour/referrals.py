"""An accused who shows indicators, or is found a victim, is referred: noted, made or not, answered. Pure.

No law on file gives a number of hours for it, so since when it is owed is shown, and nothing is judged by it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from contracts.jurisdictions.safe_harbour import ReferralTo
from contracts.jurisdictions.safe_harbour import SafeHarbour as Lists
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.prosecution.safe_harbour.events import (
    IndicatorsNoted,
    ReferralAnswered,
    ReferralMade,
    ReferralNotMade,
)
from services.prosecution.safe_harbour.grounds import HarbourRefusal, Of
from services.prosecution.safe_harbour.state import Referral, SafeHarbour


def note_indicators(
    harbour: SafeHarbour, of: Of, indicators: Sequence[str], at: datetime, known: Collection[str], now: datetime
) -> list[Event]:
    """Those that were not noted before. `known` are the signs the state screens by."""
    not_in_future("at", at, now)
    if not indicators or not set(indicators) <= set(known):
        raise InvalidValue("indicators", f"Choose at least one of {', '.join(known)}.")
    fresh = tuple(each for each in dict.fromkeys(indicators) if each not in harbour.indicators)
    if not fresh:
        return []
    return [IndicatorsNoted(case=of.case, tip=of.tip, accused=of.accused, indicators=fresh, noted_at=at)]


def make(harbour: SafeHarbour, of: Of, to: ReferralTo, at: datetime, now: datetime) -> list[Event]:
    """The accused was referred there, also where it was said before why not."""
    not_in_future("at", at, now)
    _is(_referral(harbour, to), ("owed", "not_made"))
    return [ReferralMade(case=of.case, accused=of.accused, to=to.to, made_at=at)]


def not_made(harbour: SafeHarbour, of: Of, to: ReferralTo, reason: str, lists: Lists) -> list[Event]:
    """Why nobody referred the accused there. That a ground ended is for the house to say."""
    reasons = [each for each in lists.not_made if each != "ground_ended"]
    if reason not in reasons:
        raise InvalidValue("reason", f"The reasons are {', '.join(reasons)}.")
    _is(_referral(harbour, to), ("owed",))
    return [ReferralNotMade(case=of.case, accused=of.accused, to=to.to, reason=reason)]


def answer(harbour: SafeHarbour, of: Of, to: ReferralTo, said: str, at: datetime, now: datetime) -> list[Event]:
    """What they said. Of a victim service nothing is asked and nothing kept."""
    not_in_future("at", at, now)
    if not to.answers:
        raise InvalidValue("answer", "Of this referral no answer is kept: what a victim service does is its own.")
    if said not in to.answers:
        raise InvalidValue("answer", f"The answers are {', '.join(to.answers)}.")
    known = _referral(harbour, to)
    _is(known, ("made",))
    if known.made_at is not None and at < known.made_at:
        raise InvalidValue("at", "This lies before the referral. Check the date and the zone.")
    return [ReferralAnswered(case=of.case, accused=of.accused, to=to.to, answer=said, answered_at=at)]


def _referral(harbour: SafeHarbour, to: ReferralTo) -> Referral:
    known = harbour.referrals.get(to.to)
    if known is None:
        raise Refused(
            HarbourRefusal.REFERRAL_STEP,
            "Nothing on record asks for this referral. Note the indicators, or what was found, first.",
        )
    return known


def _is(referral: Referral, phases: tuple[str, ...]) -> None:
    if referral.phase not in phases:
        raise Refused(HarbourRefusal.REFERRAL_STEP, "This referral has moved on. Look at it again.")
