"""Pages of an exam's times: windows, offers with their reasons, the standby list, and what is chosen where none is."""

from typing import Any
from uuid import UUID, uuid4

from tests.services.console.clinic_given import EXAM, HOUR, ROOM, SERVICE, TIP, a_slot, an_exam, exam_row, signed_in
from tests.services.console.house import NOW, NURSE, STORED, Console, Others
from tests.services.console.test_pages import REFUSED

PLACE, INTERPRETER = UUID(int=31), UUID(int=32)


def at(hours: float) -> str:
    return (NOW + hours * HOUR).isoformat()


def window(name: str, standing: str, sure: float | None, closed: float | None) -> dict[str, Any]:
    ends = {
        "sure_until": None if sure is None else at(sure),
        "closed_by": None if closed is None else at(closed),
    }
    return {"window": name, "rule": "C68", "purpose": "evidence", "standing": standing} | ends


def offer(hours: int = 2, **changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "clinic": "BRIDGE",
        "interpreter": None,
        "advocate": None,
        "lost": [],
        "at_risk": [],
        "care_late": [],
        "before": at(20),
        "travel_minutes": 45,
        "rest_minutes": None,
    }
    return a_slot(hours) | plain | changes


def answered(others: Others, **changes: Any) -> None:
    page = {
        "version": 3,
        "clinic": "BRIDGE",
        "language": "",
        "standby": False,
        "instead": "",
        "windows": [
            window("child_evidence", "open", 20, 20),
            window("toxicology", "may_be_closed", -4, 20),
            window("hiv_prophylaxis", "closed", -9, -9),
        ],
        "unmet": "",
        "offers": [offer(), offer(30, lost=["child_evidence"], before=None, rest_minutes=90)],
        "from_afar": [],
        "attending": [],
        "nurses": [str(NURSE.account)],
        "rooms": [str(ROOM)],
        "attendants": [
            {"attendant": str(PLACE), "kind": "advocate", "number": 1, "languages": []},
            {"attendant": str(INTERPRETER), "kind": "interpreter", "number": 2, "languages": ["es"]},
        ],
    } | changes
    others.say("GET", SERVICE, f"/exams/{EXAM}/offers", page)


async def test_each_window_and_the_reason_of_each_offer_are_told_in_sentences(console: Console) -> None:
    others = console.others
    an_exam(others)
    answered(others, language="es", attending=[str(INTERPRETER)])
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get(f"/exams/{EXAM}/times")).text
        for says in (
            "Open for evidence from a child before puberty until",
            "May be closed for a toxicology sample",
            "Closed for a first dose against HIV since",
            "A window that has closed refuses nothing",
            "C68, DOJ pediatric protocol 2016 (U)",
            "05:12 to 09:12, Example Nurse One, room 2",
            "Begins 18 h before the next window of evidence may close.",
            "About 45 min on the road, as an estimate.",
            "The nurse has no other exam within a day.",
            "Too late for evidence from a child before puberty.",
            "The nurse has 1 h 30 min between this and another exam.",
            "No interpreter is free then: Spanish.",
            "interpreter 2 (Spanish)",
        ):
            assert says in text, says
        assert f'href="/exams/{EXAM}/times"' in (await browser.get(f"/exams/{EXAM}")).text
        await browser.get(f"/exams/{EXAM}/times?days=31&advocate=1")
        asked = next(each for each in reversed(others.asked) if each.path.endswith("/offers"))
        assert (asked.params["days"], asked.params["advocate"]) == ("31", "true")


async def test_the_coordinator_takes_an_offer_with_whoever_is_beside_the_patient(console: Console) -> None:
    others = console.others
    an_exam(others)
    answered(others, offers=[offer(interpreter=str(INTERPRETER), advocate=str(PLACE))])
    slot = a_slot()
    value = f"{slot['nurse']} {slot['room']} {slot['since']} {slot['until']} {INTERPRETER} {PLACE}"
    async with signed_in(console, "clinic") as browser:
        assert f'value="{value}"' in (await browser.get(f"/exams/{EXAM}/times")).text
        for path, do in (("hold", "hold"), ("booking", "book")):
            others.say("POST", SERVICE, f"/exams/{EXAM}/{path}", STORED)
            answer = await browser.post(f"/exams/{EXAM}/times/take", {"offer": value, "do": do, "version": "3"})
            assert answer.headers["location"] == f"/exams/{EXAM}#now"
            assert others.commands[-1].body == slot | {"interpreter": str(INTERPRETER), "advocate": str(PLACE)}
        taken = REFUSED | {"code": "nurse_taken"}
        others.say("POST", SERVICE, f"/exams/{EXAM}/booking", taken, 409)
        lost = await browser.post(f"/exams/{EXAM}/times/take", {"offer": value, "do": "book", "version": "3"})
        assert (lost.status_code, "The nurse is taken at that time." in lost.text) == (409, True)


