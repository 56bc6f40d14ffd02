"""In which county and of which agency a clock is counted. Pure."""

from collections.abc import Iterable, Mapping
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.errors import UnknownRule
from services.audit.compliance.history import History
from services.audit.compliance.path import of_rule

NOT_KNOWN = "not_known"
"""In place of a county or an agency that nothing on record says; it is asked for by this code, too."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """`case` is null for a clock that is of no case: of an account, an incident, a week's review.

    `county` is where its tip is said to be from today, empty for what is of no case; `agency` who answers for it.
    """

    case: UUID | None
    county: str
    agency: str


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A clock with its place; `month` is the one it began in, by the state's clocks."""

    history: History
    place: Place
    month: str


def placed(
    histories: Iterable[History],
    counties: Mapping[UUID, str],
    began_by: Mapping[UUID, str],
    tables: Jurisdiction,
) -> list[Placed]:
    """`counties` by tip, of every tip there is; `began_by` the agency by whose act a clock began, or that it names."""
    return [
        Placed(
            history=each,
            place=Place(
                case=each.case if each.case in counties else None,
                county=(counties[each.case] or NOT_KNOWN) if each.case in counties else "",
                agency=answering(each, tables) or began_by.get(each.clock, "") or NOT_KNOWN,
            ),
            month=f"{tables.day_of(each.began_at):%Y-%m}",
        )
        for each in histories
    ]


def answering(history: History, tables: Jurisdiction) -> str:
    """The agency whose people must act, by the rule's row; empty where many hold the role, or it is anyone's."""
    step = of_rule(history.rule)
    if step is not None and step.answers:
        return ""
    try:
        rule = tables.clock_rule(history.rule, version=history.rule_version)
    except UnknownRule:
        return ""
    role = tables.roles.get(rule.who_acts or "")
    return role.agency_id or "" if role is not None else ""


def without_answer(histories: Iterable[History], tables: Jurisdiction) -> list[History]:
    """Those of which it must be looked up by whose act they began."""
    return [each for each in histories if not answering(each, tables)]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows numbers and lists alike. Months are the first and the last, as 2026-11; empty asks for all."""

    rule: str = ""
    since: str = ""
    until: str = ""
    county: str = ""
    agency: str = ""
    outcome: Literal["", "met", "missed", "lawfully_missed", "excused", "open"] = ""


def narrowed(clocks: Iterable[Placed], asked: Asked) -> list[Placed]:
    """The one way in which numbers and the lists that they open are narrowed."""
    return [each for each in clocks if _fits(each, asked)]


def _fits(clock: Placed, asked: Asked) -> bool:
    return (
        asked.rule in {"", clock.history.rule}
        and (not asked.since or asked.since <= clock.month)
        and (not asked.until or clock.month <= asked.until)
        and asked.county in {"", clock.place.county}
        and asked.agency in {"", clock.place.agency}
        and asked.outcome in {"", clock.history.outcome}
    )
