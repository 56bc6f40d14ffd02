"""The pages: what they show of the services' answers, what they send, and what comes back when a service says no."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from tests.services.console.given import entry
from tests.services.console.house import (
    ADVOCATE,
    COORDINATOR,
    NOW,
    STORED,
    Asked,
    Browser,
    Console,
    Others,
    a_case,
)

HOUR = timedelta(hours=1)
TEAM = str(UUID(int=5))
TIP = {
    "county": "Hinds",
    "age": "child",
    "subject_narrative": "Invented.",
    "received_at_day": "2026-11-21",
    "received_at": "0231",
}
REFUSED = {"type": "urn:muster:problem:refused", "title": "No", "status": 409, "detail": "Ask someone else."}
STALE = {"type": "urn:muster:problem:stale", "title": "Changed", "status": 412, "detail": "English."}
NO_COUNTY = {
    "type": "urn:muster:problem:invalid-value",
    "title": "A value cannot be right",
    "status": 422,
    "detail": "Mississippi has no county of this name. Did you mean Hinds?",
    "field": "county",
}


def open_case(tip: UUID, due_at: Any, **seats: dict[str, Any]) -> dict[str, Any]:
    nobody = {"held_by": None, "accepted_at": None, "proposed": None, "asked_at": None, "asked": 0, "declined": 0}
    names = ("cps_investigator", "trafficking_investigator", "victim_advocate")
    return {
        "tip": str(tip),
        "phase": "open",
        "county": "Hinds",
        "received_at": (due_at - 24 * HOUR).isoformat(),
        "recorded_at": (due_at - 20 * HOUR).isoformat(),
        "due_at": due_at.isoformat(),
        "formed_at": None,
        "contact_open": True,
        "custody_open": [],
        "next_due_at": due_at.isoformat(),
        "standing": "missed" if due_at <= NOW else "running_out" if due_at <= NOW + 4 * HOUR else "in_time",
        "seats": {name: nobody | seats.get(name, {}) for name in names},
    }


def a_board(others: Others, *cases: dict[str, Any], total: int | None = None) -> None:
    found = {"cases": cases, "total": len(cases) if total is None else total, "past_due": 1, "empty_seats": 2}
    others.say("GET", "rapid_assessment", "/teams/open", found)
    duty = {"tip": str(uuid4()), "rule": "C11", "since": NOW.isoformat(), "due_at": None, "missing": ["prosecutor"]}
    waits(others, duties={"duties": [duty], "total": 9, "overdue": 3})
    notices = [
        {"notice": str(uuid4()), "tip": str(tip), "role": role, "why": why, "rule": rule, "requested_at": str(NOW)}
        for tip, role, why, rule in (
            (UUID(int=1), "cps_coordinator", "duty_warned", "C31"),
            (UUID(int=1), "cps_coordinator", "duty_pressing", "C01"),
            (UUID(int=1), "cps_coordinator", "duty_missed", "C31"),
            (UUID(int=2), "laboratory", "kit_duty_missed", "C57"),
        )
    ]
    others.say("GET", "rapid_assessment", "/notices/waiting", {"notices": notices, "total": 4})


def waits(others: Others, **of_tips: Any) -> None:
    """About tips; nothing but what is given."""
    nothing = {
        "duties": {"duties": [], "total": 0, "overdue": 0},
        "added": {"tips": [], "total": 0},
        "releases": {"releases": [], "total": 0},
    }
    others.say("GET", "tips", "/waiting", nothing | of_tips)


def name(others: Others, **names: UUID) -> None:
    def answer(asked: Asked) -> tuple[int, Any]:
        return 200, [{"account": str(who), "name": name, "agency": ""} for name, who in names.items()]

    others.answers["GET", "identity", "/accounts/names"] = answer


async def test_a_tip_is_recorded_by_three_fields_and_its_code_is_read_out(browser: Browser) -> None:
    others = browser.console.others
    others.say("POST", "tips", "/tips", {"reference": str(UUID(int=9)), "receipt_code": "AAAA-BBBB-CCCC"}, 201)
    told = {
        "name": "District Attorney",
        "step": "prosecutor",
        "when": "within 48 hours",
        "citation": "",
        "phone": "601",
    }
    steps = [told | {"sure": False}, told | {"step": "cps_intake", "name": "MDCPS itself", "sure": True}]
    others.say("GET", "tips", f"/tips/{UUID(int=9)}", {"to_tell": steps})
    form = await browser.get("/tips/new")
    assert 'value="2026-11-21"' in form.text
    assert 'value="03:12"' in form.text

    answer = await browser.post("/tips/new", TIP)
    assert answer.status_code == 200, answer.text
    (command,) = others.commands
    assert command.body["received_at"] == "2026-11-21T08:31:00+00:00"
    assert (command.body["channel"], command.body["setting"]) == ("", "not_known")
    assert "AAAA-BBBB-CCCC" in answer.text
    assert "23:19" in answer.text
    assert "District Attorney" in answer.text
    assert "MDCPS itself" not in answer.text
    assert f'href="/cases/{UUID(int=9)}"' in answer.text
    assert "Miss. Code 43-26-3" in answer.text


async def test_a_tip_received_long_ago_says_that_its_time_is_over(browser: Browser) -> None:
    browser.console.others.say("POST", "tips", "/tips", {"reference": str(UUID(int=9)), "receipt_code": "A"}, 201)
    answer = await browser.post("/tips/new", TIP | {"received_at_day": "2026-11-19"})
    assert "on record as missed" in answer.text
    adult = await browser.post("/tips/new", TIP | {"age": "adult"})
    assert "no child’s clocks" in adult.text


async def test_another_agency_hands_a_tip_in_and_is_shown_no_case(console: Console) -> None:
    async with console.browser() as browser:
        await browser.sign_in("reporter@example.org")
        console.others.say("POST", "tips", "/tips", {"reference": str(UUID(int=9)), "receipt_code": "A-B"}, 201)
        answer = await browser.post("/tips/new", TIP)
    assert (answer.status_code, "A-B" in answer.text, "/cases/" in answer.text) == (200, True, False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"county": ""}, "County: fill this in."),
        ({"age": ""}, "Child or adult: fill this in."),
        ({"subject_narrative": " "}, "Say what you were told"),
        ({"received_at": "25:00"}, "Give a date and a time that exist"),
        ({"received_at_day": "2026-11-01", "received_at": "01:30"}, "this time came twice"),
        ({"received_at_day": "2026-03-08", "received_at": "02:30"}, "Give a date and a time that exist"),
    ],
)
async def test_what_cannot_be_meant_comes_back_as_it_was_typed(
    browser: Browser, change: dict[str, str], says: str
) -> None:
    answer = await browser.post("/tips/new", TIP | {"reporter_name": "Example Caller", "tribal_land": "yes"} | change)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Nothing was changed" in answer.text
    assert 'value="Example Caller"' in answer.text
    assert 'value="yes" checked' in answer.text
    assert browser.console.others.commands == []


async def test_on_the_night_of_two_equal_times_the_person_says_which(browser: Browser) -> None:
    browser.console.others.say("POST", "tips", "/tips", {"reference": str(UUID(int=9)), "receipt_code": "A"}, 201)
    typed = TIP | {"received_at_day": "2026-11-01", "received_at": "01:30"}
    assert 'name="received_at_which"' in (await browser.post("/tips/new", typed)).text
    for which, hour in (("first", "06"), ("second", "07")):
        await browser.post("/tips/new", typed | {"received_at_which": which, "key": which * 3})
        assert browser.console.others.commands[-1].body["received_at"] == f"2026-11-01T{hour}:30:00+00:00"


async def test_what_a_service_refuses_stands_beside_its_field_and_keeps_the_forms_key(browser: Browser) -> None:
    browser.console.others.say("POST", "tips", "/tips", NO_COUNTY, 422)
    answer = await browser.post("/tips/new", TIP | {"key": "the form's own key"})
    assert answer.status_code == 422
    assert 'href="#county"' in answer.text
    assert "Did you mean Hinds?" in answer.text
    assert "the form&#39;s own key" in answer.text
    browser.console.others.down.add("tips")
    down = await browser.post("/tips/new", TIP)
    assert (down.status_code, "send it again in a moment" in down.text) == (503, True)
    assert "Invented." in down.text


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
        f"{CALLED} Else at 03:22: who is on call by telephone call.",
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


async def test_a_seat_whose_holder_is_not_told_is_filled_all_the_same_on_case_and_board(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case(others)
    nothing: Any = None
    team = others.answers["GET", "rapid_assessment", f"/teams/of-tip/{tip}"](nothing)[1]
    held = {"filled": True, "asked": False, "proposed": None, "held_by": None, "lapsed": False}
    seats = team["seats"] | {"victim_advocate": held}
    others.say("GET", "rapid_assessment", f"/teams/of-tip/{tip}", team | {"seats": seats})
    taken = entry("team.seat_accepted", NOW - HOUR, seat="victim_advocate", responder=None, credential_until=None)
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}/history", msgspec.to_builtins([taken]))

    text = (await browser.get(f"/cases/{tip}")).text

    assert '<li id="seat-victim_advocate" class="seat-filled">' in text
    assert "somebody accepted the seat: Certified advocate." in text
    a_board(others, open_case(UUID(int=1), NOW + HOUR, victim_advocate={"accepted_at": NOW.isoformat(), "asked": 1}))
    text = (await browser.get("/board")).text
    assert "Nobody is asked yet: CPS investigator and certified investigator." in text
    a_board(others, open_case(UUID(int=1), NOW + HOUR, victim_advocate={"asked_at": NOW.isoformat(), "asked": 1}))
    assert "somebody was asked at" in (await browser.get("/board")).text


async def test_beside_a_seat_stands_who_is_asked_and_whether_the_message_went_out(browser: Browser) -> None:
    others = browser.console.others
    name(others, **{"Example Advocate One": ADVOCATE.account})
    tip, who = a_case(others), str(ADVOCATE.account)
    nothing: Any = None
    team = others.answers["GET", "rapid_assessment", f"/teams/of-tip/{tip}"](nothing)[1]
    asked = {"filled": False, "asked": True, "proposed": who, "held_by": None, "lapsed": False}
    seats = team["seats"] | {"victim_advocate": asked}
    others.say("GET", "rapid_assessment", f"/teams/of-tip/{tip}", team | {"seats": seats})
    of_seat: dict[str, Any] = {"seat": "victim_advocate", "responder": who}
    before = [entry("team.seat_proposed", NOW - 3 * HOUR, **of_seat), entry("ask.sent", NOW - 3 * HOUR, carrier="sms")]
    proposed = entry("team.seat_proposed", NOW - HOUR, **of_seat)
    for told, says in (
        ([], "No message has gone out yet. It waits on their page"),
        ([entry("ask.sent", NOW - HOUR, carrier="sms", **of_seat)], "The message went out by text message at 02:12."),
        (
            [entry("ask.not_sent", NOW - HOUR, carrier="email", **of_seat)],
            "did not go out by e-mail at 02:12. It waits",
        ),
    ):
        history = msgspec.to_builtins([*before, proposed, *told])
        for each in history:
            each["facts"] = of_seat | each["facts"]
        others.say("GET", "rapid_assessment", f"/teams/{TEAM}/history", history)
        text = (await browser.get(f"/cases/{tip}")).text
        seat = text.partition('id="seat-victim_advocate"')[2].partition("</li>")[0]
        assert "Example Advocate One" in seat
        assert says in seat, says
        assert "told by text message that a seat waits for their answer: Certified advocate." in text


async def test_beside_a_seat_stands_which_rung_its_ladder_is_on_who_was_called_when_by_what_and_who_is_next(
    browser: Browser,
) -> None:
    others = browser.console.others
    name(others, **{"Example Advocate One": ADVOCATE.account})
    tip, who = a_case(others), str(ADVOCATE.account)
    nothing: Any = None
    team = others.answers["GET", "rapid_assessment", f"/teams/of-tip/{tip}"](nothing)[1]
    of_seat: dict[str, Any] = {"seat": "victim_advocate", "responder": who}
    asked = {"filled": False, "asked": True, "proposed": who, "held_by": None, "lapsed": False}
    called = [
        {"at": (NOW - HOUR).isoformat(), "rung": 1, "climb": 1, "responder": who, "by": []},
        {"at": NOW.isoformat(), "rung": None, "climb": 0, "responder": who, "by": []},
    ]
    ladder = {
        "ladder": "victim_advocate", "version": 1, "rung": 1, "rungs": 3, "climb": 1, "rests": False, "by_hand": False,
        "until": (NOW + HOUR).isoformat(), "next_who": "next", "called": called,
    }  # fmt: skip
    sent = entry("ask.sent", NOW - HOUR, carrier="sms", **of_seat)
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}/history", msgspec.to_builtins([sent]))
    for stands, says in (
        (
            {},
            "Ladder, rung 1 of 3: if there is no answer by 04:12, it calls on by itself. Then: the others of the rota",
        ),
        ({"by_hand": True}, "Asked by a person: if there is no answer by 04:12"),
        ({"rests": True, "next_who": "on_call"}, "nobody left to call. It begins anew at 04:12. Ask somebody now."),
        ({"rests": True, "until": (NOW - HOUR).isoformat()}, "nobody left to call and goes on looking. Ask somebody"),
    ):
        seats = team["seats"] | {"victim_advocate": asked}
        page = team | {"seats": seats, "ladders": {"victim_advocate": ladder | stands}}
        others.say("GET", "rapid_assessment", f"/teams/of-tip/{tip}", page)
        seat = (await browser.get(f"/cases/{tip}")).text.partition('id="seat-victim_advocate"')[2].partition("<form")[0]
        assert says in seat
        assert "2 calls so far" in seat
        assert "rung 1, by text message" in " ".join(seat.split())
        assert "asked by a person" in seat
    filled = asked | {"filled": True, "asked": False, "proposed": None, "held_by": who}
    page = team | {"seats": team["seats"] | {"victim_advocate": filled}, "ladders": {"victim_advocate": ladder}}
    others.say("GET", "rapid_assessment", f"/teams/of-tip/{tip}", page)
    assert "Ladder, rung" not in (await browser.get(f"/cases/{tip}")).text


async def test_who_is_on_call_stands_on_every_page_of_those_who_may_know_it(browser: Browser) -> None:
    others, advocate = browser.console.others, uuid4()
    name(others, **{"Example Advocate One": advocate})
    person = {"account": str(advocate), "agency": "CVP", "until": (NOW + 4 * HOUR).isoformat()}
    of_one_county = person | {"area": {"counties": ["DeSoto"], "circuits": [], "statewide": False}}
    seats = [
        {"seat": "victim_advocate", "people": [person, person]},
        {"seat": "trafficking_investigator", "people": [of_one_county], "holes": 2},
        {"seat": "cps_investigator", "people": []},
    ]
    others.say("GET", "rapid_assessment", "/on-call", seats)
    text = (await browser.get("/tips/new")).text
    assert "Example Advocate One" in text
    assert "until 07:12, 1 more" in text
    assert "DeSoto, until 07:12" in text
    assert "2 holes in rotas" in text
    assert "nobody" in text
    # A name is asked for once, since each reading of it is on record.
    await browser.get("/tips/new")
    assert sum(each.path == "/accounts/names" for each in others.asked) == 1
    others.down.add("rapid_assessment")
    assert "Not known at this moment." in (await browser.get("/tips/new")).text
    browser.http.cookies.clear()
    await browser.sign_in("reporter@example.org")
    assert "On call now" not in (await browser.get("/tips/new")).text


async def test_where_deadlines_or_notices_stall_every_page_says_so_and_what_to_do(console: Console) -> None:
    late, lost = "Warnings and ladders are late.", "Some notices did not go out."
    for stands, says in (
        ({"timers_late": True, "notices_lost": False}, {late}),
        ({"timers_late": False, "notices_lost": True}, {lost}),
        ({"timers_late": True, "notices_lost": True}, {late, lost}),
        ({"timers_late": False, "notices_lost": False}, set()),
    ):
        # Asked for once in ten seconds, whoever looks at which page.
        console.time.turn(timedelta(seconds=11))
        a_board(console.others)
        console.others.say("GET", "rapid_assessment", "/standing", stands)
        async with console.browser() as browser:
            assert (await browser.sign_in("coordinator@example.org")).status_code == 303
            for page in ("/board", "/rules"):
                text = (await browser.get(page)).text
                assert {each for each in (late, lost) if each in text} == says, page
        asked = [each for each in console.others.asked if each.path == "/standing"]
        console.others.asked.clear()
        assert len(asked) == 1
        async with console.browser() as stranger:
            assert late not in (await stranger.get("/sign-in")).text
