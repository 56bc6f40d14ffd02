"""The pages of drills: who will be paged is seen before anybody is, and a drill is not mistaken for a case."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import NOT_FOUND, NOW, STORED, Console
from tests.services.console.test_answer import CODE, good, send
from tests.services.console.test_finding_page import ONE, THREE, TWO, found

DRILL = UUID(int=95)
MINUTE = timedelta(minutes=1)
GOES_ON = {"type": "urn:muster:problem:refused", "title": "No", "status": 409, "detail": "E.", "code": "drill_goes_on"}
MARK = "DRILL / SIMULACRO"


def a_drill(**changes: Any) -> dict[str, Any]:
    def seat(name_: str, standing: str, **more: Any) -> dict[str, Any]:
        nothing: dict[str, Any] = {"responder": None, "carrier": "", "missed": [], "answered_at": None, "seconds": None}
        return {"seat": name_, "standing": standing, **nothing, **more}

    answered = {"answered_at": (NOW - 6 * MINUTE).isoformat(), "seconds": 245}
    seats = [
        seat("victim_advocate", "comes", responder=str(TWO), missed=[str(ONE)], **answered),
        seat("cps_investigator", "waiting", responder=str(THREE)),
        seat("trafficking_investigator", "nobody"),
    ]
    return {
        "drill": str(DRILL), "county": "Hinds", "by": str(THREE), "started_at": (NOW - 10 * MINUTE).isoformat(),
        "until": (NOW + 110 * MINUTE).isoformat(), "ended_at": None, "goes_on": True, "seats": seats, **changes,
    }  # fmt: skip


def drills(console: Console) -> None:
    others = console.others
    found(console)
    others.say("GET", "rapid_assessment", "/drills", [a_drill()])
    others.say("GET", "rapid_assessment", f"/drills/{DRILL}", {"version": 1, "drill": a_drill()})
    for path in ("/drills", f"/drills/{DRILL}/end"):
        others.say("POST", "rapid_assessment", path, STORED)
    name(others, **{"Example One": ONE, "Example Two": TWO, "Example Three": THREE})


async def test_who_would_be_paged_is_shown_and_only_the_second_step_pages_them(console: Console) -> None:
    drills(console)
    async with signed_in(console, "coordinator") as browser:
        assert "Start the drill" not in (await browser.get("/drills")).text
        shown = (await browser.get("/drills?county=Hinds")).text
        assert "A drill for Hinds County would page, now" in shown
        assert "<b>Certified advocate</b>: Example One" in shown
        assert "nobody is on a rota" in shown
        assert console.others.commands == []
        done = await browser.post("/drills", {"county": "Hinds"})
        assert (done.status_code, done.headers["location"]) == (303, f"/drills/{STORED['reference']}")
        assert console.others.commands[-1].body == {"county": "Hinds"}
        console.others.say("POST", "rapid_assessment", "/drills", GOES_ON, 409)
        refused = await browser.post("/drills", {"county": "Hinds"})
        assert (refused.status_code, "A drill for this county goes on." in refused.text) == (409, True)
        assert (await browser.post("/drills", {"county": ""})).status_code == 422


async def test_a_drill_tells_the_time_to_each_seat_and_is_ended(console: Console) -> None:
    drills(console)
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get(f"/drills/{DRILL}")).text
        assert "would have come" in page
        assert "after 4 minutes" in page
        assert "nothing reached Example One" in page
        assert "paged, no answer yet" in page
        assert "They stand in no figure of real teams." in page
        assert "after 4 minutes" in (await browser.get("/drills")).text
        done = await browser.post(f"/drills/{DRILL}/end", {"version": "1"})
        assert (done.status_code, done.headers["location"]) == (303, f"/drills/{DRILL}#drill")
        over = a_drill(goes_on=False, ended_at=NOW.isoformat())
        console.others.say("GET", "rapid_assessment", f"/drills/{DRILL}", {"version": 2, "drill": over})
        assert "End the drill" not in (await browser.get(f"/drills/{DRILL}")).text
    async with signed_in(console, "advocate") as browser:
        assert (await browser.get("/drills")).status_code == 403


async def test_the_code_of_a_drill_shows_a_drill_and_answers_nothing_else(console: Console) -> None:
    console.others.say("POST", "rapid_assessment", "/asks/look", NOT_FOUND, 404)
    until = (NOW + 60 * MINUTE).isoformat()
    console.others.say("POST", "rapid_assessment", "/drills/page/look", {"seat": "victim_advocate", "until": until})
    console.others.say("POST", "rapid_assessment", "/drills/page/answer", {"answer": "comes"})
    async with console.browser() as browser:
        page = await send(browser, "/answer")
        assert (page.status_code, page.text.count(MARK)) == (200, 1)
        assert "There is no child and no case. You were paged as certified advocate." in page.text
        for of_a_case in ("/answer/accept", "/answer/decline", "I take this seat"):
            assert of_a_case not in page.text
        done = await send(browser, "/answer/drill", answer="comes")
        assert (done.status_code, MARK in done.text) == (200, True)
        assert console.others.commands[-1].body == {"code": CODE, "answer": "comes"}
        console.others.say("POST", "rapid_assessment", "/drills/page/answer", NOT_FOUND, 404)
        over = await send(browser, "/answer/drill", answer="comes")
        assert (over.status_code, "This code is good for nothing now" in over.text) == (404, True)


async def test_the_page_of_a_case_bears_no_mark_of_a_drill(console: Console) -> None:
    good(console.others)
    async with console.browser() as browser:
        page = await send(browser, "/answer")
    assert MARK not in page.text
