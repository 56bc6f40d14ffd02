"""A tip is screened by an instrument of the state, or again. Pure: `now` and the instruments come in."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from contracts.events.tips import TipScreened
from contracts.jurisdictions import Instrument, Jurisdiction, UnknownRule
from contracts.language import Event, InvalidValue, not_in_future
from services.tips.tip.events import TipScreenedWith
from services.tips.tip.state import Tip, received

Age = Literal["child", "adult", "not_known"]
Exploitation = Literal["sex", "labour", "both", "not_known"]
Codes = Annotated[tuple[str, ...], msgspec.Meta(max_length=60)]


class Screen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A screener's judgement. `indicators` were present, `not_present` were asked and were not; the rest was not asked.

    Both are codes of the instrument; without one named, of that in force when it was done. `screened_at`: when it was
    done, with its zone, if not now.
    """

    age: Age
    exploitation: Exploitation
    indicators: Codes = ()
    not_present: Codes = ()
    instrument: str | None = None
    instrument_version: int | None = None
    screened_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


def screen(tip: Tip, command: Screen, jurisdiction: Jurisdiction, now: datetime) -> list[Event]:
    """The one that was done last holds; one typed in later than that stays on record and changes nothing.

    What comes of the answers is told by the instrument's own rule, and nothing is ended or opened by it: that goes by
    the age. Raises `InvalidValue`.
    """
    at = command.screened_at or now
    not_in_future("screened_at", at, now)
    if at < received(tip):
        raise InvalidValue(
            "screened_at",
            "Child Protection Services did not have the tip yet at this time. Check the date and the zone.",
        )
    instrument = _instrument(command, at, jurisdiction)
    present, not_present = _answers(command, instrument)
    done = TipScreenedWith(
        tip=tip.tip,
        screened_at=at,
        age=command.age,
        exploitation=command.exploitation,
        instrument=instrument.instrument,
        instrument_version=instrument.version,
        present=present,
        not_present=not_present,
        not_asked=tuple(code for code in instrument.codes if code not in present and code not in not_present),
        result=instrument.result_of(present, not_present).result,
    )
    if tip.screened_at is not None and at < tip.screened_at:
        return [done]
    told = TipScreened(
        tip=tip.tip,
        person=tip.person,
        received_at=received(tip),
        county=tip.county,
        age=command.age,
        exploitation=command.exploitation,
    )
    return [told, done]


def _instrument(command: Screen, at: datetime, jurisdiction: Jurisdiction) -> Instrument:
    if command.instrument is None and command.instrument_version is None:
        return jurisdiction.instrument_at(at)
    try:
        return jurisdiction.instrument(command.instrument or "", command.instrument_version or 0)
    except UnknownRule as unknown:
        raise InvalidValue(
            "instrument", "This list of signs is not on file in this version. Read the list again."
        ) from unknown


def _answers(command: Screen, instrument: Instrument) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for field, codes in (("indicators", command.indicators), ("not_present", command.not_present)):
        _refuse_unknown(field, codes, instrument)
    both = set(command.indicators) & set(command.not_present)
    if both:
        raise InvalidValue("not_present", "A sign is either present or it is not. Give each of them once.")
    return tuple(dict.fromkeys(command.indicators)), tuple(dict.fromkeys(command.not_present))


def _refuse_unknown(field: str, codes: Collection[str], instrument: Instrument) -> None:
    if not set(codes) <= set(instrument.codes):
        raise InvalidValue(field, "One of these indicators is not in the list. Read the list again.")
