"""Everybody whose turns change is told, once of each change, and that they were or were not is on record."""

import pytest

from contracts.language import Event, Personal
from services.rapid_assessment.processes.tell_of_rotas import TellOfRotas, whom
from services.rapid_assessment.reaching import Reach
from services.rapid_assessment.responder.events import ChannelStated, ResponderRegistered
from services.rapid_assessment.rota.events import (
    HandoverMoved,
    OverrideWithdrawn,
    RotaEnded,
    RotaNotTold,
    RotaTold,
    SwapAgreed,
    SwapDeclined,
    SwapWithdrawn,
)
from tests.services.rapid_assessment.rota.given import (
    ANN,
    BEN,
    CAL,
    DAY,
    DEE,
    HOUR,
    MONDAY,
    OTHER_TURNS,
    PUT,
    ROTA,
    SWAP,
    TURNS,
    offered,
    opened,
    override,
    rota,
    turns,
)
from tests.services.rapid_assessment.streams import Case
from tests.services.rapid_assessment.test_deliver_notices import FakeCarrier
from tests.services.rapid_assessment.test_tell_asked import MAIL, opening

NOW = MONDAY + HOUR


@pytest.mark.parametrize(
    ("before", "event", "told"),
    [
        ((), turns(ANN, BEN), {ANN, BEN}),
        ((turns(ANN, BEN),), turns(BEN, CAL, since=NOW, rotation=OTHER_TURNS), {ANN, BEN, CAL}),
        ((turns(ANN, BEN),), HandoverMoved(rota=ROTA, rotation=TURNS, minutes=60, since=NOW), {ANN, BEN}),
        ((turns(ANN), override(DEE, NOW, NOW + DAY)), RotaEnded(rota=ROTA, ended_at=NOW), {ANN, DEE}),
        ((turns(ANN, BEN, CAL),), override(DEE, MONDAY + 6 * DAY, MONDAY + 8 * DAY), {DEE, ANN, BEN}),
        ((turns(ANN),), override(ANN, NOW, NOW + DAY), {ANN}),
        (
            (turns(ANN), override(DEE, NOW, NOW + DAY)),
            OverrideWithdrawn(rota=ROTA, override=PUT, withdrawn_at=NOW),
            {DEE},
        ),
        ((turns(ANN, BEN),), offered(ANN, BEN, 2), {BEN}),
        ((turns(ANN, BEN), offered(ANN, BEN, 2)), SwapAgreed(rota=ROTA, swap=SWAP, overlooked=()), {ANN}),
        ((turns(ANN, BEN), offered(ANN, BEN, 2)), SwapDeclined(rota=ROTA, swap=SWAP), {ANN}),
        ((turns(ANN, BEN), offered(ANN, BEN, 2)), SwapWithdrawn(rota=ROTA, swap=SWAP), {BEN}),
        ((), opened(), set()),
    ],
)
def test_whoever_has_other_turns_or_must_answer_is_told(
    before: tuple[Event, ...], event: Event, told: set[object]
) -> None:
    assert whom(rota(*before), event, {}, NOW) == told


async def test_each_is_told_once_and_whom_nothing_reaches_is_on_record() -> None:
    case, carrier = Case(), FakeCarrier()
    for who in (ANN, BEN):
        case.streams.add(who, ResponderRegistered(account=who, agency="CVP"), MONDAY)
    text = Personal(person=ANN, text="ann@example.org")
    case.streams.add(ANN, ChannelStated(account=ANN, kind="email", address=text), MONDAY)
    case.streams.add(ROTA, opened(), MONDAY)
    put = case.streams.add(ROTA, turns(ANN, BEN), MONDAY)
    process = TellOfRotas(
        case.cases, Reach(case.cases, opening(), {"email": MAIL}, carrier), "https://m.example", case.time
    )

    followed = await case.tell(process, put)

    assert [each.event for each in followed] == [
        RotaTold(rota=ROTA, account=ANN, channel="email"),
        RotaNotTold(rota=ROTA, account=BEN, refused=()),
    ]
    ((_, title, said),) = carrier.given
    assert title == "Muster"
    assert said == (
        "Something about when you are on call changed in Muster. Open https://m.example/shifts."
        " / Algo cambió en sus guardias en Muster. Abra https://m.example/shifts."
    )
    assert await case.tell(process, put) == []
    assert len(carrier.given) == 1
