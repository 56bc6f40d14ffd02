"""What reading is unusual: rules of a dated table, each with the number from which on something is found."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from contracts.jurisdictions.dated import by_key, refuse_unless_one_follows_another
from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.marks import Confidence, Loaded

FILE = "unusual_reading.json"


class UnusualRule(StrEnum):
    """What reading is looked for week by week. The table says from how much on, and of whom."""

    MANY_CASES = "many_cases"
    OTHER_COUNTIES = "other_counties"
    AT_NIGHT = "at_night"
    AFTER_LEAVING_TEAM = "after_leaving_team"
    OWN_CASE = "own_case"
    AFTER_LEAVING_AGENCY = "after_leaving_agency"
    MUCH_TAKEN = "much_taken"
    OPENING_NOT_REVIEWED = "opening_not_reviewed"


class UnusualReading(Loaded, frozen=True, kw_only=True):
    """One version of a rule. What is counted is of a week, or of so many `hours` in it; found from `threshold` on.

    `of_roles` are other numbers for those whose work it is; None there: never. Night is from one hour to another, by
    the clocks on the wall.
    """

    rule: UnusualRule
    version: int
    in_force_from: date
    in_force_until: date | None
    words: str
    threshold: int
    hours: int | None
    night_from: int | None
    night_until: int | None
    of_roles: dict[str, int | None]
    citation: str
    source: str
    confidence: Confidence
    note: str | None

    @property
    def within(self) -> timedelta:
        """In elapsed time. Asked only of a rule that has `hours`."""
        return timedelta(hours=self.hours or 0)

    def threshold_of(self, roles: Iterable[str]) -> int | None:
        """For whoever acts in these roles, the one that lets them read the most. None: never."""
        own = [self.of_roles[role] for role in roles if role in self.of_roles]
        if None in own:
            return None
        return max([self.threshold, *(each for each in own if each is not None)])

    def is_night(self, hour: int) -> bool:
        """Whether the clocks on the wall show night in that hour; it may lie over midnight."""
        since, until = self.night_from or 0, self.night_until or 0
        return since <= hour < until if since <= until else hour >= since or hour < until


def refuse_unusual(rules: Sequence[UnusualReading], roles: Collection[str]) -> None:
    """Raises `DataRefused` for a rule that could find nothing, or everything, or of which two hold on a day."""
    for name, of_one in by_key(rules, lambda each: each.rule).items():
        refuse_unless_one_follows_another(FILE, f"rule {name}", of_one)
    for each in rules:
        row = f"rule {each.rule} version {each.version}"
        if min([each.threshold, *(number for number in each.of_roles.values() if number is not None)]) < 1:
            raise DataRefused(FILE, row, "threshold", "it would be found of everybody, always.")
        if unknown := set(each.of_roles) - set(roles):
            raise DataRefused(FILE, row, "of_roles", f"{min(unknown)!r} is named but not on file.")
        if (each.rule == UnusualRule.MANY_CASES) != bool(each.hours):
            raise DataRefused(FILE, row, "hours", "many cases are counted within hours, and nothing else is.")
        night = (each.night_from, each.night_until)
        is_night = all(hour is not None and 0 <= hour < 24 for hour in night)
        if (each.rule == UnusualRule.AT_NIGHT) != is_night or (night != (None, None) and night[0] == night[1]):
            raise DataRefused(FILE, row, "night_from", "a night has two hours of the day, and no other rule has one.")
