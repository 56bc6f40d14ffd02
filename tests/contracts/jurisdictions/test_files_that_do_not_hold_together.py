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


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

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
