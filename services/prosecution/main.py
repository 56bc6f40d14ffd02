"""The prosecution: cases of district attorneys, their accused, counts, hearings and clocks."""

from pathlib import Path
from typing import get_args

from contracts.events.forensic_clinic import (
    FORENSIC_CLINIC_EVENTS,
    KitHandedOver,
    KitResult,
    ReportedKitSealed,
)
from contracts.events.prosecution import PROSECUTION_EVENTS
from contracts.events.rapid_assessment import RAPID_ASSESSMENT_EVENTS, AccountKeptOut
from contracts.events.tips import (
    TIPS_EVENTS,
    AccountNamed,
    AccountReadmitted,
    DestructionOrdered,
    TipCorrected,
    TipReceived,
    TipScreened,
)
from contracts.jurisdictions import load_state, load_state_charging
from services.kernel.definition import Definition, Parts, Source, Wiring
from services.kernel.destruction import Destruction
from services.kernel.past.shut_out import ShutsOut
from services.kernel.service import main
from services.prosecution.case import events as of_cases
from services.prosecution.case.charges_http import ChargeController
from services.prosecution.case.clocks_http import AccusedClockController
from services.prosecution.case.continuances_http import ContinuanceController
from services.prosecution.case.events import CASE_EVENTS
from services.prosecution.case.hearings_http import HearingController
from services.prosecution.case.http import CaseController
from services.prosecution.case.proceedings_http import CourseController
from services.prosecution.case.recompute import RecomputeController
from services.prosecution.case.transfers_http import TransferController
from services.prosecution.cases import Cases
from services.prosecution.court_dates.events import COURT_DATES_EVENTS
from services.prosecution.court_dates.http import CourtDateController
from services.prosecution.documents.checking import DocumentCheckController
from services.prosecution.documents.desk import Desk
from services.prosecution.documents.events import DOCUMENT_EVENTS
from services.prosecution.documents.http import DocumentController
from services.prosecution.evidence.disclosure_http import DisclosureController
from services.prosecution.evidence.events import EVIDENCE_EVENTS
from services.prosecution.evidence.folder import Folder
from services.prosecution.evidence.http import EvidenceController
from services.prosecution.matter import events as of_matters
from services.prosecution.matter.events import MATTER_EVENTS
from services.prosecution.papers.events import PAPER_EVENTS
from services.prosecution.papers.http import PaperController
from services.prosecution.processes.destroy_keys import DestroyKeys, answer
from services.prosecution.processes.find_grounds import FindGrounds, OfCount
from services.prosecution.processes.note_kits import NoteKits
from services.prosecution.processes.note_tip import NoteTip
from services.prosecution.processes.owe_notices import OweNotices
from services.prosecution.processes.readmit_accounts import ReadmitAccounts
from services.prosecution.processes.shut_out import ShutOut
from services.prosecution.reference import ReferenceController
from services.prosecution.safe_harbour.events import SAFE_HARBOUR_EVENTS
from services.prosecution.safe_harbour.harbours import Harbours
from services.prosecution.safe_harbour.http import SafeHarbourController
from services.prosecution.safe_harbour.petitions_http import PetitionController
from services.prosecution.victim.events import VICTIM_EVENTS
from services.prosecution.victim.http import VictimController
from services.prosecution.victim.owing import OfCase
from services.prosecution.victim.papers_http import VictimPaperController
from services.prosecution.victim.rights import Rights
from services.prosecution.victim.steps_http import VictimStepsController
from services.prosecution.views.case_board import CASE_BOARD, CaseBoardController
from services.prosecution.views.safe_harbour_list import SAFE_HARBOUR_LIST, SafeHarbourListController
from services.prosecution.views.transfer_list import TRANSFER_LIST, TransferListController


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    cases = Cases(
        parts.store, parts.gate, parts.keys, load_state(parts.settings.state), load_state_charging(parts.settings.state)
    )
    rights, harbours = Rights(cases), Harbours(cases)
    note, shut_out, owe = NoteTip(cases), ShutOut(cases), OweNotices(rights, parts.time)
    kits = NoteKits(cases)
    destruction = Destruction(parts, "prosecution", answer)
    return Wiring(
        routes=[
            CaseController,
            CaseBoardController,
            ChargeController,
            CourseController,
            HearingController,
            ContinuanceController,
            AccusedClockController,
            RecomputeController,
            TransferController,
            TransferListController,
            VictimController,
            VictimStepsController,
            VictimPaperController,
            SafeHarbourController,
            PetitionController,
            SafeHarbourListController,
            EvidenceController,
            DisclosureController,
            PaperController,
            DocumentController,
            DocumentCheckController,
            CourtDateController,
            ReferenceController,
        ],
        given={"cases": cases, "rights": rights, "harbours": harbours, "folder": Folder(cases), "desk": Desk(cases)},
        sources=[
            Source(
                name="prosecution-from-tips",
                stream="TIPS",
                durable="prosecution-from-tips",
                known=TIPS_EVENTS,
                handlers={
                    TipReceived: [note],
                    TipScreened: [note],
                    TipCorrected: [note],
                    AccountNamed: [shut_out],
                    AccountReadmitted: [ReadmitAccounts(cases)],
                    DestructionOrdered: [DestroyKeys(destruction)],
                },
            ),
            Source(
                name="prosecution-from-rapid_assessment",
                stream="RAPID_ASSESSMENT",
                durable="prosecution-from-rapid_assessment",
                known=RAPID_ASSESSMENT_EVENTS,
                handlers={AccountKeptOut: [shut_out]},
            ),
            Source(
                name="prosecution-from-forensic_clinic",
                stream="FORENSIC_CLINIC",
                durable="prosecution-from-forensic_clinic",
                known=FORENSIC_CLINIC_EVENTS,
                handlers={ReportedKitSealed: [kits], KitHandedOver: [kits], KitResult: [kits]},
            ),
            Source(name="owe_notices", handlers={each: [owe] for each in get_args(OfCase)}),
            Source(name="find_grounds", handlers={each: [FindGrounds(harbours)] for each in get_args(OfCount)}),
        ],
        at_start=[destruction.say_again],
    )


DEFINITION = Definition(
    name="prosecution",
    title="Muster: prosecution",
    stream="PROSECUTION",
    events=(
        *MATTER_EVENTS,
        *CASE_EVENTS,
        *VICTIM_EVENTS,
        *SAFE_HARBOUR_EVENTS,
        *EVIDENCE_EVENTS,
        *PAPER_EVENTS,
        *DOCUMENT_EVENTS,
        *COURT_DATES_EVENTS,
    ),
    contract=PROSECUTION_EVENTS,
    policies=Path(__file__).parent / "policies.cedar",
    views=[CASE_BOARD, TRANSFER_LIST, SAFE_HARBOUR_LIST],
    wire=wire,
    shuts_out=ShutsOut(
        out={
            of_matters.AccountShutOut: "account",
            of_cases.AccountKeptOut: "account",
            of_cases.ConflictDeclared: "account",
        },
        again={of_matters.ExclusionEnded: "account", of_cases.ExclusionEnded: "account"},
    ),
)

if __name__ == "__main__":
    main(DEFINITION)
