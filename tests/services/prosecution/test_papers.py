"""Papers and their service: what follows on what, whom they are for, and what an indictment served brings."""

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from contracts.language import Event, InvalidValue, Refused
from services.prosecution.papers import serving
from services.prosecution.papers.serving import NEXT, Issue, Took, comes_to, words_of
from services.prosecution.papers.state import Paper, Papers, evolve
from tests.services.prosecution.given import (
    ACCUSED,
    CHARGING,
    HEARING,
    HOUR,
    PERSON,
    SECOND,
    came,
    case,
    charged,
    filed,
    hearing_set,
    indicted,
    referred,
)
from tests.support.running_service import NOON

PAPER = UUID("ffffffff-0001-4000-8000-000000000000")
CHARGED = case(*charged(), hearing_set())
WITNESS = {"kind": "subpoena", "for_whom": "witness", "addressee": "Example Witness One, Example Road 2", "at": NOON}
INDICTMENT = {"kind": "indictment", "for_whom": "accused", "accused": ACCUSED, "at": NOON}


def issued(**fields: Any) -> list[Event]:
    wanted = Issue(**(fields or WITNESS))
    return serving.issue(CHARGED, PAPER, wanted, (PERSON,), CHARGING, NOON + 24 * HOUR)


def on_record(*steps: tuple[str, str], **fields: Any) -> Paper:
    papers = evolve(Papers(), issued(**fields)[0])
    for hours, (step, word) in enumerate(steps, start=1):
        papers = evolve(papers, took(papers.papers[PAPER], step, word, hours)[0])
    return papers.papers[PAPER]


def took(paper: Paper, step: Any, word: str, hours: float, now_hours: float = 24) -> list[Event]:
    at = NOON + timedelta(hours=hours)
    return serving.step(CHARGED, paper, Took(step=step, word=word, at=at), CHARGING, NOON + timedelta(hours=now_hours))


def test_a_subpoena_goes_out_fails_goes_out_again_and_is_served() -> None:
    paper = on_record(("out", "sheriff"), ("failed", "moved"), ("out", "investigator"), ("served", "in_person"))
    assert [each.phase for each in paper.steps] == ["issued", "out", "failed", "out", "served"]
    assert (paper.addressed, NEXT[paper.phase]) == (True, ())
    assert "Witness" not in repr(issued()[0])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (WITNESS | {"kind": "letter"}, "kind"),
        (WITNESS | {"for_whom": "judge"}, "for_whom"),
        (WITNESS | {"hearing": PAPER}, "hearing"),
        (WITNESS | {"accused": ACCUSED}, "accused"),
        (WITNESS | {"victim": PERSON}, "victim"),
        (WITNESS | {"addressee": None}, "addressee"),
        (WITNESS | {"kind": "indictment"}, "for_whom"),
        (WITNESS | {"at": NOON + 25 * HOUR}, "at"),
        (INDICTMENT | {"accused": None}, "accused"),
        (INDICTMENT | {"accused": SECOND}, "accused"),
        ({"kind": "subpoena", "for_whom": "victim", "victim": SECOND, "at": NOON}, "victim"),
        ({"kind": "subpoena", "for_whom": "victim", "at": NOON}, "victim"),
    ],
)
def test_whom_it_is_for_is_on_file_and_fits_the_paper(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        issued(**fields)
    assert wrong.value.field == field


def test_no_address_of_a_victim_is_on_a_paper() -> None:
    fields = {"kind": "subpoena", "for_whom": "victim", "victim": PERSON, "hearing": HEARING, "at": NOON}
    assert issued(**fields)
    with pytest.raises(Refused, match="no_address_of_a_victim"):
        issued(**fields, addressee="Example Road 3")


def test_nothing_is_issued_in_a_case_the_office_has_not_accepted() -> None:
    with pytest.raises(Refused, match="case_not_accepted"):
        serving.issue(case(*referred()), PAPER, Issue(**WITNESS), (), CHARGING, NOON)  # type: ignore[arg-type]


def test_a_step_has_its_reason_of_the_list_and_comes_after_the_last() -> None:
    paper = on_record(("out", "sheriff"))
    with pytest.raises(InvalidValue, match="word"):
        took(paper, "failed", "in_person", 2)
    with pytest.raises(InvalidValue, match="at"):
        took(paper, "served", "in_person", 0.5)
    with pytest.raises(InvalidValue, match="at"):
        took(paper, "served", "in_person", 25)


STEPS = st.lists(st.tuples(st.sampled_from(["out", "served", "failed", "withdrawn"]), st.integers(0, 3)), max_size=8)


@given_any(STEPS)
def test_a_paper_ends_in_one_way_and_what_failed_is_never_forgotten(tried: list[tuple[Any, int]]) -> None:
    papers, hours = evolve(Papers(), issued()[0]), 0.0
    for step, which in tried:
        paper, hours = papers.papers[PAPER], hours + 1
        words = list(words_of(step, CHARGING.sittings))
        if step in NEXT[paper.phase]:
            papers = evolve(papers, took(paper, step, words[which % len(words)], hours)[0])
        else:
            with pytest.raises(Refused, match="paper_step_not_next"):
                took(paper, step, words[0], hours)
    phases = [each.phase for each in papers.papers[PAPER].steps]
    ended = [each for each in phases if each in {"served", "withdrawn"}]
    assert len(ended) <= 1
    assert not ended or phases[-1] == ended[0]
    # After a failure it goes out again, or is taken back: it is not served by the way.
    assert all(after in {"out", "withdrawn"} for before, after in pairwise(phases) if before == "failed")


def test_an_indictment_served_brings_the_counts_that_wait_for_it_and_no_others() -> None:
    true_bill = case(*charged(filed(stage="grand_jury")), came("true_bill", "grand_jury"))
    served = Took(step="served", word="in_person", at=NOON + HOUR)
    paper = on_record(**INDICTMENT)
    coming = comes_to(true_bill, paper, served, CHARGING)
    assert coming is not None
    assert (coming[0], len(coming[1])) == ("indictment_served", 1)
    assert comes_to(case(*indicted()), paper, served, CHARGING) is None
    assert comes_to(true_bill, on_record(), served, CHARGING) is None
    failed = Took(step="failed", word="moved", at=NOON + HOUR)
    assert comes_to(true_bill, paper, failed, CHARGING) is None
