"""Setting up signing in: with an invitation, and on a fresh house with the machine's one-time code."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from services.console.pages.set_up.http import plain_invitation
from tests.services.console.house import Browser, Console

INVITATION = "an-invitation-of-somebody"
OPTIONS = {
    "account": "00000000-0000-0000-0000-000000000007",
    "totp": {"secret": "ABCDEFGHIJKL", "address": "otpauth://x", "picture": "<svg><path d='M0'/></svg>"},
    "passkey": {"challenge": "abc", "user": {"id": "def"}},
    "challenge": "a challenge",
}
CODES = [f"code-{n}-of-ten" for n in range(10)]
INVALID = {"type": "urn:muster:problem:invalid-value", "title": "No", "status": 422}
USED = {
    "type": "urn:muster:problem:refused",
    "title": "No",
    "status": 409,
    "detail": "English.",
    "code": "invitation_not_valid",
}


@pytest.fixture
async def browser(console: Console) -> Any:
    """Of somebody who has no account yet."""
    console.others.say("POST", "identity", "/invitation/options", OPTIONS)
    console.others.say("POST", "identity", "/invitation", {"recovery_codes": CODES})
    async with console.browser() as found:
        yield found


def sent(browser: Browser, path: str) -> Iterator[Any]:
    return (each.body for each in browser.console.others.asked if each.path == path)


async def test_an_invitation_leads_to_a_picture_and_a_secret_and_then_to_ten_codes_shown_once(browser: Browser) -> None:
    assert "Invitation" in (await browser.get("/set-up")).text
    page = await browser.post("/set-up", {"invitation": INVITATION})
    assert page.status_code == 200
    assert OPTIONS["totp"]["picture"] in page.text  # type: ignore[index]
    assert "ABCD EFGH IJKL" in page.text
    given = {
        "invitation": INVITATION,
        "totp_code": " 123456 ",
        "passphrase": "four plain words",
        "again": "four plain words",
    }
    done = await browser.post("/set-up/passphrase", given)
    assert [code for code in CODES if code not in done.text] == []
    assert list(sent(browser, "/invitation")) == [
        {"invitation": INVITATION, "passphrase": "four plain words", "totp_code": "123456"}
    ]
    # Nobody is signed in, and no header says somebody were.
    assert {each.headers.get("authorization") for each in browser.console.others.asked} == {None}
    assert browser.secret == ""


async def test_a_whole_link_may_be_pasted_and_the_invitation_stands_in_no_address(browser: Browser) -> None:
    assert plain_invitation(" https://muster.example/set-up#abc\n def ") == "abcdef"
    assert plain_invitation("abc") == "abc"
    await browser.post("/set-up", {"invitation": f"http://localhost:8107/set-up#{INVITATION}"})
    assert list(sent(browser, "/invitation/options")) == [{"invitation": INVITATION}]
    assert not [each for each in browser.console.others.asked if INVITATION in each.path or each.params]


async def test_two_passphrases_that_differ_are_sent_nowhere_and_never_written_into_the_page(browser: Browser) -> None:
    given = {
        "invitation": INVITATION,
        "totp_code": "123456",
        "passphrase": "four plain words",
        "again": "four plain wrods",
    }
    page = await browser.post("/set-up/passphrase", given)
    assert page.status_code == 422
    assert "The two passphrases are not the same." in page.text
    assert "four plain" not in page.text
    assert list(sent(browser, "/invitation")) == []


async def test_what_the_identity_service_refuses_is_said_at_its_field_and_the_page_stays(browser: Browser) -> None:
    refused = INVALID | {"field": "passphrase", "detail": "Use 12 to 256 characters."}
    browser.console.others.say("POST", "identity", "/invitation", refused, 422)
    given = {"invitation": INVITATION, "totp_code": "1", "passphrase": "short", "again": "short"}
    page = await browser.post("/set-up/passphrase", given)
    assert page.status_code == 422
    assert '<p class="wrong" id="passphrase-problem">Use 12 to 256 characters.</p>' in page.text
    assert "ABCD EFGH IJKL" in page.text
    assert f'value="{INVITATION}"' in page.text


async def test_an_invitation_that_was_used_is_asked_for_anew_in_the_readers_language(browser: Browser) -> None:
    for path in ("/invitation", "/invitation/options"):
        browser.console.others.say("POST", "identity", path, USED, 409)
    answers = [
        await browser.post("/set-up", {"invitation": INVITATION}),
        await browser.post("/set-up/passphrase", {"invitation": INVITATION, "passphrase": "x", "again": "x"}),
        await browser.post("/set-up/passkey", {"invitation": INVITATION, "credential": "{}", "challenge": "c"}),
    ]
    for answer in answers:
        assert answer.status_code == 409
        assert "This invitation is not valid any more." in answer.text
    browser.http.cookies.set("language", "es")
    assert "Esta invitación ya no vale." in (await browser.post("/set-up", {"invitation": INVITATION})).text


async def test_while_the_identity_service_is_down_the_invitation_is_kept(browser: Browser) -> None:
    browser.console.others.down.add("identity")
    answer = await browser.post("/set-up", {"invitation": INVITATION})
    assert answer.status_code == 503
    assert f'value="{INVITATION}"' in answer.text


async def test_a_passkey_is_made_by_the_script_with_what_identity_says_and_shows_no_codes(browser: Browser) -> None:
    options = await browser.post("/set-up/passkey/options", {"invitation": INVITATION})
    assert options.json() == {"options": OPTIONS["passkey"], "challenge": "a challenge"}
    browser.console.others.say("POST", "identity", "/invitation", {"recovery_codes": []})
    credential = {"id": "x", "type": "public-key"}
    fields = {
        "invitation": INVITATION,
        "challenge": "a challenge",
        "credential": msgspec.json.encode(credential).decode(),
    }
    done = await browser.post("/set-up/passkey", fields)
    assert "Sign in with the passkey of this device." in done.text
    assert list(sent(browser, "/invitation")) == [
        {"invitation": INVITATION, "passkey": credential, "challenge": "a challenge"}
    ]
    await browser.post("/set-up/passkey", fields | {"credential": "no JSON"})
    assert list(sent(browser, "/invitation"))[-1]["passkey"] == {}
    refused = await browser.post("/set-up/passkey/options", {"invitation": INVITATION}, token="x")
    assert refused.status_code == 403


async def test_the_first_administrator_is_made_with_the_code_and_goes_on_to_set_up(browser: Browser) -> None:
    browser.console.others.say("POST", "identity", "/first-administrator", {"invitation": INVITATION}, 201)
    form = (await browser.get("/first-administrator")).text
    assert "Mississippi Department of Child Protection Services" in form
    given = {
        "key": "the key of this form",
        "code": "the code",
        "name": "Example Keeper One",
        "sign_in_name": "keeper@example.org",
        "agency": "MDCPS",
    }
    page = await browser.post("/first-administrator", given)
    assert "ABCD EFGH IJKL" in page.text
    assert f'value="{INVITATION}"' in page.text
    (asked,) = [each for each in browser.console.others.asked if each.path == "/first-administrator"]
    assert asked.headers["idempotency-key"] == "the key of this form"
    assert asked.body == {name: given[name] for name in ("code", "name", "sign_in_name", "agency")}


async def test_a_wrong_code_or_a_field_left_out_brings_the_form_back_as_typed(browser: Browser) -> None:
    wrong = USED | {"code": "administrator_code_not_valid"}
    browser.console.others.say("POST", "identity", "/first-administrator", wrong, 409)
    given = {"code": "old", "name": "Example Keeper One", "sign_in_name": "keeper@example.org", "agency": "MDCPS"}
    page = await browser.post("/first-administrator", given)
    assert page.status_code == 409
    assert "This code is not valid, or was used before." in page.text
    assert 'value="Example Keeper One"' in page.text
    assert '<option value="MDCPS" selected>' in page.text
    missing = await browser.post("/first-administrator", given | {"name": " "})
    assert (missing.status_code, "Your name: fill this in." in missing.text) == (422, True)
