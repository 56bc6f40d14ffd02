"""Every list that hides something from somebody, and how made-up things get into its table and before the gate.

What a row says and what the gate is told are both written here from one made-up thing, so that neither the condition
in SQL nor the service's own reading of a row is compared with itself.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import psycopg
from psycopg import sql

from contracts.jurisdictions import load_mississippi
from deploy.topology import SERVICES
from services.forensic_clinic.main import DEFINITION as CLINIC
from services.forensic_clinic.views import (
    census_matters,
    claims,
    exam_board,
    follow_up_board,
    kit_board,
    kit_decisions,
)
from services.kernel.definition import Definition
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, Record
from services.kernel.http.looking_back import ROLE as PAST
from services.kernel.http.scope import Columns
from services.kernel.views import View
from services.prosecution.cases import transfer_of
from services.prosecution.main import DEFINITION as PROSECUTION
from services.prosecution.safe_harbour.harbours import harbour_of
from services.prosecution.views import case_board, safe_harbour_list, transfer_list
from services.rapid_assessment.main import DEFINITION as RAPID_ASSESSMENT
from services.rapid_assessment.views import (
    case_times,
    my_deadlines,
    my_seats,
    notice_board,
    open_case_rows,
    open_cases,
    team_board,
)
from services.tips.main import DEFINITION as TIPS
from services.tips.views import duty_board, duty_told, openings, orders, releases, tip_list, to_do
from tests.support.running_service import NOON

MINUTE = timedelta(minutes=1)
ANYBODY = UUID(int=1)
SEATS = [seat.seat for seat in load_mississippi().seats]
LIKENESS = tip_list.alike_values(load_mississippi().likeness)
WANTED = open_cases.wanted_seats(load_mississippi())


@dataclass(frozen=True)
class Thing:
    """A record that is made up: whom it is kept from, and who has what part in it."""

    id: UUID
    kept_from: tuple[UUID, ...] = ()
    first: UUID | None = None
    second: UUID | None = None
    agency: str = ""
    other: str = ""
    role: str = ""
    county: str = ""
    flag: bool = False

    @property
    def part(self) -> UUID:
        """A second row about the thing, where its list has one."""
        return uuid5(self.id, "part")


Row = Mapping[str, Any]


@dataclass(frozen=True)
class Hiding:
    """One list. `key` is the column by which its rows are told from each other."""

    of: Definition
    action: str
    view: View
    statement: str
    scope: Columns
    rows: Callable[[Thing], Sequence[Row]]
    record: Callable[[Thing], Record]
    key: str
    asked: Mapping[str, Any]

    @property
    def in_the_past(self) -> bool:
        """Whether whoever looks back has it."""
        return Gate(policies_of(self.of)).may_use(Caller(ANYBODY, "", (PAST,)), self.action)

    def with_scope(self, scope: Columns) -> "Hiding":
        """The list as it were with another idea of its columns."""
        return replace(self, scope=scope)


def some(*accounts: UUID | None) -> tuple[UUID, ...]:
    """Those there are."""
    return tuple(each for each in accounts if each is not None)


def readers(thing: Thing) -> Mapping[str, datetime]:
    """With whom it is shared, and until when: what ends at this very moment is over."""
    office = {f"{thing.role} of {thing.agency}": NOON + MINUTE if thing.flag else NOON}
    return office | ({str(thing.first): NOON + MINUTE} if thing.first and thing.other else {})


def shared(thing: Thing) -> Mapping[str, Sequence[str]]:
    """Those who read it now."""
    return {"shared": [reader for reader, until in readers(thing).items() if until > NOON]}


def shares(thing: Thing) -> str:
    """As a row has them."""
    made = {reader: {"reader": reader, "until": until.isoformat()} for reader, until in readers(thing).items()}
    return json.dumps(made)


def tip_named(thing: Thing) -> Record:
    return Record("Tip", thing.id, accounts={"named": thing.kept_from, "opened": ()}, roles=shared(thing))


def tip_row(thing: Thing) -> Sequence[Row]:
    return [{"tip": thing.id, "received_at": NOON, "named": list(thing.kept_from), "shares": shares(thing)}]


def duty_rows(thing: Thing) -> Sequence[Row]:
    own = {"tip": thing.id, "rule": "", "named": list(thing.kept_from)}
    duty = {"tip": thing.id, "rule": "C09", "stands": True, "since": NOON, "parts": ["youth_court_intake"]}
    return [own, duty] if thing.kept_from else [duty]


def told_rows(thing: Thing) -> Sequence[Row]:
    own = {"tip": thing.id, "rule": "", "part": "", "named": list(thing.kept_from), "county": thing.county}
    told = {"tip": thing.id, "rule": "C11", "part": "prosecutor", "agency": thing.agency, "told_at": NOON}
    return [own, told] if thing.kept_from or thing.county else [told]


def told_record(thing: Thing) -> Record:
    words = {"told": thing.agency, "county": thing.county}
    return Record("DutyPart", thing.id, accounts={"named": thing.kept_from}, words=words)


def opening_rows(thing: Thing) -> Sequence[Row]:
    own = {"opening": thing.part, "tip": thing.part, "named": list(thing.kept_from)}
    opening = {"opening": thing.id, "tip": thing.part, "account": ANYBODY, "agency": thing.agency, "opened_at": NOON}
    return [own, opening] if thing.kept_from else [opening]


def opening_record(thing: Thing) -> Record:
    accounts = {"named": thing.kept_from, "opened_by": (ANYBODY,)}
    return Record("Opening", thing.id, accounts=accounts, words={"agency": thing.agency})


def order_rows(thing: Thing) -> Sequence[Row]:
    own = {"order_id": thing.part, "tip": thing.part, "named": list(thing.kept_from)}
    order = {"order_id": thing.id, "tip": thing.part, "account": ANYBODY, "agency": thing.agency, "entered_at": NOON}
    return [own, order] if thing.kept_from else [order]


def order_record(thing: Thing) -> Record:
    accounts = {"named": thing.kept_from, "requested_by": (ANYBODY,)}
    return Record("DestructionOrder", thing.id, accounts=accounts)


def release_rows(thing: Thing) -> Sequence[Row]:
    own = {"release": thing.id, "tip": thing.id, "named": list(thing.kept_from)}
    asked = {"release": thing.part, "tip": thing.id, "account": ANYBODY, "agency": thing.agency, "asked_at": NOON}
    return [own, asked] if thing.kept_from else [asked]


def team_row(thing: Thing) -> Sequence[Row]:
    held = {"cps_investigator": str(thing.first)} if thing.first else {}
    proposed = {"cps_investigator" if thing.flag else "victim_advocate": str(thing.second)} if thing.second else {}
    row = {"team": thing.id, "tip": thing.id, "phase": "open", "received_at": NOON, "due_at": NOON}
    return [
        row
        | {"held": json.dumps(held), "proposed": json.dumps(proposed), "excluded": list(thing.kept_from)}
        | {"shares": shares(thing)},
    ]


def team_record(thing: Thing) -> Record:
    accounts = {"excluded": thing.kept_from, "members": some(thing.first, thing.second), "opened": ()}
    in_role = {"cps_investigator": some(thing.first, thing.second if thing.flag else None)}
    in_role |= {} if thing.flag else {"victim_advocate": some(thing.second)}
    return Record("Team", thing.id, accounts=accounts, roles=shared(thing), in_role=in_role)


def open_row(thing: Thing) -> Sequence[Row]:
    seats: dict[str, dict[str, str]] = {"cps_investigator": {"held_by": str(thing.first)}} if thing.first else {}
    if thing.second:
        seats.setdefault("cps_investigator" if thing.flag else "victim_advocate", {})["proposed"] = str(thing.second)
    row = {"team": thing.id, "tip": thing.id, "phase": "open", "received_at": NOON, "due_at": NOON}
    clocks = {"C06": {"due_at": NOON.isoformat()}}
    more = {"recorded_at": NOON, "clocks": json.dumps(clocks), "seats": json.dumps(seats)}
    return [row | more | {"excluded": list(thing.kept_from), "shares": shares(thing)}]


def times_row(thing: Thing) -> Sequence[Row]:
    row = {"team": thing.id, "tip": thing.id, "month": NOON.date(), "received_at": NOON}
    return [row | {"excluded": list(thing.kept_from)}]


def times_record(thing: Thing) -> Record:
    return Record("Team", thing.id, accounts={"excluded": thing.kept_from})


def notice_rows(thing: Thing) -> Sequence[Row]:
    own = {"notice": thing.part, "team": thing.part, "excluded": list(thing.kept_from), "county": thing.county}
    for column, who in (("held", thing.first), ("asked", thing.second)):
        own[column] = json.dumps({thing.role: str(who)} if who and thing.role in SEATS else {})
    notice = {"notice": thing.id, "team": thing.part, "tip": thing.id, "role": thing.role, "requested_at": NOON}
    notice["about"] = thing.other
    return [own, notice] if thing.kept_from or thing.county or thing.first or thing.second else [notice]


def notice_record(thing: Thing) -> Record:
    of_seat = thing.role in SEATS
    seated = some(thing.first, thing.second) if of_seat else ()
    return Record(
        "Notice",
        thing.id,
        accounts={"excluded": thing.kept_from, "seated": seated},
        roles={"told": () if of_seat else (thing.role,)},
        words={"county": thing.county, "about": thing.other},
        in_role={thing.role: seated},
    )


def exam_row(thing: Thing) -> Sequence[Row]:
    row = {"exam": thing.id, "tip": thing.id, "clinic": thing.agency, "phase": "requested", "requested_at": NOON}
    row |= {"requested_by": thing.first, "nurse": thing.second, "asked_for": thing.other}
    return [row | {"excluded": list(thing.kept_from)}]


def exam_record(thing: Thing) -> Record:
    parts = {"requester": some(thing.first), "nurse": some(thing.second)}
    words = {"clinic": thing.agency, "asked_for": thing.other}
    accounts = parts | {"excluded": thing.kept_from}
    return Record("Exam", thing.id, accounts=accounts, words=words, in_role={"forensic_nurse": parts["nurse"]})


def follow_up_row(thing: Thing) -> Sequence[Row]:
    row = {"line": thing.id, "exam": thing.id, "tip": thing.id, "item": "visit_1", "clinic": thing.agency}
    return [row | {"nurse": thing.second, "since": NOON, "until": NOON, "excluded": list(thing.kept_from)}]


def follow_up_record(thing: Thing) -> Record:
    nurse = some(thing.second)
    accounts = {"nurse": nurse, "excluded": thing.kept_from}
    return Record(
        "Exam", thing.id, accounts=accounts, words={"clinic": thing.agency}, in_role={"forensic_nurse": nurse}
    )


def claim_row(thing: Thing) -> Sequence[Row]:
    row = {"line": thing.id, "claim": thing.part, "tip": thing.id, "clinic": thing.agency, "completed_at": NOON}
    return [row | {"excluded": list(thing.kept_from)}]


def claim_record(thing: Thing) -> Record:
    return Record("Exam", thing.id, accounts={"excluded": thing.kept_from}, words={"clinic": thing.agency})


def kit_rows(thing: Thing) -> Sequence[Row]:
    own = {"record": thing.part, "is_kit": False, "tip": thing.part, "kept_out": list(thing.kept_from)}
    own |= {"county": thing.county}
    kit = {
        "record": thing.id,
        "is_kit": True,
        "tip": thing.part,
        "phase": "sealed",
        "nurse": thing.first,
        "holder": thing.second,
        "holder_agency": kept_by(thing),
        "clinic": thing.agency,
        "police": thing.other,
        "reported": thing.flag,
        "laboratory": thing.agency if thing.flag else thing.other,
        "asked_agency": thing.other if thing.flag else thing.agency,
        "asked_role": thing.role,
    }
    return [own, kit] if thing.kept_from or thing.county else [kit]


def kit_record(thing: Thing) -> Record:
    return Record(
        "Kit",
        thing.id,
        accounts={
            "excluded": thing.kept_from,
            "nurse": some(thing.first),
            "holder": some(thing.second),
            "hands": (),
        },
        roles={"asked": (thing.role,) if thing.role else ()},
        words={
            "clinic": thing.agency,
            # Law enforcement is shown a kit it was called for once it is reported.
            "police": thing.other if thing.flag else "",
            "laboratory": thing.agency if thing.flag else thing.other,
            "asked_agency": thing.other if thing.flag else thing.agency,
            "kept_by": kept_by(thing),
            "county": thing.county,
        },
        in_role={"forensic_nurse": some(thing.first)},
    )


def kit_decision_rows(thing: Thing) -> Sequence[Row]:
    own = {"record": thing.part, "is_kit": False, "tip": thing.part, "kept_out": list(thing.kept_from)}
    kit = {"record": thing.id, "is_kit": True, "tip": thing.part, "office": thing.agency, "decision": "no_test"}
    return [own, kit] if thing.kept_from else [kit]


def kit_decision_record(thing: Thing) -> Record:
    return kit_decisions.record_of(thing.id, thing.agency, thing.kept_from)


def census_matter_rows(thing: Thing) -> Sequence[Row]:
    """About a kit, or where `role` is empty about what an agency stated, in a county or in none."""
    own = {"record": thing.part, "is_kit": False, "tip": thing.part, "kept_out": list(thing.kept_from)}
    own |= {"county": thing.county}
    matter = {"record": thing.id, "is_kit": False, "tip": thing.id, "row_of": "matter", "matter_phase": "open"}
    matter |= {"subject": uuid5(thing.id, "subject"), "opened_at": NOON}
    if not thing.role:
        return [matter | {"keeper": thing.agency, "keeping_county": thing.county}]
    kit = next(dict(row) for row in kit_rows(thing) if row["is_kit"])
    return [own, kit | {"record": matter["subject"]}, matter]


def census_matter_record(thing: Thing) -> Record:
    if not thing.role:
        same = dict.fromkeys(("clinic", "police", "laboratory"), thing.agency)
        return census_matters.matter_record(thing.id, **same, county=thing.county, kept_out=())
    kit = {name: kit_record(thing).words[name] for name in ("clinic", "police", "laboratory", "county")}
    return census_matters.matter_record(thing.id, **kit, kept_out=thing.kept_from)


def kept_by(thing: Thing) -> str:
    """The agency of whoever holds it."""
    return thing.other if thing.second else ""


def case_row(thing: Thing) -> Sequence[Row]:
    row = {"case": thing.id, "tip": thing.id, "office": thing.agency, "phase": "referred"}
    return [row | {"kept_out": list(thing.kept_from)}]


def transfer_rows(thing: Thing) -> Sequence[Row]:
    row = {"case": thing.id, "number": 1, "tip": thing.id, "giver": thing.agency, "receiver": thing.other}
    shut_out = {"case": thing.id, "number": 0, "kept_out": list(thing.kept_from)}
    return [row | {"phase": "offered", "offered_at": NOON}, shut_out]


def transfer_record(thing: Thing) -> Record:
    words = {"giver": thing.agency, "receiver": thing.other}
    return Record("Transfer", transfer_of(thing.id, 1), accounts={"kept_out": thing.kept_from}, words=words)


def harbour_rows(thing: Thing) -> Sequence[Row]:
    case = {"case": thing.id, "accused": safe_harbour_list.NOBODY, "tip": thing.id, "office": thing.agency}
    row = {"case": thing.id, "accused": thing.part, "since": NOON, "grounds": ["court_found"]}
    return [case | {"kept_out": list(thing.kept_from)}, row]


def harbour_record(thing: Thing) -> Record:
    words = {"office": thing.agency}
    return Record("SafeHarbour", harbour_of(thing.part), accounts={"kept_out": thing.kept_from}, words=words)


def case_record(thing: Thing) -> Record:
    return Record("Case", thing.id, accounts={"kept_out": thing.kept_from}, words={"office": thing.agency})


ALL: datetime | None = None
LISTS: Mapping[str, Hiding] = {
    "tips": Hiding(
        TIPS, "list_tips", tip_list.TIP_LIST, tip_list.PAGE_OF_TIPS, tip_list.SCOPE, tip_row, tip_named, "tip",
        {"before": ALL, "since": ALL, "county": ALL, "alike": ALL, "now": NOON, **LIKENESS},
    ),
    "tips to do": Hiding(
        TIPS, "list_to_do", tip_list.TIP_LIST, to_do.TO_DO, to_do.SCOPE, tip_row, tip_named, "tip",
        {
            "kinds": list(to_do.KINDS), "limit": 200, "skip": 0, "now": NOON, "me": ANYBODY,
            "reach": timedelta(days=99), **LIKENESS,
        },
    ),
    "releases": Hiding(
        TIPS, "list_releases", releases.RELEASES_TO_ANSWER, releases.RELEASES, releases.SCOPE, release_rows,
        tip_named, "tip", {},
    ),
    "duties": Hiding(
        TIPS, "list_duties", duty_board.DUTY_BOARD, duty_board.BOARD, duty_board.SCOPE, duty_rows, tip_named, "tip",
        {"rule": ALL},
    ),
    "duties told": Hiding(
        TIPS, "list_told", duty_told.DUTY_TOLD, duty_told.TOLD, duty_told.SCOPE, told_rows, told_record, "tip", {},
    ),
    "openings": Hiding(
        TIPS, "list_openings", openings.OPENINGS_TO_REVIEW, openings.OPENINGS, openings.SCOPE, opening_rows,
        opening_record, "opening", {},
    ),
    "orders": Hiding(
        TIPS, "list_destructions", orders.ORDERS_TO_DESTROY, orders.ORDERS, orders.SCOPE, order_rows, order_record,
        "order_id", {},
    ),
    "teams": Hiding(
        RAPID_ASSESSMENT, "list_teams", team_board.TEAM_BOARD, team_board.BOARD, team_board.SCOPE, team_row,
        team_record, "team", {"phase": ALL, "now": NOON},
    ),
    "open cases": Hiding(
        RAPID_ASSESSMENT, "list_teams", open_case_rows.OPEN_CASES, open_cases.OPEN, open_cases.SCOPE, open_row,
        team_record, "team",
        {"now": NOON, "county": ALL, "standing": ALL, "seat": ALL, "limit": 200, "skip": 0, "seats": WANTED},
    ),
    "my seats": Hiding(
        RAPID_ASSESSMENT, "list_own_cases", open_case_rows.OPEN_CASES, my_seats.SEATS, open_case_rows.OWN, open_row,
        team_record, "team", {},
    ),
    "my deadlines": Hiding(
        RAPID_ASSESSMENT, "list_own_cases", open_case_rows.OPEN_CASES, my_deadlines.DEADLINES, open_case_rows.OWN,
        open_row, team_record, "team", my_deadlines.RULES,
    ),
    "case times": Hiding(
        RAPID_ASSESSMENT, "list_case_times", case_times.CASE_TIMES, case_times.CASES, case_times.SCOPE, times_row,
        times_record, "team", {"since": ALL, "until": ALL, "county": ALL, "outcome": ALL, "limit": 200, "skip": 0},
    ),
    "notices": Hiding(
        RAPID_ASSESSMENT, "list_notices", notice_board.NOTICE_BOARD, notice_board.BOARD, notice_board.SCOPE,
        notice_rows, notice_record, "notice", {"tip": ALL, "seats": SEATS},
    ),
    "exams": Hiding(
        CLINIC, "list_exams", exam_board.EXAM_BOARD, exam_board.BOARD, exam_board.SCOPE, exam_row, exam_record, "exam",
        {"phase": ALL, "only": ALL, "since": ALL, "until": ALL},
    ),
    "kits": Hiding(
        CLINIC, "list_kits", kit_board.KIT_BOARD, kit_board.BOARD, kit_board.SCOPE, kit_rows, kit_record, "record",
        {"due": False},
    ),
    "follow-ups": Hiding(
        CLINIC, "list_follow_ups", follow_up_board.FOLLOW_UP_BOARD, follow_up_board.BOARD, follow_up_board.SCOPE,
        follow_up_row, follow_up_record, "exam", {"ahead": NOON},
    ),
    "claims": Hiding(
        CLINIC, "list_claims", claims.CLAIMS, claims.LIST, claims.SCOPE, claim_row, claim_record, "line",
        {"since": ALL, "before": ALL},
    ),
    "kit decisions": Hiding(
        CLINIC, "list_kit_decisions", kit_board.KIT_BOARD, kit_decisions.DECISIONS, kit_decisions.SCOPE,
        kit_decision_rows, kit_decision_record, "record", {},
    ),
    "matters of the census": Hiding(
        CLINIC, "list_census_matters", kit_board.KIT_BOARD, census_matters.MATTERS, census_matters.SCOPE,
        census_matter_rows, census_matter_record, "record", {"phase": "open"},
    ),
    "cases": Hiding(
        PROSECUTION, "list_cases", case_board.CASE_BOARD, case_board.BOARD, case_board.SCOPE, case_row, case_record,
        "case", {"phase": ALL},
    ),
    "transfers": Hiding(
        PROSECUTION, "list_transfers", transfer_list.TRANSFER_LIST, transfer_list.TRANSFERS, transfer_list.SCOPE,
        transfer_rows, transfer_record, "case", {},
    ),
    "accused who may be victims": Hiding(
        PROSECUTION, "list_safe_harbour", safe_harbour_list.SAFE_HARBOUR_LIST, safe_harbour_list.SAFE_HARBOURS,
        safe_harbour_list.SCOPE, harbour_rows, harbour_record, "case", {"nobody": safe_harbour_list.NOBODY},
    ),
}  # fmt: skip

_OPERATORS = "what keeps the service running, for operators; rows as stored, for auditors: of no one case"
_OWN_AGENCY = "of the caller's agency, or of every one for who answers for all of them; tests/services/identity"
_SAME_FOR_ALL = "the same for everybody who may ask at all, and nothing of a case"
HIDES_NOTHING: Mapping[tuple[str, str], str] = {
    (service.name, action): _OPERATORS for service in SERVICES for action in ("list_parked", "read_rows")
} | {
    ("identity", "read_names"): "of accounts that were asked for by reference, each judged by the gate",
    ("identity", "list_accounts"): _OWN_AGENCY,
    ("identity", "read_attestation"): _OWN_AGENCY,
    ("identity", "answer_for_administrators"): _OWN_AGENCY,
    ("identity", "list_departures"): _OWN_AGENCY,
    ("identity", "list_incidents"): _OWN_AGENCY,
    ("identity", "list_agencies"): _SAME_FOR_ALL,
    ("identity", "sign_in"): _SAME_FOR_ALL,
    ("tips", "read_reference"): _SAME_FOR_ALL,
    ("tips", "read_rules"): _SAME_FOR_ALL,
    ("prosecution", "read_reference"): _SAME_FOR_ALL,
    ("rapid_assessment", "read_figures"): "numbers that point to nobody (docs/decisions/small-cells.md)",
    ("rapid_assessment", "list_responders"): _SAME_FOR_ALL,
    ("rapid_assessment", "list_certified"): "of the caller's own agency as issuer; nothing of a case",
    ("rapid_assessment", "read_on_call"): _SAME_FOR_ALL,
    ("rapid_assessment", "list_rotas"): _SAME_FOR_ALL,
    ("rapid_assessment", "read_rota_board"): _SAME_FOR_ALL,
    ("rapid_assessment", "find_people"): _SAME_FOR_ALL,
    ("rapid_assessment", "list_drills"): _SAME_FOR_ALL,
    ("rapid_assessment", "list_own_shifts"): "the caller's own alone",
    ("forensic_clinic", "read_calendar"): "hours, and exams as the list of exams hides them; test_calendar.py",
    ("forensic_clinic", "read_fhir"): "hours, and exams as the list of exams hides them; fhir/test_fhir.py",
    ("forensic_clinic", "read_attendant"): "a clinic's own people by reference, places by number; nothing of a case",
    ("forensic_clinic", "read_census"): "numbers over what the list of kits shows; census/test_census_over_http.py",
    ("audit", "list_cases"): "judged by the gate row by row from the copy; tests/services/audit",
    ("audit", "read_compliance"): "judged by the gate case by case from the copy; tests/services/audit",
    ("audit", "list_findings"): "of logs, not of cases",
    ("audit", "list_restores"): "of databases, not of cases",
    ("audit", "list_reviews"): "of weeks, for auditors alone; what waits is counted of what each of them is told of",
}
"""Lists whose rows are hidden from nobody who may ask for them, or by other means than a scope in SQL, and why."""


def make_table(connection: psycopg.Connection[Any], hiding: Hiding) -> None:
    """As the view makes it, and empty."""
    connection.execute("DROP TABLE IF EXISTS listed")
    connection.execute(sql.SQL(f"CREATE TABLE listed ({hiding.view.columns})").format())


def fill(connection: psycopg.Connection[Any], hiding: Hiding, things: Sequence[Thing]) -> None:
    """In place of what it held."""
    connection.execute("TRUNCATE listed")
    with connection.pipeline():
        for row in (row for thing in things for row in hiding.rows(thing)):
            names = sql.SQL(", ").join(sql.Identifier(name) for name in row)
            marks = sql.SQL(", ").join(sql.Placeholder() for _ in row)
            insert = sql.SQL("INSERT INTO listed ({}) VALUES ({})").format(names, marks)
            connection.execute(insert, list(row.values()))


def shown(connection: psycopg.Connection[Any], hiding: Hiding, gate: Gate, caller: Caller) -> set[UUID]:
    """What the list gives the caller before the gate looks at each row."""
    scope = gate.scope(caller, hiding.action, hiding.scope)
    statement = sql.SQL(scope.into(hiding.statement)).format(table=sql.Identifier("listed"))
    found = connection.execute(statement, {**hiding.asked, "page": 200, **scope.values})
    names = [column.name for column in found.description or ()]
    return {row[names.index(hiding.key)] for row in found.fetchall()}


def permitted(hiding: Hiding, gate: Gate, things: Sequence[Thing], caller: Caller) -> set[UUID]:
    """What Cedar permits the caller, thing by thing."""
    return {thing.id for thing in things if gate.may_touch(caller, hiding.action, hiding.record(thing))}


def policies_of(definition: Definition) -> str:
    """As they are in force."""
    return Path(definition.policies).read_text()
