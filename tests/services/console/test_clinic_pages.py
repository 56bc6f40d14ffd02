"""Pages of the clinic: what waits for whom, and exams from the request to the kit."""

from typing import Any
from uuid import uuid4

from tests.services.console.clinic_given import (
    EXAM,
    HOUR,
    KIT,
    SERVICE,
    TIP,
    a_kit,
    a_row,
    a_slot,
    an_exam,
    due,
    exam_row,
    signed_in,
)
from tests.services.console.house import (
    NOT_FOUND,
    NOW,
    NURSE,
    STORED,
    Browser,
    Console,
)
from tests.services.console.test_pages import REFUSED, STALE


async def test_a_nurse_lands_on_what_is_asked_of_her_her_exams_and_her_kits(console: Console) -> None:
    others = console.others
    booked = {"nurse": str(NURSE.account), "since": (NOW + HOUR).isoformat(), "until": (NOW + 5 * HOUR).isoformat()}
    others.say("GET", SERVICE, "/exams", [exam_row("booked", **booked)])
    offered = a_row(asked_agency="BRIDGE", asked_role="forensic_nurse")
    others.say("GET", SERVICE, "/kits", [a_row(uuid4(), duties=[due("C54", -1)]), offered])
    async with signed_in(console, "nurse") as browser:
        assert (await browser.get("/")).headers["location"] == "/clinic"
        text = (await browser.get("/clinic")).text
    assert "Asked of you now" in text
    assert "Call law enforcement for this kit" in text
    assert "+1:00" in text
    assert "Find a time for" not in text
    assert 'href="/exams/new"' not in text


async def test_the_coordinator_sees_requests_holds_about_to_end_and_the_week(console: Console) -> None:
    others = console.others
    rows = {
        "requested": [exam_row("requested")],
        "held": [exam_row("held", since=NOW.isoformat(), held_until=(NOW + HOUR / 4).isoformat())],
        "booked": [
            exam_row("booked", since=(NOW + days * 24 * HOUR).isoformat(), until=(NOW + days * 25 * HOUR).isoformat())
            for days in (-1, 1, 9)
        ],
    }
    others.answers["GET", SERVICE, "/exams"] = lambda asked: (200, rows[asked.params["phase"]])
    others.say("GET", SERVICE, "/kits", [])
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get("/clinic")).text
    for says in ("Over by the clock, not entered as done", "Book or release", "0:15", "1 more is booked after that."):
        assert says in text, says
    assert f'href="/exams/{rows["requested"][0]["exam"]}"' in text


async def test_an_exam_is_asked_for_of_a_case_and_comes_back_as_typed_when_it_is_refused(browser: Browser) -> None:
    others = browser.console.others
    text = (await browser.get(f"/exams/new?tip={TIP}")).text
    assert f'value="{TIP}"' in text
    typed = {"tip": str(TIP), "clinic": "BRIDGE", "age_band": "adolescent", "consent": "patient", "note": "Invented."}
    typed |= {"language": "es"}
    others.say("POST", SERVICE, "/exams", REFUSED, 409)
    refused = await browser.post("/exams/new", typed)
    assert (refused.status_code, "Ask someone else." in refused.text, "Invented." in refused.text) == (409, True, True)
    assert '<option value="es" selected' in refused.text
    others.say("POST", SERVICE, "/exams", STORED | {"reference": str(EXAM)}, 201)
    known = {"known": "yes", "earliest_day": "2026-11-20", "earliest": "2200", "latest_day": "2026-11-20"}
    answer = await browser.post("/exams/new", typed | known | {"latest": "23:00"})
    assert answer.headers["location"] == f"/exams/{EXAM}"
    assert others.commands[-1].body == typed | {
        "assault_time": {"earliest": "2026-11-21T04:00:00+00:00", "latest": "2026-11-21T05:00:00+00:00"}
    }


