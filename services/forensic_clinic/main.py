"""The forensic clinic: nurses, rooms and exams; evidence kits and their custody."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from contracts.events.forensic_clinic import FORENSIC_CLINIC_EVENTS, ExamCompleted
from contracts.events.identity import IDENTITY_EVENTS
from contracts.events.rapid_assessment import RAPID_ASSESSMENT_EVENTS, AccountKeptOut
from contracts.events.tips import (
    TIPS_EVENTS,
    AccountNamed,
    AccountReadmitted,
    DestructionOrdered,
    TipCorrected,
    TipLinked,
    TipParted,
    TipReceived,
    TipScreened,
)
from contracts.jurisdictions import load_state
from contracts.language import Event
from services.forensic_clinic.attendant.events import ATTENDANT_EVENTS
from services.forensic_clinic.attendant.http import AttendantController
from services.forensic_clinic.case.events import CASE_EVENTS, AccountShutOut, ExclusionEnded
from services.forensic_clinic.cases import HOLD, Clinic
from services.forensic_clinic.census.events import CENSUS_EVENTS
from services.forensic_clinic.census.gathering import CENSUS_DAY, Census
from services.forensic_clinic.census.http import CensusController
from services.forensic_clinic.claim.events import CLAIM_EVENTS
from services.forensic_clinic.claim.http import OneClaimController
from services.forensic_clinic.exam.events import EXAM_EVENTS
from services.forensic_clinic.exam.http import ExamController
from services.forensic_clinic.exam.slots_http import ExamSlotController
from services.forensic_clinic.exam.waiting_http import WaitingExamController
from services.forensic_clinic.examination.events import EXAMINATION_EVENTS
from services.forensic_clinic.examination.examinations import Examinations
from services.forensic_clinic.examination.http import ExaminationController
from services.forensic_clinic.feed.addresses import Addresses
from services.forensic_clinic.feed.events import FEED_EVENTS
from services.forensic_clinic.feed.http import CalendarAddressController, CalendarFeedController, FeedDoor
from services.forensic_clinic.fhir.http import FhirController
from services.forensic_clinic.follow_up.events import FOLLOW_UP_EVENTS
from services.forensic_clinic.follow_up.follow_ups import FollowUps
from services.forensic_clinic.follow_up.http import FollowUpController
from services.forensic_clinic.free_times import FreeTimes
from services.forensic_clinic.kit.by_two_http import AskedDecisionController, KitDecisionController
from services.forensic_clinic.kit.clocks_http import KitClockController
from services.forensic_clinic.kit.events import KIT_EVENTS, DecisionProposed
from services.forensic_clinic.kit.handovers_http import HandoverController
from services.forensic_clinic.kit.http import KitController
from services.forensic_clinic.kit.kits import Kits
from services.forensic_clinic.kit.labels_http import LabelController
from services.forensic_clinic.kit.numbers import Numbers
from services.forensic_clinic.kit.recompute import RecomputeController
from services.forensic_clinic.kit.testing_http import KitTestController
from services.forensic_clinic.kit.texts import KitTextsController
from services.forensic_clinic.legacy.events import LEGACY_EVENTS
from services.forensic_clinic.legacy.http import LegacyKitController
from services.forensic_clinic.legacy.papers_http import LegacyPaperController
from services.forensic_clinic.nurse.events import NURSE_EVENTS
from services.forensic_clinic.nurse.http import NurseController
from services.forensic_clinic.nurse.illness_http import NurseIllnessController
from services.forensic_clinic.processes.ask_prosecutor import AskProsecutor
from services.forensic_clinic.processes.begin_census import BeginCensus
from services.forensic_clinic.processes.count_days import CountDays
from services.forensic_clinic.processes.destroy_keys import DestroyKeys, answer
from services.forensic_clinic.processes.expire_holds import ExpireHolds
from services.forensic_clinic.processes.kit_clocks import TRIGGERS, KitClocks
from services.forensic_clinic.processes.kit_pressing import TOLD_OF, KitPressing
from services.forensic_clinic.processes.move_up import FREES, MoveUp
from services.forensic_clinic.processes.note_accounts import ACCOUNT_NEWS, NoteAccounts
from services.forensic_clinic.processes.note_case import NoteCase
from services.forensic_clinic.processes.plan_follow_ups import PlanFollowUps
from services.forensic_clinic.processes.press_exams import LAST_TIME, PressExams
from services.forensic_clinic.processes.press_exams import TOLD_OF as PRESSES
from services.forensic_clinic.processes.shut_out import ShutOut
from services.forensic_clinic.report.http import KitReportController
from services.forensic_clinic.room.events import ROOM_EVENTS
from services.forensic_clinic.room.http import RoomController
from services.forensic_clinic.survivor.events import SURVIVOR_EVENTS
from services.forensic_clinic.survivor.http import SurvivorController
from services.forensic_clinic.survivor.pins import Pins
from services.forensic_clinic.survivor.public_http import SurvivorDoor, SurvivorPageController
from services.forensic_clinic.survivor.survivors import Survivors
from services.forensic_clinic.views.census_day import CensusDayController
from services.forensic_clinic.views.census_matters import CensusMatterController
from services.forensic_clinic.views.claims import CLAIMS, ClaimController
from services.forensic_clinic.views.clinic_calendar import ClinicCalendarController
from services.forensic_clinic.views.clinic_people import ClinicPeopleController
from services.forensic_clinic.views.exam_board import EXAM_BOARD, ExamBoardController
from services.forensic_clinic.views.follow_up_board import FOLLOW_UP_BOARD, FollowUpBoardController
from services.forensic_clinic.views.free_slots import FreeSlotController
from services.forensic_clinic.views.kit_board import KIT_BOARD, KitBoardController
from services.forensic_clinic.views.kit_decisions import KitDecisionListController
from services.forensic_clinic.views.making_room import MakingRoomController
from services.forensic_clinic.views.nurse_feed import NURSE_FEED
from services.forensic_clinic.views.nurse_week import NurseWeekController
from services.forensic_clinic.views.offers import OfferController
from services.forensic_clinic.views.roster import ROSTER
from services.forensic_clinic.views.unmet_need import UnmetNeedController
from services.kernel.definition import Definition, Parts, Source, Wiring
from services.kernel.destruction import Destruction
from services.kernel.follower import Handler
from services.kernel.operations import PoliciesSet
from services.kernel.past.shut_out import ShutsOut
from services.kernel.periods import Periods
from services.kernel.service import main


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    tables = load_state(parts.settings.state)
    clinic = Clinic(parts.store, parts.gate, Periods(parts.pool), tables)
    free_times = FreeTimes(clinic, parts.views)
    press_exams = PressExams(free_times, parts.time)
    kits = Kits(parts.store, parts.gate, parts.reader, clinic, tables)
    examinations, follow_ups = Examinations(clinic, parts.keys, tables), FollowUps(clinic, parts.keys, tables)
    numbers = Numbers(parts.pool, parts.digester)
    census = Census(kits, examinations, numbers, parts.views)
    note_accounts = NoteAccounts(clinic, parts.time)
    destruction = Destruction(parts, "forensic_clinic", answer)
    return Wiring(
        routes=[
            NurseController,
            NurseIllnessController,
            NurseWeekController,
            ClinicCalendarController,
            CalendarAddressController,
            CalendarFeedController,
            FhirController,
            RoomController,
            AttendantController,
            ClinicPeopleController,
            ExamController,
            ExamSlotController,
            WaitingExamController,
            ExamBoardController,
            UnmetNeedController,
            FreeSlotController,
            OfferController,
            MakingRoomController,
            KitController,
            HandoverController,
            KitTextsController,
            KitClockController,
            KitBoardController,
            RecomputeController,
            ExaminationController,
            FollowUpController,
            FollowUpBoardController,
            ClaimController,
            OneClaimController,
            KitTestController,
            KitDecisionController,
            AskedDecisionController,
            KitDecisionListController,
            LabelController,
            LegacyKitController,
            LegacyPaperController,
            KitReportController,
            SurvivorController,
            SurvivorPageController,
            CensusController,
            CensusDayController,
            CensusMatterController,
        ],
        given={
            "clinic": clinic,
            "free_times": free_times,
            "kits": kits,
            "examinations": examinations,
            "follow_ups": follow_ups,
            "numbers": numbers,
            "census": census,
            "addresses": Addresses(parts.pool, parts.digester),
            "feed_door": FeedDoor(parts.settings),
            "survivors": Survivors(kits, parts.pool, parts.digester, Pins.of(parts.settings)),
            "survivor_door": SurvivorDoor(parts.settings),
        },
        sources=[
            Source(name="kit_clocks", handlers=_on_kits(kits, parts)),
            Source(name="kit_decisions", handlers={DecisionProposed: [AskProsecutor(kits)]}),
            Source(name="exam_times", handlers=_on_exams(free_times, press_exams, parts)),
            Source(name="begin_census", handlers={PoliciesSet: [BeginCensus(census, parts.time)]}),
            Source(name="follow_ups", handlers={ExamCompleted: [PlanFollowUps(follow_ups)]}),
            Source(
                name="forensic_clinic-from-tips",
                stream="TIPS",
                durable="forensic_clinic-from-tips",
                known=TIPS_EVENTS,
                handlers={**_on_tips(clinic), DestructionOrdered: [DestroyKeys(destruction)]},
            ),
            Source(
                name="forensic_clinic-from-rapid_assessment",
                stream="RAPID_ASSESSMENT",
                durable="forensic_clinic-from-rapid_assessment",
                known=RAPID_ASSESSMENT_EVENTS,
                handlers={AccountKeptOut: [ShutOut(clinic)]},
            ),
            Source(
                name="forensic_clinic-from-identity",
                stream="IDENTITY",
                durable="forensic_clinic-from-identity",
                known=IDENTITY_EVENTS,
                handlers={each: [note_accounts] for each in ACCOUNT_NEWS},
            ),
        ],
        timers={HOLD: ExpireHolds(clinic), CENSUS_DAY: CountDays(census), LAST_TIME: press_exams.last_time},
        at_start=[destruction.say_again],
    )


def _on_tips(clinic: Clinic) -> Mapping[type[Event], Sequence[Handler]]:
    note = NoteCase(clinic)
    return {
        TipReceived: [note],
        TipScreened: [note],
        TipCorrected: [note],
        TipLinked: [note],
        TipParted: [note],
        AccountReadmitted: [note],
        AccountNamed: [ShutOut(clinic)],
    }


def _on_kits(kits: Kits, parts: Parts) -> Mapping[type[Event], Sequence[Handler]]:
    keep, press = KitClocks(kits, parts.time), KitPressing(kits, parts.time)
    return {event: [keep] for event in TRIGGERS} | {each: [press] for each in TOLD_OF}


def _on_exams(free_times: FreeTimes, press: PressExams, parts: Parts) -> Mapping[type[Event], Sequence[Handler]]:
    move_up = MoveUp(free_times, parts.time)
    every = dict.fromkeys((*FREES, *PRESSES))
    return {event: [*([move_up] if event in FREES else []), *([press] if event in PRESSES else [])] for event in every}


DEFINITION = Definition(
    name="forensic_clinic",
    title="Muster: forensic clinic",
    stream="FORENSIC_CLINIC",
    events=(
        *FORENSIC_CLINIC_EVENTS,
        *CASE_EVENTS,
        *NURSE_EVENTS,
        *ROOM_EVENTS,
        *ATTENDANT_EVENTS,
        *EXAM_EVENTS,
        *EXAMINATION_EVENTS,
        *FOLLOW_UP_EVENTS,
        *KIT_EVENTS,
        *LEGACY_EVENTS,
        *SURVIVOR_EVENTS,
        *CENSUS_EVENTS,
        *CLAIM_EVENTS,
        *FEED_EVENTS,
    ),
    contract=FORENSIC_CLINIC_EVENTS,
    policies=Path(__file__).parent / "policies.cedar",
    views=[ROSTER, EXAM_BOARD, KIT_BOARD, NURSE_FEED, FOLLOW_UP_BOARD, CLAIMS],
    wire=wire,
    shuts_out=ShutsOut(out={AccountShutOut: "account"}, again={ExclusionEnded: "account"}),
)

if __name__ == "__main__":
    main(DEFINITION)
