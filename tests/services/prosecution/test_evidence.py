"""What supports the elements of a count, what lacks support, what was disclosed, and what laboratories owe."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from contracts.jurisdictions import Agency
from contracts.jurisdictions.proving import Element, lacking
from contracts.language import Event, InvalidValue, Refused
from services.prosecution.evidence import disclosure, support
from services.prosecution.evidence.disclosure import AskLaboratory, GiveDiscovery
from services.prosecution.evidence.state import Evidence, evolve
from services.prosecution.evidence.support import NOT_ON_FILE, ListEvidence
from tests.services.prosecution.given import (
    ACCUSED,
    CASE,
    CHARGING,
    HOUR,
    MISSISSIPPI,
    ONE,
    SECOND,
    TRAFFICKING,
    accepted,
    added,
    case,
    charged,
    filed,
    names,
    referred,
)
from tests.support.running_service import NOON

ITEM, OTHER, GIVING, REQUEST, KIT = (UUID(f"eeeeeeee-000{n}-4000-8000-000000000000") for n in range(1, 6))
CHARGED = case(*charged())
LABOUR = "MS-97-3-54.1-1a-MINOR"
DEVICE = ListEvidence(kind="device", kept_by="MBI-HTSVU", locator="Example shelf 4")


def agency(name: str) -> Agency | None:
    return MISSISSIPPI.agencies.get(name)


def folded(*events: Event) -> Evidence:
    evidence = Evidence()
    for event in events:
        evidence = evolve(evidence, event)
    return evidence


def listed(item: UUID = ITEM, wanted: ListEvidence = DEVICE, *, kits: Collection[UUID] = ()) -> list[Event]:
    return support.list_evidence(CHARGED, Evidence(), item, wanted, kits, agency(wanted.kept_by), CHARGING)


def supports(evidence: Evidence, element: str, item: UUID = ITEM, of: Any = CHARGED) -> list[Event]:
    return support.state_support(of, evidence, of.counts[ONE], element, evidence.items[item], CHARGING)


def given(evidence: Evidence, **changes: Any) -> list[Event]:
    fields: dict[str, Any] = {
        "accused": ACCUSED,
        "items": (ITEM,),
        "recipient": "defence_counsel",
        "way": "electronic",
        "at": NOON,
    }
    wanted = GiveDiscovery(**(fields | changes))
    return disclosure.give_discovery(CHARGED, evidence, GIVING, wanted, CHARGING, NOON)


def asked(evidence: Evidence, **changes: Any) -> list[Event]:
    fields: dict[str, Any] = {"item": ITEM, "laboratory": "MS-LAB", "test": "dna", "at": NOON}
    wanted = AskLaboratory(**(fields | changes))
    return disclosure.ask_laboratory(
        CHARGED, evidence, REQUEST, wanted, agency(wanted.laboratory), CHARGING, NOON + 9 * HOUR
    )


def test_evidence_is_put_on_file_by_reference_and_where_it_is_found_is_sealed() -> None:
    (event,) = listed()
    evidence = folded(event)
    assert names([event]) == ["evidence.listed"]
    assert evidence.items[ITEM].located
    assert "shelf" not in repr(event)
    with pytest.raises(Refused, match="case_not_accepted"):
        support.list_evidence(case(*referred()), Evidence(), ITEM, ListEvidence(kind="object"), (), None, CHARGING)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (ListEvidence(kind="rumour"), "kind"),
        (ListEvidence(kind="kit"), "kit"),
        (ListEvidence(kind="device", kit=KIT), "kit"),
        (ListEvidence(kind="kit", kit=OTHER), "kit"),
        (ListEvidence(kind="device", kept_by="NOBODY"), "kept_by"),
    ],
)
def test_what_cannot_be_is_said_by_its_field(wanted: ListEvidence, field: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        listed(wanted=wanted, kits=(KIT,))
    assert wrong.value.field == field


SERVE_VICTIMS = [each.agency_id for each in MISSISSIPPI.agencies.values() if each.kind in {"advocate_org", "shelter"}]


@pytest.mark.parametrize("keeper", SERVE_VICTIMS)
def test_no_victim_service_is_ever_put_on_file_as_a_keeper(keeper: str) -> None:
    with pytest.raises(Refused, match="kept_by_victim_service") as refused:
        listed(wanted=ListEvidence(kind="medical_record", kept_by=keeper))
    assert refused.value.citation == "28 CFR 94.115"


def test_a_kit_the_clinic_told_of_is_on_file_once_until_it_ends() -> None:
    kit = ListEvidence(kind="kit", kit=KIT)
    evidence = folded(*listed(wanted=kit, kits=(KIT,)))
    with pytest.raises(Refused, match="kit_listed_already"):
        support.list_evidence(CHARGED, evidence, OTHER, kit, (KIT,), None, CHARGING)
    ended = support.end_evidence(CHARGED, evidence.items[ITEM], "typed_wrongly", CHARGING)
    again = evolve(evidence, ended[0])
    assert support.list_evidence(CHARGED, again, OTHER, kit, (KIT,), None, CHARGING)


def test_what_ended_supports_nothing_and_is_disclosed_still() -> None:
    evidence = folded(*listed())
    evidence = evolve(evidence, supports(evidence, "act")[0])
    evidence = evolve(evidence, given(evidence)[0])
    assert evidence.supported(ONE) == {"act"}
    ended = support.end_evidence(CHARGED, evidence.items[ITEM], "suppressed", CHARGING)
    after = evolve(evidence, ended[0])
    assert after.supported(ONE) == frozenset()
    assert after.given_to(ACCUSED) == {ITEM}
    with pytest.raises(Refused, match="evidence_over"):
        support.end_evidence(CHARGED, after.items[ITEM], "lost", CHARGING)
    with pytest.raises(Refused, match="evidence_over"):
        supports(after, "purpose")
    with pytest.raises(Refused, match="evidence_over"):
        asked(after)
    with pytest.raises(InvalidValue, match="reason"):
        support.end_evidence(CHARGED, evidence.items[ITEM], "thrown_away", CHARGING)


def test_support_is_stated_once_for_an_element_on_file_of_an_open_count_and_taken_back() -> None:
    evidence = folded(*listed())
    with pytest.raises(InvalidValue, match="element"):
        supports(evidence, "motive")
    evidence = evolve(evidence, supports(evidence, "act")[0])
    with pytest.raises(Refused, match="element_supported_already"):
        supports(evidence, "act")
    count, item = CHARGED.counts[ONE], evidence.items[ITEM]
    with pytest.raises(Refused, match="element_not_supported_by_it"):
        support.end_support(CHARGED, evidence, count, "purpose", item, "suppressed", CHARGING)
    (back,) = support.end_support(CHARGED, evidence, count, "act", item, "not_what_it_was_taken_for", CHARGING)
    assert evolve(evidence, back).supported(ONE) == frozenset()


@pytest.mark.parametrize(
    ("supported", "missing"),
    [
        ((), ("benefit", "victim_minor")),
        (("victim_minor",), ("benefit",)),
        (("act", "victim_minor"), ("knowledge",)),
        (("act", "knowledge"), ("victim_minor",)),
        (("benefit", "victim_minor"), ()),
        (("act", "knowledge", "victim_minor"), ()),
    ],
)
def test_one_way_to_commit_it_is_enough(supported: tuple[str, ...], missing: tuple[str, ...]) -> None:
    assert lacking(CHARGING.elements_of(LABOUR), supported) == missing


ELEMENTS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from([None, "x", "y"])),
    max_size=8,
    unique_by=lambda each: each[0],
)


@given_any(ELEMENTS, st.frozensets(st.sampled_from("abcdefgh")))
def test_what_lacks_support_is_none_exactly_where_all_needed_and_one_way_whole_is_supported(
    drawn: list[tuple[str, str | None]], supported: frozenset[str]
) -> None:
    elements = [Element(offence_id="o", element=name, way=way, words=name) for name, way in drawn]
    ways = {way for _, way in drawn} - {None}
    needed = all(name in supported for name, way in drawn if way is None)
    whole = not ways or any(all(name in supported for name, of in drawn if of == way) for way in ways)
    missing = lacking(elements, supported)
    assert (missing == ()) == (needed and whole)
    assert supported.isdisjoint(missing)
    # What is shown, once supported, is all that was lacking.
    assert lacking(elements, supported | set(missing)) == ()


def test_an_indictment_waits_only_for_somebody_to_have_seen_what_lacks_support() -> None:
    evidence = folded(*listed())
    evidence = evolve(evidence, supports(evidence, "act")[0])
    count = CHARGED.counts[ONE]
    gaps = support.without_support(evidence, count, CHARGING)
    assert gaps == ("purpose", "victim_minor")
    for seen in ((), ("purpose",), ("act", "purpose", "victim_minor")):
        with pytest.raises(Refused, match="elements_without_support"):
            support.acknowledge(CHARGED, evidence, count, "true_bill", seen, CHARGING)
    (event,) = support.acknowledge(CHARGED, evidence, count, "true_bill", ("victim_minor", "purpose"), CHARGING)
    assert evolve(evidence, event).acknowledged[0].elements == gaps
    for element in gaps:
        evidence = evolve(evidence, supports(evidence, element)[0])
    assert support.acknowledge(CHARGED, evidence, count, "true_bill", (), CHARGING) == []
    with pytest.raises(Refused, match="elements_without_support"):
        support.acknowledge(CHARGED, evidence, count, "true_bill", gaps, CHARGING)


def test_an_offence_without_elements_on_file_is_never_said_to_be_supported() -> None:
    of = case(*accepted(), added(), filed(offence="MS-97-29-51-1-MINOR"))
    assert CHARGING.elements_of("MS-97-29-51-1-MINOR") == ()
    assert support.without_support(Evidence(), of.counts[ONE], CHARGING) == (NOT_ON_FILE,)
    with pytest.raises(InvalidValue, match="element"):
        supports(folded(*listed()), NOT_ON_FILE, of=of)


def test_every_state_offence_but_two_has_its_elements_and_each_has_words() -> None:
    without = {each for each in CHARGING.offences if not each.startswith("US-") and not CHARGING.elements_of(each)}
    assert without == {"MS-97-29-51-1-MINOR", "MS-97-29-51-2-MINOR"}, "read as “as above” alone"
    assert len(CHARGING.elements_of(TRAFFICKING)) == 3


def test_discovery_says_what_when_and_to_whom_and_stands_corrected() -> None:
    evidence = folded(*listed())
    for changes, field in (
        ({"accused": SECOND}, "accused"),
        ({"items": (OTHER,)}, "items"),
        ({"recipient": "the_press"}, "recipient"),
        ({"way": "shouted"}, "way"),
        ({"at": NOON + HOUR}, "at"),
    ):
        with pytest.raises(InvalidValue) as wrong:
            given(evidence, **changes)
        assert wrong.value.field == field
    evidence = evolve(evidence, given(evidence, items=(ITEM, ITEM))[0])
    assert evidence.givings[GIVING].items == (ITEM,)
    assert evidence.given_to(ACCUSED) == {ITEM}
    assert evidence.given_to(SECOND) == frozenset()
    (corrected,) = disclosure.correct_discovery(CHARGED, evidence.givings[GIVING], "not_given", CHARGING)
    evidence = evolve(evidence, corrected)
    assert evidence.given_to(ACCUSED) == frozenset()
    with pytest.raises(Refused, match="discovery_corrected_already"):
        disclosure.correct_discovery(CHARGED, evidence.givings[GIVING], "not_given", CHARGING)


def test_a_laboratory_is_waited_for_until_an_answer_that_ends_it_and_a_report_is_evidence() -> None:
    evidence = folded(*listed())
    for changes, field in (
        ({"laboratory": "CVP"}, "laboratory"),
        ({"laboratory": "NOBODY"}, "laboratory"),
        ({"test": "dowsing"}, "test"),
        ({"item": OTHER}, "item"),
    ):
        with pytest.raises(InvalidValue) as wrong:
            asked(evidence, **changes)
        assert wrong.value.field == field
    evidence = evolve(evidence, asked(evidence)[0])

    def answered(answer: str, hours: int) -> list[Event]:
        at = NOON + timedelta(hours=hours)
        request = evidence.requests[REQUEST]
        return disclosure.answer_request(CHARGED, request, answer, at, OTHER, CHARGING, NOON + 9 * HOUR)

    (later,) = answered("later", 2)
    evidence = evolve(evidence, later)
    assert disclosure.waits(evidence.requests[REQUEST], CHARGING)
    with pytest.raises(InvalidValue, match="at"):
        answered("report", 1)
    events = answered("report", 3)
    assert names(events) == ["evidence.listed", "evidence.laboratory_answered"]
    for event in events:
        evidence = evolve(evidence, event)
    report = evidence.items[OTHER]
    assert (report.kind, report.kept_by, report.located) == ("laboratory_report", "MS-LAB", False)
    assert not disclosure.waits(evidence.requests[REQUEST], CHARGING)
    with pytest.raises(Refused, match="laboratory_request_over"):
        answered("cannot_be_done", 4)
    with pytest.raises(Refused, match="laboratory_request_over"):
        disclosure.end_request(CHARGED, evidence.requests[REQUEST], "not_needed", CHARGING)


def test_a_request_that_is_not_needed_is_ended() -> None:
    evidence = folded(*listed())
    evidence = evolve(evidence, asked(evidence)[0])
    (ended,) = disclosure.end_request(CHARGED, evidence.requests[REQUEST], "not_needed", CHARGING)
    assert ended.case == CASE  # type: ignore[attr-defined]  # it is of a case
    assert not disclosure.waits(evolve(evidence, ended).requests[REQUEST], CHARGING)
