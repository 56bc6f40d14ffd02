"""Where everything of a picture goes, for a given width. Pure: a story comes in, shapes with places come out.

Labels never collide: what overlaps goes into another row. Widths of text are reckoned wide, since the server does not
know the reader's font.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from contracts.jurisdictions import LOCAL
from services.console.frame.passing import shown
from services.console.frame.times import Times
from services.console.timeline.story import LANES, Bar, Dot, Lane, Story, Tone

FONT = 13.0
AXIS_FONT = 12.0
DOT = 5.0
GAP = 10.0
EDGE = 14.0
TOP = 30.0
AXIS = 28.0
BAR_ROW = 36.0
# With a line for the name and one for how it stands.
TALL_BAR_ROW = 54.0
LINE = 17.0
DOT_ROW = 25.0
LANE_PAD = 10.0
NAME_ROW = 22.0
# Dots so near to one another are one dot with all their words.
TOGETHER = 4.0
WIDE_FROM = 700
NAME_COLUMN = 116.0
LEAST_TICK = 78.0
AHEAD = 0.5
LEAST_AHEAD = timedelta(hours=6)
LEAST_ROOM = timedelta(minutes=45)
# As a share of the font's size, for the wider of common fonts.
NARROW, USUAL, BROAD = 0.36, 0.62, 0.92
STEPS = tuple(
    timedelta(hours=hours)
    for hours in (1, 2, 3, 4, 6, 12, 24, 48, 24 * 7, 24 * 14, 24 * 30, 24 * 91, 24 * 182, 24 * 365)
)


class Label(NamedTuple):
    """Text from `x` on to the right, or with `end` to the left of it; `width` is reckoned wide."""

    x: float
    y: float
    text: str
    end: bool
    width: float

    @property
    def left(self) -> float:
        return self.x - self.width if self.end else self.x

    @property
    def right(self) -> float:
        return self.x if self.end else self.x + self.width


class DrawnBar(NamedTuple):
    """`labels` are one line or two.

    `x` to `due` is the time there was, to `filled` the time it took or has taken, from `due` to `over` the delay.
    `beyond` where it is due later than the picture goes.
    """

    bar: Bar
    labels: Sequence[Label]
    x: float
    y: float
    due: float
    filled: float
    over: float
    beyond: bool
    ticks: Sequence[float]


class DrawnDot(NamedTuple):
    """One or several things at nearly one moment."""

    x: float
    y: float
    tone: Tone
    label: Label


class DrawnLane(NamedTuple):
    """From `top` to `bottom`; `name` is where its name stands."""

    lane: Lane
    top: float
    bottom: float
    name: Label
    bars: Sequence[DrawnBar]
    dots: Sequence[DrawnDot]


class Tick(NamedTuple):
    """A line of the axis."""

    x: float
    label: Label


class Picture(NamedTuple):
    """All of it, in units that are pixels at its own width."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    now: float
    now_label: Label
    lanes: Sequence[DrawnLane]
    ticks: Sequence[Tick]


class Axis(NamedTuple):
    """Time from left to right, at one scale."""

    since: datetime
    until: datetime
    left: float
    right: float

    def x(self, moment: datetime) -> float:
        """Where it stands; at an end what lies beyond that."""
        share = (moment - self.since) / (self.until - self.since)
        return round(self.left + min(max(share, 0.0), 1.0) * (self.right - self.left), 1)


def draw(story: Story, times: Times, width: int, label_of: Callable[[Bar], tuple[str, str]]) -> Picture:
    """`label_of` gives a deadline's name, and how it stands in words."""
    # The width of a text is that of what is read of it.
    times = times.as_shown
    story = Story(story.bars, [msgspec.structs.replace(dot, text=shown(dot.text)) for dot in story.dots], story.lines)

    def label_read(bar: Bar) -> tuple[str, str]:
        name, standing = label_of(bar)
        return shown(name), shown(standing)

    wide = width >= WIDE_FROM
    left = NAME_COLUMN if wide else EDGE
    since, until = _span(story, times.now)
    axis = Axis(since, until, left, width - EDGE)
    y = TOP
    lanes = []
    for lane in LANES:
        drawn = _lane(lane, story, axis, y, times, label_read, wide=wide)
        lanes.append(drawn)
        y = drawn.bottom
    now = axis.x(times.now)
    said = times.short(times.now)
    return Picture(
        width=width,
        height=y + AXIS,
        left=left,
        right=axis.right,
        bottom=y,
        now=now,
        now_label=_beside(now, 18.0, said, axis, offset=6.0),
        lanes=lanes,
        ticks=ticks_of(axis, y + 19.0, times),
    )


