"""Moments in an address."""

import re
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request

from contracts.language import InvalidValue, not_in_future

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")


def require_moments(request: Request[Any, Any, Any], **moments: datetime | None) -> None:
    """Each with its zone, and written as a moment: the framework takes a number for seconds since 1970.

    Raises `InvalidValue`.
    """
    for field, moment in moments.items():
        if moment is None:
            continue
        if moment.tzinfo is None or not _WRITTEN.match(request.query_params.get(field, "")):
            raise InvalidValue(field, "Give the time with its zone, for example 2026-11-02T18:00:00-06:00.")


def moment_in(field: str, text: str, now: datetime) -> datetime:
    """A moment that has come, as somebody wrote it. Raises `InvalidValue`."""
    # In an address a plus sign not written as %2B arrives as a space.
    written = text.strip().replace(" ", "+") if text.strip().count(" ") == 1 and "T" in text else text
    try:
        moment = msgspec.convert(written, datetime)
    except msgspec.ValidationError as error:
        sentence = "Give a time with its zone, for example 2026-11-02T18:00:00-06:00."
        raise InvalidValue(field, sentence) from error
    not_in_future(field, moment, now)
    return moment
