"""A reporting duty as it is shown. No names: those are asked for apart."""

from datetime import datetime

import msgspec

from contracts.jurisdictions import AgencyToTell, DutyRule
from services.kernel.store import Loaded
from services.tips.duty.duties import Duties
from services.tips.duty.owing import part_named, rule_of
from services.tips.duty.state import Duty, PartOnRecord
from services.tips.tip.state import Tip


class ClockOnDuty(msgspec.Struct, frozen=True, kw_only=True):
    """`phase` is running or the end as recorded, `found` what a later entry showed."""

    phase: str
    found: str
    due_at: datetime
    warned: tuple[datetime, ...]
    late_seconds: int


class PartOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """One of those to tell. `by` is the role that tells, null: whoever reports.

    `recipient` is null where none is on file. `told_elsewhere`: another agency is on record than is on file now, as
    after a corrected county.
    """

    part: str
    words: str
    by: str | None
    recipient: AgencyToTell | None
    must_be_acknowledged: bool
    missing: bool
    on_record: PartOnRecord | None
    told_elsewhere: bool


class DutyPage(msgspec.Struct, frozen=True, kw_only=True):
    """`phase` is open, done or fell_away; `due` is when in the law's words, and the law may give no number.

    `elapsed_seconds` is the time from receipt until the duty was done, or until now while it is open; null for one
    that fell away.
    """

    rule: str
    version: int
    name: str
    phase: str
    opening: int
    since: datetime | None
    due: str
    due_at: datetime | None
    done_at: datetime | None
    elapsed_seconds: int | None
    clock: ClockOnDuty | None
    parts: tuple[PartOnPage, ...]
    missing: tuple[str, ...]
    met_by: str
    citation: str
    confidence: str
    note: str | None


async def duty_page(duties: Duties, tip: Tip, loaded: Loaded[Duty], now: datetime) -> DutyPage:
    """Put together from the streams themselves, so it is never behind."""
    duty = loaded.state
    rule = rule_of(duty, duties.jurisdiction)
    clock = (await duties.clock(duty)).state
    parts = _parts(duties, tip, duty)
    return DutyPage(
        rule=duty.rule,
        version=loaded.version,
        name=rule.name,
        phase=duty.standing,
        opening=duty.opening,
        since=duty.since,
        due=rule.due if isinstance(rule, DutyRule) else rule.within,
        due_at=duty.due_at,
        done_at=duty.done_at,
        elapsed_seconds=_elapsed(duty, now),
        clock=None
        if clock.phase == "not started"
        else ClockOnDuty(
            phase=clock.phase,
            found=clock.found,
            due_at=clock.due_at,
            warned=clock.warned,
            late_seconds=clock.late_seconds,
        ),
        parts=parts,
        missing=tuple(part.words for part in parts if part.missing),
        met_by=rule.met_by,
        citation=duty.citation,
        confidence=rule.confidence,
        note=rule.note,
    )


def _parts(duties: Duties, tip: Tip, duty: Duty) -> tuple[PartOnPage, ...]:
    agencies = duties.agencies(tip)
    pages = []
    for name in duty.parts:
        part = part_named(duty, name, duties.jurisdiction)
        recipient = agencies.get(part.step or "")
        on_record = duty.on_record.get(name)
        elsewhere = recipient is not None and on_record is not None and on_record.agency != recipient.agency_id
        pages.append(
            PartOnPage(
                part=name,
                words=part.words,
                by=part.by,
                recipient=recipient,
                must_be_acknowledged=name in duty.acknowledged,
                missing=name in duty.missing,
                on_record=on_record,
                told_elsewhere=elsewhere,
            )
        )
    return tuple(pages)


def _elapsed(duty: Duty, now: datetime) -> int | None:
    if duty.since is None or duty.phase == "fell_away":
        return None
    return int(((duty.done_at or now) - duty.since).total_seconds())
