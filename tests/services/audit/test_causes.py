"""Why an event came about, from what is on record of it: chains that end, concealment, and what deciders had opened."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.replay.causes import Causes, Why
from services.audit.replay.deciding import DECISIONS, is_decision, looked_before
from services.audit.replay.telling import CopiedRow, Known, Told, read, tell
from services.audit.replay.why import because, outside, seen_by
from services.audit.replay.words import WITHHELD
from services.audit.sources import NAMES
from tests.architecture.wired import definitions, events_of
from tests.services.audit.given import ACCOUNT, EVENING, words

WORDS = words()
MINUTE = timedelta(minutes=1)
CASE = UUID("7b1d2c3e-0000-4000-8000-000000000000")
SEAT = "victim_advocate"
RULE: dict[str, Any] = {"rule": "C06", "rule_version": 2, "citation": "Miss. Code 43-26-3"}
SERVICE = "service:rapid_assessment"


class Log:
    """Events as services store them, one after another; each takes the next place in its service's log."""

    def __init__(self) -> None:
        self.events: list[Told] = []

    def add(
        self,
        name: str,
        *,
        source: str = "tips",
        stream: UUID = CASE,
        actor: str = f"account:{ACCOUNT}",
        cause: Told | UUID | None = None,
        like: Told | None = None,
        case: UUID = CASE,
        **data: Any,
    ) -> Told:
        """By a command of its own, that of `like`, or because of `cause`."""
        command = like.command_id if like else uuid4()
        causation = cause.event_id if isinstance(cause, Told) else cause
        event = Told(
            version=1,
            event_id=uuid4(),
            happened_at=EVENING,
            recorded_at=EVENING + len(self.events) * MINUTE,
            actor=actor if cause is None else SERVICE,
            agency="MDCPS",
            command_id=command,
            causation_id=causation or (like.causation_id if like else command),
            correlation_id=case,
            data=data,
            source=source,
            position=1 + sum(each.source == source for each in self.events),
            name=name,
            stream=stream,
        )
        self.events.append(event)
        return event

    def chain(self, of: Told) -> list[tuple[str, Why]]:
        return [(step.event.name, step.link.why) for step in Causes(self.events).back_from(of.event_id)]


def a_moment(minutes: int) -> str:
    return (EVENING + minutes * MINUTE).isoformat()


def a_night() -> tuple[Log, dict[str, Told]]:
    """A tip, its team, a ladder that called two people, and a seat taken an hour later."""
    log, team, ladder, clock = Log(), uuid4(), uuid4(), uuid4()
    of_team: dict[str, Any] = {"source": "rapid_assessment", "stream": team}
    of_ladder: dict[str, Any] = {"source": "rapid_assessment", "stream": ladder}
    of_clock: dict[str, Any] = {"source": "rapid_assessment", "stream": clock}
    one, other = str(uuid4()), str(uuid4())
    tip = log.add("tips.tip_received", tip=str(CASE))
    described = log.add("tip.person_described", like=tip)
    opened = log.add("rapid_assessment.team_opened", cause=tip, **of_team)
    started = log.add("clock.started", cause=tip, like=opened, due_at=a_moment(30), **RULE, **of_clock)
    rung = log.add("ladder.rung_reached", cause=opened, seat=SEAT, responder=one, until=a_moment(10), **of_ladder)
    asked = log.add("team.seat_proposed", cause=opened, like=rung, seat=SEAT, responder=one, **of_team)
    other_seat = log.add("team.seat_proposed", seat="cps_investigator", responder=str(ACCOUNT), **of_team)
    next_rung = log.add("ladder.rung_reached", cause=rung, seat=SEAT, responder=other, until=a_moment(20), **of_ladder)
    asked_next = log.add("team.seat_proposed", cause=rung, like=next_rung, seat=SEAT, responder=other, **of_team)
    warned = log.add("clock.warned", cause=started, warn_at=a_moment(12), due_at=a_moment(30), **of_clock)
    told = log.add("notice.requested", cause=warned, source="rapid_assessment", stream=uuid4())
    missed = log.add("clock.missed", cause=warned, due_at=a_moment(30), late_seconds=0, **of_clock)
    taken = log.add("team.seat_accepted", actor=f"account:{other}", seat=SEAT, responder=other, **of_team)
    formed = log.add("rapid_assessment.team_formed", like=taken, **of_team)
    noted = log.add("tip.team_noted", cause=formed)
    return log, {name: each for name, each in locals().items() if isinstance(each, Told)}


