"""What a state's law gives the victims of a case: who confers before what, and which notices are owed by what."""

from collections.abc import Mapping

from contracts.jurisdictions.marks import Confidence, Loaded


class Conferral(Loaded, frozen=True, kw_only=True):
    """These outcomes are recorded only after the victim was conferred with about their proposal, or a reason why not.

    `ways` are how one conferred, `positions` what the victim thinks of it; each code with its words.
    """

    rule: str
    outcomes: tuple[str, ...]
    ways: Mapping[str, str]
    positions: Mapping[str, str]
    reasons: Mapping[str, str]
    citation: str


class NoticeKind(Loaded, frozen=True, kw_only=True):
    """A notice owed to a victim by its rule; `on_request`: where a written request stands.

    It is owed by a count that comes to one of `stages`, and by an outcome at one of `outcomes_at`. Charges, hearings,
    releases and the end of a sentence owe that of their own name.
    """

    notice: str
    rule: str
    on_request: bool
    stages: tuple[str, ...]
    outcomes_at: tuple[str, ...]
    words: str


class Immigration(Loaded, frozen=True, kw_only=True):
    """Papers that let a foreign victim stay: kinds, who decides on one, and why one ends; each code with its words.

    `citation` of `None`: no law is on file.
    """

    note: str
    citation: str | None
    kinds: Mapping[str, str]
    deciders: Mapping[str, str]
    ends: Mapping[str, str]


class VictimRules(Loaded, frozen=True, kw_only=True):
    """Everything about victims' rights that is a list. Of hearings in `hearings_not_told` no notice is owed.

    `channels` are the ways a victim is reached, `failures` why one was not.
    """

    source: str
    confidence: Confidence
    note: str
    conferral: Conferral
    notices: tuple[NoticeKind, ...]
    hearings_not_told: tuple[str, ...]
    request_citation: str
    contact_citation: str
    channels: Mapping[str, str]
    failures: Mapping[str, str]
    immigration: Immigration
    presence: Mapping[str, str]
    statements: Mapping[str, str]

    def notice(self, notice: str) -> NoticeKind:
        """Raises `KeyError` for one there is not; the loader has seen to those the code speaks of."""
        return {each.notice: each for each in self.notices}[notice]
