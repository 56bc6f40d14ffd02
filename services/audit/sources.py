"""Whose logs the audit service keeps a copy of, in the order their events are told when recorded at one moment."""

from typing import NamedTuple


class Upstream(NamedTuple):
    """A service, its stream, and the durable consumer the audit service reads it by."""

    name: str
    stream: str

    @property
    def durable(self) -> str:
        """Also the name under which the copy's progress is kept."""
        return f"audit-from-{self.name}"


UPSTREAMS = (
    Upstream("identity", "IDENTITY"),
    Upstream("tips", "TIPS"),
    Upstream("rapid_assessment", "RAPID_ASSESSMENT"),
    Upstream("forensic_clinic", "FORENSIC_CLINIC"),
)
NAMES = tuple(upstream.name for upstream in UPSTREAMS)
