"""What attackers ask pages for, of every page there is: the routes are those of the console itself.

Forms of other sites, sign-in and cookies are in test_door.py; what is written into forms in test_attacks_on_forms.py.
"""

import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from services.console.application import HEADERS
from services.console.frame.assets import KEPT
from services.kernel.http.gate import action_of
from tests.services.console.attacked import handled, pages
from tests.services.console.house import OURS, Browser, Console, running
from tests.services.console.test_door import PARAMETER, example, paths
from tests.support.servers import Nats

EVIL = "evil.example"
TRICKS = (
    "%2e%2e%2f%2e%2e%2fhealth",
    "..%5c..",
    "%252e%252e%252f",
    "a%2Fb",
    "%2F%2F" + EVIL,
    "a%00b",
    "%00",
    "%0d%0aSet-Cookie:%20zqx=1",
    "a;b=c",
    "%E2%80%AE",
    "%F0%9F%92%A3",
    "%C0%AE%C0%AE",
    "%ff%fe",
    "%ed%a0%80",
    "%u002e",
    "'%20OR%201=1--",
    "%7Btip:uuid%7D",
    "x" * 5_000,
)
FEW = 1
"""Of tricks, of ways to another house and of other methods, for each route in every test run; all in `make attack`."""
REFUSALS = {303, 400, 401, 403, 404}
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "ZQX")


async def test_the_routes_that_are_attacked_are_those_there_are(everybody: Browser) -> None:
    attacked = {*pages(everybody.console), *paths(everybody.console, "POST")}
    assert not [path for path in attacked if "{" in path], "give test_door.KINDS an example of the new kind"
    guarded = [
        path
        for path, handler in (
            (r.path, h) for r in everybody.console.app.routes for h in getattr(r, "route_handlers", ())
        )
        if action_of(handler) != "open"
    ]
    assert len(attacked) >= len(set(guarded)) - 1
    # Whoever attacks as somebody with every role is let in everywhere.
    for path in pages(everybody.console):
        assert (await everybody.get(path)).status_code in {200, 303, 404}, path


async def test_every_answer_there_is_forbids_frames_sniffing_and_keeping(everybody: Browser) -> None:
    answers = [
        await everybody.get(path) for path in (*pages(everybody.console), "/health/live", "/metrics", "/nowhere")
    ]
    for path in paths(everybody.console, "POST"):
        answers += [await everybody.post(path, {}), await everybody.http.post(path), await everybody.http.put(path)]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers.get_list(name) == [value], (answer.request.url.path, name)
        kind = answer.headers.get("content-type", "")
        assert kind == "" or ";" in kind or kind == "application/json", (answer.request.url.path, kind)
        assert answer.text == "" or kind != "", answer.request.url.path
    assert "no-store" not in KEPT["Cache-Control"], "what is kept is the stylesheet, the script and the mark alone"


@pytest.mark.parametrize("origin", ["http://localhost:8107", "https://muster.example.gov"])
async def test_every_cookie_on_every_way_is_out_of_reach(tmp_path: Path, nats_server: Nats, origin: str) -> None:
    secure = origin.startswith("https")
    async with running(tmp_path, nats_server, origin=origin) as console, console.browser() as browser:
        answers = [await browser.sign_in(), await browser.post("/language", {"language": "es"})]
        answers += [await browser.get(path) for path in pages(console)]
        answers += [await browser.post(path, {"language": "es"}) for path in sorted({*paths(console, "POST")})]
        answers.append(await browser.post("/sign-out", {}))
    cookies = [cookie for answer in answers for cookie in answer.headers.get_list("set-cookie")]
    assert len(cookies) >= 3
    for cookie in cookies:
        name, *flags = (part.strip().lower() for part in cookie.split(";"))
        assert {"httponly", "samesite=strict", "path=/"} <= set(flags), name
        assert not [flag for flag in flags if flag.startswith("domain")]
        assert ("secure" in flags) == secure, name
        assert name.startswith(("__host-session=" if secure else "session=", "language="))


