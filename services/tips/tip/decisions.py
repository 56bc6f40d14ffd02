"""What may be done with a tip. Pure: `now` and the reference tables come in, events or a refusal go out."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.events.tips import AccountNamed, TipCorrected, TipLinked, TipReceived
from contracts.jurisdictions import Jurisdiction, Setting, StateLines, UnknownCounty
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.tips.tip.events import (
    AccountShutOut,
    AdditionsLookedAt,
    AdultReferred,
    ClinicWorkNoted,
    CorrectionExplained,
    LinkExplained,
    NamedByLink,
    PersonDescribed,
    SettingStated,
    StateLinesStated,
    TeamNoted,
    TipKeptApart,
    WrittenToReporter,
)
from services.tips.tip.screening import Age
from services.tips.tip.state import Tip, received

Part = Literal["subject", "reporter", "suspect", "other"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Narrative = Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


Decisions = dict[UUID, list[Event]]
"""What follows for each of several tips."""


class TipRefusal(StrEnum):
    """Why a command on a tip is refused."""

    SAME_TIP = "same_tip"
    DECIDED_ALREADY = "duplicate_decided_already"
    NOT_LINKED = "tips_not_linked"
    NOT_ADULT = "not_shown_to_be_adult"
    NO_AGREEMENT = "no_agreement"
    NOTHING_CHANGES = "nothing_changes"
    LOOKED_AT_ALREADY = "additions_looked_at_already"


class PersonInTip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the tip says about one person. Give each person's story under that person."""

    part: Part
    name: Name | None = None
    contact: Name | None = None
    narrative: Narrative | None = None


class ReceiveTip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tip as it is typed in. `received_at` is when Child Protection Services had it, with its zone.

    What it says of `state_lines` the reporter says, then.

    `named_accounts` are accounts of this system that the tip names; they never see the case.
    """

    channel: str
    county: str
    received_at: Annotated[datetime, msgspec.Meta(tz=True)]
    age: Age
    persons: Annotated[tuple[PersonInTip, ...], msgspec.Meta(min_length=1, max_length=30)]
    tribal_land: bool = False
    setting: Setting = "not_known"
    state_lines: StateLines = "not_known"
    named_accounts: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=30)] = ()


class Identifiers(msgspec.Struct, frozen=True, kw_only=True):
    """Random references made for a new tip: its own, and one for each person, in order."""

    tip: UUID
    persons: tuple[UUID, ...]


def receive(
    command: ReceiveTip, new: Identifiers, jurisdiction: Jurisdiction, now: datetime, *, county_known: bool = True
) -> list[Event]:
    """Raises `InvalidValue`. Whoever takes a call asks for the county; who tells by themselves may not know it."""
    not_in_future("received_at", command.received_at, now)
    if command.channel not in jurisdiction.channels:
        known = ", ".join(sorted(jurisdiction.channels))
        raise InvalidValue("channel", f"No such channel. Choose one of: {known}.")
    subjects = [person for person, who in zip(new.persons, command.persons, strict=True) if who.part == "subject"]
    if len(subjects) != 1:
        raise InvalidValue("persons", "A tip is about one person: mark exactly one as subject.")
    # First of all, so that nobody it names can see the case for a moment, here or in a service that hears of it.
    events: list[Event] = [
        AccountNamed(tip=new.tip, account=account) for account in dict.fromkeys(command.named_accounts)
    ]
    events.append(
        TipReceived(
            tip=new.tip,
            person=subjects[0],
            received_at=command.received_at,
            channel=command.channel,
            county=county_named(command.county, jurisdiction) if county_known else "",
            tribal_land=command.tribal_land,
            age=command.age,
        )
    )
    events.extend(
        PersonDescribed(
            tip=new.tip,
            person=person,
            part=who.part,
            name=_sealed(person, who.name),
            contact=_sealed(person, who.contact),
            narrative=_sealed(person, who.narrative),
        )
        for person, who in zip(new.persons, command.persons, strict=True)
    )
    if command.setting != "not_known":
        events.append(SettingStated(tip=new.tip, setting=command.setting))
    if command.state_lines != "not_known":
        events.append(
            StateLinesStated(
                tip=new.tip, state_lines=command.state_lines, known_since=command.received_at, said_by="reporter"
            )
        )
    return events


def correct(
    tip: Tip,
    age: Age | None,
    county: str | None,
    tribal_land: bool | None,  # noqa: FBT001  # a field of the command
    reason: str,
    jurisdiction: Jurisdiction,
    setting: Setting | None = None,
) -> list[Event]:
    """The tip as it is now; what was entered before stays in the history."""
    corrected = TipCorrected(
        tip=tip.tip,
        person=tip.person,
        received_at=received(tip),
        county=tip.county if county is None else county_named(county, jurisdiction),
        tribal_land=tip.tribal_land if tribal_land is None else tribal_land,
        age=tip.age if age is None else age,
    )
    changed: list[Event] = []
    if (corrected.age, corrected.county, corrected.tribal_land) != (tip.age, tip.county, tip.tribal_land):
        changed.append(corrected)
    if setting is not None and setting != tip.setting:
        changed.append(SettingStated(tip=tip.tip, setting=setting))
    if not changed:
        raise Refused(TipRefusal.NOTHING_CHANGES, "The tip says this already, so there is nothing to correct.")
    return [*changed, CorrectionExplained(tip=tip.tip, reason=_text(tip, reason))]


def link(tip: Tip, other: Tip, reason: str, group: Sequence[Tip] = ()) -> Decisions:
    """Both are about one person. Of them and of those linked with either, `group`, the tip received first holds.

    Whoever one of these tips names is shut out of all of them: it is one case now. Two that were kept apart may
    turn out to be one: that decision stays on record, and this one follows it.
    """
    _undecided(tip, other, tip.linked)
    everyone = {each.tip: each for each in (tip, other, *group)}
    first = min(everyone.values(), key=lambda each: (received(each), each.tip)).tip
    events: Decisions = {
        tip.tip: [
            TipLinked(tip=tip.tip, other=other.tip, first=first),
            LinkExplained(tip=tip.tip, other=other.tip, reason=_text(tip, reason)),
        ],
        other.tip: [TipLinked(tip=other.tip, other=tip.tip, first=first)],
    }
    named = dict.fromkeys(account for each in everyone.values() for account in each.named_accounts)
    for each in everyone.values():
        own = events.setdefault(each.tip, [])
        if not own and (each.first or each.tip) != first:
            # A link it has already, with another first: a new one would not be anybody's decision.
            beside = next(link for link in each.linked if link in everyone)
            own.append(TipLinked(tip=each.tip, other=beside, first=first))
        for account in named:
            own.extend(name_by_link(each, account))
    return events


def keep_apart(tip: Tip, other: Tip, reason: str) -> Decisions:
    """They look alike and are about different people; the decision stands on both."""
    _undecided(tip, other, (*tip.linked, *tip.kept_apart))
    return {
        tip.tip: [TipKeptApart(tip=tip.tip, other=other.tip, reason=_text(tip, reason))],
        other.tip: [TipKeptApart(tip=other.tip, other=tip.tip, reason=_text(other, reason))],
    }


def look_at_additions(tip: Tip, account: UUID, number: int) -> list[Event]:
    """Takes the first `number` additions off what waits. One that arrived meanwhile goes on waiting.

    Raises `Refused` where nothing of them waits, `InvalidValue` for more than there are.
    """
    if number > tip.additions:
        raise InvalidValue("number", "There are not so many additions. Open the page again and read them all.")
    if number <= tip.looked_at:
        raise Refused(TipRefusal.LOOKED_AT_ALREADY, "Somebody has looked at this already.")
    return [AdditionsLookedAt(tip=tip.tip, account=account, number=number)]


def write_to_reporter(tip: Tip, account: UUID, text: str) -> list[Event]:
    """A question, or an answer. Sealed under the person the tip is about. Raises `InvalidValue` for nothing at all."""
    if not text.strip():
        raise InvalidValue("text", "Write what you ask or answer.")
    return [WrittenToReporter(tip=tip.tip, person=tip.person, account=account, narrative=_text(tip, text))]


def refer_adult(tip: Tip, agency: str, *, agreed: bool, jurisdiction: Jurisdiction, now: datetime) -> list[Event]:
    """Only an adult, and only with the person's own agreement."""
    if agency not in jurisdiction.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list.")
    if tip.age != "adult":
        raise Refused(
            TipRefusal.NOT_ADULT,
            "This person is not shown to be an adult. A child, or anyone whose age is not known, gets a team.",
        )
    if not agreed:
        raise Refused(TipRefusal.NO_AGREEMENT, "An adult is referred only with their own agreement. Ask them first.")
    return [AdultReferred(tip=tip.tip, agency=agency, agreed_at=now)]


