"""All that a house tells and keeps of a planted day: gathered while it runs, and from the disk when it was ended."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import httpx
import nats
import psycopg
from eventsourcing.persistence import StoredEvent
from nats.aio.client import Client
from nats.js.api import StorageType, StreamConfig

from contracts.language import Event
from deploy.embedded.files import write_private
from deploy.embedded.folder import DataFolder
from deploy.embedded.heartbeat import FILE, Heartbeat
from deploy.embedded.keys import make_service_keys
from deploy.embedded.listening import ONLY_HERE
from deploy.topology import SERVICES, stream_name
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.connections import pool_of
from services.kernel.definition import Definition
from services.kernel.keys import KeyStore, WrappingKeys
from services.kernel.operations import OPERATION_EVENTS
from services.kernel.sealing import personal_fields
from services.kernel.stored_form import Registry, StructMapper
from services.rapid_assessment.main import ADDRESSES
from tests.end_to_end.planted_clinic import at_the_clinic
from tests.end_to_end.planted_day import CLINIC, PlantedDay
from tests.end_to_end.planted_walk import Walked, walked
from tests.end_to_end.planting import PROOF, Field, Plants, files_below, files_with, forms_of, found_in, in_sample
from tests.end_to_end.town import Town, Visit, administrator_of
from tests.end_to_end.wrong_places import typed_wrongly
from tests.support.post_office import PostOffice
from tests.support.waiting import eventually

BOARD_ONE_IN = 4
"""Of so many people one asks for a board in `make test`, other people for the next."""

TOLD_BY_MAIL = ("cps_coordinator", "law_enforcement")
_REFERENCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LAG = re.compile(r"^muster_\w*_lag_events(?:{.*})? (?!0\.0$).+$", re.MULTILINE)


class Answer(NamedTuple):
    """A request and what came back of it."""

    method: str
    url: str
    status: int
    headers: str
    body: str

    @property
    def route(self) -> str:
        """Method and path, without the references in it."""
        return f"{self.method} {_REFERENCE.sub('…', httpx.URL(self.url).path)}"


class Read(NamedTuple):
    """A route made for showing what is sealed: who may, somebody who may not, and the fields it shows."""

    service: str
    path: str
    by: str
    not_by: str
    shows: tuple[str, ...]
    params: Mapping[str, str] = {}


def personal_reads(day: PlantedDay) -> tuple[Read, ...]:
    """Every such route of the house."""
    nurse = day.town.people["forensic_nurse"].account
    account = _fields_named("account.described", "name", "sign_in_name")
    duty = _fields_named("duty.part_done", "told", "number")
    accused = ("accused.added name", "accused.age_corrected born", "accused.cause_number_entered number")
    return (
        Read("identity", f"/accounts/{nurse}", administrator_of(CLINIC), "auditor", account),
        Read("identity", "/accounts/names", "auditor", "operator", account[:1], {"account": nurse}),
        Read("identity", "/accounts", administrator_of(CLINIC), "auditor", account),
        Read("identity", "/accounts/me", "forensic_nurse", "law_enforcement", account),
        Read("identity", f"/incidents/{day.incident}", "operator", "auditor", INCIDENT_FIELDS),
        Read("tips", f"/tips/{day.tip}/persons", "cps_intake", "auditor", PERSON_FIELDS),
        Read("tips", f"/tips/{day.tip}/duties/texts", "cps_intake", "law_enforcement", (*duty, *DUTY_FIELDS)),
        Read("tips", f"/tips/{day.tip}/destructions", "auditor", "law_enforcement", ORDER_FIELDS),
        Read("tips", f"/tips/{day.tip}/holds", "prosecutor", "auditor", ("destruction.hold_placed authority",)),
        Read("forensic_clinic", f"/exams/{day.exam}/notes", "clinic_coordinator", "cps_coordinator", EXAM_FIELDS),
        Read("forensic_clinic", f"/exams/{day.exam}/follow-up", "forensic_nurse", "cps_coordinator", CONTACT_FIELDS),
        Read("forensic_clinic", f"/kits/{day.kit}/texts", "laboratory", "clinic_coordinator", KIT_FIELDS),
        Read("forensic_clinic", f"/kits/{day.kit}/survivor", "clinic_coordinator", "laboratory", SURVIVOR_FIELDS),
        Read("prosecution", f"/cases/{day.case}/accused", "prosecutor", "colleague", accused),
        Read("prosecution", f"/cases/{day.case}/notes", "prosecutor", "other_office", NOTE_FIELDS),
        Read("prosecution", f"/cases/{day.case}/victims/{day.victim}/told", "prosecutor", "colleague", VICTIM_FIELDS),
        Read("prosecution", f"/cases/{day.case}/evidence/places", "prosecutor", "colleague", EVIDENCE_FIELDS),
        Read("prosecution", f"/cases/{day.case}/papers/addressees", "prosecutor", "colleague", PAPER_FIELDS),
        Read(
            "prosecution",
            f"/cases/{day.case}/documents/drafts/subpoena/{day.paper}",
            "prosecutor",
            "colleague",
            PAPER_FIELDS,
            {"court": "circuit"},
        ),
        Read("audit", f"/reviews/{day.review}", "auditor", "operator", WEEK_FIELDS),
    )


def _fields_named(event: str, *fields: str) -> tuple[str, ...]:
    return tuple(f"{event} {field}" for field in fields)


INCIDENT_FIELDS = ("account.described name", "incident.reported text", "incident.closed note")
PERSON_FIELDS = _fields_named("tip.person_described", "name", "contact", "narrative")
VICTIM_FIELDS = (*_fields_named("victim.contact_stated", "contact", "wishes"), "victim.conferred_with view")
EVIDENCE_FIELDS, PAPER_FIELDS = ("evidence.listed locator",), ("paper.issued addressee",)
ORDER_FIELDS = (*_fields_named("destruction.requested", "court", "number"), "destruction.dropped reason")
DUTY_FIELDS = ("duty.part_acknowledged acknowledged_by", "duty.part_found reason")
EXAM_FIELDS = ("exam.noted note", "exam.release_explained reason")
CONTACT_FIELDS = _fields_named("follow_up.safe_contact_stated", "how", "when", "may_say", "never_say")
KIT_FIELDS = (
    "kit.opened number",
    "kit.sealed seal_number",
    "kit.police_called spoke_with",
    "kit.call_corrected reason",
    "kit.refused reason",
    "kit.offer_withdrawn reason",
    "kit.seal_doubted statement",
    "kit.statement_made statement",
    "kit.resealed seal_number",
    "kit.resealed reason",
    "kit.hand_confirmed seal_number",
    "kit.hand_confirmed place",
    "kit.other_jurisdiction_told jurisdiction",
    "kit.decision_proposed explanation",
    "kit.decision_proposed paper",
    "kit.decision_denied reason",
    "kit.decision_taken_back reason",
)
SURVIVOR_FIELDS = (
    "survivor.question_asked question",
    "survivor.question_continued question",
    "survivor.question_answered answer",
)
WEEK_FIELDS = ("audit.reading_reviewed note", "audit.unusual_reading_judged note")
NOTE_FIELDS = (
    "case.referral_explained note",
    "case.decision_explained note",
    "case.conflict_declared reason",
    "accused.age_corrected reason",
)


class Shown(NamedTuple):
    """The answers to whoever may read and to whoever may not."""

    read: Read
    answer: Answer
    refused: Answer


@dataclass
class Record:
    """What there is to be searched. Hits `on_disk` and `proofs` are by file, below the data folder."""

    plants: Plants = field(default_factory=Plants)
    day: list[Answer] = field(default_factory=list)
    wrong: list[Answer] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    walked: list[Walked] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    messages: dict[str, list[bytes]] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    on_disk: dict[str, list[str]] = field(default_factory=dict)
    proofs: set[str] = field(default_factory=set)


def set_up_mail(data: Path, office: PostOffice) -> None:
    """For notices and for the sign of life, in a folder that no house was started on yet."""
    folder = DataFolder(data, "demonstration")
    folder.open()
    addresses = {role: [office.address] for role in TOLD_BY_MAIL}
    write_private(make_service_keys(folder.secrets, "rapid_assessment") / ADDRESSES, json.dumps(addresses))
    write_private(folder.secrets / FILE, json.dumps({"address": office.address}))


async def lived_and_ended(town: Town, office: PostOffice) -> Record:
    """The day, all that was told of it, and what is left when the house is ended."""
    record = Record()
    async with _open(office):
        async with _client(record.wrong) as client:
            await typed_wrongly(town, client, record.plants)
        async with _client(record.day) as client:
            day = PlantedDay(town, client, record.plants)
            await day.until_the_child_is_safe()
            await at_the_clinic(day)
            await day.afterwards()
            await day.visit.until_told(day.tip, "kit.resealed", "accused.age_corrected", "contact.made")
            await _ask_for_boards(day)
        async with town.open() as visit:
            record.shown.extend([await _shown(visit, read) for read in personal_reads(day)])
        record.walked.extend(await walked(day))
        await _until_still(town)
        await asyncio.to_thread(_tell, town, day.tip, record.told)

        async def mailed() -> bool:
            return len(office.recipients) > len(TOLD_BY_MAIL)

        await eventually(mailed, within=60)
        record.mails.extend([*office.mails, *office.recipients])
    for service in SERVICES:
        record.fields.extend([each async for each in _stored_fields(town, service.name)])
    await _read_streams(town, record.messages)
    await _plant_proofs(town)
    await asyncio.to_thread(town.stack.stop)
    _search(town.stack.folder.path, record)
    return record


async def _shown(visit: Visit, read: Read) -> Shown:
    answers = [await visit.get(who, read.service, read.path, **read.params) for who in (read.by, read.not_by)]
    return Shown(read, *(_answer_of(answer) for answer in answers))


async def _ask_for_boards(day: PlantedDay) -> None:
    """Every list and page of the case, by everybody in `make attack`: none is made for showing what is sealed."""
    pages = {
        "identity": ("/agencies", "/incidents"),
        "tips": ("/tips", "/duties", "/duties/told", f"/tips/{day.tip}", f"/tips/{day.tip}/duties"),
        "rapid_assessment": ("/teams", "/notices", f"/teams/{day.team}"),
        "forensic_clinic": ("/exams", "/kits", f"/exams/{day.exam}", f"/kits/{day.kit}", f"/exams/{day.exam}/slots"),
        "prosecution": ("/cases", f"/cases/{day.case}"),
        "audit": ("/cases", f"/cases/{day.tip}/replay", "/findings", "/reviews"),
    }
    boards = [(service, path) for service, paths in pages.items() for path in paths]
    for number, (service, path) in enumerate(boards):
        asking = [who for who in day.town.people if in_sample(f"{who} {number}", BOARD_ONE_IN)]
        await asyncio.gather(*(day.visit.get(who, service, path) for who in asking))
    for each in SERVICES:
        for path in ("parked", "views"):
            await day.visit.get("operator", each.name, f"/operator/{path}")
        await day.visit.get("auditor", each.name, "/operator/rows")


def _tell(town: Town, tip: str, told: dict[str, str]) -> None:
    """What the command line, metrics, health and the sign of life say."""
    auditor = town.people["auditor"]
    commands = {
        "replay": ("replay", tip),
        "findings": ("findings", "--all"),
        "verify": ("verify", "--json"),
        "trace": ("trace", tip, "--json"),
    }
    with ThreadPoolExecutor(2) as pool:
        done = {name: pool.submit(town.muster, *words, by=auditor) for name, words in commands.items()}
    told.update({f"muster {name}": each.result().stdout + each.result().stderr for name, each in done.items()})
    said: list[str] = []
    places = {each.name: town.stack.url(each.name) for each in SERVICES}
    Heartbeat(town.stack.folder.secrets, town.stack.folder.run, places, said.append, ONLY_HERE.asking()).look(0.0)
    told["the supervisor"] = "\n".join(said)
    with httpx.Client(trust_env=False) as client:
        told["metrics of the supervisor"] = client.get(f"{town.stack.own_url()}/metrics").text
        for service, place in places.items():
            for page in ("metrics", "health/live", "health/ready"):
                answer = client.get(f"{place}/{page}")
                told[f"{page} of {service}"] = f"{answer.headers} {answer.text}"


async def _stored_fields(town: Town, service: str) -> AsyncIterator[Field]:
    """Every personal field that the service's own log holds, opened."""
    conninfo = town.stack.admin_conninfo(service)
    mapper = StructMapper(Registry.of(events_of(service)), seal=lambda event, _: event)
    with psycopg.connect(conninfo) as connection:
        rows = connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY notification_id"
        ).fetchall()
    async with pool_of(conninfo) as pool:
        keys = KeyStore(pool, WrappingKeys(town.stack.folder.secrets / service))
        for row in rows:
            happening = mapper.to_domain_event(StoredEvent(*row))
            for path, personal in personal_fields(happening.event).items():
                sealed = personal.seal is not None and not personal.text
                text = await keys.open(personal, happening.event_id, path)
                plain_path = ".".join(part for part in path.split(".") if not part.isdigit())
                yield Field(happening.event.NAME, plain_path, sealed, text)


