"""Whom a tip is shared with reads its team, while the share holds."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.events.tips import AccountNamed, CaseShared, GlassBroken, ReviewPressing, ShareEnded
from services.kernel.operations import RecordShown
from services.rapid_assessment.cases import team_of
from services.rapid_assessment.sharing.events import ReaderGone, ReaderNoted
from services.rapid_assessment.sharing.sharing import Sharing, end, evolve, note
from tests.services.rapid_assessment.house import COORDINATOR, House
from tests.support.running_service import NOON, Person, RunningService
from tests.support.waiting import eventually

TEAM, TIP, SHARE = (UUID(int=number) for number in (1, 2, 3))
OFFICE = "prosecutor of DA-07"
PROSECUTOR = Person(("prosecutor",), agency="DA-07")
OTHER_OFFICE = Person(("prosecutor",), agency="DA-20")
UNTIL = NOON + timedelta(hours=1)


def noted() -> ReaderNoted:
    return ReaderNoted(team=TEAM, tip=TIP, share=SHARE, reader=OFFICE, until=UNTIL)


def test_a_share_is_noted_once_and_ended_once() -> None:
    assert note(Sharing(), TEAM, TIP, SHARE, OFFICE, UNTIL) == [noted()]
    known = evolve(Sharing(), noted())
    assert note(known, TEAM, TIP, SHARE, OFFICE, UNTIL) == []

    (gone,) = end(known, TEAM, TIP, SHARE)

    assert gone == ReaderGone(team=TEAM, tip=TIP, share=SHARE)
    ended = evolve(known, gone)
    assert ended.readers_at(NOON) == []
    assert end(ended, TEAM, TIP, SHARE) == []
    assert note(ended, TEAM, TIP, SHARE, OFFICE, UNTIL) == []


def test_the_end_of_a_share_that_is_not_known_changes_nothing() -> None:
    assert end(Sharing(), TEAM, TIP, SHARE) == []
    assert evolve(Sharing(), ReaderGone(team=TEAM, tip=TIP, share=SHARE)) == Sharing()


def test_a_reader_reads_until_the_moment_and_not_at_it() -> None:
    known = evolve(Sharing(), noted())

    assert known.readers_at(UNTIL - timedelta(microseconds=1)) == [OFFICE]
    assert known.readers_at(UNTIL) == []


async def sees(service: RunningService, tip: UUID, who: Person) -> set[str]:
    """By which ways the team is found."""
    team = team_of(tip)
    ways = {"page": f"/teams/{team}", "of the tip": f"/teams/of-tip/{tip}", "history": f"/teams/{team}/history"}
    found = {way for way, path in ways.items() if (await service.get(path, by=who)).status_code == 200}
    listed = (await service.get("/teams", by=who)).json()
    opened = (await service.get("/teams/open", by=who)).json()["cases"]
    return found | {way for way, rows in (("list", listed), ("board", opened)) if str(tip) in [r["tip"] for r in rows]}


EVERY_WAY = {"page", "of the tip", "history", "list", "board"}


async def shared(house: House, tip: UUID, **changes: Any) -> UUID:
    share = uuid4()
    given: dict[str, Any] = {
        "tip": tip,
        "share": share,
        "agency": "DA-07",
        "role": "prosecutor",
        "account": None,
        "purpose": "prosecution",
        "people": True,
        "until": UNTIL,
    }
    event = CaseShared(**(given | changes))
    await house.tips.tell(tip, event, case=tip)
    await until(house, "team_sharing.reader_noted")
    return share


async def until(house: House, name: str, times: int = 1) -> None:
    async def came() -> bool:
        return house.service.names().count(name) >= times

    await eventually(came)


async def test_by_a_share_the_team_is_read_and_by_its_end_it_is_not(house: House) -> None:
    tip, other = await house.open_team(), await house.open_team()
    assert await sees(house.service, tip, PROSECUTOR) == set()

    share = await shared(house, tip)

    assert await sees(house.service, tip, PROSECUTOR) == EVERY_WAY
    assert await sees(house.service, other, PROSECUTOR) == set()
    assert await sees(house.service, tip, OTHER_OFFICE) == set()
    await house.tips.tell(tip, ShareEnded(tip=tip, share=share), case=tip)
    await until(house, "team_sharing.reader_gone")
    assert await sees(house.service, tip, PROSECUTOR) == set()
    assert await sees(house.service, tip, COORDINATOR) == EVERY_WAY


async def test_it_is_over_at_its_moment_whatever_else_happens(house: House) -> None:
    tip = await house.open_team()
    await shared(house, tip)

    house.service.time.turn(timedelta(hours=1))

    assert await sees(house.service, tip, PROSECUTOR) == set()


async def test_it_holds_for_a_team_that_opens_later_and_never_for_whom_the_tip_names(
    house: House,
) -> None:
    tip = uuid4()
    await house.tips.tell(tip, AccountNamed(tip=tip, account=OTHER_OFFICE.account), case=tip)
    await shared(house, tip, account=OTHER_OFFICE.account, agency="", role="")
    await shared(house, tip)
    await until(house, "team_sharing.reader_noted", 2)

    await house.open_team(tip=tip)

    assert await sees(house.service, tip, PROSECUTOR) == EVERY_WAY
    assert await sees(house.service, tip, OTHER_OFFICE) == set()


async def test_who_opened_the_case_in_an_emergency_reads_its_team_on_record_until_it_is_over(house: House) -> None:
    tip = await house.open_team()
    opening = GlassBroken(
        tip=tip,
        opening=uuid4(),
        account=PROSECUTOR.account,
        agency="DA-07",
        roles=("prosecutor",),
        until=house.service.time.now() + timedelta(minutes=30),
    )
    await house.tips.tell(tip, opening, case=tip)
    await until(house, "team_sharing.glass_broken")

    assert await sees(house.service, tip, PROSECUTOR) == {"page", "of the tip", "history"}
    read = [state["data"]["question"] for _, _, name, state in house.service.rows() if name == RecordShown.NAME]
    assert [each for each in read if "emergency" in each] == [
        "team, opened in an emergency",
        "history of a team, opened in an emergency",
    ]
    assert await sees(house.service, tip, Person(("prosecutor",), agency="DA-07")) == set()
    house.service.time.turn(timedelta(minutes=30))
    assert await sees(house.service, tip, PROSECUTOR) == set()


async def test_a_second_person_is_told_at_once_and_of_an_agencys_people_its_own_administrators_alone(
    house: House,
) -> None:
    tip = await house.open_team()
    head, other_head = Person(("administrator",), agency="DA-07"), Person(("administrator",), agency="DA-20")
    now = house.service.time.now()
    opened = GlassBroken(
        tip=tip, opening=uuid4(), account=PROSECUTOR.account, agency="DA-07", roles=("prosecutor",), until=now
    )
    await house.tips.tell(tip, opened, case=tip)

    await house.until_told(tip, ("cps_coordinator", "glass_broken"), ("administrator of DA-07", "glass_broken"))

    assert await house.told(tip, by=head) == {("administrator of DA-07", "glass_broken")}
    assert await house.told(tip, by=other_head) == set()
    missed = ReviewPressing(
        tip=tip,
        opening=opened.opening,
        agency="DA-07",
        rule="C85",
        citation="45 CFR 164.312(b)",
        missed=True,
        told=("cps_coordinator", "administrator"),
    )
    await house.tips.tell(tip, missed, case=tip)
    await house.until_told(tip, ("cps_coordinator", "review_missed"), ("administrator of DA-07", "review_missed"))
    assert await house.told(tip, by=other_head) == set()