def test_each_event_leads_back_to_the_tip_by_what_is_on_record_of_it() -> None:
    log, night = a_night()
    to_tip: list[tuple[str, Why]] = [("rapid_assessment.team_opened", "reaction"), ("tips.tip_received", "tip")]
    assert log.chain(night["noted"]) == [
        ("tip.team_noted", "reaction"),
        ("rapid_assessment.team_formed", "with"),
        # A person's act, on what stood then of the same seat; and that because nobody had answered in time.
        ("team.seat_accepted", "command"),
        ("team.seat_proposed", "moment"),
        ("ladder.rung_reached", "reaction"),
        *to_tip,
    ]
    assert log.chain(night["other_seat"]) == [("team.seat_proposed", "command"), *to_tip]
    assert log.chain(night["described"]) == [("tip.person_described", "with"), ("tips.tip_received", "tip")]
    assert log.chain(night["told"]) == [
        ("notice.requested", "reaction"),
        ("clock.warned", "clock"),
        ("clock.started", "reaction"),
        ("tips.tip_received", "tip"),
    ]


def test_a_clock_leads_to_what_last_set_its_due_time_and_one_set_too_late_was_missed_with_it() -> None:
    log, night = a_night()
    links = Causes(log.events)
    ((_, link), *_) = links.back_from(night["missed"].event_id)
    assert (link.why, link.before, link.came_at) == ("clock", night["started"], EVENING + 30 * MINUTE)
    clock: dict[str, Any] = {"source": "rapid_assessment", "stream": night["started"].stream}
    longer = log.add("clock.extended", due_at=a_moment(90), **clock)
    again = log.add("clock.missed", cause=longer, due_at=a_moment(90), late_seconds=0, **clock)
    links = Causes(log.events)
    step = links.back_from(again.event_id)[0]
    assert (step.link.before, step.link.came_at) == (longer, EVENING + 90 * MINUTE)
    told = because(step, links, sentences(log.events))
    assert told.clock is not None
    assert (told.clock.rule, told.clock.citation, told.clock.due_at) == ("C06", RULE["citation"], step.link.came_at)
    late = log.add("clock.started", cause=night["tip"], due_at=a_moment(-9), source="tips", stream=uuid4(), **RULE)
    at_once = log.add("clock.missed", like=late, due_at=a_moment(-9), late_seconds=9, stream=late.stream or CASE)
    assert log.chain(at_once)[:2] == [("clock.missed", "with"), ("clock.started", "reaction")]


def test_what_came_of_an_event_is_told_with_all_that_followed() -> None:
    log, night = a_night()
    links = Causes(log.events)
    assert [each.event for each in links.led_to(night["taken"].event_id)] == [night["formed"]]
    assert links.followed(night["taken"].event_id) == 2
    assert links.followed(night["tip"].event_id) == len(log.events) - 1


def test_where_nothing_is_on_record_that_is_said_and_what_is_not_of_the_case_is_named_and_no_more() -> None:
    log, _ = a_night()
    gone = log.add("team.seat_vacated", cause=uuid4(), source="rapid_assessment", stream=uuid4())
    assert log.chain(gone) == [("team.seat_vacated", "not_on_record")]
    closed = log.add("account.closed", source="identity", stream=ACCOUNT, case=ACCOUNT)
    left = log.add("responder.left", cause=closed, source="rapid_assessment", stream=ACCOUNT, case=ACCOUNT)
    vacated = log.add("team.seat_vacated", cause=left, source="rapid_assessment", stream=uuid4())
    of_case = [each for each in log.events if each.correlation_id == CASE]
    ((_, link),) = Causes(of_case, [left.event_id]).back_from(vacated.event_id)
    assert link.why == "elsewhere"
    told = outside([left, closed])
    assert [(each.service, each.name, each.why) for each in told] == [
        ("rapid_assessment", "responder.left", "reaction"),
        ("identity", "account.closed", "command"),
    ]
    assert str(ACCOUNT) not in str(told)


