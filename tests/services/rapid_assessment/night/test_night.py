"""What must always hold of a team, its ladders, its messages and its clocks, in whatever order things happen.

People ask, accept, decline, leave and find that they have a conflict; credentials end, are taken away and come again;
tips change their mind; carriers fail; the list of people lags behind; processes die between any two things they ask of
the database or a carrier, and begin again; moments come late, and twice. An onlooker (book.py) reads the log and the
messages and says what is wrong.
"""

import asyncio
import base64
import os
from collections.abc import Coroutine, Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.jurisdictions import Seat
from contracts.language import Event
from services.kernel.keys import Digester
from services.kernel.stored_form import Happening
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.cases import ladder_of
from services.rapid_assessment.ladder import ladder as ladders
from services.rapid_assessment.responder.events import (
    CredentialRecorded,
    CredentialWithdrawn,
    ResponderBack,
    ResponderRoleGranted,
    ResponderRoleRemoved,
    ResponderSuspended,
)
from services.rapid_assessment.team.events import SeatProposed
from tests.services.rapid_assessment.given import MISSISSIPPI, TEAM
from tests.services.rapid_assessment.night.book import SEATS, Book, reachable
from tests.services.rapid_assessment.night.house import AN_HOUR, ON_ROTA, PEOPLE, Night, Sent
from tests.services.rapid_assessment.night.memory import Fault

