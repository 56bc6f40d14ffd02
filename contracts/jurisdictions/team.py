"""Who must sit on a team, what certifies them, and what is said of those who do."""

from datetime import date, timedelta

from contracts.jurisdictions.marks import Confidence, Loaded


class Seat(Loaded, frozen=True, kw_only=True):
    """A seat every child's team must have, and the credential that fills it (issuers are agency ids).

    It holds for tips received from the first day until the last: a team keeps the seats it was opened with.
    Who holds one that is `holder_withheld` goes only where it is needed.
    """

    seat: str
    version: int
    in_force_from: date
    in_force_until: date | None = None
    words: str
    credential: str
    issuers: tuple[str, ...]
    holder_withheld: bool
    citation: str
    source: str
    confidence: Confidence
    note: str | None


class TrainingPart(Loaded, frozen=True, kw_only=True):
    """What a training must hold, and for how many hours at the least."""

    part: str
    words: str
    hours: int


class CredentialKind(Loaded, frozen=True, kw_only=True):
    """A credential a responder can hold. Hours and renewal are `None` where not on file.

    Where there are `parts`, each is trained for its hours, which together are the minimum.
    """

    kind: str
    words: str
    issuers: tuple[str, ...]
    minimum_hours: int | None
    parts: tuple[TrainingPart, ...]
    background_check: bool
    renewal: str | None
    source: str
    confidence: Confidence
    note: str | None


class TaskForce(Loaded, frozen=True, kw_only=True):
    """One of the operational task forces, each with a rapid-response advocate. `counties` are those on file."""

    task_force: str
    words: str
    counties: tuple[str, ...]
    source: str
    confidence: Confidence
    note: str | None


class Language(Loaded, frozen=True, kw_only=True):
    """A language a responder may speak, by its code in ISO 639."""

    language: str
    words: str


class ResponderRules(Loaded, frozen=True, kw_only=True):
    """What may be said of responders, and for how long a channel counts as proven.

    A code that proves one is good for `code_minutes` and `code_tries`; the rota board looks `board_days` ahead.
    Nobody is sent more than `messages_an_hour` that ask them for a seat.
    """

    version: int
    in_force_from: date
    proof_holds_days: int
    code_minutes: int
    code_tries: int
    codes_an_hour: int
    messages_an_hour: int
    board_days: int
    source: str
    confidence: Confidence
    note: str | None
    task_forces: tuple[TaskForce, ...]
    languages: tuple[Language, ...]

    @property
    def proof_holds(self) -> timedelta:
        """In elapsed time."""
        return timedelta(days=self.proof_holds_days)

    @property
    def code_holds(self) -> timedelta:
        """In elapsed time."""
        return timedelta(minutes=self.code_minutes)
