"""What was ever stored is read for ever: golden bytes of every event type, internal and published, of all services."""

import json
from pathlib import Path

import msgspec
from eventsourcing.persistence import JSONTranscoder, StoredEvent

from services.kernel.stored_form import stamp_recorded_at
from tests.architecture.wired import KERNEL_EVENTS
from tests.contracts.make_golden import FOLDER, STREAM, file_of, mapper, released, write_new
from tests.kernel import golden_events

FILES = sorted(FOLDER.iterdir())


def name_of(file: Path) -> str:
    return file.name.removesuffix(".json").rpartition(".v")[0]


def row_of(file: Path) -> StoredEvent:
    return StoredEvent(STREAM, 3, name_of(file), file.read_bytes())


def test_the_bytes_of_a_release_are_read_as_the_same_data_and_written_as_the_same_bytes() -> None:
    maps = mapper()
    for file in FILES:
        happening = maps.to_domain_event(row_of(file))
        stored = json.loads(file.read_bytes())
        assert json.loads(msgspec.json.encode(happening.event)) == stored["data"], file
        assert happening.recorded_at is not None, file
        again = stamp_recorded_at(maps.to_stored_event(happening).state, happening.recorded_at)
        assert again == file.read_bytes(), file


def test_the_stock_transcoder_of_the_library_decodes_every_form() -> None:
    for file in FILES:
        decoded = JSONTranscoder().decode(file.read_bytes())
        assert list(decoded)[-1] == "recorded_at", file
        assert file.name == f"{name_of(file)}.v{decoded['version']}.json"


def test_no_event_type_lacks_golden_bytes_and_each_of_its_fields_is_in_them() -> None:
    for event in released():
        assert file_of(event).exists(), f"{event}: run python -m tests.contracts.make_golden --new-only"
        stored = json.loads(file_of(event).read_bytes())["data"]
        assert set(stored) == {field.encode_name for field in msgspec.structs.fields(event)}, event
        assert None not in stored.values(), event


def test_the_kernels_events_have_theirs_beside_the_kernel() -> None:
    kept = {path.name for path in golden_events.FOLDER.iterdir()}
    assert {f"{event.NAME}.v{event.VERSION}.json" for event in KERNEL_EVENTS} <= kept


def test_what_was_released_has_a_type_that_reads_it() -> None:
    assert {file.name for file in FILES} == {file_of(event).name for event in released()}


def test_making_golden_bytes_again_adds_what_is_missing_and_overwrites_nothing(tmp_path: Path) -> None:
    for file in FILES:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert write_new(tmp_path) == []
    kept, gone = FILES[0].name, FILES[1].name
    (tmp_path / kept).write_bytes(b"as it was released")
    (tmp_path / gone).unlink()
    assert write_new(tmp_path) == [gone]
    assert (tmp_path / kept).read_bytes() == b"as it was released"
    assert (tmp_path / gone).read_bytes() == FILES[1].read_bytes()
