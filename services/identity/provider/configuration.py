"""Which agencies sign in with an OpenID Connect provider of their own: a file each, read at the start."""

import ipaddress
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from contracts.jurisdictions import Jurisdiction

FOLDER = "providers"


class SecondFactor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an ID token says, in `amr` or as `acr`, when the provider asked for a second factor.

    One of these words is enough. Where none is said, our own code is asked for as well.
    """

    amr: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()


class ProviderFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One agency's provider. Paths are seen from the folder of the file.

    `person` is the claim by which an administrator names somebody beforehand. `authority_file` holds the certificate of
    a private authority; without one, those that this machine trusts count.
    """

    agency: str
    issuer: str
    client_id: str
    client_secret_file: Path
    person: str = "sub"
    second_factor: SecondFactor = SecondFactor()
    authority_file: Path | None = None

    def client_secret(self) -> str:
        """Read at every call, so that it can be changed."""
        return self.client_secret_file.read_text().strip()

    def trust(self) -> ssl.SSLContext:
        """By which the provider's servers are known."""
        return ssl.create_default_context(cafile=self.authority_file)


def load_providers(secrets: Path, jurisdiction: Jurisdiction) -> Mapping[str, ProviderFile]:
    """By agency. Raises `SystemExit` with one sentence that names the file and the field."""
    found: dict[str, ProviderFile] = {}
    for file in sorted((secrets / FOLDER).glob("*.json")):
        provider = _read(file)
        if provider.agency in found:
            raise _wrong(file, "agency", f"{provider.agency} has a provider in another file already")
        _check(file, provider, jurisdiction)
        found[provider.agency] = provider
    return found


def is_safe(address: str) -> bool:
    """Whether what goes there can be read by nobody on the way: by TLS, or on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_here(host)))


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(file: Path) -> ProviderFile:
    try:
        written = msgspec.json.decode(file.read_bytes(), type=ProviderFile, dec_hook=lambda kind, value: kind(value))
    except OSError as error:
        raise SystemExit(f"The provider file {file} cannot be read: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise SystemExit(f"The provider file {file} is not valid: {error}.") from error
    authority = written.authority_file
    return msgspec.structs.replace(
        written,
        client_secret_file=file.parent / written.client_secret_file,
        authority_file=file.parent / authority if authority else None,
    )


def _check(file: Path, provider: ProviderFile, jurisdiction: Jurisdiction) -> None:
    if provider.agency not in jurisdiction.agencies:
        raise _wrong(file, "agency", "this is no id of the table of agencies")
    if not is_safe(provider.issuer) or "?" in provider.issuer or "#" in provider.issuer:
        raise _wrong(file, "issuer", "give the provider's issuer, beginning with https:// (http only on this machine)")
    if not provider.client_id:
        raise _wrong(file, "client_id", "give the name under which the provider knows Muster")
    if not provider.person:
        raise _wrong(file, "person", "give the claim that says who somebody is, for example email")
    try:
        if provider.client_secret_file.stat().st_mode & 0o077:
            raise _wrong(file, "client_secret_file", f"others can read it; run chmod 600 {provider.client_secret_file}")
        if not provider.client_secret():
            raise _wrong(file, "client_secret_file", "it is empty")
    except OSError as error:
        raise _wrong(file, "client_secret_file", f"it cannot be read: {error.strerror}") from error
    try:
        provider.trust()
    except (OSError, ssl.SSLError) as error:
        raise _wrong(file, "authority_file", "it holds no certificate in PEM") from error


def _wrong(file: Path, field: str, what: str) -> SystemExit:
    return SystemExit(f"The provider file {file} is not valid: {what} - at `$.{field}`.")
