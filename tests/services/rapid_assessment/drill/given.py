"""A drill as events made it: of three seats one has two in turn, one has one, and one has nobody."""

from datetime import timedelta
from uuid import UUID

from services.rapid_assessment.drill.drill import LASTS
from services.rapid_assessment.drill.events import (
    CalledForSeat,
    DrillAnswered,
    DrillEnded,
    DrillNotPaged,
    DrillPaged,
    DrillPagedOnceMore,
    DrillStarted,
)
from tests.services.rapid_assessment.given import CPS, INVESTIGATOR, POLICE, VICTIM
from tests.services.rapid_assessment.rota.given import ANN, BEN, CAL
from tests.support.running_service import NOON

DRILL = UUID(int=400)
MINUTE = timedelta(minutes=1)
CALLED = (
    CalledForSeat(seat=CPS.seat, responders=(CAL,)),
    CalledForSeat(seat=POLICE.seat, responders=()),
    CalledForSeat(seat=VICTIM.seat, responders=(ANN, BEN)),
)
STARTED = DrillStarted(drill=DRILL, county="Hinds", by=INVESTIGATOR, called=CALLED, until=NOON + LASTS)
ENDED = DrillEnded(drill=DRILL, ended_at=NOON + 30 * MINUTE)
CAL_PAGED = DrillPaged(drill=DRILL, seat=CPS.seat, responder=CAL, carrier="sms")
BEN_PAGED_AGAIN = DrillPagedOnceMore(drill=DRILL, seat=VICTIM.seat, responder=BEN, carrier="email")
ANN_MISSED = DrillNotPaged(drill=DRILL, seat=VICTIM.seat, responder=ANN, refused=("email",))
BEN_PAGED = DrillPaged(drill=DRILL, seat=VICTIM.seat, responder=BEN, carrier="email")
BEN_COMES = DrillAnswered(drill=DRILL, seat=VICTIM.seat, responder=BEN, answer="comes", answered_at=NOON + 4 * MINUTE)
CAL_CANNOT = DrillAnswered(drill=DRILL, seat=CPS.seat, responder=CAL, answer="cannot", answered_at=NOON + 9 * MINUTE)
