"""The audit service: every other log copied for good, any case told again from it, each week's reading reviewed."""

from functools import partial
from pathlib import Path

from contracts.jurisdictions import load_state
from contracts.language import Event
from services.audit.case_file.events import CASE_FILE_EVENTS
from services.audit.case_file.http import CaseFileController, CaseFiles, keys_of
from services.audit.case_file.profiles import load_profiles
from services.audit.comparison.http import Comparing, ComparisonController
from services.audit.compliance.http import Compliance, ComplianceController, ConformanceController
from services.audit.copy.copying import Copying
from services.audit.copy.kept import Copy
from services.audit.finding.events import FINDING_EVENTS
from services.audit.finding.recording import Recording
from services.audit.processes.begin_weeks import BeginWeeks
from services.audit.processes.end_weeks import EndWeeks
from services.audit.processes.find_unusual import FindUnusual
from services.audit.processes.tell_of_reviews import TellOfReviews
from services.audit.replay.causes_http import WhyController
from services.audit.replay.events import REPLAY_EVENTS
from services.audit.replay.http import ReplayController, Replays
from services.audit.replay.moments import MomentsController
from services.audit.replay.words import LANGUAGES, load_words
from services.audit.restore.events import RESTORE_EVENTS
from services.audit.restore.http import RestoreController, Restoring
from services.audit.review.clocks_http import ReviewClockController
from services.audit.review.events import REVIEW_EVENTS, ReviewDue, ReviewNoticeTriedAgain
from services.audit.review.http import ReviewController, Reviewing
from services.audit.review.reviews import WEEK, Reviews
from services.audit.sources import UPSTREAMS
from services.audit.unusual.book import UnusualBook
from services.audit.unusual.events import UNUSUAL_EVENTS
from services.audit.unusual.http import UnusualController
from services.audit.unusual.page import Pages
from services.audit.views.finding_list import FINDING_LIST, FindingListController, open_findings
from services.audit.views.review_list import REVIEW_LIST, ReviewListController
from services.audit.views.undelivered import UNDELIVERED
from services.audit.watching.http import Watching, WatchingController
from services.audit.watching.recomputing import Recomputing
from services.audit.witness.http import Witness, WitnessController, signer_of
from services.kernel.carrier import carrier_of, read_addresses
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.definition import Definition, Parts, Source, Wiring
from services.kernel.listening import house_context
from services.kernel.metrics import Gauge
from services.kernel.operations import PoliciesSet
from services.kernel.service import main
from services.kernel.tries import MOMENT as NOTICE
from services.kernel.undelivered import count_of

ADDRESSES = "notices.json"
AUDIT_EVENTS: tuple[type[Event], ...] = (
    *CASE_FILE_EVENTS,
    *FINDING_EVENTS,
    *REPLAY_EVENTS,
    *RESTORE_EVENTS,
    *REVIEW_EVENTS,
    *UNUSUAL_EVENTS,
)


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    policy = parts.gate.version
    jurisdiction = load_state(parts.settings.state)
    words, reviews = load_words(jurisdiction), Reviews(parts.store, jurisdiction)
    addresses = read_addresses(parts.settings.secrets / ADDRESSES)
    tell = TellOfReviews(reviews, addresses, carrier_of(parts.settings), parts.settings.origin, parts.time)
    book = UnusualBook(parts.pool, parts.store, jurisdiction, words.keeps_out, parts.time, policy)
    proof = parts.settings.proof
    logs = proof.logs if proof else None
    countersigner = signer_of(proof)
    recording = Recording(parts.store, parts.time, policy)
    witness = Witness(countersigner, logs, parts.pool, recording, parts.time)
    asking = house_context(parts.settings.certificate, parts.settings.origin)
    sentences = {each: load_words(jurisdiction, each) for each in LANGUAGES}
    withheld = frozenset(each.seat for each in jurisdiction.seat_rows if each.holder_withheld)
    alone = proof.heads_alone if proof else ()
    upstreams = [each for each in UPSTREAMS if each.name not in alone]
    copies = {each.name: Copy(each.name, each.durable, parts.pool, parts.events) for each in upstreams}
    every = proof.compare_seconds if proof else 0.0
    recomputing = Recomputing(parts.pool, parts.events, copies, recording, every)
    watching = Watching(logs, parts.pool, copies, recording, recomputing)
    replays = Replays(
        parts.pool,
        parts.store,
        parts.gate,
        parts.time,
        words,
        sentences,
        frozenset(jurisdiction.counties),
        withheld,
    )
    return Wiring(
        routes=[
            ReplayController,
            MomentsController,
            CaseFileController,
            ComplianceController,
            ConformanceController,
            ComparisonController,
            FindingListController,
            ReviewController,
            ReviewClockController,
            UnusualController,
            ReviewListController,
            WhyController,
            WitnessController,
            WatchingController,
            RestoreController,
        ],
        given={
            "replays": replays,
            "compliance": Compliance(replays, jurisdiction),
            "case_files": CaseFiles(
                parts.pool,
                parts.store,
                parts.gate,
                parts.time,
                sentences,
                withheld,
                load_profiles(),
                keys_of(proof, countersigner),
                parts.settings.peers,
                asking,
            ),
            "reviewing": Reviewing(
                parts.pool,
                reviews,
                parts.reader,
                parts.gate,
                parts.time,
                words,
                book,
                Pages(parts.store, parts.reader, jurisdiction),
            ),
            "comparing": Comparing(
                copies,
                parts.settings.peers,
                asking,
                parts.store,
                parts.time,
                policy,
                logs,
            ),
            "witness": witness,
            "watching": watching,
            "restoring": Restoring(parts.store, parts.pool, copies, parts.gate, words.keeps_out),
        },
        sources=[
            Source(name="begin_weeks", handlers={PoliciesSet: [BeginWeeks(reviews, parts.time)]}),
            Source(name="find_unusual", handlers={ReviewDue: [FindUnusual(book)]}),
            Source(
                name="tell_of_reviews",
                handlers={each: [tell] for each in (ClockWarned, ClockMissed, ReviewNoticeTriedAgain)},
            ),
            *(
                Source(
                    name=upstream.durable,
                    stream=upstream.stream,
                    durable=upstream.durable,
                    process=Copying(upstream.name, copies[upstream.name], parts.store, parts.time, policy),
                    rereads=True,
                )
                for upstream in upstreams
            ),
        ],
        timers={WEEK: EndWeeks(reviews), NOTICE: tell.on_time},
        gauges=[
            count_of(parts.views, parts.time, "to auditors"),
            Gauge(
                "audit_open_findings",
                "What was found of the logs and their copies, and is not resolved.",
                partial(open_findings, parts.views),
                ("source", "kind"),
            ),
            Gauge(
                "audit_compared_age_seconds",
                "How long ago the last whole comparison of a log with its copy began.",
                watching.compared,
                ("source",),
            ),
        ],
        jobs={"recomputing": recomputing.run} if every > 0 else {},
    )


DEFINITION = Definition(
    name="audit",
    title="Muster: audit",
    stream="AUDIT",
    events=AUDIT_EVENTS,
    contract=(),
    policies=Path(__file__).parent / "policies.cedar",
    views=(FINDING_LIST, REVIEW_LIST, UNDELIVERED),
    wire=wire,
)

if __name__ == "__main__":
    main(DEFINITION)
