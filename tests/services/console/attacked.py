"""Somebody whom every page is open to, and the pages, the forms and the fields that there are to be attacked."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from contracts.jurisdictions import load_mississippi
from tests.services.console.house import Browser, Console
from tests.services.console.test_door import example, paths
from tests.support.running_service import Person

EVERYTHING = Person(tuple(sorted(load_mississippi().roles)), agency="MDCPS-HTC")
"""Somebody whom every page is open to."""

FIELD = re.compile(r'name="([a-z_]+)"')


class Handled(NamedTuple):
    """One route as it is served."""

    path: str
    methods: frozenset[str]


def pages(console: Console) -> list[str]:
    """All that answer at once; a stream of changes does not end."""
    return [path for path in paths(console, "GET") if path != "/live"]


def handled(console: Console) -> Iterator[Handled]:
    for route in console.app.routes:
        methods = {str(each) for found in getattr(route, "route_handlers", ()) for each in found.http_methods}
        yield Handled(example(route.path), frozenset(methods))


async def fields_of(browser: Browser) -> set[str]:
    """The names of everything that is to be filled in on any page."""
    found = {"what", "code", "next", "kept"}
    for path in pages(browser.console):
        found |= set(FIELD.findall((await browser.get(path)).text))
    return found - {"form_token", "viewport", "color-scheme"}
