"""Passphrases as slow hashes (scrypt, RFC 7914), their parameters kept with each."""

import asyncio
import hashlib
import hmac
import secrets

import msgspec

from services.kernel.recorder import Overloaded

SALT_BYTES = 16
HASH_BYTES = 32
AT_ONCE = 2
WAITING_LIMIT = 64


class Cost(msgspec.Struct, frozen=True):
    """scrypt's parameters; memory is 128 · n · r bytes."""

    n: int
    r: int
    p: int

    @property
    def memory_limit(self) -> int:
        """Twice what is needed, since the library counts its own buffers too."""
        return 256 * self.n * self.r


REAL = Cost(n=2**15, r=8, p=3)
"""32 MiB and some tenths of a second: among OWASP's recommended settings of equal strength."""

DEMONSTRATION = Cost(n=2**12, r=8, p=1)
"""Where time is scaled a token's twelve hours pass in seconds, so invented people sign in again and again."""


class Verifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is stored, sealed, in place of a passphrase."""

    cost: Cost
    salt: bytes
    hash: bytes


class Passphrases:
    """Makes and checks verifiers, a few at once: each takes memory and a processor to itself."""

    def __init__(self, cost: Cost) -> None:
        self._cost = cost
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def verifier_of(self, passphrase: str) -> str:
        """A new verifier, as text. Raises `Overloaded`."""
        salt = secrets.token_bytes(SALT_BYTES)
        verifier = Verifier(self._cost, salt, await self._derive(passphrase, self._cost, salt))
        return msgspec.json.encode(verifier).decode()

    async def fits(self, passphrase: str, verifier: str | None) -> bool:
        """Takes as long without a verifier as with one, so that nobody learns which names exist.

        Raises `Overloaded`.
        """
        if verifier is None:
            await self._derive(passphrase, self._cost, bytes(SALT_BYTES))
            return False
        kept = msgspec.json.decode(verifier, type=Verifier)
        return hmac.compare_digest(await self._derive(passphrase, kept.cost, kept.salt), kept.hash)

    async def _derive(self, passphrase: str, cost: Cost, salt: bytes) -> bytes:
        if self._waiting >= WAITING_LIMIT:
            raise Overloaded
        self._waiting += 1
        try:
            async with self._free:
                return await asyncio.to_thread(_scrypt, passphrase, cost, salt)
        finally:
            self._waiting -= 1


def _scrypt(passphrase: str, cost: Cost, salt: bytes) -> bytes:
    return hashlib.scrypt(
        passphrase.encode(), salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=cost.memory_limit, dklen=HASH_BYTES
    )
