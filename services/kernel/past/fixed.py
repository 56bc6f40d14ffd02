"""Nothing of the past can be changed: the parts that a service is given there in place of those that would."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from contracts.language import Event, InvalidValue, Personal
from services.kernel.batch import Append, Stored
from services.kernel.destroyed import Order
from services.kernel.keys import KeyStore
from services.kernel.sealing import Withheld


class NotOfThePast(InvalidValue):
    """Asked of a past moment to change something, or for what is kept of the present alone."""

    def __init__(self) -> None:
        super().__init__("as_of", "This is there for the present alone. Leave the past moment to use it.")


class NothingAppended:
    """In place of a recorder."""

    async def append(self, append: Append) -> Stored:  # as a recorder has it
        """Raises `NotOfThePast`."""
        raise NotOfThePast


class StaysSealed(KeyStore):
    """In place of the keys: an auditor sees that something was said, and of whom, and not what.

    What a role reads in its work is not an auditor's to read for looking back; a text destroyed meanwhile would open
    as little.
    """

    def __init__(self) -> None:
        """It needs no database."""

    async def seal_all(self, events: Sequence[tuple[Event, UUID]]) -> Sequence[Event]:  # as the keys have it
        """Raises `NotOfThePast`: sealing makes keys."""
        raise NotOfThePast

    async def open(self, personal: Personal, event_id: UUID, field: str) -> str:
        """Raises `Withheld`."""
        raise Withheld(field)

    async def open_all(self, sealed: Sequence[tuple[Personal, UUID, str]]) -> Sequence[str | None]:
        """None opens."""
        return [None for _ in sealed]

    async def destroy(self, order: UUID, about: UUID, persons: Sequence[UUID]) -> Order:
        """Raises `NotOfThePast`."""
        raise NotOfThePast

    def destroyed(self) -> Sequence[Order]:
        """Raises `NotOfThePast`."""
        raise NotOfThePast

    async def finish_destruction(self) -> None:
        """Raises `NotOfThePast`."""
        raise NotOfThePast


class NoPool(AsyncConnectionPool):
    """In place of the pool: reservations and periods taken are rows of the present, and are kept of no other moment."""

    def __init__(self) -> None:
        """It is never opened."""
        super().__init__("", min_size=0, max_size=1, open=False)

    def connection(self, timeout: float | None = None) -> Any:
        """Raises `NotOfThePast`."""
        raise NotOfThePast
