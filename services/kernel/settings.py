"""What one service process is told at its start: one JSON file, read once, refused whole when wrong."""

from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from services.kernel.listening import CertificateFiles, is_loopback

LEAVE_TO = "https://www.weather.gov/"
"""A page anybody may have open: the weather."""


class DatabaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The service's own database, and the login role that may append but never alter."""

    host: str
    port: int
    name: str
    user: str
    password_file: Path

    def conninfo(self) -> str:
        """A libpq connection string; the password is read from its file at every call, so it can be changed."""
        password = self.password_file.read_text().strip()
        return f"host={self.host} port={self.port} dbname={self.name} user={self.user} password={password}"


class NatsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The message server, and the file with this service's NKEY seed."""

    url: str
    seed_file: Path

    def seed(self) -> str:
        """The private key, read from its file at every call."""
        return self.seed_file.read_text().strip()


class TraceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The folder for the services' files, and the file that holds a collector's address (OTLP over HTTP) if any."""

    folder: Path
    collector_file: Path


class ProofSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a service proves its log: `origin` is the log's name, `key_file` what signs it.

    `witnesses_file` says who countersigns (JSON: address and key of each), `anchor_file` the folder on other storage
    that holds every checkpoint once more; both are an operator's, and may be absent. A checkpoint is signed so many
    seconds after the last, when there is more to sign; what is appended within `gather_seconds` is proved together.
    `witness_key_file` is what the audit service countersigns with; `logs` names the keys of those it countersigns.
    The log is compared with the copy of it at `compares_at`, if there is one, not more often than each
    `compare_seconds`; at none, nothing of the log is compared or recomputed in the background.
    `stamps_file`, an operator's, too, names the time-stamp authority that heads are stamped by.
    Of the services named in `heads_alone` nothing but the signed heads is for anybody who audits.
    """

    origin: str
    key_file: Path
    witnesses_file: Path
    anchor_file: Path
    logs: Path
    witness_key_file: Path | None = None
    witness_name: str = ""
    checkpoint_seconds: float = 30.0
    gather_seconds: float = 1.0
    compares_at: str = ""
    compare_seconds: float = 4.0
    heads_alone: tuple[str, ...] = ()
    stamps_file: Path | None = None


class ProcessSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One process of the house. `time_file` is set only in a demonstration folder (see services.kernel.time_source).

    `origin` is the address people open in their browser, as browsers write one: no path, no slash at the end.
    Without `certificate` it listens on this machine only. Without `traces`, nothing is traced. `trusted_proxy` is the
    address of the one proxy that is believed when it says who asks; empty where there is none. `leave_to` is where
    a person's browser goes who leaves a public page fast. `state` is a folder of rules and tables to go by instead of
    those that are shipped.
    """

    service: str
    http_host: str
    http_port: int
    origin: str
    nats: NatsSettings
    data_kind: Literal["real", "demonstration"]
    secrets: Path
    verify_key_file: Path
    peers: dict[str, str]
    certificate: CertificateFiles | None = None
    time_file: Path | None = None
    traces: TraceSettings | None = None
    trusted_proxy: str = ""
    leave_to: str = LEAVE_TO
    state: Path | None = None


class Settings(ProcessSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One service with a log of its own. Without `proof`, nothing is proved of it.

    `published` is how far the log had been published when the house was started: it is not shorter than that, unless
    its database was put back.
    """

    database: DatabaseSettings
    proof: ProofSettings | None = None
    published: int = 0


S = TypeVar("S", bound=ProcessSettings)


def _path(kind: type, value: object) -> object:
    """JSON has no paths: they come as text."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"{kind.__name__} is not read from JSON.")


def load_settings(path: Path, kind: type[S]) -> S:
    """Raises `SystemExit` with one sentence when the file is absent or does not fit."""
    try:
        settings = msgspec.json.decode(path.read_bytes(), type=kind, dec_hook=_path)
    except OSError as error:
        raise SystemExit(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise SystemExit(f"The settings file {path} is not valid: {error}.") from error
    if settings.data_kind == "real" and settings.time_file is not None:
        raise SystemExit("A real data folder keeps real time: a time file is refused.")
    if settings.certificate is None and not is_loopback(settings.http_host):
        raise SystemExit(f"Without a certificate nobody listens on {settings.http_host}, only on this machine itself.")
    return settings
