"""Serials of our labels: what a misread sign does to one, and what a label says."""

import base64
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import InvalidValue
from services.forensic_clinic.kit.labels import labels
from services.forensic_clinic.kit.serials import (
    DRAWN,
    LENGTH,
    PREFIX,
    SIGNS,
    check_character,
    in_groups,
    new_serial,
    printed_number,
)
from tests.services.forensic_clinic.kit.given import NUMBER

bodies = st.text(st.sampled_from(DRAWN), min_size=LENGTH, max_size=LENGTH).map(lambda body: PREFIX + body)


def test_the_check_character_is_that_of_the_standard() -> None:
    """ISO/IEC 7064, MOD 37,36, which also checks audiovisual numbers: an ISAN and an EIDR as they are published."""
    assert check_character("00000000D07A0090") == "Q"
    assert check_character("779185342C2390308610") == "5"


@given(bodies, st.integers(0, LENGTH + len(PREFIX)), st.sampled_from(SIGNS))
def test_one_sign_misread_never_fits(body: str, place: int, sign: str) -> None:
    serial = body + check_character(body)
    misread = serial[:place] + sign + serial[place + 1 :]
    if misread == serial or not misread.startswith(PREFIX):
        return
    with pytest.raises(InvalidValue) as refused:
        printed_number("number", misread)
    assert "Scan the label" in refused.value.sentence


@given(bodies, st.integers(len(PREFIX), LENGTH + len(PREFIX) - 1))
def test_two_neighbours_changed_about_never_fit(body: str, place: int) -> None:
    serial = body + check_character(body)
    swapped = serial[:place] + serial[place + 1] + serial[place] + serial[place + 2 :]
    if swapped != serial:
        with pytest.raises(InvalidValue):
            printed_number("number", swapped)


def test_a_serial_fits_however_it_is_typed_and_none_is_drawn_twice() -> None:
    drawn = {new_serial() for _ in range(500)}
    assert len(drawn) == 500
    for serial in drawn:
        assert printed_number("number", in_groups(serial).lower()) == serial
        assert not set(serial[len(PREFIX) :]) & set("IOSZ")
    with pytest.raises(InvalidValue):
        printed_number("number", next(iter(drawn))[:-1])


def test_a_makers_number_is_taken_as_it_is() -> None:
    assert printed_number("number", NUMBER) == NUMBER


def test_a_sheet_of_labels_holds_each_serial_and_no_word_besides() -> None:
    serials = [new_serial() for _ in range(31)]
    sheet = labels(serials)
    drawn = [
        zlib.decompress(base64.a85decode(b"<~" + each.strip(), adobe=True)).decode("latin-1")
        for each in re.findall(rb"stream\r?\n(.*?)endstream", sheet, re.DOTALL)
    ]
    assert len(drawn) == 2, "thirty on a sheet"
    assert re.findall(r"\(([^)]*)\) Tj", "".join(drawn)) == [in_groups(serial) for serial in serials]
    around = re.sub(rb"stream\r?\n.*?endstream", b"", sheet, flags=re.DOTALL).decode("latin-1").lower()
    assert not [word for word in ("kit", "muster", "clinic", "evidence", "assault") if word in around]
    assert labels(serials) == sheet
