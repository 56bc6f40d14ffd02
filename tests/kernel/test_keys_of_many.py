"""The keys of many people are made at once, each once, whoever else makes the same ones at that moment."""

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from contracts.language import Event, Personal
from tests.kernel.toy import Remarked, kernel
from tests.support.servers import Database

PEOPLE = 40


def about(person: UUID, *others: UUID) -> tuple[Event, UUID]:
    said = tuple(Personal(person=each, text=f"of {each}") for each in others)
    return Remarked(about=Personal(person=person, text=f"of {person}"), others=said), uuid4()


async def test_two_who_make_the_same_keys_in_other_orders_end_with_one_for_each_and_all_of_it_opens(
    database: Database, tmp_path: Path
) -> None:
    people = [uuid4() for _ in range(PEOPLE)]
    forth, back = ([about(each, people[0]) for each in order] for order in (people, people[::-1]))
    async with kernel(database, tmp_path) as running:
        first, *also = await asyncio.gather(*(running.keys.seal_all(each) for each in (forth, back, forth, back)))
        with psycopg.connect(database.admin) as connection:
            row = connection.execute("SELECT count(*), count(DISTINCT person) FROM person_keys").fetchone()
        assert row == (PEOPLE, PEOPLE)
        # In the order in which they came, each sealed for itself.
        for named, sealed in zip((forth, back, forth, back), (first, *also), strict=True):
            for (event, event_id), one in zip(named, sealed, strict=True):
                assert isinstance(event, Remarked)
                assert isinstance(one, Remarked)
                assert one.about.text == ""
                assert await running.keys.open(one.about, event_id, "about") == event.about.text
                assert await running.keys.open(one.others[0], event_id, "others.0") == event.others[0].text
        plain = (Remarked(about=first[0].about), uuid4())  # type: ignore[attr-defined]
        assert await running.keys.seal_all([plain]) == [plain[0]], "what is sealed stays as it is"
