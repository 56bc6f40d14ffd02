"""What becomes of a notice to those who answer for accounts. It carries references and codes."""

from typing import Annotated

from contracts.language import Code, Event, Reference, classified

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


class AccountNoticeDropped(Event, frozen=True, kw_only=True):
    """What it was about had been done before it went out: nobody was told."""

    NAME = "account_notice.dropped"

    notice: Reference


ACCOUNT_NOTICE_EVENTS: tuple[type[Event], ...] = (AccountNoticeSent, AccountNoticeFailed, AccountNoticeDropped)
