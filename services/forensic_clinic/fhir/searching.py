"""What a FHIR search asks, as far as it is answered here: times with prefixes, references, and pages."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from contracts.jurisdictions import LOCAL
from contracts.language import InvalidValue
from contracts.periods import YEARS, Period
from services.forensic_clinic.fhir.resources import Appointment, Bundle, Entry, Link, Schedule, Search, Slot

PREFIXES = ("eq", "ge", "gt", "le", "lt")
MOST = 200
"""Of a page; more is asked for page by page."""

LONGEST = timedelta(days=366)
USUAL = timedelta(days=31)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC) for year in (YEARS[0], YEARS[-1]))


class Starts(NamedTuple):
    """From when on, and before when, something begins; None where nothing is asked."""

    since: datetime | None
    until: datetime | None

    def holds(self, start: datetime | None) -> bool:
        """What has no beginning is found by no time."""
        if self.since is None and self.until is None:
            return True
        return start is not None and self.period.since <= start < self.period.until

    @property
    def period(self) -> Period:
        """As wide as the calendar where nothing is asked."""
        return Period(self.since or EARLIEST, self.until or LATEST)

    def window(self, now: datetime) -> Period:
        """For what there is without end: a month where one end is not said, and never more than a year.

        Raises `InvalidValue`.
        """
        since = self.since or (self.until - USUAL if self.until else now)
        until = self.until or since + USUAL
        if until - since > LONGEST:
            raise InvalidValue("start", f"Ask for at most {LONGEST.days} days at a time.")
        return Period(since, max(until, since))


def starts_in(field: str, values: Iterable[str], zone: tzinfo = LOCAL) -> Starts:
    """All of them hold. A day without a time is the whole day, in the state's time. Raises `InvalidValue`."""
    since, until = None, None
    for value in values:
        prefix, said = (value[:2], value[2:]) if value[:2] in PREFIXES else ("eq", value)
        first, after = _span(field, said, zone)
        if prefix in {"eq", "ge"}:
            since = max(since or first, first)
        elif prefix == "gt":
            since = max(since or after, after)
        if prefix in {"eq", "le"}:
            until = min(until or after, after)
        elif prefix == "lt":
            until = min(until or first, first)
    return Starts(since, until)


def _span(field: str, said: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """From its first moment to the one after its last: a day, or a second."""
    wrong = InvalidValue(
        field, f"Give a day, or a time with its zone, with one of {', '.join(PREFIXES)} before it or with nothing."
    )
    try:
        if len(said) == len("2026-11-01"):
            day = date.fromisoformat(said)
            ends = [datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + DAY)]
        else:
            # In an address a plus is a space.
            moment = datetime.fromisoformat(said.replace(" ", "+"))
            if moment.tzinfo is None:
                raise wrong
            ends = [moment.astimezone(UTC), moment.astimezone(UTC) + SECOND]
    except (ValueError, OverflowError) as error:
        raise wrong from error
    if not EARLIEST <= ends[0] < LATEST:
        raise InvalidValue(field, f"Give a time between {YEARS[0]} and {YEARS[-1]}. Check the year.")
    return ends[0], ends[1]


def reference_in(field: str, value: str, *kinds: str) -> tuple[str, UUID]:
    """Which kind, and which: `Schedule/…`, or the reference alone where there is one kind. Raises `InvalidValue`."""
    kind, slash, id_ = value.rpartition("/")
    known = kind in kinds if slash else len(kinds) == 1
    try:
        reference = UUID(id_)
    except ValueError:
        known, reference = False, UUID(int=0)
    if not known:
        raise InvalidValue(field, f"Give a reference as {' or '.join(f'{each}/…' for each in kinds)}.")
    return kind or kinds[0], reference


def page_of(
    address: str,
    asked: Sequence[tuple[str, str]],
    found: Sequence[Schedule] | Sequence[Slot] | Sequence[Appointment],
    count: int,
    offset: int,
) -> Bundle:
    """`address` is that of the resources' type, without a slash; `asked` is what the search was narrowed by."""

    def link(at: int) -> str:
        return f"{address}?{urlencode([*asked, ('_count', str(count)), ('_offset', str(at))])}"

    links = [Link(relation="self", url=link(offset)), Link(relation="first", url=link(0))]
    if offset:
        links.append(Link(relation="previous", url=link(max(offset - count, 0))))
    if offset + count < len(found):
        links.append(Link(relation="next", url=link(offset + count)))
    match = Search(mode="match")
    entries = tuple(
        Entry(full_url=f"{address}/{each.id}", resource=each, search=match) for each in found[offset : offset + count]
    )
    return Bundle(type="searchset", total=len(found), link=tuple(links), entry=entries)
