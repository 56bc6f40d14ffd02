"""A wrong table or rule file stops the start with one sentence that names the file."""

import re
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.exam import ExamRules
from contracts.jurisdictions.loader import load
from contracts.jurisdictions.reading import one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with as_file(files("contracts.jurisdictions") / "mississippi") as original:
        return Path(shutil.copytree(original, tmp_path / "mississippi"))


LADDERS = "ladders.json"
CALL_CPS, CALL_ADVOCATE = "ladder cps_investigator version 1", "ladder victim_advocate version 1"
EVERY_RUNG, TOLD = re.compile(r"(?<=\"rungs\": )\[\n.*?\n  \]", re.DOTALL), re.compile(r'"told": \[[^]]*\]')
CLOCKS = "clocks/rapid_assessment.json"
UNUSUAL = "unusual_reading.json"
CENSUS = "census.json"
MANY, BY_NIGHT = "rule many_cases version 1", "rule at_night version 1"
REPORTING, COURTS, DESOTO = "reporting.json", "county_courts.csv", "DeSoto, circuit"
C02, C03, C06 = "rule C02 version 1", "rule C03 version 1", "rule C06 version 1"
DETECTIVE, CHAIR = "seat trafficking_investigator version 1", "chair victim_advocate version 1"


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def in_the_part(begin: str, old: str, new: str) -> Callable[[str], str]:
    """Only from there on: the same words stand in every part."""

    def change(text: str) -> str:
        before, begun, after = text.partition(begin)
        return before + begun + replaced(old, new)(after)

    return change


def without(begin: str) -> Callable[[str], str]:
    """No line that begins so."""
    return lambda text: "".join(line for line in text.splitlines(keepends=True) if not line.startswith(begin))


