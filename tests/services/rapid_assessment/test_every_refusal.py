"""The closed lists of refusals of this service, each met by somebody doing what the rule is against."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.language import Event, Refused
from contracts.periods import Span
from services.rapid_assessment.contact.contact import ContactRefusal, impossible, made
from services.rapid_assessment.custody.custody import CustodyRefusal, authorise, hear, notify, take, write_up
from services.rapid_assessment.custody.custody import release as let_go
from services.rapid_assessment.drill import drill as drills
from services.rapid_assessment.drill.drill import Drill, DrillRefusal
from services.rapid_assessment.notice.events import NoticeAcknowledged
from services.rapid_assessment.notice.notice import Notice, NoticeRefusal, acknowledge
from services.rapid_assessment.notice.notice import evolve as evolve_notice
from services.rapid_assessment.responder.channels import answer_proof, ask_proof, withdraw_channel
from services.rapid_assessment.responder.credentials import RevokeCredential, revoke
from services.rapid_assessment.responder.decisions import (
    RegisterResponder,
    register,
    withdraw_availability,
    withdraw_leave,
)
from services.rapid_assessment.responder.events import ProofAsked, ResponderLeft
from services.rapid_assessment.responder.refusals import ResponderRefusal
from services.rapid_assessment.rota import swaps
from services.rapid_assessment.rota.decisions import (
    MoveHandover,
    RotaRefusal,
    SetOverride,
    end,
    move_handover,
    set_override,
    withdraw_override,
)
from services.rapid_assessment.rota.events import RotaEnded
from services.rapid_assessment.rota.fitness import Lacking, Lacks
from services.rapid_assessment.rota.swaps import OfferSwap
from services.rapid_assessment.team.decisions import (
    Candidate,
    TeamRefusal,
    decline,
    propose,
    refuse_unless_formed,
    refuse_with_open_duties,
    release,
)
from services.rapid_assessment.team.hand_over import hand_over
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    CPS,
    DAY,
    INVESTIGATOR,
    MISSISSIPPI,
    REASON,
    SPARE,
    TAKING,
    TIP,
    VICTIM,
    authorised,
    candidate,
    certificate,
    conflicted,
    contact,
    custody,
    heard,
    held,
    opened,
    owed,
    proposed,
    registered,
    responder,
    seen,
    taken,
    team,
    told,
)
from tests.services.rapid_assessment.rota.given import (
    ANN,
    BEN,
    CAL,
    MONDAY,
    PUT,
    ROTA,
    SWAP,
    TURNS,
    offered,
    rota,
    turns,
)
from tests.services.rapid_assessment.test_channels import stated
from tests.support.running_service import NOON

OPEN = team(opened())
ENDED_CASE = replace(TAKING, case_stands=False)
GOOD = candidate(ADVOCATE, certificate(VICTIM))
RULES = MISSISSIPPI.responders
ACKNOWLEDGED = evolve_notice(Notice(), NoticeAcknowledged(notice=TIP, account=ADVOCATE))


def asked_code() -> ProofAsked:
    return ProofAsked(account=ADVOCATE, proof=TIP, kind="sms", asked_at=NOON, until=NOON + RULES.code_holds)


def asked(given: Team, who: Candidate | None) -> Callable[[], Any]:
    return lambda: propose(given, VICTIM, who, NOON)


WEEKLY = rota(turns(ANN, BEN, CAL))
LATER = MONDAY + DAY


def put_there(*lacks: Lacking) -> Any:
    """Ben in Ann's place."""
    command = SetOverride(account=BEN, since=LATER, until=LATER + DAY)
    return set_override(WEEKLY, command, PUT, (BEN,), lacks, LATER)


def swap(number: int, in_return: int | None = None, *before: Event) -> Any:
    """Ann offers Ben a turn; 0 is hers and has begun, 1 is Ben's, 2 Cal's, 3 hers again."""
    command = OfferSwap(rotation=TURNS, number=number, to=BEN, in_return=in_return)
    return swaps.offer(rota(turns(ANN, BEN, CAL), *before), command, ANN, SWAP, (), LATER)


