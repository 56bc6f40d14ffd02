"""The example messages that are checked in are what producers send, and every consumer takes them as they are."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import nats
import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from contracts.asyncapi import ENVELOPE, HEADERS
from contracts.language import Event
from contracts.publish import RELEASED, SCHEMAS, released
from contracts.published import PUBLISHED
from contracts.schema import file_name
from deploy.topology import LISTENERS, SERVICES, Listener, stream_name
from services.kernel.follower import Reactions
from services.kernel.messages import Incoming, headers_of, subject_of
from services.kernel.stored_form import Happening, Registry, StructMapper, UnreadableEvent, stamp_recorded_at
from tests.architecture.wired import Untouched, definition_of, wiring_of
from tests.contracts.example_files import FOLDER, SUFFIX, Message, files_of, read, write
from tests.contracts.make_examples import messages
from tests.support.running_service import running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

EVERY = [(service, file) for service in PUBLISHED for file in files_of(service)]
CONSUMERS = [listener for listener in LISTENERS if files_of(listener.upstream)]


def named(value: object) -> str:
    if isinstance(value, Listener):
        return value.durable
    return value.relative_to(FOLDER).as_posix() if isinstance(value, Path) else str(value)


def event_type(service: str, name: str) -> type[Event]:
    return next(event for event in PUBLISHED[service] if event.NAME == name)


def valid(instance: Any, schema: Mapping[str, Any]) -> None:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(instance)


@pytest.mark.parametrize(
    ("service", "event"),
    [(service, event) for service, events in PUBLISHED.items() for event in events],
    ids=lambda value: getattr(value, "NAME", str(value)),
)
def test_every_event_version_has_two_examples_or_more(service: str, event: type[Event]) -> None:
    folder = FOLDER / Path(file_name(service, event)).with_suffix("")
    assert len(list(folder.glob(f"*{SUFFIX}"))) >= 2, "add some in tests/contracts/make_examples.py and run it"


def test_no_example_is_left_of_an_event_that_is_no_more() -> None:
    folders = {
        str(Path(file_name(service, event)).with_suffix("")) for service in PUBLISHED for event in PUBLISHED[service]
    }
    files = [file for file in FOLDER.rglob("*") if file.is_file()]
    assert {file.parent.relative_to(FOLDER).as_posix() for file in files} == folders
    assert {file.suffix for file in files} == {SUFFIX}
    assert sorted(files) == sorted(file for _, file in EVERY)


@pytest.mark.parametrize(("service", "file"), EVERY, ids=named)
def test_an_example_fits_the_published_schemas_the_present_and_the_released(service: str, file: Path) -> None:
    message = read(file)
    state = json.loads(message.body)
    valid(state, ENVELOPE)
    valid(message.headers, HEADERS)
    name = file_name(service, event_type(service, message.headers["ce-type"]))
    assert file.parent == FOLDER / Path(name).with_suffix("")
    valid(state["data"], json.loads((SCHEMAS / name).read_text()))
    valid(state["data"], released(RELEASED)[name])


@pytest.mark.parametrize(("service", "file"), EVERY, ids=named)
def test_an_example_is_what_its_producer_sends_to_the_byte(service: str, file: Path) -> None:
    message = read(file)
    definition = definition_of(service)
    contract = frozenset(event.NAME for event in definition.contract)
    assert message.subject == subject_of(service, message.headers["ce-type"], contract)
    assert message.headers == headers_of(service, message.notification)
    mapper = StructMapper(Registry.of(definition.events, definition.contract), lambda event, _: event)
    happening = mapper.to_domain_event(message.notification)
    assert happening.recorded_at is not None
    assert happening.happened_at <= happening.recorded_at
    assert stamp_recorded_at(mapper.to_stored_event(happening).state, happening.recorded_at) == message.body


@pytest.mark.parametrize("service", sorted(PUBLISHED))
def test_the_examples_of_a_service_are_one_stretch_of_its_log(service: str) -> None:
    found = [read(file) for file in files_of(service)]
    assert [int(message.headers["ce-position"]) for message in found] == list(range(1, len(found) + 1))
    assert len({message.headers["ce-id"] for message in found}) == len(found)


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
async def test_every_consumer_decodes_every_example_with_what_it_knows(service: str, tmp_path: Path) -> None:
    definition = definition_of(service)
    upstreams = {stream_name(name): name for name in PUBLISHED}
    untouched: Any = Untouched()
    for source in wiring_of(definition, tmp_path).sources:
        if source.stream is None or source.process is not None:
            continue
        taken: list[Happening] = []

        async def take(happening: Happening, into: list[Happening] = taken) -> None:
            into.append(happening)

        handlers = {event: [take] for event in source.known}
        reactions = Reactions(Registry.of(source.known), handlers, time=untouched, actor=service, policy="none")
        upstream = upstreams[source.stream]
        examples = [read(file).notification for file in files_of(upstream)]
        for notification in examples:
            assert await reactions(Incoming(upstream, notification)) is None
        assert [happening.event.NAME for happening in taken] == [each.topic for each in examples]
        assert {type(happening.event) for happening in taken} == set(source.known)


@pytest.mark.parametrize("listener", CONSUMERS, ids=named)
async def test_every_consumer_takes_the_examples_off_the_road_and_parks_none(
    listener: Listener, database: Database, nats_server: Nats
) -> None:
    examples = [read(file) for file in files_of(listener.upstream)]
    async with running_service(definition_of(listener.service), database, nats_server):
        server = await nats.connect(nats_server.url, nkeys_seed_str=nats_server.admin_seed)
        try:
            for message in examples:
                await server.jetstream().publish(
                    message.subject, message.body, stream=stream_name(listener.upstream), headers=dict(message.headers)
                )
        finally:
            await server.close()

        async def caught_up() -> bool:
            return await position_of(database, listener.durable) == len(examples)

        await eventually(caught_up)
        assert await rows(database, "SELECT position, topic, reason FROM parked_events") == []
        if listener.service == "audit":
            copied = "SELECT topic, state FROM copied_events ORDER BY position"
            assert await rows(database, copied) == [(each.headers["ce-type"], each.body) for each in examples]


def test_an_example_of_a_newer_version_or_with_one_field_more_is_refused() -> None:
    message = read(files_of("tips")[0])
    mapper = StructMapper(Registry.of(PUBLISHED["tips"]), lambda event, _: event)
    for before, after in ((b'"version":1', b'"version":2'), (b'"county":', b'"town":"","county":')):
        changed = message.body.replace(before, after, 1)
        assert changed != message.body
        state = StoredEvent(message.notification.originator_id, 1, message.headers["ce-type"], changed)
        with pytest.raises(UnreadableEvent, match=r"tips\.tip_received"):
            mapper.to_domain_event(state)


def test_a_message_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    message = Message("evt.tips.tip_linked", {"ce-type": "tips.tip_linked", "ce-time": "a: b"}, b'{"a":"\n\n"}')
    write(tmp_path / "deep" / "one.message", message)
    assert read(tmp_path / "deep" / "one.message") == message


@pytest.mark.parametrize("service", sorted(PUBLISHED))
def test_the_examples_stand_where_they_are_written_from(service: str) -> None:
    written = [file for file, _ in messages(service)] if PUBLISHED[service] else []
    assert written == list(files_of(service))


async def position_of(database: Database, follower: str) -> int:
    found = await rows(
        database, "SELECT notification_id FROM notification_tracking WHERE application_name = %s", follower
    )
    return int(found[0][0]) if found else 0


async def rows(database: Database, statement: str, *values: object) -> list[tuple[Any, ...]]:
    async with await psycopg.AsyncConnection.connect(database.owner) as connection:
        found = await connection.execute(statement.encode(), values)
        return await found.fetchall()
