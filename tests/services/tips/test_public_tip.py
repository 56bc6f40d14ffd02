"""Somebody without an account sends a tip, and comes back to it with the receipt code."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.events.tips import AdditionArrived, TipReceived
from contracts.language import InvalidValue
from services.tips.tip.decisions import Identifiers
from services.tips.tip.events import MoreTold, PersonDescribed
from services.tips.tip.public import CHANNEL, TellPublicly, receive_publicly, tell_more
from services.tips.tip.public_http import PER_CODE, TIPS_PER_KEY
from tests.services.tips.given import MISSISSIPPI, a_tip, described, received
from tests.services.tips.house import COORDINATOR, INTAKE, OPERATOR, act
from tests.services.walk import answer_to, statements_counted
from tests.support.running_service import NOON, Person, RunningService, says

WHAT = "The story of Zqx, who is invented."
EVERYTHING = {
    "what": WHAT,
    "when": "Zqx, last night",
    "county": "hinds county",
    "where": "Zqx Motel, room 7",
    "who": "Example Child Zqx",
    "age": "child",
    "by_whom": "Zqx, a driver",
    "reach": "601-555-0100 after Zqx",
}
CODE = re.compile(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}")


def new() -> Identifiers:
    return Identifiers(tip=uuid4(), persons=(uuid4(), uuid4(), uuid4()))


def tell(**said: Any) -> TellPublicly:
    return TellPublicly(**({"what": WHAT} | said))


async def sent(tips: RunningService, **said: Any) -> str:
    """The receipt code."""
    answer = await tips.post("/public-tips", {"what": WHAT} | said)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["receipt_code"])


async def only_tip(tips: RunningService) -> dict[str, Any]:
    (row,) = (await tips.get("/tips", by=INTAKE)).json()
    found: dict[str, Any] = (await tips.get(f"/tips/{row['tip']}", by=INTAKE)).json()
    return found


def test_what_happened_is_enough_and_it_is_received_now_of_somebody_who_may_be_a_child() -> None:
    ids = new()

    published, person = receive_publicly(tell(), ids, MISSISSIPPI, NOON)

    assert published == TipReceived(
        tip=ids.tip,
        person=ids.persons[0],
        received_at=NOON,
        channel=CHANNEL,
        county="",
        tribal_land=False,
        age="not_known",
    )
    assert isinstance(person, PersonDescribed)
    assert (person.person, person.part, person.name, person.contact) == (ids.persons[0], "subject", None, None)
    assert person.narrative is not None
    assert person.narrative.text == WHAT


def test_whoever_does_it_and_whoever_sends_it_are_entered_alone() -> None:
    ids = new()

    published, *persons = receive_publicly(tell(by_whom="A driver.", reach="A note at school."), ids, MISSISSIPPI, NOON)

    assert isinstance(published, TipReceived)
    assert [(each.person, each.part) for each in persons if isinstance(each, PersonDescribed)] == list(
        zip(ids.persons, ("subject", "suspect", "reporter"), strict=True)
    )
    # Spaces are nothing said; the next who is spoken of takes the next reference.
    _, *others = receive_publicly(tell(by_whom="  ", reach="A note."), ids, MISSISSIPPI, NOON)
    assert [(each.person, each.part) for each in others if isinstance(each, PersonDescribed)] == [
        (ids.persons[0], "subject"),
        (ids.persons[1], "reporter"),
    ]


def test_when_it_happened_stands_with_what_happened() -> None:
    _, person = receive_publicly(tell(when="last night"), new(), MISSISSIPPI, NOON)
    assert isinstance(person, PersonDescribed)
    assert person.narrative is not None
    assert person.narrative.text == f"{WHAT}\n\nWhen: last night"


@pytest.mark.parametrize(("said", "field"), [({"what": " \n"}, "what"), ({"county": "Jeferson"}, "county")])
def test_nothing_said_and_a_county_that_is_none_are_refused(said: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        receive_publicly(tell(**said), new(), MISSISSIPPI, NOON)
    assert refused.value.field == field


def test_what_is_told_later_is_sealed_under_the_person_it_is_about_and_the_house_is_told_that_it_came() -> None:
    tip = a_tip(received(), described())
    event, told = tell_more(tip, "They moved her.")
    assert told == AdditionArrived(tip=tip.tip)
    assert isinstance(event, MoreTold)
    assert (event.tip, event.person, event.narrative.person, event.narrative.text) == (
        tip.tip,
        tip.person,
        tip.person,
        "They moved her.",
    )
    with pytest.raises(InvalidValue):
        tell_more(tip, " ")


async def test_a_sent_tip_is_a_tip_like_any_other_and_its_sender_learns_a_code_alone(tips: RunningService) -> None:
    answer = await tips.post("/public-tips", EVERYTHING)

    assert answer.status_code == 201, answer.text
    assert set(answer.json()) == {"receipt_code"}
    assert CODE.fullmatch(answer.json()["receipt_code"])
    assert not {"etag", "muster-position"} & set(answer.headers)
    page = await only_tip(tips)
    assert (page["state"]["channel"], page["state"]["county"], page["state"]["age"]) == (CHANNEL, "Hinds", "child")
    assert (page["state"]["received_at"], page["state"]["screened_age"]) == ("2026-11-03T18:00:00Z", "")
    assert page["routing"]["circuit_court_district"] == 7
    persons = (await tips.get(f"/tips/{page['reference']}/persons", by=INTAKE)).json()
    assert [(each["part"], each["name"], each["contact"], each["narrative"]) for each in persons] == [
        ("subject", "Example Child Zqx", "Zqx Motel, room 7", f"{WHAT}\n\nWhen: Zqx, last night"),
        ("suspect", None, None, "Zqx, a driver"),
        ("reporter", None, "601-555-0100 after Zqx", None),
    ]
    assert {state["actor"] for _, _, name, state in tips.rows() if name.startswith("tip")} == {"public"}
    duties = (await tips.get(f"/tips/{page['reference']}/duties", by=INTAKE)).json()
    assert {each["rule"]: each["phase"] for each in duties}.items() >= {"C07": "done", "C08": "done"}.items()


async def test_a_tip_without_a_county_is_worked_on_and_gets_its_county_later(tips: RunningService) -> None:
    await sent(tips)
    page = await only_tip(tips)
    tip = page["reference"]

    assert (page["routing"], page["state"]["county"]) == (None, "")
    assert {"MDCPS", "MDCPS-HTC", "SHTC", "LOCAL-LE"} <= {told["agency_id"] for told in page["to_tell"]}
    assert not {told["agency_id"] for told in page["to_tell"] if told["agency_id"].startswith("DA-")}
    duties = {each["rule"]: each for each in (await tips.get(f"/tips/{tip}/duties", by=INTAKE)).json()}
    assert [part["recipient"] for part in duties["C11"]["parts"] if part["part"] == "prosecutor"] == [None]

    corrected = await act(tips, tip, "corrections", {"county": "Hinds", "reason": "The motel was found."})

    assert corrected.status_code == 200, corrected.text
    duties = {each["rule"]: each for each in (await tips.get(f"/tips/{tip}/duties", by=INTAKE)).json()}
    (prosecutor,) = (part for part in duties["C11"]["parts"] if part["part"] == "prosecutor")
    assert prosecutor["recipient"]["agency_id"] == "DA-07"


async def test_sent_twice_it_is_one_tip_with_one_code(tips: RunningService) -> None:
    first, again = [await tips.post("/public-tips", EVERYTHING, key="one-and-the-same") for _ in range(2)]
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert tips.names().count("tips.tip_received") == 1
    other = await tips.post("/public-tips", EVERYTHING | {"who": "Another"}, key="one-and-the-same")
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize(
    "too_much",
    [
        {"received_at": NOON.isoformat()},
        {"channel": "cps_hotline"},
        {"named_accounts": []},
        {"persons": []},
        {"tribal_land": True},
        {"actor": "somebody"},
        {"age": "teenager"},
        {"what": ""},
        {"what": "x" * 20_001},
        {"where": "x" * 201},
    ],
)
async def test_a_sender_gives_no_other_field_and_no_other_value(tips: RunningService, too_much: dict[str, Any]) -> None:
    answer = await tips.post("/public-tips", EVERYTHING | too_much)
    assert answer.status_code == 422, answer.text
    assert "Zqx" not in answer.text
    assert tips.names() == []


async def test_the_code_says_that_it_arrived_and_whether_somebody_looked_and_takes_more(tips: RunningService) -> None:
    code = await sent(tips, county="Hinds")
    tip = (await only_tip(tips))["reference"]
    # As it comes back from a slip of paper.
    written = code.lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")

    before = await tips.post("/receipts", {"receipt_code": written})
    added = await tips.post("/receipts/additions", {"receipt_code": written, "what": "Zqx was moved."})
    screening = {"age": "child", "exploitation": "sex", "indicators": []}
    await act(tips, tip, "screening", screening)
    after = await tips.post("/receipts", {"receipt_code": code})

    assert before.json() == {"received_at": "2026-11-03T18:00:00Z", "looked_at": False, "messages": []}
    assert after.json() == before.json() | {"looked_at": True}
    assert (added.status_code, added.json()) == (200, before.json())
    assert not {"etag", "muster-position"} & set(added.headers)
    persons = (await tips.get(f"/tips/{tip}/persons", by=INTAKE)).json()
    assert [(each["part"], each["narrative"]) for each in persons] == [
        ("subject", WHAT),
        ("told_later", "Zqx was moved."),
    ]
    _, _, name, read = tips.rows()[-1]
    assert (name, len(read["data"]["positions"])) == ("operation.page_read", 2)
    history = (await tips.get(f"/tips/{tip}/history", by=INTAKE)).json()
    assert [set(each["facts"]) for each in history if each["name"] == "tip.more_told"] == [{"tip", "person"}]
    assert not says("Zqx", tips.everything_stored() + tips.log_lines())


async def test_staff_ask_by_the_code_and_are_answered_and_who_answers_stays_unknown(tips: RunningService) -> None:
    code, receipt = await sent(tips, county="Hinds"), "/receipts"
    tip = (await only_tip(tips))["reference"]
    write = f"/tips/{tip}/messages"
    assert (await tips.post(write, {"text": "Zqx: which motel is it?"}, by=INTAKE)).status_code == 200
    tips.time.turn(timedelta(minutes=5))
    assert (await tips.post(write, {"text": "Zqx: is anybody hurt?"}, by=COORDINATOR)).status_code == 200

    read = (await tips.post(receipt, {"receipt_code": code})).json()["messages"]

    assert [(each["written_at"], each["text"]) for each in read] == [
        ("2026-11-03T18:00:00Z", "Zqx: which motel is it?"),
        ("2026-11-03T18:05:00Z", "Zqx: is anybody hurt?"),
    ]
    _, _, name, on_record = tips.rows()[-1]
    assert (name, on_record["actor"], len(on_record["data"]["positions"])) == ("operation.page_read", "public", 2)
    answered = await tips.post("/receipts/additions", {"receipt_code": code, "what": "Zqx: by the river."})
    assert [each["text"] for each in answered.json()["messages"]] == [each["text"] for each in read]
    persons = (await tips.get(f"/tips/{tip}/persons", by=INTAKE)).json()
    assert [each["part"] for each in persons] == ["subject", "to_reporter", "to_reporter", "told_later"]
    for by in (Person(("prosecutor",), agency="DA-07"), Person(("agency_reporter",), agency="MDHS-APS")):
        assert (await tips.post(write, {"text": "Invented."}, by=by)).status_code == 403
    assert (await tips.post(write, {"text": "  "}, by=INTAKE)).json()["field"] == "text"
    assert not says("Zqx", tips.everything_stored() + tips.log_lines())


async def test_more_that_is_told_twice_is_told_once(tips: RunningService) -> None:
    code = await sent(tips)
    body = {"receipt_code": code, "what": "Zqx was moved."}
    answers = [await tips.post("/receipts/additions", body, key="one-and-the-same") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert tips.names().count("tip.more_told") == 1


async def test_a_wrong_code_is_answered_alike_wherever_it_is_wrong_and_costs_the_same_work(
    tips: RunningService,
) -> None:
    code = await sent(tips)
    wrong = ["AAAA-BBBB-CCCC-DDDD", code[:-1] + ("A" if code[-1] != "A" else "B"), "x" * 16, str(uuid4())]
    with statements_counted():
        right = await answer_to(tips, None, "POST", "/receipts", {"receipt_code": code})
        shown = [await answer_to(tips, None, "POST", "/receipts", {"receipt_code": each}) for each in wrong]
        added = [
            await answer_to(tips, None, "POST", "/receipts/additions", {"receipt_code": each, "what": "x"})
            for each in wrong
        ]
    assert right.status == 200
    assert {each.status for each in (*shown, *added)} == {404}
    assert len({each.body for each in (*shown, *added)}) == 1
    assert {tuple(each.asked_of_the_database) for each in shown} == {tuple(right.asked_of_the_database)}
    assert len({tuple(each.asked_of_the_database) for each in added}) == 1
    assert tips.names().count("tip.more_told") == 0


async def test_a_code_is_tried_a_few_times_and_then_after_a_while_whether_it_is_right_or_not(
    tips: RunningService,
) -> None:
    code = await sent(tips)
    for each in (code, "AAAA-BBBB-CCCC-DDDD"):
        tried = [await tips.post("/receipts", {"receipt_code": each}) for _ in range(PER_CODE.many)]
        more: list[httpx.Response] = [
            await tips.post("/receipts", {"receipt_code": each.lower()}),
            await tips.post("/receipts/additions", {"receipt_code": each, "what": "x"}),
        ]
        assert len({answer.status_code for answer in tried}) == 1
        for answer in more:
            assert (answer.status_code, answer.json()["type"]) == (429, "urn:muster:problem:too-many-requests")
            assert 0 < int(answer.headers["Retry-After"]) <= PER_CODE.per.total_seconds()
    # Another's is not counted with it.
    other = await tips.post("/receipts", {"receipt_code": await sent(tips)})
    assert other.status_code == 200


async def test_one_form_is_not_sent_for_ever(tips: RunningService) -> None:
    answers = [await tips.post("/public-tips", EVERYTHING, key="always-the-same") for _ in range(TIPS_PER_KEY.many + 1)]
    assert [answer.status_code for answer in answers] == [201] * TIPS_PER_KEY.many + [429]
    assert tips.names().count("tips.tip_received") == 1


async def test_no_list_of_codes_is_to_be_had(tips: RunningService) -> None:
    code = await sent(tips)
    plain = code.replace("-", "")
    assert plain not in tips.everything_stored()
    assert code not in tips.everything_stored() + tips.log_lines()
    for path in ("/receipts", "/public-tips", "/receipts/additions"):
        assert (await tips.get(path, by=OPERATOR)).status_code == 404, path
    tip = UUID((await only_tip(tips))["reference"])
    for path in (f"/tips/{tip}", f"/tips/{tip}/persons", f"/tips/{tip}/history", "/tips"):
        assert code not in (await tips.get(path, by=INTAKE)).text


async def test_a_host_that_is_none_is_no_fault_of_ours(tips: RunningService) -> None:
    for host in ("localhost:8107.evil.example", "[", "evil.example:99999999", ""):
        answer = await tips.post("/public-tips", {"what": WHAT}, headers={"Host": host})
        assert answer.status_code == 201, (host, answer.text)
