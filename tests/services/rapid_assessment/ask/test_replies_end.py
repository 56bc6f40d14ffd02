"""Five wrong codes end the answering by writing back for one ask; whoever is asked is told once, if they still are."""

from functools import reduce
from pathlib import Path
from uuid import UUID

import pytest

from contracts.language import Event
from services.kernel.stored_form import Happening
from services.rapid_assessment.ask.ask import HOLDS, REPLY_TRIES, Ask, evolve, replied, reply_failed
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.events import AskReplied, AskReplyFailed, AskSent
from services.rapid_assessment.processes.tell_replies_ended import TellRepliesEnded
from services.rapid_assessment.reaching import Reach
from tests.services.rapid_assessment.given import ADVOCATE, TEAM, VICTIM, accepted, proposed
from tests.services.rapid_assessment.messages import MessagesInMemory
from tests.services.rapid_assessment.streams import Case
from tests.services.rapid_assessment.test_deliver_notices import FakeCarrier
from tests.services.rapid_assessment.test_tell_asked import MAIL, ORIGIN, a_case, codes_in, opening
from tests.support.running_service import NOON

SEAT = VICTIM.seat


def sent(proposal: UUID, case: Case) -> AskSent:
    until = case.time.now() + HOLDS
    return AskSent(team=TEAM, seat=SEAT, responder=ADVOCATE, proposal=proposal, carrier="email", until=until)


def test_each_wrong_code_is_one_try_less_and_after_the_last_none_is_counted() -> None:
    ask, told = reduce(evolve, [sent(UUID(int=1), Case())], Ask()), list[Event]()
    while ask.takes_replies:
        failed = reply_failed(ask, "email")
        ask, told = reduce(evolve, failed, ask), told + failed
    assert [each.left for each in told if isinstance(each, AskReplyFailed)] == [4, 3, 2, 1, 0]
    assert len(told) == REPLY_TRIES
    assert reply_failed(ask, "email") == []
    # The long code goes on.
    assert ask.answers(UUID(int=1), NOON)


def test_an_answer_that_was_written_back_uses_the_ask_up() -> None:
    ask = evolve(Ask(), sent(UUID(int=1), Case()))
    used = replied(ask, "sms")
    assert used == AskReplied(team=TEAM, seat=SEAT, responder=ADVOCATE, channel="sms")
    assert ask.answers(UUID(int=1), NOON)
    assert not evolve(ask, used).answers(UUID(int=1), NOON)


@pytest.fixture
def codes(tmp_path: Path) -> AskCodes:
    return codes_in(tmp_path)


def failed_for_good(case: Case, codes: AskCodes, left: int = 0) -> Happening:
    """The advocate was asked by mail; then so many tries were left."""
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
    stream = codes.ask_of(codes.code(asked.event_id))
    case.streams.add(stream, sent(asked.event_id, case), NOON)
    failed = AskReplyFailed(team=TEAM, seat=SEAT, responder=ADVOCATE, channel="email", left=left)
    return case.streams.add(stream, failed, NOON)


def process(case: Case, codes: AskCodes, carrier: FakeCarrier, *, an_hour: int = 6) -> TellRepliesEnded:
    reach = Reach(case.cases, opening(), {"email": MAIL}, carrier)
    return TellRepliesEnded(
        case.cases, reach, codes, MessagesInMemory(case.streams, an_hour=an_hour), ORIGIN, case.time
    )


async def test_they_are_told_once_by_that_channel_with_the_link_that_still_answers(codes: AskCodes) -> None:
    case, carrier = a_case(), FakeCarrier()
    last = failed_for_good(case, codes)
    telling = process(case, codes, carrier)
    for _ in range(2):
        assert await telling(last) is None
    ((_, _, said),) = carrier.given
    assert said.startswith("Too many wrong codes")
    assert ORIGIN in said
    assert codes.ask_of(said.partition("answer#")[2].partition(" ")[0]) == last.stream


async def test_nobody_is_told_before_the_last_nor_when_they_answered_nor_beyond_the_brake(codes: AskCodes) -> None:
    for left, answered, an_hour in ((1, False, 6), (0, True, 6), (0, False, 0)):
        case, carrier = a_case(), FakeCarrier()
        last = failed_for_good(case, codes, left)
        if answered:
            case.streams.add(TEAM, accepted(VICTIM), NOON)
        await process(case, codes, carrier, an_hour=an_hour)(last)
        assert carrier.given == []
