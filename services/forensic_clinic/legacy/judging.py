"""What each row of a list says of a kit, or what is wrong with it in plain words. Pure; no row makes it fail.

Preview and import both ask `judge`, so that they agree on every row. What a wrong cell holds is said back nowhere.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.county import plain_name
from contracts.language import InvalidValue
from services.forensic_clinic.kit.serials import LENGTH, PREFIX, is_ours, printed_number
from services.forensic_clinic.kit.state import NOT_ON_FILE, REPORTED, UNREPORTED
from services.forensic_clinic.legacy.reading import COLUMNS, NEEDED, Row

EARLIEST = date(1970, 1, 1)
"""No kit is older: the first were made in the 1970s. An earlier year is a slip of the keyboard."""

MOST_SIGNS = 100

ALSO = 5
"""So many other rows with the same number are named in a row."""

# With these a spreadsheet begins a formula, in full width too.
_RUNS = tuple("=+-@|%\uff1d\uff0b\uff0d\uff20")
# Control, format and line signs: nothing that is read from a box or a paper.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp"})
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_AMERICAN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_CHOICES: Mapping[str, str] = {
    "": NOT_ON_FILE,
    "not on file": NOT_ON_FILE,
    "yes": REPORTED,
    "reported": REPORTED,
    "no": UNREPORTED,
    "unreported": UNREPORTED,
}


class RowFault(StrEnum):
    """Why a row does not come in."""

    MISSING = "row_missing"
    TOO_MANY_CELLS = "row_too_many_cells"
    TOO_LONG = "row_too_long"
    UNSEEN_SIGN = "row_unseen_sign"
    FORMULA = "row_formula"
    NOT_A_SERIAL = "row_not_a_serial"
    WRONG_CHECK = "row_wrong_check"
    NO_CHECK = "row_no_check"
    TWICE = "row_twice"
    ON_RECORD = "row_on_record"
    UNKNOWN_AGENCY = "row_unknown_agency"
    OTHER_AGENCY = "row_other_agency"
    UNKNOWN_COUNTY = "row_unknown_county"
    OTHER_COUNTY = "row_other_county"
    NO_DAY = "row_no_day"
    FUTURE = "row_future"
    TOO_LONG_AGO = "row_too_long_ago"
    OUT_OF_ORDER = "row_out_of_order"
    NO_CHOICE = "row_no_choice"
    NOT_REPORTED = "row_not_reported"


SENTENCES: Mapping[RowFault, str] = {
    RowFault.MISSING: "This is needed and the cell is empty.",
    RowFault.TOO_MANY_CELLS: "This row has more cells than there are columns.",
    RowFault.TOO_LONG: f"This is longer than {MOST_SIGNS} signs.",
    RowFault.UNSEEN_SIGN: "There is a sign in this cell that nobody sees. Type it anew.",
    RowFault.FORMULA: "This begins like a formula. Type it as plain text.",
    RowFault.NOT_A_SERIAL: "A number on a box has 3 to 40 letters and digits. Read it from the box once more.",
    RowFault.WRONG_CHECK: "The number does not fit its check character: a sign was misread. Read it from the box.",
    RowFault.NO_CHECK: "This is a number of ours in the form without its last sign, the check character. Read it all.",
    RowFault.TWICE: "This number is in the file more than once. None of these rows comes in.",
    RowFault.ON_RECORD: "A kit with this number is on record already.",
    RowFault.UNKNOWN_AGENCY: "No agency of this name is on file. Use its code or name as the list has it.",
    RowFault.OTHER_AGENCY: "This lies with another agency than yours. They bring it in.",
    RowFault.UNKNOWN_COUNTY: "There is no county of this name in the state.",
    RowFault.OTHER_COUNTY: "You do not work in this county, or it is not said. Who works there brings it in.",
    RowFault.NO_DAY: "This is no day. Write it like 2019-03-04 or 3/4/2019.",
    RowFault.FUTURE: "This day has not come yet.",
    RowFault.TOO_LONG_AGO: "No kit is that old. Check the year.",
    RowFault.OUT_OF_ORDER: "This is before the day on which it was collected.",
    RowFault.NO_CHOICE: "Write reported, unreported, or leave it empty where no paper says it.",
    RowFault.NOT_REPORTED: "There is a day of reporting, and the row does not say that it was reported.",
}


class CellProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in which column; empty for the row as a whole.

    `also` are the first of the other rows that it is about, and `more` is how many there are beside these.
    """

    column: str
    fault: RowFault
    sentence: str
    also: tuple[int, ...] = ()
    more: int = 0


