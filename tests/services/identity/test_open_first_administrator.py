"""An operator opens an agency's first administrator: that account, and no other of the agency's."""

import asyncio
from datetime import timedelta

import pytest

from contracts.events.identity import AgencyRegistered
from contracts.language import Refused
from services.identity.agency.decisions import AgencyRefusal, open_first_administrator
from services.identity.agency.events import FirstAdministratorOpened
from services.identity.agency.state import Agency, evolve
from tests.services.identity.given import ACCOUNT
from tests.services.identity.house import House, an_account

REGISTERED = evolve(Agency(), AgencyRegistered(agency="CVP"))


def test_an_agency_without_administrator_gets_one() -> None:
    assert open_first_administrator(REGISTERED, ACCOUNT, administered=False) == [
        FirstAdministratorOpened(agency="CVP", account=ACCOUNT)
    ]


@pytest.mark.parametrize(
    ("given", "administered", "code"),
    [
        (REGISTERED, True, AgencyRefusal.HAS_ADMINISTRATOR),
        (Agency(), False, AgencyRefusal.NOT_REGISTERED),
    ],
)
def test_a_rule_refuses(given: Agency, administered: bool, code: AgencyRefusal) -> None:
    with pytest.raises(Refused) as refused:
        open_first_administrator(given, ACCOUNT, administered=administered)

    assert refused.value.code == code


async def test_the_first_administrator_opens_the_agencys_other_accounts(house: House) -> None:
    administrator = await house.agency("CVP")

    opened = await house.identity.post(
        "/accounts", an_account(agency="CVP", roles=["victim_advocate"]), by=administrator
    )

    assert opened.status_code == 201, opened.text
    me = (await house.identity.get("/accounts/me", by=administrator)).json()
    assert (me["agency"], me["roles"]) == ("CVP", ["administrator"])
    assert "agency.first_administrator_opened" in house.identity.names()


async def test_with_an_open_administrator_there_is_no_other_first_one(house: House) -> None:
    await house.agency("CVP")
    before = house.identity.names()

    second = await house.open_first_administrator("CVP", sign_in_name="two@example.org")
    own = await house.open_first_administrator("MDCPS")

    assert [(each.status_code, each.json()["code"]) for each in (second, own)] == [
        (409, "agency_has_administrator")
    ] * 2
    assert house.identity.names() == before


async def test_an_agency_not_registered_gets_none(house: House) -> None:
    before = house.identity.names()

    for agency in ("CVP", "NOWHERE"):
        refused = await house.open_first_administrator(agency)
        assert (refused.status_code, refused.json()["code"]) == (409, "agency_not_registered")

    assert house.identity.names() == before


async def test_of_many_at_once_one_is_opened(house: House) -> None:
    registered = await house.identity.post("/agencies", {"agency": "CVP"}, by=house.token)
    assert registered.status_code == 201

    answers = await asyncio.gather(
        *(house.open_first_administrator("CVP", sign_in_name=f"{number}@example.org") for number in range(5))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert house.identity.names().count("agency.first_administrator_opened") == 1


async def test_the_same_request_again_is_answered_with_the_same_invitation(house: House) -> None:
    await house.identity.post("/agencies", {"agency": "CVP"}, by=house.token)
    path, body = "/agencies/CVP/first-administrator", {"name": "Example One", "sign_in_name": "one@example.org"}

    first = await house.identity.post(path, body, by=house.token, key="the-same-key")
    again = await house.identity.post(path, body, by=house.token, key="the-same-key")

    assert (again.status_code, again.json()) == (201, first.json())


async def test_who_never_came_in_while_invited_does_not_keep_the_agency_waiting(house: House) -> None:
    await house.identity.post("/agencies", {"agency": "CVP"}, by=house.token)
    await house.open_first_administrator("CVP")
    too_early = await house.open_first_administrator("CVP", sign_in_name="two@example.org")
    house.identity.time.turn(timedelta(days=7))
    by = await house.token_of("administrator@example.org")

    body = {"name": "Example Two", "sign_in_name": "two@example.org"}
    second = await house.identity.post("/agencies/CVP/first-administrator", body, by=by)

    assert (too_early.status_code, second.status_code) == (409, 201)
