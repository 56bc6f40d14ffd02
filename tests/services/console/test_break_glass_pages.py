"""Sharing, opening a case in an emergency, and the review of that: what is shown, what is sent, what comes back."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import COORDINATOR, NOT_FOUND, NOW, NURSE, STORED, Console, a_case

HOUR = timedelta(hours=1)
OPENING = UUID(int=41)
UNTIL = NOW + timedelta(minutes=30)


def opening(**changes: Any) -> dict[str, Any]:
    given = {
        "opening": str(OPENING),
        "tip": str(UUID(int=42)),
        "account": str(NURSE.account),
        "agency": "BRIDGE",
        "roles": ["forensic_nurse"],
        "opened_at": NOW.isoformat(),
        "until": UNTIL.isoformat(),
        "due_at": (NOW + 24 * HOUR).isoformat(),
        "missed": False,
        "outcome": "",
        "reviewed_by": None,
        "reviewed_at": None,
    }
    return given | changes


async def test_a_case_is_opened_by_its_reference_and_its_page_says_for_how_long(console: Console) -> None:
    tip = a_case(console.others)
    state = {
        "channel": "cps_hotline", "county": "Hinds", "tribal_land": False, "age": "child", "setting": "not_known",
        "received_at": NOW.isoformat(), "linked": [],
    }  # fmt: skip
    shown = {"reference": str(tip), "version": 1, "state": state, "opened_until": UNTIL.isoformat()}
    console.others.say("GET", "tips", f"/tips/{tip}", shown)
    console.others.say("POST", "tips", f"/tips/{tip}/openings", STORED, 201)
    async with signed_in(console, "nurse") as browser:
        page = await browser.get("/break-glass")
        assert "30 minutes" in page.text
        done = await browser.post(
            "/break-glass", {"case": f"https://x/cases/{tip}", "reason": "At the door.", "key": "k"}
        )

        assert (done.status_code, done.headers["location"]) == (303, f"/cases/{tip}")
        (command,) = console.others.commands
        assert command.body == {"reason": "At the door."}
        case = (await browser.get(f"/cases/{tip}")).text
        assert "You opened this case in an emergency" in case
        assert 'data-due="2026-11-21T09:42:00Z"' in case


async def test_what_is_hidden_and_what_is_not_there_look_the_same(console: Console) -> None:
    hidden, absent = uuid4(), uuid4()
    console.others.say("POST", "tips", f"/tips/{hidden}/openings", NOT_FOUND, 404)
    async with signed_in(console, "nurse") as browser:
        pages = []
        for tip in (hidden, absent):
            answer = await browser.post("/break-glass", {"case": str(tip), "reason": "At the door.", "key": "k"})
            assert answer.status_code == 404
            pages.append(answer.text.replace(str(tip), "the case"))
        assert pages[0] == pages[1]
        assert "There is no such case for you to open" in pages[0]


async def test_a_form_without_a_reference_or_a_reason_comes_back_as_typed_and_sends_nothing(console: Console) -> None:
    async with signed_in(console, "nurse") as browser:
        for fields in ({"case": "four", "reason": "At the door."}, {"case": str(uuid4()), "reason": " "}):
            answer = await browser.post("/break-glass", fields)
            assert answer.status_code == 422
            assert fields["case"] in answer.text
        assert console.others.commands == []


async def test_openings_wait_for_a_review_and_one_is_said_once(console: Console) -> None:
    tip = UUID(int=42)
    console.others.say("GET", "tips", "/openings", [opening()])
    console.others.say("GET", "tips", f"/tips/{tip}/openings/{OPENING}/reason", {"reason": "At the <door>."})
    console.others.say("POST", "tips", f"/tips/{tip}/openings/{OPENING}/review", STORED)
    name(console.others, **{"Example Nurse One": NURSE.account})
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get("/reviews")).text
        assert "Example Nurse One" in page
        assert "At the &lt;door&gt;." in page
        assert f'href="/clocks/C85?of={OPENING}&amp;tip={tip}"' in page
        missing = await browser.post(f"/reviews/{tip}/{OPENING}", {"outcome": "", "note": "I rang."})
        assert missing.status_code == 422
        assert "I rang." in missing.text
        assert console.others.commands == []

        done = await browser.post(f"/reviews/{tip}/{OPENING}", {"outcome": "justified", "note": "I rang.", "key": "k"})

        assert (done.status_code, done.headers["location"]) == (303, "/reviews")
        (command,) = console.others.commands
        assert command.body == {"outcome": "justified", "note": "I rang."}


async def test_nobody_is_offered_the_review_of_their_own_and_nothing_waiting_is_said(console: Console) -> None:
    console.others.say("GET", "tips", "/openings", [opening(account=str(COORDINATOR.account))])
    async with signed_in(console, "coordinator") as browser:
        own = (await browser.get("/reviews")).text
        assert "Somebody else reviews it" in own
        assert 'action="/reviews/' not in own
        console.others.say("GET", "tips", "/openings", [opening(outcome="justified", reviewed_by=str(uuid4()))])
        assert "Nothing waits for a review" in (await browser.get("/reviews")).text


async def test_a_case_is_shared_and_a_share_ended(console: Console) -> None:
    tip, share = uuid4(), uuid4()
    held = {
        "share": str(share), "agency": "DA-07", "role": "prosecutor", "account": None, "purpose": "prosecution",
        "people": True, "until": UNTIL.isoformat(), "holds": True,
    }  # fmt: skip
    console.others.say("GET", "tips", f"/tips/{tip}/shares", [held])
    console.others.say("POST", "tips", f"/tips/{tip}/shares", STORED, 201)
    console.others.say("POST", "tips", f"/tips/{tip}/shares/{share}/end", STORED)
    typed = {
        "purpose": "prosecution", "agency": "DA-20", "role": "prosecutor", "reason": "Charges.", "key": "k",
        "until_day": "2026-11-25", "until": "1200",
    }  # fmt: skip
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get(f"/cases/{tip}/sharing")).text
        assert "the preparation of a prosecution" in page.lower() or "Preparing a prosecution" in page
        refused = await browser.post(f"/cases/{tip}/sharing", typed | {"role": ""})
        assert refused.status_code == 422
        assert console.others.commands == []
        done = await browser.post(f"/cases/{tip}/sharing", typed)
        ended = await browser.post(f"/cases/{tip}/sharing/{share}/end", {"key": "l"})

        assert [done.status_code, ended.status_code] == [303, 303]
        sent, end = console.others.commands
        assert sent.body == {
            "purpose": "prosecution", "agency": "DA-20", "role": "prosecutor", "reason": "Charges.",
            "until": sent.body["until"],
        }  # fmt: skip
        assert sent.body["until"].startswith("2026-11-25T18:00:00")
        assert end.body is None


async def test_who_has_nothing_to_do_with_it_has_none_of_these_pages(console: Console) -> None:
    for who, path in (("intake", "/reviews"), ("intake", "/break-glass"), ("nurse", f"/cases/{uuid4()}/sharing")):
        async with signed_in(console, who) as browser:
            assert (await browser.get(path)).status_code == 403
