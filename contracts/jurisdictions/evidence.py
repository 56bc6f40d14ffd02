"""How long after an assault something can still be found, or care can still be given."""

from datetime import date
from typing import Literal

from contracts.jurisdictions.marks import Confidence, Loaded

Purpose = Literal["evidence", "care"]


class EvidenceWindow(Loaded, frozen=True, kw_only=True):
    """So many hours after the assault: from `hours` on it may be too late, from `hours_at_most` on it is by the source.

    For patients of these age bands. No window that has closed refuses an exam or care. `rule` is its number among the
    recommendations on file.
    """

    window: str
    version: int
    rule: str
    purpose: Purpose
    words: str
    hours: int
    hours_at_most: int
    age_bands: tuple[str, ...]
    in_force_from: date
    in_force_until: date | None
    citation: str
    source: str
    confidence: Confidence
    note: str | None
