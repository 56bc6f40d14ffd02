"""Reads the rules: one file for each part of the house, together one list, each rule whole in itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from importlib.resources.abc import Traversable
from itertools import pairwise

import msgspec

from contracts.jurisdictions import reading
from contracts.jurisdictions.clocks import AnyRule, Calendar, ClockRule, DutyRule, WaitingRule
from contracts.jurisdictions.dated import in_order, refuse_unless_one_follows_another
from contracts.jurisdictions.errors import DataRefused
from contracts.rules import ALWAYS_ON

CLOCKS = "clocks"

# The lists in a file, and what their rows are.
_LISTS: Mapping[str, type[AnyRule]] = {"clocks": ClockRule, "duties": DutyRule, "waiting": WaitingRule}
# The fields a period and its warnings are written in.
_HOURS = ("period_hours", "warning_hours")
_BUSINESS_DAYS = ("period_business_days", "warning_business_days")
_DAYS = ("period_days", "warning_days")
_WRITTEN_IN: Mapping[Calendar, tuple[str, str]] = {
    "elapsed": _HOURS,
    "excluding_weekends_and_holidays": _HOURS,
    "business_days": _BUSINESS_DAYS,
    "calendar_days": _DAYS,
    "court_days": _DAYS,
}


class Written(msgspec.Struct, frozen=True):
    """A rule and the file it stands in."""

    file: str
    rule: AnyRule

    @property
    def row(self) -> str:
        """As it is named where something is wrong with it."""
        return f"rule {self.rule.rule} version {self.rule.version}"


def read_clock_files(folder: Traversable) -> tuple[Written, ...]:
    """Raises `DataRefused`."""
    found: list[Written] = []
    for file in sorted((folder / CLOCKS).iterdir(), key=lambda each: each.name):
        name = f"{CLOCKS}/{file.name}"
        lists = reading.lists(folder, name, _LISTS)
        found += [
            Written(name, rule) for key, type_ in _LISTS.items() for rule in reading.listed(name, lists[key], type_)
        ]
    for each in found:
        if isinstance(each.rule, ClockRule):
            _refuse_uncountable(each, each.rule)
    versions: dict[str, list[Written]] = defaultdict(list)
    for each in found:
        versions[each.rule.rule].append(each)
    for rule, written in versions.items():
        refuse_unclear_versions(rule, written)
    return tuple(found)


def refuse_unless_always_on(found: Sequence[Written], also: str) -> None:
    """Raises `DataRefused` where a rule that the house does not work without is absent, off, or ends."""
    for rule in sorted({*ALWAYS_ON, also}):
        _refuse_unless_always_on(rule, [each for each in found if each.rule.rule == rule])


def _refuse_uncountable(written: Written, clock: ClockRule) -> None:
    period, warnings = wanted = _WRITTEN_IN[clock.calendar]
    for field in (*_HOURS, *_BUSINESS_DAYS, *_DAYS):
        if (getattr(clock, field) is not None) != (field in wanted):
            wrong = f"the calendar {clock.calendar} is written with {period} and {warnings}."
            raise DataRefused(written.file, written.row, field, wrong)
    if clock.period <= timedelta():
        raise DataRefused(written.file, written.row, period, "it must be more than nothing.")
    if any(later <= earlier for earlier, later in pairwise((timedelta(), *clock.warnings, clock.period))):
        raise DataRefused(written.file, written.row, warnings, "warnings must rise and lie before the due time.")


def refuse_unclear_versions(rule: str, written: Sequence[Written]) -> None:
    """Raises `DataRefused` where it is not clear which version holds on a day."""
    numbers = sorted(each.rule.version for each in written)
    file = written[0].file
    for earlier, later in pairwise(numbers):
        if earlier == later:
            raise DataRefused(file, f"rule {rule} version {later}", "version", "it stands there twice.")
    refuse_unless_one_follows_another(file, f"rule {rule}", [each.rule for each in written])
    ordered = in_order(each.rule for each in written)
    for before, after in pairwise(ordered):
        row = f"rule {rule} version {before.version}"
        if after.version < before.version:
            raise DataRefused(file, row, "in_force_from", f"it begins before version {after.version}, which is older.")
        if type(after) is not type(before) and before.in_force_until is None:
            wrong = f"version {after.version} is a rule of another kind: say when this one ends."
            raise DataRefused(file, row, "in_force_until", wrong)


def _refuse_unless_always_on(rule: str, written: Iterable[Written]) -> None:
    clocks = [each for each in written if isinstance(each.rule, ClockRule)]
    if not clocks:
        raise DataRefused(CLOCKS, f"rule {rule}", "", "it is not on file, and the house does not work without it.")
    for each in clocks:
        if isinstance(each.rule, ClockRule) and each.rule.standing != "on":
            raise DataRefused(each.file, each.row, "standing", "the house does not work without this rule.")
    last = max(clocks, key=lambda each: each.rule.version)
    if last.rule.in_force_until is not None:
        raise DataRefused(last.file, last.row, "in_force_until", "the house does not work without this rule.")
