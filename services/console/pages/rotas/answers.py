"""What the pages of rotas ask, and what they read of the answers."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.console.frame.area import Area


class Row(msgspec.Struct, frozen=True):
    """A rota of the list."""

    rota: UUID
    seat: str
    counties: list[str]
    circuits: list[int]
    statewide: bool
    on_call: UUID | None
    until: datetime | None
    next: UUID | None

    @property
    def area(self) -> Area:
        """Where it counts."""
        return Area(self.counties, self.circuits, self.statewide)


class Gap(msgspec.Struct, frozen=True):
    """Nobody on call."""

    since: datetime
    until: datetime


class Ends(msgspec.Struct, frozen=True):
    """Whose credential ends when."""

    account: UUID
    at: datetime


class BoardRow(msgspec.Struct, frozen=True):
    """A county and a seat."""

    county: str
    seat: str
    rotas: int
    gaps: list[Gap]
    alone: UUID | None
    credentials_end: list[Ends]
    unproven: list[UUID]

    @property
    def in_order(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.gaps or self.alone or self.credentials_end or self.unproven)

    @property
    def people(self) -> set[UUID]:
        """Who is named in it."""
        alone = {self.alone} if self.alone is not None else set()
        return alone | {each.account for each in self.credentials_end} | set(self.unproven)


class Lacking(msgspec.Struct, frozen=True):
    """What somebody lacks, and when it matters."""

    account: UUID
    lacks: str
    at: datetime


class Shift(msgspec.Struct, frozen=True):
    """One shift; nobody's is a hole."""

    since: datetime
    until: datetime
    account: UUID | None
    why: str
    rotation: UUID | None
    number: int | None


class Rotation(msgspec.Struct, frozen=True):
    """Who takes turns."""

    rotation: UUID
    participants: list[UUID]
    shift_hours: int
    starts_at: datetime


class Override(msgspec.Struct, frozen=True):
    """Somebody in another's place."""

    override: UUID
    account: UUID
    since: datetime
    until: datetime


class Swap(msgspec.Struct, frozen=True):
    """Turns that change hands."""

    swap: UUID
    by: UUID
    to: UUID
    rotation: UUID
    number: int
    in_return: int | None
    standing: str


class Rota(msgspec.Struct, frozen=True):
    """As it stands."""

    rota: UUID
    seat: str
    area: Area
    rotations: list[Rotation]
    overrides: list[Override]
    swaps: list[Swap]
    ended_at: datetime | None


class RotaPage(msgspec.Struct, frozen=True):
    """With its shifts of the four weeks from `at`, and its version."""

    at: datetime
    version: int
    rota: Rota
    shifts: list[Shift]
    next_handover: datetime | None
    lacks: list[Lacking]

    @property
    def turns(self) -> Rotation | None:
        """Those set last."""
        return self.rota.rotations[-1] if self.rota.rotations else None

    def in_turn(self, rotation: UUID | None) -> list[UUID]:
        """Who takes turns by it; nobody by none."""
        return next((each.participants for each in self.rota.rotations if each.rotation == rotation), [])

    @property
    def people(self) -> set[UUID]:
        """Whose names its page needs."""
        turns = {who for each in self.rota.rotations for who in each.participants}
        put = {each.account for each in self.rota.overrides}
        swaps = {who for each in self.rota.swaps for who in (each.by, each.to)}
        shifts = {each.account for each in self.shifts if each.account is not None}
        return turns | put | swaps | shifts


class MyShift(msgspec.Struct, frozen=True):
    """A shift of mine."""

    rota: UUID
    seat: str
    since: datetime
    until: datetime
    why: str
    rotation: UUID | None
    number: int | None


class MyShifts(msgspec.Struct, frozen=True):
    """All of mine from `at` on, and the rotas I am on."""

    at: datetime
    shifts: list[MyShift]
    rotas: list[UUID]
