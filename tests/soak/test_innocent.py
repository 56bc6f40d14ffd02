"""What the run without false findings says of itself: an accusation is a fault, a delay is none."""

from collections.abc import Mapping, Sequence

from tests.chaos.rounds import Rest
from tests.soak.innocent import Ran, lines_of


def ran(found: Mapping[str, int], verified: Sequence[str] = ()) -> Ran:
    return Ran(7, 600.0, ["kill -9, tips", "kill -9, tips"], 1000, Rest(0.1, 200_001, []), found, verified)


def test_what_was_late_is_told_and_is_no_fault() -> None:
    held = ran({"behind": 3})
    assert held.faults == []
    told = "\n".join(lines_of(held))
    assert "200001 events" in told
    assert "| behind | 3 | true: a part was down |" in told
    assert "| kill -9, tips | 2 |" in told
    assert told.endswith("Nobody was accused, and every log is whole and as it was signed.")


def test_an_accusation_and_a_log_that_is_not_whole_are_faults() -> None:
    assert ran({"gap": 1}).faults == ["audit found gap, 1 times"]
    assert ran({"copy_changed": 1, "behind": 1}).faults == ["audit found copy_changed, 1 times"]
    assert ran({}, ["muster verify of tips: 2 findings stand open"]).faults
    assert "FALSE" in "\n".join(lines_of(ran({"gap": 1})))
