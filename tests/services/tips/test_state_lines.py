"""Whether a child was taken across state lines: said at intake or later, by somebody, and otherwise later."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.language import Event, InvalidValue, Refused
from services.tips.tip.decisions import receive
from services.tips.tip.events import StateLinesStated, TipClosed
from services.tips.tip.state import Tip
from services.tips.tip.state_lines import StateStateLines, state
from tests.services.tips.given import FIRST, MISSISSIPPI, a_tip, command, identifiers, received
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)
LATER = NOON + 5 * HOUR


def stated(tip: Tip, **changes: Any) -> list[Event]:
    given: dict[str, Any] = {"state_lines": "crossed", "known_since": NOON + HOUR, "said_by": "law_enforcement"}
    return state(tip, StateStateLines(**(given | changes)), LATER)


def test_said_at_intake_it_is_known_from_receipt_and_the_reporters_word() -> None:
    told = receive(command(state_lines="crossed"), identifiers(), MISSISSIPPI, NOON)

    at = NOON - timedelta(minutes=10)
    assert told[-1] == StateLinesStated(tip=FIRST, state_lines="crossed", known_since=at, said_by="reporter")
    assert not [
        event for event in receive(command(), identifiers(), MISSISSIPPI, NOON) if isinstance(event, StateLinesStated)
    ]


def test_said_later_it_holds_from_when_it_was_known_and_opens_a_closed_case() -> None:
    closed = a_tip(received(), TipClosed(tip=FIRST))

    after = a_tip(received(), TipClosed(tip=FIRST), *stated(closed))

    assert (after.state_lines, after.state_lines_since, after.state_lines_by, after.closed) == (
        "crossed",
        NOON + HOUR,
        "law_enforcement",
        False,
    )
    assert after.holding == {"state_lines"}


def test_the_latest_word_holds() -> None:
    crossed = a_tip(received(), *stated(a_tip(received())))

    after = a_tip(received(), *stated(a_tip(received())), *stated(crossed, state_lines="not_crossed"))

    assert (after.state_lines, after.holding) == ("not_crossed", frozenset())


def test_said_again_it_says_nothing_new() -> None:
    with pytest.raises(Refused):
        stated(a_tip(received(), *stated(a_tip(received()))))
    with pytest.raises(Refused):
        stated(a_tip(received()), state_lines="not_known")


@pytest.mark.parametrize("known_since", [NOON - HOUR, LATER + HOUR])
def test_it_was_known_neither_before_the_tip_nor_later_than_now(known_since: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        stated(a_tip(received()), known_since=known_since)

    assert refused.value.field == "known_since"
