"""The keys of persons, and how one is destroyed so that no backup opens again.

Each person's key lies wrapped in PostgreSQL. The wrapping key is a file outside PostgreSQL and its backups; destroying
a person's key replaces the wrapping key, so a restored row of yesterday is wrapped by a key that no longer exists.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from contracts.language import Event, Personal
from services.kernel.sealing import NONCE_BYTES, CannotOpen, PersonKey, open_seal, persons_in, seal_event

# Taken shared by whoever makes a key, alone by whoever destroys one.
KEYS_LOCK = 0x4B65_7973
KEY_BYTES = 32


class Digester:
    """Keyed digests: they match what was seen before and tell nothing to who lacks the key file."""

    def __init__(self, key_file: Path) -> None:
        self._key = base64.b64decode(key_file.read_text().strip())

    def digest(self, purpose: str, *parts: bytes) -> bytes:
        """HMAC-SHA256 over the parts, each with its length, so that no two lists of parts meet."""
        mac = hmac.new(self._key, digestmod=hashlib.sha256)
        for part in (purpose.encode(), *parts):
            mac.update(len(part).to_bytes(8, "big") + part)
        return mac.digest()


class WrappingKeys:
    """The files `wrapping-<generation>.key` of one folder; the highest generation is in force."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def generations(self) -> list[int]:
        """In rising order. Two stand only in the middle of a destruction."""
        return sorted(int(file.stem.partition("-")[2]) for file in self._folder.glob("wrapping-*.key"))

    def wrap(self, generation: int, key_id: UUID, secret: bytes) -> bytes:
        """The nonce, then the wrapped key, bound to its id."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._read(generation)).encrypt(nonce, secret, key_id.bytes)

    def unwrap(self, generation: int, key_id: UUID, wrapped: bytes) -> bytes:
        """Raises `CannotOpen` when the wrapping key is gone or another."""
        try:
            key = AESGCM(self._read(generation))
            return key.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.bytes)
        except (FileNotFoundError, InvalidTag) as error:
            raise CannotOpen("key") from error

    def make_next(self) -> int:
        """Writes a new wrapping key, durable before it is used, and answers its generation."""
        generation = self.generations()[-1] + 1
        # Beside and then renamed: a crash must not leave half a key as the newest.
        beside = self._folder / "wrapping.new"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        beside.rename(self._path(generation))
        self._sync_folder()
        return generation

    def destroy(self, generation: int) -> None:
        """Overwrites and removes a wrapping key. On flash storage the overwriting is best effort."""
        path = self._path(generation)
        # Gone already, when two instances finish one destruction.
        with contextlib.suppress(FileNotFoundError):
            with path.open("r+b") as file:
                file.write(b"\0" * path.stat().st_size)
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        self._sync_folder()

    def _path(self, generation: int) -> Path:
        return self._folder / f"wrapping-{generation}.key"

    def _read(self, generation: int) -> bytes:
        return base64.b64decode(self._path(generation).read_text().strip())

    def _sync_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class KeyStore:
    """Makes, uses and destroys the keys of persons of one service. No key is kept in memory between calls."""

    def __init__(self, pool: AsyncConnectionPool, wrapping: WrappingKeys) -> None:
        self._pool = pool
        self._wrapping = wrapping

    async def seal(self, event: Event, event_id: UUID) -> Event:
        """The event with its personal texts sealed; makes the keys that are missing."""
        persons = persons_in(event)
        if not persons:
            return event
        return seal_event(event, event_id, await self._ready(persons))

    async def open(self, personal: Personal, event_id: UUID, field: str) -> str:
        """The plain text. Raises `CannotOpen` when the key was destroyed. The caller records the read."""
        if personal.seal is None:
            return personal.text
        async with self._pool.connection() as connection:
            # The wrapping key that the row names must not be destroyed between reading one and the other.
            await connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", (KEYS_LOCK,))
            found = await connection.execute(
                "SELECT wrapping, wrapped FROM person_keys WHERE key_id = %s", (personal.seal.key,)
            )
            row = await found.fetchone()
            if row is None:
                raise CannotOpen(field)
            secret = self._wrapping.unwrap(row[0], personal.seal.key, bytes(row[1]))
        return open_seal(personal.seal, secret, event_id, field)

    async def open_all(self, sealed: Sequence[tuple[Personal, UUID, str]]) -> Sequence[str | None]:
        """Many texts at once, each with its event and field; None where the key was destroyed.

        For what the service itself compares and shows nobody: a caller who is shown a text has that put on record.
        """
        wanted = list({text.seal.key for text, _, _ in sealed if text.seal is not None})
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", (KEYS_LOCK,))
            found = await connection.execute(
                "SELECT key_id, wrapping, wrapped FROM person_keys WHERE key_id = ANY(%s)", (wanted,)
            )
            keys = {row[0]: self._wrapping.unwrap(row[1], row[0], bytes(row[2])) for row in await found.fetchall()}
        return [
            text.text
            if text.seal is None
            else open_seal(text.seal, keys[text.seal.key], event_id, field)
            if text.seal.key in keys
            else None
            for text, event_id, field in sealed
        ]

    async def destroy(self, person: UUID) -> None:
        """No copy of the person's texts opens afterwards, nor from a backup. Doing it again changes nothing."""
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (KEYS_LOCK,))
            # Made under the lock: no key of this person is ever wrapped under the one that stays.
            new = self._wrapping.make_next()
            await connection.execute("DELETE FROM person_keys WHERE person = %s", (person,))
            await self._rewrap(connection, new)
        self._destroy_older_than(new)

    async def finish_destruction(self) -> None:
        """At start: completes a destruction that a crash cut off."""
        if len(self._wrapping.generations()) < 2:
            return
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (KEYS_LOCK,))
            newest = self._wrapping.generations()[-1]
            await self._rewrap(connection, newest)
        self._destroy_older_than(newest)

    async def _ready(self, persons: Iterable[UUID]) -> Mapping[UUID, PersonKey]:
        wanted = sorted(persons)
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", (KEYS_LOCK,))
            generation = self._wrapping.generations()[-1]
            keys: dict[UUID, PersonKey] = {}
            for person in wanted:
                key_id, secret = uuid4(), secrets.token_bytes(KEY_BYTES)
                await connection.execute(
                    "INSERT INTO person_keys (key_id, person, wrapping, wrapped) VALUES (%s, %s, %s, %s)"
                    " ON CONFLICT (person) DO NOTHING",
                    (key_id, person, generation, self._wrapping.wrap(generation, key_id, secret)),
                )
                found = await connection.execute(
                    "SELECT key_id, wrapping, wrapped FROM person_keys WHERE person = %s", (person,)
                )
                row = await found.fetchone()
                if row is not None:
                    keys[person] = PersonKey(row[0], self._wrapping.unwrap(row[1], row[0], bytes(row[2])))
        return keys

    async def _rewrap(self, connection: AsyncConnection, generation: int) -> None:
        found = await connection.execute(
            "SELECT key_id, wrapping, wrapped FROM person_keys WHERE wrapping < %s", (generation,)
        )
        for key_id, old, wrapped in await found.fetchall():
            secret = self._wrapping.unwrap(old, key_id, bytes(wrapped))
            await connection.execute(
                "UPDATE person_keys SET wrapping = %s, wrapped = %s WHERE key_id = %s",
                (generation, self._wrapping.wrap(generation, key_id, secret), key_id),
            )

    def _destroy_older_than(self, generation: int) -> None:
        for old in self._wrapping.generations():
            if old < generation:
                self._wrapping.destroy(old)
