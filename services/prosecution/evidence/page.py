"""The evidence of a case as shown: what supports each element of each count, what was disclosed, what is waited for."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions import Charging
from services.kernel.store import Loaded
from services.prosecution.case.state import Case, Count
from services.prosecution.evidence.disclosure import waits
from services.prosecution.evidence.state import Acknowledged, Answered, Evidence, Giving, Item, Request
from services.prosecution.evidence.support import without_support
from services.prosecution.matter.state import Matter


class ElementOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be proved. `words` is empty where the class of the victim is all; `items` support it now."""

    element: str
    way: str
    words: str
    items: tuple[UUID, ...]


class CountOfEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """`without_support` are the elements to be looked at before an indictment; `elements` is empty, and that one
    `not_on_file`, where the offence has none on file.
    """

    count: UUID
    accused: UUID
    phase: str
    statute: str
    short_name: str
    elements_status: str
    elements: tuple[ElementOnPage, ...]
    without_support: tuple[str, ...]


class ToGive(msgspec.Struct, frozen=True, kw_only=True):
    """What is on file and was not disclosed in the matter of an accused yet."""

    accused: UUID
    items: tuple[UUID, ...]


class RequestOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`waits`: the laboratory still owes an answer."""

    request: UUID
    item: UUID
    laboratory: str
    test: str
    asked_at: datetime
    answers: tuple[Answered, ...]
    ended: str
    waits: bool


class EvidencePage(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is for `If-Match`. `kits` are those the clinic told of that are not listed yet."""

    version: int
    items: tuple[Item, ...]
    counts: tuple[CountOfEvidence, ...]
    acknowledged: tuple[Acknowledged, ...]
    givings: tuple[Giving, ...]
    to_give: tuple[ToGive, ...]
    requests: tuple[RequestOnPage, ...]
    kits: tuple[UUID, ...]


class ToldByClinic(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a kit's custody. `told` is the clinic's event, which the clinic proves."""

    told: UUID
    what: str
    stage: str
    at: datetime


class Custody(msgspec.Struct, frozen=True, kw_only=True):
    """Where an item was, for a court: the clinic's own events by reference, and what this office did with it.

    Through whose hands it went is not here: that is the clinic's, and its custodian's to say.
    """

    item: Item
    steps: tuple[ToldByClinic, ...]
    listed_at: datetime | None
    ended_at: datetime | None
    givings: tuple[Giving, ...]
    requests: tuple[Request, ...]


def evidence_page(case: Case, matter: Matter, loaded: Loaded[Evidence], charging: Charging) -> EvidencePage:
    """Put together from the streams themselves, so it is never behind."""
    evidence = loaded.state
    holding = tuple(each.item for each in evidence.holding())
    listed = {each.kit for each in evidence.holding()}
    return EvidencePage(
        version=loaded.version,
        items=tuple(evidence.items.values()),
        counts=tuple(_count(evidence, each, charging) for each in case.counts.values() if each.phase == "open"),
        acknowledged=evidence.acknowledged,
        givings=tuple(sorted(evidence.givings.values(), key=lambda each: each.given_at, reverse=True)),
        to_give=tuple(
            ToGive(accused=each, items=tuple(item for item in holding if item not in evidence.given_to(each)))
            for each in case.accused
        ),
        requests=tuple(_request(each, charging) for each in evidence.requests.values()),
        kits=tuple(kit for kit in matter.kits if kit not in listed),
    )


def _count(evidence: Evidence, count: Count, charging: Charging) -> CountOfEvidence:
    offence = charging.offences[count.offence]
    elements = tuple(
        ElementOnPage(
            element=each.element,
            way=each.way or "",
            words=each.words or "",
            items=tuple(
                support.item
                for support in evidence.support
                if (support.count, support.element) == (count.count, each.element)
                and not evidence.items[support.item].ended
            ),
        )
        for each in charging.elements_of(count.offence)
    )
    return CountOfEvidence(
        count=count.count,
        accused=count.accused,
        phase=count.phase,
        statute=offence.statute,
        short_name=offence.short_name,
        elements_status=offence.elements_status,
        elements=elements,
        without_support=without_support(evidence, count, charging),
    )


def _request(request: Request, charging: Charging) -> RequestOnPage:
    return RequestOnPage(
        request=request.request,
        item=request.item,
        laboratory=request.laboratory,
        test=request.test,
        asked_at=request.asked_at,
        answers=request.answers,
        ended=request.ended,
        waits=waits(request, charging),
    )


def custody_of(
    item: Item, matter: Matter, evidence: Evidence, listed_at: datetime | None, ended_at: datetime | None
) -> Custody:
    """Of a kit its steps in the order they happened; of anything else what this office has on record."""
    steps = matter.kits.get(item.kit, ()) if item.kit is not None else ()
    return Custody(
        item=item,
        steps=tuple(
            ToldByClinic(told=each.told, what=each.what, stage=each.stage, at=each.at)
            for each in sorted(steps, key=lambda each: each.at)
        ),
        listed_at=listed_at,
        ended_at=ended_at,
        givings=tuple(each for each in evidence.givings.values() if item.item in each.items and not each.in_error),
        requests=tuple(each for each in evidence.requests.values() if each.item == item.item),
    )
