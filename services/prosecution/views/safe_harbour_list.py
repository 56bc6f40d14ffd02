"""Which accused may be victims, and what is still to be done about it? For the office, and for the coordinator."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.prosecution.case.events import (
    AccountKeptOut,
    CaseReferred,
    ConflictDeclared,
    ExclusionEnded,
    TransferAccepted,
)
from services.prosecution.cases import Cases
from services.prosecution.safe_harbour.events import (
    AlertSeen,
    CountListed,
    CountUnlisted,
    GroundEnded,
    GroundFound,
    IndicatorsNoted,
    OrderTold,
    PetitionDecided,
    PetitionFiled,
    PetitionHeard,
    PetitionOpened,
    PetitionWithdrawn,
    RecordExpunged,
    ReferralAnswered,
    ReferralMade,
    ReferralNotMade,
    ReferralOwed,
)
from services.prosecution.safe_harbour.harbours import COORDINATOR, PROSECUTOR, harbour_of
from services.prosecution.safe_harbour.state import BEFORE_COURT

PAGE = 200
NOBODY = UUID(int=0)

# A row for each accused, and one of nobody for each case, with its office and whom it is kept from.
# `petitions` holds of each its count and phase, `untold` by petition and whom who is still to be told.
COLUMNS = """
    "case" uuid NOT NULL, accused uuid NOT NULL, tip uuid, office text NOT NULL DEFAULT '',
    kept_out uuid[] NOT NULL DEFAULT '{{}}', since timestamptz, grounds text[] NOT NULL DEFAULT '{{}}',
    indicators boolean NOT NULL DEFAULT false, seen_by text[] NOT NULL DEFAULT '{{}}',
    referrals jsonb NOT NULL DEFAULT '{{}}', listed uuid[] NOT NULL DEFAULT '{{}}',
    petitions jsonb NOT NULL DEFAULT '{{}}', untold text[] NOT NULL DEFAULT '{{}}', PRIMARY KEY ("case", accused)
"""

_CASE = """
    INSERT INTO {table} ("case", accused, tip, office) VALUES (%s, %s, %s, %s)
    ON CONFLICT ("case", accused) DO UPDATE SET tip = excluded.tip, office = excluded.office
"""
_KEEP_OUT = """
    INSERT INTO {table} AS t ("case", accused, kept_out) VALUES (%s, %s, ARRAY[%s::uuid])
    ON CONFLICT ("case", accused) DO UPDATE SET kept_out = t.kept_out || excluded.kept_out
"""
_READMIT = 'UPDATE {table} SET kept_out = array_remove(kept_out, %s) WHERE "case" = %s AND accused = %s'
_OFFICE = 'UPDATE {table} SET office = %s WHERE "case" = %s AND accused = %s'
# A new finding is an alert nobody has seen yet; it stands since the first of those that still hold began.
_GROUND = """
    INSERT INTO {table} AS t ("case", accused, since, grounds) VALUES (%s, %s, %s, ARRAY[%s])
    ON CONFLICT ("case", accused) DO UPDATE SET
        since = CASE WHEN t.grounds = '{{}}' AND NOT t.indicators THEN excluded.since ELSE t.since END,
        grounds = t.grounds || excluded.grounds, seen_by = '{{}}'
"""
_INDICATORS = """
    INSERT INTO {table} AS t ("case", accused, since, indicators) VALUES (%s, %s, %s, true)
    ON CONFLICT ("case", accused) DO UPDATE SET
        since = CASE WHEN t.grounds = '{{}}' AND NOT t.indicators THEN excluded.since ELSE t.since END,
        indicators = true, seen_by = '{{}}'
"""
_OF_ACCUSED = 'WHERE "case" = %s AND accused = %s'
_GROUND_ENDS = "UPDATE {table} SET grounds = array_remove(grounds, %s) " + _OF_ACCUSED
_SEEN = "UPDATE {table} SET seen_by = seen_by || %s " + _OF_ACCUSED
_REFERRAL = "UPDATE {table} SET referrals = referrals || jsonb_build_object(%s::text, %s::text) " + _OF_ACCUSED
_LIST = "UPDATE {table} SET listed = listed || %s " + _OF_ACCUSED
_UNLIST = "UPDATE {table} SET listed = array_remove(listed, %s) " + _OF_ACCUSED
_PETITION = (
    """
    UPDATE {table} SET petitions = petitions || jsonb_build_object(%s::text, jsonb_build_array(%s::text, 'opened'))
