"""Clocks that ran, as the copy has them: what the kernel's own decisions made of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from uuid import UUID, uuid4

from hypothesis import strategies as st

from contracts.jurisdictions import Jurisdiction, load_mississippi
from contracts.language import Event, Personal, Refused
from services.audit.compliance.history import History, history_of
from services.audit.replay.telling import CopiedRow, Told, read
from services.kernel import clock as clocks
from services.kernel.clock import Clock, Ruling, asserted_moment
from tests.services.audit.given import EVENING, row

HOUR = timedelta(hours=1)
TABLES: Jurisdiction = load_mississippi()
RULES = ("C02", "C06", "C11", "C19", "C22", "C39", "C41", "C54", "C81", "C82")
"""Of every service, with an order's authority and without, by every calendar that a clock runs by."""

Act = tuple[str, int]
"""What somebody does, and how many hours after the last of it."""

ACTS = st.lists(
    st.tuples(
        st.sampled_from(("meet", "correct", "excuse", "excuse_by_law", "extend", "time", "found_met", "recompute")),
        st.integers(min_value=0, max_value=60),
    ),
    max_size=6,
)


def ran(rule: str, acts: Iterable[Act], *, since: datetime = EVENING, case: UUID | None = None) -> list[Told]:
    """The events of one clock that began then, in order."""
    case, stream, now = case or uuid4(), uuid4(), since
    state, found = Clock(), list[tuple[Event, datetime]]()
    terms = TABLES.terms(rule, since)
    assert terms is not None
    happened = [(each, now) for each in clocks.start(state, terms, case, uuid4(), now)]
    for what, hours in acts:
        found += happened
        state = reduce(clocks.evolve, (each for each, _ in happened), state)
        now += hours * HOUR
        happened = [(each, now) for each in [*_passed(state, what, now), *_done(state, what, now)]]
    found += happened
    return [read(each) for each in rows(found, case=case, stream=stream)]


def _passed(state: Clock, what: str, now: datetime) -> Sequence[Event]:
    """The timer fires before anybody acts after the due time, as the due worker has it."""
    return clocks.expire(state, now) if what == "time" else []


def _done(state: Clock, what: str, now: datetime) -> Sequence[Event]:
    by_law = Ruling(what="excused", authority="held_elsewhere", document=PAPER)
    acts: Mapping[str, Callable[[], Sequence[Event]]] = {
        "meet": lambda: clocks.meet(state, now - HOUR, now),
        "correct": lambda: clocks.correct(state, now),
        "excuse": lambda: clocks.excuse(state, "shown_adult", now),
        "excuse_by_law": lambda: clocks.rule_on(state, by_law, now),
        "extend": lambda: clocks.extend(state, state.due_at + HOUR, "continuance", now),
        "found_met": lambda: clocks.meet(state, state.due_at - HOUR, now),
        "recompute": lambda: _recomputed(state, now),
        "time": list,
    }
    try:
        return acts[what]()
    except Refused:
        return []


def _recomputed(state: Clock, now: datetime) -> Sequence[Event]:
    terms = TABLES.terms_now(state.rule, state.started_at, now)
    return [] if terms is None else clocks.recompute(state, terms, "law_changed", now)


PAPER = Personal(person=UUID(int=7, version=4), text="Cause no. 1")


def rows(happened: Iterable[tuple[Event, datetime]], *, case: UUID, stream: UUID) -> list[CopiedRow]:
    """Each recorded at its time."""
    return [
        row(
            event,
            source="rapid_assessment",
            position=number,
            recorded_at=at,
            happened_at=asserted_moment(event) or at,
            case=case,
            stream=stream,
        )
        for number, (event, at) in enumerate(happened, 1)
    ]


def history(rule: str, acts: Iterable[Act] = (), since: datetime = EVENING) -> History:
    """What is made of it."""
    found = history_of(ran(rule, acts, since=since))
    assert found is not None
    return found


MANY = 30
"""Lists of histories looked at by one test: each has as many as a dozen, and making one takes a millisecond."""

HISTORIES = st.builds(
    history,
    st.sampled_from(RULES),
    ACTS,
    st.integers(min_value=-2_000, max_value=2_000).map(lambda hours: EVENING + hours * HOUR),
)
