"""A deadline as it was reckoned from a rule: what a clock is started with."""

from datetime import datetime

import msgspec


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule asks for of something that happened at `started_at`.

    `arithmetic` is how `due_at` was found, line by line, for people who do it again. `warn_at` is in order, all of it
    before `due_at`.
    """

    rule: str
    version: int
    citation: str
    started_at: datetime
    due_at: datetime
    warn_at: tuple[datetime, ...] = ()
    arithmetic: str
