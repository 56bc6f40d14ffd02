"""The pages of the census: what is to settle first, the count of a day, and the form to state what one keeps."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.services.console.boards import name
from tests.services.console.clinic_given import KIT, SERVICE, signed_in
from tests.services.console.house import LABORATORY, NOW, NURSE, STORED, Console, Others

MATTER = UUID(int=41)
DAY = timedelta(days=1)
NUMBERS = "ZQX-1\r\n\r\nzqx-2"


def stated(**changes: Any) -> dict[str, Any]:
    return {
        "agency": "MS-LAB",
        "county": "",
        "place": "freezer",
        "counted_at": NOW.isoformat(),
        "kits": 12,
        "version": 2,
        "by": str(LABORATORY.account),
    } | changes


def a_day(others: Others, **changes: Any) -> None:
    keeper = {"agency": "MS-LAB", "expected": 14, "seen": 12, "differences": 2}
    page = {
        "today": NOW.date().isoformat(),
        "day": (NOW.date() - DAY).isoformat(),
        "counted": True,
        "due_at": NOW.isoformat(),
        "keepers": [keeper],
        "stated": [],
        "stated_today": [],
    } | changes
    others.say("GET", SERVICE, "/census", page)
    name(others, **{"Example Analyst One": LABORATORY.account, "Example Nurse One": NURSE.account})


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "matter": str(MATTER),
        "difference": "not_stated",
        "kit": str(KIT),
        "exam": None,
        "agency": "MS-LAB",
        "stated_by": [],
        "day": (NOW.date() - DAY).isoformat(),
        "opened_at": (NOW - 4 * DAY).isoformat(),
        "outcome": "",
        "settled_at": None,
    } | changes


def a_matter(others: Others, **changes: Any) -> None:
    opened = {"what": "opened", "at": NOW.isoformat(), "day": "2026-11-02", "by": None, "agency": "", "outcome": ""}
    matter = {
        "matter": str(MATTER),
        "version": 3,
        "phase": "open",
        "difference": "elsewhere",
        "kit": str(KIT),
        "exam": None,
        "number": None,
        "agency": "MS-LAB",
        "county": "",
        "stated_by": ["LOCAL-LE"],
        "outcome": "",
        "outcomes": ["found", "lost"],
        "told": [opened | {"reason": None}],
    } | changes
    others.say("GET", SERVICE, f"/census/matters/{MATTER}", matter)


def sent(console: Console, path: str) -> dict[str, Any]:
    """The body of the last command sent there."""
    body: dict[str, Any] = [each.body for each in console.others.commands if each.path == path][-1]
    return body


async def test_the_page_tells_what_is_to_settle_then_the_count_then_what_was_stated(console: Console) -> None:
    a_day(console.others, stated_today=[stated()])
    console.others.say("GET", SERVICE, "/census/matters", [a_row()])
    async with signed_in(console, "laboratory") as browser:
        text = (await browser.get("/census")).text
    told = [
        "To settle",
        "Mississippi Forensics Laboratory holds a kit on record and did not state it",
        "Count of",
        'data-of="Expected">14<',
        'data-of="Seen">12<',
        "Freezer",
        "12 kits",
        "stated 2 times",
        "State a place again",
    ]
    places = [text.index(each) for each in told]
    assert places == sorted(places)


async def test_a_nurse_states_and_settles_nothing(console: Console) -> None:
    a_day(console.others, counted=False, keepers=[], due_at=(NOW + DAY).isoformat())
    async with signed_in(console, "nurse") as browser:
        text = (await browser.get("/census")).text
        assert "To settle" not in text
        assert "This day is counted at" in text
        assert "State everything that lies in one place" in text
        assert (await browser.get(f"/census/matters/{MATTER}")).status_code == 403


async def test_what_is_scanned_is_sent_line_by_line_and_again_only_where_it_was_seen(console: Console) -> None:
    others = console.others
    a_day(others, stated_today=[stated()])
    others.say("GET", SERVICE, "/census/matters", [])
    others.say("POST", SERVICE, "/census/statements", STORED)
    fields = {"place": "freezer", "numbers": NUMBERS, "counted_at_day": "2026-11-03", "counted_at": "11:00"}
    async with signed_in(console, "laboratory") as browser:
        answer = await browser.post("/census/state", fields | {"seen freezer ": "2", "again": "yes"})
        assert answer.status_code == 303
        body = sent(console, "/census/statements")
        assert body["numbers"] == ["ZQX-1", "", "zqx-2"]
        assert (body["place"], body["county"], body["none"]) == ("freezer", "", False)
        assert (await browser.post("/census/state", fields | {"seen freezer ": "2"})).status_code == 303
        commands = [each for each in others.commands if each.path == "/census/statements"]
        assert [each.headers.get("if-match") for each in commands] == ['"2"', None]


async def test_a_line_that_is_wrong_comes_back_with_all_that_was_typed_in_spanish_too(console: Console) -> None:
    others = console.others
    a_day(others)
    others.say("GET", SERVICE, "/census/matters", [])
    problem = {
        "type": "urn:muster:problem:invalid-value",
        "title": "",
        "status": 422,
        "field": "numbers",
        "detail": "In line 3 a sign was misread. Scan that label again. Nothing was stated.",
    }
    others.say("POST", SERVICE, "/census/statements", problem, status=422)
    fields = {"place": "freezer", "numbers": NUMBERS, "counted_at_day": "2026-11-03", "counted_at": "11:00"}
    async with signed_in(console, "laboratory") as browser:
        answer = await browser.post("/census/state", fields)
        assert answer.status_code == 422
        assert "In line 3 a sign was misread" in answer.text
        assert "zqx-2" in answer.text
        browser.http.cookies.set("language", "es")
        assert "En la línea 3 se leyó mal un signo" in (await browser.post("/census/state", fields)).text


async def test_a_matter_is_settled_with_an_outcome_and_a_reason(console: Console) -> None:
    others = console.others
    a_matter(others)
    name(others)
    others.say("POST", SERVICE, f"/census/matters/{MATTER}/settlement", STORED)
    async with signed_in(console, "laboratory") as browser:
        text = (await browser.get(f"/census/matters/{MATTER}")).text
        assert (
            "Mississippi Forensics Laboratory holds a kit on record,"
            " and it is stated by Local law enforcement (911)" in text
        )
        place = f"/census/matters/{MATTER}/settle"
        assert (await browser.post(place, {"version": "3"})).status_code == 422
        answer = await browser.post(place, {"version": "3", "outcome": "lost", "reason": "Zqx looked everywhere."})
        assert answer.status_code == 303
        assert sent(console, f"/census/matters/{MATTER}/settlement") == {
            "outcome": "lost",
            "reason": "Zqx looked everywhere.",
        }
