"""Views: current, rebuilt beside the old one, equal afterwards, and never older than the reader asks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import sql

from services.kernel import views as kernel_views
from services.kernel.batch import Append, Effect
from services.kernel.stored_form import Happening, StructMapper
from services.kernel.views import NotFreshEnough, UnknownView, View, Views
from tests.kernel.toy import Counted, Kernel, Opened, eventually, job, kernel, origin, registry
from tests.support.servers import Database

_ADD = """
    INSERT INTO {table} AS box (id, colour, things, last) VALUES (%s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET
        colour = CASE WHEN excluded.colour = '' THEN box.colour ELSE excluded.colour END,
        things = box.things + excluded.things, last = excluded.last
"""
ALL = "SELECT * FROM {table} ORDER BY id"


def project(happening: Happening) -> Sequence[Effect]:
    match happening.event:
        case Opened(colour=colour):
            return [Effect(_ADD, (happening.stream, colour, 0, happening.position))]
        case Counted(things=things):
            return [Effect(_ADD, (happening.stream, "", things, happening.position))]
        case _:
            return []


BOXES = View("boxes", "id uuid PRIMARY KEY, colour text NOT NULL, things bigint NOT NULL, last bigint", project)
OTHER = View(
    "other", "position bigint PRIMARY KEY", lambda h: [Effect("INSERT INTO {table} VALUES (%s)", (h.position,))]
)


def views_of(running: Kernel, *views: View) -> Views:
    return Views(views or (BOXES,), running.pool, running.tail(), running.store, running.leases())


@pytest.fixture
async def running(database: Database, tmp_path: Path) -> AsyncIterator[Kernel]:
    async with kernel(database, tmp_path) as parts:
        yield parts


async def fill(running: Kernel, boxes: int, counts: int = 3) -> int:
    """Boxes with things in them; answers the last position."""
    streams = [uuid4() for _ in range(boxes)]
    await asyncio.gather(*(running.add(stream, 0, Opened(colour="red")) for stream in streams))
    for number in range(counts):
        await asyncio.gather(*(running.add(stream, 1 + number, Counted(things=number)) for stream in streams))
    return await running.log.last_position()


def generations(running: Kernel, view: str = "boxes") -> list[tuple[int, bool]]:
    with psycopg.connect(running.database.admin) as connection:
        return connection.execute(
            "SELECT generation, answering FROM view_generations WHERE view = %s ORDER BY generation", (view,)
        ).fetchall()


async def rebuild(running: Kernel, views: Views) -> None:
    """As an operator's command does it, with its event."""
    await running.recorder.append(Append(effects=(views.rebuilding("boxes"),)))


def tables(running: Kernel) -> list[str]:
    with psycopg.connect(running.database.admin) as connection:
        return [
            row[0]
            for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'views' ORDER BY 1")
        ]


async def answering(running: Kernel, generation: int, view: str = "boxes") -> None:
    async def switched() -> bool:
        return generations(running, view) == [(generation, True)]

    await eventually(switched)


async def test_a_view_is_built_kept_current_and_equals_what_the_streams_say(running: Kernel) -> None:
    position = await fill(running, 20)
    views = views_of(running)
    async with job(views.run()):
        rows = await views.query("boxes", ALL, {}, at_least=position)
        assert len(rows) == 20
        assert {(row["colour"], row["things"]) for row in rows} == {("red", 0 + 1 + 2)}
        position = await running.add(uuid4(), 0, Opened(colour="blue"))
        rows = await views.query("boxes", ALL, {}, at_least=position)
        assert len(rows) == 21


async def test_a_person_sees_each_own_write_at_once(running: Kernel) -> None:
    views, stream = views_of(running), uuid4()
    async with job(views.run()):
        for version in range(30):
            event = Counted(things=1) if version else Opened(colour="red")
            position = await running.add(stream, version, event)
            (row,) = await views.query("boxes", ALL, {}, at_least=position)
            assert row["last"] == position


async def test_a_rebuilt_view_grows_beside_the_old_answers_meanwhile_and_is_equal(running: Kernel) -> None:
    position = await fill(running, 150, counts=4)
    views = views_of(running)
    async with job(views.run()):
        before = await views.query("boxes", ALL, {}, at_least=position)
        await rebuild(running, views)
        asked = 0
        while generations(running) != [(2, True)]:
            assert await views.query("boxes", ALL, {}, at_least=position) == before
            asked += 1
        assert asked > 0
        assert await views.query("boxes", ALL, {}, at_least=position) == before
    assert tables(running) == ["boxes_2"]


async def test_a_rebuilt_view_takes_its_place_also_while_the_log_grows(running: Kernel) -> None:
    await fill(running, 10)
    views = views_of(running)
    stop = asyncio.Event()

    async def keep_growing() -> None:
        while not stop.is_set():
            await running.add(uuid4(), 0, Opened(colour="red"))

    async with job(views.run()), job(keep_growing()):
        try:
            await answering(running, 1)
            last = 0
            for generation in (2, 3, 4):
                await rebuild(running, views)
                while generations(running) != [(generation, True)]:
                    # What was seen once never disappears while one takes the other's place.
                    (row,) = await views.query("boxes", "SELECT count(*) AS boxes FROM {table}", {})
                    assert row["boxes"] >= last
                    last = row["boxes"]
        finally:
            stop.set()


async def test_every_view_dropped_and_rebuilt_is_row_for_row_the_same(running: Kernel) -> None:
    position = await fill(running, 50)
    views = views_of(running, BOXES, OTHER)

    def everything() -> dict[str, Any]:
        with psycopg.connect(running.database.admin) as connection:
            return {
                name.partition("_")[0]: connection.execute(
                    sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier("views", name))
                ).fetchall()
                for name in tables(running)
            }

    async with job(views.run()):
        for name in views.names:
            await views.query(name, "SELECT 1 FROM {table} LIMIT 1", {}, at_least=position)
    before = everything()
    with psycopg.connect(running.database.admin) as connection:
        connection.execute("DROP SCHEMA views CASCADE; DELETE FROM view_generations; CREATE SCHEMA views;")
        connection.execute("GRANT USAGE, CREATE ON SCHEMA views TO test_login")
    anew = views_of(running, BOXES, OTHER)
    async with job(anew.run()):
        for name in anew.names:
            await anew.query(name, "SELECT 1 FROM {table} LIMIT 1", {}, at_least=position)
    assert everything() == before
    assert len(before["boxes"]) == 50
    assert len(before["other"]) == position


