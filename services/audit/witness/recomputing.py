"""The tree of a log made anew from its rows, and held against what was signed of it on the way."""

from collections.abc import Collection, Iterable
from typing import NamedTuple, Self

from services.audit.witness.heads import Heads
from services.kernel.proof.chains import Chains
from services.kernel.proof.leaves import Row
from services.kernel.proof.notes import Checkpoint
from services.kernel.proof.tree import Frontier


class Differs(NamedTuple):
    """The first head that the rows do not have: somewhere from `first` to its size they are not what was signed."""

    first: int
    head: Checkpoint
    root: bytes


class Recomputing:
    """One reading of one log. Memory does not grow with it. A context manager."""

    def __init__(self, heads: Heads) -> None:
        self._heads = heads
        self._chains = Chains()
        self._frontier = Frontier()
        self._waiting: list[Checkpoint] = []
        self._asked_until = 0
        self.known = 0
        self.held = 0
        self.count = 0
        self.differs: Differs | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._chains.close()

    async def begin(self) -> None:
        """Before the first row is read: what is signed meanwhile may be of rows that this reading does not meet."""
        self.known = await self._heads.last()

    async def add(self, rows: Iterable[Row], lost: Collection[int] = ()) -> None:
        """The rows that come next, in order; what follows those at `lost` positions does not go on from them."""
        following = list(rows)
        if not self.known or not following:
            return
        leaves = self._chains.leaves(following, lost)
        for row, leaf in zip(following, leaves, strict=True):
            # A position that is missing must not have a later row stand for it.
            await self._hold(row.position - 1)
            self._frontier.add(leaf)
            await self._hold(row.position)

    def rolled_back(self, position: int) -> bool:
        """Whether a log that ends there was larger once."""
        return self.known > position

    async def _hold(self, position: int) -> None:
        while (head := await self._next(position)) is not None:
            if self.differs is not None:
                continue
            root = self._frontier.root()
            self.count += 1
            if (self._frontier.size, root) == (head.size, head.root):
                self.held = head.size
            else:
                # Of two heads of one size one is right at most, and the other is of another past.
                self.differs = Differs(self.held + 1 if self.held < head.size else 1, head, root)

    async def _next(self, position: int) -> Checkpoint | None:
        """Of the heads up to there, the next that was not looked at."""
        if not self._waiting and self._asked_until < self.known:
            found = await self._heads.between(self._asked_until, self.known)
            self._waiting = list(found)
            self._asked_until = found[-1].size if found else self.known
        return self._waiting.pop(0) if self._waiting and self._waiting[0].size <= position else None