async def test_whose_booking_lost_a_race_sees_what_happened_and_other_times_and_loses_nothing_typed(
    console: Console,
) -> None:
    others = console.others
    an_exam(others)
    answered(others)
    elsewhere = offer(6, clinic="ELSEWHERE", room=str(UUID(int=99)))
    taken = REFUSED | {"code": "room_taken", "instead": [offer(4, interpreter=str(INTERPRETER)), elsewhere]}
    others.say("POST", SERVICE, f"/exams/{EXAM}/booking", taken, 409)
    typed = {"since_day": "2026-11-21", "since": "08:00", "until_day": "2026-11-21", "until": "12:00", "version": "3"}
    typed |= {"nurse": str(NURSE.account), "room": str(ROOM)}
    slot = a_slot()
    chosen = f"{slot['nurse']} {slot['room']} {slot['since']} {slot['until']}"
    named = a_slot(4)
    other = f"{named['nurse']} {named['room']} {named['since']} {named['until']} {INTERPRETER} -"
    pages = {
        f"/exams/{EXAM}/plan-typed": typed,
        f"/exams/{EXAM}/plan": {"slot": chosen, "do": "book", "version": "3", "days": "31"},
        f"/exams/{EXAM}/times/take": {
            "offer": f"{chosen} - {PLACE}",
            "do": "book",
            "version": "3",
            "days": "31",
            "with_advocate": "1",
        },
    }
    text = ""
    async with signed_in(console, "clinic") as browser:
        for path, fields in pages.items():
            answer = await browser.post(path, fields)
            assert answer.status_code == 409, path
            text = " ".join(answer.text.split())
            for says in (
                "The room is taken at that time.",
                "Another booking stands in the way of that time",
                "Nothing was changed for this exam, and what you typed still stands below.",
                "Free when you were answered",
                f'value="{other}" checked',
                "Sat 21 Nov, 07:12 to 11:12, Example Nurse One, room 2",
                "Begins 16 h before the next window of evidence may close.",
                "ELSEWHERE: Sat 21 Nov, 09:12 to 13:12",
            ):
                assert says in text, (path, says)
        # How far ahead was looked, and with whom, is as it was asked.
        assert 'name="with_advocate" value="1"' in text
        asked = next(each for each in reversed(others.asked) if each.path.endswith("/offers"))
        assert (asked.params["days"], asked.params["advocate"]) == ("31", "true")

        again = await browser.post(f"/exams/{EXAM}/plan-typed", typed)
        assert 'data-at="plan-typed" open' in again.text
        assert 'value="08:00"' in again.text
        assert "Sat 21 Nov, 08:00 to 12:00 cannot be had as you asked for it" in again.text
        others.say("POST", SERVICE, f"/exams/{EXAM}/booking", STORED)
        taken_up = await browser.post(f"/exams/{EXAM}/times/take", {"offer": other, "do": "book", "version": "3"})
        assert taken_up.status_code == 303
        assert others.commands[-1].body == named | {"interpreter": str(INTERPRETER)}

        # Where nothing else was found, and in Spanish.
        others.say("POST", SERVICE, f"/exams/{EXAM}/booking", REFUSED | {"code": "helper_taken"}, 409)
        browser.http.cookies.set("language", "es")
        none = (await browser.post(f"/exams/{EXAM}/plan-typed", typed, token=None)).text
        assert "otra reserva llegó antes" in none
        assert "No se halló otra hora en dos semanas" in none
        others.say("POST", SERVICE, f"/exams/{EXAM}/booking", REFUSED | {"code": "nurse_not_certified"}, 409)
        assert "otra reserva" not in (await browser.post(f"/exams/{EXAM}/plan-typed", typed)).text


async def test_each_step_is_sent_as_the_page_says(console: Console) -> None:
    others = console.others
    an_exam(others, phase="held", slot=a_slot(), held_until=at(1))
    answered(
        others,
        unmet="no_slot",
        from_afar=[{"nurse": str(NURSE.account), "clinic": "BRIDGE", "since": at(1), "until": at(9)}],
    )
    others.say("GET", SERVICE, f"/nurses/{NURSE.account}", {"reference": str(NURSE.account), "version": 7})
    others.say("GET", SERVICE, f"/exams/{EXAM}/making-room", {"moves": []})
    times = {"since_day": "2026-11-21", "since": "08:00", "until_day": "2026-11-21", "until": "12:00"}
    span = {"since": "2026-11-21T14:00:00+00:00", "until": "2026-11-21T18:00:00+00:00"}
    known = {"earliest_day": "2026-11-20", "earliest": "2200", "latest_day": "2026-11-20", "latest": "23:00"}
    who = {"nurse": str(NURSE.account), "room": str(ROOM)}
    why = {"reason": "Invented."}
    exam = f"/exams/{EXAM}"
    steps: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
        "standby": (f"{exam}/standby", {"on": "yes"}, {"on": True}),
        "instead": (
            f"{exam}/no-slot",
            {"choice": "telehealth", "nurse": str(NURSE.account), "clinic": ""} | why,
            {"choice": "telehealth", "nurse": str(NURSE.account)} | why,
        ),
        "anyway": (f"{exam}/booking/anyway", who | times | why, who | span | why),
        "ill": (f"/nurses/{NURSE.account}/illness", {"nurse": str(NURSE.account)} | times, span),
        "assault": (
            f"{exam}/assault-time",
            known,
            {"earliest": "2026-11-21T04:00:00+00:00", "latest": "2026-11-21T05:00:00+00:00"},
        ),
        "band": (f"{exam}/age-band", {"age_band": "child"}, {"age_band": "child"}),
        "language": (f"{exam}/language", {"language": "es"}, {"language": "es"}),
        "move": (f"{exam}/clinic", {"clinic": "BRIDGE"}, {"clinic": "BRIDGE"}),
    }
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get(f"{exam}/times")).text
        assert "No time is free before evidence is lost" in text
        assert "It refuses nothing: an exam can still be booked." in text
        for place, (path, fields, body) in steps.items():
            others.say("POST", SERVICE, path, STORED)
            answer = await browser.post(f"{exam}/times/{place}", fields | {"version": "3"})
            assert answer.status_code == 303, (place, answer.text)
            assert others.commands[-1].path == path
            assert others.commands[-1].body == body
        others.say("POST", SERVICE, f"{exam}/booking/anyway", REFUSED | {"code": "no_rule_broken"}, 409)
        refused = await browser.post(f"{exam}/times/anyway", who | times | {"reason": "Typed.", "version": "3"})
        assert (refused.status_code, 'data-at="anyway" open' in refused.text) == (409, True)
        assert 'value="Typed."' in refused.text


