"""Where somebody works: which counties, by whom that is said, and that their next token says it."""

from datetime import date
from typing import Any

import pytest

from contracts.jurisdictions.serving import counties_served, works_in
from contracts.language import InvalidValue, Refused
from services.identity.account.decisions import (
    AccountRefusal,
    OpenAccount,
    grant_role,
    open_account,
    state_counties,
)
from services.identity.account.events import CountiesStated
from services.identity.account.state import Account
from services.identity.main import DEFINITION
from services.kernel.http.caller import TokenReader
from tests.services.identity.given import ACCOUNT, MISSISSIPPI, account, closed, opened
from tests.services.identity.house import SET_UP, House, an_account
from tests.support.running_service import NOON, RunningService, running_service
from tests.support.servers import Database, Nats

SEVENTH = ("Hinds",)
POLICE = opened("law_enforcement", agency="LOCAL-LE")
HINDS = CountiesStated(account=ACCOUNT, counties=("Hinds",))


def test_they_are_named_as_the_tables_name_them_each_once_in_order() -> None:
    (stated,) = state_counties(account(*POLICE), ("rankin county", "Hinds", "HINDS"), (), MISSISSIPPI)
    assert stated == CountiesStated(account=ACCOUNT, counties=("Hinds", "Rankin"))
    assert state_counties(account(*POLICE, HINDS), ("hinds",), (), MISSISSIPPI) == []


@pytest.mark.parametrize(
    ("given", "counties", "served"),
    [
        (account(*POLICE), (), ()),
        (account(*POLICE), ("Hindes",), ()),
        (account(*opened("prosecutor", agency="DA-07")), ("Rankin",), SEVENTH),
    ],
    ids=["none, of a local agency", "no county", "not of the circuit"],
)
def test_what_cannot_be_right_names_its_field_and_is_not_repeated(
    given: Account, counties: tuple[str, ...], served: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidValue) as invalid:
        state_counties(given, counties, served, MISSISSIPPI)
    assert invalid.value.field == "counties"
    assert "Hindes" not in invalid.value.sentence


def test_nobody_of_a_local_agency_is_opened_or_given_such_a_role_without() -> None:
    plain = OpenAccount(**{**an_account(), "agency": "LOCAL-LE", "roles": ("law_enforcement",)})
    with pytest.raises(InvalidValue) as invalid:
        open_account(ACCOUNT, plain, MISSISSIPPI, NOON, taken=False)
    assert invalid.value.field == "counties"
    reporter = account(*opened("agency_reporter", agency="LOCAL-LE"))
    with pytest.raises(Refused) as refused:
        grant_role(reporter, "law_enforcement", MISSISSIPPI)
    assert refused.value.code == AccountRefusal.NO_COUNTIES
    assert grant_role(account(*opened("agency_reporter", agency="LOCAL-LE"), HINDS), "law_enforcement", MISSISSIPPI)
    with pytest.raises(Refused) as gone:
        state_counties(account(*POLICE, closed()), ("Hinds",), (), MISSISSIPPI)
    assert gone.value.code == AccountRefusal.CLOSED


@pytest.mark.parametrize(
    ("given", "served", "where"),
    [
        (account(*opened("cps_intake")), (), None),
        (account(*opened("cps_investigator"), HINDS), (), ("Hinds",)),
        (account(*POLICE), (), ()),
        (account(*POLICE, HINDS), (), ("Hinds",)),
        (account(*opened("prosecutor", agency="DA-07")), SEVENTH, SEVENTH),
        (account(*opened("administrator", agency="LOCAL-LE")), (), None),
        (account(*opened("administrator", agency="DA-07")), SEVENTH, None),
    ],
)
def test_somebody_works_where_it_was_said_else_where_their_agency_does(
    given: Account, served: tuple[str, ...], where: tuple[str, ...] | None
) -> None:
    assert works_in(given.roles, given.agency, given.counties, served, MISSISSIPPI) == where


