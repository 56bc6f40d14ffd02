"""Every route that reads, walked as every role, in the house of the planted day: which words each of them was shown.

Lists, pages, files, histories and replays of every service, those of a past moment, and the console's pages. What an
address names is of the day. A role is sent where docs/who-may-use-what.csv, which is compared with routes and policies,
does not say no: in `make attack` everywhere, in `make test` wherever what is typed is shown and to a sample beside it.
"""

import asyncio
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx
import jwt
import psycopg

from contracts.jurisdictions import load_mississippi
from deploy.embedded.keys import IDENTITY, SIGNING_KEY
from deploy.topology import CONSOLE, SERVICES
from services.forensic_clinic.views.claims import claim_of
from services.kernel.http.caller import ALGORITHM, AUDIENCE
from services.kernel.http.looking_back import ROLE as OF_THE_PAST
from tests.end_to_end.planted_day import CLINIC, STRANGERS, PlantedDay
from tests.end_to_end.planting import in_sample
from tests.end_to_end.town import AGENCIES, Town, administrator_of, origin_of

AT_ONCE = 8
ONE_IN = 8
"""Of so many routes that are not in `SHOWING` each role is sent to one in `make test`, to others than the next role."""
ASKED_WHY = ("contact.made", "kit.refused", "team.seat_accepted")
NOT_WALKED = frozenset({"/live", "/metrics", "/health/live", "/health/ready"})
"""The first never ends, and says that something changed, not what; the others are looked at by themselves."""
OF_THE_KERNEL = ("/proof/", "/operator/")
"""Beginnings of what is the same in every service. It is walked in one."""

TABLE = Path(__file__).parents[2] / "docs" / "who-may-use-what.csv"
WALKING: Mapping[str, tuple[str, str]] = (
    {role: (role, agency) for role, agency in AGENCIES.items()}
    | dict(STRANGERS)
    | {administrator_of(CLINIC): ("administrator", CLINIC), "operator": ("operator", "MDCPS")}
)
"""People of the town with the role they walk as, and their agency."""

SHOWING = frozenset(
    {
        "audit /reviews/{review:uuid}",
        "forensic_clinic /census/matters/{matter:uuid}",
        "forensic_clinic /exams/{exam:uuid}/notes",
        "forensic_clinic /kit-decisions/{kit:uuid}",
        "forensic_clinic /kits/{kit:uuid}/survivor",
        "forensic_clinic /kits/{kit:uuid}/texts",
        "identity /accounts/names",
        "identity /incidents/{incident:uuid}",
        "prosecution /cases/{case:uuid}/accused",
        "prosecution /cases/{case:uuid}/evidence/places",
        "prosecution /cases/{case:uuid}/notes",
        "prosecution /cases/{case:uuid}/victims/{victim:uuid}/told",
        "rapid_assessment /teams/{team:uuid}/contact",
        "rapid_assessment /teams/{team:uuid}/custody/texts",
        "tips /tips/{tip:uuid}/destructions",
        "tips /tips/{tip:uuid}/dispositions",
        "tips /tips/{tip:uuid}/duties/texts",
        "tips /tips/{tip:uuid}/hand",
        "tips /tips/{tip:uuid}/holds",
        "tips /tips/{tip:uuid}/openings/{opening:uuid}/reason",
        "tips /tips/{tip:uuid}/persons",
        "tips /tips/{tip:uuid}/reporter",
        "tips /tips/{tip:uuid}/reporter/releases",
    }
)
"""Routes made for showing what is typed. Each role that is shown a compartment is shown it by one of them at least."""

CHILD, REPORTER, EXAM, KIT = "child and others named", "who reported", "exam notes", "kit texts"
ACCUSED, CASE, NAMES = "accused", "case notes", "names of colleagues"

OF_THE_TOWN = frozenset(
    {
        "administrator", "auditor", "clinic_coordinator", "cps_coordinator", "cps_intake", "cps_investigator",
        "credential_issuer", "forensic_nurse", "laboratory", "law_enforcement", "operator", "prosecutor",
        "trafficking_investigator", "victim_advocate",
    }
)  # fmt: skip
"""Of whom there is somebody with an account. Of the other roles there are tokens, which identity takes for nobody's."""

