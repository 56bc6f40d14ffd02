"""Why a document cannot be made, or not again as it was issued."""

from enum import StrEnum

from contracts.language import Refused


class DocumentRefusal(StrEnum):
    """The closed list of reasons."""

    DESTROYED = "document_destroyed"
    OTHERWISE = "document_said_otherwise"


def destroyed() -> Refused:
    """A name in it opens nowhere any more."""
    return Refused(
        DocumentRefusal.DESTROYED,
        "A court had destroyed what this document names, so it cannot be made. Its hashes stay on record.",
    )


def said_otherwise() -> Refused:
    """This version of the house, or of the library that draws, would give other bytes than those that were issued."""
    return Refused(
        DocumentRefusal.OTHERWISE,
        "This document would not come out as it was issued, so it is not given. Issue it anew.",
    )
