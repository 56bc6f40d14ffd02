"""Labels for kits as PDF: a serial of ours as a bar code, as a QR code and in letters, and nothing else on them.

No agency, name, date or word says what the box is.
"""

from collections.abc import Sequence
from io import BytesIO

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from services.forensic_clinic.kit.serials import in_groups

# Sheets of thirty labels of 2 5/8 by 1 inch, as sold in every office shop (Avery 5160 and its like).
ACROSS, DOWN = 3, 10
WIDTH, HEIGHT = 2.625 * inch, 1 * inch
LEFT, TOP, BETWEEN = 0.1875 * inch, 0.5 * inch, 0.125 * inch
EDGE = 0.08 * inch


def labels(serials: Sequence[str]) -> bytes:
    """One label each, sheet after sheet. The same bytes for the same serials."""
    written = BytesIO()
    canvas = Canvas(written, pagesize=LETTER, invariant=1)
    canvas.setTitle("Labels")
    for place, serial in enumerate(serials):
        on_sheet = place % (ACROSS * DOWN)
        if place and not on_sheet:
            canvas.showPage()
        row, column = divmod(on_sheet, ACROSS)
        _draw(canvas, serial, LEFT + column * (WIDTH + BETWEEN), LETTER[1] - TOP - (row + 1) * HEIGHT)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def _draw(canvas: Canvas, serial: str, left: float, bottom: float) -> None:
    side = HEIGHT - 2 * EDGE
    code = QrCodeWidget(serial, barLevel="M")
    x1, y1, x2, y2 = code.getBounds()
    picture = Drawing(side, side, transform=[side / (x2 - x1), 0, 0, side / (y2 - y1), 0, 0])
    picture.add(code)
    renderPDF.draw(picture, canvas, left + WIDTH - side - EDGE, bottom + EDGE)
    bars = Code128(serial, barHeight=0.45 * inch, barWidth=0.0092 * inch, quiet=0)
    bars.drawOn(canvas, left + EDGE, bottom + 0.4 * inch)
    canvas.setFont("Courier-Bold", 11)
    canvas.drawString(left + EDGE, bottom + 0.16 * inch, in_groups(serial))