COMPARTMENTS: Mapping[str, tuple[tuple[str, ...], frozenset[str]]] = {
    CHILD: (
        ("tip.person_described", "tip.more_told", "tip.written_to_reporter"),
        frozenset({"cps_intake", "cps_coordinator", "prosecutor"}),
    ),
    REPORTER: ((), frozenset({"cps_intake", "cps_coordinator", "prosecutor"})),
    "whom a duty told": (("duty.",), frozenset({"cps_intake", "cps_coordinator"})),
    "why it was opened": (("break_glass.explained",), frozenset({"cps_coordinator", "administrator"})),
    EXAM: (("exam.", "follow_up."), frozenset({"forensic_nurse", "clinic_coordinator"})),
    "decisions on a kit": (("kit.decision_proposed",), frozenset({"prosecutor", "laboratory"})),
    KIT: (("kit.",), frozenset({"laboratory"})),
    "what a survivor asked": (("survivor.question",), frozenset({"forensic_nurse", "clinic_coordinator"})),
    ACCUSED: (
        ("accused.added", "accused.age_corrected born", "accused.cause_number_entered"),
        frozenset({"prosecutor"}),
    ),
    CASE: (("case.", "accused.age_corrected reason"), frozenset({"prosecutor"})),
    "what a victim told": (("victim.",), frozenset({"prosecutor"})),
    "where evidence is and who is served": (("evidence.", "paper."), frozenset({"prosecutor"})),
    "releases of a reporter": (("reporter.",), frozenset({"cps_coordinator", "prosecutor"})),
    "notes of hand to hand": (("hand.",), frozenset({"cps_intake", "cps_coordinator"})),
    "how investigations ended": (("tip.disposed",), frozenset({"cps_coordinator"})),
    "what was tried to see the child": (("contact.attempted", "contact.step_planned"), frozenset({"cps_coordinator"})),
    "custody of the child": (("custody.",), frozenset({"cps_coordinator"})),
    "orders to destroy": (
        ("destruction.requested", "destruction.dropped"),
        frozenset({"cps_coordinator", "statewide_coordinator", "auditor"}),
    ),
    "legal holds": (("destruction.hold_placed",), frozenset({"cps_coordinator", "prosecutor"})),
    "incidents": (("incident.",), frozenset({"forensic_nurse", "administrator", "operator"})),
    "matters of the census": (("census.",), frozenset({"laboratory"})),
    "reviews of reading": (("audit.reading_reviewed", "audit.unusual_reading_judged"), frozenset({"auditor"})),
    NAMES: (("account.described",), OF_THE_TOWN),
}
"""What is typed about people, by the beginning of its field, and the roles that any route shows it to on this day.

The tip is shared with the prosecutors of one office, one of whom was released who reported it; the kit is with the
laboratory. The operator of the town is an administrator as well. Everything that is typed elsewhere is shown to nobody:
a reason for declining a seat, say.
"""


class Walked(NamedTuple):
    """A role was shown words of a compartment by a route."""

    role: str
    route: str
    compartment: str


def compartment_of(field: str) -> str:
    """Of a field, as a plant says where it was typed into; empty for what nobody is shown."""
    found = [name for name, (fields, _) in COMPARTMENTS.items() if field == name or field.startswith(fields or ("\0",))]
    return found[0] if found else ""


async def walked(day: PlantedDay) -> list[Walked]:
    """As everybody: people of the town where there are some of the role, else somebody with a token of it."""
    turn = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:

        async def one(role: str, request: httpx.Request) -> list[Walked]:
            async with turn:
                answer = await client.send(request)
            shown = day.plants.apart(f"{answer.headers} {answer.text}")
            return [Walked(role, f"{request.method} {request.url}", compartment_of(field) or field) for field in shown]

        found = await asyncio.gather(*(one(*each) for each in _asked(day)))
    return [each for shown in found for each in shown]


def _asked(day: PlantedDay) -> Iterator[tuple[str, httpx.Request]]:
    reading = [
        row
        for row in _table()
        if (row["method"] == "GET" or row["path"].endswith("/export"))
        and (row["service"] == SERVICES[0].name or not row["path"].startswith(OF_THE_KERNEL))
    ]
    for walker in _walkers(day.town):
        for row in reading:
            of_console = row["service"] == CONSOLE.name
            if row[walker.role] == "no" or row["path"] in NOT_WALKED or (of_console and not walker.session):
                continue
            if not _is_walked(walker.role, row):
                continue
            place = origin_of(day.town.stack) if of_console else day.town.stack.url(row["service"])
            headers = {"Cookie": f"session={walker.session}"} if of_console else walker.headers
            for path in _paths(day, row["service"], row["path"]):
                query = {"account": _known(day)["account"]} if path == "/accounts/names" else {}
                if not (of_console and row["method"] == "POST"):
                    yield walker.role, httpx.Request(row["method"], f"{place}{path}", params=query, headers=headers)
    yield from _asked_of_the_past(day, [row for row in reading if row["method"] == "GET" and row[OF_THE_PAST] != "no"])


