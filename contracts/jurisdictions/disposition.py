"""Who alone may dispose of an investigation: no agency closes as unfounded what is a court's or prosecutor's to end."""

from typing import Literal

from contracts.jurisdictions.marks import Confidence, Loaded

Disposer = Literal["youth_court", "prosecutor", "court", "child_protection", "law_enforcement"]
"""Who is said to have disposed of it, whether they may or not."""


class ReservedDisposition(Loaded, frozen=True, kw_only=True):
    """`of` is the investigation, `reserved_to` those who may end it."""

    of: str
    words: str
    reserved_to: tuple[Disposer, ...]
    citation: str
    source: str
    confidence: Confidence
    note: str | None
