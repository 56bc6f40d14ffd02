"""Two who act on one team at the same moment: one wins, the others are told."""

from collections import Counter

from services.rapid_assessment.cases import team_of
from tests.services.policy import at_once
from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    DETECTIVE,
    SPARE_ADVOCATE,
    House,
)
from tests.support.running_service import Person

TWO = ("cps_investigator", "trafficking_investigator")


async def test_of_many_proposals_on_one_version_one_is_taken(house: House) -> None:
    await house.register(SPARE_ADVOCATE)
    tip = await house.open_team()
    version = (await house.page(tip))["version"]
    path = f"/teams/{team_of(tip)}/seats/victim_advocate/proposal"
    others = [COORDINATOR, Person(("cps_coordinator",), agency="MDCPS-HTC")]

    answers = await at_once(
        *(
            lambda by=by, who=who: house.service.post(path, {"responder": str(who.account)}, by=by, version=version)
            for by in others
            for who in (ADVOCATE, SPARE_ADVOCATE) * 5
        )
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 19}
    assert house.service.names().count("team.seat_proposed") == 1


async def test_the_last_seat_is_taken_once_and_the_team_forms_once(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip, *TWO)
    await house.propose(tip, "victim_advocate", ADVOCATE)
    version = (await house.page(tip))["version"]
    path = f"/teams/{team_of(tip)}/seats/victim_advocate/acceptance"

    answers = await at_once(*(lambda: house.service.post(path, by=ADVOCATE, version=version) for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    names = house.service.names()
    assert names.count("rapid_assessment.team_formed") == names.count("team.seat_accepted") - 2 == 1
    assert house.clock_events(tip, "C06") == ["clock.started", "clock.met"]


async def test_two_seats_taken_at_one_moment_on_one_version_leave_one_to_be_taken_again(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip, "cps_investigator")
    await house.propose(tip, "trafficking_investigator", DETECTIVE)
    await house.propose(tip, "victim_advocate", ADVOCATE)
    version = (await house.page(tip))["version"]
    accepting = {"trafficking_investigator": DETECTIVE, "victim_advocate": ADVOCATE}

    answers = await at_once(
        *(
            lambda seat=seat, who=who: house.service.post(
                f"/teams/{team_of(tip)}/seats/{seat}/acceptance", by=who, version=version
            )
            for seat, who in accepting.items()
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert (await house.page(tip))["phase"] == "open"
    (left,) = (await house.page(tip))["empty_seats"]
    again = await house.act(tip, f"seats/{left}/acceptance", by=accepting[left])
    assert (again.status_code, (await house.page(tip))["phase"]) == (200, "formed")


async def test_an_acceptance_and_a_conflict_of_one_responder_leave_nobody_with_a_conflict_on_the_team(
    house: House,
) -> None:
    tip = await house.open_team()
    await house.propose(tip, "victim_advocate", ADVOCATE)
    version = (await house.page(tip))["version"]
    team = f"/teams/{team_of(tip)}"
    reason = {"reason": "A cousin is named."}

    answers = await at_once(
        lambda: house.service.post(f"{team}/seats/victim_advocate/acceptance", by=ADVOCATE, version=version),
        lambda: house.service.post(f"{team}/conflicts", reason, by=ADVOCATE, version=version),
    )

    # Whoever came second is told so: stale, or, once out of the case, that there is nothing here.
    assert Counter(answer.status_code for answer in answers)[200] == 1
    assert {answer.status_code for answer in answers} <= {200, 412, 404}


async def test_a_key_sent_many_times_at_once_has_one_effect_and_one_answer(house: House) -> None:
    tip = await house.open_team()
    version = (await house.page(tip))["version"]
    path = f"/teams/{team_of(tip)}/seats/victim_advocate/proposal"
    body = {"responder": str(ADVOCATE.account)}

    answers = await at_once(
        *(
            lambda: house.service.post(path, body, by=COORDINATOR, version=version, key="pressed-often")
            for _ in range(10)
        )
    )

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert house.service.names().count("team.seat_proposed") == 1
