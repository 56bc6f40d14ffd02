"""A list comes in; and a legacy kit is a kit like any other from then on."""

from collections.abc import Callable, Sequence
from uuid import UUID

import pytest

from contracts.language import Event, Refused
from services.forensic_clinic.kit import by_two, decisions, handovers, testing
from services.forensic_clinic.kit.by_two import Proposal
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.custody import exceptions_of
from services.forensic_clinic.kit.duties import duties
from services.forensic_clinic.kit.fold import evolve
from services.forensic_clinic.kit.handovers import Receiver
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import Kit
from services.forensic_clinic.kit.states import EDGES, must_be_a_step, state_of
from services.forensic_clinic.legacy.bringing_in import bring_in, kit_of
from services.forensic_clinic.legacy.events import LegacyFileBroughtIn
from services.forensic_clinic.legacy.judging import Uploader
from services.forensic_clinic.legacy.refusals import LegacyRefusal
from services.forensic_clinic.legacy.state import LegacyFile
from services.forensic_clinic.legacy.state import evolve as evolve_file
from tests.services.forensic_clinic.kit.given import (
    ANALYST,
    HOUR,
    MISSISSIPPI,
    NURSE,
    OFFICER,
    REASON,
    SECOND_OFFICER,
    TO_LABORATORY,
    WHOLE,
)
from tests.services.forensic_clinic.legacy.given import BARE, FULL, a_list, judged
from tests.support.running_service import NOON

FILE = UUID("cccccccc-0001-4000-8000-000000000000")
COORDINATOR = Hand(account=UUID("cccccccc-0002-4000-8000-000000000000"), agency="BRIDGE", roles=("clinic_coordinator",))
UNREPORTED = "MS-0044,LOCAL-LE,,,,,unreported,"
TO_OFFICER = Receiver(agency="LOCAL-LE", role="law_enforcement")


def brought(*rows: str, by: Hand = OFFICER, before: LegacyFile | None = None) -> Sequence[Event]:
    """What the list leads to."""
    done = bring_in(FILE, before or LegacyFile(), judged(a_list(*rows)), by, seen="d", digest="d", now=NOON)
    return [*done.of_file, *(event for _, event in done.of_kits)]


def legacy(row: str, by: Hand = OFFICER) -> Kit:
    """The kit of a list of one row."""
    return evolve(Kit(), brought(row, by=by)[1])


def after(kit: Kit, *acts: Sequence[Event]) -> Kit:
    """Each step is one that a kit can take."""
    for events in acts:
        before = kit
        for event in events:
            kit = evolve(kit, event)
        must_be_a_step(before, kit)
    return kit


def handed_over(kit: Kit, giver: Hand, to: Hand, purpose: str) -> Kit:
    receiver = Receiver(agency=to.agency, role=to.roles[0])
    kit = after(kit, handovers.offer(kit, giver, receiver, purpose, WHOLE, NOON, MISSISSIPPI, NOON))  # type: ignore[arg-type]  # one of five
    return after(kit, handovers.accept(kit, to, WHOLE, NOON + HOUR, NOON + HOUR))


def test_each_right_row_is_a_kit_and_the_list_says_how_many() -> None:
    of_file, *of_kits = brought(FULL, "M,LOCAL-LE,,,,,,", BARE)
    assert of_file == LegacyFileBroughtIn(file=FILE, by=OFFICER.account, agency="LOCAL-LE", rows=3, kits=2)
    assert [each.kit for each in of_kits] == [kit_of(FILE, 2), kit_of(FILE, 4)]  # type: ignore[attr-defined]  # brought in
    assert evolve_file(LegacyFile(kits=1), of_file) == LegacyFile(rows=3, kits=3)


def test_a_file_that_changed_since_it_was_looked_at_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        bring_in(FILE, LegacyFile(), judged(a_list(FULL)), OFFICER, seen="a", digest="b", now=NOON)
    assert refused.value.code == LegacyRefusal.FILE_CHANGED


def test_a_file_without_a_right_row_brings_nothing_and_says_so() -> None:
    with pytest.raises(Refused) as refused:
        brought("M,LOCAL-LE,,,,,,")
    assert refused.value.code == LegacyRefusal.NOTHING_RIGHT


def test_a_file_that_came_in_before_brings_nothing_when_it_comes_again() -> None:
    again = judged(a_list(FULL), "MS0042")
    done = bring_in(FILE, LegacyFile(rows=1, kits=1), again, OFFICER, seen="d", digest="d", now=NOON)
    assert (done.of_file, done.of_kits) == ((), ())


@pytest.mark.parametrize(
    ("row", "state"), [(FULL, "reported"), (UNREPORTED, "held_unreported"), (BARE, "choice_not_on_file")]
)
def test_a_legacy_kit_begins_as_the_paper_says_in_the_hand_of_who_brought_it(row: str, state: str) -> None:
    kit = legacy(row)
    must_be_a_step(Kit(), kit)
    assert state_of(kit) == state
    assert kit.holder is not None
    assert (kit.holder.account, kit.holder.stage, kit.holder.since) == (OFFICER.account, "law_enforcement", NOON)
    assert [each.what for each in exceptions_of(kit)] == ["before_record"]