async def test_who_could_be_asked_to_move_is_told_with_what_it_costs_them(console: Console) -> None:
    others = console.others
    an_exam(others)
    answered(others, unmet="no_slot", offers=[offer(90, lost=["child_evidence"], before=None)])
    other = uuid4()
    move = {
        "exam": str(other),
        "tip": str(uuid4()),
        "clinic": "BRIDGE",
        "since": at(8),
        "instead": offer(30),
        "freed": offer(8),
        "at_risk": [],
        "care_late": [],
    }
    costly = move | {"care_late": ["hiv_prophylaxis"]}
    others.say("GET", SERVICE, f"/exams/{EXAM}/making-room", {"moves": [move, costly]})
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get(f"/exams/{EXAM}/times")).text
        assert "Who could be asked to come at another time" in text
        assert "They lose nothing by it." in text
        assert "Too late for a first dose against HIV: give it before, in any emergency room." in text
        assert f'href="/exams/{other}"' in text
        others.say("GET", SERVICE, f"/exams/{EXAM}/making-room", {"moves": []})
        assert "could be at another time without losing evidence" in (await browser.get(f"/exams/{EXAM}/times")).text
        browser.http.cookies.set("language", "es")
        assert "Ningún examen previsto de esta clínica" in (await browser.get(f"/exams/{EXAM}/times")).text


async def test_whoever_asked_sees_the_offers_moves_the_exam_and_books_nothing(console: Console) -> None:
    others = console.others
    an_exam(others)
    answered(others, offers=[offer(clinic="ELSEWHERE", travel_minutes=None, before=None)])
    async with signed_in(console, "coordinator") as browser:
        text = (await browser.get(f"/exams/{EXAM}/times")).text
        assert "Ask ELSEWHERE" in text
        assert "How far it is nobody knows" in text
        assert "Book it" not in text
        assert (await browser.post(f"/exams/{EXAM}/times/take", {"offer": "x"})).status_code == 403
    for who in ("nurse", "police", "advocate", "laboratory"):
        async with signed_in(console, who) as browser:
            assert (await browser.get(f"/exams/{EXAM}/times")).status_code == 403
            assert (await browser.get("/clinic/scarcity")).status_code == 403


async def test_where_times_are_short_is_counted_and_listed_in_both_languages(console: Console) -> None:
    others = console.others
    more: dict[str, Any] = {
        "standby_since": None,
        "rules_broken": [],
        "no_slot": "",
        "no_slot_since": None,
        "instead": "",
    }
    rows = {
        "standby": [exam_row("requested") | more | {"standby_since": at(-2)}],
        "no_slot": [exam_row("booked") | more | {"no_slot": "no_slot", "no_slot_since": at(-3), "instead": "beyond"}],
        "anyway": [exam_row("booked", since=at(3)) | more | {"rules_broken": ["rest", "stated_hours"]}],
    }
    others.answers["GET", SERVICE, "/exams"] = lambda asked: (200, rows[asked.params["only"]])
    counted = {"since": at(-8760), "asked_for": 150, "no_slot": 2, "no_sure_slot": 1, "instead": {"beyond": 2}}
    others.say("GET", SERVICE, "/exams/unmet", counted)
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get("/clinic/scarcity")).text
        for says in (
            "2 of 150 exams asked for had no time before evidence was lost.",
            "For 1 more evidence may have been lost.",
            "2: a later time, or a clinic beyond",
            "on the list since",
            "without the nurse’s rest, outside the hours the nurse stated",
        ):
            assert says in text, says
        assert str(TIP)[:8] not in text
        others.say("GET", SERVICE, "/exams/unmet", counted | {"no_slot": 0})
        assert "0 of 150 exams" in (await browser.get("/clinic/scarcity")).text
