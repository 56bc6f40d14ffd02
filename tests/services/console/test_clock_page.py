"""Why a clock is due when it is, in both languages, whatever it is of."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from contracts.deadline import Turning, What
from contracts.jurisdictions.explaining import Explained
from contracts.jurisdictions.trial_days import PutOff, days_of_count
from services.console.frame.times import Times
from services.console.frame.words import read_catalogue
from services.console.pages.clock.view import people_of, view_of
from tests.contracts.jurisdictions.test_explaining import told
from tests.contracts.jurisdictions.test_reckoning import MISSISSIPPI
from tests.services.console.house import NOW, PROSECUTOR, STORED, Browser, a_case
from tests.services.console.test_pages import TEAM
from tests.support.running_service import Person

HOUR = timedelta(hours=1)
WORDS = read_catalogue()


def explained(number: str, since: str) -> Explained:
    return told(MISSISSIPPI, MISSISSIPPI.clock_rule(number), datetime.fromisoformat(since))


def said(found: Explained, language: str = "en") -> str:
    shown = view_of(found, "rapid_assessment", {}, {}, Times(NOW, WORDS[language]))
    lines = [*shown.began, *shown.steps, *shown.warnings, *shown.course]
    return "\n".join([shown.sum, *shown.turned, *shown.recorded, *(f"{each.sentence} {each.beside}" for each in lines)])


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "Clocks go forward on 14 Mar 2027 from 02:00 to 03:00: an hour stays an hour, so the 24 h end at 04:10 CDT",
        ),
        ("es", "Los relojes se adelantan el 14 mar 2027 de las 02:00 a las 03:00: una hora sigue siendo una hora"),
    ],
)
def test_a_clock_over_the_night_the_clocks_go_forward_says_so(language: str, sentence: str) -> None:
    text = said(explained("C06", "2027-03-13T03:10:00-06:00"), language)

    assert sentence in text
    assert "22 h 50 min" in text
    assert "1 h 10 min" in text


def test_every_day_that_does_not_count_is_named() -> None:
    text = said(explained("C22", "2026-11-25T15:10:00-06:00"))

    assert "Thu 26 Nov does not count: Thanksgiving Day, a state holiday. Miss. Code 3-3-7(1)" in text
    assert "Sat 28 Nov does not count: a Saturday." in text
    assert "Sun 29 Nov does not count: a Sunday." in text
    assert "+ 48 h = Mon 30 Nov, 15:10 CST. Saturdays, Sundays and state holidays do not count." in text


def test_who_put_it_off_and_why_stand_under_what_became_of_it() -> None:
    found = explained("C41", "2026-11-03T12:00:00-06:00")
    later = found.due_at + 240 * HOUR
    turning = Turning(
        what="extended",
        happened_at=NOW,
        recorded_at=NOW,
        by=PROSECUTOR.account,
        agency="DA-07",
        due_at=later,
        reason="continuance_witness",
    )
    found = msgspec.structs.replace(found, due_at=later, course=(turning,))
    names = {PROSECUTOR.account: "Example Prosecutor"}
    shown = view_of(found, "prosecution", names, {"DA-07": "District Attorney"}, Times(NOW, WORDS["en"]))

    assert people_of(found) == {PROSECUTOR.account}
    (line,) = shown.course
    assert line.sentence.startswith("Put off until ")
    assert line.beside == "Because: A witness is not available. By Example Prosecutor, District Attorney."


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "2 counts, arraigned 23 Dec",
                "24 Dec to 28 Feb 2027: 67 days count toward the time for trial.",
                "1 Mar 2027 to 30 Mar 2027: 30 days do not count. Motion of: The State.",
                "Continuance for good cause: A witness is not available (Miss. Code 99-17-1).",
                "31 Mar 2027: 1 day counts toward the time for trial.",
                "Counted: 68 of 270.",
                "Motion of The State: 30 days not counted.",
                "202 days are left.",
            ],
        ),
        (
            "es",
            [
                "2 cargos, leídos el 23 dic",
                "Del 1 mar 2027 al 30 mar 2027: 30 días no cuentan. A petición de: El Estado.",
                "Quedan 202 días.",
            ],
        ),
    ],
)
def test_the_days_toward_the_trial_are_told_span_by_span_with_their_sums(language: str, lines: list[str]) -> None:
    off = PutOff(30, "state", "witness", date(2027, 3, 1), date(2027, 3, 30))
    days = [days_of_count(uuid4(), date(2026, 12, 23), date(2027, 3, 31), [off], allowed=270) for _ in range(2)]
    found = msgspec.structs.replace(explained("C41", "2026-12-23T09:30:00-06:00"), trial_days=tuple(days))

    shown = view_of(found, "prosecution", {}, {}, Times(NOW, WORDS[language]))

    (told,) = shown.days
    text = "\n".join([told.title, *(f"{each.sentence}\n{each.beside}" for each in told.spans), *told.sums])
    assert [line for line in lines if line not in text] == []
    assert not shown.turned


@pytest.mark.parametrize(
    ("language", "warning", "miss"),
    [
        (
            "en",
            "given Wed 4 Nov, 09:00 CST, 9 h late, since Muster stood still",
            "It came on record as missed 3 h after it was due, since Muster stood still.",
        ),
        (
            "es",
            "dado mié 4 nov, 09:00 CST, con 9 h de retraso, porque Muster estuvo parado",
            "Constó como incumplido 3 h después de vencer, porque Muster estuvo parado.",
        ),
    ],
)
def test_what_came_due_while_the_house_stood_still_says_how_late_it_came(
    language: str, warning: str, miss: str
) -> None:
    found = explained("C06", "2026-11-03T12:00:00-06:00")
    at, back = found.warnings[0].at, found.due_at - 3 * HOUR

    def turning(what: What, happened_at: datetime, recorded_at: datetime) -> Turning:
        due_at = found.due_at
        return Turning(what=what, happened_at=happened_at, recorded_at=recorded_at, by=None, agency="", due_at=due_at)

    began = turning("started", found.since, found.since)
    warned = msgspec.structs.replace(found, course=(began, turning("warned", at, back)))
    later = found.due_at + 3 * HOUR
    missed = {"phase": "missed", "late_seconds": 3 * 3600}
    stood = msgspec.structs.replace(found, course=(began, turning("missed", found.due_at, later)), **missed)
    typed = msgspec.structs.replace(stood, course=(turning("started", found.since, later),))
    times = Times(NOW, WORDS[language])

    assert warning in view_of(warned, "rapid_assessment", {}, {}, times).warnings[0].beside
    assert view_of(stood, "rapid_assessment", {}, {}, times).late == miss
    assert view_of(typed, "rapid_assessment", {}, {}, times).late == f"{miss.partition(',')[0]}."


@pytest.mark.parametrize("number", sorted({each.rule for each in MISSISSIPPI.clocks}))
@pytest.mark.parametrize("language", WORDS)
def test_every_rule_is_explained_in_both_languages(number: str, language: str) -> None:
    assert said(explained(number, "2027-03-12T21:00:00-06:00"), language)


async def test_what_the_rule_allows_is_decided_on_the_page_of_the_clock_with_its_paper(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case(others)
    running = explained("C02", NOW.isoformat())
    others.say("GET", "rapid_assessment", f"/teams/of-tip/{tip}/clocks/C02", msgspec.to_builtins(running))
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/clocks/C02/rulings", STORED)
    page = f"/cases/{tip}/clocks/C02"
    assert "another state has the child in its care" in (await browser.get(page)).text
    typed = {"version": "1", "ruling": "excused taken_over_elsewhere", "document": "Their letter."}

    empty = await browser.post(page, typed | {"document": ""})
    assert (empty.status_code, "By which paper: fill this in." in empty.text) == (422, True)
    done = await browser.post(page, typed)

    assert (done.status_code, done.headers["location"]) == (303, f"{page}#course")
    (sent,) = others.commands
    assert sent.body == {"what": "excused", "authority": "taken_over_elsewhere", "document": "Their letter."}
    assert sent.headers["if-match"] == '"1"'


async def test_each_page_asks_the_service_that_keeps_the_clock_and_is_for_who_sees_the_rest(browser: Browser) -> None:
    others = browser.console.others
    tip, kit, case, accused = a_case(others), uuid4(), uuid4(), uuid4()
    clock = msgspec.to_builtins(explained("C22", "2026-11-25T15:10:00-06:00"))
    for service, path in (
        ("rapid_assessment", f"/teams/of-tip/{tip}/clocks/C22-1"),
        ("tips", f"/tips/{tip}/clocks/C11"),
        ("forensic_clinic", f"/kits/{kit}/clocks/C54"),
        ("prosecution", f"/cases/{case}/accused/{accused}/clocks/C35-2"),
    ):
        others.say("GET", service, path, clock)
    pages = {
        f"/cases/{tip}/clocks/C22-1": "coordinator",
        f"/cases/{tip}/clocks/C11": "advocate",
        f"/kits/{kit}/clocks/C54": "nurse",
        f"/court/{case}/accused/{accused}/clocks/C35-2": "prosecutor",
    }
    for path, who in pages.items():
        await browser.sign_in(f"{who}@example.org")
        answer = await browser.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert "Miss. Code 43-21-301(3)" in answer.text
        assert "Thanksgiving Day" in answer.text
    for hidden in (f"/cases/{tip}/clocks/C54", f"/cases/{tip}/clocks/C06", f"/kits/{kit}/clocks/x%2Fy"):
        assert (await browser.get(hidden)).status_code in {403, 404}


async def test_clocks_of_the_house_lead_back_to_where_they_are_shown(browser: Browser) -> None:
    others = browser.console.others
    others.people = others.people | {"administrator@example.org": Person(("administrator",), "BRIDGE")}
    of, tip = uuid4(), uuid4()
    leads = [
        ("auditor", "C77", f"?of={of}", "audit", f"/reviews/{of}", f"/audit/reviews/{of}"),
        ("administrator", "C81", f"?of={of}", "identity", f"/accounts/{of}", f"/people/{of}"),
        ("auditor", "C81", f"?of={of}", "identity", f"/accounts/{of}", "/audit/live-after-leaving"),
        ("nurse", "C82", f"?of={of}", "identity", f"/incidents/{of}", f"/incidents/{of}"),
        ("administrator", "C84-2", "", "identity", "/attestation", "/attestation"),
        ("coordinator", "C85", f"?of={of}&tip={tip}", "tips", f"/tips/{tip}/openings/{of}", "/reviews"),
    ]
    for who, clock, what, service, path, back in leads:
        found = explained(clock.partition("-")[0], "2026-11-25T15:10:00-06:00")
        others.say("GET", service, f"{path}/clocks/{clock}", msgspec.to_builtins(found))
        await browser.sign_in(f"{who}@example.org")
        answer = await browser.get(f"/clocks/{clock}{what}")
        assert answer.status_code == 200, (clock, answer.text)
        assert f'class="whole" href="{back}"' in answer.text
        assert found.rule.citation in answer.text
    for hidden in ("C77", f"C82?of={uuid4()}", f"C85?of={of}", f"C06?of={of}", f"C84?of={of}"):
        assert (await browser.get(f"/clocks/{hidden}")).status_code == 404, hidden
