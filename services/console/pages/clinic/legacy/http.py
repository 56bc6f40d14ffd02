"""Kits from before this record: a list is chosen, looked at row by row, and then brought in."""

import base64
import binascii
from datetime import date
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC

COLUMNS = ("serial", "held_by", "held_since", "county", "collected_by", "collected_on", "reported", "reported_on")
MOST_BYTES = 200_000
TEMPLATE = "\ufeff" + ",".join(COLUMNS) + "\r\n"
CSV = "text/csv; charset=utf-8"


class FileProblem(msgspec.Struct, frozen=True):
    """Why nothing of a file can be read, and where; 0 and empty where it is about no single place."""

    fault: str
    row: int
    place: int
    column: str


class Row(msgspec.Struct, frozen=True):
    """A kit that would come in."""

    row: int
    serial: str
    held_since: date | None
    county: str
    collected_by: str
    collected_on: date | None
    consent: str
    reported_on: date | None


class CellProblem(msgspec.Struct, frozen=True):
    """What is wrong in which column; `also` in which other rows, and in how many `more`."""

    column: str
    fault: str
    also: list[int]
    more: int = 0


class WrongRow(msgspec.Struct, frozen=True):
    """A row that would not come in."""

    row: int
    problems: list[CellProblem]


class Preview(msgspec.Struct, frozen=True):
    """What the clinic's service makes of a file."""

    digest: str
    problem: FileProblem | None
    kits: list[Row]
    wrong: list[WrongRow]


class BroughtIn(msgspec.Struct, frozen=True):
    """How many of the file's kits are on record by it."""

    kits: int


class LegacyKitsController(Controller):
    """For evidence officers and clinic managers."""

    path = "/kits/legacy"

    @get("/", opt={"action": "bring_in_legacy_kits"})
    async def read(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What a list must look like, and where to choose one."""
        return await _page(visit, jurisdiction, Form())

    @get("/template", opt={"action": "bring_in_legacy_kits"})
    async def template(self) -> Response[str]:
        """The line of names. No example stands below it, since it would be brought in."""
        headers = {"Content-Disposition": 'attachment; filename="kits.csv"'}
        return Response(TEMPLATE, media_type=CSV, headers=headers)

    @post("/preview", opt={"action": "bring_in_legacy_kits"}, status_code=200)
    async def preview(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Row by row, what would come in and what is wrong. Nothing is recorded."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _page(visit, jurisdiction, Form())
        chosen = (await visit.request.form()).get("list")
        file = await chosen.read(MOST_BYTES + 1) if isinstance(chosen, UploadFile) else b""
        if not file:
            form.problems["list"] = visit.words.say("legacy.file.choose")
            return await _page(visit, jurisdiction, form, status=422)
        if len(file) > MOST_BYTES:
            form.problems["list"] = visit.words.say("legacy_fault.file_too_large")
            return await _page(visit, jurisdiction, form, status=422)
        return await _previewed(visit, jurisdiction, form, base64.b64encode(file).decode())

    @post("/", opt={"action": "bring_in_legacy_kits"}, status_code=200)
    async def bring_in(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The rows that were right, of exactly the file that was looked at."""
        form = Form.of(visit.request)
        file = _plain(form["file"])
        if not file:
            form.problems["list"] = visit.words.say("legacy.file.choose")
            return await _page(visit, jurisdiction, form, status=422)
        if visit.switched:
            return await _previewed(visit, jurisdiction, form, file)
        body = {"file": file, "digest": form["digest"]}
        try:
            done = await visit.asking.post(CLINIC, "/legacy-kits", body, BroughtIn, key=form.key)
        except (Refusal, Unreachable) as refused:
            return await _previewed(visit, jurisdiction, form, file, status=form.refuse(refused, visit.words))
        return await _page(visit, jurisdiction, Form(), brought=done.kits)


def _plain(sent: str) -> str:
    """The file as a page of ours sent it; empty for what no page of ours sends."""
    try:
        found = base64.b64decode(sent, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(found).decode() if len(found) <= MOST_BYTES else ""


async def _previewed(
    visit: Visit, jurisdiction: Jurisdiction, form: Form, file: str, *, status: int = 200
) -> Response[Any]:
    try:
        found = await visit.asking.look(CLINIC, "/legacy-kits/preview", {"file": file}, Preview)
    except (Refusal, Unreachable) as refused:
        return await _page(visit, jurisdiction, form, status=form.refuse(refused, visit.words))
    return await _page(visit, jurisdiction, form, file=file, found=found, status=status)


async def _page(
    visit: Visit,
    jurisdiction: Jurisdiction,
    form: Form,
    *,
    file: str = "",
    found: Preview | None = None,
    brought: int | None = None,
    status: int = 200,
) -> Response[Any]:
    return await visit.page(
        "clinic/legacy/legacy.html",
        status=status,
        form=form,
        file=file,
        found=found,
        brought=brought,
        columns=COLUMNS,
        agency=visit.caller.agency,
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
    )
