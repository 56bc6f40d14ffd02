"""The rules as people read them, version by version."""

from datetime import date

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.listing import listed, to_look_at

ON = date(2026, 11, 3)


def test_every_rule_is_listed_with_its_law_its_certainty_and_who_keeps_it(mississippi: Jurisdiction) -> None:
    found = {rule.rule: rule for rule in listed(mississippi)}
    assert len(found) == len({rule.rule for rule in mississippi.rules})
    assert all(rule.citation and rule.source and rule.due for rule in found.values())
    team, notice, review = found["C06"], found["C03"], found["C23"]
    assert (team.standing, team.kept_by, team.confidence, team.period_confidence) == (
        "on",
        "rapid_assessment",
        "V",
        "U",
    )
    assert (notice.due, notice.told, notice.period_confidence) == (
        "immediately",
        ("cps_coordinator", "law_enforcement"),
        None,
    )
    assert (review.standing, review.kept_by, review.due) == ("waiting", None, "within 3 months")
    assert [found[rule].due for rule in ("C82", "C13", "C41")] == [
        "within 1 hour",
        "within 72 hours",
        "within 270 days; the day it counts from does not count",
    ]
    assert found["C02"].told == ("cps_investigator", "cps_coordinator", "law_enforcement")


def test_versions_are_listed_in_order_and_by_a_day_the_one_in_force(mississippi: Jurisdiction) -> None:
    first = mississippi.clock_rule("C02")
    second = msgspec.structs.replace(
        first, version=2, in_force_from=date(2027, 1, 1), period_hours=12, warning_hours=(6,)
    )
    tables = msgspec.structs.replace(mississippi, clocks=(second, *mississippi.clocks))
    assert [rule.version for rule in listed(tables) if rule.rule == "C02"] == [1, 2]
    for on, due in ((ON, "within 24 hours"), (date(2027, 1, 1), "within 12 hours")):
        assert [rule.due for rule in listed(tables, on) if rule.rule == "C02"] == [due]
    assert "C85" not in {rule.rule for rule in listed(tables, date(2026, 10, 31))}


def test_what_runs_out_is_told_with_its_day(mississippi: Jurisdiction) -> None:
    found = to_look_at(mississippi)
    assert found.holidays_until == 2030
    assert {(each.court, each.until, each.counties) for each in found.courts} == {
        ("circuit", date(2026, 12, 31), 44),
        ("chancery", date(2026, 12, 31), 66),
    }
    assert found.reviews == (("C06", date(2028, 7, 1)),)
