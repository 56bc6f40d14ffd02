"""Looking at a page as it stands: with axe-core, and with a camera."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

COLOURS = ["color-contrast", "link-in-text-block"]
"""axe-core's rules about them."""

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
PICTURES = bool(os.environ.get("MUSTER_PICTURES"))
"""Whether there are to be any: `make browser` says so. In `make test` nobody looks at them, and each costs the browser
as much as a page."""


async def take_picture(page: Page, name: str) -> None:
    """Of the whole page, into build/screenshots, where pictures are wanted. Nothing on it may be cut off."""
    assert await cut_off(page) == []
    if not PICTURES:
        return
    width = page.viewport_size["width"] if page.viewport_size else 0
    await page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)


async def unfold(page: Page) -> None:
    """All that is folded, so that it is looked at as well."""
    await page.evaluate("() => document.querySelectorAll('details').forEach((each) => each.open = true)")


async def faults_of(page: Page, *, colours: bool = True) -> list[str]:
    """What shuts somebody out (axe-core), and what does not fit the screen.

    Without `colours`, which are most of the work, their contrast is not looked at; with them, by day and by night.
    """
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = [*await cut_off(page), *await _violations(page, rules={each: {"enabled": colours} for each in COLOURS})]
    return found + (await _violations_by_night(page) if colours else [])


async def cut_off(page: Page) -> list[str]:
    """What makes the page wider than the screen. What scrolls by itself may be wider."""
    found: list[str] = await page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= wide) return [];
          const out = [...document.querySelectorAll("body *")].filter((each) =>
            each.getBoundingClientRect().right > wide + 1 && !each.parentElement.closest(".scroll"));
          return out.slice(-3).map((each) => `wider than the screen: ${each.outerHTML.slice(0, 160)}`);
        }"""
    )
    return found


async def _violations_by_night(page: Page) -> list[str]:
    """Dark differs from light in its colours alone, and those are the same in both languages."""
    await page.emulate_media(color_scheme="dark")
    found = await _violations(page, runOnly=COLOURS)
    await page.emulate_media(color_scheme="light")
    return [f"dark: {each}" for each in found]


async def _violations(page: Page, **only: Any) -> list[str]:
    told = await page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"]} | only)
    return [f"{each['id']}: {node['html'][:160]}" for each in told["violations"] for node in each["nodes"]]
