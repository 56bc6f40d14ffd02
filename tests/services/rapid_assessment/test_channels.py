"""How a responder is reached: stated by themselves, proven by a code that comes back, and never shown."""

import base64
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contracts.language import Event, InvalidValue, Personal, Refused
from services.kernel.keys import Digester
from services.rapid_assessment.cases import PROOF
from services.rapid_assessment.processes.send_proof import SendProof
from services.rapid_assessment.reaching import Reach, in_order
from services.rapid_assessment.responder.channels import (
    StateChannel,
    answer_proof,
    ask_proof,
    state_channel,
    withdraw_channel,
)
from services.rapid_assessment.responder.codes import ProofCodes
from services.rapid_assessment.responder.events import (
    AddressStated,
    AddressWithdrawn,
    ChannelProven,
    ChannelStated,
    ChannelWithdrawn,
    ProofAsked,
    ProofFailed,
)
from services.rapid_assessment.responder.refusals import ResponderRefusal
from services.rapid_assessment.responder.state import Channel
from tests.services.rapid_assessment.given import ADVOCATE, MISSISSIPPI, registered, responder
from tests.services.rapid_assessment.streams import Case
from tests.services.rapid_assessment.test_deliver_notices import FakeCarrier
from tests.services.rapid_assessment.test_tell_asked import MAIL, opening
from tests.support.running_service import NOON

RULES = MISSISSIPPI.responders
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)
FIRST, SECOND = UUID(int=1), UUID(int=2)
ADDRESSES = {"sms": "6015550100", "voice": "6015550100", "email": "advocate@example.org", "push": "key_of-a-phone"}


def stated(kind: str = "sms") -> ChannelStated:
    return ChannelStated(account=ADVOCATE, kind=kind, address=Personal(person=ADVOCATE, text=ADDRESSES[kind]))


def asked(proof: UUID = FIRST, at: datetime = NOON, kind: str = "sms") -> ProofAsked:
    return ProofAsked(account=ADVOCATE, proof=proof, kind=kind, asked_at=at, until=at + RULES.code_holds)


def proven(kind: str = "sms", at: datetime = NOON) -> ChannelProven:
    return ChannelProven(account=ADVOCATE, proof=FIRST, kind=kind, proven_at=at)


def answered(*events: Event, right: bool = True, at: datetime = NOON, kind: str = "sms") -> Event:
    (event,) = answer_proof(responder(registered(), *events), kind, right, RULES, at)
    return event


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("sms", " +1 (601) 555-0100 ", "+16015550100"),
        ("sms", "(601) 555-0100", "6015550100"),
        ("sms", "601 555 0100", "6015550100"),
        ("voice", "+1 601-555-0100", "+16015550100"),
        ("email", "a.b@example.org", "a.b@example.org"),
        ("push", "key_of-a-phone", "key_of-a-phone"),
        ("email", "nobody", None),
        ("email", "a@b.example?to=c@d.example,e@f.example", None),
        ("email", "a@b.example, c@d.example", None),
        ("sms", "call me", None),
        ("push", "short", None),
        ("push", "https://example.org/hook", None),
        ("json", "json://127.0.0.1:8101", None),
    ],
)
def test_an_address_is_one_of_its_kind_or_refused(kind: str, written: str, meant: str | None) -> None:
    if meant is None:
        with pytest.raises(InvalidValue) as refused:
            state_channel(responder(registered()), StateChannel(kind=kind, address=written))
        assert refused.value.field == ("kind" if kind == "json" else "address")
    else:
        (event,) = state_channel(responder(registered()), StateChannel(kind=kind, address=written))
        assert isinstance(event, ChannelStated)
        assert event.address.text == meant


def test_the_code_typed_back_in_time_proves_the_channel_once() -> None:
    good = answered(stated(), asked(), at=NOON + RULES.code_holds - TICK)
    assert isinstance(good, ChannelProven)
    person = responder(registered(), stated(), stated("email"), asked(), good)
    assert person.channels == (Channel(kind="sms", proven_at=NOON + RULES.code_holds - TICK), Channel(kind="email"))
    with pytest.raises(Refused) as refused:
        answered(stated(), asked(), good)
    assert refused.value.code == ResponderRefusal.NO_CODE


@pytest.mark.parametrize(
    "given",
    [
        (),
        (stated(),),
        (stated(), asked(), stated()),
        (stated(), asked(), ChannelWithdrawn(account=ADVOCATE, kind="sms"), stated()),
        (stated(), stated("email"), asked(kind="email")),
        (stated(), asked(at=NOON - RULES.code_holds)),
    ],
    ids=["no channel", "none asked", "another address", "withdrawn", "another channel", "its time is over"],
)
def test_without_a_code_that_waits_for_this_very_channel_nothing_is_proven(given: tuple[Event, ...]) -> None:
    with pytest.raises(Refused) as refused:
        answered(*given)
    assert refused.value.code == ResponderRefusal.NO_CODE


def test_five_wrong_codes_end_it_and_the_right_one_comes_too_late() -> None:
    told: list[Event] = [stated(), asked()]
    for left in reversed(range(RULES.code_tries)):
        event = answered(*told, right=False)
        assert event == ProofFailed(account=ADVOCATE, proof=FIRST, kind="sms", left=left)
        told.append(event)
    with pytest.raises(Refused):
        answered(*told)
    assert isinstance(answered(*told, asked(SECOND)), ChannelProven)