class LegacyKit(msgspec.Struct, frozen=True, kw_only=True):
    """A kit as its row tells it. `serial` in its one spelling; None and empty for what is not on file."""

    row: int
    serial: str
    held_by: str
    held_since: date | None
    county: str
    collected_by: str
    collected_on: date | None
    consent: str
    reported_on: date | None


class WrongRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that does not come in, and all that is wrong with it."""

    row: int
    problems: tuple[CellProblem, ...]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Every row is in one of them, each in the file's order."""

    kits: tuple[LegacyKit, ...]
    wrong: tuple[WrongRow, ...]


class Uploader(msgspec.Struct, frozen=True, kw_only=True):
    """Whose evidence room it is. `may_bring` says whether it is for them to bring in what lies in a county."""

    agency: str
    may_bring: Callable[[str], bool]


def serials_in(rows: Sequence[Row]) -> frozenset[str]:
    """Those that are right in themselves, to be asked for whether a kit carries them."""
    read = (_serial(each.cells.get("serial", "")) for each in rows)
    return frozenset(each for each in read if not isinstance(each, RowFault))


def judge(rows: Sequence[Row], carried: Collection[str], who: Uploader, tables: Jurisdiction, today: date) -> Judged:
    """`carried` are the serials of kits on record, of those in the file; `today` by the state's clocks."""
    on_file = _names_in(tables)
    found = [_Judge(each, who, on_file, today) for each in rows]
    read = [each.kit() for each in found]
    # Of a serial twice in the file nobody can say which row is right, whatever else is wrong with them.
    serials = [_serial(each.cells.get("serial", "")) for each in rows]
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, serial in zip(rows, serials, strict=True):
        if not isinstance(serial, RowFault):
            rows_of[serial].append(row.row)
    kits, wrong = [], []
    for row, judged, kit, serial in zip(rows, found, read, serials, strict=True):
        same = rows_of.get(serial, [])
        if len(same) > 1:
            # Of a column filled down with one number each row would name all the others.
            first = tuple([each for each in same[: ALSO + 1] if each != row.row][:ALSO])
            judged.say("serial", RowFault.TWICE, first, len(same) - 1 - len(first))
        if serial in carried:
            judged.say("serial", RowFault.ON_RECORD)
        if judged.problems:
            wrong.append(WrongRow(row=row.row, problems=tuple(judged.problems)))
        else:
            kits.append(kit)
    return Judged(kits=tuple(kits), wrong=tuple(wrong))


class _OnFile(NamedTuple):
    """Agencies by code and by name, counties by name, each in the one spelling for comparing."""

    agencies: Mapping[str, str]
    counties: Mapping[str, str]


def _names_in(tables: Jurisdiction) -> _OnFile:
    agencies = {each.name.casefold(): each.agency_id for each in tables.agencies.values()}
    agencies |= {each.casefold(): each for each in tables.agencies}
    return _OnFile(agencies, {plain_name(each): each for each in tables.counties})


