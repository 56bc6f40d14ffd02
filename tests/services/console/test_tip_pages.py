"""The page of a tip: screening, correction, duplicates, an adult's referral, and who is kept out of the case."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import NOT_FOUND, NOW, STORED, Browser, Console

TIP, OTHER, ACCOUNT, NOBODY = UUID(int=51), UUID(int=52), UUID(int=53), UUID(int=54)
PAGE = f"/cases/{TIP}/tip"
REASON = "They gave the same <address>."


def a_tip(console: Console, tip: UUID = TIP, **changes: Any) -> None:
    state = {
        "received_at": NOW.isoformat(),
        "county": "Hinds",
        "tribal_land": False,
        "age": "not_known",
        "setting": "not_known",
        "screened_age": "",
        "exploitation": "",
        "indicators": [],
        "linked": [],
        "kept_apart": [],
        "named_accounts": [],
        "referred_to": [],
    }
    shown = {"reference": str(tip), "version": 3, "state": state | changes}
    console.others.say("GET", "tips", f"/tips/{tip}", shown)
    row = {"received_at": NOW.isoformat(), "age": "child", "channel": "cps_hotline", "county": "Rankin"}
    found = {"tip": str(OTHER), "clauses": ["name", "time"], "score": 7}
    console.others.say("GET", "tips", f"/tips/{tip}/alike", [row | found])
    for path in (
        "screening",
        "corrections",
        "state-lines",
        "duplicate-decisions",
        "partings",
        "referrals",
        "named-accounts",
    ):
        console.others.say("POST", "tips", f"/tips/{tip}/{path}", STORED)


async def sent(browser: Browser, place: str, **fields: str) -> Any:
    answer = await browser.post(f"{PAGE}/{place}", {"version": "3", "key": "k", **fields})
    assert (answer.status_code, answer.headers.get("location")) == (303, f"{PAGE}#{place}"), answer.text
    command = browser.console.others.commands[-1]
    assert command.path == f"/tips/{TIP}/{place}"
    assert (command.headers["if-match"], command.headers["idempotency-key"]) == ('"3"', "k")
    return command.body


@pytest.mark.parametrize("who", ["intake", "coordinator"])
async def test_a_tip_is_screened_and_corrected_after_saying_what_follows(console: Console, who: str) -> None:
    a_tip(console)
    async with signed_in(console, who) as browser:
        page = (await browser.get(PAGE)).text
        assert "not screened yet" in page
        assert "For an adult a team that is open or stands ends" in page
        assert f'action="{PAGE}/referrals"' not in page
        assert 'name="sign_debt" value="not_asked" checked' in page
        assert "version 1" in page
        signs = {"sign_debt": "present", "sign_drugs": "not_present", "sign_escort": "not_asked"}
        moment = {"screened_at_day": "2026-11-02", "screened_at": "11:00"}
        answers = {"age": "child", "exploitation": "sex", "instrument": "MS-SIGNS", "instrument_version": "1"}
        body = await sent(browser, "screening", **answers, **moment, **signs)
        found = {"indicators": ["debt"], "not_present": ["drugs"], "screened_at": "2026-11-02T17:00:00+00:00"}
        assert body == answers | {"instrument_version": 1} | found
        fields = {"age": "adult", "county": "Rankin", "setting": "home", "reason": REASON}
        body = await sent(browser, "corrections", **fields)
        assert body == fields | {"tribal_land": False}


async def test_whether_state_lines_were_crossed_is_said_with_who_says_so_and_since_when(console: Console) -> None:
    a_tip(console)
    async with signed_in(console, "intake") as browser:
        page = (await browser.get(PAGE)).text
        assert "federal investigators are to be told" in page
        moment = {"known_since_day": "2026-11-02", "known_since": "11:00"}
        body = await sent(browser, "state-lines", state_lines="crossed", said_by="law_enforcement", **moment)
        known = "2026-11-02T17:00:00+00:00"
        assert body == {"state_lines": "crossed", "said_by": "law_enforcement", "known_since": known}
    a_tip(console, state_lines="crossed")
    async with signed_in(console, "intake") as browser:
        assert "<dd>crossed</dd>" in (await browser.get(PAGE)).text


async def test_the_last_screening_stands_in_the_form_and_earlier_ones_beside_it(console: Console) -> None:
    a_tip(console, screened_age="child", age="child", exploitation="both", indicators=["debt"], tribal_land=True)
    plain = {
        "instrument": "",
        "instrument_version": 0,
        "not_present": [],
        "not_asked": [],
        "result": "",
        "citation": None,
    }
    before = {
        "screened_at": NOW.isoformat(),
        "by": None,
        "age": "not_known",
        "exploitation": "sex",
        "present": ["escort"],
    }
    listed = {"instrument": "MS-SIGNS", "instrument_version": 1, "not_present": ["drugs"], "not_asked": ["street"]}
    last = before | listed | {"age": "child", "exploitation": "both", "present": ["debt"], "result": "suspected"}
    last |= {"citation": "Miss. Code 43-21-353(1)"}
    console.others.say("GET", "tips", f"/tips/{TIP}/screenings", [last, plain | before])
    async with signed_in(console, "intake") as browser:
        page = (await browser.get(PAGE)).text
        assert '<b>Treat as suspected trafficking</b> <span class="muted">(Miss. Code 43-21-353(1))</span>' in page
        assert "sex and labour trafficking<br>Held by a debt" in page
        assert "Signs of trafficking, a plain list, version 1" in page
        assert "Asked and not found: Controlled with drugs, given or kept back." in page
        assert "Not asked: Outdoor solicitation." in page
        assert "sex trafficking<br>In an escort service" in page.partition("Earlier screenings")[2]
        assert 'name="sign_debt" value="present" checked' in page
        assert 'name="sign_drugs" value="not_present" checked' in page
        assert 'name="sign_escort" value="not_asked" checked' in page
        assert 'name="tribal_land" value="yes" checked' in page


async def test_two_tips_are_decided_to_be_of_one_person_or_kept_apart(console: Console) -> None:
    a_tip(console)
    async with signed_in(console, "intake") as browser:
        page = (await browser.get(PAGE)).text
        assert f'<option value="{OTHER}">' in page
        assert "Either can be decided otherwise later" in page
        assert f'href="/cases/{TIP}/beside/{OTHER}"' in page
        assert "Likeness 7: the name sounds alike, received about the same time." in page
        body = await sent(browser, "duplicate-decisions", alike=str(OTHER), same="yes", reason=REASON)
        assert body == {"other": str(OTHER), "same_person": True, "reason": REASON}
        address = f"https://x/cases/{ACCOUNT}"
        body = await sent(browser, "duplicate-decisions", alike=str(OTHER), other=address, same="no", reason=REASON)
        assert body == {"other": str(ACCOUNT), "same_person": False, "reason": REASON}

    a_tip(console, linked=[str(OTHER)])
    console.others.say("GET", "tips", f"/tips/{TIP}/alike", [])
    async with signed_in(console, "intake") as browser:
        page = (await browser.get(PAGE)).text
        assert 'name="alike"' not in page
        assert f'href="/cases/{OTHER}"' in page


async def test_both_are_read_side_by_side_without_who_reported_and_decided_there(console: Console) -> None:
    a_tip(console)
    there = console.others.answers["GET", "tips", f"/tips/{TIP}"]
    console.others.answers["GET", "tips", f"/tips/{OTHER}"] = there
    unsaid = {"told_at": NOW.isoformat(), "contact": None, "narrative": None}
    for tip, called in ((TIP, "Example <One>"), (OTHER, "Example Two")):
        people = [unsaid | {"part": "subject", "name": called}, unsaid | {"part": "reporter", "name": "Zqneighbor"}]
        console.others.say("GET", "tips", f"/tips/{tip}/persons", people)
    async with signed_in(console, "intake") as browser:
        page = (await browser.get(f"/cases/{TIP}/beside/{OTHER}")).text
        assert "Example &lt;One&gt;" in page
        assert "Example Two" in page
        assert "Zqneighbor" not in page
        assert f'action="{PAGE}/duplicate-decisions"' in page
        assert f'name="other" value="{OTHER}"' in page
        body = await sent(browser, "duplicate-decisions", other=str(OTHER), same="no", reason=REASON)
        assert body == {"other": str(OTHER), "same_person": False, "reason": REASON}
    a_tip(console, kept_apart=[str(OTHER)])
    async with signed_in(console, "intake") as browser:
        page = (await browser.get(f"/cases/{TIP}/beside/{OTHER}")).text
        assert "If that was wrong, decide anew." in page
    a_tip(console, linked=[str(OTHER)])
    async with signed_in(console, "intake") as browser:
        page = (await browser.get(f"/cases/{TIP}/beside/{OTHER}")).text
        assert f'action="{PAGE}/duplicate-decisions"' not in page
    async with signed_in(console, "police") as browser:
        assert (await browser.get(f"/cases/{TIP}/beside/{OTHER}")).status_code == 403


async def test_another_tip_that_is_hidden_and_one_that_is_not_there_look_the_same(console: Console) -> None:
    a_tip(console)
    console.others.say("POST", "tips", f"/tips/{TIP}/duplicate-decisions", NOT_FOUND, 404)
    async with signed_in(console, "intake") as browser:
        fields = {"other": str(uuid4()), "same": "yes", "reason": REASON, "key": "k"}
        answer = await browser.post(f"{PAGE}/duplicate-decisions", fields)
        assert answer.status_code == 404
        assert "There is no such tip for you to open" in answer.text
        assert "They gave the same &lt;address&gt;." in answer.text


async def test_an_adult_is_referred_with_their_agreement(console: Console) -> None:
    a_tip(console, age="adult", referred_to=["MDHS-APS"])
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get(PAGE)).text
        assert "call them yourself" in page
        body = await sent(browser, "referrals", agency="MDHS-APS", agreed="yes")
        assert body == {"agency": "MDHS-APS", "agreed": True}
        no = {
            "type": "urn:muster:problem:refused", "title": "No", "status": 409, "detail": "English.",
            "code": "no_agreement",
        }  # fmt: skip
        console.others.say("POST", "tips", f"/tips/{TIP}/referrals", no, 409)
        refused = await browser.post(f"{PAGE}/referrals", {"agency": "MDHS-APS", "key": "k"})
        assert refused.status_code == 409
        assert "An adult is referred only with their own agreement." in refused.text
        assert '<option value="MDHS-APS" selected>' in refused.text


async def test_somebody_is_kept_out_after_their_name_was_shown(console: Console) -> None:
    a_tip(console)
    name(console.others, **{"Example Worker Zqx": ACCOUNT})
    async with signed_in(console, "intake") as browser:
        typed = {"version": "3", "key": "k", "account": f" /people/{ACCOUNT} "}
        shown = await browser.post(f"{PAGE}/named-accounts", typed)
        assert shown.status_code == 200
        assert "Keep Example Worker Zqx out of this case?" in shown.text
        assert console.others.commands == []
        assert await sent(browser, "named-accounts", account=str(ACCOUNT), sure="yes") == {"account": str(ACCOUNT)}


async def test_who_is_kept_out_is_found_first(console: Console) -> None:
    a_tip(console)
    name(console.others)
    async with signed_in(console, "intake") as browser:
        for typed, said in (("four", "Give the whole reference"), (str(NOBODY), "Nobody is found under")):
            answer = await browser.post(f"{PAGE}/named-accounts", {"account": typed, "key": "k"})
            assert answer.status_code == 422
            assert said in answer.text
            assert f'value="{typed}"' in answer.text
        hidden = await browser.post(f"/cases/{OTHER}/tip/named-accounts", {"account": str(ACCOUNT), "key": "k"})
        assert hidden.status_code == 404
        assert console.others.commands == []


async def test_a_link_is_taken_back_after_what_follows_was_shown(console: Console) -> None:
    a_tip(console, linked=[str(OTHER)])
    a_tip(console, OTHER, received_at=(NOW - timedelta(hours=30)).isoformat(), linked=[str(TIP)])
    async with signed_in(console, "intake") as browser:
        assert f'action="{PAGE}/partings"' in (await browser.get(PAGE)).text
        typed = {"other": str(OTHER), "reason": REASON, "version": "3", "key": "k"}
        first = await browser.post(f"{PAGE}/partings", typed)
        assert first.status_code == 200
        assert "so they may be over already" in first.text
        assert "They gave the same &lt;address&gt;." in first.text
        assert not console.others.commands
        again = await browser.post(f"{PAGE}/partings", typed | {"in_language": "es"})
        assert "de dos personas?" in again.text
        assert "They gave the same &lt;address&gt;." in again.text
        assert 'form="typed" formnovalidate name="in_language" value="en"' in again.text
        body = await sent(browser, "partings", other=str(OTHER), reason=REASON, sure="yes")
        assert body == {"other": str(OTHER), "reason": REASON}


async def test_a_tip_that_is_linked_with_none_offers_nothing_to_take_back(console: Console) -> None:
    a_tip(console)
    async with signed_in(console, "intake") as browser:
        assert f'action="{PAGE}/partings"' not in (await browser.get(PAGE)).text


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ("screening", {"age": "child"}),
        ("corrections", {"county": "Rankin", "reason": " "}),
        ("duplicate-decisions", {"same": "yes", "reason": REASON}),
        ("duplicate-decisions", {"other": str(OTHER), "reason": REASON}),
        ("partings", {"other": str(OTHER), "sure": "yes"}),
        ("partings", {"reason": REASON, "sure": "yes"}),
        ("referrals", {"agreed": "yes"}),
    ],
)
async def test_what_is_not_filled_in_sends_nothing(console: Console, place: str, fields: dict[str, str]) -> None:
    a_tip(console)
    async with signed_in(console, "intake") as browser:
        answer = await browser.post(f"{PAGE}/{place}", fields)
        assert answer.status_code == 422
        assert f'id="{place}" data-at="{place}" open' in answer.text
        assert console.others.commands == []


async def test_nobody_else_has_the_page(console: Console) -> None:
    a_tip(console)
    async with signed_in(console, "advocate") as browser:
        assert (await browser.get(PAGE)).status_code == 403
        assert (await browser.post(f"{PAGE}/screening", {"age": "child"})).status_code == 403
