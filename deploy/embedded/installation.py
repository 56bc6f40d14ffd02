"""What is made once and then kept: keys, databases, streams, and the settings each service is started with."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from deploy.embedded.binaries import find_nats_server, find_postgres
from deploy.embedded.children import CODE
from deploy.embedded.databases import close_to_strangers, install_service
from deploy.embedded.errors import StackError
from deploy.embedded.files import private_folder, write_private
from deploy.embedded.folder import DataFolder
from deploy.embedded.keys import (
    IDENTITY,
    PASSWORD,
    PROOF_KEY,
    VERIFY_KEY,
    WITNESS_KEY,
    make_proof_key,
    make_service_keys,
)
from deploy.embedded.listening import Listening
from deploy.embedded.nats import NatsServer, run
from deploy.embedded.postgres import PostgresServer
from deploy.embedded.streams import make_streams, published
from deploy.topology import FRONT, SERVICES, WITNESS, Listener, Service
from services.kernel.listening import LOOPBACK
from services.kernel.proof.notes import COSIGNS, SIGNS_CHECKPOINTS
from services.kernel.settings import (
    DatabaseSettings,
    NatsSettings,
    ProcessSettings,
    ProofSettings,
    Settings,
    TraceSettings,
)

# Where PostgreSQL, nats-server and the supervisor listen, whatever address the services have.
HOST = LOOPBACK
# Offsets from the base port, beyond any service's own.
# The supervisor's own metrics.
SUPERVISOR_PORT = 0
POSTGRES_PORT = 32
NATS_PORT = 42
# Of a demonstration alone.
MAILBOX_PORT = 45
# An operator who runs a collector puts its address here, as OTLP over HTTP wants it: http://127.0.0.1:4318/v1/traces
COLLECTOR = "collector.url"
# Who countersigns the heads of the logs beside the audit service (JSON: address and key of each witness), and the
# folder on other storage that holds every signed head once more (docs/decisions/proof.md).
WITNESSES = "witnesses.json"
ANCHOR = "anchor.folder"
# The time-stamp authority (RFC 3161) that stamps heads (JSON: url, roots, a PEM file; every_seconds).
STAMPS = "timestamps.json"
# Which services give those who audit their signed heads alone (JSON: their names): a victim-service agency's, of which
# 28 CFR 94.115 lets nothing out. To be laid there before such a service is started the first time.
HEADS_ALONE = "heads-alone.json"


class Installation(NamedTuple):
    """One data folder with its two servers. Every `make_…` may run at every start and changes nothing that stands."""

    folder: DataFolder
    postgres: PostgresServer
    nats: NatsServer
    port_base: int
    services: Sequence[Service]
    listeners: Sequence[Listener]
    listening: Listening
    traced: bool
    house: str

    def make_keys(self) -> None:
        """Secrets of the servers' administrators and of each service. Raises `StackError` when one was lost."""
        for name in ("postgres", "nats"):
            private_folder(self.folder.secrets / name)
        for service in self.services:
            make_service_keys(self.folder.secrets, service.name, keeps_log=service.keeps_log)
        self._make_proof_keys()

    def make_databases(self) -> None:
        """Each service's database, roles and tables. PostgreSQL must run."""
        admin = self.postgres.admin()
        close_to_strangers(admin)
        for service in self._with_logs():
            password = (self.folder.secrets / service.name / PASSWORD).read_text().strip()
            install_service(admin, service.name, password, CODE / "services" / service.name / "tables.sql")

    def make_streams(self) -> None:
        """Each service's stream and the consumers on it. nats-server must run."""
        run(self._make_streams())

    def write_settings(self) -> None:
        """The file each service reads at its start. nats-server must run."""
        published = run(self._published())
        for service in self.services:
            settings = msgspec.json.encode(self._settings(service, published.get(service.name, 0)), enc_hook=str)
            write_private(self.settings_file(service.name), msgspec.json.format(settings, indent=2).decode())

    def settings_file(self, service: str) -> Path:
        """Where a service's settings lie."""
        return self.folder.settings / f"{service}.json"

    def _make_proof_keys(self) -> None:
        self.folder.proof.mkdir(exist_ok=True)
        for service in self._with_logs():
            private, public = self.folder.secrets / service.name / PROOF_KEY, self.folder.proof / f"{service.name}.vkey"
            make_proof_key(private, self._origin(service.name), SIGNS_CHECKPOINTS, public)
        if any(service.name == WITNESS for service in self.services):
            private, public = self.folder.secrets / WITNESS / WITNESS_KEY, self.folder.proof / "witness.vkey"
            make_proof_key(private, self._origin(f"{WITNESS}/witness"), COSIGNS, public)
            self._name_witness(public)

    def _name_witness(self, public: Path) -> None:
        """Our own among those that countersign; what an operator added stays."""
        file, key = self.folder.secrets / WITNESSES, public.read_text().strip()
        written = msgspec.json.decode(file.read_bytes(), type=dict[str, str]) if file.exists() else {}
        others = {address: each for address, each in written.items() if each != key}
        witnesses = {self._witness_address(): key, **others}
        if witnesses != written:
            write_private(file, msgspec.json.format(msgspec.json.encode(witnesses), indent=2).decode())

    def _witness_address(self) -> str:
        """Where our own is asked; empty in a house without one."""
        port = next((each.port for each in self.services if each.name == WITNESS), None)
        return f"{self.listening.place(self.port_base + port)}/witness" if port is not None else ""

    def _origin(self, name: str) -> str:
        """What a log or a witness of this house is called, wherever its signature is met."""
        return f"muster/{self.house}/{name}"

    def _proof(self, service: Service) -> ProofSettings:
        own = self.folder.secrets / service.name
        witness = service.name == WITNESS
        return ProofSettings(
            origin=self._origin(service.name),
            key_file=own / PROOF_KEY,
            witnesses_file=self.folder.secrets / WITNESSES,
            anchor_file=self.folder.secrets / ANCHOR,
            logs=self.folder.proof,
            witness_key_file=own / WITNESS_KEY if witness else None,
            witness_name=self._origin(f"{WITNESS}/witness") if witness else "",
            compares_at="" if witness else self._witness_address(),
            heads_alone=heads_alone_in(self.folder),
            stamps_file=self.folder.secrets / STAMPS,
        )

    def _with_logs(self) -> Sequence[Service]:
        return [service for service in self.services if service.keeps_log]

    def _settings(self, service: Service, published: int) -> ProcessSettings:
        own = self.folder.secrets / service.name
        places = {each.name: self.listening.place(self.port_base + each.port) for each in self._with_logs()}
        process = ProcessSettings(
            service=service.name,
            http_host=self.listening.host,
            http_port=self.port_base + service.port,
            origin=self.listening.origin or f"http://localhost:{self.port_base + FRONT.port}",
            nats=NatsSettings(self.nats.url, own / "nats.seed"),
            data_kind=self.folder.kind,
            secrets=own,
            verify_key_file=self.folder.secrets / IDENTITY / VERIFY_KEY,
            peers={name: place for name, place in places.items() if name != service.name},
            certificate=self.listening.certificate,
            time_file=self.folder.time_file if self.folder.kind == "demonstration" else None,
            trusted_proxy=self.listening.trusted_proxy,
            leave_to=self.listening.leave_to,
            traces=TraceSettings(self.folder.traces, self.folder.secrets / COLLECTOR) if self.traced else None,
        )
        if not service.keeps_log:
            return process
        name = f"muster_{service.name}"
        database = DatabaseSettings(HOST, self.postgres.port, name, name, own / PASSWORD)
        proof = self._proof(service)
        return Settings(**msgspec.structs.asdict(process), database=database, proof=proof, published=published)

    async def _published(self) -> dict[str, int]:
        admin = await self.nats.connect_admin()
        try:
            return {each.name: await published(admin, each.name) for each in self._with_logs()}
        finally:
            await admin.close()

    async def _make_streams(self) -> None:
        admin = await self.nats.connect_admin()
        try:
            await make_streams(admin, [each.name for each in self._with_logs()], self.listeners)
        finally:
            await admin.close()


