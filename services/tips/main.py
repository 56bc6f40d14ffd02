"""The tips service: intake, screening, duplicates, referral, the reporting duties."""

from pathlib import Path

from contracts.events import forensic_clinic, prosecution, rapid_assessment
from contracts.events.forensic_clinic import FORENSIC_CLINIC_EVENTS
from contracts.events.prosecution import PROSECUTION_EVENTS
from contracts.events.rapid_assessment import (
    RAPID_ASSESSMENT_EVENTS,
    AccountKeptOut,
    TeamFormed,
    TeamOpened,
    TeamStoodDown,
)
from contracts.events.tips import TIPS_EVENTS, AccountNamed, AccountReadmitted, DestructionOrdered, TipReceived
from contracts.jurisdictions import load_state
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.definition import Definition, Parts, Source, Wiring
from services.kernel.destruction import Destruction
from services.kernel.past.shut_out import ShutsOut
from services.kernel.service import main
from services.tips.break_glass.clocks_http import OpeningClockController
from services.tips.break_glass.events import BREAK_GLASS_EVENTS
from services.tips.break_glass.http import BreakGlassController
from services.tips.destruction.destructions import Destructions
from services.tips.destruction.events import DESTRUCTION_EVENTS, KeysDestroyed
from services.tips.destruction.http import DestructionController
from services.tips.duty.clocks_http import DutyClockController
from services.tips.duty.duties import Duties
from services.tips.duty.events import DUTY_EVENTS, DutyArose
from services.tips.duty.http import DutyController, ToldController
from services.tips.duty.recompute import RecomputeController
from services.tips.hand.events import HAND_EVENTS
from services.tips.hand.http import HandController
from services.tips.likeness.events import LIKENESS_EVENTS
from services.tips.processes.destroy_keys import DestroyKeys, answer
from services.tips.processes.find_alike import FindAlike
from services.tips.processes.note_clinic_work import NOTED, NoteClinicWork
from services.tips.processes.note_destroyed import NoteDestroyed
from services.tips.processes.note_team_news import NoteTeamNews
from services.tips.processes.press_duties import ALERT, PressAgain, PressDuties
from services.tips.processes.shut_out import ShutOut
from services.tips.processes.tell_of_duties import TOLD_OF, TellOfDuties
from services.tips.processes.tell_of_orders import TellOfOrders
from services.tips.processes.tell_of_reviews import TellOfReviews
from services.tips.reference import ReferenceController
from services.tips.reporter.events import REPORTER_EVENTS
from services.tips.reporter.http import ReporterController
from services.tips.rules import RulesController
from services.tips.sharing.events import SHARING_EVENTS
from services.tips.sharing.http import SharingController
from services.tips.tip.closing_http import ClosingController
from services.tips.tip.events import TIP_EVENTS, AccountShutOut, MoreTold
from services.tips.tip.http import TipController
from services.tips.tip.persons_http import PersonsController
from services.tips.tip.public_http import PublicDoor, PublicTipController, ReceiptController
from services.tips.tip.receipt import Receipts
from services.tips.tip.tips import Tips
from services.tips.views.alike import AlikeController
from services.tips.views.duty_board import DUTY_BOARD, DutyBoardController
from services.tips.views.duty_told import DUTY_TOLD, DutyToldController
from services.tips.views.openings import OPENINGS_TO_REVIEW, OpeningsController
from services.tips.views.orders import ORDERS_TO_DESTROY, OrdersController
from services.tips.views.releases import RELEASES_TO_ANSWER, ReleasesController
from services.tips.views.takers import TAKERS
from services.tips.views.tip_list import TIP_LIST, TipListController
from services.tips.views.to_do import ToDoController
from services.tips.views.waiting import WaitingController


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    note = NoteTeamNews(parts.store)
    jurisdiction = load_state(parts.settings.state)
    tips = Tips(parts.store, parts.gate, jurisdiction, parts.time)
    tell = TellOfReviews(parts.store, jurisdiction, parts.time)
    duties = Duties(parts.store, jurisdiction, parts.time)
    tell_of_duties = TellOfDuties(duties)
    find_alike = FindAlike(parts.store, parts.views, parts.keys, jurisdiction)
    destruction, destructions = Destruction(parts, "tips", answer), Destructions(tips)
    note_destroyed = NoteDestroyed(destructions, parts.time)
    return Wiring(
        routes=[
            TipController,
            ClosingController,
            DestructionController,
            OrdersController,
            PersonsController,
            TipListController,
            AlikeController,
            ToDoController,
            HandController,
            SharingController,
            BreakGlassController,
            OpeningClockController,
            OpeningsController,
            ReporterController,
            ReleasesController,
            WaitingController,
            DutyController,
            DutyClockController,
            RecomputeController,
            DutyBoardController,
            ToldController,
            DutyToldController,
            PublicTipController,
            ReceiptController,
            ReferenceController,
            RulesController,
        ],
        given={
            "tips": tips,
            "duties": duties,
            "destructions": destructions,
            "receipts": Receipts(parts.digester),
            "likeness": jurisdiction.likeness,
            "door": PublicDoor(parts.settings),
        },
        sources=[
            Source(
                name="tips-from-rapid_assessment",
                stream="RAPID_ASSESSMENT",
                durable="tips-from-rapid_assessment",
                known=RAPID_ASSESSMENT_EVENTS,
                handlers={
                    TeamOpened: [note],
                    TeamFormed: [note],
                    TeamStoodDown: [note],
                    AccountKeptOut: [ShutOut(tips)],
                    rapid_assessment.KeysDestroyed: [note_destroyed],
                },
            ),
            Source(
                name="tips-from-forensic_clinic",
                stream="FORENSIC_CLINIC",
                durable="tips-from-forensic_clinic",
                known=FORENSIC_CLINIC_EVENTS,
                handlers={
                    **{each: [NoteClinicWork(parts.store)] for each in NOTED},
                    forensic_clinic.KeysDestroyed: [note_destroyed],
                },
            ),
            Source(
                name="tips-from-prosecution",
                stream="PROSECUTION",
                durable="tips-from-prosecution",
                known=PROSECUTION_EVENTS,
                handlers={prosecution.KeysDestroyed: [note_destroyed]},
            ),
            Source(name="destroy_keys", handlers={DestructionOrdered: [DestroyKeys(destruction)]}),
            Source(name="note_destroyed", handlers={KeysDestroyed: [note_destroyed]}),
            Source(name="tell_of_reviews", handlers={ClockWarned: [tell], ClockMissed: [tell]}),
            Source(name="tell_of_orders", handlers={each: [TellOfOrders(tips)] for each in (ClockWarned, ClockMissed)}),
            Source(name="tell_of_duties", handlers={each: [tell_of_duties] for each in TOLD_OF}),
            Source(name="find_alike", handlers={TipReceived: [find_alike], MoreTold: [find_alike]}),
            Source(name="press_duties", handlers={DutyArose: [PressDuties(duties)]}),
        ],
        timers={ALERT: PressAgain(duties)},
        at_start=[destruction.say_again],
    )


DEFINITION = Definition(
    name="tips",
    title="Muster: tips",
    stream="TIPS",
    events=(
        *TIP_EVENTS,
        *DUTY_EVENTS,
        *SHARING_EVENTS,
        *BREAK_GLASS_EVENTS,
        *REPORTER_EVENTS,
        *HAND_EVENTS,
        *LIKENESS_EVENTS,
        *DESTRUCTION_EVENTS,
    ),
    contract=TIPS_EVENTS,
    policies=Path(__file__).parent / "policies.cedar",
    views=[TIP_LIST, DUTY_BOARD, DUTY_TOLD, OPENINGS_TO_REVIEW, RELEASES_TO_ANSWER, ORDERS_TO_DESTROY, TAKERS],
    wire=wire,
    shuts_out=ShutsOut(out={AccountNamed: "account", AccountShutOut: "account"}, again={AccountReadmitted: "account"}),
)

if __name__ == "__main__":
    main(DEFINITION)
