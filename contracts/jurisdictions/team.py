"""Who must sit on a team, and what certifies them."""

from datetime import date

from contracts.jurisdictions.marks import Confidence, Loaded


class Seat(Loaded, frozen=True, kw_only=True):
    """A seat every child's team must have, and the credential that fills it (issuers are agency ids).

    Who holds one that is `holder_withheld` goes only where it is needed.
    """

    seat: str
    version: int
    in_force_from: date
    words: str
    credential: str
    issuers: tuple[str, ...]
    holder_withheld: bool
    citation: str
    source: str
    confidence: Confidence
    note: str | None


class CredentialKind(Loaded, frozen=True, kw_only=True):
    """A credential a responder can hold. Hours and renewal are `None` where not on file."""

    kind: str
    words: str
    issuers: tuple[str, ...]
    minimum_hours: int | None
    renewal: str | None
    source: str
    confidence: Confidence
    note: str | None
