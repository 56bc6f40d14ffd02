"""What happens when somebody tries to sign in. One stream for each sign-in name tried, whether anyone has it or not."""

from contracts.language import Event, Measure, Moment, Reference


class SignedIn(Event, frozen=True, kw_only=True):
    """A token was signed, valid until `until`."""

    NAME = "sign_in.signed_in"

    account: Reference
    until: Moment


class SignInFailed(Event, frozen=True, kw_only=True):
    """The name or the passphrase was wrong. `account` is whose name was given, None when it is nobody's."""

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


SIGN_IN_EVENTS: tuple[type[Event], ...] = (SignedIn, SignInFailed, SignInLocked, SignInUnlocked)
