"""Grows the tree by what the log has got, apart from the appends: they wait for no proof."""

from collections.abc import Sequence
from itertools import takewhile
from uuid import UUID

from services.kernel.log import Log
from services.kernel.operations import LOST
from services.kernel.proof.kept import KeptTree
from services.kernel.proof.leaves import FIRST, Row, leaf_of
from services.kernel.proof.tree import Frontier
from services.kernel.stored_form import Logged

READ_LIMIT = 250


class LogChanged(Exception):
    """The log is not what its tree says it was, or has a gap: nothing more of it is signed. Says no more than where."""


class PositionsLost(Exception):
    """The log went back before `position`: what stood there is in the tree, and only a witness knows its leaf."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Growing:
    """The tree of one log. Whoever uses it holds the lease of it."""

    def __init__(self, events: Log, tree: KeptTree, frontier: Frontier) -> None:
        self._events = events
        self._tree = tree
        self._frontier = frontier
        self._last: tuple[Row, bytes] | None = None

    @property
    def size(self) -> int:
        """Leaves so far."""
        return self._frontier.size

    def root(self) -> bytes:
        """Of them."""
        return self._frontier.root()

    async def grow(self) -> bool:
        """Adds what follows, some hundred rows at most; whether there may be more.

        Raises `LogChanged`, `PositionsLost`.

        The last row that is in the tree is looked at again: a log that lost its newest rows goes on with others.
        """
        rows = [_row(each) for each in await self._events.after(max(self.size - 1, 0), READ_LIMIT + 1)]
        if self.size:
            await self._look_again(rows)
            rows = rows[1:]
        kept = list(takewhile(lambda row: row.name not in LOST, rows))
        if kept:
            await self._add(kept)
        elif rows:
            raise PositionsLost(self.size + 1)
        return len(rows) >= READ_LIMIT or len(kept) < len(rows)

    async def take(self, leaves: Sequence[bytes]) -> None:
        """Adds the leaves of positions that were lost, as a witness tells them: it signs no head with wrong ones."""
        edge = self._frontier.copy()
        await self._tree.add([kept for leaf in leaves for kept in edge.add(leaf)])
        self._frontier = edge
        self._last = None

    async def _look_again(self, rows: Sequence[Row]) -> None:
        if not rows or rows[0].position != self.size:
            raise LogChanged(f"Position {self.size} is gone.")
        row = rows[0]
        if row.name in LOST:
            # Its leaf is that of what stood there.
            return
        if self._last is None:
            (leaf,) = await self._leaves([row])
            if leaf != await self._tree.leaf(self.size - 1):
                raise LogChanged(f"Position {self.size} is another than it was.")
            self._last = row, leaf
        if row != self._last[0]:
            raise LogChanged(f"Position {self.size} is another than it was.")

    async def _add(self, rows: Sequence[Row]) -> None:
        expected = range(self.size + 1, self.size + 1 + len(rows))
        if [row.position for row in rows] != list(expected):
            raise LogChanged(f"A position after {self.size} is missing.")
        leaves = await self._leaves(rows)
        edge = self._frontier.copy()
        await self._tree.add([kept for leaf in leaves for kept in edge.add(leaf)])
        self._frontier = edge
        self._last = rows[-1], leaves[-1]

    async def _leaves(self, rows: Sequence[Row]) -> Sequence[bytes]:
        """In order, each with the hash of the one before it in its stream."""
        met: set[UUID] = set()
        before_these = {row.stream: row.version - 1 for row in reversed(rows) if row.version > 1}
        heads = dict(await self._tree.leaves_of(before_these)) if before_these else {}
        leaves = []
        for row in rows:
            if row.version > 1 and row.stream not in heads:
                raise LogChanged(f"Position {row.position} has nothing before it in its stream.")
            if row.version == 1 and row.stream in met:
                raise LogChanged(f"Position {row.position} begins a stream again.")
            met.add(row.stream)
            leaf = leaf_of(row, FIRST if row.version == 1 else heads[row.stream])
            heads[row.stream] = leaf
            leaves.append(leaf)
        return leaves


def _row(event: Logged) -> Row:
    return Row(event.id, event.originator_id, event.originator_version, event.topic, event.state)
