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
from services.kernel.destroyed import DestroyedList, Order, Rings, sync_folder, write_durably
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


class KeysMissing(Exception):
    """Rows are wrapped by a key that is not in the folder and in no ring: the folder is older than the database."""

    def __init__(self, persons: int) -> None:
        super().__init__(
            f"The keys of {persons} persons cannot be opened: the folder of secrets is older than the database, or not"
            " of this house. Put the newest one back; see docs/decisions/destruction.md."
        )


class WrappingKeys:
    """The files `wrapping-<generation>.key` of one folder; the highest generation is in force."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def generations(self) -> list[int]:
        """In rising order. Two stand only in the middle of a destruction."""
        return sorted(int(file.stem.partition("-")[2]) for file in self.folder.glob("wrapping-*.key"))

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
        write_durably(self._path(generation), base64.b64encode(secrets.token_bytes(KEY_BYTES)))
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
        sync_folder(self.folder)

    def _path(self, generation: int) -> Path:
        return self.folder / f"wrapping-{generation}.key"

    def _read(self, generation: int) -> bytes:
        return base64.b64decode(self._path(generation).read_text().strip())


class KeyStore:
    """Makes, uses and destroys the keys of persons of one service. No key is kept in memory between calls."""

    def __init__(self, pool: AsyncConnectionPool, wrapping: WrappingKeys) -> None:
        self._pool = pool
        self._wrapping = wrapping
        self._destroyed = DestroyedList(wrapping.folder)
        self._rings = Rings(wrapping.folder)

    async def seal_all(self, events: Sequence[tuple[Event, UUID]]) -> Sequence[Event]:
        """The events of one append with their personal texts sealed; makes the keys that are missing, all at once."""
        persons = set[UUID]().union(*(persons_in(event) for event, _ in events))
        if not persons:
            return [event for event, _ in events]
        keys = await self._ready(persons)
        return [seal_event(event, event_id, keys) for event, event_id in events]

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

    async def destroy(self, order: UUID, about: UUID, persons: Sequence[UUID]) -> Order:
        """No copy of what is sealed about these persons opens afterwards, nor from a backup.

        Answers which keys are gone by this order. Once it is on the list, the next start completes what a crash cut
        off. Doing it again changes nothing: who is spoken of after the order has a key that it does not reach.
        """
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (KEYS_LOCK,))
            listed = self._destroyed.of(order)
            if listed is None:
                found = await connection.execute(
                    "SELECT key_id FROM person_keys WHERE person = ANY(%s) ORDER BY key_id", (list(persons),)
                )
                listed = Order(order, about, tuple([row[0] for row in await found.fetchall()]))
                self._destroyed.add(listed)
            generation = await self._forget_listed(connection)
        self._destroy_older_than(generation)
        return listed

    def destroyed(self) -> Sequence[Order]:
        """Every order that was carried out here, in any life of the database."""
        return self._destroyed.orders()

    async def finish_destruction(self) -> None:
        """At start: completes a destruction that a crash cut off, and repeats those an older database knows nothing of.

        Raises `KeysMissing`: then nothing may be served.
        """
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (KEYS_LOCK,))
            generation = await self._forget_listed(connection)
        self._destroy_older_than(generation)

    async def _ready(self, persons: Iterable[UUID]) -> Mapping[UUID, PersonKey]:
        # In one order, so that no two who make the same keys wait for each other.
        wanted = sorted(persons)
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", (KEYS_LOCK,))
            keys = await self._on_file(connection, wanted)
            missing = [person for person in wanted if person not in keys]
            if not missing:
                return keys
            generation = self._wrapping.generations()[-1]
            made = [PersonKey(uuid4(), secrets.token_bytes(KEY_BYTES)) for _ in missing]
            wrapped = [self._wrapping.wrap(generation, each.key_id, each.secret) for each in made]
            await connection.execute(
                "INSERT INTO person_keys (key_id, person, wrapping, wrapped)"
                " SELECT key_id, person, %s, wrapped"
                " FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[]) AS made (key_id, person, wrapped)"
                " ON CONFLICT (person) DO NOTHING",
                (generation, [each.key_id for each in made], missing, wrapped),
            )
            # Of a person whom somebody else has just made a key for, theirs holds.
            return keys | await self._on_file(connection, missing)

    async def _on_file(self, connection: AsyncConnection, persons: Sequence[UUID]) -> dict[UUID, PersonKey]:
        found = await connection.execute(
            "SELECT person, key_id, wrapping, wrapped FROM person_keys WHERE person = ANY(%s)", (persons,)
        )
        return {
            row[0]: PersonKey(row[1], self._wrapping.unwrap(row[2], row[1], bytes(row[3])))
            for row in await found.fetchall()
        }

    async def _forget_listed(self, connection: AsyncConnection) -> int:
        """Answers the generation that wraps all keys there are; the older ones may go once this is committed."""
        gone = await connection.execute("DELETE FROM person_keys WHERE key_id = ANY(%s)", (self._destroyed.keys(),))
        # Made under the lock: no key that goes is ever wrapped under the one that stays.
        generation = self._wrapping.make_next() if gone.rowcount else self._wrapping.generations()[-1]
        behind = await connection.execute("SELECT FROM person_keys WHERE wrapping <> %s LIMIT 1", (generation,))
        if gone.rowcount or behind.rowcount:
            await self._rewrap(connection, generation)
        return generation

    async def _rewrap(self, connection: AsyncConnection, generation: int) -> None:
        """All rows, and into the ring also what only a ring had: a newer backup may be put back after an older one."""
        left = self._in_rings()
        found = await connection.execute("SELECT key_id, wrapping, wrapped FROM person_keys")
        rows = {row[0]: (row[1], bytes(row[2])) for row in await found.fetchall()}
        known = set(self._wrapping.generations())
        missing = [key for key, (old, _) in rows.items() if old not in known and key not in left]
        if missing:
            raise KeysMissing(len(missing))
        wrapped: dict[UUID, bytes] = {}
        for key_id in [*rows, *(key for key in left if key not in rows)]:
            old, before = rows[key_id] if key_id in rows and rows[key_id][0] in known else left[key_id]
            if old == generation:
                wrapped[key_id] = before
            else:
                secret = self._wrapping.unwrap(old, key_id, before)
                wrapped[key_id] = self._wrapping.wrap(generation, key_id, secret)
        # Durable before the old wrapping key goes.
        self._rings.write(generation, wrapped)
        for key_id in rows:
            await connection.execute(
                "UPDATE person_keys SET wrapping = %s, wrapped = %s WHERE key_id = %s",
                (generation, wrapped[key_id], key_id),
            )

    def _in_rings(self) -> Mapping[UUID, tuple[int, bytes]]:
        """Every key that a ring still opens and no order destroyed, with its generation."""
        gone = set(self._destroyed.keys())
        return {
            key: (generation, wrapped)
            for generation in self._wrapping.generations()
            for key, wrapped in self._rings.read(generation).items()
            if key not in gone
        }

    def _destroy_older_than(self, generation: int) -> None:
        for old in self._wrapping.generations():
            if old < generation:
                self._rings.remove(old)
                self._wrapping.destroy(old)
