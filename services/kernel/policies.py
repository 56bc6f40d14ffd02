"""Each policy set in force is on record with its text: every event names the version it was decided under, and whoever
has the log can have a decision of a past day made again.
"""

from collections.abc import Mapping
from uuid import UUID, uuid4, uuid5

import msgspec

from contracts.language import Event
from services.kernel.batch import StaleVersion
from services.kernel.http.gate import Gate
from services.kernel.operations import PoliciesSet
from services.kernel.store import Change, Changes, EventStore, Kind
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource

_HOUSE = UUID("6d757374-6572-4a75-8470-000000000000")


class PolicySets(msgspec.Struct, frozen=True):
    """The policies a service has had: the version of the last, and the text of each by its version."""

    last: str = ""
    texts: Mapping[str, str] = {}


def evolve(state: PolicySets, event: Event) -> PolicySets:
    """Texts stay for ever; a version may come into force again."""
    if isinstance(event, PoliciesSet):
        return PolicySets(event.policy, {**state.texts, event.policy: event.text})
    return state


POLICY_SETS = Kind("policy sets", PolicySets(), evolve)


def policies_of(service: str) -> UUID:
    """One stream a service."""
    return uuid5(_HOUSE, service)


async def put_on_record(service: str, gate: Gate, store: EventStore, time: TimeSource) -> None:
    """Before the gate decides anything: of instances that start at once, one records what all decide by."""
    stream = policies_of(service)
    origin = Origin(
        actor=f"service:{service}",
        agency="",
        command_id=uuid4(),
        causation_id=None,
        correlation_id=stream,
        policy=gate.version,
    )
    while (loaded := await store.load(POLICY_SETS, stream)).state.last != gate.version:
        event = PoliciesSet(policy=gate.version, text=gate.policies)
        try:
            await store.append(Changes([Change(stream, loaded.version, [event])]), origin, time.now())
        except StaleVersion:
            # Another instance was first; with the same policies, that is all there was to do.
            continue
