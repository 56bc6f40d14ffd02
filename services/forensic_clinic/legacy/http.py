"""Legacy kits over HTTP: a list is looked at first, then its right rows come in by one command."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, post

from services.forensic_clinic.case.case import Case
from services.forensic_clinic.kit.commands import hand_of
from services.forensic_clinic.kit.kits import Kits, record_of
from services.forensic_clinic.kit.numbers import Numbers
from services.forensic_clinic.kit.state import CLINIC, UNSET, Holder, Kit
from services.forensic_clinic.legacy import bringing_in
from services.forensic_clinic.legacy.judging import Judged, LegacyKit, Uploader, WrongRow, judge, serials_in
from services.forensic_clinic.legacy.reading import FileProblem, read
from services.forensic_clinic.legacy.state import LegacyFile, evolve
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Intent, caller_of
from services.kernel.http.gate import Record
from services.kernel.keys import Digester
from services.kernel.store import Change, Changes, Kind
from services.kernel.time_source import TimeSource

LEGACY_FILE = Kind("legacy_file", LegacyFile(), evolve)
BRING_IN = "bring_in_legacy_kits"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class ListOfKits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bytes of a CSV file, in base64."""

    file: bytes


class BringIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same file once more, with the `digest` that its preview gave."""

    file: bytes
    digest: Digest


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What would come in, and what is wrong with every other row. `problem` where the file as a whole cannot be read.

    `digest` is the SHA-256 of the file.
    """

    digest: str
    problem: FileProblem | None
    kits: tuple[LegacyKit, ...]
    wrong: tuple[WrongRow, ...]


class BroughtIn(msgspec.Struct, frozen=True, kw_only=True):
    """`kits` of the file's rows are on record by it, those of an earlier time included."""

    reference: UUID
    version: int
    position: int
    kits: int


class LegacyKitController(Controller):
    """For evidence officers and clinic managers: kits that lay with their agency before this record."""

    path = "/legacy-kits"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/preview", opt={"action": "preview_legacy_kits"}, status_code=200)
    async def preview(
        self, data: ListOfKits, kits: Kits, numbers: Numbers, time: TimeSource, request: Request[Any, Any, Any]
    ) -> Preview:
        """What the file would bring. Nothing is recorded."""
        found = await _judged(data.file, caller_of(request), kits, numbers, time.now())
        problem = found if isinstance(found, FileProblem) else None
        judged = Judged(kits=(), wrong=()) if isinstance(found, FileProblem) else found
        return Preview(digest=_digest(data.file), problem=problem, kits=judged.kits, wrong=judged.wrong)

    @post("/", opt={"action": BRING_IN}, status_code=201)
    async def bring_in(
        self,
        data: BringIn,
        intent: Intent,
        commands: Commands,
        kits: Kits,
        numbers: Numbers,
        digester: Digester,
    ) -> Response[BroughtIn]:
        """The rows that are right, all of them or none. From then on you answer for these kits."""
        hand = hand_of(intent)
        file = _reference(digester, hand.agency, data.file)

        async def decide(now: datetime) -> Decided:
            loaded = await kits.store.load(LEGACY_FILE, file)
            judged = await _judged(data.file, intent.caller, kits, numbers, now)
            brought = bringing_in.bring_in(
                file, loaded.state, judged, hand, seen=data.digest, digest=_digest(data.file), now=now
            )
            changes = [Change(file, loaded.version, brought.of_file)] if brought.of_file else []
            changes += [Change(each.kit, 0, [each], case=each.tip) for _, each in brought.of_kits]
            effects = tuple(numbers.reservation(row.serial, each.kit) for row, each in brought.of_kits)
            version = loaded.version + len(brought.of_file)
            return Decided(Changes(changes, effects), file, version, file, now, status=201)

        done, status = await commands.perform(intent, decide)
        on_record = (await kits.store.load(LEGACY_FILE, file)).state.kits
        answer = BroughtIn(reference=done.reference, version=done.version, position=done.position, kits=on_record)
        return Response(answer, status_code=status)


async def _judged(file: bytes, caller: Caller, kits: Kits, numbers: Numbers, now: datetime) -> Judged | FileProblem:
    rows = read(file)
    if isinstance(rows, FileProblem):
        return rows
    carried = await numbers.taken(serials_in(rows))
    who = Uploader(agency=caller.agency, may_bring=_may_bring(kits, caller))
    return judge(rows, carried, who, kits.jurisdiction, kits.jurisdiction.day_of(now))


def _may_bring(kits: Kits, caller: Caller) -> Callable[[str], bool]:
    """By county, whether the policies let the caller bring in what lies there with their agency."""
    decided: dict[str, bool] = {}

    def may(county: str) -> bool:
        if county not in decided:
            decided[county] = kits.gate.may_touch(caller, BRING_IN, lies_with(caller.agency, county))
        return decided[county]

    return may


def lies_with(agency: str, county: str) -> Record:
    """What policies may know of a kit that is not on record yet: in whose evidence room it is, and where it belongs."""
    return record_of(Kit(holder=Holder(account=UNSET, agency=agency, stage=CLINIC, since=EPOCH)), Case(county=county))


def _digest(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def _reference(digester: Digester, agency: str, file: bytes) -> UUID:
    """Of an agency's file: the same each time, and for nobody to work out who has only the file."""
    return UUID(bytes=digester.digest("legacy file", agency.encode(), file)[:16], version=4)
