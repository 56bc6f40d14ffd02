"""What can be had once only: a sign-in name, an agency's registration, a one-time code, the use of a challenge.

A reservation commits with the events that rest on it, or neither does. Names are kept as keyed digests.
"""

from collections.abc import Collection
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.kernel.batch import Effect

SIGN_IN_NAME = "sign-in-name"
"""Held by the account that signs in with it."""

ATTEMPTS = "sign-in-attempts"
"""Held by the stream of attempts with a name, whether anyone has the name or not."""

AGENCY = "agency"
ADMINISTRATOR_CODE = "administrator-code"

RECOVERY_CODE = "recovery-code"
"""Held by the account it was made for until it is used."""

CHALLENGE = "challenge"
"""Held by the account that was signed in with it."""

PROVIDER_SUBJECT = "provider-subject"
"""Held by the account of whom an agency's provider calls so."""

PROVIDER_PERSON = "provider-person"
"""Held by the account an administrator linked to somebody who has not come from the provider since."""

_RESERVE = "INSERT INTO reservations (kind, value, holder) VALUES (%s, %s, %s)"


def reserve(kind: str, value: bytes, holder: UUID) -> Effect:
    """The append it goes with is refused (`EffectRefused`) when someone holds the value already."""
    return Effect(_RESERVE, (kind, value, holder))


def release(kind: str, value: bytes) -> Effect:
    """Of what is used up."""
    return Effect("DELETE FROM reservations WHERE kind = %s AND value = %s", (kind, value))


def release_all(kind: str, holder: UUID) -> Effect:
    """Of what is made anew."""
    return Effect("DELETE FROM reservations WHERE kind = %s AND holder = %s", (kind, holder))


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

    async def values(self, kind: str) -> Collection[bytes]:
        """All of a kind that are held."""
        async with self._pool.connection() as connection:
            found = await connection.execute("SELECT value FROM reservations WHERE kind = %s", (kind,))
            return {bytes(row[0]) for row in await found.fetchall()}

    async def value_of(self, kind: str, holder: UUID) -> bytes | None:
        """What an account holds of a kind of which it can hold one only."""
        async with self._pool.connection() as connection:
            found = await connection.execute(
                "SELECT value FROM reservations WHERE kind = %s AND holder = %s", (kind, holder)
            )
            row = await found.fetchone()
        return bytes(row[0]) if row else None
