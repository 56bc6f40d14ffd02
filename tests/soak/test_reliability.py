"""The page of what was measured: each program writes its own section and no other."""

from pathlib import Path

from tests.support.reliability import write_section


def test_a_section_is_replaced_and_the_others_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "reliability.md"
    write_section("one", "The first", "make one", ["old figures"], file)
    write_section("two", "The second", "make two", ["other figures"], file)
    alone = file.read_text()
    write_section("one", "The first", "make one", ["new figures"], file)
    text = file.read_text()
    assert "old figures" not in text
    assert text.count("new figures") == text.count("other figures") == 1
    assert text.index("new figures") < text.index("other figures")
    assert text.partition("<!-- two: begin -->")[1:] == alone.partition("<!-- two: begin -->")[1:]


def test_a_section_says_which_command_wrote_it_on_what(tmp_path: Path) -> None:
    file = tmp_path / "reliability.md"
    write_section("one", "The first", "make one", ["figures"], file)
    text = file.read_text()
    for said in ("# What was measured", "`make one`", "commit ", "cores", "Python 3.", "PostgreSQL", "nats-server"):
        assert said in text
