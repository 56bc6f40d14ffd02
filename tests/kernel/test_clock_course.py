"""What became of a clock, as its log tells it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.deadline import Course, Terms
from contracts.language import Event, Personal
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockMet, ClockStarted
from services.kernel.clock_course import course_of
from services.kernel.stored_form import Happening, Origin
from tests.kernel.toy import Remarked
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)
CLOCK, WHO, COMMAND = uuid4(), uuid4(), uuid4()
TERMS = Terms(
    rule="C06",
    version=1,
    citation="Law 1",
    started_at=NOON,
    due_at=NOON + 24 * HOUR,
    warn_at=(NOON + 12 * HOUR,),
    arithmetic="noon + 24 h",
)


def happening(event: Event, version: int = 1, *, by: str = f"account:{WHO}", command: UUID = COMMAND) -> Happening:
    origin = Origin(
        actor=by, agency="MDCPS", command_id=command, causation_id=None, correlation_id=CLOCK, policy="of the test"
    )
    return Happening(
        stream=CLOCK,
        version=version,
        event_id=uuid4(),
        happened_at=NOON,
        origin=origin,
        event=event,
        position=version,
        recorded_at=NOON + HOUR,
    )


def course(*events: Event) -> Course:
    found = course_of([happening(each, version) for version, each in enumerate(events, 1)], ())
    assert found is not None
    return found


def started(now_in_hours: int = 0) -> list[Event]:
    return clocks.start(Clock(), TERMS, CLOCK, WHO, NOON + now_in_hours * HOUR)


def then(events: Sequence[Event], decide: str, *arguments: object) -> list[Event]:
    clock = Clock()
    for event in events:
        clock = clocks.evolve(clock, event)
    return [*events, *getattr(clocks, decide)(clock, *arguments)]


RUNS, MISSED = started(), started(25)
LATER = NOON + 30 * HOUR


@pytest.mark.parametrize(
    ("events", "state"),
    [
        (RUNS, "running"),
        (MISSED, "missed"),
        (then(RUNS, "meet", NOON + HOUR, NOON + HOUR), "met"),
        (then(RUNS, "extend", LATER, "an order", NOON), "extended"),
        (then(RUNS, "excuse", "adult", NOON), "excused"),
        (then(MISSED, "excuse", "adult", LATER), "excused"),
        (then(MISSED, "meet", NOON + HOUR, LATER), "found_met"),
        (then(then(RUNS, "meet", NOON + HOUR, NOON + HOUR), "correct", LATER), "found_missed"),
    ],
)
def test_where_it_leaves_the_clock(events: Sequence[Event], state: str) -> None:
    assert course(*events).state == state


def test_an_extension_is_told_with_who_gave_it_and_keeps_what_was_reckoned() -> None:
    found = course(*then(RUNS, "extend", LATER, "continuance_illness", NOON))

    begun, extended = found.turnings
    assert (begun.what, begun.by, begun.due_at) == ("started", None, TERMS.due_at)
    assert (extended.what, extended.by, extended.agency) == ("extended", WHO, "MDCPS")
    assert (extended.reason, extended.due_at) == ("continuance_illness", LATER)
    assert (found.reckoned_due_at, found.due_at) == (TERMS.due_at, LATER)
    assert found.arithmetic == ("noon + 24 h",)


def test_who_met_it_is_not_told_here() -> None:
    met = course(*RUNS, ClockMet(rule="C06", subject=CLOCK, met_at=NOON)).turnings[-1]

    assert (met.what, met.by, met.agency) == ("met", None, "")


def test_it_began_with_the_event_its_start_names_else_with_one_of_the_same_command() -> None:
    (start,) = RUNS
    assert isinstance(start, ClockStarted)
    remark = Remarked(about=Personal(person=WHO, text="Said."))
    beside = [happening(remark, 4, command=uuid4()), happening(remark, 5), happening(remark, 6)]
    named = happening(clocks.start(Clock(), TERMS, CLOCK, beside[0].event_id, NOON)[0])

    for begun, position in ((named, 4), (happening(start), 5)):
        found = course_of([begun], beside)
        assert found is not None
        assert (found.trigger.name, found.trigger.position) == (Remarked.NAME, position)
    alone = course_of([happening(start)], beside[:1])
    assert alone is not None
    assert (alone.trigger.name, alone.trigger.position) == ("clock.started", 1)


def test_what_never_started_has_no_course() -> None:
    assert course_of([], ()) is None
    assert course_of([happening(Remarked(about=Personal(person=WHO, text="Said.")))], ()) is None
