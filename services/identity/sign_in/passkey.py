"""Passkeys (WebAuthn, Level 3): kept on the person's own device, and given out only after it has verified who holds it.

JSON goes in and out as browsers have it: `PublicKeyCredential.parseCreationOptionsFromJSON` and its fellows read the
options, `toJSON` writes the credentials.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import webauthn
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_attestation_object,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.identity.sign_in.challenges import LASTS

NAME = "Muster"
ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]

_MILLISECONDS = int(LASTS.total_seconds() * 1000)
_ACCOUNT_BYTES = 16

T = TypeVar("T")


class PasskeyNotValid(Exception):
    """What came is no answer of this passkey to this challenge, on this site, by a person it verified."""


class PasskeyCopied(PasskeyNotValid):
    """Signed rightly, but its count has not moved on: somebody else may hold a copy of the device's secret."""


class Passkey(msgspec.Struct, frozen=True):
    """What is kept of a passkey. `sign_count` is that of its last use; 0 for good where a device does not count."""

    id: bytes
    public_key: bytes
    sign_count: int


class Claim(msgspec.Struct, frozen=True):
    """Whose passkey a credential says it is, and which. Nothing is proved before `Passkeys.used`."""

    account: UUID
    id: bytes


class _Response(msgspec.Struct, frozen=True, rename="camel"):
    client_data: str = msgspec.field(name="clientDataJSON")


class _CreatedResponse(_Response, frozen=True, rename="camel"):
    attestation_object: str


class _UsedResponse(_Response, frozen=True, rename="camel"):
    authenticator_data: str
    signature: str
    user_handle: str


class _Created(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    raw_id: str
    type: Literal["public-key"]
    response: _CreatedResponse


class _Used(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    raw_id: str
    type: Literal["public-key"]
    response: _UsedResponse


class _ClientData(msgspec.Struct, frozen=True, rename="camel"):
    cross_origin: bool = False


class Passkeys:
    """`origin` as browsers write it, for example https://muster.example.org: a passkey made there fits nowhere else."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._site = urlsplit(origin).hostname or ""

    def creation_options(
        self, account: UUID, label: str, existing: Sequence[bytes], challenge: bytes
    ) -> dict[str, Any]:
        """For a new passkey. The device keeps `label`, and the account's reference but no name of ours."""
        options = webauthn.generate_registration_options(
            rp_id=self._site,
            rp_name=NAME,
            user_name=label,
            user_id=account.bytes,
            challenge=challenge,
            timeout=_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in existing],
            supported_pub_key_algs=ALGORITHMS,
        )
        return options_to_json_dict(options)

    def created(self, challenge: bytes, credential: Mapping[str, Any]) -> Passkey:
        """The passkey a device made for `creation_options` with this challenge. Raises `PasskeyNotValid`."""
        given = _read(credential, _Created)
        try:
            _refuse_frames(given.response)
            # What makes devices of a kind known is not asked for; only what browsers leave of it is read.
            if parse_attestation_object(_bytes(given.response.attestation_object)).fmt not in {"none", "packed"}:
                raise PasskeyNotValid
            made = webauthn.verify_registration_response(
                credential=msgspec.to_builtins(given),
                expected_challenge=challenge,
                expected_rp_id=self._site,
                expected_origin=self._origin,
                require_user_verification=True,
                supported_pub_key_algs=ALGORITHMS,
            )
            # A key nothing can be checked with would be found out at the first sign-in only.
            decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
        except Exception as error:  # whatever a stranger's bytes make the library raise
            raise PasskeyNotValid from error
        return Passkey(made.credential_id, made.credential_public_key, made.sign_count)

    def request_options(self, challenge: bytes) -> dict[str, Any]:
        """For signing in. No passkey is named, so nothing is told of who has one; the device offers what it holds."""
        options = webauthn.generate_authentication_options(
            rp_id=self._site,
            challenge=challenge,
            timeout=_MILLISECONDS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def claim(self, credential: Mapping[str, Any]) -> Claim:
        """Where to look for the passkey. Raises `PasskeyNotValid` for what names no account."""
        given = _read(credential, _Used)
        account = _bytes(given.response.user_handle)
        if len(account) != _ACCOUNT_BYTES:
            raise PasskeyNotValid
        return Claim(UUID(bytes=account), _bytes(given.raw_id))

    def used(self, passkey: Passkey, challenge: bytes, credential: Mapping[str, Any]) -> int:
        """The count to keep. Raises `PasskeyNotValid`; `PasskeyCopied` where a count stands still or goes back."""
        given = _read(credential, _Used)
        try:
            _refuse_frames(given.response)
            proved = webauthn.verify_authentication_response(
                credential=msgspec.to_builtins(given),
                expected_challenge=challenge,
                expected_rp_id=self._site,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                # Looked at below, once the signature is known to be right: only then does a count say anything.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except Exception as error:  # whatever a stranger's bytes make the library raise
            raise PasskeyNotValid from error
        if proved.credential_id != passkey.id:
            raise PasskeyNotValid
        if proved.new_sign_count <= passkey.sign_count and (proved.new_sign_count or passkey.sign_count):
            raise PasskeyCopied
        return proved.new_sign_count


def _read(credential: Mapping[str, Any], as_: type[T]) -> T:
    try:
        return msgspec.convert(credential, as_)
    except msgspec.ValidationError as error:
        raise PasskeyNotValid from error


def _refuse_frames(response: _Response) -> None:
    """A page of another site that shows this one in a frame must not be able to ask."""
    if msgspec.json.decode(_bytes(response.client_data), type=_ClientData).cross_origin:
        raise PasskeyNotValid


def _bytes(text: str) -> bytes:
    """Raises `PasskeyNotValid`."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise PasskeyNotValid from error
