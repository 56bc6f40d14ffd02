"""The board: what it says of each case, who is called for an empty seat, and what happens then."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.console.boards import HOUR, a_board, name, open_case, waits
from tests.services.console.house import ADVOCATE, COORDINATOR, NOW, STORED, Browser
from tests.services.console.test_pages import REFUSED

PAGE_BYTES = 100_000
"""As the bench has it, of a house in which no ladder calls."""


async def test_the_board_says_of_each_case_what_is_missing(browser: Browser) -> None:
    others = browser.console.others
    name(others, **{"Example Advocate One": ADVOCATE.account})
    asked = {"proposed": str(ADVOCATE.account), "asked_at": (NOW - HOUR).isoformat(), "asked": 2, "declined": 1}
    held = {"held_by": str(COORDINATOR.account), "accepted_at": (NOW - HOUR).isoformat(), "asked": 1}
    tried = {"asked": 2, "declined": 2}
    a_board(
        others,
        open_case(
            UUID(int=1), NOW - HOUR, victim_advocate=asked, cps_investigator=held, trafficking_investigator=tried
        ),
        open_case(UUID(int=2), NOW + 3 * HOUR),
        open_case(UUID(int=3), NOW + 20 * HOUR) | {"phase": "formed", "formed_at": (NOW - 2 * HOUR).isoformat()},
    )
    text = (await browser.get("/board")).text
    assert "Example Advocate One was asked at 02:12 to be certified advocate; no answer yet." in text
    assert "Certified investigator: 2 asked, 2 declined, nobody is asked now." in text
    assert "Nobody is asked yet: CPS investigator, certified investigator and certified advocate." in text
    assert "The team stands since 01:12." in text
    assert "The child is not seen yet." in text
    assert [part[:5] for part in text.split('class="is-')[1:]] == ['late"', 'soon"', 'calm"']
    assert "+1:00" in text
    assert "recorded" in text


def ladder(**stands: Any) -> dict[str, Any]:
    """The first of three rungs, which calls; the second calls by telephone."""
    calls = {"rung": 1, "rungs": 3, "until": (NOW + HOUR / 6).isoformat(), "by_hand": False, "rests": False, "why": ""}
    return {"ladder": calls | {"next_who": "on_call", "next_by": ["voice"]} | stands}


RESTS = ladder(rung=0, rests=True, why="all_called", until=(NOW + HOUR).isoformat())
OVER = ladder(rung=0, rests=True, why="all_called", until=(NOW - HOUR).isoformat())
BY_HAND, OF_NOBODY = ladder(by_hand=True, next_who="next", next_by=[]), ladder(rung=0, rests=True, why="nothing_sent")
ASKED = {"proposed": str(ADVOCATE.account), "asked_at": NOW.isoformat(), "asked": 1}
CALLED = "Certified advocate: Example Advocate One called at 03:12 by text message, rung 1 of 3."
BY_A_PERSON = "Example Advocate One was asked at 03:12 to be certified advocate; no answer yet."
LINES: dict[str, tuple[dict[str, Any], str, bool]] = {
    "called": (
        ASKED | ladder() | {"told": "sms"},
        f"{CALLED} Else at 03:22: who is on call, by telephone call.",
        True,
    ),
    "called by the last rung": (
        ASKED | ladder(next_who="", next_by=[]) | {"told": "sms"},
        f"{CALLED} Else at 03:22: nobody is left.",
        True,
    ),
    "asked by a person": (
        ASKED | BY_HAND,
        f"{BY_A_PERSON} Else at 03:22: the others of the rota, one after the other.",
        True,
    ),
    "nothing went out": (
        ASKED | BY_HAND | {"told": ""}, f"{BY_A_PERSON} No message went out: call them. Else at 03:22", True
    ),
    "the last to be asked": (
        ASKED | RESTS,
        f"{BY_A_PERSON} Nobody else is left to call until 04:12: ask somebody now.",
        True,
    ),
    "all called": (
        {"asked": 4, "declined": 1} | RESTS,
        "4 asked, 1 declined, nobody is asked now. Nobody else is left to call until 04:12: ask somebody now.",
        True,
    ),
    "all called, and looked for again since": (
        {"asked": 4, "declined": 1} | OVER,
        "nobody is asked now. Nobody else is left to call, and Muster goes on looking: ask somebody now.",
        False,
    ),
    "a house that sends nothing": (ASKED | OF_NOBODY, f"{BY_A_PERSON}</p>", False),
}  # fmt: skip


@pytest.mark.parametrize("why", LINES)
async def test_the_board_says_of_an_empty_seat_who_is_called_and_what_happens_then(browser: Browser, why: str) -> None:
    others, (seat, says, counts) = browser.console.others, LINES[why]
    name(others, **{"Example Advocate One": ADVOCATE.account})
    held = {"accepted_at": NOW.isoformat()}
    case = open_case(
        UUID(int=1), NOW + HOUR, cps_investigator=held, trafficking_investigator=held, victim_advocate=seat
    )
    a_board(others, case)
    text = (await browser.get("/board")).text
    assert says in text
    what = text.partition('class="what"')[2].partition("</div>")[0]
    assert what.count("data-due") == counts


async def test_seats_for_which_nobody_is_left_are_told_in_one_line_and_those_of_no_ladder_in_another(
    browser: Browser,
) -> None:
    others = browser.console.others
    a_board(others, open_case(UUID(int=1), NOW + HOUR, cps_investigator=RESTS, victim_advocate=RESTS))
    text = (await browser.get("/board")).text
    left = "Nobody is left to call: CPS investigator and certified advocate. It begins anew at 04:12: ask somebody now."
    assert left in text
    assert "Nobody is asked yet: certified investigator." in text
    a_board(others, open_case(UUID(int=1), NOW + HOUR, cps_investigator=OVER, victim_advocate=RESTS))
    text = (await browser.get("/board")).text
    assert "Nobody is left to call: CPS investigator. Muster goes on looking: ask somebody now." in text


async def test_of_each_empty_seat_that_is_called_for_it_is_told_who_cannot_be_and_why(browser: Browser) -> None:
    others = browser.console.others
    name(others, **{"Example Advocate One": ADVOCATE.account})
    seats = {"victim_advocate": ASKED | ladder(), "cps_investigator": RESTS, "trafficking_investigator": OF_NOBODY}
    case, stands = open_case(UUID(int=1), NOW + HOUR, **seats), open_case(UUID(int=2), NOW + HOUR, **seats)
    elsewhere = open_case(UUID(int=3), NOW + HOUR, **seats) | {"county": "Pearl River"}
    cannot = {
        "victim_advocate": {"no_credential": 2, "on_leave": 1, "no_channel": 1},
        "cps_investigator": {"suspended": 1},
        "trafficking_investigator": {"on_leave": 1},
    }
    by_county = {"Hinds": cannot, "Pearl River": {"cps_investigator": {"no_role": 1}}}
    formed = stands | {"phase": "formed", "formed_at": NOW.isoformat()}
    a_board(others, case, formed, elsewhere, cannot=by_county)
    text = (await browser.get("/board")).text
    several = "2 no valid certificate, 1 on leave and 1 no way to reach"
    for place, says in (
        ("Hinds#seat-victim_advocate", f"Certified advocate: 4 on the rota cannot be called: {several}."),
        ("Hinds#seat-cps_investigator", "CPS investigator: 1 on the rota cannot be called: 1 suspended."),
        ("Pearl+River#seat-cps_investigator", "CPS investigator: 1 on the rota cannot be called: 1 role taken away."),
    ):
        assert text.count(f'<p><a href="/finding?county={place}">{says}</a></p>') == 1, says
    assert text.count("cannot be called") == 3
    spanish = (await browser.get("/board", **{"accept-language": "es"})).text
    assert "Investigador de CPS: no se puede llamar a 1 de la guardia: 1 con la cuenta suspendida." in spanish


async def test_a_board_on_which_every_seat_calls_weighs_little(browser: Browser) -> None:
    """Twenty-five of sixty cases, with all that can be said of each seat; what else the page needs comes with it."""
    others = browser.console.others
    name(others, **{"Example Advocate One": ADVOCATE.account})
    seat = ASKED | ladder() | {"told": "sms"}
    names = ("cps_investigator", "trafficking_investigator", "victim_advocate")
    cases = [open_case(uuid4(), NOW - HOUR, **dict.fromkeys(names, seat)) for _ in range(25)]
    why = {"no_credential": 2, "on_leave": 1, "no_channel": 1}
    a_board(others, *cases, total=60, cannot={"Hinds": dict.fromkeys(names, why)})
    page = await browser.get("/board")
    assert page.text.count("cannot be called") == page.text.count("rung 1 of 3") == 75
    beside = [await browser.get(each) for each in set(re.findall(r'"(/assets/[^"]+)"', page.text))]
    assert sum(each.num_bytes_downloaded for each in (page, *beside)) < PAGE_BYTES


async def test_notices_of_one_case_and_role_are_one_line_and_ones_own_are_acknowledged_there(browser: Browser) -> None:
    others = browser.console.others
    a_board(others)
    text = (await browser.get("/board")).text
    assert "3 notices" in text
    assert text.count('action="/board/acknowledge"') == 1
    # What was said last by each rule: the warning is over.
    for says in ("and not done yet: Caseworker sent", "not made in time: Law enforcement told of a trafficked child"):
        assert says in text
    assert "due soon" not in text
    assert text.count("It did not go out.") == 2
    given_up = "It was tried for a day and is tried no more."
    assert (text.count(given_up), text.count("Next try: 04:12.")) == (1, 1)
    notices = [str(uuid4()), str(uuid4())]
    for notice in notices:
        others.say("POST", "rapid_assessment", f"/notices/{notice}/acknowledgement", STORED)
    others.say("POST", "rapid_assessment", f"/notices/{notices[0]}/acknowledgement", REFUSED, 409)
    answer = await browser.post("/board/acknowledge", {"notices": " ".join(notices)})
    assert answer.headers["location"] == "/board#waiting"
    assert len(others.commands) == 2


async def test_the_board_is_narrowed_in_its_address_and_stays_so(browser: Browser) -> None:
    others = browser.console.others
    a_board(others, *[open_case(UUID(int=number + 1), NOW - HOUR) for number in range(25)], total=60)
    text = (await browser.get("/board?county=Hinds&standing=missed&seat=victim_advocate&skip=25")).text
    (asked,) = [each.params for each in others.asked if each.path == "/teams/open"]
    narrowed = {"county": "Hinds", "standing": "missed", "seat": "victim_advocate"}
    assert asked == {"limit": "25", "skip": "25", **narrowed}
    address = "county=Hinds&amp;standing=missed&amp;seat=victim_advocate"
    for says in (
        "26 to 50 of 60",
        '<option value="missed" selected>past its time</option>',
        '<option value="victim_advocate" selected>',
        f'href="?{address}&amp;skip=0"',
        f'href="?{address}&amp;skip=50"',
        'action="/export/open-cases"',
    ):
        assert says in text, says
    # Of the file, and of the form by which a notice is acknowledged.
    assert text.count('<input type="hidden" name="standing" value="missed">') == 2
    for wrong in ("standing=Zqx", f"seat={'x' * 61}", "skip=-1"):
        assert (await browser.get(f"/board?{wrong}")).status_code == 400
    kept = await browser.post("/board/acknowledge", {"notices": "", "skip": "25", **narrowed})
    assert kept.headers["location"] == "/board?county=Hinds&standing=missed&seat=victim_advocate&skip=25#waiting"
    others.say("POST", "rapid_assessment", "/teams/open/export", b"a,b")
    await browser.post("/export/open-cases", narrowed)
    assert others.asked[-1].params == narrowed


async def test_an_empty_board_says_what_to_do(browser: Browser) -> None:
    others = browser.console.others
    others.say("GET", "rapid_assessment", "/teams/open", {"cases": [], "total": 0, "past_due": 0, "empty_seats": 0})
    others.say("GET", "rapid_assessment", "/notices/waiting", {"notices": [], "total": 0})
    waits(others)
    text = (await browser.get("/board")).text
    for says in (
        "No case is open. When a tip comes in",
        "Everybody who is to be told",
        "Every notice was acknowledged",
    ):
        assert says in text
    assert "From reporters" not in text
    assert "No open case is like that." in (await browser.get("/board?county=Hinds")).text
