"""Tips turn out to be about one person: one team stands, and no child is without one."""

from typing import Any
from uuid import UUID

from contracts.events.rapid_assessment import AccountKeptOut
from contracts.events.tips import AccountNamed
from services.rapid_assessment.cases import contact_of, team_of
from services.rapid_assessment.processes.exclude_named import ExcludeNamed
from services.rapid_assessment.processes.join_linked_tips import JoinLinkedTips
from services.rapid_assessment.processes.open_team import OpenTeam
from services.rapid_assessment.team.events import ConflictDeclared
from tests.services.rapid_assessment.given import ADVOCATE, DETECTIVE, text
from tests.services.rapid_assessment.streams import HOUR, Case, corrected, happening_of, linked, received, screened
from tests.support.running_service import NOON

A, B, C = (UUID(int=number) for number in (0xA, 0xB, 0xC))


class Town(Case):
    """Tells each event of the tips service to the reaction that it concerns."""

    async def tip(self, event: Any) -> None:
        await self.tell(OpenTeam(self.cases, self.time), event)

    async def link(self, tip: UUID, other: UUID, first: UUID) -> None:
        """Both ends, each delivered twice."""
        join = JoinLinkedTips(self.cases, self.time)
        for event in (linked(tip, other, first), linked(other, tip, first)):
            happening = happening_of(event, stream=event.tip)
            await self.tell(join, happening)
            assert await self.tell(join, happening) == []

    async def phases(self, *tips: UUID) -> list[str]:
        return [(await self.cases.team(team_of(tip))).state.phase for tip in tips]


async def of_children(*tips: UUID) -> Town:
    town = Town()
    for hours, tip in enumerate(tips):
        await town.tip(received("child", tip, at=NOON - (3 - hours) * HOUR))
    return town


async def test_the_later_team_ends_with_its_clocks_and_duty_and_the_first_goes_on() -> None:
    town = await of_children(A, B)

    await town.link(B, A, A)

    assert await town.phases(A, B) == ["open", "stood_down"]
    assert town.clock_names() == ["clock.started", "clock.started", "clock.excused"]
    assert not (await town.cases.contact(B)).state.duty_open
    assert (await town.cases.contact(A)).state.duty_open


async def test_tips_linked_in_a_chain_leave_the_team_of_the_first() -> None:
    for pairs in ([(B, A, A), (C, B, A)], [(C, B, B), (B, A, A)]):
        town = await of_children(A, B, C)
        for tip, other, first in pairs:
            await town.link(tip, other, first)
        assert await town.phases(A, B, C) == ["open", "stood_down", "stood_down"], pairs


async def test_a_child_does_not_lose_its_team_to_a_tip_that_has_none() -> None:
    town = Town()
    await town.tip(received("adult", A, at=NOON - 3 * HOUR))
    await town.tip(received("child", B))

    await town.link(B, A, A)

    assert await town.phases(A, B) == ["none", "open"]
    assert (await town.cases.contact(B)).state.duty_open
    assert town.clock_names() == ["clock.started"]


async def test_two_adults_linked_and_one_found_a_child_gets_a_team() -> None:
    town = Town()
    for tip in (A, B):
        await town.tip(received("adult", tip))
    await town.link(B, A, A)

    await town.tip(corrected("child", B))

    assert await town.phases(B) == ["open"]


async def test_after_the_link_a_child_in_either_tip_has_the_first_team_open_again() -> None:
    town = await of_children(A, B, C)
    await town.link(B, A, A)
    await town.link(C, B, A)
    await town.tip(screened("adult", A))
    assert await town.phases(A, B, C) == ["stood_down"] * 3

    await town.tip(corrected("child", C))

    first = (await town.cases.team(team_of(A))).state
    assert (first.phase, first.opening, first.received_at) == ("open", 2, NOON - 3 * HOUR)
    assert await town.phases(B, C) == ["stood_down"] * 2
    assert (await town.cases.contact(A)).state.duty_open
    assert contact_of(C) in town.streams.events


async def test_a_child_said_again_in_a_joined_tip_changes_nothing_while_the_first_team_stands() -> None:
    town = await of_children(A, B)
    await town.link(B, A, A)
    before = len(town.streams.all)

    await town.tip(screened("child", B))
    await town.tip(screened("adult", B))

    assert len(town.streams.all) == before
    assert await town.phases(A) == ["open"]


async def test_whoever_is_kept_out_of_one_case_is_kept_out_of_both() -> None:
    town = await of_children(A, B)
    await town.tell(ExcludeNamed(town.cases), AccountNamed(tip=B, account=ADVOCATE))
    conflict = ConflictDeclared(team=team_of(A), responder=DETECTIVE, reason=text())
    town.streams.add(team_of(A), conflict, NOON)

    await town.link(B, A, A)

    for tip in (A, B):
        assert set((await town.cases.team(team_of(tip))).state.excluded) == {ADVOCATE, DETECTIVE}
    # Of what is said of both cases by a link, the tips service tells the others.
    assert AccountKeptOut.NAME not in town.names()
