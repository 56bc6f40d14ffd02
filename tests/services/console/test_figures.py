"""The pages of figures: sentences, pictures and tables that tell the same, and numbers that open for who may see."""

import re
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import load_mississippi
from services.console.frame.times import Times
from services.console.pages.figures.answers import Figures, Months
from services.console.pages.figures.drawing import (
    NARROW,
    WIDE,
    map_picture,
    months_picture,
    short,
    stages_picture,
)
from services.console.pages.figures.tiles import COLUMNS, ROWS, assigned, tiles
from services.console.pages.figures.view import counties_shown, months_shown, stages_shown
from services.console.timeline.drawing import text_width
from tests.services.console.figures import figures, month, spread, year
from tests.services.console.given import HOUR, NOW, TIMES, WORDS
from tests.services.console.house import Browser, Console
from tests.support.running_service import Person

TABLES = load_mississippi()
COUNTIES = list(TABLES.counties.values())
EDGES = [0, 15, 60, 180, 420, 720, 1320, 1440, 2880]


def read(told: dict[str, Any]) -> Figures:
    return msgspec.convert(told, Figures)


def sentence(**changes: Any) -> str:
    shown = months_shown(read(figures(months=[month(**changes)])), TIMES)
    assert shown
    return shown.sentence


def test_the_sentence_says_what_is_told_and_no_more() -> None:
    both = {"told": "both", "in_time": 31, "late": 11}
    assert sentence(stood=both) == "Of 42 teams asked for in October, 31 stood within 24 hours; half within 7 h."
    assert sentence() == (
        "Of 42 teams asked for in October, all but fewer than 11 stood within 24 hours; half within 7 h."
    )
    few = {"told": "few_in_time", "in_time": None, "late": None}
    neither = {"told": "neither", "in_time": None, "late": None}
    alone = spread([(0, None, 15)])
    assert "fewer than 11 stood" in sentence(stood=few)
    assert sentence(since="2025-11-01", until="2025-12-01", teams=15, stood=neither, spread=alone) == (
        "15 teams were asked for in November 2025 to December 2025, too few to say how many stood within 24 hours."
    )


def test_in_spanish_it_says_the_same() -> None:
    shown = months_shown(read(figures()), Times(NOW, WORDS["es"]))
    assert shown
    assert shown.sentence.startswith("De 42 equipos pedidos en octubre, menos de 11 no se formaron en 24 horas; la mit")


def test_the_table_tells_every_band_and_quarter() -> None:
    shown = months_shown(read(figures()), TIMES)
    assert shown
    (row,) = shown.rows
    assert row.bands == ["under 3 h: 11", "3 h to 7 h: 12", "7 h or more, or never: 19"]
    assert (row.quarter, row.half, row.three_quarters) == ("3 h", "7 h", "later than is told")


def test_of_counties_those_with_most_come_first() -> None:
    shown = counties_shown(read(figures(years=[year()])), TABLES, TIMES)
    assert shown
    assert [(row.county, row.says) for row in shown.rows] == [
        ("Hinds", "fewer than 11"),
        ("Harrison", "11 or more"),
        ("DeSoto", "not told"),
    ]
    assert (shown.left_out, shown.elsewhere) == (79, 185)
    assert shown.sentence == (
        "Of 300 teams asked for in 2025: 11 or more were late in 1 county and fewer than 11 in 1 county."
    )
    nothing = counties_shown(read(figures(years=[year(counties=[], elsewhere=300)])), TABLES, TIMES)
    assert nothing
    assert "no county can be told of alone" in nothing.sentence


def test_the_stage_that_takes_longest_is_named() -> None:
    stages = year()["stages"]
    stages[2]["spread"] = spread([(0, 600, 150), (600, 900, 150)])
    shown = stages_shown(read(figures(years=[year(stages=stages)])), TIMES)
    assert shown
    assert "within 15 h: CPS investigator: asked until accepted" in shown.sentence


def test_the_lawfully_noticed_stand_apart_and_what_is_small_together() -> None:
    contact = [
        {"ways": ["in_time"], "teams": 200},
        {"ways": ["noticed"], "teams": 40},
        {"ways": ["missed", "otherwise"], "teams": 60},
    ]
    shown = stages_shown(read(figures(years=[year(contact=contact)])), TIMES)
    assert shown
    assert [tuple(row) for row in shown.seen] == [
        ("Seen in time", 200),
        ("Missed, lawfully noticed", 40),
        ("Missed + Fell away or still running, together", 60),
    ]
    whole = [{"ways": ["in_time", "noticed", "missed", "otherwise"], "teams": 300}]
    untold = stages_shown(read(figures(years=[year(contact=whole)])), TIMES)
    assert untold
    assert untold.seen == []


