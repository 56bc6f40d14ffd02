"""Which kits are there, who holds each, and what is due first?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.forensic_clinic import KitResult
from contracts.language import Event
from services.forensic_clinic.case.events import AccountShutOut, CaseNoted, ExclusionEnded
from services.forensic_clinic.kit.duties import CALL_RULE, DELIVERY_RULE, PICKUP_RULE, QUESTION_RULE, TEST_RULE
from services.forensic_clinic.kit.events import (
    DecisionAssented,
    DecisionDenied,
    DecisionProposed,
    DecisionTakenBack,
    KitAccepted,
    KitBroughtIn,
    KitDestroyed,
    KitOffered,
    KitOpened,
    KitRefused,
    KitReported,
    KitSealed,
    KitSetAside,
    OfferWithdrawn,
    PaperFound,
    PaperTakenBack,
    PoliceCalled,
    SealDoubted,
)
from services.forensic_clinic.kit.fold import evolve
from services.forensic_clinic.kit.state import CLINIC, LABORATORY, POLICE, REPORTED, Kit
from services.forensic_clinic.survivor.events import QuestionAnswered
from services.forensic_clinic.views.census_rows import CENSUS_COLUMNS, census
from services.kernel.batch import Effect
from services.kernel.clock import (
    ClockExcused,
    ClockExtended,
    ClockFoundMet,
    ClockMet,
    ClockMissed,
    ClockRecomputed,
    ClockStarted,
    ClockWarned,
)
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 200
Only = Literal["due"]

# What is done once a reported kit has come there.
DONE_AT: Mapping[str, list[str]] = {CLINIC: [], POLICE: [PICKUP_RULE], LABORATORY: [PICKUP_RULE, DELIVERY_RULE]}

# A row for each kit, and one for each case, with where it happened and who is kept out: that may be known before any
# kit is. And rows of the census, which hides what it tells of kits and exams as this board does.
COLUMNS = (
    """
    record uuid PRIMARY KEY, is_kit boolean NOT NULL, tip uuid NOT NULL, kept_out uuid[] NOT NULL DEFAULT '{{}}',
    phase text NOT NULL DEFAULT '', reported boolean NOT NULL DEFAULT false, clinic text NOT NULL DEFAULT '',
    nurse uuid, holder uuid, holder_agency text NOT NULL DEFAULT '', stage text NOT NULL DEFAULT '',
    held_since timestamptz, asked_agency text NOT NULL DEFAULT '', asked_role text NOT NULL DEFAULT '',
    police text NOT NULL DEFAULT '', laboratory text NOT NULL DEFAULT '', seal_in_doubt boolean NOT NULL DEFAULT false,
    due jsonb NOT NULL DEFAULT '{{}}', warned text[] NOT NULL DEFAULT '{{}}', missed text[] NOT NULL DEFAULT '{{}}',
    done text[] NOT NULL DEFAULT '{{}}', county text NOT NULL DEFAULT '',
    office text NOT NULL DEFAULT '', decision text NOT NULL DEFAULT '', decision_number integer NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT '', proposed_by text NOT NULL DEFAULT '', proposed_at timestamptz,
    answer text NOT NULL DEFAULT '', exam uuid, legacy boolean NOT NULL DEFAULT false,
    reported_by_list boolean NOT NULL DEFAULT false
