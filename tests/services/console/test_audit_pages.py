"""The auditor's pages: what they ask of the audit service, what they show of its answers, and files of lists."""

import re
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from tests.services.console.house import NOT_FOUND, NOW, Asked, Browser, Console

HOUR = timedelta(hours=1)
CASE = UUID("aaaaaaaa-0000-4000-8000-000000000001")
CLOCK = UUID("aaaaaaaa-0000-4000-8000-000000000002")
INTAKE = UUID("aaaaaaaa-0000-4000-8000-000000000003")
INVALID = {
    "type": "urn:muster:problem:invalid-value",
    "title": "",
    "status": 422,
    "detail": "No.",
    "field": "reference",
}


def sentence(number: int, name: str, text: str, *, service: str = "tips", **more: Any) -> dict[str, Any]:
    at = (NOW - 20 * HOUR + number * HOUR).isoformat()
    return {
        "number": number,
        "recorded_at": at,
        "happened_at": at,
        "service": service,
        "name": name,
        "case": str(CASE),
        "actor": "service:rapid_assessment",
        "agency": "",
        "role": "",
        "sentence": text,
        "cause": None,
        "stream": str(CASE),
        "event": str(UUID(int=number)),
        "facts": {},
    } | more


def a_story(console: Console, *, by: str = "recorded", as_of: Any = NOW) -> None:
    started = {
        "rule": "C06",
        "rule_version": 3,
        "citation": "Miss. Code 43-26-3",
        "started_at": (NOW - 19 * HOUR).isoformat(),
        "due_at": (NOW + 5 * HOUR).isoformat(),
        "warn_at": [(NOW - 7 * HOUR).isoformat()],
        "arithmetic": "08:12 + 24 h = 08:12",
    }
    received = {"channel": "cps_hotline", "county": "Hinds", "age": "child", "received_at": NOW.isoformat()}
    cause = {"sentence": 1, "name": "tips.tip_received", "text": "because of 1"}
    team = {"service": "rapid_assessment", "stream": str(CLOCK)}
    warned = {"rule": "C06", "subject": str(CASE), "warn_at": NOW.isoformat(), "due_at": NOW.isoformat()}
    console.others.say(
        "GET",
        "audit",
        f"/cases/{CASE}/replay",
        {
            "case": str(CASE),
            "cases": [str(CASE)],
            "as_of": as_of.isoformat(),
            "by": by,
            "positions": {"tips": 12, "rapid_assessment": 3},
            "sentences": [
                sentence(1, "tips.tip_received", "A tip was received.", actor=f"account:{INTAKE}", facts=received),
                sentence(2, "clock.started", "The clock C06 started.", **team, facts=started, cause=cause),
                sentence(3, "clock.warned", "Warning: the clock C06 runs out.", **team, facts=warned),
                sentence(4, "some.event_nobody_draws", "Something else was recorded."),
            ],
        },
    )
    told = console.others.answers["GET", "audit", f"/cases/{CASE}/replay"](cast("Asked", None))[1]["sentences"]
    kept = ("number", "recorded_at", "happened_at", "service", "name")
    moments = [{"position": each["number"], **{name: each[name] for name in kept}} for each in told]
    moments[1] |= {"clock": str(CLOCK), "rule": "C06", "due_at": (NOW + 5 * HOUR).isoformat()}
    console.others.say("GET", "audit", f"/cases/{CASE}/moments", {"case": str(CASE), "moments": moments})


async def test_an_auditor_lands_on_the_cases_and_others_are_not_let_in(console: Console, browser: Browser) -> None:
    async with console.browser() as other:
        await other.sign_in("auditor@example.org")
        assert (await other.get("/")).headers["location"] == "/audit/cases"
    of_case = (f"/audit/cases/{CASE}", f"/audit/cases/{CASE}/readers")
    for path in ("/audit/cases", *of_case, "/audit/findings", "/audit/live-after-leaving"):
        assert (await browser.get(path)).status_code == 403
    assert (await browser.post("/audit/findings/verify", {"source": "tips"})).status_code == 403


