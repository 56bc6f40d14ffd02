"""What is kept of destructions outside the database: a backup put back loses again what a court had destroyed."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.language import Event, Personal
from services.kernel.definition import Parts
from services.kernel.destroyed import DestroyedList, Order
from services.kernel.destruction import Destruction, Gone, gone_by
from services.kernel.keys import KeysMissing
from services.kernel.operations import PersonKeyDestroyed
from services.kernel.sealing import personal_fields
from tests.kernel.test_key_destruction import ADULT, CHILD, remark
from tests.kernel.toy import Kernel, Remarked, kernel, origin
from tests.support.servers import Database


def key_rows(database: Database) -> list[tuple[object, ...]]:
    with psycopg.connect(database.admin) as connection:
        return connection.execute("SELECT key_id, person, wrapping, wrapped FROM person_keys").fetchall()


def put_back(database: Database, rows: list[tuple[object, ...]]) -> None:
    """The rows of a backup in place of today's."""
    with psycopg.connect(database.admin) as connection:
        connection.execute("DELETE FROM person_keys")
        connection.cursor().executemany("INSERT INTO person_keys VALUES (%s, %s, %s, %s)", rows)


async def test_backups_of_before_two_orders_open_for_the_others_and_not_for_whom_they_are_about(
    database: Database, tmp_path: Path
) -> None:
    """Also the newer of two backups, put back after the older."""
    first, second, adult, later = uuid4(), uuid4(), uuid4(), uuid4()
    async with kernel(database, tmp_path) as running:
        streams = [await remark(running, first, adult)]
        older = key_rows(database)
        streams += [await remark(running, second, later)]
        newer = key_rows(database)
        told = [(await running.store.happenings(stream))[1] for stream in streams]
        for child in (first, second):
            await running.keys.destroy(uuid4(), child, [child])

    for rows, opened in ((older, [None, ADULT, None, None]), (newer, [None, ADULT, None, ADULT])):
        put_back(database, rows)
        async with kernel(database, tmp_path) as running:
            await running.keys.finish_destruction()
            texts_ = [
                (personal, each.event_id, path)
                for each in told
                for path, personal in personal_fields(each.event).items()
            ]
            assert await running.keys.open_all(texts_) == opened
            assert len(running.wrapping.generations()) == 1


async def test_with_secrets_of_before_nothing_is_served(database: Database, tmp_path: Path) -> None:
    today, before = tmp_path / "today", tmp_path / "before"
    today.mkdir()
    child = uuid4()
    async with kernel(database, today) as running:
        await remark(running, child, uuid4())
        shutil.copytree(today, before)
        await running.keys.destroy(uuid4(), child, [child])
    async with kernel(database, before) as running:
        with pytest.raises(KeysMissing, match="1 persons"):
            await running.keys.finish_destruction()
        assert len(key_rows(database)) == 1


async def test_what_the_keys_of_an_order_had_sealed_is_counted_by_position(database: Database, tmp_path: Path) -> None:
    child, adult = uuid4(), uuid4()
    async with kernel(database, tmp_path) as running:
        await remark(running, child, adult)
        await remark(running, adult, adult)
        await running.add(uuid4(), 0, Remarked(about=Personal(child, CHILD), others=(Personal(child, CHILD),)))
        order = await running.keys.destroy(uuid4(), child, [child])

        rows = await running.log.mentioning([str(key).encode() for key in order.keys])

        assert gone_by(order, rows) == Gone(fields=3, positions=(2, 5))
        assert await running.log.mentioning([]) == []


def test_the_list_is_whole_or_as_it_was(tmp_path: Path) -> None:
    kept, order = DestroyedList(tmp_path), Order(uuid4(), uuid4(), (uuid4(),))
    assert (kept.orders(), kept.of(order.order)) == ((), None)
    kept.add(order)
    kept.add(Order(uuid4(), uuid4(), ()))
    # A crash in the middle of writing leaves this beside it.
    (tmp_path / "destroyed.new").write_bytes(b"[{")
    assert kept.of(order.order) == order
    assert kept.keys() == [*order.keys]


def answering(running: Kernel) -> Destruction:
    """A service whose answer is an event the toy knows."""

    def answer(order: Order, gone: Gone) -> Event:
        return PersonKeyDestroyed(person=order.about, order=f"{len(order.keys)} keys, {gone.fields} texts")

    parts = SimpleNamespace(
        keys=running.keys,
        events=running.log,
        store=running.store,
        time=running.time,
        gate=SimpleNamespace(version="none"),
    )
    return Destruction(cast("Parts", parts), "tips", answer)


async def said(running: Kernel) -> list[str]:
    rows = await running.log.after(0, 100)
    events = [running.store.read(row).event for row in rows]
    return [each.order for each in events if isinstance(each, PersonKeyDestroyed)]


async def test_an_order_is_answered_once_also_after_a_crash_between_the_keys_and_the_answer(
    database: Database, tmp_path: Path
) -> None:
    child, tip, order, empty = uuid4(), uuid4(), uuid4(), uuid4()
    async with kernel(database, tmp_path) as running:
        await remark(running, child, uuid4())
        # Met with, the keys gone, and the process ended before the answer was stored.
        assert await answering(running).carry_out(order, tip, [child]) is not None

    async with kernel(database, tmp_path) as running:
        await running.keys.finish_destruction()
        await answering(running).say_again()
        await answering(running).say_again()
        assert await said(running) == ["1 keys, 1 texts"]
        assert await answering(running).carry_out(order, tip, [child]) is None

        changes = await answering(running).carry_out(empty, tip, [uuid4()])
        assert changes is not None
        await running.store.append(changes, origin(), running.time.now())
        assert await said(running) == ["1 keys, 1 texts", "0 keys, 0 texts"]


async def test_a_log_of_before_the_order_tells_of_it_before_anything_is_served(
    database: Database, tmp_path: Path
) -> None:
    """As a start does it: the backup has the key again and no word of the order."""
    child, tip = uuid4(), uuid4()
    DestroyedList(tmp_path).add(Order(uuid4(), tip, (uuid4(),)))
    async with kernel(database, tmp_path) as running:
        await remark(running, child, uuid4())
        (key,) = [row[0] for row in key_rows(database) if row[1] == child]
        DestroyedList(tmp_path).add(Order(uuid4(), tip, (cast("UUID", key),)))
        await running.keys.finish_destruction()
        await answering(running).say_again()
        assert await said(running) == ["1 keys, 0 texts", "1 keys, 1 texts"]
        assert [row[1] for row in key_rows(database) if row[1] == child] == []
