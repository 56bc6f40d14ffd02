"""Another language costs nothing that was typed: not with a script (tests/browser), and not without one."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest

from services.console.frame.visit import PAGES
from tests.services.console.attacked import EVERYTHING
from tests.services.console.clinic_given import EXAM, KIT, a_kit, an_exam
from tests.services.console.house import Browser, Console, Others, a_case
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
CONFIRMS = {"late.html"}
"""Shows once more what was typed, to be sent as it is."""
FORM = re.compile(r'(?:<form[^>]*method="post"|{{ begin\()(?:(?!</form>).)*</form>', re.DOTALL)
WITH_TEXT = re.compile(r'parts\.(lines?|moment)\(|<textarea|type="text"')
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


def no_agencies(others: Others) -> None:
    others.say("GET", "identity", "/agencies", [])
    others.say("GET", "identity", "/attestation/administrators", [])


SEVERAL: dict[str, tuple[Callable[[Others], object], dict[str, str]]] = {
    f"/cases/{UUID(int=1)}/stand-down": (
        lambda others: a_case(others, UUID(int=1)),
        {"team": str(UUID(int=5)), "version": "4", "reason": TYPED},
    ),
    f"/kits/{KIT}/set-aside": (
        lambda others: a_kit(others, phase="open", sealed_at=None, nurse=str(EVERYTHING.account), held_by=None),
        {"version": "5", "reason": TYPED},
    ),
    f"/exams/{EXAM}/cancel": (an_exam, {"version": "3", "reason": TYPED}),
    "/agencies/administrators": (
        no_agencies,
        {"name": TYPED},
    ),
}


@pytest.mark.parametrize("path", SEVERAL)
async def test_a_form_of_a_page_with_several_has_a_button_of_its_own_without_a_script(
    everybody: Browser, path: str
) -> None:
    given, fields = SEVERAL[path]
    given(everybody.console.others)
    answer = await everybody.post(path, {"key": "the form\u2019s key", "in_language": "es", **fields})
    assert answer.status_code == 200, answer.text
    assert '<html lang="es"' in answer.text
    assert TYPED in answer.text
    assert "the form’s key" in answer.text
    assert 'role="alert"' not in answer.text, "it is not judged"
    assert everybody.console.others.commands == []
    assert "language=es" in answer.headers["set-cookie"]
    assert '<noscript><p class="in-language"><button class="quiet" formnovalidate name="in_language"' in answer.text


def test_every_form_in_which_text_is_typed_has_a_way_to_another_language() -> None:
    without = [
        f"{template.relative_to(PAGES)}: {form[:90]}"
        for template in PAGES.rglob("*.html")
        if template.name not in CONFIRMS
        for form in FORM.findall(template.read_text())
        if WITH_TEXT.search(form) and "parts.in_language()" not in form and 'id="typed"' not in form
    ]
    assert without == []


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
