"""Papers that let a foreign victim stay: a declaration for a T visa, Continued Presence. Pure.

Asked, decided by whom, sent, and when one runs out. Their law is not on file, so no clock runs: the day one ends on
stands on the office's list like a hearing, until it is extended or said to have ended.
"""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from contracts.jurisdictions.victims import Immigration
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.prosecution.victim.decisions import Of, VictimRefusal
from services.prosecution.victim.events import PaperAsked, PaperDecided, PaperEnded, PaperExtended, PaperSent
from services.prosecution.victim.state import Paper, Victim

# No such paper holds longer; later years are slips of the keyboard.
LATEST = timedelta(days=3_660)


def ask(victim: Victim, of: Of, paper: UUID, kind: str, at: datetime, rules: Immigration, now: datetime) -> list[Event]:
    """For the victim, by the office or anybody else. One of a kind at a time; after a refusal it may be asked again."""
    not_in_future("at", at, now)
    if kind not in rules.kinds:
        raise InvalidValue("kind", f"It is one of {', '.join(rules.kinds)}.")
    if any(each.kind == kind and each.phase in ("asked", "granted") for each in victim.papers.values()):
        raise Refused(VictimRefusal.PAPER_STANDS, "This is asked for, or granted, already. End that first.")
    return [PaperAsked(case=of.case, victim=of.victim, paper=paper, kind=kind, asked_at=at)]


def decide(
    of: Of,
    paper: Paper,
    decision: Literal["granted", "declined"],
    by: str,
    at: datetime,
    ends_at: datetime | None,
    rules: Immigration,
    now: datetime,
) -> list[Event]:
    """Granted or declined. Only what is granted runs out; when, is not always on file."""
    not_in_future("at", at, now)
    if by not in rules.deciders:
        raise InvalidValue("by", f"It is one of {', '.join(rules.deciders)}.")
    _is(paper, "asked")
    _after(at, paper.asked_at)
    if ends_at is not None:
        if decision != "granted":
            raise InvalidValue("ends_on", "What was declined does not run out. Leave the day empty.")
        _possible_end(ends_at, at, now)
    return [
        PaperDecided(
            case=of.case, victim=of.victim, paper=paper.paper, by=by, decision=decision, decided_at=at, ends_at=ends_at
        )
    ]


def send(of: Of, paper: Paper, at: datetime, now: datetime) -> list[Event]:
    """What was granted is with whoever needs it. Once."""
    not_in_future("at", at, now)
    _is(paper, "granted")
    if paper.sent_at is not None:
        raise Refused(VictimRefusal.PAPER_STEP, "That it was sent is on record already.")
    _after(at, paper.decided_at or paper.asked_at)
    return [PaperSent(case=of.case, victim=of.victim, paper=paper.paper, sent_at=at)]


def extend(of: Of, paper: Paper, ends_at: datetime, now: datetime) -> list[Event]:
    """It runs out on another day, or the day was not on file before."""
    _is(paper, "granted")
    _possible_end(ends_at, paper.decided_at or paper.asked_at, now)
    if ends_at == paper.ends_at:
        return []
    return [PaperExtended(case=of.case, victim=of.victim, paper=paper.paper, ends_at=ends_at)]


def end(of: Of, paper: Paper, reason: str, at: datetime, rules: Immigration, now: datetime) -> list[Event]:
    """It holds no more. What did not run out yet has not expired."""
    not_in_future("at", at, now)
    if reason not in rules.ends:
        raise InvalidValue("reason", f"The reasons are {', '.join(rules.ends)}.")
    if paper.phase not in ("asked", "granted"):
        raise _moved_on()
    _after(at, paper.decided_at or paper.asked_at)
    if reason == "expired" and (paper.phase == "asked" or (paper.ends_at is not None and at < paper.ends_at)):
        raise InvalidValue("reason", "By the record it has not run out. Correct the day first.")
    return [PaperEnded(case=of.case, victim=of.victim, paper=paper.paper, reason=reason, ended_at=at)]


def _is(paper: Paper, phase: str) -> None:
    if paper.phase != phase:
        raise _moved_on()


def _moved_on() -> Refused:
    return Refused(VictimRefusal.PAPER_STEP, "This has moved on: look at what is on record, and enter what comes next.")


def _after(at: datetime, before: datetime) -> None:
    if at < before:
        raise InvalidValue("at", "This lies before the step before it. Check the date and the zone.")


def _possible_end(ends_at: datetime, decided_at: datetime, now: datetime) -> None:
    if ends_at <= decided_at or ends_at > now + LATEST:
        raise InvalidValue("ends_on", "This day cannot be right. Check the year.")
