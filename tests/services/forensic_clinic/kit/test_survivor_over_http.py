"""A survivor's page, custody by both hands and what two decide, over HTTP: one start of the service for each walk."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.events.forensic_clinic import KitDecisionPressing
from tests.services.forensic_clinic.kit.given import HOUR
from tests.services.forensic_clinic.kit.house import (
    ANALYST,
    COORDINATOR,
    NURSE,
    OFFICER,
    PROSECUTOR,
    REASON,
    SEAL,
    SECOND_NURSE,
    TO_POLICE,
    House,
)
from tests.services.walk import answer_to as walked
from tests.services.walk import statements_counted
from tests.support.running_service import Person, says
from tests.support.waiting import eventually

# Long ones, so that no run of digits that happens to lie there is taken for one.
PIN, OTHER_PIN = "9042718350", "7312094486"
NO_RECEIPT = "AAAA-BBBB-CCCC-DDDD"
QUESTION = "Zqx where is it, and who has seen it?"
ANSWER = "Zqx it is kept, and nobody has opened it."
OTHER_PROSECUTOR = Person(("prosecutor",), agency="DA-08")
EVERYTHING = ["where", "next", "answers"]


async def given(house: House, kit: UUID, sees: list[str] | None = None, by: Person = NURSE) -> str:
    """A receipt."""
    body = {"pin": PIN, "sees": EVERYTHING if sees is None else sees, "told": "only_here"}
    answer = await house.service.post(f"/kits/{kit}/survivor/access", body, by=by)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["receipt"])


async def sent(house: House, path: str = "", **body: Any) -> httpx.Response:
    """By whoever has no account."""
    return await house.service.post(f"/survivor-pages{path}", body, by=None)


async def opened(house: House, receipt: str, pin: str = PIN) -> dict[str, Any]:
    answer = await sent(house, receipt=receipt, pin=pin)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def test_a_survivor_follows_an_unreported_kit_asks_chooses_and_converts_it(house: House) -> None:
    exam = await house.exam()
    kit = await house.sealed(exam, consent="unreported")
    await house.complete(exam)
    receipt = await given(house, kit)
    page = await opened(house, receipt)
    assert (page["where"], page["next"], page["by"], page["can_report"]) == ("where_collected", "sealed", None, True)
    assert not {"BRIDGE", str(kit), str(exam), str(NURSE.account)} & set(str(page).replace("'", " ").split())

    asked = (await sent(house, "/questions", receipt=receipt, ticket=page["ticket"], question=QUESTION)).json()
    assert (asked["waits"], asked["questions"][0]["question"]) == (True, [QUESTION])
    assert datetime.fromisoformat(asked["questions"][0]["due_at"]) == house.now + timedelta(days=7)
    on_kit = (await house.service.get(f"/kits/{kit}/survivor", by=COORDINATOR)).json()
    body = {"number": 1, "answer": ANSWER}
    answered = await house.service.post(
        f"/kits/{kit}/survivor/answers", body, by=COORDINATOR, version=on_kit["version"]
    )
    assert answered.status_code == 200, answered.text
    assert (await opened(house, receipt))["questions"][0]["answer"] == ANSWER
    await house.until_idle()
    for rule in ("C54", "C55", "C56", "C57"):
        assert house.clock_events(kit, rule) == [], "a clock of the statute ran for an unreported kit"
    assert "forensic_clinic.kit_duty_pressing" not in house.service.names()

    choices = await sent(house, "/choices", receipt=receipt, ticket=page["ticket"], sees=["where"], told="nothing")
    shown = choices.json()
    assert (shown["next"], shown["questions"], shown["where"]) == (None, [], "where_collected")
    wrong = await sent(house, "/report", receipt=receipt, pin=OTHER_PIN)
    assert wrong.status_code == 404
    reported = await sent(house, "/report", receipt=receipt, pin=PIN)
    assert (reported.status_code, reported.json()["can_report"]) == (200, False)
    await house.until_clock(kit, "C54", "started")
    assert (await sent(house, "/report", receipt=receipt, pin=PIN)).json()["code"] == "kit_reported_already"
    for text in (QUESTION, ANSWER, PIN):
        assert text not in house.service.everything_stored()
        assert not says(text, house.service.log_lines())


async def test_a_wrong_receipt_and_a_wrong_pin_are_answered_alike_and_tried_few_times(house: House) -> None:
    kit = await house.sealed()
    receipt = await given(house, kit)
    with statements_counted():
        unknown, mistaken = [
            await walked(house.service, None, "POST", "/survivor-pages", {"receipt": each, "pin": OTHER_PIN})
            for each in (NO_RECEIPT, receipt)
        ]
    assert unknown == mistaken
    assert unknown.status == 404
    answers = [(await sent(house, receipt=receipt, pin=OTHER_PIN)).status_code for _ in range(8)]
    assert answers.count(404) == 5, "one was tried above: six in all"
    assert set(answers) == {404, 429}
    assert (await sent(house, receipt=receipt, pin=PIN)).status_code == 429, "nobody tries on with the right one either"


async def test_a_ticket_ends_a_new_receipt_ends_the_old_and_a_closed_page_is_closed(house: House) -> None:
    kit = await house.sealed()
    receipt = await given(house, kit, sees=[])
    page = await opened(house, receipt)
    assert (page["where"], page["next"], page["questions"]) == (None, None, [])
    assert (await sent(house, "/again", receipt=receipt, ticket=page["ticket"])).status_code == 200
    for forged in (page["ticket"][:-1] + "x", page["ticket"][:-1] + "\u00e9", "\uffff", "\u0665.0"):
        assert (await sent(house, "/again", receipt=receipt, ticket=forged)).status_code == 404, forged
    house.service.time.turn(timedelta(minutes=15))
    assert (await sent(house, "/again", receipt=receipt, ticket=page["ticket"])).status_code == 404
    changed = await sent(house, "/pin", receipt=receipt, pin=PIN, new_pin=OTHER_PIN)
    assert changed.status_code == 200, changed.text
    assert (await sent(house, receipt=receipt, pin=PIN)).status_code == 404
    await opened(house, receipt, OTHER_PIN)

    again = await given(house, kit, by=COORDINATOR)
    assert again != receipt
    assert (await sent(house, receipt=receipt, pin=OTHER_PIN)).status_code == 404
    ticket = (await opened(house, again))["ticket"]
    await sent(house, "/questions", receipt=again, ticket=ticket, question=QUESTION)
    assert (await sent(house, "/closing", receipt=again, pin=PIN)).status_code == 200
    assert (await sent(house, receipt=again, pin=PIN)).status_code == 404
    assert "clock.excused" in house.service.names()
    for who in (SECOND_NURSE, OFFICER, ANALYST):
        assert (await house.service.get(f"/kits/{kit}/survivor", by=who)).status_code in {403, 404}


async def test_both_hands_say_where_and_what_and_a_silent_one_shows_as_a_gap(house: House) -> None:
    kit = await house.sealed()
    said = {"place": "Zqx desk", "condition": "intact", "photograph": "0" * 64}
    await house.offer(kit, NURSE, **TO_POLICE, seal_number=SEAL, **said)
    denied = await house.act(kit, "refusal", {"reason": REASON, "denied": True}, by=OFFICER)
    assert denied.status_code == 200, denied.text
    page = await house.page(kit)
    assert (page["denied"], page["held_by"]["account"]) == (1, str(NURSE.account))
    assert page["state"] == "reported"

    other = {"seal_number": "ZQX-OTHER-1"}
    unsaid = await house.act(kit, "offers", {**TO_POLICE, **other, "offered_at": house.at()}, by=NURSE)
    assert (unsaid.status_code, unsaid.json()["field"]) == (422, "statement")
    await house.offer(kit, NURSE, **TO_POLICE, **other, statement="Zqx the tape was changed.")
    house.service.time.turn(25 * HOUR)
    await house.until_idle()
    taken = await house.accept(kit, OFFICER)
    assert taken.status_code == 200, taken.text
    page = await house.page(kit)
    assert [(each["handover"], each["what"], each["side"]) for each in page["exceptions"]] == [
        (1, "denied", "receiver"),
        (2, "seal_doubted", "giver"),
        (2, "place_unsaid", "giver"),
        (2, "place_unsaid", "receiver"),
    ]
    clocks = (await house.service.get(f"/kits/{kit}/clocks/C89-2", by=NURSE)).json()
    assert clocks["state"] == "missed"
    assert "C89" not in {each["rule"] for each in (await house.board(COORDINATOR))[kit]["duties"]}
    own = {**TO_POLICE, "account": str(OFFICER.account), "offered_at": house.at()}
    assert (await house.act(kit, "offers", own, by=OFFICER)).json()["code"] == "own_offer"


async def test_a_prosecutor_is_asked_about_a_kit_and_sees_no_more_of_it(house: House) -> None:
    kit = await house.in_laboratory()
    await house.until_clock(kit, "C57", "started")
    wanted = {"decision": "no_test", "reason": "no_crime_shown", "office": "DA-07", "explanation": REASON}
    await house.done(kit, "decisions", wanted, by=OFFICER)
    rows = (await house.service.get("/kit-decisions", by=PROSECUTOR)).json()
    assert [(each["kit"], each["decision"], each["answer"]) for each in rows] == [(str(kit), "no_test", "")]

    # Nobody has to look whether something waits: the office is told, once, and of nothing else.
    async def told() -> bool:
        return KitDecisionPressing.NAME in house.service.names()

    await eventually(told)
    (only,) = (row[3]["data"] for row in house.service.rows() if row[2] == KitDecisionPressing.NAME)
    assert (only["kit"], only["decision"], list(only["told"])) == (str(kit), "no_test", ["prosecutor of DA-07"])
    assert only.keys() == {"kit", "tip", "decision", "told"}
    assert (await house.service.get("/kit-decisions", by=OTHER_PROSECUTOR)).json() == []
    assert (await house.service.get(f"/kit-decisions/{kit}", by=OTHER_PROSECUTOR)).status_code == 404
    asked = (await house.service.get(f"/kit-decisions/{kit}", by=PROSECUTOR)).json()
    assert (asked["explanation"], asked["state"]) == (REASON, "received")
    assert "chain" not in asked
    answer = await house.service.post(f"/kit-decisions/{kit}/1/assent", None, by=PROSECUTOR, version=asked["version"])
    assert answer.status_code == 200, answer.text
    assert house.clock_events(kit, "C57") == ["clock.started", "clock.excused"]
    begun = await house.act(kit, "test", {"begun_at": house.at()}, by=ANALYST)
    assert begun.json()["code"] == "kit_not_to_be_tested"
    assert (await house.service.get(f"/kits/{kit}", by=PROSECUTOR)).status_code == 403


async def test_a_wrong_digit_and_a_kit_scanned_twice_are_told_apart(house: House) -> None:
    labels = await house.service.post("/kit-labels", {"count": 3}, by=NURSE)
    assert (labels.status_code, labels.content[:4]) == (200, b"%PDF")
    exam = await house.exam()
    misread = await house.open(exam, number="XK9-ABCDE-FGH23")
    assert (misread.status_code, misread.json()["field"]) == (422, "number")
    await house.opened(exam, number="ZQX-TWICE-1")
    twice = await house.open(exam, number="zqx twice 1")
    assert (twice.status_code, twice.json()["code"]) == (409, "kit_number_taken")
    assert "If you scanned this box before" in twice.json()["detail"]
    found = await house.service.post("/kits/find", {"number": "XK9-ABCDE-FGH23"}, by=NURSE)
    assert found.status_code == 422
    assert (await house.service.get(f"/kits/{uuid4()}/survivor", by=NURSE)).status_code == 404
