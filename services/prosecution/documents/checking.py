"""Whether a hash is that of a document issued here. Asked with the hash alone: no file is sent to this service."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, post

from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.reading import Reader
from services.kernel.store import Loaded
from services.kernel.time_source import TimeSource
from services.prosecution.case.state import Case
from services.prosecution.cases import record_of
from services.prosecution.documents.case_file import read_case
from services.prosecution.documents.desk import Desk
from services.prosecution.documents.http import since
from services.prosecution.documents.state import Issued, Registered

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class CheckHash(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """SHA-256 in small hexadecimal, of a content or of a file."""

    digest: Digest


class OfCase(msgspec.Struct, frozen=True, kw_only=True):
    """Which document of which case. `changed` is how many events came since into what it rests on."""

    case: UUID
    tip: UUID
    document: UUID
    template: str
    changed: int


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """`issued` false: no document that you may know of has this hash. `of_case` is told to whoever may read the case.

    `whole` says whether it is the hash of the content, as printed, or of the PDF; empty where nothing is found.
    """

    issued: bool
    whole: Literal["", "content", "file"] = ""
    issued_at: datetime | None = None
    of_case: OfCase | None = None


NOTHING = Checked(issued=False)


class DocumentCheckController(Controller):
    """For prosecutors, of whichever office. Whoever is kept out of the case is told as of a hash nobody has."""

    path = "/documents"
    tags = ["Documents"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/check", opt={"action": "check_document"}, status_code=200)
    async def check(
        self, data: CheckHash, desk: Desk, reader: Reader, time: TimeSource, request: Request[Any, Any, Any]
    ) -> Checked:
        """Whether, when, and of which case. That it was told is put on record."""
        caller = caller_of(request)
        registered = (await desk.registered(data.digest)).state
        if registered.case is None or registered.document is None:
            return NOTHING
        stands = await desk.cases.case(registered.case)
        if not desk.cases.gate.may_touch(caller, "check_document", record_of(stands.state)):
            return NOTHING
        issued = (await desk.documents(registered.case)).state.issued[registered.document]
        await reader.shown(caller, "document by its hash", stands)
        return await _told(desk, caller, registered, issued, stands, time.now())


async def _told(
    desk: Desk, caller: Caller, registered: Registered, issued: Issued, stands: Loaded[Case], now: datetime
) -> Checked:
    of_case = None
    if desk.cases.gate.may_touch(caller, "read_case", record_of(stands.state)):
        file = await read_case(desk.cases, stands.id, now)
        of_case = OfCase(
            case=stands.id,
            tip=stands.state.tip,
            document=issued.document,
            template=issued.template,
            changed=len(since(file, issued)),
        )
    whole: Literal["content", "file"] = "content" if registered.of == "content" else "file"
    return Checked(issued=True, whole=whole, issued_at=issued.issued_at, of_case=of_case)
