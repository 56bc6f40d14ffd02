"""The document as PDF, for whoever keeps paper. This is the one file that knows ReportLab."""

from datetime import UTC
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from services.audit.case_file.document import Document
from services.audit.case_file.layout import FOOT, HEIGHT, MARGIN, SMALL, WIDTH, Face, Sheet, Style, sheets
from services.audit.case_file.wording import say

# Bitstream Vera, which ReportLab brings along and anybody may embed. By its path: a system's own may be another.
_FILES = {"Vera": "Vera.ttf", "VeraBd": "VeraBd.ttf"}
_KNOWS_LANGUAGES = (1, 4)
# The library keeps its fonts for the whole process, and a font serves one document at a time.
_ONE_AT_A_TIME = Lock()


def paper(document: Document) -> bytes:
    """PDF with its own letters in it, and the same bytes for the same document: no moment but its own, no chance.

    Not packed, as nothing in the archive is: another zlib could pack the same otherwise.
    """
    with _ONE_AT_A_TIME:
        written = BytesIO()
        made_of = sheets(document, _face())
        canvas = Canvas(
            written,
            pagesize=(WIDTH, HEIGHT),
            pageCompression=0,
            invariant=1,
            pdfVersion=_KNOWS_LANGUAGES,
            initialFontName="Vera",
            lang=document.language,
        )
        _say_what_it_is(canvas, document)
        for number, sheet in enumerate(made_of, 1):
            _draw(canvas, sheet, number)
            _draw_foot(canvas, document, number, len(made_of))
            canvas.showPage()
        canvas.save()
        return written.getvalue()


def _say_what_it_is(canvas: Canvas, document: Document) -> None:
    made_at = f"D:{document.made_at.astimezone(UTC):%Y%m%d%H%M%S}Z"
    canvas.setDateFormatter(lambda *_now: made_at)
    canvas.setTitle(document.title)
    canvas.setSubject(document.above)
    canvas.setAuthor("Muster")
    canvas.setCreator("Muster")
    canvas.setViewerPreference("DisplayDocTitle", "true")


def _draw(canvas: Canvas, sheet: Sheet, number: int) -> None:
    for order, mark in enumerate(sheet.marks):
        key = f"{number}-{order}"
        canvas.bookmarkHorizontalAbsolute(key, mark.y)
        canvas.addOutlineEntry(mark.title, key, mark.level)
    for line in sheet.lines:
        canvas.setFont(_font(line.style), line.style.size)
        # Letters stand on the line, and what hangs below it must fit, too.
        canvas.drawString(line.x, line.y + line.style.size / 4, line.text)


def _draw_foot(canvas: Canvas, document: Document, page: int, pages: int) -> None:
    canvas.setFont(_font(SMALL), SMALL.size)
    canvas.drawString(MARGIN, FOOT, document.title)
    canvas.drawRightString(WIDTH - MARGIN, FOOT, say(document.language, "page", page=page, pages=pages))


def _font(style: Style) -> str:
    return "VeraBd" if style.bold else "Vera"


@cache
def _face() -> Face:
    folder = Path(reportlab.__file__).parent / "fonts"
    fonts = [TTFont(name, str(folder / file), asciiReadable=1) for name, file in _FILES.items()]
    for font in fonts:
        pdfmetrics.registerFont(font)
    has = frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))

    def wide(text: str, style: Style) -> float:
        return float(pdfmetrics.stringWidth(text, _font(style), style.size))

    return Face(lambda sign: ord(sign) in has, wide)
