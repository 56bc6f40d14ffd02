"""No label of a picture touches another, however many there are and however near to one another they fall."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import LOCAL
from services.console.frame.times import Times
from services.console.pages.case.view import NARROW, WIDE
from services.console.timeline.drawing import DOT, FONT, Label, Picture, draw, text_width
from services.console.timeline.story import LANES, Bar, Dot, Lane, Phase, Story, Tone
from tests.services.console.given import HOUR, MINUTE, NOW, TIMES, WORDS

MONTH = timedelta(days=30)
moments = st.timedeltas(-6 * MONTH, 6 * MONTH).map(lambda since: NOW + since) | st.timedeltas(-HOUR, HOUR).map(
    lambda since: NOW + since
)
texts = st.text(st.sampled_from("abcWM il áñ,.:"), min_size=1, max_size=80)
lanes: st.SearchStrategy[Lane] = st.sampled_from(LANES)
tones: st.SearchStrategy[Tone] = st.sampled_from(("plain", "asked", "done", "late"))
phases: st.SearchStrategy[Phase] = st.sampled_from(("running", "met", "missed", "excused"))
dots = st.builds(Dot, lane=lanes, at=moments.filter(lambda at: at <= NOW), text=texts, tone=tones)


@st.composite
def bars(chosen: st.DrawFn) -> Bar:
    since = chosen(moments)
    due_at = since + chosen(st.timedeltas(HOUR, 3 * MONTH))
    phase = chosen(phases)
    ended_at = chosen(moments) if phase in {"met", "excused"} else None
    done_at = due_at + chosen(st.timedeltas(HOUR, MONTH)) if phase == "missed" and chosen(st.booleans()) else None
    return Bar(
        lane=chosen(lanes),
        rule="C06",
        version=1,
        citation="",
        since=since,
        due_at=due_at,
        warnings=(since + (due_at - since) / 2,),
        phase=phase,
        ended_at=ended_at,
        done_at=done_at,
    )


stories = st.builds(
    lambda some_bars, some_dots: Story(
        sorted(some_bars, key=lambda each: each.since), sorted(some_dots, key=lambda each: each.at), ()
    ),
    st.lists(bars(), max_size=12),
    st.lists(dots, max_size=30),
)


def drawn(story: Story, width: int = WIDE, times: Times = TIMES) -> Picture:
    return draw(story, times, width, lambda bar: ("Team of three formed", f"it is {bar.phase}"))


def boxes(picture: Picture) -> Sequence[tuple[float, float, float, float]]:
    """Left, top, right and bottom of everything that must not touch: labels and names, dots, bars, the axis."""
    found = [box(tick.label, size=12.0) for tick in picture.ticks]
    found.append(box(picture.now_label))
    for lane in picture.lanes:
        found.append(box(lane.name))
        for bar in lane.bars:
            found += [box(label) for label in bar.labels]
            found.append((bar.x, bar.y, max(bar.due, bar.over), bar.y + 8))
        for dot in lane.dots:
            found += [box(dot.label), (dot.x - DOT, dot.y - DOT, dot.x + DOT, dot.y + DOT)]
    return found


def box(label: Label, size: float = FONT) -> tuple[float, float, float, float]:
    # A line of text reaches a fifth of its size below where it stands.
    return label.left, label.y - size * 0.8, label.right, label.y + size * 0.2


def touching(picture: Picture) -> list[object]:
    every = boxes(picture)
    return [
        (one, other)
        for place, one in enumerate(every)
        for other in every[place + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@given(story=stories)
def test_nothing_touches_anything_else_and_nothing_is_cut_off(width: int, story: Story) -> None:
    picture = drawn(story, width)
    assert touching(picture) == []
    for left, top, right, bottom in boxes(picture):
        assert left >= 0
        assert right <= picture.width
        assert 0 <= top < bottom <= picture.height


@st.composite
def busy_hours(chosen: st.DrawFn) -> Story:
    """Twenty marks within an hour, five clocks of which one was missed and one extended."""
    began = NOW - chosen(st.timedeltas(HOUR, 3 * 24 * HOUR))
    minutes = st.integers(0, 60).map(lambda minute: began + minute * MINUTE)
    marks = [Dot(lane=chosen(lanes), at=chosen(minutes), text=chosen(texts), tone=chosen(tones)) for _ in range(20)]
    lengths = [24 * HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR, 4 * HOUR]
    clocks = [
        Bar(
            lane=chosen(lanes),
            rule="C06",
            version=1,
            citation="",
            since=began,
            due_at=began + length,
            warnings=(began + length / 2, began + length - HOUR),
            phase="missed" if length == 4 * HOUR else "running",
            done_at=None,
            ended_at=None,
        )
        for length in lengths
    ]
    return Story(clocks, sorted(marks, key=lambda mark: mark.at), ())


@pytest.mark.parametrize("width", [WIDE, NARROW])
@given(story=busy_hours())
def test_a_busy_hour_touches_nothing_and_tells_every_mark(width: int, story: Story) -> None:
    picture = drawn(story, width)
    assert touching(picture) == []
    assert sum(len(lane.bars) for lane in picture.lanes) == 5
    for lane in picture.lanes:
        expected = {dot.tone for dot in story.dots if dot.lane == lane.lane}
        assert {dot.tone for dot in lane.dots} == expected


@given(story=stories)
def test_everything_of_a_lane_stands_in_its_lane(story: Story) -> None:
    picture = drawn(story)
    assert [lane.lane for lane in picture.lanes] == list(LANES)
    for before, after in zip(picture.lanes, picture.lanes[1:], strict=False):
        assert before.bottom == after.top
    for lane in picture.lanes:
        assert len(lane.bars) == sum(bar.lane == lane.lane for bar in story.bars)
        assert all(lane.top < bar.y < lane.bottom for bar in lane.bars)
        assert all(lane.top < dot.y < lane.bottom for dot in lane.dots)


def test_things_at_one_moment_are_one_dot_with_all_their_words() -> None:
    same = [Dot(lane="tips", at=NOW - HOUR, text=text, tone="done") for text in ("told", "asked", "told")]
    (dot,) = drawn(Story([], same, [])).lanes[0].dots
    assert dot.label.text == "told, asked"


def test_a_label_near_the_right_edge_stands_to_the_left_of_its_dot() -> None:
    early = Dot(lane="tips", at=NOW - 24 * HOUR, text="received", tone="plain")
    late = Dot(lane="tips", at=NOW + timedelta(hours=5), text="a long text for so late a moment", tone="plain")
    first, last = drawn(Story([], [early, late], [])).lanes[0].dots
    assert (first.label.end, last.label.end) == (False, True)


def test_what_is_due_later_than_the_picture_goes_says_so_and_the_past_has_the_room() -> None:
    def bar(due_at: datetime) -> Bar:
        since = NOW - 24 * HOUR
        return Bar(lane="tips", rule="C13", version=1, citation="", since=since, due_at=due_at, warnings=())

    picture = drawn(Story([bar(NOW + 2 * HOUR), bar(NOW + 60 * 24 * HOUR)], [], []))
    assert [each.beyond for each in picture.lanes[0].bars] == [False, True]
    assert picture.now > picture.width / 2


@pytest.mark.parametrize(
    ("span", "texts"),
    [
        (6 * HOUR, ["Fri 21:00", "22:00", "23:00", "Sat 00:00", "01:00", "02:00"]),
        (30 * HOUR, ["Thu 21:00", "Fri 00:00", "03:00"]),
        (30 * 24 * HOUR, ["28 Oct", "4 Nov", "11 Nov", "18 Nov"]),
    ],
)
def test_the_axis_is_read_on_the_clocks_of_mississippi(span: timedelta, texts: list[str]) -> None:
    began = Dot(lane="tips", at=NOW - span, text="received", tone="plain")
    picture = drawn(Story([], [began], []))
    assert [tick.label.text for tick in picture.ticks if tick.x <= picture.now][: len(texts)] == texts


def test_on_the_night_the_clocks_are_put_back_the_axis_goes_on() -> None:
    at = datetime(2026, 11, 1, 12, tzinfo=LOCAL)
    story = Story([], [Dot(lane="tips", at=at - timedelta(hours=16), text="received", tone="plain")], [])
    picture = drawn(story, times=Times(at, WORDS["en"]))
    places = [tick.x for tick in picture.ticks]
    assert places == sorted(set(places))
    assert len(places) >= 4


def test_a_case_of_which_nothing_is_known_is_still_a_picture() -> None:
    picture = drawn(Story([], [], []))
    assert picture.width == WIDE
    assert picture.ticks


def test_text_is_reckoned_wide() -> None:
    assert text_width("Certified investigator declines") > 0.5 * FONT * len("Certified investigator declines")
    assert text_width("WWWW") > text_width("llll")
