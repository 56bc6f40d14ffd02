"""`muster rules`: read without anything running, and the place to try files that are being changed."""

import json
import shutil
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from click.testing import CliRunner, Result

from contracts.jurisdictions import Jurisdiction, load_mississippi
from deploy.command_line.main import main
from deploy.command_line.rules import holidays_missing


def muster(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["rules", *(str(word) for word in words)])


def test_every_rule_is_told_in_short_with_what_runs_out() -> None:
    told = muster().stdout
    for said in (
        "C22    Temporary custody: within 48 hours; Saturdays, Sundays and state holidays do not count",
        "Miss. Code 43-26-3(2)(a) (STAT, V/V)",
        "kept by rapid_assessment",
        "waits for its part",
        "advice: shown, no clock runs",
        "State holidays are on file until 2030.",
        "Of 44 counties the circuit district is not on file after 2026-12-31.",
    ):
        assert said in told


def test_one_rule_is_told_whole_and_for_machines() -> None:
    told = " ".join(muster("--rule", "C06").stdout.split())
    assert "read again by: 2028-07-01" in told
    assert "C02" not in told
    (rule,) = json.loads(muster("--rule", "C06", "--json").stdout)["rules"]
    assert (rule["kept_by"], rule["in_force_from"], rule["in_force_until"]) == ("rapid_assessment", "2020-07-09", None)


def test_a_day_before_any_rule_and_a_rule_that_there_is_not_are_said_so() -> None:
    assert muster("--on", "1999-01-01").exit_code == 1
    missing = muster("--rule", "C99", "--json")
    assert missing.exit_code == 1
    assert json.loads(missing.stdout)["sentence"] == "There is no rule C99 on file."
    assert muster("--on", "yesterday").exit_code == 2


def test_files_that_are_being_changed_are_read_and_their_mistake_is_named(tmp_path: Path) -> None:
    with as_file(files("contracts.jurisdictions") / "mississippi") as original:
        folder = Path(shutil.copytree(original, tmp_path / "changed"))
    clocks = folder / "clocks" / "rapid_assessment.json"
    clocks.write_text(clocks.read_text().replace('"period_hours": 24', '"period_hours": 36', 1))
    assert "C02    In-person contact with the child: within 36 hours" in muster("--files", folder).stdout
    clocks.write_text(clocks.read_text().replace('"kind": "STAT"', '"kind": "LAW"', 1))
    wrong = muster("--files", folder)
    assert wrong.exit_code == 1
    assert "clocks/rapid_assessment.json, rule C02 version 1, field kind: Invalid enum value 'LAW'" in wrong.stderr


def test_the_doctor_asks_for_holidays_a_year_before_they_are_missing() -> None:
    tables: Jurisdiction = load_mississippi()
    assert holidays_missing(tables, date(2029, 12, 31)) is None
    assert holidays_missing(tables, date(2030, 1, 1)) == 2031