def name_account(tip: Tip, account: UUID) -> list[Event]:
    """From now on the account never sees this case; naming it again changes nothing."""
    return [] if account in tip.names_itself else [AccountNamed(tip=tip.tip, account=account)]


def name_by_link(tip: Tip, account: UUID) -> list[Event]:
    """A tip linked with this one names the account: it does not see this one either, while they are linked."""
    if account in tip.named_accounts:
        return []
    return [AccountNamed(tip=tip.tip, account=account), NamedByLink(tip=tip.tip, account=account)]


def shut_out(tip: Tip, tip_id: UUID, account: UUID) -> list[Event]:
    """As `name_account`, for whom another service keeps out of the case: it knows, so it is not told again.

    Unless this tip let the account in again meanwhile, which all were told.
    """
    if account in tip.names_itself:
        return []
    if account in tip.readmitted:
        return [AccountNamed(tip=tip_id, account=account)]
    return [AccountShutOut(tip=tip_id, account=account)]


def note_team(tip: Tip, team: UUID, news: str) -> list[Event]:
    """News of the team; the same news again changes nothing."""
    if tip.received_at is None or (tip.team, tip.team_news) == (team, news):
        return []
    return [TeamNoted(tip=tip.tip, team=team, news=news)]


def note_clinic_work(tip: Tip, work: UUID, *, done: bool) -> list[Event]:
    """That an exam or a kit waits or is done with; the same again changes nothing."""
    if tip.received_at is None or (work in tip.at_clinic) != done:
        return []
    return [ClinicWorkNoted(tip=tip.tip, work=work, done=done)]


def county_named(name: str, jurisdiction: Jurisdiction) -> str:
    """The county's name as the tables write it. Raises `InvalidValue` that names near ones."""
    try:
        return jurisdiction.county(name).county
    except UnknownCounty as unknown:
        near = f" Did you mean {' or '.join(unknown.near)}?" if unknown.near else ""
        raise InvalidValue("county", f"{jurisdiction.state.state} has no county of this name.{near}") from unknown


def _undecided(tip: Tip, other: Tip, decided: Sequence[UUID]) -> None:
    if tip.tip == other.tip:
        raise Refused(TipRefusal.SAME_TIP, "These are one and the same tip.")
    if other.tip in decided:
        raise Refused(TipRefusal.DECIDED_ALREADY, "Whether these two are one was decided already.")


def _text(tip: Tip, text: str) -> Personal:
    """Free text may name anyone: it is sealed under the person the tip is about."""
    return Personal(person=tip.person, text=text)


def _sealed(person: UUID, text: str | None) -> Personal | None:
    return None if text is None else Personal(person=person, text=text)
