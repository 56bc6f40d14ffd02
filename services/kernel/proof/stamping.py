"""The job that has signed heads stamped by a time-stamp authority (RFC 3161): it says since when they are.

Where an operator names none, nothing is asked. What the authority does or does not answer stops nothing.
"""

import asyncio
import logging
import os
import ssl
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from cryptography import x509

from services.kernel.lease import Leases
from services.kernel.metrics import Gauge
from services.kernel.proof.kept import KeptTree
from services.kernel.settings import ProofSettings
from services.kernel.time_source import TimeSource

NAME = "stamping"
LOOK_AGAIN_SECONDS = 30.0
ANSWER_WITHIN_SECONDS = 15.0
LONGEST_ANSWER = 100_000
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"

log = logging.getLogger(__name__)


class Authority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where it is asked, the file with its root certificates (PEM), and how often a head is stamped at most."""

    url: Annotated[str, msgspec.Meta(pattern="^https?://")]
    roots: str
    every_seconds: Annotated[float, msgspec.Meta(gt=0)] = 3600.0


class NotStamped(Exception):
    """Why: the authority does not answer, or what it answers is no stamp of this by whom it should be."""


def read_authority(file: Path) -> Authority | None:
    """None where none is named. Raises `NotStamped` for a file that says anything else."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Authority)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise NotStamped(f"{file.name} cannot be read") from error


def stamp(written: bytes, authority: Authority) -> bytes:
    """The authority's response, which was checked. Takes as long as it does. Raises `NotStamped`."""
    from rfc3161_client import TimestampRequestBuilder  # noqa: PLC0415  # not in the memory of a house that stamps nothing

    request = TimestampRequestBuilder().data(written).cert_request(cert_request=True).nonce(nonce=True).build()
    response = _ask(authority.url, request.as_bytes())
    stamped_at(written, response, authority, nonce=request.nonce)
    return response


def stamped_at(written: bytes, response: bytes, authority: Authority, *, nonce: int | None = None) -> datetime:
    """Since when the bytes have been there, as the authority says. Raises `NotStamped`."""
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response  # noqa: PLC0415  # as above

    try:
        roots = x509.load_pem_x509_certificates(Path(authority.roots).read_bytes())
        decoded = decode_timestamp_response(response)
        VerifierBuilder(roots=roots, nonce=nonce).build().verify_message(decoded, written)
        return decoded.tst_info.gen_time
    except (OSError, ValueError, VerificationError) as error:
        raise NotStamped(str(error)) from error


class Stamping:
    """Of one log, by one instance at a time."""

    def __init__(self, settings: ProofSettings, tree: KeptTree, leases: Leases, time: TimeSource) -> None:
        self._settings = settings
        self._tree = tree
        self._leases = leases
        self._time = time
        self._next_at = 0.0
        self._stamped = 0
        self._failing = False

    async def run(self) -> None:
        """For ever."""
        async with self._leases.lease(NAME) as held:
            while True:
                await self.look()
                await held.check()
                await asyncio.sleep(min(LOOK_AGAIN_SECONDS, max(self._settings.checkpoint_seconds, 0.1)))

    async def look(self) -> None:
        """Has the newest head stamped, if it is time for one."""
        now = asyncio.get_running_loop().time()
        if now < self._next_at:
            return
        try:
            authority = read_authority(self._settings.stamps_file) if self._settings.stamps_file else None
            self._next_at = now + LOOK_AGAIN_SECONDS if authority is None else now
            if authority is not None:
                await self._stamp(authority, now)
            self._failing = False
        except NotStamped as why:
            self._failing = True
            self._next_at = now + min(LOOK_AGAIN_SECONDS, self._settings.checkpoint_seconds)
            log.warning("a head was not stamped", extra={"why": str(why)})

    async def _stamp(self, authority: Authority, now: float) -> None:
        newest = await self._tree.newest_written()
        if newest is None or newest[0] <= await self._tree.last_stamped():
            return
        size, written = newest
        response = await asyncio.to_thread(stamp, written.encode(), authority)
        await self._tree.keep_stamp(size, response, self._time.now())
        self._stamped, self._next_at = size, now + authority.every_seconds
        await asyncio.to_thread(lay_beside, self._settings.anchor_file, self._settings.origin, size, response)

    def gauge(self) -> Gauge:
        """For a scrape."""
        return Gauge("proof_stamp_failing", "1 while the time-stamp authority gives no stamp that holds.", self._fails)

    @property
    def stamped(self) -> int:
        """The size of the head that was stamped last, since the start."""
        return self._stamped

    async def _fails(self) -> Mapping[tuple[()], float]:
        return {(): float(self._failing)}


def lay_beside(anchor_file: Path, origin: str, size: int, response: bytes) -> None:
    """The stamp beside the head that lies in the anchor; what cannot be written there is in the database anyhow."""
    try:
        folder = Path(anchor_file.read_text().strip()) / origin.replace("/", "_")
        with (folder / f"{size:012}.tsr").open("xb") as file:
            file.write(response)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("a stamp was not anchored", extra={"why": type(error).__name__})


def _ask(url: str, query: bytes) -> bytes:
    parts = urlsplit(url)
    where = parts.hostname or ""
    if parts.scheme == "https":
        connection: HTTPConnection = HTTPSConnection(
            where, parts.port, timeout=ANSWER_WITHIN_SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = HTTPConnection(where, parts.port, timeout=ANSWER_WITHIN_SECONDS)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        connection.request("POST", path, query, {"Content-Type": QUERY, "Accept": REPLY})
        answer = connection.getresponse()
        body = answer.read(LONGEST_ANSWER)
    except (OSError, HTTPException) as error:
        raise NotStamped(f"the authority does not answer: {type(error).__name__}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise NotStamped(f"the authority answered {answer.status}")
    return body
