"""Figures as pictures: bars with their spread, as SVG."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing, Group, Line, Rect, String
from reportlab.lib.colors import HexColor

from tests.bench.measuring import Measured, Result, Spread

WIDTH, LABELS, TEXTS, ROW, TOP, BOTTOM = 1000, 430, 170, 22, 44, 20
FARTHEST = 1000.0
"""From the goal, either way; nothing of what must be little is without end."""
FONT, SIZE = "Helvetica", 11
PLAIN, GOOD, BAD, LINE = HexColor("#5b6b7b"), HexColor("#2a7f4f"), HexColor("#b3261e"), HexColor("#202830")


class Bar(NamedTuple):
    """One row. `good` colours it; None where nothing is asked of it."""

    label: str
    spread: Spread
    text: str
    good: bool | None = None


def bars(title: str, rows: Sequence[Bar], mark: float, mark_says: str) -> str:
    """An SVG file, its bars drawn from `mark`. The scale is logarithmic: half and double are as far from it."""
    values = [value for row in rows for value in (row.spread.least, row.spread.most)]
    least, most = min([*values, mark]) / 1.5, max([*values, mark]) * 1.5
    wide, height = WIDTH - LABELS - TEXTS, TOP + ROW * len(rows) + BOTTOM

    def x(value: float) -> float:
        return LABELS + wide * math.log(value / least) / math.log(most / least)

    drawing = Drawing(WIDTH, height)
    drawing.add(Rect(0, 0, WIDTH, height, fillColor=HexColor("#ffffff"), strokeColor=None))
    drawing.add(String(10, height - 20, title, fontName=FONT, fontSize=14, fillColor=LINE))
    for number, row in enumerate(rows):
        drawing.add(_row(row, height - TOP - ROW * (number + 1), x, x(mark)))
    drawing.add(Line(x(mark), BOTTOM, x(mark), height - TOP + 4, strokeColor=LINE, strokeDashArray=[4, 3]))
    drawing.add(String(x(mark) + 4, 6, mark_says, fontName=FONT, fontSize=SIZE, fillColor=LINE))
    # Read aloud in place of the picture; the library has three dots there.
    return str(renderSVG.drawToString(drawing)).replace("<title>...</title>", f"<title>{escape(title)}</title>")


def _row(row: Bar, y: float, x: Callable[[float], float], begin: float) -> Group:
    colour = PLAIN if row.good is None else GOOD if row.good else BAD
    end, middle = x(row.spread.median), y + ROW / 2
    return Group(
        String(LABELS - 8, y + 7, row.label, fontName=FONT, fontSize=SIZE, fillColor=LINE, textAnchor="end"),
        Rect(min(begin, end), y + 4, abs(end - begin), ROW - 8, fillColor=colour, strokeColor=None),
        Line(x(row.spread.least), middle, x(row.spread.most), middle, strokeColor=LINE),
        String(WIDTH - TEXTS + 8, y + 7, row.text, fontName=FONT, fontSize=SIZE, fillColor=LINE),
    )


def goals(measured: Sequence[Measured]) -> str:
    """How far every figure is from what is asked of it; empty where nothing is asked."""
    rows = [_goal(each, result) for each in measured for result in each.results if result.goal]
    return bars("How far from the goal: to the right of the line it is met", rows, 1.0, "the goal") if rows else ""


def _goal(measured: Measured, result: Result) -> Bar:
    assert result.goal is not None
    ratio = result.ratio
    drawn = (ratio.median, ratio.least, ratio.most)
    reached = [min(max(result.goal.reached(each), 1 / FARTHEST), FARTHEST) for each in drawn]
    spread = Spread(reached[0], min(reached), max(reached))
    text = f"{result.ratio.median:.3g}, {result.goal}"
    return Bar(_short(f"{measured.title}: {result.what}"), spread, text, result.met)


def rates(measured: Measured) -> str:
    """Ours beside each peer, in the unit of the first; empty where there are no results."""
    if not measured.results:
        return ""
    unit = measured.results[0].unit
    rows = []
    for result in (each for each in measured.results if each.unit == unit):
        rows.append(Bar(_short(result.what), result.ours, f"{result.ours.median:,.0f}", good=True))
        rows.append(Bar(_short(result.peer), result.beside, f"{result.beside.median:,.0f}"))
    least = min(row.spread.least for row in rows) / 2
    return bars(f"{measured.title}, {unit}", rows, least, f"{least:,.0f}")


def _short(label: str) -> str:
    return label if len(label) <= 74 else f"{label[:73]}…"
