"""What a day's count finds: kits expected, kits seen, and each difference, from the record and the statements. Pure.

A kit is expected with the agency that holds it by the record, whether it was sealed or only opened. It is seen where
that agency states it, or took it by its own hand later than it counted: both hands on record say more than a list. Each
kit expected is seen, or is in one difference and in no other. What another agency states is no difference where the
record says that the kit was there when it was counted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from contracts.jurisdictions.census import Difference as Kind
from services.forensic_clinic.kit.state import Kit

AGENCIES = UUID("5d0a3f0e-94bd-4a53-9d8c-3a1f0c62b7d4")
"""Under which an agency has a reference."""

MATTERS = UUID("8e5f7b1c-2f4e-4c1b-8a35-0b6f3a9d7e20")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A kit by the record: who kept it since when, in order. `ended`: destroyed at `ended_at`, or set aside."""

    kit: UUID
    line: tuple[tuple[str, datetime], ...]
    ended: bool = False
    ended_at: datetime | None = None

    @property
    def agency(self) -> str:
        return self.line[-1][0]

    @property
    def since(self) -> datetime:
        """When the agency that keeps it took it into its own hand last."""
        return self.line[-1][1]

    def was_with(self, agency: str, moment: datetime) -> bool:
        """Whether the record has it there at the moment."""
        return any(
            keeper == agency and since <= moment and (until is None or moment < until)
            for (keeper, since), until in zip(self.line, [*(since for _, since in self.line[1:]), None], strict=True)
        )


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """An exam that ended, of which a kit was taken and none was opened."""

    exam: UUID
    clinic: str


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """The last statement of a place for the day."""

    agency: str
    county: str
    place: str
    counted_at: datetime
    kits: tuple[UUID, ...] = ()
    unknown: tuple[UUID, ...] = ()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """As `MatterOpened` says; `kits` are those expected that it covers."""

    kind: Kind
    subject: UUID
    agency: str
    county: str = ""
    stated_by: tuple[str, ...] = ()
    kits: tuple[UUID, ...] = ()

    @property
    def matter(self) -> UUID:
        """The same difference is the same matter, on whatever day it is found."""
        return uuid5(MATTERS, " ".join([self.kind, str(self.subject), self.agency, self.county, *self.stated_by]))


class Keeper(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of one agency: kits seen and not seen, and exams whose kit was never opened."""

    agency: str
    seen: tuple[UUID, ...]
    unseen: tuple[UUID, ...]
    unregistered: tuple[UUID, ...]


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """Keepers by agency, and the differences."""

    keepers: tuple[Keeper, ...]
    differences: tuple[Difference, ...]


def held_of(kit: Kit) -> Held | None:
    """None for a kit that was neither opened nor brought in here."""
    if kit.legacy is not None:
        line = [(kit.legacy.agency, kit.legacy.brought_in_at)]
    elif kit.opened_at is not None:
        line = [(kit.clinic, kit.opened_at)]
    else:
        return None
    line += [(kit.clinic, kit.sealed_at)] if kit.sealed_at is not None else []
    line += [(each.agency, each.accepted_at) for each in kit.handovers if each.accepted_at]
    ended = kit.phase in {"set_aside", "destroyed"}
    return Held(kit=kit.kit, line=tuple(line), ended=ended, ended_at=kit.destroyed_at)


def count(begin: datetime, held: Sequence[Held], taken: Sequence[Taken], stated: Sequence[Stated]) -> Count:
    """`begin` is the day's first moment."""
    listed: dict[UUID, list[Stated]] = defaultdict(list)
    for each in stated:
        for name in dict.fromkeys(each.kits):
            listed[name].append(each)
    seen: dict[str, list[UUID]] = defaultdict(list)
    silent: dict[str, list[UUID]] = defaultdict(list)
    differences: list[Difference] = []
    for kit in held:
        found = _of_kit(kit, listed.get(kit.kit, []), stated, begin)
        if isinstance(found, Difference):
            differences.append(found)
        elif found == "seen":
            seen[kit.agency].append(kit.kit)
        elif found == "silent":
            silent[kit.agency].append(kit.kit)
    differences += [_silent(agency, kits) for agency, kits in silent.items()]
    differences += [Difference(kind="taken_not_registered", subject=exam.exam, agency=exam.clinic) for exam in taken]
    differences += _unknown(stated, {kit.kit for kit in held})
    return Count(
        keepers=_keepers(held, seen, taken), differences=tuple(sorted(differences, key=lambda each: each.matter.bytes))
    )


def _of_kit(kit: Held, listed: Iterable[Stated], stated: Sequence[Stated], begin: datetime) -> Difference | str:
    if kit.ended:
        since = kit.ended_at
        wrong = [each for each in listed if since is None or each.counted_at >= since]
        return _difference(kit, "ended", wrong) if wrong else ""
    # What the record itself explains, where it was before it went on, claims nothing.
    claims = [each for each in listed if _is_now(kit, each) or not kit.was_with(each.agency, each.counted_at)]
    own = any(each.agency == kit.agency for each in claims)
    if len({(each.agency, each.county) for each in claims}) > 1:
        return _difference(kit, "stated_twice", claims)
    if claims and not own:
        return _difference(kit, "elsewhere", claims)
    counted = min((each.counted_at for each in stated if each.agency == kit.agency), default=None)
    if own or (kit.since > counted if counted is not None else kit.since >= begin):
        return "seen"
    return "silent" if counted is None else _difference(kit, "not_stated", [])


def _is_now(kit: Held, stated: Stated) -> bool:
    return stated.agency == kit.agency and stated.counted_at >= kit.since


def _difference(kit: Held, kind: Kind, stated: Iterable[Stated]) -> Difference:
    by = tuple(agency for agency, _ in sorted({(each.agency, each.county) for each in stated}))
    kits = () if kit.ended else (kit.kit,)
    return Difference(kind=kind, subject=kit.kit, agency=kit.agency, stated_by=by, kits=kits)


def _silent(agency: str, kits: Iterable[UUID]) -> Difference:
    return Difference(kind="no_statement", subject=uuid5(AGENCIES, agency), agency=agency, kits=tuple(kits))


def _unknown(stated: Iterable[Stated], known: Collection[UUID]) -> list[Difference]:
    """Of a number, or of what bears one and is no kit of this record: neither is guessed away."""
    numbers = {
        (number, each.agency, each.county)
        for each in stated
        for number in (*each.unknown, *(kit for kit in each.kits if kit not in known))
    }
    return [
        Difference(kind="unknown", subject=number, agency=agency, county=county, stated_by=(agency,))
        for number, agency, county in numbers
    ]


def _keepers(held: Iterable[Held], seen: Mapping[str, Sequence[UUID]], taken: Iterable[Taken]) -> tuple[Keeper, ...]:
    every = {kit for kits in seen.values() for kit in kits}
    unseen: dict[str, list[UUID]] = defaultdict(list)
    for kit in held:
        if not kit.ended and kit.kit not in every:
            unseen[kit.agency].append(kit.kit)
    unregistered: dict[str, list[UUID]] = defaultdict(list)
    for each in taken:
        unregistered[each.clinic].append(each.exam)
    return tuple(
        Keeper(
            agency=agency,
            seen=tuple(seen.get(agency, ())),
            unseen=tuple(unseen.get(agency, ())),
            unregistered=tuple(unregistered.get(agency, ())),
        )
        for agency in sorted(seen.keys() | unseen.keys() | unregistered.keys())
    )
