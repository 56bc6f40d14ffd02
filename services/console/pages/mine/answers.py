"""What a team member's page asks of the other services, and what it reads of their answers."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Asking

DEADLINES = 10


class MySeat(msgspec.Struct, frozen=True):
    """A seat I am asked for or hold."""

    team: UUID
    tip: UUID
    seat: str
    asked: bool
    since: datetime
    phase: str
    county: str
    received_at: datetime
    due_at: datetime
    contact_open: bool
    contact_due_at: datetime | None
    awaits_until: datetime | None = None


class Credential(msgspec.Struct, frozen=True):
    """A certificate that is on file."""

    kind: str
    issuer: str
    valid_from: datetime
    valid_until: datetime


class Channel(msgspec.Struct, frozen=True):
    """A way I am reached, and when it was last seen to work."""

    kind: str
    proven_at: datetime | None


class CodeAsked(msgspec.Struct, frozen=True):
    """The code that waits to be typed back."""

    kind: str
    until: datetime


class Responder(msgspec.Struct, frozen=True):
    """My own entry on the list."""

    agency: str
    credentials: list[Credential]
    available: tuple[datetime, datetime] | None
    leave: list[tuple[datetime, datetime]]
    channels: list[Channel]
    code: CodeAsked | None


class Entry(msgspec.Struct, frozen=True):
    """The entry with its version. `code_sent` is None while nobody knows whether the code went out."""

    version: int
    responder: Responder
    code_sent: bool | None


class Deadline(msgspec.Struct, frozen=True):
    """What runs out. `since` is None where the service tells only when it is due; `kit` where it is of a case."""

    tip: UUID
    rule: str
    citation: str
    due_at: datetime
    since: datetime | None = None
    kit: UUID | None = None

    @property
    def page(self) -> str:
        """Where it is explained."""
        return f"/kits/{self.kit}/clocks/{self.rule}" if self.kit else f"/cases/{self.tip}/clocks/{self.rule}"


class KitDuty(msgspec.Struct, frozen=True):
    """What is to be done with a kit."""

    rule: str
    due_at: datetime


class Kit(msgspec.Struct, frozen=True):
    """A kit that is in my hands or offered to them."""

    kit: UUID
    tip: UUID
    duties: list[KitDuty]


class Version(msgspec.Struct, frozen=True):
    """Where a team stands."""

    version: int


class Mine(NamedTuple):
    """All of it. `entry` is None for somebody who is not on the list of responders."""

    asked: Sequence[tuple[MySeat, int]]
    held: Sequence[MySeat]
    deadlines: Sequence[Deadline]
    entry: Entry | None


async def ask(asking: Asking, account: UUID, jurisdiction: Jurisdiction) -> Mine:
    """What is asked for comes with the version of its team, on which the answer is decided."""
    seats, clocks, kits, entry = await asyncio.gather(
        asking.get("rapid_assessment", "/mine/seats", list[MySeat]),
        asking.get("rapid_assessment", "/mine/deadlines", list[Deadline], {"limit": DEADLINES}),
        asking.find("forensic_clinic", "/kits", list[Kit], {"only": "due"}),
        asking.find("rapid_assessment", f"/responders/{account}", Entry),
    )
    asked = [seat for seat in seats if seat.asked]
    teams = await asyncio.gather(*(asking.find("rapid_assessment", f"/teams/{seat.team}", Version) for seat in asked))
    of_kits = [
        Deadline(kit.tip, duty.rule, jurisdiction.clock_rule(duty.rule).citation, duty.due_at, kit=kit.kit)
        for kit in kits or ()
        for duty in kit.duties
    ]
    return Mine(
        # What ended or is hidden since it was listed is asked no more.
        asked=[(seat, team.version) for seat, team in zip(asked, teams, strict=True) if team],
        held=[seat for seat in seats if not seat.asked],
        deadlines=sorted((*clocks, *of_kits), key=lambda each: each.due_at)[:DEADLINES],
        entry=entry,
    )