def text_width(text: str, size: float = FONT) -> float:
    """At least as wide as any common font draws it."""
    shares = (NARROW if each in "ijltfrI.,:;'|!()[] " else BROAD if each in "mwMW@%—…" else USUAL for each in text)
    return round(sum(shares) * size, 1)


def _span(story: Story, now: datetime) -> tuple[datetime, datetime]:
    """From the first to the last, but of what is ahead only some: what happened needs the room."""
    began = min([now, *(dot.at for dot in story.dots), *(bar.since for bar in story.bars)])
    past = max(now, *(dot.at for dot in story.dots)) if story.dots else now
    ahead = max([past, *(bar.due_at for bar in story.bars)])
    until = min(ahead, past + max((past - began) * AHEAD, LEAST_AHEAD))
    room = max((until - began) * 0.02, LEAST_ROOM)
    return began - room, until + room


def _lane(
    lane: Lane,
    story: Story,
    axis: Axis,
    top: float,
    times: Times,
    label_of: Callable[[Bar], tuple[str, str]],
    *,
    wide: bool,
) -> DrawnLane:
    y = top + LANE_PAD + (0.0 if wide else NAME_ROW)
    named = [(bar, _lines(*label_of(bar), axis, wide=wide)) for bar in story.bars if bar.lane == lane]
    bars, rows = _bars(named, axis, y, times.now, wide=wide)
    y += rows * (BAR_ROW if wide else TALL_BAR_ROW)
    dots, rows = _dots(_gathered([dot for dot in story.dots if dot.lane == lane], axis), axis, y)
    y += max(rows, 0 if bars else 1) * DOT_ROW
    text = times.words.say(f"lane.{lane}")
    name = Label(0.0 if wide else EDGE, top + LANE_PAD + 14.0, text, end=False, width=text_width(text))
    return DrawnLane(lane, top, y + LANE_PAD, name, bars, dots)


def _lines(name: str, standing: str, axis: Axis, *, wide: bool) -> list[str]:
    room = axis.right - axis.left
    return [_cut(f"{name}: {standing}", room)] if wide else [_cut(name, room), _cut(standing, room)]


def _bars(
    bars: Sequence[tuple[Bar, list[str]]], axis: Axis, y: float, now: datetime, *, wide: bool
) -> tuple[list[DrawnBar], int]:
    taken: list[float] = []
    drawn = []
    for bar, lines in bars:
        x, due = axis.x(bar.since), axis.x(bar.due_at)
        filled = axis.x(min(bar.ended_at or now, bar.due_at))
        missed = (bar.phase == "missed" and bar.found not in {"met", "excused"}) or bar.found == "missed"
        over = axis.x(bar.done_at or now) if missed else due
        width = max(text_width(text) for text in lines)
        # Above its bar; where it does not fit to the right, as far left as it must.
        at = max(axis.left, min(x, axis.right - width))
        row = _row(taken, min(x, at), max(due, over, at + width))
        top = y + row * (BAR_ROW if wide else TALL_BAR_ROW)
        labels = [
            Label(at, top + 12.0 + place * LINE, text, end=False, width=text_width(text))
            for place, text in enumerate(lines)
        ]
        ticks = [axis.x(each) for each in bar.warnings if each < axis.until]
        beyond = bar.due_at > axis.until
        middle = labels[-1].y + 6.0
        drawn.append(DrawnBar(bar, labels, x, middle, due, max(filled, x), max(over, due), beyond, ticks))
    return drawn, len(taken)


