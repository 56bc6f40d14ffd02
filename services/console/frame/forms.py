"""What somebody typed into a form, kept until it is taken: a refused form comes back as it was, with what is wrong."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request

from services.console.asking import Refusal, ShownAgain, Unreachable, new_key
from services.console.doorkeeper import FORM_TOKEN, SENT
from services.console.frame.times import NoSuchTime, Times, TwiceThatDay, read_typed
from services.console.frame.words import LANGUAGES, Words

KEY = "key"
VERSION = "version"
DAY = "_day"
"""After a field's name: the day of a time."""

WHICH = "_which"
"""After a field's name: which of two equal times is meant, on the night the clocks are put back."""

SWITCH = "in_language"
"""A button of a form that sends it not to be acted on but to be shown again, in this language, as it was typed."""

REFERENCE = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def switched_in(request: Request[Any, Any, Any]) -> str:
    """The language a form was sent to be shown in; empty where it was sent to be acted on."""
    sent: str = getattr(request.state, SENT, {}).get(SWITCH, "")
    return sent if sent in LANGUAGES else ""


class _Unjudged(dict[str, str]):
    """The problems of a form that is only shown again: none, whatever it lacks."""

    def __setitem__(self, field: str, sentence: str) -> None:
        pass


class Form:
    """The fields by name. `problems` says by field what is wrong, under the empty name what is wrong with it all.

    `refusal` is what a service refused it with, if one did.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})
        self.problems: dict[str, str] = {}
        self.key = self._values.pop(KEY, "") or new_key()
        self.twice: set[str] = set()
        self.refusal: Refusal | None = None

    @classmethod
    def of(cls, request: Request[Any, Any, Any]) -> "Form":
        """As it was sent, which the guard has read; of a name that came twice, the last."""
        sent = getattr(request.state, SENT, {})
        form = cls({name: each for name, each in sent.items() if name not in {FORM_TOKEN, SWITCH}})
        if switched_in(request):
            form.problems = _Unjudged()
        return form

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def text(self, name: str) -> str | None:
        """What was typed, without the space around it; None for nothing."""
        return self[name].strip() or None

    def number(self, name: str) -> int | None:
        """None for what is no number of ours."""
        typed = self[name]
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else None

    def reference(self, name: str) -> UUID | None:
        """As it was typed, or as it stands in the address of a page; None where there is none."""
        found = REFERENCE.search(self[name])
        return UUID(found.group()) if found else None

    def moment(self, name: str, words: Words) -> datetime | None:
        """A day and a time typed in Central time. None, and a problem in words, for what cannot be meant."""
        which = {"first": False, "second": True}.get(self[name + WHICH])
        try:
            return read_typed(self[name + DAY], self[name], second=which)
        except TwiceThatDay:
            self.twice.add(name)
            self.problems[name] = words.say("form.twice")
        except NoSuchTime:
            self.problems[name] = words.say("form.no_such_time")
        return None

    def set_moment(self, name: str, moment: datetime, times: Times) -> None:
        """Begins with this moment."""
        self._values[name + DAY], self._values[name] = times.typed(moment)

    def require(self, name: str, label: str, words: Words) -> str:
        """What was typed; a problem that names the field by its label where nothing was."""
        typed = self.text(name)
        if typed is None:
            self.problems[name] = words.say("form.missing", field=words.say(label))
        return typed or ""

    def refuse(self, problem: Refusal | Unreachable, words: Words) -> int:
        """Says in the form what a service said, by which law where it is one, and answers the status of the page."""
        if isinstance(problem, ShownAgain):
            return problem.status
        if isinstance(problem, Unreachable):
            self.problems[""] = words.say("form.unreachable")
            return 503
        said, self.refusal = problem.problem, problem
        field = said.field if said.field in self._values else ""
        by_law = f" ({said.citation})" if said.citation else ""
        self.problems[field] = f"{sentence_of(problem, words)}{by_law}"
        return said.status


def sentence_of(refusal: Refusal, words: Words) -> str:
    """In the reader's language where there are words for it; else as the service says it, in English."""
    said = refusal.problem
    for key in (f"refused.{said.code}", f"problem.{said.type.rpartition(':')[2]}"):
        if words.knows(key):
            # A rule is one, or several with a comma between.
            rules = words.listed([words.word("clock", rule) for rule in said.rule.split(", ")])
            return words.say(key, rules=rules)
    return words.of_service(said.detail) or words.say("problem.fault")
