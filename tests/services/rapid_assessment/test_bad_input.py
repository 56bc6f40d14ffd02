"""Whatever is sent wrongly is answered as the design lists, and changes nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.rapid_assessment.cases import team_of
from tests.services.rapid_assessment.house import (
    ADVOCATE,
    ATTEMPT,
    COORDINATOR,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SPARE_ADVOCATE,
    STEP,
    House,
)
from tests.support.credentials import ISSUING, granted
from tests.support.running_service import NOON, Person

REASON = {"reason": "On another case tonight."}
SEAT = "seats/victim_advocate"
ON_TEAM: dict[str, tuple[Any, Person]] = {
    f"{SEAT}/proposal": ({"responder": str(ADVOCATE.account)}, COORDINATOR),
    f"{SEAT}/acceptance": (None, ADVOCATE),
    f"{SEAT}/decline": (REASON, ADVOCATE),
    f"{SEAT}/release": (REASON, COORDINATOR),
    f"{SEAT}/hand-over": (REASON | {"colleague": str(SPARE_ADVOCATE.account)}, ADVOCATE),
    "conflicts": (REASON, ADVOCATE),
    "stand-down": (REASON, COORDINATOR),
    "contact": ({"made_at": NOON.isoformat(), "place": "school office"}, COORDINATOR),
    "contact/attempts": (ATTEMPT, COORDINATOR),
    "contact/planned-steps": (STEP, COORDINATOR),
    "contact-impossible": ({"attempts": [ATTEMPT], "planned_steps": [STEP]}, COORDINATOR),
}
CREDENTIAL = granted("victim_advocate", since="2026-01-01", until="2027-01-01")
AVAILABILITY = {"since": NOON.isoformat(), "until": (NOON + timedelta(hours=8)).isoformat()}
ISSUER = ISSUING["AG-BVA"]
ON_RESPONDER: dict[str, tuple[dict[str, Any], Person]] = {
    "credentials": (CREDENTIAL, ISSUER),
    "availability": (AVAILABILITY, COORDINATOR),
    "leave": (AVAILABILITY, COORDINATOR),
    "leave/withdrawals": (AVAILABILITY, ADVOCATE),
    "description": ({"area": {}}, COORDINATOR),
}
LATER = (NOON + timedelta(seconds=1)).isoformat()

WRONG_ON_TEAM: list[tuple[str, Any, str]] = [
    (f"{SEAT}/proposal", {"responder": "somebody"}, "responder"),
    ("seats/sheriff/proposal", {"responder": str(ADVOCATE.account)}, "seat"),
    (f"{SEAT}/release", {"reason": "x"}, "reason"),
    (f"{SEAT}/release", {"reason": "x" * 2_001}, "reason"),
    ("stand-down", REASON | {"cause": "tired"}, ""),
    ("contact", {"made_at": LATER, "place": "school office"}, "made_at"),
    ("contact", {"made_at": "2026-11-03T18:00:00", "place": "school office"}, "made_at"),
    ("contact", {"made_at": NOON.isoformat(), "place": ""}, "place"),
    ("contact-impossible", {"attempts": [ATTEMPT] * 51, "planned_steps": [STEP]}, "attempts"),
    ("contact-impossible", {"attempts": [ATTEMPT], "planned_steps": [STEP | {"who": "somebody"}]}, "who"),
    ("contact/attempts", ATTEMPT | {"attempted_at": LATER}, "attempted_at"),
    ("contact/attempts", ATTEMPT | {"what": ""}, "what"),
    ("contact/planned-steps", STEP | {"planned_for": NOON.isoformat()}, "planned_for"),
]
WRONG_ON_RESPONDER: list[tuple[str, dict[str, Any], str]] = [
    ("credentials", CREDENTIAL | {"kind": "bus_driver"}, "kind"),
    ("credentials", CREDENTIAL | {"kind": "cps_investigator"}, "issuer"),
    ("credentials", CREDENTIAL | {"training": []}, "training"),
    ("credentials", CREDENTIAL | {"valid_until": "2025-12-31"}, "valid_until"),
    ("credentials", CREDENTIAL | {"valid_until": "9999-12-31"}, "valid_until"),
    ("credentials", CREDENTIAL | {"valid_from": "0001-01-01"}, "valid_from"),
    ("credentials", CREDENTIAL | {"valid_from": "yesterday"}, "valid_from"),
    ("leave", AVAILABILITY | {"until": NOON.isoformat()}, "until"),
    ("leave", AVAILABILITY | {"until": (NOON + timedelta(days=367)).isoformat()}, "until"),
    ("availability", AVAILABILITY | {"until": NOON.isoformat()}, "until"),
    ("availability", AVAILABILITY | {"since": "2026-11-03T18:00:00"}, "since"),
]


async def test_every_command_on_a_team_refuses_what_cannot_be_read_or_cannot_be_right(house: House) -> None:
    tip = await house.open_team()
    await house.propose(tip, "victim_advocate", ADVOCATE)
    page = await house.page(tip)
    before = house.service.rows()

    for path, (body, by) in ON_TEAM.items():
        version = page["contact_version"] if path.startswith("contact") else page["version"]
        address = f"/teams/{team_of(tip)}/{path}"
        if body is not None:
            broken = await house.service.post(address, b'{"reason": ', by=by, version=version)
            assert (broken.status_code, broken.json()["type"]) == (400, "urn:muster:problem:malformed"), path
            for wrong in (b"null", b"[]", b"{}"):
                assert (await house.service.post(address, wrong, by=by, version=version)).status_code == 422, path
        assert (await house.service.post(address, body, by=by)).status_code == 400, path
        stale = [await house.service.post(address, body, by=by, version=v) for v in (0, version + 1, version - 1)]
        assert {answer.status_code for answer in stale} == {412}, path
    for path, wrong, field in WRONG_ON_TEAM:
        version = page["contact_version"] if path.startswith("contact") else page["version"]
        answer = await house.service.post(f"/teams/{team_of(tip)}/{path}", wrong, by=COORDINATOR, version=version)
        assert (answer.status_code, answer.json().get("field", "")) == (422, field), (path, wrong)

    assert house.service.rows() == before


async def test_every_command_on_a_responder_refuses_what_cannot_be_right(house: House) -> None:
    path = f"/responders/{ADVOCATE.account}"
    before = house.service.rows()

    for command, wrong, field in WRONG_ON_RESPONDER:
        answer = await house.service.post(f"{path}/{command}", wrong, by=ON_RESPONDER[command][1], version=3)
        assert (answer.status_code, answer.json().get("field", "")) == (422, field), (command, wrong)
    for command, (body, by) in ON_RESPONDER.items():
        missing = await house.service.post(f"{path}/{command}", body, by=by)
        stale = await house.service.post(f"{path}/{command}", body, by=by, version=2)
        absent = await house.service.post(f"/responders/{uuid4()}/{command}", body, by=by, version=1)
        assert [missing.status_code, stale.status_code, absent.status_code] == [400, 412, 404], command
    twice = await house.service.post("/responders", {"account": str(ADVOCATE.account), "agency": "CVP"}, by=COORDINATOR)
    nowhere = await house.service.post("/responders", {"account": str(uuid4()), "agency": "NOWHERE"}, by=COORDINATOR)
    none = await house.service.post(f"{path}/leave/withdrawals", AVAILABILITY, by=ADVOCATE, version=3)

    assert (twice.status_code, twice.json()["code"]) == (409, "registered_already")
    assert (nowhere.status_code, nowhere.json()["field"]) == (422, "agency")
    assert (none.status_code, none.json()["code"]) == (409, "no_leave_stated")
    assert house.service.rows() == before


async def test_a_team_that_is_absent_and_one_that_is_not_yours_have_one_and_the_same_answer(house: House) -> None:
    tip = await house.open_team()
    version = (await house.page(tip))["version"]
    before = house.service.rows()

    for path, (body, by) in ON_TEAM.items():
        # The coordinator may, so somebody who sits on no team asks; where only the coordinator uses the route, absent.
        asker = by if by is COORDINATOR else ADVOCATE
        teams = [team_of(uuid4()), uuid4()] if asker is COORDINATOR else [team_of(tip), uuid4()]
        answers = [await house.service.post(f"/teams/{t}/{path}", body, by=asker, version=version) for t in teams]
        assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}, path
    others = [await house.service.get(f"/responders/{who}", by=ADVOCATE) for who in (INVESTIGATOR.account, uuid4())]
    assert {(answer.status_code, answer.content) for answer in others} == {(404, others[0].content)}
    notices = [await house.service.post(f"/notices/{uuid4()}/acknowledgement", by=by) for by in (ADVOCATE, COORDINATOR)]
    assert [answer.status_code for answer in notices] == [404, 404]
    own = await house.service.get(f"/responders/{ADVOCATE.account}", by=ADVOCATE)

    assert own.json()["responder"]["agency"] == "CVP"
    assert house.service.rows() == before


async def test_a_role_that_never_may_is_told_so_and_a_stranger_to_sign_in(house: House) -> None:
    tip = await house.open_team()
    never = {
        f"/teams/{team_of(tip)}/{SEAT}/proposal": ADVOCATE,
        f"/teams/{team_of(tip)}/{SEAT}/acceptance": LAW_ENFORCEMENT,
        f"/teams/{team_of(tip)}/stand-down": INVESTIGATOR,
        "/responders": ADVOCATE,
        f"/responders/{ADVOCATE.account}/credentials": ADVOCATE,
        "/operator/views/team_board/rebuild": COORDINATOR,
    }
    before = house.service.rows()
    for path, who in never.items():
        assert (await house.service.post(path, {}, by=who, version=1)).status_code == 403, path
        assert (await house.service.post(path, {}, version=1)).status_code == 401, path
    for path in ("/teams", "/notices", f"/teams/{team_of(tip)}", f"/responders/{ADVOCATE.account}"):
        assert (await house.service.get(path)).status_code == 401
        assert (await house.service.get(path, by=Person(("operator",)))).status_code == 403

    assert house.service.rows() == before


async def test_a_repeated_key_with_another_body_caller_or_team_is_refused(house: House) -> None:
    tip, other = await house.open_team(), await house.open_team()
    version = (await house.page(tip))["version"]
    key, path = "one-and-the-same", f"/teams/{team_of(tip)}/{SEAT}/proposal"
    body, post = {"responder": str(ADVOCATE.account)}, house.service.post
    first = await post(path, body, by=COORDINATOR, version=version, key=key)
    before = house.service.rows()

    again = await post(path, body, by=COORDINATOR, version=version, key=key)
    otherwise = [
        await post(path, {"responder": str(INVESTIGATOR.account)}, by=COORDINATOR, version=version, key=key),
        await post(path, body, by=Person(("cps_coordinator",)), version=version, key=key),
        await post(f"/teams/{team_of(other)}/{SEAT}/proposal", body, by=COORDINATOR, version=version, key=key),
    ]

    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert {answer.status_code for answer in otherwise} == {422}
    assert house.service.rows() == before


async def test_a_rule_that_refuses_is_named_and_nothing_changes(house: House) -> None:
    tip = await house.open_team()
    before = house.service.rows()

    unregistered = await house.propose(tip, "victim_advocate", SPARE_ADVOCATE)
    not_asked = await house.act(tip, f"{SEAT}/release", REASON, by=COORDINATOR)

    assert (unregistered.status_code, unregistered.json()["code"]) == (409, "no_such_responder")
    assert (not_asked.status_code, not_asked.json()["code"]) == (409, "seat_not_held")
    assert house.service.rows() == before
