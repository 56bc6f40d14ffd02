"""Asks each service, in the auditor's own name, for the proofs that rows are in what it signed."""

import asyncio
import base64
import ssl
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import httpx
import msgspec
from litestar.exceptions import ServiceUnavailableException

from services.kernel.http.problems import NeverAllowed, NotSignedIn
from services.kernel.http.proofs import InclusionProof
from services.kernel.proof.notes import BadNote, Note, Verifier, read_note, require_signature
from services.kernel.proof.tree import BadProof, root_by_inclusion

ANSWER_WITHIN_SECONDS = 20.0
AT_ONCE = 8


class NotProved(Exception):
    """What the copy holds of the service is not what the service signed."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class Proofs(NamedTuple):
    """Of one service's rows: by position what shows that it is in a head, and the heads by size.

    `until` is how far the service had signed: of what came after there is no proof yet.
    """

    inclusion: Mapping[int, InclusionProof]
    heads: Mapping[int, Note]
    until: int


async def proofs_of(
    service: str, address: str, asking: ssl.SSLContext, authorization: str, positions: Collection[int]
) -> Proofs:
    """Of those that the service has signed by now. Nothing is checked yet. Raises 503 while it does not answer."""
    places = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(
        base_url=address,
        verify=asking,
        headers={"Authorization": authorization},
        timeout=ANSWER_WITHIN_SECONDS,
        trust_env=False,
    ) as peer:

        async def asked(path: str) -> bytes:
            async with places:
                return await _answer(service, peer, path)

        newest = await _answer(service, peer, "/proof/checkpoint", absent=b"")
        until = read_note(newest.decode()).checkpoint.size if newest else 0
        signed = [each for each in sorted(positions) if each <= until]
        found = await asyncio.gather(*(asked(f"/proof/inclusion/{each}") for each in signed))
        proofs = [msgspec.json.decode(each, type=InclusionProof) for each in found]
        # Asked for last: a head that was just signed has its countersignatures a moment later.
        sizes = sorted({each.size for each in proofs})
        notes = await asyncio.gather(*(asked(f"/proof/checkpoints/{size}") for size in sizes))
    heads = {size: read_note(note.decode()) for size, note in zip(sizes, notes, strict=True)}
    return Proofs({each.position: each for each in proofs}, heads, until)


def require_proved(service: str, leaves: Mapping[int, bytes], proofs: Proofs, key: Verifier | None) -> None:
    """Raises `NotProved` unless each leaf, as the copy has it, is in a head that the service's own key signed."""
    if key is None:
        raise NotProved(service)
    try:
        for head in proofs.heads.values():
            require_signature(head, key)
        for position, leaf in leaves.items():
            proof = proofs.inclusion[position]
            head = proofs.heads[proof.size]
            hashes = [base64.b64decode(each) for each in proof.proof]
            if root_by_inclusion(leaf, position - 1, head.checkpoint.size, hashes) != head.checkpoint.root:
                raise NotProved(service)
    except (BadNote, BadProof, KeyError, ValueError) as error:
        raise NotProved(service) from error


async def _answer(service: str, peer: httpx.AsyncClient, path: str, absent: bytes | None = None) -> bytes:
    try:
        answer = await peer.get(path)
    except httpx.TransportError as error:
        raise _unavailable(service) from error
    match answer.status_code:
        case 200:
            return answer.content
        case 401:
            raise NotSignedIn
        case 403:
            raise NeverAllowed
        case 404 if absent is not None:
            return absent
        case _:
            raise _unavailable(service)


def _unavailable(service: str) -> ServiceUnavailableException:
    return ServiceUnavailableException(
        detail=f"The service {service} does not answer just now, so no file was made. Try again in a moment."
    )


def signed_only(reasons: Mapping[tuple[str, int], str], proofs: Mapping[str, Proofs]) -> Mapping[tuple[str, int], str]:
    """Those of the rows that there is a proof of. Raises 503 while nothing of them is signed."""
    signed = {(service, at): why for (service, at), why in reasons.items() if at in proofs[service].inclusion}
    if not signed:
        raise ServiceUnavailableException(detail="Nothing of this case is signed yet. Try again in a minute.")
    return signed


def proofs_needed(places: Collection[tuple[str, int]]) -> Mapping[str, Sequence[int]]:
    """Positions by service."""
    found: dict[str, list[int]] = {}
    for service, position in sorted(places):
        found.setdefault(service, []).append(position)
    return found
