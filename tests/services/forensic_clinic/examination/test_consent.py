"""Who consented to what at a moment, and that nothing is taken without it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import InvalidValue, Refused
from services.forensic_clinic.examination import decisions
from services.forensic_clinic.examination.chart import Chart
from services.forensic_clinic.examination.content import Consent, Noted
from services.forensic_clinic.examination.decisions import WHY_NOT, ExaminationRefusal
from tests.services.forensic_clinic.examination.given import (
    EVIDENCE,
    GIVERS,
    NOW,
    OF,
    RULES,
    STEPS,
    after,
    at,
    chart,
    content_of,
    noted,
    said,
    step,
    withdrawn,
)


def take(before: Chart, minute: int, of: str = EVIDENCE, rules: Any = RULES) -> Any:
    return decisions.note_step(OF, before, noted("taken", of), at(minute), rules, NOW)


def refused_take(before: Chart, minute: int, of: str = EVIDENCE, rules: Any = RULES) -> Refused:
    with pytest.raises(Refused) as found:
        take(before, minute, of, rules)
    assert found.value.code in {*(code for code, _ in WHY_NOT.values()), ExaminationRefusal.MINOR_NOT_ALONE}
    return found.value


@pytest.mark.parametrize("outcome", ["offered", "declined", "not_applicable"])
def test_what_is_not_taken_needs_no_consent_and_a_closed_window_hides_nothing(outcome: Any) -> None:
    reason = "not_to_be_had_here" if outcome == "not_applicable" else ""
    events = decisions.note_step(OF, chart(), noted(outcome, reason=reason), at(500), RULES, NOW)
    assert content_of(events) == noted(outcome, reason=reason)


def test_without_consent_nothing_stands_as_taken_and_the_refusal_says_by_which_law() -> None:
    refusal = refused_take(chart(), 30)
    assert refusal.citation == RULES.citation
    assert "Nobody's consent" in refusal.sentence
    assert "declined" in refused_take(chart((1, said("declined"))), 30).sentence
    assert "taken back" in refused_take(chart((1, said("consented")), (2, said("withdrawn"))), 30).sentence
    # Consent to one step is none to another.
    assert refused_take(chart((1, said("consented", of="photographs"))), 30).citation == RULES.citation


def test_consent_counts_from_when_it_was_said_however_late_it_is_typed() -> None:
    before = chart((20, said("consented", "cps_custodian")))
    refused_take(before, 19)
    assert content_of(take(before, 20)) == noted("taken")
    late = chart((40, said("withdrawn", "cps_custodian")), (20, said("consented", "cps_custodian")))
    assert content_of(take(late, 30)) == noted("taken")
    refused_take(late, 40)


def test_consent_taken_back_in_the_middle_leaves_what_was_taken_and_stops_what_comes() -> None:
    before = chart((10, said("consented")), (10, said("consented", of="photographs")), (20, noted("taken")))
    before = after(before, *decisions.withdraw_altogether(OF, before, "patient", at(30), RULES, NOW))
    evidence, photographs = (before.stands(step(each), NOW, RULES) for each in (EVIDENCE, "photographs"))
    assert (evidence.outcome, evidence.without_consent, evidence.consent.word) == ("taken", False, "withdrawn")
    assert photographs.outcome == ""
    assert before.withdrawn_altogether_at(RULES) == at(30)
    for each in STEPS:
        refused_take(before, 31, each)
    # What was done before is still typed in, and a survivor may begin again, step by step.
    assert content_of(take(before, 25, "photographs")) == noted("taken", "photographs")
    again = after(before, *decisions.say_consent(OF, before, said("consented"), at(60), RULES, NOW))
    assert again.withdrawn_altogether_at(RULES) is None
    assert take(again, 61)
    refused_take(again, 61, "photographs")


def test_a_patients_no_outranks_everybodys_yes_and_a_guardians_no_nobody_elses() -> None:
    of_others = [(1, said("consented", by)) for by in ("parent_or_guardian", "youth_court", "cps_custodian")]
    assert take(chart(*of_others), 30)
    for no in (said("declined"), said("withdrawn"), withdrawn()):
        refused_take(chart(*of_others, (5, no)), 30)
        # It holds whenever it was typed, and also where the others consent anew.
        refused_take(chart((5, no), *of_others, (9, said("consented", "youth_court"))), 30)
    # Where one of them takes all back and another's yes holds, not all of it is taken back.
    back = chart(*of_others, (5, withdrawn("parent_or_guardian")))
    assert (back.withdrawn_altogether_at(RULES), bool(take(back, 30))) == (None, True)
    # A parent who says no, and may be the one who sells the child, does not stop whom the law lets consent.
    assert take(chart((1, said("consented", "cps_custodian")), (2, said("declined", "parent_or_guardian"))), 30)
    refused_take(chart((1, said("consented", "cps_custodian")), (2, said("withdrawn", "cps_custodian"))), 30)


def test_a_minors_own_consent_counts_where_the_law_gives_it_and_says_so_where_it_is_not_on_file() -> None:
    before = chart((1, said("consented")), (1, said("consented", of="pregnancy_test")))
    assert before.consent(step("pregnancy_test"), NOW, RULES).counts == "yes"
    assert step("pregnancy_test").citation == "Miss. Code 41-41-3"
    assert before.consent(step(), NOW, RULES).counts == "law_not_on_file"
    assert step().citation is None
    assert take(before, 30)


def test_where_the_law_says_a_minor_may_not_consent_alone_somebody_else_must_and_it_is_cited() -> None:
    steps = tuple(
        msgspec.structs.replace(each, minor_alone=False, citation="An invented law") if each.step == EVIDENCE else each
        for each in RULES.steps
    )
    rules = msgspec.structs.replace(RULES, steps=steps)
    refusal = refused_take(chart((1, said("consented"))), 30, rules=rules)
    assert (refusal.code, refusal.citation) == (ExaminationRefusal.MINOR_NOT_ALONE, "An invented law")
    assert take(chart((1, said("consented")), (2, said("consented", "youth_court"))), 30, rules=rules)
    assert take(chart((1, said("consented")), grown=True), 30, rules=rules)


def test_for_an_adult_the_patient_alone_consents_also_where_the_age_turns_out_later() -> None:
    with pytest.raises(InvalidValue):
        decisions.say_consent(OF, chart(grown=True), said("consented", "cps_custodian"), at(1), RULES, NOW)
    as_child = chart((1, said("consented", "cps_custodian")), (2, noted("taken")))
    assert not as_child.stands(step(), NOW, RULES).without_consent
    as_adult = msgspec.structs.replace(as_child, grown=True)
    stands = as_adult.stands(step(), NOW, RULES)
    assert (stands.outcome, stands.without_consent) == ("taken", True)
    refused_take(as_adult, 30)
    # An age not known is a child's: band_of says so, and `grown` is False.
    assert take(as_child, 30)


def test_what_is_typed_later_shows_that_a_step_was_taken_without_consent_and_changes_no_entry() -> None:
    before = chart((1, said("consented")), (30, noted("taken")))
    later = after(before, *decisions.say_consent(OF, before, said("withdrawn"), at(20), RULES, NOW))
    assert later.entries[:2] == before.entries
    stands = later.stands(step(), NOW, RULES)
    assert (stands.outcome, stands.without_consent) == ("taken", True)


def test_an_entry_by_mistake_is_struck_once_stays_and_counts_no_more() -> None:
    before = chart((1, said("declined")), (2, said("consented")))
    assert take(before, 30)
    struck = after(before, *decisions.strike(OF, before, 2, "wrong_word"))
    assert len(struck.entries) == 2
    refused_take(struck, 30)
    for entry, code in ((2, ExaminationRefusal.STRUCK_ALREADY), (9, ExaminationRefusal.NO_SUCH_ENTRY)):
        with pytest.raises(Refused) as refusal:
            decisions.strike(OF, struck, entry, "wrong_word")
        assert refusal.value.code == code


def test_nothing_is_taken_where_nobody_was_examined_but_consent_may_be_said_before() -> None:
    before = chart((1, said("consented")))
    for phase in ("requested", "held", "cancelled"):
        of = replace_phase(phase)
        with pytest.raises(Refused) as refusal:
            decisions.note_step(of, before, noted("taken"), at(30), RULES, NOW)
        assert refusal.value.code == ExaminationRefusal.NOT_EXAMINED
        assert decisions.say_consent(of, before, said("withdrawn"), at(30), RULES, NOW)
        assert decisions.note_step(of, before, noted("offered"), at(30), RULES, NOW)
    assert decisions.note_step(replace_phase("completed"), before, noted("taken"), at(30), RULES, NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: decisions.say_consent(OF, chart(), said("consented", "a_neighbour"), at(1), RULES, NOW),
        lambda: decisions.say_consent(OF, chart(), said("consented", of="a_wish"), at(1), RULES, NOW),
        lambda: decisions.say_consent(OF, chart(), said("consented", of="everything"), at(1), RULES, NOW),
        lambda: decisions.say_consent(OF, chart(), said("consented"), at(601), RULES, NOW),
        lambda: decisions.note_step(OF, chart(), noted("offered"), at(601), RULES, NOW),
        lambda: decisions.note_step(OF, chart(), noted("not_applicable"), at(1), RULES, NOW),
        lambda: decisions.note_step(OF, chart(), noted("not_applicable", reason="positive"), at(1), RULES, NOW),
        lambda: decisions.note_step(OF, chart(), noted("taken", reason="positive"), at(1), RULES, NOW),
        lambda: decisions.note_step(OF, chart(), noted("offered", of="result"), at(1), RULES, NOW),
    ],
)
def test_words_that_are_not_of_the_lists_and_moments_to_come_are_not_taken(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()


@pytest.mark.parametrize("code", ["Z04.81", " z04.81 ", "T74.52XA", "Y07.6", "A00"])
def test_a_code_of_the_right_form_is_entered_once(code: str) -> None:
    events = decisions.enter_code(OF, chart(), code)
    before = after(chart(), *events)
    assert before.codes == [(1, code.strip().upper())]
    with pytest.raises(Refused):
        decisions.enter_code(OF, before, code)


@pytest.mark.parametrize(
    "code", ["", "U07.1", "Z0481", "T74.52XAB1", "HIV positive", "Z04.", "Z04.81; DROP", "Ｚ04.81"]
)
def test_what_has_not_the_form_of_a_code_is_not_taken(code: str) -> None:
    with pytest.raises(InvalidValue):
        decisions.enter_code(OF, chart(), code)


words = st.sampled_from(["consented", "declined", "withdrawn"])
minutes = st.integers(min_value=0, max_value=60)
consents = st.tuples(
    minutes,
    st.builds(Consent, step=st.sampled_from(STEPS[:3]), word=words, by=st.sampled_from(GIVERS))
    | st.builds(withdrawn, st.sampled_from(GIVERS)),
)
steps = st.tuples(minutes, st.builds(Noted, step=st.sampled_from(STEPS[:3]), outcome=st.sampled_from(["taken"])))


@given(st.lists(consents | steps, max_size=14), st.booleans())
def test_whatever_is_said_in_whatever_order_nothing_is_entered_as_taken_against_a_patients_no(
    told: list[tuple[int, Any]], grown: bool
) -> None:
    """And whatever stands as taken without consent, by what was typed later, says so."""
    before = chart(grown=grown)
    for minute, content in told:
        try:
            if isinstance(content, Noted):
                events = decisions.note_step(OF, before, content, at(minute), RULES, NOW)
            else:
                events = decisions.say_consent(OF, before, content, at(minute), RULES, NOW)
        except (Refused, InvalidValue):
            continue
        if isinstance(content, Noted):
            own = [
                (entry.at, entry.number, entry.content.word)
                for entry in before.entries
                if isinstance(entry.content, Consent)
                and entry.content.by == "patient"
                and entry.content.step in {content.step, "everything"}
                and entry.at <= at(minute)
            ]
            assert not own or max(own)[2] == "consented"
        before = after(before, *events)
    assert [each.number for each in before.entries] == list(range(1, len(before.entries) + 1))
    for each in RULES.steps:
        stands = before.stands(each, NOW, RULES)
        moments = [
            entry.at for entry in before.entries if isinstance(entry.content, Noted) and entry.content.step == each.step
        ]
        assert bool(moments) == (stands.outcome == "taken")
        assert stands.without_consent == any(not before.consent(each, moment, RULES).given for moment in moments)


def replace_phase(phase: str) -> decisions.Of:
    return msgspec.structs.replace(OF, phase=phase)
