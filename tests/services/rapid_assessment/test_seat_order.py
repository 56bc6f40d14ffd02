"""Whom nothing reached is passed over for a while, not for good: a carrier may be out of order for minutes."""

from datetime import timedelta

import pytest

from services.rapid_assessment.cases import RESPONDER
from services.rapid_assessment.ranking import LeftOut
from services.rapid_assessment.responder.events import CredentialRecorded
from services.rapid_assessment.seat_order import CARRIERS_REST, Pool, order_from
from services.rapid_assessment.team.events import SeatUnreached
from tests.services.rapid_assessment.given import ADVOCATE, TEAM, VICTIM, YEAR, opened, proposed, registered
from tests.services.rapid_assessment.night.house import rota_of, row_of
from tests.services.rapid_assessment.streams import Case
from tests.support.running_service import NOON


@pytest.mark.parametrize(("refused", "again"), [(("email",), True), ((), False)], ids=["refused", "no channel stated"])
async def test_whose_carriers_refused_can_be_called_again_and_who_stated_no_channel_cannot(
    refused: tuple[str, ...], again: bool
) -> None:
    case = Case()
    recorded = CredentialRecorded(
        account=ADVOCATE,
        kind=VICTIM.credential,
        issuer=VICTIM.issuers[0],
        valid_from=NOON - YEAR,
        valid_until=NOON + YEAR,
    )
    case.streams.add(ADVOCATE, registered(), NOON)
    case.streams.add(ADVOCATE, recorded, NOON)
    unreached = SeatUnreached(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE, refused=refused)
    for event in (opened(), proposed(VICTIM), unreached):
        case.streams.add(TEAM, event, NOON)
    people = {ADVOCATE: row_of((await case.cases.store.load(RESPONDER, ADVOCATE)).state)}
    pool = Pool(people, [rota_of(VICTIM.seat, [ADVOCATE])], {})
    team, told = await case.cases.team(TEAM), await case.cases.store.happenings(TEAM)
    for after, called in ((CARRIERS_REST - timedelta(seconds=1), False), (CARRIERS_REST, again)):
        order = order_from(case.cases, pool, team, told, VICTIM, NOON + after)
        assert (LeftOut.UNREACHED not in {reason for each in order.left_out for reason in each.reasons}) == called
