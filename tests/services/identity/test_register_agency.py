"""An operator registers an agency."""

import asyncio
from datetime import UTC, datetime

import pytest

from contracts.events.identity import AgencyRegistered
from contracts.language import InvalidValue, Refused
from services.identity.agency.decisions import AgencyRefusal, note_counties, register
from services.identity.agency.events import AgencyCountiesNoted
from services.identity.agency.state import Agency, evolve
from tests.services.identity.given import MISSISSIPPI
from tests.services.identity.house import House
from tests.support.running_service import NOON


def test_an_agency_of_the_table_is_registered() -> None:
    assert register(Agency(), "CVP", MISSISSIPPI, NOON) == [AgencyRegistered(agency="CVP")]


def test_the_counties_of_a_circuit_are_noted_until_it_may_have_been_redrawn() -> None:
    registered, noted = register(Agency(), "DA-18", MISSISSIPPI, NOON)
    assert noted == AgencyCountiesNoted(agency="DA-18", counties=("Jones",))
    agency = evolve(evolve(Agency(), registered), noted)
    assert note_counties(agency, MISSISSIPPI, NOON) == []
    # The last evening of the year is still this year in Mississippi.
    last_evening, new_year = datetime(2027, 1, 1, 5, tzinfo=UTC), datetime(2027, 1, 1, 6, tzinfo=UTC)
    assert note_counties(agency, MISSISSIPPI, last_evening) == []
    assert note_counties(agency, MISSISSIPPI, new_year) == [AgencyCountiesNoted(agency="DA-18", counties=())]
    assert note_counties(Agency(), MISSISSIPPI, NOON) == []


def test_an_agency_is_registered_once() -> None:
    given = evolve(Agency(), AgencyRegistered(agency="CVP"))

    with pytest.raises(Refused) as refused:
        register(given, "CVP", MISSISSIPPI, NOON)

    assert refused.value.code == AgencyRefusal.REGISTERED


@pytest.mark.parametrize("agency", ["", "NOWHERE", "cvp"])
def test_an_agency_not_on_file_is_refused(agency: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        register(Agency(), agency, MISSISSIPPI, NOON)

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