async def test_a_session_that_somebody_fixed_is_never_the_one_that_is_signed_in(console: Console) -> None:
    async with console.browser() as victim, console.browser() as attacker:
        await attacker.sign_in("intake@example.org")
        fixed = attacker.secret
        victim.http.cookies.set(console.door.cookie_name, fixed)
        answer = await victim.http.post(
            "/sign-in",
            data={
                "form_token": console.door.form_token(fixed),
                "sign_in_name": "coordinator@example.org",
                "passphrase": "right",
                "code": "1",
            },
            headers=OURS,
        )
        (cookie,) = answer.headers.get_list("set-cookie")
        assert fixed not in cookie
        assert console.others.sessions[fixed].roles == ("cps_intake",)
        for strange in ("", "x", "x" * 10_000, "a b", "../..", "%00", '"', "{}", fixed[:-1], fixed.swapcase()):
            asked = await console_get(console, "/board", strange)
            assert asked.status_code in {303, 400, 401}, strange


async def console_get(console: Console, path: str, secret: str) -> httpx.Response:
    async with console.browser() as browser:
        headers = {"Cookie": f"{console.door.cookie_name}={secret}"}
        return await browser.http.get(path, headers=headers)


ELSEWHERE = (
    f"//{EVIL}",
    f"https://{EVIL}",
    f"/\\{EVIL}",
    f"/%5C{EVIL}",
    f"\t//{EVIL}",
    f"/..//{EVIL}",
    f"//{EVIL}/%2e",
)


@pytest.mark.parametrize("of_each", [FEW, pytest.param(len(ELSEWHERE), marks=pytest.mark.slow)])
async def test_no_page_leads_a_browser_to_another_house(console: Console, of_each: int) -> None:
    dice = random.Random(2026)
    async with console.browser() as browser:
        for path in pages(console):
            for target in dice.sample(ELSEWHERE, of_each):
                written = quote(target, safe="")
                answer = await browser.get(f"{path}?next={written}&url={written}&return={written}&redirect={written}")
                _stays(answer, path)
        for path in paths(console, "POST"):
            for target in dice.sample(ELSEWHERE, of_each):
                for token in ("", console.door.form_token(browser.secret)):
                    answer = await browser.post(path, {"next": target, "kept": target, "language": "en"}, token=token)
                    _stays(answer, path)


def _stays(answer: httpx.Response, path: str) -> None:
    place = answer.headers.get("location", "/")
    assert place.startswith("/"), (path, place)
    assert not place.startswith(("//", "/\\")), (path, place)
    assert urlsplit(place).netloc == "", (path, place)
    assert not re.search(rf'(?:href|action|src)="[^"]*//{EVIL}', answer.text), path


@pytest.mark.parametrize("of_each", [FEW, pytest.param(len(TRICKS), marks=pytest.mark.slow)])
async def test_tricks_in_an_address_find_nothing_and_reach_nobody(everybody: Browser, of_each: int) -> None:
    dice = random.Random(2026)
    others, token = everybody.console.others, everybody.console.door.form_token(everybody.secret)
    origin = everybody.console.settings.origin
    faults: list[tuple[str, str, int]] = []
    for route in everybody.console.app.routes:
        for trick in dice.sample(TRICKS, of_each):
            tried = [("GET", f"{example(route.path)}/{trick}"), ("GET", f"/{trick}{example(route.path)}")]
            if "{" in route.path:
                inside = PARAMETER.sub(lambda _, trick=trick: trick, route.path)  # type: ignore[misc]
                tried += [("GET", inside), ("POST", inside)]
            for method, path in tried:
                data = {"form_token": token} if method == "POST" else None
                answer = await everybody.http.request(method, origin + path, data=data, headers=OURS)
                if answer.status_code not in REFUSALS or "zqx" in repr(answer.headers):
                    faults.append((method, path[:80], answer.status_code))
    assert faults == []
    assert others.commands == []
    for each in others.asked:
        assert re.fullmatch(r"[A-Za-z0-9/_.-]*", each.path), each.path
        assert ".." not in each.path


