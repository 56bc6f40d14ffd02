"""The secret in a calendar address: made from a reference and a key file, and kept nowhere but as a keyed digest.

It can be made again for a command that is repeated, and for nothing else. Whoever reads log, database or backup finds
no address there.
"""

import base64
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from services.kernel.batch import Effect
from services.kernel.keys import Digester

LETTERS = 40
"""Of five bits each: 200 bits that nobody guesses."""

_RESERVE = "INSERT INTO reservations (kind, value, holder) VALUES ('calendar address', %s, %s)"
_RELEASE = "DELETE FROM reservations WHERE kind = 'calendar address' AND holder = %s"
_HOLDER = "SELECT holder FROM reservations WHERE kind = 'calendar address' AND value = %s"


class Addresses:
    """Whose calendar is answered at which address."""

    def __init__(self, pool: AsyncConnectionPool, digester: Digester) -> None:
        self._pool = pool
        self._digester = digester

    def secret(self, feed: UUID) -> str:
        """Small letters and digits, for an address."""
        return base64.b32encode(self._digester.digest("calendar address", feed.bytes)).decode()[:LETTERS].lower()

    def opens(self, feed: UUID, account: UUID) -> Effect:
        """From the commit on that it goes with, the address is this nurse's."""
        return Effect(_RESERVE, (self._digest(self.secret(feed)), account))

    def closes(self, account: UUID) -> Effect:
        """No address is this nurse's any more."""
        return Effect(_RELEASE, (account,))

    async def whose(self, secret: str) -> UUID | None:
        """None for an address that was never given, or was revoked: both are asked of the database alike."""
        async with self._pool.connection() as connection:
            found = await connection.execute(_HOLDER, (self._digest(secret),))
            row = await found.fetchone()
        return row[0] if row else None

    def _digest(self, secret: str) -> bytes:
        return self._digester.digest("calendar address at rest", secret.encode())
