"""What two pages of one address say otherwise: nothing of it is forgotten, and nothing but it is marked."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.frame.difference import Change, compared, units
from services.console.frame.markup import only_looked_at, read
from services.console.frame.passing import Passing, shown
from tests.services.console.given import HOUR, NOW, TIMES, WORDS

MARKS = re.compile(
    r'<b class="change"[^>]*>[^<]*</b> | <span class="was">.*?</span>| data-changed="\w+"'
    r'|<li data-changed="gone">.*?</li>| ?<span data-changed="gone">.*?</span> ?'
)
PAGE = """
<section aria-labelledby="team"><h2 id="team">Team <span class="state">{team}</span></h2>
<ul>{seats}</ul></section>
<svg><text>{team} {seats}</text></svg>
<section aria-labelledby="story"><h2 id="story">Story</h2><ol>{story}</ol></section>
"""


def a_page(team: str = "not complete", seats: str = "", story: str = "") -> str:
    return PAGE.format(team=team, seats=seats, story=story)


def a_seat(name: str, stands: str) -> str:
    return f'<li id="seat-{name}"><div><span aria-hidden="true">●</span><b>{name}</b><br> {stands}</div></li>'


def a_line(at: str, sentence: str) -> str:
    return f"<li><div>{at}</div><div><p>{sentence}</p></div></li>"


def test_a_page_compared_with_itself_is_itself() -> None:
    page = a_page(seats=a_seat("advocate", "asked &amp; waiting"), story=a_line("03:10", "A tip was received."))
    assert compared(page, page, WORDS["en"]) == (page, [])


def test_a_field_that_changed_says_what_stood_there_and_what_came_is_one_mark_for_the_whole_line() -> None:
    first, then = a_line("03:10", "A tip was received."), a_line("04:00", "The seat was accepted.")
    before = a_page(seats=a_seat("advocate", "asked <i>at</i> 03:40") + a_seat("officer", "empty"), story=first)
    page = a_page("formed", a_seat("advocate", "filled") + a_seat("officer", "empty"), then + first)
    found = compared(page, before, WORDS["en"])
    assert found.changes == [
        Change("changed", "Team formed", "Team not complete"),
        Change("changed", "advocate filled", "advocate asked at 03:40"),
        Change("new", "04:00 · The seat was accepted."),
    ]
    assert '<span class="was">Before: <s>advocate asked at 03:40</s></span></div>' in found.text
    assert '<li data-changed="new"><div><b class="change" id="change-3" tabindex="-1">New:</b> 04:00' in found.text
    assert MARKS.sub("", found.text) == page


def test_what_is_gone_stands_struck_out_where_it_stood() -> None:
    lines = [a_line(f"0{hour}:00", f"Sentence {hour}.") for hour in (1, 2, 3)]
    found = compared(a_page(story=lines[0] + lines[2]), a_page(story="".join(lines)), WORDS["en"])
    assert found.changes == [Change("gone", "02:00 · Sentence 2.")]
    assert f'{lines[0]}<li data-changed="gone">' in found.text
    assert "No longer here:</b> <s>02:00 · Sentence 2.</s></li>" in found.text
    nothing = compared("<p>Quiet.</p>", f"<p>Quiet.</p>{a_page(story=lines[0])}", WORDS["es"])
    assert [each.kind for each in nothing.changes] == ["gone", "gone"]
    assert "Ya no está:" in nothing.text


def test_words_of_the_other_page_are_words_on_this_one() -> None:
    found = compared("<p>a</p>", "<p>&lt;script&gt;&#60;b&amp;</p>", WORDS["en"])
    assert found.changes == [Change("changed", "a", "<script><b&")]
    assert "<s>&lt;script&gt;&lt;b&amp;</s>" in found.text


@pytest.mark.parametrize("span", [HOUR / 60, HOUR, 7 * HOUR, timedelta(days=3), timedelta(days=400)])
def test_time_that_only_passed_is_no_difference_and_is_said_as_it_was(span: timedelta) -> None:
    def told(times: Passing, moment: object = NOW) -> str:
        said = times.said(NOW)
        left, since = times.left(NOW).text, times.apart(NOW)
        number = times.number(times.now - NOW)
        return f"<p>{said.local} {said.relative}, {times.short(NOW)}, {left} {number}, since {since}</p>"

    page, before = (told(Passing(at, WORDS["en"])) for at in (NOW + span, NOW))
    assert compared(page, before, WORDS["en"]).changes == []
    assert shown(compared(page, before, WORDS["en"]).text) == told(TIMES.__class__(NOW + span, WORDS["en"]))  # type: ignore[arg-type]
    moved = before.replace("<p>", f"<p>{Passing(NOW, WORDS['en']).short(NOW + 9 * HOUR)} ")
    assert len(compared(page, moved, WORDS["en"]).changes) == 1


# Nobody reads a space at the edge of a block, where a mark brings one of its own.
sentences = st.text(st.sampled_from("ab &"), min_size=1, max_size=4).map(str.strip).filter(bool)
pages = st.lists(st.tuples(st.sampled_from(["p", "li", "div", "h2"]), st.lists(sentences, max_size=3)), max_size=6).map(
    lambda blocks: "".join(
        f"<section id='s{place % 3}'>" + "".join(f"<{tag}>{each.replace('&', '&amp;')}</{tag}>" for each in said)
        + "</section>"
        for place, (tag, said) in enumerate(blocks)
    )
)  # fmt: skip


@given(pages, pages)
def test_all_that_stood_there_still_stands_there_or_is_told_and_the_rest_of_the_page_is_as_it_was(
    page: str, before: str
) -> None:
    found = compared(page, before, WORDS["en"])
    assert MARKS.sub("", found.text) == page
    assert [int(each) for each in re.findall(r'id="change-(\d+)"', found.text)] == sorted(
        int(each) for each in re.findall(r'id="change-(\d+)"', found.text)
    )
    assert found.text.count('class="change"') == len(found.changes)

    def each_of(changes: list[str]) -> Counter[str]:
        return Counter(part for each in changes for part in each.split(" · "))

    here, there = (Counter(each.said for each in units(read(text))) for text in (page, before))
    added = each_of([each.said for each in found.changes if each.kind != "gone"])
    taken = each_of([each.before for each in found.changes if each.kind == "changed"]) + each_of(
        [each.said for each in found.changes if each.kind == "gone"]
    )
    assert here - added == there - taken
    assert there + added == here + taken


def test_a_page_to_be_looked_at_has_no_form_that_sends_and_no_heading_of_nothing() -> None:
    ask = '<form method="get" action="/board"><select><option>Hinds</option></select></form>'
    sends = '<details class="act"><summary>Hold</summary><form method="post"><p>Hint.</p></form></details>'
    kept = f"<section><h2>Kits</h2><p>One.</p></section>{ask}"
    assert only_looked_at(f"<section><h2>Do</h2>{sends}</section>{kept}<form method='post'>x</form>") == kept
    assert only_looked_at(f"<section><h2>Kits</h2><p>One.</p>{sends}</section>{ask}") == kept
