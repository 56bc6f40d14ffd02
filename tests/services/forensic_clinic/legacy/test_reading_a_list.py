"""A list of kits from a spreadsheet: what of it comes in, and what is said of the rest."""

import codecs
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.language import Refused
from services.forensic_clinic.kit.serials import PREFIX
from services.forensic_clinic.legacy import bringing_in
from services.forensic_clinic.legacy.judging import MOST_SIGNS, RowFault, Uploader, judge, serials_in
from services.forensic_clinic.legacy.reading import COLUMNS, MOST_BYTES, MOST_ROWS, FileFault, FileProblem, read
from services.forensic_clinic.legacy.refusals import LegacyRefusal
from services.forensic_clinic.legacy.state import LegacyFile
from tests.services.forensic_clinic.kit.given import MISSISSIPPI
from tests.services.forensic_clinic.legacy.given import (
    ANYWHERE,
    BARE,
    FULL,
    HEAD,
    KEEPER,
    OURS,
    TODAY,
    a_list,
    faults,
    judged,
    the_kit,
)
from tests.support.running_service import NOON

FILE = KEEPER.account


def test_a_full_row_says_where_the_kit_lay_since_when_and_what_its_patient_chose() -> None:
    kit = the_kit(FULL)
    assert (kit.row, kit.serial, kit.held_by, kit.county, kit.collected_by) == (
        2,
        "MS0042",
        "LOCAL-LE",
        "Hinds",
        "BRIDGE",
    )
    assert (kit.collected_on, kit.reported_on, kit.held_since) == (date(2019, 3, 1), date(2019, 3, 2), date(2019, 3, 4))
    assert kit.consent == "reported"


def test_what_a_row_does_not_say_is_not_on_file_and_never_guessed() -> None:
    kit = the_kit(BARE)
    assert kit.held_by == "LOCAL-LE"
    assert (kit.held_since, kit.collected_on, kit.reported_on) == (None, None, None)
    assert (kit.county, kit.collected_by, kit.consent) == ("", "", "not_on_file")


@pytest.mark.parametrize(
    ("written", "consent"),
    [("yes", "reported"), ("Reported", "reported"), ("no", "unreported"), ("UNREPORTED", "unreported")],
)
def test_the_choice_is_read_in_a_few_words(written: str, consent: str) -> None:
    assert the_kit(f"MS-0042,LOCAL-LE,,,,,{written},").consent == consent


@pytest.mark.parametrize(
    "file",
    [
        codecs.BOM_UTF8 + a_list(FULL, BARE),
        a_list(FULL, BARE).replace(b"\r\n", b"\n"),
        a_list(FULL, BARE).replace(b"\r\n", b"\r"),
        a_list(FULL, BARE).replace(b",", b";"),
        b"\r\n,,,\r\n" + a_list(FULL, "", ",,,,,,,", BARE),
        a_list('"MS-0042"' + FULL.removeprefix("MS-0042"), BARE, head=HEAD.upper().replace("_", " ") + ",,"),
        a_list(FULL, BARE).rstrip(b"\r\n"),
    ],
    ids=["mark", "LF", "CR", "semicolons", "blank rows", "quoted and headed otherwise", "no end of line"],
)
def test_the_same_list_is_read_the_same_however_a_spreadsheet_saves_it(file: bytes) -> None:
    plain = judged(a_list(FULL, BARE))
    assert [each.serial for each in judged(file).kits] == [each.serial for each in plain.kits] == ["MS0042", "MS0043"]
    assert judged(file).wrong == ()


def test_rows_keep_the_number_that_the_spreadsheet_shows() -> None:
    assert [each.row for each in judged(a_list("", FULL, ",,", BARE)).kits] == [3, 5]


