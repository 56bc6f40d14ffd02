"""Aggregates as events made them, for tests of decisions."""

from datetime import datetime, timedelta
from uuid import UUID

from contracts.events.identity import AccountClosed, AccountOpened
from contracts.jurisdictions import Jurisdiction, load_mississippi
from contracts.language import Event, Personal
from services.identity.account.events import (
    AccountDescribed,
    AppSet,
    InvitationUsed,
    Invited,
    PassphraseSet,
    RecoveryCodesMade,
)
from services.identity.account.state import Account
from services.identity.account.state import evolve as evolve_account
from services.identity.sign_in.events import SignInFailed
from services.identity.sign_in.state import Attempts
from services.identity.sign_in.state import evolve as evolve_attempts
from tests.support.running_service import NOON

ACCOUNT = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
IN_A_WEEK = NOON + timedelta(days=7)
MISSISSIPPI: Jurisdiction = load_mississippi()


def opened(*roles: str, agency: str = "MDCPS") -> list[Event]:
    return [
        AccountOpened(account=ACCOUNT, agency=agency, roles=roles or ("cps_intake",)),
        AccountDescribed(
            account=ACCOUNT,
            name=Personal(person=ACCOUNT, text="Example Person Zqx"),
            sign_in_name=Personal(person=ACCOUNT, text="zqx@example.org"),
        ),
        Invited(account=ACCOUNT, number=1, valid_until=IN_A_WEEK),
    ]


def set_up(number: int = 1) -> list[Event]:
    return [
        InvitationUsed(account=ACCOUNT, number=number),
        PassphraseSet(account=ACCOUNT, verifier=Personal(person=ACCOUNT, text="$argon2id$")),
        AppSet(account=ACCOUNT, secret=Personal(person=ACCOUNT, text="EXAMPLE"), step=7),
        RecoveryCodesMade(account=ACCOUNT, codes=10),
    ]


def closed() -> Event:
    return AccountClosed(account=ACCOUNT, left_at=NOON)


def account(*events: Event) -> Account:
    state = Account()
    for event in events:
        state = evolve_account(state, event)
    return state


def failed(at: datetime, whose: UUID | None = ACCOUNT) -> SignInFailed:
    return SignInFailed(account=whose, at=at)


def attempts(*events: Event) -> Attempts:
    state = Attempts()
    for event in events:
        state = evolve_attempts(state, event)
    return state