EXAMPLES = int(os.environ.get("MUSTER_NIGHTS", "2000"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LOOKS_EVERY = HOUR
"""Not every five minutes: a day would be a thousand looks at three seats."""

DOES = ("asks", "accepts", "declines", "releases", "hands over", "conflict", "under way")
REACTIONS = ("climb_ladders", "tell_asked", "vacate_seats")

people, seats = st.sampled_from(PEOPLE), st.sampled_from(SEATS)
minutes = st.integers(1, 120) | st.integers(11 * 60, 25 * 60)
whose = st.sampled_from(("whoever is asked", "whoever holds it", *PEOPLE))
reactions = st.sampled_from(REACTIONS)
commands = st.tuples(st.sampled_from(DOES), seats, whose)
# At the so-manieth thing that is asked of the database or a carrier, counted from now.
faults = st.none() | st.tuples(st.integers(0, 20), st.none() | commands)


class NightMachine(RuleBasedStateMachine):
    """One case, with everybody who has to do with it."""

    codes: ClassVar[AskCodes]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.book = Book()
        self.night = Night(self.codes, self.sends)

    def teardown(self) -> None:
        try:
            self.in_the_end_everybody_is_called()
        finally:
            self.loop.close()

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        found = self.loop.run_until_complete(what)
        self.write()
        return found

    def write(self) -> None:
        self.book.take(self.night.memory.commits, list_is_behind=self.night.list_of is not None)

    def sends(self, sent: Sent) -> None:
        self.write()
        self.book.sends(sent)

    @initialize(hours=st.lists(st.integers(1, 60), min_size=len(PEOPLE), max_size=len(PEOPLE)))
    def a_night_begins(self, hours: list[int]) -> None:
        self.run(self.night.begins())
        for who, lasts in zip(PEOPLE, hours, strict=True):
            self.certified(who, lasts)
        self.run(self.night.tip_says("child"))

    @rule(by=minutes)
    def time_passes_and_all_is_done_in_time(self, by: int) -> None:
        began, stood = self.night.time.now(), len(self.night.memory.log)
        able = {seat: self.book.callable(seat, began) for seat in set(SEATS) - set(self.book.holds)}
        self.run(self.night.pass_(by * MINUTE))
        self.all_is_done()
        if by * MINUTE >= LOOKS_EVERY and self.night.list_of is None:
            self.one_that_rested_has_looked(able, stood)

    @rule(by=minutes)
    def time_passes_while_nothing_runs(self, by: int) -> None:
        self.night.time.turn(by * MINUTE)

    @rule(by=minutes)
    def the_house_stands_still_before_it_told_whom_it_calls(self, by: int) -> None:
        self.run(self.night.take("climb_ladders"))
        self.time_passes_while_nothing_runs(by)
        self.run(self.night.take("tell_asked"))

    @rule(fault=faults)
    def the_timer_looks(self, fault: tuple[int, Any] | None) -> None:
        self.run(self.night.look(self.fault(fault)))

    @rule(name=reactions, fault=faults)
    def a_reaction_takes_what_is_next(self, name: str, fault: tuple[int, Any] | None) -> None:
        self.run(self.night.take(name, self.fault(fault)))

    @rule(name=reactions, nth=st.integers(0, 60))
    def a_reaction_is_given_something_once_more(self, name: str, nth: int) -> None:
        self.run(self.night.again(name, nth))

    @rule(nth=st.integers(0, 60))
    def a_moment_comes_once_more(self, nth: int) -> None:
        """A process died between its append and the removal of the row."""
        removed = self.night.memory.removed
        if removed:
            of, name, at = removed[nth % len(removed)]
            self.night.memory.due[of, name] = at
            self.run(self.night.look())

    @rule(command=commands)
    def somebody_does_something(self, command: tuple[str, str, Any]) -> None:
        self.run(self.does(command))

    @rule(wanted=st.sets(seats, min_size=1), under_way=st.booleans())
    def whoever_is_asked_accepts(self, wanted: set[str], under_way: bool) -> None:
        self.run(self.night.catch_up())
        for seat in sorted(wanted):
            self.run(self.does(("accepts", seat, "whoever is asked")))
            if under_way:
                self.run(self.does(("under way", seat, "whoever holds it")))

    @rule(seat=seats)
    def a_holder_loses_their_credential(self, seat: str) -> None:
        if seat in self.book.holds:
            self.a_credential_is_taken_away(self.book.holds[seat])

    @rule(age=st.sampled_from(("child", "adult", "not_known")))
    def the_tip_says_something_else(self, age: str) -> None:
        self.run(self.night.tip_says(age))
        if self.book.phase == "ended":
            self.run(self.night.tip_says("child"))

    @rule(who=people, hours=st.integers(1, 30))
    def somebody_is_certified_anew(self, who: UUID, hours: int) -> None:
        self.certified(who, hours)

    @rule(seat=seats, nth=st.integers(0, 2))
    def the_coordinator_asks_one_of_the_rota(self, seat: str, nth: int) -> None:
        self.run(self.does(("asks", seat, ON_ROTA[seat][nth])))

    @rule(seat=seats)
    def whoever_is_asked_accepts_when_their_credential_has_ended(self, seat: str) -> None:
        if seat in self.book.asked:
            self.a_credential_is_taken_away(self.book.asked[seat][0])
            self.run(self.does(("accepts", seat, "whoever is asked")))

    @rule(who=people)
    def a_credential_is_taken_away(self, who: UUID) -> None:
        for seat in self.seats_of(who):
            self.happens_to(
                who,
                CredentialWithdrawn(
                    account=who, kind=seat.credential, issuer=seat.issuers[0], withdrawn_at=self.night.time.now()
                ),
            )

    @rule(seat=seats, nth=st.integers(0, 2))
    def one_of_the_rota_is_certified_while_its_ladder_rests(self, seat: str, nth: int) -> None:
        who = ON_ROTA[seat][nth]
        self.a_credential_is_taken_away(who)
        self.time_passes_and_all_is_done_in_time(90)
        self.certified(who, 30)
        self.time_passes_and_all_is_done_in_time(61)

    @rule(who=people)
    def an_account_is_suspended_or_confirmed(self, who: UUID) -> None:
        back = who in self.book.suspended
        self.happens_to(who, ResponderBack(account=who) if back else ResponderSuspended(account=who))

    @rule(who=people, seat=seats)
    def a_role_is_taken_away_or_given(self, who: UUID, seat: str) -> None:
        given = (who, seat) in self.book.lacks
        event = ResponderRoleGranted if given else ResponderRoleRemoved
        self.happens_to(who, event(account=who, role=seat))

    @rule(kind=st.sampled_from(("email", "voice")))
    def a_carrier_fails_or_works_again(self, kind: str) -> None:
        self.night.carrier.out_of_order ^= {kind}

    @rule()
    def the_list_falls_behind_or_catches_up(self) -> None:
        self.night.list_of = None if self.night.list_of else self.run(self.night.list_now())

    @invariant()
    def all_is_well(self) -> None:
        self.book.looks_over(self.night.time.now())

    def all_is_done(self) -> None:
        self.book.when_all_is_done(self.night.time.now())
        if self.book.phase == "open":
            for seat in set(SEATS) - set(self.book.holds):
                moments = [at for (of, _), at in self.night.memory.due.items() if of == ladder_of(TEAM, seat)]
                assert moments, "the ladder of an empty seat stands still"

    def one_that_rested_has_looked(self, able: Mapping[str, set[UUID]], since: int) -> None:
        """Who was free for its seat all the while was called, unless they were silent before it rested."""
        now = self.night.time.now()
        went_on = {each.stream for each in self.night.memory.log[since:]}
        for seat in able if self.book.phase == "open" else ():
            climb = self.book.climbs.get(seat)
            if climb is None or not climb.rests or ladder_of(TEAM, seat) in went_on:
                continue
            missed = able[seat] & self.book.callable(seat, now) - climb.passes_over(now) - self.called(since)
            assert not missed, f"could be called while it rested, and was not: {missed}"

    def in_the_end_everybody_is_called(self) -> None:
        """Nobody does anything any more: each who can be is called for a seat within three days, and told."""
        self.night.list_of = None
        self.night.carrier.out_of_order = set()
        self.run(self.night.catch_up())
        began, now = len(self.night.memory.log), self.night.time.now()
        able = {
            who
            for seat in set(SEATS) - set(self.book.holds)
            for who in self.book.callable(seat, now) & self.book.callable(seat, now + 3 * DAY) & reachable()
        }
        while uncalled := able - self.called(began):
            assert self.night.time.now() < now + 3 * DAY, f"never called any more: {uncalled}"
            self.run(self.night.pass_(3 * HOUR))
        self.run(self.night.pass_(MINUTE))
        self.all_is_done()
        told = {each.proposal for each in self.book.sent}
        untold = [
            each
            for each in self.night.memory.log[began:]
            if isinstance(each.event, SeatProposed) and each.event_id not in told and not self.stays_untold(each)
        ]
        assert not untold, "called, and no message went out"

    def called(self, since: int) -> set[UUID]:
        """Since that place in the log, or before and still asked."""
        asked = [each.event for each in self.night.memory.log[since:]]
        called = {each.responder for each in asked if isinstance(each, SeatProposed)}
        return called | {who for who, _ in self.book.asked.values()}

    def stays_untold(self, asked: Happening) -> bool:
        """Who has no channel, or was sent too much within the hour."""
        assert isinstance(asked.event, SeatProposed)
        who, at = asked.event.responder, asked.happened_at
        lately = [each for each in self.book.sent if each.responder == who and at - HOUR < each.at <= at]
        return who not in reachable() or len(lately) >= AN_HOUR

    def fault(self, told: tuple[int, Any] | None) -> Fault | None:
        if told is None:
            return None
        after, command = told
        return Fault(after, None if command is None else lambda: self.does(command))

    async def does(self, command: tuple[str, str, Any]) -> None:
        what, seat, who = command
        self.write()
        if who == "whoever is asked":
            who = self.book.asked.get(seat, (None,))[0]
        elif who == "whoever holds it":
            who = self.book.holds.get(seat)
        if who is not None:
            await self.night.does(what, MISSISSIPPI.seat(seat), who)

    def certified(self, who: UUID, hours: int) -> None:
        now = self.night.time.now()
        for seat in self.seats_of(who):
            recorded = CredentialRecorded(
                account=who,
                kind=seat.credential,
                issuer=seat.issuers[0],
                valid_from=now - HOUR,
                valid_until=now + hours * HOUR,
            )
            self.happens_to(who, recorded)

    def seats_of(self, who: UUID) -> list[Seat]:
        return [seat for seat in MISSISSIPPI.seats if who in ON_ROTA[seat.seat]]

    def happens_to(self, who: UUID, event: Event) -> None:
        self.run(self.night.adds(who, event))


@pytest.fixture(scope="module", autouse=True)
def _codes(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("codes")
    (folder / "digest.key").write_text(base64.b64encode(bytes(32)).decode())
    NightMachine.codes = AskCodes(Digester(folder / "digest.key"))


@pytest.fixture(scope="module", autouse=True)
def _looks_seldom() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ladders, "LOOKS_EVERY", LOOKS_EVERY)
        yield


# To make a failing night shorter takes minutes; `print_blob` says how to have it again.
NIGHT = settings(stateful_step_count=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


class ManyNights(NightMachine):
    """The same; MUSTER_NIGHTS of them, other ones each time."""


TestANight = NightMachine.TestCase
TestANight.settings = settings(NIGHT, max_examples=30)
TestManyNights = pytest.mark.slow(ManyNights.TestCase)
TestManyNights.settings = settings(
    NIGHT, max_examples=EXAMPLES, stateful_step_count=80, derandomize=False, print_blob=True
)
