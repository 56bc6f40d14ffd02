"""Puts a case file together: rows with their proofs, the timeline, page and paper, and the seal."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from contracts.language import InvalidValue
from services.audit.case_file import story
from services.audit.case_file.choosing import Chained, OutOfStep, Place, chained, chosen
from services.audit.case_file.container import sealed
from services.audit.case_file.document import document_of
from services.audit.case_file.page import page
from services.audit.case_file.profiles import Profile, Profiles
from services.audit.case_file.proofs import NotProved, Proofs, require_proved
from services.audit.case_file.reading import Material
from services.audit.replay.telling import in_order, read, tell
from services.audit.replay.words import Language, Words
from services.audit.sources import NAMES
from services.kernel.proof.leaves import Row, without_sealed
from services.kernel.proof.notes import Signer, Verifier

FOLDER = Path(__file__).parent
# A number alone, in one word: nobody's name belongs in it.
_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Z][0-9A-Z./:-]{1,39}")


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For whom a file is wanted, by which kind of authority, and its number as it stands on the paper."""

    profile: Profile
    authority: str
    number: str
    language: Literal["en", "es"] = "en"


class Rights(NamedTuple):
    """What the house goes by: the profiles, the seats of which nothing is told, sentences and keys."""

    profiles: Profiles
    withheld_seats: frozenset[str]
    words: Mapping[Language, Words]
    signer: Signer
    logs: Mapping[str, Verifier]
    witnesses: Sequence[Verifier]


class Made(NamedTuple):
    """The file. Of so many rows the bytes are shown, and so many stand as a hash alone."""

    archive: bytes
    digest: str
    shown: int
    hashed: int


def require_possible(wanted: Wanted, profiles: Profiles) -> None:
    """Raises `InvalidValue`."""
    profiles.require_authority(wanted.profile, wanted.authority)
    if not _NUMBER.fullmatch(wanted.number):
        raise InvalidValue(
            "number",
            "Give the number alone as it stands on the paper: digits, capital letters, and . / : - between them.",
        )


def reasons_of(material: Material, wanted: Wanted, rights: Rights) -> Mapping[Place, str]:
    """Which rows the file holds, and why the bytes of some are not shown."""
    events = [read(each) for each in material.rows]
    return chosen(
        events,
        material.states,
        wanted.profile,
        rights.profiles,
        material.cases,
        rights.withheld_seats,
        material.known.rights,
    )


def make(
    case: UUID,
    wanted: Wanted,
    material: Material,
    reasons: Mapping[Place, str],
    proofs: Mapping[str, Proofs],
    rights: Rights,
    now: datetime,
) -> Made:
    """Of the rows that `reasons` are of. Raises `NotProved` where the copy is not what a service signed."""
    # Here, since what draws is large, and a house from which no file leaves need not start with it.
    from services.audit.case_file.paper import paper  # noqa: PLC0415

    services = sorted({service for service, _ in reasons})
    rows = {service: _rows(service, material, reasons, proofs[service], rights) for service in services}
    told = _timeline(material, wanted, reasons, rights, now)
    shown = sum(not reason for reason in reasons.values())
    hashed = len(reasons) - shown
    facts = {
        "case": case,
        "profile": wanted.profile,
        "authority": wanted.authority,
        "number": wanted.number,
        "made_at": now.isoformat(),
        "until": {service: proofs[service].until for service in services},
    }
    logs = {service: rights.logs[service] for service in services}
    counted = {"shown": shown, "hashed": hashed, **_keys(rights, logs)}
    document = document_of(told, {**facts, **counted}, wanted.language, rights.words[wanted.language])
    files = {
        "timeline.html": page(document),
        "timeline.pdf": paper(document),
        "timeline.json": _json(told),
        **{f"rows/{service}.json": _json(each) for service, each in rows.items()},
        **{
            f"checkpoints/{service}-{size:012}.txt": head.written.encode()
            for service in services
            for size, head in sorted(proofs[service].heads.items())
        },
        "verify.py": (FOLDER / "verify.py").read_bytes(),
    }
    stated = {
        **facts,
        "cases": sorted(material.cases),
        "language": wanted.language,
        "logs": {service: key.written for service, key in logs.items()},
        "witnesses": [each.written for each in rights.witnesses],
    }
    archive = sealed(stated, files, rights.signer)
    return Made(archive, hashlib.sha256(archive).hexdigest(), shown, hashed)


def fingerprint(key: Verifier) -> str:
    """What two people compare."""
    return hashlib.sha256(key.written.encode()).hexdigest()


def _rows(
    service: str, material: Material, reasons: Mapping[Place, str], proofs: Proofs, rights: Rights
) -> Sequence[Mapping[str, Any]]:
    try:
        chain = chained(material.streams[service])
    except OutOfStep as error:
        raise NotProved(service) from error
    mine = {position: reason for (source, position), reason in sorted(reasons.items()) if source == service}
    leaves = {position: chain[position].leaf for position in mine}
    require_proved(service, leaves, proofs, rights.logs.get(service))
    by_position = {row.position: row for row in material.streams[service]}
    return [
        {
            "position": position,
            "size": proofs.inclusion[position].size,
            "proof": proofs.inclusion[position].proof,
            **(_hash_alone(reason, chain[position]) if reason else _shown(by_position[position], chain[position])),
        }
        for position, reason in mine.items()
    ]


def _shown(row: Row, chain: Chained) -> Mapping[str, Any]:
    """Every byte that the leaf is made of."""
    return {
        "stream": row.stream,
        "version": row.version,
        "name": row.name,
        "before": _base64(chain.before),
        "state": without_sealed(row.state).decode(),
    }


def _hash_alone(reason: str, chain: Chained) -> Mapping[str, Any]:
    return {"leaf": _base64(chain.leaf), "withheld": reason}


def _timeline(
    material: Material, wanted: Wanted, reasons: Mapping[Place, str], rights: Rights, now: datetime
) -> story.Timeline:
    if rights.profiles.profiles[wanted.profile].tells == "kinds":
        return story.kinds(in_order(map(read, material.rows), NAMES), reasons)
    events = {event.event_id: event for event in map(read, material.rows)}
    sentences = tell(
        material.rows,
        as_of=now,
        by="recorded",
        order=NAMES,
        known=material.known,
        words=rights.words[wanted.language],
        withheld=rights.withheld_seats,
    )
    return story.timeline(sentences, events, material.states, reasons)


def _keys(rights: Rights, logs: Mapping[str, Verifier]) -> Mapping[str, Any]:
    keys = [
        (rights.signer.verifier, "sealed_by"),
        *((each, "log") for each in logs.values()),
        *((each, "witness") for each in rights.witnesses),
    ]
    return {
        "fingerprint": fingerprint(rights.signer.verifier),
        "keys": [(key.name, what, fingerprint(key)) for key, what in keys],
    }


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _base64(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
