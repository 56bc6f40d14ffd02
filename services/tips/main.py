"""The tips service: intake, screening, duplicates, referral."""

from pathlib import Path

from contracts.events.rapid_assessment import RAPID_ASSESSMENT_EVENTS, TeamFormed, TeamOpened, TeamStoodDown
from contracts.events.tips import TIPS_EVENTS
from contracts.jurisdictions import load_mississippi
from services.kernel.http.reading import Reader
from services.kernel.service import Definition, Parts, Source, Wiring, main
from services.tips.processes.note_team_news import NoteTeamNews
from services.tips.reference import ReferenceController
from services.tips.tip.events import TIP_EVENTS
from services.tips.tip.http import TipController, Tips
from services.tips.tip.receipt import ReceiptController, Receipts
from services.tips.views.tip_list import TIP_LIST, TipListController


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    note = NoteTeamNews(parts.store)
    return Wiring(
        routes=[TipController, TipListController, ReceiptController, ReferenceController],
        given={
            "tips": Tips(parts.store, parts.gate, load_mississippi()),
            "receipts": Receipts(parts.digester),
            "reader": Reader(parts.store, parts.keys, parts.time, parts.gate),
        },
        sources=[
            Source(
                name="tips-from-rapid_assessment",
                stream="RAPID_ASSESSMENT",
                durable="tips-from-rapid_assessment",
                known=RAPID_ASSESSMENT_EVENTS,
                handlers={TeamOpened: [note], TeamFormed: [note], TeamStoodDown: [note]},
            )
        ],
    )


DEFINITION = Definition(
    name="tips",
    title="Muster: tips",
    stream="TIPS",
    events=TIP_EVENTS,
    contract=TIPS_EVENTS,
    policies=Path(__file__).parent / "policies.cedar",
    views=[TIP_LIST],
    wire=wire,
)

if __name__ == "__main__":
    main(DEFINITION)
