"""The path the rules expect of a case: which event begins which clock, and by what the duty is done. Data, read once.

What a rule asks for and how long it gives stands in the state's files; here is only by which events that is seen. The
names are those of other services' own events, which the copy holds and this service does not import.
"""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event whose fields hold this."""

    event: str
    where: dict[str, str] = {}


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The event by which a duty is done, its field with the moment, and which of its fields must hold what."""

    event: str
    at: str
    where: dict[str, str] = {}


class After(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event without which the clock does not begin yet, with its moment.

    It and the event `named_by`, which tells what it is of, have the field `by` in common.
    """

    event: str
    at: str
    by: str
    named_by: str


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The event named by `begins` begins a clock of the rule, at the moment in its field `at`, its own where empty.

    An empty `rule` is named by the event's field of that name. `where` says which field must hold what.
    `of_every_child`: it is owed of every tip about a child that stands by itself. `noticed`: the law says what to do
    where it cannot be met in time. `of` is the field of what the clock is about, a kit say, and the tip where empty;
    with `once` it has one such clock. With `after` the later of both moments begins it. `unless` are events of the same
    that, come before it, leave nothing owed. `reasons` are events that say why it was late. `answers`: who must act is
    not the agency in the rule's row, which stands for many, but whose act began the clock, or whom its event names.
    Nothing is expected of a rule without `begins`.
    """

    rule: str
    begins: str = ""
    at: str = ""
    where: dict[str, str] = {}
    of: str = ""
    once: bool = False
    after: After | None = None
    unless: tuple[Seen, ...] = ()
    done: Done | None = None
    of_every_child: bool = False
    noticed: bool = False
    reasons: tuple[str, ...] = ()
    answers: Literal["", "who_began", "whom_it_names"] = ""


@cache
def expected_path() -> tuple[Expected, ...]:
    """As its file has it."""
    return msgspec.json.decode((Path(__file__).parent / "path.json").read_bytes(), type=tuple[Expected, ...])


def of_rule(rule: str) -> Expected | None:
    """The step of a rule that the file names."""
    return next((each for each in expected_path() if each.rule == rule), None)
