"""What an exam's page shows: when, with whom and where it is, which times are free, and what can be done next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.jurisdictions import LOCAL
from services.console.frame.times import Times
from services.console.pages.clinic.answers import Exam, Slot
from services.kernel.http.caller import Caller


class Acts(NamedTuple):
    """What the page offers this viewer. The service decides."""

    plan: bool
    release: bool
    consent: bool
    complete: bool
    cancel: bool
    open_kit: bool
    read_notes: bool


class Day(NamedTuple):
    """The free times of one day: what the form sends, and the words."""

    words: str
    times: Sequence[tuple[str, str]]


def acts_of(exam: Exam, caller: Caller) -> Acts:
    """By how it stands and by role."""
    roles = frozenset(caller.roles)
    clinic = "clinic_coordinator" in roles and exam.clinic == caller.agency
    nurse = exam.slot is not None and exam.slot.nurse == caller.account and "forensic_nurse" in roles
    ended = exam.phase in {"completed", "cancelled"}
    return Acts(
        plan=clinic and exam.phase in {"requested", "held"},
        release=clinic and exam.phase in {"held", "booked"},
        consent=(clinic or nurse) and not ended,
        complete=(clinic or nurse) and exam.phase == "booked",
        cancel=(clinic or "cps_coordinator" in roles) and not ended,
        open_kit=nurse and exam.phase in {"booked", "completed"},
        read_notes=clinic or nurse,
    )


def sent(slot: Slot) -> str:
    """A slot as the form sends it back."""
    return f"{slot.nurse} {slot.room} {slot.since.isoformat()} {slot.until.isoformat()}"


def slot_in(text: str) -> dict[str, str] | None:
    """The other way. None for what is no slot."""
    parts = text.split(" ")
    return dict(zip(("nurse", "room", "since", "until"), parts, strict=True)) if len(parts) == 4 else None


class Told:
    """Says slots with the names and room numbers this viewer may know."""

    def __init__(self, names: Mapping[UUID, str], rooms: Mapping[UUID, int], times: Times) -> None:
        self._names = names
        self._rooms = rooms
        self._times = times

    def nurse(self, nurse: UUID) -> str:
        return self._names.get(nurse) or self._times.words.say("exam.a_nurse")

    def room(self, room: UUID) -> str:
        number = self._rooms.get(room)
        say = self._times.words.say
        return say("exam.room", number=number) if number is not None else say("exam.a_room")

    def slot(self, slot: Slot) -> str:
        """`02:00 to 06:00, Example Nurse One, room 2`."""
        until = slot.until.astimezone(LOCAL)
        return self._times.words.say(
            "exam.slot",
            since=f"{slot.since.astimezone(LOCAL):%H:%M}",
            until=f"{until:%H:%M}",
            nurse=self.nurse(slot.nurse),
            room=self.room(slot.room),
        )

    def days(self, slots: Iterable[Slot]) -> list[Day]:
        """By day, earliest first."""
        found: dict[str, list[tuple[str, str]]] = {}
        for slot in slots:
            found.setdefault(self._times.weekday_and_date(slot.since), []).append((sent(slot), self.slot(slot)))
        return [Day(words, times) for words, times in found.items()]


def choices(slots: Sequence[Slot], told: Told) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The nurses and rooms that occur, for a time that is typed."""
    nurses = {str(each.nurse): told.nurse(each.nurse) for each in slots}
    rooms = {str(each.room): told.room(each.room) for each in slots}
    return list(nurses.items()), list(rooms.items())


def last_moment(exam: Exam) -> datetime | None:
    """What is typed next happened after this."""
    return exam.slot.since if exam.slot else None
