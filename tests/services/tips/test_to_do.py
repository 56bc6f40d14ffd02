"""What waits at the hotline: tips to screen, additions nobody has read, pairs that nobody has decided."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.language import InvalidValue, Personal, Refused
from services.tips.tip.decisions import TipRefusal, look_at_additions
from services.tips.tip.events import AdditionsLookedAt, MoreTold
from tests.services.tips.given import ACCOUNT, FIRST, PERSON, a_tip, received
from tests.services.tips.house import COORDINATOR, INTAKE, NAMELESS, act
from tests.services.tips.house import received as taken_in
from tests.support.running_service import Person, RunningService

HOUR = timedelta(hours=1)
MORE = MoreTold(tip=FIRST, person=PERSON, narrative=Personal(person=PERSON, text="They moved her."))
LOOKED = AdditionsLookedAt(tip=FIRST, account=ACCOUNT, number=1)
SCREENING = {"age": "child", "exploitation": "sex", "indicators": []}
REASON = "Invented: the same motel."


def test_what_was_added_waits_until_somebody_has_looked_at_it() -> None:
    assert look_at_additions(a_tip(received(), MORE), ACCOUNT, 1) == [LOOKED]
    assert look_at_additions(a_tip(received(), MORE, MORE, LOOKED), ACCOUNT, 2) == [
        AdditionsLookedAt(tip=FIRST, account=ACCOUNT, number=2)
    ]


def test_one_that_arrived_while_somebody_read_goes_on_waiting() -> None:
    read_one_of_two = a_tip(received(), MORE, MORE, *look_at_additions(a_tip(received(), MORE, MORE), ACCOUNT, 1))
    assert (read_one_of_two.additions, read_one_of_two.looked_at) == (2, 1)


def test_what_was_looked_at_is_not_looked_at_again_and_nobody_looks_at_more_than_there_is() -> None:
    with pytest.raises(Refused) as refused:
        look_at_additions(a_tip(received(), MORE, LOOKED), ACCOUNT, 1)
    assert refused.value.code == TipRefusal.LOOKED_AT_ALREADY
    with pytest.raises(InvalidValue):
        look_at_additions(a_tip(received(), MORE), ACCOUNT, 2)


async def to_do(tips: RunningService, only: str = "", *, by: Person = INTAKE) -> list[dict[str, Any]]:
    answer = await tips.get("/tips/to-do", by=by, params={"only": only} if only else {})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["tips"]
    assert answer.json()["total"] == len(rows)
    return rows


def named(rows: list[dict[str, Any]]) -> list[str]:
    return [row["tip"] for row in rows]


async def ago(tips: RunningService, hours: float, **changes: Any) -> str:
    """Of a person whose name nobody told, so that no two are alike by it."""
    told = {"persons": NAMELESS} | changes
    return await taken_in(tips, received_at=(tips.time.now() - hours * HOUR).isoformat(), **told)


async def test_each_kind_of_work_is_listed_by_how_long_it_has_waited_until_it_is_done(tips: RunningService) -> None:
    later, earlier = await ago(tips, 1), await ago(tips, 30, county="Issaquena")
    sent = await tips.post("/public-tips", {"what": "Invented.", "county": "Hinds"})
    (public,) = set(named(await to_do(tips))) - {later, earlier}

    assert named(await to_do(tips, "unscreened")) == [earlier, later, public]
    assert (await act(tips, earlier, "screening", SCREENING)).status_code == 200
    assert named(await to_do(tips, "unscreened")) == [later, public]

    assert await to_do(tips, "added_to") == []
    for what in ("Invented: they left.", "Invented: to Memphis."):
        tips.time.turn(HOUR)
        body = {"receipt_code": sent.json()["receipt_code"], "what": what}
        assert (await tips.post("/receipts/additions", body)).status_code == 200
    (row,) = await to_do(tips, "added_to")
    assert (row["tip"], row["additions"], row["added_since"]) == (public, 2, "2026-11-03T19:00:00Z")
    persons = (await tips.get(f"/tips/{public}/persons", by=INTAKE)).json()
    assert [(each["part"], each["waits"]) for each in persons] == [
        ("subject", False),
        ("told_later", True),
        ("told_later", True),
    ]
    looked = f"/tips/{public}/additions/looked-at"
    assert (await tips.post(looked, {"number": 3}, by=INTAKE)).status_code == 422
    assert (await tips.post(looked, {"number": 1}, by=INTAKE)).status_code == 200
    (row,) = await to_do(tips, "added_to")
    assert (row["additions"], row["added_since"]) == (1, "2026-11-03T20:00:00Z")
    assert (await tips.post(looked, {"number": 2}, by=COORDINATOR)).status_code == 200
    assert await to_do(tips, "added_to") == []
    assert (await tips.post(looked, {"number": 2}, by=INTAKE)).json()["code"] == "additions_looked_at_already"

    # Two of Hinds within a week; the pair is told once, at the tip received later.
    (row,) = await to_do(tips, "alike")
    assert (row["tip"], row["alike"], row["screened"]) == (public, 1, False)
    decision = {"other": later, "same_person": True, "reason": REASON}
    assert (await act(tips, public, "duplicate-decisions", decision)).status_code == 200
    assert await to_do(tips, "alike") == []


async def test_tips_are_alike_in_one_county_within_a_week_until_it_is_decided(tips: RunningService) -> None:
    first, second, third = [await ago(tips, hours) for hours in (30, 20, 10)]
    await ago(tips, 20, county="Issaquena")
    await ago(tips, 9 * 24)
    assert [(row["tip"], row["alike"]) for row in await to_do(tips, "alike")] == [(second, 1), (third, 2)]
    assert await alike(tips, second) == {first, third}

    apart = {"other": second, "same_person": False, "reason": REASON}
    assert (await act(tips, third, "duplicate-decisions", apart)).status_code == 200
    assert [(row["tip"], row["alike"]) for row in await to_do(tips, "alike")] == [(second, 1), (third, 1)]
    same = {"other": first, "same_person": True, "reason": REASON}
    assert (await act(tips, third, "duplicate-decisions", same)).status_code == 200
    assert [(row["tip"], row["alike"]) for row in await to_do(tips, "alike")] == [(second, 1)]
    # Linked by way of another: all three are one case now, and the two that were kept apart, too.
    assert (await act(tips, second, "duplicate-decisions", same)).status_code == 200
    assert await to_do(tips, "alike") == []
    assert await alike(tips, second) == set()
    assert await alike(tips, str(uuid4())) == set()

    # Nobody is reminded for ever; the tip's own page tells of it all the same.
    fourth = await ago(tips, 0)
    assert named(await to_do(tips, "alike")) == [fourth]
    tips.time.turn(timedelta(days=31))
    assert await to_do(tips, "alike") == []
    assert first in await alike(tips, fourth)


async def alike(tips: RunningService, tip: str, *, by: Person = INTAKE) -> set[str]:
    return {row["tip"] for row in (await tips.get("/tips", by=by, params={"alike": tip})).json()}


async def test_what_is_hidden_is_no_work_and_is_like_nothing(tips: RunningService) -> None:
    kept_out = Person(("cps_intake",))
    shown = await ago(tips, 2)
    hidden = await ago(tips, 1, named_accounts=[str(kept_out.account)])
    assert named(await to_do(tips)) == [shown, hidden]
    assert (await to_do(tips, "alike"))[0]["tip"] == hidden

    assert named(await to_do(tips, by=kept_out)) == [shown]
    assert await to_do(tips, "alike", by=kept_out) == []
    # Nor does being like it tell where and when it was.
    assert await alike(tips, hidden, by=kept_out) == set()
    assert await alike(tips, shown, by=kept_out) == set()
    looked = await tips.post(f"/tips/{hidden}/additions/looked-at", {"number": 1}, by=kept_out)
    assert looked.status_code == 404
    assert (await tips.get("/tips/to-do", by=Person(("prosecutor",), agency="DA-07"))).status_code == 403
    assert (await tips.get("/tips/to-do", by=INTAKE, params={"only": "everything"})).status_code == 422


async def test_a_page_of_it_is_asked_for_and_the_number_is_of_all(tips: RunningService) -> None:
    made = [await ago(tips, hours) for hours in (3, 2, 1)]
    pages = [(await tips.get("/tips/to-do", by=INTAKE, params={"limit": 2, "skip": skip})).json() for skip in (0, 2)]
    assert [(named(page["tips"]), page["total"]) for page in pages] == [(made[:2], 3), (made[2:], 3)]
