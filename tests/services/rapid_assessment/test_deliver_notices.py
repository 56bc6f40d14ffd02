"""A requested notice reaches its role: on the board in any case, and by the carriers that were set up."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest

from services.kernel.carrier import AppriseCarrier, read_addresses
from services.kernel.store import EventStore
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import NOTICE
from services.rapid_assessment.notice.events import NoticeFailed, NoticeRequested, NoticeSent
from services.rapid_assessment.notice.notice import Why, notice_id
from services.rapid_assessment.processes.deliver_notices import WORDS, DeliverNotices
from tests.services.rapid_assessment.given import MISSISSIPPI, PERSON, TIP, VICTIM
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
    return DeliverNotices(cast("EventStore", case.streams), addresses, carrier, ORIGIN)


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