async def test_the_coordinator_holds_or_books_one_of_the_free_times(console: Console) -> None:
    others = console.others
    an_exam(others)
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get(f"/exams/{EXAM}")).text
        assert "No time is set yet" in text
        assert "2 times are free within 7 days" in text
        assert "05:12 to 09:12, Example Nurse One, room 2" in text
        slot = a_slot()
        value = f"{slot['nurse']} {slot['room']} {slot['since']} {slot['until']}"
        assert f'value="{value}"' in text
        for path, do in (("hold", "hold"), ("booking", "book")):
            others.say("POST", SERVICE, f"/exams/{EXAM}/{path}", STORED)
            answer = await browser.post(f"/exams/{EXAM}/plan", {"slot": value, "do": do, "version": "3"})
            assert answer.headers["location"] == f"/exams/{EXAM}#now"
            assert others.commands[-1].body == slot
            assert others.commands[-1].headers["if-match"] == '"3"'
        await browser.get(f"/exams/{EXAM}?days=31")
        assert others.asked[-1].params.get("days", "31") == "31"
        others.say("GET", SERVICE, f"/exams/{EXAM}/slots", {"slots": []})
        assert "are free together within 7 days" in (await browser.get(f"/exams/{EXAM}")).text


async def test_each_step_of_an_exam_says_what_it_does_and_is_sent_as_the_page_showed_it(console: Console) -> None:
    others = console.others
    an_exam(others, phase="booked", slot=a_slot(-5), nurse_fits=False, nurse_works=False)
    steps: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
        "release": ("release", {"reason": "Ill tonight."}, {"reason": "Ill tonight."}),
        "consent": ("consent", {"consent": "youth_court"}, {"consent": "youth_court"}),
        "complete": (
            "completion",
            {"completed_at_day": "2026-11-21", "completed_at": "02:00"},
            {"completed_at": "2026-11-21T08:00:00+00:00"},
        ),
        "cancel": ("cancellation", {"cause": "patient", "reason": "No."}, {"cause": "patient", "reason": "No."}),
    }
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get(f"/exams/{EXAM}")).text
        assert "No certificate of this nurse covers" in text
        assert "account is closed or suspended" in text
        assert "There will be no exam. It cannot be taken back" in text
        for place, (path, fields, body) in steps.items():
            others.say("POST", SERVICE, f"/exams/{EXAM}/{path}", STORED)
            answer = await browser.post(f"/exams/{EXAM}/{place}", fields | {"version": "3"})
            assert answer.status_code == 303, answer.text
            assert others.commands[-1].body == body
        others.say("POST", SERVICE, f"/exams/{EXAM}/cancellation", STALE, 412)
        stale = await browser.post(f"/exams/{EXAM}/cancel", {"cause": "patient", "reason": "Typed.", "version": "1"})
        assert (stale.status_code, 'id="cancel" data-at="cancel" open' in stale.text) == (412, True)
        assert 'value="Typed."' in stale.text
        others.say("GET", SERVICE, f"/exams/{EXAM}", NOT_FOUND, 404)
        assert (await browser.get(f"/exams/{EXAM}")).status_code == 404


async def test_a_nurse_opens_a_kit_at_her_exam_and_says_what_the_patient_chose(console: Console) -> None:
    others = console.others
    an_exam(others, phase="booked", slot=a_slot(-1))
    others.say("POST", SERVICE, "/kits", STORED | {"reference": str(KIT)}, 201)
    fields = {"number": "MS 1234", "opened_at_day": "2026-11-21", "opened_at": "03:00", "version": "3"}
    async with signed_in(console, "nurse") as browser:
        text = (await browser.get(f"/exams/{EXAM}")).text
        assert "Open a kit" in text
        assert "Cancel the exam" not in text
        unsaid = await browser.post(f"/exams/{EXAM}/kits", fields)
        assert (unsaid.status_code, "Say what the patient chose." in unsaid.text) == (422, True)
        assert others.commands == []
        answer = await browser.post(f"/exams/{EXAM}/kits", fields | {"consent": "unreported"})
        assert answer.headers["location"] == f"/kits/{KIT}"
        assert others.commands[-1].body["consent"] == "unreported"
        others.say(
            "GET",
            SERVICE,
            f"/exams/{EXAM}/notes",
            [{"about": "exam.noted", "written_at": NOW.isoformat(), "text": "A <b> note."}],
        )
        notes = (await browser.get(f"/exams/{EXAM}/notes")).text
        assert "That you opened this page is on record." in notes
        assert "A &lt;b&gt; note." in notes


