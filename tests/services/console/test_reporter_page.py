"""Who reported: asked for, answered by somebody else, and shown on a page of its own; what is sent, what comes back."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import COORDINATOR, NOT_FOUND, NOW, PROSECUTOR, STORED, Console

TIP, RELEASE = UUID(int=42), UUID(int=43)
RELEASES = f"/tips/{TIP}/reporter/releases"
PAGE = f"/cases/{TIP}/reporter"
TYPED = {"purpose": "prosecution", "reason": "Seen by them.", "to_whom": "The office.", "authority": "43-21-353"}
TOLD = [{"person": str(uuid4()), "part": "reporter", "name": "Example <Neighbor>", "contact": None, "narrative": None}]


def release(**changes: Any) -> dict[str, Any]:
    given = {
        "release": str(RELEASE),
        "account": str(PROSECUTOR.account),
        "agency": "DA-07",
        "roles": ["prosecutor"],
        "purpose": "prosecution",
        "asked_at": NOW.isoformat(),
        "answer": "",
        "answered_by": None,
        "until": None,
        "reason": "Seen by <them>.",
        "to_whom": "The office.",
        "authority": "43-21-353",
    }
    return given | changes


AGREED = {"answer": "agreed", "answered_by": str(COORDINATOR.account), "until": (NOW + timedelta(hours=4)).isoformat()}


async def test_it_is_asked_for_and_a_form_that_lacks_something_comes_back_as_typed(console: Console) -> None:
    console.others.say("GET", "tips", RELEASES, [])
    console.others.say("POST", "tips", RELEASES, STORED, 201)
    async with signed_in(console, "prosecutor") as browser:
        assert "You have not asked." in (await browser.get(PAGE)).text
        missing = await browser.post(PAGE, TYPED | {"authority": " "})
        assert (missing.status_code, "Seen by them." in missing.text) == (422, True)
        assert console.others.commands == []

        done = await browser.post(PAGE, TYPED | {"key": "k"})

        assert (done.status_code, done.headers["location"]) == (303, PAGE)
        (command,) = console.others.commands
        assert command.body == TYPED | {"order": None}
        assert (await browser.post(f"{PAGE}/{RELEASE}/agreement", {"key": "l"})).status_code == 403


async def test_who_needs_a_courts_order_is_told_so_with_the_law_and_states_it_whole(console: Console) -> None:
    order = {"court": "Example Youth Court", "ordered_on": "2026-11-02", "number": "17"}
    console.others.say("GET", "tips", RELEASES, [release(order=order, answer="refused")])
    console.others.say("POST", "tips", RELEASES, STORED, 201)
    async with signed_in(console, "prosecutor") as browser:
        page = (await browser.get(PAGE)).text
        assert "Law enforcement and prosecutors need none (Miss. Code 43-21-353)" in page
        assert "A court’s order: Example Youth Court, 2 Nov, 17" in page
    async with signed_in(console, "investigator") as browser:
        assert "You need a youth court’s order" in (await browser.get(PAGE)).text
        partly = await browser.post(PAGE, TYPED | {"court": "Example Youth Court"})
        assert (partly.status_code, console.others.commands) == (422, [])
        assert 'href="#ordered_on"' in partly.text
        await browser.post(PAGE, TYPED | order | {"key": "k"})
        assert console.others.commands[-1].body == TYPED | {"order": order}


async def test_who_asked_is_led_to_it_once_agreed_and_no_other_page_shows_it(console: Console) -> None:
    console.others.say("GET", "tips", RELEASES, [release()])
    console.others.say("GET", "tips", f"/tips/{TIP}/reporter", TOLD)
    async with signed_in(console, "prosecutor") as browser:
        waits = (await browser.get(PAGE)).text
        assert (f"{PAGE}?shown=yes" in waits, "Ask to be shown" in waits) == (False, False), "it was asked already"
        console.others.say("GET", "tips", RELEASES, [release(**AGREED)])
        page = (await browser.get(PAGE)).text
        assert f'href="{PAGE}?shown=yes"' in page
        assert "Neighbor" not in page
        assert [each.path for each in console.others.asked if each.path == f"/tips/{TIP}/reporter"] == []

        shown = (await browser.get(f"{PAGE}?shown=yes")).text

        assert "Example &lt;Neighbor&gt;" in shown
        over = AGREED | {"until": NOW.isoformat()}
        console.others.say("GET", "tips", RELEASES, [release(**over)])
        console.others.say("GET", "tips", f"/tips/{TIP}/reporter", NOT_FOUND, 404)
        assert f"{PAGE}?shown=yes" not in (await browser.get(PAGE)).text
        assert (await browser.get(f"{PAGE}?shown=yes")).status_code == 404


async def test_the_coordinator_agrees_or_refuses_with_a_reason(console: Console) -> None:
    console.others.say("GET", "tips", RELEASES, [release()])
    console.others.say("POST", "tips", f"{RELEASES}/{RELEASE}/agreement", STORED)
    console.others.say("POST", "tips", f"{RELEASES}/{RELEASE}/refusal", STORED)
    name(console.others, **{"Example Prosecutor One": PROSECUTOR.account})
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get(PAGE)).text
        assert "Example Prosecutor One" in page
        assert "Seen by &lt;them&gt;." in page
        assert "Ask to be shown" not in page
        unsaid = await browser.post(f"{PAGE}/{RELEASE}/refusal", {"reason": " "})
        assert unsaid.status_code == 422
        assert console.others.commands == []

        agreed = await browser.post(f"{PAGE}/{RELEASE}/agreement", {"key": "k"})
        refused = await browser.post(f"{PAGE}/{RELEASE}/refusal", {"reason": "Ask the court.", "key": "l"})

        assert [agreed.status_code, refused.status_code] == [303, 303]
        assert [each.body for each in console.others.commands] == [None, {"reason": "Ask the court."}]


async def test_what_a_service_refuses_is_said_where_it_was_asked(console: Console) -> None:
    console.others.say("GET", "tips", RELEASES, [release()])
    refusal = {
        "type": "urn:muster:problem:refused", "title": "No", "status": 409, "detail": "No.",
        "code": "release_to_named",
    }  # fmt: skip
    console.others.say("POST", "tips", f"{RELEASES}/{RELEASE}/agreement", refusal, 409)
    async with signed_in(console, "coordinator") as browser:
        answer = await browser.post(f"{PAGE}/{RELEASE}/agreement", {"key": "k"})
        assert answer.status_code == 409
        assert "kept out of this case. Refuse it." in answer.text


async def test_nobody_is_offered_the_answer_to_their_own(console: Console) -> None:
    console.others.say("GET", "tips", RELEASES, [release(account=str(COORDINATOR.account))])
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get(PAGE)).text
        assert "Somebody else answers." in page
        assert "/agreement" not in page


async def test_who_has_nothing_to_do_with_it_has_no_such_page_and_a_hidden_case_has_none(console: Console) -> None:
    for who in ("intake", "nurse"):
        async with signed_in(console, who) as browser:
            assert (await browser.get(PAGE)).status_code == 403
    console.others.say("GET", "tips", RELEASES, NOT_FOUND, 404)
    async with signed_in(console, "prosecutor") as browser:
        assert (await browser.get(PAGE)).status_code == 404
