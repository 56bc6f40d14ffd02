"""The audit service: a copy of every other log that nobody can change, and any case told again from it."""

from functools import partial
from pathlib import Path

from contracts.jurisdictions import load_mississippi
from contracts.language import Event
from services.audit.comparison.http import Comparing, ComparisonController
from services.audit.copy.copying import Copying
from services.audit.copy.kept import Copy
from services.audit.finding.events import FINDING_EVENTS
from services.audit.replay.events import REPLAY_EVENTS
from services.audit.replay.http import ReplayController, Replays
from services.audit.replay.words import load_words
from services.audit.sources import UPSTREAMS
from services.audit.views.finding_list import FINDING_LIST, FindingListController, open_findings
from services.kernel.listening import house_context
from services.kernel.metrics import Gauge
from services.kernel.service import Definition, Parts, Source, Wiring, main

AUDIT_EVENTS: tuple[type[Event], ...] = (*FINDING_EVENTS, *REPLAY_EVENTS)


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    policy = parts.gate.version
    jurisdiction = load_mississippi()
    copies = {each.name: Copy(each.name, each.durable, parts.pool, parts.events) for each in UPSTREAMS}
    return Wiring(
        routes=[ReplayController, ComparisonController, FindingListController],
        given={
            "replays": Replays(
                parts.pool,
                parts.store,
                parts.gate,
                parts.time,
                load_words(jurisdiction),
                frozenset(jurisdiction.counties),
            ),
            "comparing": Comparing(
                copies,
                parts.settings.peers,
                house_context(parts.settings.certificate, parts.settings.origin),
                parts.store,
                parts.time,
                policy,
            ),
        },
        sources=[
            Source(
                name=upstream.durable,
                stream=upstream.stream,
                durable=upstream.durable,
                process=Copying(upstream.name, copies[upstream.name], parts.store, parts.time, policy),
                rereads=True,
            )
            for upstream in UPSTREAMS
        ],
        gauges=[
            Gauge(
                "audit_open_findings",
                "What was found of the logs and their copies, and is not resolved.",
                partial(open_findings, parts.views),
                ("source", "kind"),
            )
        ],
    )


DEFINITION = Definition(
    name="audit",
    title="Muster: audit",
    stream="AUDIT",
    events=AUDIT_EVENTS,
    contract=(),
    policies=Path(__file__).parent / "policies.cedar",
    views=(FINDING_LIST,),
    wire=wire,
)

if __name__ == "__main__":
    main(DEFINITION)
