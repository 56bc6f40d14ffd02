"""The page by which kits from before this record come in, and the page of such a kit."""

import base64
import hashlib
from typing import Any

from tests.services.console.clinic_given import HOUR, KIT, SERVICE, a_kit, a_row, held_by, signed_in
from tests.services.console.house import NOW, OURS, POLICE, Browser, Console

LIST = b"serial,held_by\r\nMS-0042,LOCAL-LE\r\nM,LOCAL-LE\r\n"
DIGEST = hashlib.sha256(LIST).hexdigest()
IN_BASE64 = base64.b64encode(LIST).decode()
RIGHT = {
    "row": 2,
    "serial": "MS0042",
    "held_since": None,
    "county": "",
    "collected_by": "BRIDGE",
    "collected_on": "2019-03-01",
    "consent": "not_on_file",
    "reported_on": None,
}
WRONG = {"row": 3, "problems": [{"column": "serial", "fault": "row_not_a_serial", "also": []}]}
SEEN: dict[str, Any] = {"digest": DIGEST, "problem": None, "kits": [RIGHT], "wrong": [WRONG]}


async def _upload(browser: Browser, file: bytes) -> Any:
    token = browser.console.door.form_token(browser.secret)
    files = {"list": ("kits.csv", file, "text/csv")}
    return await browser.http.post("/kits/legacy/preview", data={"form_token": token}, files=files, headers=OURS)


async def test_a_list_is_looked_at_and_exactly_that_file_is_brought_in(console: Console) -> None:
    others = console.others
    others.say("POST", SERVICE, "/legacy-kits/preview", SEEN)
    others.say("POST", SERVICE, "/legacy-kits", {"kits": 1}, 201)
    async with signed_in(console, "police") as browser:
        assert "There is no column for notes and none is taken" in (await browser.get("/kits/legacy")).text
        seen = await _upload(browser, LIST)
        assert "1 kit would come in." in seen.text
        assert "Nothing is recorded yet." in seen.text
        assert "A number on a box has 3 to 40 letters and digits." in seen.text
        assert "whether it was reported is not on file" in seen.text
        assert [each.path for each in others.commands] == ["/legacy-kits/preview"]
        assert others.commands[0].body == {"file": IN_BASE64}

        done = await browser.post("/kits/legacy", {"file": IN_BASE64, "digest": DIGEST, "key": "a-key-of-a-form"})
    assert "1 kit of this list is on record." in done.text
    assert others.commands[-1].body == {"file": IN_BASE64, "digest": DIGEST}


async def test_a_changed_file_is_said_to_be_one_and_shown_as_it_is_now(console: Console) -> None:
    others = console.others
    refusal = {"type": "urn:muster:problem:refused", "title": "", "status": 409, "detail": "x"}
    others.say("POST", SERVICE, "/legacy-kits", refusal | {"code": "legacy_file_changed"}, 409)
    others.say("POST", SERVICE, "/legacy-kits/preview", SEEN)
    async with signed_in(console, "police") as browser:
        answer = await browser.post("/kits/legacy", {"file": IN_BASE64, "digest": "0" * 64})
    assert answer.status_code == 409
    assert "This is not the file you looked at." in answer.text
    assert DIGEST in answer.text


async def test_what_is_no_file_or_too_large_a_one_asks_nobody(console: Console) -> None:
    async with signed_in(console, "police") as browser:
        for answer in (
            await browser.post("/kits/legacy/preview", {"list": "serial"}),
            await _upload(browser, b""),
            await _upload(browser, b"x" * 200_001),
            await browser.post("/kits/legacy", {"file": "no base64", "digest": DIGEST}),
            await browser.post("/kits/legacy", {}),
        ):
            assert answer.status_code == 422
            assert 'href="#list"' in answer.text
    assert console.others.commands == []


async def test_the_template_holds_the_names_and_no_row_that_would_be_brought_in(console: Console) -> None:
    async with signed_in(console, "police") as browser:
        answer = await browser.get("/kits/legacy/template")
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "serial,held_by,held_since,county,collected_by,collected_on,reported,reported_on"
    ]
    async with signed_in(console, "laboratory") as browser:
        assert (await browser.get("/kits/legacy")).status_code == 403