class _Judge:
    """One row, with what is found wrong in it on the way."""

    def __init__(self, row: Row, who: Uploader, on_file: _OnFile, today: date) -> None:
        self._row = row
        self._who = who
        self._on_file = on_file
        self._today = today
        self.problems: list[CellProblem] = []

    def say(self, column: str, fault: RowFault, also: tuple[int, ...] = (), more: int = 0) -> None:
        said = CellProblem(column=column, fault=fault, sentence=SENTENCES[fault], also=also, more=more)
        self.problems.append(said)

    def kit(self) -> LegacyKit:
        """What the row says; of a row with problems, whatever was left."""
        cells = {column: self._plain(column) for column in COLUMNS}
        if self._row.too_many:
            self.say("", RowFault.TOO_MANY_CELLS)
        serial = _serial(cells["serial"])
        if isinstance(serial, RowFault):
            if cells["serial"]:
                self.say("serial", serial)
            serial = ""
        collected_on = self._day("collected_on", cells["collected_on"], None)
        kit = LegacyKit(
            row=self._row.row,
            serial=serial,
            held_by=self._held_by(cells["held_by"]),
            held_since=self._day("held_since", cells["held_since"], collected_on),
            county=self._county(cells["county"]),
            collected_by=self._agency("collected_by", cells["collected_by"]),
            collected_on=collected_on,
            consent=self._choice(cells["reported"]),
            reported_on=self._day("reported_on", cells["reported_on"], collected_on),
        )
        if kit.reported_on is not None and kit.consent != REPORTED:
            self.say("reported_on", RowFault.NOT_REPORTED)
        return kit

    def _plain(self, column: str) -> str:
        """The cell as it may be read on; empty, and a problem, where it may not be."""
        cell = self._row.cells.get(column, "")
        fault = None
        if not cell:
            fault = RowFault.MISSING if column in NEEDED else None
        elif len(cell) > MOST_SIGNS:
            fault = RowFault.TOO_LONG
        elif any(unicodedata.category(sign) in _UNSEEN for sign in cell):
            fault = RowFault.UNSEEN_SIGN
        elif cell.startswith(_RUNS):
            fault = RowFault.FORMULA
        if fault is not None:
            self.say(column, fault)
            return ""
        return cell

    def _agency(self, column: str, cell: str) -> str:
        """By its code, or its name as the table has it."""
        agency = self._on_file.agencies.get(cell.casefold(), "")
        if cell and not agency:
            self.say(column, RowFault.UNKNOWN_AGENCY)
        return agency

    def _held_by(self, cell: str) -> str:
        agency = self._agency("held_by", cell)
        if agency and agency != self._who.agency:
            self.say("held_by", RowFault.OTHER_AGENCY)
        return agency

    def _county(self, cell: str) -> str:
        county = self._on_file.counties.get(plain_name(cell), "")
        if cell and not county:
            self.say("county", RowFault.UNKNOWN_COUNTY)
            return ""
        if not self._who.may_bring(county):
            self.say("county", RowFault.OTHER_COUNTY)
        return county

    def _day(self, column: str, cell: str, after: date | None) -> date | None:
        if not cell:
            return None
        day = _day(cell)
        fault = None
        if day is None:
            fault = RowFault.NO_DAY
        elif day > self._today:
            fault = RowFault.FUTURE
        elif day < EARLIEST:
            fault = RowFault.TOO_LONG_AGO
        elif after is not None and day < after:
            fault = RowFault.OUT_OF_ORDER
        if fault is not None:
            self.say(column, fault)
            return None
        return day

    def _choice(self, cell: str) -> str:
        choice = _CHOICES.get(cell.casefold())
        if choice is None:
            self.say("reported", RowFault.NO_CHOICE)
        return choice or NOT_ON_FILE


def _serial(cell: str) -> str | RowFault:
    """In its one spelling."""
    if cell.startswith(_RUNS) or len(cell) > MOST_SIGNS or any(unicodedata.category(sign) in _UNSEEN for sign in cell):
        return RowFault.NOT_A_SERIAL
    try:
        return printed_number("serial", cell)
    except InvalidValue:
        joined = "".join(unicodedata.normalize("NFKC", cell).split()).replace("-", "").upper()
        if not is_ours(joined) or not joined.isascii() or not joined.isalnum():
            return RowFault.NOT_A_SERIAL
        return RowFault.NO_CHECK if len(joined) == len(PREFIX) + LENGTH else RowFault.WRONG_CHECK


def _day(cell: str) -> date | None:
    if (found := _DAY.fullmatch(cell)) is not None:
        year, month, day = map(int, found.groups())
    elif (found := _AMERICAN.fullmatch(cell)) is not None:
        month, day, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
