"""What of a case its file holds: whose bytes are shown, what is a hash alone, what is not in it at all. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from contracts.events.tips import CaseShared, TipReceived
from services.audit.case_file.profiles import Profile, Profiles
from services.audit.replay.telling import RightsGiven, Told, asked_for
from services.kernel.proof.leaves import FIRST, Row, leaf_of

CONCEALED = "concealed"
"""The event is told, as the auditors' story tells it, but its bytes name somebody whom the law conceals."""

ANOTHER_CHILD = "another_child"

VICTIM_SERVICES = "victim_services"
"""The purpose of a share (contracts/jurisdictions, sharing.json) that tells of services for the victim."""


class OutOfStep(Exception):
    """The copy of a stream does not begin with its first row or lacks one: what stands in it cannot be proved."""


class Chained(NamedTuple):
    """The hash of a row's leaf, and of the one before it in its stream."""

    leaf: bytes
    before: bytes


Place = tuple[str, int]
"""A service and a position of its log."""


def chained(rows: Sequence[Row]) -> Mapping[int, Chained]:
    """By position, of whole streams of one log in its order. Raises `OutOfStep`."""
    heads: dict[UUID, tuple[int, bytes]] = {}
    found = {}
    for row in rows:
        version, before = heads.get(row.stream, (0, FIRST))
        if row.version != version + 1:
            raise OutOfStep
        found[row.position] = Chained(leaf_of(row, before), before)
        heads[row.stream] = row.version, found[row.position].leaf
    return found


def chosen(
    events: Sequence[Told],
    states: Mapping[Place, bytes],
    profile: Profile,
    profiles: Profiles,
    cases: Collection[UUID],
    withheld: Collection[str],
    rights: Mapping[str, Sequence[RightsGiven]],
) -> Mapping[Place, str]:
    """By place why a row's bytes are not shown, empty where they are; what the file must not hold is not among them.

    What is about one of the `withheld` seats, says that services for the victim were asked for, or was done by one who
    serves victims (28 CFR 94.115; `rights` tell who, by actor) is nowhere in it, not even as a hash or counted. Only
    what the holder of such a seat did is told, as by somebody who is not told.
    """
    hidden = asked_for(withheld, events)
    serving = _serving(rights, profiles.serving) - hidden
    own, shares = _own(events, cases), _of_services(events, withheld)
    found: dict[Place, str] = {}
    for event in events:
        # An accused who was a victim is referred to an advocate by the name of the seat.
        of_services = event.data.get("seat") in withheld or event.data.get("to") in withheld
        if of_services or event.data.get("share") in shares:
            continue
        place = event.source, event.position
        if _mentions(serving, event, states[place]):
            continue
        reason = profiles.hidden_by(profile, event.name)
        if not reason and _names_another(event, own):
            reason = ANOTHER_CHILD
        if not reason and _mentions(hidden, event, states[place]):
            reason = CONCEALED
        found[place] = reason
    return found


def _own(events: Sequence[Told], cases: Collection[UUID]) -> frozenset[str]:
    """The references of the case: its tips, and the child as each of them calls it."""
    children = {str(event.data["person"]) for event in events if event.name == TipReceived.NAME}
    return frozenset(children | {str(each) for each in cases})


def _of_services(events: Sequence[Told], withheld: Collection[str]) -> frozenset[str]:
    """The shares by which the case was opened to whoever serves the victim. A seat is called as its role is."""
    shared = [each.data for each in events if each.name == CaseShared.NAME]
    served = [each for each in shared if each["purpose"] == VICTIM_SERVICES or each["role"] in withheld]
    return frozenset(each["share"] for each in served)


def _serving(rights: Mapping[str, Sequence[RightsGiven]], roles: Collection[str]) -> frozenset[str]:
    """The accounts that ever acted in one of these roles."""
    ever = {actor: {role for each in given for role in each.roles} for actor, given in rights.items()}
    return frozenset(actor.removeprefix("account:") for actor, held in ever.items() if held & set(roles))


def _names_another(event: Told, own: Collection[str]) -> bool:
    """A tip that only looked like this one, a count for another victim: records of a child no order is about."""
    return any(event.data.get(field, "") not in {"", *own} for field in ("other", "victim"))


def _mentions(accounts: Collection[str], event: Told, state: bytes) -> bool:
    return any(each.encode() in state or each == str(event.stream) for each in accounts)
