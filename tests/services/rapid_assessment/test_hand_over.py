"""Whoever is asked for a seat, or holds it, names a colleague in their place."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.language import Event, Refused
from services.rapid_assessment.team.decisions import Candidate, TeamRefusal, accept
from services.rapid_assessment.team.events import SeatDeclined, SeatHandedOver, SeatProposed, SeatReleased
from services.rapid_assessment.team.hand_over import hand_over
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    CPS,
    DAY,
    MISSISSIPPI,
    REASON,
    SPARE,
    TEAM,
    VICTIM,
    accepted,
    candidate,
    certificate,
    conflicted,
    excluded,
    formed,
    held,
    lapsed,
    opened,
    proposed,
    stood_down,
    team,
    text,
)
from tests.support.running_service import NOON

GOOD = candidate(SPARE, certificate(VICTIM))
BOTH = candidate(SPARE, certificate(VICTIM), certificate(CPS))
NAMED = SeatHandedOver(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE, colleague=SPARE)
ASKED = SeatProposed(team=TEAM, seat=VICTIM.seat, responder=SPARE)


def handed(
    given: Team, to: Candidate | None = GOOD, *, by: UUID = ADVOCATE, colleagues: Collection[UUID] = (ADVOCATE, SPARE)
) -> list[Event]:
    return hand_over(given, VICTIM, by, to, colleagues, REASON, NOON)


def test_who_is_asked_says_no_and_the_colleague_is_asked_in_one_commit() -> None:
    given = [opened(), proposed(VICTIM)]

    events = handed(team(*given))

    declined = SeatDeclined(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE, reason=text())
    assert events == [declined, NAMED, ASKED]
    assert team(*given, *events).members == (SPARE,)


def test_who_holds_the_seat_leaves_it_and_nobody_holds_it_until_the_colleague_accepts() -> None:
    events = handed(team(*formed()))

    assert events == [
        SeatReleased(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE, reason=text()), NAMED, ASKED
    ]  # fmt: skip
    after = team(*formed(), *events)
    assert (after.phase, after.seat(VICTIM.seat).filled, after.seat(VICTIM.seat).proposed) == ("open", False, SPARE)


def test_the_one_who_was_named_may_name_another_and_is_then_named_no_more() -> None:
    once = [opened(), proposed(VICTIM), *handed(team(opened(), proposed(VICTIM)))]
    third = UUID(int=77)

    events = handed(team(*once), candidate(third, certificate(VICTIM)), by=SPARE, colleagues={third})

    assert team(*once).seat(VICTIM.seat).named == SPARE
    assert (team(*once, *events).seat(VICTIM.seat).named, team(*once, *events).members) == (third, (third,))


def test_whom_a_coordinator_asks_later_counts_as_named_by_nobody() -> None:
    given = [opened(), proposed(VICTIM), *handed(team(opened(), proposed(VICTIM)))]
    declined = SeatDeclined(team=TEAM, seat=VICTIM.seat, responder=SPARE, reason=text())

    assert team(*given, proposed(VICTIM, ADVOCATE)).seat(VICTIM.seat).named is None
    assert team(*given, declined, proposed(VICTIM, SPARE)).seat(VICTIM.seat).named is None


ASKED_FOR = team(opened(), proposed(VICTIM))
CANNOT: dict[str, tuple[Team, Candidate | None, Collection[UUID]]] = {
    "oneself": (ASKED_FOR, candidate(ADVOCATE, certificate(VICTIM)), (ADVOCATE, SPARE)),
    "somebody who is not on the list": (ASKED_FOR, None, (SPARE,)),
    "somebody named in the tip": (team(excluded(SPARE), opened(), proposed(VICTIM)), GOOD, (SPARE,)),
    "somebody with a conflict of interest": (team(opened(), conflicted(SPARE), proposed(VICTIM)), GOOD, (SPARE,)),
    "somebody who holds another seat": (
        team(opened(), proposed(CPS, SPARE), accepted(CPS, SPARE), proposed(VICTIM)), BOTH, (SPARE,)
    ),
    "somebody who is asked for another seat": (team(opened(), proposed(CPS, SPARE), proposed(VICTIM)), BOTH, (SPARE,)),
    "somebody without a credential": (ASKED_FOR, candidate(SPARE, certificate(CPS)), (SPARE,)),
    "somebody whose credential has just ended": (
        ASKED_FOR, candidate(SPARE, certificate(VICTIM, until=NOON)), (SPARE,)
    ),
    "somebody who cannot be called now": (
        ASKED_FOR, candidate(SPARE, certificate(VICTIM), available=None), (SPARE,)
    ),
    "somebody who said no before, or whom the viewer may not know": (ASKED_FOR, GOOD, (ADVOCATE,)),
}  # fmt: skip


@pytest.mark.parametrize("why", CANNOT)
def test_a_colleague_who_cannot_is_refused_with_one_answer_that_tells_nothing_of_them(why: str) -> None:
    given, to, colleagues = CANNOT[why]

    with pytest.raises(Refused) as refused:
        handed(given, to, colleagues=colleagues)

    absent = CANNOT["somebody who is not on the list"]
    with pytest.raises(Refused) as of_absent:
        handed(absent[0], absent[1], colleagues=absent[2])
    assert refused.value.code == TeamRefusal.CANNOT_TAKE_OVER
    assert vars(refused.value) == vars(of_absent.value)
    assert (refused.value.__cause__, refused.value.rule) == (None, None)


NOT_THEIRS: dict[str, tuple[Team, TeamRefusal]] = {
    "nobody was asked": (team(opened()), TeamRefusal.NOT_PROPOSED),
    "another is asked": (team(opened(), proposed(VICTIM, SPARE)), TeamRefusal.NOT_PROPOSED),
    "asked for another seat": (team(opened(), proposed(CPS, ADVOCATE)), TeamRefusal.NOT_PROPOSED),
    "handed over already": (team(opened(), proposed(VICTIM), *handed(ASKED_FOR)), TeamRefusal.NOT_PROPOSED),
    "released": (
        team(*formed(), SeatReleased(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE, reason=text())),
        TeamRefusal.NOT_PROPOSED,
    ),
    "credential lapsed": (team(opened(), *held(CPS, VICTIM), lapsed(VICTIM)), TeamRefusal.NOT_PROPOSED),
    "never opened": (team(), TeamRefusal.NOT_OPEN),
    "ended": (team(*formed(), stood_down()), TeamRefusal.NOT_OPEN),
    "ended while asked": (team(opened(), proposed(VICTIM), stood_down()), TeamRefusal.NOT_OPEN),
}


@pytest.mark.parametrize("why", NOT_THEIRS)
def test_only_whoever_is_asked_or_holds_the_seat_hands_it_over(why: str) -> None:
    given, code = NOT_THEIRS[why]

    with pytest.raises(Refused) as refused:
        handed(given)

    assert refused.value.code == code


def test_a_colleague_whose_credential_ends_meanwhile_is_asked_and_cannot_accept_after_its_end() -> None:
    soon = candidate(SPARE, certificate(VICTIM, until=NOON + DAY))
    given = team(opened(), proposed(VICTIM), *handed(ASKED_FOR, soon))
    before = NOON + DAY - timedelta(microseconds=1)

    assert accept(given, VICTIM, SPARE, {SPARE: soon}, MISSISSIPPI, before)
    with pytest.raises(Refused) as refused:
        accept(given, VICTIM, SPARE, {SPARE: soon}, MISSISSIPPI, NOON + DAY)

    assert refused.value.code == TeamRefusal.CREDENTIAL
