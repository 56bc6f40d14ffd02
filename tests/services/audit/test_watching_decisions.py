"""When a copy is late, and where a log made anew is not what was signed of it: pure."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.audit.finding.decisions import Span
from services.audit.finding.events import FindingFound
from services.audit.finding.state import FindingKind, Findings, evolve
from services.audit.watching.lateness import LATE_AFTER_SECONDS, Standstill, come, late, standing_still
from services.audit.watching.recomputing import Reached, reached_with
from services.kernel.proof.leaves import FIRST, Row, leaf_of
from services.kernel.proof.notes import Checkpoint
from services.kernel.proof.tree import Frontier

LATER = LATE_AFTER_SECONDS
STREAM = UUID(int=7)


def behind(first: int, last: int) -> Findings:
    found = FindingFound(source="tips", kind="behind", first=first, last=last, there="", here="")
    return evolve(Findings(), found)


def test_a_copy_that_has_all_or_comes_on_stands_not_still() -> None:
    assert standing_still(None, 5, 5, 0.0) is None
    assert standing_still(Standstill(5, 0.0), 5, 5, 9.0) is None
    assert standing_still(Standstill(5, 0.0), 6, 9, 9.0) == Standstill(6, 9.0), "it came on: the time begins anew"
    assert standing_still(Standstill(5, 0.0), 5, 9, 9.0) == Standstill(5, 0.0)


def test_what_waits_is_late_after_some_seconds_and_said_once_however_much_more_comes() -> None:
    still = Standstill(5, 0.0)
    assert late(still, Findings(), 9, LATER - 0.1) == ()
    assert late(still, Findings(), 9, LATER) == [Span(FindingKind.BEHIND, 6, 9)]
    assert late(still, behind(6, 9), 12, LATER + 4) == ()
    assert late(None, Findings(), 9, LATER) == ()


def test_what_was_late_and_has_come_is_over_and_what_has_not_is_not() -> None:
    assert come(behind(6, 9), 8) == []
    assert come(behind(6, 9), 9) == [1]
    other = FindingFound(source="tips", kind="not_the_same", first=6, last=6, there="", here="")
    assert come(evolve(Findings(), other), 9) == [], "that rows came is no answer to what differs"


def rows_of(size: int) -> list[Row]:
    return [Row(n, STREAM, n, "toy.counted", b"%d" % n) for n in range(1, size + 1)]


def leaves_of(rows: list[Row]) -> list[bytes]:
    leaves, before = [], FIRST
    for row in rows:
        before = leaf_of(row, before)
        leaves.append(before)
    return leaves


def heads_of(leaves: list[bytes], sizes: list[int]) -> list[Checkpoint]:
    frontier, found = Frontier(), []
    for size, leaf in enumerate(leaves, start=1):
        frontier.add(leaf)
        found += [Checkpoint("muster/test/tips", size, frontier.root())] * sizes.count(size)
    return found


@given(st.data())
def test_the_first_head_after_a_changed_row_says_so_however_the_reading_is_cut(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 60))
    rows = rows_of(size)
    sizes = sorted(data.draw(st.sets(st.integers(1, size))))
    heads = heads_of(leaves_of(rows), sizes)
    changed = data.draw(st.integers(0, size))
    if changed:
        rows[changed - 1] = rows[changed - 1]._replace(state=b"changed")
    leaves = leaves_of(rows)
    cut = data.draw(st.integers(0, size))
    met: Reached | Span = Reached(Frontier(), 0)
    for first, last in ((0, cut), (cut, size)):
        if isinstance(met, Reached):
            of_these = [head for head in heads if first < head.size <= last]
            met = reached_with(met, rows[first:last], leaves[first:last], of_these)
    covering = [each for each in sizes if changed and each >= changed]
    if covering:
        before = max((each for each in sizes if each < changed), default=0)
        assert met == Span(FindingKind.COPY_CHANGED, before + 1, covering[0])
    else:
        assert isinstance(met, Reached)
        assert (met.frontier.size, met.held) == (size, max(sizes, default=0))


def test_of_two_heads_of_one_size_one_is_of_another_past() -> None:
    leaves = leaves_of(rows_of(3))
    (head,) = heads_of(leaves, [3])
    other = head._replace(root=bytes(32))
    assert reached_with(Reached(Frontier(), 0), rows_of(3), leaves, [head, other]) == Span(
        FindingKind.COPY_CHANGED, 1, 3
    )
