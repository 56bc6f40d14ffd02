"""What may be decided about an evidence kit: why it is not tested, or destroyed, and from when it runs."""

from datetime import date
from typing import Literal

from contracts.jurisdictions.marks import Confidence, Loaded

Decided = Literal["no_test", "destruction"]
"""What one proposes and a prosecutor assents to: that a kit is not tested, or that it is destroyed."""


class KitReason(Loaded, frozen=True, kw_only=True):
    """For what a decision may be proposed; no other reason is taken. `needs_paper`: a court's order is named with it.

    `citation` is `None` where no law was found that says it in so many words.
    """

    decision: Decided
    reason: str
    words: str
    needs_paper: bool
    citation: str | None
    source: str
    confidence: Confidence
    note: str | None


class KitRules(Loaded, frozen=True, kw_only=True):
    """`converted_runs_from`: from when the call to law enforcement is due for a kit that the patient converted.

    `conversion`: from that moment, or the exam's end where that is later. `exam`: from the exam's end alone.
    """

    version: int
    in_force_from: date
    converted_runs_from: Literal["conversion", "exam"]
    source: str
    confidence: Confidence
    note: str | None
    reasons: tuple[KitReason, ...]

    def reason(self, decision: Decided, name: str) -> KitReason | None:
        """None for what is no reason for that."""
        return next((each for each in self.reasons if (each.decision, each.reason) == (decision, name)), None)
