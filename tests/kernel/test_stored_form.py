"""The stored form: its bytes never change, what is not known is refused, and a stock program reads it."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import JSONTranscoder, StoredEvent
from eventsourcing.utils import clear_topic_cache, register_topic
from hypothesis import given
from hypothesis import strategies as st
from psycopg import conninfo

from contracts.language import Event, Personal
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.operations import OPERATION_EVENTS
from services.kernel.stored_form import (
    BadState,
    OtherVersion,
    Registry,
    StructMapper,
    UnknownName,
    UnreadableEvent,
    recorded_at_of,
    stamp_recorded_at,
)
from tests.kernel import golden_events as golden
from tests.kernel.toy import Counted, Opened, Remarked, kernel, registry
from tests.support.servers import Database

MARKED = "Example Child Marked"


@pytest.mark.parametrize("event", golden.EXAMPLES, ids=lambda event: event.NAME)
def test_an_event_is_encoded_to_the_bytes_of_its_release(event: Event) -> None:
    assert golden.encoded(event).state == golden.file_of(event).read_bytes()


@pytest.mark.parametrize("event", golden.EXAMPLES, ids=lambda event: event.NAME)
def test_the_bytes_of_a_release_are_read_as_the_same_event(event: Event) -> None:
    state = golden.file_of(event).read_bytes()
    stored = StoredEvent(golden.STREAM, 3, event.NAME, state)
    read = golden.mapper().to_domain_event(stored)
    expected = golden.happening(event)
    assert read.event == event == golden.mapper().event_of(stored)
    assert read.origin == expected.origin
    assert (read.event_id, read.happened_at) == (expected.event_id, expected.happened_at)
    assert read.recorded_at == golden.NOON + timedelta(seconds=1)


def test_every_event_of_the_kernel_has_golden_bytes_and_no_golden_bytes_are_orphans() -> None:
    kept = {path.name for path in golden.FOLDER.iterdir()}
    assert kept == {golden.file_of(event).name for event in golden.EXAMPLES}
    released = {event.NAME for event in (*CLOCK_EVENTS, *OPERATION_EVENTS)}
    assert released <= {event.NAME for event in golden.EXAMPLES}


@pytest.mark.parametrize("path", sorted(golden.FOLDER.iterdir()), ids=lambda path: path.name)
def test_the_stock_transcoder_of_the_library_decodes_every_form(path: Path) -> None:
    decoded = JSONTranscoder().decode(path.read_bytes())
    assert list(decoded)[-1] == "recorded_at"
    assert decoded["version"] == 1


def stored_as(topic: str, state: bytes) -> StoredEvent:
    return StoredEvent(uuid4(), 1, topic, state)


def altered(without: str = "", **members: object) -> bytes:
    """A marked remark's state with members replaced, or one left out."""
    remark = golden.encoded(Remarked(about=Personal(uuid4(), MARKED)))
    state = json.loads(remark.state) | members
    return json.dumps({name: value for name, value in state.items() if name != without}).encode()


REFUSED: Mapping[str, tuple[StoredEvent, type[UnreadableEvent]]] = {
    "a name not known": (stored_as("box.burned", altered()), UnknownName),
    "a Python path as a name": (stored_as("os:system", altered()), UnknownName),
    "a newer version": (stored_as(Remarked.NAME, altered(version=2)), OtherVersion),
    "version zero": (stored_as(Remarked.NAME, altered(version=0)), OtherVersion),
    "a version that is a word": (stored_as(Remarked.NAME, altered(version=MARKED)), BadState),
    "no event id": (stored_as(Remarked.NAME, altered(without="event_id")), BadState),
    "a member nobody knows": (stored_as(Remarked.NAME, altered(more=MARKED)), BadState),
    "a moment that is none": (stored_as(Remarked.NAME, altered(happened_at=MARKED)), BadState),
    "another event's data": (stored_as(Remarked.NAME, altered(data={"colour": MARKED})), BadState),
    "data with a member more": (
        stored_as(Remarked.NAME, altered(data={"about": {"person": str(uuid4()), "text": MARKED}, "more": MARKED})),
        BadState,
    ),
    "no JSON": (stored_as(Remarked.NAME, MARKED.encode()), BadState),
    "no bytes": (stored_as(Remarked.NAME, b""), BadState),
    "bytes of no text": (stored_as(Remarked.NAME, b'{"version":1,"data":"\xff\xfe"}'), BadState),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_known_is_refused_in_words_that_quote_no_data(case: str) -> None:
    event, error = REFUSED[case]
    with pytest.raises(error) as refused:
        golden.mapper().to_domain_event(event)
    assert "Marked" not in str(refused.value)


@pytest.mark.parametrize("case", REFUSED)
def test_what_happened_is_not_read_from_what_is_not_known_either(case: str) -> None:
    event, error = REFUSED[case]
    if case in {"no event id", "a member nobody knows", "a moment that is none"}:
        # What surrounds it is wrong: whoever asks for that is told.
        assert isinstance(golden.mapper().event_of(event), Remarked)
        return
    with pytest.raises(error) as refused:
        golden.mapper().event_of(event)
    assert "Marked" not in str(refused.value)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_in_another_way(state: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        golden.mapper().to_domain_event(stored_as(Opened.NAME, state))
    with pytest.raises(UnreadableEvent):
        golden.mapper().event_of(stored_as(Opened.NAME, state))
    assert recorded_at_of(state) is None


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-6))])))
def test_recorded_at_is_added_as_the_last_member_and_read_back(moment: datetime) -> None:
    state = golden.mapper().to_stored_event(golden.happening(Opened(colour="red"))).state
    stamped = stamp_recorded_at(state, moment)
    assert recorded_at_of(stamped) == moment
    assert json.loads(stamped) == json.loads(state) | {"recorded_at": moment.astimezone(UTC).isoformat()}


