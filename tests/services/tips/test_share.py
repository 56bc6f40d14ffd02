"""A case is shared for a purpose and until a moment, and the share is ended."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events.tips import CaseShared, ShareEnded
from contracts.language import InvalidValue, Personal, Refused
from services.tips.sharing.decisions import Case, ShareCase, SharingRefusal, end, share
from services.tips.sharing.events import ShareExplained
from services.tips.sharing.state import Sharing, evolve
from tests.services.tips.given import ACCOUNT, FIRST, MISSISSIPPI, PERSON, SECOND, THIRD
from tests.support.running_service import NOON

UNTIL = NOON + timedelta(days=14)
CASE = Case(tip=FIRST, person=PERSON, kept_out=())


def command(**changes: Any) -> ShareCase:
    given: dict[str, Any] = {
        "purpose": "prosecution",
        "until": UNTIL,
        "reason": "Charges are near.",
        "agency": "DA-07",
        "role": "prosecutor",
    }
    return ShareCase(**(given | changes))


def shared(of: UUID = SECOND, **changes: Any) -> CaseShared:
    given: dict[str, Any] = {
        "tip": FIRST,
        "share": of,
        "agency": "DA-07",
        "role": "prosecutor",
        "account": None,
        "purpose": "prosecution",
        "people": True,
        "until": UNTIL,
    }
    return CaseShared(**(given | changes))


def sharing(*events: CaseShared | ShareEnded) -> Sharing:
    state = Sharing()
    for event in events:
        state = evolve(state, event)
    return state


def test_it_is_shared_with_a_role_of_an_agency_and_why_is_sealed() -> None:
    told, why = share(Sharing(), CASE, command(), SECOND, MISSISSIPPI, NOON)

    assert told == shared()
    assert why == ShareExplained(tip=FIRST, share=SECOND, reason=Personal(person=PERSON, text="Charges are near."))


def test_it_is_shared_with_one_account() -> None:
    told, _ = share(Sharing(), CASE, command(agency=None, role=None, account=ACCOUNT), SECOND, MISSISSIPPI, NOON)

    assert told == shared(agency="", role="", account=ACCOUNT)


@pytest.mark.parametrize(
    ("purpose", "role", "people"),
    [
        ("investigation", "law_enforcement", True),
        ("prosecution", "prosecutor", True),
        ("medical_care", "forensic_nurse", False),
        ("victim_services", "victim_advocate", False),
        ("placement", "cps_investigator", True),
    ],
)
def test_names_and_stories_are_shared_only_where_the_purpose_needs_them(purpose: str, role: str, people: bool) -> None:
    told, _ = share(Sharing(), CASE, command(purpose=purpose, role=role), SECOND, MISSISSIPPI, NOON)

    assert isinstance(told, CaseShared)
    assert (told.purpose, told.people) == (purpose, people)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "curiosity"}, "purpose"),
        ({"agency": "NOWHERE"}, "agency"),
        ({"agency": None}, "agency"),
        ({"role": None}, "agency"),
        ({"role": "law_enforcement"}, "role"),
        ({"role": "auditor"}, "role"),
        ({"account": ACCOUNT}, "account"),
        ({"until": NOON}, "until"),
        ({"until": NOON - timedelta(seconds=1)}, "until"),
        ({"until": NOON + timedelta(days=90, seconds=1)}, "until"),
    ],
)
def test_what_cannot_be_right_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        share(Sharing(), CASE, command(**changes), SECOND, MISSISSIPPI, NOON)

    assert refused.value.field == field


def test_it_is_never_shared_with_whom_the_tip_names() -> None:
    case = Case(tip=FIRST, person=PERSON, kept_out=(ACCOUNT,))
    with pytest.raises(Refused) as refused:
        share(Sharing(), case, command(agency=None, role=None, account=ACCOUNT), SECOND, MISSISSIPPI, NOON)

    assert refused.value.code == SharingRefusal.KEPT_OUT


def test_it_is_shared_once_for_a_purpose_while_that_holds() -> None:
    with pytest.raises(Refused) as refused:
        share(sharing(shared()), CASE, command(), THIRD, MISSISSIPPI, NOON)

    assert refused.value.code == SharingRefusal.SHARED_ALREADY


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (sharing(shared(), ShareEnded(tip=FIRST, share=SECOND)), NOON),
        (sharing(shared(until=NOON)), NOON),
        (sharing(shared(agency="DA-20")), NOON),
        (sharing(shared(purpose="placement")), NOON),
    ],
)
def test_it_is_shared_anew_when_the_first_is_over_or_another(before: Sharing, now: Any) -> None:
    told, _ = share(before, CASE, command(), THIRD, MISSISSIPPI, now)

    assert told == shared(THIRD)


def test_a_share_holds_until_its_moment_and_not_at_it() -> None:
    state = sharing(shared())

    assert [each.share for each in state.holding(UNTIL - timedelta(microseconds=1))] == [SECOND]
    assert state.holding(UNTIL) == []


def test_a_share_is_ended_at_once() -> None:
    before = sharing(shared())
    found = before.of(SECOND)
    assert found is not None

    (ended,) = end(found, FIRST, NOON)

    assert ended == ShareEnded(tip=FIRST, share=SECOND)
    assert evolve(before, ended).holding(NOON) == []


@pytest.mark.parametrize("state", [sharing(shared(), ShareEnded(tip=FIRST, share=SECOND)), sharing(shared(until=NOON))])
def test_what_has_ended_is_not_ended_again(state: Sharing) -> None:
    (found,) = state.shares
    with pytest.raises(Refused) as refused:
        end(found, FIRST, NOON)

    assert refused.value.code == SharingRefusal.ENDED_ALREADY
