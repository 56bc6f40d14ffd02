"""Whatever is sent wrongly is answered as the design lists, and changes nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.services.tips.house import COORDINATOR, INTAKE, NAMELESS, REPORTER, a_tip, received
from tests.support.running_service import NOON, Person, RunningService, says

SCREENING = {"age": "child", "exploitation": "sex", "indicators": ["hotel_motel"]}
CORRECTION = {"age": "adult", "reason": "A birth certificate was found."}
APART = {"same_person": False, "reason": "Another motel, another girl."}
REFERRAL = {"agency": "TOWER", "agreed": True}
COMMANDS: dict[str, dict[str, Any]] = {
    "screening": SCREENING,
    "corrections": CORRECTION,
    "duplicate-decisions": APART | {"other": str(uuid4())},
    "referrals": REFERRAL,
    "named-accounts": {"account": str(uuid4())},
}

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("screening", SCREENING | {"age": "teenager"}, "age"),
    ("screening", SCREENING | {"exploitation": "organs"}, "exploitation"),
    ("screening", SCREENING | {"indicators": ["unheard_of"]}, "indicators"),
    ("screening", SCREENING | {"indicators": ["debt"] * 61}, "indicators"),
    ("screening", {"age": "child"}, ""),
    ("corrections", CORRECTION | {"age": 17}, "age"),
    ("corrections", CORRECTION | {"county": "Jeferson"}, "county"),
    ("corrections", {"age": "adult"}, ""),
    ("corrections", CORRECTION | {"reason": "x"}, "reason"),
    ("corrections", CORRECTION | {"reason": "x" * 2_001}, "reason"),
    ("corrections", CORRECTION | {"received_at": NOON.isoformat()}, ""),
    ("duplicate-decisions", APART | {"other": "that one"}, "other"),
    ("referrals", REFERRAL | {"agency": "NOWHERE"}, "agency"),
    ("referrals", REFERRAL | {"agreed": "yes"}, "agreed"),
    ("named-accounts", {"account": "somebody"}, "account"),
]


async def test_every_command_refuses_what_cannot_be_read_or_cannot_be_right(tips: RunningService) -> None:
    tip = await received(tips)
    before = tips.rows()

    for path in COMMANDS:
        for body in (b'{"age": ', b"\xff\xfe", b'{"reason": "\\ud800"}'):
            answer = await tips.post(f"/tips/{tip}/{path}", body, by=INTAKE, version=2)
            assert (answer.status_code, answer.json()["type"]) == (400, "urn:muster:problem:malformed"), path
        for body in (b"null", b"[]", b"{}", b"7"):
            answer = await tips.post(f"/tips/{tip}/{path}", body, by=INTAKE, version=2)
            assert answer.status_code == 422, (path, body)
    for path, wrong, field in WRONG:
        answer = await tips.post(f"/tips/{tip}/{path}", wrong, by=INTAKE, version=2)
        assert (answer.status_code, answer.json().get("field", "")) == (422, field), (path, wrong)
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert "Jeferson" not in answer.text

    assert tips.rows() == before


async def test_the_version_must_be_given_and_must_be_the_present_one(tips: RunningService) -> None:
    tip, other = await received(tips), await received(tips, persons=NAMELESS)
    before = tips.rows()

    for path, body in (COMMANDS | {"duplicate-decisions": APART | {"other": other}}).items():
        missing = await tips.post(f"/tips/{tip}/{path}", body, by=INTAKE)
        garbled = await tips.post(f"/tips/{tip}/{path}", body, by=INTAKE, headers={"If-Match": '"two"'})
        stale = [await tips.post(f"/tips/{tip}/{path}", body, by=INTAKE, version=v) for v in (0, 1, 3, 10**17)]
        assert [missing.status_code, garbled.status_code] == [400, 400], path
        assert {answer.status_code for answer in stale} == {412}, path
        assert stale[0].json()["type"] == "urn:muster:problem:stale"

    assert tips.rows() == before


async def test_what_is_absent_and_what_is_not_yours_have_one_and_the_same_answer(tips: RunningService) -> None:
    named = Person(("cps_intake",))
    hidden, open_to_all = (
        await received(tips, named_accounts=[str(named.account)]),
        await received(tips, persons=NAMELESS),
    )
    before = tips.rows()
    commands = COMMANDS | {"duplicate-decisions": APART | {"other": open_to_all}}

    for path, body in commands.items():
        answers = [
            await tips.post(f"/tips/{tip}/{path}", body, by=named, version=version)
            for tip in (hidden, str(uuid4()))
            for version in (2, 3)
        ]
        assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}, path
    for path in ("", "/persons"):
        pages = [await tips.get(f"/tips/{tip}{path}", by=named) for tip in (hidden, str(uuid4()), "nonsense")]
        assert {(page.status_code, page.content) for page in pages} == {(404, pages[0].content)}
    # Nor is it told apart as the other of a pair.
    for other in (hidden, str(uuid4())):
        answer = await tips.post(
            f"/tips/{open_to_all}/duplicate-decisions", APART | {"other": other}, by=named, version=2
        )
        assert answer.status_code == 404

    assert tips.rows() == before


async def test_a_repeated_key_counts_for_one_caller_on_one_route_with_one_body_and_version(
    tips: RunningService,
) -> None:
    tip, other = await received(tips), await received(tips, persons=NAMELESS)
    key = "one-and-the-same"
    first = await tips.post(f"/tips/{tip}/screening", SCREENING, by=INTAKE, version=2, key=key)
    before = tips.rows()

    again = await tips.post(f"/tips/{tip}/screening", SCREENING, by=INTAKE, version=2, key=key)
    otherwise = [
        await tips.post(f"/tips/{tip}/screening", SCREENING | {"age": "adult"}, by=INTAKE, version=2, key=key),
        await tips.post(f"/tips/{tip}/screening", SCREENING, by=COORDINATOR, version=2, key=key),
        await tips.post(f"/tips/{other}/screening", SCREENING, by=INTAKE, version=2, key=key),
        await tips.post(f"/tips/{tip}/screening", SCREENING, by=INTAKE, version=4, key=key),
        await tips.post("/tips", a_tip(), by=INTAKE, key=key),
    ]

    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert again.headers["ETag"] == first.headers["ETag"] == '"4"'
    assert {(answer.status_code, answer.json()["field"]) for answer in otherwise} == {(422, "Idempotency-Key")}
    for key in ("", "short", "x" * 201):
        answer = await tips.post("/tips", a_tip(), by=INTAKE, headers={"Idempotency-Key": key})
        assert answer.status_code == 400
    assert tips.rows() == before


async def test_a_refused_rule_says_which_and_the_same_key_may_be_tried_again(tips: RunningService) -> None:
    tip = await received(tips)
    key = "refused-then-done"

    refused = await tips.post(f"/tips/{tip}/referrals", REFERRAL, by=INTAKE, version=2, key=key)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_shown_to_be_adult")
    await tips.post(f"/tips/{tip}/screening", SCREENING | {"age": "adult"}, by=INTAKE, version=2)
    done = await tips.post(f"/tips/{tip}/referrals", REFERRAL, by=INTAKE, version=4, key=key)

    assert done.status_code == 200, done.text


async def test_naming_an_account_twice_is_answered_and_adds_nothing(tips: RunningService) -> None:
    tip = await received(tips)
    body = {"account": str(COORDINATOR.account)}
    once = await tips.post(f"/tips/{tip}/named-accounts", body, by=INTAKE, version=2)
    before = tips.rows()

    twice = await tips.post(f"/tips/{tip}/named-accounts", body, by=INTAKE, version=3)

    assert [once.status_code, twice.status_code] == [200, 200]
    assert (twice.json()["version"], tips.rows()) == (3, before)
    assert (await tips.get(f"/tips/{tip}", by=COORDINATOR)).status_code == 404


async def test_a_list_asked_for_wrongly_is_refused(tips: RunningService) -> None:
    for when in ("junk", "", "2026-11-03T12:00:00", "2026-13-03T12:00:00Z", "0.5", "1793744100"):
        answer = await tips.get("/tips", by=INTAKE, params={"received_before": when})
        assert (answer.status_code, answer.json()["field"]) == (422, "received_before"), when


async def test_a_file_is_narrowed_by_counties_alone(tips: RunningService) -> None:
    # What is typed there goes on record: it may be no name.
    answer = await tips.post("/tips/export?county=Example+Child+Zqx", by=COORDINATOR)
    assert (answer.status_code, answer.json()["field"]) == (422, "county")
    assert not says("Zqx", tips.everything_stored())


async def test_roles_that_never_may_are_told_so_and_strangers_to_sign_in(tips: RunningService) -> None:
    tip = await received(tips)
    before = tips.rows()
    expired = tips.token(INTAKE, lasts=timedelta(seconds=-1))
    for path, body in COMMANDS.items():
        for who, status in ((REPORTER, 403), (Person(("victim_advocate",)), 403), (None, 401), (expired, 401)):
            answer = await tips.post(f"/tips/{tip}/{path}", body, by=who, version=2)
            assert answer.status_code == status, (path, who)
    for path in ("/tips", f"/tips/{tip}", f"/tips/{tip}/persons"):
        assert [(await tips.get(path, by=who)).status_code for who in (REPORTER, None, "forged")] == [403, 401, 401]

    assert tips.rows() == before


async def test_a_receipt_code_tells_the_reporter_that_someone_looked_and_nothing_more(tips: RunningService) -> None:
    answer = await tips.post("/tips", a_tip(), by=REPORTER)
    code, tip = answer.json()["receipt_code"], answer.json()["reference"]
    await tips.post(f"/tips/{tip}/screening", SCREENING, by=INTAKE, version=2)

    shown = await tips.post("/receipts", {"receipt_code": code.replace("-", " ").lower()})

    assert shown.json() == {"received_at": "2026-11-03T17:50:00Z", "looked_at": True, "messages": []}
    for body, status in (({"receipt_code": "short"}, 422), ({"receipt_code": "\x00" * 12}, 404), ({}, 422)):
        assert (await tips.post("/receipts", body)).status_code == status
