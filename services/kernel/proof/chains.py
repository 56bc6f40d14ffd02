"""The leaves of a log that is read from its first row on, in memory that does not grow with it."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence

from services.kernel.proof.leaves import FIRST, Row, leaf_of

CACHE_PAGES = 500
"""2 MB. What is beyond lies in a file that nobody else sees and that ends with the reading."""


class Chains:
    """Leaves made of a log that is read from its first row on, however many streams there are."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.execute(f"PRAGMA cache_size = {CACHE_PAGES}")
        self._kept.execute("PRAGMA synchronous = OFF")
        self._kept.execute("CREATE TABLE heads (stream BLOB PRIMARY KEY, leaf BLOB) WITHOUT ROWID")
        self._kept.execute("CREATE TABLE lost_heads (stream BLOB PRIMARY KEY, leaf BLOB) WITHOUT ROWID")
        self._losing = False

    def close(self) -> None:
        """Forgets all."""
        self._kept.close()

    def leaves(self, rows: Iterable[Row], lost: Collection[int] = ()) -> Sequence[bytes]:
        """Of the rows that come next. Those at `lost` positions went with a database: streams go on as before them."""
        self._kept.execute("BEGIN")
        found = [self._lost_leaf(row) if row.position in lost else self._leaf(row) for row in rows]
        self._kept.execute("COMMIT")
        return found

    def _leaf(self, row: Row) -> bytes:
        if self._losing:
            self._kept.execute("DELETE FROM lost_heads")
            self._losing = False
        stream = row.stream.bytes
        before = self._kept.execute("SELECT leaf FROM heads WHERE stream = ?", (stream,)).fetchone()
        leaf = leaf_of(row, before[0] if before else FIRST)
        self._kept.execute("INSERT OR REPLACE INTO heads VALUES (?, ?)", (stream, leaf))
        return leaf

    def _lost_leaf(self, row: Row) -> bytes:
        self._losing = True
        stream = row.stream.bytes
        before = None
        for heads in ("lost_heads", "heads"):
            before = self._kept.execute(f"SELECT leaf FROM {heads} WHERE stream = ?", (stream,)).fetchone()  # noqa: S608, RUF100 - one of two
            if before:
                break
        leaf = leaf_of(row, before[0] if before else FIRST)
        self._kept.execute("INSERT OR REPLACE INTO lost_heads VALUES (?, ?)", (stream, leaf))
        return leaf
