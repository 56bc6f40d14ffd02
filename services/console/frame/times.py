"""How the pages say a moment, and how they read one that was typed: in Central time, with its zone.

A page says when it is by the house's one source of time, never by the machine's clock.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from contracts.jurisdictions import LOCAL
from services.console.frame.words import Words

MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Weeks are told by their days, what is longer ago by its date.
NEAR = timedelta(days=6)
# From so far on, hours and minutes are no help.
SAID_IN_DAYS = 3 * DAY
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
# As people type it on a numeric keyboard: 02:31, 2:31, 0231, 231.
_TIME = re.compile(r"(\d{1,2})[:.h ]?(\d{2})")


class Said(NamedTuple):
    """A moment for people. `iso` is for programs; `utc` is the other clock, one click away."""

    iso: str
    local: str
    zone: str
    relative: str
    utc: str


class Left(NamedTuple):
    """Time left as a number, and past the due time how much."""

    text: str
    past: bool
    seconds: int


@dataclass(frozen=True)
class Times:
    """The words of one language, at one moment."""

    now: datetime
    words: Words

    @property
    def as_shown(self) -> "Times":
        """The same, saying nothing that people do not read."""
        return self

    def said(self, moment: datetime) -> Said:
        """Absolute and relative together."""
        local = moment.astimezone(LOCAL)
        return Said(
            iso=moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            local=f"{self._day(local.date())}{local:%H:%M}",
            zone=local.strftime("%Z"),
            relative=self.relative(moment),
            utc=moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        )

    def short(self, moment: datetime) -> str:
        """Without the zone, for where it stands beside times that have it."""
        local = moment.astimezone(LOCAL)
        return f"{self._day(local.date())}{local:%H:%M}"

    def full(self, moment: datetime) -> str:
        """With the weekday and the date, for the head of a page."""
        local = moment.astimezone(LOCAL)
        return f"{self._weekday(local.date())} {self._date(local.date())}, {local:%H:%M %Z}"

    def stored(self, moment: str) -> str:
        """The same of a moment as it stands in a code on record."""
        return self.full(datetime.fromisoformat(moment))

    def exact(self, moment: datetime) -> str:
        """With the weekday and the date, to the second."""
        local = moment.astimezone(LOCAL)
        return f"{self._weekday(local.date())} {self._date(local.date())}, {local:%H:%M:%S %Z}"

    def on_paper(self, moment: datetime) -> str:
        """With the year, whichever day it is: a sheet is read years later."""
        return f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M %Z}"

    def day(self, moment: datetime) -> str:
        """Without a time."""
        return self._date(moment.astimezone(LOCAL).date())

    def on(self, day: date) -> str:
        """A day of the calendar."""
        return self._date(day)

    def weekday_and_date(self, moment: datetime) -> str:
        """For a list by days."""
        day = moment.astimezone(LOCAL).date()
        return f"{self._weekday(day)} {self._date(day)}"

    def relative(self, moment: datetime) -> str:
        """How long ago, or in how long."""
        seconds = (moment - self.now).total_seconds()
        if abs(seconds) < MINUTE:
            return self.words.say("time.now")
        length = self.length(timedelta(seconds=abs(seconds)))
        return self.words.say("time.in" if seconds > 0 else "time.ago", length=length)

    def apart(self, moment: datetime) -> str:
        """How far from now, on whichever side."""
        return self.length(abs(self.now - moment))

    def length(self, span: timedelta) -> str:
        """The two largest units: `5 h 48 min`, `3 d 4 h`."""
        seconds = int(span.total_seconds())
        if seconds >= SAID_IN_DAYS:
            days, rest = divmod(seconds, DAY)
            return " ".join([f"{days} d", *([f"{rest // HOUR} h"] if rest >= HOUR else [])])
        hours, rest = divmod(seconds, HOUR)
        return " ".join(
            [*([f"{hours} h"] if hours else []), *([f"{rest // MINUTE} min"] if rest >= MINUTE else [])]
        ) or (f"{seconds} s")

    def number(self, span: timedelta) -> str:
        """`5:48`; from three days on in days."""
        size = int(abs(span.total_seconds()))
        return f"{size // DAY} d" if size >= SAID_IN_DAYS else f"{size // HOUR}:{size % HOUR // MINUTE:02}"

    def left(self, due_at: datetime) -> Left:
        """`5:48` left, `+0:41` past; from three days on in days."""
        seconds = int((due_at - self.now).total_seconds())
        text = self.number(due_at - self.now)
        return Left(f"+{text}" if seconds < 0 else text, seconds < 0, seconds)

    def typed(self, moment: datetime) -> tuple[str, str]:
        """As the fields for a day and a time hold it."""
        local = moment.astimezone(LOCAL)
        return f"{local:%Y-%m-%d}", f"{local:%H:%M}"

    def _day(self, day: date) -> str:
        today = self.now.astimezone(LOCAL).date()
        if day == today:
            return ""
        near = abs(day - today) <= NEAR
        return f"{self._weekday(day)} " if near else f"{self._weekday(day)} {self._date(day)} "

    def _date(self, day: date) -> str:
        year = "" if day.year == self.now.astimezone(LOCAL).year else f" {day.year}"
        return f"{day.day} {self.words.say(f'month.{day.month}')}{year}"

    def _weekday(self, day: date) -> str:
        return self.words.say(f"weekday.{day.isoweekday()}")


class NoSuchTime(Exception):
    """What was typed is no time, or one that the clocks left out that day."""


class TwiceThatDay(Exception):
    """The clocks were put back, and this time came twice: which is meant has to be said."""


def read_typed(day: str, time: str, *, second: bool | None = None, zone: tzinfo = LOCAL) -> datetime:
    """A moment typed in Central time, by 24 hours. `second` says which is meant of a time that comes twice.

    Raises `NoSuchTime`, `TwiceThatDay`.
    """
    date_, time_ = _DATE.fullmatch(day.strip()), _TIME.fullmatch(time.strip())
    if date_ is None or time_ is None:
        raise NoSuchTime
    year, month, day_ = map(int, date_.groups())
    hour, minute = map(int, time_.groups())
    try:
        typed = datetime(year, month, day_, hour, minute, tzinfo=zone)
    except ValueError as error:
        raise NoSuchTime from error
    first, last = typed.replace(fold=0), typed.replace(fold=1)
    if first.utcoffset() == last.utcoffset():
        return first.astimezone(UTC)
    # A time the clocks skip comes back from UTC as another.
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != typed.replace(tzinfo=None):
        raise NoSuchTime
    if second is None:
        raise TwiceThatDay
    return (last if second else first).astimezone(UTC)