"""
    + _OF_ACCUSED
)
_PHASE = "UPDATE {table} SET petitions = jsonb_set(petitions, ARRAY[%s, '1'], to_jsonb(%s::text)) " + _OF_ACCUSED
_TO_TELL = "UPDATE {table} SET untold = untold || %s::text[] " + _OF_ACCUSED
_TOLD = "UPDATE {table} SET untold = array_remove(untold, %s) " + _OF_ACCUSED


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case CaseReferred() as e:
            return [Effect(_CASE, (e.case, NOBODY, e.tip, e.office))]
        case TransferAccepted() as e:
            return [Effect(_OFFICE, (e.to_office, e.case, NOBODY))]
        case AccountKeptOut() | ConflictDeclared() as e:
            return [Effect(_KEEP_OUT, (e.case, NOBODY, e.account))]
        case ExclusionEnded() as e:
            return [Effect(_READMIT, (e.account, e.case, NOBODY))]
        case GroundFound() as e:
            return [Effect(_GROUND, (e.case, e.accused, e.found_at, e.ground))]
        case GroundEnded() as e:
            return [Effect(_GROUND_ENDS, (e.ground, e.case, e.accused))]
        case IndicatorsNoted() as e:
            return [Effect(_INDICATORS, (e.case, e.accused, e.noted_at))]
        case AlertSeen() as e:
            return [Effect(_SEEN, ([e.role], e.case, e.accused))]
        case ReferralOwed() as e:
            return [Effect(_REFERRAL, (e.to, "owed", e.case, e.accused))]
        case ReferralMade() as e:
            return [Effect(_REFERRAL, (e.to, "made", e.case, e.accused))]
        case ReferralNotMade() as e:
            return [Effect(_REFERRAL, (e.to, "not_made", e.case, e.accused))]
        case ReferralAnswered() as e:
            return [Effect(_REFERRAL, (e.to, "answered", e.case, e.accused))]
        case CountListed() as e:
            return [Effect(_LIST, ([e.count], e.case, e.accused))]
        case CountUnlisted() as e:
            return [Effect(_UNLIST, (e.count, e.case, e.accused))]
        case _:
            return _petitions(happening.event)


def _petitions(event: Event) -> Sequence[Effect]:
    match event:
        case PetitionOpened() as e:
            return [Effect(_PETITION, (str(e.petition), str(e.count), e.case, e.accused))]
        case PetitionFiled() as e:
            return [Effect(_PHASE, (str(e.petition), "filed", e.case, e.accused))]
        case PetitionHeard() as e:
            return [Effect(_PHASE, (str(e.petition), "heard", e.case, e.accused))]
        case PetitionDecided() as e:
            untold = [f"{e.petition} {whom}" for whom in e.to_tell]
            return [
                Effect(_PHASE, (str(e.petition), "granted" if e.granted else "denied", e.case, e.accused)),
                Effect(_TO_TELL, (untold, e.case, e.accused)),
            ]
        case PetitionWithdrawn() as e:
            return [Effect(_PHASE, (str(e.petition), "withdrawn", e.case, e.accused))]
        case RecordExpunged() as e:
            return [Effect(_PHASE, (str(e.petition), "expunged", e.case, e.accused))]
        case OrderTold() as e:
            return [Effect(_TOLD, (f"{e.petition} {e.whom}", e.case, e.accused))]
        case _:
            return ()


SAFE_HARBOUR_LIST = View("safe_harbour_list", COLUMNS, project)

SCOPE = Columns("SafeHarbour", accounts={"kept_out": "c.kept_out"}, words={"office": "c.office"})

# What the caller may not see is left out before the list is counted; the gate has the last word on each row.
SAFE_HARBOURS = """
    SELECT t.*, c.kept_out AS shut_out, c.office AS of_office, c.tip AS of_tip
    FROM {table} AS t JOIN {table} AS c ON c."case" = t."case" AND c.accused = %(nobody)s
    WHERE t.accused <> %(nobody)s AND (t.grounds <> '{{}}' OR t.indicators OR t.petitions <> '{{}}') AND {scope}
    ORDER BY t.since, t."case", t.accused LIMIT %(page)s
