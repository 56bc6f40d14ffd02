"""The numbers printed on kits: each is carried by one kit. Kept as keyed digests, since a number can lead to a case."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.forensic_clinic.kit.serials import printed_number
from services.kernel.batch import Effect
from services.kernel.keys import Digester

_RESERVE = "INSERT INTO reservations (kind, value, holder) VALUES ('kit number', %s, %s)"
_RELEASE = "DELETE FROM reservations WHERE kind = 'kit number' AND holder = %s"
_HOLDER = "SELECT holder FROM reservations WHERE kind = 'kit number' AND value = %s"
_HOLDERS = """
    SELECT substring(value FROM 1 FOR 16), holder FROM reservations
    WHERE kind = 'kit number' AND substring(value FROM 1 FOR 16) = ANY(%s)
"""
_TAKEN = "SELECT value FROM reservations WHERE kind = 'kit number' AND value = ANY(%s)"


class Numbers:
    """Who carries which number."""

    def __init__(self, pool: AsyncConnectionPool, digester: Digester) -> None:
        self._pool = pool
        self._digester = digester

    def reservation(self, number: str, kit: UUID) -> Effect:
        """The append it goes with is refused when another kit carries the number. Raises `InvalidValue`."""
        return Effect(_RESERVE, (self._digest(number), kit))

    def release(self, kit: UUID) -> Effect:
        """The number of a kit set aside may be entered again: most often it was entered for the wrong box."""
        return Effect(_RELEASE, (kit,))

    async def carried_by(self, number: str) -> UUID | None:
        """None when no kit carries the number. Raises `InvalidValue`."""
        async with self._pool.connection() as connection:
            found = await connection.execute(_HOLDER, (self._digest(number),))
            row = await found.fetchone()
        return row[0] if row else None

    def reference(self, number: str) -> UUID:
        """What a number is called where it is not said: the first half of its digest. Raises `InvalidValue`."""
        return UUID(bytes=self._digest(number)[:16])

    async def all_carried(self, references: Iterable[UUID]) -> Mapping[UUID, UUID]:
        """The kits that carry the numbers of these references; a number that none carries is left out."""
        async with self._pool.connection() as connection:
            found = await connection.execute(_HOLDERS, ([each.bytes for each in references],))
            return {UUID(bytes=bytes(value)): holder for value, holder in await found.fetchall()}

    async def taken(self, numbers: Iterable[str]) -> frozenset[str]:
        """Those that a kit carries, in the spelling they were asked in. Raises `InvalidValue`."""
        digests = {self._digest(number): number for number in numbers}
        async with self._pool.connection() as connection:
            found = await connection.execute(_TAKEN, (list(digests),))
            return frozenset(digests[bytes(value)] for (value,) in await found.fetchall())

    def _digest(self, number: str) -> bytes:
        return self._digester.digest("kit number", printed_number("number", number).encode())
