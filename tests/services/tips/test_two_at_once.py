"""Two who act on one tip at the same moment: one wins, the other is told. A repeated key has one effect."""

from collections import Counter

from tests.services.policy import at_once
from tests.services.tips.house import COORDINATOR, INTAKE, a_tip, received
from tests.support.running_service import RunningService

SCREENING = {"age": "child", "exploitation": "sex", "indicators": []}


async def test_of_many_screenings_of_one_version_one_is_taken(tips: RunningService) -> None:
    tip = await received(tips)

    answers = await at_once(
        *(
            lambda who=who: tips.post(f"/tips/{tip}/screening", SCREENING, by=who, version=2)
            for who in (INTAKE, COORDINATOR) * 10
        )
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 19}
    assert tips.names().count("tips.tip_screened") == 1


async def test_a_key_sent_many_times_at_once_has_one_effect_and_one_answer(tips: RunningService) -> None:
    answers = await at_once(*(lambda: tips.post("/tips", a_tip(), by=INTAKE, key="pressed-often") for _ in range(20)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert tips.names().count("tips.tip_received") == 1


async def test_two_who_link_the_same_pair_from_both_ends_link_it_once(tips: RunningService) -> None:
    one, two = await received(tips), await received(tips)

    answers = await at_once(
        *(
            lambda mine=mine, other=other: tips.post(
                f"/tips/{mine}/duplicate-decisions",
                {"other": other, "same_person": True, "reason": "One girl, two calls."},
                by=INTAKE,
                version=2,
            )
            for mine, other in ((one, two), (two, one))
        )
    )

    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])
    assert tips.names().count("tips.tip_linked") == 2
