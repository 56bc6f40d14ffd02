"""Subpoenas and other papers of a case, and how they are served. It stays in this service (and, sealed, with auditors).

Who is to be served, and where, is sealed. A victim is named by reference, and without any address.
"""

from typing import Annotated

from contracts.language import Code, Event, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


class PaperIssued(Event, frozen=True, kw_only=True):
    """A paper is to be served. `hearing` is what it calls to, if to one; `for_whom` is of a closed list."""

    NAME = "paper.issued"

    case: Reference
    paper: Reference
    kind: Code
    for_whom: Code
    hearing: Reference | None
    accused: Reference | None
    victim: Reference | None
    addressee: Text | None
    issued_at: Moment


class PaperOut(Event, frozen=True, kw_only=True):
    """Somebody is out to serve it; after a failure, again."""

    NAME = "paper.out_for_service"

    case: Reference
    paper: Reference
    server: Code
    out_at: Moment


class PaperServed(Event, frozen=True, kw_only=True):
    """It was served."""

    NAME = "paper.served"

    case: Reference
    paper: Reference
    way: Code
    served_at: Moment


class ServiceFailed(Event, frozen=True, kw_only=True):
    """It was not served: somebody is to try again, or to take it back."""

    NAME = "paper.service_failed"

    case: Reference
    paper: Reference
    reason: Code
    failed_at: Moment


class PaperWithdrawn(Event, frozen=True, kw_only=True):
    """It is not to be served any more."""

    NAME = "paper.withdrawn"

    case: Reference
    paper: Reference
    reason: Code
    withdrawn_at: Moment


PAPER_EVENTS: tuple[type[Event], ...] = (PaperIssued, PaperOut, PaperServed, ServiceFailed, PaperWithdrawn)
