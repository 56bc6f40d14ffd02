"""Which cases does my office have, and what is due next? Without names: those are asked for one case at a time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.prosecution import CaseAccepted, CaseDeclined, OutcomeRecorded
from contracts.jurisdictions import Charging
from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.clock import (
    ClockExcused,
    ClockExtended,
    ClockFoundMet,
    ClockFoundMissed,
    ClockMet,
    ClockMissed,
    ClockRecomputed,
    ClockStarted,
)
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.prosecution.case.events import (
    AccountKeptOut,
    AccusedAdded,
    CaseReferred,
    ConflictDeclared,
    CountCleared,
    CountEnteredInError,
    CountFiled,
    CountSuperseded,
    ExclusionEnded,
    HearingHeld,
    HearingMoved,
    HearingSet,
    HearingVacated,
    TransferAccepted,
)
from services.prosecution.cases import Cases
from services.prosecution.papers.events import PaperOut, PaperServed, PaperWithdrawn, ServiceFailed
from services.prosecution.victim.events import (
    NoticeAcknowledged,
    NoticeFailed,
    NoticeFellAway,
    NoticeOwed,
    NoticeSent,
    PaperDecided,
    PaperEnded,
    PaperExtended,
)

PAGE = 200
PAPER = "paper"
"""In the place of a rule: a paper that lets a foreign victim stay runs out."""
Phase = Literal["referred", "accepted", "declined"]

# `due` and `missed` are keyed by the clock or hearing, `counts` holds the open ones, `notices` those to victims that
# somebody is to send, each with whether it failed. A clock of the case itself is that of a notice. Of `papers`
# the service failed.
COLUMNS = """
    "case" uuid PRIMARY KEY, tip uuid, office text NOT NULL DEFAULT '', phase text NOT NULL DEFAULT 'none',
    accused uuid[] NOT NULL DEFAULT '{{}}', counts jsonb NOT NULL DEFAULT '{{}}', due jsonb NOT NULL DEFAULT '{{}}',
    missed jsonb NOT NULL DEFAULT '{{}}', notices jsonb NOT NULL DEFAULT '{{}}', papers uuid[] NOT NULL DEFAULT '{{}}',
    kept_out uuid[] NOT NULL DEFAULT '{{}}'
"""

_REFER = """
    INSERT INTO {table} ("case", tip, office, phase) VALUES (%s, %s, %s, 'referred')
    ON CONFLICT ("case") DO UPDATE SET tip = excluded.tip, office = excluded.office, phase = 'referred'
"""
# Accounts are kept out before the case itself is told of.
_KEEP_OUT = """
    INSERT INTO {table} AS t ("case", kept_out) VALUES (%s, ARRAY[%s::uuid])
    ON CONFLICT ("case") DO UPDATE SET kept_out = t.kept_out || excluded.kept_out
"""
_READMIT = 'UPDATE {table} SET kept_out = array_remove(kept_out, %s) WHERE "case" = %s'
_PHASE = 'UPDATE {table} SET phase = %s WHERE "case" = %s'
_ACCUSE = 'UPDATE {table} SET accused = array_append(accused, %s) WHERE "case" = %s'
_FILE = """
    UPDATE {table} SET counts = counts || jsonb_build_object(%s::text, jsonb_build_array(%s::text, %s::text))
    WHERE "case" = %s
"""
_CLOSE = 'UPDATE {table} SET counts = counts - %s::text WHERE "case" = %s'
_DUE = """
    UPDATE {table} SET due = due || jsonb_build_object(%s::text, jsonb_build_array(%s::text, %s::text)) WHERE {where}
"""
_NOT_DUE = "UPDATE {table} SET due = due - %s::text WHERE {where}"
_MISSED = """
    UPDATE {table} SET due = due - %s::text, missed = missed || jsonb_build_object(%s::text, %s::text)
    WHERE {where}
"""
_NOT_MISSED = "UPDATE {table} SET due = due - %s::text, missed = missed - %s::text WHERE {where}"
_NOTICE = """
    UPDATE {table} SET notices = notices || jsonb_build_object(%s::text, %s::boolean) WHERE "case" = %s
