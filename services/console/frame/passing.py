"""Says moments so that two pages of different moments can be compared: what only the passing of time says otherwise
is marked, by characters that no text of ours has. `shown` takes them out again.
"""

import re
from datetime import UTC, datetime, timedelta

from services.console.frame.times import Left, Said, Times

_MEANT, _SHOWN, _END = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_MEANT}([^{_SHOWN}]*){_SHOWN}([^{_END}]*){_END}")


def shown(text: str) -> str:
    """As people read it."""
    return _MARKED.sub(r"\2", text)


def meant(text: str) -> str:
    """The same whenever it is said: a moment as such, and nothing of how long ago it was."""
    return _MARKED.sub(lambda found: f"{_MEANT}{found[1]}", text)


class Passing(Times):
    """The words of one language at one moment, marked."""

    @property
    def as_shown(self) -> Times:
        return Times(self.now, self.words)

    def said(self, moment: datetime) -> Said:
        said = self.as_shown.said(moment)
        return said._replace(local=_at(moment, said.local), relative=_marked("", said.relative))

    def short(self, moment: datetime) -> str:
        return _at(moment, self.as_shown.short(moment))

    def full(self, moment: datetime) -> str:
        return _at(moment, self.as_shown.full(moment))

    def on_paper(self, moment: datetime) -> str:
        return _at(moment, self.as_shown.on_paper(moment))

    def day(self, moment: datetime) -> str:
        return _at(moment, self.as_shown.day(moment))

    def weekday_and_date(self, moment: datetime) -> str:
        return _at(moment, self.as_shown.weekday_and_date(moment))

    def relative(self, moment: datetime) -> str:
        return _marked("", self.as_shown.relative(moment))

    def apart(self, moment: datetime) -> str:
        return _marked("", self.as_shown.apart(moment))

    def number(self, span: timedelta) -> str:
        return _marked("", self.as_shown.number(span))

    def left(self, due_at: datetime) -> Left:
        left = self.as_shown.left(due_at)
        return left._replace(text=_marked("", left.text))


def _at(moment: datetime, said: str) -> str:
    return _marked(moment.astimezone(UTC).isoformat(), said)


def _marked(meaning: str, said: str) -> str:
    return f"{_MEANT}{meaning}{_SHOWN}{said}{_END}"
