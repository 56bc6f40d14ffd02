"""Why an accused is taken for a victim, what follows by itself, and which convictions are listed for it. Pure.

`keep_up` compares what holds with what is on record, so that it can be asked after every event: what stands already is
not said again.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from contracts.jurisdictions.safe_harbour import SafeHarbour as Lists
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.prosecution.case.state import Case, Count
from services.prosecution.safe_harbour.events import (
    AlertSeen,
    CountListed,
    CountUnlisted,
    GroundEnded,
    GroundFound,
    ReferralNotMade,
    ReferralOwed,
)
from services.prosecution.safe_harbour.state import SafeHarbour, evolve


class HarbourRefusal(StrEnum):
    """Why a command on an accused who may be a victim is refused."""

    FOUND_ALREADY = "ground_found_already"
    NOT_FOUND = "ground_not_on_file"
    BY_ITSELF = "ground_by_itself"
    NOTHING_TO_SEE = "alert_not_raised"
    REFERRAL_STEP = "referral_step_not_next"
    NOT_LISTED = "count_not_listed"
    PETITION_STANDS = "petition_stands"
    PETITION_STEP = "petition_step_not_next"
    NOT_IN_FORCE = "route_not_in_force"
    TOLD_ALREADY = "told_already"


class Of(msgspec.Struct, frozen=True):
    """Which accused of which case an event is about."""

    case: UUID
    tip: UUID
    accused: UUID


def find(harbour: SafeHarbour, of: Of, ground: str, at: datetime, lists: Lists, now: datetime) -> list[Event]:
    """People found it: a ground that the house does not find by itself."""
    not_in_future("at", at, now)
    _entered_by_people(ground, lists)
    if ground in harbour.grounds:
        raise Refused(HarbourRefusal.FOUND_ALREADY, "This ground is on record already.")
    return [GroundFound(case=of.case, tip=of.tip, accused=of.accused, ground=ground, found_at=at)]


def end(harbour: SafeHarbour, of: Of, ground: str, reason: str, lists: Lists) -> list[Event]:
    """What people found does not hold. What the house found ends by itself, when the age or the count is corrected."""
    _entered_by_people(ground, lists)
    if reason not in lists.ground_ends:
        raise InvalidValue("reason", f"The reasons are {', '.join(lists.ground_ends)}.")
    if ground not in harbour.grounds:
        raise Refused(HarbourRefusal.NOT_FOUND, "This ground is not on record, or holds no more.")
    return [GroundEnded(case=of.case, accused=of.accused, ground=ground, reason=reason)]


def see(harbour: SafeHarbour, of: Of, roles: Sequence[str]) -> list[Event]:
    """Somebody in these roles saw the alert; a second time changes nothing."""
    if not harbour.grounds and not harbour.indicators:
        raise Refused(HarbourRefusal.NOTHING_TO_SEE, "Nothing stands on record of this accused.")
    unseen = [role for role in roles if role not in harbour.seen_by]
    return [AlertSeen(case=of.case, accused=of.accused, role=role) for role in unseen]


def keep_up(case: Case, accused: UUID, harbour: SafeHarbour, lists: Lists, at: datetime) -> list[Event]:
    """What the case says by itself, as of `at`: grounds, the referrals they owe, and convictions that are listed."""
    found = _grounds_of_the_case(case, accused, harbour, lists, at)
    for event in found:
        harbour = evolve(harbour, event)
    # Neither of these changes what the other looks at.
    return [*found, *_referrals(case, accused, harbour, lists), *_listing(case, accused, harbour, lists)]


def convictions_of(case: Case, accused: UUID, lists: Lists) -> list[Count]:
    """Those that stand: a count entered in error after the judgment is one still, until a court vacates it."""
    return [
        each
        for each in case.counts.values()
        if each.accused == accused and each.stage in lists.convicted_at and each.phase in ("open", "entered_in_error")
    ]


def _entered_by_people(ground: str, lists: Lists) -> None:
    found, by_people = lists.ground(ground), [each.ground for each in lists.grounds if not each.by_itself]
    if found is None:
        raise InvalidValue("ground", f"The grounds are {', '.join(by_people)}.")
    if found.by_itself:
        raise Refused(
            HarbourRefusal.BY_ITSELF,
            "This follows from the ages and the counts of the case. Correct the age, or the count, and it follows.",
        )


def _grounds_of_the_case(case: Case, accused: UUID, harbour: SafeHarbour, lists: Lists, at: datetime) -> list[Event]:
    holding = _holding(case, accused)
    events: list[Event] = []
    for each in lists.grounds:
        if not each.by_itself or (each.ground in holding) == (each.ground in harbour.grounds):
            continue
        if each.ground in holding:
            events.append(GroundFound(case=case.case, tip=case.tip, accused=accused, ground=each.ground, found_at=at))
        else:
            events.append(GroundEnded(case=case.case, accused=accused, ground=each.ground, reason="shown_otherwise"))
    return events


def _holding(case: Case, accused: UUID) -> set[str]:
    """Of the grounds the house finds by itself."""
    own = [each for each in case.counts.values() if each.accused == accused]
    named = (each for each in case.counts.values() if each.victim == accused and each.accused != accused)
    found: set[str] = set()
    if any(each.age_at_act == "under_18" for each in own):
        found.add("minor_at_act")
    if any(each.age_at_act == "not_known" and each.in_error for each in own):
        found.add("age_not_known")
    if any(each.phase in ("open", "ended") for each in named):
        found.add("victim_in_case")
    return found


def _referrals(case: Case, accused: UUID, harbour: SafeHarbour, lists: Lists) -> list[Event]:
    """Owed while something stands, and not owed any more once nothing does."""
    grounds = [each for each in lists.grounds if each.ground in harbour.grounds]
    minor = any(each.of_a_minor for each in grounds)
    adult = not minor and bool(grounds or harbour.indicators)
    events: list[Event] = []
    for each in lists.referrals:
        known, due = harbour.referrals.get(each.to), minor if each.of_a_minor else adult
        fell_away = known is not None and known.phase == "not_made" and known.reason == "ground_ended"
        if due and (known is None or fell_away):
            events.append(ReferralOwed(case=case.case, accused=accused, to=each.to))
        elif not due and known is not None and known.phase == "owed":
            events.append(ReferralNotMade(case=case.case, accused=accused, to=each.to, reason="ground_ended"))
    return events


def _listing(case: Case, accused: UUID, harbour: SafeHarbour, lists: Lists) -> list[Event]:
    convicted = [each.count for each in convictions_of(case, accused, lists)]
    stand = convicted if harbour.grounds else []
    events: list[Event] = [
        CountListed(case=case.case, accused=accused, count=each) for each in stand if each not in harbour.listed
    ]
    for each in harbour.listed:
        if each not in stand:
            reason = "no_ground" if each in convicted else "no_conviction"
            events.append(CountUnlisted(case=case.case, accused=accused, count=each, reason=reason))
    return events
