"""A document as PDF. This is the one file here that knows ReportLab.

The same bytes for the same content, on every machine: its own letters in it, nothing packed, no moment, no chance.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import reportlab
from reportlab.lib.colors import black, grey
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from services.prosecution.documents.content import Block, Content, Rows, foot_of

# Bitstream Vera, which ReportLab brings along and anybody may embed. By its path: a system's own may be another.
_FILES = {"Vera": "Vera.ttf", "VeraBd": "VeraBd.ttf"}
# The library keeps its fonts for the whole process, and a font serves one document at a time.
_ONE_AT_A_TIME = Lock()

MARGIN, WIDTH = inch, LETTER[0] - 2 * inch
NOTHING = "(none on record)"
# Without a font of its own a table sets one that is not in the file.
IN_CELLS = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("FONTNAME", (0, 0), (-1, -1), "Vera")]

PLAIN = ParagraphStyle("plain", fontName="Vera", fontSize=10.5, leading=15, spaceAfter=8)
BOLD = ParagraphStyle("bold", parent=PLAIN, fontName="VeraBd")
CAPTION = ParagraphStyle("caption", parent=BOLD, alignment=1, spaceAfter=4)
TITLE = ParagraphStyle("title", parent=BOLD, fontSize=14, leading=20, alignment=1, spaceBefore=10, spaceAfter=12)
HEADING = ParagraphStyle("heading", parent=BOLD, fontSize=11.5, spaceBefore=8, keepWithNext=1)
SMALL = ParagraphStyle("small", parent=PLAIN, fontSize=8, leading=11, spaceAfter=2)
SMALL_BOLD = ParagraphStyle("small bold", parent=SMALL, fontName="VeraBd")
BELOW = ParagraphStyle("below", parent=SMALL_BOLD, keepWithNext=1)


def paper(content: Content, digest: str) -> bytes:
    """Letter size. What a letter of the font lacks stands as its number in Unicode, and nothing is left out."""
    with _ONE_AT_A_TIME:
        has = _letters()
        written = BytesIO()
        template = SimpleDocTemplate(
            written,
            pagesize=LETTER,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=MARGIN,
            bottomMargin=MARGIN,
            title=_shown(content.title, has),
            author="Muster",
            creator="Muster",
            lang="en",
            invariant=1,
            pageCompression=0,
            initialFontName="Vera",
        )

        def foot(canvas: Any, _: Any) -> None:
            canvas.setFont("Vera", SMALL.fontSize)
            canvas.drawString(MARGIN, inch / 2, _shown(f"{content.title} · {digest[:16]}", has))
            canvas.drawRightString(LETTER[0] - MARGIN, inch / 2, f"Page {canvas.getPageNumber()}")

        template.build(list(_drawn(content, digest, has)), onFirstPage=foot, onLaterPages=foot)
        return written.getvalue()


def _drawn(content: Content, digest: str, has: frozenset[int]) -> Iterable[Flowable]:
    yield from (_say(line, CAPTION, has) for line in content.caption)
    yield _say(content.title, TITLE, has)
    for block in content.blocks:
        yield from _block(block, has)
    yield Spacer(1, 14)
    yield HRFlowable(width="100%", thickness=0.5, color=grey)
    yield _say("What this rests on", BELOW, has)
    rested = tuple((each.name, each.recorded_at, each.event) for each in content.rests_on)
    yield _table(("Event", "Recorded", "Id"), rested, has)
    yield from (_say(line, SMALL, has) for line in foot_of(content, digest))


def _block(block: Block, has: frozenset[int]) -> Iterable[Flowable]:
    match block.kind:
        case "heading":
            yield _say(block.text, HEADING, has)
        case "text":
            yield _say(block.text, PLAIN, has)
        case "facts":
            rows = [[_say(term, BOLD, has), _say(value, PLAIN, has)] for term, value in block.rows]
            yield Table(rows, colWidths=[WIDTH * 0.3, WIDTH * 0.7], style=IN_CELLS)
            yield Spacer(1, 6)
        case "table":
            yield _table(block.head, block.rows, has)
            yield Spacer(1, 8)
        case "sign":
            line = HRFlowable(width=WIDTH / 2, thickness=0.7, color=black, hAlign="LEFT", spaceBefore=30)
            yield KeepTogether([line, _say(f"{block.text}, date", SMALL, has)])


def _table(head: tuple[str, ...], rows: Rows, has: frozenset[int]) -> Flowable:
    if not rows:
        return _say(NOTHING, PLAIN, has)
    cells = [[_say(each, SMALL_BOLD, has) for each in head]]
    cells += [[_say(each, SMALL, has) for each in row] for row in rows]
    style = [*IN_CELLS, ("LINEBELOW", (0, 0), (-1, -1), 0.25, grey)]
    return Table(cells, colWidths=[WIDTH / len(head)] * len(head), repeatRows=1, style=style, hAlign="LEFT")


def _say(text: str, style: ParagraphStyle, has: frozenset[int]) -> Paragraph:
    return Paragraph(escape(_shown(text, has), quote=False), style)


def _shown(text: str, has: frozenset[int]) -> str:
    return "".join(sign if ord(sign) in has else f"[U+{ord(sign):04X}]" for sign in text)


@cache
def _letters() -> frozenset[int]:
    """What both fonts can write, which are made ready by it."""
    folder = Path(reportlab.__file__).parent / "fonts"
    fonts = [TTFont(name, str(folder / file), asciiReadable=1) for name, file in _FILES.items()]
    for font in fonts:
        pdfmetrics.registerFont(font)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))
