"""How far a kit has come, and every step it can take: a table, with the rule for each. Pure.

How far it has come is read from its events and stored nowhere. The table is asked of every command (`on_kit`), after
the decision: what it does not list is done by no command, whatever a decision let through.
"""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, get_args

from contracts.language import Refused
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import LABORATORY, NOT_ON_FILE, Handover, Kit

State = Literal[
    "none",
    "collected",
    "set_aside",
    "sealed",
    "held_unreported",
    "choice_not_on_file",
    "reported",
    "police_notified",
    "picked_up",
    "submitted",
    "received",
    "in_test",
    "result",
    "uploaded",
    "returned",
    "destroyed",
]
"""`sealed` is that of an unreported kit with whoever sealed it, `held_unreported` once somebody else keeps it. A
reported one is `reported` as soon as it is sealed; `submitted` when given out of hand for a laboratory, not taken yet.
`choice_not_on_file` is a legacy kit of which no paper says whether its patient reported.
"""

STATES: tuple[State, ...] = get_args(State)

UNREPORTED: frozenset[State] = frozenset(
    {"none", "collected", "set_aside", "sealed", "held_unreported", "choice_not_on_file"}
)
"""All that a kit can be whose patient did not choose to report, or of whom that is not on file."""


def state_of(kit: Kit) -> State:  # noqa: PLR0911  # one answer for each state
    """Of a reported kit the furthest that it has come; where it lies is told by who holds it."""
    if kit.phase != "sealed":
        return "collected" if kit.phase == "open" else kit.phase
    if kit.consent == NOT_ON_FILE:
        return "choice_not_on_file"
    if not kit.reported:
        # What lay in an evidence room before this record was sealed by somebody else.
        if kit.legacy is not None:
            return "held_unreported"
        return "held_unreported" if kit.holder is not None and kit.holder.handover else "sealed"
    if kit.returned_at is not None:
        return "returned" if _to_a_laboratory(kit) is None else "submitted"
    if kit.uploaded_at is not None:
        return "uploaded"
    if kit.tested_at is not None:
        return "result"
    if kit.received_at is not None and (kit.test_begun_at is not None or kit.outsourced):
        return "in_test"
    return _on_the_way(kit)


def _on_the_way(kit: Kit) -> State:
    if kit.received_at is not None:
        return "received"
    if _to_a_laboratory(kit) is not None:
        return "submitted"
    if kit.picked_up_at is not None:
        return "picked_up"
    return "reported" if kit.called_at is None else "police_notified"


class Rule(NamedTuple):
    """What a step rests on, in words, and whether it is so between the kit before and after."""

    words: str
    holds: Callable[[Kit, Kit], bool]


def _always(_: Kit, __: Kit) -> bool:
    return True


def _brought_in(before: Kit, after: Kit) -> bool:
    return before.phase == "none" and after.legacy is not None


def _converted(before: Kit, after: Kit) -> bool:
    return not before.reported and after.reported


def _reported(before: Kit, after: Kit) -> bool:
    return before.reported and after.reported


def _unreported(before: Kit, after: Kit) -> bool:
    return not before.reported and not after.reported


def _taken(before: Kit, after: Kit) -> bool:
    return after.accepted == before.accepted + 1


def _taken_reported(before: Kit, after: Kit) -> bool:
    return _reported(before, after) and _taken(before, after)


def _in_a_laboratory(before: Kit, after: Kit) -> bool:
    return _taken_reported(before, after) and after.stage == LABORATORY


def _by_laboratory(before: Kit, after: Kit) -> bool:
    return _reported(before, after) and before.received_at is not None


def _assented(before: Kit, after: Kit) -> bool:
    return _reported(before, after) and before.may_be_destroyed


def _paper_found(before: Kit, after: Kit) -> bool:
    return _papers(after) == _papers(before) + 1


def _paper_taken_back(before: Kit, after: Kit) -> bool:
    return _papers(after) == _papers(before) and _stands(before) and not _stands(after)


def _papers(kit: Kit) -> int:
    return len(kit.legacy.papers) if kit.legacy is not None else 0


def _stands(kit: Kit) -> bool:
    return kit.legacy is not None and kit.legacy.paper is not None


