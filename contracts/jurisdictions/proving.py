"""What has to be proved, by the elements on file, and the closed lists about evidence and its disclosure.

`None` in the words of an element says that it is the class of the victim, which the table of offences holds.
"""

from collections.abc import Collection, Mapping

import msgspec

from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.marks import Confidence, Loaded

VICTIM_MINOR = "victim_minor"


class Element(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of elements.csv. Those of one offence with the same `way` are one way to commit it; without, always."""

    offence_id: str
    element: str
    way: str | None
    words: str | None


class Answer(Loaded, frozen=True, kw_only=True):
    """What a laboratory may answer; `ends`: nothing more is expected of it."""

    answer: str
    words: str
    ends: bool


class EvidenceRules(Loaded, frozen=True, kw_only=True):
    """Closed lists, each code with its words.

    Before the outcomes `looked_at_before` what lacks support is acknowledged. Nothing is put on file as kept by an
    agency of a kind in `kept_from`: that would tell whom it serves. `laboratories` are kinds of agencies.
    """

    source: str
    confidence: Confidence
    note: str
    looked_at_before: tuple[str, ...]
    kinds: Mapping[str, str]
    ended: Mapping[str, str]
    kept_from: tuple[str, ...]
    kept_from_citation: str
    recipients: Mapping[str, str]
    ways: Mapping[str, str]
    discovery_error: Mapping[str, str]
    discovery_citation: str
    tests: Mapping[str, str]
    laboratories: tuple[str, ...]
    answers: tuple[Answer, ...]
    request_ended: Mapping[str, str]


def lacking(elements: Collection[Element], supported: Collection[str]) -> tuple[str, ...]:
    """The elements nothing supports, in the table's order.

    Of several ways the one that lacks least is looked at, the first of equals: one way is enough.
    """
    ways = dict.fromkeys(each.way for each in elements if each.way is not None)
    short = {way: sum(each.way == way and each.element not in supported for each in elements) for way in ways}
    nearest = min(short, key=lambda way: short[way], default=None)
    return tuple(each.element for each in elements if each.element not in supported and each.way in (None, nearest))


def refuse_contradictory_elements(
    file: str, elements: Collection[Element], paraphrases: Mapping[str, str], of_minors: Collection[str]
) -> None:
    """An element says nothing that the offence's own row does not say. Raises `DataRefused`."""
    seen = set[tuple[str, str]]()
    for each in elements:
        row = f"{each.offence_id}, {each.element}"
        if each.offence_id not in paraphrases:
            raise DataRefused(file, row, "offence_id", f"{each.offence_id!r} is named but not on file.")
        if (each.offence_id, each.element) in seen:
            raise DataRefused(file, row, "", "it stands there twice.")
        seen.add((each.offence_id, each.element))
        if each.words is None:
            if each.element != VICTIM_MINOR or each.offence_id not in of_minors:
                raise DataRefused(file, row, "words", "without words it can only be that the victim is a minor.")
        elif each.words not in paraphrases[each.offence_id]:
            raise DataRefused(file, row, "words", "the paraphrase of the offence does not say this.")
