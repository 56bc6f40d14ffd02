"""The rapid assessment service: teams and their seats, responders, contact with the child, its custody, notices."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from contracts.events.forensic_clinic import (
    FORENSIC_CLINIC_EVENTS,
    CensusPressing,
    ExamPressing,
    KitDecisionPressing,
    KitDutyPressing,
    LegacyKitPressing,
)
from contracts.events.identity import IDENTITY_EVENTS
from contracts.events.rapid_assessment import RAPID_ASSESSMENT_EVENTS, AccountKeptOut
from contracts.events.tips import (
    TIPS_EVENTS,
    AccountNamed,
    AccountReadmitted,
    AdditionArrived,
    CaseShared,
    DestructionOrdered,
    DutyPressing,
    GlassBroken,
    ReporterAskedFor,
    ReviewPressing,
    ShareEnded,
    TimedDutyPressing,
    TipCorrected,
    TipLinked,
    TipParted,
    TipReceived,
    TipScreened,
)
from contracts.jurisdictions import load_state
from contracts.language import Event
from services.kernel.carrier import carrier_of, read_addresses
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.definition import Definition, Parts, Source, Wiring
from services.kernel.destruction import Destruction
from services.kernel.follower import Handler
from services.kernel.on_file import OnFile
from services.kernel.past.shut_out import ShutsOut
from services.kernel.periods import Periods
from services.kernel.service import main
from services.kernel.tries import MOMENT as NOTICE_MOMENT
from services.kernel.undelivered import count_of
from services.rapid_assessment.ask.carried import SECRETS, SecretsOnFile
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.events import ASK_EVENTS, AskReplyFailed
from services.rapid_assessment.ask.http import AskController, AskDoor
from services.rapid_assessment.ask.replies import Replies
from services.rapid_assessment.ask.replies_http import RepliesController, RepliesDoor
from services.rapid_assessment.asked_now import AskedNow
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.clock.http import ClockController
from services.rapid_assessment.contact.events import CONTACT_EVENTS, ContactImpossible
from services.rapid_assessment.contact.http import ContactController
from services.rapid_assessment.custody.events import CUSTODY_EVENTS
from services.rapid_assessment.custody.http import CustodyController
from services.rapid_assessment.custody.texts import CustodyTextsController
from services.rapid_assessment.drill.events import DRILL_EVENTS, DrillStarted
from services.rapid_assessment.drill.http import DrillController, DrillPageController
from services.rapid_assessment.drill.messages import KeptDrillMessages
from services.rapid_assessment.ladder.events import LADDER_EVENTS, NobodyLeft
from services.rapid_assessment.notice.events import (
    NOTICE_EVENTS,
    NoticeRequested,
    NoticeTriedAgain,
    PlaceNoticeRequested,
)
from services.rapid_assessment.processes.climb_ladders import CLIMBING, MOMENT, ClimbLadders
from services.rapid_assessment.processes.deliver_notices import DeliverNotices
from services.rapid_assessment.processes.destroy_keys import DestroyKeys, answer
from services.rapid_assessment.processes.exclude_named import ExcludeNamed
from services.rapid_assessment.processes.join_linked_tips import JoinLinkedTips
from services.rapid_assessment.processes.note_accounts import ACCOUNT_NEWS, NoteAccounts
from services.rapid_assessment.processes.note_sharing import NoteSharing
from services.rapid_assessment.processes.open_team import OpenTeam
from services.rapid_assessment.processes.page_drill import PageDrill
from services.rapid_assessment.processes.part_tips import PartTips
from services.rapid_assessment.processes.readmit_accounts import ReadmitAccounts
from services.rapid_assessment.processes.send_proof import SendProof
from services.rapid_assessment.processes.tell_asked import OnCall, TellAsked
from services.rapid_assessment.processes.tell_of_no_case import TellOfNoCase
from services.rapid_assessment.processes.tell_of_rotas import CHANGES, TellOfRotas
from services.rapid_assessment.processes.tell_people import (
    TellOfAdult,
    TellOfDuties,
    TellOfExams,
    TellOfKitDecisions,
    TellOfKits,
    TellOfNobodyLeft,
    TellOfOpenings,
    TellOfReporters,
    TellOfSilence,
    TellOfUnreached,
    TellPeople,
)
from services.rapid_assessment.processes.tell_replies_ended import TellRepliesEnded
from services.rapid_assessment.processes.vacate_seats import VACATING, VacateSeats
from services.rapid_assessment.reaching import CarriersOnFile, Reach
from services.rapid_assessment.responder.channels_http import ChannelController
from services.rapid_assessment.responder.codes import ProofCodes
from services.rapid_assessment.responder.credentials_http import CredentialController
from services.rapid_assessment.responder.events import RESPONDER_EVENTS, ProofAsked
from services.rapid_assessment.responder.http import ResponderController
from services.rapid_assessment.rota.events import ROTA_EVENTS
from services.rapid_assessment.rota.http import RotaController
from services.rapid_assessment.rota.swaps_http import SwapController
from services.rapid_assessment.seat_messages import KeptMessages
from services.rapid_assessment.seat_order import is_on_call, order_for
from services.rapid_assessment.sharing.events import SHARING_EVENTS
from services.rapid_assessment.team.decisions import seat_named
from services.rapid_assessment.team.events import (
    TEAM_EVENTS,
    AccountExcluded,
    ConflictDeclared,
    ExclusionEnded,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    SeatUnreached,
    SeatVacated,
)
from services.rapid_assessment.team.hand_over_http import HandOverController
from services.rapid_assessment.team.http import TeamController
from services.rapid_assessment.team.recompute import RecomputeController
from services.rapid_assessment.team.state import Team
from services.rapid_assessment.views.case_times import CASE_TIMES, CaseTimesController
from services.rapid_assessment.views.certified import CertifiedController
from services.rapid_assessment.views.drills import DRILLS, DrillsController
from services.rapid_assessment.views.figures import FiguresController
from services.rapid_assessment.views.finding import FindingController
from services.rapid_assessment.views.my_deadlines import MyDeadlinesController
from services.rapid_assessment.views.my_seats import MySeatsController
from services.rapid_assessment.views.my_shifts import MyShiftsController
from services.rapid_assessment.views.notice_board import NOTICE_BOARD, NoticeController
from services.rapid_assessment.views.on_call import OnCallController
from services.rapid_assessment.views.open_case_rows import OPEN_CASES
from services.rapid_assessment.views.open_cases import OpenCasesController
from services.rapid_assessment.views.responders import RespondersController
from services.rapid_assessment.views.roster import ON_CALL
from services.rapid_assessment.views.rota_board import RotaBoardController
from services.rapid_assessment.views.rotas import ROTAS, RotasController
from services.rapid_assessment.views.seat_people import SeatPeopleController
from services.rapid_assessment.views.standing import StandingController
from services.rapid_assessment.views.team_board import TEAM_BOARD, TeamBoardController
from services.rapid_assessment.views.undelivered import UNDELIVERED

ADDRESSES = "notices.json"
REQUESTS = (NoticeRequested, PlaceNoticeRequested, NoticeTriedAgain)
CARRIERS = "asked.json"


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    cases = Cases(parts.store, parts.gate, load_state(parts.settings.state), parts.time)
    roles = OnFile(parts.settings.secrets / ADDRESSES, read_addresses)
    deliver = DeliverNotices(parts.store, roles, carrier_of(parts.settings), parts.settings.origin, parts.time)
    note_accounts, vacate_seats = NoteAccounts(cases), VacateSeats(cases, parts.pool)
    ask_codes = AskCodes(parts.digester)
    proof_codes = ProofCodes(parts.digester)
    reach = Reach(cases, parts.keys, CarriersOnFile(parts.settings.secrets / CARRIERS), carrier_of(parts.settings))
    messages = KeptMessages(parts.pool, cases.jurisdiction.responders.messages_an_hour)
    on_call, origin = _on_call(cases, parts), parts.settings.origin
    secrets = SecretsOnFile(parts.settings.secrets / SECRETS)
    asked_now = AskedNow(cases, parts.views, parts.keys, ask_codes, messages)
    replies = Replies(cases, asked_now, parts.commands, parts.digester)
    tell_asked = TellAsked(cases, reach, ask_codes, on_call, messages, origin, parts.time, secrets)
    tell_replies_ended = TellRepliesEnded(cases, reach, ask_codes, messages, origin, parts.time)
    climb = ClimbLadders(cases, partial(order_for, cases, parts.views), parts.time, sends=lambda: reach.goes_out)
    tell_of_rotas = TellOfRotas(cases, reach, parts.settings.origin, parts.time)
    page_drill = PageDrill(cases, reach, ask_codes, KeptDrillMessages(parts.pool), origin, parts.time, secrets)
    send_proof = SendProof(cases, reach, proof_codes, parts.time)
    destruction = Destruction(parts, "rapid_assessment", answer)
    return Wiring(
        routes=[
            TeamController,
            HandOverController,
            ClockController,
            AskController,
            RepliesController,
            TeamBoardController,
            OpenCasesController,
            MySeatsController,
            MyDeadlinesController,
            CaseTimesController,
            FiguresController,
            RecomputeController,
            ContactController,
            CustodyController,
            CustodyTextsController,
            ResponderController,
            CredentialController,
            ChannelController,
            RespondersController,
            CertifiedController,
            OnCallController,
            RotaController,
            SwapController,
            RotasController,
            RotaBoardController,
            MyShiftsController,
            SeatPeopleController,
            FindingController,
            DrillController,
            DrillPageController,
            DrillsController,
            NoticeController,
            StandingController,
        ],
        given={
            "cases": cases,
            "ask_codes": ask_codes,
            "ask_door": AskDoor(parts.settings, ask_codes),
            "drill_door": AskDoor(parts.settings, ask_codes),
            "periods": Periods(parts.pool),
            "replies": replies,
            "replies_door": RepliesDoor(secrets),
            "proof_codes": proof_codes,
        },
        sources=[
            Source(
                name="rapid_assessment-from-tips",
                stream="TIPS",
                durable="rapid_assessment-from-tips",
                known=TIPS_EVENTS,
                handlers={**_on_tips(cases, parts), DestructionOrdered: [DestroyKeys(destruction)]},
            ),
            Source(
                name="rapid_assessment-from-forensic_clinic",
                stream="FORENSIC_CLINIC",
                durable="rapid_assessment-from-forensic_clinic",
                known=FORENSIC_CLINIC_EVENTS,
                handlers={
                    KitDutyPressing: [TellOfKits(cases)],
                    KitDecisionPressing: [TellOfKitDecisions(cases)],
                    LegacyKitPressing: [TellOfNoCase(cases)],
                    CensusPressing: [TellOfNoCase(cases)],
                    ExamPressing: [TellOfExams(cases)],
                },
            ),
            Source(
                name="rapid_assessment-from-identity",
                stream="IDENTITY",
                durable="rapid_assessment-from-identity",
                known=IDENTITY_EVENTS,
                handlers={each: [note_accounts] for each in ACCOUNT_NEWS},
            ),
            Source(name="tell_people", handlers=_on_own(cases, parts)),
            Source(name="deliver_notices", handlers={each: [deliver] for each in REQUESTS}),
            Source(name="tell_asked", handlers={each: [tell_asked] for each in (SeatProposed, NobodyLeft)}),
            Source(name="tell_replies_ended", handlers={AskReplyFailed: [tell_replies_ended]}),
            Source(name="climb_ladders", handlers={each: [climb] for each in CLIMBING}),
            Source(name="tell_of_rotas", handlers={each: [tell_of_rotas] for each in CHANGES}),
            Source(name="page_drill", handlers={DrillStarted: [page_drill]}),
            Source(name="send_proof", handlers={ProofAsked: [send_proof]}),
            Source(name="vacate_seats", handlers={each: [vacate_seats] for each in VACATING}),
        ],
        timers={MOMENT: climb.on_time, NOTICE_MOMENT: deliver.on_time},
        gauges=[count_of(parts.views, parts.time, "to roles"), replies.counted],
        at_start=[destruction.say_again],
    )


def _on_call(cases: Cases, parts: Parts) -> OnCall:
    async def on_call(team: Team, seat: str, account: UUID) -> bool:
        wanted = seat_named(seat, team, cases.jurisdiction)
        return await is_on_call(cases, parts.views, team, wanted, account, parts.time.now())

    return on_call


def _on_tips(cases: Cases, parts: Parts) -> Mapping[type[Event], Sequence[Handler]]:
    tell_of_openings, tell_of_reporters = TellOfOpenings(cases), TellOfReporters(cases)
    tell_of_duties = TellOfDuties(cases)
    open_team, tell, note_sharing = OpenTeam(cases, parts.time), TellOfAdult(cases), NoteSharing(cases)
    return {
        TipReceived: [open_team, tell],
        TipScreened: [open_team, tell],
        TipCorrected: [open_team, tell],
        TipLinked: [JoinLinkedTips(cases, parts.time)],
        TipParted: [PartTips(cases)],
        AccountNamed: [ExcludeNamed(cases)],
        AccountReadmitted: [ReadmitAccounts(cases)],
        CaseShared: [note_sharing],
        GlassBroken: [note_sharing, tell_of_openings],
        ReviewPressing: [tell_of_openings],
        ShareEnded: [note_sharing],
        AdditionArrived: [tell_of_reporters],
        ReporterAskedFor: [tell_of_reporters],
        DutyPressing: [tell_of_duties],
        TimedDutyPressing: [tell_of_duties],
    }


def _on_own(cases: Cases, parts: Parts) -> Mapping[type[Event], Sequence[Handler]]:
    tell = TellPeople(cases, parts.time)
    of_seats = (SeatAccepted, SeatDeclined, SeatReleased, SeatLapsed, SeatVacated, SeatFellSilent)
    of_people = (ConflictDeclared, AccountExcluded)
    told: dict[type[Event], Sequence[Handler]] = {
        event: [tell] for event in (ClockWarned, ClockMissed, ContactImpossible, *of_seats, *of_people)
    }
    told[SeatFellSilent] = [tell, TellOfSilence(cases)]
    return {**told, SeatUnreached: [TellOfUnreached(cases)], NobodyLeft: [TellOfNobodyLeft(cases)]}


DEFINITION = Definition(
    name="rapid_assessment",
    title="Muster: rapid assessment",
    stream="RAPID_ASSESSMENT",
    events=(
        *TEAM_EVENTS,
        *RESPONDER_EVENTS,
        *ROTA_EVENTS,
        *CONTACT_EVENTS,
        *CUSTODY_EVENTS,
        *NOTICE_EVENTS,
        *SHARING_EVENTS,
        *ASK_EVENTS,
        *LADDER_EVENTS,
        *DRILL_EVENTS,
    ),
    contract=RAPID_ASSESSMENT_EVENTS,
    policies=Path(__file__).parent / "policies.cedar",
    views=[TEAM_BOARD, OPEN_CASES, CASE_TIMES, NOTICE_BOARD, ON_CALL, ROTAS, DRILLS, UNDELIVERED],
    wire=wire,
    shuts_out=ShutsOut(
        out={ConflictDeclared: "responder", AccountExcluded: "account", AccountKeptOut: "account"},
        again={ExclusionEnded: "account"},
    ),
)

if __name__ == "__main__":
    main(DEFINITION)