async def test_cases_are_found_by_what_stands_in_the_address(auditor: Browser) -> None:
    others = auditor.console.others
    row = {
        "case": str(CASE),
        "first_recorded_at": NOW.isoformat(),
        "last_recorded_at": NOW.isoformat(),
        "events": 7,
        "missed_clocks": 1,
    }
    others.say("GET", "audit", "/cases", {"cases": [row], "more": True})
    page = await auditor.get(
        "/audit/cases?reference=aaaa&since=2026-11-01&before=2026-11-02&county=Hinds&missed=yes&finding=yes"
    )
    assert page.status_code == 200, page.text
    (asked,) = [each for each in others.asked if each.path == "/cases"]
    assert asked.params == {
        "reference": "aaaa",
        "county": "Hinds",
        # From midnight to midnight in Central time, across the night that has an hour twice.
        "received_since": "2026-11-01T00:00:00-05:00",
        "received_before": "2026-11-03T00:00:00-06:00",
        "missed": "true",
        "open_finding": "true",
        "limit": "50",
        "skip": "0",
    }
    assert f'href="/audit/cases/{CASE}"' in page.text
    assert "1 clock missed" in page.text
    assert "?skip=50&amp;reference=aaaa" in page.text
    # The same filters go with the file.
    assert '<input type="hidden" name="received_before" value="2026-11-03T00:00:00-06:00">' in page.text


async def test_a_search_that_cannot_be_meant_comes_back_as_it_was_typed(auditor: Browser) -> None:
    others = auditor.console.others
    others.say("GET", "audit", "/cases", INVALID, 422)
    page = await auditor.get("/audit/cases?reference=zzzz")
    assert (page.status_code, 'value="zzzz"' in page.text) == (422, True)
    others.asked.clear()
    page = await auditor.get("/audit/cases?since=2026-02-31")
    assert (page.status_code, 'value="2026-02-31"' in page.text) == (422, True)
    assert [each for each in others.asked if each.path == "/cases"] == []


async def test_what_would_make_a_sentence_long_is_folded_below_it(auditor: Browser) -> None:
    a_story(auditor.console)
    told = auditor.console.others.answers["GET", "audit", f"/cases/{CASE}/replay"](cast("Asked", None))[1]
    told["sentences"][3]["below"] = ["Found: nobody may leave.", "Not asked: <anything>."]
    page = (await auditor.get(f"/audit/cases/{CASE}")).text
    assert page.count('data-at="below-') == 1
    assert "<p>Something else was recorded.</p>" in page
    folded = page.partition('<details class="why" data-at="below-4"><summary>In detail</summary>')[2]
    assert folded.startswith("<ul><li>Found: nobody may leave.</li><li>Not asked: &lt;anything&gt;.</li></ul>")


async def test_a_story_is_told_with_its_picture_and_how_each_clock_was_computed(auditor: Browser) -> None:
    a_story(auditor.console)
    others = auditor.console.others
    others.say("GET", "identity", "/accounts/names", [{"account": str(INTAKE), "name": "Example Intake One"}])
    page = await auditor.get(f"/audit/cases/{CASE}")
    assert page.status_code == 200, page.text
    for told in (
        "A tip was received.",
        "Something else was recorded.",
        "Example Intake One",
        "What was known at",
        "08:12 + 24 h = 08:12",
        "Miss. Code 43-26-3",
        "C06, version 3",
        '<a href="#s1">because of 1</a>',
        '<svg class="timeline wide"',
        f'href="#clock-{CLOCK}"',
    ):
        assert told in page.text, told
    assert page.text.count('id="clock-') == 1


async def test_a_story_of_many_days_is_folded_and_its_newest_day_is_open(auditor: Browser) -> None:
    told = [
        sentence(number, "tips.tip_received", f"Invented {number}.", recorded_at=(NOW - age).isoformat())
        for number, age in enumerate((30 * HOUR, 29 * HOUR, HOUR), 1)
    ]
    replay = {"case": str(CASE), "cases": [], "as_of": NOW.isoformat(), "by": "recorded", "positions": {}}
    auditor.console.others.say("GET", "audit", f"/cases/{CASE}/replay", replay | {"sentences": told})
    text = (await auditor.get(f"/audit/cases/{CASE}")).text
    first, newest = re.findall(r'<details class="why"( open)?><summary>([^<]+)</summary>', text)
    assert (first[0], newest[0]) == ("", " open")
    assert first[1].endswith(", 2 sentences"), first
    assert newest[1].endswith(", 1 sentence"), newest
    assert text.index("Invented 2.") < text.index(newest[1]) < text.index("Invented 3.")


