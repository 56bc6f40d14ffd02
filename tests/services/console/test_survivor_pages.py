"""A survivor's own page, the clinic's side of it, what a prosecutor is asked about a kit, and labels."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.services.console.clinic_given import KIT, SERVICE, TIP, a_handover, a_kit, held_by, signed_in
from tests.services.console.house import LABORATORY, NOT_FOUND, NOW, POLICE, STORED, Console

RECEIPT, PIN, TICKET = "ABCD-EFGH-IJ23-KLMN", "604918", "1764000000.abc"
NAMING = re.compile(r"kit|assault|clinic|bridge|police station|muster|sane\b|nurse", re.IGNORECASE)


def a_page(**changes: Any) -> dict[str, Any]:
    return {
        "ticket": TICKET,
        "sees": ["where", "next", "answers"],
        "told": "only_here",
        "can_report": True,
        "where": "law_enforcement",
        "next": "picked_up",
        "by": (NOW + timedelta(days=6)).isoformat(),
        "waits": False,
        "questions": [],
    } | changes


def a_question(**changes: Any) -> dict[str, Any]:
    return {
        "number": 1,
        "asked_at": NOW.isoformat(),
        "due_at": (NOW + timedelta(days=7)).isoformat(),
        "question": ["Where is it?"],
        "answered_at": None,
        "answer": None,
    } | changes


async def test_a_survivor_opens_asks_and_chooses_and_the_page_names_nobody(console: Console) -> None:
    others = console.others
    others.say("POST", SERVICE, "/survivor-pages", a_page())
    others.say("POST", SERVICE, "/survivor-pages/questions", a_page(questions=[a_question()], waits=True))
    others.say("POST", SERVICE, "/survivor-pages/choices", a_page(sees=[], where=None, next=None, by=None))
    async with console.browser() as browser:
        empty = (await browser.get("/welcome/mine")).text
        opened = await browser.post("/welcome/mine", {"receipt": RECEIPT, "pin": PIN})
        assert others.commands[-1].body == {"receipt": RECEIPT, "pin": PIN}
        asked = await browser.post(
            "/welcome/mine/question", {"receipt": RECEIPT, "ticket": TICKET, "question": " Where is it? "}
        )
        assert others.commands[-1].body == {"receipt": RECEIPT, "ticket": TICKET, "question": "Where is it?"}
        chosen = await browser.post(
            "/welcome/mine/choices", {"receipt": RECEIPT, "ticket": TICKET, "see_where": "yes", "told": "nothing"}
        )
        assert others.commands[-1].body == {"receipt": RECEIPT, "ticket": TICKET, "sees": ["where"], "told": "nothing"}
    assert "It is with law enforcement." in opened.text
    assert "It is brought to the laboratory." in opened.text
    assert "An answer is due by" in asked.text
    assert "You chose to see nothing here." in chosen.text
    for page in (empty, opened.text, asked.text, chosen.text):
        said = re.sub(r"<[^>]+>", " ", page)
        assert NAMING.search(said) is None, NAMING.search(said)
        assert "<title>Welcome</title>" in page
        assert PIN not in page
        assert "data-leave" in page
    assert str(KIT) not in opened.text
    assert opened.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("status", [404, 422])
async def test_a_wrong_code_and_a_wrong_pin_are_one_sentence(console: Console, status: int) -> None:
    problem = NOT_FOUND if status == 404 else NOT_FOUND | {"status": 422, "field": "receipt"}
    console.others.say("POST", SERVICE, "/survivor-pages", problem, status)
    async with console.browser() as browser:
        answer = await browser.post("/welcome/mine", {"receipt": RECEIPT, "pin": PIN})
    assert answer.status_code == 404
    assert "The code or the PIN is not right" in answer.text
    assert f'value="{RECEIPT}"' in answer.text
    assert PIN not in answer.text


async def test_to_report_the_pin_is_typed_again_and_it_works_in_spanish_without_the_script(console: Console) -> None:
    others = console.others
    others.say("POST", SERVICE, "/survivor-pages", a_page())
    others.say("POST", SERVICE, "/survivor-pages/report", a_page(can_report=False))
    async with console.browser() as browser:
        browser.http.headers["Accept-Language"] = "es"
        page = await browser.post("/welcome/mine", {"receipt": RECEIPT, "pin": PIN})
        assert "Quiero denunciar ahora" in page.text
        reported = await browser.post("/welcome/mine/choice", {"receipt": RECEIPT, "ticket": TICKET, "pin": PIN})
    assert others.commands[-1].body == {"receipt": RECEIPT, "pin": PIN}
    assert "Quiero denunciar ahora" not in reported.text


async def test_an_open_page_stays_open_when_something_on_it_is_refused(console: Console) -> None:
    others = console.others
    weak = NOT_FOUND | {"status": 422, "field": "new_pin", "detail": "Choose other digits."}
    others.say("POST", SERVICE, "/survivor-pages/pin", weak, 422)
    others.say("POST", SERVICE, "/survivor-pages/again", a_page())
    async with console.browser() as browser:
        body = {"receipt": RECEIPT, "ticket": TICKET, "pin": PIN, "new_pin": "123456"}
        answer = await browser.post("/welcome/mine/pin", body)
    assert answer.status_code == 422
    assert "It is with law enforcement." in answer.text
    assert not {PIN, "123456"} & set(re.findall(r"\d+", answer.text))


async def test_the_nurse_gives_a_receipt_that_is_shown_once_and_answers_a_question(console: Console) -> None:
    others = console.others
    found = {
        "version": 2,
        "given": 1,
        "open": True,
        "sees": ["where"],
        "told": "in_person",
        "waits": 1,
        "questions": [a_question()],
    }
    others.say("GET", SERVICE, f"/kits/{KIT}/survivor", found)
    others.say("POST", SERVICE, f"/kits/{KIT}/survivor/access", {"receipt": RECEIPT}, 201)
    others.say("POST", SERVICE, f"/kits/{KIT}/survivor/answers", STORED)
    async with signed_in(console, "nurse") as browser:
        page = (await browser.get(f"/kits/{KIT}/survivor")).text
        assert "Where is it?" in page
        assert "in person, when we meet" in page
        given = await browser.post(f"/kits/{KIT}/survivor/receipt", {"pin": PIN, "see_where": "yes", "told": "nothing"})
        assert others.commands[-1].body == {"pin": PIN, "sees": ["where"], "told": "nothing"}
        assert RECEIPT in given.text
        assert PIN not in given.text
        without = await browser.post(f"/kits/{KIT}/survivor/receipt", {"told": "nothing"})
        assert without.status_code == 422
        answer = {"number": "1", "answer": "It is kept.", "version": "2"}
        assert (await browser.post(f"/kits/{KIT}/survivor/answer", answer)).status_code == 303
        assert others.commands[-1].body == {"number": 1, "answer": "It is kept."}
    async with signed_in(console, "police") as browser:
        assert (await browser.get(f"/kits/{KIT}/survivor")).status_code == 403


async def test_a_prosecutor_reads_why_and_answers_or_takes_it_back(console: Console) -> None:
    others = console.others
    decision = {
        "number": 1,
        "decision": "no_test",
        "reason": "no_crime_shown",
        "office": "DA-07",
        "by": str(POLICE.account),
        "agency": POLICE.agency,
        "answer": "",
        "answered_by": None,
    }
    asked = {
        "kit": str(KIT),
        "version": 7,
        "tip": str(TIP),
        "state": "received",
        "decision": decision,
        "proposed_at": NOW.isoformat(),
        "sealed_at": NOW.isoformat(),
        "received_at": NOW.isoformat(),
        "tested_at": None,
        "explanation": "Nothing happened, says everybody.",
        "paper": None,
    }
    row = {"kit": str(KIT), "tip": str(TIP), "number": 1, "decision": "no_test", "reason": "no_crime_shown"}
    row |= {"office": "DA-07", "proposed_by": POLICE.agency, "proposed_at": NOW.isoformat(), "answer": ""}
    others.say("GET", SERVICE, "/kit-decisions", [row])
    others.say("GET", SERVICE, f"/kit-decisions/{KIT}", asked)
    for path in ("assent", "denial", "taking-back"):
        others.say("POST", SERVICE, f"/kit-decisions/{KIT}/1/{path}", STORED)
    fields = {"number": "1", "version": "7"}
    async with signed_in(console, "prosecutor") as browser:
        listed = (await browser.get("/kit-decisions")).text
        assert "That a kit is not tested" in listed
        page = (await browser.get(f"/kit-decisions/{KIT}")).text
        assert "Nothing happened, says everybody." in page
        assert "Received by the laboratory" in page
        assert (await browser.post(f"/kit-decisions/{KIT}/assent", fields)).status_code == 303
        assert (await browser.post(f"/kit-decisions/{KIT}/deny", fields)).status_code == 422
        denied = await browser.post(f"/kit-decisions/{KIT}/deny", fields | {"reason": "There is a witness."})
        assert denied.status_code == 303
        assert others.commands[-1].body == {"reason": "There is a witness."}


async def test_a_kits_page_shows_how_far_it_came_its_gaps_and_what_two_decide(console: Console) -> None:
    others = console.others
    taken = a_handover(
        outcome="accepted",
        ended_by=str(POLICE.account),
        accepted_at=NOW.isoformat(),
        seal_found="whole",
        confirmed=[{"side": "receiver", "condition": "wet", "photograph": "ab" * 32, "number": True, "place": False}],
    )
    a_kit(
        others,
        chain=[taken],
        held_by=held_by(POLICE, "law_enforcement"),
        state="picked_up",
        exceptions=[{"handover": 1, "what": "place_unsaid", "side": "receiver"}],
    )
    for path in ("offers", "decisions", "other-jurisdiction"):
        others.say("POST", SERVICE, f"/kits/{KIT}/{path}", STORED)
    async with signed_in(console, "police") as browser:
        answer = await browser.get(f"/kits/{KIT}")
        text = answer.text
        assert "Picked up by law enforcement" in text
        assert "Box: wet. Photograph abababababab" in text
        assert "The place is not on record." in text
        assert "data-scan" in text
        assert "camera=(self)" in answer.headers["permissions-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        wanted = {"reason": "no_test no_crime_shown", "office": "DA-07", "explanation": "Nothing.", "version": "5"}
        assert (await browser.post(f"/kits/{KIT}/decision", wanted)).status_code == 303
        assert others.commands[-1].body == {
            "decision": "no_test",
            "reason": "no_crime_shown",
            "office": "DA-07",
            "explanation": "Nothing.",
            "paper": None,
        }
        offer = {
            "to": f"laboratory {LABORATORY.agency}",
            "purpose": "laboratory",
            "seal": "whole",
            "offered_at_day": "2026-11-21",
            "offered_at": "0312",
            "place": "Evidence room",
            "seal_number": "S-77",
            "condition": "intact",
            "photograph": "AB" * 32,
            "version": "5",
        }
        assert (await browser.post(f"/kits/{KIT}/offer", offer)).status_code == 303
        said = others.commands[-1].body
        assert (said["place"], said["seal_number"], said["condition"]) == ("Evidence room", "S-77", "intact")
        assert said["photograph"] == "ab" * 32
        wrong = await browser.post(f"/kits/{KIT}/offer", offer | {"photograph": "abc", "key": "another key"})
        assert (wrong.status_code, "Give the 64 digits" in wrong.text) == (422, True)


async def test_a_sheet_of_labels_comes_as_a_file_and_a_wrong_number_of_them_is_said(console: Console) -> None:
    console.others.say("GET", SERVICE, "/kits", [])
    console.others.say("POST", SERVICE, "/kit-labels", {"pdf": "invented"})
    async with signed_in(console, "nurse") as browser:
        assert "Make the sheet" in (await browser.get("/kits")).text
        sheet = await browser.post("/kits/labels", {"count": "60"})
        assert (sheet.status_code, sheet.headers["content-type"]) == (200, "application/pdf")
        assert console.others.commands[-1].body == {"count": 60}
        assert (await browser.post("/kits/labels", {"count": "0"})).status_code == 422
    async with signed_in(console, "laboratory") as browser:
        assert "Make the sheet" not in (await browser.get("/kits")).text
        assert (await browser.post("/kits/labels", {"count": "60"})).status_code == 403