def heads_alone_in(folder: DataFolder) -> tuple[str, ...]:
    """Raises `StackError` for a file that cannot be read: a log must not be given away by a slip of the pen."""
    file = folder.secrets / HEADS_ALONE
    try:
        named = msgspec.json.decode(file.read_bytes(), type=tuple[str, ...])
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError) as error:
        raise StackError(f'{file} is no list of services, like ["name"]: mend it and start again.') from error
    unknown = set(named) - {each.name for each in SERVICES} | {WITNESS} & set(named)
    if unknown:
        raise StackError(f"{file} names {', '.join(sorted(unknown))}, which keeps no log that is witnessed: mend it.")
    return named


def heard_of(listeners: Sequence[Listener], heads_alone: Sequence[str]) -> Sequence[Listener]:
    """Without the witness's own listening to those that give it their heads alone."""
    return [each for each in listeners if each.service != WITNESS or each.upstream not in heads_alone]


def plan(
    folder: DataFolder,
    home: Path,
    port_base: int,
    services: Sequence[Service],
    listeners: Sequence[Listener],
    *,
    listening: Listening,
    traced: bool,
    house: str,
) -> Installation:
    """Decides where everything lies; `home` is where the servers keep their data. Nothing is started.

    `house` tells this folder from every other. Raises `StackError`.
    """
    listeners = heard_of(listeners, heads_alone_in(folder))
    postgres = PostgresServer(
        home / "postgres",
        programs=find_postgres(home / "programs"),
        port=port_base + POSTGRES_PORT,
        password_file=folder.secrets / "postgres" / "admin.password",
        record=folder.record("postgres"),
        log=folder.log("postgres"),
    )
    nats = NatsServer(
        home / "nats",
        program=find_nats_server(home / "programs"),
        port=port_base + NATS_PORT,
        admin_seed=folder.secrets / "nats" / "admin.seed",
        seeds={service.name: folder.secrets / service.name / "nats.seed" for service in services},
        listeners=listeners,
        record=folder.record("nats"),
        log=folder.log("nats"),
    )
    return Installation(folder, postgres, nats, port_base, services, listeners, listening, traced, house)
