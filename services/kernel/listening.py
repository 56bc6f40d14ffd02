"""Where the house listens and by which certificate it is known: nothing leaves this machine without TLS.

The parts of a house ask each other at the address they listen on, whatever the name service says at the moment, and
accept only the certificate of the house's own name.
"""

import asyncio
import ipaddress
import logging
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import msgspec
from cryptography import x509

LOOPBACK = "127.0.0.1"
LOOK_AGAIN_SECONDS = 60.0
SECURE_FOR_SECONDS = 365 * 24 * 60 * 60

# OpenSSL's numbers of what can be wrong with a certificate (X509_V_ERR_…).
_NOT_YET_VALID = 9
_EXPIRED = 10
_OTHER_NAME = 62

log = logging.getLogger(__name__)


class CertificateFiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The certificate with its chain, and the key to it, both PEM.

    `authority_file` holds the certificate of a private authority; without one, those that this machine trusts count.
    """

    file: Path
    key_file: Path
    authority_file: Path | None = None


class BadCertificate(Exception):
    """It cannot be used; the sentence says why and what to do."""


def is_loopback(host: str) -> bool:
    """Whether what listens there is reached from this machine only. Anything but an address is not."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def reached_at(host: str) -> str:
    """Where this machine reaches what listens on an address: one that stands for all addresses is none to ask."""
    address = ipaddress.ip_address(host)
    if not address.is_unspecified:
        return host
    return LOOPBACK if address.version == 4 else "::1"


def place(host: str, port: int, *, secure: bool) -> str:
    """The address at which this machine asks what listens there, without a slash at the end."""
    reached = reached_at(host)
    return f"http{'s' if secure else ''}://{f'[{reached}]' if ':' in reached else reached}:{port}"


def server_context(files: CertificateFiles) -> ssl.SSLContext:
    """TLS 1.2 or newer with the files as they are now. Raises `BadCertificate`; an expired one is served all the same.

    What a service does by itself needs no certificate: a restart after the certificate's end must not stop it.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, files)
    return context


class HouseContext(ssl.SSLContext):
    """Connects to whatever address a part of the house listens on, and accepts the certificate of its name only."""

    name: str

    def wrap_socket(self, sock: socket.socket, *_: Any, **__: Any) -> ssl.SSLSocket:
        """For clients that wait."""
        return super().wrap_socket(sock, server_hostname=self.name)

    def wrap_bio(self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, *_: Any, **__: Any) -> ssl.SSLObject:
        """For clients that do not."""
        return super().wrap_bio(incoming, outgoing, server_hostname=self.name)


def house_context(files: CertificateFiles | None, origin: str) -> ssl.SSLContext:
    """How a part of the house with this `origin` is asked. Without a certificate nobody is trusted: none is shown.

    Raises `BadCertificate` when the authority's file cannot be read.
    """
    context = HouseContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.name = urlsplit(origin).hostname or ""
    if files is None:
        return context
    try:
        if files.authority_file is None:
            context.load_default_certs()
        else:
            context.load_verify_locations(files.authority_file)
    except (OSError, ssl.SSLError) as error:
        raise BadCertificate(f"{files.authority_file} holds no certificate in PEM: name an authority's.") from error
    return context


def check_certificate(files: CertificateFiles, origin: str) -> None:
    """Meets the certificate as a browser would, by the machine's clock. Raises `BadCertificate`."""
    served, asking = server_context(files), house_context(files, origin)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = served.wrap_bio(there, back, server_side=True)
    client = asking.wrap_bio(back, there)
    try:
        for _ in range(2):
            for side in (client, server):
                _shake(side)
    except ssl.SSLCertVerificationError as error:
        _refuse(files, origin, error)
    except ssl.SSLError as error:
        raise BadCertificate(f"The certificate {files.file} cannot be used: {error.reason}.") from error


def ends_at(files: CertificateFiles) -> datetime:
    """When the first certificate in the file that ends will have ended. Raises `BadCertificate`."""
    return min(each.not_valid_after_utc for each in _certificates(files))


async def keep_renewed(context: ssl.SSLContext, files: CertificateFiles) -> None:
    """Serves what lies in the files when they change, looking once a minute: certificates are renewed by robots."""
    served = _written(files)
    while True:
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        if (written := _written(files)) == served:
            continue
        try:
            # Tried beside first: a half that fits no more would leave nothing to serve.
            server_context(files)
            _load(context, files)
        except BadCertificate as error:
            log.warning("certificate not renewed", extra={"why": str(error)})
        else:
            served = written
            log.info("certificate renewed")


def _load(context: ssl.SSLContext, files: CertificateFiles) -> None:
    _certificates(files)
    try:
        mode = files.key_file.stat().st_mode
    except OSError as error:
        raise BadCertificate(f"The key {files.key_file} cannot be read: {error.strerror}.") from error
    if mode & 0o077:
        raise BadCertificate(f"Others can read the key {files.key_file}. Run: chmod 600 {files.key_file}")
    try:
        # A key under a passphrase would ask for it at the terminal.
        context.load_cert_chain(files.file, files.key_file, password=_no_passphrase)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise BadCertificate(
            f"The key {files.key_file} and the certificate {files.file} do not go together: name a key in PEM, without"
            " a passphrase, and the certificate that was made for it."
        ) from error


def _no_passphrase() -> str:
    raise ValueError("The key needs a passphrase.")


def _certificates(files: CertificateFiles) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(files.file.read_bytes())
    except OSError as error:
        raise BadCertificate(f"The certificate {files.file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadCertificate(f"{files.file} holds no certificate in PEM.") from error


def _shake(side: ssl.SSLObject) -> None:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        """The other side speaks next."""


def _refuse(files: CertificateFiles, origin: str, error: ssl.SSLCertVerificationError) -> NoReturn:
    match error.verify_code:
        case code if code == _EXPIRED:
            why = f"The certificate {files.file} ended on {ends_at(files):%Y-%m-%d}: get a new one and start again."
        case code if code == _NOT_YET_VALID:
            why = f"The certificate {files.file} is not valid yet: look at this machine's clock, or wait."
        case code if code == _OTHER_NAME:
            names = ", ".join(_names(files)) or "no name"
            why = (
                f"The certificate {files.file} is for {names}, not for {urlsplit(origin).hostname}:"
                " give --origin a name it is for, or get another certificate."
            )
        case _:
            why = (
                f"The certificate {files.file} cannot be verified ({error.verify_message}): put its whole chain into"
                " the file, and name a private authority's own certificate with --authority."
            )
    raise BadCertificate(why) from error


def _names(files: CertificateFiles) -> Iterator[str]:
    try:
        found = _certificates(files)[0].extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return
    yield from found.value.get_values_for_type(x509.DNSName)


def _written(files: CertificateFiles) -> list[int]:
    return [path.stat().st_mtime_ns if path.exists() else 0 for path in (files.file, files.key_file)]
