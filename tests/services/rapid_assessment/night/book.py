"""The book that an onlooker keeps of one case, and what they find wrong in what the service did.

It knows the events by what they say and none of the service's own rules: each rule stands here once more, in its own
words.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from contracts.events.rapid_assessment import TeamFormed, TeamOpened, TeamStoodDown
from contracts.language import Event
from services.kernel.clock import ClockExcused, ClockMet, ClockMissed, ClockStarted, ClockWarned
from services.kernel.stored_form import Happening
from services.rapid_assessment.ladder.events import LadderOpened, LadderWaits, NobodyLeft, RungReached, StartAwaited
from services.rapid_assessment.responder.events import (
    CredentialRecorded,
    CredentialWithdrawn,
    ResponderBack,
    ResponderRoleGranted,
    ResponderRoleRemoved,
    ResponderSuspended,
)
from services.rapid_assessment.team.events import (
    ConflictDeclared,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    SeatUnderWay,
    SeatUnreached,
    SeatVacated,
)
from tests.services.rapid_assessment.given import MISSISSIPPI
from tests.services.rapid_assessment.night.house import AN_HOUR, CHANNELS, ON_ROTA, PEOPLE, Sent

SEATS = tuple(seat.seat for seat in MISSISSIPPI.seats)
NEEDED = {seat.seat: (seat.credential, seat.issuers[0]) for seat in MISSISSIPPI.seats}
HALF_AN_HOUR, HOUR = timedelta(minutes=30), timedelta(hours=1)


@dataclass
class Paper:
    """A certificate for a seat."""

    seat: str
    since: datetime
    until: datetime


@dataclass
class Climb:
    """What a ladder did since it last began at its foot. `waits` until then, unless it need not any more.

    It `rests` since nobody was left; who was `silent` before is not called until `again_at`. `anew`: its seat opened
    again, so that it begins at its foot once.
    """

    number: int = 1
    called: set[tuple[int, UUID]] = field(default_factory=set)
    waits: datetime | None = None
    awaits: tuple[UUID, datetime] | None = None
    anew: bool = False
    rests: bool = False
    silent: set[UUID] = field(default_factory=set)
    again_at: datetime | None = None

    def begins(self, number: int) -> None:
        """At its foot."""
        self.number, self.called = number, set()
        self.goes_on()
        self.silent, self.again_at = set(), None

    def goes_on(self) -> None:
        """It rests no more."""
        self.rests, self.anew = False, False

    def passes_over(self, now: datetime) -> set[UUID]:
        """Whom it must not call yet."""
        return self.silent if self.again_at is not None and now < self.again_at else set()


@dataclass
class Deadline:
    due_at: datetime
    warned: list[datetime] = field(default_factory=list)
    ended: int = 0
    missed: bool = False


class Book:
    """Written from the log alone, commit by commit."""

    def __init__(self) -> None:
        self.phase = ""
        self.holds: dict[str, UUID] = {}
        self.asked: dict[str, tuple[UUID, UUID]] = {}
        self.answered: set[UUID] = set()
        self.out: set[UUID] = set()
        self.suspended: set[UUID] = set()
        self.lacks: set[tuple[UUID, str]] = set()
        self.papers: dict[UUID, list[Paper]] = defaultdict(list)
        self.climbs: dict[str, Climb] = {}
        self.unreached: dict[tuple[str, UUID], tuple[datetime, bool]] = {}
        self.deadlines: dict[UUID, Deadline] = {}
        self.sent: list[Sent] = []
        self.busy: set[tuple[str, UUID]] = set()
        self.on_the_way: set[tuple[str, UUID]] = set()
        self.reached_by_nothing: set[str] = set()
        self.of_ladders: set[UUID] = set()
        self.read = 0

    def valid(self, who: UUID, seat: str, now: datetime) -> bool:
        """Whether somebody may fill a seat at that moment."""
        if who in self.suspended or (who, seat) in self.lacks:
            return False
        return any(each.seat == seat and each.since <= now < each.until for each in self.papers[who])

    def stands(self, now: datetime) -> bool:
        """Three seats, three people, all of them valid."""
        people = {self.holds.get(seat) for seat in SEATS} - {None}
        return len(people) == len(SEATS) and all(self.valid(who, seat, now) for seat, who in self.holds.items())

    def callable(self, seat: str, now: datetime) -> set[UUID]:
        """Whom the ladder of an empty seat may call."""
        busy = {*self.holds.values(), *(who for other, (who, _) in self.asked.items() if other != seat)}
        return {
            who
            for who in set(ON_ROTA[seat]) - busy - self.answered - self.out
            if self.valid(who, seat, now) and self._may_be_reached(seat, who, now)
        }

    def _may_be_reached(self, seat: str, who: UUID, now: datetime) -> bool:
        at, by_any = self.unreached.get((seat, who), (None, True))
        return at is None or (by_any and now >= at + HALF_AN_HOUR)

    def take(self, commits: Sequence[Sequence[Happening]], *, list_is_behind: bool) -> None:
        """What was recorded since the book was last written."""
        for commit in commits[self.read :]:
            self._take(commit, list_is_behind=list_is_behind)
        self.read = len(commits)

    def _take(self, commit: Sequence[Happening], *, list_is_behind: bool) -> None:
        now, events = commit[0].recorded_at, [each.event for each in commit]
        assert now is not None
        takes_a_seat = any(isinstance(each, SeatAccepted) for each in events)
        forms = any(isinstance(each, TeamFormed) for each in events)
        lapsed = {each.seat for each in events if isinstance(each, SeatLapsed)}
        assert takes_a_seat or not (forms or lapsed), "formed, or found wanting, when nobody took a seat"
        rungs = {each.seat for each in events if isinstance(each, RungReached)}
        for each in commit:
            if isinstance(each.event, SeatProposed) and each.event.seat in rungs:
                self.of_ladders.add(each.event_id)
        # Who is asked for another seat until this moment is free for this one at its next climb.
        self.busy = {(seat, who) for other, (who, _) in self.asked.items() for seat in SEATS if seat != other}
        for happening in commit:
            event = happening.event
            self._people(event)
            self._clocks(happening, now)
            if isinstance(event, RungReached | NobodyLeft):
                self._climbs_on(event, now, list_is_behind=list_is_behind)
            self._ladder(event)
            if isinstance(event, SeatAccepted):
                self._accepts(event, now)
                full = len({self.holds.get(seat) for seat in SEATS} - {None}) == len(SEATS)
                stands = self.stands(now)
                assert forms == stands, "a team is formed exactly when three valid people fill its seats"
                wanting = {seat for seat, who in self.holds.items() if full and not self.valid(who, seat, now)}
                assert lapsed == wanting, "who is no longer valid loses the seat, and nobody else"
            self._team(happening)
            if isinstance(event, SeatAccepted | SeatDeclined | SeatReleased):
                self.answered.add(event.responder)
            if isinstance(event, SeatUnreached):
                self._unreached(event, now)
        if forms:
            self._meets_its_clock(events, now)

    def _accepts(self, event: SeatAccepted, now: datetime) -> None:
        assert self.asked.get(event.seat, (None,))[0] == event.responder, "took a seat they were not asked for"
        assert self.valid(event.responder, event.seat, now), "took a seat without a credential"
        assert event.responder not in self.out
        self.holds[event.seat] = event.responder
        self.on_the_way.discard((event.seat, event.responder))

    def _unreached(self, event: SeatUnreached, now: datetime) -> None:
        self.unreached[event.seat, event.responder] = (now, bool(event.refused))
        self.reached_by_nothing.add(event.seat)
        self._need_not_wait(event.seat)

    def _team(self, happening: Happening) -> None:
        match happening.event:
            case TeamOpened() | TeamFormed() | TeamStoodDown() as event:
                self._phase(event)
            case SeatProposed() as e:
                self._asks(e, happening.event_id)
            case SeatAccepted() | SeatDeclined() as e:
                self._leaves(e.seat, holder=False)
            case SeatReleased() | SeatLapsed() | SeatFellSilent() as e:
                self._leaves(e.seat, asked=False)
            case SeatVacated() as e:
                self._leaves(e.seat)
            case ConflictDeclared(responder=who):
                self.out.add(who)
                for seat in SEATS:
                    if who in {self.holds.get(seat), self.asked.get(seat, (None,))[0]}:
                        self._leaves(seat)
            case _:
                pass

    def _phase(self, event: TeamOpened | TeamFormed | TeamStoodDown) -> None:
        if isinstance(event, TeamOpened):
            self.phase, self.holds, self.asked, self.answered, self.climbs = "open", {}, {}, set(), {}
            self.unreached.clear()
        else:
            formed = isinstance(event, TeamFormed)
            assert self.phase == "open" or not formed
            self.phase = "formed" if formed else "ended"

    def _asks(self, event: SeatProposed, proposal: UUID) -> None:
        busy = {*self.holds.values(), *(who for seat, (who, _) in self.asked.items() if seat != event.seat)}
        assert event.responder not in busy | self.out, "asked, and on the team or out of it"
        assert self.phase == "open"
        assert event.seat not in self.holds
        self.asked[event.seat] = (event.responder, proposal)
        self.reached_by_nothing.discard(event.seat)

    def _leaves(self, seat: str, *, holder: bool = True, asked: bool = True) -> None:
        if asked:
            self.asked.pop(seat, None)
        if holder and self.holds.pop(seat, None) is not None:
            self.phase = "open" if self.phase == "formed" else self.phase
            if seat in self.climbs:
                self.climbs[seat].anew = True
        self._need_not_wait(seat)

    def _need_not_wait(self, seat: str) -> None:
        if seat in self.climbs:
            self.climbs[seat].waits = None

    def _people(self, event: Event) -> None:
        match event:
            case CredentialRecorded() as e:
                seats = [seat for seat, needed in NEEDED.items() if needed == (e.kind, e.issuer)]
                self.papers[e.account] += [Paper(seat, e.valid_from, e.valid_until) for seat in seats]
            case CredentialWithdrawn() as e:
                for paper in self.papers[e.account]:
                    if NEEDED[paper.seat] == (e.kind, e.issuer):
                        paper.until = min(paper.until, e.withdrawn_at)
            case ResponderSuspended() as e:
                self.suspended.add(e.account)
            case ResponderBack() as e:
                self.suspended.discard(e.account)
            case ResponderRoleRemoved() as e:
                self.lacks.add((e.account, e.role))
            case ResponderRoleGranted() as e:
                self.lacks.discard((e.account, e.role))
            case _:
                pass

    def _climbs_on(self, event: RungReached | NobodyLeft, now: datetime, *, list_is_behind: bool) -> None:
        climb = self.climbs[event.seat]
        assert event.seat not in self.holds, "a filled seat calls nobody"
        if climb.anew:
            assert event.climb == climb.number + (climb.rests or bool(climb.called)), "did not begin at its foot"
            climb.begins(event.climb)
        elif climb.rests:
            assert isinstance(event, RungReached), "that nobody is left, twice"
        else:
            assert climb.waits is None or now >= climb.waits, "went on while somebody had time to answer"
        assert event.climb == climb.number, "a climb is left out"
        if isinstance(event, RungReached):
            assert event.responder not in self.answered | self.out, "called after an answer"
            assert event.responder not in climb.passes_over(now), "silent, and called before the rest was over"
            assert (event.rung, event.responder) not in climb.called, "the same rung twice"
            climb.called.add((event.rung, event.responder))
            return
        assert not climb.passes_over(now) or event.again_at == climb.again_at, "a rest is put off"
        called = {who for _, who in climb.called} | climb.passes_over(now)
        passed_over = {who for who in self.callable(event.seat, now) - called if (event.seat, who) not in self.busy}
        assert list_is_behind or not passed_over, f"a rung is lost: {event.seat} passed over {passed_over}"

    def _ladder(self, event: Event) -> None:
        match event:
            case LadderOpened() as e:
                assert e.seat not in self.climbs, "a ladder is opened once for an opening"
                self.climbs[e.seat] = Climb()
            case RungReached() | LadderWaits() as e:
                climb = self.climbs[e.seat]
                climb.waits = None if e.seat in self.reached_by_nothing else e.until
                climb.awaits = None
                climb.goes_on()
                if isinstance(event, LadderWaits):
                    climb.silent, climb.again_at = set(), None
            case NobodyLeft() as e:
                climb = self.climbs[e.seat]
                # Whom it found while it rested is silent until the same moment as those before.
                before = climb.silent if e.again_at == climb.again_at else set()
                silent = before | {who for _, who in climb.called}
                climb.begins(e.climb + 1)
                climb.rests, climb.silent, climb.again_at = True, silent, e.again_at
            case SeatFellSilent() as e:
                awaited = self.climbs[e.seat].awaits
                assert awaited is not None
                assert (e.seat, e.responder) not in self.on_the_way, "silent, and said that they come"
                assert awaited[0] == e.responder, "fell silent, and was not waited for"
            case StartAwaited() as e:
                self.climbs[e.seat].awaits = (e.responder, e.until)
            case SeatUnderWay() as e:
                self.on_the_way.add((e.seat, e.responder))
            case _:
                pass

    def _clocks(self, happening: Happening, now: datetime) -> None:
        if isinstance(happening.event, ClockStarted):
            assert happening.stream not in self.deadlines
            self.deadlines[happening.stream] = Deadline(happening.event.due_at)
            return
        clock = self.deadlines.get(happening.stream)
        if clock is None:
            return
        match happening.event:
            case ClockWarned() as e:
                assert not clock.ended
                assert e.warn_at not in clock.warned
                assert e.warn_at <= now < clock.due_at
                clock.warned.append(e.warn_at)
            case ClockMet():
                assert now < clock.due_at
                clock.ended += 1
            case ClockMissed() as e:
                assert e.late_seconds == int((now - clock.due_at).total_seconds()) >= 0
                clock.ended, clock.missed = clock.ended + 1, True
            case ClockExcused():
                # A miss stays the end as recorded.
                clock.ended += not clock.missed
            case _:
                pass
        assert clock.ended <= 1, "a clock ends once"

    def _meets_its_clock(self, events: Sequence[Event], now: datetime) -> None:
        ended = any(isinstance(each, ClockMet | ClockMissed) for each in events)
        teams = [each for each in self.deadlines.values() if each.ended]
        assert ended or teams, "formed, and its clock runs on"

    def sends(self, sent: Sent) -> None:
        """A message goes out at this moment."""
        asked = [seat for seat, found in self.asked.items() if found == (sent.responder, sent.proposal)]
        assert self.phase == "open", "a message after the team stood or ended"
        assert asked, "a message to somebody who answered, was replaced, or is out"
        if sent.proposal in self.of_ladders:
            climb = self.climbs[asked[0]]
            assert climb.rests or climb.waits is None or sent.at < climb.waits, "woken when their time was over"
        before = [each for each in self.sent if (each.proposal, each.kind) == (sent.proposal, sent.kind)]
        assert len(before) < 2, "a third time"
        assert not any(each.known for each in before), "once more, though what became of it was known"
        # What a process that died was about to send is marked, too: nobody knows whether it went out.
        assert sent.marked or not before, "what goes out twice says so"
        taken = [each for each in self.sent if each.proposal == sent.proposal and each.taken and each.known]
        assert not taken, "by another channel, though one had taken it"
        lately = [each for each in self.sent if each.responder == sent.responder and each.at > sent.at - HOUR]
        assert sum(each.taken or not each.known for each in lately) < AN_HOUR, "too many within an hour"
        self.sent.append(sent)

    def looks_over(self, now: datetime) -> None:
        """At any moment."""
        if self.phase == "open":
            assert not self.stands(now), "three valid people, and no team"
        if self.phase == "formed":
            assert len(self.holds) == len(SEATS) == len(set(self.holds.values()))

    def when_all_is_done(self, now: datetime) -> None:
        """Once everything that is due was handled."""
        for clock in self.deadlines.values():
            assert clock.ended or now < clock.due_at, "past due, and it never ended"
        stands = self.phase in {"open", "formed"}
        on_it = [*self.holds.items(), *((seat, who) for seat, (who, _) in self.asked.items())] if stands else []
        gone = [each for each in on_it if each[1] in self.suspended or (each[1], each[0]) in self.lacks]
        assert not gone, "given no work any more, and on the team"
        for seat, climb in self.climbs.items() if stands else ():
            if climb.awaits is not None and self.holds.get(seat) == climb.awaits[0]:
                heard_of = (seat, climb.awaits[0]) in self.on_the_way
                assert heard_of or now < climb.awaits[1], "accepted, and never heard of again"


def reachable() -> set[UUID]:
    """Who stated any channel."""
    return {who for who in PEOPLE if CHANNELS[who]}
