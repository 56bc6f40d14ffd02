"""What happens when somebody tries to sign in. One stream for each sign-in name tried, whether anyone has it or not."""

from contracts.language import Event, Measure, Moment, Reference


class SignedIn(Event, frozen=True, kw_only=True):
    """Somebody signed in, until `until` at the longest."""

    NAME = "sign_in.signed_in"

    account: Reference
    until: Moment


class SignInFailed(Event, frozen=True, kw_only=True):
    """The name, or what was shown with it, was wrong. `account` is whose name it was, None when it is nobody's."""

    NAME = "sign_in.failed"

    account: Reference | None
    at: Moment


class SignInLocked(Event, frozen=True, kw_only=True):
    """So many failures in a row that nobody signs in with this name until an administrator unlocks it (C80)."""

    NAME = "sign_in.locked"

    account: Reference | None
    failures: Measure


class SignInUnlocked(Event, frozen=True, kw_only=True):
    """An administrator let the person try again."""

    NAME = "sign_in.unlocked"

    account: Reference


class SignInRefused(Event, frozen=True, kw_only=True):
    """Somebody showed who they are and was not let in: nobody has answered for the account in time."""

    NAME = "sign_in.refused"

    account: Reference


class AppCodeUsed(Event, frozen=True, kw_only=True):
    """The code of the 30 seconds `step` was given with the sign-in that follows. It fits no more, nor any before it."""

    NAME = "sign_in.app_code_used"

    account: Reference
    step: Measure


class RecoveryCodeUsed(Event, frozen=True, kw_only=True):
    """A recovery code was given with the sign-in that follows. It fits no more."""

    NAME = "sign_in.recovery_code_used"

    account: Reference


class PasskeyUsed(Event, frozen=True, kw_only=True):
    """A passkey signed. `sign_count` is how often it says it has, by itself; 0 for good where it does not count."""

    NAME = "sign_in.passkey_used"

    account: Reference
    passkey: Reference
    sign_count: Measure


class PasskeyDoubted(Event, frozen=True, kw_only=True):
    """A passkey signed, and its count had not moved on since it was last used: there may be a copy of it."""

    NAME = "sign_in.passkey_doubted"

    account: Reference
    passkey: Reference


SIGN_IN_EVENTS: tuple[type[Event], ...] = (
    SignedIn,
    SignInFailed,
    SignInLocked,
    SignInUnlocked,
    SignInRefused,
    AppCodeUsed,
    RecoveryCodeUsed,
    PasskeyUsed,
    PasskeyDoubted,
)
