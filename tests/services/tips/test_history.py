"""What is told of what happened to a tip and its reporting duties."""

from datetime import timedelta

from tests.services.tips.duty.house import OFFICER, acknowledged, tell
from tests.services.tips.house import COORDINATOR, INTAKE, NAME, REPORTER, STORY, act, received
from tests.support.running_service import NOON, Person, RunningService


async def test_the_tip_its_duties_and_their_clocks_are_told_without_names(tips: RunningService) -> None:
    tip = await received(tips)
    await act(tips, tip, "corrections", {"reason": "Zqx said so.", "county": "Rankin"})
    await tell(tips, tip, "C11", "prosecutor", NOON - timedelta(minutes=5), told="Example Clerk Zqx", number="7")
    await acknowledged(tips, tip, "C11", "prosecutor", NOON)

    answer = await tips.get(f"/tips/{tip}/history", by=COORDINATOR)
    told = answer.json()
    names = [each["name"] for each in told]
    assert names[0] == "tips.tip_received"
    assert {"tips.tip_corrected", "duty.arose", "duty.part_done", "duty.part_acknowledged", "clock.started"} <= set(
        names
    )
    done = next(each for each in told if each["name"] == "duty.part_done" and each["facts"]["rule"] == "C11")
    assert (done["facts"]["part"], done["facts"]["how"], done["by"]) == ("prosecutor", "telephone", str(INTAKE.account))
    assert done["happened_at"] < done["recorded_at"]
    assert "tip.person_described" not in names
    assert not [word for word in (NAME, STORY, "Zqx", "ciphertext") if word in answer.text]


async def test_it_is_for_those_who_may_read_the_tip(tips: RunningService) -> None:
    named = Person(("cps_coordinator",), agency="MDCPS-HTC")
    tip = await received(tips, named_accounts=[str(named.account)])
    place = f"/tips/{tip}/history"
    assert (await tips.get(place, by=INTAKE)).status_code == 200
    assert (await tips.get(place, by=REPORTER)).status_code == 403
    assert (await tips.get(place, by=OFFICER)).status_code == 404
    kept_out, absent = await tips.get(place, by=named), await tips.get(f"/tips/{named.account}/history", by=named)
    assert (kept_out.status_code, kept_out.content) == (404, absent.content)
    told = (await tips.get(place, by=INTAKE)).json()
    assert "tips.account_named" not in [each["name"] for each in told]
