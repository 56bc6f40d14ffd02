"""What whoever decided something had opened of the case before, as far as it is on record. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.audit.replay.telling import Told

GIVEN_UP: Mapping[str, Collection[str]] = {
    "outcome": ("declined", "no_true_bill", "nolle_prosequi", "dismissed", "remanded_to_files"),
}
DECISIONS: Mapping[str, Mapping[str, Collection[str]]] = {
    "tip.closed": {},
    "tip.adult_referred": {},
    "tip.kept_apart": {},
    "break_glass.reviewed": {},
    "destruction.confirmed": {},
    "destruction.dropped": {},
    "duty.fell_away": {},
    "reporter.release_refused": {},
    "rapid_assessment.team_stood_down": {},
    "team.seat_declined": {},
    "team.seat_released": {},
    "contact.impossible": {},
    "forensic_clinic.exam_cancelled": {},
    "exam.no_slot_answered": {},
    "kit.set_aside": {},
    "kit.refused": {},
    "kit.decision_proposed": {},
    "kit.decision_assented": {},
    "kit.decision_denied": {},
    "census.matter_settled": {},
    "prosecution.case_declined": {},
    "case.transfer_refused": {},
    "count.entered_in_error": {},
    "evidence.ended": {},
    "evidence.laboratory_request_ended": {},
    "paper.withdrawn": {},
    "safe_harbour.ground_ended": {},
    "safe_harbour.petition_withdrawn": {},
    "safe_harbour.referral_not_made": {},
    "victim.conferral_not_held": {},
    "prosecution.outcome_recorded": GIVEN_UP,
    "clock.excused": {},
}
"""By event, what its fields must say for it to be a decision by which a matter goes no further, or stays undone.

What is proposed of a kit is that it is not tested, or that it is destroyed; the answer to it names neither, and is a
decision either way. Not here is what somebody outside decided and a person of the house typed in (a claim refused, a
petition answered, a hearing vacated): what that person had opened tells nothing of it.
"""


class Looked(NamedTuple):
    """The last look at something before a decision, and what was recorded of it from then until the decision."""

    read: Told
    records: Sequence[UUID]
    since: Sequence[Told]


def is_decision(event: Told) -> bool:
    """Whether a person decided it, and it is one of the closed list."""
    asked = DECISIONS.get(event.name)
    if asked is None or event.account is None:
        return False
    return all(event.data.get(field) in values for field, values in asked.items())


def looked_before(decision: Told, reads: Iterable[Told], events: Sequence[Told]) -> Sequence[Looked]:
    """Of each page and file the last look before it, in order. `events` are those of the case."""
    of_case = {each.stream for each in events} | {each.correlation_id for each in events}
    last: dict[tuple[object, ...], Looked] = {}
    for read in sorted(reads, key=lambda each: (each.recorded_at, each.source, each.position)):
        stood = {record: position for record, position in stood_at(read).items() if record in of_case}
        if not stood or not _is_before(read, decision):
            continue
        since = [
            each
            for each in events
            if each.source == read.source
            and each.stream in stood
            and each.position > stood[each.stream]
            and each.command_id != decision.command_id
            and _is_before(each, decision)
        ]
        last[read.source, read.name, read.data.get("question"), *sorted(stood)] = Looked(read, list(stood), since)
    return sorted(last.values(), key=lambda each: (each.read.recorded_at, each.read.source, each.read.position))


def stood_at(read: Told) -> Mapping[UUID, int]:
    """By record, up to where in the log it was shown; of a file, how far the log had come."""
    records = [UUID(each) for each in read.data.get("records", ())]
    positions = read.data.get("positions", [read.data.get("position", 0)] * len(records))
    if len(positions) != len(records):
        # Of a page with several events of one record, the last.
        positions = [max(positions, default=0)] * len(records)
    return dict(zip(records, positions, strict=True))


def _is_before(one: Told, other: Told) -> bool:
    return one.position < other.position if one.source == other.source else one.recorded_at < other.recorded_at