def test_each_county_has_a_tile_of_its_own_near_its_place() -> None:
    placed = tiles(COUNTIES)
    assert set(placed) == set(TABLES.counties)
    assert len(set(placed.values())) == 82
    assert all(0 <= tile.column < COLUMNS and 0 <= tile.row < ROWS for tile in placed.values())
    north, south = (max, min)
    lat = {county.county: county.centroid_lat for county in COUNTIES}
    lon = {county.county: county.centroid_lon for county in COUNTIES}
    top, bottom = north(lat.values()), south(lat.values())
    west, east = min(lon.values()), max(lon.values())
    for name, tile in placed.items():
        assert abs(tile.row - (top - lat[name]) / (top - bottom) * (ROWS - 1)) < 2
        assert abs(tile.column - (lon[name] - west) / (east - west) * (COLUMNS - 1)) < 2.5
    assert tiles(reversed(COUNTIES)) == placed


def test_who_lies_well_to_the_north_or_east_has_a_tile_to_the_north_or_east() -> None:
    placed = tiles(COUNTIES)
    for one in COUNTIES:
        for other in COUNTIES:
            if one.centroid_lat > other.centroid_lat + 1:
                assert placed[one.county].row < placed[other.county].row
            if one.centroid_lon > other.centroid_lon + 1.2:
                assert placed[one.county].column > placed[other.county].column


@given(st.lists(st.lists(st.integers(0, 20), min_size=4, max_size=4), min_size=1, max_size=3))
def test_no_other_choice_of_places_is_nearer(cost: list[list[int]]) -> None:
    def every(rows: list[list[int]], free: set[int]) -> int:
        return min((rows[0][c] + every(rows[1:], free - {c}) for c in free), default=0) if rows else 0

    found = assigned(cost)
    assert len(set(found)) == len(cost)
    assert sum(row[column] for row, column in zip(cost, found, strict=True)) == every(cost, {0, 1, 2, 3})


def test_short_names_are_names_apart() -> None:
    names = [short(county) for county in TABLES.counties]
    assert len(set(names)) == 82
    assert max(text_width(name, 11.0) for name in names) <= map_picture(tiles(COUNTIES), {}, NARROW).size


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_tile_touches_another_and_none_is_cut_off(width: int) -> None:
    picture = map_picture(tiles(COUNTIES), {}, width)
    corners = [(tile.x, tile.y) for tile in picture.tiles]
    assert picture.width <= width
    for x, y in corners:
        assert x + picture.size <= picture.width
        assert y + picture.size <= picture.height
    for place, one in enumerate(corners):
        for other in corners[place + 1 :]:
            assert abs(one[0] - other[0]) > picture.size or abs(one[1] - other[1]) > picture.size


