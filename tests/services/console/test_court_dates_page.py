"""The page of a court's file: what it says of each row, and that only what was looked at is set."""

import base64
from typing import Any

import httpx

from tests.services.console.clinic_given import signed_in
from tests.services.console.court_given import ACCUSED, CASE, SERVICE, TIP, TYPED, a_case
from tests.services.console.house import NOW, OURS, Browser, Console

FILE = base64.b64encode(b"cause,kind,day,time\n").decode()
PREVIEW: dict[str, Any] = {
    "digest": "a" * 64,
    "problem": None,
    "dates": [
        {
            "row": 2,
            "case": str(CASE),
            "tip": str(TIP),
            "accused": [str(ACCUSED)],
            "kind": "trial",
            "court": "circuit",
            "purpose": "plea",
            "set_for": NOW.isoformat(),
            "closed": True,
        }
    ],
    "on_file": [3],
    "wrong": [{"row": 4, "faults": ["cause_unknown", "recurring"]}],
}


async def upload(browser: Browser, file: bytes) -> httpx.Response:
    """The form with a file, as a browser sends it."""
    token = browser.console.door.form_token(browser.secret)
    files = {"list": ("dates.csv", file, "text/csv")}
    fields = {"form_token": token, "court": "circuit"}
    return await browser.http.post("/court/dates/preview", data=fields, files=files, headers=OURS)


async def test_a_file_is_shown_row_by_row_and_set_as_it_was_looked_at(console: Console) -> None:
    others = console.others
    a_case(others)
    others.say("POST", SERVICE, "/court-dates/preview", PREVIEW)
    others.say("POST", SERVICE, "/court-dates", {"hearings": 1}, 201)
    async with signed_in(console, "prosecutor") as browser:
        empty = (await browser.get("/court/dates")).text
        assert 'accept=".csv,.ics,text/csv,text/calendar"' in empty
        assert (await browser.get("/court/dates/template")).text.startswith("\ufeffcause,kind,court,day,time")
        shown = await upload(browser, b"cause,kind,day,time\n")
        for says in (
            "1 date can be set",
            "1 date is on record already",
            "1 row is left out",
            "No case of yours has this number on file in that court.",
            "It recurs. Set each date by hand.",
            "Courts are closed that day; the file says that it is so all the same.",
            "Trial</b></a> (Plea)",
            "Nothing is recorded yet.",
        ):
            assert says in shown.text, says
        assert f'name="digest" value="{"a" * 64}"' in shown.text
        form = {"key": "a key of this form", "file": FILE, "digest": "a" * 64, "court": "circuit"}
        done = await browser.post("/court/dates", form)
        assert "1 date of this file is on record" in done.text
        assert others.commands[-1].body == {"file": FILE, "digest": "a" * 64, "court": "circuit"}
        for wrong in ({"file": ""}, {"file": "%%%"}):
            refused = await browser.post("/court/dates", form | wrong)
            assert (refused.status_code, "Choose a file." in refused.text) == (422, True)
        unchosen = await upload(browser, b"")
        assert (unchosen.status_code, "Choose a file." in unchosen.text) == (422, True)


async def test_the_number_of_a_cause_is_sent_or_taken_back(console: Console) -> None:
    others = console.others
    a_case(others)
    path = f"/cases/{CASE}/accused/{ACCUSED}/cause-numbers"
    others.say("POST", SERVICE, path, {"reference": str(CASE), "version": 7, "position": 9})
    async with signed_in(console, "prosecutor") as browser:
        place = f"/court/{CASE}/accused/{ACCUSED}/cause"
        await browser.post(place, TYPED | {"court": "circuit", "number": " 25-1 "})
        assert others.commands[-1].body == {"court": "circuit", "number": "25-1"}
        await browser.post(place, TYPED | {"court": "circuit", "number": " "})
        assert others.commands[-1].body == {"court": "circuit", "number": None}
