"""The annual report of kits as a page: numbers, what is not told and why, and the file."""

from typing import Any

from tests.services.console.clinic_given import SERVICE, signed_in
from tests.services.console.house import Console

CELL: dict[str, Any] = {
    "agency": "LOCAL-LE",
    "state": "choice_not_on_file",
    "choice": "not_on_file",
    "kits": 23,
    "untested": True,
    "ages": [{"bands": ["under_3_years", "not_on_file"], "kits": 23}],
    "dates": [
        {"field": "reported_on", "told": "few_on_file", "on_file": None, "not_on_file": None},
        {"field": "received_on", "told": "both", "on_file": 11, "not_on_file": 12},
    ],
    "reasons": [{"reason": "no_crime_shown", "kits": 12}],
}


def a_report(year: int = 2025, **counts: Any) -> dict[str, Any]:
    told = {"kits": None, "elsewhere": None, "cells": []} | counts
    return {"year": year, "until": "2026-01-01T06:00:00Z", "least": 11, "counts": told}


async def test_the_report_says_where_how_far_how_old_and_what_is_not_told(console: Console) -> None:
    console.others.say("GET", SERVICE, "/kit-report", a_report(cells=[CELL], kits=60, elsewhere=37))
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get("/kit-report")).text
        spanish = (await browser.http.get("/kit-report", headers={"Accept-Language": "es"})).text
    assert "60 kits were on record." in text
    assert "37 of them are where fewer than 11 are together." in text
    assert "Local law enforcement (911): kept, choice not on file" in text
    assert "1 to 3 years – not on file" in text
    assert "Date reported: on file for fewer than 11" in text
    assert "Date received by the laboratory: on file for 11, not on file for 12" in text
    assert "The investigation shows that no crime was committed, 12" in text
    assert "Whether they became law was not seen" in text
    assert 'action="/export/kit-report"' in text
    assert "Constaban 60 kits." in spanish
    assert [each.params for each in console.others.asked if each.path == "/kit-report"] == [{"year": "2025"}] * 2


async def test_nothing_to_tell_is_said_in_words(console: Console) -> None:
    console.others.say("GET", SERVICE, "/kit-report", a_report())
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get("/kit-report?year=2031")).text
    assert "There is nothing to tell: nowhere were 11 kits or more." in text


async def test_it_is_for_who_answers_for_kits(console: Console) -> None:
    async with signed_in(console, "police") as browser:
        assert (await browser.get("/kit-report")).status_code == 403
