"""What becomes of a notice to those who answer for accounts. It carries references and codes."""

from typing import Annotated

from contracts.language import Code, Event, Flag, Measure, Reference, classified

Codes = Annotated[tuple[str, ...], classified("code")]


class AccountNoticeSent(Event, frozen=True, kw_only=True):
    """Those of `roles` were told by these carriers that a duty about accounts waits or was missed, or of an incident.

    Whoever is told by no carrier finds it on their page.
    """

    NAME = "account_notice.sent"

    notice: Reference
    agency: Code
    rule: Code
    roles: Codes
    carriers: Codes


class AccountNoticeFailed(Event, frozen=True, kw_only=True):
    """These carriers refused it."""

    NAME = "account_notice.failed"

    notice: Reference
    carriers: Codes


class AccountNoticeKept(Event, frozen=True, kw_only=True):
    """No carrier took it, so it is kept, to be given to them again as long as what it is `about` waits.

    `about` is the quarter's attestation, the account or the incident. `missed`: it tells that a deadline was missed.
    """

    NAME = "account_notice.kept"

    notice: Reference
    about: Reference
    missed: Flag


class AccountNoticeTriedAgain(Event, frozen=True, kw_only=True):
    """No carrier had taken it, so it is given to them once more, for the `nth` time."""

    NAME = "account_notice.tried_again"

    notice: Reference
    nth: Measure


class AccountNoticeDropped(Event, frozen=True, kw_only=True):
    """What it was about had been done before any carrier took it: nobody was told."""

    NAME = "account_notice.dropped"

    notice: Reference


ACCOUNT_NOTICE_EVENTS: tuple[type[Event], ...] = (
    AccountNoticeSent,
    AccountNoticeFailed,
    AccountNoticeKept,
    AccountNoticeTriedAgain,
    AccountNoticeDropped,
)
