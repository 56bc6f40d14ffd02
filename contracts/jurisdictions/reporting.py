"""What a tip obliges to report, and to whom."""

from typing import Literal

from contracts.jurisdictions.agencies import Condition
from contracts.jurisdictions.marks import Loaded

StateLines = Literal["crossed", "not_crossed", "not_known"]
"""Whether the child is said to have been taken, sent or lured from one state to another."""

Setting = Literal["home", "out_of_home", "out_of_home_licensed", "out_of_home_unlicensed", "not_known"]
"""Where the child is said to have been harmed. `out_of_home`: whether the place is licensed is not known."""


class DutyPart(Loaded, frozen=True, kw_only=True):
    """Whom a reporting duty tells: done when each part is.

    `by` is the role that tells, `None`: whoever reports. `step` is the notice rule that finds the agency told, `None`:
    none is on file. `acknowledged`: done only when the agency told has said so. `may_precede_receipt`: may have been
    done before Child Protection Services had the tip. Empty `settings`: whatever the setting. A tip that comes in by
    one of `done_by_channels` is itself this part. `numbered`: those told give a number, and it is on record.
    """

    part: str
    words: str
    by: str | None
    step: str | None
    acknowledged: bool
    may_precede_receipt: bool
    settings: tuple[Setting, ...]
    done_by_channels: tuple[str, ...]
    numbered: bool = False


class ReportingDuty(Loaded, frozen=True, kw_only=True):
    """What a tip about a child obliges to, by a clock rule or duty rule of the same name and version.

    Empty `settings`: it arises whatever the setting; empty `channels`: whichever way the tip came in; empty `on`:
    whatever else holds, else where one of these does, counted from when that was known. `when_stated`: it arises only
    once somebody says that it applies, and counts from when that was known.
    """

    rule: str
    version: int
    settings: tuple[Setting, ...]
    parts: tuple[DutyPart, ...]
    note: str | None
    channels: tuple[str, ...] = ()
    on: tuple[Condition, ...] = ()
    when_stated: bool = False
