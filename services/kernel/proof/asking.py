"""Asks witnesses for their signature: the audit service, other agencies, and whoever else speaks C2SP tlog-witness."""

import asyncio
import http
import logging
import ssl
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from services.kernel.on_file import OnFile
from services.kernel.proof.kept import KeptTree
from services.kernel.proof.notes import BadNote, Note, Signer, Verifier, cosigned_at, read_verifier
from services.kernel.proof.witnessing import VOUCHED, Asked

ANSWER_WITHIN_SECONDS = 5.0
LONGEST_ANSWER = 10_000

log = logging.getLogger(__name__)


class Refused(Exception):
    """The witness saw another tree of this log."""


class Unanswered(Exception):
    """Not now; it is asked again."""


def read_witnesses(file: Path) -> Mapping[str, Verifier]:
    """By the address that each is asked at; a file that is not there names nobody. Raises `ValueError`, `OSError`."""
    try:
        written = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
        return {address.rstrip("/"): read_verifier(key) for address, key in written.items()}
    except FileNotFoundError:
        return {}
    except BadNote as error:
        raise ValueError(str(error)) from error


class Witnesses:
    """Those that the house was told of. What each has signed so far is known after the first time."""

    def __init__(
        self, file: Path, own: str, signer: Signer, tree: KeptTree, asking: Callable[[str], ssl.SSLContext]
    ) -> None:
        """`signer` is the log's; a witness is known by `asking` at its address; `own` is its own name as one."""
        self._witnesses = OnFile(file, read_witnesses)
        self._own = own
        self._signer = signer
        self._tree = tree
        self._asking = asking
        self._signed: dict[str, int] = {}
        self.refusing: set[str] = set()
        """The names of those that saw another tree."""

    def signed(self) -> Mapping[str, int]:
        """Up to which size each of those asked has signed, by name."""
        return dict(self._signed)

    async def ask(self, newest: Note) -> None:
        """Each that has not signed the newest checkpoint. Those that do not answer are asked another time.

        After a start each is asked once in any case: it may have seen more of this log than a restored database holds.
        """
        for address, witness in list(self._witnesses.items()):
            if witness.name == self._own or self._signed.get(witness.name, -1) >= newest.checkpoint.size:
                continue
            try:
                await self._ask_one(address, witness, newest)
                self.refusing.discard(witness.name)
            except Refused:
                if witness.name not in self.refusing:
                    log.error("a witness has seen another tree of this log", extra={"witness": witness.name})  # noqa: TRY400  # there is no more to say
                self.refusing.add(witness.name)
            except Unanswered:
                log.warning("a witness does not answer", extra={"witness": witness.name})

    async def _ask_one(self, address: str, witness: Verifier, newest: Note) -> None:
        size = newest.checkpoint.size
        signed = self._signed.get(witness.name)
        old = await self._tree.last_cosigned(witness.name) if signed is None else signed
        status, said = await self._post(address, old, newest)
        if status == http.HTTPStatus.CONFLICT and said.strip().isdigit() and int(said) <= size:
            # What it signed last it may know better than we, after a crash.
            status, said = await self._post(address, int(said), newest)
        if status == http.HTTPStatus.OK:
            await self._keep(witness, newest, said)
            return
        if status in {http.HTTPStatus.CONFLICT, http.HTTPStatus.UNPROCESSABLE_ENTITY}:
            raise Refused
        raise Unanswered

    async def _post(self, address: str, old: int, newest: Note) -> tuple[int, str]:
        proof = await self._tree.prove_consistency(old, newest.checkpoint.size)
        body = Asked(old, proof, newest).written.encode()
        place = f"{address}/add-checkpoint"
        return await asyncio.to_thread(post, place, body, self._signer.vouch(body), self._asking)

    async def _keep(self, witness: Verifier, note: Note, said: str) -> None:
        for line in said.splitlines():
            try:
                cosigned_at(note.checkpoint, [line], witness)
            except BadNote:
                continue
            await self._tree.keep_lines(note.checkpoint.size, witness.name, line)
            self._signed[witness.name] = note.checkpoint.size
            return
        raise Unanswered


def post(
    address: str,
    body: bytes,
    vouched: str,
    asking: Callable[[str], ssl.SSLContext],
    within: float = ANSWER_WITHIN_SECONDS,
) -> tuple[int, str]:
    """Status and answer. With no library that a service would otherwise not load. Raises `Unanswered`."""
    parts = urlsplit(address)
    where = parts.hostname or ""
    if parts.scheme == "https":
        connection: HTTPConnection = HTTPSConnection(where, parts.port, timeout=within, context=asking(address))
    else:
        connection = HTTPConnection(where, parts.port, timeout=within)
    headers = {"Content-Type": "text/plain; charset=utf-8", VOUCHED: vouched}
    try:
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST_ANSWER).decode()
    except (OSError, HTTPException, UnicodeDecodeError) as error:
        raise Unanswered from error
    finally:
        connection.close()
