"""The pages of who keeps accounts: an agency's people, the quarterly attestation, and an operator's agencies."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.console.house import NOT_FOUND, NOW, OPERATOR, STORED, Browser, Console
from tests.support.running_service import Person

ADMINISTRATOR = Person(("administrator",), agency="CVP")
SOMEBODY = UUID(int=71)
DAY = timedelta(days=1)
INVITED = {"reference": str(SOMEBODY), "version": 3, "position": 9, "invitation": "an-invitation-of-somebody"}
REFUSED = {"type": "urn:muster:problem:refused", "title": "No", "status": 409, "detail": "English."}


def person(who: UUID = SOMEBODY, standing: str = "active", **changes: Any) -> dict[str, Any]:
    return {
        "account": {
            "reference": str(who),
            "version": 8,
            "agency": "CVP",
            "roles": ["victim_advocate", "agency_reporter"],
            "name": "Example Advocate One",
            "sign_in_name": "one@example.org",
            "counties": [],
            "leaves_at": None,
            "answer_by": None,
        }
        | changes.pop("account", {}),
        "standing": standing,
        "dormant": False,
        "locked": standing == "locked",
        "invited_until": None,
        "signed_in_at": (NOW - DAY).isoformat(),
    } | changes


QUARTER = {
    "quarter": 2,
    "since": (NOW - 70 * DAY).isoformat(),
    "asked_from": (NOW - 7 * DAY).isoformat(),
    "due_at": (NOW + 21 * DAY).isoformat(),
    "asked": True,
    "total": 14,
    "answered": 11,
    "rule": "C84",
    "citation": "NIST SP 800-53 AC-2(j)",
}


async def signed_in(console: Console, who: Person) -> AsyncIterator[Browser]:
    console.others.people = {**console.others.people, "who@example.org": who}
    async with console.browser() as found:
        assert (await found.sign_in("who@example.org")).status_code == 303
        console.others.asked.clear()
        yield found


@pytest.fixture
async def browser(console: Console) -> AsyncIterator[Browser]:
    """Of an administrator."""
    async for found in signed_in(console, ADMINISTRATOR):
        yield found


@pytest.fixture
async def operators(console: Console) -> AsyncIterator[Browser]:
    """Of an operator who administers no agency."""
    async for found in signed_in(console, OPERATOR):
        yield found


async def test_the_people_of_the_agency_are_listed_and_narrowed_by_codes_alone(browser: Browser) -> None:
    others = browser.console.others
    people = {"accounts": [person(), person(uuid4(), "suspended", dormant=True)], "next": 77}
    others.say("GET", "identity", "/accounts", people)
    page = await browser.get("/people?role=victim_advocate&standing=dormant&after=5")
    (asked,) = [each for each in others.asked if each.path == "/accounts"]
    assert asked.params == {"role": "victim_advocate", "standing": "dormant", "after": "5"}
    assert f'href="/people/{SOMEBODY}"' in page.text
    assert "suspended" in page.text
    assert "signed in Fri 03:12" in page.text
    assert "role=victim_advocate&amp;standing=dormant&amp;after=77" in page.text
    others.say("GET", "identity", "/accounts", {"accounts": [], "next": None})
    assert "Nobody here." in (await browser.get("/people")).text
    assert (await browser.get("/")).headers["location"] == "/people"


async def test_an_account_is_opened_with_its_roles_and_the_invitation_is_shown_once(browser: Browser) -> None:
    others = browser.console.others
    others.say("POST", "identity", "/accounts", INVITED, 201)
    form = (await browser.get("/people/new")).text
    assert 'name="role_victim_advocate"' in form
    # What another agency alone may hold, and an operator, are not offered.
    assert "role_cps_intake" not in form
    assert "role_operator" not in form
    given = {"name": "Example Advocate One", "sign_in_name": "one@example.org", "role_victim_advocate": "yes"}
    page = await browser.post("/people/new", given | {"counties": "Hinds, Pearl River,", "key": "the key of this form"})
    assert "http://localhost:8107/set-up#an-invitation-of-somebody" in page.text
    (sent,) = others.commands
    assert sent.body == {
        "name": "Example Advocate One",
        "sign_in_name": "one@example.org",
        "agency": "CVP",
        "roles": ["victim_advocate"],
        "counties": ["Hinds", "Pearl River"],
    }
    assert sent.headers["idempotency-key"] == "the key of this form"
    none = await browser.post("/people/new", {"name": "Example Advocate One", "sign_in_name": "one@example.org"})
    assert (none.status_code, "Choose at least one role." in none.text) == (422, True)
    assert 'value="Example Advocate One"' in none.text


async def test_what_an_administrator_does_is_decided_on_the_page_as_it_was_shown(browser: Browser) -> None:
    others = browser.console.others
    others.say("GET", "identity", f"/accounts/{SOMEBODY}/standing", person(standing="locked"))
    page = (await browser.get(f"/people/{SOMEBODY}")).text
    assert "Locked after failed sign-ins" in page
    assert "Remove: Certified advocate" in page
    assert "Wherever your agency works." in page
    past = {"leaves_at_day": "2026-11-20", "leaves_at": "17:00"}
    acts: dict[str, tuple[dict[str, str], str, Any]] = {
        "roles/grant": ({"role": "auditor"}, "grant-role", {"role": "auditor"}),
        "roles/remove": ({"role": "agency_reporter"}, "remove-role", {"role": "agency_reporter"}),
        "counties": ({"counties": "Hinds; Rankin"}, "counties", {"counties": ["Hinds", "Rankin"]}),
        "unlock": ({}, "unlock", {}),
        "stays": ({}, "leaving/withdraw", {}),
    }
    acts_of_leaving = {
        "close": (past, {"left_at": "2026-11-20T23:00:00+00:00"}),
        "leaving": (past | {"leaves_at_day": "2026-11-30"}, {"leaves_at": "2026-11-30T23:00:00+00:00"}),
    }
    for path, (fields, command, body) in acts.items():
        others.say("POST", "identity", f"/accounts/{SOMEBODY}/{command}", STORED)
        answer = await browser.post(f"/people/{SOMEBODY}/{path}", fields | {"version": "8", "key": "a key of a form"})
        assert answer.status_code == 303, answer.text
        sent = others.commands[-1]
        assert (sent.path, sent.body) == (f"/accounts/{SOMEBODY}/{command}", body)
        assert (sent.headers["if-match"], sent.headers["idempotency-key"]) == ('"8"', "a key of a form")
    for command, (fields, body) in acts_of_leaving.items():
        others.say("POST", "identity", f"/accounts/{SOMEBODY}/{command}", STORED)
        answer = await browser.post(f"/people/{SOMEBODY}/leaving", fields | {"version": "8"})
        assert answer.headers["location"] == f"/people/{SOMEBODY}#leaving"
        assert (others.commands[-1].path, others.commands[-1].body) == (f"/accounts/{SOMEBODY}/{command}", body)
    others.say("POST", "identity", f"/accounts/{SOMEBODY}/invite", INVITED)
    again = await browser.post(f"/people/{SOMEBODY}/invite", {"version": "8"})
    assert "an-invitation-of-somebody" in again.text


async def test_what_is_refused_stands_at_its_place_with_what_was_typed(browser: Browser) -> None:
    others = browser.console.others
    others.say("GET", "identity", f"/accounts/{SOMEBODY}/standing", person())
    others.say("POST", "identity", f"/accounts/{SOMEBODY}/close", REFUSED, 409)
    given = {"leaves_at_day": "2026-11-20", "leaves_at": "17:00", "version": "8"}
    answer = await browser.post(f"/people/{SOMEBODY}/leaving", given)
    assert answer.status_code == 409
    assert 'data-at="leaving" open' in answer.text
    assert 'value="17:00"' in answer.text
    typed = await browser.post(f"/people/{SOMEBODY}/leaving", given | {"leaves_at": "29:00"})
    assert (typed.status_code, 'value="29:00"' in typed.text) == (422, True)
    for path in ("close", "invite"):
        others.say("POST", "identity", f"/accounts/{SOMEBODY}/{path}", NOT_FOUND, 404)
    for path in ("leaving", "invite"):
        assert (await browser.post(f"/people/{SOMEBODY}/{path}", given)).status_code == 404
    others.say("GET", "identity", f"/accounts/{SOMEBODY}/standing", NOT_FOUND, 404)
    assert (await browser.get(f"/people/{SOMEBODY}")).status_code == 404


async def test_of_ones_own_account_nothing_is_offered_that_would_be_refused(browser: Browser) -> None:
    own = person(ADMINISTRATOR.account, account={"roles": ["administrator"]})
    browser.console.others.say("GET", "identity", f"/accounts/{ADMINISTRATOR.account}/standing", own)
    page = (await browser.get(f"/people/{ADMINISTRATOR.account}")).text
    assert "This is your own account." in page
    assert "/leaving" not in page
    assert "/roles/remove" not in page
    browser.console.others.say("GET", "identity", f"/accounts/{SOMEBODY}/standing", person(standing="closed"))
    closed = (await browser.get(f"/people/{SOMEBODY}")).text
    assert '<form method="post" action="/people' not in closed
    assert f'href="/clocks/C81?of={SOMEBODY}"' in closed


async def test_the_attestation_says_until_when_and_why_and_takes_an_answer_for_each_account(browser: Browser) -> None:
    others = browser.console.others
    own = person(ADMINISTRATOR.account, account={"roles": ["administrator"]})
    found = {"quarter": QUARTER, "accounts": [person(standing="suspended"), own], "next": None}
    others.say("GET", "identity", "/attestation", found)
    page = (await browser.get("/attestation")).text
    for said in (
        "21 d",
        "11 of 14 accounts answered for.",
        "plus 91 days is",
        "NIST SP 800-53 AC-2(j) (C84)",
        'href="/clocks/C84-',
    ):
        assert said in page, said
    assert "suspended" in page
    assert "Your own account." in page
    others.say("POST", "identity", f"/accounts/{SOMEBODY}/confirm", STORED)
    answer = await browser.post(f"/attestation/{SOMEBODY}", {"version": "8", "role_victim_advocate": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/attestation")
    assert others.commands[-1].body == {"roles": ["victim_advocate"]}
    assert others.commands[-1].headers["if-match"] == '"8"'
    none = await browser.post(f"/attestation/{SOMEBODY}", {"version": "8"})
    assert (none.status_code, "Leave at least one role." in none.text) == (422, True)
    refused = REFUSED | {"code": "own_account_not_answered_for"}
    others.say("POST", "identity", f"/accounts/{ADMINISTRATOR.account}/confirm", refused, 409)
    alone = await browser.post(f"/attestation/{ADMINISTRATOR.account}", {"role_administrator": "yes", "version": "8"})
    assert (alone.status_code, "Nobody answers for their own account." in alone.text) == (409, True)
    others.say("GET", "identity", "/attestation", {"quarter": None, "accounts": [], "next": None})
    assert "Nothing to answer at present." in (await browser.get("/attestation")).text


async def test_an_operator_lets_agencies_take_part_and_answers_where_nobody_else_can(operators: Browser) -> None:
    others = operators.console.others
    others.say("GET", "identity", "/agencies", [{"agency": "CVP", "name": "Example name of CVP"}])
    others.say("GET", "identity", "/attestation/administrators", [person(account={"roles": ["administrator"]})])
    page = (await operators.get("/agencies")).text
    assert "Administrators only you can answer for" in page
    # People of another agency are no page of the operator's.
    assert f"/people/{SOMEBODY}" not in page
    assert (await operators.get("/people")).status_code == 403
    others.say("POST", "identity", "/agencies", STORED, 201)
    others.say("POST", "identity", "/agencies/CVP/first-administrator", INVITED, 201)
    others.say("POST", "identity", f"/accounts/{SOMEBODY}/confirm", STORED)
    assert (await operators.post("/agencies", {"agency": "DA-07"})).status_code == 303
    assert others.commands[-1].body == {"agency": "DA-07"}
    named = {"of": "CVP", "name": "Example Administrator", "sign_in_name": "two@example.org"}
    opened = await operators.post("/agencies/administrators", named)
    assert "an-invitation-of-somebody" in opened.text
    answered = await operators.post(f"/agencies/administrators/{SOMEBODY}", {"role_administrator": "yes"})
    assert answered.headers["location"] == "/agencies"
    others.say("POST", "identity", "/agencies", REFUSED, 409)
    refused = await operators.post("/agencies", {"agency": "DA-07"})
    assert (refused.status_code, '<option value="DA-07" selected>' in refused.text) == (409, True)
    missing = await operators.post("/agencies/administrators", {"of": "CVP", "name": "Example Administrator"})
    assert (missing.status_code, 'value="Example Administrator"' in missing.text) == (422, True)
