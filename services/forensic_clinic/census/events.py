"""The daily count of kits: what agencies state that they hold, what each day's count found, and what became of it.

Kits are named by reference; a number that no kit here bears is sealed, once, on a stream of its own. Nothing here is
told to another service, and nothing says whose a kit is.
"""

from typing import Annotated
from uuid import UUID

import msgspec

from contracts.language import Code, Event, Locating, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
References = Annotated[tuple[UUID, ...], classified("reference")]
Codes = Annotated[tuple[str, ...], classified("code")]


class KitsStated(Event, frozen=True, kw_only=True):
    """Somebody counted the kits in one place of their agency's. It is the whole of what lies there.

    `day` is that of `counted_at`, by local clocks. `unknown` are numbers that no kit bore when it was stated
    (`NumberNoted`). A later statement of the place and day counts in place of this one, which stays.
    """

    NAME = "census.kits_stated"

    agency: Code
    county: Locating
    place: Code
    day: Code
    counted_at: Moment
    by: Reference
    kits: References
    unknown: References


class NumberNoted(Event, frozen=True, kw_only=True):
    """A number on a box that no kit here bears. The stream's reference is drawn from a keyed digest of the number."""

    NAME = "census.number_noted"

    number: Text


class KeeperCounted(msgspec.Struct, frozen=True, kw_only=True):
    """Of one agency: kits that were seen, kits that were not, and its exams whose kit was never opened."""

    agency: Code
    seen: References
    unseen: References
    unregistered: References


class DifferenceCounted(msgspec.Struct, frozen=True, kw_only=True):
    """What a count found, by the matter it is. `subject` is a kit, an exam or a number, or stands for an agency."""

    matter: Reference
    kind: Code
    subject: Reference
    agency: Code
    county: Locating


Keepers = Annotated[tuple[KeeperCounted, ...], classified("reference")]
Differences = Annotated[tuple[DifferenceCounted, ...], classified("reference")]


class DayCounted(Event, frozen=True, kw_only=True):
    """What was expected and what was seen of a day, counted once; `due_at` is when that was to be done."""

    NAME = "census.day_counted"

    day: Code
    due_at: Moment
    keepers: Keepers
    differences: Differences


class MatterOpened(Event, frozen=True, kw_only=True):
    """A count found a difference that is no open matter: it is to be settled. Again, where it was settled before.

    `agency` keeps the kit by the record; of an unknown number, it stated it. `stated_by` are the agencies that stated
    the kit, one for each place that did.
    """

    NAME = "census.matter_opened"

    matter: Reference
    kind: Code
    subject: Reference
    agency: Code
    county: Locating
    stated_by: Codes
    day: Code


class MatterSettled(Event, frozen=True, kw_only=True):
    """Somebody says what came of it, by an outcome of census.json, and why."""

    NAME = "census.matter_settled"

    matter: Reference
    outcome: Code
    by: Reference
    agency: Code
    reason: Text


class MatterGone(Event, frozen=True, kw_only=True):
    """The count of `day` shows the difference no more: nobody need settle it, and what was said of it proved true."""

    NAME = "census.matter_gone"

    matter: Reference
    day: Code


CENSUS_EVENTS: tuple[type[Event], ...] = (KitsStated, NumberNoted, DayCounted, MatterOpened, MatterSettled, MatterGone)
