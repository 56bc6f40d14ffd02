"""A tip as its events tell it."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.events.tips import (
    AccountNamed,
    AccountReadmitted,
    TipCorrected,
    TipLinked,
    TipParted,
    TipReceived,
    TipScreened,
)
from contracts.jurisdictions import Condition, conditions
from contracts.language import Event
from services.tips.tip.events import (
    AccountShutOut,
    AdditionsLookedAt,
    AdultReferred,
    ClinicWorkNoted,
    IndicatorsSeen,
    MoreTold,
    NamedByLink,
    PersonDescribed,
    SettingStated,
    StateLinesStated,
    TeamNoted,
    TipClosed,
    TipDisposed,
    TipKeptApart,
    TipScreenedWith,
)

UNSET = UUID(int=0)


class Tip(msgspec.Struct, frozen=True, kw_only=True):
    """`screened_age` and `exploitation` are empty until someone has screened the tip.

    `named_by_link` are those of `named_accounts` whom only a linked tip names, `readmitted` those who were such once.
    `setting` is not_known until someone states it, and so are `state_lines`: then with since when it is known, and who
    says so. Of `additions` by whoever gave the tip, the first `looked_at` were looked at. `at_clinic` waits at the
    forensic clinic or after it. `disposed` are the investigations that were ended by those who may; `closed`: nothing
    is owed, until something comes in.
    """

    tip: UUID = UNSET
    person: UUID = UNSET
    received_at: datetime | None = None
    channel: str = ""
    county: str = ""
    tribal_land: bool = False
    age: str = ""
    setting: str = "not_known"
    state_lines: str = "not_known"
    state_lines_since: datetime | None = None
    state_lines_by: str = ""
    screened_age: str = ""
    exploitation: str = ""
    screened_at: datetime | None = None
    screening_result: str = ""
    indicators: tuple[str, ...] = ()
    linked: tuple[UUID, ...] = ()
    first: UUID | None = None
    kept_apart: tuple[UUID, ...] = ()
    named_accounts: tuple[UUID, ...] = ()
    named_by_link: tuple[UUID, ...] = ()
    readmitted: tuple[UUID, ...] = ()
    persons: tuple[UUID, ...] = ()
    referred_to: tuple[str, ...] = ()
    additions: int = 0
    looked_at: int = 0
    team: UUID | None = None
    team_news: str = ""
    at_clinic: tuple[UUID, ...] = ()
    disposed: tuple[str, ...] = ()
    closed: bool = False

    @property
    def holding(self) -> frozenset[Condition]:
        """What holds of it and asks for more."""
        return conditions(tribal_land=self.tribal_land, state_lines=self.state_lines == "crossed")

    @property
    def names_itself(self) -> tuple[UUID, ...]:
        """Whom this tip keeps out whatever it is linked with."""
        return _without(self.named_accounts, *self.named_by_link)


def evolve(tip: Tip, event: Event) -> Tip:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case TipReceived():
            return change(
                tip,
                tip=event.tip,
                person=event.person,
                received_at=event.received_at,
                channel=event.channel,
                county=event.county,
                tribal_land=event.tribal_land,
                age=event.age,
            )
        case PersonDescribed():
            return change(tip, persons=(*tip.persons, event.person))
        case MoreTold():
            return change(tip, additions=tip.additions + 1, closed=False)
        case AdditionsLookedAt():
            return change(tip, looked_at=event.number)
        case AccountNamed() | AccountShutOut():
            named = (*_without(tip.named_accounts, event.account), event.account)
            return change(tip, named_accounts=named, named_by_link=_without(tip.named_by_link, event.account))
        case NamedByLink():
            return change(tip, named_by_link=(*tip.named_by_link, event.account))
        case AccountReadmitted():
            return change(
                tip,
                named_accounts=_without(tip.named_accounts, event.account),
                named_by_link=_without(tip.named_by_link, event.account),
                readmitted=(*tip.readmitted, event.account),
            )
        case TipScreened():
            return change(tip, age=event.age, screened_age=event.age, exploitation=event.exploitation)
        case IndicatorsSeen():
            return change(tip, indicators=event.indicators)
        case TipScreenedWith() if tip.screened_at is None or tip.screened_at <= event.screened_at:
            return change(tip, screened_at=event.screened_at, screening_result=event.result, indicators=event.present)
        case SettingStated():
            return change(tip, setting=event.setting)
        case StateLinesStated():
            return change(
                tip,
                state_lines=event.state_lines,
                state_lines_since=event.known_since,
                state_lines_by=event.said_by,
                closed=tip.closed and event.state_lines != "crossed",
            )
        case TipCorrected():
            return change(tip, age=event.age, county=event.county, tribal_land=event.tribal_land, closed=False)
        case TipLinked():
            linked = (*_without(tip.linked, event.other), event.other)
            return change(tip, linked=linked, first=event.first, kept_apart=_without(tip.kept_apart, event.other))
        case TipParted():
            return _parted(tip, event)
        case TipKeptApart():
            return change(tip, kept_apart=(*tip.kept_apart, event.other))
        case AdultReferred():
            return change(tip, referred_to=(*tip.referred_to, event.agency))
        case TeamNoted():
            return change(tip, team=event.team, team_news=event.news, closed=tip.closed and event.news == "stood_down")
        case ClinicWorkNoted():
            waiting = tuple(each for each in tip.at_clinic if each != event.work)
            if event.done:
                return change(tip, at_clinic=waiting)
            return change(tip, at_clinic=(*waiting, event.work), closed=False)
        case TipDisposed():
            return change(tip, disposed=(*tip.disposed, event.of))
        case TipClosed():
            return change(tip, closed=True)
        case _:
            return tip


def received(tip: Tip) -> datetime:
    """When Child Protection Services had it. Raises `LookupError` for a tip that was never received."""
    if tip.received_at is None:
        raise LookupError("The tip has not been received.")
    return tip.received_at


def _parted(tip: Tip, event: TipParted) -> Tip:
    """A closed case stays closed where the team that holds for it is the same as before."""
    apart = (*_without(tip.kept_apart, event.other), event.other) if event.other in tip.linked else tip.kept_apart
    return msgspec.structs.replace(
        tip,
        age=event.age,
        linked=_without(tip.linked, event.other),
        kept_apart=apart,
        first=event.first,
        closed=tip.closed and (tip.first or tip.tip) == event.first,
    )


def _without(references: tuple[UUID, ...], *gone: UUID) -> tuple[UUID, ...]:
    return tuple(each for each in references if each not in gone)