def sentences(events: Sequence[Told], withheld: Sequence[str] = ()) -> dict[UUID, Any]:
    rows = [
        CopiedRow(each.source, each.position, each.stream or CASE, each.name, msgspec.json.encode(each))
        for each in events
    ]
    # As they are stored: the row has what the state has not.
    assert [read(row) for row in rows] == list(events)
    end = datetime.max.replace(tzinfo=EVENING.tzinfo)
    told = tell(rows, as_of=end, by="recorded", order=NAMES, known=Known(), words=WORDS, withheld=withheld)
    return {each.event: each for each in told}


def a_look(log: Log, question: str, *records: UUID, positions: Sequence[int], source: str = "tips") -> Told:
    shown: dict[str, Any] = {"records": [str(each) for each in records], "positions": list(positions)}
    return log.add("operation.record_shown", source=source, stream=uuid4(), question=question, **shown)


def test_a_decision_is_told_with_the_last_look_at_each_record_and_what_came_after_it() -> None:
    log, night = a_night()
    facts = list(log.events)
    team = night["opened"].stream or CASE
    a_look(log, "a tip", CASE, positions=[1])
    at_team = a_look(log, "a team", team, positions=[night["opened"].position], source="rapid_assessment")
    last = a_look(log, "a tip", CASE, positions=[night["noted"].position])
    reads = log.events[len(facts) :]
    further = log.add("tips.tip_corrected", tip=str(CASE))
    closed = log.add("tip.closed", tip=str(CASE))
    reads.append(a_look(log, "a tip", CASE, positions=[further.position]))
    facts += [further, closed]
    found = looked_before(closed, reads, facts)
    assert [(each.read, list(each.since)) for each in found] == [
        (at_team, [e for e in facts if e.stream == team and e is not night["opened"]]),
        (last, [further]),
    ]
    seen = seen_by(closed, reads, facts, sentences(facts))
    assert seen is not None
    assert [look.since for look in seen.looks][-1] == [len(facts) - 1]
    assert seen_by(further, reads, facts, sentences(facts)) is None
    declined: dict[str, Any] = {"count": str(uuid4()), "stage": "charged"}
    assert is_decision(log.add("prosecution.outcome_recorded", source="prosecution", outcome="declined", **declined))
    assert not is_decision(log.add("prosecution.outcome_recorded", source="prosecution", outcome="guilty", **declined))


def test_that_a_kit_is_not_tested_is_told_with_what_whoever_proposed_and_whoever_assented_had_opened() -> None:
    log, night = a_night()
    kit, prosecutor = uuid4(), uuid4()
    of_kit: dict[str, Any] = {"source": "forensic_clinic", "stream": kit}
    sealed = log.add("forensic_clinic.reported_kit_sealed", **of_kit)
    look = a_look(log, "a kit", kit, positions=[sealed.position], source="forensic_clinic")
    proposed = log.add("kit.decision_proposed", number=1, decision="no_test", by=str(ACCOUNT), **of_kit)
    by_prosecutor: dict[str, Any] = {"actor": f"account:{prosecutor}", **of_kit}
    assented = log.add("kit.decision_assented", number=1, by=str(prosecutor), **by_prosecutor)
    facts = [*night.values(), sealed, proposed, assented]
    told = sentences(facts)
    reads = [look, msgspec.structs.replace(look, event_id=uuid4(), actor=f"account:{prosecutor}")]
    for decision, since in ((proposed, []), (assented, [proposed])):
        seen = seen_by(decision, [each for each in reads if each.actor == decision.actor], facts, told)
        assert seen is not None
        assert [(each.records, each.since) for each in seen.looks] == [
            ([kit], [told[each.event_id].number for each in since])
        ]


