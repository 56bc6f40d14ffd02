"""What may be done with an account. Pure: `now` and the jurisdiction's lists come in, events or a refusal go out."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from contracts.events.identity import (
    AccountClosed,
    AccountOpened,
    RoleGranted,
    RoleRemoved,
    WorkResumed,
    WorkSuspended,
)
from contracts.jurisdictions import Jurisdiction, UnknownCounty
from contracts.jurisdictions.serving import must_say_where
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.identity.account.events import (
    AccountAsked,
    AccountConfirmed,
    AccountDescribed,
    AccountSuspended,
    AdministratorCodeUsed,
    AppSet,
    CountiesStated,
    InvitationUsed,
    Invited,
    LeavingAnnounced,
    LeavingWithdrawn,
    PasskeyAdded,
    PassphraseSet,
    RecoveryCodesMade,
)
from services.identity.account.state import Account

ADMINISTRATOR = "administrator"
OPERATOR = "operator"
READ_NO_CASE = frozenset({ADMINISTRATOR, OPERATOR})
SAY_WHERE = "Say in which counties this person works: a local agency is of certain ones."
INVITATION_LASTS = timedelta(days=7)
LONGEST_NAME = 200
LONGEST_SIGN_IN_NAME = 254
PASSPHRASE_LENGTHS = range(12, 257)

_SIGN_IN_NAME = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class AccountRefusal(StrEnum):
    """Why a command on an account is refused."""

    SIGN_IN_NAME_TAKEN = "sign_in_name_taken"
    ADMINISTRATOR_ALONE = "administrator_reads_no_case"
    INVITATION_NOT_VALID = "invitation_not_valid"
    CODE_NOT_VALID = "administrator_code_not_valid"
    HOLDS_ROLE = "role_held_already"
    LACKS_ROLE = "role_not_held"
    LAST_ROLE = "last_role"
    OWN_ACCOUNT = "own_account"
    CLOSED = "account_closed"
    NOT_LEAVING = "leaving_not_announced"
    NOT_ASKED = "account_not_asked_about"
    OWN_ANSWER = "own_account_not_answered_for"
    ANOTHERS_ANSWER = "agency_answers_for_itself"
    NO_COUNTIES = "no_counties_stated"


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new account. `sign_in_name` looks like an e-mail address; capitals in it make no difference.

    `counties` are those the person works in; where none are named, wherever the agency does.
    """

    name: str
    sign_in_name: str
    agency: str
    roles: tuple[str, ...]
    counties: tuple[str, ...] = ()


def open_account(
    new: UUID,
    command: OpenAccount,
    jurisdiction: Jurisdiction,
    now: datetime,
    *,
    taken: bool,
    served: Sequence[str] = (),
) -> list[Event]:
    """`taken` says whether someone has the sign-in name, `served` which counties the agency is on file for, if any.

    Raises `InvalidValue`, `Refused`.
    """
    name = _name(command.name)
    sign_in_name = plain_sign_in_name(command.sign_in_name)
    known_agency(command.agency, jurisdiction)
    roles = _roles(command.roles, command.agency, jurisdiction)
    counties = _counties(command.counties, served, jurisdiction)
    if not counties and must_say_where(roles, command.agency, jurisdiction):
        raise InvalidValue("counties", SAY_WHERE)
    if taken:
        raise Refused(
            AccountRefusal.SIGN_IN_NAME_TAKEN, "Someone has this sign-in name already. Choose another, or look them up."
        )
    return [
        AccountOpened(account=new, agency=command.agency, roles=roles),
        AccountDescribed(
            account=new,
            name=Personal(person=new, text=name),
            sign_in_name=Personal(person=new, text=sign_in_name),
        ),
        *([CountiesStated(account=new, counties=counties)] if counties else []),
        Invited(account=new, number=1, valid_until=now + INVITATION_LASTS),
    ]