async def test_a_moment_is_asked_for_in_central_time_and_either_way_of_knowing(auditor: Browser) -> None:
    then = NOW - 10 * HOUR
    a_story(auditor.console, by="happened", as_of=then)
    others = auditor.console.others
    page = await auditor.get(f"/audit/cases/{CASE}?by=happened&as_of_day=2026-11-20&as_of=17:12")
    (asked,) = [each for each in others.asked if each.service == "audit"]
    assert asked.params == {"by": "happened", "language": "en", "as_of": then.isoformat()}
    assert "What was true at" in page.text
    # What is to come is not asked for: it is told as of now, and in the viewer's language.
    others.asked.clear()
    await auditor.get(f"/audit/cases/{CASE}?as_of_day=2030-01-01&as_of=00:00", **{"Accept-Language": "es"})
    (asked,) = [each for each in others.asked if each.path.endswith("/replay")]
    assert asked.params == {"by": "recorded", "language": "es"}
    wrong = await auditor.get(f"/audit/cases/{CASE}?as_of_day=2026-11-20&as_of=99:99")
    assert wrong.status_code == 422


async def test_who_has_read_a_case_is_one_row_a_page(auditor: Browser) -> None:
    others = auditor.console.others
    read = {
        "recorded_at": NOW.isoformat(),
        "account": str(INTAKE),
        "agency": "MDCPS",
        "role": "cps_coordinator",
        "service": "tips",
        "name": "operation.page_read",
        "question": "persons of a tip",
        "records": [str(CASE)],
        "positions": [4, 9],
        "narrowed": [],
    }
    taken = read | {"name": "operation.list_exported", "question": "tips", "account": None, "role": ""}
    search = taken | {"name": "operation.list_searched", "narrowed": ["county=Hinds"]}
    told = read | {"name": "audit.case_replayed", "question": "", "service": "audit", "agency": ""}
    others.say("GET", "audit", f"/cases/{CASE}/readers", {"reads": [search, taken, read, told], "total": 120})
    page = await auditor.get(f"/audit/cases/{CASE}/readers?skip=50")
    assert page.status_code == 200, page.text
    for said in (
        "Opened sealed fields: persons of a tip",
        "as they stood at entry no. 4, 9",
        "CPS Coordinator",
        "Took a list away as a file, with this case in it: tips",
        'Found it by a search: tips <span lang="en">(county=Hinds)</span>',
    ):
        assert said in page.text, said
    assert ("Somebody without an account" in page.text, "Was told the story" in page.text) == (True, True)
    assert 'href="?skip=100"' in page.text


async def test_what_is_hidden_from_an_auditor_looks_like_what_is_not_there(auditor: Browser) -> None:
    hidden = uuid4()
    auditor.console.others.say("GET", "audit", f"/cases/{hidden}/readers", NOT_FOUND, 404)
    pages = [await auditor.get(f"/audit/cases/{each}{rest}") for each in (hidden, uuid4()) for rest in ("", "/readers")]
    assert {each.status_code for each in pages} == {404}
    assert len({each.text.split("<main")[1].split("</main>")[0] for each in pages}) == 1


def a_finding(**more: Any) -> dict[str, Any]:
    return {
        "service": "tips",
        "number": 1,
        "kind": "rewritten",
        "severity": "grave",
        "first": 3,
        "last": 9,
        "there": "ab",
        "here": "cd",
        "found_at": NOW.isoformat(),
        "resolved_at": None,
        "how": "",
    } | more


