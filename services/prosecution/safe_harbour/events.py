"""What becomes of an accused who is, or was, a victim or a minor. It stays in this service (and with the auditors).

No event here names anybody or tells a story: papers are references, reasons are codes. Who is meant is the accused's
reference, which is of this case alone. No event says which victim service an accused was put in touch with.
"""

from typing import Annotated

from contracts.language import Code, Event, Flag, Moment, Reference, classified

Codes = Annotated[tuple[str, ...], classified("code")]


class GroundFound(Event, frozen=True, kw_only=True):
    """The accused is taken for a victim on this ground: prosecutor and coordinator are alerted."""

    NAME = "safe_harbour.ground_found"

    case: Reference
    tip: Reference
    accused: Reference
    ground: Code
    found_at: Moment


class GroundEnded(Event, frozen=True, kw_only=True):
    """The ground holds no more."""

    NAME = "safe_harbour.ground_ended"

    case: Reference
    accused: Reference
    ground: Code
    reason: Code


class IndicatorsNoted(Event, frozen=True, kw_only=True):
    """The accused, charged as an adult, shows these indicators of trafficking, and others noted before."""

    NAME = "safe_harbour.indicators_noted"

    case: Reference
    tip: Reference
    accused: Reference
    indicators: Codes
    noted_at: Moment


class AlertSeen(Event, frozen=True, kw_only=True):
    """Somebody in this role says to have seen what was found so far."""

    NAME = "safe_harbour.alert_seen"

    case: Reference
    accused: Reference
    role: Code


class ReferralOwed(Event, frozen=True, kw_only=True):
    """The accused is to be referred there."""

    NAME = "safe_harbour.referral_owed"

    case: Reference
    accused: Reference
    to: Code


class ReferralMade(Event, frozen=True, kw_only=True):
    """The accused was referred there."""

    NAME = "safe_harbour.referral_made"

    case: Reference
    accused: Reference
    to: Code
    made_at: Moment


class ReferralNotMade(Event, frozen=True, kw_only=True):
    """Why the accused was not referred there."""

    NAME = "safe_harbour.referral_not_made"

    case: Reference
    accused: Reference
    to: Code
    reason: Code


class ReferralAnswered(Event, frozen=True, kw_only=True):
    """What they whom the accused was referred to said of it."""

    NAME = "safe_harbour.referral_answered"

    case: Reference
    accused: Reference
    to: Code
    answer: Code
    answered_at: Moment


class CountListed(Event, frozen=True, kw_only=True):
    """A ground stands and the count is a conviction: it is listed for a petition."""

    NAME = "safe_harbour.count_listed"

    case: Reference
    accused: Reference
    count: Reference


class CountUnlisted(Event, frozen=True, kw_only=True):
    """The count is listed no more: no ground stands, or it is no conviction any more."""

    NAME = "safe_harbour.count_unlisted"

    case: Reference
    accused: Reference
    count: Reference
    reason: Code


class PetitionOpened(Event, frozen=True, kw_only=True):
    """Work on a petition about a conviction began."""

    NAME = "safe_harbour.petition_opened"

    case: Reference
    accused: Reference
    petition: Reference
    count: Reference
    route: Code
    opened_at: Moment


class LetterIssued(Event, frozen=True, kw_only=True):
    """A documentation letter for the petition. `letter` is written on the paper, `issuer` the kind of office.

    What it says is kept nowhere here.
    """

    NAME = "safe_harbour.letter_issued"

    case: Reference
    accused: Reference
    petition: Reference
    letter: Reference
    issuer: Code
    issued_at: Moment


class PetitionFiled(Event, frozen=True, kw_only=True):
    """It was filed with a court."""

    NAME = "safe_harbour.petition_filed"

    case: Reference
    accused: Reference
    petition: Reference
    court: Code
    filed_at: Moment


class PetitionHeard(Event, frozen=True, kw_only=True):
    """The court heard it."""

    NAME = "safe_harbour.petition_heard"

    case: Reference
    accused: Reference
    petition: Reference
    heard_at: Moment


class PetitionDecided(Event, frozen=True, kw_only=True):
    """The court granted or denied it, and these are to be told."""

    NAME = "safe_harbour.petition_decided"

    case: Reference
    accused: Reference
    petition: Reference
    granted: Flag
    reason: Code
    to_tell: Codes
    decided_at: Moment


class PetitionWithdrawn(Event, frozen=True, kw_only=True):
    """It is not pursued any more."""

    NAME = "safe_harbour.petition_withdrawn"

    case: Reference
    accused: Reference
    petition: Reference
    reason: Code
    withdrawn_at: Moment


class RecordExpunged(Event, frozen=True, kw_only=True):
    """The record of the conviction was expunged by the order."""

    NAME = "safe_harbour.record_expunged"

    case: Reference
    accused: Reference
    petition: Reference
    expunged_at: Moment


class OrderTold(Event, frozen=True, kw_only=True):
    """One of those to be told of what the court decided was told."""

    NAME = "safe_harbour.order_told"

    case: Reference
    accused: Reference
    petition: Reference
    whom: Code
    told_at: Moment


SAFE_HARBOUR_EVENTS: tuple[type[Event], ...] = (
    GroundFound,
    GroundEnded,
    IndicatorsNoted,
    AlertSeen,
    ReferralOwed,
    ReferralMade,
    ReferralNotMade,
    ReferralAnswered,
    CountListed,
    CountUnlisted,
    PetitionOpened,
    LetterIssued,
    PetitionFiled,
    PetitionHeard,
    PetitionDecided,
    PetitionWithdrawn,
    RecordExpunged,
    OrderTold,
)
