"""Makes each service's secrets, once. Sealing keys lie here, outside PostgreSQL and its backups."""

import base64
import secrets
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from deploy.embedded.errors import WRONG_FOLDER, StackError
from deploy.embedded.files import private_folder, write_private
from services.kernel.proof.notes import Signer, read_private_key

KEY_BYTES = 32
IDENTITY = "identity"
SIGNING_KEY = "signing-key.pem"
VERIFY_KEY = "verify-key.pem"
FIRST_ADMINISTRATOR = "first-administrator.code"
PROOF_KEY = "proof-key.pem"
WITNESS_KEY = "witness-key.pem"
PASSWORD = "database.password"  # noqa: S105, RUF100 - the name of a file, no password


def make_service_keys(all_secrets: Path, service: str, *, keeps_log: bool = True) -> Path:
    """The folder of one service's secrets, made whole or not at all.

    A password that is missing is made anew. A key that is missing is not: what it sealed would be lost in silence.
    """
    folder = all_secrets / service
    if not folder.exists():
        beside = all_secrets / f"{service}.new"
        shutil.rmtree(beside, ignore_errors=True)
        private_folder(beside)
        for name in ("wrapping-1.key", "digest.key") if keeps_log else ("digest.key",):
            write_private(beside / name, base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
        if service == IDENTITY:
            _make_identity_keys(beside)
        beside.rename(folder)
    _refuse_a_lost_key(folder, service, keeps_log=keeps_log)
    if keeps_log and not (folder / PASSWORD).exists():
        write_private(folder / PASSWORD, secrets.token_urlsafe(KEY_BYTES))
    return folder


def make_proof_key(private: Path, name: str, kind: int, public: Path) -> None:
    """What a log signs its heads with, or a witness countersigns them; its public part is for everyone.

    Raises `StackError` when the private part of a known key was lost: another would look like another's log.
    """
    if not private.exists():
        if public.exists():
            raise StackError(
                f"{private} is missing, and others know what was signed with it by {public.name}:"
                " put it back from your copy of the secrets and start again.",
                WRONG_FOLDER,
            )
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(private, pem.decode())
    if not public.exists():
        written = Signer(name, kind, read_private_key(private)).verifier.written
        public.write_text(written + "\n")


def _make_identity_keys(folder: Path) -> None:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    write_private(folder / SIGNING_KEY, private.decode())
    write_private(folder / VERIFY_KEY, public.decode())
    write_private(folder / FIRST_ADMINISTRATOR, secrets.token_urlsafe(KEY_BYTES))


def _refuse_a_lost_key(folder: Path, service: str, *, keeps_log: bool) -> None:
    # After a destruction ordered by a court the wrapping key has a higher number: any one will do.
    wanted = ["wrapping-*.key"] if keeps_log else []
    wanted += ["digest.key", *([SIGNING_KEY, VERIFY_KEY] if service == IDENTITY else [])]
    for pattern in wanted:
        if not any(folder.glob(pattern)):
            raise StackError(
                f"{folder / pattern} is missing, and without it what it protects cannot be read:"
                " put it back from your copy of the secrets and start again.",
                WRONG_FOLDER,
            )
