"""What a service keeps of destructions outside PostgreSQL and its backups, beside the wrapping keys.

A list of the orders carried out, with the ids of the keys that are gone by each: a database put back from a backup has
them again, and must lose them again before it serves. And for each wrapping key a ring of all persons' keys it wraps:
without it that backup's rows, wrapped under a key that is destroyed, would open for nobody at all.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import msgspec


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One order carried out here: which record it belongs to, and the ids of the keys it destroyed; maybe none."""

    order: UUID
    about: UUID
    keys: tuple[UUID, ...]


class DestroyedList:
    """The file `destroyed.json` of one folder. Written under the lock of destructions alone."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "destroyed.json"

    def orders(self) -> Sequence[Order]:
        """In the order they were carried out. Raises `msgspec.MsgspecError` for a file that says anything else."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=tuple[Order, ...])
        except FileNotFoundError:
            return ()

    def of(self, order: UUID) -> Order | None:
        """None for one that nothing was done about."""
        return next((each for each in self.orders() if each.order == order), None)

    def keys(self) -> list[UUID]:
        """Of all orders: none of them may be in the database."""
        return [key for each in self.orders() for key in each.keys]

    def add(self, order: Order) -> None:
        """Durable when it returns."""
        write_durably(self._file, msgspec.json.format(msgspec.json.encode((*self.orders(), order))))


class Rings:
    """The files `ring-<generation>.json` of one folder: wrapped keys by their id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, generation: int) -> Mapping[UUID, bytes]:
        """Empty where no ring was written for the generation."""
        try:
            return msgspec.json.decode(self._path(generation).read_bytes(), type=dict[UUID, bytes])
        except FileNotFoundError:
            return {}

    def write(self, generation: int, wrapped: Mapping[UUID, bytes]) -> None:
        """Durable when it returns."""
        write_durably(self._path(generation), msgspec.json.encode(wrapped))

    def remove(self, generation: int) -> None:
        """Its wrapping key is gone, so it opens nothing."""
        self._path(generation).unlink(missing_ok=True)

    def _path(self, generation: int) -> Path:
        return self._folder / f"ring-{generation}.json"


def write_durably(path: Path, data: bytes) -> None:
    """The whole file or nothing of it, also when the machine stops in the middle; readable by its owner alone."""
    # Beside and then renamed: a crash must not leave half a key as the newest.
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """What was renamed or removed in it stays so."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