def open_with_code(
    new: UUID, command: OpenAccount, jurisdiction: Jurisdiction, now: datetime, *, valid: bool, taken: bool
) -> list[Event]:
    """An operator's account by the machine's one-time code; `valid` says whether it fits and is unused.

    Raises `Refused` for the code before it looks at anything else.
    """
    if not valid:
        raise Refused(
            AccountRefusal.CODE_NOT_VALID,
            "This code is not valid, or was used before. Read it again from the machine Muster runs on.",
        )
    events = open_account(new, command, jurisdiction, now, taken=taken)
    return [*events, AdministratorCodeUsed(account=new)]


def invite(account: Account, now: datetime) -> list[Event]:
    """One more invitation, for a passphrase or a phone lost or an invitation run out; the earlier one ends."""
    _refuse_left(account, now)
    return [Invited(account=account.account, number=account.invitations + 1, valid_until=now + INVITATION_LASTS)]


def check_invitation(account: Account, number: int, now: datetime) -> None:
    """Raises `Refused`, in the same words whatever is wrong with it."""
    if not account.belongs(now) or not number or number != account.invitation or now >= account.invitation_ends:
        raise Refused(
            AccountRefusal.INVITATION_NOT_VALID,
            "This invitation is not valid any more. If you have used it, sign in;"
            " if not, ask your administrator for a new invitation.",
        )


class App(msgspec.Struct, frozen=True):
    """An authenticator app: its secret, and the step of the code that showed it has it."""

    secret: str
    step: int


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody signs in with, each found to be in order: the slow hash of a passphrase with an app, a passkey.

    `passkey` is a reference for it and what is kept of it.
    """

    verifier: str | None = None
    app: App | None = None
    recovery_codes: int = 0
    passkey: tuple[UUID, str] | None = None


def set_up(account: Account, number: int, factors: Factors, now: datetime) -> list[Event]:
    """Uses an invitation up. Raises `Refused`."""
    check_invitation(account, number, now)
    whose = account.account
    events: list[Event] = [InvitationUsed(account=whose, number=number)]
    if factors.verifier is not None and factors.app is not None:
        events += [
            PassphraseSet(account=whose, verifier=Personal(person=whose, text=factors.verifier)),
            AppSet(account=whose, secret=Personal(person=whose, text=factors.app.secret), step=factors.app.step),
            RecoveryCodesMade(account=whose, codes=factors.recovery_codes),
        ]
    if factors.passkey is not None:
        reference, kept = factors.passkey
        events.append(PasskeyAdded(account=whose, passkey=reference, kept=Personal(person=whose, text=kept)))
    return events


def check_enough(*, passphrase: bool, app: bool, passkey: bool) -> None:
    """A passkey is a device and whoever it verified: two factors. A passphrase is one. Raises `InvalidValue`."""
    if passphrase and not app:
        raise InvalidValue("totp_code", "Add Muster to an authenticator app, and type the code it shows.")
    if app and not passphrase:
        raise InvalidValue("passphrase", "Choose a passphrase to go with the codes of the app.")
    if not passphrase and not passkey:
        raise InvalidValue("passkey", "Make a passkey, or choose a passphrase and add an authenticator app.")


def grant_role(account: Account, role: str, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for a role not on the list, `Refused`."""
    _refuse_closed(account)
    if role in account.roles:
        raise Refused(AccountRefusal.HOLDS_ROLE, "This account holds the role already.")
    roles = _roles((*account.roles, role), account.agency, jurisdiction, field="role")
    if not account.counties and must_say_where(roles, account.agency, jurisdiction):
        raise Refused(
            AccountRefusal.NO_COUNTIES,
            "Say first in which counties this person works: a local agency is of certain ones.",
        )
    return [RoleGranted(account=account.account, role=role)]


def remove_role(account: Account, role: str, by: UUID | None) -> list[Event]:
    """`by` is the account that asks. Somebody without any role is closed instead, with the day they left."""
    _refuse_closed(account)
    _refuse_own(account, by)
    if role not in account.roles:
        raise Refused(AccountRefusal.LACKS_ROLE, "This account does not hold the role.")
    if len(account.roles) == 1:
        raise Refused(
            AccountRefusal.LAST_ROLE, "This is the account's only role. Grant another first, or close the account."
        )
    return [RoleRemoved(account=account.account, role=role)]