"""
_NO_NOTICE = 'UPDATE {table} SET notices = notices - %s::text WHERE "case" = %s'
_PAPER_FAILED = 'UPDATE {table} SET papers = array_append(papers, %s) WHERE "case" = %s'
_PAPER_GOES_ON = 'UPDATE {table} SET papers = array_remove(papers, %s) WHERE "case" = %s'
_OF_CASE = '"case" = %s'
_OF_SUBJECT = """(%s = ANY(accused) OR "case" = %s)"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the board."""
    match happening.event:
        case CaseReferred() as e:
            return [Effect(_REFER, (e.case, e.tip, e.office))]
        case CaseAccepted() as e:
            return [Effect(_PHASE, ("accepted", e.case))]
        case CaseDeclined() as e:
            return [Effect(_PHASE, ("declined", e.case))]
        case TransferAccepted() as e:
            return [Effect('UPDATE {table} SET office = %s WHERE "case" = %s', (e.to_office, e.case))]
        case AccountKeptOut() | ConflictDeclared() as e:
            return [Effect(_KEEP_OUT, (e.case, e.account))]
        case ExclusionEnded() as e:
            return [Effect(_READMIT, (e.account, e.case))]
        case AccusedAdded() as e:
            return [Effect(_ACCUSE, (e.accused, e.case))]
        case CountFiled() as e:
            return [Effect(_FILE, (str(e.count), e.offence, e.act_on, e.case))]
        case CountEnteredInError() | CountSuperseded() | CountCleared() as e:
            return [Effect(_CLOSE, (str(e.count), e.case))]
        case OutcomeRecorded() as e:
            return [Effect(_CLOSE, (str(e.count), e.case))] if e.ends else []
        case _:
            return [
                *_hearings(happening.event),
                *_to_send(happening.event),
                *_papers_to_stay(happening.event),
                *_clocks(str(happening.stream), happening.event),
            ]


def _hearings(event: Event) -> Sequence[Effect]:
    match event:
        case HearingSet() as e:
            due = (str(e.hearing), f"hearing:{e.kind}", e.set_for.isoformat(), e.case)
            return [Effect(_DUE.replace("{where}", _OF_CASE), due)]
        case HearingMoved() as e:
            moved = """
                UPDATE {table} SET due = jsonb_set(due, ARRAY[%s::text, '1'], to_jsonb(%s::text)) WHERE "case" = %s
            """
            return [Effect(moved, (str(e.hearing), e.set_for.isoformat(), e.case))]
        case HearingHeld() | HearingVacated() as e:
            return [Effect(_NOT_DUE.replace("{where}", _OF_CASE), (str(e.hearing), e.case))]
        case _:
            return ()


def _to_send(event: Event) -> Sequence[Effect]:
    match event:
        case NoticeOwed() as e:
            return [Effect(_NOTICE, (str(e.notice), False, e.case))]
        case NoticeFailed() as e:
            return [Effect(_NOTICE, (str(e.notice), True, e.case))]
        case NoticeSent() | NoticeAcknowledged() | NoticeFellAway() as e:
            return [Effect(_NO_NOTICE, (str(e.notice), e.case))]
        case ServiceFailed() as e:
            return [Effect(_PAPER_FAILED, (e.paper, e.case))]
        case PaperOut() | PaperServed() | PaperWithdrawn() as e:
            return [Effect(_PAPER_GOES_ON, (e.paper, e.case))]
        case _:
            return ()


def _papers_to_stay(event: Event) -> Sequence[Effect]:
    """The day one runs out on, by its own reference: which kind is asked of the case."""
    match event:
        case PaperDecided(ends_at=ends_at) | PaperExtended(ends_at=ends_at) as e if ends_at is not None:
            due = (str(e.paper), PAPER, ends_at.isoformat(), e.case)
            return [Effect(_DUE.replace("{where}", _OF_CASE), due)]
        case PaperEnded() as e:
            return [Effect(_NOT_DUE.replace("{where}", _OF_CASE), (str(e.paper), e.case))]
        case _:
            return ()


