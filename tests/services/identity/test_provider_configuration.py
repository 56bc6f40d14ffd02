"""What a provider's file must say, and that a start names file and field where it does not."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.jurisdictions import load_mississippi
from services.identity.provider.configuration import FOLDER, SecondFactor, is_safe, load_providers
from tests.support.authority import Authority

TABLES = load_mississippi()
GOOD: dict[str, Any] = {
    "agency": "MDCPS",
    "issuer": "https://login.cps.example/realm",
    "client_id": "muster",
    "client_secret_file": "mdcps.secret",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A service's secrets, with a client's secret among them."""
    (tmp_path / FOLDER).mkdir()
    secret = tmp_path / FOLDER / "mdcps.secret"
    secret.touch(0o600)
    secret.write_text(" example-secret\n")
    return tmp_path


def write(folder: Path, text: object, name: str = "mdcps.json") -> None:
    (folder / FOLDER / name).write_text(text if isinstance(text, str) else json.dumps(text))


def refused(folder: Path) -> str:
    with pytest.raises(SystemExit) as error:
        load_providers(folder, TABLES)
    return str(error.value)


def test_without_a_folder_no_agency_has_a_provider(tmp_path: Path) -> None:
    assert load_providers(tmp_path, TABLES) == {}


def test_a_file_says_what_is_needed_and_its_secret_lies_beside_it(folder: Path) -> None:
    authority = Authority.made(folder / FOLDER)
    assert (authority.folder / "authority.pem").exists()
    more = {"person": "email", "second_factor": {"amr": ["mfa"]}, "authority_file": "authority.pem"}
    write(folder, GOOD | more)
    (provider,) = load_providers(folder, TABLES).values()
    assert provider.client_secret() == "example-secret"
    assert provider.second_factor == SecondFactor(("mfa",))
    assert provider.person == "email"
    assert provider.trust().get_ca_certs()


@pytest.mark.parametrize("field", ["agency", "issuer", "client_id", "client_secret_file"])
def test_what_is_missing_or_of_another_form_is_named_with_its_file(folder: Path, field: str) -> None:
    write(folder, {name: value for name, value in GOOD.items() if name != field})
    assert f"`{field}`" in refused(folder)
    write(folder, GOOD | {field: 7})
    assert f"`$.{field}`" in refused(folder)
    assert str(folder / FOLDER / "mdcps.json") in refused(folder)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agency": "NOWHERE"}, "agency"),
        ({"issuer": "http://login.cps.example"}, "issuer"),
        ({"issuer": "login.cps.example"}, "issuer"),
        ({"issuer": "https://"}, "issuer"),
        ({"issuer": "https://login.cps.example?tenant=1"}, "issuer"),
        ({"issuer": "https://login.cps.example#here"}, "issuer"),
        ({"issuer": "https://[login"}, "issuer"),
        ({"client_id": ""}, "client_id"),
        ({"client_secret_file": "absent.secret"}, "client_secret_file"),
        ({"person": ""}, "person"),
        ({"second_factor": {"amr": "mfa"}}, "second_factor.amr"),
        ({"authority_file": "absent.pem"}, "authority_file"),
        ({"authority_file": "mdcps.secret"}, "authority_file"),
    ],
)
def test_what_cannot_be_right_is_named(folder: Path, wrong: dict[str, Any], field: str) -> None:
    write(folder, GOOD | wrong)
    assert f"`$.{field}`" in refused(folder)


def test_a_secret_that_others_can_read_or_that_is_none_is_refused_and_not_told(folder: Path) -> None:
    write(folder, GOOD)
    secret = folder / FOLDER / "mdcps.secret"
    secret.chmod(0o640)
    assert "chmod 600" in refused(folder)
    assert "example-secret" not in refused(folder)
    secret.chmod(0o600)
    secret.write_text("\n")
    assert "it is empty" in refused(folder)


def test_a_word_too_many_or_no_json_is_named_with_its_file(folder: Path) -> None:
    write(folder, GOOD | {"client_secret": "example"})
    assert "client_secret" in refused(folder)
    write(folder, "agency: MDCPS")
    assert "mdcps.json" in refused(folder)


def test_an_agency_has_one_provider(folder: Path) -> None:
    write(folder, GOOD)
    write(folder, GOOD, "other.json")
    assert "other.json" in refused(folder)
    assert "`$.agency`" in refused(folder)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://login.cps.example", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.1:8080/keys", True),
        ("http://[::1]:8080", True),
        ("http://localhost.example", False),
        ("http://127.0.0.1.example", False),
        ("http://login.cps.example", False),
        ("ftp://localhost", False),
        ("", False),
    ],
)
def test_what_goes_by_http_stays_on_this_machine(address: str, safe: bool) -> None:
    assert is_safe(address) == safe
