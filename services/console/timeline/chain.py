"""A chain of causes as a picture: from the tip down, each event in the lane of its service. Pure.

Rows come in by the order of time, each with the row it came of; shapes with places come out. A phone has room for lanes
without their names: there each row says its service itself.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from services.console.timeline.drawing import EDGE, FONT, LINE, WIDE_FROM, text_width

Shape = Literal["tip", "person", "itself", "time"]
WIDE_LANE, NARROW_LANE = 118.0, 20.0
HEAD = 30.0
TOP = 12.0
ROW_PAD = 14.0
# Of a line past other events of the lane.
BESIDE = 14.0
WIDE_LINES, NARROW_LINES = 2, 4


class Row(NamedTuple):
    """An event: `of` is the place of the row it came of. `loose` where it was only done on what stood then."""

    lane: str
    number: int
    text: str
    beneath: str
    shape: Shape
    of: int | None
    loose: bool = False
    this: bool = False


class Node(NamedTuple):
    """An event drawn, with its lines of text from `x` on."""

    row: Row
    x: float
    y: float
    lines: Sequence[tuple[float, str]]
    beneath: tuple[float, str]


class Edge(NamedTuple):
    """From a cause to what came of it, with a head at its end."""

    path: str
    head: str
    loose: bool


class LaneHead(NamedTuple):
    """A lane from top to bottom; `name` is empty where there is no room for it."""

    name: str
    x: float


class Chain(NamedTuple):
    """All of it, in units that are pixels at its own width."""

    width: float
    height: float
    top: float
    text: float
    lanes: Sequence[LaneHead]
    nodes: Sequence[Node]
    edges: Sequence[Edge]


def draw_chain(rows: Sequence[Row], lanes: Sequence[tuple[str, str]], width: int) -> Chain:
    """`lanes` are the services that there are rows of, with their names, from left to right."""
    wide = width >= WIDE_FROM
    room = WIDE_LANE if wide else NARROW_LANE
    xs = {lane: EDGE + 6.0 + place * room for place, (lane, _) in enumerate(lanes)}
    text = EDGE + len(lanes) * room + (0.0 if wide else 6.0)
    top = HEAD if wide else TOP
    nodes: list[Node] = []
    y = top
    for row in rows:
        wrapped = wrap(f"{row.number}. {row.text}", width - text - EDGE, WIDE_LINES if wide else NARROW_LINES)
        first = y + ROW_PAD + 6.0
        lines = [(first + place * LINE, line) for place, line in enumerate(wrapped)]
        under = first + len(wrapped) * LINE
        nodes.append(Node(row, xs[row.lane], first - 4.5, lines, (under, row.beneath)))
        y = under + ROW_PAD - 6.0
    return Chain(
        width=width,
        height=y + EDGE,
        top=top,
        text=text,
        lanes=[LaneHead(name if wide else "", xs[lane]) for lane, name in lanes],
        nodes=nodes,
        edges=[
            _edge(nodes[each.row.of], each, next_to_it=each.row.of == place - 1)
            for place, each in enumerate(nodes)
            if each.row.of is not None
        ],
    )


def _edge(cause: Node, effect: Node, *, next_to_it: bool) -> Edge:
    """Down in the lane of the cause, beside the events between, and across at the height of what came of it."""
    if next_to_it and cause.x == effect.x:
        end = effect.y - 8.0
        return Edge(f"M{cause.x} {cause.y}V{end}", f"M{effect.x - 4} {end - 6}l4 6l4 -6z", effect.row.loose)
    down = cause.x if next_to_it else cause.x - BESIDE
    side = -1.0 if down < effect.x else 1.0
    end = effect.x + side * 8.0
    head = f"M{end + side * 6} {effect.y - 4}l{-side * 6} 4l{side * 6} 4z"
    return Edge(f"M{cause.x} {cause.y}H{down}V{effect.y}H{end}", head, effect.row.loose)


def wrap(text: str, room: float, most: int) -> list[str]:
    """In at most so many lines; the list beside the picture has it whole."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, FONT) <= room:
            lines[-1] = joined
        elif len(lines) == most:
            lines[-1] = f"{lines[-1]} …" if text_width(f"{lines[-1]} …", FONT) <= room else f"{lines[-1][:-2]}…"
            break
        else:
            lines.append(word)
    return lines
