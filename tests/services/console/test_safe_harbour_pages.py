"""Accused who may be victims, on the pages: the prosecutor's lane and queue, the coordinator's board, each form."""

from typing import Any
from uuid import UUID

from tests.services.console.boards import a_board
from tests.services.console.clinic_given import signed_in
from tests.services.console.court_given import (
    ACCUSED,
    AT,
    CASE,
    COUNT,
    SENT_AT,
    SERVICE,
    TIP,
    TYPED,
    a_case,
    a_harbour,
    a_harbour_row,
    a_row,
)
from tests.services.console.house import NOW, STORED, Console

PETITION, LETTER = UUID(int=71), UUID("00000048-0000-4000-8000-000000000000")
AT_ACCUSED = f"/cases/{CASE}/accused/{ACCUSED}/safe-harbour"
PAGE = f"/court/{CASE}/accused/{ACCUSED}/safe-harbour"


def a_petition(**changes: Any) -> dict[str, Any]:
    return {
        "petition": str(PETITION),
        "count": str(COUNT),
        "route": "vacatur",
        "phase": "filed",
        "court": "circuit",
        "reason": "",
        "letters": [{"letter": str(LETTER), "issuer": "child_protection", "issued_at": NOW.isoformat()}],
        "steps": [["opened", NOW.isoformat()], ["filed", NOW.isoformat()]],
        "told": [],
        "untold": [],
        "next": ["letter", "heard", "granted", "denied", "withdrawn"],
    } | changes


def a_referral(to: str, **changes: Any) -> dict[str, Any]:
    owed: dict[str, Any] = {
        "to": to,
        "phase": "owed",
        "made_at": None,
        "answer": "",
        "reason": "",
        "citation": None,
        "answers": [],
    }
    return owed | changes


def found(**changes: Any) -> dict[str, Any]:
    """A child at the time, convicted, with a petition before the court."""
    return (
        a_harbour(
            version=7,
            grounds=[{"ground": "minor_at_act", "found_at": NOW.isoformat(), "by_itself": True}],
            referrals=[a_referral("cps_hotline", citation="Miss. Code 43-26-3"), a_referral("victim_advocate")],
            listed=[str(COUNT)],
            to_petition=[str(COUNT)],
            petitions=[a_petition()],
        )
        | changes
    )


async def test_a_case_says_first_that_an_accused_may_be_a_victim_and_what_is_owed_in_both_languages(
    console: Console,
) -> None:
    a_case(console.others)
    console.others.say("GET", SERVICE, f"/cases/{CASE}/safe-harbour", [found()])
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"/court/{CASE}")).text
        spanish = (await browser.get(f"/court/{CASE}", **{"Accept-Language": "es"})).text
    for says in (
        "Accused 1 may be a victim.",
        "Under 18 at the time of an act",
        "The coordinator is alerted, and has not said yet to have seen it.",
        "By Miss. Code 43-26-3.",
        "No law for it is on file.",
        "1 conviction listed for vacatur: open a petition.",
        "Letter 00000048: Child Protection Services",
        "Miss. Code 97-3-54.6(5)",
        "Whether the enacted text matches was not read",
        "Which service, and what it does for the person, is theirs alone",
    ):
        assert says in text, says
    assert "El acusado 1 puede ser víctima." in spanish
    assert "1 condena por anular: abra una petición." in spanish
    assert text.index("Accused 1 may be a victim.") < text.index('id="a-'), "the alert comes first"


async def test_a_calm_case_says_nothing_of_it_but_offers_to_enter_what_is_found(console: Console) -> None:
    a_case(console.others)
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"/court/{CASE}")).text
    assert "may be a victim." not in text
    assert "Nothing on record says that this accused is a victim." in text
    assert "This accused is, or was, a victim" in text


