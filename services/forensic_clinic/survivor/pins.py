"""PINs as slow hashes (Argon2id, RFC 9106), their parameters kept with each. The PIN itself is kept nowhere."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from services.kernel.recorder import Overloaded
from services.kernel.settings import Settings

AT_ONCE = 2
WAITING_LIMIT = 32

REAL = RFC_9106_LOW_MEMORY
"""64 MiB, three passes, four lanes: RFC 9106, section 4, the second recommended."""

DEMONSTRATION = replace(REAL, time_cost=1, memory_cost=4096, parallelism=1)
"""4 MiB, one pass: invented people have nothing to protect."""


class Pins:
    """Makes and checks verifiers, a few at once: each takes memory and a processor to itself."""

    def __init__(self, cost: Parameters) -> None:
        self._hasher = PasswordHasher.from_parameters(cost)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pin")
        self._waiting = 0

    @classmethod
    def of(cls, settings: Settings) -> "Pins":
        """As slow as the house's data deserves."""
        return cls(DEMONSTRATION if settings.data_kind == "demonstration" else REAL)

    async def verifier_of(self, pin: str) -> str:
        """A new verifier, as text. Raises `Overloaded`."""
        return str(await self._in_turn(pin, None))

    async def fits(self, pin: str, verifier: str | None) -> bool:
        """Takes as long without a verifier as with one: nobody learns which receipts exist. Raises `Overloaded`."""
        if verifier is None:
            await self._in_turn(pin, None)
            return False
        return bool(await self._in_turn(pin, verifier))

    def _work(self, pin: str, verifier: str | None) -> str | bool:
        if verifier is None:
            return self._hasher.hash(pin)
        try:
            return self._hasher.verify(verifier, pin)
        except (VerifyMismatchError, InvalidHashError):
            return False

    async def _in_turn(self, pin: str, verifier: str | None) -> str | bool:
        if self._waiting >= WAITING_LIMIT:
            raise Overloaded
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, pin, verifier)
        finally:
            self._waiting -= 1
