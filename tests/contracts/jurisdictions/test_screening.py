"""Lists of signs that a tip is screened by: dated versions, whose words they are, and what follows in words."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from contracts.jurisdictions import Instrument, Jurisdiction, UnknownRule
from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.loader import load
from contracts.jurisdictions.screening import refuse_instruments

LAKELAND = load(Path(__file__).parent / "lakeland")
BEFORE, FIRST = LAKELAND.instruments
change = msgspec.structs.replace


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        (datetime(2001, 1, 1, tzinfo=UTC), 1),
        (datetime(2026, 7, 1, 5, 59, tzinfo=UTC), 1),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), 2),
    ],
)
def test_a_tip_is_screened_by_the_version_of_the_day(moment: datetime, version: int) -> None:
    assert LAKELAND.instrument_at(moment).version == version


def test_a_screening_on_record_finds_its_own_version_and_a_sign_has_its_last_words() -> None:
    assert LAKELAND.instrument("LK-LIST", 1).indicators[0].words == "Kept on a ferry"
    assert LAKELAND.indicators["ferry"].words == "Kept on a ferry or a barge"
    with pytest.raises(UnknownRule, match="Version 3 of instrument 'LK-LIST' is not on file"):
        LAKELAND.instrument("LK-LIST", 3)


def test_what_follows_is_the_states_own() -> None:
    assert [LAKELAND.instruments[1].result_of(found, []).result for found in (["ferry"], ["pier"], [])] == [
        "act",
        "look",
        "look",
    ]


def test_mississippis_list_says_whose_words_it_is_and_claims_nothing(mississippi: Jurisdiction) -> None:
    for each in mississippi.instruments:
        assert each.words_by
        assert each.licence
        assert each.confidence == "U"
        assert {result.confidence for result in each.results} == {"U"}
    assert not [field for field in msgspec.structs.fields(Instrument) if "score" in field.name]


@pytest.mark.parametrize(
    ("instruments", "field"),
    [
        ((), ""),
        ((BEFORE,), "in_force_until"),
        ((change(BEFORE, in_force_until=date(2026, 6, 1)), FIRST), "in_force_until"),
        ((change(BEFORE, version=2), FIRST), ""),
        ((change(FIRST, indicators=(*FIRST.indicators, FIRST.indicators[0])),), "code"),
        ((change(FIRST, results=(FIRST.results[0],)),), "results"),
        ((change(FIRST, results=FIRST.results[::-1]),), "results"),
        ((change(FIRST, results=()),), "results"),
        (
            (change(FIRST, results=(change(FIRST.results[0], any_present_of=("cars",)), FIRST.results[1])),),
            "any_present_of",
        ),
    ],
)
def test_one_that_leaves_a_day_or_an_answer_open_is_refused(instruments: tuple[Instrument, ...], field: str) -> None:
    with pytest.raises(DataRefused) as refused:
        refuse_instruments(instruments)

    assert refused.value.field == field