async def _read_streams(town: Town, messages: dict[str, list[bytes]]) -> None:
    """Subject, headers and data of each message, as the installer's own user reads them."""
    async with _messages_admin(town) as admin:
        jetstream = admin.jetstream()
        for service in SERVICES:
            stream = stream_name(service.name)
            last = (await jetstream.stream_info(stream)).state.last_seq
            found = [await jetstream.get_msg(stream, number) for number in range(1, last + 1)]
            messages[stream] = [f"{each.subject} {each.headers} ".encode() + (each.data or b"") for each in found]


async def _plant_proofs(town: Town) -> None:
    """In a log, in a database and in a stream; the database writes down all it holds."""
    with (town.stack.folder.logs / "tips.log").open("a") as log:
        log.write(f"{PROOF}\n")
    with psycopg.connect(town.stack.admin_conninfo("tips"), autocommit=True) as connection:
        connection.execute("CREATE TABLE proofs (word text)")
        connection.execute("INSERT INTO proofs VALUES (%s)", (PROOF,))
        connection.execute("CHECKPOINT")
    async with _messages_admin(town) as admin:
        jetstream = admin.jetstream()
        await jetstream.add_stream(StreamConfig(name="PROOFS", subjects=["proofs"], storage=StorageType.FILE))
        await jetstream.publish("proofs", PROOF.encode())


