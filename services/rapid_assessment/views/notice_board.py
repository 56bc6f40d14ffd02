"""What has my role been told, and what is not acknowledged yet? Newest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.events.rapid_assessment import TeamOpened
from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, at_least_in, caller_of, decided_on
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Record
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.tries import TRIES
from services.kernel.undelivered import NEXT_TRY
from services.kernel.views import View, Views
from services.rapid_assessment.cases import NOTICE, Cases, team_of
from services.rapid_assessment.notice import notice as notices
from services.rapid_assessment.notice.events import (
    NoticeAcknowledged,
    NoticeDropped,
    NoticeFailed,
    NoticeRequested,
    NoticeSent,
    PlaceNoticeRequested,
)
from services.rapid_assessment.team.events import (
    AccountExcluded,
    ConflictDeclared,
    CountyNoted,
    ExclusionEnded,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    SeatVacated,
)

PAGE = 200

# A team has a row of its own, which nobody requested. It holds where it happened, who holds which seat or is asked for
# it, and who is kept out: that may be known before any notice is.
COLUMNS = """
    notice uuid PRIMARY KEY, team uuid NOT NULL, tip uuid, role text NOT NULL DEFAULT '', why text NOT NULL DEFAULT '',
    about text NOT NULL DEFAULT '', record uuid,
    rule text NOT NULL DEFAULT '', citation text NOT NULL DEFAULT '', empty_seats text[] NOT NULL DEFAULT '{{}}',
    requested_at timestamptz, sent_at timestamptz, acknowledged_by uuid, acknowledged_at timestamptz,
    taken boolean NOT NULL DEFAULT false, refusals integer NOT NULL DEFAULT 0,
    excluded uuid[] NOT NULL DEFAULT '{{}}', county text NOT NULL DEFAULT '',
    held jsonb NOT NULL DEFAULT '{{}}', asked jsonb NOT NULL DEFAULT '{{}}'
