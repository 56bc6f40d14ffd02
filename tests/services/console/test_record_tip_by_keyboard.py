"""A tip is recorded by the keyboard alone in well under a minute: what is pressed between opening and sending."""

import re
from html.parser import HTMLParser

from tests.services.console.house import Browser

SECONDS_A_KEY = 0.28
"""Of somebody who types forty words a minute while listening."""

PRESSED = re.compile(r"<form id=\"typed\" method=\"post\" action=\"/tips/new\".*?</form>", re.DOTALL)


class Stops(HTMLParser):
    """Where Tab stops in a form, in order: once for a group of radio buttons, at a closed part for its head alone."""

    def __init__(self) -> None:
        super().__init__()
        self.stops: list[str] = []
        self._closed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "details" and "open" not in found:
            self._closed += 1
        if tag == "summary":
            self.stops.append("summary")
        if tag in {"input", "textarea", "select", "button"} and not self._closed and found.get("type") != "hidden":
            name = found.get("name") or tag
            if not (found.get("type") == "radio" and self.stops and self.stops[-1] == name):
                # Month, day, year and the calendar.
                self.stops += [name] * (4 if found.get("type") == "date" else 1)

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._closed:
            self._closed -= 1


async def test_three_things_are_typed_and_the_rest_is_passed_by(browser: Browser) -> None:
    page = (await browser.get("/tips/new")).text
    found = PRESSED.search(page)
    assert found
    reader = Stops()
    reader.feed(found[0])
    stops = reader.stops
    # The page begins in the first field; a time is there already, and Enter in any line sends.
    assert 'name="county"' in found[0].split("autofocus")[0].rpartition("<input")[2]
    assert stops[0] == "county"
    assert {"received_at_day", "received_at", "age", "subject_narrative", "button"} <= set(stops)
    assert "suspect_name" not in stops
    to_name = stops.index("subject_name")
    told = "Invented: a girl of about fifteen at the truck stop, with an older man."
    keys = len("Hinds") + to_name + len(" ") + len(told) + len("\n")
    assert to_name <= 9
    assert len(stops) <= 20
    assert keys * SECONDS_A_KEY < 40


async def test_nothing_takes_the_keyboard_elsewhere(browser: Browser) -> None:
    page = (await browser.get("/tips/new")).text
    assert "tabindex=" not in PRESSED.findall(page)[0]
    assert "accesskey" not in page
    assert page.count("autofocus") == 1
