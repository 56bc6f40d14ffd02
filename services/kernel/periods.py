"""Periods in which a thing is taken, kept by the database: no two of one thing overlap, whoever asks at one moment.

A reservation commits with the events that rest on it, or neither does, and is released with those that end it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from psycopg_pool import AsyncConnectionPool

from contracts.periods import Period
from services.kernel.batch import Effect
from services.kernel.connections import reading

_TAKE = """
    INSERT INTO taken_periods (holder, resource, during)
    VALUES (%s, %s, tstzrange(%s::timestamptz, %s::timestamptz, '[)'))
"""
# Each row that was not known is taken once more, which the constraint refuses; what was only shortened is known.
_TAKE_WHAT_IS_NEW = """
    INSERT INTO taken_periods (holder, resource, during)
    SELECT gen_random_uuid(), resource, during FROM taken_periods
    WHERE resource = %s AND holder <> %s AND during && tstzrange(%s::timestamptz, %s::timestamptz, '[)')
      AND NOT EXISTS (
          SELECT FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS known (since, until)
          WHERE during <@ tstzrange(known.since, known.until, '[)')
      )
"""
_RELEASE = "DELETE FROM taken_periods WHERE holder = %s"
_SHORTEN = """
    UPDATE taken_periods SET during = tstzrange(lower(during), least(upper(during), %s::timestamptz), '[)')
    WHERE holder = %s
"""
_TAKEN = """
    SELECT holder, resource, lower(during), upper(during) FROM taken_periods
    WHERE resource = ANY(%s) AND during && tstzrange(%s::timestamptz, %s::timestamptz, '[)')
    ORDER BY lower(during), resource
"""


@dataclass(frozen=True)
class Taken:
    """`resource` is `holder`'s from the first moment and before the last."""

    holder: UUID
    resource: UUID
    since: datetime
    until: datetime


def take(holder: UUID, resource: UUID, since: datetime, until: datetime) -> Effect:
    """The append it goes with is decided again (`PeriodTaken`) when the thing is taken at any moment between."""
    return Effect(_TAKE, (holder, resource, since, until))


def leave_free(resource: UUID, since: datetime, until: datetime) -> Sequence[Effect]:
    """Nothing is taken; the append they go with is decided again when the thing is taken at any moment between."""
    for_a_moment = uuid4()
    return take(for_a_moment, resource, since, until), release(for_a_moment)


def nothing_new(holder: UUID, resource: UUID, within: Period, known: Sequence[Period]) -> Effect:
    """Others than `holder` have no more of the thing within a period than was known.

    The append it goes with is decided again (`PeriodTaken`) when they have: for rules over several periods, which no
    constraint can say.
    """
    since, until = [each.since for each in known], [each.until for each in known]
    return Effect(_TAKE_WHAT_IS_NEW, (resource, holder, within.since, within.until, since, until))


def release(holder: UUID) -> Effect:
    """Frees all that is held."""
    return Effect(_RELEASE, (holder,))


def shorten(holder: UUID, until: datetime) -> Effect:
    """Frees what lies at or after a moment, which must be later than the first; what was used stays taken."""
    return Effect(_SHORTEN, (until, holder))


class Periods:
    """Who holds what, as committed."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def taken(self, resources: Sequence[UUID], since: datetime, until: datetime) -> Sequence[Taken]:
        """Every reservation of one of these that overlaps the period, in order of beginning."""
        async with reading(self._pool) as connection:
            found = await connection.execute(_TAKEN, (list(resources), since, until))
            return [Taken(*row) for row in await found.fetchall()]
