"""The clocks of a prosecution against a table worked by hand, each row with its arithmetic in words."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from contracts.jurisdictions.reckoning import reckon
from services.prosecution.case.continuances import TrialTime
from services.prosecution.case.state import Continuance
from tests.services.prosecution.given import MISSISSIPPI

TABLE = Path(__file__).parent / "worked_deadlines.csv"
AT_LEAST = 60
RULES = {"C35", "C36", "C39", "C40", "C41", "C42", "C43", "C44"}


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def granted(put_off: str, at: datetime) -> Iterator[Continuance]:
    for stretch in filter(None, put_off.split("; ")):
        since, until = (date.fromisoformat(day) for day in stretch.split(".."))
        yield Continuance("witness", (until - since).days + 1, at, "", since, until, "state")


def found(row: dict[str, str]) -> datetime:
    """As the service reckons it."""
    began = datetime.fromisoformat(row["began"])
    rule = MISSISSIPPI.clock_rule(row["rule"], version=int(row["version"]))
    due_at = MISSISSIPPI.terms_by(rule, began).due_at
    trial = TrialTime(rule, began, due_at, MISSISSIPPI.state)
    return trial.put_off([*granted(row["put_off"], began)])


def test_every_row_worked_by_hand_is_what_the_clocks_say() -> None:
    table = rows()
    assert len(table) >= AT_LEAST
    assert {row["rule"] for row in table} == RULES
    wrong = []
    for row in table:
        due, worked = found(row).astimezone(MISSISSIPPI.state.clocks), datetime.fromisoformat(row["due"])
        if due.isoformat() != worked.isoformat():
            wrong.append(f"{row['rule']}-{row['version']} of {row['began']}: {due.isoformat()}, by hand {row['due']}")
    assert not wrong, "\n".join(wrong)


def test_a_clock_takes_the_version_that_held_when_it_began_and_a_rule_of_whole_days_warns_before_it_is_due() -> None:
    for row in rows():
        began = datetime.fromisoformat(row["began"])
        rule = MISSISSIPPI.clock_rule(row["rule"], version=int(row["version"]))
        if rule.in_force_from <= began.date():
            terms = MISSISSIPPI.terms(rule.rule, began)
            assert terms is not None
            assert terms.version == rule.version, row
        warned = reckon(rule, began, MISSISSIPPI.state.clocks, MISSISSIPPI.holidays)
        assert list(warned.warn_at) == sorted(set(warned.warn_at))
        assert all(began < each < warned.due_at for each in warned.warn_at), row
