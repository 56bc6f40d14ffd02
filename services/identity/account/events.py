"""What happens to an account and stays in this service (and, sealed, with the auditors)."""

from typing import Annotated

from contracts.events.identity import AccountClosed, AccountOpened, RoleGranted, RoleRemoved
from contracts.language import Event, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


class AccountDescribed(Event, frozen=True, kw_only=True):
    """Whose account it is, and the name they sign in with."""

    NAME = "account.described"

    account: Reference
    name: Text
    sign_in_name: Text


class AdministratorCodeUsed(Event, frozen=True, kw_only=True):
    """The account was opened not by an administrator but with the machine's own one-time code."""

    NAME = "account.administrator_code_used"

    account: Reference


class Invited(Event, frozen=True, kw_only=True):
    """The person may set a passphrase until `valid_until`. Earlier invitations end with this one.

    The code itself is stored nowhere: it is made from the account, `number` and a key outside the database.
    """

    NAME = "account.invited"

    account: Reference
    number: Measure
    valid_until: Moment


class PassphraseSet(Event, frozen=True, kw_only=True):
    """The person used the invitation. `verifier` is a slow hash with its parameters, sealed besides."""

    NAME = "account.passphrase_set"

    account: Reference
    verifier: Text


ACCOUNT_EVENTS: tuple[type[Event], ...] = (
    AccountOpened,
    AccountDescribed,
    AdministratorCodeUsed,
    Invited,
    PassphraseSet,
    RoleGranted,
    RoleRemoved,
    AccountClosed,
)
