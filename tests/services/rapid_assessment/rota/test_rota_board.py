"""The board of the next 14 days: gaps, people alone, credentials that end, channels nobody has seen to work."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.periods import Period
from services.rapid_assessment.rota.state import Rota
from services.rapid_assessment.team.decisions import Certificate
from services.rapid_assessment.views.roster import Row
from services.rapid_assessment.views.rota_board import BoardRow, Ends, Gap, board
from tests.services.rapid_assessment.given import MISSISSIPPI, VICTIM
from tests.services.rapid_assessment.rota.given import ANN, BEN, DAY, DEE, HOUR, MONDAY, override, rota, turns

NOW = MONDAY
AHEAD = timedelta(days=MISSISSIPPI.responders.board_days)
PROVEN = NOW - MISSISSIPPI.responders.proof_holds


def row(account: UUID, until: datetime = NOW + 900 * DAY, **changes: Any) -> Row:
    certificate = Certificate(
        kind=VICTIM.credential, issuer=VICTIM.issuers[0], valid_from=NOW - 900 * DAY, valid_until=until
    )
    given: dict[str, Any] = {
        "responder": account,
        "agency": "CVP",
        "since": None,
        "until": None,
        "certificates": (certificate,),
        "leave": (),
        "channels": {"sms": NOW - DAY},
        "counties": (),
        "circuits": (),
        "statewide": False,
        "suspended": False,
        "lacks": (),
    }
    return Row(**(given | changes))


def shown(*people: Row, rotas: tuple[Rota, ...] = (), county: str = "Hinds") -> BoardRow:
    rows = board(rotas, {each.responder: each for each in people}, MISSISSIPPI, NOW)
    return next(each for each in rows if (each.county, each.seat) == (county, VICTIM.seat))


def test_every_county_is_told_with_every_seat_and_without_a_rota_all_of_it_is_a_gap() -> None:
    rows = board((), {}, MISSISSIPPI, NOW)
    assert len(rows) == 82 * 3
    assert {(each.rotas, tuple(each.gaps), each.alone) for each in rows} == {(0, (Gap(NOW, NOW + AHEAD),), None)}
    other = shown(row(ANN), row(BEN), rotas=(rota(turns(ANN, BEN)),), county="Rankin")
    assert (other.rotas, len(other.gaps)) == (0, 1)


def test_a_rota_with_two_certified_people_who_are_reached_has_nothing_to_tell() -> None:
    found = shown(row(ANN), row(BEN), rotas=(rota(turns(ANN, BEN)),))
    assert found == BoardRow(
        county="Hinds", seat=VICTIM.seat, rotas=1, gaps=[], alone=None, credentials_end=[], unproven=[]
    )


def test_one_person_alone_is_told_and_a_second_rota_or_person_ends_it() -> None:
    assert shown(row(ANN), rotas=(rota(turns(ANN)),)).alone == ANN
    assert shown(row(ANN), row(DEE), rotas=(rota(turns(ANN), override(DEE, NOW, NOW + DAY)),)).alone is None
    # Who is not certified for the seat, or suspended, is no second.
    assert shown(row(ANN), row(BEN, NOW - DAY), rotas=(rota(turns(ANN, BEN)),)).alone == ANN
    assert shown(row(ANN), row(BEN, suspended=True), rotas=(rota(turns(ANN, BEN)),)).alone == ANN


def test_a_credential_that_ends_mid_shift_is_told_and_leaves_a_gap_until_the_next_shift() -> None:
    ends = NOW + 3 * DAY
    found = shown(row(ANN, ends), row(BEN), rotas=(rota(turns(ANN, BEN)),))
    assert found.credentials_end == [Ends(ANN, ends)]
    assert found.gaps == [Gap(ends, NOW + 7 * DAY)]
    later = Certificate(kind=VICTIM.credential, issuer=VICTIM.issuers[0], valid_from=ends, valid_until=NOW + 900 * DAY)
    (first,) = row(ANN, ends).certificates
    renewed = shown(row(ANN, certificates=(first, later)), row(BEN), rotas=(rota(turns(ANN, BEN)),))
    assert (renewed.credentials_end, renewed.gaps) == ([], [])


def test_leave_of_the_only_one_is_a_gap_and_of_one_of_two_is_none() -> None:
    away = (Period(NOW + DAY, NOW + 2 * DAY),)
    assert shown(row(ANN, leave=away), rotas=(rota(turns(ANN)),)).gaps == [Gap(NOW + DAY, NOW + 2 * DAY)]
    assert shown(row(ANN, leave=away), row(BEN), rotas=(rota(turns(ANN, BEN)),)).gaps == []


def test_whose_channels_nobody_has_seen_to_work_of_late_is_told_if_they_have_a_shift() -> None:
    two = (rota(turns(ANN, BEN)),)
    assert shown(row(ANN, channels={}), row(BEN), rotas=two).unproven == [ANN]
    assert shown(row(ANN, channels={"sms": PROVEN - HOUR, "email": None}), row(BEN), rotas=two).unproven == [ANN]
    assert shown(row(ANN, channels={"sms": PROVEN, "email": None}), row(BEN), rotas=two).unproven == []
    long = (rota(turns(ANN, BEN, hours=28 * 24)),)
    assert shown(row(ANN), row(BEN, channels={}), rotas=long).unproven == []


def test_hours_that_people_state_beside_a_rota_close_no_gap() -> None:
    assert shown(row(ANN, since=NOW, until=NOW + AHEAD)).gaps == [Gap(NOW, NOW + AHEAD)]


def test_a_rota_that_names_nobody_yet_is_a_gap_like_none() -> None:
    found = shown(row(ANN), rotas=(rota(),))
    assert (found.rotas, found.gaps, found.alone) == (1, [Gap(NOW, NOW + AHEAD)], None)


def test_whoever_is_not_on_the_list_any_more_leaves_a_gap() -> None:
    found = shown(row(BEN), rotas=(rota(turns(ANN)),))
    assert found.gaps == [Gap(NOW, NOW + AHEAD)]
