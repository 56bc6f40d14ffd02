"""The case file over HTTP: for whom one can be made, and the making, on record before the file is handed out."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from psycopg_pool import AsyncConnectionPool

from contracts.language import Refused
from services.audit.case_file.events import CaseFileMade
from services.audit.case_file.making import Made, Rights, Wanted, fingerprint, make, reasons_of, require_possible
from services.audit.case_file.profiles import Profiles
from services.audit.case_file.proofs import NotProved, Proofs, proofs_needed, proofs_of, signed_only
from services.audit.case_file.reading import Material, material_of
from services.audit.replay.access import may_see_of, put_on_record
from services.audit.replay.words import Language, Words
from services.audit.witness.heads import log_keys
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.gate import Gate
from services.kernel.http.problems import NotFound
from services.kernel.on_file import OnFile
from services.kernel.proof.asking import read_witnesses
from services.kernel.proof.notes import SIGNS_CHECKPOINTS, Signer, Verifier, read_private_key
from services.kernel.settings import ProofSettings
from services.kernel.store import EventStore
from services.kernel.time_source import TimeSource

ZIP = "application/zip"


@dataclass(frozen=True)
class CaseFiles:
    """What case files are made with. The other services are asked at the addresses of `peers`, known by `asking`."""

    pool: AsyncConnectionPool
    store: EventStore
    gate: Gate
    time: TimeSource
    words: Mapping[Language, Words]
    withheld_seats: frozenset[str]
    profiles: Profiles
    keys: "Keys | None"
    peers: Mapping[str, str]
    asking: ssl.SSLContext

    def rights(self) -> Rights:
        """With the others' keys as they lie there now. Raises `Refused` where this house signs nothing."""
        if self.keys is None:
            raise Refused("nothing_signed", "This house proves no log, so no case file can be sealed.")
        return Rights(
            profiles=self.profiles,
            withheld_seats=self.withheld_seats,
            words=self.words,
            signer=self.keys.signer,
            logs=log_keys(self.keys.logs),
            witnesses=sorted({*self.keys.own, *self.keys.named.values()}),
        )


class Keys(NamedTuple):
    """What seals, and whose signatures a file holds: the logs', the house's `own` witness, and those it was told of."""

    signer: Signer
    logs: Path
    own: Sequence[Verifier]
    named: Mapping[str, Verifier]


def keys_of(settings: ProofSettings | None, witness: Signer | None) -> Keys | None:
    """Read at the start, which a key that cannot be read ends. Raises `SystemExit`."""
    if settings is None:
        return None
    signer = Signer(settings.origin, SIGNS_CHECKPOINTS, read_private_key(settings.key_file))
    named = OnFile(settings.witnesses_file, read_witnesses)
    return Keys(signer, settings.logs, [] if witness is None else [witness.verifier], named)


class Ways(msgspec.Struct, frozen=True):
    """By profile, by which authorities a file is made.

    `fingerprint` is of the key that seals: whoever gets a file must be told it by another road.
    """

    fingerprint: str
    authorities: dict[str, tuple[str, ...]]


class CaseFileController(Controller):
    """One archive for whoever judges, with proofs that a stranger can check."""

    path = "/"
    tags = ["Case file"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/case-files/ways", opt={"action": "make_case_file"})
    async def ways(self, case_files: CaseFiles) -> Ways:
        """For whom and by which authority a file can be made, and the fingerprint of the key that seals it."""
        authorities = {str(name): rules.authorities for name, rules in case_files.profiles.profiles.items()}
        return Ways(fingerprint(case_files.rights().signer.verifier), authorities)

    @post("/cases/{case:uuid}/file", opt={"action": "make_case_file"}, status_code=200, media_type=ZIP)
    async def make(
        self, case: UUID, data: Wanted, request: Request[Any, Any, Any], case_files: CaseFiles
    ) -> Response[bytes]:
        """The sealed file. That it was made, for whom and by what right is on record before you have it.

        It ends where each service had signed, some seconds ago as a rule, and says where that is. 409 where what the
        copy holds is not what a service signed; 503 while nothing of the case is signed.
        """
        caller, now = caller_of(request), case_files.time.now()
        may_see = may_see_of(case_files.gate, caller, case, "make_case_file")
        material = await material_of(case_files.pool, case, case_files.words["en"].keeps_out, may_see)
        if material is None:
            raise NotFound
        require_possible(data, case_files.profiles)
        rights = case_files.rights()
        reasons = await asyncio.to_thread(reasons_of, material, data, rights)
        try:
            proofs = await _proofs(case_files, request.headers.get("authorization", ""), reasons)
            signed = signed_only(reasons, proofs)
            made = await asyncio.to_thread(make, case, data, material, signed, proofs, rights, now)
        except NotProved as where:
            sentence = (
                f"What the auditors’ copy holds of the service {where.service} is not what that service signed. "
                "Compare its log first, and look at what is found. No file was made."
            )
            raise Refused("not_proved", sentence) from where
        await _record(case_files, caller, case, data, material, made)
        name = f"muster-case-{str(case)[:8]}-{data.profile}-{now:%Y%m%dT%H%M%SZ}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Muster-Digest": made.digest}
        return Response(made.archive, media_type=ZIP, headers=headers)


async def _proofs(
    case_files: CaseFiles, authorization: str, reasons: Mapping[tuple[str, int], str]
) -> Mapping[str, Proofs]:
    found = {}
    for service, positions in proofs_needed(reasons.keys()).items():
        address = case_files.peers.get(service)
        if address is None:
            raise NotProved(service)
        found[service] = await proofs_of(service, address, case_files.asking, authorization, positions)
    return found


async def _record(
    case_files: CaseFiles, caller: Caller, case: UUID, wanted: Wanted, material: Material, made: Made
) -> None:
    sources = tuple(sorted(material.positions))
    event = CaseFileMade(
        case=case,
        told=tuple(sorted(material.cases)),
        profile=wanted.profile,
        authority=wanted.authority,
        number=wanted.number,
        digest=made.digest,
        shown=made.shown,
        hashed=made.hashed,
        sources=sources,
        positions=tuple(material.positions[each] for each in sources),
    )
    await put_on_record(case_files.store, case_files.gate, caller, case, event, case_files.time.now())