OPENED = Rule("A nurse opens it for an exam of hers.", _always)
BROUGHT_IN = Rule("It lay in an evidence room before this record: brought in by list.", _brought_in)
SEALED = Rule("Whoever collected it closes it.", _always)
MISTAKEN = Rule("It was opened by mistake and nothing is in it.", _always)
CONVERTED = Rule("The patient chose to report; nobody chooses for them (C58).", _converted)
CHOSEN = Rule("The patient chose to report (C58): now, or by what is on file of a legacy kit.", _converted)
FOUND = Rule("A paper was found that says what a legacy kit's patient chose.", _paper_found)
MISREAD = Rule("What a paper was read to say of a legacy kit was taken back.", _paper_taken_back)
KEPT = Rule("Somebody else took it into keeping, by both hands, and it stays unreported.", _unreported)
CALLED = Rule("It is reported, and the clinic called law enforcement (C54).", _reported)
PICKED_UP = Rule("It is reported, and law enforcement took it by both hands (C55).", _taken_reported)
GIVEN = Rule("It is reported, and who holds it gave it out of hand for a laboratory (C56).", _reported)
TAKEN_BACK = Rule("The laboratory did not take it, or who gave it took the offer back.", _reported)
RECEIVED = Rule("It is reported, and a laboratory took it by both hands (C56).", _in_a_laboratory)
TESTED = Rule("It is reported, and the laboratory that received it says so (C57).", _by_laboratory)
RETURNED = Rule("It is reported, and was given back by both hands.", _taken_reported)
ON_AUTHORITY = Rule("It is reported, and a prosecutor assented to what another proposed by a court's order.", _assented)

# Where a reported kit can be before a laboratory has it.
_BEFORE: tuple[State, ...] = ("reported", "police_notified", "picked_up", "returned")
# What a legacy kit begins as.
_AS_THE_PAPER_SAYS: tuple[State, ...] = ("reported", "held_unreported", "choice_not_on_file")
# What a laboratory has it as, or had it as when it was given back.
_KNOWN_THERE: tuple[State, ...] = ("received", "in_test", "result", "uploaded")

EDGES: Mapping[tuple[State, State], Rule] = {
    ("none", "collected"): OPENED,
    **{("none", state): BROUGHT_IN for state in _AS_THE_PAPER_SAYS},
    ("collected", "set_aside"): MISTAKEN,
    ("collected", "sealed"): SEALED,
    ("collected", "reported"): SEALED,
    ("collected", "police_notified"): SEALED,
    ("sealed", "held_unreported"): KEPT,
    ("sealed", "reported"): CONVERTED,
    ("held_unreported", "reported"): CHOSEN,
    ("held_unreported", "picked_up"): CONVERTED,
    ("choice_not_on_file", "reported"): CHOSEN,
    ("choice_not_on_file", "police_notified"): FOUND,
    ("choice_not_on_file", "held_unreported"): FOUND,
    ("reported", "held_unreported"): FOUND,
    ("police_notified", "reported"): MISREAD,
    **{(state, "choice_not_on_file"): MISREAD for state in ("reported", "police_notified", "held_unreported")},
    ("choice_not_on_file", "picked_up"): CONVERTED,
    ("reported", "police_notified"): CALLED,
    ("reported", "picked_up"): PICKED_UP,
    ("police_notified", "picked_up"): PICKED_UP,
    ("returned", "picked_up"): PICKED_UP,
    ("picked_up", "returned"): RETURNED,
    **{(state, "submitted"): GIVEN for state in _BEFORE},
    **{("submitted", state): TAKEN_BACK for state in _BEFORE},
    **{("submitted", state): RECEIVED for state in _KNOWN_THERE},
    ("received", "in_test"): TESTED,
    ("received", "result"): TESTED,
    ("in_test", "result"): TESTED,
    ("result", "uploaded"): TESTED,
    **{(state, "returned"): RETURNED for state in _KNOWN_THERE},
    **{
        (state, "destroyed"): ON_AUTHORITY
        for state in ("reported", "police_notified", "picked_up", "received", "result", "uploaded", "returned")
    },
}
"""From one state to another, and on what that rests."""


def must_be_a_step(before: Kit, after: Kit) -> None:
    """Raises `Refused` for a step that the table does not list, or whose rule is not kept."""
    step = (state_of(before), state_of(after))
    if step[0] == step[1]:
        return
    rule = EDGES.get(step)
    if rule is None or not rule.holds(before, after):
        raise Refused(KitRefusal.NO_SUCH_STEP, "A kit cannot take this step from where it is. Nothing was changed.")


def _to_a_laboratory(kit: Kit) -> Handover | None:
    """The open offer to a laboratory, where it is with somebody else."""
    offer = kit.offer
    return offer if offer is not None and offer.role == "laboratory" and kit.stage != LABORATORY else None
