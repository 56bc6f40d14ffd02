"""What the case page asks of the other services, and what it reads of their answers."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.deadline import Noticed
from services.console.asking import Asking
from services.console.frame.on_call import SeatOnCall
from services.console.pages.case.order import Order
from services.console.timeline.story import Entry, Lane


class TipState(msgspec.Struct, frozen=True):
    """What a tip says without names."""

    channel: str
    county: str
    tribal_land: bool
    age: str
    setting: str
    received_at: datetime
    linked: list[UUID]
    state_lines: str = "not_known"


class Tip(msgspec.Struct, frozen=True):
    """The tip. `opened_until`: the viewer opened it in an emergency, and reads it until then."""

    reference: UUID
    version: int
    state: TipState
    opened_until: datetime | None = None


class Person(msgspec.Struct, frozen=True):
    """What the tip says about somebody; of the part `told_later`, what was added, and whether nobody looked at it."""

    part: str
    told_at: datetime
    waits: bool
    name: str | None
    contact: str | None
    narrative: str | None
    sealed_by_order: list[str] = []  # msgspec copies it


class Recipient(msgspec.Struct, frozen=True):
    """An agency on file; a phone of None is not on file."""

    name: str
    phone: str | None


class PartRecord(msgspec.Struct, frozen=True):
    """That a part was done."""

    agency: str
    done_at: datetime
    acknowledged_at: datetime | None


class Part(msgspec.Struct, frozen=True):
    """One of those to tell."""

    part: str
    by: str | None
    recipient: Recipient | None
    must_be_acknowledged: bool
    missing: bool
    on_record: PartRecord | None


class Duty(msgspec.Struct, frozen=True):
    """A reporting duty; the law may give it no number, then `due_at` is None and `since` tells how long."""

    rule: str
    version: int
    phase: str
    since: datetime | None
    due: str
    due_at: datetime | None
    done_at: datetime | None
    parts: list[Part]
    citation: str


class Seat(msgspec.Struct, frozen=True):
    """Whether it is filled or somebody asked, and who, where that is told. A lapsed holder's seat is not filled."""

    filled: bool
    asked: bool
    proposed: UUID | None
    held_by: UUID | None
    under_way: bool = False


class Contact(msgspec.Struct, frozen=True):
    """Whether the child was seen; `noticed` where somebody said that it cannot be in time."""

    duty_open: bool
    made_at: datetime | None
    attempts_recorded: int
    steps_planned: int
    noticed: Noticed | None = None


class Attempt(msgspec.Struct, frozen=True):
    """One try to see the child; what was done in words, None where a court had it destroyed."""

    attempted_at: datetime
    by: UUID | None
    how: str | None
    result: str | None
    what: str | None


class Step(msgspec.Struct, frozen=True):
    """What will be done, by which role and by when."""

    planned_for: datetime | None
    by: UUID | None
    who: str | None
    what: str | None


class ContactRecord(msgspec.Struct, frozen=True):
    """All that was tried and is planned."""

    duty_open: bool
    made_at: datetime | None
    attempts: list[Attempt]
    planned_steps: list[Step]
    noticed: Noticed | None


class TeamReference(msgspec.Struct, frozen=True):
    """Where its routes are."""

    reference: UUID


class Custody(msgspec.Struct, frozen=True):
    """Whether the child is in custody, and what of it is done; `number` is 0 where it never was taken."""

    number: int = 0
    lasts: bool = False
    agency: str = ""
    county: str = ""
    taken_at: datetime | None = None
    judge_knew_at: datetime | None = None
    authorised_at: datetime | None = None
    form: str = ""
    held_at: datetime | None = None
    order: str = ""
    released_at: datetime | None = None
    open_rules: list[str] = []  # msgspec copies it


class Called(msgspec.Struct, frozen=True):
    """Somebody a ladder called; without `rung`, a person asked them."""

    at: datetime
    rung: int | None
    responder: UUID | None


class Ladder(msgspec.Struct, frozen=True):
    """How the ladder of a seat stands."""

    version: int
    rung: int
    rungs: int
    rests: bool
    by_hand: bool
    until: datetime | None
    next_who: str
    called: list[Called]
    awaits_until: datetime | None = None


class Team(msgspec.Struct, frozen=True):
    """The team."""

    reference: UUID
    version: int
    phase: str
    county: str
    received_at: datetime | None
    due_at: datetime | None
    formed_at: datetime | None
    late: bool
    seats: dict[str, Seat]
    empty_seats: list[str]
    contact: Contact
    contact_version: int
    custody: Custody = Custody()
    custody_version: int = 0
    ladders: dict[str, Ladder] = {}  # msgspec copies it


class Exam(msgspec.Struct, frozen=True):
    """An exam of the case."""

    exam: UUID
    tip: UUID
    clinic: str
    phase: str
    requested_at: datetime
    since: datetime | None


class Charges(msgspec.Struct, frozen=True):
    """The prosecution's case, for those whose office it is."""

    case: UUID
    tip: UUID
    phase: str
    accused: int
    open_counts: int


class Answers(msgspec.Struct, frozen=True):
    """All of it. None, or empty, is what this viewer is not shown, or what there is not.

    `orders` says who can fill each empty seat, for who asks people.
    """

    tip: Tip | None
    duties: list[Duty]
    team: Team | None
    exams: list[Exam]
    charges: Charges | None
    on_call: list[SeatOnCall]
    orders: dict[str, Order]
    told: dict[Lane, Sequence[Entry]]


async def ask(asking: Asking, tip: UUID, *, may_ask_people: bool) -> Answers | None:
    """None where neither the tip nor its team is for this viewer: then nothing of the case is."""
    found, team = await asyncio.gather(
        asking.find("tips", f"/tips/{tip}", Tip), asking.find("rapid_assessment", f"/teams/of-tip/{tip}", Team)
    )
    if found is None and team is None:
        return None
    of_tip = {"tip": str(tip)}
    duties, exams, charges, on_call, orders = await asyncio.gather(
        asking.find("tips", f"/tips/{tip}/duties", list[Duty]),
        asking.find("forensic_clinic", "/exams", list[Exam], of_tip),
        asking.find("prosecution", "/cases", list[Charges], of_tip),
        asking.find("rapid_assessment", "/on-call", list[SeatOnCall]) if may_ask_people else _nobody(),
        asking.find("rapid_assessment", f"/teams/{team.reference}/people", dict[str, Order])
        if may_ask_people and team
        else _nobody(),
    )
    exams = [exam for exam in exams or () if exam.tip == tip]
    charges = [each for each in charges or () if each.tip == tip]
    places: dict[Lane, Sequence[str]] = {
        "tips": [f"/tips/{tip}/history"] if found else [],
        "rapid_assessment": [f"/teams/{team.reference}/history"] if team else [],
        "forensic_clinic": [f"/exams/{exam.exam}/history" for exam in exams],
        "prosecution": [f"/cases/{each.case}/history" for each in charges],
    }
    histories = await asyncio.gather(*(_histories(asking, lane, paths) for lane, paths in places.items()))
    return Answers(
        tip=found,
        duties=duties or [],
        team=team,
        exams=exams,
        charges=charges[0] if charges else None,
        on_call=on_call or [],
        orders=orders or {},
        told=dict(zip(places, histories, strict=True)),
    )


async def _histories(asking: Asking, service: Lane, paths: Sequence[str]) -> list[Entry]:
    found = await asyncio.gather(*(asking.find(service, path, list[Entry]) for path in paths))
    return [entry for entries in found for entry in entries or ()]


async def _nobody() -> None:
    return None
