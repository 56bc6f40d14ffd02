"""The audit service: a copy of every other log that nobody can change, and any case told again from it."""

from pathlib import Path

from contracts.jurisdictions import load_mississippi
from services.audit.comparison.events import CopyCompared
from services.audit.comparison.http import ComparisonController
from services.audit.copy.copying import copying
from services.audit.copy.events import GapFound
from services.audit.replay.events import CaseReplayed
from services.audit.replay.http import ReplayController, Replays
from services.audit.replay.words import load_words
from services.audit.sources import UPSTREAMS
from services.kernel.service import Definition, Parts, Source, Wiring, main

AUDIT_EVENTS = (GapFound, CopyCompared, CaseReplayed)


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    return Wiring(
        routes=[ReplayController, ComparisonController],
        given={
            "replays": Replays(parts.pool, parts.store, parts.gate, parts.time, load_words(load_mississippi())),
        },
        sources=[
            Source(
                name=upstream.durable,
                stream=upstream.stream,
                durable=upstream.durable,
                process=copying(upstream.name, upstream.durable, parts.events, parts.time, parts.gate.version),
            )
            for upstream in UPSTREAMS
        ],
    )


DEFINITION = Definition(
    name="audit",
    title="Muster: audit",
    stream="AUDIT",
    events=AUDIT_EVENTS,
    contract=(),
    policies=Path(__file__).parent / "policies.cedar",
    views=(),
    wire=wire,
)

if __name__ == "__main__":
    main(DEFINITION)
