"""Another language costs nothing that was typed: not with a script (tests/browser), and not without one."""

import re

import pytest

from tests.services.console.house import Browser, Console, a_case
from tests.services.console.test_pages import REFUSED

TYPED = "Zqx typed this."
FORMS = {
    "/welcome": {"what": TYPED},
    "/welcome/back": {"code": "ABCD", "what": TYPED},
    "/sign-in": {"sign_in_name": TYPED},
    "/set-up": {"invitation": TYPED},
    "/first-administrator": {"name": TYPED},
    "/tips/new": {"subject_narrative": TYPED, "county": "Hinds"},
    "/break-glass": {"reason": TYPED},
    "/incidents/new": {"text": TYPED},
    "/people/new": {"name": TYPED},
    "/exams/new": {"note": TYPED},
}
BUTTON = re.compile(r'<button class="quiet" form="typed" formnovalidate name="in_language" value="es"')


@pytest.mark.parametrize("path", FORMS)
async def test_a_page_with_one_form_comes_back_in_the_other_language_as_it_was_typed(
    everybody: Browser, path: str
) -> None:
    before = await everybody.get(path)
    if path != "/sign-in":
        assert BUTTON.search(before.text), path
        assert 'id="typed" method="post"' in before.text

    answer = await everybody.post(path, {"key": "the form\u2019s key", "in_language": "es", **FORMS[path]})

    assert answer.status_code == 200, answer.text
    assert '<html lang="es"' in answer.text
    assert TYPED in answer.text
    assert "Aún no se ha registrado" not in answer.text
    assert everybody.console.others.commands == []
    assert "language=es" in answer.headers["set-cookie"]
    assert BUTTON.search(answer.text)
    if 'name="key"' in before.text:
        assert "the form’s key" in answer.text


async def test_only_a_language_there_is_shows_a_form_again(browser: Browser) -> None:
    answer = await browser.post("/tips/new", {"in_language": "Zqx", "subject_narrative": TYPED})
    assert (answer.status_code, "Zqx typed this." in answer.text) == (422, True)
    assert "set-cookie" not in answer.headers


async def test_from_a_refused_form_of_a_page_with_several_the_language_leads_to_the_page(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case(others)
    path = f"/cases/{tip}/stand-down"
    others.say("POST", "rapid_assessment", "/teams/00000000-0000-0000-0000-000000000005/stand-down", REFUSED, 409)
    fields = {"team": "00000000-0000-0000-0000-000000000005", "version": "4", "reason": TYPED}
    answer = await browser.post(path, fields)
    assert answer.status_code == 409
    assert f'name="next" value="/cases/{tip}"' in answer.text


async def test_what_is_shown_once_is_not_lost_to_another_language(console: Console) -> None:
    console.others.say("POST", "tips", "/public-tips", {"receipt_code": "AAAA-BBBB-CCCC-DDDD"}, 201)
    async with console.browser() as browser:
        answer = await browser.post("/welcome", {"what": TYPED})
    assert "AAAA-BBBB-CCCC-DDDD" in answer.text
    assert "Español" not in answer.text
