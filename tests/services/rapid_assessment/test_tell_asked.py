"""Somebody who is asked for a seat is told once, where they said, and never when they are asked no more."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.language import Event, Personal
from services.kernel.keys import Digester, KeyStore
from services.kernel.sealing import CannotOpen
from services.kernel.stored_form import Happening
from services.rapid_assessment.ask.ask import HOLDS
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.events import AskNotSent, AskSent
from services.rapid_assessment.cases import ladder_of
from services.rapid_assessment.ladder.events import NobodyLeft
from services.rapid_assessment.processes.tell_asked import TellAsked
from services.rapid_assessment.reaching import MARK, Reach
from services.rapid_assessment.responder.events import (
    AddressStated,
    AddressWithdrawn,
    ChannelProven,
    ChannelStated,
    ResponderBack,
    ResponderLeft,
    ResponderSuspended,
)
from services.rapid_assessment.seat_messages import Leave, Message
from services.rapid_assessment.team.events import SeatDeclined, SeatHandedOver, SeatReleased, SeatUnreached
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    SPARE,
    TEAM,
    VICTIM,
    accepted,
    conflicted,
    excluded,
    opened,
    proposed,
    reached,
    registered,
    stood_down,
    text,
)
from tests.services.rapid_assessment.messages import MessagesInMemory
from tests.services.rapid_assessment.streams import Case, happening_of
from tests.services.rapid_assessment.test_deliver_notices import FakeCarrier
from tests.support.running_service import NOON

CALL = "twilio://sid:token@6015550199/{address}/?method=call"
MAIL = "mailtos://night@example.org/?to={address}"
ORIGIN = "https://muster.example"


class PlainKeys:
    """Opens what the streams in memory hold unsealed, but for persons whose key was destroyed."""

    def __init__(self, *destroyed: UUID) -> None:
        self._destroyed = destroyed

    async def open(self, personal: Personal, event_id: UUID, field: str) -> str:
        if personal.person in self._destroyed:
            raise CannotOpen(field)
        return personal.text


def opening(keys: PlainKeys | None = None) -> KeyStore:
    return cast("KeyStore", keys or PlainKeys())


def stated(who: UUID = ADVOCATE, kind: str = "email", address: str = "example.advocate@example.org") -> AddressStated:
    return AddressStated(account=who, kind=kind, address=Personal(person=who, text=address))


def a_case(*of_responder: Event) -> Case:
    case = Case()
    for event in (registered(), *(of_responder or (stated(),))):
        case.streams.add(ADVOCATE, event, NOON)
    case.streams.add(TEAM, opened(), NOON)
    return case


@pytest.fixture
def codes(tmp_path: Path) -> AskCodes:
    return codes_in(tmp_path)


def codes_in(folder: Path) -> AskCodes:
    (folder / "digest.key").write_text(base64.b64encode(bytes(32)).decode())
    return AskCodes(Digester(folder / "digest.key"))


def tell(
    case: Case,
    codes: AskCodes,
    carrier: FakeCarrier,
    keys: PlainKeys | None = None,
    *,
    on_call: bool = False,
    carriers: Mapping[str, str] = {"email": MAIL, "voice": CALL},  # never changed
    messages: MessagesInMemory | None = None,
) -> TellAsked:
    async def is_on_call(team: Team, seat: str, account: UUID) -> bool:
        assert (team.team, seat) == (TEAM, VICTIM.seat)
        return on_call and account == ADVOCATE

    reach = Reach(case.cases, opening(keys), carriers, carrier)
    kept = messages or MessagesInMemory(case.streams)
    return TellAsked(case.cases, reach, codes, is_on_call, kept, ORIGIN, case.time)


async def test_they_are_told_that_something_waits_and_nothing_of_the_case(codes: AskCodes) -> None:
    case, carrier = a_case(), FakeCarrier()
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)

    (followed,) = await case.tell(tell(case, codes, carrier), asked)

    code = codes.code(asked.event_id)
    ((address, title, said),) = carrier.given
    assert address == "mailtos://night@example.org/?to=example.advocate%40example.org"
    assert f"{ORIGIN}/answer#{code}" in said
    assert (title, said.replace(code, "")) == (
        "Muster",
        (
            "Something waits for your answer in Muster. Open https://muster.example/answer# or sign in."
            " If you are asked for a code, it is . It is good for two hours at the most, once, and for you alone."
        ),
    )
    assert followed.stream == codes.ask_of(code)
    assert followed.event == AskSent(
        team=TEAM,
        seat=VICTIM.seat,
        responder=ADVOCATE,
        proposal=asked.event_id,
        carrier="email",
        until=NOON + HOLDS,
    )


async def test_what_a_crash_left_unknown_goes_out_once_more_marked_with_the_same_code_and_never_a_third_time(
    codes: AskCodes,
) -> None:
    case, carrier = a_case(), FakeCarrier()
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
    process = tell(case, codes, carrier, messages=MessagesInMemory(case.streams, lost=True))

    # What it decided is lost with the process each time.
    decided = [await process(asked) for _ in range(3)]

    (once, more) = [said for _, _, said in carrier.given]
    assert more == f"{MARK} {once}"
    # Nothing is known of either: that channel counts as refused, so that another would be tried.
    assert [[event.NAME for event in each.streams[0].events] for each in decided if each] == [
        ["ask.sent"],
        ["ask.sent", "ask.sent_once_more"],
        ["ask.not_sent"],
    ]


async def test_after_two_of_unknown_end_another_channel_is_tried(codes: AskCodes) -> None:
    number = Personal(person=ADVOCATE, text="6015550100")
    case, carrier = a_case(stated(), ChannelStated(account=ADVOCATE, kind="voice", address=number)), FakeCarrier()
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
    process = tell(case, codes, carrier, messages=MessagesInMemory(case.streams, lost=True))
    for _ in range(5):
        await process(asked)
    assert [address.partition(":")[0] for address, _, _ in carrier.given] == ["twilio", "twilio", "mailtos", "mailtos"]


async def test_what_was_taken_is_not_sent_again_where_only_the_record_of_it_was_lost(codes: AskCodes) -> None:
    case, carrier = a_case(), FakeCarrier()
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
    process = tell(case, codes, carrier)
    await process(asked)
    followed = await case.tell(process, asked)
    await case.tell(process, asked)
    assert len(carrier.given) == 1
    assert [each.event.NAME for each in followed] == ["ask.sent"]


async def test_nobody_is_sent_more_than_so_many_within_an_hour_and_it_is_on_record(codes: AskCodes) -> None:
    case, carrier = a_case(), FakeCarrier()
    process = tell(case, codes, carrier, on_call=True, messages=MessagesInMemory(case.streams, an_hour=2))
    told: list[Happening] = []
    for _ in range(3):
        told += await case.tell(process, case.streams.add(TEAM, proposed(VICTIM), NOON))
    assert [each.event.NAME for each in told] == ["ask.sent", "ask.sent", "ask.held_back"]
    case.time.turn(timedelta(hours=1))
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
    assert [each.event.NAME for each in await case.tell(process, asked)] == ["ask.sent"]
    assert len(carrier.given) == 3


async def test_where_the_seat_changes_between_reading_it_and_sending_nothing_goes_out(codes: AskCodes) -> None:
    case, carrier = a_case(), FakeCarrier()

    class Declining(MessagesInMemory):
        async def begin(self, message: Message, channel: str, team_at: int, now: datetime) -> Leave:
            case.streams.add(TEAM, declined(), NOON)
            return await super().begin(message, channel, team_at, now)

    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
    assert await case.tell(tell(case, codes, carrier, messages=Declining(case.streams)), asked) == []
    assert carrier.given == []


async def test_a_carrier_that_refuses_is_on_record_and_no_code_is_good(codes: AskCodes) -> None:
    case = a_case()
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
    refusing = FakeCarrier(refuses=["mailtos://night@example.org/?to=example.advocate%40example.org"])

    (followed,) = await case.tell(tell(case, codes, refusing), asked)

    assert isinstance(followed.event, AskNotSent)


@pytest.mark.parametrize(
    ("of_responder", "keys"),
    [
        ((registered(),), PlainKeys()),
        ((stated(), AddressWithdrawn(account=ADVOCATE)), PlainKeys()),
        ((stated(kind="telephone", address="6015550100"),), PlainKeys()),
        ((stated(),), PlainKeys(ADVOCATE)),
        ((stated(), ResponderSuspended(account=ADVOCATE)), PlainKeys()),
        ((stated(), ResponderLeft(account=ADVOCATE)), PlainKeys()),
    ],
    ids=["no address", "withdrawn", "no carrier for it", "a court had it destroyed", "suspended", "left"],
)
async def test_whoever_has_no_address_to_be_told_at_finds_it_on_their_page(
    codes: AskCodes, of_responder: Sequence[Event], keys: PlainKeys
) -> None:
    case, carrier = a_case(*of_responder), FakeCarrier()
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)

    assert await case.tell(tell(case, codes, carrier, keys), asked) == []
    assert carrier.given == []


async def test_the_address_stated_last_is_the_one(codes: AskCodes) -> None:
    case, carrier = a_case(stated(address="old@example.org"), stated(address="new@example.org")), FakeCarrier()
    await case.tell(tell(case, codes, carrier), case.streams.add(TEAM, proposed(VICTIM), NOON))
    assert [address for address, _, _ in carrier.given] == ["mailtos://night@example.org/?to=new%40example.org"]


async def test_by_what_was_last_seen_to_work_and_by_another_where_that_refuses(codes: AskCodes) -> None:
    text = Personal(person=ADVOCATE, text="6015550100")
    call = ChannelStated(account=ADVOCATE, kind="voice", address=text)
    proven = ChannelProven(account=ADVOCATE, proof=TEAM, kind="voice", proven_at=NOON)
    to_call = CALL.format(address="6015550100")
    for refuses, by in ([], "voice"), ([to_call], "email"):
        case, carrier = a_case(call, proven, stated()), FakeCarrier(refuses=refuses)
        (followed,) = await case.tell(tell(case, codes, carrier), case.streams.add(TEAM, proposed(VICTIM), NOON))
        assert isinstance(followed.event, AskSent)
        assert followed.event.carrier == by
        assert carrier.given[0][0] == to_call


@pytest.mark.parametrize(
    ("of_responder", "refused"),
    [((registered(),), ()), ((stated(),), ("email",))],
    ids=["nothing stated", "refused by the only one"],
)
async def test_whoever_is_on_call_by_a_rota_and_is_reached_by_nothing_is_on_record_as_unreached(
    codes: AskCodes, of_responder: Sequence[Event], refused: tuple[str, ...]
) -> None:
    case = a_case(*of_responder)
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
    carrier = FakeCarrier(refuses=["mailtos://night@example.org/?to=example.advocate%40example.org"])

    followed = await case.tell(tell(case, codes, carrier, on_call=True), asked)

    unreached = SeatUnreached(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE, refused=refused)
    assert [each.event for each in followed if each.stream == TEAM] == [unreached]
    assert [each.event.NAME for each in followed if each.stream != TEAM] == ["ask.not_sent"] * len(refused)


async def test_whom_a_colleague_named_and_nothing_reaches_is_on_record_as_unreached(codes: AskCodes) -> None:
    case = a_case(registered())
    named = SeatHandedOver(team=TEAM, seat=VICTIM.seat, responder=SPARE, colleague=ADVOCATE)
    case.streams.add(TEAM, named, NOON)

    (followed,) = await case.tell(tell(case, codes, FakeCarrier()), case.streams.add(TEAM, proposed(VICTIM), NOON))

    assert followed.event == SeatUnreached(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE, refused=())


async def test_whom_a_ladder_calls_is_told_by_its_channels_first_and_by_another_where_they_refuse(
    codes: AskCodes,
) -> None:
    to_call, to_mail = CALL.format(address="6015550100"), MAIL.format(address="example.advocate%40example.org")
    number = Personal(person=ADVOCATE, text="6015550100")
    for refuses, by in ([], "voice"), ([to_call], "email"), ([to_call, to_mail], None):
        case = a_case(ChannelStated(account=ADVOCATE, kind="voice", address=number), stated())
        carrier = FakeCarrier(refuses=refuses)
        case.streams.add(ladder_of(TEAM, VICTIM.seat), reached(VICTIM, ADVOCATE, by=("voice",)), NOON)

        followed = await case.tell(tell(case, codes, carrier), case.streams.add(TEAM, proposed(VICTIM), NOON))

        assert carrier.given[0][0] == to_call
        assert carrier.given[0][2].endswith("Without an answer within 10 min, another is asked.")
        told = [each.event for each in followed]
        if by is not None:
            assert [(each.NAME, getattr(each, "carrier", "")) for each in told] == [("ask.sent", by)]
        else:
            # Nothing reached them: that is on record, and the ladder goes on.
            assert [each.NAME for each in told] == ["ask.not_sent", "team.seat_unreached"]


async def test_whose_time_is_over_before_they_could_be_told_is_told_only_where_nobody_else_is_called(
    codes: AskCodes,
) -> None:
    ladder, over = ladder_of(TEAM, VICTIM.seat), timedelta(hours=21)
    told: Sequence[tuple[Event, UUID | None, Sequence[str]]] = (
        (stated(), SPARE, []),
        (stated(), None, ["ask.sent"]),
        (registered(), None, ["team.seat_unreached"]),
    )
    for of_responder, goes_on_to, then in told:
        case, carrier = a_case(of_responder), FakeCarrier()
        case.streams.add(ladder, reached(VICTIM, ADVOCATE), NOON)
        asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
        case.time.turn(over)
        asking = tell(case, codes, carrier)

        assert await case.tell(asking, asked) == []
        if goes_on_to:
            case.streams.add(ladder, reached(VICTIM, goes_on_to, rung=3, until=case.time.now() + over), NOON)
            case.streams.add(TEAM, proposed(VICTIM, goes_on_to), NOON)
            followed = await case.tell(asking, asked)
        else:
            left = case.streams.add(ladder, rested(again_at=case.time.now() + over), NOON)
            followed = await case.tell(asking, left)
            # Told of it once more, nobody is told twice.
            assert await case.tell(asking, left) == []

        assert [each.event.NAME for each in followed] == list(then)
        assert len(carrier.given) == list(then).count("ask.sent")


def rested(again_at: datetime) -> NobodyLeft:
    return NobodyLeft(
        team=TEAM, seat=VICTIM.seat, climb=1, called=1, why="all_called", again_at=again_at, told=("cps_coordinator",)
    )


async def test_whoever_is_on_no_rota_is_not_unreached_and_nobody_is_where_nothing_is_sent_at_all(
    codes: AskCodes,
) -> None:
    for on_call, carriers in ((False, {"email": MAIL}), (True, {})):
        case = a_case(registered())
        process = tell(case, codes, FakeCarrier(), on_call=on_call, carriers=carriers)
        assert await case.tell(process, case.streams.add(TEAM, proposed(VICTIM), NOON)) == []


async def test_whoever_is_back_is_told_where_they_said_before(codes: AskCodes) -> None:
    back = (ResponderSuspended(account=ADVOCATE), ResponderBack(account=ADVOCATE))
    case, carrier = a_case(stated(), *back), FakeCarrier()
    await case.tell(tell(case, codes, carrier), case.streams.add(TEAM, proposed(VICTIM), NOON))
    assert len(carrier.given) == 1


async def test_something_else_that_happened_tells_nobody(codes: AskCodes) -> None:
    case, carrier = a_case(), FakeCarrier()
    await case.tell(tell(case, codes, carrier), happening_of(opened(), stream=TEAM))
    assert carrier.given == []


def declined(who: UUID = ADVOCATE) -> Event:
    return SeatDeclined(team=TEAM, seat=VICTIM.seat, responder=who, reason=text())


def released(who: UUID = ADVOCATE) -> Event:
    return SeatReleased(team=TEAM, seat=VICTIM.seat, responder=who, reason=text())


MEANWHILE: dict[str, Callable[[], Event]] = {
    "asked": lambda: proposed(VICTIM),
    "another asked": lambda: proposed(VICTIM, SPARE),
    "accepted": lambda: accepted(VICTIM),
    "declined": declined,
    "released": released,
    "conflict": lambda: conflicted(ADVOCATE),
    "excluded": lambda: excluded(ADVOCATE),
    "another excluded": lambda: excluded(SPARE),
    "stood down": stood_down,
    "opened anew": lambda: opened(2),
}


@pytest.fixture(scope="module")
def some_codes(tmp_path_factory: pytest.TempPathFactory) -> AskCodes:
    return codes_in(tmp_path_factory.mktemp("codes"))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(sorted(MEANWHILE)), max_size=5))
async def test_whatever_happened_before_it_is_sent_only_who_still_is_asked_by_it_is_told(
    some_codes: AskCodes, meanwhile: list[str]
) -> None:
    case, carrier = a_case(), FakeCarrier()
    asked = case.streams.add(TEAM, proposed(VICTIM), NOON)
    for each in meanwhile:
        case.streams.add(TEAM, MEANWHILE[each](), NOON)

    await case.tell(tell(case, some_codes, carrier), asked)

    # Told by their own words: nothing that happened since has ended this very proposal.
    ends = set(MEANWHILE) - {"another excluded", "released"}
    assert bool(carrier.given) == (not ends & set(meanwhile))


def test_a_code_is_long_is_of_one_proposal_and_may_be_written_as_people_write(codes: AskCodes) -> None:
    code = codes.code(UUID(int=1))
    assert len(code.replace("-", "")) * 5 >= 128
    assert code != codes.code(UUID(int=2))
    assert codes.ask_of(code) == codes.ask_of(f" {code.lower().replace('-', ' ').replace('o', '0')} ")
    assert codes.ask_of(code) != codes.ask_of(codes.code(UUID(int=2)))
