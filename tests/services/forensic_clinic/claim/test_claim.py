"""A claim is sent, answered, and sent again after a refusal; what was entered by mistake is taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event, InvalidValue, Refused
from services.forensic_clinic.claim import decisions
from services.forensic_clinic.claim.refusals import ClaimRefusal
from services.forensic_clinic.claim.state import Claim, evolve

CLAIM, BY = UUID(int=1), UUID(int=2)
EXAM_ON, TODAY = date(2026, 11, 3), date(2026, 12, 1)
DAY = timedelta(days=1)

Decide = Callable[[Claim], list[Event]]


def send(before: Claim, on: date = EXAM_ON + DAY) -> list[Event]:
    return decisions.send(CLAIM, before, BY, "BRIDGE", on, EXAM_ON, TODAY)


def pay(before: Claim, on: date = EXAM_ON + 9 * DAY, cents: int | None = 100_000) -> list[Event]:
    return decisions.pay(CLAIM, before, BY, "BRIDGE", on, cents, TODAY)


def refuse(before: Claim, on: date = EXAM_ON + 9 * DAY) -> list[Event]:
    return decisions.refuse(CLAIM, before, BY, "BRIDGE", on, TODAY)


def take_back(before: Claim) -> list[Event]:
    return decisions.take_back(CLAIM, before, BY, "BRIDGE")


def after(*steps: Decide) -> Claim:
    claim = Claim()
    for step in steps:
        for event in step(claim):
            claim = evolve(claim, event)
    return claim


def test_a_claim_that_was_refused_is_sent_again_and_paid() -> None:
    again, paid = partial(send, on=EXAM_ON + 10 * DAY), partial(pay, on=EXAM_ON + 20 * DAY)
    claim = after(send, refuse, again, paid)
    assert [each.stage for each in claim.steps] == ["sent", "refused", "sent", "paid"]
    assert claim.last is not None
    assert (claim.stage, claim.last.cents, claim.last.on) == ("paid", 100_000, EXAM_ON + 20 * DAY)


def test_what_was_entered_by_mistake_is_taken_back_step_by_step() -> None:
    assert after(send, pay, take_back).stage == "sent"
    assert after(send, pay, take_back, refuse).stage == "refused"
    assert after(send, take_back).stage == "not_sent"


@pytest.mark.parametrize(
    ("steps", "step", "why"),
    [
        ((send,), send, ClaimRefusal.SENT),
        ((send, pay), send, ClaimRefusal.SENT),
        ((), pay, ClaimRefusal.NOT_SENT),
        ((), refuse, ClaimRefusal.NOT_SENT),
        ((send, refuse), pay, ClaimRefusal.NOT_SENT),
        ((send, pay), refuse, ClaimRefusal.NOT_SENT),
        ((), take_back, ClaimRefusal.NO_STEP),
        ((send, take_back), take_back, ClaimRefusal.NO_STEP),
    ],
)
def test_no_step_comes_before_the_one_that_it_answers(steps: tuple[Decide, ...], step: Decide, why: str) -> None:
    with pytest.raises(Refused) as refused:
        step(after(*steps))
    assert refused.value.code == why


@pytest.mark.parametrize(
    ("steps", "step"),
    [
        ((), partial(send, on=EXAM_ON - DAY)),
        ((), partial(send, on=TODAY + DAY)),
        ((send,), partial(pay, on=EXAM_ON)),
        ((send,), partial(refuse, on=TODAY + DAY)),
        ((send, refuse), send),
        ((send,), partial(pay, cents=0)),
        ((send,), partial(pay, cents=decisions.MOST_CENTS + 1)),
    ],
)
def test_no_day_is_before_the_step_before_or_to_come_and_no_amount_is_none(
    steps: tuple[Decide, ...], step: Decide
) -> None:
    with pytest.raises(InvalidValue):
        step(after(*steps))


@given(st.lists(st.sampled_from([send, pay, refuse, take_back, partial(send, on=TODAY), partial(pay, on=TODAY)])))
def test_an_answer_always_follows_a_sending_and_days_never_go_back(steps: list[Decide]) -> None:
    claim = Claim()
    for step in steps:
        try:
            events = step(claim)
        except (Refused, InvalidValue):
            continue
        for event in events:
            claim = evolve(claim, event)
        stages = [each.stage for each in claim.steps]
        assert all(stage == "sent" for stage in stages[::2])
        assert all(stage in {"paid", "refused"} for stage in stages[1::2])
        assert "paid" not in stages[:-1]
        days = [each.on for each in claim.steps]
        assert days == sorted(days)
