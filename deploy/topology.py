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
    """One process, with a database and a NATS user of its own; `port` is an offset from the base port."""

    name: str
    port: int
    publishes: bool


SERVICES = (
    Service("identity", 1, publishes=True),
    Service("tips", 2, publishes=True),
    Service("rapid_assessment", 3, publishes=True),
    Service("audit", 4, publishes=True),
    Service("forensic_clinic", 5, publishes=True),
    Service("prosecution", 6, publishes=True),
)

# Whose port people open in their browser, unless the house is told of another address.
FRONT = next(each for each in SERVICES if each.name == "identity")

LISTENERS = (
    Listener("rapid_assessment", "tips", "evt.tips.>"),
    Listener("rapid_assessment", "forensic_clinic", "evt.forensic_clinic.>"),
    Listener("tips", "rapid_assessment", "evt.rapid_assessment.>"),
    Listener("forensic_clinic", "tips", "evt.tips.>"),
    Listener("forensic_clinic", "rapid_assessment", "evt.rapid_assessment.>"),
    Listener("prosecution", "tips", "evt.tips.>"),
    Listener("prosecution", "rapid_assessment", "evt.rapid_assessment.>"),
    # The witness reads every log whole.
    *(Listener("audit", each.name, f"*.{each.name}.>") for each in SERVICES if each.publishes and each.name != "audit"),
)


def stream_name(service: str) -> str:
    """The JetStream stream that carries a service's log."""
    return service.upper()
