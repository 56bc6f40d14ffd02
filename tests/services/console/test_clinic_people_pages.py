"""Pages on which a clinic enters whom it calls upon, and a nurse says that she cannot come."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.services.console.boards import name
from tests.services.console.clinic_given import EXAM, HOUR, SERVICE, exam_row, signed_in
from tests.services.console.house import NOW, NURSE, STORED, Console, Others
from tests.services.console.test_pages import REFUSED

INTERPRETER, PLACE, ROOM = UUID(int=32), UUID(int=31), UUID(int=33)
HOURS = {"since": (NOW + HOUR).isoformat(), "until": (NOW + 9 * HOUR).isoformat()}


def entered(others: Others, **changes: Any) -> None:
    certificate = {"certificate": "sane_pediatric", "issuer": "IAFN", "valid_until": (NOW + 99 * HOUR).isoformat()}
    nurse = {
        "nurse": str(NURSE.account),
        "version": 4,
        "certificates": [certificate],
        "available": [HOURS],
        "from_afar": False,
        "works_until": None,
    }
    beside = [
        {"attendant": str(INTERPRETER), "version": 2, "kind": "interpreter", "number": 1, "languages": ["es"]},
        {"attendant": str(PLACE), "version": 1, "kind": "advocate", "number": 3, "languages": []},
    ]
    page = {
        "clinic": "BRIDGE",
        "nurses": [nurse | changes],
        "rooms": [{"room": str(ROOM), "version": 3, "number": 2, "available": [HOURS]}],
        "attendants": [each | {"available": []} for each in beside],
    }
    others.say("GET", SERVICE, "/clinic-people", page)
    name(others, **{"Example Nurse One": NURSE.account})


async def test_the_clinic_enters_nurses_interpreters_and_advocates_places(console: Console) -> None:
    others = console.others
    entered(others)
    others.say("GET", SERVICE, "/kits", [])
    others.answers["GET", SERVICE, "/exams"] = lambda _: (200, [])
    others.say("GET", SERVICE, "/follow-ups", [])
    times = {"since_day": "2026-11-21", "since": "08:00", "until_day": "2026-11-21", "until": "12:00"}
    span = {"since": "2026-11-21T14:00:00+00:00", "until": "2026-11-21T18:00:00+00:00"}
    dates = {"valid_from": "2026-01-01", "valid_until": "2027-12-31"}
    nurse, place = f"/nurses/{NURSE.account}", f"/attendants/{PLACE}"
    steps: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
        "nurses": ("/nurses", {"account": str(NURSE.account)}, {"account": str(NURSE.account), "clinic": "BRIDGE"}),
        f"nurses/{NURSE.account}/certificates": (
            f"{nurse}/certificates",
            {"certificate": "sane_pediatric IAFN", "version": "4"} | dates,
            {"certificate": "sane_pediatric", "issuer": "IAFN"} | dates,
        ),
        f"nurses/{NURSE.account}/certificates/withdraw": (
            f"{nurse}/certificates/withdrawals",
            {
                "certificate": "sane_pediatric IAFN",
                "withdrawn_at_day": "2026-11-20",
                "withdrawn_at": "08:00",
                "version": "4",
            },
            {"certificate": "sane_pediatric", "issuer": "IAFN", "withdrawn_at": "2026-11-20T14:00:00+00:00"},
        ),
        "rooms": ("/rooms", {"number": "7"}, {"clinic": "BRIDGE", "number": 7}),
        f"hours/rooms/{ROOM}": (f"/rooms/{ROOM}/availability", times, span),
        f"hours/rooms/{ROOM}/withdraw": (f"/rooms/{ROOM}/availability/withdrawals", HOURS, HOURS),
        f"nurses/{NURSE.account}/support": (f"{nurse}/support", {"from_afar": "yes"}, {"from_afar": True}),
        f"hours/nurses/{NURSE.account}": (f"{nurse}/availability", times, span),
        f"hours/nurses/{NURSE.account}/withdraw": (f"{nurse}/availability/withdrawals", HOURS, HOURS),
        f"hours/attendants/{PLACE}": (f"{place}/availability", times, span),
        "attendants": (
            "/attendants",
            {"kind": "interpreter", "number": "7", "language_es": "yes"},
            {"clinic": "BRIDGE", "kind": "interpreter", "number": 7, "languages": ["es"]},
        ),
    }
    async with signed_in(console, "clinic") as browser:
        assert 'href="/clinic/people"' in (await browser.get("/clinic")).text
        text = " ".join((await browser.get("/clinic/people")).text.split())
        for says in (
            "Example Nurse One",
            "SANE, children: ",
            "Not on record as supporting exams elsewhere by video.",
            "She supports by video (teleSANE)",
            "A certificate was taken back",
            "room 2",
            "interpreter 1 (Spanish)",
            "advocate’s place 3",
            "No hours to come are on record.",
        ):
            assert says in text, says
        for path, (asked, fields, body) in steps.items():
            others.say("POST", SERVICE, asked, STORED)
            answer = await browser.post(f"/clinic/people/{path}", fields)
            assert answer.status_code == 303, (path, answer.text)
            assert (others.commands[-1].path, others.commands[-1].body) == (asked, body)

        # Nothing typed is lost, and nothing is sent that cannot be meant.
        others.say("POST", SERVICE, "/attendants", REFUSED | {"code": "entered_already"}, 409)
        fields = {"kind": "advocate", "number": "12", "language_es": "yes"}
        refused = await browser.post("/clinic/people/attendants", fields)
        assert (refused.status_code, 'data-at="attendant" open' in refused.text) == (409, True)
        assert "This clinic has one of that kind and number already." in refused.text
        assert 'value="12"' in refused.text
        sent = len(others.commands)
        for path, fields in (
            ("attendants", {"kind": "interpreter", "number": "no"}),
            ("rooms", {"number": "no"}),
            (f"nurses/{NURSE.account}/certificates/withdraw", {"certificate": ""}),
            ("nurses", {"account": "somebody"}),
            ("nurses", {"account": str(UUID(int=404))}),
            (f"hours/attendants/{PLACE}", times | {"since": "25:00"}),
            (f"nurses/{NURSE.account}/certificates", {"certificate": ""} | dates),
        ):
            assert (await browser.post(f"/clinic/people/{path}", fields)).status_code == 422, path
        assert len(others.commands) == sent
        entered(others, from_afar=True, works_until=NOW.isoformat(), certificates=[])
        text = (await browser.get("/clinic/people")).text
        assert "Supports exams elsewhere by video (teleSANE)." in text
        assert "No certificate is on file" in text
        assert "A certificate was taken back" not in text, "there is none"
    for who in ("nurse", "coordinator", "advocate"):
        async with signed_in(console, who) as browser:
            assert (await browser.get("/clinic/people")).status_code == 403


async def test_a_nurse_says_in_two_taps_that_she_cannot_come_and_sees_what_is_to_be_moved(console: Console) -> None:
    others = console.others
    mine = {"nurse": str(NURSE.account), "exam": str(EXAM)}
    rows = {
        "requested": [],
        "held": [exam_row("held", since=at(30), until=at(34), **mine)],
        "booked": [
            exam_row("booked", since=at(1), until=at(5), tip="0000aaaa-0000-4000-8000-000000000000", **mine),
            exam_row("booked", since=at(-1), until=at(3), tip="0000bbbb-0000-4000-8000-000000000000", **mine),
        ],
    }
    others.answers["GET", SERVICE, "/exams"] = lambda asked: (200, rows[asked.params["phase"]])
    others.say("GET", SERVICE, "/kits", [])
    others.say("GET", SERVICE, "/follow-ups", [])
    others.say("GET", SERVICE, f"/nurses/{NURSE.account}", {"reference": str(NURSE.account), "version": 9})
    path = f"/nurses/{NURSE.account}/illness"
    async with signed_in(console, "nurse") as browser:
        assert 'href="/clinic/ill"' in (await browser.get("/clinic")).text
        text = (await browser.get("/clinic/ill")).text
        # The second tap: a day from now is chosen already.
        assert 'name="hours" value="24" checked' in text
        assert 'name="version" value="9"' in text
        assert "An exam with you has begun." in text
        fields = {"since": NOW.isoformat(), "hours": "24", "version": "9"}
        others.say("POST", SERVICE, path, STORED)
        done = await browser.post("/clinic/ill", fields)
        assert done.status_code == 200
        assert others.commands[-1].body == {"since": at(0), "until": at(24)}
        for says in (
            "1 exam is to be moved",
            "0000aaaa",
            "The clinic’s coordinator and whoever asked for them are told",
        ):
            assert says in done.text, says
        assert "0000bbbb" not in done.text
        rows |= {"held": [], "booked": []}
        assert "nobody had to be told" in (await browser.post("/clinic/ill", fields)).text

        others.say("POST", SERVICE, path, REFUSED | {"type": "urn:muster:problem:stale", "status": 412}, 412)
        refused = await browser.post("/clinic/ill", fields | {"hours": "72"})
        assert (refused.status_code, 'value="72" checked' in refused.text) == (412, True)
        sent = len(others.commands)
        for wrong, status in (
            ({"hours": "5"}, 422),
            ({"since": "x"}, 409),
            ({"since": at(-1)}, 409),
            ({"since": at(1)}, 409),
        ):
            assert (await browser.post("/clinic/ill", fields | wrong)).status_code == status, wrong
        assert len(others.commands) == sent
        others.say("GET", SERVICE, f"/nurses/{NURSE.account}", REFUSED | {"status": 404}, 404)
        assert "You are not on a clinic’s list of nurses" in (await browser.get("/clinic/ill")).text
    async with signed_in(console, "clinic") as browser:
        assert (await browser.get("/clinic/ill")).status_code == 403


def at(hours: int) -> str:
    return (NOW + timedelta(hours=hours)).isoformat()


async def test_a_nurse_sees_her_own_hours_adds_some_and_takes_some_back_without_script(console: Console) -> None:
    others = console.others
    own = f"/nurses/{NURSE.account}"
    hours = [{"since": at(-40), "until": at(-30)}, {"since": at(-2), "until": at(6)}]
    others.say("GET", SERVICE, own, {"reference": str(NURSE.account), "version": 9, "available": hours})
    others.answers["GET", SERVICE, "/exams"] = lambda asked: (200, [])
    others.say("GET", SERVICE, "/kits", [])
    others.say("GET", SERVICE, "/follow-ups", [])
    others.say("POST", SERVICE, f"{own}/availability", STORED)
    others.say("POST", SERVICE, f"{own}/availability/withdrawals", STORED)
    typed = {"since_day": "2026-11-21", "since": "08:00", "until_day": "2026-11-21", "until": "20:00", "version": "9"}
    span = {"since": "2026-11-21T14:00:00+00:00", "until": "2026-11-22T02:00:00+00:00"}
    async with signed_in(console, "nurse") as browser:
        assert 'href="/clinic/hours"' in (await browser.get("/clinic")).text
        text = (await browser.get("/clinic/hours")).text
        assert text.count('action="/clinic/hours/withdraw"') == 1, "what is over is not to be taken back"
        assert f'name="since" value="{at(0)}"' in text, "nor what is gone of it"
        added = await browser.post("/clinic/hours", typed)
        assert added.headers["location"] == "/clinic/hours#hours"
        more = others.commands[-1]
        assert (more.path, more.body) == (f"{own}/availability", span)
        for path, fields, body in (
            ("withdraw", {"since": at(0), "until": at(6), "version": "9"}, {"since": at(0), "until": at(6)}),
            ("withdraw-some", typed, span),
        ):
            await browser.post(f"/clinic/hours/{path}", fields)
            assert (others.commands[-1].path, others.commands[-1].body) == (f"{own}/availability/withdrawals", body)

        others.say(
            "POST", SERVICE, f"{own}/availability/withdrawals", REFUSED | {"code": "nurse_hours_not_stated"}, 409
        )
        refused = await browser.post("/clinic/hours/withdraw-some", typed)
        assert refused.status_code == 409
        assert "The nurse stated no hours in this time." in refused.text
        assert 'value="20:00"' in refused.text, "what was typed is still there"
        wrong = await browser.post("/clinic/hours", typed | {"until": "25:00"})
        assert wrong.status_code == 422
        spanish = (await browser.http.get("/clinic/hours", headers={"Accept-Language": "es"})).text
        assert "Cuándo se pueden reservar exámenes conmigo" in spanish
        others.say("GET", SERVICE, own, REFUSED | {"status": 404}, 404)
        assert "You are not on a clinic’s list of nurses" in (await browser.get("/clinic/hours")).text
    async with signed_in(console, "clinic") as browser:
        assert (await browser.get("/clinic/hours")).status_code == 403
