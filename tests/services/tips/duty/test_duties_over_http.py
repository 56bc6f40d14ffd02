"""Reporting duties through the service's own interface: they open with the tip and end with their last part."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.services.policy import at_once
from tests.services.tips.duty.house import (
    OFFICER,
    OTHER_PROSECUTOR,
    PROSECUTOR,
    STATEWIDE,
    acknowledged,
    clock_events,
    duties_of,
    on_part,
    tell,
)
from tests.services.tips.house import COORDINATOR, INTAKE, REPORTER, a_tip, act, received
from tests.support.running_service import NOON, Person, RunningService
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
CENTRAL = ZoneInfo("America/Chicago")
CHILD = ["C07", "C08", "C09", "C10", "C11", "C12", "C13", "C17", "C31"]
REASON = "Example: seen on papers."


async def test_a_childs_tip_opens_its_duties_in_its_own_commit_by_the_county(tips: RunningService) -> None:
    tip = await received(tips, received_at=NOON.isoformat())

    found = await duties_of(tips, tip)

    assert list(found) == CHILD
    assert {rule: duty["due_at"] for rule, duty in found.items() if duty["due_at"]} == {
        "C11": "2026-11-05T18:00:00Z",
        "C12": "2026-11-04T18:00:00Z",
        "C13": "2026-11-06T18:00:00Z",
        "C31": "2026-11-04T18:00:00Z",
    }
    assert [found[rule]["due"] for rule in ("C08", "C09", "C11")] == [
        "as_soon_as_possible",
        "immediately",
        "within 48 hours",
    ]
    prosecutor, coordinator = found["C11"]["parts"]
    assert (prosecutor["recipient"]["agency_id"], coordinator["recipient"]["agency_id"]) == ("DA-07", "SHTC")
    assert found["C11"]["missing"] == ["the circuit's district attorney", "the Statewide Human Trafficking Coordinator"]
    assert found["C13"]["parts"][0]["recipient"] is None
    assert (found["C07"]["phase"], found["C07"]["elapsed_seconds"]) == ("done", 0)
    assert found["C12"]["citation"] == "Miss. Code 43-21-353(1)"
    of_the_tip = [state for _, _, name, state in tips.rows() if name.startswith(("tip", "duty.", "clock."))]
    assert len({state["command_id"] for state in of_the_tip}) == len({s["recorded_at"] for s in of_the_tip}) == 1
    assert {state["correlation_id"] for state in of_the_tip} == {tip}


async def test_the_clock_of_a_duty_is_explained_to_who_reads_the_duties(tips: RunningService) -> None:
    tip = await received(tips, received_at=NOON.isoformat())

    every = (await tips.get(f"/tips/{tip}/clocks", by=COORDINATOR)).json()
    one = await tips.get(f"/tips/{tip}/clocks/C13", by=INTAKE)

    assert [each["clock"] for each in every] == ["C11-1", "C12-1", "C13-1", "C31-1"]
    clock = one.json()
    (step,) = clock["arithmetic"]["steps"]
    assert datetime.fromisoformat(step["until"]) == datetime.fromisoformat(clock["due_at"]) == NOON + 72 * HOUR
    assert clock["trigger"]["name"] == "tips.tip_received"
    assert clock["rule"]["citation"] == "Miss. Code 43-21-353(1)"
    assert (await tips.get(f"/tips/{tip}/clocks/C07", by=INTAKE)).status_code == 404


async def test_an_adults_tip_opens_none(tips: RunningService) -> None:
    tip = await received(tips, age="adult")

    assert await duties_of(tips, tip) == {}
    assert not [name for name in tips.names() if name.startswith(("duty.", "clock."))]


async def test_a_tip_typed_in_late_runs_from_receipt_and_what_is_past_due_is_missed_at_once(
    tips: RunningService,
) -> None:
    tip = await received(tips, received_at=(NOON - 30 * HOUR).isoformat())

    found = await duties_of(tips, tip)

    assert (found["C12"]["clock"]["phase"], found["C12"]["clock"]["late_seconds"]) == ("missed", 6 * 3600)
    assert [found[rule]["clock"]["phase"] for rule in ("C11", "C13")] == ["running", "running"]
    assert found["C12"]["phase"] == "open"
    assert (found["C09"]["clock"], found["C09"]["elapsed_seconds"]) == (None, 30 * 3600)
    missed = [state for _, _, name, state in tips.rows() if name == "clock.missed"]
    assert [state["happened_at"] for state in missed] == ["2026-11-03T12:00:00Z"] * 2


@pytest.mark.parametrize(("rule", "hours"), [("C12", 24), ("C11", 48), ("C13", 72)])
async def test_it_is_missed_at_its_moment_and_not_before(tips: RunningService, rule: str, hours: int) -> None:
    tip = await received(tips, received_at=NOON.isoformat())
    tips.time.turn(hours * HOUR - SECOND)
    await eventually(lambda: _has_warned(tips, rule))
    assert "clock.missed" not in clock_events(tips, rule)

    tips.time.turn(SECOND)

    async def missed() -> bool:
        return clock_events(tips, rule)[-1] == "clock.missed"

    await eventually(missed)
    assert (await duties_of(tips, tip, by=Person(("cps_intake",))))[rule]["phase"] == "open"


async def _has_warned(tips: RunningService, rule: str) -> bool:
    return "clock.warned" in clock_events(tips, rule)


async def test_hours_are_hours_on_the_night_the_clocks_are_turned(tips: RunningService) -> None:
    evening = datetime(2026, 10, 31, 20, 0, tzinfo=CENTRAL)

    tip = await received(tips, received_at=evening.isoformat())

    due_at = datetime.fromisoformat((await duties_of(tips, tip))["C12"]["due_at"])
    assert due_at - evening.astimezone(UTC) == 24 * HOUR
    assert due_at.astimezone(CENTRAL).isoformat() == "2026-11-01T19:00:00-06:00"


async def test_both_must_be_told_and_acknowledge_before_the_clock_is_met(tips: RunningService) -> None:
    tip = await received(tips, received_at=NOON.isoformat())
    tips.time.turn(5 * HOUR)
    await tell(tips, tip, "C11", "prosecutor", NOON + HOUR)
    await acknowledged(tips, tip, "C11", "prosecutor", NOON + 3 * HOUR)
    await tell(tips, tip, "C11", "statewide_coordinator", NOON + 2 * HOUR)
    before = (await duties_of(tips, tip))["C11"]
    assert (before["phase"], before["missing"]) == ("open", ["the Statewide Human Trafficking Coordinator"])
    assert clock_events(tips, "C11") == ["clock.started"]

    await acknowledged(tips, tip, "C11", "statewide_coordinator", NOON + 4 * HOUR)

    done = (await duties_of(tips, tip))["C11"]
    assert (done["phase"], done["missing"], done["clock"]["phase"]) == ("done", [], "met")
    assert (done["done_at"], done["elapsed_seconds"]) == ("2026-11-03T22:00:00Z", 4 * 3600)
    met = [state for _, _, name, state in tips.rows() if name == "clock.met"]
    assert [state["data"]["met_at"] for state in met] == ["2026-11-03T22:00:00Z"]
    told = [state for _, _, name, state in tips.rows() if name == "duty.part_done" and state["data"]["rule"] == "C11"]
    assert [(state["data"]["agency"], state["happened_at"]) for state in told] == [
        ("DA-07", "2026-11-03T19:00:00Z"),
        ("SHTC", "2026-11-03T20:00:00Z"),
    ]


async def test_done_in_time_and_typed_in_late_a_miss_is_found_met(tips: RunningService) -> None:
    tip = await received(tips, received_at=(NOON - 30 * HOUR).isoformat())
    await tell(tips, tip, "C12", "report_of_law_enforcement", NOON - 20 * HOUR)

    await tell(tips, tip, "C12", "report_of_cps", NOON - 10 * HOUR)

    found = (await duties_of(tips, tip))["C12"]
    assert (found["phase"], found["clock"]["phase"], found["clock"]["found"]) == ("done", "missed", "met")
    assert clock_events(tips, "C12") == ["clock.started", "clock.missed", "clock.found_met"]


async def test_done_at_the_due_moment_is_too_late(tips: RunningService) -> None:
    tip = await received(tips, received_at=(NOON - 25 * HOUR).isoformat())
    for part in ("report_of_law_enforcement", "report_of_cps"):
        await tell(tips, tip, "C12", part, NOON - HOUR)

    found = (await duties_of(tips, tip))["C12"]
    assert (found["phase"], found["clock"]["phase"], found["clock"]["found"]) == ("done", "missed", "")

    body = {"reason": REASON, "done_at": (NOON - HOUR - SECOND).isoformat()}
    for part in ("report_of_law_enforcement", "report_of_cps"):
        answer = await on_part(tips, tip, "C12", part, body, step="/true-time")
        assert answer.status_code == 200, answer.text

    assert (await duties_of(tips, tip))["C12"]["clock"]["found"] == "met"
    assert REASON not in tips.everything_stored()


async def test_recorded_as_met_and_in_truth_too_late_is_found_missed(tips: RunningService) -> None:
    tip = await received(tips, received_at=(NOON - 23 * HOUR).isoformat())
    for part in ("report_of_law_enforcement", "report_of_cps"):
        await tell(tips, tip, "C12", part, NOON)
    tips.time.turn(3 * HOUR)

    body = {"reason": REASON, "done_at": (NOON + HOUR).isoformat()}
    answer = await on_part(tips, tip, "C12", "report_of_cps", body, step="/true-time")

    assert answer.status_code == 200, answer.text
    assert clock_events(tips, "C12")[-2:] == ["clock.met", "clock.found_missed"]


async def test_shown_to_be_an_adult_the_clocks_are_excused_and_a_child_again_they_start_again(
    tips: RunningService,
) -> None:
    tip = await received(tips, received_at=(NOON - 30 * HOUR).isoformat())
    await tell(tips, tip, "C12", "report_of_cps", NOON - 20 * HOUR)
    await act(tips, tip, "screening", {"age": "adult", "exploitation": "sex", "indicators": []})
    fallen = await duties_of(tips, tip)
    assert {duty["phase"] for duty in fallen.values()} == {"done", "fell_away"}
    assert fallen["C07"]["phase"] == "done"
    assert fallen["C11"]["clock"]["phase"] == "excused"
    assert (fallen["C12"]["clock"]["phase"], fallen["C12"]["clock"]["found"]) == ("missed", "excused")
    refused = await on_part(
        tips, tip, "C09", "youth_court_intake", {"done_at": NOON.isoformat(), "how": "fax", "told": "Example office"}
    )
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]) == (409, "duty_not_owed", "C09")

    answer = await act(tips, tip, "corrections", {"age": "child", "reason": REASON})

    assert answer.status_code == 200, answer.text
    again = await duties_of(tips, tip)
    assert [again[rule]["opening"] for rule in CHILD] == [1, 2, 2, 2, 2, 2, 2, 2, 2]
    assert again["C11"]["clock"]["phase"] == "running"
    assert again["C12"]["missing"] == ["law enforcement's preliminary report"]
    assert clock_events(tips, "C11") == ["clock.started", "clock.excused", "clock.started"]
    assert clock_events(tips, "C12") == [
        "clock.started",
        "clock.missed",
        "clock.excused",
        "clock.started",
        "clock.missed",
    ]


async def test_an_out_of_home_setting_stated_at_once_or_later_opens_its_own_duties(tips: RunningService) -> None:
    at_once_, later = await received(tips, setting="out_of_home_licensed"), await received(tips)
    assert {"C14", "C15", "C16"} <= set(await duties_of(tips, at_once_))
    assert "C14" not in await duties_of(tips, later)

    for setting, asked in (
        ("out_of_home", {"law_enforcement", "licensing_agency"}),
        ("out_of_home_unlicensed", {"law_enforcement"}),
    ):
        answer = await act(tips, later, "corrections", {"setting": setting, "reason": REASON})
        assert answer.status_code == 200, answer.text
        found = await duties_of(tips, later)
        assert {part["part"] for part in found["C14"]["parts"]} == asked
    stands = await duties_of(tips, later)
    assert (stands["C15"]["opening"], stands["C16"]["due_at"]) == (1, "2026-11-05T17:50:00Z")

    answer = await act(tips, later, "corrections", {"setting": "home", "reason": REASON})
    assert answer.status_code == 200, answer.text
    ended = await duties_of(tips, later)
    assert {ended[rule]["phase"] for rule in ("C14", "C15", "C16")} == {"fell_away"}
    assert ended["C11"]["phase"] == "open"
    same = await act(tips, later, "corrections", {"setting": "home", "reason": REASON})
    assert (same.status_code, same.json()["code"]) == (409, "nothing_changes")
    assert "tips.tip_corrected" not in tips.names()


async def test_a_corrected_county_shows_that_another_prosecutor_was_told(tips: RunningService) -> None:
    tip = await received(tips)
    await tell(tips, tip, "C11", "prosecutor", NOON)
    await act(tips, tip, "corrections", {"county": "Rankin", "reason": REASON})

    (prosecutor, _) = (await duties_of(tips, tip))["C11"]["parts"]
    assert (prosecutor["on_record"]["agency"], prosecutor["recipient"]["agency_id"]) == ("DA-07", "DA-20")
    assert prosecutor["told_elsewhere"] is True

    await tell(tips, tip, "C11", "prosecutor", NOON)
    (prosecutor, _) = (await duties_of(tips, tip))["C11"]["parts"]
    assert (prosecutor["on_record"]["agency"], prosecutor["told_elsewhere"]) == ("DA-20", False)


async def test_linked_tips_keep_their_own_duties(tips: RunningService) -> None:
    one, two = await received(tips), await received(tips)
    before = await duties_of(tips, two)

    await act(tips, two, "duplicate-decisions", {"other": one, "same_person": True, "reason": "One girl."})

    assert await duties_of(tips, two) == before
    assert "clock.excused" not in tips.names()


async def test_words_are_sealed_and_reading_them_is_on_record(tips: RunningService) -> None:
    tip = await received(tips)
    await tell(tips, tip, "C13", "youth_court_clerk", NOON, told="Example Clerk Zqx", number="Zqx-26-1")

    page = await tips.get(f"/tips/{tip}/duties", by=INTAKE)
    opened = await tips.get(f"/tips/{tip}/duties/texts", by=INTAKE)

    assert "Zqx" not in page.text
    assert opened.json() == [
        {"rule": "C13", "part": "youth_court_clerk", "field": "told", "text": "Example Clerk Zqx"},
        {"rule": "C13", "part": "youth_court_clerk", "field": "number", "text": "Zqx-26-1"},
    ]
    _, _, name, state = tips.rows()[-1]
    assert (name, state["correlation_id"], state["actor"]) == ("operation.page_read", tip, f"account:{INTAKE.account}")
    # Longer than chance could put together in the letters of a seal.
    for words in ("Clerk Zqx", "Zqx-26-1"):
        assert words not in tips.everything_stored()
        assert words not in tips.log_lines()


async def test_of_all_local_police_those_who_work_where_it_happened_see_it_and_say_so(tips: RunningService) -> None:
    tip = await received(tips)
    told = await tell(tips, tip, "C10", "law_enforcement", NOON)
    police = {where: Person(("law_enforcement",), "LOCAL-LE", places=where) for where in (("Hinds",), ("DeSoto",), ())}

    async def shown(after: httpx.Response) -> set[tuple[str, ...]]:
        lists = {where: await tips.get("/duties/told", by=officer, after=after) for where, officer in police.items()}
        return {where for where, answer in lists.items() if answer.json()}

    assert await shown(told) == {("Hinds",)}
    (row,) = (await tips.get("/duties/told", by=OFFICER)).json()
    path = f"/duties/{row['duty']}/parts/law_enforcement/acknowledgement"
    assert [(await tips.post(path, by=police[where])).status_code for where in (("DeSoto",), ())] == [404, 404]
    corrected = await act(tips, tip, "corrections", {"county": "DeSoto", "reason": "It was at the other end."})
    assert await shown(corrected) == {("DeSoto",)}
    assert (await tips.post(path, by=police["Hinds",])).status_code == 404
    assert (await tips.post(path, by=police["DeSoto",])).status_code == 200


async def test_the_agency_told_sees_it_and_acknowledges_it_and_no_other_does(tips: RunningService) -> None:
    tip = await received(tips)
    await tell(tips, tip, "C11", "prosecutor", NOON)
    told = await tell(tips, tip, "C11", "statewide_coordinator", NOON)

    rows = (await tips.get("/duties/told", by=PROSECUTOR, after=told)).json()
    (row,) = rows
    assert (row["tip"], row["part"], row["must_be_acknowledged"], row["acknowledged_at"]) == (
        tip,
        "prosecutor",
        True,
        None,
    )
    for who in (OTHER_PROSECUTOR, OFFICER):
        assert (await tips.get("/duties/told", by=who)).json() == []
    path = f"/duties/{row['duty']}/parts/prosecutor/acknowledgement"
    absent = await tips.post(f"/duties/{uuid4()}/parts/prosecutor/acknowledgement", by=PROSECUTOR)
    hidden = [
        await tips.post(path, by=OTHER_PROSECUTOR),
        await tips.post(path, by=STATEWIDE),
        await tips.post(path.replace("prosecutor", "judge"), by=PROSECUTOR),
    ]
    assert {(answer.status_code, answer.content) for answer in hidden} == {(404, absent.content)}
    assert [(await tips.post(path, by=who)).status_code for who in (INTAKE, COORDINATOR, REPORTER)] == [403, 403, 403]

    done = await tips.post(path, by=PROSECUTOR)
    again = await tips.post(path, by=PROSECUTOR)

    assert (done.status_code, again.status_code, again.json()["code"]) == (200, 409, "part_acknowledged_already")
    (row,) = (await tips.get("/duties/told", by=PROSECUTOR, after=done)).json()
    assert row["acknowledged_at"] is not None
    part = (await duties_of(tips, tip))["C11"]["parts"][0]
    assert (part["missing"], part["on_record"]["acknowledged_at"]) == (False, "2026-11-03T18:00:00Z")
    acknowledged_ = [state for _, _, name, state in tips.rows() if name == "duty.part_acknowledged"]
    assert [state["data"]["account"] for state in acknowledged_] == [str(PROSECUTOR.account)]


async def test_whom_the_tip_names_sees_nothing_of_its_duties_whatever_their_role(tips: RunningService) -> None:
    named_worker, named_prosecutor = Person(("cps_intake",)), Person(("prosecutor",), agency="DA-07")
    tip = await received(tips, named_accounts=[str(named_worker.account)])
    told = await tell(tips, tip, "C11", "prosecutor", NOON)
    (row,) = (await tips.get("/duties/told", by=named_prosecutor, after=told)).json()
    naming = await act(tips, tip, "named-accounts", {"account": str(named_prosecutor.account)})
    before = tips.rows()

    absent = await tips.get(f"/tips/{uuid4()}/duties", by=named_worker)
    body = {"done_at": NOON.isoformat(), "how": "fax"}
    hidden = [
        await tips.get(f"/tips/{tip}/duties", by=named_worker),
        await tips.get(f"/tips/{tip}/duties/texts", by=named_worker),
        *[
            await tips.post(f"/tips/{tip}/duties/C12/parts/report_of_cps", body, by=named_worker, version=version)
            for version in (1, 2)
        ],
        await tips.post(f"/duties/{row['duty']}/parts/prosecutor/acknowledgement", by=named_prosecutor),
    ]

    assert {(answer.status_code, answer.content) for answer in hidden} == {(404, absent.content)}
    assert (await tips.get("/duties", by=named_worker, after=naming)).json() == []
    assert (await tips.get("/duties/told", by=named_prosecutor, after=naming)).json() == []
    assert len((await tips.get("/duties/told", by=PROSECUTOR, after=naming)).json()) == 1
    assert tips.rows() == before


WRONG = {
    "how": {"done_at": NOON.isoformat(), "how": "pigeon"},
    "done_at": {"done_at": (NOON + SECOND).isoformat(), "how": "fax"},
    "agency": {"done_at": NOON.isoformat(), "how": "fax", "agency": "NOWHERE"},
    "number": {"done_at": NOON.isoformat(), "how": "fax", "number": "x" * 201},
    "": {"done_at": NOON.isoformat(), "how": "fax", "surprise": 1},
}


async def test_what_is_sent_wrongly_is_refused_and_changes_nothing(tips: RunningService) -> None:
    tip = await received(tips)
    before = tips.rows()
    path = f"/tips/{tip}/duties/C12/parts/report_of_cps"
    good = {"done_at": NOON.isoformat(), "how": "fax"}

    for field, body in WRONG.items():
        answer = await tips.post(path, body, by=INTAKE, version=1)
        assert (answer.status_code, answer.json().get("field", "")) == (422, field), answer.text
    unknown = await tips.post(path.replace("report_of_cps", "judge"), good, by=INTAKE, version=1)
    assert (unknown.status_code, unknown.json()["field"]) == (422, "part")
    assert (await tips.post(path.replace("C12", "C99"), good, by=INTAKE, version=1)).status_code == 404
    assert (await tips.post(path.replace("C12", "C14"), good, by=INTAKE, version=1)).status_code == 404
    assert (await tips.post(path, good, by=INTAKE)).status_code == 400
    assert (await tips.post(path, good, by=INTAKE, version=9)).status_code == 412
    for setting in ("prison", ""):
        assert (await tips.post("/tips", a_tip(setting=setting), by=INTAKE)).status_code == 422
    for who, status in ((None, 401), (REPORTER, 403), (PROSECUTOR, 403), (OFFICER, 403)):
        assert (await tips.post(path, good, by=who, version=1)).status_code == status
        assert (await tips.get(f"/tips/{tip}/duties", by=who)).status_code == status

    assert tips.rows() == before


async def test_of_many_who_record_one_part_at_once_one_does(tips: RunningService) -> None:
    tip = await received(tips)
    path = f"/tips/{tip}/duties/C12/parts/report_of_cps"
    body = {"done_at": NOON.isoformat(), "how": "fax"}

    answers = await at_once(
        *(lambda who=who: tips.post(path, body, by=who, version=1) for who in (INTAKE, COORDINATOR) * 5)
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 9}
    assert tips.names().count("duty.part_done") == 3  # the tip is two itself
