"""What happens to an account and stays in this service (and, sealed, with the auditors)."""

from typing import Annotated

from contracts.events.identity import (
    AccountClosed,
    AccountOpened,
    RoleGranted,
    RoleRemoved,
    WorkResumed,
    WorkSuspended,
)
from contracts.language import Event, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
Counties = Annotated[tuple[str, ...], classified("code")]


class AccountDescribed(Event, frozen=True, kw_only=True):
    """Whose account it is, and the name they sign in with."""

    NAME = "account.described"

    account: Reference
    name: Text
    sign_in_name: Text


class CountiesStated(Event, frozen=True, kw_only=True):
    """In which counties the person works, in place of what was said before. None: wherever their agency does."""

    NAME = "account.counties_stated"

    account: Reference
    counties: Counties


class AdministratorCodeUsed(Event, frozen=True, kw_only=True):
    """The account was opened not by an administrator but with the machine's own one-time code."""

    NAME = "account.administrator_code_used"

    account: Reference


class Invited(Event, frozen=True, kw_only=True):
    """The person may set up what they sign in with until `valid_until`. Earlier invitations end with this one.

    The code itself is stored nowhere: it is made from the account, `number` and a key outside the database.
    """

    NAME = "account.invited"

    account: Reference
    number: Measure
    valid_until: Moment


class InvitationUsed(Event, frozen=True, kw_only=True):
    """The person set up what they sign in with: it follows. Whatever they signed in with before is good no more."""

    NAME = "account.invitation_used"

    account: Reference
    number: Measure


class PassphraseSet(Event, frozen=True, kw_only=True):
    """The person used the invitation. `verifier` is a slow hash with its parameters, sealed besides."""

    NAME = "account.passphrase_set"

    account: Reference
    verifier: Text


class AppSet(Event, frozen=True, kw_only=True):
    """An authenticator app has the `secret`, as its code of the 30 seconds `step` showed. That code fits no more."""

    NAME = "account.app_set"

    account: Reference
    secret: Text
    step: Measure


class RecoveryCodesMade(Event, frozen=True, kw_only=True):
    """So many codes were shown to the person, once. They are stored nowhere but as keyed digests."""

    NAME = "account.recovery_codes_made"

    account: Reference
    codes: Measure


class PasskeyAdded(Event, frozen=True, kw_only=True):
    """A device of the person's made a passkey. `kept` is what it is checked with, as JSON."""

    NAME = "account.passkey_added"

    account: Reference
    passkey: Reference
    kept: Text


class LeavingAnnounced(Event, frozen=True, kw_only=True):
    """The person leaves the agency at `leaves_at`: from then on the account lets nobody in, and it closes by itself.

    What was announced before counts no more.
    """

    NAME = "account.leaving_announced"

    account: Reference
    leaves_at: Moment


class LeavingWithdrawn(Event, frozen=True, kw_only=True):
    """The person stays after all."""

    NAME = "account.leaving_withdrawn"

    account: Reference


class AccountAsked(Event, frozen=True, kw_only=True):
    """An administrator is to say by `answer_by` whether the person still works there.

    From then on the account lets nobody in until somebody says so.
    """

    NAME = "account.asked_about"

    account: Reference
    attestation: Reference
    answer_by: Moment


class AccountConfirmed(Event, frozen=True, kw_only=True):
    """The person still works there and needs each role that the account is left with."""

    NAME = "account.confirmed"

    account: Reference
    attestation: Reference


class AccountSuspended(Event, frozen=True, kw_only=True):
    """Nobody had answered for the account in time: it lets nobody in until it is confirmed."""

    NAME = "account.suspended"

    account: Reference
    attestation: Reference


ACCOUNT_EVENTS: tuple[type[Event], ...] = (
    AccountOpened,
    AccountDescribed,
    CountiesStated,
    AdministratorCodeUsed,
    Invited,
    InvitationUsed,
    PassphraseSet,
    AppSet,
    RecoveryCodesMade,
    PasskeyAdded,
    RoleGranted,
    RoleRemoved,
    LeavingAnnounced,
    LeavingWithdrawn,
    AccountAsked,
    AccountConfirmed,
    WorkResumed,
    AccountSuspended,
    WorkSuspended,
    AccountClosed,
)
