"""Taking back that two tips are about one person: what is one case then, whose team holds, who is let in again. Pure.

One link is taken back, by one decision, as it was made by one. What other links hold together stays together.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from contracts.events.tips import AccountReadmitted, TipParted
from contracts.language import Event, Personal, Refused
from services.tips.tip.decisions import Decisions, TipRefusal
from services.tips.tip.events import PartingExplained
from services.tips.tip.state import Tip, received


def part(tip: Tip, other: Tip, reason: str, group: Sequence[Tip]) -> Decisions:
    """`group` are all tips that links lead to from these two. Raises `Refused` for two that no link joins directly.

    Each new case's first tip comes before its others, so that whoever hears of it has that team open again first.
    Whom only tips on the other side name is let in again. A closed case is parted, too: a child may be without help.
    """
    if other.tip not in tip.linked or tip.tip not in other.linked:
        raise Refused(
            TipRefusal.NOT_LINKED, "No decision links these two directly, so there is none to take back. Read both."
        )
    everyone = {each.tip: each for each in (tip, other, *group)}
    ends = (tip.tip, other.tip)
    cases = cases_without(everyone, ends)
    events: Decisions = {}
    for case in cases:
        out = {account for each in case for account in each.names_itself}
        for each in case:
            if each.tip in ends or len(cases) > 1:
                events[each.tip] = [_parted(each, case, ends), *_let_in(each, out)]
    text = Personal(person=tip.person, text=reason)
    events[tip.tip].append(PartingExplained(tip=tip.tip, other=other.tip, reason=text))
    return events


def cases_without(everyone: Mapping[UUID, Tip], ends: Collection[UUID]) -> list[list[Tip]]:
    """The tips by what links them when the link between `ends` is gone, each case by when its tips were received."""
    left, cases = dict(everyone), []
    while left:
        tip, ahead = left.popitem()
        case = {tip: ahead}
        waiting = [tip]
        while waiting:
            tip = waiting.pop()
            for other in everyone[tip].linked:
                stands = other in left and tip in left[other].linked and {tip, other} != set(ends)
                if stands:
                    case[other] = left.pop(other)
                    waiting.append(other)
        cases.append(sorted(case.values(), key=lambda each: (received(each), each.tip)))
    return cases


def _parted(tip: Tip, case: Sequence[Tip], ends: tuple[UUID, UUID]) -> Event:
    within = {each.tip for each in case}
    one, two = ends
    away = two if tip.tip == one or (tip.tip != two and two not in within) else one
    return TipParted(
        tip=tip.tip,
        other=away,
        first=case[0].tip,
        person=tip.person,
        received_at=received(tip),
        age=tip.age,
    )


def _let_in(tip: Tip, out: Collection[UUID]) -> list[Event]:
    return [AccountReadmitted(tip=tip.tip, account=account) for account in tip.named_accounts if account not in out]
