"""The page of what was measured: each run writes its own section and no other."""

from pathlib import Path

import pytest

from tests.support import reliability


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    page = tmp_path / "reliability.md"
    monkeypatch.setattr(reliability, "PAGE", page)
    monkeypatch.setattr(reliability, "CODE", tmp_path)
    return page


def write(command: str, figures: str, programs: Path) -> None:
    reliability.write_section(command, "A title", [figures], programs=programs, files="data on a disk")


def test_a_section_is_replaced_and_the_others_are_kept(page: Path, tmp_path: Path) -> None:
    write("make one", "old figures", tmp_path)
    write("make two", "other figures", tmp_path)
    others = page.read_text().partition("<!-- make two -->")[1:]
    write("make one", r"new figures \1", tmp_path)
    text = page.read_text()
    assert "old figures" not in text
    assert text.count(r"new figures \1") == text.count("other figures") == 1
    assert text.partition("<!-- make two -->")[1:] == others


def test_a_section_says_which_command_wrote_it_of_which_state_and_on_what(page: Path, tmp_path: Path) -> None:
    write("make one", "figures", tmp_path)
    text = page.read_text()
    for said in ("`make one`", "commit", "cores", "Python 3.", "PostgreSQL", "nats-server", "data on a disk"):
        assert said in text
    assert reliability.commit() == "of no commit"
