"""The evidence of a case as its events tell it: items, what they support, what was disclosed, what laboratories owe."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.prosecution.evidence.events import (
    DiscoveryEnteredInError,
    DiscoveryGiven,
    EvidenceEnded,
    EvidenceListed,
    GapsAcknowledged,
    LaboratoryAnswered,
    LaboratoryAsked,
    LaboratoryRequestEnded,
    SupportEnded,
    SupportStated,
)


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """`kit` is the clinic's reference, `located`: where it is found is on file. `ended`: why it supports no more."""

    item: UUID
    kind: str
    kit: UUID | None = None
    kept_by: str = ""
    located: bool = False
    ended: str = ""


class Support(msgspec.Struct, frozen=True):
    """An item supports an element of a count."""

    count: UUID
    element: str
    item: UUID


class Acknowledged(msgspec.Struct, frozen=True):
    """What lacked support when an outcome was recorded of a count."""

    count: UUID
    outcome: str
    elements: tuple[str, ...]


class Giving(msgspec.Struct, frozen=True, kw_only=True):
    """What was disclosed at once. `in_error`: why it does not hold."""

    giving: UUID
    accused: UUID
    items: tuple[UUID, ...]
    recipient: str
    way: str
    given_at: datetime
    in_error: str = ""


class Answered(msgspec.Struct, frozen=True):
    """One answer to a request; `report` is the item of a report that came."""

    answer: str
    report: UUID | None
    at: datetime


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """An examination asked for. `open` ones wait for an answer that ends them."""

    request: UUID
    item: UUID
    laboratory: str
    test: str
    asked_at: datetime
    answers: tuple[Answered, ...] = ()
    ended: str = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in the order it was entered."""

    items: Mapping[UUID, Item] = {}
    support: tuple[Support, ...] = ()
    acknowledged: tuple[Acknowledged, ...] = ()
    givings: Mapping[UUID, Giving] = {}
    requests: Mapping[UUID, Request] = {}

    def holding(self) -> tuple[Item, ...]:
        """The items that may still support something."""
        return tuple(each for each in self.items.values() if not each.ended)

    def supported(self, count: UUID) -> frozenset[str]:
        """The elements of a count that at least one item supports; one that ended supports none."""
        return frozenset(
            each.element for each in self.support if each.count == count and not self.items[each.item].ended
        )

    def given_to(self, accused: UUID) -> frozenset[UUID]:
        """The items disclosed in the matter of an accused."""
        return frozenset(
            item
            for each in self.givings.values()
            if each.accused == accused and not each.in_error
            for item in each.items
        )


def evolve(evidence: Evidence, event: Event) -> Evidence:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case EvidenceListed():
            item = Item(
                item=event.item,
                kind=event.kind,
                kit=event.kit,
                kept_by=event.kept_by,
                located=event.locator is not None,
            )
            return change(evidence, items={**evidence.items, event.item: item})
        case EvidenceEnded():
            ended = change(evidence.items[event.item], ended=event.reason)
            return change(evidence, items={**evidence.items, event.item: ended})
        case SupportStated():
            return change(evidence, support=(*evidence.support, Support(event.count, event.element, event.item)))
        case SupportEnded():
            gone = Support(event.count, event.element, event.item)
            return change(evidence, support=tuple(each for each in evidence.support if each != gone))
        case GapsAcknowledged():
            seen = Acknowledged(event.count, event.outcome, event.elements)
            return change(evidence, acknowledged=(*evidence.acknowledged, seen))
        case _:
            return _on_requests(_on_discovery(evidence, event), event)


def _on_discovery(evidence: Evidence, event: Event) -> Evidence:
    match event:
        case DiscoveryGiven():
            giving = Giving(
                giving=event.giving,
                accused=event.accused,
                items=event.items,
                recipient=event.recipient,
                way=event.way,
                given_at=event.given_at,
            )
        case DiscoveryEnteredInError():
            giving = msgspec.structs.replace(evidence.givings[event.giving], in_error=event.reason)
        case _:
            return evidence
    return msgspec.structs.replace(evidence, givings={**evidence.givings, giving.giving: giving})


def _on_requests(evidence: Evidence, event: Event) -> Evidence:
    match event:
        case LaboratoryAsked():
            request = Request(
                request=event.request,
                item=event.item,
                laboratory=event.laboratory,
                test=event.test,
                asked_at=event.asked_at,
            )
        case LaboratoryAnswered():
            known = evidence.requests[event.request]
            answer = Answered(event.answer, event.report, event.answered_at)
            request = msgspec.structs.replace(known, answers=(*known.answers, answer))
        case LaboratoryRequestEnded():
            request = msgspec.structs.replace(evidence.requests[event.request], ended=event.reason)
        case _:
            return evidence
    return msgspec.structs.replace(evidence, requests={**evidence.requests, request.request: request})
