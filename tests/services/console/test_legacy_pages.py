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
