"""Whose logs the audit service keeps a copy of, in the order their events are told when recorded at one moment."""

from typing import NamedTuple

from contracts.published import PUBLISHED

OWN = "audit"


class Upstream(NamedTuple):
    """A service, its stream, and the durable consumer the audit service reads it by."""

    name: str
    stream: str

    @property
    def durable(self) -> str:
        """Also the name under which the copy's progress is kept."""
        return f"audit-from-{self.name}"


UPSTREAMS = tuple(Upstream(name, name.upper()) for name in PUBLISHED if name != OWN)
NAMES = tuple(upstream.name for upstream in UPSTREAMS)