FORMS: tuple[tuple[str, str, dict[str, str], dict[str, Any]], ...] = (
    ("ground", "grounds", {"ground": "court_found"} | AT, {"ground": "court_found", "at": SENT_AT}),
    (
        "ground-end",
        "grounds/end",
        {"ground": "court_found", "reason": "shown_otherwise"},
        {"ground": "court_found", "reason": "shown_otherwise"},
    ),
    ("indicators", "indicators", {"sign-debt": "yes"} | AT, {"indicators": ["debt"], "at": SENT_AT}),
    ("seen", "seen", {}, {}),
    ("referrals/task_force/make", "referrals/task_force", AT, {"at": SENT_AT}),
    ("referrals/task_force/leave", "referrals/task_force/not-made", {"reason": "not_safe"}, {"reason": "not_safe"}),
    (
        "referrals/task_force/answer",
        "referrals/task_force/answer",
        {"answer": "taken_up"} | AT,
        {"answer": "taken_up", "at": SENT_AT},
    ),
    (
        "petition",
        "petitions",
        {"count": str(COUNT), "route": "vacatur"} | AT,
        {"count": str(COUNT), "route": "vacatur", "at": SENT_AT},
    ),
)
OF_PETITION: tuple[tuple[str, str, dict[str, str], dict[str, Any]], ...] = (
    ("letter", "letters", {"issuer": "court"}, {"issuer": "court"}),
    ("file", "filing", {"court": "circuit"}, {"court": "circuit"}),
    ("hear", "hearing", {}, {}),
    ("decide", "decision", {"decision": "granted/evidence"}, {"decision": "granted", "reason": "evidence"}),
    ("withdraw", "withdrawal", {"reason": "survivor_wishes"}, {"reason": "survivor_wishes"}),
    ("expunge", "expungement", {}, {}),
    ("tell", "told", {"whom": "survivor"}, {"whom": "survivor"}),
)


async def test_each_form_is_sent_as_it_was_typed_on_the_version_of_the_accused(console: Console) -> None:
    a_case(console.others)
    at_petition = f"petitions/{PETITION}"
    forms = [
        *FORMS,
        *(
            (f"{at_petition}/{form}", f"{at_petition}/{path}", fields | AT, body | {"at": SENT_AT})
            for form, path, fields, body in OF_PETITION
        ),
    ]
    async with signed_in(console, "prosecutor") as browser:
        for form, path, fields, body in forms:
            console.others.say("POST", SERVICE, f"{AT_ACCUSED}/{path}", STORED)
            answer = await browser.post(f"{PAGE}/{form}", TYPED | {"version": "7"} | fields)
            assert answer.status_code == 303, (form, answer.text)
            sent = console.others.commands[-1]
            assert (sent.path, sent.body, sent.headers["if-match"]) == (f"{AT_ACCUSED}/{path}", body, '"7"')


async def test_what_is_not_filled_in_stands_in_its_form_again(console: Console) -> None:
    a_case(console.others)
    console.others.say("GET", SERVICE, f"/cases/{CASE}/safe-harbour", [found()])
    async with signed_in(console, "prosecutor") as browser:
        unsaid = await browser.post(f"{PAGE}/indicators", TYPED | AT)
        undecided = await browser.post(f"{PAGE}/petitions/{PETITION}/decide", TYPED | AT)
    assert (unsaid.status_code, "Choose at least one." in unsaid.text) == (422, True)
    assert f'id="sh-indicators-{ACCUSED}" data-at="sh-indicators-{ACCUSED}" open' in unsaid.text
    assert (undecided.status_code, "Decision: fill this in." in undecided.text) == (422, True)


async def test_the_office_has_a_queue_of_them(console: Console) -> None:
    mine = a_row(case=str(CASE), tip=str(TIP))
    console.others.say("GET", SERVICE, "/transfers", [])
    console.others.answers["GET", SERVICE, "/cases"] = lambda asked: (200, [] if asked.params else [mine, a_row()])
    done = a_harbour_row(case=mine["case"], unseen_by=[], referrals_owed=[], to_petition=0)
    async with signed_in(console, "prosecutor") as browser:
        console.others.say("GET", SERVICE, "/safe-harbour", [a_harbour_row()])
        text = (await browser.get("/court?queue=harbour")).text
        console.others.say("GET", SERVICE, "/safe-harbour", [done])
        assert "Accused who may be victims" not in (await browser.get("/court")).text
    assert "Accused who may be victims <b>1</b>" in text
    assert "Under 18 at the time of an act." in text
    assert "1 referral to make." in text
    assert text.count('<li class="is-') == 1


async def test_the_coordinator_sees_the_alert_on_the_board_and_the_board_stands_without_it(console: Console) -> None:
    others = console.others
    a_board(others)
    others.say("GET", SERVICE, "/safe-harbour", [a_harbour_row(to_petition=0)])
    others.say("POST", SERVICE, f"{AT_ACCUSED}/seen", STORED)
    async with signed_in(console, "coordinator") as browser:
        text = (await browser.get("/board")).text
        assert f'<a href="/cases/{TIP}">' in text
        assert "Report to the CPS hotline, so that a team stands: to be made" in text
        sent = {"key": "a key of this form", "case": str(CASE), "accused": str(ACCUSED)}
        answer = await browser.post("/board/harbour-seen", sent)
        assert (answer.status_code, answer.headers["location"]) == (303, "/board#harbours")
        assert others.commands[-1].body == {}
        others.say("GET", SERVICE, "/safe-harbour", {}, 503)
        alone = await browser.get("/board")
    assert alone.status_code == 200
    assert "cannot be said now" in alone.text
