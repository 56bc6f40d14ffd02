"""The auditor's page of accounts that were live after their holder had left."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.services.console.house import NOW, Browser

HOUR = timedelta(hours=1)
LEAVERS = "/audit/live-after-leaving"
INTAKE = UUID("aaaaaaaa-0000-4000-8000-000000000003")


def a_leaver(account: UUID = INTAKE, agency: str = "MDCPS") -> dict[str, Any]:
    left, ended = NOW - 50 * HOUR, NOW - 2 * HOUR
    late = {"late_seconds": 48 * 3600}
    return {
        "account": str(account),
        "agency": agency,
        "left_at": left.isoformat(),
        "ended_at": ended.isoformat(),
    } | late


async def test_accounts_live_after_leaving_are_shown_with_name_agency_and_how_long(auditor: Browser) -> None:
    others = auditor.console.others
    others.say("GET", "identity", "/accounts/live-after-leaving", [a_leaver(), *[a_leaver(uuid4())] * 50])
    page = await auditor.get(f"{LEAVERS}?skip=50")
    assert page.status_code == 200
    for said in ("48 h too long", "Mississippi Department of Child Protection Services"):
        assert said in page.text, said
    assert page.text.count("too long") == page.text.count('href="/clocks/C81?of=') == 50
    assert "?skip=100" in page.text
    assert "?skip=0" in page.text
    asked = [each for each in others.asked if each.path == "/accounts/live-after-leaving"][-1]
    assert (asked.params["limit"], asked.params["skip"], "on" in asked.params) == ("51", "50", False)
    assert 'action="/export/live-after-leaving"' in page.text


async def test_a_moment_is_asked_in_central_time_and_goes_into_the_file_too(auditor: Browser) -> None:
    others = auditor.console.others
    others.say("GET", "identity", "/accounts/live-after-leaving", [a_leaver()])
    page = await auditor.get(f"{LEAVERS}?on_day=2026-11-02&on=0915")
    assert page.status_code == 200
    asked = [each for each in others.asked if each.path == "/accounts/live-after-leaving"][-1]
    assert asked.params["on"] == "2026-11-02T15:15:00+00:00"
    assert f'name="on" value="{asked.params["on"]}"' in page.text


async def test_what_is_no_moment_comes_back_as_typed_and_nothing_is_asked(auditor: Browser) -> None:
    others = auditor.console.others
    page = await auditor.get(f"{LEAVERS}?on_day=2026-11-02&on=99")
    assert page.status_code == 422
    assert 'value="99"' in page.text
    assert [each for each in others.asked if each.path == "/accounts/live-after-leaving"] == []


async def test_where_nobody_was_it_says_what_else_to_ask(auditor: Browser) -> None:
    auditor.console.others.say("GET", "identity", "/accounts/live-after-leaving", [])
    page = await auditor.get(LEAVERS)
    assert "No account was live after its holder had left" in page.text
    assert "/export/" not in page.text