def test_the_tables_say_which_counties_an_agency_serves() -> None:
    on = date(2026, 11, 3)
    assert counties_served(MISSISSIPPI, "DA-07", on) == SEVENTH
    assert counties_served(MISSISSIPPI, "DA-17", on) == ("Panola", "Tallahatchie", "Tate", "Yalobusha")
    assert counties_served(MISSISSIPPI, "RCC-JACKSON", on)[:2] == ("Hinds", "Issaquena")
    assert [len(counties_served(MISSISSIPPI, federal, on)) for federal in ("USAO-N", "USAO-S")] == [37, 45]
    assert counties_served(MISSISSIPPI, "MDCPS", on) == ()
    circuits = [counties_served(MISSISSIPPI, f"DA-{number:02}", on) for number in range(1, 24)]
    assert sorted(county for each in circuits for county in each) == sorted(MISSISSIPPI.counties)
    # Of a circuit whose text was amended the new list was not read.
    assert counties_served(MISSISSIPPI, "DA-07", date(2027, 1, 1)) == ()
    assert counties_served(MISSISSIPPI, "DA-17", date(2027, 1, 1)) == counties_served(MISSISSIPPI, "DA-17", on)


def places_in(house: House, token: str) -> tuple[str, ...] | None:
    return TokenReader(house.identity.settings.verify_key_file, house.identity.time.now).read(token).places


async def test_the_next_token_says_it_and_only_an_administrator_of_the_agency_states_it(house: House) -> None:
    police, office = await house.agency("LOCAL-LE"), await house.agency("DA-07")
    body = an_account(agency="LOCAL-LE", roles=["law_enforcement"])
    assert (await house.identity.post("/accounts", body, by=police)).json()["field"] == "counties"
    done = await house.identity.post("/accounts", body | {"counties": ["hinds"]}, by=police)
    assert done.status_code == 201, done.text
    await house.set_up(done.json()["invitation"])
    assert places_in(house, await house.token_of()) == ("Hinds",)
    assert places_in(house, office) is None
    lawyer = an_account(agency="DA-07", roles=["prosecutor"], sign_in_name="lawyer@example.org")
    opened_there = await house.identity.post("/accounts", lawyer, by=office)
    await house.set_up(opened_there.json()["invitation"])
    assert places_in(house, await house.token_of("lawyer@example.org")) == SEVENTH

    path, stated = f"/accounts/{done.json()['reference']}/counties", {"counties": ["Hinds", "Rankin"]}
    elsewhere = await house.identity.post(path, stated, by=office, version=SET_UP + 1)
    assert elsewhere.status_code == 404
    told = await house.identity.post(path, stated, by=police, version=SET_UP + 1)
    assert told.status_code == 200, told.text
    assert places_in(house, await house.token_of()) == ("Hinds", "Rankin")
    shown = await house.identity.get(f"/accounts/{done.json()['reference']}", by=police)
    assert shown.json()["counties"] == ["Hinds", "Rankin"]


async def test_a_start_notes_what_the_tables_say_otherwise_than_before(database: Database, nats_server: Nats) -> None:
    async with running_service(DEFINITION, database, nats_server) as first:
        house = await House.founded(first)
        for agency in ("DA-17", "DA-07"):
            registered = await first.post("/agencies", {"agency": agency}, by=house.token)
            assert registered.status_code == 201
        assert noted_of(first) == ["DA-17", "DA-07"]
    new_year = NOON.replace(year=2027)
    for _ in range(2):
        async with running_service(DEFINITION, database, nats_server, at=new_year) as again:
            assert noted_of(again) == ["DA-17", "DA-07", "DA-07"]
            (*_, last) = [state for _, _, name, state in again.rows() if name == "agency.counties_noted"]
            assert (last["data"]["counties"], last["actor"]) == ([], "service:identity")


def noted_of(service: RunningService) -> list[Any]:
    return [state["data"]["agency"] for _, _, name, state in service.rows() if name == "agency.counties_noted"]