def state_counties(
    account: Account, counties: Sequence[str], served: Sequence[str], jurisdiction: Jurisdiction
) -> list[Event]:
    """Where the person works from their next token on: in these, of those the agency is on file for, if any is.

    Raises `InvalidValue`, `Refused`.
    """
    _refuse_closed(account)
    stated = _counties(counties, served, jurisdiction)
    if not stated and must_say_where(account.roles, account.agency, jurisdiction):
        raise InvalidValue("counties", SAY_WHERE)
    return [] if stated == account.counties else [CountiesStated(account=account.account, counties=stated)]


def close(account: Account, left_at: datetime, by: UUID | None, now: datetime) -> list[Event]:
    """To be done within 24 hours of `left_at` (C81; NIST SP 800-53 PS-4). It cannot be opened again."""
    not_in_future("left_at", left_at, now)
    _refuse_left(account, now)
    _refuse_own(account, by)
    return [AccountClosed(account=account.account, left_at=left_at)]


def announce_leaving(account: Account, leaves_at: datetime, by: UUID | None, now: datetime) -> list[Event]:
    """Beforehand; whoever has left already is closed instead. Nothing where this very moment is announced."""
    if leaves_at <= now:
        raise InvalidValue("leaves_at", "This is past. Close the account, with the time the person left.")
    _refuse_left(account, now)
    _refuse_own(account, by)
    if account.leaves_at == leaves_at:
        return []
    return [LeavingAnnounced(account=account.account, leaves_at=leaves_at)]


def withdraw_leaving(account: Account, by: UUID | None, now: datetime) -> list[Event]:
    """While the person is there. Raises `Refused`."""
    _refuse_left(account, now)
    _refuse_own(account, by)
    if account.leaves_at is None:
        raise Refused(AccountRefusal.NOT_LEAVING, "It was not announced that this person leaves.")
    return [LeavingWithdrawn(account=account.account)]


def leave(account: Account, now: datetime) -> list[Event]:
    """What happens by itself when the announced moment comes: once, never early."""
    if not account.open or account.leaves_at is None or now < account.leaves_at:
        return []
    return [AccountClosed(account=account.account, left_at=account.leaves_at)]


def ask(account: Account, attestation: UUID, due_at: datetime) -> list[Event]:
    """Of an account that nobody answered for before, what was asked then stands: it stays suspended."""
    answer_by = account.answer_by or due_at
    return [AccountAsked(account=account.account, attestation=attestation, answer_by=answer_by)]


class Answering(msgspec.Struct, frozen=True):
    """Who answers for an account, and who else could.

    `administrator` says whether they administer its agency; `others` whether another account that administers it is
    live, and `operators` whether another operator's is.
    """

    account: UUID | None
    administrator: bool
    others: bool
    operators: bool


def confirm(
    account: Account, needed: Sequence[str], by: Answering, jurisdiction: Jurisdiction, now: datetime
) -> list[Event]:
    """The person still works there, and needs the roles in `needed`; the rest is removed.

    Nobody answers for themself while anybody else can: another administrator of the agency, or, where there is none, an
    operator. Raises `InvalidValue`, `Refused`.
    """
    _refuse_left(account, now)
    _refuse_answer(account, by)
    if account.asked_in is None:
        raise Refused(AccountRefusal.NOT_ASKED, "Nobody is asked about this account at present.")
    if not set(needed) <= set(account.roles):
        raise InvalidValue("roles", "The account does not hold one of these roles. Look at it as it is now.")
    roles = _roles(needed, account.agency, jurisdiction)
    removed = [RoleRemoved(account=account.account, role=role) for role in account.roles if role not in roles]
    resumed = [WorkResumed(account=account.account)] if account.suspended else []
    return [*removed, AccountConfirmed(account=account.account, attestation=account.asked_in), *resumed]