def test_these_are_all_the_ways_in_which_a_kit_can_begin() -> None:
    begun = {state_of(legacy(row, by)) for row in (FULL, UNREPORTED, BARE) for by in (OFFICER, COORDINATOR)}
    assert {("none", state) for state in begun} == {edge for edge in EDGES if edge[0] == "none"} - {
        ("none", "collected")
    }


@pytest.mark.parametrize("row", [FULL, UNREPORTED, BARE])
@pytest.mark.parametrize("by", [OFFICER, COORDINATOR])
def test_no_paper_starts_a_statutory_clock(row: str, by: Hand) -> None:
    kit = legacy(row, by)
    assert kit.reported_at is kit.called_at is kit.picked_up_at is kit.received_at is None
    assert duties(kit, None) == ()


def test_from_one_officer_to_another_nothing_is_picked_up() -> None:
    kit = handed_over(legacy(FULL), OFFICER, SECOND_OFFICER, "relief")
    assert kit.picked_up_at is None
    assert duties(kit, None) == ()


def test_a_reported_one_goes_to_the_laboratory_and_its_test_is_due_from_there() -> None:
    kit = handed_over(legacy(FULL), OFFICER, ANALYST, "laboratory")
    assert state_of(kit) == "received"
    assert [(each.rule, each.since) for each in duties(kit, None)] == [("C57", NOON + HOUR)]
    kit = after(kit, decisions.record_result(kit, ANALYST, "tested", NOON + HOUR, NOON + HOUR))
    assert state_of(kit) == "result"


def test_that_it_went_on_is_told_to_no_other_service_since_there_is_no_case() -> None:
    kit = legacy(FULL)
    offered = handovers.offer(kit, OFFICER, TO_LABORATORY, "laboratory", WHOLE, NOON, MISSISSIPPI, NOON)
    taken = handovers.accept(after(kit, offered), ANALYST, WHOLE, NOON, NOON)
    assert [each.NAME for each in taken] == ["kit.accepted"]


@pytest.mark.parametrize("row", [UNREPORTED, BARE])
def test_without_the_word_that_it_was_reported_it_goes_to_no_laboratory_and_has_no_end(row: str) -> None:
    kit = legacy(row)
    acts: list[Callable[[], Sequence[Event]]] = [
        lambda: handovers.offer(kit, OFFICER, TO_LABORATORY, "laboratory", WHOLE, NOON, MISSISSIPPI, NOON),
        lambda: decisions.call_police(kit, "LOCAL-LE", NOON, REASON, MISSISSIPPI, NOON),
        lambda: testing.begin_test(kit, ANALYST, NOON, MISSISSIPPI, NOON),
        lambda: by_two.destroy(kit, OFFICER, NOON, MISSISSIPPI, NOON),
        lambda: by_two.propose(
            kit,
            OFFICER,
            Proposal(decision="no_test", reason="no_crime_shown", office="DA-07", explanation=REASON),
            MISSISSIPPI,
        ),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    kept = after(kit, handovers.offer(kit, OFFICER, TO_OFFICER, "storage", WHOLE, NOON, MISSISSIPPI, NOON))
    assert state_of(after(kept, handovers.accept(kept, SECOND_OFFICER, WHOLE, NOON, NOON))) == state_of(kit)


@pytest.mark.parametrize("row", [UNREPORTED, BARE])
def test_its_patient_may_report_yet_and_what_runs_runs_from_then(row: str) -> None:
    kit = legacy(row)
    converted = after(kit, decisions.report(kit, NOON + HOUR, NOON + HOUR))
    assert state_of(converted) == "picked_up"
    assert [(each.rule, each.since) for each in duties(converted, None)] == [("C56", NOON + HOUR)]


def test_in_a_clinic_a_reported_one_is_called_for_like_any_other() -> None:
    row = "MS-0042,BRIDGE,2019-03-04,,BRIDGE,,reported,"
    found = judged(a_list(row), who=Uploader(agency="BRIDGE", may_bring=lambda county: True))
    done = bring_in(FILE, LegacyFile(), found, COORDINATOR, seen="d", digest="d", now=NOON)
    kit = evolve(Kit(), done.of_kits[0][1])
    called = after(kit, decisions.call_police(kit, "LOCAL-LE", NOON, REASON, MISSISSIPPI, NOON))
    assert state_of(called) == "police_notified"
    assert [each.rule for each in duties(called, None)] == ["C55"]
    taken = handed_over(called, COORDINATOR, OFFICER, "pickup")
    assert state_of(taken) == "picked_up"
    assert [each.rule for each in duties(taken, None)] == ["C55", "C56"]


def test_the_clinic_calls_nobody_to_pick_up_what_the_police_have_had_for_years() -> None:
    kit = legacy(FULL)
    with pytest.raises(Refused) as refused:
        decisions.call_police(kit, "LOCAL-LE", NOON, REASON, MISSISSIPPI, NOON)
    assert refused.value.code == KitRefusal.WENT_ON


def test_nobody_seals_or_sets_aside_what_was_sealed_before_this_record() -> None:
    kit = legacy(FULL)
    acts: list[Callable[[], Sequence[Event]]] = [
        lambda: decisions.seal(kit, NURSE, 3, "S-1", NOON, NOON),
        lambda: decisions.set_aside(kit, REASON),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
