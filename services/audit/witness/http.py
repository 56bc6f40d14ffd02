"""The audit service as a witness of every other service's log: C2SP tlog-witness."""

import http
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Controller, Request, Response, post
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from contracts.language import InvalidValue
from services.audit.finding.decisions import Span, was_declared
from services.audit.finding.recording import Recording
from services.audit.finding.state import FindingKind
from services.audit.sources import OWN
from services.audit.witness.heads import log_keys
from services.kernel.http.problems import Malformed, NeverAllowed, NotFound
from services.kernel.proof.notes import (
    COSIGNS,
    BadNote,
    Checkpoint,
    Signer,
    Verifier,
    is_vouched_for,
    read_note,
    read_private_key,
    require_signature,
)
from services.kernel.proof.witnessing import (
    LONGEST_REQUEST,
    VOUCHED,
    Asked,
    Forked,
    OtherSize,
    RolledBack,
    read_asked,
    require_agreement,
)
from services.kernel.settings import ProofSettings
from services.kernel.time_source import TimeSource

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"

_ALONE = b"SELECT pg_advisory_xact_lock(hashtext('witness'), hashtext(%s))"
_LAST = b"SELECT note FROM witnessed_heads WHERE source = %s ORDER BY size DESC LIMIT 1"
_KEEP = b"INSERT INTO witnessed_heads (source, size, note) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


class UnknownLog(Exception):
    """No key of a log of that name is known here."""


@dataclass(frozen=True)
class Witness:
    """What the audit service countersigns by; without a `signer` it is no witness. `logs` holds the services' keys."""

    signer: Signer | None
    logs: Path | None
    pool: AsyncConnectionPool
    recording: Recording
    time: TimeSource

    async def countersign(self, body: bytes, asked: Asked, vouched: str) -> str:
        """The line of signature, once it is kept. Raises `UnknownLog`, `BadNote`, `OtherSize`, `Forked`.

        What the log itself asks in vain is a finding.
        """
        signer = self.signer
        if signer is None:
            raise UnknownLog
        source, key = self._log_of(asked)
        async with self.pool.connection() as connection:
            await connection.execute(_ALONE, (source,))
            last = await _last(connection, source)
            try:
                require_agreement(asked, last)
            except (Forked, RolledBack) as refused:
                if last is not None and is_vouched_for(body, vouched, key):
                    await self._record(source, asked.note.checkpoint, last, refused)
                raise
            line = signer.cosign(asked.note.checkpoint, self.time.now())
            kept = asked.note._replace(lines=[*asked.note.lines, line])
            await connection.execute(_KEEP, (source, asked.note.checkpoint.size, kept.written))
        return line

    def _log_of(self, asked: Asked) -> tuple[str, Verifier]:
        """Whose log it is, if that service signed. Nobody is a witness of their own log."""
        keys = log_keys(self.logs) if self.logs else {}
        for source, key in keys.items():
            if source != OWN and key.name == asked.note.checkpoint.origin:
                require_signature(asked.note, key)
                return source, key
        raise UnknownLog

    async def _record(self, source: str, signed: Checkpoint, last: Checkpoint, refused: Exception) -> None:
        rolled_back = isinstance(refused, RolledBack)
        kind = FindingKind.ROLLED_BACK if rolled_back else FindingKind.FORKED
        span = Span(kind, signed.size + 1 if rolled_back else 1, last.size)
        # A log that was put back asks with its old head until it has its tree again, also once that is declared.
        await self.recording.found(source, [span], lambda _: (signed.root.hex(), last.root.hex()), was_declared)


def signer_of(settings: ProofSettings | None) -> Signer | None:
    """Read once: a key that cannot be read ends the start. Raises `SystemExit`."""
    if settings is None or settings.witness_key_file is None:
        return None
    return Signer(settings.witness_name, COSIGNS, read_private_key(settings.witness_key_file))


class WitnessController(Controller):
    """Whoever asks is known by the signature of the log on what they bring, and by nothing else."""

    path = "/witness"
    tags = ["Witness"]  # noqa: RUF012  # Litestar reads a class attribute

    @post(
        "/add-checkpoint",
        opt={"action": "countersign"},
        status_code=200,
        media_type=TEXT,
        request_max_body_size=LONGEST_REQUEST,
    )
    async def add(self, request: Request[Any, Any, Any], witness: Witness) -> Response[str]:
        """Countersigns a head that continues the one countersigned last; one that does not is a grave finding.

        404 for a log not known here, 403 for a head its log did not sign, 409 with the size to go on from, 422 when
        the proof does not hold.
        """
        try:
            body = await request.body()
            asked = read_asked(body.decode())
        except (BadNote, UnicodeDecodeError) as error:
            raise Malformed("This is no request to a witness.") from error
        try:
            line = await witness.countersign(body, asked, request.headers.get(VOUCHED, ""))
        except UnknownLog as error:
            raise NotFound from error
        except BadNote as error:
            raise NeverAllowed from error
        except OtherSize as other:
            # As the specification has it: who asks reads the size.
            return Response(f"{other.size}\n", status_code=http.HTTPStatus.CONFLICT, media_type=SIZE)
        except Forked as error:
            raise InvalidValue("proof", "This does not continue what was signed before.") from error
        return Response(f"{line}\n")


async def _last(connection: AsyncConnection, source: str) -> Checkpoint | None:
    row = await (await connection.execute(_LAST, (source,))).fetchone()
    return read_note(row[0]).checkpoint if row else None
