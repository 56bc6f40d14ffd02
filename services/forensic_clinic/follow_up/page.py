"""A follow-up as it is shown: how the patient may be reached, then each visit and test by when it is due."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions.examination import ExaminationRules
from services.forensic_clinic.follow_up.content import read
from services.forensic_clinic.follow_up.events import FollowUpSettled, OutreachNoted, SafeContactStated
from services.forensic_clinic.follow_up.follow_ups import Following
from services.forensic_clinic.follow_up.state import Item
from services.kernel.stored_form import Happening

Standing = Literal["to_come", "due", "over", "missed", "settled"]
Opened = Mapping[tuple[UUID, str], str | None]


class ContactOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """A text is null where it was not said, stays sealed, or a court had it destroyed."""

    stated_at: datetime
    how: str | None
    when: str | None
    may_say: str | None
    never_say: str | None


class TryOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody reached out; what came of it is null while sealed."""

    tried_at: datetime
    outcome: str | None


class ItemOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """A visit or test. `outcome` is null while it is open or sealed. `rule` is of the table of practice, no law."""

    item: str
    rule: str
    since: datetime
    until: datetime
    stands: Standing
    settled_at: datetime | None
    outcome: str | None
    outreach: bool
    tries: tuple[TryOnPage, ...]


class FollowUpPage(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is of the follow-up, not of the exam: 0 while nothing was said or planned."""

    exam: UUID
    version: int
    tip: UUID
    clinic: str
    phase: str
    contact: ContactOnPage | None
    items: tuple[ItemOnPage, ...]


def follow_up_page(
    following: Following,
    told: Sequence[Happening],
    texts: Opened | None,
    rules: ExaminationRules,
    now: datetime,
) -> FollowUpPage:
    """`texts` is None for who reads nothing that is sealed."""
    exam = following.exam.state
    shown = texts or {}
    return FollowUpPage(
        exam=exam.exam,
        version=following.loaded.version,
        tip=exam.tip,
        clinic=exam.clinic,
        phase=exam.phase,
        contact=_contact(told, shown),
        items=tuple(_item(each, told, shown, rules, now) for each in following.loaded.state.items),
    )


def _contact(told: Sequence[Happening], texts: Opened) -> ContactOnPage | None:
    stated = [each for each in told if isinstance(each.event, SafeContactStated)]
    if not stated:
        return None
    last = stated[-1]
    how, when, may_say, never_say = (
        texts.get((last.event_id, each)) for each in ("how", "when", "may_say", "never_say")
    )
    return ContactOnPage(stated_at=last.happened_at, how=how, when=when, may_say=may_say, never_say=never_say)


def _item(item: Item, told: Sequence[Happening], texts: Opened, rules: ExaminationRules, now: datetime) -> ItemOnPage:
    of_table = rules.follow_up(item.item)
    outcome: str | None = None
    tries = []
    for each in told:
        match each.event:
            case FollowUpSettled(item=item.item):
                outcome = _word(texts, each)
            case OutreachNoted(item=item.item, tried_at=tried_at):
                tries.append(TryOnPage(tried_at=tried_at, outcome=_word(texts, each)))
            case _:
                pass
    return ItemOnPage(
        item=item.item,
        rule=of_table.rule if of_table else "",
        since=item.since,
        until=item.until,
        stands=_standing(item, now),
        settled_at=item.settled_at,
        outcome=outcome if item.settled_at is not None else None,
        outreach=item.asks_for_outreach(now),
        tries=tuple(tries),
    )


def _standing(item: Item, now: datetime) -> Standing:
    if item.settled_at is not None:
        return "settled"
    if item.missed:
        return "missed"
    if now >= item.until:
        return "over"
    return "due" if now >= item.since else "to_come"


def _word(texts: Opened, told: Happening) -> str | None:
    text = texts.get((told.event_id, "outcome"))
    return None if text is None else read(text)
