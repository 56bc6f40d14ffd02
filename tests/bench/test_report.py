"""The report hides nothing: every figure with the one beside it, what was missed, and what failed."""

import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from tests.bench import __main__ as program
from tests.bench import plots, report
from tests.bench.measuring import Measured, at_least, at_most, below, beside
from tests.bench.report import Report, lines_of, printed, summary, write_json, write_page
from tests.bench.sizes import SIZES, TABLE, Size
from tests.bench.stage import Stage
from tests.support import reliability

APPENDS = Measured(
    "appends",
    "Durable appends",
    12.0,
    [
        beside("64 concurrent", "appends/s", [9000.0, 8000.0, 9500.0], "stock", [500.0, 400.0, 500.0], at_least(15)),
        beside("64 concurrent, with keys", "appends/s", [6000.0], "the limit's inserts", [20000.0], at_least(0.6)),
    ],
    ["What is compared."],
)
LOAD = Measured("load", "Load", 3.0, [beside("of 1,000", "ms", [30.0], "of 10", [0.6], at_most(1.3))])
BROKEN = Measured("board", "The board", 1.0, [], (), "AssertionError: no board | nothing")


def a_report(*measured: Measured, command: str = "make bench") -> Report:
    at = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    return Report(command, at, "commit abc", "2 cores", {"fsync": "on"}, 840.0, measured)


def test_every_figure_has_its_peer_its_spread_and_its_verdict() -> None:
    text = "\n".join(lines_of(a_report(APPENDS, LOAD)))
    assert "| Durable appends: 64 concurrent | 9,000 (8,000 to 9,500) appends/s |" in text
    assert "| stock: 500 (400 to 500) | 19 (18 to 20) | at least 15 | met |" in text
    assert "| at least 0.6 | **MISSED by a factor of 2** |" in text
    assert "| of 10: 0.6 | 50 | at most 1.3 | **MISSED by a factor of 38.5** |" in text
    assert "Of 3 goals 1 are met, 2 missed. It took 14 minutes. Both sides ran with fsync on." in text
    assert "- **Durable appends** (12 s). What is compared." in text


def test_what_failed_is_said_everywhere_and_the_run_is_not_well() -> None:
    broken = a_report(BROKEN)
    assert "Failed: The board." in summary(broken)
    # A bar in a message would be a column of the table.
    assert r"**FAILED**: AssertionError: no board \| nothing" in "\n".join(lines_of(broken))
    assert "FAILED: AssertionError" in printed(BROKEN)
    assert not broken.well
    assert not a_report(LOAD).well
    assert a_report(Measured("memory", "Memory", 1.0, [below("idle", "MB", [900.0], 1500.0)])).well


def test_a_run_writes_its_own_section_its_pictures_and_its_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, path in (("REPORT", "build/bench.json"), ("PAGE", "performance.md"), ("PICTURES", "pictures")):
        monkeypatch.setattr(report, name, tmp_path / path)
    monkeypatch.setattr(reliability, "machine", lambda *_: "2 cores")
    monkeypatch.setattr(reliability, "commit", lambda: "commit abc")
    for command in ("make bench", "make bench-long"):
        write_page(a_report(APPENDS, BROKEN, command=command), tmp_path)
    write_page(a_report(APPENDS, LOAD), tmp_path)
    text = (tmp_path / "performance.md").read_text()
    assert text.startswith(report.HEAD)
    assert text.count("<!-- make bench -->") == text.count("<!-- make bench-long -->") == 1
    assert text.partition("<!-- make bench-long -->")[0].count("FAILED") == 0
    assert text.count("commit abc, on 2 cores") == 2
    for picture in re.findall(r"\(pictures/performance/(.+?)\)", text):
        ET.parse(tmp_path / "pictures" / picture)  # noqa: S314, RUF100 - written a moment ago
    drawn = (tmp_path / "pictures" / "bench-goals.svg").read_text()
    assert "Durable appends: 64 concurrent" in drawn
    assert "Load: of 1,000" in drawn
    write_json(a_report(APPENDS, LOAD))
    assert msgspec.json.decode((tmp_path / "build" / "bench.json").read_bytes(), type=Report).measured[0].results


def test_what_is_nothing_at_all_is_drawn_too() -> None:
    none = below("turned away", "%", [0.0, 0.0], 1.0)
    assert "Load: turned away" in plots.goals([Measured("load", "Load", 1.0, [none])])
    lost = beside("appends", "appends/s", [0.0], "stock", [9.0], at_least(15))
    assert "Load: appends" in plots.goals([Measured("load", "Load", 1.0, [lost])])


def test_the_page_begins_as_the_program_writes_it() -> None:
    assert report.PAGE.read_text().startswith(report.HEAD)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_measure_of_a_size_is_a_file_that_says_what_is_compared(size: Size) -> None:
    for name in size.measures:
        module = import_module(f"tests.bench.{name}")
        assert callable(module.measure)
        assert module.__doc__
        assert name in program.TITLES


def test_measures_are_reported_in_the_order_of_the_table_and_all_of_it_in_a_whole_run() -> None:
    titles = list(program.TITLES)
    assert titles[: len(TABLE)] == list(TABLE)
    for size in SIZES.values():
        assert list(size.measures) == sorted(size.measures, key=titles.index)
    assert set(TABLE) <= set(SIZES["standard"].measures) <= set(SIZES["long"].measures)
    assert set(SIZES["long"].measures) == set(titles)


def test_a_measure_that_fails_fails_alone_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Stage) -> None:
        raise AssertionError("ended twice")

    monkeypatch.setattr("tests.bench.load.measure", fails)
    found = program._measured("load", Stage(SIZES["tiny"]))
    assert (found.failed, found.results, found.title) == ("AssertionError: ended twice", [], "Load")


def test_a_measure_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program._asked(["tiny", "loud"])
    assert "there is no measure loud" in capsys.readouterr().err
    assert program._asked(["tiny", "load"]) == (SIZES["tiny"], ["load"])