def test_a_new_address_of_a_kind_is_not_proven_by_what_the_old_one_did() -> None:
    assert responder(registered(), stated(), proven(), stated()).channels == (Channel(kind="sms"),)


def test_codes_are_asked_for_so_often_an_hour_and_no_more() -> None:
    told: list[Event] = [stated()]
    for number in range(RULES.codes_an_hour):
        told += ask_proof(responder(registered(), *told), "sms", uuid4(), RULES, NOON + number * MINUTE)
    with pytest.raises(Refused) as refused:
        ask_proof(responder(registered(), *told), "sms", uuid4(), RULES, NOON + 60 * MINUTE - TICK)
    assert refused.value.code == ResponderRefusal.TOO_MANY_CODES
    assert ask_proof(responder(registered(), *told), "sms", uuid4(), RULES, NOON + 60 * MINUTE)


def test_what_is_not_stated_is_neither_withdrawn_nor_proven() -> None:
    with pytest.raises(Refused) as not_withdrawn:
        withdraw_channel(responder(registered(), stated()), "email")
    with pytest.raises(Refused) as not_proven:
        ask_proof(responder(registered(), stated()), "email", FIRST, RULES, NOON)
    assert {not_withdrawn.value.code, not_proven.value.code} == {ResponderRefusal.NO_CHANNEL}
    gone = responder(registered(), stated(), *withdraw_channel(responder(registered(), stated()), "sms"))
    assert gone.channels == ()


def test_an_address_stated_before_there_were_channels_is_one_that_is_not_proven() -> None:
    text = Personal(person=ADVOCATE, text="6015550100")
    old = AddressStated(account=ADVOCATE, kind="telephone", address=text)
    assert responder(registered(), old).channels == (Channel(kind="sms"),)
    assert responder(registered(), old, AddressWithdrawn(account=ADVOCATE)).channels == ()


def test_who_is_told_is_told_by_what_was_last_seen_to_work() -> None:
    early, late = Channel(kind="sms", proven_at=NOON), Channel(kind="email", proven_at=NOON + MINUTE)
    old, new = Channel(kind="voice"), Channel(kind="push")
    assert list(in_order((old, early, late, new))) == [late, early, new, old]


@pytest.fixture
def codes(tmp_path: Path) -> ProofCodes:
    (tmp_path / "digest.key").write_text(base64.b64encode(bytes(32)).decode())
    return ProofCodes(Digester(tmp_path / "digest.key"))


def sending(case: Case, codes: ProofCodes, carrier: FakeCarrier) -> SendProof:
    return SendProof(case.cases, Reach(case.cases, opening(), {"email": MAIL}, carrier), codes, case.time)


def a_case(*events: Event) -> Case:
    case = Case()
    for event in (registered(), *events):
        case.streams.add(ADVOCATE, event, NOON)
    return case


async def test_the_code_goes_by_that_channel_alone_and_the_same_again_after_a_crash(codes: ProofCodes) -> None:
    case, carrier = a_case(stated("email"), stated()), FakeCarrier()
    code = case.streams.add(ADVOCATE, asked(kind="email"), NOON)
    process = sending(case, codes, carrier)
    await process(code)
    (sent,) = await case.tell(process, code)
    assert await case.tell(process, code) == []
    assert {address for address, _, _ in carrier.given} == {"mailtos://night@example.org/?to=advocate%40example.org"}
    assert len(carrier.given) == 2
    assert {f"is {codes.code(FIRST)}." in text for _, _, text in carrier.given} == {True}
    assert sent.event.NAME == "responder.proof_sent"
    assert (await case.cases.store.load(PROOF, FIRST)).state.sent is True


async def test_a_kind_without_a_carrier_or_one_that_refuses_is_on_record_as_not_sent(codes: ProofCodes) -> None:
    refusing = FakeCarrier(refuses=["mailtos://night@example.org/?to=advocate%40example.org"])
    for kind, carrier in (("sms", FakeCarrier()), ("email", refusing)):
        case = a_case(stated(kind))
        (told,) = await case.tell(sending(case, codes, carrier), case.streams.add(ADVOCATE, asked(kind=kind), NOON))
        assert told.event.NAME == "responder.proof_not_sent"


async def test_a_code_that_is_over_or_overtaken_goes_nowhere(codes: ProofCodes) -> None:
    for later in (stated("email"), asked(SECOND, kind="email"), ChannelWithdrawn(account=ADVOCATE, kind="email")):
        case, carrier = a_case(stated("email")), FakeCarrier()
        code = case.streams.add(ADVOCATE, asked(kind="email"), NOON)
        case.streams.add(ADVOCATE, later, NOON)
        assert await case.tell(sending(case, codes, carrier), code) == []
        assert carrier.given == []
    case, carrier = a_case(stated("email")), FakeCarrier()
    old = case.streams.add(ADVOCATE, asked(at=NOON - RULES.code_holds, kind="email"), NOON)
    assert await case.tell(sending(case, codes, carrier), old) == []


def test_a_code_is_of_one_proof_and_may_be_typed_as_people_type(codes: ProofCodes) -> None:
    code = codes.code(FIRST)
    assert len(code) == 6
    assert codes.is_code_of(FIRST, f" {code[:3]}-{code[3:]} ")
    assert not codes.is_code_of(SECOND, code)
    assert not codes.is_code_of(FIRST, "")
    # Digits of other scripts are digits to Python and to nobody's telephone.
    assert not codes.is_code_of(FIRST, code.translate({ord("0") + each: 0x0660 + each for each in range(10)}))
