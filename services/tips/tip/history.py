"""What happened to a tip and to its reporting duties. Who is kept out of the case is not told."""

from uuid import UUID

from contracts.events.tips import TipCorrected, TipLinked, TipParted, TipReceived, TipScreened
from contracts.language import Event
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.http.history import Entry, entries
from services.tips.duty.duties import Duties, clock_of, duty_of
from services.tips.duty.events import DutyArose, DutyFellAway, DutyPartAcknowledged, DutyPartDone, DutyPartFound
from services.tips.hand.events import HAND_EVENTS
from services.tips.tip.events import (
    AdditionsLookedAt,
    AdultReferred,
    MoreTold,
    StateLinesStated,
    TipClosed,
    TipDisposed,
    TipKeptApart,
    WrittenToReporter,
)
from services.tips.tip.tips import hand_of

SHOWN: frozenset[type[Event]] = frozenset(
    {
        TipReceived,
        TipScreened,
        TipCorrected,
        TipLinked,
        TipParted,
        TipKeptApart,
        AdultReferred,
        MoreTold,
        WrittenToReporter,
        AdditionsLookedAt,
        StateLinesStated,
        TipDisposed,
        TipClosed,
        *HAND_EVENTS,
        DutyArose,
        DutyPartDone,
        DutyPartAcknowledged,
        DutyPartFound,
        DutyFellAway,
        *CLOCK_EVENTS,
    }
)


async def tip_history(duties: Duties, tip: UUID, *, with_stated: bool) -> list[Entry]:
    """Of the tip, the hands it went through, its duties, and the clocks of every opening of each.

    What arises only when stated tells of the child what the tip does not, as of which country it is: `with_stated` is
    for those who keep the duties.
    """
    store = duties.store
    told = [*await store.happenings(tip), *await store.happenings(hand_of(tip))]
    for rule in duties.rules:
        if rule in duties.stated_rules and not with_stated:
            continue
        duty = await duties.duty(tip, rule)
        told += await store.happenings(duty_of(tip, rule))
        for opening in range(1, duty.state.opening + 1):
            told += await store.happenings(clock_of(tip, rule, opening))
    return entries(told, SHOWN)
