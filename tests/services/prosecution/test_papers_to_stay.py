"""Papers that let a foreign victim stay: asked, decided by whom, sent, run out, ended; each step once and in order."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.language import Event, InvalidValue, Refused
from services.prosecution.victim import papers
from services.prosecution.victim.decisions import Of, VictimRefusal
from services.prosecution.victim.state import Paper, Victim, evolve
from tests.services.prosecution.given import CASE, CHARGING, DAY, HOUR, PERSON, names
from tests.support.running_service import NOON

RULES = CHARGING.victims.immigration
OF, PAPER = Of(CASE, PERSON), uuid4()
T_VISA, STAY = "t_visa_declaration", "continued_presence"
LATER = NOON + 90 * DAY


def folded(events: Sequence[Event], victim: Victim | None = None) -> Victim:
    state = victim or Victim()
    for event in events:
        state = evolve(state, event)
    return state


def asked(kind: str = STAY) -> Victim:
    return folded(papers.ask(Victim(), OF, PAPER, kind, NOON - HOUR, RULES, NOON))


def decided(decision: Literal["granted", "declined"], ends_at: datetime | None = None) -> Victim:
    victim = asked()
    paper = victim.papers[PAPER]
    return folded(papers.decide(OF, paper, decision, "federal_agency", NOON, ends_at, RULES, NOON), victim)


def refused(do: Callable[[], Sequence[Event]], code: VictimRefusal) -> None:
    with pytest.raises(Refused) as caught:
        do()
    assert caught.value.code == code


def test_one_of_a_kind_is_asked_for_at_a_time_and_anew_after_it_was_declined_or_ended() -> None:
    def again(victim: Victim, kind: str = STAY) -> list[Event]:
        return papers.ask(victim, OF, uuid4(), kind, NOON, RULES, NOON)

    for standing in (asked(), decided("granted")):
        refused(lambda victim=standing: again(victim), VictimRefusal.PAPER_STANDS)  # type: ignore[misc]
        assert names(again(standing, T_VISA)) == ["victim.paper_asked"]
    ended = folded(papers.end(OF, asked().papers[PAPER], "withdrawn", NOON, RULES, NOON), asked())
    for over in (decided("declined"), ended):
        assert names(again(over)) == ["victim.paper_asked"]
    with pytest.raises(InvalidValue, match="kind"):
        again(Victim(), "green_card")


def test_who_decided_and_until_when_stands_on_record() -> None:
    paper = decided("granted", LATER).papers[PAPER]
    assert (paper.phase, paper.by, paper.decided_at, paper.ends_at) == ("granted", "federal_agency", NOON, LATER)
    open_ = asked().papers[PAPER]
    for by, at, ends_at, decision, field in (
        ("a friend", NOON, None, "granted", "by"),
        ("court", NOON - DAY, None, "granted", "at"),
        ("court", NOON + HOUR, None, "granted", "at"),
        ("court", NOON, NOON, "granted", "ends_on"),
        ("court", NOON, NOON + 4000 * DAY, "granted", "ends_on"),
        ("court", NOON, LATER, "declined", "ends_on"),
    ):
        with pytest.raises(InvalidValue) as caught:
            papers.decide(OF, open_, decision, by, at, ends_at, RULES, NOON)  # type: ignore[arg-type]
        assert caught.value.field == field
    refused(lambda: papers.decide(OF, paper, "declined", "court", NOON, None, RULES, NOON), VictimRefusal.PAPER_STEP)


def test_what_is_granted_is_sent_once_and_extended() -> None:
    granted = decided("granted")
    sent = folded(papers.send(OF, granted.papers[PAPER], NOON, NOON), granted)
    refused(lambda: papers.send(OF, sent.papers[PAPER], NOON, NOON), VictimRefusal.PAPER_STEP)
    refused(lambda: papers.send(OF, asked().papers[PAPER], NOON, NOON), VictimRefusal.PAPER_STEP)
    longer = folded(papers.extend(OF, sent.papers[PAPER], LATER, NOON), sent)
    assert longer.papers[PAPER].ends_at == LATER
    assert papers.extend(OF, longer.papers[PAPER], LATER, NOON) == []
    refused(lambda: papers.extend(OF, asked().papers[PAPER], LATER, NOON), VictimRefusal.PAPER_STEP)


def test_it_has_not_expired_before_its_day() -> None:
    paper = decided("granted", LATER).papers[PAPER]
    with pytest.raises(InvalidValue, match="reason"):
        papers.end(OF, paper, "expired", LATER - HOUR, RULES, LATER)
    assert names(papers.end(OF, paper, "expired", LATER, RULES, LATER)) == ["victim.paper_ended"]
    assert names(papers.end(OF, paper, "revoked", NOON, RULES, NOON)) == ["victim.paper_ended"]
    with pytest.raises(InvalidValue, match="reason"):
        papers.end(OF, asked().papers[PAPER], "expired", NOON, RULES, NOON)


def step(name: str, paper: Paper) -> list[Event]:
    steps: dict[str, Callable[[Paper], list[Event]]] = {
        "grant": lambda of: papers.decide(OF, of, "granted", "court", NOON, LATER, RULES, NOON),
        "decline": lambda of: papers.decide(OF, of, "declined", "court", NOON, None, RULES, NOON),
        "send": lambda of: papers.send(OF, of, NOON, NOON),
        "extend": lambda of: papers.extend(OF, of, LATER + DAY, NOON),
        "end": lambda of: papers.end(OF, of, "revoked", NOON, RULES, NOON),
    }
    return steps[name](paper)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(steps=st.lists(st.sampled_from(["grant", "decline", "send", "extend", "end"]), max_size=7))
def test_no_order_of_steps_sends_or_extends_what_was_not_granted_and_what_is_over_stays_over(steps: list[str]) -> None:
    victim, taken = asked(), list[str]()
    for each in steps:
        over = victim.papers[PAPER].phase in ("declined", "ended")
        try:
            victim = folded(step(each, victim.papers[PAPER]), victim)
            assert not over, each
            taken.append(each)
        except Refused:
            pass
    paper = victim.papers[PAPER]
    assert paper.sent_at is None or "grant" in taken
    assert paper.ends_at is None or "grant" in taken
    assert taken.count("grant") + taken.count("decline") <= 1
