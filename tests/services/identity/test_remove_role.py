"""An administrator removes a role."""

from uuid import UUID

import pytest

from contracts.events.identity import RoleRemoved
from contracts.language import Refused
from services.identity.account.decisions import AccountRefusal, remove_role
from services.identity.account.state import Account
from tests.services.identity.given import ACCOUNT, OTHER, account, closed, opened
from tests.services.identity.house import SET_UP, House

TWO_ROLES = ("cps_intake", "cps_investigator")


def test_a_role_is_taken_away() -> None:
    (removed,) = remove_role(account(*opened(*TWO_ROLES)), "cps_intake", OTHER)

    assert removed == RoleRemoved(account=ACCOUNT, role="cps_intake")
    assert account(*opened(*TWO_ROLES), removed).roles == ("cps_investigator",)


@pytest.mark.parametrize(
    ("given", "role", "by", "code"),
    [
        (account(*opened(*TWO_ROLES)), "auditor", OTHER, AccountRefusal.LACKS_ROLE),
        (account(*opened()), "cps_intake", OTHER, AccountRefusal.LAST_ROLE),
        (account(*opened(*TWO_ROLES)), "cps_intake", ACCOUNT, AccountRefusal.OWN_ACCOUNT),
        (account(*opened(*TWO_ROLES), closed()), "cps_intake", OTHER, AccountRefusal.CLOSED),
    ],
)
def test_a_rule_refuses(given: Account, role: str, by: UUID, code: AccountRefusal) -> None:
    with pytest.raises(Refused) as refused:
        remove_role(given, role, by)

    assert refused.value.code == code


async def test_a_token_with_the_role_is_no_good_here_any_more(house: House) -> None:
    somebody = await house.active(roles=list(TWO_ROLES))
    token = await house.token_of()
    path = f"/accounts/{somebody.account}/remove-role"

    removed = await house.identity.post(path, {"role": "cps_investigator"}, by=house.token, version=SET_UP)

    assert removed.status_code == 200, removed.text
    assert (await house.identity.get("/accounts/me", by=token)).status_code == 401
    me = await house.identity.get("/accounts/me", by=await house.token_of())
    assert me.json()["roles"] == ["cps_intake"]