"""

_EXCLUDE = """
    INSERT INTO {table} AS t (notice, team, excluded) VALUES (%(team)s, %(team)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (notice) DO UPDATE SET excluded = t.excluded || excluded.excluded,
        held = (SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each_text(t.held)
            WHERE value <> %(who)s::text),
        asked = (SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each_text(t.asked)
            WHERE value <> %(who)s::text)
"""
_NOTE_COUNTY = """
    INSERT INTO {table} (notice, team, county) VALUES (%(team)s, %(team)s, %(county)s)
    ON CONFLICT (notice) DO UPDATE SET county = excluded.county
"""
_ASK = """
    INSERT INTO {table} AS t (notice, team, asked)
    VALUES (%(team)s, %(team)s, jsonb_build_object(%(seat)s::text, %(who)s::text))
    ON CONFLICT (notice) DO UPDATE SET asked = t.asked || excluded.asked
"""
_HOLD = """
    UPDATE {table} SET held = held || jsonb_build_object(%(seat)s::text, %(who)s::text), asked = asked - %(seat)s::text
    WHERE notice = %(team)s
"""
_NOT_ASKED = "UPDATE {table} SET asked = asked - %(seat)s::text WHERE notice = %(team)s"
_NOT_HELD = "UPDATE {table} SET held = held - %(seat)s::text WHERE notice = %(team)s"


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
        case PlaceNoticeRequested() as e:
            # It is of no team: it stands in for the one it would be joined with.
            statement = """
                INSERT INTO {table} (notice, team, about, record, role, why, rule, citation, requested_at)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """
            of_none = (e.notice, e.notice, e.about, e.record, e.role, e.why, e.rule, e.citation, at)
            return [Effect(statement, of_none)]
        case NoticeSent() as e:
            statement = "UPDATE {table} SET sent_at = %s, taken = taken OR %s WHERE notice = %s"
            return [Effect(statement, (at, bool(set(e.carriers) - {notices.BOARD}), e.notice))]
        case NoticeFailed() as e:
            return [Effect("UPDATE {table} SET refusals = refusals + 1 WHERE notice = %s", (e.notice,))]
        case NoticeDropped() as e:
            return [Effect("UPDATE {table} SET refusals = 0 WHERE notice = %s", (e.notice,))]
        case NoticeAcknowledged() as e:
            statement = "UPDATE {table} SET acknowledged_by = %s, acknowledged_at = %s WHERE notice = %s"
            return [Effect(statement, (e.account, at, e.notice))]
        case ConflictDeclared(team=team, responder=who) | AccountExcluded(team=team, account=who):
            return [Effect(_EXCLUDE, {"team": team, "who": who})]
        case ExclusionEnded(team=team, account=who):
            return [Effect("UPDATE {table} SET excluded = array_remove(excluded, %s) WHERE notice = %s", (who, team))]
        case CountyNoted() as e:
            return [Effect(_NOTE_COUNTY, {"team": e.team, "county": e.county})]
        case TeamOpened() as e:
            return [Effect("UPDATE {table} SET held = '{{}}', asked = '{{}}' WHERE notice = %s", (e.team,))]
        case _:
            return _seats(happening.event)


def _seats(event: Event) -> Sequence[Effect]:
    match event:
        case SeatProposed() as e:
            return [Effect(_ASK, {"team": e.team, "seat": e.seat, "who": e.responder})]
        case SeatAccepted() as e:
            return [Effect(_HOLD, {"team": e.team, "seat": e.seat, "who": e.responder})]
        case SeatDeclined() as e:
            return [Effect(_NOT_ASKED, {"team": e.team, "seat": e.seat})]
        case SeatReleased() | SeatLapsed() | SeatFellSilent() as e:
            return [Effect(_NOT_HELD, {"team": e.team, "seat": e.seat})]
        case SeatVacated() as e:
            return [Effect(each, {"team": e.team, "seat": e.seat}) for each in (_NOT_ASKED, _NOT_HELD)]
        case _:
            return ()


NOTICE_BOARD = View("notice_board", COLUMNS, project, revision=2)

# A notice to a role that is a seat's is for whoever sits there.
SCOPE = Columns(
    "Notice",
    accounts={
        "excluded": "coalesce(t.excluded, '{{}}')",
        "seated": "ARRAY(SELECT who::uuid FROM unnest(ARRAY[t.held ->> n.role, t.asked ->> n.role]) AS who"
        " WHERE who IS NOT NULL)",
    },
    roles={"told": "CASE WHEN n.role = ANY(%(seats)s::text[]) THEN '{{}}'::text[] ELSE ARRAY[n.role] END"},
    words={"county": "coalesce(t.county, '')", "about": "n.about"},
    in_role="CASE WHEN n.role = %(then_role)s AND n.role = ANY(%(seats)s::text[])"
    " THEN ARRAY[t.held ->> n.role, t.asked ->> n.role]::uuid[] ELSE '{{}}' END",
)

_LOST = "n.refusals > 0 AND NOT n.taken AND n.acknowledged_at IS NULL"
_OF_LOST = (
    f"{_LOST} AS lost, CASE WHEN {_LOST} THEN ({NEXT_TRY}) END AS next_try, "
    f"{_LOST} AND n.refusals >= {TRIES} AS given_up"
)

# What the caller may not see is left out before the board is counted; the gate has the last word on each row.
BOARD = """
    SELECT n.*, {lost}, coalesce(t.excluded, '{{}}') AS kept_out, coalesce(t.county, '') AS of_county,
        ARRAY[t.held ->> n.role, t.asked ->> n.role] AS at_seat
    FROM {table} AS n LEFT JOIN {table} AS t ON t.notice = n.team
    WHERE n.requested_at IS NOT NULL AND (%(tip)s::uuid IS NULL OR n.tip = %(tip)s) AND {scope}
    ORDER BY n.requested_at DESC, n.notice LIMIT %(page)s
""".replace("{lost}", _OF_LOST)


WAITING = """
    SELECT n.*, {lost}, coalesce(t.excluded, '{{}}') AS kept_out, coalesce(t.county, '') AS of_county,
        ARRAY[t.held ->> n.role, t.asked ->> n.role] AS at_seat, count(*) OVER () AS total
    FROM {table} AS n LEFT JOIN {table} AS t ON t.notice = n.team
    WHERE n.requested_at IS NOT NULL AND n.acknowledged_at IS NULL AND n.why <> ALL(%(elsewhere)s::text[]) AND {scope}
    ORDER BY n.requested_at, n.notice LIMIT %(page)s
""".replace("{lost}", _OF_LOST)


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One notice. `tip` is null for what is of no case: `about` says where to look, kit, kit_decision or census, and
    `record` is the kit.

    `lost`: every carrier of its role refused it, and nobody has said to have seen it. `next_try` is when it is given to
    them again; None while they are asked. `given_up`: it was tried for a day.
    """

    notice: UUID
    tip: UUID | None
    about: str
    record: UUID | None
    role: str
    why: str
    rule: str
    citation: str
    empty_seats: list[str]
    requested_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None
    lost: bool
    next_try: datetime | None
    given_up: bool


class WaitingNotices(msgspec.Struct, frozen=True, kw_only=True):
    """Those that have waited longest, and the number of all the caller sees."""

    notices: list[NoticeRow]
    total: int


NOTICES = Listed("notices", NoticeRow, ("notice", "tip", "record"))
WAITING_NOTICES = Listed("waiting notices", NoticeRow, ("notice", "tip", "record"))


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
            team = (await cases.team(team_of(loaded.state.tip))).state
            if not loaded.exists:
                raise NotFound
            seat = team.seat(loaded.state.role)
            seated = (seat.held_by if seat.filled else None, seat.proposed)
            record = _record(cases, notice, loaded.state.role, team.excluded, seated, team.county, loaded.state.about)
            cases.gate.require(intent.caller, "acknowledge_notice", record)
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
        {"tip": tip, "page": page, "seats": seats_of(cases), **scope.values},
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
        {"page": page, "seats": seats_of(cases), "elsewhere": list(notices.WAITS_ELSEWHERE), **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return WaitingNotices(notices=await _shown(cases, caller, rows), total=rows[0]["total"] if rows else 0)


def seats_of(cases: Cases) -> list[str]:
    """The roles that are those of seats."""
    return [seat.seat for seat in cases.jurisdiction.seats]


async def _shown(cases: Cases, caller: Caller, rows: Sequence[Mapping[str, Any]]) -> list[NoticeRow]:
    def record_of(row: Mapping[str, Any]) -> Record:
        seated = [UUID(who) if who else None for who in row["at_seat"]]
        return _record(cases, row["notice"], row["role"], row["kept_out"], seated, row["of_county"], row["about"])

    return [
        msgspec.convert({name: row[name] for name in NoticeRow.__struct_fields__}, NoticeRow)
        for row in await cases.gate.shown(caller, "list_notices", rows, record_of)
    ]


def _record(
    cases: Cases,
    notice: UUID,
    role: str,
    excluded: Sequence[UUID],
    at_seat: Sequence[UUID | None],
    county: str,
    about: str,
) -> Record:
    of_seat = role in seats_of(cases)
    seated = [who for who in at_seat if who is not None] if of_seat else []
    accounts = {"excluded": excluded, "seated": seated}
    return Record(
        "Notice",
        notice,
        accounts=accounts,
        roles={"told": () if of_seat else (role,)},
        words={"county": county, "about": about},
        in_role={role: seated},
    )


def _account(caller: Caller) -> UUID:
    if caller.account is None:
        raise NeverAllowed
    return caller.account