def test_what_does_not_end_with_a_brace_is_not_stamped() -> None:
    with pytest.raises(BadState):
        stamp_recorded_at(b"[]", golden.NOON)


def test_two_events_of_one_name_are_refused_at_start() -> None:
    class Impostor(Event, frozen=True, kw_only=True):
        NAME = Opened.NAME

    with pytest.raises(ValueError, match=Opened.NAME):
        Registry.of([Opened], [Impostor])
    assert Registry.of([Opened], [Opened]).events == {Opened.NAME: Opened}


def test_an_event_of_no_registry_is_not_stored() -> None:
    with pytest.raises(UnknownName):
        StructMapper(Registry.of([Counted]), lambda event, _: event).to_stored_event(
            golden.happening(Opened(colour="red"))
        )


def test_a_personal_text_never_shows_when_an_event_is_printed() -> None:
    assert MARKED not in repr(golden.happening(Remarked(about=Personal(uuid4(), MARKED))))


class GenericEvent:
    """All a stock program needs to know of our events; the stock mapper fills it without calling it."""

    originator_id: UUID
    originator_version: int
    version: int
    data: dict[str, object]
    recorded_at: str


class Reader(Application[UUID]):
    """A stock application. Its name leads the library to the tables `stored_events` and `stored_tracking`."""

    name = "stored"


@pytest.fixture
def topics_of_the_toy() -> Iterator[None]:
    clear_topic_cache()
    for name in registry().events:
        register_topic(name, GenericEvent)
    yield
    clear_topic_cache()


@pytest.mark.usefixtures("topics_of_the_toy")
async def test_a_stock_program_reads_streams_and_notifications_as_the_login_role(
    database: Database, tmp_path: Path
) -> None:
    stream = uuid4()
    async with kernel(database, tmp_path) as running:
        await running.add(stream, 0, Opened(colour="red"), Counted(things=3))
        await running.add(uuid4(), 0, Opened(colour="blue"))
        await running.add(stream, 2, Remarked(about=Personal(uuid4(), MARKED)))
    where = conninfo.conninfo_to_dict(database.login)
    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "CREATE_TABLE": "n",
        "POSTGRES_DBNAME": str(where["dbname"]),
        "POSTGRES_HOST": str(where["host"]),
        "POSTGRES_PORT": str(where["port"]),
        "POSTGRES_USER": str(where["user"]),
        "POSTGRES_PASSWORD": str(where["password"]),
    }
    with Reader(env=settings) as stock:
        events = list(stock.events.get(stream))
        assert [type(event) for event in events] == [GenericEvent] * 3
        assert [event.originator_version for event in events] == [1, 2, 3]
        opened, counted, remarked = (event.__dict__["data"] for event in events)
        assert (opened, counted) == ({"colour": "red"}, {"things": 3})
        assert MARKED not in str(remarked)
        section = stock.notification_log["1,10"]
        assert [item.id for item in section.items] == [1, 2, 3, 4]
        assert [item.topic for item in section.items] == [Opened.NAME, Counted.NAME, Opened.NAME, Remarked.NAME]
        assert stock.recorder.max_notification_id() == 4
        counted_only = stock.notification_log.select(1, 10, topics=[Counted.NAME])
        assert [item.originator_id for item in counted_only] == [stream]
