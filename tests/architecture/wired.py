"""Every service of the topology, and what it makes of its parts, without starting any of it."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from contracts.language import Event
from deploy.embedded.keys import SIGNING_KEY
from deploy.topology import SERVICES
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.definition import Definition, Parts, Wiring
from services.kernel.http.gate import Gate
from services.kernel.operations import OPERATION_EVENTS
from services.kernel.settings import DatabaseSettings, NatsSettings, Settings

KERNEL_EVENTS: Sequence[type[Event]] = (*CLOCK_EVENTS, *OPERATION_EVENTS)


class Untouched:
    """A part that wiring may hand on but not use: nothing runs yet."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"Wiring asked a part for {name!r} before the service runs.")


def definition_of(service: str) -> Definition:
    """As its main module holds it."""
    found = importlib.import_module(f"services.{service}.main").DEFINITION
    assert isinstance(found, Definition)
    return found


def definitions() -> Sequence[Definition]:
    """Of every service the topology names."""
    return [definition_of(service.name) for service in SERVICES]


def events_of(definition: Definition) -> Sequence[type[Event]]:
    """Every event the service may store, its own first, each once."""
    return list(dict.fromkeys((*definition.events, *definition.contract, *KERNEL_EVENTS)))


def wiring_of(definition: Definition, folder: Path) -> Wiring:
    """`folder` is for the one secret that is read at once."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / SIGNING_KEY).write_bytes(pem)
    untouched: Any = Untouched()
    return definition.wire(
        Parts(
            settings=settings_of(definition.name, folder),
            time=untouched,
            pool=untouched,
            events=untouched,
            store=untouched,
            views=untouched,
            commands=untouched,
            gate=Gate(definition.policies.read_text()),
            digester=untouched,
            keys=untouched,
            reader=untouched,
        )
    )


def settings_of(service: str, folder: Path) -> Settings:
    """As a demonstration's, of things that are nowhere."""
    nowhere = folder / "absent"
    return Settings(
        service=service,
        http_host="127.0.0.1",
        http_port=0,
        origin="http://localhost:8101",
        database=DatabaseSettings("127.0.0.1", 0, service, service, nowhere),
        nats=NatsSettings("nats://127.0.0.1:0", nowhere),
        data_kind="demonstration",
        secrets=folder,
        verify_key_file=nowhere,
        peers={},
    )
