"""A case over HTTP: referred, decided, charged, tried; who sees it, and what the page says."""

from datetime import timedelta
from uuid import uuid4

from tests.services.prosecution.house import (
    ACT_ON,
    COLLEAGUE,
    COORDINATOR,
    DETECTIVE,
    HINDS,
    NAME,
    OFFICER,
    OTHER_OFFICE,
    PROSECUTOR,
    PROSTITUTION,
    TRAFFICKING,
    House,
    ok,
)
from tests.support.running_service import NOON, Person

OFFICES = ((HINDS, "Hinds"), ("DA-20", "Rankin"))
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def test_a_tip_is_referred_to_the_office_of_its_countys_circuit(house: House) -> None:
    tip = await house.tip(county="Hinds")

    answer = await house.service.post("/cases", {"tip": str(tip), "note": "See the report of tonight."}, by=OFFICER)

    assert answer.status_code == 201
    page = await house.page(ok(answer)["reference"])
    assert (page["office"], page["phase"], page["tip"], page["believed_age"]) == (HINDS, "referred", str(tip), "child")
    assert page["case"] == str(tip), "the replay of the tip tells the case too"


async def test_law_enforcement_and_the_team_refer_and_nobody_else(house: House) -> None:
    advocate = Person(("victim_advocate",), agency="CVP")
    for by, status in ((DETECTIVE, 201), (OFFICER, 201), (COORDINATOR, 201), (PROSECUTOR, 201), (advocate, 403)):
        answer = await house.service.post("/cases", {"tip": str(await house.tip())}, by=by)
        assert answer.status_code == status


async def test_a_prosecutor_takes_up_what_happened_in_their_own_circuit(house: House) -> None:
    here, unknown = await house.tip(), await house.tip(county="")
    seventh, twentieth = [Person(("prosecutor",), agency, places=(where,)) for agency, where in OFFICES]
    taking_it_up = {"tip": str(here), "office": "DA-20"}
    assert (await house.service.post("/cases", taking_it_up, by=twentieth)).status_code == 404
    assert (await house.service.post("/cases", taking_it_up, by=seventh)).status_code == 201
    body = {"tip": str(unknown), "office": "DA-20"}
    assert (await house.service.post("/cases", body, by=twentieth)).status_code == 201
    # What was referred there is the office's, wherever it happened.
    (*_, row) = (await house.service.get("/cases", by=twentieth)).json()
    assert (await house.service.get(f"/cases/{row['case']}", by=twentieth)).status_code == 200
    assert len((await house.service.get("/cases", by=twentieth)).json()) == 2


async def test_who_refers_does_not_see_the_case_for_that(house: House) -> None:
    case = await house.referred()
    assert (await house.service.get(f"/cases/{case}", by=DETECTIVE)).status_code == 403
    assert (await house.service.get(f"/cases/{case}", by=OTHER_OFFICE)).status_code == 404


async def test_a_tip_nobody_told_of_cannot_be_referred(house: House) -> None:
    answer = await house.service.post("/cases", {"tip": str(uuid4())}, by=DETECTIVE)
    assert answer.status_code == 404


async def test_on_tribal_land_the_referrer_names_the_office(house: House) -> None:
    tip = await house.tip(county="Neshoba", tribal_land=True)
    unnamed = await house.service.post("/cases", {"tip": str(tip)}, by=DETECTIVE)
    assert (unnamed.status_code, unnamed.json()["code"]) == (409, "name_the_office")
    assert (await house.service.post("/cases", {"tip": str(tip), "office": "DA-08"}, by=DETECTIVE)).status_code == 201


async def test_only_a_district_attorneys_office_has_cases(house: House) -> None:
    tip = await house.tip()
    for office in ("DA-24", "MDCPS", "USAO-N", ""):
        answer = await house.service.post("/cases", {"tip": str(tip), "office": office}, by=DETECTIVE)
        assert (answer.status_code, answer.json()["field"]) == (422, "office")


async def test_another_office_is_told_what_an_absent_case_is_told(house: House) -> None:
    case = await house.charged()
    accused = (await house.accused(case))["accused"]
    for path in ("", "/accused", "/notes"):
        there = await house.service.get(f"/cases/{case}{path}", by=OTHER_OFFICE)
        absent = await house.service.get(f"/cases/{uuid4()}{path}", by=OTHER_OFFICE)
        assert (there.status_code, there.content) == (404, absent.content)
    acting = await house.service.post(
        f"/cases/{case}/accused/{accused}/stages",
        {"stage": "arrest", "at": NOON.isoformat()},
        by=OTHER_OFFICE,
        version=3,
    )
    assert acting.status_code == 404
    assert (await house.service.get("/cases", by=OTHER_OFFICE)).json() == []


