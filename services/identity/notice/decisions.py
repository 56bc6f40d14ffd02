"""What becomes of a notice that no carrier took, when it is time to try again. Pure."""

from contracts.language import Event
from services.identity.notice.events import AccountNoticeDropped, AccountNoticeTriedAgain
from services.identity.notice.state import AccountNotice


def try_again(notice: AccountNotice, *, waits: bool) -> list[Event]:
    """Nothing for one that was taken meanwhile. Where what it is about does not wait any more, it is dropped."""
    if notice.over:
        return []
    if not waits:
        return [AccountNoticeDropped(notice=notice.notice)]
    return [AccountNoticeTriedAgain(notice=notice.notice, nth=notice.refusals + 1)]
