"""What every line of a scenario has, and how its times are written.

Times are told time since the start of the scenario: "T+HH:MM", or with days before the hours "T+12d 09:00", or
"T-HH:MM" for what lies before it (see `offset`). A field that a line's class does not know is refused, so a spelling
mistake never becomes silence.
"""

from datetime import timedelta
from typing import Annotated

import msgspec

Time = Annotated[str, msgspec.Meta(pattern=r"^T[+-]([0-9]{1,4}d )?[0-9]{2}:[0-5][0-9]\Z")]
Words = Annotated[str, msgspec.Meta(min_length=1)]


def offset(time: Time) -> timedelta:
    """How long after the start of the scenario; "T-09:00" is nine hours before it."""
    days, _, clock = time[2:].rpartition("d ")
    hours, minutes = clock.split(":")
    length = timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes))
    return -length if time[1] == "-" else length


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Any line."""


class Step(Line, frozen=True, kw_only=True, tag_field="do"):
    """Something done at a told time. `tip` is the label the scenario gave the tip."""

    at: Time
    tip: Words


class Expectation(Line, frozen=True, kw_only=True, tag_field="expect"):
    """Something that must be so at a told time, asked over the public interfaces."""

    at: Time
    tip: Words


class Tried(Expectation, frozen=True, kw_only=True):
    """The player tries a command as `by`, in the tip's turn like a step; it must be refused and change nothing."""

    by: Words
