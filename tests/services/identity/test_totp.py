"""Codes of authenticator apps."""

import base64
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET

import pyotp
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.identity.sign_in.totp import STEP_SECONDS, address, picture, secret_of, step_of

# RFC 6238, appendix B, SHA-1: the secret, and the eight digits of each moment; six are their last six.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON_STEP = int(NOON.timestamp()) // STEP_SECONDS

secrets_ = st.binary(min_size=20, max_size=20).map(lambda raw: base64.b32encode(raw).decode())
moments = st.datetimes(datetime(2026, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_the_codes_of_the_standard_fit(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert step_of(RFC_SECRET, code[-6:], at, 0) == seconds // STEP_SECONDS


@given(secrets_, moments, st.integers(-4, 4))
def test_a_code_fits_within_one_step_and_never_beyond(secret: str, at: datetime, aside: int) -> None:
    step = int(at.timestamp()) // STEP_SECONDS + aside
    code = code_of(secret, step)
    # Two moments of a secret share a code once in a million: those are the next test's.
    near = [code_of(secret, int(at.timestamp()) // STEP_SECONDS + each) for each in (-1, 0, 1)]
    assume(near.count(code) == (abs(aside) <= 1))

    assert step_of(secret, code, at, 0) == (step if abs(aside) <= 1 else None)


@given(secrets_, moments, st.lists(st.tuples(st.integers(0, 40), st.integers(-2, 2)), max_size=12))
def test_no_code_fits_twice(secret: str, at: datetime, tries: list[tuple[int, int]]) -> None:
    last, used = 0, []
    for seconds, aside in tries:
        at += timedelta(seconds=seconds)
        step = step_of(secret, code_of(secret, int(at.timestamp()) // STEP_SECONDS + aside), at, last)
        if step is not None:
            assert step > last
            used.append(step)
            last = step

    assert len(set(used)) == len(used)


def test_of_two_moments_with_the_same_code_the_later_is_used_up() -> None:
    """Else the code could be sent once more half a minute later."""
    code = code_of(RFC_SECRET, 910_737)
    assert code == code_of(RFC_SECRET, 910_738)
    at = datetime.fromtimestamp(910_737 * STEP_SECONDS, UTC)

    assert step_of(RFC_SECRET, code, at, 0) == 910_738
    assert step_of(RFC_SECRET, code, at, 910_738) is None


@pytest.mark.parametrize("last", [NOON_STEP, NOON_STEP + 1, NOON_STEP + 1000])
def test_a_code_not_later_than_the_last_used_does_not_fit(last: int) -> None:
    assert step_of(RFC_SECRET, code_of(RFC_SECRET, NOON_STEP), NOON, last) is None


def test_blanks_and_the_digits_of_another_keyboard_are_taken() -> None:
    code = code_of(RFC_SECRET, NOON_STEP)
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    for typed in (f"{code[:3]} {code[3:]}", f"\t{code}\n", " ".join(code), f"{code[:3]}\u00a0{code[3:]}", full_width):
        assert step_of(RFC_SECRET, typed, NOON, 0) == NOON_STEP


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "12345a", "-12345", "+12345", "1e1000", "\u0661" * 6, "9" * 10**6]
)
def test_what_is_no_code_does_not_fit(typed: str) -> None:
    assert step_of(RFC_SECRET, typed, NOON, 0) is None


@given(st.text(max_size=12))
def test_any_text_is_answered(typed: str) -> None:
    step = step_of(RFC_SECRET, typed, NOON, 0)

    assert step is None or step in range(NOON_STEP - 1, NOON_STEP + 2)


@given(st.binary(min_size=20, max_size=40))
def test_a_secret_is_160_bits_of_its_seed(seed: bytes) -> None:
    assert base64.b32decode(secret_of(seed)) == seed[:20]


def test_an_app_that_reads_the_address_shows_the_codes_that_fit() -> None:
    secret = RFC_SECRET
    made = address(secret, "zqx+1@example.org")

    parts = urlsplit(made)
    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("otpauth", "totp", "/Muster:zqx+1@example.org")
    assert parse_qs(parts.query) == {"secret": [secret], "issuer": ["Muster"]}
    app = pyotp.parse_uri(made)
    assert isinstance(app, pyotp.TOTP)
    assert step_of(secret, app.at(NOON), NOON, 0) == NOON_STEP


def test_the_picture_stands_in_a_page_without_scripts_styles_or_anything_from_elsewhere() -> None:
    drawn = picture(address(RFC_SECRET, 'x"><script>@example.org'))

    svg = ET.fromstring(drawn)
    assert {each.tag for each in svg.iter()} == {"svg", "path"}
    assert {name for each in svg.iter() for name in each.attrib} == {"viewBox", "fill", "stroke", "d"}
    ground, code = svg
    # A white ground of its own, with the margin a camera needs, so that it can be read on a dark page too.
    side = svg.attrib["viewBox"].split()[2]
    assert (ground.attrib["fill"], ground.attrib["d"]) == ("#fff", f"M0 0h{side}v{side}h-{side}z")
    assert (code.attrib["stroke"], code.attrib["d"][:6]) == ("#000", "M4 4.5")
    assert re.search(r"url|href|http|style", drawn) is None


def code_of(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).generate_otp(step)
