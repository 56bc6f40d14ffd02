"""Challenges come back in time, for what they were made for, and unchanged."""

import base64
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.sign_in.challenges import LASTS, NOBODY, ChallengeNotValid, Challenges
from services.kernel.keys import Digester
from tests.services.identity.given import ACCOUNT
from tests.support.running_service import NOON

MOMENT = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def challenges(tmp_path_factory: pytest.TempPathFactory) -> Challenges:
    return Challenges(Digester(key_file(tmp_path_factory.mktemp("key"), b"k")))


def test_what_was_made_is_opened_until_five_minutes_have_passed(challenges: Challenges) -> None:
    made = challenges.new("sign in", NOON)

    assert challenges.open(made.text, "sign in", NOON + LASTS - MOMENT) == made
    assert timedelta(minutes=5) == LASTS
    for later in (NOON + LASTS, NOON + LASTS + MOMENT, NOON + timedelta(days=365)):
        with pytest.raises(ChallengeNotValid):
            challenges.open(made.text, "sign in", later)


def test_it_says_for_whom_it_was_made(challenges: Challenges) -> None:
    assert challenges.open(challenges.new("unlock", NOON, ACCOUNT).text, "unlock", NOON).account == ACCOUNT
    assert challenges.open(challenges.new("sign in", NOON).text, "sign in", NOON).account == NOBODY


def test_it_is_good_for_its_purpose_only(challenges: Challenges) -> None:
    made = challenges.new("unlock", NOON, ACCOUNT)

    for other in ("sign in", "Unlock", "unlock ", ""):
        with pytest.raises(ChallengeNotValid):
            challenges.open(made.text, other, NOON)


def test_each_is_another_and_so_is_what_is_reserved(challenges: Challenges) -> None:
    made = [challenges.new("sign in", NOON) for _ in range(50)]

    assert len({each.signed for each in made}) == len({each.mark for each in made}) == 50
    # What an authenticator signs is the text itself, as browsers write bytes.
    assert all(base64.urlsafe_b64decode(each.text + "=" * (-len(each.text) % 4)) == each.signed for each in made)


def test_another_houses_challenge_is_none_here(challenges: Challenges, tmp_path: Path) -> None:
    elsewhere = Challenges(Digester(key_file(tmp_path, b"l")))

    with pytest.raises(ChallengeNotValid):
        challenges.open(elsewhere.new("sign in", NOON).text, "sign in", NOON)


@given(st.data())
def test_with_any_bit_turned_it_is_not_valid(challenges: Challenges, data: st.DataObject) -> None:
    signed = bytearray(challenges.new("sign in", NOON, ACCOUNT).signed)
    signed[data.draw(st.integers(0, len(signed) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(ChallengeNotValid):
        challenges.open(text_of(bytes(signed)), "sign in", NOON)


@given(at=st.integers(0, 87), cut=st.integers(1, 8), put=st.binary(max_size=8))
def test_with_bytes_moved_over_the_borders_of_its_parts_it_is_not_valid(
    challenges: Challenges, at: int, cut: int, put: bytes
) -> None:
    signed = challenges.new("sign in", NOON, UUID(int=2**128 - 1)).signed
    mixed = signed[:at] + put + signed[at + cut :]

    if mixed != signed:
        with pytest.raises(ChallengeNotValid):
            challenges.open(text_of(mixed), "sign in", NOON)


@given(st.text(max_size=200))
def test_made_up_texts_are_not_valid(challenges: Challenges, text: str) -> None:
    with pytest.raises(ChallengeNotValid):
        challenges.open(text, "sign in", NOON)


@pytest.mark.parametrize("text", ["", "=", "A", "A" * 118, "A" * 10**6, "\u00e4", "\ud800"])
def test_so_are_empty_long_and_strange_ones(challenges: Challenges, text: str) -> None:
    with pytest.raises(ChallengeNotValid):
        challenges.open(text, "sign in", NOON)


def key_file(folder: Path, letter: bytes) -> Path:
    file = folder / "digest.key"
    file.write_text(base64.b64encode(letter * 32).decode())
    return file


def text_of(signed: bytes) -> str:
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")
