"""What the identity service tells the others: accounts by reference, with agency and roles. No event names anyone."""

from typing import Annotated

from contracts.language import Code, Event, Moment, Reference, classified

Roles = Annotated[tuple[str, ...], classified("code")]


class AgencyRegistered(Event, frozen=True, kw_only=True):
    """An agency takes part from now on. `agency` is an id of the jurisdiction's table."""

    NAME = "identity.agency_registered"

    agency: Code


class AccountOpened(Event, frozen=True, kw_only=True):
    """Somebody of an agency can be given work here. `roles` are codes of the jurisdiction's list."""

    NAME = "identity.account_opened"

    account: Reference
    agency: Code
    roles: Roles


class RoleGranted(Event, frozen=True, kw_only=True):
    """The account holds one role more, from its next token on: within a minute."""

    NAME = "identity.role_granted"

    account: Reference
    role: Code


class RoleRemoved(Event, frozen=True, kw_only=True):
    """The account holds one role less. A token signed before may still carry it, for a minute at most."""

    NAME = "identity.role_removed"

    account: Reference
    role: Code


class AccountClosed(Event, frozen=True, kw_only=True):
    """The person left the agency at `left_at`, and never signs in again. Give this account no further work."""

    NAME = "identity.account_closed"

    account: Reference
    left_at: Moment


class WorkSuspended(Event, frozen=True, kw_only=True):
    """Nobody confirmed in time that the person still works there. Give this account no work until `WorkResumed`."""

    NAME = "identity.work_suspended"

    account: Reference


class WorkResumed(Event, frozen=True, kw_only=True):
    """Somebody confirmed it after all: the account counts as it did before."""

    NAME = "identity.work_resumed"

    account: Reference


IDENTITY_EVENTS: tuple[type[Event], ...] = (
    AgencyRegistered,
    AccountOpened,
    RoleGranted,
    RoleRemoved,
    AccountClosed,
    WorkSuspended,
    WorkResumed,
)
