"""Pages about kits: custody, queues, and texts that are a page of their own."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.services.console.clinic_given import (
    EXAM,
    HOUR,
    KIT,
    SERVICE,
    a_clock,
    a_handover,
    a_kit,
    a_row,
    due,
    held_by,
    signed_in,
)
from tests.services.console.house import (
    LABORATORY,
    NOT_FOUND,
    NOW,
    NURSE,
    POLICE,
    STORED,
    Console,
)
from tests.services.console.test_pages import REFUSED
from tests.support.running_service import Person

OFFICER_WHO_LEFT = Person(POLICE.roles, POLICE.agency)


async def test_custody_is_told_in_sentences_with_both_hands_and_the_law_one_click_away(console: Console) -> None:
    others = console.others
    taken = a_handover(
        outcome="accepted",
        ended_by=str(POLICE.account),
        accepted_at=(NOW - HOUR / 2).isoformat(),
        seal_found="other_number",
        doubted=["receiver"],
    )
    a_kit(
        others,
        called_at=(NOW - HOUR).isoformat(),
        chain=[taken],
        held_by=held_by(POLICE, "law_enforcement"),
        seal_in_doubt=True,
        clocks=[a_clock("C54", phase="met"), a_clock("C56", due_at=(NOW + 167 * HOUR).isoformat())],
    )
    async with signed_in(console, "police") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
    assert "Example Nurse One, The Bridge community forensic clinic" in text
    assert "sealed it with 7 items in it." in text
    assert "offered it to: Law enforcement at Local law enforcement (911)" in text
    assert "Example Officer One, Local law enforcement (911), took it. Seal: another number than on record." in text
    assert "The other hand has not been heard yet." in text
    assert "Kit delivered to the laboratory" in text
    assert "+ 7 days =" in text
    assert 'Miss. Code 99-51-1 (<a href="/rules#C56">C56</a>); from a secondary source' in text
    assert "1 deadline that is over" in text
    assert text.index("took it. Seal") < text.index("sealed it with 7"), "the latest stands first"


async def test_whoever_relieved_a_nurse_is_shown_the_kit_and_no_way_to_an_exam_that_is_not_hers(
    console: Console,
) -> None:
    link = f'href="/exams/{EXAM}"'
    async with signed_in(console, "nurse") as browser:
        a_kit(console.others)
        assert link in (await browser.get(f"/kits/{KIT}")).text
        a_kit(console.others, nurse=str(uuid4()), held_by=held_by(NURSE))
        assert link not in (await browser.get(f"/kits/{KIT}")).text
    async with signed_in(console, "clinic") as browser:
        assert link in (await browser.get(f"/kits/{KIT}")).text


async def test_the_police_take_a_kit_with_three_fields_and_say_no_with_a_reason(console: Console) -> None:
    others = console.others
    a_kit(others, chain=[a_handover()], in_transit=True)
    for path in ("acceptance", "refusal"):
        others.say("POST", SERVICE, f"/kits/{KIT}/{path}", STORED)
    moment = {"accepted_at_day": "2026-11-21", "accepted_at": "0312", "version": "5"}
    async with signed_in(console, "police") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
        assert "This kit is offered to you" in text
        assert "answer for it from that moment" in text
        answer = await browser.post(f"/kits/{KIT}/accept", moment | {"seal_number": "S-77", "seal": "whole"})
        assert answer.headers["location"] == f"/kits/{KIT}#custody"
        assert others.commands[-1].body == {
            "seal": "whole",
            "statement": None,
            "seal_number": "S-77",
            "accepted_at": "2026-11-21T09:12:00+00:00",
        }
        broken = await browser.post(f"/kits/{KIT}/accept", moment | {"seal_number": "S-77", "seal": "broken"})
        assert (broken.status_code, "The seal is broken: say what you see." in broken.text) == (422, True)
        assert 'value="S-77"' in broken.text
        await browser.post(f"/kits/{KIT}/refuse", {"reason": "The box is open.", "version": "5"})
        assert others.commands[-1].body == {"reason": "The box is open."}


async def test_a_minute_that_is_on_record_already_is_meant_to_come_after_it(console: Console) -> None:
    others = console.others
    offered_at = (NOW + timedelta(seconds=30)).isoformat()
    a_kit(others, chain=[a_handover(offered_at=offered_at)], in_transit=True)
    others.say("POST", SERVICE, f"/kits/{KIT}/acceptance", STORED)
    fields = {"accepted_at_day": "2026-11-21", "accepted_at": "0312", "seal_number": "S-77", "after": offered_at}
    async with signed_in(console, "police") as browser:
        assert f'name="after" value="{offered_at}"' in (await browser.get(f"/kits/{KIT}")).text
        await browser.post(f"/kits/{KIT}/accept", fields)
        assert others.commands[-1].body["accepted_at"] == offered_at
        for odd in ("", "yesterday", "2026-11-21T09:12:30", (NOW + HOUR).isoformat()):
            await browser.post(f"/kits/{KIT}/accept", fields | {"after": odd, "key": f"key of {odd}"})
            assert others.commands[-1].body["accepted_at"] == "2026-11-21T09:12:00+00:00"


@pytest.mark.parametrize(
    ("place", "path", "fields", "body"),
    [
        ("seal", "seal", {"items": "7", "seal_number": "S1"}, {"items": 7, "seal_number": "S1", "sealed_at": ...}),
        ("set-aside", "setting-aside", {"reason": "Wrong box."}, {"reason": "Wrong box."}),
        ("report", "report", {}, {"reported_at": ...}),
        (
            "call",
            "calls",
            {"agency": "LOCAL-LE", "spoke_with": "Example Dispatcher"},
            {"agency": "LOCAL-LE", "spoke_with": "Example Dispatcher", "called_at": ...},
        ),
        ("correct-call", "call-correction", {"reason": "Earlier."}, {"reason": "Earlier.", "called_at": ...}),
        (
            "offer",
            "offers",
            {"to": "law_enforcement LOCAL-LE", "purpose": "pickup"},
            {
                "seal": "whole",
                "statement": None,
                "role": "law_enforcement",
                "agency": "LOCAL-LE",
                "purpose": "pickup",
                "offered_at": ...,
            },
        ),
        (
            "recover",
            "recovery",
            {
                "to": "forensic_nurse BRIDGE",
                "purpose": "relief",
                "place": "In the locker.",
                "reason": "They left at noon.",
            },
            {
                "seal": "whole",
                "statement": None,
                "role": "forensic_nurse",
                "agency": "BRIDGE",
                "purpose": "relief",
                "place": "In the locker.",
                "reason": "They left at noon.",
                "recovered_at": ...,
            },
        ),
        ("withdraw", "withdrawal", {"reason": "Nobody came."}, {"reason": "Nobody came."}),
        (
            "reseal",
            "new-seal",
            {"reason": "For the test.", "seal_number": "S2"},
            {"reason": "For the test.", "seal_number": "S2", "sealed_at": ...},
        ),
        (
            "statement",
            "statements",
            {"handover": "1", "statement": "It was whole."},
            {"handover": 1, "statement": "It was whole."},
        ),
    ],
)
async def test_every_step_with_a_kit_is_sent_as_it_was_typed(
    console: Console, place: str, path: str, fields: dict[str, str], body: dict[str, Any]
) -> None:
    others = console.others
    a_kit(others)
    others.say("POST", SERVICE, f"/kits/{KIT}/{path}", STORED)
    moments = {
        f"{name}_{part}".removesuffix("_time"): value
        for name, value_ in body.items()
        if value_ is ...
        for part, value in (("day", "2026-11-21"), ("time", "03:00"))
    }
    async with signed_in(console, "clinic" if place == "recover" else "nurse") as browser:
        answer = await browser.post(f"/kits/{KIT}/{place}", fields | moments | {"version": "5", "key": "a key of it"})
        assert answer.status_code == 303, answer.text
    sent = others.commands[-1]
    assert sent.body == {name: "2026-11-21T09:00:00+00:00" if value is ... else value for name, value in body.items()}
    assert (sent.headers["if-match"], sent.headers["idempotency-key"]) == ('"5"', "a key of it")


async def test_what_is_offered_on_a_kits_page_is_what_its_viewer_can_do(console: Console) -> None:
    others = console.others
    shown = {
        "Take the kit": "accept",
        "Take the offer back": "withdraw",
        "Seal it": "seal",
        "Hand it over": "offer",
        "say where it was found": "recover",
        "Enter the call to law enforcement": "call",
        "Enter that it was tested": "result",
        "Set it aside": "set-aside",
        "The patient chose to report": "report",
    }

    async def seen(who: str) -> set[str]:
        async with signed_in(console, who) as browser:
            text = (await browser.get(f"/kits/{KIT}")).text
        return {code for words, code in shown.items() if words in text}

    a_kit(others)
    assert await seen("nurse") == {"offer", "call"}
    assert await seen("clinic") == {"call"}
    assert await seen("police") == set()
    a_kit(others, holder_left=True)
    assert await seen("clinic") == {"call", "recover"}
    assert await seen("police") == set()
    a_kit(others, holder_left=True, held_by=held_by(OFFICER_WHO_LEFT, "law_enforcement"))
    assert await seen("clinic") == {"call"}
    assert await seen("police") == {"recover"}
    a_kit(others, phase="open", sealed_at=None, items=0, held_by=None, consent="unreported", reported_at=None)
    assert await seen("nurse") == {"seal", "set-aside", "report"}
    a_kit(others, chain=[a_handover()], in_transit=True)
    assert await seen("nurse") == {"withdraw", "call"}
    assert await seen("police") == {"accept"}
    a_kit(others, chain=[a_handover(account=str(uuid4()))], in_transit=True)
    assert await seen("police") == set()
    done: dict[str, Any] = {"outcome": "accepted", "ended_by": str(LABORATORY.account), "accepted_at": NOW.isoformat()}
    at_laboratory = a_handover(agency="MS-LAB", role="laboratory", purpose="laboratory", seal_found="whole", **done)
    a_kit(others, chain=[at_laboratory], held_by=held_by(LABORATORY, "laboratory"))
    assert await seen("laboratory") == {"offer", "result"}
    others.say("POST", SERVICE, f"/kits/{KIT}/results", STORED)
    async with signed_in(console, "laboratory") as browser:
        moment = {"result_at_day": "2026-11-21", "result_at": "03:00", "version": "5"}
        assert (await browser.post(f"/kits/{KIT}/result", moment | {"result": "outsourced"})).status_code == 303
    assert others.commands[-1].body["result"] == "outsourced"


async def test_a_kit_offered_in_place_of_who_left_stands_out_as_an_exception_and_a_refusal_says_why(
    console: Console,
) -> None:
    others = console.others
    found = a_handover(by=str(POLICE.account), from_agency="BRIDGE", in_place_of=str(NURSE.account))
    a_kit(others, chain=[found], in_transit=True, holder_left=True)
    refusal = REFUSED | {"code": "kit_holder_works"}
    others.say("POST", SERVICE, f"/kits/{KIT}/recovery", refusal, 409)
    fields = {"to": "forensic_nurse BRIDGE", "purpose": "relief", "place": "Here.", "reason": "So.", "version": "5"}
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
        assert "Who holds this kit has left: their account is closed." in text
        assert "Exception: Example Nurse One, The Bridge" in text
        assert "had left with the kit in hand. It was found and offered in their place." in text
        moment = {"recovered_at_day": "2026-11-21", "recovered_at": "03:00"}
        answer = await browser.post(f"/kits/{KIT}/recover", fields | moment)
    assert answer.status_code == 409
    assert "They must hand it over themselves." in answer.text
    assert 'value="Here."' in answer.text


async def test_an_unreported_kit_says_that_no_time_runs_and_offers_no_laboratory(console: Console) -> None:
    a_kit(console.others, consent="unreported", reported_at=None)
    async with signed_in(console, "nurse") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
    assert "Nobody is told of this kit and no time runs." in text
    assert 'value="laboratory MS-LAB"' not in text
    assert 'value="law_enforcement LOCAL-LE"' in text
    assert 'value="pickup"' not in text


async def test_numbers_reasons_and_statements_are_a_page_of_their_own(console: Console) -> None:
    texts = [
        {"event": "kit.opened", "field": "number", "handover": None, "recorded_at": NOW.isoformat(), "text": "MS1234"},
        {"event": "kit.refused", "field": "reason", "handover": 2, "recorded_at": NOW.isoformat(), "text": None},
    ]
    console.others.say("GET", SERVICE, f"/kits/{KIT}/texts", texts)
    async with signed_in(console, "nurse") as browser:
        text = (await browser.get(f"/kits/{KIT}/texts")).text
    for says in ("That you opened this page is on record.", "MS1234", "handover 2", "Sealed by a court"):
        assert says in text


async def test_kits_stand_in_queues_named_by_what_is_to_be_done_and_page_in_the_address(console: Console) -> None:
    others = console.others
    offered = a_row(uuid4(), asked_agency="LOCAL-LE", asked_role="law_enforcement", duties=[due("C55", 3)])
    held = a_row(uuid4(), holder=str(POLICE.account), holder_agency="LOCAL-LE", duties=[due("C56", -2)])
    many = [a_row(uuid4(), duties=[due("C57", 50 + n)]) for n in range(30)]
    others.say("GET", SERVICE, "/kits", [held, offered, *many])
    async with signed_in(console, "police") as browser:
        assert (await browser.get("/")).headers["location"] == "/kits"
        text = (await browser.get("/kits")).text
        assert "Offered to you <b>1</b>" in text
        assert "In your hands <b>1</b>" in text
        assert f'href="/kits/{offered["kit"]}"' in text
        assert f'href="/kits/{held["kit"]}"' not in text, "what is asked of me comes first"
        assert "1 late" in text
        second = (await browser.get("/kits?queue=C57&skip=25")).text
        assert "26 to 30 of 30" in second
        assert 'href="?queue=C57&amp;skip=0"' in second
        assert (await browser.get("/kits?queue=nonsense")).status_code == 200


async def test_a_box_is_found_by_its_number_which_stands_in_no_address(console: Console) -> None:
    others = console.others
    others.say("GET", SERVICE, "/kits", [])
    kit = a_kit(others)
    others.say("POST", SERVICE, "/kits/find", kit)
    async with signed_in(console, "laboratory") as browser:
        text = (await browser.get("/kits")).text
        assert "No kit waits here." in text
        found = await browser.post("/kits/find", {"number": "MS 1234"})
        assert found.headers["location"] == f"/kits/{KIT}"
        others.say("POST", SERVICE, "/kits/find", NOT_FOUND, 404)
        none = await browser.post("/kits/find", {"number": "MS 9999"})
        assert (none.status_code, "No kit of yours bears this number." in none.text) == (404, True)
        assert 'value="MS 9999"' in none.text