def suspend(account: Account, now: datetime) -> list[Event]:
    """When nobody answered in time. Nothing for an account that is closed, or was answered for."""
    if not account.open or account.suspended or account.asked_in is None or not account.suspended_at(now):
        return []
    return [
        AccountSuspended(account=account.account, attestation=account.asked_in),
        WorkSuspended(account=account.account),
    ]


def plain_sign_in_name(text: str) -> str:
    """The one spelling of a sign-in name. Raises `InvalidValue`."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(plain) > LONGEST_SIGN_IN_NAME or not _SIGN_IN_NAME.fullmatch(plain) or not plain.isprintable():
        raise InvalidValue("sign_in_name", "Give a sign-in name like an e-mail address, for example one@example.org.")
    return plain


def plain_passphrase(text: str) -> str:
    """The one spelling of a passphrase. Raises `InvalidValue` for one too short or too long."""
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) not in PASSPHRASE_LENGTHS:
        raise InvalidValue(
            "passphrase", "Use 12 to 256 characters. A few words in a row are easy to remember and hard to guess."
        )
    return plain


def known_agency(agency: str, jurisdiction: Jurisdiction) -> str:
    """Raises `InvalidValue` for an agency that is not in the jurisdiction's table."""
    if agency not in jurisdiction.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list of agencies.")
    return agency


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidValue("name", "Give the person's name, in at most 200 characters on one line.")
    return name


def _roles(roles: Sequence[str], agency: str, jurisdiction: Jurisdiction, field: str = "roles") -> tuple[str, ...]:
    if not roles:
        raise InvalidValue(field, "Give the account at least one role.")
    for role in roles:
        rule = jurisdiction.roles.get(role)
        if rule is None:
            known = ", ".join(sorted(jurisdiction.roles))
            raise InvalidValue(field, f"One of these roles is not on the list. The roles are: {known}.")
        if rule.agency_id not in {None, agency}:
            raise InvalidValue(field, f"The role {role} is held only in the agency {rule.agency_id}.")
    distinct = tuple(dict.fromkeys(roles))
    if not READ_NO_CASE.isdisjoint(distinct) and not READ_NO_CASE.issuperset(distinct):
        raise Refused(
            AccountRefusal.ADMINISTRATOR_ALONE,
            "Administrators and operators read no case, so these roles stand with no other."
            " Open a second account for other work.",
        )
    return distinct


def _counties(names: Sequence[str], served: Sequence[str], jurisdiction: Jurisdiction) -> tuple[str, ...]:
    found = set()
    for name in names:
        try:
            county = jurisdiction.county(name).county
        except UnknownCounty as unknown:
            near = f" Did you mean {' or '.join(unknown.near)}?" if unknown.near else ""
            raise InvalidValue(
                "counties", f"One of these is no county of {jurisdiction.state.state}.{near}"
            ) from unknown
        if served and county not in served:
            raise InvalidValue("counties", "The agency is not on file for one of these counties.")
        found.add(county)
    return tuple(sorted(found))


def _refuse_closed(account: Account) -> None:
    if not account.open:
        raise Refused(AccountRefusal.CLOSED, "This account is closed and stays so. Open a new one if need be.")


def _refuse_left(account: Account, now: datetime) -> None:
    """Also when the announced moment has come, and the timer has not."""
    if not account.belongs(now):
        raise Refused(AccountRefusal.CLOSED, "This account is closed and stays so. Open a new one if need be.")


def _refuse_answer(account: Account, by: Answering) -> None:
    if by.account == account.account and (by.others or by.operators):
        raise Refused(
            AccountRefusal.OWN_ANSWER,
            "Nobody answers for their own account. Ask another administrator of your agency;"
            " if there is none, an operator of Muster.",
        )
    if not by.administrator and (by.others or ADMINISTRATOR not in account.roles):
        raise Refused(
            AccountRefusal.ANOTHERS_ANSWER, "This agency has an administrator, who answers for its accounts. Ask them."
        )


def _refuse_own(account: Account, by: UUID | None) -> None:
    # So that the last administrator cannot lock everybody out.
    if by == account.account:
        raise Refused(AccountRefusal.OWN_ACCOUNT, "You cannot do this to your own account. Ask another administrator.")
