"""Court dates over HTTP: a court's file is looked at first, then its right rows become hearings by one command."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, post

from contracts.language import Event, InvalidValue, Refused
from services.kernel.http.commands import POSITION_HEADER, Commands, Decided, Intent, caller_of
from services.kernel.http.exporting import ASKED_FOR
from services.kernel.http.gate import Gate
from services.kernel.keys import Digester
from services.kernel.store import Change, Changes, Kind, Loaded
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.prosecution.case.state import Case
from services.prosecution.cases import Cases, record_of
from services.prosecution.court_dates import state as file_state
from services.prosecution.court_dates.causes import finding
from services.prosecution.court_dates.events import CourtDatesBroughtIn
from services.prosecution.court_dates.judging import CourtDate, Judged, WrongRow, judge, read
from services.prosecution.court_dates.rows import CourtDatesRefusal, FileProblem
from services.prosecution.court_dates.state import CourtDatesFile
from services.prosecution.views.case_board import cases_seen

COURT_DATES_FILE = Kind("court_dates_file", CourtDatesFile(), file_state.evolve)
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class CourtDates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bytes of a CSV or iCalendar file, in base64. `court` is where a date names none."""

    file: bytes
    court: str = ""


class BringIn(CourtDates, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same file once more, with the `digest` that its preview gave."""

    digest: Digest


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What would be set, what is on file already, and what is wrong with every other row.

    `problem` where the file as a whole cannot be read. `digest` is the SHA-256 of the file.
    """

    digest: str
    problem: FileProblem | None
    dates: tuple[CourtDate, ...]
    on_file: tuple[int, ...]
    wrong: tuple[WrongRow, ...]


class BroughtIn(msgspec.Struct, frozen=True, kw_only=True):
    """`hearings` were set by this file, those of an earlier time included."""

    reference: UUID
    version: int
    position: int
    hearings: int


class CourtDateController(Controller):
    """For the prosecutors of an office, into the cases they may work on, and no others."""

    path = "/court-dates"
    tags = ["Court dates"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/preview", opt={"action": "import_court_dates"}, status_code=200)
    async def preview(
        self,
        data: CourtDates,
        cases: Cases,
        views: Views,
        gate: Gate,
        digester: Digester,
        time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> Preview:
        """What the file would bring. Nothing is recorded."""
        _known_court(cases, data.court)
        file = _reference(digester, caller_of(request).agency, data.file)
        judged, _ = await _judged(file, data, cases, views, gate, request, time.now())
        if isinstance(judged, FileProblem):
            return Preview(digest=_digest(data.file), problem=judged, dates=(), on_file=(), wrong=())
        return Preview(
            digest=_digest(data.file), problem=None, dates=judged.dates, on_file=judged.on_file, wrong=judged.wrong
        )

    @post("/", opt={"action": "import_court_dates"}, status_code=201)
    async def bring_in(
        self,
        data: BringIn,
        intent: Intent,
        commands: Commands,
        cases: Cases,
        views: Views,
        gate: Gate,
        digester: Digester,
        request: Request[Any, Any, Any],
    ) -> Response[BroughtIn]:
        """The dates that are right become hearings, all of them or none. The same file again sets nothing again."""
        _known_court(cases, data.court)
        file = _reference(digester, intent.caller.agency, data.file)

        async def decide(now: datetime) -> Decided:
            if data.digest != _digest(data.file):
                raise Refused(
                    CourtDatesRefusal.CHANGED,
                    "This is not the file you looked at. Look at it first. Nothing was changed.",
                )
            loaded = await cases.store.load(COURT_DATES_FILE, file)
            judged, streams = await _judged(file, data, cases, views, gate, request, now)
            if isinstance(judged, FileProblem):
                raise Refused(CourtDatesRefusal.UNREADABLE, f"{judged.sentence} Nothing was changed.")
            if not judged.dates and not loaded.state.hearings:
                raise Refused(CourtDatesRefusal.NONE_RIGHT, "No row of this file can come in. Nothing was changed.")
            told = _told(file, intent.caller.agency, judged)
            changes = [Change(file, loaded.version, told)] if told else []
            changes += [
                Change(case, streams[case].version, events, case=streams[case].case)
                for case, events in judged.events.items()
            ]
            return Decided(Changes(changes), file, loaded.version + len(told), file, now, status=201)

        done, status = await commands.perform(intent, decide)
        on_record = (await cases.store.load(COURT_DATES_FILE, file)).state.hearings
        answer = BroughtIn(reference=done.reference, version=done.version, position=done.position, hearings=on_record)
        return Response(answer, status_code=status, headers={POSITION_HEADER: str(done.position)})


async def _judged(
    file: UUID,
    data: CourtDates,
    cases: Cases,
    views: Views,
    gate: Gate,
    request: Request[Any, Any, Any],
    now: datetime,
) -> tuple[Judged | FileProblem, Mapping[UUID, Loaded[Case]]]:
    """With the cases as they stood: those the caller may record in."""
    # A calendar is parsed for seconds at the worst: others are answered meanwhile.
    rows = await asyncio.to_thread(read, data.file, data.court, cases.charging)
    if isinstance(rows, FileProblem):
        return rows, {}
    seen = await cases_seen(views, gate, cases, request, "accepted", ASKED_FOR)
    streams = {each.case: await cases.case(each.case) for each in seen}
    caller = caller_of(request)
    mine = {
        case: loaded
        for case, loaded in streams.items()
        if gate.may_touch(caller, "record_course", record_of(loaded.state))
    }
    standing = {case: loaded.state for case, loaded in mine.items()}
    finds = await finding(cases, standing.values())
    return judge(file, rows, standing, finds, cases.charging, cases.jurisdiction, now), mine


def _told(file: UUID, office: str, judged: Judged) -> list[Event]:
    if not judged.dates:
        return []
    rows = len(judged.dates) + len(judged.on_file) + len(judged.wrong)
    return [CourtDatesBroughtIn(file=file, office=office, rows=rows, hearings=len(judged.dates))]


def _known_court(cases: Cases, court: str) -> None:
    if court and court not in cases.charging.courts:
        raise InvalidValue("court", f"The courts are {', '.join(cases.charging.courts)}.")


def _digest(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def _reference(digester: Digester, agency: str, file: bytes) -> UUID:
    """Of an office's file: the same each time, and for nobody to work out who has only the file."""
    return UUID(bytes=digester.digest("court dates file", agency.encode(), file)[:16], version=4)