async def test_a_legacy_kit_is_told_as_one_with_what_the_paper_says(console: Console) -> None:
    legacy = {
        "by": str(POLICE.account),
        "agency": "LOCAL-LE",
        "stage": "law_enforcement",
        "county": "Hinds",
        "held_since": "2019-03-04",
        "collected_by": "",
        "collected_on": None,
        "reported_on": None,
        "brought_in_at": (NOW - HOUR).isoformat(),
    }
    nothing = {"opened_at": None, "sealed_at": None, "reported_at": None, "items": 0, "clinic": ""}
    a_kit(
        console.others,
        **nothing,
        consent="not_on_file",
        state="choice_not_on_file",
        nurse="00000000-0000-0000-0000-000000000000",
        held_by=held_by(POLICE, "law_enforcement"),
        legacy=legacy,
    )
    console.others.say("GET", SERVICE, "/kits", [a_row(legacy=True)])
    async with signed_in(console, "police") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
        spanish = (await browser.http.get(f"/kits/{KIT}", headers={"Accept-Language": "es"})).text
        listed = (await browser.get("/kits?queue=all")).text
    assert f"Kit from before this record, {str(KIT)[:8]}" in text
    assert "It lay with Local law enforcement (911) since: 4 Mar 2019." in text
    assert "Collected by: not on file. On: not on file." in text
    assert "Whether the patient chose to report is not on file." in text
    assert "brought it on record from a list" in text
    assert "Through whose hands it went before is not on record." in text
    assert "did not choose to report" not in text
    assert "no consta" in spanish
    assert f"Kit from before this record, {str(KIT)[:8]}" in listed


PAPER: dict[str, Any] = {
    "number": 1,
    "by": str(POLICE.account),
    "agency": "LOCAL-LE",
    "found_at": NOW.isoformat(),
    "consent": "reported",
    "reported_on": None,
    "call": "called",
    "police": "",
    "called_on": "2019-03-02",
    "called_at": None,
    "taken_back_by": None,
}


def _a_legacy_kit(console: Console, **changes: Any) -> None:
    legacy = {
        "by": str(POLICE.account),
        "agency": "LOCAL-LE",
        "stage": "law_enforcement",
        "county": "Hinds",
        "held_since": None,
        "collected_by": "",
        "collected_on": None,
        "reported_on": None,
        "brought_in_at": (NOW - HOUR).isoformat(),
        "papers": changes.pop("papers", []),
    }
    nothing = {"opened_at": None, "sealed_at": None, "reported_at": None, "items": 0, "clinic": ""}
    fields = {"consent": "not_on_file", "state": "choice_not_on_file"} | changes
    a_kit(
        console.others,
        **nothing,
        **fields,
        nurse="00000000-0000-0000-0000-000000000000",
        held_by=held_by(POLICE, "law_enforcement"),
        legacy=legacy,
    )


async def test_a_paper_that_was_found_is_entered_with_what_it_says_and_nothing_made_up(console: Console) -> None:
    _a_legacy_kit(console)
    console.others.say("POST", SERVICE, f"/kits/{KIT}/papers", {"reference": str(KIT), "version": 2, "position": 9})
    form = {
        "version": "1",
        "consent": "reported",
        "call": "called",
        "police": "",
        "called_at_day": "2019-03-02",
        "called_at": "",
        "reported_on": "",
        "paper": "A log of 2019",
        "found_at_day": "2026-11-20",
        "found_at": "12:00",
    }
    async with signed_in(console, "police") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
        assert "A paper was found: enter what it says" in text
        missing = await browser.post(f"/kits/{KIT}/paper", form | {"paper": ""})
        assert "Which paper, and where it was: fill this in." in missing.text
        assert console.others.commands == []
        await browser.post(f"/kits/{KIT}/paper", form)
    body = console.others.commands[-1].body
    assert (body["consent"], body["call"], body["police"], body["called_on"]) == (
        "reported",
        "called",
        "",
        "2019-03-02",
    )
    assert "called_at" not in body
    async with signed_in(console, "laboratory") as browser:
        assert (await browser.post(f"/kits/{KIT}/paper", form)).status_code == 403


async def test_what_a_paper_said_is_told_with_what_nobody_knows_and_can_be_taken_back(console: Console) -> None:
    unknown = [{"rule": "C56", "citation": "Miss. Code 99-51-1"}]
    _a_legacy_kit(console, consent="reported", state="reported", papers=[PAPER], begun_unknown=unknown)
    back = f"/kits/{KIT}/papers/1/withdrawal"
    console.others.say("POST", SERVICE, back, {"reference": str(KIT), "version": 3, "position": 10})
    async with signed_in(console, "police") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
        spanish = (await browser.http.get(f"/kits/{KIT}", headers={"Accept-Language": "es"})).text
        await browser.post(f"/kits/{KIT}/paper-back", {"version": "2", "number": "1", "reason": "Another box"})
    assert "found a paper: reported." in text
    assert "Called, by the paper: not on file. When: 2 Mar 2019, the hour is not known." in text
    assert "since when it is owed is not known, so no time is counted" in text
    assert "no se sabe desde cuándo se debe" in spanish
    assert "A paper was found: enter" not in text
    assert (console.others.commands[-1].path, console.others.commands[-1].body) == (back, {"reason": "Another box"})

    _a_legacy_kit(console, papers=[PAPER | {"taken_back_by": str(POLICE.account)}])
    async with signed_in(console, "police") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
    assert "took back what was read in it." in text
