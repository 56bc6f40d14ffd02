"""A link between tips is taken back: each child has a team again, and each clock its own opening."""

from uuid import UUID

import pytest

from contracts.events.tips import AccountNamed, AccountReadmitted, TipParted
from services.kernel.clock import ClockExcused, ClockMissed, ClockStarted, ClockWarned
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, contact_of, team_of
from services.rapid_assessment.contact.events import ContactMade
from services.rapid_assessment.processes.exclude_named import ExcludeNamed
from services.rapid_assessment.processes.part_tips import PartTips
from services.rapid_assessment.processes.readmit_accounts import ReadmitAccounts
from services.rapid_assessment.team.decisions import declare_conflict, stand_down
from services.rapid_assessment.team.events import SeatAccepted
from tests.services.rapid_assessment.given import ADVOCATE, DAY, DETECTIVE, INVESTIGATOR, PERSON, text
from tests.services.rapid_assessment.streams import HOUR, RULES, Case, happening_of
from tests.services.rapid_assessment.test_join_reaction import A, B, C, Town, of_children
from tests.support.running_service import NOON


def of(tip: UUID, other: UUID, first: UUID, age: str = "child") -> TipParted:
    hours = 3 - (A, B, C).index(tip)
    return TipParted(tip=tip, other=other, first=first, person=PERSON, received_at=NOON - hours * HOUR, age=age)


async def part(town: Case, *events: TipParted) -> None:
    """Each delivered twice."""
    reaction = PartTips(town.cases)
    for event in events:
        happening = happening_of(event, stream=event.tip)
        await town.tell(reaction, happening)
        assert await town.tell(reaction, happening) == []


async def linked_pair() -> Town:
    town = await of_children(A, B)
    await town.link(B, A, A)
    return town


async def test_the_team_that_ended_by_the_link_opens_anew_with_clocks_of_its_own_from_its_tips_receipt() -> None:
    town = await linked_pair()
    town.time.turn(HOUR)
    before = len(town.streams.all)

    await part(town, of(A, B, A), of(B, A, B))

    assert await town.phases(A, B) == ["open", "open"]
    team = (await town.cases.team(team_of(B))).state
    assert (team.opening, team.joined, team.due_at) == (2, None, NOON - 2 * HOUR + DAY)
    started = [e.event for e in town.streams.all[before:] if isinstance(e.event, ClockStarted)]
    assert {(e.rule, e.started_at, e.subject) for e in started} == {(rule, NOON - 2 * HOUR, B) for rule in RULES}
    assert (await town.cases.contact(B)).state.duty_open


async def test_past_due_already_it_is_missed_at_once_with_its_lateness_and_warns_of_nothing() -> None:
    town = await linked_pair()
    town.time.turn(25 * HOUR)
    before = len(town.streams.all)

    await part(town, of(A, B, A), of(B, A, B))

    told = [each.event for each in town.streams.all[before:]]
    assert {(e.rule, e.late_seconds) for e in told if isinstance(e, ClockMissed)} == {(r, 3 * 3600) for r in RULES}
    assert all(not e.warn_at for e in told if isinstance(e, ClockStarted))
    assert not any(isinstance(e, ClockWarned) for e in told)


async def test_whoever_sits_on_the_joined_team_stays_there() -> None:
    town = await linked_pair()
    seated = SeatAccepted(
        team=team_of(A), seat="victim_advocate", responder=ADVOCATE, accepted_at=NOON, credential_until=NOON + 9 * DAY
    )
    town.streams.add(team_of(A), seated, NOON)

    await part(town, of(A, B, A), of(B, A, B))

    first, second = [(await town.cases.team(team_of(tip))).state for tip in (A, B)]
    assert (first.seat("victim_advocate").held_by, first.opening) == (ADVOCATE, 1)
    assert second.seats == {}


async def test_what_was_done_for_the_first_child_was_not_done_for_the_second() -> None:
    town = await linked_pair()
    made = ContactMade(tip=A, made_at=NOON, worker=INVESTIGATOR, place=text())
    town.streams.add(contact_of(A), made, NOON)

    await part(town, of(A, B, A), of(B, A, B))

    assert not (await town.cases.contact(A)).state.duty_open
    assert (await town.cases.contact(B)).state.duty_open