async def test_declined_for_a_reason_of_the_list_and_referred_again(house: House) -> None:
    tip = await house.tip()
    case = await house.referred(tip)
    assert (await house.act(case, "decline", {"reason": "no_time"})).json()["field"] == "reason"
    ok(await house.act(case, "decline", {"reason": "insufficient_evidence", "note": "Nobody was seen."}))
    assert (await house.page(case))["reason"] == "insufficient_evidence"

    assert await house.referred(tip) == case
    assert (await house.page(case))["phase"] == "referred"
    again = await house.service.post("/cases", {"tip": str(tip)}, by=OFFICER)
    assert (again.status_code, again.json()["code"]) == (409, "referred_already")
    notes = (await house.service.get(f"/cases/{case}/notes", by=PROSECUTOR)).json()
    assert [(note["occasion"], note["text"]) for note in notes] == [("case.decision_explained", "Nobody was seen.")]


async def test_nobody_is_accused_before_the_office_accepts(house: House) -> None:
    case = await house.referred()
    answer = await house.act(case, "accused", {"name": NAME})
    assert (answer.status_code, answer.json()["code"]) == (409, "case_not_accepted")


async def test_a_count_shows_penalty_and_limitation_with_citation_and_what_is_not_on_file(house: House) -> None:
    case = await house.charged(TRAFFICKING, PROSTITUTION)

    trafficking, prostitution = await house.counts(case)

    assert trafficking["offence"]["statute"] == "97-3-54.1(1)(c)"
    assert trafficking["offence"]["prison"] == "up to 30 years; the shortest term is not on file"
    assert trafficking["limitation"]["kind"] == "never"
    assert (trafficking["limitation"]["rule"], trafficking["limitation"]["citation"]) == ("C51", "Miss. Code 99-1-5")
    assert (prostitution["offence"]["prison"], prostitution["offence"]["fine"]) == ("not on file", "not on file")
    assert (prostitution["limitation"]["rule"], prostitution["limitation"]["until"]) == ("C53", "2028-08-14")
    assert prostitution["limitation"]["arithmetic"] == "2026-08-14 + 2 years = 2028-08-14"
    assert prostitution["age_at_act"] == "adult"


async def test_a_child_is_not_accused_but_presumed_a_victim(house: House) -> None:
    case = await house.accepted()
    counts = [{"offence": TRAFFICKING, "act_on": ACT_ON}, {"offence": PROSTITUTION, "act_on": ACT_ON}]
    before = house.service.names()

    answer = await house.act(case, "accused", {"name": NAME, "born": "2009-08-14", "counts": counts})

    problem = answer.json()
    assert (answer.status_code, problem["rule"]) == (409, "minor_never_accused")
    assert "97-29-49" in problem["citation"]
    assert "43-26-3" in problem["citation"]
    assert "presumed victim" in problem["detail"]
    assert house.service.names() == before, "all or nothing"
    of_age = [{"offence": PROSTITUTION, "act_on": "2027-08-14"}]
    assert (await house.act(case, "accused", {"name": NAME, "born": "2009-08-14", "counts": of_age})).status_code == 422


async def test_an_unknown_age_stops_and_asks(house: House) -> None:
    case = await house.charged(TRAFFICKING, born=None)
    accused = (await house.accused(case))["accused"]
    count = {"accused": accused, "offence": PROSTITUTION, "act_on": ACT_ON}

    stopped = await house.act(case, "counts", count)
    stated = await house.act(case, "counts", count | {"age_at_act": "adult"})

    assert (stopped.status_code, stopped.json()["code"]) == (409, "age_not_known")
    assert "Find it out first" in stopped.json()["detail"]
    assert stated.status_code == 200


async def test_an_age_corrected_later_ends_the_count_as_entered_in_error_and_its_clocks(house: House) -> None:
    case = await house.charged(PROSTITUTION)
    accused = (await house.accused(case))["accused"]
    ok(await house.stage(case, "arrest", NOON - HOUR))

    ok(await house.act(case, f"accused/{accused}/age-corrections", {"born": "2010-01-01", "reason": "Birth record."}))

    (count,) = await house.counts(case)
    assert (count["phase"], count["age_at_act"], count["may_enter"]) == ("entered_in_error", "under_18", [])
    assert (await house.clock(case, "C35"))["phase"] == "excused"
    again = await house.act(case, "counts", {"accused": accused, "offence": PROSTITUTION, "act_on": ACT_ON})
    assert again.status_code == 409
    superseding = await house.act(
        case, f"counts/{count['count']}/supersession", {"offence": PROSTITUTION, "act_on": ACT_ON}
    )
    assert superseding.status_code == 409


async def test_a_count_is_against_a_victim_of_the_case_and_another_gets_a_reference(house: House) -> None:
    case = await house.charged()
    count = {"accused": (await house.accused(case))["accused"], "offence": TRAFFICKING, "act_on": ACT_ON}

    nobodys = await house.act(case, "counts", count | {"victim": str(uuid4())})
    both = await house.act(case, "counts", count | {"victim": str(uuid4()), "another_victim": True})
    ok(await house.act(case, "counts", count | {"another_victim": True}))
    other = (await house.counts(case))[1]["victim"]
    ok(await house.act(case, "counts", count | {"victim": other}))

    assert (nobodys.status_code, nobodys.json()["code"]) == (409, "victim_not_of_case")
    assert both.status_code == 422
    first, second, third = await house.counts(case)
    assert first["victim"] != second["victim"] == third["victim"]
    listed = (await house.service.get(f"/cases/{case}/victims", by=PROSECUTOR)).json()
    assert [each["victim"] for each in listed] == [first["victim"], other]


