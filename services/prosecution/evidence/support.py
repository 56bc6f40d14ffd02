"""What is on file as evidence, what it supports, and what lacks support before an indictment. Pure."""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.jurisdictions import Agency, Charging
from contracts.jurisdictions.proving import lacking
from contracts.language import Event, InvalidValue, Personal, Refused
from services.prosecution.case.decisions import is_accepted
from services.prosecution.case.state import Case, Count
from services.prosecution.evidence.events import (
    EvidenceEnded,
    EvidenceListed,
    GapsAcknowledged,
    SupportEnded,
    SupportStated,
)
from services.prosecution.evidence.state import Evidence, Item, Support

KIT = "kit"
NOT_ON_FILE = "not_on_file"
"""In the place of the elements of an offence of which none are on file: nothing can be said to support them."""

Locator = Annotated[str, msgspec.Meta(min_length=3, max_length=500)]


class EvidenceRefusal(StrEnum):
    """Why a command on the evidence of a case is refused."""

    KIT_LISTED = "kit_listed_already"
    KEPT_BY_VICTIM_SERVICE = "kept_by_victim_service"
    ITEM_OVER = "evidence_over"
    SUPPORTED = "element_supported_already"
    NOT_SUPPORTED = "element_not_supported_by_it"
    COUNT_OVER = "evidence_count_over"
    GAPS_NOT_SEEN = "elements_without_support"
    CORRECTED = "discovery_corrected_already"
    REQUEST_OVER = "laboratory_request_over"


class ListEvidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By reference. `kit` is one the clinic told of, `kept_by` an agency; `locator`, where it is there, is sealed."""

    kind: str
    kit: UUID | None = None
    kept_by: str = ""
    locator: Locator | None = None


def list_evidence(
    case: Case,
    evidence: Evidence,
    item: UUID,
    wanted: ListEvidence,
    kits: Collection[UUID],
    agency: Agency | None,
    charging: Charging,
) -> list[Event]:
    """There is such evidence. `kits` are those of the tip that the clinic told of, `agency` the one named, if any."""
    is_accepted(case)
    rules = charging.evidence
    if wanted.kind not in rules.kinds:
        raise InvalidValue("kind", f"The kinds are {', '.join(rules.kinds)}.")
    if (wanted.kind == KIT) != (wanted.kit is not None):
        raise InvalidValue("kit", "A kit is listed by its reference, and nothing else is.")
    if wanted.kit is not None and wanted.kit not in kits:
        raise InvalidValue("kit", "The clinic has told of no such kit of this tip. Choose from the list.")
    if any(each.kit == wanted.kit for each in evidence.holding() if each.kit is not None):
        raise Refused(EvidenceRefusal.KIT_LISTED, "This kit is on file as evidence already.")
    if wanted.kept_by and agency is None:
        raise InvalidValue("kept_by", "There is no agency of this name. Choose one of the list.")
    if agency is not None and agency.kind in rules.kept_from:
        raise Refused(
            EvidenceRefusal.KEPT_BY_VICTIM_SERVICE,
            "Whom a victim service serves is not put on file here, and this would tell it. List it without the agency.",
            citation=rules.kept_from_citation,
        )
    locator = None if wanted.locator is None else Personal(person=case.person, text=wanted.locator)
    return [
        EvidenceListed(
            case=case.case, item=item, kind=wanted.kind, kit=wanted.kit, kept_by=wanted.kept_by, locator=locator
        )
    ]


def end_evidence(case: Case, item: Item, reason: str, charging: Charging) -> list[Event]:
    """It supports nothing any more. What was disclosed of it stays disclosed."""
    _holds(item)
    _known(reason, charging)
    return [EvidenceEnded(case=case.case, item=item.item, reason=reason)]


def state_support(
    case: Case, evidence: Evidence, count: Count, element: str, item: Item, charging: Charging
) -> list[Event]:
    """The item supports an element of the count."""
    _is_open(count)
    _holds(item)
    on_file = [each.element for each in charging.elements_of(count.offence)]
    if element not in on_file:
        raise InvalidValue("element", "This offence has no such element on file. Choose from the list.")
    if Support(count.count, element, item.item) in evidence.support:
        raise Refused(EvidenceRefusal.SUPPORTED, "It is on record already that this supports the element.")
    return [SupportStated(case=case.case, count=count.count, element=element, item=item.item)]


def end_support(
    case: Case, evidence: Evidence, count: Count, element: str, item: Item, reason: str, charging: Charging
) -> list[Event]:
    """It does not support it after all."""
    _is_open(count)
    _known(reason, charging)
    if Support(count.count, element, item.item) not in evidence.support:
        raise Refused(EvidenceRefusal.NOT_SUPPORTED, "By the record this does not support that element.")
    return [SupportEnded(case=case.case, count=count.count, element=element, item=item.item, reason=reason)]


def without_support(evidence: Evidence, count: Count, charging: Charging) -> tuple[str, ...]:
    """The elements of a count that nothing supports; `NOT_ON_FILE` alone where the offence has none on file."""
    elements = charging.elements_of(count.offence)
    return lacking(elements, evidence.supported(count.count)) if elements else (NOT_ON_FILE,)


def acknowledge(
    case: Case, evidence: Evidence, count: Count, outcome: str, seen: Collection[str], charging: Charging
) -> list[Event]:
    """Before an indictment is recorded, whoever records it has seen what lacks support. It is not held up by that.

    `seen` are the elements they were shown without support. Raises `Refused` where others lack it by now.
    """
    gaps = without_support(evidence, count, charging)
    if set(seen) != set(gaps):
        raise Refused(
            EvidenceRefusal.GAPS_NOT_SEEN,
            "Look first at what of this count has no evidence on file, and say that you saw it. "
            "It can be recorded then: nothing else is asked.",
        )
    if not gaps:
        return []
    return [GapsAcknowledged(case=case.case, count=count.count, outcome=outcome, elements=gaps)]


def _holds(item: Item) -> None:
    if item.ended:
        raise Refused(EvidenceRefusal.ITEM_OVER, "This evidence supports nothing any more, so it stays as it is.")


def _is_open(count: Count) -> None:
    if count.phase != "open":
        raise Refused(EvidenceRefusal.COUNT_OVER, "This count is over, so what supported it stays as it is.")


def _known(reason: str, charging: Charging) -> None:
    if reason not in charging.evidence.ended:
        raise InvalidValue("reason", f"The reasons are {', '.join(charging.evidence.ended)}.")
