"""Two prosecutors who act on one case at the same moment: one wins, the other is told."""

from collections import Counter

from tests.services.policy import at_once
from tests.services.prosecution.house import ACT_ON, COLLEAGUE, DETECTIVE, OFFICER, PROSECUTOR, PROSTITUTION, House, ok
from tests.support.running_service import NOON


async def test_accepted_and_declined_at_once_one_is_taken(house: House) -> None:
    case = await house.referred()
    version = (await house.page(case))["version"]
    answers = await at_once(
        *(
            lambda by=by, path=path, body=body: house.service.post(
                f"/cases/{case}/{path}", body, by=by, version=version
            )
            for by in (PROSECUTOR, COLLEAGUE) * 3
            for path, body in (("acceptance", {}), ("decline", {"reason": "no_offence"}))
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 11}


async def test_one_tip_referred_many_times_at_once_is_one_case(house: House) -> None:
    tip = await house.tip()
    answers = await at_once(
        *(lambda by=by: house.service.post("/cases", {"tip": str(tip)}, by=by) for by in (DETECTIVE, OFFICER) * 5)
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    assert house.service.names().count("prosecution.case_opened") == 1


async def test_a_count_and_an_age_that_forbids_it_at_once_leave_no_child_accused(house: House) -> None:
    case = await house.charged()
    accused = (await house.accused(case))["accused"]
    version = (await house.page(case))["version"]
    count = {"accused": accused, "offence": PROSTITUTION, "act_on": ACT_ON}
    age = {"born": "2010-01-01", "reason": "Birth record."}

    answers = await at_once(
        *(lambda: house.service.post(f"/cases/{case}/counts", count, by=PROSECUTOR, version=version) for _ in range(5)),
        *(
            lambda: house.service.post(
                f"/cases/{case}/accused/{accused}/age-corrections", age, by=COLLEAGUE, version=version
            )
            for _ in range(5)
        ),
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 9}
    await house.act(case, "counts", count)
    ok(await house.act(case, f"accused/{accused}/age-corrections", age))
    flagged = [each for each in await house.counts(case) if each["offence"]["offence"] == PROSTITUTION]
    assert {each["phase"] for each in flagged} <= {"entered_in_error"}


async def test_an_arrest_sent_often_with_one_key_starts_one_clock(house: House) -> None:
    case = await house.charged()
    accused, version = (await house.accused(case))["accused"], (await house.page(case))["version"]
    path, body = f"/cases/{case}/accused/{accused}/stages", {"stage": "arrest", "at": NOON.isoformat()}
    answers = await at_once(
        *(
            lambda: house.service.post(path, body, by=PROSECUTOR, version=version, key="pressed-often")
            for _ in range(10)
        )
    )
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert house.service.names().count("clock.started") == 1