def _clocks(clock: str, event: Event) -> Sequence[Effect]:
    match event:
        case ClockStarted() | ClockExtended() | ClockRecomputed() as e:
            due = (clock, e.rule, e.due_at.isoformat(), e.subject, e.subject)
            return [Effect(_DUE.replace("{where}", _OF_SUBJECT), due)]
        case ClockMissed() | ClockFoundMissed() as e:
            missed = (clock, clock, e.rule, e.subject, e.subject)
            return [Effect(_MISSED.replace("{where}", _OF_SUBJECT), missed)]
        case ClockMet() | ClockExcused() | ClockFoundMet() as e:
            return [Effect(_NOT_MISSED.replace("{where}", _OF_SUBJECT), (clock, clock, e.subject, e.subject))]
        case _:
            return ()


CASE_BOARD = View("case_board", COLUMNS, project, revision=4)

SCOPE = Columns("Case", accounts={"kept_out": "kept_out"}, words={"office": "office"})

# What the caller may not see is left out before the board is counted; the gate has the last word on each row.
BOARD = """
    SELECT *, (SELECT min((value ->> 1)::timestamptz) FROM jsonb_each(due)) AS next_due_at FROM {table}
    WHERE phase <> 'none' AND (%(phase)s::text IS NULL OR phase = %(phase)s) AND {scope}
    ORDER BY next_due_at NULLS LAST, phase = 'referred' DESC, "case" LIMIT %(page)s
"""


class Due(msgspec.Struct, frozen=True):
    """A clock's rule, or `hearing:` and its kind, or `PAPER`, and when."""

    what: str
    due_at: datetime


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One case of the board. `commence_by` is the earliest limitation of its open counts that is on file.

    `limitation_not_on_file` counts those of which none is: ask counsel. `notices_owed` counts those to victims that are
    to be sent, `notices_failed` those of them that did not reach one. Of `papers_failed` papers the service failed.
    """

    case: UUID
    tip: UUID
    phase: str
    accused: int
    open_counts: int
    due: tuple[Due, ...]
    missed: tuple[str, ...]
    commence_by: date | None
    limitation_not_on_file: int
    notices_owed: int
    notices_failed: int
    papers_failed: int


CASES = Listed("prosecution cases", CaseRow, ("case", "tip"))


class CaseBoardController(Controller):
    """The board, filtered by the gate record by record."""

    path = "/cases"
    tags = ["Cases"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_cases"})
    async def board(
        self, views: Views, gate: Gate, cases: Cases, request: Request[Any, Any, Any], phase: Phase | None = None
    ) -> list[CaseRow]:
        """Your office's cases, what is due next first; `phase` is referred, accepted or declined."""
        return await cases_seen(views, gate, cases, request, phase, PAGE)

    @post("/export", opt={"action": "list_cases"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        gate: Gate,
        cases: Cases,
        exports: Exports,
        request: Request[Any, Any, Any],
        phase: Phase | None = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(
            request, CASES, lambda: cases_seen(views, gate, cases, request, phase, ASKED_FOR), phase=phase
        )


async def cases_seen(
    views: Views, gate: Gate, cases: Cases, request: Request[Any, Any, Any], phase: Phase | None, page: int
) -> list[CaseRow]:
    """Those that the caller may see."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_cases", SCOPE)
    rows = await views.query(
        "case_board",
        scope.into(BOARD),
        {"phase": phase, "page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return [_row(row, cases.charging) for row in await gate.shown(caller, "list_cases", rows, _record)]


def _record(row: Mapping[str, Any]) -> Record:
    return Record("Case", row["case"], accounts={"kept_out": row["kept_out"]}, words={"office": row["office"]})


def _row(row: Mapping[str, Any], charging: Charging) -> CaseRow:
    limits = [
        charging.limitation_of(charging.offences[offence], date.fromisoformat(act_on))
        for offence, act_on in row["counts"].values()
    ]
    due = [Due(what, datetime.fromisoformat(at)) for what, at in row["due"].values()]
    return CaseRow(
        case=row["case"],
        tip=row["tip"],
        phase=row["phase"],
        accused=len(row["accused"]),
        open_counts=len(row["counts"]),
        due=tuple(sorted(due, key=lambda each: each.due_at)),
        missed=tuple(sorted(row["missed"].values())),
        commence_by=min((each.until for each in limits if each.until is not None), default=None),
        limitation_not_on_file=sum(each.kind == "not_on_file" for each in limits),
        notices_owed=len(row["notices"]),
        notices_failed=sum(row["notices"].values()),
        papers_failed=len(row["papers"]),
    )
