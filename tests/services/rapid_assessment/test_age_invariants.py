"""An unknown age is handled as a child's until shown otherwise, whatever is said in whatever order: invariant 6."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.language import Event
from services.kernel.clock import ClockExcused, ClockMet, ClockMissed
from services.rapid_assessment.cases import TEAM_RULE, clock_of, team_of
from services.rapid_assessment.processes.join_linked_tips import JoinLinkedTips
from services.rapid_assessment.processes.open_team import OpenTeam
from tests.services.rapid_assessment.given import TIP
from tests.services.rapid_assessment.streams import (
    HOUR,
    RULES,
    Case,
    corrected,
    happening_of,
    linked,
    received,
    screened,
)
from tests.support.running_service import NOON

Said = tuple[str, Callable[[str], Event], int, int]
AGES = ("child", "adult", "not_known")
STANDS = {"open", "formed"}
EARLIER, LATER = UUID(int=0xA), UUID(int=0xB)

ages = st.sampled_from(AGES)
said = st.tuples(ages, st.sampled_from([screened, corrected]), st.integers(0, 13), st.integers(1, 3))


@given(first=ages, more=st.lists(said, max_size=8))
@settings(deadline=None)
def test_a_team_stands_exactly_while_the_last_word_is_not_adult(first: str, more: Sequence[Said]) -> None:
    async def story() -> None:
        case = Case()
        reaction = OpenTeam(case.cases, case.time)
        await case.tell(reaction, received(first))
        last = first
        for age, say, hours, times in more:
            case.time.turn(hours * HOUR)
            happening = happening_of(say(age))
            for _ in range(times):
                await case.tell(reaction, happening)
            last = age
            team = (await case.cases.team(team_of(TIP))).state
            assert (team.phase in STANDS) == (last != "adult")
            assert (await case.cases.contact(TIP)).state.duty_open == (last != "adult")
        await clocks_end_once_and_run_only_while_the_team_stands(case)

    asyncio.run(story())


async def clocks_end_once_and_run_only_while_the_team_stands(case: Case) -> None:
    team = (await case.cases.team(team_of(TIP))).state
    assert len(set(case.clocks())) == team.opening * len(RULES)
    for number in range(1, team.opening + 1):
        told = [each.event for each in case.streams.events[clock_of(TIP, TEAM_RULE, number)]]
        ends = [event for event in told if isinstance(event, ClockMet | ClockMissed | ClockExcused)]
        stands = number == team.opening and team.phase in STANDS
        # A miss may be excused afterwards; it stays the end as recorded.
        assert len([event for event in ends if not isinstance(event, ClockExcused)]) <= 1
        assert stands or ends


@given(
    first=st.tuples(ages, ages),
    more=st.lists(st.tuples(st.sampled_from([EARLIER, LATER]), ages), max_size=6),
    link_at=st.integers(0, 6),
)
@settings(deadline=None)
def test_of_two_tips_about_one_person_a_child_is_never_without_a_team(
    first: tuple[str, str], more: Sequence[tuple[UUID, str]], link_at: int
) -> None:
    async def story() -> None:
        case = Case()
        reaction, join = OpenTeam(case.cases, case.time), JoinLinkedTips(case.cases, case.time)
        await case.tell(reaction, received(first[0], EARLIER, at=NOON - HOUR))
        await case.tell(reaction, received(first[1], LATER))
        for number, (tip, age) in enumerate([*more, (LATER, "child")]):
            if number == min(link_at, len(more)):
                for link in (linked(LATER, EARLIER, EARLIER), linked(EARLIER, LATER, EARLIER)):
                    await case.tell(join, link)
            await case.tell(reaction, corrected(age, tip))
            if age != "adult":
                assert STANDS & {(await case.cases.team(team_of(each))).state.phase for each in (EARLIER, LATER)}

    asyncio.run(story())
