"""A seat handed over: "I cannot; ask this colleague". Pure.

Whoever is asked says no, or whoever holds the seat leaves it, and the colleague is asked, in one commit. Until the
colleague accepts nobody holds the seat.
"""

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from uuid import UUID

from contracts.jurisdictions import Seat
from contracts.language import Event, Refused
from services.rapid_assessment.team.decisions import Candidate, TeamRefusal, decline, propose, release
from services.rapid_assessment.team.events import SeatHandedOver
from services.rapid_assessment.team.state import Team, evolve


def refuse_unless_theirs(team: Team, seat: Seat, responder: UUID) -> None:
    """Raises `Refused`: only whoever is asked for the seat, or holds it, hands it over."""
    if team.phase not in {"open", "formed"}:
        raise Refused(TeamRefusal.NOT_OPEN, "This team has ended.")
    stands = team.seat(seat.seat)
    if responder not in {stands.proposed, stands.held_by if stands.filled else None}:
        raise Refused(TeamRefusal.NOT_PROPOSED, "You are not asked for this seat at present, and do not hold it.")


def hand_over(
    team: Team,
    seat: Seat,
    responder: UUID,
    colleague: Candidate | None,
    colleagues: Collection[UUID],
    reason: str,
    now: datetime,
) -> list[Event]:
    """`colleagues` are those whom the responder may name. Whoever cannot take the seat is refused alike.

    Else whoever hands over would learn who is kept out of the case, who is not on the list, and who said no.
    """
    refuse_unless_theirs(team, seat, responder)
    asked = team.seat(seat.seat).proposed == responder
    left = decline(team, seat, responder, reason) if asked else release(team, seat, reason)
    cannot = Refused(TeamRefusal.CANNOT_TAKE_OVER, "This colleague cannot take the seat now. Choose another.")
    if colleague is None or colleague.account not in colleagues or colleague.account == responder:
        raise cannot
    try:
        proposed = propose(reduce(evolve, left, team), seat, colleague, now)
    except Refused:
        raise cannot from None
    named = SeatHandedOver(team=team.team, seat=seat.seat, responder=responder, colleague=colleague.account)
    return [*left, named, *proposed]
