"""The leaves of a log that is read from its first row on, in memory that does not grow with it."""

import sqlite3
from collections.abc import Iterable, Sequence

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

    def close(self) -> None:
        """Forgets all."""
        self._kept.close()

    def leaves(self, rows: Iterable[Row]) -> Sequence[bytes]:
        """Of the rows that come next."""
        self._kept.execute("BEGIN")
        found = [self._leaf(row) for row in rows]
        self._kept.execute("COMMIT")
        return found

    def _leaf(self, row: Row) -> bytes:
        stream = row.stream.bytes
        before = self._kept.execute("SELECT leaf FROM heads WHERE stream = ?", (stream,)).fetchone()
        leaf = leaf_of(row, before[0] if before else FIRST)
        self._kept.execute("INSERT OR REPLACE INTO heads VALUES (?, ?)", (stream, leaf))
        return leaf
