"""Pages of the examination, of what follows it, and of claims: what they show, and what each touch sends."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.services.console.clinic_given import EXAM, HOUR, SERVICE, TIP, signed_in
from tests.services.console.house import NOT_FOUND, NOW, STORED, Console, Others
from tests.services.console.test_pages import REFUSED, STALE

PAGE = f"/exams/{EXAM}/examination"
AFTER = f"/exams/{EXAM}/follow-up"


def a_step(step: str, **changes: Any) -> dict[str, Any]:
    nothing = {"word": "", "by": "", "said_at": None, "counts": "no"}
    stands = {"step": step, "consent": nothing, "outcome": "", "reason": "", "at": None, "without_consent": False}
    stands |= {name: changes.pop(name) for name in list(changes) if name in stands}
    return {"step": step, "stands": stands, "window": None, "minor": None} | changes


def consented(by: str = "patient", word: str = "consented", counts: str = "yes") -> dict[str, Any]:
    return {"word": word, "by": by, "said_at": NOW.isoformat(), "counts": counts}


def an_entry(number: int, **changes: Any) -> dict[str, Any]:
    words = {"step": "", "word": "", "by": "", "reason": "", "code": ""}
    entry = {"number": number, "kind": "examination.consent_said", "at": NOW.isoformat(), "struck": ""}
    return entry | words | changes


def an_examination(others: Others, **changes: Any) -> None:
    window = {"hours": 72, "state": "past", "usual_until": (NOW - HOUR).isoformat(), "confidence": "U"}
    steps = [
        a_step(
            "evidence",
            consent=consented("youth_court"),
            outcome="taken",
            minor={"alone": None, "citation": None, "confidence": "U"},
        ),
        a_step("hiv_prophylaxis", window=window, minor={"alone": None, "citation": "A law", "confidence": "U"}),
        a_step("pregnancy_test", minor={"alone": True, "citation": "Miss. Code 41-41-3", "confidence": "S"}),
        a_step("photographs", consent=consented(word="withdrawn"), outcome="taken", without_consent=True),
    ]
    found = {
        "exam": str(EXAM),
        "version": 4,
        "tip": str(TIP),
        "clinic": "BRIDGE",
        "phase": "booked",
        "grown": False,
        "steps": steps,
        "withdrawn_altogether_at": None,
        "codes": ["Z04.81"],
        "entries": [
            an_entry(1, step="evidence", word="consented", by="youth_court"),
            an_entry(2, step="toxicology", word="not_applicable", reason="would_do_harm", struck="wrong_step"),
            an_entry(3, code="Z04.81", kind="examination.code_entered"),
        ],
    }
    others.say("GET", SERVICE, PAGE, found | changes)


async def test_a_nurse_sees_every_step_and_records_each_in_one_touch(console: Console) -> None:
    others = console.others
    an_examination(others)
    async with signed_in(console, "nurse") as browser:
        text = (await browser.get(PAGE)).text
        for says in (
            "The patient is handled as a child.",
            "consented, the youth court, by order",
            "Past its usual time of 72 hours. It may still be offered. (not verified)",
            "Whether a minor’s own consent is enough by law: not on file.",
            "A minor’s own consent is enough: Miss. Code 41-41-3. (not verified)",
            "Taken at a time for which no consent holds",
            "struck out: another step was meant",
            "Z04.81",
            "that you opened it is on record",
        ):
            assert says in text, says
        for do, path, body in (
            ("consented", "consents", {"step": "evidence", "word": "consented", "by": "cps_custodian"}),
            ("withdrawn", "consents", {"step": "evidence", "word": "withdrawn", "by": "cps_custodian"}),
            ("taken", "steps", {"step": "evidence", "outcome": "taken"}),
            (
                "not_applicable",
                "steps",
                {"step": "evidence", "outcome": "not_applicable", "reason": "would_do_harm"},
            ),
        ):
            others.say("POST", SERVICE, f"{PAGE}/{path}", STORED)
            form = {"step": "evidence", "number": "1", "by": "cps_custodian", "version": "4", "do": do}
            form["reason"] = "would_do_harm"
            answer = await browser.post(f"{PAGE}/step", form | {"at": "", "at_day": ""})
            assert answer.headers["location"] == f"{PAGE}#step-1", answer.text
            sent = others.commands[-1].body
            # Now, where no time was typed.
            assert sent.pop("said_at" if path == "consents" else "noted_at") == NOW.isoformat()
            assert (sent, others.commands[-1].headers["if-match"]) == (body, '"4"')
        typed = {"step": "evidence", "version": "4", "do": "taken", "at_day": "2026-11-21", "at": "0200"}
        await browser.post(f"{PAGE}/step", typed)
        assert others.commands[-1].body["noted_at"] == "2026-11-21T08:00:00+00:00"
        # The key Enter, or a button nobody has, does nothing.
        nothing = await browser.post(f"{PAGE}/step", {"step": "evidence", "version": "4"})
        assert (nothing.status_code, "Choose what was said or done." in nothing.text) == (422, True)


async def test_what_is_refused_says_by_which_law_and_what_was_chosen_stands(console: Console) -> None:
    others = console.others
    an_examination(others, withdrawn_altogether_at=(NOW - HOUR).isoformat())
    law = REFUSED | {"code": "no_consent_to_step", "citation": "Miss. Code 41-41-3"}
    others.say("POST", SERVICE, f"{PAGE}/steps", law, 409)
    async with signed_in(console, "nurse") as browser:
        assert "All consent was taken back 1 h ago" in (await browser.get(PAGE)).text
        form = {"step": "evidence", "number": "1", "version": "4", "do": "taken", "at_day": "2026-11-21", "at": "02:00"}
        refused = await browser.post(f"{PAGE}/step", form)
        assert refused.status_code == 409
        assert "Nobody’s consent to this step is on record for that time." in refused.text
        assert "(Miss. Code 41-41-3)" in refused.text
        assert 'value="02:00"' in refused.text
        others.say("POST", SERVICE, f"{PAGE}/withdrawal", STALE, 412)
        stale = await browser.post(f"{PAGE}/withdraw", {"by": "patient", "version": "1"})
        assert (stale.status_code, 'id="withdraw" data-at="withdraw" open' in stale.text) == (412, True)
        for path, sends, body in (
            ("codes", "codes", {"code": "T74.52XA"}),
            ("strike", "struck", {"entry": 2, "mistake": "wrong_step"}),
        ):
            others.say("POST", SERVICE, f"{PAGE}/{sends}", STORED)
            sent = await browser.post(f"{PAGE}/{path}", {k: str(v) for k, v in body.items()} | {"version": "4"})
            assert sent.status_code == 303
            assert others.commands[-1].body == body
        others.say("GET", SERVICE, PAGE, NOT_FOUND, 404)
        assert (await browser.get(PAGE)).status_code == 404


async def test_after_an_exam_the_safe_way_stands_first_and_each_visit_is_settled_in_one_touch(console: Console) -> None:
    others = console.others
    spans = {"since": (NOW - 2 * HOUR).isoformat(), "until": (NOW + HOUR).isoformat()}
    item: dict[str, Any] = {"settled_at": None, "outcome": None, "outreach": False, "tries": []} | spans
    tried = [{"tried_at": NOW.isoformat(), "outcome": "not_reached"}]
    items = [
        item | {"item": "visit_1", "stands": "missed", "outreach": True, "tries": tried},
        item | {"item": "syphilis_1", "stands": "due"},
        item | {"item": "hiv_1", "stands": "settled", "outcome": "declined", "settled_at": NOW.isoformat()},
    ]
    contact = {"stated_at": NOW.isoformat(), "how": "A <b> text.", "when": None, "may_say": None, "never_say": "Why."}
    found = {"exam": str(EXAM), "version": 2, "tip": str(TIP), "contact": contact, "items": items}
    others.say("GET", SERVICE, AFTER, found)
    async with signed_in(console, "nurse") as browser:
        text = (await browser.get(AFTER)).text
        for says in ("A &lt;b&gt; text.", "Did not come", "(not reached)", "Only by the safe way above.", "Declined"):
            assert says in text, says
        steps: tuple[tuple[str, str, dict[str, str], dict[str, Any]], ...] = (
            ("item", "settled", {"item": "syphilis_1", "do": "done_elsewhere"}, {"outcome": "done_elsewhere"}),
            ("item", "outreach", {"item": "visit_1", "do": "reached"}, {"outcome": "reached"}),
            ("item", "missed", {"item": "syphilis_1", "do": "missed"}, {}),
            ("reopen", "reopened", {"item": "hiv_1", "mistake": "wrong_item"}, {"mistake": "wrong_item"}),
        )
        for place, path, fields, body in steps:
            others.say("POST", SERVICE, f"{AFTER}/{path}", STORED)
            answer = await browser.post(f"{AFTER}/{place}", fields | {"version": "2", "number": "3"})
            # No word of what is done there stands in the address, nor in the browser's history.
            assert answer.headers["location"] == f"{AFTER}#item-3"
            sent = others.commands[-1].body
            assert sent == {"item": fields["item"]} | body | {k: v for k, v in sent.items() if k.endswith("_at")}
        others.say("POST", SERVICE, f"{AFTER}/contact", STORED)
        empty = await browser.post(f"{AFTER}/contact", {"how": " ", "version": "2"})
        assert empty.status_code == 422
        await browser.post(f"{AFTER}/contact", {"how": "By her aunt.", "never_say": "Why.", "version": "2"})
        assert others.commands[-1].body == {"how": "By her aunt.", "never_say": "Why."}
        others.say("GET", SERVICE, AFTER, found | {"contact": None, "items": []})
        text = (await browser.get(AFTER)).text
        assert "No safe way is on record. Reach out in no other way." in text
        assert "planned when the exam is entered as done" in text


async def test_whom_to_reach_out_to_stands_on_the_nurses_home_and_in_a_list(console: Console) -> None:
    others = console.others
    row = {"exam": str(EXAM), "tip": str(TIP), "since": NOW.isoformat(), "missed": False, "tried_at": None}
    rows = [
        row | {"item": "visit_1", "until": (NOW - HOUR).isoformat(), "outreach": True, "tried_at": NOW.isoformat()},
        row | {"item": "hiv_1", "until": (NOW + timedelta(days=3)).isoformat(), "outreach": False},
    ]
    for path in ("/exams", "/kits"):
        others.say("GET", SERVICE, path, [])
    others.say("GET", SERVICE, "/follow-ups", rows)
    async with signed_in(console, "nurse") as browser:
        home = (await browser.get("/clinic")).text
        assert "Reach out" in home
        assert f'href="{AFTER}#items"' in home
        assert "hiv_1" not in home
        assert "2 visits and tests after exams" in home
        text = (await browser.get("/follow-ups")).text
        assert "HIV test again" in text
        assert 'action="/export/follow-ups"' in text
        others.say("GET", SERVICE, "/follow-ups", [])
        assert "Nothing is due within two weeks." in (await browser.get("/follow-ups")).text


async def test_claims_are_for_the_clinics_coordinator_and_what_is_not_on_file_says_so(console: Console) -> None:
    others = console.others
    claim = {"claim": str(uuid4()), "exam_date": "2026-11-20", "facility": "The Bridge", "service_code": None}
    claim |= {"stage": "not_sent", "stage_on": None, "paid_cents": None}
    others.say("GET", SERVICE, "/claims", [claim | {"amount_cents": None}, claim | {"amount_cents": 100050}])
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get("/claims?since=2026-11-01&until=")).text
        assert others.asked[-1].params == {"since": "2026-11-01"}
        for says in ("not on file", "$1,000.50", "The Bridge", "Miss. Code 99-37-25", 'action="/export/claims"'):
            assert says in text, says
        assert (await browser.get("/claims?since=yesterday")).status_code == 422
        others.say("GET", SERVICE, "/claims", [])
        assert "No exam was done in these days." in (await browser.get("/claims")).text
    closed = {
        "nurse": ("/claims",),
        "laboratory": (PAGE, AFTER, "/follow-ups", "/claims"),
        "police": (PAGE, AFTER, "/follow-ups", "/claims"),
        "coordinator": (PAGE, AFTER, "/follow-ups", "/claims"),
        "advocate": (PAGE, AFTER, "/follow-ups", "/claims"),
    }
    for who, paths in closed.items():
        async with signed_in(console, who) as browser:
            assert {path: (await browser.get(path)).status_code for path in paths} == dict.fromkeys(paths, 403), who


async def test_what_became_of_a_claim_is_recorded_step_by_step_and_told_in_both_languages(console: Console) -> None:
    others, claim = console.others, str(uuid4())
    place = f"/claims/{claim}"
    line = {"claim": claim, "exam_date": "2026-11-20", "facility": "The Bridge", "service_code": None}
    line |= {"amount_cents": None, "stage": "sent", "stage_on": "2026-11-20", "paid_cents": None}
    steps = [{"stage": "sent", "on": "2026-11-20", "cents": None}]
    others.say("GET", SERVICE, place, {"version": 1, "line": line, "steps": steps})
    others.say("POST", SERVICE, f"{place}/steps", STORED)
    others.say("POST", SERVICE, f"{place}/correction", STORED)
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get(place)).text
        for says in ("Sent, no answer yet", "It was paid", "It was refused", "the victim is sent no bill"):
            assert says in text, says
        assert f'action="{place}/sent"' not in text
        paid = {"on": "2026-11-21", "amount": "$1,000.5", "version": "1"}
        assert (await browser.post(f"{place}/paid", paid)).status_code == 303
        assert others.commands[-1].body == {"step": "paid", "on": "2026-11-21", "cents": 100_050}
        assert (await browser.post(f"{place}/refused", {"on": "2026-11-21", "version": "1"})).status_code == 303
        assert others.commands[-1].body == {"step": "refused", "on": "2026-11-21"}
        assert (await browser.post(f"{place}/correction", {"version": "1"})).status_code == 303
        for wrong in ({"amount": "much"}, {"on": "yesterday"}, {"on": ""}):
            refused = await browser.post(f"{place}/paid", paid | wrong)
            assert (refused.status_code, 'data-at="paid" open' in refused.text) == (422, True), wrong
        line |= {"stage": "refused"}
        others.say("GET", SERVICE, place, {"version": 2, "line": line, "steps": steps})
        browser.http.cookies.set("language", "es")
        text = (await browser.get(place)).text
        assert "Rechazado" in text
        assert f'action="{place}/sent"' in text
    for who in ("nurse", "police", "coordinator"):
        async with signed_in(console, who) as browser:
            assert (await browser.get(place)).status_code == 403
