"""Where every line of a document stands on sheets of Letter, in points from the lower left. Pure."""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from services.audit.case_file.document import Document, Entry, Fact, Section
from services.audit.case_file.wording import say

WIDTH, HEIGHT, MARGIN = 612, 792, 72
FOOT = 40
_TOP, _BOTTOM = float(HEIGHT - MARGIN), float(MARGIN)
_NUMBER = 36
# So much of what follows must fit below a heading.
_BELOW_HEADING = 80


class Style(NamedTuple):
    """Size, weight, and from one line to the next."""

    size: float
    leading: float
    bold: bool = False


class Face(NamedTuple):
    """What is known of the letters: which there are, and how wide a text is."""

    has: Callable[[str], bool]
    wide: Callable[[str, Style], float]


class Line(NamedTuple):
    """A text from `x` on, with `y` below it."""

    x: float
    y: float
    text: str
    style: Style


class Mark(NamedTuple):
    """A bookmark, with what it leads to below `y`."""

    title: str
    level: int
    y: float


class Sheet(NamedTuple):
    """One side of paper."""

    lines: list[Line]
    marks: list[Mark]


PLAIN, SMALL, STRONG = Style(11, 15), Style(9.5, 13), Style(11, 15, bold=True)
_TITLE, _HEADING = Style(18, 24, bold=True), Style(13, 18, bold=True)
_STYLES = {"plain": PLAIN, "small": SMALL, "code": SMALL}


class _Paragraph(NamedTuple):
    """`beside` stands in the margin of the first line, where the paragraph is moved in for it."""

    text: str
    style: Style
    moved_in: float = 0
    beside: str = ""


class _Part(NamedTuple):
    """What stays on one sheet if a sheet can hold it: with so much space before it, and room for what follows."""

    paragraphs: Sequence[_Paragraph]
    space: float
    room: float = 0
    mark: str = ""
    level: int = 0


def sheets(document: Document, face: Face) -> Sequence[Sheet]:
    """Every word of the document, in its order.

    A sign that the face lacks stands as its number in Unicode, and a last paragraph says so.
    """
    parts = list(_parts(document))
    if any(legible(each.text, face) != _plain(each.text) for part in parts for each in part.paragraphs):
        parts.append(_Part([_Paragraph(say(document.language, "signs"), SMALL)], space=12))
    found, y = [Sheet([], [])], _TOP
    for part in parts:
        rows = [row for each in part.paragraphs for row in _rows(each, face)]
        height = sum(each.style.leading for each in rows) + part.room
        y -= part.space
        if y - height < _BOTTOM and height <= _TOP - _BOTTOM:
            found.append(Sheet([], []))
            y = _TOP
        if part.mark:
            found[-1].marks.append(Mark(part.mark, part.level, y))
        for row in rows:
            if y - row.style.leading < _BOTTOM:
                found.append(Sheet([], []))
                y = _TOP
            y -= row.style.leading
            found[-1].lines.extend(_placed(row, y))
    return found


def legible(text: str, face: Face) -> str:
    """With nothing in it that cannot be seen: no sign may vanish from what a court reads."""

    def seen(sign: str) -> str:
        return sign if sign.isprintable() and face.has(sign) else f"[U+{ord(sign):04X}]"

    return "".join(map(seen, _plain(text)))


def wrapped(text: str, width: float, wide: Callable[[str], float]) -> Sequence[str]:
    """In lines of the width, at spaces; a word that is longer is broken where it must be."""
    lines, line = [], ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if wide(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while wide(line) > width:
            fits = _fitting(line, width, wide)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line]


def _fitting(word: str, width: float, wide: Callable[[str], float]) -> int:
    """How many of its letters; one at least, or it would never end."""
    return max(1, bisect_right(range(1, len(word) + 1), width, key=lambda count: wide(word[:count])))


def _parts(document: Document) -> Iterator[_Part]:
    yield _Part([_Paragraph(document.above, SMALL), _Paragraph(document.title, _TITLE)], space=0)
    yield _Part([_Paragraph(document.warning, STRONG)], space=6)
    for each in document.facts:
        yield _fact(each, PLAIN)
    for section in document.sections:
        yield from _of_section(section)


def _of_section(section: Section) -> Iterator[_Part]:
    yield _Part([_Paragraph(section.heading, _HEADING)], space=20, room=_BELOW_HEADING, mark=section.heading)
    for text, look in section.texts:
        yield _Part([_Paragraph(text, _STYLES[look])], space=4)
    day = ""
    for entry in section.entries:
        yield _of_entry(entry, mark=entry.day if entry.day != day else "")
        day = entry.day
    for point in section.points:
        yield _Part([_Paragraph(point, PLAIN)], space=6)
    # Fingerprints: 64 signs stand in one line in this size, as they are compared.
    for fact in section.facts:
        yield _fact(fact, SMALL)


def _of_entry(entry: Entry, mark: str) -> _Part:
    first, *others = entry.says
    paragraphs = [
        _Paragraph(first, PLAIN, _NUMBER, beside=str(entry.number)),
        *(_Paragraph(each, PLAIN, _NUMBER) for each in others),
        _Paragraph(" · ".join(each.says for each in entry.notes), SMALL, _NUMBER),
    ]
    return _Part(paragraphs, space=9, mark=mark, level=1)


def _fact(fact: Fact, style: Style) -> _Part:
    return _Part([_Paragraph(fact.term, SMALL), _Paragraph(fact.value, style)], space=5)


def _rows(paragraph: _Paragraph, face: Face) -> Iterator[_Paragraph]:
    """One for each line of it."""
    width = WIDTH - 2 * MARGIN - paragraph.moved_in
    lines = wrapped(legible(paragraph.text, face), width, lambda part: face.wide(part, paragraph.style))
    for number, line in enumerate(lines):
        yield paragraph._replace(text=line, beside="" if number else paragraph.beside)


def _placed(row: _Paragraph, y: float) -> Iterator[Line]:
    if row.beside:
        yield Line(MARGIN, y, row.beside, STRONG)
    yield Line(MARGIN + row.moved_in, y, row.text, row.style)


def _plain(text: str) -> str:
    """With accents in one sign with their letter, and every space of a kind that the page shows as one."""
    return "".join(" " if _is_space(each) else each for each in unicodedata.normalize("NFC", text))


def _is_space(sign: str) -> bool:
    return sign in "\t\n\r" or unicodedata.category(sign) == "Zs"
