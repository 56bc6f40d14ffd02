"""From one office to another: every decision given what happened, and what each office sees before and after."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from contracts.events.prosecution import CaseTransferred
from contracts.language import Event, InvalidValue, Refused
from services.prosecution.case import transfers
from services.prosecution.case.decisions import CaseRefusal, refer
from services.prosecution.case.events import (
    TransferAccepted,
    TransferExplained,
    TransferOffered,
    TransferRefused,
    TransferWithdrawn,
)
from tests.services.policy import at_once
from tests.services.prosecution.given import (
    CASE,
    CHARGING,
    MISSISSIPPI,
    OFFICE,
    PERSON,
    TIP,
    accepted,
    added,
    case,
    declined,
    filed,
    referred,
    text,
)
from tests.services.prosecution.house import (
    ACT_ON,
    COLLEAGUE,
    DETECTIVE,
    HINDS,
    OTHER_OFFICE,
    PROSECUTOR,
    RANKIN,
    TRAFFICKING,
    House,
    ok,
)
from tests.support.running_service import NOON, Person

THIRD_OFFICE = Person(("prosecutor",), agency="DA-01")
OFFER = {"office": RANKIN, "reason": "venue"}


def offered(number: int = 1, office: str = RANKIN, *, accused: int = 0, counts: int = 0) -> TransferOffered:
    return TransferOffered(
        case=CASE,
        tip=TIP,
        transfer=number,
        from_office=OFFICE,
        to_office=office,
        reason="venue",
        phase="accepted",
        accused=accused,
        open_counts=counts,
    )


def taken(number: int = 1, *, accused: int = 0, counts: int = 0) -> TransferAccepted:
    return TransferAccepted(
        case=CASE,
        transfer=number,
        from_office=OFFICE,
        to_office=RANKIN,
        phase="accepted",
        accused=accused,
        open_counts=counts,
    )


def offer(*given: Event, office: str = RANKIN, reason: str = "venue", note: str | None = None) -> list[Event]:
    return transfers.offer(case(*given), office, reason, note, MISSISSIPPI, CHARGING, NOON)


def test_an_offer_carries_what_the_other_office_is_shown_and_moves_nothing() -> None:
    charged = (*accepted(), added(), filed())
    assert offer(*charged) == [offered(accused=1, counts=1)]
    assert offer(*charged, note="By road.")[1:] == [
        TransferExplained(case=CASE, transfer=1, note=text(PERSON, "By road."))
    ]
    after = case(*charged, offered())
    assert (after.office, after.offered_to, after.phase) == (OFFICE, RANKIN, "accepted")


@pytest.mark.parametrize(
    ("given", "office", "code"),
    [
        (accepted(), OFFICE, CaseRefusal.OWN_OFFICE),
        (declined(), RANKIN, CaseRefusal.CASE_DECLINED),
        ([*accepted(), offered()], "DA-01", CaseRefusal.OFFERED_ALREADY),
    ],
)
def test_what_cannot_be_offered(given: Sequence[Event], office: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        offer(*given, office=office)
    assert refused.value.code == code


@pytest.mark.parametrize(("office", "reason"), [("AG-PID", "venue"), ("DA-99", "venue"), (RANKIN, "too much work")])
def test_the_office_is_a_district_attorneys_and_the_reason_of_the_list(office: str, reason: str) -> None:
    with pytest.raises(InvalidValue):
        offer(*accepted(), office=office, reason=reason)


def test_accepted_it_is_the_other_offices_and_the_others_learn_that_alone() -> None:
    given = (*accepted(), offered(), added(), filed())
    assert transfers.accept(case(*given), 1) == [
        taken(accused=1, counts=1),
        CaseTransferred(case=CASE, tip=TIP),
    ]
    after = case(*given, taken())
    assert (after.office, after.offered_to, len(after.counts)) == (RANKIN, "", 1)


def test_refused_or_taken_back_it_stays_and_can_be_offered_again() -> None:
    given = (*accepted(), offered())
    refused = TransferRefused(case=CASE, transfer=1, reason=text(PERSON, "Venue is yours."))
    withdrawn = TransferWithdrawn(case=CASE, transfer=1, reason=text(PERSON, "A mistake."))
    assert transfers.refuse(case(*given), 1, "Venue is yours.") == [refused]
    assert transfers.withdraw(case(*given), "A mistake.") == [withdrawn]
    for end in (refused, withdrawn):
        after = case(*given, end)
        assert (after.office, after.offered_to) == (OFFICE, "")
        assert offer(*given, end) == [offered(2)]


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (accepted(), 1),
        ([*accepted(), offered()], 2),
        ([*accepted(), offered(), taken()], 1),
        ([*accepted(), offered(), TransferRefused(case=CASE, transfer=1, reason=text())], 1),
        ([*accepted(), offered(), TransferWithdrawn(case=CASE, transfer=1, reason=text())], 1),
    ],
)
def test_an_offer_that_is_over_is_answered_no_more(given: Sequence[Event], number: int) -> None:
    with pytest.raises(Refused) as accepted_late:
        transfers.accept(case(*given), number)
    with pytest.raises(Refused) as refused_late:
        transfers.refuse(case(*given), number, "Not ours.")
    assert {accepted_late.value.code, refused_late.value.code} == {CaseRefusal.NOT_OFFERED}


def test_what_was_handed_on_is_not_referred_to_the_first_office_again() -> None:
    with pytest.raises(Refused) as refused:
        refer(
            case(*accepted(), offered(), taken()), CASE, tip=TIP, person=PERSON, office=OFFICE, kept_out=(), note=None
        )
    assert refused.value.code == CaseRefusal.HANDED_ON
    assert transfers.already_with([case(*referred(), offered(), taken())], RANKIN)
    assert not transfers.already_with([case(*referred(), offered(), taken())], OFFICE)


async def list_of(house: House, who: Person) -> list[dict[str, Any]]:
    answer = await house.service.get("/transfers", by=who)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


async def answered(house: House, case: UUID, path: str, body: Any, by: Person = OTHER_OFFICE) -> int:
    return (await house.service.post(f"/cases/{case}/transfers/{path}", body, by=by)).status_code


READS = ("", "/accused", "/notes", "/history")


async def seen(house: House, case: UUID, who: Person) -> list[int]:
    return [(await house.service.get(f"/cases/{case}{path}", by=who)).status_code for path in READS[:3]]


async def test_until_it_is_accepted_it_stays_where_it_is_and_goes_on_there(house: House) -> None:
    case_ = await house.charged()
    ok(await house.act(case_, "transfers", OFFER))
    assert await seen(house, case_, PROSECUTOR) == [200, 200, 200]
    assert await seen(house, case_, OTHER_OFFICE) == [404, 404, 404]
    assert (await house.service.get("/cases", by=OTHER_OFFICE)).json() == []
    (line,) = await list_of(house, OTHER_OFFICE)
    assert (line["phase"], line["reason"], line["giver"], line["accused"], line["open_counts"]) == (
        "offered",
        "venue",
        HINDS,
        1,
        1,
    )
    accused = (await house.accused(case_))["accused"]
    ok(await house.act(case_, "counts", {"accused": accused, "offence": TRAFFICKING, "act_on": ACT_ON}))
    assert await list_of(house, OTHER_OFFICE) == [line], "an offer tells nothing of what goes on"
    assert await list_of(house, THIRD_OFFICE) == []
    for path, body in (("acceptance", {"transfer": 1}), ("refusal", {"transfer": 1, "reason": "Not ours."})):
        assert await answered(house, case_, path, body, THIRD_OFFICE) == 404
        assert await answered(house, case_, path, body, PROSECUTOR) == 404, "nobody answers their own offer"


async def test_the_first_office_keeps_one_line_and_no_new_fact_on_any_path(house: House) -> None:
    case_ = await house.charged()
    ok(await house.act(case_, "transfers", OFFER | {"note": "Written for the other office."}))
    assert await answered(house, case_, "acceptance", {"transfer": 1}) == 200
    (line,) = await list_of(house, PROSECUTOR)
    before = {name: (await house.service.get(name, by=PROSECUTOR)).content for name in ("/transfers", "/cases")}

    accused = (await house.page(case_, OTHER_OFFICE))["accused"][0]["accused"]
    count = {"accused": accused, "offence": TRAFFICKING, "act_on": ACT_ON}
    ok(await house.service.post(f"/cases/{case_}/counts", count, by=OTHER_OFFICE, version=await version(house, case_)))
    stage = {"stage": "arrest", "at": NOON.isoformat()}
    path = f"/cases/{case_}/accused/{accused}/stages"
    ok(await house.service.post(path, stage, by=OTHER_OFFICE, version=await version(house, case_)))

    absent = "00000000-0000-4000-8000-000000000000"
    for path in READS:
        hidden = await house.service.get(f"/cases/{case_}{path}", by=PROSECUTOR)
        nothing = await house.service.get(f"/cases/{absent}{path}", by=PROSECUTOR)
        assert (hidden.status_code, hidden.content) == (404, nothing.content), path
    for name, content in before.items():
        assert (await house.service.get(name, by=PROSECUTOR)).content == content, name
    exported = await house.service.post("/cases/export", None, by=PROSECUTOR)
    assert str(case_) not in exported.text
    kept = (await house.service.post("/transfers/export", None, by=PROSECUTOR)).text.strip().splitlines()
    assert len(kept) == 2
    assert (line["phase"], line["accused"], line["open_counts"]) == ("accepted", 1, 1)
    for step, body in (("counts", count), ("transfers", OFFER), ("acceptance", {})):
        answer = await house.service.post(f"/cases/{case_}/{step}", body, by=PROSECUTOR, version=1)
        assert answer.status_code == 404, step


async def test_the_other_office_has_the_whole(house: House) -> None:
    case_ = await house.charged()
    held = await house.page(case_)
    ok(await house.act(case_, "transfers", OFFER | {"note": "Written for the other office."}))
    assert await answered(house, case_, "acceptance", {"transfer": 1}) == 200
    page = await house.page(case_, OTHER_OFFICE)
    assert page["accused"] == held["accused"]
    assert page["office"] == RANKIN
    assert await seen(house, case_, OTHER_OFFICE) == [200, 200, 200]
    notes = (await house.service.get(f"/cases/{case_}/notes", by=OTHER_OFFICE)).json()
    assert "Written for the other office." in [note["text"] for note in notes]
    assert [row["case"] for row in (await house.service.get("/cases", by=OTHER_OFFICE)).json()] == [str(case_)]
    assert house.service.names().count("prosecution.case_transferred") == 1


async def test_a_refusal_stays_on_record_with_both_and_the_case_with_the_first(house: House) -> None:
    case_ = await house.accepted()
    ok(await house.act(case_, "transfers", OFFER))
    assert await answered(house, case_, "refusal", {"transfer": 1, "reason": "Venue is yours."}) == 200
    assert [row["phase"] for row in await list_of(house, PROSECUTOR)] == ["refused"]
    assert [row["phase"] for row in await list_of(house, OTHER_OFFICE)] == ["refused"]
    assert await answered(house, case_, "acceptance", {"transfer": 1}) == 404
    assert await seen(house, case_, OTHER_OFFICE) == [404, 404, 404]
    notes = (await house.service.get(f"/cases/{case_}/notes", by=PROSECUTOR)).json()
    assert [note["text"] for note in notes] == ["Venue is yours."]
    ok(await house.act(case_, "transfers", OFFER))
    ok(await house.act(case_, "transfers/withdrawal", {"reason": "A mistake."}))
    assert [row["phase"] for row in await list_of(house, OTHER_OFFICE)] == ["withdrawn", "refused"]


async def test_a_matter_is_at_an_office_once_however_it_came_there(house: House) -> None:
    tip = await house.tip()
    case_ = await house.accepted(tip)
    ok(await house.act(case_, "transfers", OFFER))
    assert await answered(house, case_, "acceptance", {"transfer": 1}) == 200
    again = {office: {"tip": str(tip), "office": office} for office in (HINDS, RANKIN)}
    codes = [(await house.service.post("/cases", body, by=DETECTIVE)).json().get("code") for body in again.values()]
    assert codes == ["handed_on", "referred_already"]


async def test_who_is_kept_out_sees_no_offer_and_answers_none(house: House) -> None:
    tip = await house.tip()
    case_ = await house.accepted(tip)
    ok(await house.act(case_, "transfers", OFFER))
    await house.keep_out(tip, OTHER_OFFICE)
    assert await list_of(house, OTHER_OFFICE) == []
    assert await answered(house, case_, "acceptance", {"transfer": 1}) == 404
    assert await answered(house, case_, "acceptance", {"transfer": 1}, Person(("prosecutor",), agency=RANKIN)) == 200
    assert await list_of(house, OTHER_OFFICE) == []
    assert await seen(house, case_, OTHER_OFFICE) == [404, 404, 404]


async def test_a_charge_and_the_acceptance_at_once_lose_nothing_and_tell_the_first_office_no_more(house: House) -> None:
    case_ = await house.charged()
    ok(await house.act(case_, "transfers", OFFER))
    accused, now = (await house.accused(case_))["accused"], await version(house, case_, PROSECUTOR)
    count = {"accused": accused, "offence": TRAFFICKING, "act_on": ACT_ON}

    answers = await at_once(
        *(
            lambda by=by: house.service.post(f"/cases/{case_}/counts", count, by=by, version=now)
            for by in (PROSECUTOR, COLLEAGUE) * 2
        ),
        *(lambda: house.service.post(f"/cases/{case_}/transfers/acceptance", {"transfer": 1}, by=OTHER_OFFICE),) * 3,
    )

    charged = Counter(answer.status_code for answer in answers[:4])
    assert charged[200] <= 1
    assert set(charged) <= {200, 404, 412}
    assert Counter(answer.status_code for answer in answers[4:]) == {200: 1, 404: 2}
    counts = len((await house.page(case_, OTHER_OFFICE))["accused"][0]["counts"])
    assert counts == 1 + charged[200], "what was acknowledged is there"
    (line,) = await list_of(house, PROSECUTOR)
    assert line["open_counts"] == counts


async def version(house: House, case_: UUID, by: Person = OTHER_OFFICE) -> int:
    found: int = (await house.page(case_, by))["version"]
    return found