async def test_a_changed_view_is_built_anew_by_itself_and_the_old_table_goes(running: Kernel) -> None:
    position = await fill(running, 5)
    async with job(views_of(running).run()):
        await answering(running, 1)
    changed = replace(BOXES, columns=BOXES.columns + ", note text NOT NULL DEFAULT 'new'")
    revised = replace(changed, revision=2)
    for generation, view in ((2, changed), (3, revised)):
        views = views_of(running, view)
        async with job(views.run()):
            rows = await views.query("boxes", ALL, {}, at_least=position)
            await answering(running, generation)
            rows = await views.query("boxes", ALL, {}, at_least=position)
            assert {row["note"] for row in rows} == {"new"}
    assert tables(running) == ["boxes_3"]


async def test_a_restart_with_the_same_view_goes_on_where_it_was(running: Kernel) -> None:
    position = await fill(running, 5)
    for _ in range(2):
        views = views_of(running)
        async with job(views.run()):
            assert len(await views.query("boxes", ALL, {}, at_least=position)) == 5
            position = await running.log.last_position()
    assert generations(running) == [(1, True)]


async def test_a_reader_who_asks_for_more_than_there_is_is_told_so(
    running: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = await fill(running, 2)
    views = views_of(running)
    async with job(views.run()):
        assert len(await views.query("boxes", ALL, {}, at_least=position)) == 2
        monkeypatch.setattr(kernel_views, "FRESH_WITHIN_SECONDS", 0.1)
        with pytest.raises(NotFreshEnough):
            await views.query("boxes", ALL, {}, at_least=position + 1)
    with pytest.raises(UnknownView):
        await views.query("nothing", ALL, {})
    with pytest.raises(UnknownView):
        views.rebuilding("nothing")


async def test_a_second_instance_takes_over_and_no_event_is_projected_twice(running: Kernel) -> None:
    one, other = views_of(running), views_of(running)
    stream = uuid4()
    await running.add(stream, 0, Opened(colour="red"))

    async def count(times: int, version: int) -> int:
        for place in range(times):
            await running.add(stream, version + place, Counted(things=1))
        return await running.log.last_position()

    async with job(other.run()):
        async with job(one.run()):
            position = await count(20, 1)
            (row,) = await other.query("boxes", ALL, {}, at_least=position)
            assert row["things"] == 20
        position = await count(20, 21)
        (row,) = await other.query("boxes", ALL, {}, at_least=position)
        assert row["things"] == 40


async def test_a_look_ahead_of_a_slow_commit_never_leaves_an_event_out(running: Kernel) -> None:
    views = views_of(running, OTHER)
    slow = Effect("SELECT pg_sleep(0.02)")
    async with job(views.run()):
        appends = [
            running.recorder.append(Append([stored_of(running)], effects=[slow] if n % 7 == 0 else []))
            for n in range(40)
        ]
        await asyncio.gather(*appends)
        rows = await views.query("other", "SELECT * FROM {table} ORDER BY 1", {}, at_least=40)
    assert [row["position"] for row in rows] == list(range(1, 41))


def stored_of(running: Kernel) -> StoredEvent:
    """An event below the store, so that an effect can be put beside it."""
    mapper = StructMapper(registry(), lambda event, _: event)
    return mapper.to_stored_event(
        Happening(
            stream=uuid4(),
            version=1,
            event_id=uuid4(),
            happened_at=running.time.now(),
            origin=origin(),
            event=Opened(colour="red"),
        )
    )


def fails(_: Happening) -> Sequence[Effect]:
    raise ValueError


def is_refused(_: Happening) -> Sequence[Effect]:
    return [Effect("INSERT INTO {table} VALUES (NULL)", ())]


@pytest.mark.parametrize("broken", [fails, is_refused])
async def test_one_view_that_cannot_be_built_does_not_hold_up_the_others(
    running: Kernel, broken: Callable[[Happening], Sequence[Effect]]
) -> None:
    position = await fill(running, 3)
    views = views_of(running, replace(OTHER, name="broken", project=broken), BOXES)
    async with job(views.run()):
        assert len(await views.query("boxes", ALL, {}, at_least=position)) == 3
        assert list(views.failing) == ["broken"]


async def test_views_that_have_come_equally_far_are_moved_in_one_commit(running: Kernel) -> None:
    views = views_of(running, BOXES, OTHER)

    async def until(position: int) -> None:
        for name in views.names:
            await views.query(name, "SELECT 1 FROM {table} LIMIT 1", {}, at_least=position)

    async with job(views.run()):
        await until(await fill(running, 2))
        position = await running.add(uuid4(), 0, Opened(colour="blue"))
        await until(position)
    with psycopg.connect(running.database.admin) as connection:
        moved = connection.execute("SELECT xmin::text, position FROM view_generations").fetchall()
    assert len(moved) == 2
    assert len(set(moved)) == 1
    assert moved[0][1] == position


@pytest.mark.parametrize("broken", [fails, is_refused])
async def test_one_view_that_can_be_built_no_further_stays_behind_and_the_others_go_on(
    running: Kernel, broken: Callable[[Happening], Sequence[Effect]]
) -> None:
    def from_the_first_count(happening: Happening) -> Sequence[Effect]:
        return broken(happening) if isinstance(happening.event, Counted) else ()

    views = views_of(running, BOXES, replace(OTHER, name="broken", project=from_the_first_count))
    async with job(views.run()):
        stands = await fill(running, 2, counts=0)
        await views.query("broken", "SELECT 1 FROM {table}", {}, at_least=stands)
        for things in (1, 2):
            position = await running.add(uuid4(), 0, Opened(colour="red"), Counted(things=things))
            rows = await views.query("boxes", ALL, {}, at_least=position)
            assert sum(row["things"] for row in rows) == (1, 3)[things - 1]
        assert list(views.failing) == ["broken"]
        assert await views.position("broken") == stands