@pytest.mark.parametrize(
    ("name", "change", "file", "row", "field", "wrong"),
    [
        (
            CLOCKS,
            replaced('"period_hours": 24', '"period_hours": "a day"'),
            CLOCKS,
            C02,
            "period_hours",
            "Expected `int | null`",
        ),
        (CLOCKS, replaced('"period_hours": 24', '"period_hours": 0'), CLOCKS, C02, "period_hours", "more than nothing"),
        (CLOCKS, replaced("[12, 20, 23]", "[12, 20, 24]"), CLOCKS, C02, "warning_hours", "warnings must rise"),
        (CLOCKS, replaced("[12, 20, 23]", "[0, 20, 23]"), CLOCKS, C02, "warning_hours", "warnings must rise"),
        (CLOCKS, replaced("[12, 20, 23]", "[20, 12, 23]"), CLOCKS, C02, "warning_hours", "warnings must rise"),
        (CLOCKS, replaced('"elapsed"', '"lunar"'), CLOCKS, C02, "calendar", "'lunar'"),
        (CLOCKS, replaced('"elapsed"', '"business_days"'), CLOCKS, C02, "period_hours", "with period_business_days"),
        (CLOCKS, replaced('"period_hours": 24,', ""), CLOCKS, C02, "period_hours", "is written with period_hours"),
        (CLOCKS, replaced('"C06"', '"C02"'), CLOCKS, C02, "version", "stands there twice"),
        (CLOCKS, replaced('"kind": "PROT"', '"kind": "LAW"'), CLOCKS, C06, "kind", "Invalid enum value 'LAW'"),
        (CLOCKS, replaced('"name": "Rapid', '"title": "Rapid'), CLOCKS, C06, "title", "unknown field"),
        (CLOCKS, replaced('["cps_coordinator"]', '["nobody"]'), CLOCKS, C06, "told_at_warning", "'nobody' is named"),
        (CLOCKS, replaced('"follows": "C02"', '"follows": "C99"'), CLOCKS, C03, "follows", "'C99' is named"),
        (CLOCKS, replaced('"duties"', '"chores"'), CLOCKS, "", "chores", "it is not known"),
        (CLOCKS, replaced('"clocks": [', '"clocks": {'), CLOCKS, "", "", "it is not JSON"),
        (
            CLOCKS,
            in_the_part('"rule": "C06"', '"in_force_until": null', '"in_force_until": "2028-06-30"'),
            CLOCKS,
            C06,
            "in_force_until",
            "the house does not work without this rule",
        ),
        (
            CLOCKS,
            in_the_part('"rule": "C06"', '"standing": "on"', '"standing": "advisory"'),
            CLOCKS,
            C06,
            "standing",
            "the house does not work without this rule",
        ),
        (
            CLOCKS,
            replaced('"in_force_until": null', '"in_force_until": "2020-07-08"'),
            CLOCKS,
            "rule C02",
            "in_force_until",
            "it ends on 2020-07-08, before it begins",
        ),
        (UNUSUAL, replaced('"threshold": 12', '"threshold": 0'), UNUSUAL, MANY, "threshold", "of everybody, always"),
        (UNUSUAL, replaced('"hours": 24', '"hours": null'), UNUSUAL, MANY, "hours", "counted within hours"),
        (UNUSUAL, replaced('"cps_intake": 60', '"nobody": 60'), UNUSUAL, MANY, "of_roles", "'nobody' is named"),
        (UNUSUAL, replaced('"night_until": 6', '"night_until": 22'), UNUSUAL, BY_NIGHT, "night_from", "two hours"),
        (UNUSUAL, replaced('"night_until": 6', '"night_until": 24'), UNUSUAL, BY_NIGHT, "night_from", "two hours"),
        (
            UNUSUAL,
            replaced('"rule": "own_case"', '"rule": "at_night"'),
            UNUSUAL,
            "rule at_night",
            "in_force_from",
            "two hold on 2026-11-01",
        ),
        (
            REPORTING,
            replaced('"rule": "C08"', '"rule": "C07"'),
            REPORTING,
            "rule C07 version 1",
            "",
            "stands there twice",
        ),
        (
            REPORTING,
            replaced('"rule": "C08", "version": 1', '"rule": "C08", "version": 2'),
            REPORTING,
            "rule C08 version 1",
            "",
            "it does not say who is told",
        ),
        (
            REPORTING,
            replaced('"step": "prosecutor"', '"step": "judge"'),
            REPORTING,
            "rule C11 version 1, part prosecutor",
            "step",
            "'judge' is named but not on file",
        ),
        (
            "notices.json",
            replaced('"while_on": "C88"', '"while_on": "C99"'),
            "notices.json",
            "step attorney_general",
            "while_on",
            "'C99' is named but not on file",
        ),
        (
            REPORTING,
            replaced('"on": ["tribal_land", ', '"on": ["moonlight", '),
            REPORTING,
            "rule C86 version 1",
            "on[0]",
            "Invalid enum value 'moonlight'",
        ),
        (
            REPORTING,
            replaced('"by": "cps_intake"', '"by": "nobody"'),
            REPORTING,
            "rule C09 version 1, part youth_court_intake",
            "by",
            "'nobody' is named but not on file",
        ),
        (
            REPORTING,
            replaced('["web_form", "public_page"]', '["pigeon"]'),
            REPORTING,
            "rule C08 version 1, part written_report",
            "done_by_channels",
            "'pigeon' is named but not on file",
        ),
        (
            REPORTING,
            replaced('"youth_court_prosecutor"', '"youth_court_clerk"'),
            REPORTING,
            "rule C13 version 1, part youth_court_clerk",
            "",
            "it stands there twice",
        ),
        (
            REPORTING,
            replaced('"acknowledged": true', '"acknowledged": "yes"'),
            REPORTING,
            "rule C11 version 1",
            "parts[0].acknowledged",
            "Expected `bool`",
        ),
        (
            REPORTING,
            replaced('"settings": ["out_of_home", ', '"settings": ["prison", '),
            REPORTING,
            "rule C14 version 1",
            "settings[0]",
            "Invalid enum",
        ),
        (
            REPORTING,
            in_the_part("youth_court_clerk", '"settings": []', '"settings": ["home"]'),
            REPORTING,
            "rule C13 version 1",
            "parts",
            "what has a due time has",
        ),
        ("seats.json", replaced('["MHTOTF"]', '["MDCPS"]'), "seats.json", DETECTIVE, "issuers", "'MDCPS' is named"),
        (
            "seats.json",
            replaced('"seat": "victim_advocate", "version": 1', '"seat": "cps_investigator", "version": 2'),
            "seats.json",
            "seat cps_investigator",
            "in_force_from",
            "two hold on 2020-07-09",
        ),
        ("seats.json", replaced('"seat": "victim', '"chair": "victim'), "seats.json", CHAIR, "chair", "unknown field"),
        (
            LADDERS,
            replaced('"seat": "victim_', '"seat": "victims_'),
            LADDERS,
            CALL_ADVOCATE,
            "seat",
            "'victims_advocate'",
        ),
        (LADDERS, replaced('"county": null', '"county": "Hind"'), LADDERS, CALL_CPS, "county", "'Hind' is named"),
        (LADDERS, replaced('"next"', '"anybody"'), LADDERS, CALL_CPS, "rungs[2].who", "Invalid enum value 'anybody'"),
        (LADDERS, replaced('["voice"]', '["pigeon"]'), LADDERS, CALL_CPS, "rungs[1].by[0]", "'pigeon'"),
        (LADDERS, replaced('["voice"]', '["voice", "voice"]'), LADDERS, CALL_CPS, "rungs[1].by", "stands there twice"),
        (LADDERS, replaced('"minutes": 10', '"minutes": 0'), LADDERS, CALL_CPS, "rungs[0].minutes", ">= 1"),
        (LADDERS, replaced('"rung": 2', '"rung": 3'), LADDERS, CALL_CPS, "rungs[1].rung", "this is 2"),
        (LADDERS, lambda text: EVERY_RUNG.sub("[]", text, count=1), LADDERS, CALL_CPS, "rungs", "nobody is called"),
        (LADDERS, replaced('["cps_coordinator", "st', '["boss", "st'), LADDERS, CALL_CPS, "told", "'boss' is named"),
        (LADDERS, lambda text: TOLD.sub('"told": []', text, count=1), LADDERS, CALL_CPS, "told", "nobody is told"),
        (
            LADDERS,
            replaced('"ladder": "victim_advocate"', '"ladder": "cps_investigator"'),
            LADDERS,
            CALL_CPS,
            "",
            "it stands there twice",
        ),
        (
            LADDERS,
            replaced('"in_force_until": null', '"in_force_until": "2027-01-01"'),
            LADDERS,
            "seat cps_investigator, county every",
            "",
            "some day no ladder is in force",
        ),
        (
            LADDERS,
            replaced('"seat": "victim_advocate"', '"seat": "cps_investigator"'),
            LADDERS,
            "seat cps_investigator, county every",
            "in_force_from",
            "two hold on 2020-07-09",
        ),
        (
            "credentials.json",
            replaced('"hours": 8', '"hours": 9'),
            "credentials.json",
            "kind victim_advocate",
            "parts",
            "are not the minimum",
        ),
        (
            "credentials.json",
            replaced('"part": "response"', '"part": "basic"'),
            "credentials.json",
            "kind victim_advocate, part basic",
            "",
            "it stands there twice",
        ),
        (
            "responders.json",
            replaced('["Forrest"]', '["Forest"]'),
            "responders.json",
            "task_force forrest",
            "counties",
            "'Forest' is named but not on file",
        ),
        (
            "responders.json",
            replaced('"language": "es"', '"language": "en"'),
            "responders.json",
            "language en",
            "",
            "it stands there twice",
        ),
        (
            "roles.json",
            replaced('"MDCPS-HTC"', '"X"'),
            "roles.json",
            "role cps_coordinator",
            "agency_id",
            "'X' is named",
        ),
        (
            "notices.json",
            replaced('{"agency": "LOCAL-LE"}', "{}"),
            "notices.json",
            "step law_enforcement",
            "to",
            "name one agency",
        ),
        (
            "counties.csv",
            replaced("Alcorn,28003", "Adams,28003"),
            "counties.csv",
            "Adams",
            "in_force_from",
            "two hold from",
        ),
        (
            "counties.csv",
            replaced(",southern,western,", ",,western,"),
            "counties.csv",
            "line 2",
            "federal_district",
            "`str`",
        ),
        (
            "counties.csv",
            replaced(",southern,western,", ",southern,"),
            "counties.csv",
            "line 2",
            "",
            "more or fewer cells",
        ),
        (COURTS, replaced("2022-12-31", "2023-01-15"), COURTS, DESOTO, "in_force_until", "two hold on 2023-01-01"),
        (COURTS, replaced("2022-12-31", "2022-12-30"), COURTS, DESOTO, "in_force_until", "none holds between"),
        (COURTS, without("Adams,chancery"), COURTS, "Adams", "court", "its chancery court is not on file"),
        (COURTS, replaced("Adams,circuit", "Adam,circuit"), COURTS, "", "county", "'Adam' is named but not on file"),
        (
            "circuit_districts.csv",
            replaced("17,DA-17,9-7-45,,2022-12-31", "17,DA-17,9-7-45,2022-07-01,2022-12-31"),
            COURTS,
            "DeSoto",
            "district",
            "circuit 17 is not on file for all of the time the county lies in it",
        ),
        (
            "circuit_districts.csv",
            replaced("DA-07", "DA-70"),
            "circuit_districts.csv",
            "circuit_court_district 7",
            "prosecutor",
            "'DA-70' is named but not on file",
        ),
        (
            "service_areas.csv",
            replaced("KIDSHUB,Lamar", "KIDSHUB,Forrest"),
            "service_areas.csv",
            "KIDSHUB, Forrest",
            "in_force_from",
            "two hold from the beginning",
        ),
        (
            COURTS,
            replaced("circuit,6,9-7-21", "circuit,66,9-7-21"),
            COURTS,
            "Adams",
            "district",
            "66 is named but not on file",
        ),
        (
            "service_areas.csv",
            replaced("KIDSHUB,Forrest", "KIDSHUB,Forest"),
            "service_areas.csv",
            "line 2",
            "county",
            "'Forest' is named but not on file",
        ),
        (
            "state.json",
            replaced("America/Chicago", "America/Nowhere"),
            "state.json",
            "Mississippi",
            "zone",
            "no time zone",
        ),
        ("holidays.csv", replaced("2020-01-01", "New Year"), "holidays.csv", "line 2", "day", "Invalid RFC3339"),
        ("holidays.csv", without("2025"), "holidays.csv", "", "day", "no day of 2025 is on file"),
        (
            CENSUS,
            replaced('"taken_step": "evidence"', '"taken_step": "kit"'),
            CENSUS,
            "",
            "taken_step",
            "it must stand among the steps of examination.json",
        ),
        (
            CENSUS,
            replaced('"counted_at": "06:00:00"', '"counted_at": "06:00:00Z"'),
            CENSUS,
            "",
            "counted_at",
            "it is an hour of the state's own clocks",
        ),
        (
            CENSUS,
            replaced('"of": ["no_statement"]', '"of": ["unknown"]'),
            CENSUS,
            "settlements",
            "of",
            "nothing settles no_statement",
        ),
        (
            CENSUS,
            replaced('"place": "freezer"', '"place": "refrigerator"'),
            CENSUS,
            "places",
            "",
            "none of them twice",
        ),
    ],
)
def test_a_file_that_contradicts_itself_or_another_is_refused_with_the_file_the_row_and_the_field(
    folder: Path, name: str, change: Callable[[str], str], file: str, row: str, field: str, wrong: str
) -> None:
    load(folder)
    path = folder / name
    path.write_text(change(path.read_text()))
    with pytest.raises(DataRefused) as refused:
        load(folder)
    assert (refused.value.file, refused.value.row, refused.value.field) == (file, row, field)
    assert wrong in str(refused.value)


def test_an_absent_file_and_an_absent_rule_the_house_cannot_do_without_are_refused(folder: Path) -> None:
    path = folder / "clocks" / "identity.json"
    path.unlink()
    with pytest.raises(DataRefused, match="rule C81: it is not on file, and the house does not work without it"):
        load(folder)
    (folder / "exams.json").unlink()
    with pytest.raises(DataRefused, match=r"exams\.json: it cannot be read"):
        one(folder, "exams.json", ExamRules)


def test_a_calendar_that_leaves_out_holidays_is_refused_where_no_holiday_is_on_file(folder: Path) -> None:
    holidays = folder / "holidays.csv"
    holidays.write_text(holidays.read_text().splitlines()[0] + "\n")
    with pytest.raises(DataRefused, match="rule C21B version 1, field calendar: it leaves out state holidays"):
        load(folder)
