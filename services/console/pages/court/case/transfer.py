"""Transfer of a case to another office: offered from the case's page, answered on a page that shows the offer alone."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.court.answers import PROSECUTION, Transfer
from services.console.pages.court.case.http import done
from services.kernel.http.problems import NotFound


class TransferController(Controller):
    """Of the office that has the case."""

    path = "/court/{case:uuid}"

    @post("/transfer", opt={"action": "transfer_case"})
    async def offer(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Offers it to another office; it stays until that one accepts."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {
            "office": form.require("office", "transfer.office", visit.words),
            "reason": form.require("reason", "case.reason", visit.words),
        }
        if note := form.text("note"):
            body["note"] = note
        return await done(visit, case, jurisdiction, form, "transfer", "transfers", body)

    @post("/withdraw", opt={"action": "transfer_case"})
    async def withdraw(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Takes the offer back."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "case.reason", visit.words)}
        return await done(visit, case, jurisdiction, form, "withdraw", "transfers/withdrawal", body)


class TransferAnswerController(Controller):
    """Of the office that is asked. It sees nothing of the case before it has it."""

    path = "/court/transfers/{case:uuid}/{transfer:int}"

    @get("/", opt={"action": "transfer_case"})
    async def read(self, case: UUID, transfer: int, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The offer as it was made."""
        return await _page(visit, case, transfer, jurisdiction, Forms(visit))

    @post("/accept", opt={"action": "transfer_case"})
    async def accept(self, case: UUID, transfer: int, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """This office is responsible from now on."""
        form = Form.of(visit.request)
        path = at("cases", case, "transfers", "acceptance")
        status = await send(visit, form, PROSECUTION, path, {"transfer": transfer})
        if isinstance(status, int):
            return await _page(visit, case, transfer, jurisdiction, Forms(visit, form, "accept"), status)
        return see_other(f"/court/{case}")

    @post("/refuse", opt={"action": "transfer_case"})
    async def refuse(self, case: UUID, transfer: int, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It stays where it is."""
        form = Form.of(visit.request)
        path = at("cases", case, "transfers", "refusal")
        body = {"transfer": transfer, "reason": form.require("reason", "case.reason", visit.words)}
        status = await send(visit, form, PROSECUTION, path, body)
        if isinstance(status, int):
            return await _page(visit, case, transfer, jurisdiction, Forms(visit, form, "refuse"), status)
        return gone_to("/court", "handed-on")


async def _page(
    visit: Visit, case: UUID, transfer: int, jurisdiction: Jurisdiction, forms: Forms, status: int = 200
) -> Response[Any]:
    """An offer to this office that waits for its answer. Raises `NotFound` for any other."""
    listed = await visit.asking.get(PROSECUTION, "/transfers", list[Transfer])
    mine = (each for each in listed if each.receiver == visit.caller.agency and each.phase == "offered")
    offered = next((each for each in mine if (each.case, each.transfer) == (case, transfer)), None)
    if offered is None:
        raise NotFound
    giver = next((each.name for each in jurisdiction.agencies.values() if each.agency_id == offered.giver), "")
    return await visit.page("court/case/answer.html", status=status, offered=offered, giver=giver, forms=forms)
