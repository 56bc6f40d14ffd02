"""Whoever receives a field that can point to a child has said what for."""

from contracts.needs import NEEDS
from deploy.topology import LISTENERS
from tests.architecture.wired import definitions, events_of
from tests.contracts import checks


def test_every_locating_field_has_a_stated_need_for_every_reader_and_no_need_is_left_over() -> None:
    received = {
        found
        for definition in definitions()
        for found in checks.locating_readers(definition.name, events_of(definition), definition.contract, LISTENERS)
    }
    assert ("rapid_assessment", "tips.tip_received", "county") in received
    assert list(checks.need_faults(received, NEEDS)) == []
