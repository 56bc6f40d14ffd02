"""The unusual reading of one week, as the events tell it."""

from enum import StrEnum
from uuid import UUID

import msgspec

from contracts.language import Event
from services.audit.unusual.events import UnusualReadingFound, UnusualReadingJudged


class Outcome(StrEnum):
    """What an auditor makes of a finding."""

    FALSE_ALARM = "false_alarm"
    """The rule was wrong about it: there was nothing unusual."""
    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Reading of one account, by one rule; `outcome` is empty, and `judged_by` None, while it stands open."""

    finding: UUID
    rule: str
    rule_version: int
    account: UUID
    agency: str
    roles: tuple[str, ...]
    count: int
    threshold: int
    of_cases: int
    cases: tuple[UUID, ...]
    counts: tuple[int, ...]
    outcome: str = ""
    judged_by: UUID | None = None

    @property
    def open(self) -> bool:
        """Nobody has judged it."""
        return not self.outcome


class Unusual(msgspec.Struct, frozen=True, kw_only=True):
    """In the order in which it was found. What was found anew, with more, stands in place of what nobody had judged.

    `times` is how often something was found, that too.
    """

    found: tuple[Finding, ...] = ()
    times: int = 0

    def finding(self, finding: UUID) -> Finding | None:
        """None for one that there is not, or that another took the place of."""
        return next((each for each in self.found if each.finding == finding), None)

    def last(self, rule: str, account: UUID) -> Finding | None:
        """What was found last of the account by the rule."""
        return next((each for each in reversed(self.found) if (each.rule, each.account) == (rule, account)), None)


def evolve(unusual: Unusual, event: Event) -> Unusual:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case UnusualReadingFound() as e:
            new = Finding(
                finding=e.finding,
                rule=e.rule,
                rule_version=e.rule_version,
                account=e.account,
                agency=e.agency,
                roles=e.roles,
                count=e.count,
                threshold=e.threshold,
                of_cases=e.of_cases,
                cases=e.cases,
                counts=e.counts,
            )
            left = (each for each in unusual.found if each.finding != e.instead_of)
            return Unusual(found=(*left, new), times=unusual.times + 1)
        case UnusualReadingJudged() as e:
            judged = tuple(
                msgspec.structs.replace(each, outcome=e.outcome, judged_by=e.account)
                if each.finding == e.finding
                else each
                for each in unusual.found
            )
            return msgspec.structs.replace(unusual, found=judged)
        case _:
            return unusual
