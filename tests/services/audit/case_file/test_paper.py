"""The timeline as PDF: the very words of the page, on Letter, and nothing lost at an edge or for want of a sign."""

import re
import time
import unicodedata
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.case_file import verify
from services.audit.case_file.document import Document, Entry, Fact, Note, Section, Text
from services.audit.case_file.layout import FOOT, HEIGHT, MARGIN, WIDTH, Face, legible, sheets, wrapped
from services.audit.case_file.paper import _face, paper
from services.audit.case_file.profiles import Profile
from services.audit.replay.words import Language
from tests.services.audit.case_file.given import MADE_AT, Town
from tests.support.pdf_texts import texts_of

FOOTS = {"en": r"page (\d+) of (\d+)", "es": r"página (\d+) de (\d+)"}


class Page(HTMLParser):
    """The words of the body."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(page.partition("<body>")[2])

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def a_document(entries: Sequence[Entry] = (), warning: str = "Confidential.") -> Document:
    texts = [Text("In order.", "small"), Text("verify.py", "code")]
    section = Section("What happened", texts, entries, points=["not told"], facts=[Fact("key", "ab" * 32)])
    return Document("en", MADE_AT, "Muster", "Case", warning, [Fact("For", "a court")], [section])


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("profile", "authority"), [("court", "court_order"), ("research", "research_agreement")])
def test_paper_and_page_say_the_same_in_the_same_order(language: Language, profile: Profile, authority: str) -> None:
    files = verify.entries_of(Town().make(profile, authority, language=language).archive)
    on_paper = texts_of(files["timeline.pdf"])
    feet = [re.fullmatch(FOOTS[language], texts[-1]) for texts in on_paper]
    assert [each and each.groups() for each in feet] == [
        (str(number), str(len(on_paper))) for number in range(1, len(on_paper) + 1)
    ]
    # A word may be broken where a line ends, so that spaces are not compared.
    on_page = "".join(Page(files["timeline.html"].decode()).words)
    assert "".join("".join(texts[:-2]) for texts in on_paper).replace(" ", "") == on_page
    for told in (f"/Lang ({language})", "/Creator (Muster)", "/MediaBox [ 0 0 612 792 ]"):
        assert told.encode() in files["timeline.pdf"]


def test_a_document_has_the_same_bytes_at_any_time_and_its_own_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    first = paper(a_document())
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert paper(a_document()) == first
    assert set(re.findall(rb"D:[^)]*", first)) == {f"D:{MADE_AT:%Y%m%d%H%M%S}Z".encode()}


def test_a_long_timeline_goes_over_many_sheets_whole_and_has_its_days_as_bookmarks() -> None:
    days = [f"day {number}" for number in range(5)]
    long = "x" * 300
    entries = [
        Entry(number, day, [f"{day} at {number}", f"It happened {long} there."], [Note("tips", None), Note("why", 1)])
        for number, day in enumerate((each for each in days for _ in range(20)), 1)
    ]
    face = _face()
    made = sheets(a_document(entries), face)
    lines = [line for sheet in made for line in sheet.lines]
    assert len(made) > 12
    assert "".join(each.text for each in lines).count(long) == len(entries)
    assert [int(each.text) for each in lines if each.style.bold and each.text.isdigit()] == list(range(1, 101))
    assert all(line.x + face.wide(line.text, line.style) <= WIDTH - MARGIN for line in lines)
    assert all(FOOT + 12 < line.y < HEIGHT - MARGIN for line in lines)
    assert [mark.title for sheet in made for mark in sheet.marks] == ["What happened", *days]
    # Nobody turns the sheet in the middle of an event.
    assert all(sheet.lines[0].text.isdigit() for sheet in made[1:-1])

    pdf = paper(a_document(entries))
    assert len(texts_of(pdf)) == len(made)
    assert [int(each) for each in re.findall(rb"/Title \(day (\d)\)", pdf)] == list(range(5))


def test_what_is_longer_than_a_sheet_goes_on_on_the_next() -> None:
    made = sheets(a_document(warning="again " * 2000), _face())
    assert sum(line.text.split().count("again") for sheet in made for line in sheet.lines) == 2000


def test_a_sign_without_a_letter_stands_as_its_number_and_the_paper_says_so() -> None:
    known = "“Él” — ¿qué?… señor’s §1 n.º"
    without = paper(a_document(warning=known))
    assert known in texts_of(without)[0]
    assert "lacks a sign" not in "".join(texts_of(without)[0])
    shown = "".join(texts_of(paper(a_document(warning="Hi 中\u202e\x07\u00ad(\\)\U0001f600 e\u0301\u00a0!")))[0])
    assert "Hi [U+4E2D][U+202E][U+0007][U+00AD](\\)[U+1F600] é !" in shown
    assert "lacks a sign" in shown


@given(st.text())
@settings(max_examples=40)
def test_no_sign_vanishes(text: str) -> None:
    shown = legible(text, Face(str.isascii, lambda text, _: len(text)))
    assert shown.isascii()
    assert shown.isprintable()
    back = re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda code: chr(int(code[1], 16)), shown)
    assert back.split() == unicodedata.normalize("NFC", text).split()


@given(st.lists(st.text("abc", min_size=1, max_size=30)), st.integers(1, 12))
def test_no_line_is_wider_than_it_may_be_and_no_letter_is_lost(words: list[str], width: int) -> None:
    lines = wrapped(" ".join(words), width, len)
    assert all(len(each) <= width for each in lines)
    assert "".join(lines).replace(" ", "") == "".join(words)
