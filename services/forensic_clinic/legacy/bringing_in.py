"""That the right rows of a list come in, after somebody saw which those are. Pure."""

from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from contracts.language import Event, Personal, Refused
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.events import KitBroughtIn
from services.forensic_clinic.kit.state import CLINIC, POLICE
from services.forensic_clinic.legacy.events import LegacyFileBroughtIn
from services.forensic_clinic.legacy.judging import Judged, LegacyKit
from services.forensic_clinic.legacy.reading import FileProblem
from services.forensic_clinic.legacy.refusals import LegacyRefusal
from services.forensic_clinic.legacy.state import LegacyFile

CLINIC_KEEPER = "clinic_coordinator"


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What a list brings: events of its own stream, and those of each kit by its reference."""

    of_file: tuple[Event, ...]
    of_kits: tuple[tuple[LegacyKit, KitBroughtIn], ...]


def stage_of(hand: Hand) -> str:
    """Where a kit lies that this person brings in."""
    return CLINIC if CLINIC_KEEPER in hand.roles else POLICE


def kit_of(file: UUID, row: int) -> UUID:
    """A file has one kit to a row; `file` cannot be guessed, so this cannot either."""
    return uuid5(file, f"kit {row}")


def bring_in(
    file: UUID, before: LegacyFile, judged: Judged | FileProblem, hand: Hand, *, seen: str, digest: str, now: datetime
) -> Brought:
    """`seen` is the digest the preview gave, `digest` that of what came now. Raises `Refused`.

    A file that brought in what it had brings nothing when it comes again.
    """
    if seen != digest:
        raise Refused(
            LegacyRefusal.FILE_CHANGED, "This is not the file you looked at. Look at it first. Nothing was changed."
        )
    if isinstance(judged, FileProblem):
        raise Refused(LegacyRefusal.FILE_UNREADABLE, f"{judged.sentence} Nothing was changed.")
    if not judged.kits:
        if before.kits:
            return Brought(of_file=(), of_kits=())
        raise Refused(LegacyRefusal.NOTHING_RIGHT, "No row of this file can come in. Nothing was changed.")
    rows = len(judged.kits) + len(judged.wrong)
    told = LegacyFileBroughtIn(file=file, by=hand.account, agency=hand.agency, rows=rows, kits=len(judged.kits))
    return Brought(of_file=(told,), of_kits=tuple((each, _event(file, each, hand, now)) for each in judged.kits))


def _event(file: UUID, found: LegacyKit, hand: Hand, now: datetime) -> KitBroughtIn:
    kit = kit_of(file, found.row)
    person = uuid5(kit, "whose key its number is sealed under")
    return KitBroughtIn(
        kit=kit,
        tip=uuid5(kit, "in place of a tip"),
        person=person,
        file=file,
        row=found.row,
        by=hand.account,
        agency=hand.agency,
        stage=stage_of(hand),
        county=found.county,
        number=Personal(person=person, text=found.serial),
        held_since=found.held_since,
        collected_by=found.collected_by,
        collected_on=found.collected_on,
        consent=found.consent,
        reported_on=found.reported_on,
        brought_in_at=now,
    )
