"""The pages: what they show of the services' answers, what they send, and what comes back when a service says no."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from tests.services.console.boards import HOUR, a_board, name, open_case
from tests.services.console.given import entry
from tests.services.console.house import (
    ADVOCATE,
    NOW,
    Browser,
    Console,
    a_case,
)

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
    assert "Somebody accepted the seat: Certified advocate." in text
    a_board(others, open_case(UUID(int=1), NOW + HOUR, victim_advocate={"accepted_at": NOW.isoformat(), "asked": 1}))
    text = (await browser.get("/board")).text
    assert "Nobody is asked yet: CPS investigator and certified investigator." in text
    a_board(others, open_case(UUID(int=1), NOW + HOUR, victim_advocate={"asked_at": NOW.isoformat(), "asked": 1}))
    assert "Somebody was asked at" in (await browser.get("/board")).text


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
    again, over = "Next try: 03:15.", "Some were tried for a day and are tried no more."
    then, was = ({"next_try": (NOW + minutes * HOUR / 60).isoformat()} for minutes in (3, 0))
    for stands, says in (
        ({"timers_late": True, "notices_lost": False}, {late}),
        ({"timers_late": False, "notices_lost": True} | then, {lost, again}),
        ({"timers_late": True, "notices_lost": True, "given_up": True} | was, {late, lost, over}),
        ({"timers_late": False, "notices_lost": True, "given_up": True} | then, {lost, again, over}),
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
                assert {each for each in (late, lost, again, over) if each in text} == says, page
        asked = [each for each in console.others.asked if each.path == "/standing"]
        console.others.asked.clear()
        assert len(asked) == 1
        async with console.browser() as stranger:
            assert late not in (await stranger.get("/sign-in")).text
