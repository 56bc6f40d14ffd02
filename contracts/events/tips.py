"""What the tips service tells the others. No event names anyone; who must show a name asks the service that owns it."""

from typing import Annotated
from uuid import UUID

from contracts.language import Code, Event, Flag, Locating, Moment, Reference, classified

ReferenceOrNone = Annotated[UUID | None, classified("reference")]
References = Annotated[tuple[UUID, ...], classified("reference")]
Codes = Annotated[tuple[str, ...], classified("code")]
OnTribalLand = Annotated[bool, classified("locating")]
"""Land of one tribe, in few counties: it points as the county does."""


class TipReceived(Event, frozen=True, kw_only=True):
    """Child Protection Services has a tip. Clocks run from `received_at`, whenever it was typed in.

    `age` is what the reporter believes: child, adult or not_known. `person` is whom the tip is about. `county` is empty
    while nobody knows it.
    """

    NAME = "tips.tip_received"

    tip: Reference
    person: Reference
    received_at: Moment
    channel: Code
    county: Locating
    tribal_land: OnTribalLand
    age: Locating


class TipScreened(Event, frozen=True, kw_only=True):
    """A screener judged the tip. `exploitation` is sex, labour, both or not_known."""

    NAME = "tips.tip_screened"

    tip: Reference
    person: Reference
    received_at: Moment
    county: Locating
    age: Locating
    exploitation: Code


class TipCorrected(Event, frozen=True, kw_only=True):
    """What was entered turned out otherwise; every field as it is now."""

    NAME = "tips.tip_corrected"

    tip: Reference
    person: Reference
    received_at: Moment
    county: Locating
    tribal_land: OnTribalLand
    age: Locating


class TipLinked(Event, frozen=True, kw_only=True):
    """Two tips are about one person. `first` is the one whose team and clock hold; both histories stay."""

    NAME = "tips.tip_linked"

    tip: Reference
    other: Reference
    first: Reference


class TipParted(Event, frozen=True, kw_only=True):
    """Two tips that were linked turned out to be about two people: the link between them is taken back.

    Every tip of their case tells it: `other` is the one of the two that it is parted from. `first` is the tip whose
    team and clock hold for this one from now on: itself, where no standing link leads to one received earlier. `other`
    may still be of the same case, where other links lead there. A team that ended by the link opens anew by
    `received_at`, unless `age` says adult.
    """

    NAME = "tips.tip_parted"

    tip: Reference
    other: Reference
    first: Reference
    person: Reference
    received_at: Moment
    age: Locating


class AccountNamed(Event, frozen=True, kw_only=True):
    """The tip names someone who has an account: never propose, page or show the case to that account."""

    NAME = "tips.account_named"

    tip: Reference
    account: Reference


class AccountReadmitted(Event, frozen=True, kw_only=True):
    """Only a tip linked with this one named the account, and the link was taken back: this tip keeps it out no more.

    Whoever is kept out of the case for another reason, a conflict of interest say, stays out.
    """

    NAME = "tips.account_readmitted"

    tip: Reference
    account: Reference


class CaseShared(Event, frozen=True, kw_only=True):
    """Until a moment, a case may be read by those of an agency who hold a role, or by one account, for a purpose.

    `purpose` is of the jurisdiction's list; `people`: names and stories of the tip as well. `account` is null where it
    is shared with a role of an agency, else these are empty. It opens nothing to whoever is kept out of the case.
    """

    NAME = "tips.case_shared"

    tip: Reference
    share: Reference
    agency: Code
    role: Code
    account: ReferenceOrNone
    purpose: Code
    people: Flag
    until: Moment


class ShareEnded(Event, frozen=True, kw_only=True):
    """From now on nobody reads the case by this share."""

    NAME = "tips.share_ended"

    tip: Reference
    share: Reference


class AdditionArrived(Event, frozen=True, kw_only=True):
    """Whoever gave the tip came back and told more. Somebody must look at it: what was added may change everything."""

    NAME = "tips.addition_arrived"

    tip: Reference


class ReporterAskedFor(Event, frozen=True, kw_only=True):
    """Somebody asks to be shown who reported the tip, and waits for a second person's answer."""

    NAME = "tips.reporter_asked_for"

    tip: Reference
    release: Reference


class GlassBroken(Event, frozen=True, kw_only=True):
    """In an emergency somebody opened a case to themselves, for minutes. Tell a second person at once."""

    NAME = "tips.glass_broken"

    tip: Reference
    opening: Reference
    account: Reference
    agency: Code
    roles: Codes
    until: Moment


class ReviewPressing(Event, frozen=True, kw_only=True):
    """The review of an emergency opening is running out, or was missed; `told` are the roles its rule names."""

    NAME = "tips.review_pressing"

    tip: Reference
    opening: Reference
    agency: Code
    rule: Code
    citation: Code
    missed: Flag
    told: Codes


class DutyPressing(Event, frozen=True, kw_only=True):
    """What the law wants done at once for a tip is not done yet: tell these roles, and again each time this comes."""

    NAME = "tips.duty_pressing"

    tip: Reference
    rule: Code
    citation: Code
    told: Codes


class TimedDutyPressing(Event, frozen=True, kw_only=True):
    """A report that has a due time is running out, or with `missed` was not made in time: tell these roles once."""

    NAME = "tips.timed_duty_pressing"

    tip: Reference
    rule: Code
    citation: Code
    missed: Flag
    told: Codes


class DestructionOrdered(Event, frozen=True, kw_only=True):
    """By a court's order, which two persons confirmed: destroy every key of these persons that you hold, and answer.

    `persons` are references of one person. The answer names `order`; it is owed too where you hold nothing.
    """

    NAME = "tips.destruction_ordered"

    tip: Reference
    order: Reference
    persons: References


TIPS_EVENTS: tuple[type[Event], ...] = (
    TipReceived,
    TipScreened,
    TipCorrected,
    TipLinked,
    TipParted,
    AccountNamed,
    AccountReadmitted,
    CaseShared,
    ShareEnded,
    AdditionArrived,
    ReporterAskedFor,
    GlassBroken,
    ReviewPressing,
    DutyPressing,
    TimedDutyPressing,
    DestructionOrdered,
)