def test_every_decision_is_an_event_that_a_service_has_with_the_fields_it_is_chosen_by() -> None:
    events = {event.NAME: event for each in definitions() for event in events_of(each)}
    assert set(DECISIONS) <= set(events)
    for name, asked in DECISIONS.items():
        assert set(asked) <= set(events[name].__struct_fields__), name


def test_what_whoever_was_asked_for_the_advocates_seat_had_opened_is_not_told() -> None:
    log, night = a_night()
    advocate = str(night["asked_next"].data["responder"])
    declined = log.add(
        "team.seat_declined",
        source="rapid_assessment",
        stream=night["opened"].stream or CASE,
        actor=f"account:{advocate}",
        seat=SEAT,
        responder=advocate,
    )
    facts = list(log.events)
    look = a_look(log, "a tip", CASE, positions=[1])
    told = sentences(facts, [SEAT])
    assert told[declined.event_id].actor == WITHHELD
    seen = seen_by(declined, [msgspec.structs.replace(look, actor=f"account:{advocate}")], facts, told)
    assert seen is not None
    assert (seen.withheld, seen.looks) == (True, [])


NAMES_DRAWN = (
    "team.seat_proposed", "team.seat_accepted", "clock.started", "clock.warned", "clock.missed", "clock.extended",
    "ladder.rung_reached", "ladder.nobody_left", "notice.requested", "tip.closed", "count.filed", "operation.odd",
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Told], str]:
    """A tip and whatever else, by commands, because of anything at all, by an advocate now and then."""
    log = Log()
    advocate = str(draw(st.uuids(version=4)))
    log.add("tips.tip_received", tip=str(CASE))
    log.add("team.seat_proposed", source="rapid_assessment", seat=SEAT, responder=advocate)
    streams = draw(st.lists(st.uuids(version=4), min_size=1, max_size=3, unique=True))
    for _ in range(draw(st.integers(0, 14))):
        cause = draw(st.sampled_from([None, None, uuid4(), *log.events]))
        like = draw(st.sampled_from([None, *log.events])) if cause is None else None
        log.add(
            draw(st.sampled_from(NAMES_DRAWN)),
            source=like.source if like else draw(st.sampled_from(("tips", "rapid_assessment"))),
            stream=draw(st.sampled_from(streams)),
            actor=f"account:{draw(st.sampled_from((str(ACCOUNT), advocate)))}",
            cause=cause,
            like=like,
            seat=draw(st.sampled_from((SEAT, "cps_investigator"))),
            responder=draw(st.sampled_from((advocate, str(ACCOUNT)))),
            due_at=a_moment(draw(st.integers(0, 20))),
            until=a_moment(5),
            **RULE,
        )
    # Clocks of two services may differ, and an event of one name as its cause what bears a later time.
    skew = timedelta(seconds=draw(st.integers(-90, 90)))
    events = [
        msgspec.structs.replace(each, recorded_at=each.recorded_at + skew) if each.source == "tips" else each
        for each in log.events
    ]
    return draw(st.permutations(events)), advocate


@settings(max_examples=50)
@given(histories())
def test_every_chain_ends_without_a_loop_goes_back_in_each_log_and_tells_nothing_withheld(
    drawn: tuple[list[Told], str],
) -> None:
    events, advocate = drawn
    links = Causes(events)
    told = sentences(events, [SEAT])
    for event in events:
        chain = links.back_from(event.event_id)
        assert len({step.event.event_id for step in chain}) == len(chain) <= len(events)
        for source in ("tips", "rapid_assessment"):
            places = [step.event.position for step in chain if step.event.source == source]
            assert places == sorted(places, reverse=True)
        assert all(step.link.before is after.event for step, after in pairwise(chain))
        assert chain[-1].link.before is None
        steps = [because(step, links, told) for step in (*chain, *links.led_to(event.event_id))]
        seen = seen_by(event, events, events, told)
        assert advocate.encode() not in msgspec.json.encode((steps, seen))
        assert all(
            event in [each.event for each in links.led_to(one.event_id)] for one in [chain[0].link.before] if one
        )