"""
    + CENSUS_COLUMNS
)

_KEEP_OUT = """
    INSERT INTO {table} AS t (record, is_kit, tip, kept_out) VALUES (%(tip)s, false, %(tip)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (record) DO UPDATE SET kept_out = array_append(t.kept_out, %(who)s::uuid)
"""
_PLACE = """
    INSERT INTO {table} (record, is_kit, tip, county) VALUES (%(tip)s, false, %(tip)s, %(county)s)
    ON CONFLICT (record) DO UPDATE SET county = excluded.county
"""
_OPEN = """
    INSERT INTO {table} (record, is_kit, tip, phase, reported, clinic, nurse, exam)
    VALUES (%s, true, %s, 'open', %s, %s, %s, %s)
"""
_BRING_IN = """
    INSERT INTO {table} (record, is_kit, tip, phase, reported, clinic, nurse, police, holder, holder_agency, stage,
        held_since, legacy, reported_by_list)
    VALUES (%s, true, %s, 'sealed', %s, %s, %s, %s, %s, %s, %s, %s, true, %s)
"""
_SEAL = """
    UPDATE {table} SET phase = 'sealed', holder = %s, holder_agency = clinic, stage = 'clinic', held_since = %s
    WHERE record = %s
"""
_REPORT = """
    UPDATE {table} SET reported = true,
        done = CASE WHEN stage = %s THEN done || ARRAY[%s] ELSE done END
    WHERE record = %s
"""
# A paper of a legacy kit. What it was before a paper is the list's word.
_FIND_PAPER = """
    UPDATE {table} SET reported = %(reported)s,
        police = CASE WHEN stage = 'clinic' AND %(police)s <> '' THEN %(police)s ELSE police END
    WHERE record = %(kit)s
"""
_TAKE_PAPER_BACK = """
    UPDATE {table} SET reported = reported_by_list, police = CASE WHEN stage = 'clinic' THEN '' ELSE police END
    WHERE record = %s
"""
_CALL = "UPDATE {table} SET police = %s, done = done || ARRAY[%s] WHERE record = %s"
_OFFER = "UPDATE {table} SET asked_agency = %s, asked_role = %s WHERE record = %s"
# Whether the other hand answered in time is on its clock; that it answered takes the handover off the board.
_ANSWER = """
    UPDATE {table} SET asked_agency = '', asked_role = '', due = due - 'C89', missed = array_remove(missed, 'C89')
    WHERE record = %s
"""
_ACCEPT = """
    UPDATE {table} SET asked_agency = '', asked_role = '', due = due - 'C89', missed = array_remove(missed, 'C89'),
        holder = %(by)s, holder_agency = %(agency)s,
        stage = %(stage)s, held_since = %(at)s,
        police = CASE WHEN %(stage)s = 'law_enforcement' THEN %(agency)s ELSE police END,
        laboratory = CASE WHEN %(stage)s = 'laboratory' THEN %(agency)s ELSE laboratory END,
        done = CASE WHEN reported THEN done || %(done)s::text[] ELSE done END
    WHERE record = %(kit)s
"""
_PROPOSE = """
    UPDATE {table} SET office = %s, decision = %s, decision_number = %s, reason = %s, proposed_by = %s,
        proposed_at = %s, answer = ''
    WHERE record = %s
"""
_DECIDE = "UPDATE {table} SET answer = %s WHERE record = %s AND decision_number = %s"
_DUE = "UPDATE {table} SET due = due || jsonb_build_object(%s::text, %s::timestamptz) WHERE record = %s"
_NOT_DUE = "UPDATE {table} SET due = due - %s::text, missed = array_remove(missed, %s) WHERE record = %s"


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the board."""
    match happening.event:
        case AccountShutOut(tip=tip, account=who):
            return [Effect(_KEEP_OUT, {"tip": tip, "who": who})]
        case ExclusionEnded(tip=tip, account=who):
            return [Effect("UPDATE {table} SET kept_out = array_remove(kept_out, %s) WHERE tip = %s", (who, tip))]
        case CaseNoted() as e:
            return [Effect(_PLACE, {"tip": e.tip, "county": e.county})]
        case KitOpened() as e:
            return [Effect(_OPEN, (e.kit, e.tip, e.consent == REPORTED, e.clinic, e.nurse, e.exam))]
        case KitBroughtIn() as e:
            return _brought_in(e)
        case KitSetAside() as e:
            return [Effect("UPDATE {table} SET phase = 'set_aside' WHERE record = %s", (e.kit,))]
        case KitSealed() as e:
            return [Effect(_SEAL, (e.sealed_by, e.sealed_at, e.kit))]
        case KitReported() as e:
            return [Effect(_REPORT, (POLICE, PICKUP_RULE, e.kit))]
        case PaperFound() as e:
            return [Effect(_FIND_PAPER, {"reported": e.consent == REPORTED, "police": e.police, "kit": e.kit})]
        case PaperTakenBack() as e:
            return [Effect(_TAKE_PAPER_BACK, (e.kit,))]
        case PoliceCalled() as e:
            return [Effect(_CALL, (e.agency, CALL_RULE, e.kit))]
        case KitResult(result="tested", kit=kit):
            return [Effect("UPDATE {table} SET done = done || ARRAY[%s] WHERE record = %s", (TEST_RULE, kit))]
        case DecisionProposed() as e:
            values = (e.office, e.decision, e.number, e.reason, e.agency, happening.happened_at, e.kit)
            return [Effect(_PROPOSE, values)]
        case _:
            event = happening.event
            return _decided(event) or _custody(event) or _clocks(event) or census(happening)


def _brought_in(event: KitBroughtIn) -> Sequence[Effect]:
    """The row of the kit, and one for where it belongs: it has no case of its own."""
    kit = evolve(Kit(), event)
    values = (
        event.kit,
        event.tip,
        kit.reported,
        kit.clinic,
        kit.nurse,
        kit.police,
        event.by,
        event.agency,
        event.stage,
        event.brought_in_at,
        kit.reported,
    )
    return [Effect(_BRING_IN, values), Effect(_PLACE, {"tip": event.tip, "county": event.county})]


def _decided(event: Event) -> Sequence[Effect]:
    match event:
        case DecisionAssented(kit=kit, number=number):
            return [Effect(_DECIDE, ("assented", kit, number))]
        case DecisionDenied(kit=kit, number=number):
            return [Effect(_DECIDE, ("denied", kit, number))]
        case DecisionTakenBack(kit=kit, number=number):
            return [Effect(_DECIDE, ("taken_back", kit, number))]
        case QuestionAnswered(kit=kit):
            # Whether it was in time is on its clock.
            return [Effect(_NOT_DUE, (QUESTION_RULE, QUESTION_RULE, kit))]
        case KitDestroyed(kit=kit):
            return [Effect("UPDATE {table} SET phase = 'destroyed', holder = NULL WHERE record = %s", (kit,))]
        case _:
            return ()


def _custody(event: Event) -> Sequence[Effect]:
    match event:
        case KitOffered() as e:
            return [Effect(_OFFER, (e.agency, e.role, e.kit))]
        case KitAccepted() as e:
            values: dict[str, Any] = {
                "by": e.by,
                "agency": e.agency,
                "stage": e.stage,
                "at": e.accepted_at,
                "kit": e.kit,
            }
            values["done"] = DONE_AT[e.stage]
            return [Effect(_ACCEPT, values)]
        case KitRefused(kit=kit) | OfferWithdrawn(kit=kit):
            return [Effect(_ANSWER, (kit,))]
        case SealDoubted() as e:
            return [Effect("UPDATE {table} SET seal_in_doubt = true WHERE record = %s", (e.kit,))]
        case _:
            return ()


def _clocks(event: Event) -> Sequence[Effect]:
    """A missed duty stays on the board until it is done or falls away."""
    match event:
        case ClockStarted() | ClockExtended() | ClockRecomputed() as e:
            return [Effect(_DUE, (e.rule, e.due_at, e.subject))]
        case ClockWarned() as e:
            return [Effect("UPDATE {table} SET warned = warned || ARRAY[%s] WHERE record = %s", (e.rule, e.subject))]
        case ClockMissed() as e:
            return [Effect("UPDATE {table} SET missed = missed || ARRAY[%s] WHERE record = %s", (e.rule, e.subject))]
        case ClockMet() | ClockExcused() | ClockFoundMet() as e:
            return [Effect(_NOT_DUE, (e.rule, e.rule, e.subject))]
        case _:
            return ()


KIT_BOARD = View("kit_board", COLUMNS, project, revision=5)

SCOPE = Columns(
    "Kit",
    accounts={
        "excluded": "coalesce(c.kept_out, '{{}}')",
        "nurse": "ARRAY[k.nurse]",
        "holder": "ARRAY[k.holder]",
    },
    roles={"asked": "ARRAY[k.asked_role]"},
    words={
        "clinic": "k.clinic",
        "police": "CASE WHEN k.reported OR k.stage = 'law_enforcement' THEN k.police ELSE '' END",
        "laboratory": "k.laboratory",
        "asked_agency": "k.asked_agency",
        "kept_by": "k.holder_agency",
        "county": "coalesce(c.county, '')",
    },
    in_role="CASE %(then_role)s::text WHEN 'forensic_nurse' THEN ARRAY[k.nurse]::uuid[] ELSE '{{}}' END",
)

# What the caller may not see is left out before the board is counted; the gate has the last word on each row.
BOARD = """
    SELECT k.*, k.due - k.done AS open, coalesce(c.kept_out, '{{}}') AS shut_out, coalesce(c.county, '') AS of_county,
        (SELECT min(value::timestamptz) FROM jsonb_each_text(k.due - k.done)) AS due_at
    FROM {table} k LEFT JOIN {table} c ON c.record = k.tip AND NOT c.is_kit
    WHERE k.is_kit AND k.phase NOT IN ('set_aside', 'destroyed')
        AND (NOT %(due)s OR k.due - k.done <> '{{}}') AND {scope}
    ORDER BY due_at NULLS LAST, k.record LIMIT %(page)s
"""

AMONG = """
    SELECT k.*, coalesce(c.kept_out, '{{}}') AS shut_out, coalesce(c.county, '') AS of_county
    FROM {table} k LEFT JOIN {table} c ON c.record = k.tip AND NOT c.is_kit
    WHERE k.is_kit AND k.record = ANY(%(kits)s) AND {scope}
"""


class DutyOnBoard(msgspec.Struct, frozen=True, kw_only=True):
    """A duty not done. `missed`: its time came before."""

    rule: str
    due_at: datetime
    warned: bool
    missed: bool


class KitRow(msgspec.Struct, frozen=True, kw_only=True):
    """One kit of the board: where it is, to whom it is offered, and what is to be done, due soonest first."""

    kit: UUID
    tip: UUID
    phase: str
    reported: bool
    clinic: str
    stage: str
    holder: UUID | None
    holder_agency: str
    held_since: datetime | None
    asked_agency: str
    asked_role: str
    seal_in_doubt: bool
    legacy: bool
    duties: tuple[DutyOnBoard, ...]


KITS = Listed("kits", KitRow, ("kit", "tip"))


class KitBoardController(Controller):
    """The board, filtered by the gate record by record."""

    path = "/kits"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_kits"})
    async def board(
        self, views: Views, gate: Gate, request: Request[Any, Any, Any], only: Only | None = None
    ) -> list[KitRow]:
        """Kits by what is due soonest, missed duties first; `only=due` leaves out those with nothing to do."""
        return await kits_seen(views, gate, request, only, PAGE)

    @post("/export", opt={"action": "list_kits"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, gate: Gate, exports: Exports, request: Request[Any, Any, Any], only: Only | None = None
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, KITS, lambda: kits_seen(views, gate, request, only, ASKED_FOR), only=only)


async def kits_among(
    views: Views, gate: Gate, request: Request[Any, Any, Any], action: str, kits: Sequence[UUID]
) -> frozenset[UUID]:
    """Those of these kits with which the caller may do this."""
    caller = caller_of(request)
    scope = gate.scope(caller, action, SCOPE)
    values = {"kits": list(kits), **scope.values}
    rows = await views.query("kit_board", scope.into(AMONG), values, at_least=at_least_in(request), current=True)
    return frozenset(row["record"] for row in await gate.shown(caller, action, rows, _record))


async def kits_seen(
    views: Views, gate: Gate, request: Request[Any, Any, Any], only: Only | None, page: int
) -> list[KitRow]:
    """Those that the caller may see."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_kits", SCOPE)
    rows = await views.query(
        "kit_board",
        scope.into(BOARD),
        {"due": only == "due", "page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return [_shown(row) for row in await gate.shown(caller, "list_kits", rows, _record)]


def _record(row: dict[str, Any]) -> Record:
    police = row["police"] if row["reported"] or row["stage"] == POLICE else ""
    return Record(
        "Kit",
        row["record"],
        accounts={
            "excluded": row["shut_out"],
            "nurse": (row["nurse"],),
            "holder": (row["holder"],) if row["holder"] is not None else (),
            "hands": (),
        },
        roles={"asked": (row["asked_role"],) if row["asked_role"] else ()},
        words={
            "clinic": row["clinic"],
            "police": police,
            "laboratory": row["laboratory"],
            "asked_agency": row["asked_agency"],
            "kept_by": row["holder_agency"],
            "county": row["of_county"],
        },
        in_role={"forensic_nurse": (row["nurse"],)},
    )


def _shown(row: dict[str, Any]) -> KitRow:
    duties = [
        DutyOnBoard(
            rule=rule,
            due_at=datetime.fromisoformat(due_at),
            warned=rule in row["warned"],
            missed=rule in row["missed"],
        )
        for rule, due_at in row["open"].items()
    ]
    shown = {name: row[name] for name in KitRow.__struct_fields__ if name in row}
    return KitRow(kit=row["record"], duties=tuple(sorted(duties, key=lambda each: each.due_at)), **shown)
