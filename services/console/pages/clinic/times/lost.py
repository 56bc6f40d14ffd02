"""A booking that lost a race: what was asked for, and the other times the clinic's service named with its refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from contracts.jurisdictions import LOCAL
from services.console.frame.forms import Form
from services.console.frame.times import Times
from services.console.pages.clinic.answers import Slot
from services.console.pages.clinic.times.answers import Offer

TAKEN = frozenset({"nurse_taken", "room_taken", "patient_taken", "helper_taken", "rest_too_short", "too_many_hours"})
"""Refusals for what is somebody else's at that time: with these the service names other times."""


class _Named(msgspec.Struct, frozen=True):
    """Left out of the answer where there are none."""

    instead: list[Offer] = []


@dataclass(frozen=True)
class Lost:
    """`offers` were free when the booking was refused, those that lose least first, at any clinic."""

    since: datetime
    until: datetime
    offers: list[Offer]

    def asked(self, times: Times) -> str:
        """`Sat 21 Nov, 05:12 to 09:12`."""
        return times.words.say(
            "times.lost.asked",
            day=times.weekday_and_date(self.since),
            since=f"{self.since.astimezone(LOCAL):%H:%M}",
            until=f"{self.until.astimezone(LOCAL):%H:%M}",
        )

    def slots_at(self, clinic: str) -> list[Slot]:
        """Of the others, those at this clinic."""
        return [each.slot for each in self.offers if each.clinic == clinic]


def lost_in(form: Form, body: Mapping[str, Any] | None) -> Lost | None:
    """None where the form was refused for anything else. `body` is what was sent."""
    refusal = form.refusal
    if refusal is None or body is None or refusal.problem.code not in TAKEN:
        return None
    try:
        since, until = (datetime.fromisoformat(body[name]) for name in ("since", "until"))
    except ValueError:
        return None
    return Lost(since, until, refusal.read(_Named).instead)
