"""What becomes of a kit in a laboratory, and who else is told of it. Pure.

That something was done and when, never what was found. Of an unreported kit nothing here is ever decided (C58).
"""

from datetime import datetime

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, Refused
from services.forensic_clinic.kit.checks import Hand, in_order, must_be_reported, sealed_text
from services.forensic_clinic.kit.events import KitTestBegun, OtherJurisdictionTold, ProfileUploaded
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import Kit


def begin_test(kit: Kit, hand: Hand, begun_at: datetime, tables: Jurisdiction, now: datetime) -> list[Event]:
    """The laboratory that received it begins. Raises `InvalidValue`, `Refused`."""
    must_be_reported(kit, tables)
    must_be_with_laboratory(kit, hand)
    must_be_tested(kit)
    in_order("begun_at", begun_at, kit.received_at, now)
    if kit.test_begun_at is not None or kit.tested_at is not None:
        raise Refused(KitRefusal.TEST_BEGUN, "That the test began is on record for this kit already.")
    return [KitTestBegun(kit=kit.kit, begun_at=begun_at)]


def record_upload(kit: Kit, hand: Hand, uploaded_at: datetime, now: datetime) -> list[Event]:
    """A profile was entered in CODIS: that, and when. Raises `InvalidValue`, `Refused`."""
    must_be_with_laboratory(kit, hand)
    if kit.tested_at is None:
        raise Refused(KitRefusal.NOT_TESTED_YET, "No result is on record for this kit yet. Record the result first.")
    in_order("uploaded_at", uploaded_at, kit.tested_at, now)
    if kit.uploaded_at is not None:
        raise Refused(KitRefusal.UPLOADED_ALREADY, "That a profile was entered is on record for this kit already.")
    return [ProfileUploaded(kit=kit.kit, uploaded_at=uploaded_at)]


def tell_other_jurisdiction(
    kit: Kit, hand: Hand, jurisdiction: str, told_at: datetime, tables: Jurisdiction, now: datetime
) -> list[Event]:
    """The case is another jurisdiction's. Raises `InvalidValue`; `Refused`, by C58 for an unreported kit."""
    if kit.phase not in {"open", "sealed"}:
        raise Refused(KitRefusal.NOT_OPEN, "This kit was set aside or destroyed. There is nothing to tell of it.")
    must_be_reported(kit, tables)
    in_order("told_at", told_at, kit.reported_at, now)
    where = sealed_text(kit, jurisdiction)
    return [OtherJurisdictionTold(kit=kit.kit, by_agency=hand.agency, jurisdiction=where, told_at=told_at)]


def must_be_with_laboratory(kit: Kit, hand: Hand) -> None:
    """Raises `Refused` for whoever is not of the laboratory that received it."""
    if kit.received_at is None or hand.agency != kit.laboratory:
        raise Refused(KitRefusal.NOT_AT_LABORATORY, "Your laboratory has not received this kit.")


def must_be_tested(kit: Kit) -> None:
    """Raises `Refused` where a prosecutor assented that it is not."""
    if kit.not_tested:
        raise Refused(
            KitRefusal.NOT_TO_BE_TESTED,
            "A prosecutor assented that this kit is not tested. It is tested once that decision is taken back.",
        )