def test_american_days_are_read_and_years_of_two_digits_are_not() -> None:
    assert the_kit("MS-0042,LOCAL-LE,3/4/2019,,,,,").held_since == date(2019, 3, 4)
    assert faults("MS-0042,LOCAL-LE,3/4/19,,,,,") == [(2, "held_since", "row_no_day")]


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        (",LOCAL-LE,,,,,,", "serial", RowFault.MISSING),
        ("MS-0042,,,,,,,", "held_by", RowFault.MISSING),
        ("M,LOCAL-LE,,,,,,", "serial", RowFault.NOT_A_SERIAL),
        (f"{OURS[:-1]}{'3' if OURS[-1] != '3' else '4'},LOCAL-LE,,,,,,", "serial", RowFault.WRONG_CHECK),
        (f"{OURS[:-1]},LOCAL-LE,,,,,,", "serial", RowFault.NO_CHECK),
        (f"{PREFIX}2,LOCAL-LE,,,,,,", "serial", RowFault.WRONG_CHECK),
        ("MS-0042,Example Police,,,,,,", "held_by", RowFault.UNKNOWN_AGENCY),
        ("MS-0042,MBI-HTSVU,,,,,,", "held_by", RowFault.OTHER_AGENCY),
        ("MS-0042,LOCAL-LE,,Hindz,,,,", "county", RowFault.UNKNOWN_COUNTY),
        ("MS-0042,LOCAL-LE,,,Example Hospital,,,", "collected_by", RowFault.UNKNOWN_AGENCY),
        ("MS-0042,LOCAL-LE,2019-02-30,,,,,", "held_since", RowFault.NO_DAY),
        ("MS-0042,LOCAL-LE,last spring,,,,,", "held_since", RowFault.NO_DAY),
        ("MS-0042,LOCAL-LE,2026-11-04,,,,,", "held_since", RowFault.FUTURE),
        ("MS-0042,LOCAL-LE,0219-03-04,,,,,", "held_since", RowFault.TOO_LONG_AGO),
        ("MS-0042,LOCAL-LE,2019-03-04,,,2019-03-05,,", "held_since", RowFault.OUT_OF_ORDER),
        ("MS-0042,LOCAL-LE,,,,2019-03-05,yes,2019-03-04", "reported_on", RowFault.OUT_OF_ORDER),
        ("MS-0042,LOCAL-LE,,,,,perhaps,", "reported", RowFault.NO_CHOICE),
        ("MS-0042,LOCAL-LE,,,,,no,2019-03-04", "reported_on", RowFault.NOT_REPORTED),
        ("MS-0042,LOCAL-LE,,,,,,2019-03-04", "reported_on", RowFault.NOT_REPORTED),
        (f"MS-0042,LOCAL-LE,,{'x' * (MOST_SIGNS + 1)},,,,", "county", RowFault.TOO_LONG),
        ("MS-0042,LOCAL-LE,,,,,,,Example Person", "", RowFault.TOO_MANY_CELLS),
        ("=cmd|' /C calc'!A0,LOCAL-LE,,,,,,", "serial", RowFault.FORMULA),
        ('"=""MS0042""",LOCAL-LE,,,,,,', "serial", RowFault.FORMULA),
        ("MS-0042,LOCAL-LE,,@SUM(A1),,,,", "county", RowFault.FORMULA),
        ("MS-0042\x00,LOCAL-LE,,,,,,", "serial", RowFault.UNSEEN_SIGN),
        ("MS-\u202e0042,LOCAL-LE,,,,,,", "serial", RowFault.UNSEEN_SIGN),
        ('MS-0042,LOCAL-LE,,"Hinds\n",,,,', "county", RowFault.UNSEEN_SIGN),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column(row: str, column: str, fault: RowFault) -> None:
    assert faults("MS-0001,LOCAL-LE,,,,,,", row) == [(3, column, fault.value)]


def test_all_that_is_wrong_in_a_row_is_said_at_once() -> None:
    assert faults("M,Example Police,tomorrow,Hindz,,,,") == [
        (2, "serial", "row_not_a_serial"),
        (2, "held_by", "row_unknown_agency"),
        (2, "held_since", "row_no_day"),
        (2, "county", "row_unknown_county"),
    ]


def test_of_a_serial_twice_in_the_file_no_row_comes_in_however_it_is_spelt() -> None:
    found = judged(a_list(FULL, BARE, "ms 0042,LOCAL-LE,,,,,,"))
    assert [each.serial for each in found.kits] == ["MS0043"]
    assert [(each.row, each.problems[0].fault, each.problems[0].also) for each in found.wrong] == [
        (2, RowFault.TWICE, (4,)),
        (4, RowFault.TWICE, (2,)),
    ]


def test_a_column_filled_down_with_one_number_names_a_few_rows_in_each_and_counts_the_rest() -> None:
    found = judged(a_list(*["MS-0042,LOCAL-LE,,,,,,"] * MOST_ROWS))
    assert (len(found.kits), len(found.wrong)) == (0, MOST_ROWS)
    first, second, last = (found.wrong[place].problems[0] for place in (0, 1, -1))
    assert (first.also, first.more) == ((3, 4, 5, 6, 7), 494)
    assert (second.also, second.more) == ((2, 4, 5, 6, 7), 494)
    assert (last.also, last.more) == ((2, 3, 4, 5, 6), 494)


def test_a_serial_on_record_already_comes_in_no_more() -> None:
    found = judged(a_list(FULL, BARE), "MS0042")
    assert [each.serial for each in found.kits] == ["MS0043"]
    assert [each.problems[0].fault for each in found.wrong] == [RowFault.ON_RECORD]


