"""What follows an exam: visits and tests to come, how the patient may be reached, and what became of each.

What is planned is the same after every exam and says nothing of a patient. What was done, declined or tried is sealed.
"""

from typing import Annotated

import msgspec

from contracts.language import Code, Event, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One visit or test, due from the first moment and until the second."""

    item: Code
    since: Moment
    until: Moment


Items = Annotated[tuple[Planned, ...], classified("code")]


class FollowUpPlanned(Event, frozen=True, kw_only=True):
    """The exam ended. `version` is of the jurisdiction's table, the same for every patient."""

    NAME = "follow_up.planned"

    exam: Reference
    tip: Reference
    clinic: Code
    nurse: Reference
    version: Measure
    items: Items


class SafeContactStated(Event, frozen=True, kw_only=True):
    """How the patient may be reached safely, in their own words; it replaces what was said before."""

    NAME = "follow_up.safe_contact_stated"

    exam: Reference
    how: Text
    when: Text | None = None
    may_say: Text | None = None
    never_say: Text | None = None


class FollowUpSettled(Event, frozen=True, kw_only=True):
    """Nothing is to be done about the item any more. Whether it was done or declined is sealed: `content.Settled`."""

    NAME = "follow_up.settled"

    exam: Reference
    item: Code
    outcome: Text
    settled_at: Moment


class FollowUpMissed(Event, frozen=True, kw_only=True):
    """The patient did not come. Somebody is to reach out."""

    NAME = "follow_up.missed"

    exam: Reference
    item: Code


class OutreachNoted(Event, frozen=True, kw_only=True):
    """Somebody tried to reach the patient, or did not because it was not safe. Which is sealed: `content.Tried`."""

    NAME = "follow_up.outreach_noted"

    exam: Reference
    item: Code
    outcome: Text
    tried_at: Moment


class FollowUpReopened(Event, frozen=True, kw_only=True):
    """It was settled by mistake."""

    NAME = "follow_up.reopened"

    exam: Reference
    item: Code
    mistake: Code


FOLLOW_UP_EVENTS: tuple[type[Event], ...] = (
    FollowUpPlanned,
    SafeContactStated,
    FollowUpSettled,
    FollowUpMissed,
    OutreachNoted,
    FollowUpReopened,
)
