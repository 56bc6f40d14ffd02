"""What people write back is read as they write it, and nothing is read into what they only quote."""

import textwrap

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.rapid_assessment.ask.carried import normal
from services.rapid_assessment.ask.reply import MOST_WORDS, Reply, read_reply
from services.rapid_assessment.ask.texts import Codes, asking, no_more, trying
from services.rapid_assessment.reaching import MARK, TITLE

CODE = "482913"
ORIGIN = "https://muster.county.example:8107"
CODES = Codes("ABCD-EFGH-IJ23-KLMN-OPQR-STUV-WXYZ", CODE)
LONG = "Something waits for your answer in Muster. Open the page or sign in."
BY_KIND = {
    "asked": asking(LONG, ["sms", "email"], ORIGIN, CODES, 10),
    "tried": trying(LONG, ["sms", "email"], ORIGIN, CODES),
    "ended": {kind: no_more(kind, ORIGIN, CODES.long) for kind in ("sms", "email")},
}
OURS = [text for by_kind in BY_KIND.values() for text in by_kind.values()]
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghij"
    "klmnopqrstuvwxyzäöñüà"
)
PART = 153

codes = st.text("0123456789", min_size=6, max_size=6)
yes = st.sampled_from(["YES", "yes", "Yes", "yEs", "SI", "si", "SÍ", "Sí", "SI\u0301", "ＹＥＳ"])
no = st.sampled_from(["NO", "no", "No", "nO"])
between = st.text(" \t-–.:,!", max_size=4)
spaces = st.text(" \t\n\r", max_size=5)
inside = st.sampled_from(["", " ", "-", "."])
# Any words but a second answer.
reasons = st.text(st.characters(codec="utf-8", categories=["L", "Zs", "Po"]), max_size=300)
quoted = st.lists(st.sampled_from([f"> {line}" for line in textwrap.wrap(OURS[1], 40)]), max_size=6)
tails = st.sampled_from(
    [
        "",
        "\n\n-- \nExample Person\n601 555 0100",
        "\n\nSent from my iPhone",
        "\n\nEnviado desde mi iPhone",
        "\n\n-----Original Message-----\nFrom: Muster\n" + OURS[1],
        "\n\n________________________________\nDe: Muster\n" + OURS[1],
        "\n\nFrom: Muster <muster@house.example>\nSent: Tuesday\n" + OURS[1],
    ]
)


def written(code: str, by: str) -> str:
    return f"{code[:3]}{by}{code[3:]}"


@given(spaces, yes, between, codes, inside, tails)
def test_yes_in_both_languages_however_it_is_written(
    before: str, said: str, gap: str, code: str, by: str, tail: str
) -> None:
    assert read_reply(f"{before}{said}{gap}{written(code, by)}{tail}") == Reply(yes=True, code=code)


@given(spaces, no, between, codes, inside, reasons, tails)
def test_no_with_the_words_beside_it_and_without_what_others_wrote(
    before: str, said: str, gap: str, code: str, by: str, reason: str, tail: str
) -> None:
    found = read_reply(f"{before}{said}{gap}{written(code, by)} {reason}{tail}")
    assert found is not None
    assert (found.yes, found.code, found.under_way) == (False, code, False)
    assert len(found.words) <= MOST_WORDS
    assert not {"iPhone", "Example Person", "Muster"} & set(found.words.split())


@given(codes, quoted, no)
def test_above_what_is_quoted_and_below_it(code: str, quote: list[str], said: str) -> None:
    asked_by = ["On Tue, Nov 3, 2026 at 3:04 AM Muster", "<muster@house.example> wrote:"]
    above = "\n".join([f"{said} {code} in court", "", *asked_by, *quote])
    below = "\n".join([*asked_by, *quote, "", f"{said} {code} in court"])
    assert read_reply(above if quote else f"{said} {code} in court") == Reply(yes=False, code=code, words="in court")
    if quote:
        assert read_reply(below) == Reply(yes=False, code=code, words="in court")


@given(st.lists(st.text("YESNOsi 0123456789:\t", max_size=30), max_size=12))
def test_what_is_only_quoted_is_no_answer(lines: list[str]) -> None:
    assert read_reply("\n".join(f"> {line}" for line in lines)) is None


@given(st.sampled_from(OURS), st.integers(20, 120), st.text("abcdefgh \n", max_size=40))
def test_our_own_message_sent_back_is_no_answer_wherever_its_lines_are_broken(
    ours: str, width: int, above: str
) -> None:
    assert read_reply("\n".join([above, *textwrap.wrap(ours, width)])) is None


@given(st.text(max_size=400))
def test_anything_is_read_without_a_fault_and_a_code_is_six_digits(text: str) -> None:
    found = read_reply(text)
    assert found is None or (len(found.code) == 6 and found.code.isascii() and found.code.isdigit())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "YES",
        "482913",
        "yes please",
        "nothing 482913",
        "yessir 482913",
        "YES 48291",
        "YES 4829137",
        "YES 482913 or NO 482913 and why.",
        "NO 482913 or rather yes 482913",
        "I am away until Monday.\nYES 482913",
        "> YES 482913",
    ],
)
def test_what_is_no_answer_or_gives_two_is_none(text: str) -> None:
    assert read_reply(text) is None


@pytest.mark.parametrize(
    "words",
    ["on my way", "(on my way)", "I'm on my way!", "and on my way.", "under way", "en camino", "y voy en camino"],
)
def test_that_they_are_under_way_may_be_said_in_the_same_breath(words: str) -> None:
    assert read_reply(f"YES 482913 {words}") == Reply(yes=True, code=CODE, under_way=True)


@pytest.mark.parametrize("words", ["but not on my way yet", "on my way in an hour", "thanks", "still on my way home"])
def test_other_words_beside_a_yes_say_nothing(words: str) -> None:
    assert read_reply(f"YES 482913 {words}") == Reply(yes=True, code=CODE)


def test_another_number_in_the_words_is_a_part_of_them_and_a_no_without_words_has_none() -> None:
    assert read_reply("No, 482-913: call no 601555 0100") == Reply(yes=False, code=CODE, words="call no 601555 0100")
    assert read_reply("NO 482913 -") == Reply(yes=False, code=CODE)


def test_a_text_message_fits_two_parts_and_a_third_where_it_is_marked_as_sent_once_more() -> None:
    for by_kind in BY_KIND.values():
        whole = f"{TITLE}\r\n{by_kind['sms']}"
        assert set(whole) <= GSM
        assert len(whole) <= 2 * PART
        assert len(f"{MARK} {whole}") <= 3 * PART


def test_what_takes_no_replies_says_nothing_of_them() -> None:
    assert asking(LONG, [], ORIGIN, CODES, 10) == trying(LONG, [], ORIGIN, CODES) == {}
    assert set(asking(LONG, ["sms"], ORIGIN, CODES)) == {"sms"}


@given(st.text("0123456789", min_size=10, max_size=10), st.sampled_from(["{}", "+1{}", "1-{}", " (+1) {}"]))
def test_a_number_is_one_with_and_without_the_country_and_another_is_another(digits: str, form: str) -> None:
    assert normal("sms", form.format(digits)) == normal("sms", f"{digits[:3]} {digits[3:6]}-{digits[6:]}") == digits


@given(st.emails(), st.emails())
def test_letters_of_a_mail_address_are_one_in_any_case_and_nothing_else_is(one: str, other: str) -> None:
    assume(one.lower() != other.lower())
    assert normal("email", f" {one.upper()} ") == normal("email", one.lower())
    assert normal("email", one) != normal("email", other)