def test_who_works_in_one_county_brings_in_what_belongs_there_and_says_so() -> None:
    of_hinds = Uploader(agency="LOCAL-LE", may_bring=lambda county: county == "Hinds")
    assert faults(FULL, who=of_hinds) == []
    assert faults("MS-0042,LOCAL-LE,,Rankin,,,,", BARE, who=of_hinds) == [
        (2, "county", "row_other_county"),
        (3, "county", "row_other_county"),
    ]


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (b"", FileFault.EMPTY),
        (a_list(), FileFault.EMPTY),
        (b"\r\n" * 20, FileFault.EMPTY),
        (b"x" * (MOST_BYTES + 1), FileFault.TOO_LARGE),
        (a_list(*(f"MS{number:05},LOCAL-LE,,,,,," for number in range(MOST_ROWS + 1))), FileFault.TOO_MANY_ROWS),
        (a_list(FULL).decode().encode("utf-16"), FileFault.NOT_UTF8),
        (a_list("MS-0042,Señora,,,,,,").decode().encode("latin-1"), FileFault.NOT_UTF8),
        (a_list('"MS-0042,LOCAL-LE,,,,,,'), FileFault.NOT_CSV),
        (a_list('"MS"0042,LOCAL-LE,,,,,,'), FileFault.NOT_CSV),
        (a_list(FULL, head=HEAD + ",notes"), FileFault.COLUMN_UNKNOWN),
        (a_list(FULL, head=HEAD + ",serial"), FileFault.COLUMN_TWICE),
        (a_list("LOCAL-LE", head="held_by"), FileFault.COLUMN_MISSING),
        (a_list("Example Person, 12 Example Street", head="Example Person"), FileFault.COLUMN_UNKNOWN),
    ],
)
def test_a_file_that_is_no_list_of_kits_is_refused_as_a_whole(file: bytes, fault: FileFault) -> None:
    found = read(file)
    assert isinstance(found, FileProblem)
    assert found.fault == fault
    assert "Example Person" not in repr(found), "what stood there is said back"


def test_as_many_kits_as_a_file_may_hold_come_in() -> None:
    rows = [f"MS{number:05},LOCAL-LE,,,,,," for number in range(MOST_ROWS)]
    assert len(judged(a_list(*rows)).kits) == MOST_ROWS


# Of what a spreadsheet holds, and of what it never should.
cells = st.one_of(
    st.sampled_from(
        ["", "MS-0042", "MS-0043", OURS, OURS[:-1], "LOCAL-LE", "BRIDGE", "Hinds", "2019-03-04", "yes", "no"]
    ),
    st.text(max_size=12),
    st.from_regex(r"[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}", fullmatch=True),
)
tables_of_cells = st.lists(st.lists(cells, max_size=9), max_size=6)
heads = st.one_of(st.permutations(COLUMNS), st.just(list(COLUMNS)), st.lists(cells, max_size=4))
written = st.builds(
    lambda head, rows, separator, end: end.join(separator.join(each) for each in (head, *rows)).encode(),
    heads,
    tables_of_cells,
    st.sampled_from([",", ";", '","']),
    st.sampled_from(["\r\n", "\n", "\r"]),
)


@given(st.one_of(written, st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode())))
@example(a_list(FULL, FULL, BARE))
@settings(max_examples=80, deadline=None)
def test_no_file_whatsoever_raises_anything_and_preview_and_import_agree_on_every_row(file: bytes) -> None:
    rows = read(file)
    if isinstance(rows, FileProblem):
        assert rows.sentence
        with pytest.raises(Refused) as refused:
            bringing_in.bring_in(FILE, LegacyFile(), rows, KEEPER, seen="d", digest="d", now=NOON)
        assert refused.value.code == LegacyRefusal.FILE_UNREADABLE
        return
    preview = judge(rows, (), ANYWHERE, MISSISSIPPI, TODAY)
    assert sorted([each.row for each in preview.kits] + [each.row for each in preview.wrong]) == [
        each.row for each in rows
    ]
    assert all(each.problems for each in preview.wrong)
    assert all(problem.column in {"", *COLUMNS} for each in preview.wrong for problem in each.problems)
    serials = [each.serial for each in preview.kits]
    assert len(set(serials)) == len(serials)
    assert set(serials) <= serials_in(rows)
    if not preview.kits:
        return
    brought = bringing_in.bring_in(FILE, LegacyFile(), preview, KEEPER, seen="d", digest="d", now=NOON)
    assert [(row.row, event.row, event.number.text) for row, event in brought.of_kits] == [
        (each.row, each.row, each.serial) for each in preview.kits
    ]
    # Nothing is taken that is wrong about time: no kit is from the future.
    for _, event in brought.of_kits:
        assert all(day is None or day <= TODAY for day in (event.held_since, event.collected_on, event.reported_on))
    # Once they are on record, the same file brings nothing more.
    again = judge(rows, frozenset(serials), ANYWHERE, MISSISSIPPI, TODAY)
    assert again.kits == ()
