"""Whether those whom the law names were told that contact cannot be made, and said that they know (C03, C04)."""

from datetime import datetime
from typing import NamedTuple

from contracts.deadline import Noticed, NoticeGiven
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import Cases, contact_of
from services.rapid_assessment.contact.contact import Contact
from services.rapid_assessment.contact.events import ContactImpossible
from services.rapid_assessment.notice.events import NoticeAcknowledged, NoticeRequested, NoticeSent
from services.rapid_assessment.notice.notice import notice_id

RULE = "C03"


async def noticed_of(cases: Cases, contact: Contact) -> Noticed | None:
    """None while nobody said that contact cannot be made. Of several declarations, each role's earliest answer."""
    told = await cases.store.happenings(contact_of(contact.tip))
    declared = [each for each in told if isinstance(each.event, ContactImpossible)]
    if not declared:
        return None
    duty = cases.jurisdiction.duty_rule_at(RULE, declared[0].happened_at)
    roles = duty.told if duty is not None else ()
    notices = [await _given(cases, role, declared) for role in roles]
    return Noticed(
        rule=RULE,
        citation=duty.citation if duty is not None else "",
        known_at=declared[0].happened_at,
        attempts=contact.attempts_recorded,
        planned_steps=contact.steps_planned,
        notices=tuple(notices),
        complete=bool(notices) and contact.documented and all(each.acknowledged_at is not None for each in notices),
    )


class _Moments(NamedTuple):
    requested_at: datetime | None = None
    sent_at: datetime | None = None
    acknowledged_at: datetime | None = None


async def _given(cases: Cases, role: str, declared: list[Happening]) -> NoticeGiven:
    found = [await _moments(cases, role, each) for each in declared]
    first, sent, acknowledged = (
        min((at for each in found if (at := each[part]) is not None), default=None) for part in range(3)
    )
    return NoticeGiven(role=role, requested_at=first, sent_at=sent, acknowledged_at=acknowledged)


async def _moments(cases: Cases, role: str, declaration: Happening) -> _Moments:
    """What waits to be requested by the reaction to the declaration has none yet."""
    moments = _Moments()
    for each in await cases.store.happenings(notice_id(declaration.event_id, role)):
        match each.event:
            case NoticeRequested():
                moments = moments._replace(requested_at=each.recorded_at)
            case NoticeSent():
                moments = moments._replace(sent_at=each.recorded_at)
            case NoticeAcknowledged():
                moments = moments._replace(acknowledged_at=each.recorded_at)
            case _:
                pass
    return moments