async def test_a_child_that_was_seen_before_the_link_is_not_missed_by_the_new_clock() -> None:
    town = await of_children(A, B)
    town.streams.add(contact_of(B), ContactMade(tip=B, made_at=NOON, worker=INVESTIGATOR, place=text()), NOON)
    await town.link(B, A, A)
    town.time.turn(30 * HOUR)

    await part(town, of(A, B, A), of(B, A, B))

    assert town.clock_names(CONTACT_RULE)[-3:] == ["clock.started", "clock.missed", "clock.found_met"]
    assert town.clock_names(TEAM_RULE)[-2:] == ["clock.started", "clock.missed"]


async def test_an_adult_gets_no_team_by_being_parted() -> None:
    town = await linked_pair()

    await part(town, of(A, B, A), of(B, A, B, age="adult"))

    assert await town.phases(A, B) == ["open", "stood_down"]
    assert (await town.cases.team(team_of(B))).state.joined is None


async def test_a_team_that_was_stood_down_before_it_was_linked_opens_rather_than_a_child_is_lost() -> None:
    town = await of_children(A, B)
    ended = stand_down((await town.cases.team(team_of(B))).state, "coordinator", "Nobody there.")
    for event in ended:
        town.streams.add(team_of(B), event, NOON)
    await town.link(B, A, A)

    await part(town, of(A, B, A), of(B, A, B))

    assert await town.phases(A, B) == ["open", "open"]


async def test_the_first_team_stays_ended_where_it_had_ended() -> None:
    town = await linked_pair()
    for event in stand_down((await town.cases.team(team_of(A))).state, "coordinator", "The child is safe."):
        town.streams.add(team_of(A), event, NOON)

    await part(town, of(A, B, A), of(B, A, B))

    assert await town.phases(A, B) == ["stood_down", "open"]


async def test_of_three_the_one_parted_first_leaves_the_others_one_team_that_opens_anew() -> None:
    town = await of_children(A, B, C)
    await town.link(B, A, A)
    await town.link(C, B, A)

    await part(town, of(A, B, A), of(B, A, B), of(C, A, B))

    assert await town.phases(A, B, C) == ["open", "open", "stood_down"]
    assert (await town.cases.first(await town.cases.team(team_of(C)))).id == team_of(B)


async def test_of_three_the_one_parted_last_alone_opens_anew() -> None:
    town = await of_children(A, B, C)
    await town.link(B, A, A)
    await town.link(C, B, A)

    await part(town, of(A, C, A), of(B, C, A), of(C, B, C))

    assert await town.phases(A, B, C) == ["open", "stood_down", "open"]


async def test_a_tip_told_of_before_the_one_whose_team_it_shares_has_a_team_too_many_rather_than_none() -> None:
    town = await of_children(A, B, C)
    await town.link(B, A, A)
    await town.link(C, B, A)

    await part(town, of(C, A, B), of(B, A, B))

    assert await town.phases(A, B, C) == ["open", "open", "open"]


async def test_where_the_link_was_not_acted_on_there_is_nothing_to_part() -> None:
    town = await of_children(A, B)

    await part(town, of(A, B, A), of(B, A, B))

    assert await town.phases(A, B) == ["open", "open"]
    assert [(await town.cases.team(team_of(tip))).state.opening for tip in (A, B)] == [1, 1]


async def test_linked_again_the_team_ends_again_with_the_clocks_of_its_second_opening() -> None:
    town = await linked_pair()
    await part(town, of(A, B, A), of(B, A, B))

    await town.link(B, A, A)

    assert await town.phases(A, B) == ["open", "stood_down"]
    told = [each.event for each in town.streams.all]
    of_b = [
        e.NAME for e in told if isinstance(e, ClockStarted | ClockExcused) and (e.subject, e.rule) == (B, TEAM_RULE)
    ]
    assert of_b == ["clock.started", "clock.excused"] * 2


@pytest.mark.parametrize("declared", [True, False], ids=["declared a conflict", "only named by the linked tip"])
async def test_whom_only_the_link_kept_out_may_be_asked_again(declared: bool) -> None:
    town = await of_children(A, B)
    if declared:
        for event in declare_conflict((await town.cases.team(team_of(B))).state, DETECTIVE, "My cousin."):
            town.streams.add(team_of(B), event, NOON)
    await town.tell(ExcludeNamed(town.cases), AccountNamed(tip=B, account=DETECTIVE))
    readmitted = happening_of(AccountReadmitted(tip=B, account=DETECTIVE))

    await town.tell(ReadmitAccounts(town.cases), readmitted)
    assert await town.tell(ReadmitAccounts(town.cases), readmitted) == []

    assert (DETECTIVE in (await town.cases.team(team_of(B))).state.excluded) == declared
