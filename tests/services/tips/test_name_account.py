"""A tip turns out to name somebody who has an account."""

from contracts.events.tips import AccountNamed
from services.tips.tip.decisions import name_account
from services.tips.tip.http import record_of
from tests.services.tips.given import ACCOUNT, FIRST, a_tip, named, received


def test_the_account_is_shut_out() -> None:
    (done,) = name_account(a_tip(received()), ACCOUNT)

    assert done == AccountNamed(tip=FIRST, account=ACCOUNT)
    assert record_of(a_tip(received(), done)).accounts == {"named": (ACCOUNT,)}


def test_naming_it_again_changes_nothing() -> None:
    assert name_account(a_tip(received(), named()), ACCOUNT) == []
