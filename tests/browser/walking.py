"""Walking a page by the Tab key alone, from its top."""

import asyncio

from playwright.async_api import Page, expect

STOPS = """() => {
  const seen = (each) => each.checkVisibility({ visibilityProperty: true });
  const chosen = (radio) => {
    const group = [...document.getElementsByName(radio.name)].filter((each) => each.form === radio.form);
    return radio === (group.find((each) => each.checked) ?? group[0]);
  };
  const every = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  return [...document.querySelectorAll(every)].filter((each) =>
    each.tabIndex >= 0 && !each.disabled && seen(each) && (each.type !== "radio" || chosen(each)));
}"""
"""What the page is to stop at, in the order in which it is read: once for a group of radio buttons."""

BEGIN = """(stops) => {
  const said = (each) => each.outerHTML.replace(/\\s+/g, " ").slice(0, 120);
  const behind = (each) => {
    for (let at = each.parentElement; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255)
      .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const lies_bare = (each, box, across, down) => {
    const top = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down);
    return top !== null && (each.contains(top) || top.closest("label")?.contains(each));
  };
  const hidden = (each) => ![...each.getClientRects()].some((box) =>
    [0.1, 0.5, 0.9].some((down) => [0.1, 0.5, 0.9].some((across) => lies_bare(each, box, across, down))));
  const faults = [];
  const looks = (each) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(each);
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) faults.push(`no mark of the focus: ${said(each)}`);
    else if (contrast(outlineColor, behind(each)) < 3) faults.push(`too faint a mark of the focus: ${said(each)}`);
    if (hidden(each)) faults.push(`out of sight: ${said(each)}`);
  };
  const stopped = [];
  // When the next key is pressed, the one before has had its effect: what it led to is in its place.
  document.addEventListener("keydown", () => {
    const at = document.activeElement;
    if (at === document.body || at === stopped.at(-1)) return;
    stopped.push(at);
    looks(at);
  }, true);
  window.walked = () => {
    const wrong = stops.findIndex((each, number) => each !== stopped[number]);
    if (wrong >= 0) faults.push(`after ${stopped[wrong - 1] ? said(stopped[wrong - 1]) : "the top"}: not ${
      said(stops[wrong])} but ${stopped[wrong] ? said(stopped[wrong]) : "nothing"}`);
    else if (stopped[stops.length] !== stops[0]) faults.push("there is no way back to the top");
    return faults;
  };
  // A page that nobody sees does not renew itself, and stays as it is walked.
  Object.defineProperty(document, "hidden", { value: true });
  document.activeElement.blur();
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
  return stops.length + 4 * stops.filter((each) => ["date", "month"].includes(each.type)).length;
}"""
"""Answers how often the key is to be pressed: at a date or a month more than once."""


async def faults_by_keyboard(page: Page) -> list[str]:
    """What is passed by, comes out of turn, shows no mark of the focus, lies under something else, or keeps it."""
    await page.emulate_media(reduced_motion="reduce")
    stops = await page.evaluate_handle(STOPS)
    often: int = await page.evaluate(BEGIN, stops)
    # One after the other, but none waits until the one before is answered.
    await asyncio.gather(*(page.keyboard.press("Tab") for _ in range(often)))
    # From the last the browser itself has the focus for a moment.
    for _ in range(3):
        await page.keyboard.press("Tab")
    found: list[str] = await page.evaluate("walked()")
    await page.emulate_media(reduced_motion="no-preference")
    return found


async def skips_its_head(page: Page) -> None:
    """The first thing in the page leads to its main part."""
    skip = page.locator("body > a.skip:first-child")
    await skip.focus()
    await expect(skip).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
