"""Why over HTTP: a chain across services, what a decider had opened, what is withheld, and that it is on record."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.events.identity import AccountOpened
from contracts.events.rapid_assessment import TeamOpened
from contracts.events.tips import AccountNamed
from contracts.language import Personal
from services.kernel.clock import ClockExcused, ClockMissed
from services.kernel.operations import RecordShown
from services.rapid_assessment.responder.events import ResponderLeft
from services.rapid_assessment.team.events import SeatDeclined, SeatProposed, SeatVacated
from tests.services.audit.copied import SourceLog
from tests.services.audit.given import a_tip
from tests.services.audit.house import AUDITOR
from tests.support.running_service import NOON, ORIGIN_OF_TESTS, RunningService

BY_ITSELF = "service:rapid_assessment"
DUE = NOON + timedelta(hours=24)
MINUTE = timedelta(minutes=1)


async def why(audit: RunningService, case: UUID, event: UUID, **params: Any) -> dict[str, Any]:
    answer = await audit.get(f"/cases/{case}/events/{event}/why", by=AUDITOR, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def told(chain: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["sentence"]["name"], each["why"]) for each in chain]


async def test_an_event_leads_across_services_back_to_the_tip_and_that_it_was_told_is_on_record(
    audit: RunningService,
) -> None:
    tip, team = uuid4(), uuid4()
    tips = SourceLog(audit, "tips")
    received = await tips.tell(tip, a_tip(tip), case=tip)
    teams = SourceLog(audit, "rapid_assessment")
    opening = TeamOpened(team=team, tip=tip, person=uuid4(), received_at=NOON, due_at=DUE, opening=1)
    opened = await teams.tell(team, opening, case=tip, cause=received, actor=BY_ITSELF)
    missed = ClockMissed(rule="C06", subject=team, due_at=DUE, late_seconds=0)
    clock = await teams.tell(uuid4(), missed, case=tip, cause=opened, actor=BY_ITSELF)

    found = await why(audit, tip, clock)

    assert told(found["causes"]) == [
        ("clock.missed", "reaction"),
        ("rapid_assessment.team_opened", "reaction"),
        ("tips.tip_received", "tip"),
    ]
    assert found["causes"][2]["followed"] == 2
    assert found["seen"] is None
    assert told((await why(audit, tip, received, language="es"))["led_to"]) == [
        ("rapid_assessment.team_opened", "reaction")
    ]
    _, _, name, state = audit.rows()[-2]
    assert (name, state["data"]["event"], state["data"]["sentences"]) == ("audit.why_told", str(clock), 3)
    # Who may not see the case, and who asks for an event that is not of it, are answered alike.
    other = uuid4()
    another = await SourceLog(audit, "forensic_clinic").tell(other, missed, case=other)
    absent = await audit.get(f"/cases/{tip}/events/{another}/why", by=AUDITOR)
    await tips.tell(tip, AccountNamed(tip=tip, account=AUDITOR.account), case=tip)
    hidden = await audit.get(f"/cases/{tip}/events/{clock}/why", by=AUDITOR)
    assert (hidden.status_code, hidden.content) == (404, absent.content)


async def test_what_is_not_of_the_case_is_named_without_who_or_when(audit: RunningService) -> None:
    tip, team, responder = uuid4(), uuid4(), uuid4()
    await SourceLog(audit, "tips").tell(tip, a_tip(tip), case=tip)
    identity, teams = SourceLog(audit, "identity"), SourceLog(audit, "rapid_assessment")
    opened = AccountOpened(account=responder, agency="CVP", roles=("victim_advocate",))
    account = await identity.tell(responder, opened, case=responder)
    left = await teams.tell(responder, ResponderLeft(account=responder), case=responder, cause=account)
    vacated = SeatVacated(team=team, seat="victim_advocate", responder=responder)
    event = await teams.tell(team, vacated, case=tip, cause=left, actor=BY_ITSELF)

    found = await why(audit, tip, event)

    assert told(found["causes"]) == [("team.seat_vacated", "elsewhere")]
    assert found["outside"] == [
        {"service": "rapid_assessment", "name": "responder.left", "why": "reaction"},
        {"service": "identity", "name": "identity.account_opened", "why": "command"},
    ]
    assert str(responder) not in str(found)


async def test_of_a_decision_it_is_told_what_its_maker_had_opened_but_not_of_the_advocate(
    audit: RunningService,
) -> None:
    tip, team, advocate = uuid4(), uuid4(), uuid4()
    tips, teams = SourceLog(audit, "tips"), SourceLog(audit, "rapid_assessment")
    await tips.tell(tip, a_tip(tip), case=tip)
    for who in (ORIGIN_OF_TESTS, f"account:{uuid4()}", f"account:{advocate}"):
        audit.time.turn(MINUTE)
        shown = RecordShown(question="a tip", records=(tip,), positions=(1,))
        await tips.tell(uuid4(), shown, case=tip, actor=who)
    audit.time.turn(MINUTE)
    excused = ClockExcused(rule="C06", subject=team, reason="already_done")
    event = await tips.tell(tip, excused, case=tip)

    (look,) = (await why(audit, tip, event))["seen"]["looks"]
    assert (look["question"], look["records"], look["since"]) == ("a tip", [str(tip)], [])

    asked = SeatProposed(team=team, seat="victim_advocate", responder=advocate)
    await teams.tell(team, asked, case=tip)
    said_no = SeatDeclined(
        team=team, seat="victim_advocate", responder=advocate, reason=Personal(person=uuid4(), text="no")
    )
    declined = await teams.tell(team, said_no, case=tip, actor=f"account:{advocate}")
    found = await why(audit, tip, declined)
    assert found["seen"] == {"withheld": True, "looks": []}
    assert str(advocate) not in str(found)
