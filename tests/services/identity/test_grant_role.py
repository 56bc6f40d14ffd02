"""An administrator grants a role."""

import pytest

from contracts.events.identity import RoleGranted
from contracts.language import InvalidValue, Refused
from services.identity.account.decisions import AccountRefusal, grant_role
from services.identity.account.state import Account
from tests.services.identity.given import ACCOUNT, MISSISSIPPI, account, closed, opened
from tests.services.identity.house import SET_UP, House


def test_a_role_is_added() -> None:
    (granted,) = grant_role(account(*opened()), "cps_investigator", MISSISSIPPI)

    assert granted == RoleGranted(account=ACCOUNT, role="cps_investigator")
    assert account(*opened(), granted).roles == ("cps_intake", "cps_investigator")


@pytest.mark.parametrize(
    ("given", "role", "code"),
    [
        (account(*opened()), "cps_intake", AccountRefusal.HOLDS_ROLE),
        (account(*opened()), "administrator", AccountRefusal.ADMINISTRATOR_ALONE),
        (account(*opened("administrator")), "cps_intake", AccountRefusal.ADMINISTRATOR_ALONE),
        (account(*opened("operator", "administrator")), "auditor", AccountRefusal.ADMINISTRATOR_ALONE),
        (account(*opened(), closed()), "cps_investigator", AccountRefusal.CLOSED),
    ],
)
def test_a_rule_refuses(given: Account, role: str, code: AccountRefusal) -> None:
    with pytest.raises(Refused) as refused:
        grant_role(given, role, MISSISSIPPI)

    assert refused.value.code == code


@pytest.mark.parametrize("role", ["", "sheriff", "rapid_response_advocate"])
def test_a_role_not_on_the_list_or_of_another_agency_is_refused(role: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        grant_role(account(*opened()), role, MISSISSIPPI)

    assert refused.value.field == "role"


async def test_the_next_sign_in_carries_the_role(house: House) -> None:
    somebody = await house.active()
    path = f"/accounts/{somebody.account}/grant-role"

    granted = await house.identity.post(path, {"role": "cps_investigator"}, by=house.token, version=SET_UP)

    assert (granted.status_code, granted.headers["ETag"]) == (200, f'"{SET_UP + 1}"')
    me = await house.identity.get("/accounts/me", by=await house.token_of())
    assert me.json()["roles"] == ["cps_intake", "cps_investigator"]
    stale = await house.identity.post(path, {"role": "auditor"}, by=house.token, version=SET_UP)
    assert stale.status_code == 412


async def test_nobody_grants_themselves_a_role_that_reads_cases(house: House) -> None:
    path = f"/accounts/{house.administrator}/grant-role"

    refused = await house.identity.post(path, {"role": "cps_intake"}, by=house.token, version=SET_UP + 1)

    assert (refused.status_code, refused.json()["code"]) == (409, "administrator_reads_no_case")
