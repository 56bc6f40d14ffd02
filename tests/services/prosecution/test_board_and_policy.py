"""The board holds what the policies show, record by record, and what the log says when it is built anew."""

from datetime import timedelta
from uuid import uuid4

from services.kernel.http.gate import Gate, Record
from services.prosecution.main import DEFINITION
from tests.services.policy import all_rows, caller_of, fill_view, generation
from tests.services.prosecution.house import (
    COLLEAGUE,
    COORDINATOR,
    DETECTIVE,
    OTHER_OFFICE,
    PROSECUTOR,
    PROSTITUTION,
    TRAFFICKING,
    House,
    ok,
)
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

OPERATOR = Person(("operator",))
CALLERS = (
    PROSECUTOR,
    COLLEAGUE,
    OTHER_OFFICE,
    DETECTIVE,
    COORDINATOR,
    OPERATOR,
    Person(("auditor",), agency="DA-07"),
    Person(("prosecutor",), agency="MDCPS"),
    Person(("prosecutor", "auditor"), agency="DA-20"),
)
COLUMNS = ("case", "tip", "office", "phase", "kept_out")
HOUR = timedelta(hours=1)
GATE = Gate(DEFINITION.policies.read_text())


async def test_each_caller_sees_what_the_policies_show_that_caller(house: House) -> None:
    rows = [
        (uuid4(), uuid4(), office, phase, [each.account for each in kept_out])
        for office in ("DA-07", "DA-20", "DA-01")
        for phase in ("referred", "accepted", "declined")
        for kept_out in ((), (PROSECUTOR,), (COLLEAGUE, OTHER_OFFICE), CALLERS)
    ]
    await house.accepted()
    await house.service.get("/cases", by=PROSECUTOR)
    await fill_view(house.service, "case_board", [f'"{each}"' for each in COLUMNS], rows)

    for who in CALLERS:
        shown = [
            str(case)
            for case, _, office, _, kept_out in rows
            if GATE.may_touch(
                caller_of(who), "list_cases", Record("Case", case, {"kept_out": kept_out}, {}, {"office": office})
            )
        ]
        answer = await house.service.get("/cases", by=who)
        assert sorted(row["case"] for row in answer.json()) == sorted(shown) if answer.status_code == 200 else not shown
    assert len((await house.service.get("/cases", by=PROSECUTOR)).json()) == 6


async def test_built_anew_from_the_log_it_is_the_same(house: House) -> None:
    await a_busy_week(house)
    await caught_up(house)
    before, old = all_rows(house.service, "case_board"), generation(house.service, "case_board")

    ok(await house.service.post("/operator/views/case_board/rebuild", by=OPERATOR))

    async def switched() -> bool:
        return generation(house.service, "case_board") == old + 1

    await eventually(switched)
    await caught_up(house)
    assert len(before) == 5
    assert all_rows(house.service, "case_board") == before


async def a_busy_week(house: House) -> None:
    """Every event the board shows something of."""
    tip = await house.tip(named=(COLLEAGUE,))
    named, declined = await house.referred(tip), await house.referred()
    ok(await house.act(declined, "decline", {"reason": "no_offence"}))
    case, late, childs = [await house.charged(offence) for offence in (TRAFFICKING, TRAFFICKING, PROSTITUTION)]
    await house.keep_out(tip, DETECTIVE)
    ok(await house.act(named, "conflicts", {"reason": "A cousin."}))
    ok(await house.stage(case, "arrest", NOON - HOUR))
    ok(await house.stage(late, "arrest", NOON - 60 * HOUR))
    hearing = await house.hearing(case, "status", NOON + 9 * HOUR)
    moved = {"set_for": (NOON + 8 * HOUR).isoformat(), "reason": "court"}
    ok(await house.act(case, f"hearings/{hearing}/moves", moved))
    ok(await house.held(late, "initial_appearance", NOON - 20 * HOUR))
    vacated = await house.hearing(late, "motion", NOON + 9 * HOUR)
    ok(await house.act(late, f"hearings/{vacated}/vacation", {"reason": "court"}))
    accused, count = (await house.accused(childs))["accused"], (await house.counts(childs))[0]["count"]
    ok(await house.act(childs, f"counts/{count}/supersession", {"offence": PROSTITUTION, "act_on": "2026-08-15"}))
    ok(await house.act(childs, f"accused/{accused}/age-corrections", {"born": "2010-01-01", "reason": "Record."}))
    ok(await house.stage(late, "grand_jury", NOON))
    ok(await house.outcome(late, "no_true_bill", NOON))


async def caught_up(house: House) -> None:
    """The board has come to the end of a log to which nothing is added."""

    async def quiet() -> bool:
        positions = (await house.service.get("/operator/views", by=OPERATOR)).json()
        return set(positions.values()) == {len(house.service.rows())}

    await eventually(quiet)
