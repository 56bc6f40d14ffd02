"""An operator registers an agency."""

import asyncio

import pytest

from contracts.events.identity import AgencyRegistered
from contracts.language import InvalidValue, Refused
from services.identity.agency.decisions import AgencyRefusal, register
from services.identity.agency.state import Agency, evolve
from tests.services.identity.given import MISSISSIPPI
from tests.services.identity.house import House


def test_an_agency_of_the_table_is_registered() -> None:
    assert register(Agency(), "CVP", MISSISSIPPI) == [AgencyRegistered(agency="CVP")]


def test_an_agency_is_registered_once() -> None:
    given = evolve(Agency(), AgencyRegistered(agency="CVP"))

    with pytest.raises(Refused) as refused:
        register(given, "CVP", MISSISSIPPI)

    assert refused.value.code == AgencyRefusal.REGISTERED


@pytest.mark.parametrize("agency", ["", "NOWHERE", "cvp"])
def test_an_agency_not_on_file_is_refused(agency: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        register(Agency(), agency, MISSISSIPPI)

    assert refused.value.field == "agency"


async def test_a_registered_agency_is_on_the_list_with_its_name(house: House) -> None:
    done = await house.identity.post("/agencies", {"agency": "CVP"}, by=house.token)
    assert done.status_code == 201, done.text

    agencies = await house.identity.get("/agencies", by=house.token, after=done)

    assert [each["agency"] for each in agencies.json()] == ["CVP", "MDCPS"]
    assert agencies.json()[0]["name"] == "Center for Violence Prevention"


async def test_of_many_at_once_one_registers(house: House) -> None:
    answers = await asyncio.gather(
        *(house.identity.post("/agencies", {"agency": "CVP"}, by=house.token) for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert house.identity.names().count("identity.agency_registered") == 2
