"""What is found of a week, who is told of it, and who judges it. Pure.

Nobody is told what was found of their own reading, nor judges it: it may be that a tip names them. And whoever is kept
out of a case is told nothing of it, and cannot tell by the numbers that something was left out. What an auditor is not
told does not keep them from signing the week off; it waits for another.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from uuid import UUID, uuid5

import msgspec

from contracts.language import Event, Personal, Refused
from services.audit.unusual.events import UnusualReadingFound, UnusualReadingJudged
from services.audit.unusual.state import Finding, Outcome, Unusual


class UnusualRefusal(StrEnum):
    """Why a command is refused."""

    JUDGED_ALREADY = "unusual_judged_already"


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """Reading that a rule finds unusual, before it is known whether that was found already."""

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


def find(unusual: Unusual, review: UUID, signs: Iterable[Sign]) -> list[Event]:
    """What is found of the week and was not before: nothing is found twice, and again only once it is more."""
    found: list[Event] = []
    for sign in signs:
        last = unusual.last(sign.rule, sign.account)
        if last is not None and sign.count <= last.count:
            continue
        found.append(
            UnusualReadingFound(
                review=review,
                finding=uuid5(review, f"unusual {unusual.times + len(found)}"),
                instead_of=last.finding if last is not None and last.open else None,
                **msgspec.structs.asdict(sign),
            )
        )
    return found


def told(unusual: Unusual, account: UUID, hidden: Collection[UUID]) -> Sequence[Finding]:
    """What an auditor who is kept out of the `hidden` cases is told: as it would be if there were no such cases."""
    without = (_without(each, hidden) for each in unusual.found if each.account != account)
    return [each for each in without if each.count >= each.threshold]


def _without(finding: Finding, hidden: Collection[UUID]) -> Finding:
    left = [(case, count) for case, count in zip(finding.cases, finding.counts, strict=True) if case not in hidden]
    gone = len(finding.cases) - len(left)
    return msgspec.structs.replace(
        finding,
        count=finding.count - sum(finding.counts) + sum(count for _, count in left),
        of_cases=finding.of_cases - gone,
        cases=tuple(case for case, _ in left),
        counts=tuple(count for _, count in left),
    )


def judge(
    told: Sequence[Finding], review: UUID, finding: UUID, account: UUID, outcome: Outcome, why: str
) -> list[Event]:
    """By an auditor, once: it stays on record. Raises `Refused`; `LookupError` for what they are not `told`."""
    found = next((each for each in told if each.finding == finding), None)
    if found is None:
        raise LookupError
    if not found.open:
        raise Refused(UnusualRefusal.JUDGED_ALREADY, "Somebody has judged this already. It stays on record.")
    note = Personal(person=review, text=why)
    return [
        UnusualReadingJudged(review=review, finding=finding, account=account, outcome=outcome.value, note=note),
    ]
