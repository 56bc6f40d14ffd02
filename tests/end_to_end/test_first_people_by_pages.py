"""A fresh real house, from the one-time code to the first administrator signed in: with the pages alone, no script."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pyotp

from deploy.embedded.keys import FIRST_ADMINISTRATOR, IDENTITY
from deploy.embedded.stack import Stack
from tests.end_to_end.town import origin_of
from tests.support.ports import free_port_base
from tests.support.servers import in_memory, temporary_folder

FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
INVITATION = re.compile(r'name="invitation" value="([^"]+)"')
KEY = re.compile(r'name="key" value="([^"]+)"')
SECRET = re.compile(r'<p class="secret">([A-Z2-7 ]+)</p>')
CODE = re.compile(r"<li>([A-Z0-9 -]{8,})</li>")
PASSPHRASE = "four plain example words"


class Person:
    """Follows no form that its page does not hold."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.page = ""

    def opens(self, path: str) -> None:
        self.page = self.http.get(path).raise_for_status().text

    def sends(self, path: str, **fields: str) -> httpx.Response:
        hidden = {"form_token": one(FORM_TOKEN, self.page)}
        if KEY.search(self.page):
            hidden["key"] = one(KEY, self.page)
        answer = self.http.post(path, data=hidden | fields, headers={"Sec-Fetch-Site": "same-origin"})
        self.page = answer.text
        return answer


def one(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found, pattern.pattern
    return found[1]


def first_account(person: Person, code: str) -> Mapping[str, str]:
    """With the code; set up with a passphrase and an app. Answers what was secret on the way."""
    person.opens("/first-administrator")
    given = {"code": code, "name": "Example Keeper One", "sign_in_name": "keeper@example.org", "agency": "MDCPS"}
    assert person.sends("/first-administrator", **given).status_code == 200, person.page
    invitation, secret = one(INVITATION, person.page), one(SECRET, person.page).replace(" ", "")
    shown = {"totp_code": pyotp.TOTP(secret).at(datetime.now(UTC)), "passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert person.sends("/set-up/passphrase", invitation=invitation, **shown).status_code == 200, person.page
    codes = CODE.findall(person.page)
    assert len(codes) == len(set(codes)) == 10
    return {"code": code, "invitation": invitation, "secret": secret, "recovery": codes[0], "other": codes[9]}


def test_the_first_administrator_comes_in_by_the_code_and_no_secret_of_it_is_left_in_a_log() -> None:
    with (
        temporary_folder(in_memory()) as folder,
        Stack(folder / "data", kind="real", port_base=free_port_base()) as stack,
        httpx.Client(base_url=origin_of(stack), trust_env=False, timeout=20) as http,
    ):
        code = (stack.folder.secrets / IDENTITY / FIRST_ADMINISTRATOR).read_text().strip()
        person = Person(http)
        secrets = first_account(person, code)

        # The code is used up, and so is the invitation.
        person.opens("/first-administrator")
        again = {"code": code, "name": "Example Other", "sign_in_name": "other@example.org", "agency": "MDCPS"}
        assert person.sends("/first-administrator", **again).status_code == 409
        person.opens("/set-up")
        assert person.sends("/set-up", invitation=secrets["invitation"]).status_code == 409

        person.opens("/sign-in")
        shown = {"sign_in_name": "keeper@example.org", "passphrase": PASSPHRASE, "code": secrets["recovery"]}
        entered = person.sends("/sign-in", **shown)
        assert (entered.status_code, urlsplit(entered.headers["location"]).path) == (303, "/"), person.page
        assert http.get("/", follow_redirects=True).status_code == 200

        written = "".join(file.read_text(errors="replace") for file in stack.logs().values() if file.exists())
        assert "service started" in written
        assert [name for name, secret in secrets.items() if secret in written] == []
        assert [each for each in (PASSPHRASE, "Keeper", "keeper@") if each in written] == []
