"""Passphrases everybody could guess are refused, and only those."""

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from services.identity.account.decisions import PASSPHRASE_LENGTHS
from services.identity.sign_in.compromised import (
    FILE,
    LETTERS_OF_ONES_OWN,
    SHORTEST_WORD,
    comparable,
    load_compromised,
    why_refused,
)

COMPROMISED = load_compromised()
OWN = ("zqx@example.org", "MDCPS", "Mississippi Department of Child Protection Services", "Example Person Zqx")
AS_OTHERS, AS_OWN = "Attackers try", "This is little more"


def refused(passphrase: str) -> str:
    """How the sentence begins, or nothing."""
    sentence = why_refused(passphrase, COMPROMISED, OWN) or ""
    return next((start for start in (AS_OTHERS, AS_OWN) if sentence.startswith(start)), sentence)


@pytest.mark.parametrize(
    "passphrase",
    [
        "password1234",
        "PASSWORD 2026!",
        "P@ssw0rd1234!",
        "1q2w3e4r5t6y",
        "!QAZ2wsx#EDC4rfv",
        "123456789012",
        "i love you so much",
        "ILoveYouMichael",
        "Correct-Horse-Battery-Staple",
        "c o r r e c t horse battery staple",
        "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff441234",  # full-width letters
        "Summer2026!!!",
        "letmein.letmein",
        "hattiesburg1",
        "!!!!!!!!!!!!",
        "7c7c7c7c7c7c7c7c7",
        "te quiero mucho",
    ],
)
def test_what_attackers_try_first_is_refused(passphrase: str) -> None:
    assert refused(passphrase) == AS_OTHERS


def test_every_passphrase_that_leaked_often_is_refused() -> None:
    leaked = [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= PASSPHRASE_LENGTHS[0]]
    assert len(leaked) > 200
    assert [each for each in leaked if not refused(each)] == []


@pytest.mark.parametrize(
    "passphrase",
    [
        "zqx@example.org",
        "ZQX@EXAMPLE.ORG!!",
        "zqx-example-org-1",
        "mustermuster",
        "Muster 2026 Mississippi",
        "M1ss1ss1pp1 2026",
        "Department of Child Protection",
        "mdcps1234567",
        "person zqx 1984",
    ],
)
def test_what_others_know_of_a_person_is_refused(passphrase: str) -> None:
    assert refused(passphrase) == AS_OWN


@pytest.mark.parametrize(
    "passphrase",
    [
        "four plain example words",
        "kiln otter brass ninety",
        "my grandmother bakes on sundays",
        "orange tiger summer freedom",
        "muster the geese before noon",
        "482915730264",
        "Tr0ub4dor&3xyz",
        "Kr8vJ-2mQe_Lp0w-9sXzYg",
        "la abuela pinta sillas verdes",
        "\U0001f415\U0001f333\U0001f9e9\U0001f3ba\U0001f40c\U0001f68b\U0001f9c0\U0001f41d\U0001f3d4\U0001f9ed\U0001f50c\U0001f6b0",
    ],
)
def test_what_is_ones_own_is_taken(passphrase: str) -> None:
    assert refused(passphrase) == ""


@given(
    word=st.sampled_from(sorted(COMPROMISED)),
    before=st.text("0123456789!@#$%.-_ ", max_size=3),
    after=st.text("0123456789!@#$%.-_ ", max_size=4),
)
def test_no_word_of_the_list_becomes_good_by_digits_and_signs_around_it(word: str, before: str, after: str) -> None:
    assert refused(before + word.upper() + after)


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=256))
def test_every_text_gets_an_answer_and_never_hears_itself(text: str) -> None:
    sentence = why_refused(text, COMPROMISED, OWN)

    assert sentence in {
        None,
        why_refused("password1234", COMPROMISED, OWN),
        why_refused("mustermuster", COMPROMISED, OWN),
    }


@given(st.text("bcdfghjklmnpqrstvwxz", min_size=LETTERS_OF_ONES_OWN * 2, max_size=60))
def test_without_a_word_anybody_knows_only_repetition_is_refused(consonants: str) -> None:
    if not any(word in consonants for word in COMPROMISED | {"zqx", "mdcps", "org"}):
        repeated = any(consonants[few:] == consonants[:-few] for few in range(1, LETTERS_OF_ONES_OWN))
        assert bool(refused(consonants)) == repeated


def test_capitals_blanks_and_keyboards_make_no_difference() -> None:
    assert comparable(" Stra\u00dfe\u3000E\u0301t\u00e9 ") == comparable("STRASSE\u00c9TE\u0301")


def test_the_longest_passphrase_is_judged_in_no_time() -> None:
    # Of the processor's time: a machine busy with other things is no fault.
    began = time.process_time()
    refused("password" * 31 + "abcdefgh")

    assert time.process_time() - began < 0.5


def test_the_list_says_where_it_is_from_and_is_sorted_plain_and_whole() -> None:
    listed = msgspec.json.decode(FILE.read_bytes())

    assert listed["licence"] == "Apache-2.0"
    assert listed["source"]
    words = listed["words"]
    assert words == sorted(set(words))
    assert listed["count"] == len(words) > 2000
    assert [word for word in words if comparable(word) != word or len(word) < SHORTEST_WORD] == []
