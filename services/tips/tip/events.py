"""What happens to a tip and stays in this service (and, sealed, with the auditors)."""

from typing import Annotated

from contracts.events.tips import TIPS_EVENTS
from contracts.language import Code, Event, Flag, Locating, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
Codes = Annotated[tuple[str, ...], classified("code")]


class PersonDescribed(Event, frozen=True, kw_only=True):
    """What the tip says about one person, entered per person so that each can be destroyed alone.

    `part` is subject, reporter, suspect or other.
    """

    NAME = "tip.person_described"

    tip: Reference
    person: Reference
    part: Code
    name: Text | None
    contact: Text | None
    narrative: Text | None


class MoreTold(Event, frozen=True, kw_only=True):
    """Whoever gave the tip came back with its receipt code and told more. It may speak of anyone."""

    NAME = "tip.more_told"

    tip: Reference
    person: Reference
    narrative: Text


class WrittenToReporter(Event, frozen=True, kw_only=True):
    """Staff ask or answer whoever gave the tip. Who has the receipt code reads it, whoever that is by then."""

    NAME = "tip.written_to_reporter"

    tip: Reference
    person: Reference
    account: Reference
    narrative: Text


class AdditionsLookedAt(Event, frozen=True, kw_only=True):
    """Somebody has looked at what was told later: at the first `number` additions there are."""

    NAME = "tip.additions_looked_at"

    tip: Reference
    account: Reference
    number: Measure


class IndicatorsSeen(Event, frozen=True, kw_only=True):
    """The trafficking indicators a screener found, by code: before lists of signs had versions."""

    NAME = "tip.indicators_seen"

    tip: Reference
    indicators: Codes


class TipScreenedWith(Event, frozen=True, kw_only=True):
    """A screening as it was done: by which version of which instrument, what was answered, and what its rule says then.

    Where another of a later time is on record it is history, and no `TipScreened` goes with it.
    """

    NAME = "tip.screened_with"

    tip: Reference
    screened_at: Moment
    age: Locating
    exploitation: Code
    instrument: Code
    instrument_version: Measure
    present: Codes
    not_present: Codes
    not_asked: Codes
    result: Code


class SettingStated(Event, frozen=True, kw_only=True):
    """Where the child is said to have been harmed, by `Setting` of the jurisdiction; the latest word holds."""

    NAME = "tip.setting_stated"

    tip: Reference
    setting: Locating


class StateLinesStated(Event, frozen=True, kw_only=True):
    """Whether state lines were crossed, since when that is known, and who says so; the latest word holds."""

    NAME = "tip.state_lines_stated"

    tip: Reference
    state_lines: Locating
    known_since: Moment
    said_by: Code


class CorrectionExplained(Event, frozen=True, kw_only=True):
    """Why the tip was corrected, in the words of who did it."""

    NAME = "tip.correction_explained"

    tip: Reference
    reason: Text


class TipKeptApart(Event, frozen=True, kw_only=True):
    """Someone decided that two tips which look alike are about different people."""

    NAME = "tip.kept_apart"

    tip: Reference
    other: Reference
    reason: Text


class LinkExplained(Event, frozen=True, kw_only=True):
    """Why two tips are held to be about one person."""

    NAME = "tip.link_explained"

    tip: Reference
    other: Reference
    reason: Text


class PartingExplained(Event, frozen=True, kw_only=True):
    """Why two tips that were linked are not held to be about one person any more."""

    NAME = "tip.parting_explained"

    tip: Reference
    other: Reference
    reason: Text


class NamedByLink(Event, frozen=True, kw_only=True):
    """The account was named only since a tip linked with this one names it: it is out for as long as that link stands.

    Without it, whoever was named stays out for good.
    """

    NAME = "tip.named_by_link"

    tip: Reference
    account: Reference


class AdultReferred(Event, frozen=True, kw_only=True):
    """An adult was referred to an agency, with the person's own agreement."""

    NAME = "tip.adult_referred"

    tip: Reference
    agency: Code
    agreed_at: Moment


class TeamNoted(Event, frozen=True, kw_only=True):
    """News of the tip's team: opened, formed or stood_down."""

    NAME = "tip.team_noted"

    tip: Reference
    team: Reference
    news: Code


class ClinicWorkNoted(Event, frozen=True, kw_only=True):
    """An exam or a reported kit of this tip waits at the clinic or after it; or is done with."""

    NAME = "tip.clinic_work_noted"

    tip: Reference
    work: Reference
    done: Flag


class TipDisposed(Event, frozen=True, kw_only=True):
    """An investigation was ended by one to whom the law reserves that; `document` says by which order or decision."""

    NAME = "tip.disposed"

    tip: Reference
    of: Code
    by: Code
    disposed_at: Moment
    citation: Code
    document: Text


class TipClosed(Event, frozen=True, kw_only=True):
    """Nothing of the case is owed any more. What comes in later opens it again."""

    NAME = "tip.closed"

    tip: Reference


class AccountShutOut(Event, frozen=True, kw_only=True):
    """Whoever has a conflict of interest in the case, as another service tells: never shown the tip, as if named."""

    NAME = "tip.account_shut_out"

    tip: Reference
    account: Reference


TIP_EVENTS: tuple[type[Event], ...] = (
    *TIPS_EVENTS,
    PersonDescribed,
    MoreTold,
    WrittenToReporter,
    AdditionsLookedAt,
    IndicatorsSeen,
    TipScreenedWith,
    SettingStated,
    StateLinesStated,
    CorrectionExplained,
    TipKeptApart,
    LinkExplained,
    PartingExplained,
    NamedByLink,
    AdultReferred,
    TeamNoted,
    ClinicWorkNoted,
    TipDisposed,
    TipClosed,
    AccountShutOut,
)