@st.composite
def spreads(chosen: st.DrawFn) -> dict[str, Any]:
    inner = sorted(chosen(st.sets(st.sampled_from(EDGES[1:]), max_size=6)))
    ends: list[int | None] = [*inner, None]
    return spread(
        [(since, until, chosen(st.integers(11, 900))) for since, until in zip([0, *inner], ends, strict=True)]
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
@given(several=st.lists(spreads(), min_size=1, max_size=12))
def test_bands_follow_one_another_and_nothing_of_a_month_touches_another(
    width: int, several: list[dict[str, Any]]
) -> None:
    months = [msgspec.convert(month(spread=each), Months) for each in several]
    picture = months_picture(months, ["November 2026 to December 2026"] * len(months), 1440, width)
    for row in picture.rows:
        for one, next_ in pairwise(row.bands):
            assert one.x + one.width <= next_.x
        for band in row.bands:
            assert picture.left <= band.x < band.x + band.width <= picture.right
        numbers = [band.number for band in row.bands if band.number]
        for one_text, next_text in pairwise(numbers):
            half = (text_width(one_text.text, 12.0) + text_width(next_text.text, 12.0)) / 2
            assert next_text.x - one_text.x >= half
        tops = [min(number.y - 10 for number in numbers), row.name.y - 11] if numbers else [row.name.y - 11]
        assert min(tops) > row.base - picture.rows[0].base + (10 if width == WIDE else -8)
    for above, below in pairwise(picture.rows):
        highest = min([band.y for band in below.bands] + [band.number.y - 10 for band in below.bands if band.number])
        assert highest > above.base + (0 if width == WIDE else 8)
    labels = [
        (tick.x - text_width(tick.label.text) / 2, tick.x + text_width(tick.label.text) / 2) for tick in picture.ticks
    ]
    assert all(one_label[1] < next_label[0] for one_label, next_label in pairwise(sorted(labels)))


@pytest.mark.parametrize("width", [WIDE, NARROW])
@given(several=st.lists(spreads(), min_size=6, max_size=6))
def test_stages_stand_below_one_another_and_their_axis_can_be_read(width: int, several: list[dict[str, Any]]) -> None:
    stages = [stage | {"spread": each} for stage, each in zip(year()["stages"], several, strict=True)]
    told = read(figures(years=[year(stages=stages)])).years[0].stages
    names = [WORDS["es"].say(f"figures.stage.{stage.stage}") for stage in told]
    picture = stages_picture(told, names, 1440, width)
    for row in picture.rows:
        ends = [at for at in (row.left, row.quarter, row.half, row.most) if at is not None]
        assert ends == sorted(ends)
        assert ends[-1] <= picture.right
        assert row.name.x + text_width(row.name.text) <= width
    labels = [
        (tick.x - text_width(tick.label.text) / 2, tick.x + text_width(tick.label.text) / 2) for tick in picture.ticks
    ]
    assert len(labels) >= 4
    assert all(one[1] < next_[0] for one, next_ in pairwise(labels))


async def test_a_page_shows_the_sentence_the_picture_and_the_table(browser: Browser) -> None:
    browser.console.others.say("GET", "rapid_assessment", "/figures", figures(years=[year()]))
    months = (await browser.get("/figures")).text
    assert "all but fewer than 11 stood within 24 hours; half within 7 h." in months
    assert months.count("<svg") == 2
    assert 'href="/figures/cases?since=2026-10&amp;until=2026-10&amp;outcome=owed"' in months
    counties = (await browser.get("/figures/counties")).text
    assert counties.count('<g class="tile') == 164
    assert 'county=Harrison&amp;outcome=owed">41</a>' in counties
    stages = (await browser.get("/figures/stages")).text
    assert "Tip received until the child is seen" in stages
    assert "It cannot be told: too few" in stages
    for text in (months, counties, stages):
        assert not re.search(r"\sstyle=|<script>", text)
        assert text.count("aria-labelledby") >= 2
        assert 'action="/export/figures"' in text


async def test_while_nothing_is_told_the_pages_say_when_something_will_be(browser: Browser) -> None:
    browser.console.others.say("GET", "rapid_assessment", "/figures", figures(months=[]))
    assert "No month is told yet" in (await browser.get("/figures")).text
    for path in ("/figures/counties", "/figures/stages"):
        text = (await browser.get(path)).text
        assert "No year is told yet" in text
        assert "The next figures come on Tue 8 Dec, 00:00 CST." in text


async def test_behind_a_number_are_the_cases_that_the_viewer_may_see(browser: Browser) -> None:
    case = {
        "tip": str(UUID(int=9)),
        "county": "Hinds",
        "received_at": (NOW - 30 * HOUR).isoformat(),
        "recorded_at": NOW.isoformat(),
        "formed_at": NOW.isoformat(),
        "known": "missed",
        "found": "met",
    }
    others = browser.console.others
    others.say("GET", "rapid_assessment", "/teams/times", {"cases": [case], "total": 120})
    text = (await browser.get("/figures/cases?since=2026-10&until=2026-10&county=Hinds&skip=50")).text
    assert "missed; found later: met" in text
    assert 'action="/export/team-times"' in text
    assert f'href="/cases/{UUID(int=9)}"' in text
    assert 'href="?since=2026-10&amp;until=2026-10&amp;county=Hinds&amp;outcome=owed&amp;skip=100"' in text
    (asked,) = [each for each in others.asked if each.path == "/teams/times"]
    assert asked.params == {
        "since": "2026-10", "until": "2026-10", "county": "Hinds", "outcome": "owed", "limit": "50", "skip": "50"
    }  # fmt: skip
    others.say("GET", "rapid_assessment", "/teams/times", {"cases": [], "total": 0})
    assert "no case of these months that you may see" in (await browser.get("/figures/cases")).text
    assert (await browser.get("/figures/cases?since=now")).status_code == 400


async def test_an_auditor_sees_the_numbers_and_no_way_to_cases(console: Console) -> None:
    console.others.people = {**console.others.people, "auditor@example.org": Person(("auditor",), agency="AG-PID")}
    console.others.say("GET", "rapid_assessment", "/figures", figures(years=[year()]))
    async with console.browser() as browser:
        await browser.sign_in("auditor@example.org")
        for path in ("/figures", "/figures/counties", "/figures/stages"):
            answer = await browser.get(path)
            assert answer.status_code == 200
            assert "/figures/cases" not in answer.text
        assert (await browser.get("/figures/cases")).status_code == 403


async def test_whoever_works_on_cases_alone_has_no_figures(console: Console) -> None:
    async with console.browser() as browser:
        await browser.sign_in("advocate@example.org")
        assert (await browser.get("/figures")).status_code == 403
