"""What an offence carries is said in both languages, and what is not on file is never left out."""

from typing import Any

import pytest

from services.console.frame.words import read_catalogue
from services.console.pages.court.answers import Offence
from services.console.pages.court.case.penalty import fine_of, prison_of


def offence(**changes: Any) -> Offence:
    nothing = dict.fromkeys(("least_years", "most_years", "lowest_fine", "highest_fine"))
    row: dict[str, Any] = {**nothing, "for_life": False, **changes}
    return Offence(offence="MS-1", statute="97-3-54.1", short_name="", elements="", level="", **row)


def in_both(found: Offence) -> list[str]:
    catalogue = read_catalogue()
    return [f"{prison_of(found, words)} | {fine_of(found, words)}" for words in (catalogue["en"], catalogue["es"])]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, ["not on file | not on file", "no consta | no consta"]),
        (
            {"least_years": 20, "for_life": True, "lowest_fine": 20_000, "highest_fine": 100_000},
            ["20 years to life | $20,000 to $100,000", "de 20 años a cadena perpetua | de $20,000 a $100,000"],
        ),
        (
            {"most_years": 1, "lowest_fine": 500},
            [
                "up to 1 year; the least is not on file | from $500; the most is not on file",
                "hasta 1 año; el mínimo no consta | desde $500; el máximo no consta",
            ],
        ),
    ],
)
def test_a_range_is_said_as_far_as_it_is_on_file(row: dict[str, Any], said: list[str]) -> None:
    assert in_both(offence(**row)) == said