def _gathered(dots: Iterable[Dot], axis: Axis) -> list[tuple[float, Tone, str]]:
    """What stands too near together is said together."""
    gathered: list[tuple[float, Tone, list[str]]] = []
    for dot in dots:
        x = axis.x(dot.at)
        if gathered and x - gathered[-1][0] < TOGETHER and gathered[-1][1] == dot.tone:
            gathered[-1][2].append(dot.text)
        else:
            gathered.append((x, dot.tone, [dot.text]))
    return [(x, tone, ", ".join(dict.fromkeys(texts))) for x, tone, texts in gathered]


def _dots(dots: Iterable[tuple[float, Tone, str]], axis: Axis, y: float) -> tuple[list[DrawnDot], int]:
    taken: list[float] = []
    drawn = []
    for x, tone, text in dots:
        label = _beside(x, 0.0, _fitting(text, x, axis), axis, offset=DOT + 5.0)
        row = _row(taken, min(x - DOT, label.left), max(x + DOT, label.right))
        middle = y + row * DOT_ROW + DOT_ROW / 2
        drawn.append(DrawnDot(x, middle, tone, label._replace(y=middle + 4.5)))
    return drawn, len(taken)


def _fitting(text: str, x: float, axis: Axis) -> str:
    """As much as fits on the better side of its dot."""
    return _cut(text, max(axis.right - x, x - axis.left) - DOT - 5.0)


def _cut(text: str, room: float) -> str:
    """The list below the picture has it whole."""
    if text_width(text) <= room:
        return text
    while text and text_width(text + "…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _beside(x: float, y: float, text: str, axis: Axis, *, offset: float) -> Label:
    """To the right, where there is room; else to the left."""
    width = text_width(text)
    if x + offset + width <= axis.right:
        return Label(x + offset, y, text, end=False, width=width)
    return Label(x - offset, y, text, end=True, width=width)


def _row(taken: list[float], left: float, right: float) -> int:
    """The first row that is free from `left` on. Rows are filled from left to right."""
    for row, until in enumerate(taken):
        if left >= until + GAP:
            taken[row] = right
            return row
    taken.append(right)
    return len(taken) - 1


def ticks_of(axis: Axis, y: float, times: Times) -> list[Tick]:
    """As many moments of the clock or the calendar as have room, with their labels at `y`."""
    room = axis.right - axis.left
    span = axis.until - axis.since
    step = next((each for each in STEPS if each / span * room >= LEAST_TICK), STEPS[-1])
    ticks: list[Tick] = []
    moment = _first_tick(axis.since, step)
    while moment <= axis.until:
        x = axis.x(moment)
        text = _tick_text(moment, step, times, first=not ticks)
        width = text_width(text, AXIS_FONT)
        label = Label(x - width / 2, y, text, end=False, width=width)
        fits = label.left >= axis.left - EDGE and label.right <= axis.right + EDGE
        if fits and (not ticks or label.left >= ticks[-1].label.right + GAP / 2):
            ticks.append(Tick(x, label))
        moment = _next_tick(moment, step)
    return ticks


def _first_tick(since: datetime, step: timedelta) -> datetime:
    """On the clocks of the state: midnight, and whole steps after it."""
    local = since.astimezone(LOCAL)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight
    while moment < since:
        moment = _next_tick(moment, step)
    return moment


def _next_tick(moment: datetime, step: timedelta) -> datetime:
    if step >= timedelta(days=1):
        # Days are counted on the calendar: one of them has 23 hours, another 25.
        local = moment.astimezone(LOCAL)
        return (local.replace(tzinfo=None) + step).replace(tzinfo=LOCAL)
    following = moment.astimezone(LOCAL)
    return (following.replace(tzinfo=None) + step).replace(tzinfo=LOCAL)


def _tick_text(moment: datetime, step: timedelta, times: Times, *, first: bool) -> str:
    local = moment.astimezone(LOCAL)
    if step >= timedelta(days=1):
        return times.day(moment)
    if local.hour == 0 or first:
        return f"{times.words.say(f'weekday.{local.isoweekday()}')} {local:%H:%M}"
    return f"{local:%H:%M}"
