"""Which notices have not reached anybody? A number for operators; the board has the notices themselves."""

from collections.abc import Sequence

from services.kernel.batch import Effect
from services.kernel.stored_form import Happening
from services.kernel.undelivered import asked, dealt_with, refused, taken, tried_again, view_of
from services.rapid_assessment.notice.events import (
    NoticeAcknowledged,
    NoticeDropped,
    NoticeFailed,
    NoticeRequested,
    NoticeSent,
    NoticeTriedAgain,
    PlaceNoticeRequested,
)
from services.rapid_assessment.notice.notice import BOARD


def project(happening: Happening) -> Sequence[Effect]:
    """What stands on a role's board was delivered; that alone does not show that a carrier works."""
    match happening.event:
        case NoticeRequested() | PlaceNoticeRequested() as e:
            return [asked(e.notice, happening)]
        case NoticeSent() as e if set(e.carriers) - {BOARD}:
            return [taken(e.notice, happening)]
        case NoticeSent() | NoticeAcknowledged() | NoticeDropped() as e:
            return [dealt_with(e.notice)]
        case NoticeFailed() as e:
            return [refused(e.notice, happening)]
        case NoticeTriedAgain() as e:
            return [tried_again(e.notice, happening, e.nth)]
        case _:
            return ()


UNDELIVERED = view_of(project)
