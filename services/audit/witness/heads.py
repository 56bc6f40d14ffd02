"""The signed heads of a log's tree that it is held against: those countersigned here, and those an auditor brings."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from psycopg_pool import AsyncConnectionPool

from contracts.language import InvalidValue
from services.audit.sources import NAMES, OWN
from services.kernel.connections import reading
from services.kernel.proof.notes import BadNote, Checkpoint, Verifier, read_note, read_verifier, require_signature

_BETWEEN = b"SELECT note FROM witnessed_heads WHERE source = %s AND size > %s AND size <= %s ORDER BY size LIMIT %s"
_OWN_BETWEEN = b"SELECT note FROM proof_checkpoints WHERE size > %s AND size <= %s ORDER BY size LIMIT %s"
_LAST = b"SELECT coalesce(max(size), 0) FROM witnessed_heads WHERE source = %s"
_OWN_LAST = b"SELECT coalesce(max(size), 0) FROM proof_checkpoints"
READ_LIMIT = 100


def log_keys(folder: Path) -> Mapping[str, Verifier]:
    """What each service signs its tree with, of those whose key is there; read anew, since a key may come later."""
    found = {}
    for service in (*NAMES, OWN):
        file = folder / f"{service}.vkey"
        if file.exists():
            found[service] = read_verifier(file.read_text())
    return found


def brought(source: str, notes: Sequence[str], key: Verifier | None) -> Sequence[Checkpoint]:
    """Heads that were kept elsewhere, by size. Raises `InvalidValue` for one that the service itself did not sign."""
    found = {}
    for written in notes:
        try:
            note = read_note(written)
            if key is None:
                raise BadNote("No key of this service is known.")
            require_signature(note, key)
        except BadNote as error:
            raise InvalidValue("against", f"Bring only heads that {source} signed: one of these is none.") from error
        found[note.checkpoint.size, note.checkpoint.root] = note.checkpoint
    return [found[each] for each in sorted(found)]


class Heads:
    """Of one service, in order of size. Some hundred are in memory at a time."""

    def __init__(self, source: str, pool: AsyncConnectionPool, others: Sequence[Checkpoint] = ()) -> None:
        """`others` are those brought."""
        self._source = source
        self._pool = pool
        self._others = others

    async def last(self) -> int:
        """The size of the largest; 0 where there is none."""
        own = self._source == OWN
        async with reading(self._pool) as connection:
            found = await connection.execute(_OWN_LAST if own else _LAST, () if own else (self._source,))
            row = await found.fetchone()
        return max([row[0] if row else 0, *(each.size for each in self._others)])

    async def between(self, after: int, until: int) -> Sequence[Checkpoint]:
        """The first hundred with a size after one and up to another, and all those brought among them."""
        values = (after, until, READ_LIMIT)
        own = self._source == OWN
        async with reading(self._pool) as connection:
            found = await connection.execute(
                _OWN_BETWEEN if own else _BETWEEN, values if own else (self._source, *values)
            )
            kept = [read_note(written).checkpoint for (written,) in await found.fetchall()]
        limit = kept[-1].size if len(kept) == READ_LIMIT else until
        return sorted([*kept, *(each for each in self._others if after < each.size <= limit)], key=lambda h: h.size)
