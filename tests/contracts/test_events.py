"""Every event, published or not, is declared, named and classified; no published one tells of a person."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from contracts.language import Event
from contracts.published import PUBLISHED
from contracts.schema import subject_of
from deploy.topology import LISTENERS, SERVICES
from services.kernel import messages
from tests.architecture.wired import definition_of, definitions, events_of, wiring_of
from tests.contracts import checks

EVERY = [event for definition in definitions() for event in events_of(definition)]
DISTINCT = list(dict.fromkeys(EVERY))
CONTRACT = [(service, event) for service, events in PUBLISHED.items() for event in events]


def name_of(value: object) -> str:
    return str(getattr(value, "NAME", value))


def readings(folder: Path) -> Sequence[checks.Reading]:
    """Of every service that reacts to what another tells it."""
    streams = {definition.stream: definition.name for definition in definitions()}
    return [
        checks.Reading(definition.name, streams[source.stream], source.known, list(source.handlers))
        for definition in definitions()
        for source in wiring_of(definition, folder).sources
        if source.stream is not None and source.process is None
    ]


def test_every_field_of_every_event_has_one_class() -> None:
    for event in DISTINCT:
        assert list(checks.unclassified(event)) == [], event
        assert list(checks.sealed_but_not_marked(event)) == [], event


@pytest.mark.parametrize(("service", "event"), CONTRACT, ids=name_of)
def test_no_contract_event_tells_of_a_person(service: str, event: type[Event]) -> None:
    assert list(checks.personal(event)) == []


@pytest.mark.parametrize(("service", "event"), CONTRACT, ids=name_of)
def test_a_contract_event_is_named_after_its_service(service: str, event: type[Event]) -> None:
    assert list(checks.badly_named(service, event)) == []
    assert subject_of(event) == messages.subject_of(service, event.NAME, frozenset({event.NAME}))


def test_stored_names_are_unique_in_the_whole_house() -> None:
    assert list(checks.named_twice(EVERY)) == []


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
def test_what_a_service_publishes_is_what_the_contracts_list(service: str) -> None:
    definition = definition_of(service)
    assert list(checks.undeclared(service, definition.contract, PUBLISHED)) == []


def test_the_contracts_list_services_of_the_topology_only() -> None:
    assert set(PUBLISHED) == {each.name for each in SERVICES}


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
def test_subjects_are_made_of_names_only(service: str) -> None:
    definition = definition_of(service)
    for event in events_of(definition):
        assert list(checks.subject_says_more(service, event, definition.contract)) == []


def test_a_reader_knows_every_event_it_is_sent_and_no_other(tmp_path: Path) -> None:
    found = readings(tmp_path)
    assert [fault for reading in found for fault in checks.misread(reading, PUBLISHED)] == []
    listening = {(each.service, each.upstream) for each in LISTENERS if checks.is_contract_subject(each.subject)}
    assert {(reading.reader, reading.upstream) for reading in found} == listening


def test_a_service_handles_of_its_own_log_only_what_it_stores(tmp_path: Path) -> None:
    for definition in definitions():
        for source in wiring_of(definition, tmp_path).sources:
            if source.stream is None:
                assert set(source.handlers) <= set(events_of(definition)), source.name
