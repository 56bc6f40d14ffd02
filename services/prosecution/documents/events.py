"""Documents made of a case and taken out of the house. It stays in this service (and, sealed, with the auditors).

No event holds a word of a document: it is made again from the log as it stood, and its hash says that it is the same.
"""

from typing import Annotated

from contracts.language import Code, Event, Measure, Moment, Personal, Reference, classified

References = Annotated[tuple[Reference, ...], classified("reference")]
Texts = Annotated[tuple[Personal, ...], classified("personal")]


class DocumentIssued(Event, frozen=True, kw_only=True):
    """A document was taken out. `about` is what its template is about: a notice, a paper, an accused, a petition.

    It rests on these events, and on all of `streams` up to `position`. `digest` and `file_digest` (SHA-256) are of its
    content and of the PDF. `marks` are random and stand in the content, one sealed for each person who is named in it:
    once a key is destroyed, nobody who guesses a name can try it against the digests.
    """

    NAME = "document.issued"

    case: Reference
    document: Reference
    template: Code
    template_version: Measure
    court: Code
    about: Reference
    streams: References
    position: Measure
    rests_on: References
    digest: Code
    file_digest: Code
    marks: Texts
    issued_at: Moment


class DocumentRegistered(Event, frozen=True, kw_only=True):
    """Of which document the hash is that the stream is found by. `of` is content or file."""

    NAME = "document.registered"

    case: Reference
    document: Reference
    of: Code


DOCUMENT_EVENTS: tuple[type[Event], ...] = (DocumentIssued, DocumentRegistered)
