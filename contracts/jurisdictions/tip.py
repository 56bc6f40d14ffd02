"""How a tip comes in, and what is looked for in it."""

from typing import Literal

from contracts.jurisdictions.marks import Confidence, Loaded

Exploitation = Literal["sex", "labour", "both"]


class Channel(Loaded, frozen=True, kw_only=True):
    """A way a tip comes in. `officer_request`: CPS must send the on-call caseworker immediately."""

    channel: str
    words: str
    officer_request: bool
    source: str
    confidence: Confidence
    note: str | None


class Indicator(Loaded, frozen=True, kw_only=True):
    """A sign of trafficking to look for at screening. Not a validated tool, and no score."""

    code: str
    words: str
    exploitation: Exploitation
    source: str
    confidence: Confidence
    note: str | None
