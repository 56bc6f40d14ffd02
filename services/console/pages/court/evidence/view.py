"""What the page of the evidence shows: each item by a number, and what forms offer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from contracts.jurisdictions import Jurisdiction
from services.console.frame.words import Words
from services.console.pages.court.evidence.answers import Evidence, Item, Lists

Options = Sequence[tuple[str, str]]


class Choices(NamedTuple):
    """In the order of the tables. `holding` are the items that may still support something, `all_items` all."""

    kinds: Options
    kits: Options
    keepers: Options
    ended: Options
    holding: Options
    all_items: Options
    recipients: Options
    ways: Options
    errors: Options
    laboratories: Options
    tests: Options
    answers: Options
    request_ended: Options


def names_of(items: Iterable[Item], words: Words) -> dict[UUID, str]:
    """What the page calls each item."""
    return {
        each.item: words.say("evidence.item", number=number, kind=words.word("evidence_kind", each.kind))
        for number, each in enumerate(items, start=1)
    }


def choices_of(evidence: Evidence, lists: Lists, jurisdiction: Jurisdiction, words: Words) -> Choices:
    """What there is to choose from. Who serves victims is not offered as a keeper."""
    names = names_of(evidence.items, words)
    agencies = jurisdiction.agencies.values()
    return Choices(
        kinds=_words("evidence_kind", lists.kinds, words),
        kits=[(str(each), words.say("evidence.of_kit", kit=str(each)[:8])) for each in evidence.kits],
        keepers=[(each.agency_id, each.name) for each in agencies if each.kind not in lists.kept_from],
        ended=_words("evidence_ended", lists.ended, words),
        holding=[(str(each.item), names[each.item]) for each in evidence.items if not each.ended],
        all_items=[(str(each.item), names[each.item]) for each in evidence.items],
        recipients=_words("discovery_recipient", lists.recipients, words),
        ways=_words("discovery_way", lists.ways, words),
        errors=_words("discovery_error", lists.discovery_error, words),
        laboratories=[(each.agency_id, each.name) for each in agencies if each.kind in lists.laboratories],
        tests=_words("laboratory_test", lists.tests, words),
        answers=_words("laboratory_answer", [each.answer for each in lists.answers], words),
        request_ended=_words("laboratory_ended", lists.request_ended, words),
    )


def supports_of(evidence: Evidence, count: UUID, names: Mapping[UUID, str], words: Words) -> Options:
    """What supports which element of a count, each pair as a form sends it."""
    (found,) = (each for each in evidence.counts if each.count == count)
    return [
        (f"{element.element} {item}", f"{words.word('element', element.element)}: {names[item]}")
        for element in found.elements
        for item in element.items
    ]


def _words(family: str, codes: Iterable[str], words: Words) -> Options:
    return [(code, words.word(family, code)) for code in codes]
