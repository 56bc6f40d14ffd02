"""Recovery codes, as they are shown and as people type them again."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.sign_in.recovery import CODES, GROUP, LENGTH, LETTERS, new_codes, plain

MISREAD = {"0": "Oo0", "1": "IiLl1", "2": "Zz2", "5": "Ss5", "8": "Bb8", "V": "UuVv"}

codes = st.text(LETTERS, min_size=LENGTH, max_size=LENGTH)


def test_ten_codes_of_at_least_80_bits_each() -> None:
    made = new_codes()

    assert len(set(made)) == CODES == 10
    assert LENGTH * math.log2(len(set(LETTERS))) >= 80
    assert all(re.fullmatch(r"[0-9A-Z]{3}(-[0-9A-Z]{3}){5}", code) for code in made)


def test_every_letter_comes_at_every_place() -> None:
    made = [plain(code) for _ in range(200) for code in new_codes()]

    assert all({code[place] for code in made} == set(LETTERS) for place in range(LENGTH))


def test_of_signs_that_look_alike_only_one_is_used() -> None:
    for kept, alike in MISREAD.items():
        assert set(alike.upper()) & set(LETTERS) == {kept}


@given(codes, st.data())
def test_however_a_tired_person_types_a_code_it_is_the_same(code: str, data: st.DataObject) -> None:
    typed = ""
    for at, letter in enumerate(code):
        between = data.draw(st.sampled_from(["", "", " ", "-", "\u2013", ".", " - ", "\t"])) if at % GROUP == 0 else ""
        typed += between + data.draw(st.sampled_from(MISREAD.get(letter, letter + letter.lower())))

    assert plain(typed) == plain(code) == code


@given(codes, codes)
def test_two_codes_are_never_taken_for_one_another(one: str, other: str) -> None:
    assert (plain(one) == plain(other.lower())) == (one == other)


@given(st.text())
def test_the_one_spelling_of_any_text_is_stable(text: str) -> None:
    once = plain(text)

    assert plain(once) == once
    assert once == "" or (len(once) == LENGTH and set(once) <= set(LETTERS))


@pytest.mark.parametrize(
    "text", ["", "123 456", "K7Q", "A" * 17, "A" * 19, "\u00c4" * 18, "\u0661" * 18, "-" * 18, "A" * 10**6]
)
def test_what_can_be_no_recovery_code_is_empty(text: str) -> None:
    assert plain(text) == ""
