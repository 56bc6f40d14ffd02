"""Documents of a case: chosen from those that fit, looked at, taken out as PDF; and whose a hash is."""

import asyncio
import hashlib
import re
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile

from services.console.asking import Refusal, Unreachable, at
from services.console.frame.acting import gone_to, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.frame.words import Words
from services.console.pages.court.answers import PROSECUTION, Case
from services.console.pages.court.case.view import numbers_of
from services.console.pages.court.documents.answers import Checked, Choice, Document, Documents, Draft
from services.kernel.http.problems import NotFound

PDF = "application/pdf"
MOST_BYTES = 200_000
DIGEST = re.compile(r"[0-9a-f]{64}")

FAMILIES = {"hearing_notice": "hearing", "paper": "paper_kind", "petition": "relief_route"}
"""What the code is that goes with a document about one of these."""


class CourtDocumentController(Controller):
    """Under the case's page."""

    path = "/court/{case:uuid}/documents"

    @get("/", opt={"action": "see_court"})
    async def read(self, case: UUID, visit: Visit) -> Response[Any]:
        """What can be made, and what was issued; without a name."""
        shown, documents = await asyncio.gather(
            visit.asking.get(PROSECUTION, f"/cases/{case}", Case),
            visit.asking.get(PROSECUTION, f"/cases/{case}/documents", Documents),
        )
        numbers, victims = numbers_of(shown), {each: n for n, each in enumerate(documents.victims, start=1)}
        return await visit.page(
            "court/documents/documents.html",
            of_case=shown.tip,
            case=shown,
            documents=documents,
            choices=[(each, _about(each, numbers, victims, visit.words)) for each in documents.choices],
        )

    @get("/drafts/{template:str}/{about:uuid}", opt={"action": "see_accused"})
    async def draft(self, case: UUID, template: str, about: UUID, visit: Visit, court: str = "") -> Response[Any]:
        """What a document would say; that its names are read is put on record before it is shown."""
        return await _draft(visit, case, template, about, court, Form())

    @post("/", opt={"action": "record_course"})
    async def issue(self, case: UUID, visit: Visit) -> Response[Any]:
        """It is taken out, as it was looked at; or looked at again where the case went on meanwhile."""
        form = Form.of(visit.request)
        about = form.reference("about")
        if about is None:
            raise NotFound
        body = {"template": form["template"], "about": str(about), "court": form["court"]}
        done = await send(visit, form, PROSECUTION, at("cases", case, "documents"), body)
        if isinstance(done, int):
            return await _draft(visit, case, form["template"], about, form["court"], form, done)
        return gone_to(f"/court/{case}/documents/{done}", "main")

    @get("/{document:uuid}", opt={"action": "see_accused"})
    async def document(self, case: UUID, document: UUID, visit: Visit) -> Response[Any]:
        """What was issued, word for word; that its names are read is put on record before it is shown."""
        return await _document(visit, case, document, Form())

    @post("/{document:uuid}/file", opt={"action": "see_accused"}, status_code=200)
    async def file(self, case: UUID, document: UUID, visit: Visit) -> Response[Any]:
        """The PDF that was issued."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _document(visit, case, document, form)
        path = at("cases", case, "documents", document, "file")
        try:
            taken = await visit.asking.take(PROSECUTION, path, {})
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                raise
            return await _document(visit, case, document, form, form.refuse(refused, visit.words))
        return Response(taken.content, media_type=PDF, headers={"Content-Disposition": taken.disposition})


class DocumentCheckController(Controller):
    """For prosecutors: the hash as it is printed, or the file itself, which goes no further than this page."""

    path = "/court/documents/check"

    @get("/", opt={"action": "check_document"})
    async def ask(self, visit: Visit) -> Response[Any]:
        """Where to type it."""
        return await visit.page("court/documents/check.html", form=Form(), found=None)

    @post("/", opt={"action": "check_document"}, status_code=200)
    async def check(self, visit: Visit) -> Response[Any]:
        """Whether it was issued, when, and of which case."""
        form, found, status = Form.of(visit.request), None, 200
        digest = "" if visit.switched else await _digest(visit, form)
        if digest:
            try:
                found = await visit.asking.look(PROSECUTION, "/documents/check", {"digest": digest}, Checked)
            except (Refusal, Unreachable) as refused:
                status = form.refuse(refused, visit.words)
        return await visit.page(
            "court/documents/check.html",
            status=422 if form.problems and status == 200 else status,
            form=form,
            found=found,
        )


async def _digest(visit: Visit, form: Form) -> str:
    """Of the file that was chosen, or as it was typed, in groups or not; empty, and a problem, where there is none."""
    chosen = (await visit.request.form()).get("file")
    file = await chosen.read(MOST_BYTES + 1) if isinstance(chosen, UploadFile) else b""
    if len(file) > MOST_BYTES:
        form.problems["file"] = visit.words.say("documents.check.too_large")
        return ""
    if file:
        return hashlib.sha256(file).hexdigest()
    typed = "".join(form["digest"].split()).lower()
    if not DIGEST.fullmatch(typed):
        form.problems["digest"] = visit.words.say("documents.check.wrong")
        return ""
    return typed


async def _draft(
    visit: Visit, case: UUID, template: str, about: UUID, court: str, form: Form, status: int = 200
) -> Response[Any]:
    path = at("cases", case, "documents", "drafts", template, about)
    shown, draft = await asyncio.gather(
        visit.asking.get(PROSECUTION, f"/cases/{case}", Case),
        visit.asking.get(PROSECUTION, path, Draft, {"court": court}),
    )
    return await visit.page(
        "court/documents/draft.html",
        status=status,
        of_case=shown.tip,
        case=shown,
        draft=draft,
        about=about,
        court=court,
        form=form,
    )


async def _document(visit: Visit, case: UUID, document: UUID, form: Form, status: int = 200) -> Response[Any]:
    shown, found = await asyncio.gather(
        visit.asking.get(PROSECUTION, f"/cases/{case}", Case),
        visit.asking.get(PROSECUTION, f"/cases/{case}/documents/{document}", Document),
    )
    return await visit.page(
        "court/documents/document.html", status=status, of_case=shown.tip, case=shown, found=found, form=form
    )


def _about(choice: Choice, numbers: dict[UUID, int], victims: dict[UUID, int], words: Words) -> str:
    """Whom and what it is about, as the case's page calls them."""
    said = []
    if choice.kind in FAMILIES and choice.what != choice.template:
        said.append(words.word(FAMILIES[choice.kind], choice.what))
    if choice.accused is not None:
        said.append(words.say("court.accused", number=numbers.get(choice.accused, "")))
    if choice.victim is not None:
        said.append(words.say("victims.victim", number=victims.get(choice.victim, "")))
    return " · ".join(said)
