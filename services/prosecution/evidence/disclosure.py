"""Discovery given to the defence, and what laboratories were asked and answered. Pure."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.jurisdictions import Agency, Charging
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.prosecution.case.decisions import is_accepted
from services.prosecution.case.state import Case
from services.prosecution.evidence.events import (
    DiscoveryEnteredInError,
    DiscoveryGiven,
    EvidenceListed,
    LaboratoryAnswered,
    LaboratoryAsked,
    LaboratoryRequestEnded,
)
from services.prosecution.evidence.state import Evidence, Giving, Request
from services.prosecution.evidence.support import EvidenceRefusal

REPORT, REPORT_ITEM = "report", "laboratory_report"


class GiveDiscovery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was disclosed, in whose matter, to whom, how and when."""

    accused: UUID
    items: Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=200)]
    recipient: str
    way: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]


class AskLaboratory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be examined, by which laboratory (an agency), for what."""

    item: UUID
    laboratory: str
    test: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]


def give_discovery(
    case: Case, evidence: Evidence, giving: UUID, given: GiveDiscovery, charging: Charging, now: datetime
) -> list[Event]:
    """It was given. What is suppressed or lost by now may have been given before, and stays on record so."""
    is_accepted(case)
    not_in_future("at", given.at, now)
    rules = charging.evidence
    if given.accused not in case.accused:
        raise InvalidValue("accused", "One of these is not an accused of this case.")
    if any(each not in evidence.items for each in given.items):
        raise InvalidValue("items", "One of these is not on file as evidence of this case.")
    if given.recipient not in rules.recipients:
        raise InvalidValue("recipient", f"It is one of {', '.join(rules.recipients)}.")
    if given.way not in rules.ways:
        raise InvalidValue("way", f"The ways are {', '.join(rules.ways)}.")
    return [
        DiscoveryGiven(
            case=case.case,
            giving=giving,
            accused=given.accused,
            items=tuple(dict.fromkeys(given.items)),
            recipient=given.recipient,
            way=given.way,
            given_at=given.at,
        )
    ]


def correct_discovery(case: Case, giving: Giving, reason: str, charging: Charging) -> list[Event]:
    """It was entered in error: it stays on record, and its items count as not given by it."""
    if reason not in charging.evidence.discovery_error:
        raise InvalidValue("reason", f"The reasons are {', '.join(charging.evidence.discovery_error)}.")
    if giving.in_error:
        raise Refused(EvidenceRefusal.CORRECTED, "This stands as entered in error already.")
    return [DiscoveryEnteredInError(case=case.case, giving=giving.giving, reason=reason)]


def ask_laboratory(
    case: Case,
    evidence: Evidence,
    request: UUID,
    asked: AskLaboratory,
    laboratory: Agency | None,
    charging: Charging,
    now: datetime,
) -> list[Event]:
    """An examination is asked for."""
    is_accepted(case)
    not_in_future("at", asked.at, now)
    rules = charging.evidence
    item = evidence.items.get(asked.item)
    if item is None:
        raise InvalidValue("item", "This is not on file as evidence of this case.")
    if item.ended:
        raise Refused(EvidenceRefusal.ITEM_OVER, "This evidence supports nothing any more, so it stays as it is.")
    if laboratory is None or laboratory.kind not in rules.laboratories:
        raise InvalidValue("laboratory", "There is no laboratory of this name. Choose one of the list.")
    if asked.test not in rules.tests:
        raise InvalidValue("test", f"The examinations are {', '.join(rules.tests)}.")
    return [
        LaboratoryAsked(
            case=case.case,
            request=request,
            item=asked.item,
            laboratory=asked.laboratory,
            test=asked.test,
            asked_at=asked.at,
        )
    ]


def answer_request(
    case: Case, request: Request, answer: str, at: datetime, report: UUID, charging: Charging, now: datetime
) -> list[Event]:
    """What the laboratory said of it. A report that came is listed as evidence; what it says is kept nowhere here."""
    not_in_future("at", at, now)
    answers = {each.answer: each for each in charging.evidence.answers}
    if answer not in answers:
        raise InvalidValue("answer", f"The answers are {', '.join(answers)}.")
    if not waits(request, charging):
        raise Refused(EvidenceRefusal.REQUEST_OVER, "This request is answered or ended already.")
    if at < (request.answers[-1].at if request.answers else request.asked_at):
        raise InvalidValue("at", "This lies before the request, or its last answer. Check the date and the zone.")
    came = answer == REPORT
    answered = LaboratoryAnswered(
        case=case.case, request=request.request, answer=answer, report=report if came else None, answered_at=at
    )
    if not came:
        return [answered]
    listed = EvidenceListed(
        case=case.case, item=report, kind=REPORT_ITEM, kit=None, kept_by=request.laboratory, locator=None
    )
    return [listed, answered]


def end_request(case: Case, request: Request, reason: str, charging: Charging) -> list[Event]:
    """No answer is waited for any more."""
    if reason not in charging.evidence.request_ended:
        raise InvalidValue("reason", f"The reasons are {', '.join(charging.evidence.request_ended)}.")
    if not waits(request, charging):
        raise Refused(EvidenceRefusal.REQUEST_OVER, "This request is answered or ended already.")
    return [LaboratoryRequestEnded(case=case.case, request=request.request, reason=reason)]


def waits(request: Request, charging: Charging) -> bool:
    """Whether the laboratory still owes an answer."""
    ends = {each.answer for each in charging.evidence.answers if each.ends}
    return not request.ended and ends.isdisjoint(each.answer for each in request.answers)
