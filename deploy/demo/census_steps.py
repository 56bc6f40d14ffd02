"""What is done with kits from before this record, and where an agency states what it keeps. About no tip."""

from typing import Annotated, Literal

import msgspec

from deploy.demo.lines import Step, Words


class BringInList(Step, frozen=True, kw_only=True, tag="bring_in_list"):
    """A list of legacy kits: its `rows` as a spreadsheet has them, looked at first, and then exactly that file."""

    tip: str = ""
    by: Words
    columns: Words
    rows: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]


class FindKitPaper(Step, frozen=True, kw_only=True, tag="find_kit_paper"):
    """A paper was found that says what the patient of the kit with this number chose."""

    tip: str = ""
    by: Words
    number: Words
    consent: Literal["reported", "unreported"]
    paper: Words


class StateCensus(Step, frozen=True, kw_only=True, tag="state_census"):
    """All that lies in one place of the agency: the numbers on the boxes."""

    tip: str = ""
    by: Words
    place: Words
    county: str = ""
    numbers: tuple[Words, ...]


CensusStep = BringInList | FindKitPaper | StateCensus
