"""Where the house is told to listen: on this machine alone, unless it has a certificate."""

import http.client
import ipaddress
import socket
import ssl
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from deploy.embedded.errors import StackError
from services.kernel.listening import (
    LOOPBACK,
    BadCertificate,
    CertificateFiles,
    check_certificate,
    house_context,
    is_loopback,
    place,
)
from services.kernel.settings import LEAVE_TO


class Listening(NamedTuple):
    """`host` is an address of this machine. `origin` is what people open in their browser, empty for localhost.

    `trusted_proxy` is the one proxy that is believed when it says who asks; `leave_to` is where a browser goes that
    leaves a public page fast.
    """

    host: str = LOOPBACK
    certificate: CertificateFiles | None = None
    origin: str = ""
    trusted_proxy: str = ""
    leave_to: str = LEAVE_TO

    def check(self) -> None:
        """Raises `StackError` with what to do, before anything is started."""
        if self.certificate is None and not is_loopback(self.host):
            raise StackError(
                f"Without a certificate Muster listens on this machine only, not on {self.host}:"
                " add --certificate and --key, or leave out --host."
            )
        if not _has(self.host):
            raise StackError(
                f"This machine has no address {self.host}: give --host one that it has, or 0.0.0.0 for all of them."
            )
        if self.certificate is not None and not self.origin:
            raise StackError(
                "With a certificate people open Muster by its name: add --origin, for example"
                " https://muster.example.gov:8107"
            )
        if self.origin and not _is_origin(self.origin, secure=self.certificate is not None):
            raise StackError(
                f"{self.origin!r} is not an address people can open Muster at: give --origin the scheme, the name and"
                " the port if there is one, and nothing after it, for example https://muster.example.gov:8107"
                " (http only for localhost, without a certificate)."
            )
        if self.trusted_proxy and not _is_address(self.trusted_proxy):
            raise StackError(f"{self.trusted_proxy!r} is no address: give --trusted-proxy the proxy's, as 192.0.2.1.")
        if not self.leave_to.startswith("https://") or not urlsplit(self.leave_to).hostname:
            raise StackError(f"{self.leave_to!r} is no page: give --leave-to one that begins with https://")
        if self.certificate is not None:
            try:
                check_certificate(self.certificate, self.origin)
            except BadCertificate as error:
                raise StackError(str(error)) from error

    def place(self, port: int) -> str:
        """The address at which this machine asks what listens on a port, without a slash at the end."""
        return place(self.host, port, secure=self.certificate is not None)

    def asking(self) -> ssl.SSLContext:
        """By which whoever asks knows that it is the house that answers."""
        return house_context(self.certificate, self.origin)


ONLY_HERE = Listening()


class Told(msgspec.Struct, frozen=True):
    """What a service's settings say of where it is asked."""

    http_host: str
    http_port: int
    origin: str = ""
    certificate: CertificateFiles | None = None

    @property
    def listening(self) -> Listening:
        """What the house was told when it was started last."""
        return Listening(self.http_host, self.certificate, self.origin)

    @property
    def place(self) -> str:
        """The service's address, without a slash at the end."""
        return self.listening.place(self.http_port)


def read_told(settings: Path) -> Told:
    """From a service's settings file. Raises `OSError`, `msgspec.MsgspecError`."""
    return msgspec.json.decode(settings.read_bytes(), type=Told, dec_hook=lambda kind, value: kind(value))


def status(address: str, asking: ssl.SSLContext, *, within: float) -> int | None:
    """What a GET is answered; None when nobody answers in time, or not by the house's certificate."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port
    secure = parts.scheme == "https"
    connection = (
        http.client.HTTPSConnection(host, port, timeout=within, context=asking)
        if secure
        else http.client.HTTPConnection(host, port, timeout=within)
    )
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _has(host: str) -> bool:
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as attempt:
            attempt.bind((host, 0))
    except OSError:
        return False
    return True


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_origin(text: str, *, secure: bool) -> bool:
    """As browsers write it, since they compare letter by letter; by a name, since passkeys are bound to one."""
    try:
        parts = urlsplit(text)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme == "http" and (secure or name != "localhost"):
        return False
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    written = f"{parts.scheme}://{name}" + (f":{port}" if port is not None else "")
    is_a_name = any(letter.isalpha() for letter in name.rpartition(".")[2])
    return usual is not None and port != usual and is_a_name and ":" not in name and text == written
