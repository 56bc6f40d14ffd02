"""The prosecutor's pages of documents: what fits, the draft in every word, taken out once, and whose a hash is."""

import hashlib
from typing import Any
from uuid import UUID

from tests.services.console.clinic_given import signed_in
from tests.services.console.court_given import ACCUSED, CASE, SERVICE, TIP, VICTIM, a_case
from tests.services.console.house import NOW, OURS, Console, Others

DOCUMENT, ABOUT = UUID(int=81), UUID(int=82)
PAGE = f"/court/{CASE}/documents"
DRAFT = f"/cases/{CASE}/documents/drafts/notice_of_hearing/{ABOUT}"
NAME, DIGEST = "Example Accused Vqxolm", "ab" * 32
CONTENT: dict[str, Any] = {
    "template": "notice_of_hearing",
    "version": 1,
    "title": "Notice of a hearing",
    "caption": ["IN THE CIRCUIT COURT", f"STATE v. {NAME}"],
    "blocks": [
        {"kind": "facts", "text": "", "head": [], "rows": [["Cause", "__________ (not on file)"]]},
        {"kind": "text", "text": "You <asked> to be told.", "head": [], "rows": []},
        {"kind": "table", "text": "", "head": ["What", "When"], "rows": [["A step", "Tuesday"]]},
        {"kind": "table", "text": "", "head": ["What"], "rows": []},
        {"kind": "heading", "text": "Return", "head": [], "rows": []},
        {"kind": "sign", "text": "For the office", "head": [], "rows": []},
    ],
    "rests_on": [{"name": "hearing.set", "recorded_at": "2026-11-03 12:00:00 CST", "event": "abcd1234"}],
    "position": 41,
    "document": "",
    "issued_at": "",
    "marks": [],
}
ISSUED: dict[str, Any] = {
    "document": str(DOCUMENT),
    "template": "notice_of_hearing",
    "version": 1,
    "court": "circuit",
    "about": str(ABOUT),
    "issued_at": NOW.isoformat(),
    "digest": DIGEST,
    "file_digest": "cd" * 32,
    "changed": 2,
}
FORM = {
    "key": "a key of this form",
    "version": "41",
    "template": "notice_of_hearing",
    "about": str(ABOUT),
    "court": "circuit",
}


def documents(others: Others) -> None:
    a_case(others)
    choice = {
        "template": "notice_of_hearing",
        "kind": "hearing_notice",
        "title": "Notice of a hearing",
        "about": str(ABOUT),
        "what": "trial",
        "accused": None,
        "victim": str(VICTIM),
        "at": NOW.isoformat(),
        "court": "circuit",
        "courts": ["circuit"],
    }
    listed = choice | {
        "template": "trial_days",
        "kind": "trial_days",
        "what": "",
        "accused": str(ACCUSED),
        "victim": None,
    }
    page = {
        "choices": [choice, listed | {"courts": ["circuit", "youth"]}],
        "issued": [ISSUED],
        "victims": [str(VICTIM)],
    }
    others.say("GET", SERVICE, f"/cases/{CASE}/documents", page)
    foot = ["The log as far as position 41."]
    others.say("GET", SERVICE, DRAFT, {"content": CONTENT, "foot": foot, "note": "Ask.", "source": "Practice"})
    found = {"content": CONTENT, "foot": [*foot, f"SHA-256 of this content: {DIGEST}"], "issued": ISSUED}
    others.say("GET", SERVICE, f"/cases/{CASE}/documents/{DOCUMENT}", found)


