"""A requested notice reaches its role: on the board in any case, and by the carriers that were set up."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest

from contracts.events.rapid_assessment import TeamStoodDown
from contracts.language import Event
from services.kernel.carrier import AppriseCarrier, read_addresses
from services.kernel.due import DueMoment
from services.kernel.store import EventStore
from services.kernel.stored_form import Happening
from services.kernel.tries import MOMENT
from services.rapid_assessment.cases import NOTICE
from services.rapid_assessment.notice.events import (
    NoticeAcknowledged,
    NoticeDropped,
    NoticeFailed,
    NoticeRequested,
    NoticeSent,
    NoticeTriedAgain,
)
from services.rapid_assessment.notice.notice import Why, notice_id
from services.rapid_assessment.processes.deliver_notices import WORDS, DeliverNotices
from tests.services.rapid_assessment.given import MISSISSIPPI, PERSON, TEAM, TIP, VICTIM, opened, stood_down
from tests.services.rapid_assessment.streams import Case, happening_of
from tests.support.running_service import NOON

ROLE = "cps_coordinator"
NOTICE_ID = notice_id(UUID(int=7), ROLE)
ORIGIN = "https://muster.example"
MAIL, SECOND = "mailtos://example.org?to=night@example.org", "json://example.org/hook"


class FakeCarrier:
    """Takes what it is set to take, and keeps what it was given."""

    def __init__(self, *, refuses: Sequence[str] = ()) -> None:
        self.given: list[tuple[str, str, str]] = []
        self._refuses = refuses

    async def send(self, address: str, title: str, text: str) -> bool:
        self.given.append((address, title, text))
        return address not in self._refuses


def requested(why: Why = Why.CLOCK_MISSED) -> NoticeRequested:
    return NoticeRequested(
        notice=NOTICE_ID,
        tip=TIP,
        role=ROLE,
        why=why,
        rule="C06",
        citation="Miss. Code 43-26-3",
        empty_seats=(VICTIM.seat,),
    )


def a_case(why: Why = Why.CLOCK_MISSED) -> tuple[Case, Happening]:
    case = Case()
    return case, case.streams.add(NOTICE_ID, requested(why), NOON)


def deliver(case: Case, carrier: FakeCarrier, addresses: Mapping[str, Sequence[str]]) -> DeliverNotices:
    return DeliverNotices(cast("EventStore", case.streams), addresses, carrier, ORIGIN, case.time)


async def test_what_a_carrier_takes_is_on_record_with_the_board() -> None:
    case, happening = a_case()
    carrier = FakeCarrier()

    followed = await case.tell(
        deliver(case, carrier, {ROLE: [MAIL, SECOND], "task_force": ["json://elsewhere"]}), happening
    )

    assert [address for address, _, _ in carrier.given] == [MAIL, SECOND]
    assert [each.event for each in followed] == [NoticeSent(notice=NOTICE_ID, carriers=("board", "mailtos", "json"))]


async def test_what_a_carrier_refuses_is_on_record_and_the_board_has_it_nevertheless() -> None:
    case, happening = a_case()

    followed = await case.tell(deliver(case, FakeCarrier(refuses=[MAIL]), {ROLE: [MAIL, SECOND]}), happening)

    assert [each.event for each in followed] == [
        NoticeSent(notice=NOTICE_ID, carriers=("board", "json")),
        NoticeFailed(notice=NOTICE_ID, carriers=("mailtos",)),
    ]


async def test_a_role_without_an_address_has_it_on_the_board() -> None:
    case, happening = a_case()
    carrier = FakeCarrier()

    followed = await case.tell(deliver(case, carrier, {}), happening)

    assert carrier.given == []
    assert [each.event for each in followed] == [NoticeSent(notice=NOTICE_ID, carriers=("board",))]


async def test_it_is_delivered_once_however_often_it_is_met_with() -> None:
    for refuses in ([], [MAIL]):
        case, happening = a_case()
        carrier = FakeCarrier(refuses=refuses)
        handler = deliver(case, carrier, {ROLE: [MAIL]})
        await case.tell(handler, happening)

        assert await case.tell(handler, happening) == []
        assert len(carrier.given) == 1


@pytest.mark.parametrize("why", Why)
async def test_the_text_says_what_to_open_by_number_and_link_and_nothing_of_the_case(why: Why) -> None:
    case, happening = a_case(why)
    carrier = FakeCarrier()

    await case.tell(deliver(case, carrier, {ROLE: [MAIL]}), happening)

    ((_, title, text),) = carrier.given
    said = f"{title} {text}"
    assert re.search("Open (the case|your board|your first page) in Muster", text)
    assert str(NOTICE_ID) in text
    # Whoever is to open their board may not read the case: they are led to their own first page.
    link = f"{ORIGIN}/cases/{TIP}" if "Open the case" in text else f"{ORIGIN}/"
    assert f"Case {str(TIP)[:8]}: {link} " in text
    said = said.replace(link, "")
    assert not [secret for secret in (str(TIP), str(PERSON), VICTIM.seat, "C06", "2026") if secret in said]
    assert not [county for county in MISSISSIPPI.counties if county in said]


def test_every_reason_has_its_words() -> None:
    assert set(WORDS) == set(Why)


async def test_a_refusal_is_logged_by_kind_without_the_address(caplog: pytest.LogCaptureFixture) -> None:
    case, happening = a_case()
    with caplog.at_level(logging.WARNING):
        await case.tell(deliver(case, FakeCarrier(refuses=[MAIL]), {ROLE: [MAIL]}), happening)

    (line,) = caplog.records
    assert line.__dict__["carrier"] == "mailtos"
    assert "night@example.org" not in json.dumps(line.__dict__, default=str)


async def test_an_address_that_no_carrier_understands_is_refused() -> None:
    assert await AppriseCarrier().send("nonsense", "Muster", "A text.") is False


def test_addresses_are_read_by_role_and_none_where_there_is_no_file(tmp_path: Path) -> None:
    file = tmp_path / "notices.json"
    assert read_addresses(file) == {}
    file.write_text(json.dumps({ROLE: [MAIL]}))

    assert read_addresses(file) == {ROLE: [MAIL]}


async def test_another_event_concerns_it_not() -> None:
    case, _ = a_case()
    carrier = FakeCarrier()
    sent = happening_of(NoticeSent(notice=NOTICE_ID, carriers=("board",)), stream=NOTICE_ID)

    assert await case.tell(deliver(case, carrier, {ROLE: [MAIL]}), sent) == []
    assert not (await case.streams.load(NOTICE, NOTICE_ID)).state.delivered


async def met(case: Case, deliver: DeliverNotices, happening: Happening) -> list[datetime]:
    """What the reaction decides is stored; answers the moments it sets."""
    changes = await deliver(happening)
    case.streams.append(changes, case.time.now())
    rows = [tuple(each.parameters) for each in changes.effects] if changes else []
    assert all(row[0] == NOTICE_ID for row in rows)
    return [row[2] for row in rows if isinstance(row[2], datetime)]


async def due(case: Case, deliver: DeliverNotices, at: datetime) -> list[Happening]:
    """The moment comes."""
    case.time.turn(at - case.time.now())
    fired = await deliver.on_time(DueMoment(NOTICE_ID, MOMENT, at), at)
    return list(case.streams.append(fired.changes if fired else None, at))


async def test_what_nobody_took_is_given_to_all_again_and_again_until_one_takes_it_and_then_never() -> None:
    case, happening = a_case()
    refuses = [MAIL, SECOND]
    carrier = FakeCarrier(refuses=refuses)
    handler = deliver(case, carrier, {ROLE: [MAIL, SECOND]})
    rests = []
    while moments := await met(case, handler, happening):
        (moment,) = moments
        rests.append((moment - case.time.now()) // timedelta(minutes=1))
        (happening,) = await due(case, handler, moment)
        if len(rests) == 6:
            refuses.remove(SECOND)

    assert rests == [1, 5, 15, 60, 60, 60]
    assert len(carrier.given) == 7 * 2
    told = [each.event for each in case.streams.events[NOTICE_ID][1:]]
    assert told[:2] == [NoticeSent(notice=NOTICE_ID, carriers=("board",)), refusal := refused(MAIL, SECOND)]
    assert [each for each in told if isinstance(each, NoticeFailed)] == [refusal] * 6 + [refused(MAIL)]
    assert [each.nth for each in told if isinstance(each, NoticeTriedAgain)] == [2, 3, 4, 5, 6, 7]
    assert told[-2:] == [NoticeSent(notice=NOTICE_ID, carriers=("json",)), refused(MAIL)]
    # A moment that comes twice, and a reaction that is asked again.
    assert await due(case, handler, case.time.now()) == []
    assert await met(case, handler, happening) == []
    assert len(carrier.given) == 7 * 2


def refused(*addresses: str) -> NoticeFailed:
    return NoticeFailed(notice=NOTICE_ID, carriers=tuple(each.partition(":")[0] for each in addresses))


async def test_it_is_tried_for_a_day_and_no_longer() -> None:
    case, happening = a_case()
    handler = deliver(case, FakeCarrier(refuses=[MAIL]), {ROLE: [MAIL]})
    while moments := await met(case, handler, happening):
        (happening,) = await due(case, handler, moments[0])
    assert timedelta(hours=24) <= case.time.now() - NOON < timedelta(hours=25)


SEEN, DROPPED = NoticeAcknowledged(notice=NOTICE_ID, account=PERSON), NoticeDropped(notice=NOTICE_ID)
AGAIN = NoticeTriedAgain(notice=NOTICE_ID, nth=2)


@pytest.mark.parametrize(
    ("why", "meanwhile", "follows"),
    [
        (Why.SEATS_STILL_EMPTY, SEEN, []),
        (Why.SEATS_STILL_EMPTY, stood_down(), [DROPPED]),
        (Why.CLOCK_MISSED, SEEN, []),
        # That a deadline was missed stays news, whatever became of the team.
        (Why.CLOCK_MISSED, stood_down(), [AGAIN]),
    ],
    ids=["seats, seen", "seats, over", "missed, seen", "missed, the team over"],
)
async def test_nothing_is_tried_again_that_was_acknowledged_or_is_over(
    why: Why, meanwhile: Event, follows: list[Event]
) -> None:
    case, happening = a_case(why)
    case.streams.add(TEAM, opened(), NOON)
    handler = deliver(case, FakeCarrier(refuses=[MAIL]), {ROLE: [MAIL]})
    (moment,) = await met(case, handler, happening)
    case.streams.add(TEAM if isinstance(meanwhile, TeamStoodDown) else NOTICE_ID, meanwhile, NOON)
    assert [each.event for each in await due(case, handler, moment)] == follows
    # A moment that comes twice drops it once.
    if follows == [DROPPED]:
        assert await due(case, handler, moment) == []


async def test_whoever_acknowledges_it_while_the_carriers_are_asked_is_not_told_besides() -> None:
    case, happening = a_case()
    carrier = FakeCarrier(refuses=[MAIL])
    handler = deliver(case, carrier, {ROLE: [MAIL]})
    (moment,) = await met(case, handler, happening)
    (happening,) = await due(case, handler, moment)
    case.streams.add(NOTICE_ID, SEEN, NOON)
    assert await met(case, handler, happening) == []
    assert len(carrier.given) == 1


async def test_what_one_carrier_took_is_tried_no_more_though_another_refused() -> None:
    case, happening = a_case()
    handler = deliver(case, FakeCarrier(refuses=[MAIL]), {ROLE: [MAIL, SECOND]})
    assert await met(case, handler, happening) == []
