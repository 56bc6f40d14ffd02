"""One folder for each page: its routes, what it makes of the services' answers, its template."""

from litestar.types import ControllerRouterHandler

from services.console.pages.agencies.http import AgenciesController
from services.console.pages.answer.http import AnswerController
from services.console.pages.audit.file import CaseFileController
from services.console.pages.audit.http import AuditController
from services.console.pages.audit.reviews import ReadingController
from services.console.pages.audit.why import WhyController
from services.console.pages.beside.http import BesideController
from services.console.pages.board.http import BoardController
from services.console.pages.break_glass.http import BreakGlassController
from services.console.pages.calendar.feed import CalendarAddressController, CalendarFeedController
from services.console.pages.calendar.http import CalendarController
from services.console.pages.case.contact import ContactController
from services.console.pages.case.custody import CustodyController
from services.console.pages.case.http import CaseController
from services.console.pages.case.statements import StatementController
from services.console.pages.certificates.http import CertificatesController
from services.console.pages.clinic.census.http import CensusController
from services.console.pages.clinic.claims.http import ClaimsController
from services.console.pages.clinic.decisions.http import KitDecisionsController
from services.console.pages.clinic.exam.http import AskForExamController, ExamController
from services.console.pages.clinic.examination.http import ExaminationController
from services.console.pages.clinic.follow_up.http import FollowUpController, FollowUpsController
from services.console.pages.clinic.home.http import ClinicController
from services.console.pages.clinic.hours.http import OwnHoursController
from services.console.pages.clinic.ill.http import IllController
from services.console.pages.clinic.kit.http import KitController
from services.console.pages.clinic.kits.http import KitsController
from services.console.pages.clinic.legacy.http import LegacyKitsController
from services.console.pages.clinic.people.http import ClinicPeopleController
from services.console.pages.clinic.report.http import KitReportController
from services.console.pages.clinic.scarcity.http import ScarcityController
from services.console.pages.clinic.survivor.http import KitSurvivorController
from services.console.pages.clinic.times.http import ExamTimesController
from services.console.pages.clock.http import ClockController
from services.console.pages.compliance.http import ComplianceController
from services.console.pages.court.case.course import CourtCourseController
from services.console.pages.court.case.http import CourtCaseController
from services.console.pages.court.case.transfer import TransferAnswerController, TransferController
from services.console.pages.court.dates.http import CourtDatesController
from services.console.pages.court.documents.http import CourtDocumentController, DocumentCheckController
from services.console.pages.court.evidence.http import CourtEvidenceController
from services.console.pages.court.list.http import CourtController
from services.console.pages.court.papers.http import CourtPaperController
from services.console.pages.court.safe_harbour.http import CourtHarbourController
from services.console.pages.court.victims.http import CourtVictimController
from services.console.pages.court.victims.papers import CourtVictimPaperController
from services.console.pages.destruction.http import DestructionController, OrdersController
from services.console.pages.drills.http import DrillsController
from services.console.pages.export.http import ExportController
from services.console.pages.figures.http import FiguresController
from services.console.pages.finding.http import FindingController
from services.console.pages.hand.http import HandController
from services.console.pages.incidents.http import IncidentsController
from services.console.pages.intake.http import IntakeController
from services.console.pages.mine.hand_over import HandOverController
from services.console.pages.mine.http import MineController
from services.console.pages.mine.own_entry import OwnEntryController
from services.console.pages.people.attestation import AttestationController
from services.console.pages.people.http import PeopleController
from services.console.pages.public.http import PublicController
from services.console.pages.recompute.http import RecomputeController
from services.console.pages.record_tip.http import RecordTipController
from services.console.pages.reporter.http import ReporterController
from services.console.pages.responders.http import RespondersController
from services.console.pages.reviews.http import ReviewsController
from services.console.pages.rotas.http import RotasController
from services.console.pages.rules.http import RulesController
from services.console.pages.set_up.http import FirstAdministratorController, SetUpController
from services.console.pages.sharing.http import SharingController
from services.console.pages.shifts.http import ShiftsController
from services.console.pages.sign_in.http import HomeController, SignInController
from services.console.pages.survivor.http import SurvivorController
from services.console.pages.tip.http import TipController
from services.console.pages.told.http import ToldController

PAGES: list[ControllerRouterHandler] = [
    HomeController,
    SignInController,
    SetUpController,
    FirstAdministratorController,
    PublicController,
    SurvivorController,
    AnswerController,
    BoardController,
    MineController,
    HandOverController,
    OwnEntryController,
    IntakeController,
    RecordTipController,
    RespondersController,
    CertificatesController,
    RotasController,
    ShiftsController,
    FindingController,
    DrillsController,
    CaseController,
    ContactController,
    CustodyController,
    ClockController,
    StatementController,
    TipController,
    HandController,
    BesideController,
    SharingController,
    ReporterController,
    DestructionController,
    OrdersController,
    BreakGlassController,
    ReviewsController,
    ClinicController,
    CalendarController,
    CalendarAddressController,
    CalendarFeedController,
    AskForExamController,
    ExamTimesController,
    ScarcityController,
    ClinicPeopleController,
    IllController,
    OwnHoursController,
    ExamController,
    ExaminationController,
    FollowUpController,
    FollowUpsController,
    ClaimsController,
    KitsController,
    CensusController,
    LegacyKitsController,
    KitReportController,
    KitController,
    KitDecisionsController,
    KitSurvivorController,
    CourtController,
    CourtCaseController,
    CourtCourseController,
    CourtVictimController,
    CourtVictimPaperController,
    CourtHarbourController,
    CourtEvidenceController,
    CourtPaperController,
    CourtDatesController,
    CourtDocumentController,
    DocumentCheckController,
    TransferController,
    TransferAnswerController,
    ToldController,
    AuditController,
    CaseFileController,
    WhyController,
    ReadingController,
    ComplianceController,
    ExportController,
    FiguresController,
    PeopleController,
    AttestationController,
    AgenciesController,
    IncidentsController,
    RecomputeController,
    RulesController,
]
