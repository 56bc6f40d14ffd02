"""Sealed texts: they open with their key, in their place, and nowhere else; a second implementation agrees."""

import hashlib
import secrets
from uuid import UUID, uuid4

import msgspec
import pytest
from Crypto.Cipher import AES
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Personal, Seal
from services.kernel.keys import KEY_BYTES
from services.kernel.sealing import (
    SALT_BYTES,
    CannotOpen,
    PersonKey,
    open_seal,
    personal_fields,
    persons_in,
    seal_event,
    seal_text,
)
from tests.kernel.toy import Opened, Remarked

TAG_BYTES = 16
EVENT, OTHER_EVENT = UUID(int=1), UUID(int=2)
TEXT = "Example Child Marked"


def new_key() -> PersonKey:
    return PersonKey(uuid4(), secrets.token_bytes(KEY_BYTES))


@given(st.text(), st.uuids(), st.text(alphabet="abc.012", max_size=30))
def test_what_was_sealed_opens_in_its_place(text: str, event_id: UUID, field: str) -> None:
    key = new_key()
    seal = seal_text(text, key, event_id, field)
    assert open_seal(seal, key.secret, event_id, field) == text


@pytest.mark.parametrize(("event_id", "field"), [(OTHER_EVENT, "about"), (EVENT, "others.0"), (EVENT, "")])
def test_a_seal_moved_to_another_event_or_field_does_not_open(event_id: UUID, field: str) -> None:
    key = new_key()
    seal = seal_text(TEXT, key, EVENT, "about")
    with pytest.raises(CannotOpen):
        open_seal(seal, key.secret, event_id, field)


def test_another_persons_key_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        open_seal(seal_text(TEXT, new_key(), EVENT, "about"), new_key().secret, EVENT, "about")


@pytest.mark.parametrize("member", ["nonce", "ciphertext", "commitment"])
@given(at=st.integers(0, 11), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_and_it_does_not_open(member: str, at: int, bit: int) -> None:
    key = new_key()
    seal = seal_text(TEXT, key, EVENT, "about")
    changed = bytearray(getattr(seal, member))
    changed[at] ^= 1 << bit
    with pytest.raises(CannotOpen):
        open_seal(msgspec.structs.replace(seal, **{member: bytes(changed)}), key.secret, EVENT, "about")


def test_a_second_implementation_opens_what_we_sealed() -> None:
    key = new_key()
    seal = seal_text(TEXT, key, EVENT, "about")
    cipher = AES.new(key.secret, AES.MODE_GCM, nonce=seal.nonce)
    cipher.update(EVENT.bytes + b"about")
    plain = cipher.decrypt_and_verify(seal.ciphertext[:-TAG_BYTES], seal.ciphertext[-TAG_BYTES:])
    assert plain[SALT_BYTES:].decode() == TEXT


def test_we_open_what_a_second_implementation_sealed() -> None:
    key, nonce, plain = new_key(), secrets.token_bytes(12), secrets.token_bytes(SALT_BYTES) + TEXT.encode()
    cipher = AES.new(key.secret, AES.MODE_GCM, nonce=nonce)
    cipher.update(EVENT.bytes + b"others.1")
    ciphertext, tag = cipher.encrypt_and_digest(plain)
    commitment = hashlib.sha256(plain).digest()
    seal = Seal(key=key.key_id, nonce=nonce, ciphertext=ciphertext + tag, commitment=commitment)
    assert open_seal(seal, key.secret, EVENT, "others.1") == TEXT


def test_the_commitment_is_to_the_salted_text_that_only_the_ciphertext_holds() -> None:
    key = new_key()
    one, other = (seal_text(TEXT, key, EVENT, "about") for _ in range(2))
    assert one.commitment != other.commitment
    assert one.nonce != other.nonce
    assert one.commitment != hashlib.sha256(TEXT.encode()).digest()
    cipher = AES.new(key.secret, AES.MODE_GCM, nonce=one.nonce)
    cipher.update(EVENT.bytes + b"about")
    plain = cipher.decrypt_and_verify(one.ciphertext[:-TAG_BYTES], one.ciphertext[-TAG_BYTES:])
    assert hashlib.sha256(plain).digest() == one.commitment


def test_every_personal_text_of_an_event_is_sealed_each_bound_to_its_own_field() -> None:
    first, second = new_key(), new_key()
    one, two = uuid4(), uuid4()
    event = Remarked(about=Personal(one, TEXT), others=(Personal(two, "Example Two"), Personal(one, "Example Three")))
    assert persons_in(event) == {one, two}
    sealed = seal_event(event, EVENT, {one: first, two: second})
    assert persons_in(sealed) == set()
    fields = personal_fields(sealed)
    assert list(fields) == ["about", "others.0", "others.1"]
    assert all(field.text == "" for field in fields.values())
    opened = {}
    for path, field in fields.items():
        assert field.seal is not None
        opened[path] = open_seal(field.seal, (first if field.person == one else second).secret, EVENT, path)
    assert opened == {"about": TEXT, "others.0": "Example Two", "others.1": "Example Three"}
    assert TEXT.encode() not in msgspec.json.encode(sealed)


def test_what_is_sealed_already_and_what_names_nobody_stays_as_it_is() -> None:
    person, key = uuid4(), new_key()
    sealed = seal_event(Remarked(about=Personal(person, TEXT)), EVENT, {person: key})
    assert seal_event(sealed, OTHER_EVENT, {}) is sealed
    plain = Opened(colour="red")
    assert seal_event(plain, EVENT, {}) is plain


def test_a_text_is_not_stored_when_its_persons_key_was_not_made_ready() -> None:
    with pytest.raises(KeyError):
        seal_event(Remarked(about=Personal(uuid4(), TEXT)), EVENT, {})


def test_neither_a_key_nor_a_text_shows_when_printed() -> None:
    key = new_key()
    assert str(key.secret) not in repr(key)
    assert TEXT not in repr(Personal(uuid4(), TEXT))
