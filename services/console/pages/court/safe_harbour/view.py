"""The accused of a case who may be victims, as lanes, and what the forms offer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.console.frame.words import Words
from services.console.pages.court.answers import Case
from services.console.pages.court.safe_harbour.answers import Harbour, HarbourRules, Petition, Route

OVER = ("denied", "withdrawn", "expunged")
Options = Sequence[tuple[str, str]]


class HarbourLane(NamedTuple):
    """An accused by the number the page calls them. `standing` are petitions with something to do, `past` the others.

    `routes` are offered for each of `to_petition`, by `counts` what the page calls a count.
    """

    number: int
    harbour: Harbour
    standing: Sequence[Petition]
    past: Sequence[Petition]
    counts: Mapping[UUID, str]
    to_petition: Options
    may_find: Options
    to_end: Options

    @property
    def speaks(self) -> bool:
        """Whether anything is on record."""
        return bool(self.harbour.version)


class HarbourChoices(NamedTuple):
    """What the forms offer. `law` holds of each route what is on file of it."""

    ends: Options
    routes: Options
    law: Sequence[Route]
    issuers: Options
    decisions: Options
    withdrawn: Options
    not_made: Options
    indicators: Options


def harbour_lanes(case: Case, harbours: Iterable[Harbour], words: Words) -> list[HarbourLane]:
    """In the case's order."""
    numbers = {each.accused: number for number, each in enumerate(case.accused, start=1)}
    counts = {
        count.count: f"{count.offence.short_name} ({count.offence.statute})"
        for each in case.accused
        for count in each.counts
    }
    return [_lane(numbers.get(each.accused, 0), each, counts, words) for each in harbours]


def harbour_choices(rules: HarbourRules, indicators: Iterable[str], words: Words) -> HarbourChoices:
    """In the order of the tables."""
    decisions = [
        *(
            (f"granted/{code}", words.say("harbour.granted_for", reason=words.word("petition_granted", code)))
            for code in rules.granted
        ),
        *(
            (f"denied/{code}", words.say("harbour.denied_for", reason=words.word("petition_denied", code)))
            for code in rules.denied
        ),
    ]
    not_made = [each for each in rules.not_made if each != "ground_ended"]
    return HarbourChoices(
        ends=[(each, words.word("ground_end", each)) for each in rules.ground_ends],
        routes=_words("relief_route", (each.route for each in rules.routes), words),
        law=rules.routes,
        issuers=_words("letter_issuer", rules.issuers, words),
        decisions=decisions,
        withdrawn=_words("petition_withdrawn", rules.withdrawn, words),
        not_made=_words("referral_not_made", not_made, words),
        indicators=_words("indicator", indicators, words),
    )


def _lane(number: int, harbour: Harbour, counts: Mapping[UUID, str], words: Words) -> HarbourLane:
    by_people = (each.ground for each in harbour.grounds if not each.by_itself)
    past = [each for each in harbour.petitions if each.phase in OVER and not each.untold]
    return HarbourLane(
        number=number,
        harbour=harbour,
        standing=[each for each in harbour.petitions if each not in past],
        past=past,
        counts=counts,
        to_petition=[(str(each), counts.get(each, "")) for each in harbour.to_petition],
        may_find=_words("harbour_ground", harbour.may_find, words),
        to_end=_words("harbour_ground", by_people, words),
    )


def _words(family: str, codes: Iterable[str], words: Words) -> Options:
    return [(code, words.word(family, code)) for code in codes]
