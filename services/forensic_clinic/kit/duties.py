"""What the law asks to be done with a reported kit by when, read from the kit itself. Pure.

For an unreported kit none of it runs (C58; Miss. Code 99-51-1(1)(g)). Converted, it runs from the conversion (U:
kits.json may say otherwise). What a prosecutor assented not to test need be neither delivered nor tested. Of a legacy
kit nothing runs by a day on a paper: what is done here with a reported one begins what follows it, and so does the hour
of a call that a paper has, where the law held then and the kit waits where the call left it. What began at a moment
that nobody knows is said to have (`begun_unknown`), and no moment is made up.
"""

from datetime import datetime
from typing import Literal

import msgspec

from services.forensic_clinic.kit.state import CLINIC, POLICE, Kit

CALL_RULE = "C54"
PICKUP_RULE = "C55"
DELIVERY_RULE = "C56"
TEST_RULE = "C57"
RULES = (CALL_RULE, PICKUP_RULE, DELIVERY_RULE, TEST_RULE)
"""What the statute asks of a reported kit (99-51-1), and of no other."""

TO_BE_TESTED = (DELIVERY_RULE, TEST_RULE)

CALLED = "called"
"""What a paper says of the clinic's call."""

BOTH_HANDS_RULE = "C89"
"""That the other hand answers an offer: policy, for each handover of any kit."""

QUESTION_RULE = "C90"
"""That a survivor's question is answered: policy, for each question about any kit."""


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """One rule for one kit: since when it runs, and when it was done.

    `turn` is 0, and counts up where what it began with was taken back: a clock ends once, and the next is another.
    """

    rule: str
    since: datetime
    done_at: datetime | None
    turn: int = 0


def duties(
    kit: Kit, exam_concluded_at: datetime | None, converted_runs_from: Literal["conversion", "exam"] = "conversion"
) -> tuple[Duty, ...]:
    """Every duty that has begun, in the law's order."""
    if not kit.reported or kit.phase == "set_aside":
        return ()
    # Police who bring a kit to the laboratory themselves, or were given it there, have taken it.
    taken_at = kit.picked_up_at or kit.received_at
    ready_at = exam_concluded_at
    if ready_at is not None and kit.reported_at is not None and converted_runs_from == "conversion":
        ready_at = max(ready_at, kit.reported_at)
    begun = (
        (CALL_RULE, ready_at, kit.called_at),
        (PICKUP_RULE, kit.called_at, taken_at),
        (DELIVERY_RULE, kit.picked_up_at, kit.received_at),
        (TEST_RULE, kit.received_at, kit.tested_at),
    )
    return tuple(
        Duty(rule=rule, since=since, done_at=done_at, turn=kit.calls_taken_back if rule == PICKUP_RULE else 0)
        for rule, since, done_at in begun
        if since is not None and not (kit.not_tested and rule in TO_BE_TESTED and done_at is None)
    )


def begun_unknown(kit: Kit) -> tuple[str, ...]:
    """The rules for a reported legacy kit that have begun, at a moment which is not on file, and are not done."""
    legacy = kit.legacy
    if legacy is None or not kit.reported or kit.phase != "sealed" or kit.received_at is not None:
        return ()
    if kit.picked_up_at is not None:
        return ()
    if legacy.stage == POLICE:
        return () if kit.not_tested else (DELIVERY_RULE,)
    if kit.stage != CLINIC or kit.called_at is not None:
        return ()
    # Of a call whose hour no paper has it is not known until when the kit was to be picked up.
    called = legacy.paper is not None and legacy.paper.call == CALLED
    return (PICKUP_RULE,) if called else (CALL_RULE,)
