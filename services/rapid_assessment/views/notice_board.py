"""What has my role been told, and what is not acknowledged yet? Newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import Parameter
from litestar.response import Stream

from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, at_least_in, caller_of, decided_on
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Record
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.rapid_assessment.cases import NOTICE, Cases, team_of
from services.rapid_assessment.notice import notice as notices
from services.rapid_assessment.notice.events import NoticeAcknowledged, NoticeRequested, NoticeSent
from services.rapid_assessment.team.events import AccountExcluded, ConflictDeclared

PAGE = 200

# A team has a row of its own, without a tip, that holds who is kept out: that may be known before any notice is.
COLUMNS = """
    notice uuid PRIMARY KEY, team uuid NOT NULL, tip uuid, role text NOT NULL DEFAULT '', why text NOT NULL DEFAULT '',
    rule text NOT NULL DEFAULT '', citation text NOT NULL DEFAULT '', empty_seats text[] NOT NULL DEFAULT '{{}}',
    requested_at timestamptz, sent_at timestamptz, acknowledged_by uuid, acknowledged_at timestamptz,
    excluded uuid[] NOT NULL DEFAULT '{{}}'
"""

_EXCLUDE = """
    INSERT INTO {table} AS t (notice, team, excluded) VALUES (%(team)s, %(team)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (notice) DO UPDATE SET excluded = t.excluded || excluded.excluded
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the board."""
    at = happening.recorded_at
    match happening.event:
        case NoticeRequested() as e:
            statement = """
                INSERT INTO {table} (notice, team, tip, role, why, rule, citation, empty_seats, requested_at)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """
            row = (e.notice, team_of(e.tip), e.tip, e.role, e.why, e.rule, e.citation, list(e.empty_seats), at)
            return [Effect(statement, row)]
        case NoticeSent() as e:
            return [Effect("UPDATE {table} SET sent_at = %s WHERE notice = %s", (at, e.notice))]
        case NoticeAcknowledged() as e:
            statement = "UPDATE {table} SET acknowledged_by = %s, acknowledged_at = %s WHERE notice = %s"
            return [Effect(statement, (e.account, at, e.notice))]
        case ConflictDeclared(team=team, responder=who) | AccountExcluded(team=team, account=who):
            return [Effect(_EXCLUDE, {"team": team, "who": who})]
        case _:
            return ()


NOTICE_BOARD = View("notice_board", COLUMNS, project)

SCOPE = Columns("Notice", accounts={"excluded": "coalesce(t.excluded, '{{}}')"}, roles={"told": "ARRAY[n.role]"})

# What the caller may not see is left out before the board is counted; the gate has the last word on each row.
BOARD = """
    SELECT n.*, coalesce(t.excluded, '{{}}') AS kept_out FROM {table} AS n LEFT JOIN {table} AS t ON t.notice = n.team
    WHERE n.tip IS NOT NULL AND (%(tip)s::uuid IS NULL OR n.tip = %(tip)s) AND {scope}
    ORDER BY n.requested_at DESC, n.notice LIMIT %(page)s
"""


WAITING = """
    SELECT n.*, coalesce(t.excluded, '{{}}') AS kept_out, count(*) OVER () AS total
    FROM {table} AS n LEFT JOIN {table} AS t ON t.notice = n.team
    WHERE n.tip IS NOT NULL AND n.acknowledged_at IS NULL AND n.why <> ALL(%(elsewhere)s::text[]) AND {scope}
    ORDER BY n.requested_at, n.notice LIMIT %(page)s
"""


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One notice."""

    notice: UUID
    tip: UUID
    role: str
    why: str
    rule: str
    citation: str
    empty_seats: list[str]
    requested_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None


class WaitingNotices(msgspec.Struct, frozen=True, kw_only=True):
    """Those that have waited longest, and the number of all the caller sees."""

    notices: list[NoticeRow]
    total: int


NOTICES = Listed("notices", NoticeRow, ("notice", "tip"))
WAITING_NOTICES = Listed("waiting notices", NoticeRow, ("notice", "tip"))


class NoticeController(Controller):
    """A role sees its own notices; the coordinator sees all. Nobody sees those of a case they are kept out of."""

    path = "/notices"
    tags = ["Notices"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_notices"})
    async def board(
        self, views: Views, cases: Cases, request: Request[Any, Any, Any], tip: UUID | None = None
    ) -> list[NoticeRow]:
        """Notices, newest first, of one tip or of all."""
        return await notices_seen(views, cases, request, tip, PAGE)

    @post("/export", opt={"action": "list_notices"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, cases: Cases, exports: Exports, request: Request[Any, Any, Any], tip: UUID | None = None
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(
            request, NOTICES, lambda: notices_seen(views, cases, request, tip, ASKED_FOR), tip=tip
        )

    @get("/waiting", opt={"action": "list_notices"})
    async def waiting(
        self,
        views: Views,
        cases: Cases,
        request: Request[Any, Any, Any],
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = 10,
    ) -> WaitingNotices:
        """What nobody has acknowledged, and has waited longest for it; not what waits elsewhere until it is done."""
        return await waiting_notices(views, cases, request, limit)

    @post("/waiting/export", opt={"action": "list_notices"}, status_code=200, media_type=MEDIA_TYPE)
    async def export_waiting(
        self, views: Views, cases: Cases, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""

        async def read() -> list[NoticeRow]:
            return (await waiting_notices(views, cases, request, ASKED_FOR)).notices

        return await exports.take(request, WAITING_NOTICES, read)

    @post("/{notice:uuid}/acknowledgement", opt={"action": "acknowledge_notice"}, status_code=200)
    async def acknowledge(self, notice: UUID, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """Says that you have seen it."""

        async def decide(now: datetime) -> Decided:
            account = _account(intent.caller)
            loaded = await cases.store.load(NOTICE, notice)
            # Asked of a notice there is not, too: it must not be told from a hidden one by the time the answer takes.
            excluded = (await cases.team(team_of(loaded.state.tip))).state.excluded
            if not loaded.exists:
                raise NotFound
            cases.gate.require(intent.caller, "acknowledge_notice", _record(notice, loaded.state.role, excluded))
            events = notices.acknowledge(loaded.state, account)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)


async def notices_seen(
    views: Views, cases: Cases, request: Request[Any, Any, Any], tip: UUID | None, page: int
) -> list[NoticeRow]:
    """Those that the caller may see."""
    caller = caller_of(request)
    scope = cases.gate.scope(caller, "list_notices", SCOPE)
    rows = await views.query(
        "notice_board",
        scope.into(BOARD),
        {"tip": tip, "page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return await _shown(cases, caller, rows)


async def waiting_notices(views: Views, cases: Cases, request: Request[Any, Any, Any], page: int) -> WaitingNotices:
    """Those that the caller may see, and the number of all of them."""
    caller = caller_of(request)
    scope = cases.gate.scope(caller, "list_notices", SCOPE)
    rows = await views.query(
        "notice_board",
        scope.into(WAITING),
        {"page": page, "elsewhere": list(notices.WAITS_ELSEWHERE), **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return WaitingNotices(notices=await _shown(cases, caller, rows), total=rows[0]["total"] if rows else 0)


async def _shown(cases: Cases, caller: Caller, rows: Sequence[Mapping[str, Any]]) -> list[NoticeRow]:
    return [
        msgspec.convert({name: row[name] for name in NoticeRow.__struct_fields__}, NoticeRow)
        for row in await cases.gate.shown(
            caller, "list_notices", rows, lambda row: _record(row["notice"], row["role"], row["kept_out"])
        )
    ]


def _record(notice: UUID, role: str, excluded: Sequence[UUID]) -> Record:
    return Record("Notice", notice, accounts={"excluded": excluded}, roles={"told": (role,)})


def _account(caller: Caller) -> UUID:
    if caller.account is None:
        raise NeverAllowed
    return caller.account
