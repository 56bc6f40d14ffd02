"""Lists of kits as spreadsheets write them, for tests."""

from datetime import date

from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.serials import check_character
from services.forensic_clinic.legacy.judging import Judged, LegacyKit, Uploader, judge
from services.forensic_clinic.legacy.reading import COLUMNS, FileProblem, read
from tests.services.forensic_clinic.kit.given import MISSISSIPPI, OFFICER

HEAD = ",".join(COLUMNS)
TODAY = date(2026, 11, 3)
OURS = f"XK9ABCDEFGH2{check_character('XK9ABCDEFGH2')}"
ANYWHERE = Uploader(agency="LOCAL-LE", may_bring=lambda county: True)
FULL = "MS-0042,LOCAL-LE,2019-03-04,Hinds,BRIDGE,2019-03-01,reported,2019-03-02"
BARE = "MS-0043,local law enforcement (911),,,,,,"
KEEPER: Hand = OFFICER


def a_list(*rows: str, head: str = HEAD) -> bytes:
    """As a spreadsheet saves it."""
    return "\r\n".join((head, *rows, "")).encode()


def judged(file: bytes, *carried: str, who: Uploader = ANYWHERE, today: date = TODAY) -> Judged:
    """What preview and import make of it."""
    rows = read(file)
    assert not isinstance(rows, FileProblem), rows
    return judge(rows, carried, who, MISSISSIPPI, today)


def the_kit(row: str) -> LegacyKit:
    """Of a list of one row that is right."""
    found = judged(a_list(row))
    assert found.wrong == ()
    return found.kits[0]


def faults(*rows: str, who: Uploader = ANYWHERE) -> list[tuple[int, str, str]]:
    """What is wrong, by row and column."""
    return [
        (wrong.row, each.column, each.fault.value)
        for wrong in judged(a_list(*rows), who=who).wrong
        for each in wrong.problems
    ]