async def test_what_fits_is_chosen_looked_at_and_taken_out(console: Console) -> None:
    others = console.others
    documents(others)
    others.say(
        "POST", SERVICE, f"/cases/{CASE}/documents", {"reference": str(DOCUMENT), "version": 1, "position": 44}, 201
    )
    others.say("POST", SERVICE, f"/cases/{CASE}/documents/{DOCUMENT}/file", b"%PDF-1.4")
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(PAGE)).text
        for says in (
            "Trial · Victim 1",
            "Accused 1",
            f'href="{PAGE}/drafts/notice_of_hearing/{ABOUT}?court=circuit"',
            "Look at it for: Youth court",
            "Since then 2 events were recorded in what it rests on.",
            DIGEST,
        ):
            assert says in text, says
        assert NAME not in text
        draft = (await browser.get(f"{PAGE}/drafts/notice_of_hearing/{ABOUT}?court=circuit")).text
        assert [each.params["court"] for each in others.asked if each.path == DRAFT] == ["circuit"]
        for says in (NAME, "__________ (not on file)", "You &lt;asked&gt;", "(none on record)", "hearing.set", "Ask."):
            assert says in draft, says
        assert 'name="version" value="41"' in draft
        gone = await browser.post(PAGE, FORM)
        assert (gone.status_code, gone.headers["location"]) == (303, f"{PAGE}/{DOCUMENT}#main")
        sent = others.commands[-1]
        assert sent.body == {"template": "notice_of_hearing", "about": str(ABOUT), "court": "circuit"}
        assert sent.headers["if-match"] == '"41"'
        stale = {"type": "urn:muster:problem:stale", "title": "Changed", "status": 412, "detail": "Read it again."}
        others.say("POST", SERVICE, f"/cases/{CASE}/documents", stale, 412)
        again = await browser.post(PAGE, FORM)
        assert (again.status_code, NAME in again.text) == (412, True)
        shown = (await browser.get(f"{PAGE}/{DOCUMENT}")).text
        assert f"SHA-256 of this content: {DIGEST}" in shown
        assert (await browser.post(f"{PAGE}/{DOCUMENT}/file", {})).headers["content-type"] == "application/pdf"
        assert (await browser.post(PAGE, FORM | {"about": "nothing"})).status_code == 404


async def test_a_hash_is_checked_as_typed_or_of_the_file_which_goes_no_further(console: Console) -> None:
    others = console.others
    of_case = {"case": str(CASE), "tip": str(TIP), "document": str(DOCUMENT), "template": "subpoena", "changed": 0}
    known = {"issued": True, "whole": "content", "issued_at": NOW.isoformat(), "of_case": of_case}
    check = "/court/documents/check"
    async with signed_in(console, "prosecutor") as browser:
        assert "Or the PDF" in (await browser.get(check)).text
        others.say("POST", SERVICE, "/documents/check", known)
        text = (await browser.post(check, {"digest": " ".join([DIGEST[:32].upper(), DIGEST[32:]])})).text
        assert others.commands[-1].body == {"digest": DIGEST}
        for says in ("It was issued here.", f'href="{PAGE}/{DOCUMENT}"', "Nothing was recorded since", "Subpoena"):
            assert says in text, says
        others.say("POST", SERVICE, "/documents/check", known | {"of_case": None, "whole": "file"})
        token = browser.console.door.form_token(browser.secret)
        file = b"%PDF-1.4 an invented file"
        sent = await browser.http.post(
            check, data={"form_token": token}, files={"file": ("a.pdf", file, "application/pdf")}, headers=OURS
        )
        assert others.commands[-1].body == {"digest": hashlib.sha256(file).hexdigest()}
        assert "It is of a case you cannot open." in sent.text
        nothing = {"issued": False, "whole": "", "issued_at": None, "of_case": None}
        others.say("POST", SERVICE, "/documents/check", nothing)
        assert "No document that you can open" in (await browser.post(check, {"digest": DIGEST})).text
        for wrong in ("", "abc", "g" * 64):
            refused = await browser.post(check, {"digest": wrong})
            assert (refused.status_code, "Type all 64" in refused.text) == (422, True)
        large = await browser.http.post(
            check,
            data={"form_token": token},
            files={"file": ("a.pdf", b"x" * 200_001, "application/pdf")},
            headers=OURS,
        )
        assert (large.status_code, "larger than can be compared" in large.text) == (422, True)
