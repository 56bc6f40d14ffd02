"""Somebody of the role says to have seen a notice."""

from uuid import UUID, uuid4

import pytest

from contracts.language import Event, Refused
from services.rapid_assessment.notice.events import NoticeAcknowledged, NoticeFailed, NoticeRequested, NoticeSent
from services.rapid_assessment.notice.notice import Notice, NoticeRefusal, Why, acknowledge, evolve, notice_id
from tests.services.rapid_assessment.given import ADVOCATE, SPARE, TIP

NOTICE = notice_id(TIP, "task_force")
REQUESTED = NoticeRequested(
    notice=NOTICE, tip=TIP, role="task_force", why=Why.ADULT_TIP, rule="adult pathway", citation="", empty_seats=()
)


def notice(*events: Event) -> Notice:
    state = Notice()
    for event in events:
        state = evolve(state, event)
    return state


def test_the_first_who_says_so_is_on_record() -> None:
    (event,) = acknowledge(notice(REQUESTED), ADVOCATE)

    assert event == NoticeAcknowledged(notice=NOTICE, account=ADVOCATE)
    assert notice(REQUESTED, event).acknowledged_by == ADVOCATE


@pytest.mark.parametrize("who", [ADVOCATE, SPARE])
def test_the_second_is_told_that_it_was_said(who: UUID) -> None:
    said = NoticeAcknowledged(notice=NOTICE, account=ADVOCATE)

    with pytest.raises(Refused) as refused:
        acknowledge(notice(REQUESTED, said), who)

    assert refused.value.code == NoticeRefusal.ACKNOWLEDGED_ALREADY


def test_it_is_delivered_whether_a_carrier_took_it_or_not() -> None:
    assert not notice(REQUESTED).delivered
    assert notice(REQUESTED, NoticeSent(notice=NOTICE, carriers=("board",))).delivered
    assert notice(REQUESTED, NoticeFailed(notice=NOTICE, carriers=("mailto",))).delivered


def test_one_cause_is_one_notice_for_each_role() -> None:
    cause = uuid4()

    assert notice_id(cause, "task_force") == notice_id(cause, "task_force")
    assert len({notice_id(cause, "task_force"), notice_id(cause, "prosecutor"), notice_id(TIP, "task_force")}) == 3
