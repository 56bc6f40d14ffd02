"""The picture of a chain of causes: nothing touches anything else, and everything is where its service is."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.console.pages.case.view import NARROW, WIDE
from services.console.timeline.chain import Row, Shape, draw_chain, wrap
from services.console.timeline.drawing import EDGE, LINE, text_width
from services.console.timeline.story import LANES

NAMES = [(lane, lane.replace("_", " ")) for lane in LANES]
SHAPES = st.sampled_from(list[Shape](("tip", "person", "itself", "time")))
TEXT = st.text(st.sampled_from("abcdefghij mW "), min_size=1, max_size=200).filter(str.strip)


@st.composite
def chains(draw: st.DrawFn) -> list[Row]:
    return [
        Row(
            draw(st.sampled_from(LANES)),
            place + 1,
            draw(TEXT),
            "Tips · Mon 18:00",
            draw(SHAPES),
            draw(st.integers(0, place - 1)) if place else None,
        )
        for place in range(draw(st.integers(1, 6)))
    ]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@settings(max_examples=30)
@given(chains())
def test_each_row_has_its_own_height_and_each_event_its_own_lane(width: int, rows: list[Row]) -> None:
    drawn = draw_chain(rows, NAMES, width)
    lanes: dict[str, float] = {name: lane.x for name, lane in zip(LANES, drawn.lanes, strict=True)}
    for node in drawn.nodes:
        assert node.x == lanes[node.row.lane] < drawn.text
        heights = [y for y, _ in node.lines] + [node.beneath[0]]
        assert all(lower - upper == LINE for upper, lower in pairwise(heights))
        assert heights[-1] <= drawn.height
    assert all(above.beneath[0] + LINE <= below.lines[0][0] for above, below in pairwise(drawn.nodes))
    assert len(drawn.edges) == len(rows) - 1
    assert [bool(lane.name) for lane in drawn.lanes] == [width == WIDE] * len(LANES)


@given(TEXT)
def test_words_are_wrapped_and_what_does_not_fit_is_left_to_the_list(text: str) -> None:
    room = NARROW - 4 * EDGE
    whole = wrap(text, room, 99)
    assert " ".join(whole) == " ".join(text.split())
    cut = wrap(text, room, 2)
    assert len(cut) <= 2
    assert (cut == whole) == (len(whole) <= 2)
    assert cut == whole or cut[-1].endswith("…")
    assert all(text_width(line) <= room for line in cut if " " in line)
