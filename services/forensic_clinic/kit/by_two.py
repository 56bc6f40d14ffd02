"""That a kit is not tested, or is destroyed: one proposes for a lawful reason, a prosecutor assents. Pure.

Neither is done to an unreported kit, by whomever (C58): it is not tested to begin with, and for how long it must be
kept was not found. What was assented to can be taken back by the prosecutor's office until it was carried out.
"""

from datetime import datetime

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.kit import Decided
from contracts.language import Event, InvalidValue, Refused
from services.forensic_clinic.kit.checks import Hand, holds, in_order, must_be_reported, sealed_text
from services.forensic_clinic.kit.events import (
    DecisionAssented,
    DecisionDenied,
    DecisionProposed,
    DecisionTakenBack,
    KitDestroyed,
)
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import DESTRUCTION, NO_TEST, Decision, Kit

PROSECUTES = "prosecute_state"


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What is proposed, for which reason of kits.json, to which prosecutor's office, and why in words.

    `paper` names a court's order.
    """

    decision: Decided
    reason: str
    office: str
    explanation: str
    paper: str | None = None


def propose(kit: Kit, hand: Hand, wanted: Proposal, tables: Jurisdiction) -> list[Event]:
    """Nothing changes by it until a prosecutor assents. Raises `InvalidValue`, `Refused`."""
    if kit.phase != "sealed":
        raise Refused(KitRefusal.NOT_SEALED, "Only what is under seal is decided about.")
    must_be_reported(kit, tables)
    reason = tables.kits.reason(wanted.decision, wanted.reason)
    if reason is None:
        raise InvalidValue("reason", "This is no lawful reason for it. Choose one of the list.")
    if reason.needs_paper and not wanted.paper:
        raise InvalidValue("paper", "Name the court's order this rests on: which court, its number and day.")
    office = tables.agencies.get(wanted.office)
    if office is None or office.workflow_role != PROSECUTES:
        raise InvalidValue("office", "No prosecutor's office of this name is on file. Choose one of the list.")
    _fits(kit, wanted.decision)
    standing = [each for each in kit.decisions if each.answer in {"", "assented"}]
    if any(not each.answer or each.decision == wanted.decision for each in standing):
        raise Refused(KitRefusal.DECISION_WAITS, "This was proposed already. A prosecutor answers it, or has.")
    return [
        DecisionProposed(
            kit=kit.kit,
            number=len(kit.decisions) + 1,
            decision=wanted.decision,
            reason=wanted.reason,
            office=wanted.office,
            by=hand.account,
            agency=hand.agency,
            explanation=sealed_text(kit, wanted.explanation),
            paper=sealed_text(kit, wanted.paper) if wanted.paper else None,
        )
    ]


def assent(kit: Kit, hand: Hand, number: int) -> list[Event]:
    """The second person, of the prosecutor's office it was proposed to. Raises `Refused`."""
    asked = _unanswered(kit, hand, number)
    _fits(kit, asked.decision)
    return [DecisionAssented(kit=kit.kit, number=number, by=hand.account, agency=hand.agency)]


def deny(kit: Kit, hand: Hand, number: int, reason: str) -> list[Event]:
    """The kit goes its way as before. Raises `Refused`."""
    _unanswered(kit, hand, number)
    why = sealed_text(kit, reason)
    return [DecisionDenied(kit=kit.kit, number=number, by=hand.account, agency=hand.agency, reason=why)]


def take_back(kit: Kit, hand: Hand, number: int, reason: str) -> list[Event]:
    """Whoever proposed it while nobody answered, or the office that assented. Raises `Refused`.

    A clock that ended by an assent stays ended: the duty is open again, and no time runs for it anew.
    """
    found = _found(kit, number)
    mine = found.by == hand.account if not found.answer else found.office == hand.agency
    if found.answer not in {"", "assented"} or not mine or kit.phase == "destroyed":
        raise Refused(KitRefusal.NO_DECISION, "There is nothing here that you can take back.")
    why = sealed_text(kit, reason)
    return [DecisionTakenBack(kit=kit.kit, number=number, by=hand.account, agency=hand.agency, reason=why)]


def destroy(kit: Kit, hand: Hand, destroyed_at: datetime, tables: Jurisdiction, now: datetime) -> list[Event]:
    """Whoever holds it says that it was done. Raises `InvalidValue`, `Refused`."""
    must_be_reported(kit, tables)
    holder = holds(kit, hand)
    decided = next((each for each in kit.decisions if (each.decision, each.answer) == (DESTRUCTION, "assented")), None)
    if decided is None:
        raise Refused(KitRefusal.NOT_ASSENTED, "No prosecutor assented that this kit is destroyed. It is kept.")
    in_order("destroyed_at", destroyed_at, holder.since, now)
    return [
        KitDestroyed(kit=kit.kit, number=decided.number, by=hand.account, agency=hand.agency, destroyed_at=destroyed_at)
    ]


def _fits(kit: Kit, decision: str) -> None:
    """Raises `Refused`. What was tested need not be decided on; what is still to be tested is not destroyed."""
    if decision == NO_TEST and (kit.test_begun_at is not None or kit.outsourced or kit.tested_at is not None):
        raise Refused(KitRefusal.TEST_BEGUN, "Its test has begun, or was done. There is nothing to decide any more.")
    if decision == DESTRUCTION and kit.tested_at is None and not kit.not_tested:
        raise Refused(
            KitRefusal.NOT_TESTED_YET,
            "This kit was not tested, and nobody decided that it is not. Until then it is kept.",
        )


def _unanswered(kit: Kit, hand: Hand, number: int) -> Decision:
    found = _found(kit, number)
    if found.answer or kit.phase != "sealed":
        raise Refused(KitRefusal.DECIDED_ALREADY, "This was answered already, or taken back.")
    if hand.account == found.by or hand.agency == found.agency:
        raise Refused(KitRefusal.OWN_DECISION, "You, or your office, proposed this. Somebody else answers it.")
    if hand.agency != found.office:
        raise Refused(KitRefusal.NO_DECISION, "This was proposed to another prosecutor's office.")
    return found


def _found(kit: Kit, number: int) -> Decision:
    found = next((each for each in kit.decisions if each.number == number), None)
    if found is None:
        raise Refused(KitRefusal.NO_DECISION, "Nothing was proposed for this kit under this number.")
    return found
