"""What can be had once only: a sign-in name, an agency's registration, an administrator's one-time code.

A reservation commits with the events that rest on it, or neither does. Names are kept as keyed digests.
"""

from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.kernel.batch import Effect

SIGN_IN_NAME = "sign-in-name"
"""Held by the account that signs in with it."""

ATTEMPTS = "sign-in-attempts"
"""Held by the stream of attempts with a name, whether anyone has the name or not."""

AGENCY = "agency"
ADMINISTRATOR_CODE = "administrator-code"

_RESERVE = "INSERT INTO reservations (kind, value, holder) VALUES (%s, %s, %s)"


def reserve(kind: str, value: bytes, holder: UUID) -> Effect:
    """The append it goes with is refused (`EffectRefused`) when someone holds the value already."""
    return Effect(_RESERVE, (kind, value, holder))


class Reservations:
    """Who holds what."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def holder(self, kind: str, value: bytes) -> UUID | None:
        """None when the value is free."""
        async with self._pool.connection() as connection:
            found = await connection.execute(
                "SELECT holder FROM reservations WHERE kind = %s AND value = %s", (kind, value)
            )
            row = await found.fetchone()
        return row[0] if row else None

    async def value_of(self, kind: str, holder: UUID) -> bytes | None:
        """What an account holds of a kind of which it can hold one only."""
        async with self._pool.connection() as connection:
            found = await connection.execute(
                "SELECT value FROM reservations WHERE kind = %s AND holder = %s", (kind, holder)
            )
            row = await found.fetchone()
        return bytes(row[0]) if row else None
