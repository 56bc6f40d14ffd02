"""Who reported is shown to whoever asked, for hours, once a second person of another role or agency has agreed."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from contracts.events.tips import ReporterAskedFor
from contracts.language import Event, InvalidValue, Personal, Refused
from services.tips.reporter.decisions import (
    AskRelease,
    CourtOrder,
    ReleaseRefusal,
    ShownWithout,
    Who,
    agree,
    refuse,
)
from services.tips.reporter.decisions import ask as decide
from services.tips.reporter.events import CourtOrderStated, ReleaseAgreed, ReleaseAsked, ReleaseRefused
from services.tips.reporter.state import Release, Releases, evolve
from tests.services.tips.given import ACCOUNT, FIRST, MISSISSIPPI, PERSON, SECOND, THIRD
from tests.support.running_service import NOON

LASTS = MISSISSIPPI.sharing.reporter_shown_for
UNTIL = NOON + LASTS
PROSECUTOR = Who(account=ACCOUNT, agency="DA-07", roles=("prosecutor",))
COORDINATOR = Who(account=THIRD, agency="MDCPS-HTC", roles=("cps_coordinator",))
WORDS = AskRelease(
    purpose="prosecution",
    reason="The reporter saw it happen.",
    to_whom="The investigator of the office.",
    authority="Miss. Code 43-21-353(4)",
)


RULES = MISSISSIPPI.sharing
WITHOUT = ShownWithout(roles=RULES.reporter_without_order, citation=RULES.reporter_citation)
INVESTIGATOR = Who(account=ACCOUNT, agency="MDCPS", roles=("cps_investigator",))
ORDER = CourtOrder(court="Example Youth Court", ordered_on=date(2026, 11, 2), number="Zq-17")


def ask(
    releases: Releases, tip: UUID, person: UUID, who: Who, command: AskRelease, new: UUID, now: datetime
) -> list[Event]:
    return decide(releases, tip, person, who, command, new, now, without=WITHOUT, today=MISSISSIPPI.day_of(now))


def asked(**changes: Any) -> ReleaseAsked:
    given: dict[str, Any] = {
        "tip": FIRST,
        "release": SECOND,
        "account": ACCOUNT,
        "agency": "DA-07",
        "roles": ("prosecutor",),
        "purpose": "prosecution",
        "reason": Personal(person=PERSON, text=WORDS.reason),
        "to_whom": Personal(person=PERSON, text=WORDS.to_whom),
        "authority": Personal(person=PERSON, text=WORDS.authority),
    }
    return ReleaseAsked(**(given | changes))


def asking(release: UUID = SECOND) -> list[Event]:
    """What follows, and that the house is told that somebody waits."""
    return [asked(release=release), ReporterAskedFor(tip=FIRST, release=release)]


AGREED = ReleaseAgreed(tip=FIRST, release=SECOND, account=THIRD, until=UNTIL)
REFUSED = ReleaseRefused(
    tip=FIRST, release=SECOND, account=THIRD, reason=Personal(person=PERSON, text="Ask the court first.")
)


def after(*events: Event) -> Releases:
    state = Releases()
    for event in events:
        state = evolve(state, event)
    return state


def the(state: Releases) -> Release:
    found = state.of(SECOND)
    assert found is not None
    return found


def test_it_is_asked_with_what_the_law_wants_known_and_shows_nothing() -> None:
    assert ask(Releases(), FIRST, PERSON, PROSECUTOR, WORDS, SECOND, NOON) == asking()
    assert after(asked()).shown_to(NOON) == []


@pytest.mark.parametrize("role", ["law_enforcement", "trafficking_investigator", "prosecutor"])
def test_law_enforcement_and_prosecutors_need_no_courts_order(role: str) -> None:
    who = Who(account=ACCOUNT, agency="DA-07", roles=(role,))

    assert ask(Releases(), FIRST, PERSON, who, WORDS, SECOND, NOON) == [
        asked(roles=(role,)),
        ReporterAskedFor(tip=FIRST, release=SECOND),
    ]


@pytest.mark.parametrize(
    ("who", "command"),
    [
        (INVESTIGATOR, WORDS),
        (Who(account=ACCOUNT, agency="MDCPS", roles=()), WORDS),
        # Whoever asks by a court's order states it.
        (PROSECUTOR, msgspec.structs.replace(WORDS, purpose="court_order")),
    ],
)
def test_anybody_else_is_refused_without_one_and_told_the_law(who: Who, command: AskRelease) -> None:
    with pytest.raises(Refused) as refused:
        ask(Releases(), FIRST, PERSON, who, command, SECOND, NOON)

    assert (refused.value.code, refused.value.citation) == (ReleaseRefusal.ORDER_NEEDED, "Miss. Code 43-21-353")


def test_by_a_courts_order_anybody_who_may_ask_asks_and_it_is_on_record() -> None:
    command = msgspec.structs.replace(WORDS, order=ORDER)

    told = ask(Releases(), FIRST, PERSON, INVESTIGATOR, command, SECOND, NOON)

    assert told == [
        asked(agency="MDCPS", roles=("cps_investigator",)),
        CourtOrderStated(
            tip=FIRST,
            release=SECOND,
            court=Personal(person=PERSON, text="Example Youth Court"),
            ordered_on="2026-11-02",
            number=Personal(person=PERSON, text="Zq-17"),
        ),
        ReporterAskedFor(tip=FIRST, release=SECOND),
    ]
    assert (after(*told, AGREED).ordered_for(NOON), after(asked(), AGREED).ordered_for(NOON)) == ([ACCOUNT], [])
    assert after(*told, AGREED).ordered_for(UNTIL) == []


def test_an_order_of_a_day_to_come_is_refused() -> None:
    command = msgspec.structs.replace(WORDS, order=msgspec.structs.replace(ORDER, ordered_on=date(2026, 11, 4)))

    with pytest.raises(InvalidValue) as refused:
        ask(Releases(), FIRST, PERSON, INVESTIGATOR, command, SECOND, NOON)

    assert refused.value.field == "ordered_on"


def test_agreed_to_it_is_shown_to_whoever_asked_until_a_moment_that_stands_in_the_event() -> None:
    assert agree(the(after(asked())), FIRST, COORDINATOR, LASTS, NOON, asker_is_named=False) == [AGREED]

    state = after(asked(), AGREED)

    assert state.shown_to(UNTIL - timedelta(microseconds=1)) == [ACCOUNT]
    assert state.shown_to(UNTIL) == []
    assert timedelta(0) < LASTS <= timedelta(days=1)


def test_refused_it_is_shown_to_nobody_and_may_be_asked_again() -> None:
    assert refuse(the(after(asked())), FIRST, PERSON, COORDINATOR, "Ask the court first.") == [REFUSED]

    state = after(asked(), REFUSED)

    assert state.shown_to(NOON) == []
    assert ask(state, FIRST, PERSON, PROSECUTOR, WORDS, THIRD, NOON) == asking(THIRD)


@pytest.mark.parametrize("state", [after(asked()), after(asked(), AGREED)])
def test_it_is_not_asked_while_it_waits_or_is_shown(state: Releases) -> None:
    with pytest.raises(Refused) as refused:
        ask(state, FIRST, PERSON, PROSECUTOR, WORDS, THIRD, NOON)

    assert refused.value.code == ReleaseRefusal.ASKED_ALREADY


def test_when_it_is_over_it_may_be_asked_again_and_another_may_ask_meanwhile() -> None:
    assert ask(after(asked(), AGREED), FIRST, PERSON, PROSECUTOR, WORDS, THIRD, UNTIL) == asking(THIRD)
    other = Who(account=THIRD, agency="DA-07", roles=("prosecutor",))
    assert ask(after(asked()), FIRST, PERSON, other, WORDS, THIRD, NOON) == [
        asked(release=THIRD, account=THIRD),
        ReporterAskedFor(tip=FIRST, release=THIRD),
    ]


@pytest.mark.parametrize(
    ("who", "state", "code"),
    [
        # In another role, or for another agency: one's own stays one's own.
        (Who(account=ACCOUNT, agency="MDCPS", roles=("cps_coordinator",)), after(asked()), ReleaseRefusal.OWN_ASK),
        (
            Who(account=THIRD, agency="DA-07", roles=("cps_coordinator", "prosecutor")),
            after(asked()),
            ReleaseRefusal.SAME_OFFICE,
        ),
        (COORDINATOR, after(asked(), AGREED), ReleaseRefusal.ANSWERED_ALREADY),
        (COORDINATOR, after(asked(), REFUSED), ReleaseRefusal.ANSWERED_ALREADY),
    ],
)
def test_a_rule_refuses_either_answer(who: Who, state: Releases, code: ReleaseRefusal) -> None:
    with pytest.raises(Refused) as agreed:
        agree(the(state), FIRST, who, LASTS, NOON, asker_is_named=False)
    with pytest.raises(Refused) as refused:
        refuse(the(state), FIRST, PERSON, who, "Ask the court first.")

    assert (agreed.value.code, refused.value.code) == (code, code)


def test_one_of_another_role_or_of_another_agency_answers() -> None:
    for who in (
        Who(account=THIRD, agency="DA-07", roles=("cps_coordinator",)),
        Who(account=THIRD, agency="MDCPS-HTC", roles=("cps_coordinator", "prosecutor")),
    ):
        assert agree(the(after(asked())), FIRST, who, LASTS, NOON, asker_is_named=False) == [AGREED]


def test_nobody_agrees_to_showing_it_to_whom_the_tip_has_come_to_name_but_it_can_be_refused() -> None:
    release = the(after(asked()))
    with pytest.raises(Refused) as refused:
        agree(release, FIRST, COORDINATOR, LASTS, NOON, asker_is_named=True)

    assert refused.value.code == ReleaseRefusal.NAMED
    assert refuse(release, FIRST, PERSON, COORDINATOR, "Ask the court first.") == [REFUSED]


def test_of_a_release_that_is_not_known_and_of_other_events_nothing_follows() -> None:
    assert Releases().of(SECOND) is None
    assert after(AGREED, REFUSED) == Releases()
