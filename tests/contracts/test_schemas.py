"""The schemas that are checked in are those the code makes, and fit what was released."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contracts.compatibility import incompatibilities_of_all
from contracts.publish import ASYNCAPI, RELEASED, SCHEMAS, checked_in, documents, release, released, write
from contracts.published import PUBLISHED
from contracts.schema import all_schemas, schema_of

AGAIN = "run python -m contracts.publish and look at what changed"


@pytest.mark.parametrize("name", sorted(documents()))
def test_what_is_checked_in_is_what_the_code_makes(name: str) -> None:
    file = SCHEMAS / name
    assert file.exists(), AGAIN
    assert file.read_text() == documents()[name], AGAIN


def test_no_schema_is_left_of_an_event_that_is_no_more() -> None:
    assert set(checked_in(SCHEMAS)) == set(documents()), AGAIN


def test_every_event_has_a_schema_that_is_one() -> None:
    schemas = all_schemas()
    assert len(schemas) == sum(len(events) for events in PUBLISHED.values())
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert all(field["x-class"] for field in schema["properties"].values())


def test_the_present_contracts_break_no_reader_of_the_released_ones() -> None:
    assert incompatibilities_of_all(released(RELEASED), all_schemas()) == []


def test_every_present_event_is_released() -> None:
    missing = all_schemas().keys() - released(RELEASED).keys()
    assert not missing, "run python -m contracts.publish --release"


def test_writing_twice_changes_nothing_and_clears_what_is_left_over(tmp_path: Path) -> None:
    assert set(write(tmp_path)) == set(documents())
    assert write(tmp_path) == []
    (tmp_path / "tips" / "gone.v1.json").write_text("{}")
    (tmp_path / "tips" / "tip_linked.v1.json").write_text("{}")
    assert write(tmp_path) == ["tips/gone.v1.json", "tips/tip_linked.v1.json"]
    assert set(checked_in(tmp_path)) == set(documents())


def test_writing_leaves_the_released_copy_alone(tmp_path: Path) -> None:
    kept = tmp_path / RELEASED.name / "tips" / "gone.v1.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}")
    write(tmp_path)
    assert kept.read_text() == "{}"


def test_a_release_that_would_break_a_reader_writes_nothing(tmp_path: Path) -> None:
    assert release(tmp_path) == []
    before = {file: file.read_text() for file in tmp_path.rglob("*.json")}
    gone = tmp_path / "tips" / "gone.v1.json"
    gone.write_text("{}")
    assert release(tmp_path) == ["tips/gone.v1.json: the event was removed"]
    assert {file: file.read_text() for file in tmp_path.rglob("*.json")} == before | {gone: "{}"}


def test_a_schema_says_whose_event_it_is_and_where_it_travels() -> None:
    schema = schema_of("tips", PUBLISHED["tips"][0])
    assert (schema["x-service"], schema["x-name"], schema["x-version"]) == ("tips", "tips.tip_received", 1)
    assert schema["x-subject"] == "evt.tips.tip_received"
    assert schema["properties"]["county"]["x-class"] == "locating"
    assert schema["properties"]["received_at"]["format"] == "date-time"


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from references(each)


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = json.loads((SCHEMAS / ASYNCAPI).read_text())
    found = set(references(document))
    files = {reference for reference in found if reference.startswith("./")}
    assert files == {f"./{name}" for name in all_schemas()}
    for reference in found - files:
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    assert set(document["channels"]) == {event.NAME for events in PUBLISHED.values() for event in events}
