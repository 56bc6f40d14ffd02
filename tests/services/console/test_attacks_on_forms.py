"""What attackers write into forms, into every form there is: fields too many, markup, other shapes, far too much."""

from collections.abc import Mapping
from html import unescape
from urllib.parse import quote
from uuid import UUID

from tests.services.console.attacked import fields_of, pages
from tests.services.console.house import NOW, OURS, Asked, Browser
from tests.services.console.test_door import paths

MARKUP = "<script>zqx(1)</script>\"'><img src=x onerror=zqx>{{ 7*7 }}${7*7}"
RAW = ("<script>zqx", "<img src=x", "'><img", "49")
# What a service takes that no form asks for, or only of somebody else.
NEVER_ASKED = (
    "named_accounts",
    "roles",
    "actor",
    "account",
    "persons",
    "recorded_at",
    "person",
    "tip",
    "case",
    "admin",
    "is_admin",
    "screened_age",
    "policy",
    "trusted_proxy",
    "by",
    "position",
    "__class__",
)


async def test_no_form_passes_on_what_it_does_not_ask_for(everybody: Browser) -> None:
    others = everybody.console.others
    asked = await fields_of(everybody)
    extra = {name: "Zqxextra" for name in NEVER_ASKED if name not in asked}
    assert len(extra) > 10
    usual = {name: "child" if name == "age" else "example" for name in asked} | {
        "team": str(UUID(int=5)),
        "responder": str(UUID(int=6)),
        "version": "1",
        "received_at": "03:00",
        "received_at_day": "2026-11-21",
        "next": "/",
    }
    everything: list[Asked] = []
    for path in paths(everybody.console, "POST"):
        if path != "/sign-out":
            await everybody.post(path, usual | extra)
            everything += others.commands
            others.asked.clear()
    assert len({each.path for each in everything}) > 8, "forms that are never sent are not tried"
    for each in everything:
        assert "Zqxextra" not in repr((each.body, each.path, each.params)), each.path
        names = set(each.body) if isinstance(each.body, dict) else set()
        assert names & {"named_accounts", "actor", "recorded_at", "position", "form_token", "key"} == set()


async def test_a_form_in_another_shape_than_a_form_does_nothing(everybody: Browser) -> None:
    token = everybody.console.door.form_token(everybody.secret)
    shapes: Mapping[str, tuple[str, bytes]] = {
        "json": ("application/json", f'{{"form_token": "{token}"}}'.encode()),
        "text": ("text/plain", f"form_token={token}".encode()),
        "xml": ("application/xml", b"<form_token/>"),
        "no multipart": ("multipart/form-data", b"--x\r\n"),
        "a broken multipart": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="'),
        "not utf-8": ("application/x-www-form-urlencoded", b"form_token=%ff%fe&\xff=\xfe"),
        "nothing": ("", b""),
    }
    for path in paths(everybody.console, "POST"):
        for name, (kind, body) in shapes.items():
            answer = await everybody.http.post(path, content=body, headers=OURS | {"Content-Type": kind})
            assert answer.status_code in {400, 403, 415}, (path, name, answer.status_code)
    assert everybody.console.others.commands == []


async def test_markup_in_every_field_of_every_form_comes_back_as_text(everybody: Browser) -> None:
    names = await fields_of(everybody)
    assert {"what", "subject_name", "sign_in_name", "reason", "place"} <= names
    refusal = {"type": "urn:muster:problem:refused", "title": MARKUP, "status": 409, "detail": MARKUP}
    for method, service, path in [*everybody.console.others.answers]:
        if method == "POST":
            everybody.console.others.say(method, service, path, refusal, 409)
    came_back = 0
    for path in paths(everybody.console, "POST"):
        if path == "/sign-out":
            continue
        for fields in (dict.fromkeys(names, MARKUP), dict.fromkeys(names, MARKUP) | _fitting()):
            answer = await everybody.post(path, fields)
            assert not [raw for raw in RAW[:3] if raw in answer.text], path
            assert "{{ 7*7 }}" not in answer.text or MARKUP in unescape(answer.text), path
            came_back += MARKUP in unescape(answer.text)
    assert came_back > 5, "nothing came back, so nothing was tried"
    for path in pages(everybody.console):
        answer = await everybody.get(f"{path}?next={quote(MARKUP)}&county={quote(MARKUP[:50])}&skip={quote(MARKUP)}")
        assert not [raw for raw in RAW[:3] if raw in answer.text], path


def _fitting() -> dict[str, str]:
    """What a form must hold for the rest of it to be looked at."""
    return {"team": str(UUID(int=5)), "version": "1", "received_at": "03:00", "received_at_day": "2026-11-21"}


async def test_markup_in_what_services_answer_is_shown_as_text(everybody: Browser) -> None:
    others = everybody.console.others
    tip = UUID(int=1)
    person = {"part": MARKUP, "told_at": NOW.isoformat(), "waits": True, "name": MARKUP}
    person |= {"contact": MARKUP, "narrative": MARKUP}
    others.say("GET", "tips", f"/tips/{tip}/persons", [person])
    others.say("POST", "tips", "/receipts", {"received_at": NOW.isoformat(), "looked_at": True, "what": MARKUP})
    others.say("POST", "tips", "/public-tips", {"receipt_code": MARKUP}, 201)
    others.say("POST", "tips", "/tips", {"reference": str(tip), "receipt_code": MARKUP}, 201)
    on_call = [{"seat": MARKUP, "people": []}]
    others.say("GET", "rapid_assessment", "/on-call", on_call)
    shown = [await everybody.get(f"/cases/{tip}/people"), await everybody.post("/welcome", {"what": "x"})]
    for answer in shown:
        assert answer.status_code == 200, answer.text
        assert MARKUP in unescape(answer.text)
        assert not [raw for raw in RAW[:3] if raw in answer.text]


async def test_bodies_that_are_too_much_are_refused_and_pass_nothing_on(everybody: Browser) -> None:
    token = everybody.console.door.form_token(everybody.secret)
    many = "&".join(f"field{number}=x" for number in range(20_000))
    long_name = f"form_token={token}&{'n' * 900_000}=x"
    for path in paths(everybody.console, "POST"):
        huge = await everybody.post(path, {"what": "x" * 1_100_000})
        assert huge.status_code == 413, path
        assert "shorten" in huge.text
    for path in ("/welcome", "/tips/new", "/sign-in"):
        for body in (f"form_token={token}&{many}", long_name):
            headers = OURS | {"Content-Type": "application/x-www-form-urlencoded"}
            answer = await everybody.http.post(path, content=body.encode(), headers=headers)
            assert answer.status_code < 500, path
    assert not [each for each in everybody.console.others.commands if "field1" in repr(each.body)]
