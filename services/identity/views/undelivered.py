"""Which notices about accounts and incidents have not reached anybody? A number for operators."""

from collections.abc import Sequence

from services.identity.incident.events import IncidentAcknowledged, IncidentReported
from services.identity.incident.incidents import RULE as INCIDENT_RULE
from services.identity.notice.events import (
    AccountNoticeDropped,
    AccountNoticeFailed,
    AccountNoticeSent,
    AccountNoticeTriedAgain,
)
from services.identity.notice.state import notice_of
from services.kernel.batch import Effect
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.stored_form import Happening
from services.kernel.undelivered import asked, dealt_with, refused, taken, tried_again, view_of


def project(happening: Happening) -> Sequence[Effect]:
    """Asked for by a warning or a miss, and by the report of an incident, whose hour asks for none of its own."""
    match happening.event:
        case ClockWarned(rule=rule) | ClockMissed(rule=rule) if rule == INCIDENT_RULE:
            return ()
        case ClockWarned() | ClockMissed():
            return [asked(notice_of(happening.event_id), happening)]
        case IncidentReported() as e:
            return [asked(notice_of(e.incident), happening)]
        case IncidentAcknowledged() as e:
            return [dealt_with(notice_of(e.incident))]
        case AccountNoticeSent() as e if e.carriers:
            return [taken(e.notice, happening)]
        case AccountNoticeSent() | AccountNoticeDropped() as e:
            return [dealt_with(e.notice)]
        case AccountNoticeFailed() as e:
            return [refused(e.notice, happening)]
        case AccountNoticeTriedAgain() as e:
            return [tried_again(e.notice, happening, e.nth)]
        case _:
            return ()


UNDELIVERED = view_of(project)
