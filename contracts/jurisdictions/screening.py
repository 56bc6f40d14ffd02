"""What a tip is screened by: a list of signs that has a version, and what follows from the answers, in words.

An instrument here counts nothing. One that is scored belongs to whoever validated it, with its own scale and licence.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Literal

from contracts.jurisdictions.dated import refuse_unless_one_follows_another
from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.marks import Confidence, Loaded

FILE = "screening.json"
Exploitation = Literal["sex", "labour", "both"]


class Indicator(Loaded, frozen=True, kw_only=True):
    """A sign of trafficking to look for. `group` is what the instrument's results speak of."""

    code: str
    words: str
    group: str
    exploitation: Exploitation
    source: str
    confidence: Confidence
    note: str | None


class ScreeningResult(Loaded, frozen=True, kw_only=True):
    """What follows where a sign of one of the groups is present; or, `while_not_asked`, while one was not asked.

    With neither it follows otherwise. It is told to people: no result ends, opens or lowers anything by itself.
    """

    result: str
    words: str
    any_present_of: tuple[str, ...] = ()
    while_not_asked: bool = False
    citation: str | None
    confidence: Confidence
    note: str | None

    @property
    def otherwise(self) -> bool:
        """Whether it follows where nothing before it does."""
        return not self.any_present_of and not self.while_not_asked

    def follows(self, groups_present: Collection[str], *, all_asked: bool) -> bool:
        """From what was answered."""
        return (
            self.otherwise
            or any(group in groups_present for group in self.any_present_of)
            or (self.while_not_asked and not all_asked)
        )


class Instrument(Loaded, frozen=True, kw_only=True):
    """A version of what is asked. One holds at a time; before the first day on file, the first.

    `words_by` is whose words they are, `licence` by what right they are used.
    """

    instrument: str
    version: int
    in_force_from: date
    in_force_until: date | None
    name: str
    words_by: str
    licence: str
    source: str
    confidence: Confidence
    note: str | None
    indicators: tuple[Indicator, ...]
    results: tuple[ScreeningResult, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Of its signs, in the order they are asked."""
        return tuple(each.code for each in self.indicators)

    def result_of(self, present: Collection[str], not_present: Collection[str]) -> ScreeningResult:
        """The first that follows. `present` and `not_present` are its codes; what is in neither was not asked."""
        groups = {each.group for each in self.indicators if each.code in present}
        all_asked = all(code in present or code in not_present for code in self.codes)
        return next(each for each in self.results if each.follows(groups, all_asked=all_asked))


def refuse_instruments(instruments: Sequence[Instrument]) -> None:
    """Raises `DataRefused` where none holds on some day, or from some answers nothing would follow."""
    if not instruments:
        raise DataRefused(FILE, "", "", "no instrument is on file, and a tip could not be screened.")
    refuse_unless_one_follows_another(FILE, "instruments", instruments)
    last = max(instruments, key=lambda each: each.in_force_from)
    seen = set[tuple[str, int]]()
    for each in instruments:
        row = f"instrument {each.instrument} version {each.version}"
        if (each.instrument, each.version) in seen:
            raise DataRefused(FILE, row, "", "it stands there twice.")
        seen.add((each.instrument, each.version))
        _refuse_parts(each, row)
        if each is last and each.in_force_until is not None:
            raise DataRefused(FILE, row, "in_force_until", "no instrument is on file for the time after.")


def _refuse_parts(instrument: Instrument, row: str) -> None:
    groups = {each.group for each in instrument.indicators}
    for field, names in (("code", instrument.codes), ("result", [each.result for each in instrument.results])):
        if len(set(names)) < len(names):
            raise DataRefused(FILE, row, field, "one stands there twice.")
    for result in instrument.results:
        for group in result.any_present_of:
            if group not in groups:
                raise DataRefused(FILE, f"{row}, result {result.result}", "any_present_of", f"{group!r} has no sign.")
    if [each.otherwise for each in instrument.results] != [False] * (len(instrument.results) - 1) + [True]:
        raise DataRefused(FILE, row, "results", "the last one, and no other, follows from every answer.")
