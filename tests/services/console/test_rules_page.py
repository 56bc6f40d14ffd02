"""Anybody who is signed in reads the rules, from any page: law, how sure it is, and who keeps it."""

import pytest

from contracts.jurisdictions import load_mississippi
from contracts.jurisdictions.listing import listed
from services.console.pages.rules.http import GROUPS, group_of
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import Console

RULES = listed(load_mississippi())


@pytest.mark.parametrize("who", ["nurse", "auditor", "operator", "task_force"])
async def test_every_page_leads_whoever_is_signed_in_to_the_rules(console: Console, who: str) -> None:
    async with signed_in(console, who) as browser:
        page = (await browser.get("/rules")).text
        assert 'href="/rules"' in page
        for rule in RULES:
            assert f'id="{rule.rule}"' in page
        for said in (
            "43-21-301(3), 43-21-307",
            "Saturdays, Sundays and state holidays do not count",
            "read in the law itself; its number: not verified",
            "Kept by nobody here yet",
            "15 of the last 22 months",
            "State holidays are on file until the end of 2030",
            "Of 44 counties the circuit is not on file after 31 Dec",
            "C06 is to be read again by 1 Jul 2028",
        ):
            assert said in page, said
    async with console.browser() as nobody:
        assert 'href="/rules"' not in (await nobody.get("/sign-in")).text
        assert (await nobody.get("/rules")).status_code == 303


def test_every_rule_has_its_group() -> None:
    assert {group_of(rule) for rule in RULES} <= set(GROUPS)
    assert [rule.rule for rule in RULES if group_of(rule) == "advice"] == ["C05", "C18", "C32", "C88"]
