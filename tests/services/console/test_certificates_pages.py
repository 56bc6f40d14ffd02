"""An issuer's pages: whom it certified, and granting, renewing and revoking in its own name."""

from datetime import timedelta
from uuid import UUID

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import NOW, STORED, Browser, Console

WHO, NEW, CREDENTIAL = UUID(int=71), UUID(int=72), UUID(int=73)
PAGE, PATH = f"/certificates/{WHO}", f"/responders/{WHO}/credentials"
DAY = timedelta(days=1)
VALID = {
    "kind": "victim_advocate",
    "issuer": "AG-BVA",
    "valid_from": (NOW - 300 * DAY).isoformat(),
    "valid_until": (NOW + 3 * DAY).isoformat(),
}
TRAINING = {"basic": 8, "response": 8, "collaboration": 4, "investigation": 4, "on_site": 5}


def issued(console: Console) -> None:
    rows = [
        {"responder": str(NEW), "agency": "CVP", "certificates": []},
        {"responder": str(WHO), "agency": "CVP", "certificates": [VALID]},
    ]
    console.others.say("GET", "rapid_assessment", "/responders/certified", {"responders": rows, "total": 2})
    own = {"credential": str(CREDENTIAL), "training": [], "background_checked_at": NOW.isoformat()} | VALID
    entry = {"version": 4, "account": str(WHO), "agency": "CVP", "left": False, "credentials": [own]}
    console.others.say("GET", "rapid_assessment", PATH, entry)
    for path in ("", f"/{CREDENTIAL}/renewal", f"/{CREDENTIAL}/revocation"):
        console.others.say("POST", "rapid_assessment", f"{PATH}{path}", STORED)
    name(console.others, **{"Example Advocate One": WHO, "Example Advocate New": NEW})


async def sent(browser: Browser, what: str, to: str, **fields: str) -> object:
    answer = await browser.post(f"{PAGE}{what}", {"version": "4", "key": "k", **fields})
    assert (answer.status_code, answer.headers.get("location")) == (303, f"{PAGE}#certificates"), answer.text
    command = browser.console.others.commands[-1]
    assert (command.path, command.headers["if-match"]) == (f"{PATH}{to}", '"4"')
    return command.body


async def test_whom_it_certified_is_listed_and_certified_anew(console: Console) -> None:
    issued(console)
    async with signed_in(console, "issuer") as browser:
        assert (await browser.get("/")).headers["location"] == "/certificates"
        page = (await browser.get("/certificates")).text
        assert page.index("Example Advocate New") < page.index("Example Advocate One")
        assert 'action="/export/certified"' in page
        found = await browser.post("/certificates", {"account": f"/people/{NEW}"})
        assert found.headers["location"] == f"/certificates/{NEW}"

        page = (await browser.get(PAGE)).text
        assert "28 in all at the least" in page
        days = {"valid_from": "2026-11-01", "valid_until": "2028-10-31"}
        hours = {f"hours_{part}": str(number) for part, number in TRAINING.items()}
        body = await sent(browser, "", "", kind="victim_advocate", background_checked_on="2026-10-01", **days, **hours)
        assert body == {
            "kind": "victim_advocate",
            "issuer": "AG-BVA",
            "training": [{"part": part, "hours": number} for part, number in TRAINING.items()],
            "background_checked_on": "2026-10-01",
            **days,
        }
        renewed = await sent(browser, f"/{CREDENTIAL}/renew", f"/{CREDENTIAL}/renewal", **days)
        assert renewed == days | {"background_checked_on": None}
        moment = {"revoked_at_day": "2026-11-20", "revoked_at": "1800", "reason": "Found out."}
        revoked = await sent(browser, f"/{CREDENTIAL}/revoke", f"/{CREDENTIAL}/revocation", **moment)
        assert revoked == {"revoked_at": "2026-11-21T00:00:00+00:00", "reason": "Found out."}


async def test_what_the_rule_asks_for_and_was_not_given_comes_back_at_its_place(console: Console) -> None:
    issued(console)
    no = {
        "type": "urn:muster:problem:invalid-value", "title": "No", "status": 422, "detail": "Hours are missing.",
        "field": "training",
    }  # fmt: skip
    console.others.say("POST", "rapid_assessment", PATH, no, 422)
    async with signed_in(console, "issuer") as browser:
        days = {"valid_from": "2026-11-01", "valid_until": "2028-10-31"}
        answer = await browser.post(PAGE, {"kind": "victim_advocate", "hours_basic": "7", **days})
        assert (answer.status_code, "Hours are missing." in answer.text) == (422, True)
        assert 'name="hours_basic" type="text" value="7"' in answer.text
        missing = await browser.post(f"{PAGE}/{CREDENTIAL}/revoke", {"reason": ""})
        assert missing.status_code == 422
        assert f'data-at="revoke-{CREDENTIAL}" open' in missing.text


async def test_nobody_else_issues(console: Console) -> None:
    issued(console)
    for who in ("coordinator", "advocate"):
        async with signed_in(console, who) as browser:
            assert (await browser.get("/certificates")).status_code == 403
