"""Whom the tip names, or who has a conflict of interest, sees nothing of the case, whatever their role."""

from uuid import UUID, uuid4

from contracts.events.tips import AccountNamed, AccountReadmitted
from tests.services.prosecution.house import COLLEAGUE, DETECTIVE, PROSECUTOR, House, ok
from tests.support.running_service import Person

SECOND_COLLEAGUE = Person(PROSECUTOR.roles, agency=PROSECUTOR.agency)


async def sees(house: House, case: UUID, who: Person) -> set[int]:
    """What every route of the case answers."""
    page = f"/cases/{case}"
    asked = [await house.service.get(f"{page}{path}", by=who) for path in ("", "/accused", "/notes")]
    told = [
        await house.service.post(f"{page}/{path}", body, by=who, version=1)
        for path, body in (
            ("acceptance", {}),
            ("decline", {"reason": "no_offence"}),
            ("conflicts", {"reason": "A cousin."}),
            ("accused", {"name": "Example"}),
            ("counts", {"accused": str(uuid4()), "offence": "MS-97-3-53", "act_on": "2026-08-14"}),
            (
                "hearings",
                {"kind": "trial", "court": "circuit", "accused": [str(uuid4())], "set_for": "2026-12-01T09:00:00Z"},
            ),
        )
    ]
    return {answer.status_code for answer in (*asked, *told)}


async def on_board(house: House, who: Person) -> list[str]:
    return [row["case"] for row in (await house.service.get("/cases", by=who)).json()]


async def test_named_before_the_referral_they_cannot_refer_and_see_no_case(house: House) -> None:
    tip = await house.tip(named=(COLLEAGUE, DETECTIVE))
    unknown = await house.service.post("/cases", {"tip": str(uuid4())}, by=DETECTIVE)

    refused = await house.service.post("/cases", {"tip": str(tip)}, by=DETECTIVE)
    case = UUID(ok(await house.service.post("/cases", {"tip": str(tip)}, by=PROSECUTOR))["reference"])

    assert (refused.status_code, refused.content) == (404, unknown.content)
    assert await sees(house, case, COLLEAGUE) == {404}
    assert (await on_board(house, COLLEAGUE), await on_board(house, PROSECUTOR)) == ([], [str(case)])


async def test_named_while_the_case_is_open_they_lose_it(house: House) -> None:
    tip = await house.tip()
    case = await house.accepted(tip)
    assert await on_board(house, COLLEAGUE) == [str(case)]

    await house.tips.tell(tip, AccountNamed(tip=tip, account=COLLEAGUE.account), case=tip)
    await house.until(lambda: "case.account_kept_out" in house.service.names())

    assert await sees(house, case, COLLEAGUE) == {404}
    assert await on_board(house, COLLEAGUE) == []


async def test_whom_only_a_linked_tip_named_sees_the_case_again_but_not_who_declared_a_conflict(house: House) -> None:
    tip = await house.tip()
    case = await house.accepted(tip)
    ok(await house.act(case, "conflicts", {"reason": "A cousin is accused."}, by=SECOND_COLLEAGUE))
    named = [AccountNamed(tip=tip, account=who.account) for who in (COLLEAGUE, SECOND_COLLEAGUE)]
    readmitted = [AccountReadmitted(tip=tip, account=each.account) for each in named]
    for event in (*named, *readmitted):
        await house.tips.tell(tip, event, case=tip)
    await house.until(lambda: "case.exclusion_ended" in house.service.names())

    assert await sees(house, case, COLLEAGUE) != {404}
    assert await on_board(house, COLLEAGUE) == [str(case)]
    assert await sees(house, case, SECOND_COLLEAGUE) == {404}
    assert house.service.names().count("matter.exclusion_ended") == 1


async def test_a_conflict_declared_on_the_team_holds_here(house: House) -> None:
    tip = await house.tip()
    case = await house.referred(tip)
    await house.keep_out(tip, COLLEAGUE)
    assert await sees(house, case, COLLEAGUE) == {404}
    other_office = await house.referred(tip, office="DA-20")
    there = [row for row in house.service.rows() if row[0] == other_office]
    assert there[0][2] == "case.account_kept_out", "before the case itself is told of"


async def test_who_declares_a_conflict_here_is_out_of_every_case_of_the_tip(house: House) -> None:
    tip = await house.tip()
    case, other = await house.accepted(tip), await house.referred(tip, office="DA-20")
    ok(await house.act(case, "conflicts", {"reason": "A cousin is accused."}, by=COLLEAGUE))
    assert await sees(house, case, COLLEAGUE) == {404}
    assert [name for stream, _, name, _ in house.service.rows() if stream == other][-1] == "case.account_kept_out"
    assert await sees(house, case, PROSECUTOR) != {404}
