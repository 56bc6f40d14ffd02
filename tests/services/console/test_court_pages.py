"""The prosecutor's pages: queues named by duty, the case, who is never accused, and what each form sends."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.jurisdictions import load_mississippi_charging
from services.console.frame.words import read_entries
from tests.services.console.clinic_given import signed_in
from tests.services.console.court_given import (
    ACCUSED,
    AT,
    CASE,
    COUNT,
    HEARING,
    SENT_AT,
    SERVICE,
    TYPED,
    VICTIM,
    a_case,
    a_count,
    a_row,
    a_transfer,
    an_accused,
    due,
)
from tests.services.console.house import NOT_FOUND, NOW, STORED, Console


async def test_a_prosecutor_lands_on_referrals_to_decide_and_queues_named_by_duty(console: Console) -> None:
    referred = a_row(phase="referred", open_counts=0)
    arraign = a_row(due=[due("C39", 20), due("hearing:arraignment", 3)], missed=["C35"], limitation_not_on_file=1)
    many = [a_row(due=[due("C41", 100 + n)]) for n in range(30)]
    rows = {"referred": [referred], None: [arraign, referred, *many]}
    console.others.say("GET", SERVICE, "/transfers", [])
    console.others.say("GET", SERVICE, "/safe-harbour", [])
    console.others.answers["GET", SERVICE, "/cases"] = lambda asked: (200, rows[asked.params.get("phase")])
    async with signed_in(console, "prosecutor") as browser:
        assert (await browser.get("/")).headers["location"] == "/court"
        text = (await browser.get("/court")).text
        assert "Referrals to decide <b>1</b>" in text
        assert "Arraign within 30 days <b>1</b>" in text
        assert "Try within 270 days <b>30</b>" in text
        assert f'href="/court/{referred["case"]}"' in text
        assert f'href="/court/{arraign["case"]}"' not in text
        assert "Hearing: Arraignment" in (await browser.get("/court?queue=hearings")).text
        missed = (await browser.get("/court?queue=missed")).text
        assert "Initial appearance: missed" in missed
        assert "For 1 count the limitation is not on file: ask counsel." in missed
        second = (await browser.get("/court?queue=C41&skip=25")).text
        assert "26 to 30 of 30" in second
        assert 'href="?queue=C41&amp;skip=0"' in second
        assert "Next in your office" not in text + second
        rows |= {"referred": [], None: [arraign, *many]}
        coming = (await browser.get("/court")).text.partition("Next in your office")[2].partition("</ol>")[0]
        assert coming.count("<li>") == 10
        assert coming.index("Hearing: Arraignment") < coming.index("Arraignment</b>", coming.index("Hearing") + 30)
        assert coming.count("Trial</b>") == 8
        rows |= {"referred": [], None: []}
        assert "No case is here." in (await browser.get("/court")).text


async def test_a_case_says_what_the_law_asks_of_each_accused_and_names_nobody(console: Console) -> None:
    a_case(console.others)
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"/court/{CASE}")).text
    for says in (
        "Accused 1",
        "Human trafficking",
        "act of 1 Mar, ",
        "Prison: 20 years to life",
        "Fine: not on file",
        "Limitation: not on file. Ask counsel.",
        "Arraignment",
        'MRCrP 15.1(a) (<a href="/rules#C39">C39</a>)',
        "continuance_witness: due later",
        "put off by 30 days, A witness is not available",
        "1 deadline that is over",
        "moved once",
        "Names of the accused",
    ):
        assert says in text, says
    assert "Accept the case" not in text


async def test_a_referral_is_accepted_or_declined_with_a_reason_of_the_list(console: Console) -> None:
    others = console.others
    a_case(others, phase="referred", accused=[], hearings=[])
    for path in ("acceptance", "decline", "conflicts"):
        others.say("POST", SERVICE, f"/cases/{CASE}/{path}", STORED)
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"/court/{CASE}")).text
        assert "Your office prosecutes." in text
        assert "Add an accused" not in text
        unsaid = await browser.post(f"/court/{CASE}/decline", TYPED | {"note": "Invented."})
        assert (unsaid.status_code, "Reason: fill this in." in unsaid.text, "Invented." in unsaid.text) == (
            422,
            True,
            True,
        )
        await browser.post(f"/court/{CASE}/decline", TYPED | {"reason": "limitation"})
        assert others.commands[-1].body == {"reason": "limitation", "note": None}
        await browser.post(f"/court/{CASE}/accept", TYPED)
        assert others.commands[-1].headers["if-match"] == '"6"'
        gone = await browser.post(f"/court/{CASE}/conflict", TYPED | {"reason": "My cousin."})
        assert gone.headers["location"].startswith("/court#"), "the case is not theirs to see any more"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("minor_never_accused", "was under 18 at the time of the act and is not accused of this offence"),
        ("age_not_known", "Stop: nobody under 18 is accused of this offence"),
    ],
)
async def test_a_child_is_never_accused_and_an_unknown_age_stops_and_asks(
    console: Console, code: str, says: str
) -> None:
    others = console.others
    a_case(others)
    refused = {
        "type": "urn:muster:problem:rule-refused",
        "title": "No",
        "status": 409,
        "detail": "English.",
        "code": code,
        "rule": "minor_never_accused",
        "citation": "Miss. Code 97-29-49(4)",
    }
    others.say("POST", SERVICE, f"/cases/{CASE}/accused", refused, 409)
    typed = {"name": "Example Person", "offence": "MS-1", "act_on": "2026-03-01", "age_at_act": "not_known"}
    async with signed_in(console, "prosecutor") as browser:
        answer = await browser.post(f"/court/{CASE}/accused", TYPED | typed)
    assert answer.status_code == 409
    assert says in answer.text
    assert "(Miss. Code 97-29-49(4))" in answer.text
    assert 'value="Example Person"' in answer.text
    assert 'id="add-accused" data-at="add-accused" open' in answer.text


COUNTED = {"offence": "MS-1", "act_on": "2026-03-01", "age_at_act": "adult", "stage": "grand_jury"}
DATED = {"set_for_day": "2026-11-21", "set_for": "03:00"}


@pytest.mark.parametrize(
    ("place", "path", "fields", "body"),
    [
        (
            "accused",
            "accused",
            {"name": "Example Person", "born": "1990-02-03"} | COUNTED,
            {"name": "Example Person", "born": "1990-02-03", "counts": [COUNTED]},
        ),
        ("accused", "accused", {"name": "Example Person"}, {"name": "Example Person"}),
        (f"accused/{ACCUSED}/counts", "counts", COUNTED, COUNTED | {"accused": str(ACCUSED)}),
        (
            f"accused/{ACCUSED}/counts",
            "counts",
            COUNTED | {"victim": str(VICTIM)},
            COUNTED | {"victim": str(VICTIM), "accused": str(ACCUSED)},
        ),
        (
            f"accused/{ACCUSED}/counts",
            "counts",
            COUNTED | {"victim": "another"},
            COUNTED | {"another_victim": True, "accused": str(ACCUSED)},
        ),
        (
            f"accused/{ACCUSED}/stage",
            f"accused/{ACCUSED}/stages",
            {"stage": "arraignment", f"count-{COUNT}": "yes"} | AT,
            {"stage": "arraignment", "counts": [str(COUNT)], "at": SENT_AT},
        ),
        (
            f"accused/{ACCUSED}/age",
            f"accused/{ACCUSED}/age-corrections",
            {"age": "under_18", "reason": "Invented."},
            {"age": "under_18", "reason": "Invented."},
        ),
        (
            f"counts/{COUNT}/supersede",
            f"counts/{COUNT}/supersession",
            COUNTED,
            {name: value for name, value in COUNTED.items() if name != "stage"},
        ),
        (
            f"accused/{ACCUSED}/stage",
            f"accused/{ACCUSED}/stages",
            {"stage": "arraignment"} | AT,
            {"stage": "arraignment", "at": SENT_AT},
        ),
        (f"accused/{ACCUSED}/demand", f"accused/{ACCUSED}/hearing-demands", AT, {"at": SENT_AT}),
        (f"accused/{ACCUSED}/release", f"accused/{ACCUSED}/releases", AT, {"at": SENT_AT}),
        (
            f"accused/{ACCUSED}/continuance",
            f"accused/{ACCUSED}/continuances",
            {"ground": "agreed", "days": "30"} | AT,
            {"ground": "agreed", "days": 30, "at": SENT_AT},
        ),
        (
            f"accused/{ACCUSED}/continuance",
            f"accused/{ACCUSED}/continuances",
            {"ground": "witness", "motion": "state", "since": "2026-12-01", "until": "2026-12-24"} | AT,
            {
                "ground": "witness",
                "motion": "state",
                "since": "2026-12-01",
                "until": "2026-12-24",
                "at": SENT_AT,
            },
        ),
        (
            f"accused/{ACCUSED}/continuance/2/correct",
            f"accused/{ACCUSED}/continuances/2/correction",
            {"reason": "not_granted"},
            {"reason": "not_granted"},
        ),
        (f"accused/{ACCUSED}/new-trial", f"accused/{ACCUSED}/new-trial-motions", AT, {"at": SENT_AT}),
        (f"accused/{ACCUSED}/cross-notice", f"accused/{ACCUSED}/cross-notices", AT, {"at": SENT_AT}),
        (
            f"counts/{COUNT}/outcome",
            f"counts/{COUNT}/outcomes",
            {"outcome": "dismissed"} | AT,
            {"outcome": "dismissed", "at": SENT_AT},
        ),
        (
            "hearings",
            "hearings",
            {"kind": "trial", "court": "circuit", f"accused-{ACCUSED}": "yes"} | DATED,
            {"kind": "trial", "court": "circuit", "accused": [str(ACCUSED)], "set_for": SENT_AT},
        ),
        (
            f"hearings/{HEARING}/move",
            f"hearings/{HEARING}/moves",
            {"reason": "weather"} | DATED,
            {"reason": "weather", "set_for": SENT_AT},
        ),
        (f"hearings/{HEARING}/hold", f"hearings/{HEARING}/holding", AT, {"at": SENT_AT}),
        ("withdraw", "transfers/withdrawal", {"reason": "A mistake."}, {"reason": "A mistake."}),
        (
            "transfer",
            "transfers",
            {"office": "DA-20", "reason": "venue", "note": "Invented."},
            {"office": "DA-20", "reason": "venue", "note": "Invented."},
        ),
        (f"hearings/{HEARING}/vacate", f"hearings/{HEARING}/vacation", {"reason": "court"}, {"reason": "court"}),
    ],
)
async def test_every_step_of_a_case_is_sent_as_it_was_typed(
    console: Console, place: str, path: str, fields: dict[str, str], body: dict[str, Any]
) -> None:
    others = console.others
    a_case(others)
    others.say("POST", SERVICE, f"/cases/{CASE}/{path}", STORED)
    async with signed_in(console, "prosecutor") as browser:
        answer = await browser.post(f"/court/{CASE}/{place}", fields | TYPED)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(f"/court/{CASE}#")
    sent = others.commands[-1]
    assert sent.body == body
    assert (sent.headers["if-match"], sent.headers["idempotency-key"]) == ('"6"', "a key of this form")


async def test_a_case_shows_whom_a_count_is_against_whether_it_is_registrable_and_lets_counts_be_chosen(
    console: Console,
) -> None:
    offence = a_count()["offence"]
    first = a_count(victim=str(VICTIM), offence=offence | {"registrable": "yes"})
    sometimes = offence | {"registrable": "only if the victim is under 18"}
    second = a_count(count=str(UUID(int=99)), offence=sometimes)
    a_case(console.others, accused=[an_accused() | {"counts": [first, second]}])
    async with signed_in(console, "prosecutor") as browser:
        page = (await browser.get(f"/court/{CASE}")).text
    assert "against: Victim 1" in page
    assert f'<option value="{VICTIM}">Victim 1</option>' in page
    assert f'<option value="{VICTIM}" selected>Victim 1</option>' in page, "what takes its place is against the same"
    assert '<option value="another">' in page
    assert "Registration as a sex offender follows a conviction" in page
    assert '<span lang="en">only if the victim is under 18</span>' in page
    assert f'name="count-{COUNT}"' in page


async def test_what_cannot_be_meant_on_a_case_comes_back_as_it_was_typed(console: Console) -> None:
    a_case(console.others)
    wrong = {
        f"accused/{ACCUSED}/counts": ({"offence": "MS-1", "act_on": "2026-02-30"}, "Give a day that exists."),
        f"accused/{ACCUSED}/continuance": (AT | {"days": "many"}, "Give the number of days."),
        f"accused/{ACCUSED}/continuance?": (AT | {"until": "2027-02-30"}, "Give a day that exists."),
        "hearings": ({"kind": "trial"} | DATED, "Say whose hearing it is."),
    }
    async with signed_in(console, "prosecutor") as browser:
        for place, (fields, says) in wrong.items():
            answer = await browser.post(f"/court/{CASE}/{place}", TYPED | fields)
            assert (answer.status_code, says in answer.text) == (422, True), place
        assert console.others.commands == []


async def test_names_and_notes_are_pages_of_their_own_that_say_they_are_on_record(console: Console) -> None:
    others = console.others
    others.say(
        "GET", SERVICE, f"/cases/{CASE}/accused", [{"accused": str(ACCUSED), "name": "Example <b>", "born": None}]
    )
    note = {"occasion": "case.referral_explained", "written_at": NOW.isoformat(), "text": "Invented."}
    others.say("GET", SERVICE, f"/cases/{CASE}/notes", [note])
    async with signed_in(console, "prosecutor") as browser:
        names = (await browser.get(f"/court/{CASE}/accused")).text
        notes = (await browser.get(f"/court/{CASE}/notes")).text
    for text in (names, notes):
        assert "That you opened this page is on record." in text
    assert "Example &lt;b&gt;" in names
    assert "not on file" in names
    assert "On the referral" in notes
    others.say("GET", SERVICE, f"/cases/{CASE}", NOT_FOUND, 404)
    async with signed_in(console, "prosecutor") as browser:
        assert (await browser.get(f"/court/{CASE}")).status_code == 404
    async with signed_in(console, "police") as browser:
        assert (await browser.get(f"/court/{CASE}")).status_code == 403


def test_every_code_of_the_courts_has_a_word() -> None:
    tables, entries = load_mississippi_charging(), read_entries()
    wanted = {
        *(f"stage.{code}" for code in tables.stages),
        *(f"outcome.{code}" for code in tables.outcomes),
        *(f"hearing.{code}" for code in tables.hearings),
        *(f"court_of.{code}" for code in tables.courts),
        *(f"decline.{code}" for code in tables.reasons.decline),
        *(f"hearing_change.{code}" for code in tables.reasons.hearing_change),
        *(f"continuance.{code}" for code in tables.reasons.continuance),
        *(f"motion.{code}" for code in tables.reasons.motion),
        *(f"continuance_error.{code}" for code in tables.reasons.continuance_error),
        *(f"transfer_reason.{code}" for code in tables.reasons.transfer),
    }
    assert wanted - entries.keys() == set()


async def test_an_offered_case_is_answered_on_a_page_that_shows_the_offer_alone(console: Console) -> None:
    others = console.others
    others.say("GET", SERVICE, "/cases", [])
    others.say("GET", SERVICE, "/transfers", [a_transfer(), a_transfer(transfer=1, phase="refused")])
    others.say("GET", SERVICE, "/safe-harbour", [])
    page = f"/court/transfers/{CASE}/2"
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get("/court")).text
        assert "Another office offers you a case" in text
        assert f'href="{page}"' in text
        offered = (await browser.get(page)).text
        assert "Venue lies in another circuit" in offered
        assert "3 open counts" in offered
        assert "Your office is responsible from this moment" in offered
        assert (await browser.get(f"/court/transfers/{CASE}/1")).status_code == 404
        for path in ("acceptance", "refusal"):
            others.say("POST", SERVICE, f"/cases/{CASE}/transfers/{path}", STORED)
        taken = await browser.post(f"{page}/accept", {"key": "a key of it"})
        assert taken.headers["location"] == f"/court/{CASE}"
        assert others.commands[-1].body == {"transfer": 2}
        unsaid = await browser.post(f"{page}/refuse", {"key": "another key"})
        assert (unsaid.status_code, "Reason: fill this in." in unsaid.text) == (422, True)
        refused = await browser.post(f"{page}/refuse", {"key": "another key", "reason": "Venue is yours."})
        assert refused.headers["location"].startswith("/court#")
        assert others.commands[-1].body == {"transfer": 2, "reason": "Venue is yours."}


async def test_what_was_handed_on_is_one_line_that_leads_nowhere(console: Console) -> None:
    others = console.others
    others.say("GET", SERVICE, "/cases", [])
    ours: dict[str, Any] = {"giver": "DA-07", "receiver": "DA-20"}
    gone = a_transfer(phase="accepted", answered_at=NOW.isoformat(), **ours)
    kept = a_transfer(case=str(uuid4()), phase="refused", answered_at=NOW.isoformat(), **ours)
    others.say("GET", SERVICE, "/transfers", [gone, kept])
    others.say("GET", SERVICE, "/safe-harbour", [])
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get("/court")).text
    assert "This line is all that your office keeps." in text
    assert "Until then: accepted, 1 accused, 3 open counts" in " ".join(text.split())
    assert "did not take it. It stays with your office" in text
    assert str(CASE) not in text


async def test_an_offer_that_waits_can_be_taken_back_and_no_other_be_made(console: Console) -> None:
    a_case(console.others)
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"/court/{CASE}")).text
        assert "Hand the case on to another office" in text
        assert 'value="DA-07"' not in text
        assert "From then on you see none of it" in text
        console.others.say("GET", SERVICE, "/transfers", [a_transfer(giver="DA-07", receiver="DA-20")])
        pending = (await browser.get(f"/court/{CASE}")).text
    assert "no answer yet. It stays with your office until they accept." in pending
    assert "Hand the case on to another office" not in pending
    assert "The other office cannot accept it any more." in pending