def _asked_of_the_past(day: PlantedDay, open_to_it: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, httpx.Request]]:
    """By an auditor, at the end of the day. The console asks nothing of the past."""
    auditor = next(each for each in _walkers(day.town) if each.role == "auditor")
    for row in (each for each in open_to_it if each["service"] != CONSOLE.name and each["path"] not in NOT_WALKED):
        if not _is_walked(OF_THE_PAST, row):
            continue
        for path in _paths(day, row["service"], row["path"]):
            url, query = f"{day.town.stack.url(row['service'])}{path}", {"as_of": day.town.now.isoformat()}
            yield OF_THE_PAST, httpx.Request("GET", url, params=query, headers=auditor.headers)


def _is_walked(role: str, row: Mapping[str, str]) -> bool:
    place = f"{row['service']} {row['path']}"
    return place in SHOWING or in_sample(f"{role} {row['method']} {place}", ONE_IN)


def _table() -> list[dict[str, str]]:
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


def _paths(day: PlantedDay, service: str, path: str) -> Iterator[str]:
    """The address with every reference of the day that it may take."""
    names = [part.partition(":")[0] for part in re.findall(r"{([^}]*)}", path)]
    known = _known(day) | ({"case": [day.tip]} if service == "audit" or path.startswith("/audit") else {})
    for values in product(*(known.get(name, [name]) for name in names)):
        filled = iter(values)
        yield re.sub(r"{[^}]*}", lambda _: next(filled), path)  # noqa: B023  # used at once


def _known(day: PlantedDay) -> dict[str, list[str]]:
    """References of the day by the name of the parameter they may stand for."""
    accounts = [day.town.people[who].account for who in ("forensic_nurse", "cps_investigator")]
    return {
        "tip": [day.tip, day.tips[2]],
        "team": [day.team],
        "exam": [day.exam],
        "claim": [str(claim_of(UUID(day.exam)))],
        "kit": [day.kit],
        "case": [day.case],
        "victim": [day.victim],
        "item": [day.item],
        "account": accounts,
        "responder": accounts[1:],
        "nurse": accounts[:1],
        "schedule": accounts[:1],
        "opening": [day.opening],
        "review": [day.review],
        "incident": [day.incident],
        "matter": [day.matter],
        "event": list(_events(day.town.stack.admin_conninfo("audit"), day.tip)),
    }


@cache
def _events(copy: str, case: str) -> tuple[str, ...]:
    """Of the case, one of each kind that is asked why it came about."""
    with psycopg.connect(copy) as connection:
        found = connection.execute(
            "SELECT min(event_id::text) FROM copied_events WHERE correlation = %s AND topic = ANY(%s) GROUP BY topic",
            (case, list(ASKED_WHY)),
        )
        return tuple(event for (event,) in found)


class Walker(NamedTuple):
    """Somebody of a role, with a token for the services and, of the town's people, a session for the console."""

    role: str
    headers: Mapping[str, str]
    session: str = ""


def _walkers(town: Town) -> Iterator[Walker]:
    key = (town.stack.folder.secrets / IDENTITY / SIGNING_KEY).read_bytes()

    def walker(role: str, account: str, agency: str, session: str = "") -> Walker:
        times = {"iat": int(town.now.timestamp()), "exp": int((town.now + timedelta(hours=1)).timestamp())}
        claims = {"sub": account, "agency": agency, "roles": [role], "aud": AUDIENCE} | times
        token = jwt.encode(claims, key, algorithm=ALGORITHM)
        return Walker(role, {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}, session)

    for label, (role, agency) in WALKING.items():
        who = town.people[label]
        yield walker(role, who.account, agency, who.session)
    for role, rule in sorted(load_mississippi().roles.items()):
        if role not in {each for each, _ in WALKING.values()}:
            yield walker(role, str(uuid4()), rule.agency_id or "CVP")