async def test_findings_say_how_grave_they_are_and_what_to_do(auditor: Browser) -> None:
    others = auditor.console.others
    resolved = a_finding(kind="gap", severity="loss", how="rows", first=2, last=2)
    others.say("GET", "audit", "/findings", {"findings": [a_finding(), resolved], "more": False})
    page = await auditor.get("/audit/findings?resolved=yes")
    for said in (
        "Grave",
        "entries no. 3 to 9",
        "call the head of the house",
        "Resolved: a comparison took",
        "entry no. 2",
    ):
        assert said in page.text, said
    assert others.asked[-1].params["resolved"] == "true"


async def test_a_log_is_compared_by_a_form_under_its_key_and_what_was_found_is_said(auditor: Browser) -> None:
    others = auditor.console.others
    others.say("GET", "audit", "/findings", {"findings": [], "more": False})
    compared = {
        "source": "tips",
        "copied": True,
        "there": 40,
        "here": 40,
        "until": 40,
        "fingerprint": "f" * 64,
        "same": True,
        "met": 0,
        "open": 0,
        "findings": [],
    }
    others.say("POST", "audit", "/comparisons", compared)
    form = await auditor.get("/audit/findings")
    assert "read entry by entry, in your name" in form.text
    assert others.commands == []
    page = await auditor.post("/audit/findings/verify", {"key": "k" * 32, "source": "tips"})
    assert page.status_code == 200, page.text
    (command,) = others.commands
    assert (command.body, command.headers["Idempotency-Key"]) == ({"source": "tips"}, "k" * 32)
    assert "log and copy are the same" in page.text
    others.say("POST", "audit", "/comparisons", INVALID | {"field": "source"}, 422)
    wrong = await auditor.post("/audit/findings/verify", {"key": "k" * 32, "source": "tips"})
    assert (wrong.status_code, 'value="' + "k" * 32 in wrong.text) == (422, True)


async def test_a_list_is_taken_away_by_a_form_in_the_viewers_name(auditor: Browser) -> None:
    others = auditor.console.others
    others.say("POST", "audit", "/cases/export", b"\xef\xbb\xbfCase\r\nx\r\n")
    taken = await auditor.post("/export/cases", {"county": "Hinds", "missed": "", "unheard": "of"})
    assert (taken.status_code, taken.content) == (200, b"\xef\xbb\xbfCase\r\nx\r\n")
    assert taken.headers["Content-Type"].startswith("text/csv")
    assert taken.headers["Content-Disposition"] == 'attachment; filename="a.csv"'
    (command,) = others.commands
    assert command.params == {"county": "Hinds"}
    assert command.headers["Authorization"].startswith("Bearer ")
    assert (await auditor.get("/export/cases")).status_code in {404, 405}
    assert (await auditor.post("/export/unheard-of", {})).status_code == 404
    # A service says no.
    assert (await auditor.post("/export/tips", {})).status_code == 404
    assert (await auditor.post("/export/cases", {}, token="forged")).status_code == 403


def because(number: int, why: str, name: str, text: str, **more: Any) -> dict[str, Any]:
    of_clock = {"came_at": None, "clock": None, "followed": 0}
    told = {key: more.pop(key) for key in of_clock if key in more}
    return {"why": why, "sentence": sentence(number, name, text, **more), **of_clock, **told}


