"""In whose hands a tip is: taken, handed on with a note, taken over; what is sent, what comes back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import INTAKE, NOW, STORED, Console
from tests.services.console.test_pages import REFUSED

TIP, OTHER = UUID(int=71), UUID(int=72)
HAND = f"/tips/{TIP}/hand"
PAGE = f"/cases/{TIP}/hand"
ME = str(INTAKE.account)
NOTE = "Ring <the school> again."


def hand(console: Console, **changes: Any) -> None:
    told: dict[str, Any] = {"holder": None, "offered_to": None, "since": None, "takers": [], "steps": []}
    console.others.say("GET", "tips", HAND, told | changes)
    name(console.others, **{"Example Worker Two": OTHER, "Example Intake One": INTAKE.account})


def step(what: str, account: str = ME, **changes: Any) -> dict[str, Any]:
    return {"what": what, "at": (NOW - timedelta(hours=1)).isoformat(), "account": account, "to": None} | changes


async def test_what_nobody_has_is_taken_by_one_press(console: Console) -> None:
    hand(console)
    console.others.say("POST", "tips", f"{HAND}/taking", STORED)
    async with signed_in(console, "intake") as browser:
        text = (await browser.get(PAGE)).text
        assert "Nobody has it." in text
        assert "Hand it to somebody" not in text
        done = await browser.post(f"{PAGE}/taking", {"key": "k"})
        assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}#hand")
        # Somebody else was faster.
        console.others.say("POST", "tips", f"{HAND}/taking", REFUSED | {"code": "in_hand_already"}, 409)
        hand(console, holder=str(OTHER), since=NOW.isoformat())
        late = await browser.post(f"{PAGE}/taking", {"key": "l"})
        assert late.status_code == 409
        assert "Somebody else has taken it." in late.text
        assert "Example Worker Two has it" in late.text


async def test_it_is_handed_over_with_a_note_that_comes_back_as_typed_where_something_lacks(console: Console) -> None:
    hand(console, holder=ME, since=NOW.isoformat(), takers=[ME, str(OTHER)])
    console.others.say("POST", "tips", f"{HAND}/handing-over", STORED)
    async with signed_in(console, "intake") as browser:
        text = (await browser.get(PAGE)).text
        assert f'<option value="{OTHER}">Example Worker Two</option>' in text
        assert f'<option value="{ME}"' not in text
        lacking = await browser.post(f"{PAGE}/handing-over", {"note": NOTE, "key": "k"})
        assert (lacking.status_code, "Ring &lt;the school&gt; again." in lacking.text) == (422, True)
        assert console.others.commands == []
        done = await browser.post(f"{PAGE}/handing-over", {"to": str(OTHER), "note": NOTE, "key": "l"})
        assert done.status_code == 303
        assert console.others.commands[-1].body == {"to": str(OTHER), "note": NOTE}


@pytest.mark.parametrize("place", ["taking-over", "putting-back"])
async def test_a_note_is_asked_for(console: Console, place: str) -> None:
    holder = str(OTHER) if place == "taking-over" else ME
    hand(console, holder=holder, since=NOW.isoformat())
    console.others.say("POST", "tips", f"{HAND}/{place}", STORED)
    async with signed_in(console, "intake") as browser:
        assert (await browser.post(f"{PAGE}/{place}", {"note": " ", "key": "k"})).status_code == 422
        assert (await browser.post(f"{PAGE}/{place}", {"note": NOTE, "key": "l"})).status_code == 303
        assert console.others.commands[-1].body == {"note": NOTE}


async def test_the_notes_are_read_where_it_was_handed_on_and_that_is_on_record(console: Console) -> None:
    steps = [step("handed_over", to=str(OTHER), note=NOTE), step("taken", note=None)]
    hand(console, offered_to=str(OTHER), since=NOW.isoformat(), steps=steps)
    async with signed_in(console, "intake") as browser:
        text = (await browser.get(PAGE)).text
        spanish = (await browser.get(PAGE, **{"Accept-Language": "es"})).text
    assert "Handed to Example Worker Two at 03:12, who has not taken it yet." in text
    assert "Example Intake One handed it to Example Worker Two." in text
    assert "Ring &lt;the school&gt; again." in text
    assert "That you read these notes is on record." in text
    assert "¿En manos de quién está el caso" in spanish


@pytest.mark.parametrize("who", ["advocate", "reporter", "police"])
async def test_nobody_else_has_the_page(console: Console, who: str) -> None:
    async with signed_in(console, who) as browser:
        assert (await browser.get(PAGE)).status_code == 403
