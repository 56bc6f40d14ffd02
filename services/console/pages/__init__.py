"""One folder for each page: its routes, what it makes of the services' answers, its template."""

from litestar.types import ControllerRouterHandler

from services.console.pages.board.http import BoardController
from services.console.pages.case.http import CaseController
from services.console.pages.mine.http import MineController
from services.console.pages.record_tip.http import RecordTipController
from services.console.pages.set_up.http import FirstAdministratorController, SetUpController
from services.console.pages.sign_in.http import HomeController, SignInController

PAGES: list[ControllerRouterHandler] = [
    HomeController,
    SignInController,
    SetUpController,
    FirstAdministratorController,
    BoardController,
    MineController,
    RecordTipController,
    CaseController,
]