async def test_names_are_read_on_record_and_stand_on_no_list(house: House) -> None:
    case = await house.charged()

    shown = await house.service.get(f"/cases/{case}/accused", by=COLLEAGUE)

    assert [(each["name"], each["born"]) for each in shown.json()] == [(NAME, "1990-05-17")]
    read = [state for _, _, name, state in house.service.rows() if name == "operation.page_read"]
    assert [(each["actor"], each["data"]["records"]) for each in read] == [
        (f"account:{COLLEAGUE.account}", [str(case)])
    ]
    board = await house.service.get("/cases", by=PROSECUTOR)
    page = await house.service.get(f"/cases/{case}", by=PROSECUTOR)
    assert NAME not in board.text + page.text


async def test_a_count_goes_from_arrest_to_verdict(house: House) -> None:
    case = await house.charged()
    house.service.time.turn(400 * DAY)
    at = NOON
    ok(await house.stage(case, "arrest", at))
    ok(await house.held(case, "initial_appearance", at + 30 * HOUR))
    ok(await house.stage(case, "grand_jury", at + 10 * DAY))
    ok(await house.outcome(case, "true_bill", at + 10 * DAY))
    ok(await house.stage(case, "indictment_served", at + 12 * DAY))
    ok(await house.held(case, "arraignment", at + 30 * DAY))
    ok(await house.held(case, "trial", at + 200 * DAY))
    ok(await house.stage(case, "verdict", at + 203 * DAY))
    ok(await house.outcome(case, "mistrial", at + 203 * DAY))
    assert (await house.counts(case))[0]["stage"] == "trial_setting"
    ok(await house.held(case, "trial", at + 300 * DAY))
    ok(await house.stage(case, "verdict", at + 303 * DAY))
    refused = await house.outcome(case, "affirmed", at + 303 * DAY)
    ok(await house.outcome(case, "not_guilty", at + 303 * DAY))

    (count,) = await house.counts(case)
    assert (count["phase"], count["outcome"], count["stage"]) == ("ended", "not_guilty", "verdict")
    assert (refused.status_code, refused.json()["code"]) == (409, "outcome_needs_its_stage")
    found = {each["rule"]: (each["phase"], each["found"]) for each in (await house.accused(case))["clocks"]}
    assert found == {
        "C35": ("missed", "met"),
        "C39": ("missed", "met"),
        "C40": ("missed", ""),  # it was tried without the order that sets the trial
        "C41": ("missed", "met"),
    }
    assert [
        state["data"]["ends"] for _, _, name, state in house.service.rows() if name.endswith("outcome_recorded")
    ] == [
        False,
        False,
        True,
    ]


async def test_the_board_shows_what_is_due_next_first(house: House) -> None:
    quiet = await house.accepted()
    later, sooner = await house.charged(), await house.charged(PROSTITUTION, "MS-97-3-65-1b")
    ok(await house.stage(sooner, "arrest", NOON - HOUR))
    hearing = await house.hearing(later, "status", NOON + 9 * DAY)
    moved = {"set_for": (NOON + 3 * DAY).isoformat(), "reason": "court"}
    last = await house.act(later, f"hearings/{hearing}/moves", moved)
    other = await house.referred(office="DA-20")

    rows = (await house.service.get("/cases", by=PROSECUTOR, after=last)).json()

    assert [row["case"] for row in rows] == [str(sooner), str(later), str(quiet)]
    assert [due["what"] for due in rows[0]["due"]] == ["C35"]
    assert (rows[0]["commence_by"], rows[0]["limitation_not_on_file"]) == ("2028-08-14", 1)
    assert rows[1]["due"] == [{"what": "hearing:status", "due_at": "2026-11-06T18:00:00Z"}]
    assert str(other) not in str(rows)
    declined = await house.service.get("/cases", by=PROSECUTOR, params={"phase": "declined"})
    unknown = await house.service.get("/cases", by=PROSECUTOR, params={"phase": "lost\0"})
    assert (declined.json(), unknown.status_code) == ([], 422)


async def test_a_missed_clock_stays_on_the_board(house: House) -> None:
    case = await house.charged()
    last = await house.stage(case, "arrest", NOON - 49 * HOUR)
    (row,) = (await house.service.get("/cases", by=PROSECUTOR, after=last)).json()
    assert (row["due"], row["missed"]) == ([], ["C35"])


async def test_the_tables_can_be_read(house: House) -> None:
    tables = (await house.service.get("/reference", by=OFFICER)).json()
    assert {each["offence"] for each in tables["offences"]} >= {TRAFFICKING, PROSTITUTION}
    assert tables["courts"]["circuit"] == "Circuit court"
