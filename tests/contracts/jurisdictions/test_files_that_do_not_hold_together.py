"""A wrong table or rule file stops the start with one sentence that names the file."""

import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.loader import load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with as_file(files("contracts.jurisdictions") / "mississippi") as original:
        return Path(shutil.copytree(original, tmp_path / "mississippi"))


CLOCKS = "clocks/rapid_assessment.json"
REPORTING = "reporting.json"


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def in_the_clerks_part(old: str, new: str) -> Callable[[str], str]:
    """Only from there on: the same words stand in every part."""

    def change(text: str) -> str:
        before, clerk, after = text.partition("youth_court_clerk")
        return before + clerk + replaced(old, new)(after)

    return change


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        (CLOCKS, replaced('"period_hours": 24', '"period_hours": "a day"'), "rapid_assessment.json: Expected `int`"),
        (CLOCKS, replaced("[12, 20, 23]", "[12, 20, 24]"), "C02: warnings must rise and lie before"),
        (CLOCKS, replaced("[12, 20, 23]", "[0, 20, 23]"), "C02: warnings must rise and lie before"),
        (CLOCKS, replaced("[12, 20, 23]", "[20, 12, 23]"), "C02: warnings must rise and lie before"),
        (CLOCKS, replaced('"C06"', '"C02"'), "('C02', 1) stands in it twice"),
        (CLOCKS, replaced('"kind": "PROT"', '"kind": "LAW"'), f"{CLOCKS}, rule C06"),
        (CLOCKS, replaced('["cps_coordinator"]', '["nobody"]'), "'nobody' is named but not on file"),
        (CLOCKS, replaced('"follows": "C02"', '"follows": "C99"'), "'C99' is named but not on file"),
        (REPORTING, replaced('"rule": "C08"', '"rule": "C07"'), "reporting.json: ('C07', 1) stands in it twice"),
        (REPORTING, replaced('"rule": "C08", "version": 1', '"rule": "C08", "version": 2'), "('C08', 2) is named"),
        (REPORTING, replaced('"step": "prosecutor"', '"step": "judge"'), "'judge' is named but not on file"),
        (REPORTING, replaced('"by": "cps_intake"', '"by": "nobody"'), "'nobody' is named but not on file"),
        (REPORTING, replaced('["web_form", "public_page"]', '["pigeon"]'), "'pigeon' is named but not on file"),
        (
            REPORTING,
            replaced('"youth_court_prosecutor"', '"youth_court_clerk"'),
            "youth_court_clerk stands in it twice",
        ),
        (REPORTING, replaced('"acknowledged": true', '"acknowledged": "yes"'), "reporting.json: Expected `bool`"),
        (
            REPORTING,
            replaced('"settings": ["out_of_home", ', '"settings": ["prison", '),
            "reporting.json: Invalid enum",
        ),
        (REPORTING, in_the_clerks_part('"settings": []', '"settings": ["home"]'), "C13: what has a due time has"),
        ("seats.json", replaced('["MHTOTF"]', '["MDCPS"]'), "seats.json: 'MDCPS' is named but not on file"),
        ("seats.json", replaced('"seat": "victim_advocate"', '"chair": "x"'), "seats.json"),
        ("roles.json", replaced('"MDCPS-HTC"', '"MDCPS-XYZ"'), "'MDCPS-XYZ' is named but not on file"),
        ("notices.json", replaced('{"agency": "LOCAL-LE"}', "{}"), "step law_enforcement: name one agency"),
        ("counties.csv", replaced("Alcorn,28003", "Adams,28003"), "counties.csv: Adams stands in it twice"),
        ("counties.csv", replaced(",southern,western,", ",,western,"), "counties.csv, line 2"),
        ("counties.csv", replaced(",6,9-7-21", ",66,9-7-21"), "counties.csv: 66 is named but not on file"),
        ("service_areas.csv", replaced("KIDSHUB,Forrest", "KIDSHUB,Forest"), "'Forest' is named but not on file"),
    ],
)
def test_a_file_that_contradicts_itself_or_another_is_refused(
    folder: Path, name: str, change: Callable[[str], str], sentence: str
) -> None:
    load(folder)
    path = folder / name
    path.write_text(change(path.read_text()))
    with pytest.raises(DataRefused) as refused:
        load(folder)
    assert sentence in str(refused.value)
