"""Every list of every service can be taken away as a file, by the same policy and with the same filters."""

from collections.abc import Mapping

import pytest

from deploy.topology import SERVICES
from services.console.pages.export.http import LISTS
from services.kernel.http.exporting import MEDIA_TYPE
from tests.architecture.listing import handled, lists
from tests.architecture.wired import definition_of

NO_LIST: Mapping[str, str] = {
    "GET /operator/parked": "of the machinery: it shows no record",
    "GET /operator/rows": "the whole log as stored, which auditors compare and nobody reads",
    "GET /restores": "of the machinery: what two people said of a database; it shows no record",
    "GET /reference": "tables of the jurisdiction, the same for everyone, published with the source",
    "GET /rules": "public law, the same for everyone, published with the source",
    "GET /sign-in/providers": "for whoever is not signed in yet",
    "GET /compliance": "numbers, each of which opens to its clocks, which POST /compliance/clocks/export takes away",
    "GET /figures": "numbers of no record, which POST /figures/export takes away whole",
    "GET /accounts/names": "names of accounts a page shows already",
    "GET /on-call": "one line for each seat, true at the moment it is asked",
    "GET /finding": "whom to ask at one moment, which is over when a file of it is read",
    "GET /calendar": "days of a clinic, whose exams POST /exams/export takes away",
    "GET /clinic-people": "a clinic's nurses by reference, rooms, interpreters, places by number; nothing of a case",
    "GET /census": "numbers of a day, of which POST /census/matters/export takes away what differs",
    "GET /fhir/Appointment": "exams page by page for programs, each page on record; POST /exams/export takes them away",
    "GET /fhir/Schedule": "a clinic's nurses and rooms for programs; nothing of a case",
    "GET /fhir/Slot": "a clinic's hours for programs; of a case that its time is taken, as GET /exams tells",
    "GET /attestation/clocks": "of one record, which the address need not name: the caller's own agency",
}
"""What answers many things and is no list of records, and why."""

FIGURES: Mapping[tuple[str, str], frozenset[str]] = {
    ("rapid_assessment", "/figures"): frozenset(),
    ("forensic_clinic", "/kit-report"): frozenset({"year"}),
}
"""No list, and taken away as one."""


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
def test_every_list_has_a_twin_that_answers_all_of_it_as_a_file(service: str) -> None:
    definition = definition_of(service)
    routes = handled(definition)
    lacking = []
    for each in lists(definition):
        if str(each) in NO_LIST:
            continue
        twin = routes.get(f"POST {each.path}/export")
        if twin is None:
            lacking.append(f"{each} has no export: docs/decisions/hiding.md says how to give it one")
            continue
        assert twin.action == each.action, f"{twin} asks the gate for something else than its list"
        assert twin.filters == each.filters, f"{twin} is narrowed by other filters than its list"
        assert getattr(twin.handler, "media_type", "") == MEDIA_TYPE
    assert lacking == []


def test_every_file_can_be_taken_from_a_page_with_the_filters_of_its_list() -> None:
    found = {
        (service.name, each.path): each.filters
        for service in SERVICES
        for each in lists(definition_of(service.name))
        if str(each) not in NO_LIST
    }
    assert {(each.service, each.path): frozenset(each.filters) for each in LISTS.values()} == {**found, **FIGURES}


def test_the_walk_finds_the_lists_there_are() -> None:
    found = {str(each) for service in SERVICES for each in lists(definition_of(service.name))}
    assert set(NO_LIST) <= found
    assert {
        "GET /tips",
        "GET /duties",
        "GET /duties/next",
        "GET /duties/told",
        "GET /teams",
        "GET /teams/open",
        "GET /notices",
        "GET /notices/waiting",
        "GET /exams",
        "GET /kits",
        "GET /cases",
        "GET /findings",
        "GET /accounts",
        "GET /agencies",
        "GET /accounts/live-after-leaving",
        "GET /attestation",
        "GET /attestation/administrators",
    } <= found
    (tips,) = (each for each in lists(definition_of("tips")) if each.path == "/tips")
    assert tips.filters == {"alike", "county", "received_before", "received_since"}
