"""A case as a sealed file: for whom, by which paper, and away it goes; that it was made is on record before."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from services.console.asking import Refusal, Unreachable, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit

ZIP = "application/zip"


class Ways(msgspec.Struct, frozen=True):
    """By whom a file can be for, the authorities there are for it; and the fingerprint of the key that seals."""

    fingerprint: str
    authorities: dict[str, list[str]]


class CaseFileController(Controller):
    """For auditors."""

    path = "/audit/cases/{case:uuid}/file"

    @get("/", opt={"action": "make_case_file"})
    async def ask(self, case: UUID, visit: Visit) -> Response[Any]:
        """What a file is, and what to state before one is made."""
        return await _page(visit, case, Form({"language": visit.words.language}))

    @post("/", opt={"action": "make_case_file"}, status_code=200)
    async def make(self, case: UUID, visit: Visit) -> Response[Any]:
        """The file; or the form again with what is wrong, and then nothing was made."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _page(visit, case, form)
        body = {name: form[name].strip() for name in ("profile", "authority", "number", "language")}
        try:
            taken = await visit.asking.take("audit", at("cases", case, "file"), {}, body)
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                raise
            return await _page(visit, case, form, status=form.refuse(refused, visit.words))
        return Response(taken.content, media_type=ZIP, headers={"Content-Disposition": taken.disposition})


async def _page(visit: Visit, case: UUID, form: Form, *, status: int = 200) -> Response[Any]:
    ways = await visit.asking.get("audit", "/case-files/ways", Ways)
    authorities = dict.fromkeys(each for those in ways.authorities.values() for each in those)
    return await visit.page(
        "audit/file.html",
        status=status,
        case=case,
        form=form,
        fingerprint=ways.fingerprint,
        profiles=[(each, visit.words.word("case_file_for", each)) for each in ways.authorities],
        authorities=[(each, visit.words.word("case_file_by", each)) for each in authorities],
    )
