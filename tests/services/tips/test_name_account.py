"""A tip turns out to name somebody who has an account."""

from contracts.events.tips import AccountNamed
from services.tips.break_glass.state import Openings
from services.tips.sharing.state import Sharing
from services.tips.tip.decisions import name_account
from services.tips.tip.tips import record_of
from tests.services.tips.given import ACCOUNT, FIRST, a_tip, named, received
from tests.services.tips.house import act
from tests.services.tips.house import received as received_over_http
from tests.support.running_service import NOON, Person, RunningService


def test_the_account_is_shut_out() -> None:
    (done,) = name_account(a_tip(received()), ACCOUNT)

    assert done == AccountNamed(tip=FIRST, account=ACCOUNT)
    assert record_of(a_tip(received(), done), Sharing(), Openings(), NOON).accounts["named"] == (ACCOUNT,)


def test_naming_it_again_changes_nothing() -> None:
    assert name_account(a_tip(received(), named()), ACCOUNT) == []


async def test_it_is_shut_out_of_every_linked_tip_whenever_it_is_named(tips: RunningService) -> None:
    one, two, three = [await received_over_http(tips) for _ in range(3)]
    late = Person(("cps_intake",))
    for tip, other in ((two, one), (three, two)):
        same = {"other": other, "same_person": True, "reason": "One girl, two calls."}
        assert (await act(tips, tip, "duplicate-decisions", same)).status_code == 200

    done = await act(tips, three, "named-accounts", {"account": str(late.account)})

    assert done.status_code == 200, done.text
    assert [(await tips.get(f"/tips/{tip}", by=late)).status_code for tip in (one, two, three)] == [404] * 3
    named_in = [
        (state["data"]["tip"], state["correlation_id"]) for _, _, n, state in tips.rows() if n == AccountNamed.NAME
    ]
    assert sorted(named_in) == sorted((tip, tip) for tip in (one, two, three))
