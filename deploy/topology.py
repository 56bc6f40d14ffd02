"""The house as data: which services there are, and who listens to whom."""

from typing import NamedTuple


class Listener(NamedTuple):
    """A durable JetStream consumer: `service` reads `subject` in `upstream`'s stream, in order."""

    service: str
    upstream: str
    subject: str

    @property
    def durable(self) -> str:
        return f"{self.service}-from-{self.upstream}"


class Service(NamedTuple):
    """One process with a NATS user of its own; `port` is an offset from the base port.

    What keeps a log has a database for it, and a stream that carries it.
    """

    name: str
    port: int
    keeps_log: bool = True


SERVICES = (
    Service("identity", 1),
    Service("tips", 2),
    Service("rapid_assessment", 3),
    Service("audit", 4),
    Service("forensic_clinic", 5),
    Service("prosecution", 6),
)

# Who countersigns the heads of all other logs.
WITNESS = "audit"

CONSOLE = Service("console", 7, keeps_log=False)

# Every process beside the two servers.
HOUSE = (*SERVICES, CONSOLE)

# Whose port people open in their browser, unless the house is told of another address.
FRONT = CONSOLE

# What the console shows while it changes.
WATCHED = ("tips", "rapid_assessment", "forensic_clinic", "prosecution")

LISTENERS = (
    Listener("rapid_assessment", "identity", "evt.identity.>"),
    Listener("rapid_assessment", "tips", "evt.tips.>"),
    Listener("rapid_assessment", "forensic_clinic", "evt.forensic_clinic.>"),
    Listener("tips", "rapid_assessment", "evt.rapid_assessment.>"),
    Listener("tips", "forensic_clinic", "evt.forensic_clinic.>"),
    Listener("tips", "prosecution", "evt.prosecution.>"),
    Listener("forensic_clinic", "identity", "evt.identity.>"),
    Listener("forensic_clinic", "tips", "evt.tips.>"),
    Listener("forensic_clinic", "rapid_assessment", "evt.rapid_assessment.>"),
    Listener("prosecution", "tips", "evt.tips.>"),
    Listener("prosecution", "rapid_assessment", "evt.rapid_assessment.>"),
    Listener("prosecution", "forensic_clinic", "evt.forensic_clinic.>"),
    # The witness reads every log whole.
    *(Listener("audit", each.name, f"*.{each.name}.>") for each in SERVICES if each.name != "audit"),
)


def stream_name(service: str) -> str:
    """The JetStream stream that carries a service's log."""
    return service.upper()


def watched_subject(service: str) -> str:
    """Where the console hears that something was added to a service's log: headers, never what was added."""
    return f"watched.{service}.>"
