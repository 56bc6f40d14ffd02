"""What has my role been told, and what is not acknowledged yet? Newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, at_least_in, caller_of, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.rapid_assessment.cases import NOTICE, Cases, team_of
from services.rapid_assessment.notice import notice as notices
from services.rapid_assessment.notice.events import NoticeAcknowledged, NoticeRequested, NoticeSent

PAGE = 200

COLUMNS = """
    notice uuid PRIMARY KEY, tip uuid NOT NULL, role text NOT NULL, why text NOT NULL, rule text NOT NULL,
    citation text NOT NULL, empty_seats text[] NOT NULL, requested_at timestamptz NOT NULL,
    sent_at timestamptz, acknowledged_by uuid, acknowledged_at timestamptz
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the board."""
    at = happening.recorded_at
    match happening.event:
        case NoticeRequested() as e:
            statement = """
                INSERT INTO {table} (notice, tip, role, why, rule, citation, empty_seats, requested_at)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            """
            row = (e.notice, e.tip, e.role, e.why, e.rule, e.citation, list(e.empty_seats), at)
            return [Effect(statement, row)]
        case NoticeSent() as e:
            return [Effect("UPDATE {table} SET sent_at = %s WHERE notice = %s", (at, e.notice))]
        case NoticeAcknowledged() as e:
            statement = "UPDATE {table} SET acknowledged_by = %s, acknowledged_at = %s WHERE notice = %s"
            return [Effect(statement, (e.account, at, e.notice))]
        case _:
            return ()


NOTICE_BOARD = View("notice_board", COLUMNS, project)


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


class NoticeController(Controller):
    """A role sees its own notices; the coordinator sees all. Nobody sees those of a case they are kept out of."""

    path = "/notices"
    tags = ["Notices"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_notices"})
    async def board(
        self, views: Views, cases: Cases, request: Request[Any, Any, Any], tip: UUID | None = None
    ) -> list[NoticeRow]:
        """Notices, newest first, of one tip or of all."""
        caller = caller_of(request)
        rows = await views.query(
            "notice_board",
            "SELECT * FROM {table} WHERE (%(tip)s::uuid IS NULL OR tip = %(tip)s)"
            " AND (%(all)s OR role = ANY(%(roles)s)) ORDER BY requested_at DESC, notice LIMIT %(page)s",
            {"tip": tip, "page": PAGE, "roles": list(caller.roles), "all": _sees_every_notice(cases, caller)},
            at_least=at_least_in(request),
        )
        excluded = {each: (await cases.team(team_of(each))).state.excluded for each in {row["tip"] for row in rows}}
        return [
            msgspec.convert({name: row[name] for name in NoticeRow.__struct_fields__}, NoticeRow)
            for row in rows
            if cases.gate.may_touch(caller, "list_notices", _record(row["notice"], row["role"], excluded[row["tip"]]))
        ]

    @post("/{notice:uuid}/acknowledgement", opt={"action": "acknowledge_notice"}, status_code=200)
    async def acknowledge(self, notice: UUID, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """Says that you have seen it."""

        async def decide(now: datetime) -> Decided:
            account = _account(intent.caller)
            loaded = await cases.store.load(NOTICE, notice)
            if not loaded.exists:
                raise NotFound
            excluded = (await cases.team(team_of(loaded.state.tip))).state.excluded
            cases.gate.require(intent.caller, "acknowledge_notice", _record(notice, loaded.state.role, excluded))
            events = notices.acknowledge(loaded.state, account)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)


def _sees_every_notice(cases: Cases, caller: Caller) -> bool:
    """Whether the policies show the caller a notice to a role that nobody has."""
    return cases.gate.may_touch(caller, "list_notices", _record(UUID(int=0), "", ()))


def _record(notice: UUID, role: str, excluded: Sequence[UUID]) -> Record:
    return Record("Notice", notice, accounts={"excluded": excluded}, roles={"told": (role,)})


def _account(caller: Caller) -> UUID:
    if caller.account is None:
        raise NeverAllowed
    return caller.account
