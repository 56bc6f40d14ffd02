"""That a kit is not tested, or destroyed, is decided by two: given what happened, when one of them acts, then this."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from contracts.language import Event, InvalidValue
from services.console.pages import survivor
from services.forensic_clinic.kit import by_two, decisions, testing
from services.forensic_clinic.kit.by_two import Proposal
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.duties import DELIVERY_RULE, TEST_RULE, duties
from services.forensic_clinic.kit.events import (
    DecisionAssented,
    DecisionDenied,
    DecisionProposed,
    DecisionTakenBack,
    KitDestroyed,
    KitTestBegun,
)
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import Kit
from services.forensic_clinic.survivor.page import Next, next_of
from tests.services.forensic_clinic.kit.given import (
    ANALYST,
    HOUR,
    KIT,
    MISSISSIPPI,
    OFFICER,
    PROSECUTOR,
    REASON,
    SECOND_OFFICER,
    in_laboratory,
    kit,
    opened,
    result,
    sealed,
    text,
    with_police,
)
from tests.services.forensic_clinic.kit.test_decisions import refused
from tests.support.running_service import NOON

WORDS = Path(survivor.__file__).parent / "words.json"


def proposed(decision: str = "no_test", number: int = 1, by: Hand = OFFICER) -> DecisionProposed:
    reason, paper = {"no_test": ("no_crime_shown", None), "destruction": ("court_order", text(REASON))}[decision]
    return DecisionProposed(
        kit=KIT,
        number=number,
        decision=decision,
        reason=reason,
        office="DA-07",
        by=by.account,
        agency=by.agency,
        explanation=text(REASON),
        paper=paper,
    )


def assented(number: int = 1) -> DecisionAssented:
    return DecisionAssented(kit=KIT, number=number, by=PROSECUTOR.account, agency=PROSECUTOR.agency)


def propose(state: Kit, by: Hand = OFFICER, /, **changes: Any) -> list[Event]:
    wanted = {"decision": "no_test", "reason": "no_crime_shown", "office": "DA-07", "explanation": REASON} | changes
    return by_two.propose(state, by, Proposal(**wanted), MISSISSIPPI)


def no_test() -> dict[str, Any]:
    return {}


def destruction() -> dict[str, Any]:
    return {"decision": "destruction", "reason": "court_order", "paper": REASON}


def test_one_proposes_for_a_lawful_reason_and_nothing_changes_yet() -> None:
    state = kit(*with_police())
    assert propose(state) == [proposed()]
    assert not kit(*with_police(), proposed()).not_tested


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "too_many_kits"}, "reason"),
        ({"reason": "court_order"}, "reason"),
        ({"office": "BRIDGE"}, "office"),
        ({"office": "NOWHERE"}, "office"),
    ],
)
def test_a_reason_or_an_office_that_is_not_on_file_is_refused(changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidValue) as error:
        propose(kit(*with_police()), **changes)
    assert error.value.field == field


def test_a_kit_is_destroyed_by_a_paper_that_is_named() -> None:
    tested = kit(*in_laboratory(), result())
    with pytest.raises(InvalidValue) as error:
        propose(tested, ANALYST, decision="destruction", reason="court_order")
    assert error.value.field == "paper"
    assert propose(tested, ANALYST, decision="destruction", reason="court_order", paper=REASON) == [
        proposed("destruction", by=ANALYST)
    ]


def test_nothing_is_decided_about_an_unreported_kit_by_whomever() -> None:
    stored = kit(*with_police("unreported"))
    for wanted in no_test(), destruction():
        error = refused(lambda wanted=wanted: propose(stored, **wanted), KitRefusal.UNREPORTED)
        assert error.rule == "C58"
    refused(lambda: by_two.destroy(stored, OFFICER, NOON, MISSISSIPPI, NOON), KitRefusal.UNREPORTED)
    refused(lambda: testing.begin_test(stored, ANALYST, NOON, MISSISSIPPI, NOON), KitRefusal.UNREPORTED)


def test_a_prosecutor_of_the_office_assents_and_nobody_to_their_own() -> None:
    state = kit(*with_police(), proposed())
    assert by_two.assent(state, PROSECUTOR, 1) == [assented()]
    refused(lambda: by_two.assent(state, OFFICER, 1), KitRefusal.OWN_DECISION)
    refused(lambda: by_two.assent(state, SECOND_OFFICER, 1), KitRefusal.OWN_DECISION)
    elsewhere = Hand(account=PROSECUTOR.account, agency="DA-08", roles=("prosecutor",))
    refused(lambda: by_two.assent(state, elsewhere, 1), KitRefusal.NO_DECISION)
    refused(lambda: by_two.assent(state, PROSECUTOR, 2), KitRefusal.NO_DECISION)
    refused(
        lambda: by_two.assent(kit(*with_police(), proposed(), assented()), PROSECUTOR, 1), KitRefusal.DECIDED_ALREADY
    )


def test_what_is_not_tested_is_neither_owed_to_the_laboratory_nor_tested_there() -> None:
    before = kit(*in_laboratory(), proposed())
    after = kit(*in_laboratory(), proposed(), assented())
    assert {each.rule for each in duties(before, NOON)} >= {DELIVERY_RULE, TEST_RULE}
    assert TEST_RULE not in {each.rule for each in duties(after, NOON)}
    assert testing.begin_test(before, ANALYST, NOON, MISSISSIPPI, NOON)
    refused(lambda: testing.begin_test(after, ANALYST, NOON, MISSISSIPPI, NOON), KitRefusal.NOT_TO_BE_TESTED)
    refused(lambda: decisions.record_result(after, ANALYST, "tested", NOON, NOON), KitRefusal.NOT_TO_BE_TESTED)


def test_a_denial_leaves_it_as_it_was_and_another_may_be_proposed() -> None:
    state = kit(*with_police(), proposed())
    refused(lambda: propose(state), KitRefusal.DECISION_WAITS)
    denial = by_two.deny(state, PROSECUTOR, 1, REASON)
    assert denial == [
        DecisionDenied(kit=KIT, number=1, by=PROSECUTOR.account, agency=PROSECUTOR.agency, reason=text(REASON))
    ]
    assert propose(kit(*with_police(), proposed(), *denial)) == [proposed(number=2)]


@pytest.mark.parametrize(
    ("events", "before"),
    [
        (with_police(), "picked_up"),
        (in_laboratory(), "received"),
        ([*in_laboratory(), KitTestBegun(kit=KIT, begun_at=NOON + 9 * HOUR)], "in_test"),
    ],
)
def test_a_survivor_is_promised_no_laboratory_once_it_was_decided_otherwise(events: list[Event], before: str) -> None:
    assert next_of(kit(*events)) == next_of(kit(*events, proposed())) == before
    assert next_of(kit(*events, proposed(), assented())) == "not_tested"
    taken_back = DecisionTakenBack(
        kit=KIT, number=1, by=PROSECUTOR.account, agency=PROSECUTOR.agency, reason=text(REASON)
    )
    assert next_of(kit(*events, proposed(), assented(), taken_back)) == before
    both = (proposed(), assented(), proposed("destruction", 2), assented(2))
    assert next_of(kit(*events, *both)) == "to_be_destroyed"


def test_every_next_has_words_in_english_and_spanish() -> None:
    words = msgspec.json.decode(WORDS.read_bytes())
    codes = {code for part in get_args(Next) for code in (get_args(part) or (part,))} - {"none", "choice_not_on_file"}
    for code in sorted(codes):
        assert set(words[f"own_next.{code}"]) == {"en", "es"}, code


def test_the_office_takes_its_assent_back_and_the_kit_is_tested_after_all() -> None:
    state = kit(*in_laboratory(), proposed(), assented())
    refused(lambda: by_two.take_back(state, OFFICER, 1, REASON), KitRefusal.NO_DECISION)
    taken_back = by_two.take_back(state, PROSECUTOR, 1, REASON)
    assert [type(each) for each in taken_back] == [DecisionTakenBack]
    assert testing.begin_test(
        kit(*in_laboratory(), proposed(), assented(), *taken_back), ANALYST, NOON, MISSISSIPPI, NOON
    )


def test_whoever_holds_it_destroys_it_after_the_assent_and_nobody_before() -> None:
    tested = [*in_laboratory(), result()]
    before = kit(*tested, proposed("destruction"))
    refused(lambda: by_two.destroy(before, ANALYST, NOON, MISSISSIPPI, NOON), KitRefusal.NOT_ASSENTED)
    after = kit(*tested, proposed("destruction"), assented())
    refused(lambda: by_two.destroy(after, OFFICER, NOON, MISSISSIPPI, NOON), KitRefusal.NOT_HELD)
    assert by_two.destroy(after, ANALYST, NOON + HOUR, MISSISSIPPI, NOON + HOUR) == [
        KitDestroyed(kit=KIT, number=1, by=ANALYST.account, agency=ANALYST.agency, destroyed_at=NOON + HOUR)
    ]


def test_what_is_still_to_be_tested_is_not_destroyed() -> None:
    refused(lambda: propose(kit(opened(), sealed()), **destruction()), KitRefusal.NOT_TESTED_YET)
    assert propose(kit(*with_police(), proposed(), assented()), **destruction()) == [proposed("destruction", 2)]
