"""What this service keeps of a tip, before and beside the cases that come of it."""

from typing import Annotated

from contracts.language import Code, Event, Locating, Moment, Reference, classified

LocatingFlag = Annotated[bool, classified("locating")]


class MatterNoted(Event, frozen=True, kw_only=True):
    """What the tips service said last about a tip; a referral starts from it."""

    NAME = "matter.noted"

    tip: Reference
    person: Reference
    county: Locating
    tribal_land: LocatingFlag
    age: Locating


class AccountShutOut(Event, frozen=True, kw_only=True):
    """Whoever the tip names, or who has a conflict of interest, is shown none of its cases, present or future."""

    NAME = "matter.account_shut_out"

    tip: Reference
    account: Reference


class ExclusionEnded(Event, frozen=True, kw_only=True):
    """Only a linked tip kept the account out of this one's cases, and that link was taken back."""

    NAME = "matter.exclusion_ended"

    tip: Reference
    account: Reference


class MatterReferred(Event, frozen=True, kw_only=True):
    """A case of this tip is with a district attorney's office."""

    NAME = "matter.referred"

    tip: Reference
    case: Reference


class KitTold(Event, frozen=True, kw_only=True):
    """The clinic told of a reported kit. `told` is its own event: custody is held by reference, never copied.

    `what` is sealed, handed_over, tested or outsourced; `stage` where it is: clinic, law_enforcement or laboratory.
    """

    NAME = "matter.kit_told"

    tip: Reference
    kit: Reference
    told: Reference
    what: Code
    stage: Code
    at: Moment


MATTER_EVENTS: tuple[type[Event], ...] = (MatterNoted, AccountShutOut, ExclusionEnded, MatterReferred, KitTold)