async def test_a_fact_opens_into_its_causes_in_words_and_in_a_picture(auditor: Browser) -> None:
    team, due = {"service": "rapid_assessment"}, (NOW + 5 * HOUR).isoformat()
    clock = {"rule": "C06", "rule_version": 3, "citation": "Miss. Code 43-26-3", "due_at": due}
    others = auditor.console.others
    others.say("GET", "identity", "/accounts/names", [{"account": str(INTAKE), "name": "Example Intake One"}])
    path = f"/cases/{CASE}/events/{UUID(int=4)}/why"
    told = {
        "case": str(CASE),
        "cases": [str(CASE)],
        "causes": [
            because(4, "command", "tip.closed", "The tip was closed.", actor=f"account:{INTAKE}", followed=2),
            because(3, "clock", "clock.warned", "The clock C06 runs out.", **team, came_at=due, clock=clock),
            because(2, "elsewhere", "clock.started", "The clock C06 started.", **team),
        ],
        "outside": [{"service": "identity", "name": "identity.account_opened", "why": "command"}],
        "led_to": [because(5, "reaction", "notice.requested", "A notice was asked for.", **team, followed=1)],
        "seen": {
            "withheld": False,
            "looks": [
                {
                    "recorded_at": NOW.isoformat(),
                    "service": "tips",
                    "name": "operation.record_shown",
                    "question": "a tip",
                    "records": [str(CASE)],
                    "since": [2, 3],
                }
            ],
        },
    }
    others.say("GET", "audit", path, told)
    page = await auditor.get(f"/audit{path}")
    assert page.status_code == 200, page.text
    for said in (
        "A person did this. When they did, the latest of the same matter was:",
        "Example Intake One",
        "version 3 of its rule (Miss. Code 43-26-3)",
        "account opened</span>. A person did that.",
        "1 more came of that",
        "2 events came after they looked:",
        f'href="/audit/cases/{CASE}/events/{UUID(int=3)}/why"',
        f'href="/cases/{CASE}?as_of={NOW:%Y-%m-%dT%H}',
        '<svg class="timeline chain phone"',
        "4 events, each in the lane of its service",
    ):
        assert said in page.text, said
    assert "4. The tip was closed." in page.text.partition("</svg>")[0]
    others.say("GET", "audit", path, told | {"seen": {"withheld": True, "looks": []}, "led_to": []})
    page = await auditor.get(f"/audit{path}")
    assert "28 CFR 94.115" in page.text
    assert "Nothing on record came of it." in page.text
    async with auditor.console.browser() as other:
        await other.sign_in("coordinator@example.org")
        assert (await other.get(f"/audit{path}")).status_code == 403


async def test_from_a_page_of_the_past_what_came_at_its_moment_is_opened(auditor: Browser) -> None:
    a_story(auditor.console)
    path = f"/audit/cases/{CASE}/why?as_of={NOW:%Y-%m-%dT%H:%M:%S}Z&by=recorded"
    alone = await auditor.get(f"{path}&service=tips")
    assert (alone.status_code, alone.headers["location"]) == (303, f"/audit/cases/{CASE}/events/{UUID(int=4)}/why")
    assert "Nothing of the case is told" in (await auditor.get(f"{path}&service=prosecution")).text


async def test_a_case_file_is_made_by_a_paper_and_a_refused_form_comes_back_as_it_was_typed(
    console: Console, auditor: Browser
) -> None:
    path, page = f"/cases/{CASE}/file", f"/audit/cases/{CASE}/file"
    authorities = {"court": ["court_order"], "oversight": ["court_order", "statute"]}
    console.others.say("GET", "audit", "/case-files/ways", {"fingerprint": "ab" * 32, "authorities": authorities})
    asked = (await auditor.get(page)).text
    assert "ab" * 32 in asked
    assert asked.count('value="court_order"') == 1, "what two readers have is offered once"

    stated = {"profile": "court", "authority": "court_order", "number": " 26-117 ", "language": "es"}
    console.others.say("POST", "audit", path, b"PK")
    taken = await auditor.post(page, stated)
    assert (taken.status_code, taken.content) == (200, b"PK")
    assert taken.headers["content-type"].startswith("application/zip")
    assert console.others.commands[-1].body == stated | {"number": "26-117"}

    sentence = "A file for this reader is not made by such an authority. Choose another."
    wrong = {"type": "urn:muster:problem:invalid-value", "title": "", "status": 422, "detail": sentence}
    console.others.say("POST", "audit", path, wrong | {"field": "authority"}, 422)
    refused = await auditor.post(page, stated)
    assert (refused.status_code, sentence in refused.text, "26-117" in refused.text) == (422, True, True)
    unproved = {"type": "urn:muster:problem:refused", "title": "", "status": 409, "detail": "", "code": "not_proved"}
    console.others.say("POST", "audit", path, unproved, 409)
    assert "Compare the logs first" in (await auditor.post(page, stated)).text
    console.others.say("POST", "audit", path, NOT_FOUND, 404)
    assert (await auditor.post(page, stated)).status_code == 404
