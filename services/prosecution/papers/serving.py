"""Issuing a paper and its way to whom it is for: out, served, failed and out again, or withdrawn. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions import Charging
from contracts.jurisdictions.sitting import HearingRules
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.prosecution.case.decisions import is_accepted
from services.prosecution.case.state import Case, Count
from services.prosecution.papers.events import PaperIssued, PaperOut, PaperServed, PaperWithdrawn, ServiceFailed
from services.prosecution.papers.state import Paper, Phase

Addressee = Annotated[str, msgspec.Meta(min_length=3, max_length=500)]
Next = Literal["out", "served", "failed", "withdrawn"]

VICTIM = "victim"
OF_ACCUSED = ("accused", "counsel")

# Who served it without anybody having said that they went out is typed in later; what failed is tried again.
NEXT: Mapping[Phase, tuple[Next, ...]] = {
    "issued": ("out", "served", "failed", "withdrawn"),
    "out": ("served", "failed", "withdrawn"),
    "failed": ("out", "withdrawn"),
    "served": (),
    "withdrawn": (),
}


class PaperRefusal(StrEnum):
    """Why a command on a paper is refused."""

    STEP = "paper_step_not_next"
    NO_ADDRESS_OF_VICTIM = "no_address_of_a_victim"


class Issue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper to be served. `addressee` says who and where, and is sealed; of a victim it is not taken."""

    kind: str
    for_whom: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    hearing: UUID | None = None
    accused: UUID | None = None
    victim: UUID | None = None
    addressee: Addressee | None = None


class Took(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step, when it was, and the code that goes with it: who serves it, how it was served, or why not."""

    step: Next
    word: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]


def issue(
    case: Case, paper: UUID, wanted: Issue, victims: Collection[UUID], charging: Charging, now: datetime
) -> list[Event]:
    """It is issued. Whoever it is for is on file: by reference, or in sealed words."""
    is_accepted(case)
    not_in_future("at", wanted.at, now)
    rules = charging.sittings
    if wanted.kind not in rules.papers:
        raise InvalidValue("kind", f"The papers are {', '.join(rules.papers)}.")
    if wanted.hearing is not None and wanted.hearing not in case.hearings:
        raise InvalidValue("hearing", "This case has no such hearing. Choose from the list.")
    _for_whom(case, wanted, victims, rules)
    text = None if wanted.addressee is None else Personal(person=case.person, text=wanted.addressee)
    return [
        PaperIssued(
            case=case.case,
            paper=paper,
            kind=wanted.kind,
            for_whom=wanted.for_whom,
            hearing=wanted.hearing,
            accused=wanted.accused,
            victim=wanted.victim,
            addressee=text,
            issued_at=wanted.at,
        )
    ]


def step(case: Case, paper: Paper, took: Took, charging: Charging, now: datetime) -> list[Event]:
    """What became of it. It may have been done before it was typed in, never before the step it follows."""
    not_in_future("at", took.at, now)
    if took.step not in NEXT[paper.phase]:
        raise Refused(PaperRefusal.STEP, "That does not follow on what is on record of this paper. Read it again.")
    if took.at < paper.steps[-1].at:
        raise InvalidValue("at", "This lies before the last step of this paper. Check the date and the zone.")
    words = words_of(took.step, charging.sittings)
    if took.word not in words:
        raise InvalidValue("word", f"It is one of {', '.join(words)}.")
    return [_event(case.case, paper.paper, took)]


def comes_to(case: Case, paper: Paper, took: Took, charging: Charging) -> tuple[str, tuple[Count, ...]] | None:
    """The stage that a served paper brings, and the open counts of its accused that may come to it now, if any."""
    stage = charging.sittings.brings.get(paper.kind)
    if took.step != "served" or stage is None or paper.accused is None:
        return None
    coming = tuple(
        each for each in case.counts_of(paper.accused) if stage in charging.next_stages(each.stage, each.outcomes)
    )
    return (stage, coming) if coming else None


def words_of(step: Next, rules: HearingRules) -> Mapping[str, str]:
    """The closed list that goes with a step."""
    match step:
        case "out":
            return rules.servers
        case "served":
            return rules.ways
        case "failed":
            return rules.failures
        case "withdrawn":
            return rules.withdrawn


def _for_whom(case: Case, wanted: Issue, victims: Collection[UUID], rules: HearingRules) -> None:
    if wanted.for_whom not in rules.for_whom:
        raise InvalidValue("for_whom", f"It is one of {', '.join(rules.for_whom)}.")
    if (wanted.for_whom in OF_ACCUSED) != (wanted.accused is not None):
        raise InvalidValue("accused", "Say which accused, for an accused or their counsel, and for nobody else.")
    if wanted.accused is not None and wanted.accused not in case.accused:
        raise InvalidValue("accused", "One of these is not an accused of this case.")
    if (wanted.for_whom == VICTIM) != (wanted.victim is not None):
        raise InvalidValue("victim", "Say which victim, for a victim, and for nobody else.")
    if wanted.victim is not None and wanted.victim not in victims:
        raise InvalidValue("victim", "This case speaks of no such victim. Choose from the list.")
    if wanted.victim is not None and wanted.addressee is not None:
        raise Refused(
            PaperRefusal.NO_ADDRESS_OF_VICTIM,
            "Write no address of a victim on a paper: the accused is shown it. Use the safe contact on file.",
        )
    if wanted.accused is None and wanted.victim is None and wanted.addressee is None:
        raise InvalidValue("addressee", "Say who is to be served, and where. It is sealed.")
    if wanted.kind in rules.brings and wanted.for_whom not in OF_ACCUSED:
        raise InvalidValue("for_whom", "This is served on an accused, or on their counsel.")


def _event(case: UUID, paper: UUID, took: Took) -> Event:
    match took.step:
        case "out":
            return PaperOut(case=case, paper=paper, server=took.word, out_at=took.at)
        case "served":
            return PaperServed(case=case, paper=paper, way=took.word, served_at=took.at)
        case "failed":
            return ServiceFailed(case=case, paper=paper, reason=took.word, failed_at=took.at)
        case "withdrawn":
            return PaperWithdrawn(case=case, paper=paper, reason=took.word, withdrawn_at=took.at)
