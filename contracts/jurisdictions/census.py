"""The daily count of kits: when it is made, where kits are kept, and with what a difference is settled."""

from collections.abc import Iterable
from datetime import date, time
from typing import Literal, get_args

from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.examination import ExaminationRules
from contracts.jurisdictions.marks import Confidence, Loaded

FILE = "census.json"

Difference = Literal[
    "taken_not_registered", "not_stated", "elsewhere", "stated_twice", "ended", "unknown", "no_statement"
]
"""How what is stated can differ from the record.

`taken_not_registered`: an exam ended, evidence was taken, and no kit was opened. `not_stated`: held by an agency that
made a statement without it. `elsewhere`: held by one agency, stated by another. `stated_twice`: stated in two places
that cannot both have it. `ended`: stated, though destroyed or set aside. `unknown`: a number that no kit here bears.
`no_statement`: an agency that holds kits stated nothing.
"""


class KeepingPlace(Loaded, frozen=True, kw_only=True):
    """A place in which kits are kept; an agency states each for itself."""

    place: str
    words: str


class Settlement(Loaded, frozen=True, kw_only=True):
    """With what a difference is settled by hand. `stands`: it explains what will be counted again, and is not reopened
    while it is; any other is held against the next count.
    """

    outcome: str
    words: str
    of: tuple[Difference, ...]
    stands: bool


class CensusRules(Loaded, frozen=True, kw_only=True):
    """`counted_at` is the local hour of the next morning at which a day is counted; `taken_step` the step of an
    examination that yields a kit.
    """

    version: int
    in_force_from: date
    counted_at: time
    taken_step: str
    source: str
    confidence: Confidence
    note: str | None
    places: tuple[KeepingPlace, ...]
    settlements: tuple[Settlement, ...]

    def place(self, name: str) -> KeepingPlace | None:
        """None when there is none of the name."""
        return next((each for each in self.places if each.place == name), None)

    def settlement(self, outcome: str, of: str) -> Settlement | None:
        """None for what does not settle such a difference."""
        return next((each for each in self.settlements if each.outcome == outcome and of in each.of), None)


def refuse_census(rules: CensusRules, examination: ExaminationRules) -> None:
    """Raises `DataRefused` for what contradicts itself or names what is not on file."""
    if examination.step(rules.taken_step) is None:
        raise DataRefused(FILE, "", "taken_step", "it must stand among the steps of examination.json.")
    if rules.counted_at.tzinfo is not None:
        raise DataRefused(FILE, "", "counted_at", "it is an hour of the state's own clocks, without a zone.")
    _each_once("places", (each.place for each in rules.places))
    _each_once("settlements", (each.outcome for each in rules.settlements))
    for difference in get_args(Difference):
        if not any(difference in each.of for each in rules.settlements):
            raise DataRefused(FILE, "settlements", "of", f"nothing settles {difference}.")


def _each_once(rows: str, words: Iterable[str]) -> None:
    found = list(words)
    if not found or len(set(found)) < len(found):
        raise DataRefused(FILE, rows, "", "there must be some, and none of them twice.")
