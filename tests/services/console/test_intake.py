"""The hotline's first page, what of it waits on the board, and the page where what was added is read."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.services.console.boards import a_board, name, waits
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import INTAKE, NOW, STORED, Asked, Browser, Console, Others
from tests.services.console.test_pages import REFUSED

HOUR = timedelta(hours=1)
TIP, ASKER = UUID(int=61), UUID(int=62)


def waiting(tip: UUID = TIP, **changes: Any) -> dict[str, Any]:
    row = {
        "tip": str(tip),
        "received_at": (NOW - 5 * HOUR).isoformat(),
        "channel": "public_page",
        "county": "Hinds",
        "age": "not_known",
        "screened": True,
        "additions": 0,
        "added_since": None,
        "alike": 0,
        "work": [],
        "holder": None,
        "held_since": None,
        "offered_to": None,
        "waits_since": None,
    }
    return row | changes


ADDED = waiting(screened=False, additions=2, added_since=(NOW - HOUR).isoformat())


def to_do(others: Others, total: int = 1, **kinds: Any) -> None:
    """What the tips service has of each kind."""

    def answer(asked: Asked) -> tuple[int, Any]:
        rows = kinds.get(asked.params["only"], [])
        return 200, {"tips": rows, "total": total if rows else 0}

    others.answers["GET", "tips", "/tips/to-do"] = answer
    others.say("GET", "tips", "/duties/next", {"duties": [], "total": 0, "overdue": 4})


async def test_the_hotline_lands_on_what_waits_with_a_new_tip_before_all_else(console: Console) -> None:
    alike = waiting(UUID(int=63), alike=3)
    to_do(console.others, added_to=[ADDED], unscreened=[waiting(screened=False)], alike=[alike])
    async with signed_in(console, "intake") as browser:
        home = await browser.get("/")
        text = (await browser.get("/intake")).text
    assert home.headers["location"] == "/intake"
    order = (">Record a tip</a>", "told more", "To screen", "Maybe about")
    assert sorted(order, key=text.index) == list(order)
    for says in (
        f'<a href="/cases/{TIP}/people#told-later"><b>Read what was added</b> Case 00000000</a>',
        "2 additions, the first at 02:12.",
        "Not screened yet.",
        f'<a href="/cases/{TIP}/tip#screening">',
        '<span class="small-left">5:00</span>',
        "Received Fri 22:12. Told by somebody on the public page; the person: not known.",
        f'<a href="/cases/{UUID(int=63)}/tip#duplicate-decisions">',
        "Like 3 earlier tips.",
        "<b>4</b> <span>reports overdue</span>",
    ):
        assert says in text, says


async def test_each_row_says_who_has_it_and_what_nobody_has_is_counted_and_a_page_of_its_own(console: Console) -> None:
    taken, handed, mine = UUID(int=64), UUID(int=65), UUID(int=66)
    me, other = str(INTAKE.account), str(ASKER)
    since = (NOW - HOUR).isoformat()
    name(console.others, **{"Example Worker Two": ASKER})
    work: dict[str, Any] = {"work": ["unscreened"], "screened": False}
    rows = {
        "unscreened": [waiting(taken, holder=other, held_since=since, **work), waiting(**work)],
        "let_go": [waiting(handed, offered_to=other, waits_since=since, work=["let_go"])],
        "mine": [waiting(mine, holder=me, held_since=since)],
        "nobodys": [waiting(**work), waiting(handed, offered_to=other, waits_since=since, work=["let_go"])],
    }
    to_do(console.others, total=2, **rows)
    async with signed_in(console, "intake") as browser:
        text = (await browser.get("/intake")).text
        nobodys = (await browser.get("/intake?only=nobodys")).text
    order = ("In your hands", "Handed over or put back", "To screen")
    assert sorted(order, key=lambda each: text.index(f">{each}")) == list(order)
    for says in (
        '<b>2</b> <span><a href="/intake?only=nobodys">wait, and nobody has them</a>',
        "Example Worker Two has it, since 02:12.",
        f'<a class="whole" href="/cases/{taken}/hand">Take it over</a>',
        "Handed to Example Worker Two at 02:12, who has not taken it yet.",
        f'<a href="/cases/{handed}/hand"><b>Read the note and take it</b>',
        "You have it, since 02:12.",
        f'<a class="whole" href="/cases/{mine}/hand">Hand over, put back</a>',
    ):
        assert says in text, says
    assert "Nobody has it." in nobodys
    assert f'<a href="/cases/{TIP}/tip#screening"><b>Screen</b> Case 00000000</a>' in nobodys


async def test_a_quiet_page_says_what_to_do_and_only_what_waits_is_a_list(console: Console) -> None:
    to_do(console.others)
    async with signed_in(console, "intake") as browser:
        text = (await browser.get("/intake")).text
    assert "No tip waits. When a call comes, record it while it is told." in text
    assert "To screen" not in text


async def test_one_kind_is_asked_for_alone_and_paged(console: Console) -> None:
    to_do(console.others, total=120, unscreened=[waiting()] * 50)
    async with signed_in(console, "intake") as browser:
        text = (await browser.get("/intake?only=unscreened&skip=50")).text
        none = (await browser.get("/intake?only=alike")).text
        assert 'href="/intake?only=unscreened">and 70 more</a>' in (await browser.get("/intake")).text
        assert (await browser.get("/intake?only=Zqx")).status_code == 400
    assert "51 to 100 of 120" in text
    assert 'href="?only=unscreened&amp;skip=0"' in text
    assert 'href="?only=unscreened&amp;skip=100"' in text
    assert 'name="only" value="unscreened"' in text
    assert "it is decided whether they are about one person" in none


@pytest.mark.parametrize("who", ["advocate", "reporter", "police"])
async def test_nobody_else_has_the_page(console: Console, who: str) -> None:
    async with signed_in(console, who) as browser:
        assert (await browser.get("/intake")).status_code == 403


async def test_additions_and_those_who_ask_for_a_reporter_wait_on_the_board(browser: Browser) -> None:
    others = browser.console.others
    a_board(others)
    name(others, **{"Example Prosecutor One": ASKER})
    release = {"tip": str(TIP), "account": str(ASKER), "purpose": "court_order", "asked_at": (NOW - HOUR).isoformat()}
    waits(others, added={"tips": [ADDED], "total": 1}, releases={"releases": [release], "total": 1})
    text = (await browser.get("/board")).text
    assert "<b>2</b> <span>from reporters, to look at</span>" in text
    assert f'<a href="/cases/{TIP}/reporter">' in text
    assert "Example Prosecutor One asked at 02:12 to be shown who reported. By order of a court." in text
    assert f'<a href="/cases/{TIP}/people#told-later">' in text
    waits(others)
    assert "From reporters" not in (await browser.get("/board")).text


def told(part: str, *, waits: bool = False, **said: Any) -> dict[str, Any]:
    unsaid = {"name": None, "contact": None, "narrative": None}
    return {"part": part, "told_at": (NOW - HOUR).isoformat(), "waits": waits} | unsaid | said


async def test_names_and_stories_are_a_page_of_their_own_that_says_it_is_on_record(browser: Browser) -> None:
    person = told("subject", contact="601", narrative="A <b> story.")
    browser.console.others.say("GET", "tips", f"/tips/{TIP}/persons", [person])
    text = (await browser.get(f"/cases/{TIP}/people")).text
    assert "That you opened this page is on record." in text
    assert "A &lt;b&gt; story." in text
    assert "not said" in text
    assert "I have read it" not in text


async def test_what_was_added_is_read_and_taken_off_the_list_by_one_press(console: Console) -> None:
    people = [told("subject"), told("told_later", narrative="One."), told("told_later", waits=True, narrative="Two.")]
    console.others.say("GET", "tips", f"/tips/{TIP}/persons", people)
    console.others.say("POST", "tips", f"/tips/{TIP}/additions/looked-at", STORED)
    async with signed_in(console, "intake") as browser:
        text = (await browser.get(f"/cases/{TIP}/people")).text
        assert text.count('id="told-later"') == 1
        assert text.count("not looked at yet") == 1
        assert 'name="number" value="2"' in text
        answer = await browser.post(f"/cases/{TIP}/people/looked-at", {"number": "2", "key": "k"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert console.others.commands[-1].body == {"number": 2}
        # Somebody else was faster.
        console.others.say("POST", "tips", f"/tips/{TIP}/additions/looked-at", REFUSED, 409)
        assert (await browser.post(f"/cases/{TIP}/people/looked-at", {"number": "2"})).status_code == 303
    async with signed_in(console, "police") as browser:
        assert "I have read it" not in (await browser.get(f"/cases/{TIP}/people")).text
        assert (await browser.post(f"/cases/{TIP}/people/looked-at", {"number": "2"})).status_code == 403


async def test_whoever_told_is_asked_something_after_saying_who_may_read_it(console: Console) -> None:
    console.others.say(
        "GET", "tips", f"/tips/{TIP}/persons", [told("subject"), told("to_reporter", narrative="Where?")]
    )
    console.others.say("POST", "tips", f"/tips/{TIP}/messages", STORED)
    page = f"/cases/{TIP}/people"
    async with signed_in(console, "intake") as browser:
        text = (await browser.get(page)).text
        assert "Written to whoever told it" in text
        assert "Whoever found the code reads it, too" in text
        assert (await browser.post(f"{page}/messages", {"text": " ", "key": "k"})).status_code == 422
        done = await browser.post(f"{page}/messages", {"text": "Which motel?", "key": "l"})
        assert (done.status_code, done.headers["location"]) == (303, f"{page}#messages")
        assert console.others.commands[-1].body == {"text": "Which motel?"}
    async with signed_in(console, "police") as browser:
        assert (await browser.post(f"{page}/messages", {"text": "Which motel?"})).status_code == 403
