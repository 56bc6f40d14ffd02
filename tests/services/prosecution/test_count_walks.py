"""Over walks of what may be recorded of counts: each ends once or is open, and no duty before it is passed over."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event, Refused
from services.prosecution.case import proceedings
from services.prosecution.case.state import Case, Count
from tests.services.prosecution.count_walk import INDICTED_TO_JUDGED, OFTEN, SELDOM, CountWalk, again
from tests.services.prosecution.given import ACCUSED, CHARGING, DAY, ONE, case, charged, filed
from tests.support.running_service import NOON

NOT_KEPT = {each.outcome for each in CHARGING.outcomes.values() if each.returns_to}
"""After these the count is at another stage at once, where nothing came of it yet."""
STEPS = st.tuples(st.sampled_from((*OFTEN, *OFTEN, *SELDOM)), st.integers(0, 10_000), st.integers(0, 25))


@given(st.integers(0, len(INDICTED_TO_JUDGED)), st.lists(STEPS, min_size=20, max_size=80))
def test_each_count_ends_once_or_is_open_and_passes_over_no_duty(far: int, steps: list[tuple[str, int, int]]) -> None:
    walk = CountWalk()
    walk.brought(far)
    for what, pick, days in steps:
        walk.until(walk.now + days * DAY)
        walk.step(what, pick)


def test_every_state_a_count_can_come_to_folds_and_goes_on_as_the_table_says_alone() -> None:
    """All of them, not some: a state is where the count stands, what came of it there, and whether it is over."""
    begins = [charged(filed(stage=each.stage, at=NOON)) for each in CHARGING.stages.values() if each.opens]
    ahead, known = list(begins), set[tuple[str, str, frozenset[str]]]()
    while ahead:
        told = ahead.pop()
        state = case(*(again(event) for event in told))
        count = state.counts[ONE]
        stands = (count.phase, count.stage, frozenset(count.outcomes))
        if stands in known:
            continue
        known.add(stands)
        assert (count.phase == "ended") == (count.outcome != "" and CHARGING.outcomes[count.outcome].ends)
        for act, of in ((entering, CHARGING.stages), (recording, CHARGING.outcomes)):
            for code in of:
                events = act(state, count, code)
                assert not events or count.phase == "open", "what is over stays"
                if events:
                    ahead.append([*told, *events])
    reached = {stage for _, stage, _ in known}
    assert reached == {*CHARGING.stages}
    assert {outcome for *_, came in known for outcome in came} | NOT_KEPT == {*CHARGING.outcomes}


def entering(state: Case, count: Count, stage: str) -> list[Event]:
    return unless_refused(lambda: proceedings.proceed(state, ACCUSED, stage, [count], NOON, CHARGING, NOON))


def recording(state: Case, count: Count, outcome: str) -> list[Event]:
    return unless_refused(lambda: proceedings.record_outcome(state, count, outcome, NOON, CHARGING, NOON))


def unless_refused(act: Callable[[], list[Event]]) -> list[Event]:
    try:
        return act()
    except Refused:
        return []
