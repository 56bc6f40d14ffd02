"""Every page, in both widths, by day and by night, in both languages: nobody is shut out, nothing is cut off."""

from collections.abc import Mapping

import pytest

from tests.browser.house import HEIGHTS, House
from tests.browser.looking import cut_off, faults_of, take_picture
from tests.browser.pages import LOOKS, Look

pytestmark = pytest.mark.asyncio(loop_scope="session")

LANGUAGES = {"en": "en-US", "es": "es-MX"}
# Twice as large on a desk, and as large as the narrowest screens ask for (WCAG 2.2, 1.4.10).
ENLARGED = (640, 320)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_a_page_shuts_nobody_out(house: House, case: str, further: Mapping[str, str], look: Look) -> None:
    found: list[str] = []
    advocate = house.town.people["victim_advocate"].account
    path = look.path.format(case=case, advocate=advocate, **further)
    for language, locale in LANGUAGES.items():
        async with house.page_of(look.role, 390, locale=locale) as page:
            answer = await page.goto(path)
            assert answer
            assert answer.headers["content-type"].startswith("text/html")
            assert await page.get_attribute("html", "lang") == language
            for width, height in HEIGHTS.items():
                await page.set_viewport_size({"width": width, "height": height})
                faults = await faults_of(page, by_night=language == "en")
                found += [f"{language} {width} {each}" for each in faults]
                if language == "en":
                    await take_picture(page, look.name)
            for width in ENLARGED:
                await page.set_viewport_size({"width": width, "height": 800})
                found += [f"{language} {width} {each}" for each in await cut_off(page)]
    assert not found, "\n".join(found)
