"""Sealed fields: AES-256-GCM under a key of the person, and a commitment whose salt is inside the ciphertext.

Destroying the person's key leaves nothing that opens; the commitment still lets a proof over the event hold.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contracts.language import Event, Personal, Seal

SALT_BYTES = 16
NONCE_BYTES = 12


class PersonKey(msgspec.Struct, frozen=True):
    """The key of one person in one service. It never leaves the process unwrapped."""

    key_id: UUID
    secret: bytes

    def __repr__(self) -> str:
        return f"PersonKey({self.key_id})"


class CannotOpen(Exception):
    """The key is gone, or the seal was moved from another event or field."""


class Withheld(CannotOpen):
    """It is not opened here, for whatever reason; its key may well be there."""


def seal_text(text: str, key: PersonKey, event_id: UUID, field: str) -> Seal:
    """Binds the text to its event and field, so a seal copied elsewhere does not open."""
    salt = secrets.token_bytes(SALT_BYTES)
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = salt + text.encode()
    ciphertext = AESGCM(key.secret).encrypt(nonce, plain, _bound_to(event_id, field))
    return Seal(key=key.key_id, nonce=nonce, ciphertext=ciphertext, commitment=hashlib.sha256(plain).digest())


def open_seal(seal: Seal, secret: bytes, event_id: UUID, field: str) -> str:
    """Raises `CannotOpen`."""
    try:
        plain = AESGCM(secret).decrypt(seal.nonce, seal.ciphertext, _bound_to(event_id, field))
    except InvalidTag as error:
        raise CannotOpen(field) from error
    if hashlib.sha256(plain).digest() != seal.commitment:
        raise CannotOpen(field)
    return plain[SALT_BYTES:].decode()


def _bound_to(event_id: UUID, field: str) -> bytes:
    return event_id.bytes + field.encode()


def persons_in(event: Event) -> set[UUID]:
    """Whose text the event carries unsealed."""
    found: set[UUID] = set()

    def note(personal: Personal, _: str) -> Personal:
        if personal.seal is None:
            found.add(personal.person)
        return personal

    _rewrite(event, "", note)
    return found


def seal_event(event: Event, event_id: UUID, keys: Mapping[UUID, PersonKey]) -> Event:
    """The event with every personal text sealed. Raises KeyError when a person's key was not made ready."""

    def seal(personal: Personal, field: str) -> Personal:
        if personal.seal is not None:
            return personal
        return Personal(
            person=personal.person,
            seal=seal_text(personal.text, keys[personal.person], event_id, field),
        )

    sealed: Event = _rewrite(event, "", seal)
    return sealed


def personal_fields(event: Event) -> dict[str, Personal]:
    """Every personal field of an event by its path, for example `persons.0.name`."""
    found: dict[str, Personal] = {}

    def note(personal: Personal, field: str) -> Personal:
        found[field] = personal
        return personal

    _rewrite(event, "", note)
    return found


def _rewrite(value: Any, path: str, change: Callable[[Personal, str], Personal]) -> Any:
    if isinstance(value, Personal):
        return change(value, path)
    if isinstance(value, msgspec.Struct):
        changed = {}
        for name in value.__struct_fields__:
            before = getattr(value, name)
            after = _rewrite(before, f"{path}.{name}" if path else name, change)
            if after is not before:
                changed[name] = after
        return msgspec.structs.replace(value, **changed) if changed else value
    if isinstance(value, tuple | list):
        items = [_rewrite(item, f"{path}.{i}", change) for i, item in enumerate(value)]
        same = all(after is before for after, before in zip(items, value, strict=True))
        return value if same else type(value)(items)
    return value