async def test_no_header_of_a_request_changes_where_the_house_is_or_what_is_kept(everybody: Browser) -> None:
    told = {
        "X-Forwarded-Host": EVIL,
        "X-Host": EVIL,
        "X-Forwarded-Server": EVIL,
        "Forwarded": f"host={EVIL};proto=https",
        "X-Forwarded-Proto": "https",
        "X-Original-URL": "/metrics",
        "X-Rewrite-URL": "/metrics",
        "X-Forwarded-Prefix": f"//{EVIL}",
        "Referer": f"https://{EVIL}/",
    }
    for path in pages(everybody.console):
        plain, poisoned = await everybody.get(path), await everybody.get(path, **told)
        assert poisoned.status_code == plain.status_code, path
        assert EVIL not in poisoned.text + repr(poisoned.headers), path
        assert poisoned.headers["cache-control"] == "no-store"
        for host in (EVIL, f"localhost:8107.{EVIL}", f"{EVIL}:8107", "", "localhost:8107@evil.example"):
            answer = await everybody.get(path, Host=host)
            assert answer.headers.get("location", "").startswith(("http://localhost:8107/", "")), path
            assert urlsplit(answer.headers.get("location", "")).netloc in {"", "localhost:8107"}, path
            assert EVIL not in answer.text, path
            assert answer.headers["cache-control"] == "no-store"
            assert not answer.headers.get_list("set-cookie")


@pytest.mark.parametrize("of_each", [FEW, pytest.param(len(OTHER_METHODS), marks=pytest.mark.slow)])
async def test_other_methods_do_nothing(everybody: Browser, of_each: int) -> None:
    dice, token = random.Random(2026), everybody.console.door.form_token(everybody.secret)
    for route in handled(everybody.console):
        for method in dice.sample(OTHER_METHODS, of_each):
            if method in route.methods:
                continue
            answer = await everybody.http.request(method, route.path, data={"form_token": token}, headers=OURS)
            assert answer.status_code in {400, 403, 404, 405}, (method, route.path)
        if "GET" in route.methods and route.path != "/live":
            for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
                await everybody.get(f"{route.path}?_method=POST&method=DELETE", **{header: "POST"})
    assert everybody.console.others.commands == []


async def test_no_line_break_that_was_sent_begins_a_header(console: Console) -> None:
    broken = "/x\r\nSet-Cookie: zqx=1\r\n\r\n<b>"
    written = quote(broken)
    async with console.browser() as browser, console.browser("http://127.0.0.1:8107") as elsewhere:
        answers = [await elsewhere.get(f"{path}?next={written}") for path in pages(console)]
        answers += [await browser.get(f"{path}?next={written}&skip={written}") for path in pages(console)]
        answers += [await browser.get(f"/{written}"), await elsewhere.get(f"/{written}")]
        for path in paths(console, "POST"):
            fields = {"next": broken, "language": broken, "kept": broken, "team": broken}
            answers.append(await browser.post(path, fields))
    for answer in answers:
        for name, value in answer.headers.multi_items():
            assert not re.search(r"[\r\n\0]", name + value), answer.request.url
        assert not [each for each in answer.headers.get_list("set-cookie") if "zqx" in each]


async def test_what_a_cookie_says_is_no_page_and_no_header(console: Console) -> None:
    async with console.browser() as browser:
        for value in ("<script>zqx(1)</script>", "es\r\nX-Zqx: 1", "../../x", "x" * 5_000, "{{7*7}}"):
            written = value.replace("\r\n", "%0d%0a")
            answer = await browser.http.get("/sign-in", headers={"Cookie": f"language={written}"})
            assert answer.status_code == 200
            assert "zqx" not in answer.text
            assert 'lang="en"' in answer.text


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP"])
async def test_nobody_is_of_this_machine_or_of_another_by_a_header(console: Console, name: str) -> None:
    asgi: Any = console.app
    transport = httpx.ASGITransport(app=asgi, raise_app_exceptions=False, client=("198.51.100.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url=console.settings.origin) as http:
        assert (await http.get("/metrics", headers={name: "127.0.0.1"})).status_code == 404
