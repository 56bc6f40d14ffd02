"""Court dates from a court's file: it is chosen, looked at row by row, and then the dates are set."""

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile

from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.court.answers import PROSECUTION, Reference

COLUMNS = ("cause", "kind", "court", "day", "time", "purpose", "although_closed")
MOST_BYTES = 200_000
TEMPLATE = "\ufeff" + ",".join(COLUMNS) + "\r\n"
CSV = "text/csv; charset=utf-8"
DATES = "/court-dates"


class FileProblem(msgspec.Struct, frozen=True):
    """Why nothing of a file can be read, and where; 0 and empty where it is about no single place."""

    fault: str
    row: int
    place: int
    column: str


class CourtDate(msgspec.Struct, frozen=True):
    """A date that would be set."""

    row: int
    case: UUID
    tip: UUID
    kind: str
    court: str
    purpose: str
    set_for: datetime
    closed: bool


class WrongRow(msgspec.Struct, frozen=True):
    """A row that would not come in, and why."""

    row: int
    faults: list[str]


class Preview(msgspec.Struct, frozen=True):
    """What the prosecution makes of a file."""

    digest: str
    problem: FileProblem | None
    dates: list[CourtDate]
    on_file: list[int]
    wrong: list[WrongRow]


class BroughtIn(msgspec.Struct, frozen=True):
    """How many hearings were set by the file."""

    hearings: int


class CourtDatesController(Controller):
    """For the prosecutors of an office."""

    path = "/court/dates"

    @get("/", opt={"action": "import_court_dates"})
    async def read(self, visit: Visit) -> Response[Any]:
        """What a file must look like, and where to choose one."""
        return await _page(visit, Form())

    @get("/template", opt={"action": "import_court_dates"})
    async def template(self) -> Response[str]:
        """The line of names."""
        headers = {"Content-Disposition": 'attachment; filename="court-dates.csv"'}
        return Response(TEMPLATE, media_type=CSV, headers=headers)

    @post("/preview", opt={"action": "import_court_dates"}, status_code=200)
    async def preview(self, visit: Visit) -> Response[Any]:
        """Row by row, what would be set and what is wrong. Nothing is recorded."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _page(visit, Form())
        chosen = (await visit.request.form()).get("list")
        file = await chosen.read(MOST_BYTES + 1) if isinstance(chosen, UploadFile) else b""
        if not file or len(file) > MOST_BYTES:
            form.problems["list"] = visit.words.say("dates_fault.file_too_large" if file else "dates.file.choose")
            return await _page(visit, form, status=422)
        return await _previewed(visit, form, base64.b64encode(file).decode())

    @post("/", opt={"action": "import_court_dates"}, status_code=200)
    async def bring_in(self, visit: Visit) -> Response[Any]:
        """The dates that were right, of exactly the file that was looked at."""
        form = Form.of(visit.request)
        file = _plain(form["file"])
        if not file:
            form.problems["list"] = visit.words.say("dates.file.choose")
            return await _page(visit, form, status=422)
        if visit.switched:
            return await _previewed(visit, form, file)
        body = {"file": file, "digest": form["digest"], "court": form["court"]}
        try:
            done = await visit.asking.post(PROSECUTION, DATES, body, BroughtIn, key=form.key)
        except (Refusal, Unreachable) as refused:
            return await _previewed(visit, form, file, status=form.refuse(refused, visit.words))
        return await _page(visit, Form(), brought=done.hearings)


def _plain(sent: str) -> str:
    """The file as a page of ours sent it; empty for what no page of ours sends."""
    try:
        found = base64.b64decode(sent, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(found).decode() if len(found) <= MOST_BYTES else ""


async def _previewed(visit: Visit, form: Form, file: str, *, status: int = 200) -> Response[Any]:
    body = {"file": file, "court": form["court"]}
    try:
        found = await visit.asking.look(PROSECUTION, f"{DATES}/preview", body, Preview)
    except (Refusal, Unreachable) as refused:
        return await _page(visit, form, status=form.refuse(refused, visit.words))
    return await _page(visit, form, file=file, found=found, status=status)


async def _page(
    visit: Visit,
    form: Form,
    *,
    file: str = "",
    found: Preview | None = None,
    brought: int | None = None,
    status: int = 200,
) -> Response[Any]:
    tables = await visit.asking.get(PROSECUTION, "/reference", Reference)
    word = visit.words.word
    return await visit.page(
        "court/dates/dates.html",
        status=status,
        form=form,
        file=file,
        found=found,
        brought=brought,
        columns=COLUMNS,
        kinds=[word("hearing", each.kind) for each in tables.hearings if each.kind],
        courts=[(code, word("court_of", code)) for code in tables.courts],
    )
