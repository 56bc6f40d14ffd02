"""What another system signs is known by its secret, for five minutes, whatever is changed in it."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.http.webhooks import ID, SENT_AT, SIGNATURE, TOLERANCE_SECONDS, headers_for, is_signed, secret_in

SECRET, OTHER = b"s" * 24, b"t" * 24
BODY = b'{"test": 2432232314}'
SENT = 1_614_265_330.0


def test_the_example_of_the_standard_is_signed() -> None:
    secret = secret_in("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = {
        ID: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        SENT_AT: "1614265330",
        SIGNATURE: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert is_signed(secret, headers, BODY, lambda: SENT)
    assert headers_for(secret, headers[ID], BODY, lambda: SENT) == headers


@given(st.text("abcdef_0123456789", min_size=1, max_size=40), st.binary(max_size=200), st.floats(-300, 300))
def test_what_was_signed_is_taken_for_five_minutes_and_beside_other_signatures(
    message: str, body: bytes, off: float
) -> None:
    headers = headers_for(SECRET, message, body, lambda: SENT)
    headers[SIGNATURE] = f"v1a,zzzz v1,zzzz {headers[SIGNATURE]}"
    assert is_signed(SECRET, headers, body, lambda: SENT + off)


@given(st.sampled_from(sorted(headers_for(SECRET, "m1", BODY))), st.text(max_size=30))
def test_whatever_is_changed_it_is_not(name: str, instead: str) -> None:
    headers = headers_for(SECRET, "m1", BODY, lambda: SENT)
    if headers[name] != instead:
        assert not is_signed(SECRET, headers | {name: instead}, BODY, lambda: SENT)
    assert not is_signed(OTHER, headers, BODY, lambda: SENT)
    assert not is_signed(SECRET, headers, BODY + b" ", lambda: SENT)
    assert not is_signed(SECRET, {key: value for key, value in headers.items() if key != name}, BODY, lambda: SENT)
    for off in (TOLERANCE_SECONDS + 1, -TOLERANCE_SECONDS - 1):
        assert not is_signed(SECRET, headers, BODY, lambda off=off: SENT + off)  # type: ignore[misc]  # bound at once


@pytest.mark.parametrize(
    "written", ["", "whsec_", "whsec_???", "whsec_" + base64.b64encode(b"short").decode(), "s" * 32, "whsec_é"]
)
def test_a_secret_that_is_none_or_is_easily_guessed_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no "):
        secret_in(written)
