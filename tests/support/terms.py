"""Terms of a deadline for tests that do not ask how it was reckoned."""

from datetime import datetime, timedelta

from contracts.deadline import Terms

ARITHMETIC = "as it was reckoned"


def elapsed(since: datetime, period: timedelta, *warnings: timedelta, rule: str = "C01", version: int = 1) -> Terms:
    """Every hour counts."""
    return Terms(
        rule=rule,
        version=version,
        citation="Example Code 1-2-3",
        started_at=since,
        due_at=since + period,
        warn_at=tuple(since + warning for warning in warnings),
        arithmetic=ARITHMETIC,
    )