"""


class SafeHarbourRow(msgspec.Struct, frozen=True, kw_only=True):
    """An accused who may be a victim. `unseen_by` are the alerted roles who have not said that they saw it.

    What is about their convictions is 0 to whoever does not see the case.
    """

    case: UUID
    tip: UUID
    accused: UUID
    since: datetime
    grounds: tuple[str, ...]
    indicators: bool
    unseen_by: tuple[str, ...]
    referrals_owed: tuple[str, ...]
    referrals_unanswered: tuple[str, ...]
    to_petition: int
    before_court: int
    to_expunge: int
    to_tell: int


LISTED = Listed("accused who may be victims", SafeHarbourRow, ("case", "tip"))


class SafeHarbourListController(Controller):
    """Filtered by the gate record by record."""

    path = "/safe-harbour"
    tags = ["Safe harbour"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_safe_harbour"})
    async def listed(
        self, views: Views, gate: Gate, cases: Cases, request: Request[Any, Any, Any]
    ) -> list[SafeHarbourRow]:
        """Whoever was found first stands first."""
        return await harbours_seen(views, gate, cases, request, PAGE)

    @post("/export", opt={"action": "list_safe_harbour"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, gate: Gate, cases: Cases, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, LISTED, lambda: harbours_seen(views, gate, cases, request, ASKED_FOR))


async def harbours_seen(
    views: Views, gate: Gate, cases: Cases, request: Request[Any, Any, Any], page: int
) -> list[SafeHarbourRow]:
    """Those that the caller may see."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_safe_harbour", SCOPE)
    rows = await views.query(
        "safe_harbour_list",
        scope.into(SAFE_HARBOURS),
        {"page": page, "nobody": NOBODY, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    shown = await gate.shown(caller, "list_safe_harbour", rows, _record)
    answering = {each.to for each in cases.charging.safe_harbour.referrals if each.answers}
    return [_row(row, answering, of_case=_sees_case(gate, caller, row)) for row in shown]


def _record(row: Mapping[str, Any]) -> Record:
    words = {"office": row["of_office"]}
    return Record("SafeHarbour", harbour_of(row["accused"]), accounts={"kept_out": row["shut_out"]}, words=words)


def _sees_case(gate: Gate, caller: Caller, row: Mapping[str, Any]) -> bool:
    words = {"office": row["of_office"]}
    return gate.may_touch(
        caller, "list_cases", Record("Case", row["case"], accounts={"kept_out": row["shut_out"]}, words=words)
    )


def _row(row: Mapping[str, Any], answering: Collection[str], *, of_case: bool) -> SafeHarbourRow:
    petitions = row["petitions"].values() if of_case else ()
    before_court = {UUID(count) for count, phase in petitions if phase in BEFORE_COURT}
    listed = [each for each in row["listed"] if each not in before_court] if of_case else []
    referrals = row["referrals"]
    return SafeHarbourRow(
        case=row["case"],
        tip=row["of_tip"],
        accused=row["accused"],
        since=row["since"],
        grounds=tuple(row["grounds"]),
        indicators=row["indicators"],
        unseen_by=tuple(role for role in (PROSECUTOR, COORDINATOR) if role not in row["seen_by"]),
        referrals_owed=tuple(to for to, phase in referrals.items() if phase == "owed"),
        referrals_unanswered=tuple(to for to, phase in referrals.items() if phase == "made" and to in answering),
        to_petition=len(listed),
        before_court=sum(phase in BEFORE_COURT for _, phase in petitions),
        to_expunge=sum(phase == "granted" for _, phase in petitions),
        to_tell=len(row["untold"]) if of_case else 0,
    )