MET: Mapping[StrEnum, Callable[[], Any]] = {
    TeamRefusal.NOT_OPEN: asked(team(), GOOD),
    TeamRefusal.NO_SUCH_RESPONDER: asked(OPEN, None),
    TeamRefusal.CONFLICT: asked(team(opened(), conflicted(ADVOCATE)), GOOD),
    TeamRefusal.CREDENTIAL: asked(OPEN, candidate(ADVOCATE)),
    TeamRefusal.NOT_AVAILABLE: asked(OPEN, candidate(ADVOCATE, certificate(VICTIM), available=None)),
    TeamRefusal.ALREADY_ASKED: asked(team(opened(), proposed(VICTIM)), GOOD),
    TeamRefusal.ALREADY_ON_TEAM: asked(team(opened(), *held(CPS)), candidate(INVESTIGATOR)),
    TeamRefusal.SEAT_FILLED: asked(team(opened(), *held(VICTIM)), candidate(SPARE, certificate(VICTIM))),
    TeamRefusal.NOT_PROPOSED: lambda: decline(OPEN, VICTIM, ADVOCATE, REASON),
    TeamRefusal.NOT_HELD: lambda: release(OPEN, VICTIM, REASON),
    TeamRefusal.CANNOT_TAKE_OVER: lambda: hand_over(
        team(opened(), proposed(VICTIM)), VICTIM, ADVOCATE, None, (), REASON, NOON
    ),
    TeamRefusal.NOT_FORMED: lambda: refuse_unless_formed(OPEN),
    TeamRefusal.DUTIES_OPEN: lambda: refuse_with_open_duties([MISSISSIPPI.clock_rule("C02")]),
    ResponderRefusal.HAS_LEFT: lambda: register(
        responder(ResponderLeft(account=ADVOCATE)), RegisterResponder(account=ADVOCATE, agency="CVP"), MISSISSIPPI
    ),
    ResponderRefusal.REGISTERED_ALREADY: lambda: register(
        responder(registered()), RegisterResponder(account=ADVOCATE, agency="CVP"), MISSISSIPPI
    ),
    ResponderRefusal.NO_SUCH_CREDENTIAL: lambda: revoke(
        responder(registered()), RevokeCredential(revoked_at=NOON, reason=REASON), TIP, NOON
    ),
    ResponderRefusal.NOT_AVAILABLE: lambda: withdraw_availability(responder(registered()), NOON),
    ResponderRefusal.NO_LEAVE: lambda: withdraw_leave(responder(registered()), Span(since=NOON, until=NOON + DAY)),
    ResponderRefusal.NO_CHANNEL: lambda: withdraw_channel(responder(registered()), "sms"),
    ResponderRefusal.NO_CODE: lambda: answer_proof(responder(registered()), "sms", True, RULES, NOON),
    ResponderRefusal.TOO_MANY_CODES: lambda: ask_proof(
        responder(registered(), stated(), *[asked_code()] * RULES.codes_an_hour), "sms", TIP, RULES, NOON
    ),
    DrillRefusal.NOBODY: lambda: drills.start(TIP, "Hinds", ADVOCATE, (), NOON, goes_on=False),
    DrillRefusal.GOES_ON: lambda: drills.start(TIP, "Hinds", ADVOCATE, (), NOON, goes_on=True),
    DrillRefusal.OVER: lambda: drills.end(Drill(), NOON),
    RotaRefusal.ENDED: lambda: end(rota(turns(), RotaEnded(rota=ROTA, ended_at=MONDAY)), LATER),
    RotaRefusal.NO_TURNS: lambda: move_handover(rota(), MoveHandover(next_at=LATER + DAY), LATER),
    RotaRefusal.UNFIT: lambda: put_there(Lacking(account=BEN, lacks=Lacks.NO_CHANNEL, at=LATER)),
    RotaRefusal.NO_SUCH_OVERRIDE: lambda: withdraw_override(WEEKLY, PUT, LATER),
    RotaRefusal.NOT_YOUR_TURN: lambda: swap(1),
    RotaRefusal.TURN_BEGUN: lambda: swap(0),
    RotaRefusal.NOT_THEIR_TURN: lambda: swap(3, 2),
    RotaRefusal.SWAP_OPEN: lambda: swap(3, None, offered(ANN, CAL, 3)),
    RotaRefusal.NO_SUCH_SWAP: lambda: swaps.decline(WEEKLY, SWAP, BEN),
    ContactRefusal.NOT_OWED: lambda: made(contact(), NOON, INVESTIGATOR, REASON, NOON),
    ContactRefusal.MADE_ALREADY: lambda: made(contact(owed(), seen()), NOON, INVESTIGATOR, REASON, NOON),
    ContactRefusal.NOT_DOCUMENTED: lambda: impossible(contact(owed()), [], [], (), NOON),
    CustodyRefusal.CASE_ENDED: lambda: take(custody(), ENDED_CASE, NOON),
    CustodyRefusal.TAKEN_ALREADY: lambda: take(custody(taken()), TAKING, NOON),
    CustodyRefusal.NOT_IN_CUSTODY: lambda: let_go(custody(), NOON, "parent", None, NOON),
    CustodyRefusal.NOTIFIED_ALREADY: lambda: notify(custody(taken(), told()), NOON, "telephone", None, NOON),
    CustodyRefusal.AUTHORISED_ALREADY: lambda: authorise(custody(taken(), authorised()), NOON, "oral", None, NOON),
    CustodyRefusal.NOT_AUTHORISED: lambda: hear(custody(taken()), NOON, "continued", NOON),
    CustodyRefusal.NO_ORAL_ORDER: lambda: write_up(custody(taken(), authorised("written")), NOON, NOON),
    CustodyRefusal.HELD_ALREADY: lambda: hear(custody(taken(), authorised(), heard()), NOON, "continued", NOON),
    NoticeRefusal.ACKNOWLEDGED_ALREADY: lambda: acknowledge(ACKNOWLEDGED, ADVOCATE),
}


def test_no_refusal_is_without_a_test() -> None:
    of_people = {*TeamRefusal, *ResponderRefusal, *RotaRefusal, *DrillRefusal}
    assert set(MET) == {*of_people, *ContactRefusal, *CustodyRefusal, *NoticeRefusal}


@pytest.mark.parametrize("code", MET)
def test_it_is_met_and_says_a_sentence(code: StrEnum) -> None:
    with pytest.raises(Refused) as refused:
        MET[code]()

    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")