async def test_the_way_to_the_case_is_shown_where_it_leads_to_it(console: Console) -> None:
    others = console.others
    an_exam(others, phase="booked", slot=a_slot())
    link = f'href="/cases/{TIP}"'
    async with signed_in(console, "nurse") as browser:
        assert link not in (await browser.get(f"/exams/{EXAM}")).text
        others.say("GET", "tips", f"/tips/{TIP}/access", {"opened_until": None})
        assert link in (await browser.get(f"/exams/{EXAM}")).text
        # Her exam does not wait for a service that it does not need.
        others.down.add("tips")
        page = await browser.get(f"/exams/{EXAM}")
        assert (page.status_code, link in page.text) == (200, False)


async def test_what_was_told_is_acknowledged_on_the_home_it_stands_on(console: Console) -> None:
    others = console.others
    others.say("GET", SERVICE, "/kits", [])
    duty, notice, other = uuid4(), uuid4(), uuid4()
    told = {"tip": str(TIP), "rule": "C10", "part": "law_enforcement", "told_at": NOW.isoformat(), "how": "fax"}
    waits = {"must_be_acknowledged": True, "acknowledged_at": None}
    seen = {"must_be_acknowledged": True, "acknowledged_at": NOW.isoformat()}
    others.say("GET", "tips", "/duties/told", [{"duty": str(duty)} | told | waits, {"duty": str(other)} | told | seen])
    row: dict[str, Any] = {
        "notice": str(notice),
        "tip": str(TIP),
        "role": "law_enforcement",
        "why": "kit_duty_missed",
        "rule": "C55",
    }
    of_none: list[dict[str, Any]] = [
        {"notice": str(uuid4()), "tip": None, "about": about, "record": record, "role": "law_enforcement", "why": why}
        for about, record, why in (("kit", str(KIT), "kit_duty_missed"), ("census", None, "census_differs"))
    ]
    rows = [each | {"rule": each.get("rule", ""), "requested_at": NOW.isoformat()} for each in [row, *of_none]]
    others.say("GET", "rapid_assessment", "/notices/waiting", {"notices": rows, "total": 3})
    others.say("POST", "tips", f"/duties/{duty}/parts/law_enforcement/acknowledgement", STORED)
    others.say("POST", "rapid_assessment", f"/notices/{notice}/acknowledgement", REFUSED, 409)
    async with signed_in(console, "police") as browser:
        text = (await browser.get("/kits")).text
        assert f'action="/told/duties/{duty}/law_enforcement"' in text
        assert str(other) not in text
        assert f'action="/told/notices/{notice}"' in text
        assert "<b>A duty with a kit was missed" in text
        assert f'<a href="/kits/{KIT}">Kit from before this record, {str(KIT)[:8]}</a>' in text
        assert '<a href="/census">Count of kits</a>' in text
        assert "The count of kits found something new" in text
        first = await browser.post(f"/told/duties/{duty}/law_enforcement", {"home": "/kits"})
        assert first.headers["location"] == "/kits#told"
        meanwhile = await browser.post(f"/told/notices/{notice}", {"home": "//elsewhere.example"})
        assert meanwhile.headers["location"] == "/#told"
        assert len(others.commands) == 2
    async with signed_in(console, "laboratory") as browser:
        assert "/duties/told" not in {each.path for each in others.asked}
        assert (await browser.post(f"/told/duties/{duty}/law_enforcement", {"home": "/kits"})).status_code == 403


async def test_the_clinics_pages_are_for_those_who_work_there(console: Console) -> None:
    an_exam(console.others)
    a_kit(console.others)
    closed = {
        "laboratory": ("/clinic", f"/exams/{EXAM}", "/exams/new", f"/exams/{EXAM}/notes"),
        "police": ("/clinic", f"/exams/{EXAM}"),
        "advocate": ("/clinic", "/kits", f"/kits/{KIT}", f"/exams/{EXAM}"),
        "coordinator": ("/clinic", "/kits", f"/exams/{EXAM}/notes"),
        "nurse": ("/exams/new",),
    }
    for who, paths in closed.items():
        async with signed_in(console, who) as browser:
            assert {path: (await browser.get(path)).status_code for path in paths} == dict.fromkeys(paths, 403), who
