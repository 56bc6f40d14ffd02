"""The pages of rotas and shifts: what is missing is shown before somebody is put on, and swaps are answered there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import ADVOCATE, NOW, STORED, Console

ROTA, TURNS, OTHER, SWAP = UUID(int=81), UUID(int=82), UUID(int=83), UUID(int=84)
SEAT = "victim_advocate"
WEEK = timedelta(days=7)
AT = NOW + timedelta(seconds=2)
"""The service looks a moment after the page began."""

PAGE = f"/rotas/{ROTA}"
TWICE = {
    "type": "urn:muster:problem:invalid-value",
    "title": "No",
    "status": 422,
    "detail": "Somebody is named twice. Each has one place in the order.",
    "field": "participants",
}
UNFIT = {"type": "urn:muster:problem:refused", "title": "No", "status": 409, "detail": "E.", "code": "put_on_unfit"}


def shift(week: int, account: UUID | None, why: str = "turn") -> dict[str, Any]:
    return {
        "since": (NOW + week * WEEK).isoformat(),
        "until": (NOW + (week + 1) * WEEK).isoformat(),
        "account": str(account) if account else None,
        "why": why,
        "rotation": str(TURNS),
        "number": week,
    }


def a_rota(console: Console) -> None:
    others, me = console.others, ADVOCATE.account
    swap = {
        "swap": str(SWAP), "by": str(OTHER), "to": str(me), "rotation": str(TURNS), "number": 1, "in_return": 2,
        "standing": "offered",
    }  # fmt: skip
    turns = {
        "rotation": str(TURNS), "participants": [str(me), str(OTHER)], "shift_hours": 168, "starts_at": NOW.isoformat(),
    }  # fmt: skip
    area = {"counties": ["Hinds"], "circuits": [], "statewide": False}
    # Of the two that were put on for later one was taken back: what is left of it has no length.
    overrides = [
        {"override": str(UUID(int=85)), "account": str(OTHER), "since": (NOW + WEEK).isoformat(),
         "until": (NOW + weeks * WEEK).isoformat()}
        for weeks in (1, 2)
    ]  # fmt: skip
    rota = {
        "rota": str(ROTA), "seat": SEAT, "area": area, "rotations": [turns], "overrides": overrides, "swaps": [swap],
        "ended_at": None,
    }  # fmt: skip
    shifts = [shift(0, me) | {"since": AT.isoformat()}, shift(1, OTHER), shift(2, me), shift(3, None, "hole")]
    page = {
        "at": AT.isoformat(), "version": 5, "rota": rota, "shifts": shifts, "next_handover": (NOW + WEEK).isoformat(),
        "lacks": [{"account": str(me), "lacks": "no_channel", "at": NOW.isoformat()}],
    }  # fmt: skip
    others.say("GET", "rapid_assessment", PAGE, page)
    row = {"rota": str(ROTA), "seat": SEAT, **area, "on_call": None, "until": (NOW + WEEK).isoformat(), "next": None}
    others.say("GET", "rapid_assessment", "/rotas", [row])
    others.say("GET", "rapid_assessment", "/responders", {"responders": [], "total": 0})
    mine = [{**each, "rota": str(ROTA), "seat": SEAT} for each in (shifts[0], shifts[2])]
    others.say("GET", "rapid_assessment", "/mine/shifts", {"at": AT.isoformat(), "shifts": mine, "rotas": [str(ROTA)]})
    for path in ("rotation", "overrides", "handover", "end", "swaps", f"swaps/{SWAP}/agreement"):
        others.say("POST", "rapid_assessment", f"{PAGE}/{path}", STORED)
    name(others, **{"Example Advocate One": me, "Example Advocate Two": OTHER})


async def test_the_list_and_a_rota_say_who_is_on_call_and_where_nobody_is(console: Console) -> None:
    a_rota(console)
    async with signed_in(console, "coordinator") as browser:
        listed = (await browser.get("/rotas")).text
        assert f'href="{PAGE}"' in listed
        assert "then nobody" in listed
        page = (await browser.get(PAGE)).text
        assert "no way to reach them is stated" in page
        assert page.count("Example Advocate Two") >= 1
        assert '<b class="late-word">nobody</b>' in page
        assert page.count("Example Advocate Two stands in from") == 1


async def test_what_is_missing_is_shown_before_somebody_is_put_on_all_the_same(console: Console) -> None:
    a_rota(console)
    others = console.others
    others.say("POST", "rapid_assessment", f"{PAGE}/rotation", UNFIT, 409)
    lacks = [{"account": str(OTHER), "lacks": "credential_ends", "at": (NOW + WEEK).isoformat()}]
    others.say("POST", "rapid_assessment", f"{PAGE}/rotation/check", lacks)
    typed = {
        "version": "5", "key": "k", "place_0": str(ADVOCATE.account), "place_1": str(OTHER), "shift_hours": "168",
        "starts_at_day": "2026-11-21", "starts_at": "0800",
    }  # fmt: skip
    async with signed_in(console, "coordinator") as browser:
        shown = await browser.post(f"{PAGE}/rotation", typed)
        assert shown.status_code == 409
        assert "the certificate ends in the shift" in shown.text
        assert 'name="all_the_same"' in shown.text
        others.say("POST", "rapid_assessment", f"{PAGE}/rotation", STORED)
        done = await browser.post(f"{PAGE}/rotation", typed | {"all_the_same": "yes"})
        assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}#rota")
        body = others.commands[-1].body
        assert (body["participants"], body["all_the_same"]) == ([str(ADVOCATE.account), str(OTHER)], True)
        nobody = await browser.post(f"{PAGE}/rotation", {"version": "5", "shift_hours": "168"})
        assert (nobody.status_code, "Choose at least one person." in nobody.text) == (422, True)
        others.say("POST", "rapid_assessment", f"{PAGE}/rotation", TWICE, 422)
        browser.http.cookies.set("language", "es")
        twice = (await browser.post(f"{PAGE}/rotation", typed | {"place_1": str(ADVOCATE.account)})).text
        assert "Se nombra a alguien dos veces. Cada persona tiene un solo lugar en el orden." in twice
        assert twice.count(f'<option value="{ADVOCATE.account}" selected>') == 2, "it is kept as it was chosen"


async def test_who_takes_turns_can_be_chosen_again_whatever_became_of_their_certificate(console: Console) -> None:
    a_rota(console)
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get(PAGE)).text
    # The list of those with a certificate is empty, and the form still begins with the turns as they are.
    assert f'<option value="{ADVOCATE.account}" selected>' in page
    assert f'<option value="{OTHER}" selected>' in page
    assert '<option value="168" selected>7 days' in page


def row(county: str, **changes: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"rotas": 1, "gaps": [], "alone": None, "credentials_end": [], "unproven": []}
    return {"county": county, "seat": SEAT, **nothing, **changes}


async def test_the_board_says_of_counties_together_what_is_missing_in_each(console: Console) -> None:
    gap = {"since": NOW.isoformat(), "until": (NOW + WEEK).isoformat()}
    ends = {"account": str(OTHER), "at": (NOW + WEEK).isoformat()}
    missing = {"gaps": [gap], "alone": str(OTHER), "unproven": [str(OTHER)], "credentials_end": [ends]}
    rows = [
        row("Hinds", **missing), row("Jones", gaps=[gap]), row("Lee"), row("Perry", rotas=0, gaps=[gap]),
        row("Rankin", rotas=2, **missing),
    ]  # fmt: skip
    console.others.say("GET", "rapid_assessment", "/rotas/board", rows)
    name(console.others, **{"Example Advocate Two": OTHER})
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get("/rotas/board")).text
        assert "<b>Hinds and Rankin counties</b>" in page
        assert "<b>Jones County</b>" in page
        assert page.count("Example Advocate Two is the only one") == 1
        assert page.count("Nobody from") == 2
        assert "The certificate of Example Advocate Two ends" in page
        assert "No way to reach Example Advocate Two" in page
        assert "1 county without a rota" in page
        assert "Lee" not in page
        assert 'action="/export/rota-board"' in page
        console.others.say(
            "GET", "rapid_assessment", "/rotas/board", [row("Hinds", gaps=[gap]), row("Lee", gaps=[gap])]
        )
        assert "<b>The whole state</b>" in (await browser.get("/rotas/board")).text
        console.others.say("GET", "rapid_assessment", "/rotas/board", [row("Hinds")])
        assert "Everything is in order" in (await browser.get("/rotas/board")).text


async def test_ones_own_shifts_are_offered_and_an_offer_is_answered(console: Console) -> None:
    a_rota(console)
    async with signed_in(console, "advocate") as browser:
        page = (await browser.get("/shifts")).text
        assert "Example Advocate Two would give you this turn:" in page
        assert "for this turn:" in page
        assert page.count("Offer this turn to somebody") == 1, "a turn that has begun is offered no more"
        offer = {"version": "5", "rotation": str(TURNS), "number": "2", "to": f"{OTHER} 1"}
        done = await browser.post(f"/shifts/{ROTA}/swaps", offer)
        assert done.headers["location"] == "/shifts#shifts"
        body = console.others.commands[-1].body
        assert (body["number"], body["to"], body["in_return"]) == (2, str(OTHER), 1)
        agreed = await browser.post(f"/shifts/{ROTA}/swaps/{SWAP}/agree", {"version": "5"})
        assert agreed.status_code == 303
        assert (await browser.get("/rotas")).status_code == 403
