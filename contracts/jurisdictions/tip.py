"""How a tip comes in, and by what two are alike."""

from datetime import date, timedelta
from typing import Literal

from contracts.jurisdictions.marks import Confidence, Loaded

Clause = Literal["name", "part_of_name", "phone", "county", "age", "time"]


class Channel(Loaded, frozen=True, kw_only=True):
    """A way a tip comes in. `officer_request`: CPS must send the on-call caseworker immediately."""

    channel: str
    words: str
    officer_request: bool
    source: str
    confidence: Confidence
    note: str | None


class LikenessClause(Loaded, frozen=True, kw_only=True):
    """One way in which two tips may be alike, and what it counts."""

    clause: Clause
    words: str
    score: int


class LikenessRules(Loaded, frozen=True, kw_only=True):
    """By what two tips are shown as maybe about one person: where their clauses together reach `threshold`.

    Only tips received within `window_days` of each other are compared, of which a sealed clause holds, or the county
    and the time (`near_days`) both. `no_names` are words that stand where a name is not known.
    """

    version: int
    in_force_from: date
    threshold: int
    window_days: int
    near_days: int
    clauses: tuple[LikenessClause, ...]
    no_names: frozenset[str]
    source: str
    confidence: Confidence
    note: str | None

    @property
    def window(self) -> timedelta:
        """In elapsed time."""
        return timedelta(days=self.window_days)

    @property
    def near(self) -> timedelta:
        """In elapsed time."""
        return timedelta(days=self.near_days)

    def score(self, clauses: tuple[str, ...]) -> int:
        """Of those that hold; one that is not on file counts nothing."""
        return sum(each.score for each in self.clauses if each.clause in clauses)
