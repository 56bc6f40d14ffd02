"""What the page of an exam's times says: how windows stand, and why each time is offered where it is in the order."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.console.frame.times import Times
from services.console.pages.clinic.answers import agency_name, short
from services.console.pages.clinic.exam.view import Told, sent
from services.console.pages.clinic.times.answers import Attendant, Move, Offer, Offers, Window


class Choice(NamedTuple):
    """An offer of the exam's own clinic: what the form sends, when it is, and why it stands there."""

    value: str
    when: str
    why: str


class Elsewhere(NamedTuple):
    """The best time at another clinic."""

    clinic: str
    name: str
    when: str
    why: str


class Asked(NamedTuple):
    """Whose exam could be asked to move: what they have, what they could have, what that costs them, what it frees."""

    exam: UUID
    now: str
    instead: str
    costs: str
    freed: str


class WindowTold(NamedTuple):
    """A window in one sentence, the word it is marked by, and its source."""

    words: str
    mark: str
    source: str


class Sentences:
    """In the words of one language, at one moment."""

    def __init__(self, found: Offers, told: Told, times: Times, tables: Jurisdiction) -> None:
        self._found = found
        self._told = told
        self._times = times
        self._words = times.words
        self._tables = tables
        self._agencies = {each.agency_id: each.name for each in tables.agencies.values()}
        self._attendants = {each.attendant: each for each in found.attendants}

    def of(self, offers: list[Offer]) -> "Sentences":
        """Of these offers in place of those that were found."""
        return Sentences(msgspec.structs.replace(self._found, offers=offers), self._told, self._times, self._tables)

    def windows(self) -> list[WindowTold]:
        """Evidence first, in the order the service gives."""
        return [self._window(each) for each in self._found.windows]

    def own(self) -> list[Choice]:
        """Those of the exam's clinic, which its coordinator can hold or book."""
        return [
            Choice(value_of(each), self._when(each), self.why(each))
            for each in self._found.offers
            if each.clinic == self._found.clinic
        ]

    def elsewhere(self) -> list[Elsewhere]:
        """The best of each other clinic."""
        best: dict[str, Offer] = {}
        for each in self._found.offers:
            if each.clinic != self._found.clinic:
                best.setdefault(each.clinic, each)
        return [
            Elsewhere(each.clinic, agency_name(self._agencies, each.clinic), self._when(each), self.why(each))
            for each in best.values()
        ]

    def asked(self, moves: list[Move]) -> list[Asked]:
        """In the service's order."""
        say = self._words.say
        return [
            Asked(
                each.exam,
                say("times.room.now", case=short(each.tip), time=self._times.short(each.since)),
                say("times.room.instead", time=self._when(each.instead)),
                self._costs(each),
                say("times.room.freed", time=self._when(each.freed)),
            )
            for each in moves
        ]

    def _costs(self, move: Move) -> str:
        say = self._words.say
        risk = say("times.why.at_risk", what=self._named(move.at_risk)) if move.at_risk else ""
        care = say("times.why.care", what=self._named(move.care_late)) if move.care_late else ""
        return " ".join(each for each in (risk, care) if each) or say("times.room.nothing")

    def from_afar(self) -> list[tuple[str, str]]:
        """Whom to ask for support by video, and from when."""
        return [
            (
                str(each.nurse),
                self._words.say(
                    "times.support",
                    nurse=self._told.nurse(each.nurse),
                    clinic=agency_name(self._agencies, each.clinic),
                    time=self._times.short(each.since),
                ),
            )
            for each in self._found.from_afar
        ]

    def attendants(self, kind: str) -> list[tuple[str, str]]:
        """For a choice of who is beside the patient."""
        return [(str(each.attendant), self.attendant(each)) for each in self._found.attendants if each.kind == kind]

    def attendant(self, each: Attendant) -> str:
        """`interpreter 1 (Spanish)`; an advocate's place has a number, and nobody's name."""
        spoken = ", ".join(self._words.word("tongue", language) for language in each.languages)
        name = self._words.say(f"times.attendant.{each.kind}", number=each.number)
        return f"{name} ({spoken})" if spoken else name

    def why(self, offer: Offer) -> str:
        """The reason it stands where it does in the order, in whole sentences."""
        return " ".join(part for part in (self._evidence(offer), self._care(offer), *self._people(offer)) if part)

    def _evidence(self, offer: Offer) -> str:
        say = self._words.say
        if offer.lost:
            return say("times.why.lost", what=self._named(offer.lost))
        if offer.at_risk:
            return say("times.why.at_risk", what=self._named(offer.at_risk))
        if offer.before is not None:
            return say("times.why.before", length=self._times.length(offer.before - offer.since))
        known = any(each.standing != "not_known" for each in self._found.windows)
        return say("times.why.closed") if known else say("times.why.not_known")

    def _care(self, offer: Offer) -> str:
        return self._words.say("times.why.care", what=self._named(offer.care_late)) if offer.care_late else ""

    def _people(self, offer: Offer) -> Iterable[str]:
        say, length = self._words.say, self._times.length
        if offer.travel_minutes is None:
            yield say("times.why.no_way")
        else:
            yield say("times.why.way", length=length(timedelta(minutes=offer.travel_minutes)))
        if offer.rest_minutes is None:
            yield say("times.why.rested")
        else:
            yield say("times.why.rest", length=length(timedelta(minutes=offer.rest_minutes)))
        if self._found.language:
            spoken = self._words.word("tongue", self._found.language)
            yield say("times.why.interpreter" if offer.interpreter else "times.why.no_interpreter", language=spoken)

    def _window(self, each: Window) -> WindowTold:
        words, times = self._words, self._times
        named = words.word("window", each.window)
        row = next((row for row in self._tables.evidence_windows if row.window == each.window), None)
        source = words.say(
            "times.window.source",
            rule=each.rule,
            source=row.citation if row else "",
            confidence=row.confidence if row else "",
        )
        if each.sure_until is None or each.closed_by is None:
            return WindowTold(words.say("times.window.not_known", what=named), "soon-word", source)
        ends = {"what": named, "relative": times.relative(each.sure_until), "time": times.short(each.sure_until)}
        if each.standing == "open":
            sharp = each.sure_until == each.closed_by
            told = words.say("times.window.open" if sharp else "times.window.open_surely", **ends)
            return WindowTold(told, "done-word", source)
        if each.standing == "may_be_closed":
            until = {"what": named, "since": times.short(each.sure_until), "until": times.short(each.closed_by)}
            return WindowTold(words.say("times.window.may_be_closed", **until), "soon-word", source)
        closed = words.say("times.window.closed", what=named, time=times.short(each.closed_by))
        return WindowTold(closed, "late-word", source)

    def _when(self, offer: Offer) -> str:
        return f"{self._times.weekday_and_date(offer.since)}, {self._told.slot(offer.slot)}"

    def _named(self, those: Iterable[str]) -> str:
        return ", ".join(self._words.word("window", each) for each in those)


def value_of(offer: Offer) -> str:
    """As the form sends it back: the slot, and who is beside the patient."""
    return " ".join([sent(offer.slot), str(offer.interpreter or "-"), str(offer.advocate or "-")])


def offer_in(text: str) -> dict[str, str] | None:
    """The other way. None for what is no offer."""
    parts = text.split(" ")
    if len(parts) != 6:
        return None
    names = ("nurse", "room", "since", "until", "interpreter", "advocate")
    return {name: part for name, part in zip(names, parts, strict=True) if part != "-"}


def people_of(found: Offers, moves: list[Move]) -> set[UUID]:
    """Whose names the page would show."""
    offered = {each.nurse for each in found.offers}
    offered |= {each.nurse for move in moves for each in (move.instead, move.freed)}
    return offered | {each.nurse for each in found.from_afar} | set(found.nurses)


def choices_of(found: Offers, told: Told) -> Mapping[str, list[tuple[str, str]]]:
    """The clinic's nurses and rooms, for a time that is typed."""
    return {
        "nurses": [(str(each), told.nurse(each)) for each in found.nurses],
        "rooms": [(str(each), told.room(each)) for each in found.rooms],
    }
