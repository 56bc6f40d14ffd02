"""Passphrases as slow hashes (Argon2id, RFC 9106), their parameters kept with each."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import msgspec
from argon2 import Parameters, PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from services.kernel.recorder import Overloaded

AT_ONCE = 2
WAITING_LIMIT = 64

T = TypeVar("T")

REAL = RFC_9106_LOW_MEMORY
"""64 MiB, three passes, four lanes: RFC 9106, section 4, second recommended; above OWASP's least of 19 MiB, two passes.

Of blocks beyond 32 MiB glibc gives every byte back; of smaller ones each thread keeps what it used last.
"""

DEMONSTRATION = replace(REAL, time_cost=1, memory_cost=4096, parallelism=1)
"""4 MiB, one pass. Where time is scaled a session passes in seconds, so invented people sign in again and again."""


class ScryptCost(msgspec.Struct, frozen=True):
    """scrypt's parameters (RFC 7914); memory is 128 · n · r bytes."""

    n: int
    r: int
    p: int

    @property
    def memory_limit(self) -> int:
        """Twice what is needed, since the library counts its own buffers too."""
        return 256 * self.n * self.r


class ScryptVerifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was stored before Argon2id, as JSON. It counts, and takes a time of its own, until one is set anew."""

    cost: ScryptCost
    salt: bytes
    hash: bytes


class Passphrases:
    """Makes and checks verifiers, a few at once: each takes memory and a processor to itself."""

    def __init__(self, cost: Parameters) -> None:
        self._hasher = PasswordHasher.from_parameters(cost)
        # Threads of its own, few and always the same: what a thread keeps of its memory is kept once for each.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passphrase")
        self._waiting = 0

    async def verifier_of(self, passphrase: str) -> str:
        """A new verifier, as text. Raises `Overloaded`."""
        return await self._in_turn(self._hash, passphrase)

    async def fits(self, passphrase: str, verifier: str | None) -> bool:
        """Takes as long without a verifier as with one, so that nobody learns which names exist.

        Raises `Overloaded`.
        """
        if verifier is None:
            await self._in_turn(self._hash, passphrase)
            return False
        return await self._in_turn(self._check, passphrase, verifier)

    def _hash(self, passphrase: str) -> str:
        return self._hasher.hash(passphrase)

    def _check(self, passphrase: str, verifier: str) -> bool:
        if verifier.startswith("{"):
            return _fits_scrypt(passphrase, msgspec.json.decode(verifier, type=ScryptVerifier))
        try:
            return self._hasher.verify(verifier, passphrase)
        except VerifyMismatchError:
            return False

    async def _in_turn(self, work: Callable[..., T], *given: str) -> T:
        if self._waiting >= WAITING_LIMIT:
            raise Overloaded
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)
        finally:
            self._waiting -= 1


def _fits_scrypt(passphrase: str, kept: ScryptVerifier) -> bool:
    cost = kept.cost
    made = hashlib.scrypt(
        passphrase.encode(),
        salt=kept.salt,
        n=cost.n,
        r=cost.r,
        p=cost.p,
        maxmem=cost.memory_limit,
        dklen=len(kept.hash),
    )
    return hmac.compare_digest(made, kept.hash)