def _search(folder: Path, record: Record) -> None:
    """The house is ended: every file lies still."""
    forms = record.plants.forms()
    for file in files_below(folder):
        record.sizes[str(file.relative_to(folder))] = file.stat().st_size
    for file in files_with(forms, folder):
        record.on_disk[str(file.relative_to(folder))] = list(found_in(file.read_bytes(), forms))
    record.proofs |= {str(file.relative_to(folder)) for file in files_with(forms_of(PROOF), folder)}


@asynccontextmanager
async def _client(kept: list[Answer]) -> AsyncIterator[httpx.AsyncClient]:
    """One that keeps every answer."""

    async def keep(answer: httpx.Response) -> None:
        await answer.aread()
        kept.append(_answer_of(answer))

    async with httpx.AsyncClient(timeout=20, trust_env=False, event_hooks={"response": [keep]}) as client:
        yield client


def _answer_of(answer: httpx.Response) -> Answer:
    return Answer(answer.request.method, str(answer.request.url), answer.status_code, str(answer.headers), answer.text)


@asynccontextmanager
async def _open(office: PostOffice) -> AsyncIterator[PostOffice]:
    async with await asyncio.start_server(office.serve, "127.0.0.1", office.port):
        yield office


async def _until_still(town: Town) -> None:
    """Until every event was published and read by all who read it."""

    async with httpx.AsyncClient(timeout=20, trust_env=False) as client:

        async def still() -> bool:
            pages = [(await client.get(f"{town.stack.url(each.name)}/metrics")).text for each in SERVICES]
            return not any(_LAG.search(page) for page in pages)

        await eventually(still, within=60)


@asynccontextmanager
async def _messages_admin(town: Town) -> AsyncIterator[Client]:
    seed = (town.stack.folder.secrets / "nats" / "admin.seed").read_text()
    client = await nats.connect(f"nats://{town.stack.server_places()['nats']}", nkeys_seed_str=seed)
    try:
        yield client
    finally:
        await client.close()


def definition(service: str) -> Definition:
    """What the service says it is made of."""
    found: Definition = import_module(f"services.{service}.main").DEFINITION
    return found


def events_of(service: str) -> Collection[type[Event]]:
    """Every event the service may store."""
    known = definition(service)
    return dict.fromkeys((*known.events, *known.contract, *CLOCK_EVENTS, *OPERATION_EVENTS))
