"""Writes the example messages of contract events: `python -m tests.contracts.make_examples`.

It adds files of new events and never changes one that stands: what was released travels as it did. The people and cases
are invented; counties, agencies and channels are real.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid5

from contracts.events import forensic_clinic, identity, prosecution, rapid_assessment, tips
from contracts.language import Event
from contracts.published import PUBLISHED
from services.kernel.messages import headers_of, subject_of
from services.kernel.stored_form import Happening, Logged, Origin, Registry, StructMapper, stamp_recorded_at
from tests.contracts.example_files import FOLDER, SUFFIX, Message, write

Destroyed = TypeVar(
    "Destroyed", rapid_assessment.KeysDestroyed, forensic_clinic.KeysDestroyed, prosecution.KeysDestroyed
)

CENTRAL = timezone(timedelta(hours=-6))
NIGHT = datetime(2026, 11, 3, 2, 15, tzinfo=CENTRAL)
SPACE = UUID("6d757374-6572-4000-8000-000000000000")


def ref(of: str) -> UUID:
    """The same invented record each time. Real references are random."""
    return UUID(bytes=uuid5(SPACE, of).bytes, version=4)


def _received(of: str, **changes: object) -> tips.TipReceived:
    usual: dict[str, object] = {
        "tip": ref(of),
        "person": ref(f"person of {of}"),
        "received_at": NIGHT,
        "channel": "cps_hotline",
        "county": "Hinds",
        "tribal_land": False,
        "age": "child",
    }
    return tips.TipReceived(**(usual | changes))  # type: ignore[arg-type]  # each value is of its field's type


def _screened(of: str, county: str, age: str, exploitation: str) -> tips.TipScreened:
    return tips.TipScreened(
        tip=ref(of),
        person=ref(f"person of {of}"),
        received_at=NIGHT,
        county=county,
        age=age,
        exploitation=exploitation,
    )


def _corrected(of: str, county: str, age: str, *, tribal_land: bool) -> tips.TipCorrected:
    return tips.TipCorrected(
        tip=ref(of),
        person=ref(f"person of {of}"),
        received_at=NIGHT - timedelta(hours=9),
        county=county,
        tribal_land=tribal_land,
        age=age,
    )


def _parted(of: str, other: str, first: str, *, age: str = "child") -> tips.TipParted:
    return tips.TipParted(
        tip=ref(of),
        other=ref(other),
        first=ref(first),
        person=ref(f"person of {of}"),
        received_at=NIGHT,
        age=age,
    )


def _shared(of: str, *, role: str = "", agency: str = "", account: UUID | None = None) -> tips.CaseShared:
    return tips.CaseShared(
        tip=ref(of),
        share=ref(f"share of {of}"),
        agency=agency,
        role=role,
        account=account,
        purpose="prosecution" if role else "placement",
        people=True,
        until=NIGHT + timedelta(days=14),
    )


def _broken(of: str, role: str, agency: str) -> tips.GlassBroken:
    return tips.GlassBroken(
        tip=ref(of),
        opening=ref(f"opening of {of}"),
        account=ref("account three"),
        agency=agency,
        roles=(role,),
        until=NIGHT + timedelta(minutes=30),
    )


def _pressing(of: str, told: tuple[str, ...], *, missed: bool) -> tips.ReviewPressing:
    return tips.ReviewPressing(
        tip=ref(of),
        opening=ref(f"opening of {of}"),
        agency="BRIDGE",
        rule="C85",
        citation="45 CFR 164.312(a)(2)(ii), (b)",
        missed=missed,
        told=told,
    )


def _at_once(of: str) -> tips.DutyPressing:
    return tips.DutyPressing(tip=ref(of), rule="C01", citation="Miss. Code 43-26-3(1)", told=("cps_coordinator",))


def _ordered(of: str, *persons: str) -> tips.DestructionOrdered:
    return tips.DestructionOrdered(
        tip=ref(of), order=ref(f"order about {of}"), persons=tuple(ref(f"person of {each}") for each in persons)
    )


def _destroyed(made: type[Destroyed], of: str, keys: int, fields: int, *positions: int) -> Destroyed:
    return made(order=ref(f"order about {of}"), tip=ref(of), keys=keys, fields=fields, positions=positions)


def _to_report(of: str, told: tuple[str, ...], *, missed: bool) -> tips.TimedDutyPressing:
    return tips.TimedDutyPressing(tip=ref(of), rule="C31", citation="42 U.S.C. 671(a)(34)(A)", missed=missed, told=told)


def _asked_for(of: str) -> tips.ReporterAskedFor:
    return tips.ReporterAskedFor(tip=ref(of), release=ref(f"release of {of}"))


def _opened(of: str, opening: int) -> rapid_assessment.TeamOpened:
    return rapid_assessment.TeamOpened(
        team=ref(f"team of {of}"),
        tip=ref(of),
        person=ref(f"person of {of}"),
        received_at=NIGHT,
        due_at=NIGHT + timedelta(hours=24),
        opening=opening,
    )


def _formed(of: str, after: timedelta, *, late: bool) -> rapid_assessment.TeamFormed:
    return rapid_assessment.TeamFormed(team=ref(f"team of {of}"), tip=ref(of), formed_at=NIGHT + after, late=late)


def _stood_down(of: str, cause: str) -> rapid_assessment.TeamStoodDown:
    return rapid_assessment.TeamStoodDown(team=ref(f"team of {of}"), tip=ref(of), cause=cause)


def _exam(of: str) -> UUID:
    return ref(f"exam of {of}")


def _exam_requested(of: str) -> forensic_clinic.ExamRequested:
    return forensic_clinic.ExamRequested(exam=_exam(of), tip=ref(of), clinic="BRIDGE")


def _exam_booked(of: str, since: timedelta) -> forensic_clinic.ExamBooked:
    until = NIGHT + since + timedelta(hours=4)
    return forensic_clinic.ExamBooked(exam=_exam(of), tip=ref(of), clinic="BRIDGE", since=NIGHT + since, until=until)


def _exam_completed(of: str, after: timedelta) -> forensic_clinic.ExamCompleted:
    return forensic_clinic.ExamCompleted(exam=_exam(of), tip=ref(of), completed_at=NIGHT + after)


def _exam_cancelled(of: str, cause: str) -> forensic_clinic.ExamCancelled:
    return forensic_clinic.ExamCancelled(exam=_exam(of), tip=ref(of), cause=cause)


def _exam_moved(of: str, clinic: str) -> forensic_clinic.ExamMoved:
    return forensic_clinic.ExamMoved(exam=_exam(of), tip=ref(of), clinic=clinic)


def _exam_pressing(of: str, why: str, told: tuple[str, ...]) -> forensic_clinic.ExamPressing:
    return forensic_clinic.ExamPressing(exam=_exam(of), tip=ref(of), why=why, told=told)


def _kit_sealed(of: str, stage: str, converted: timedelta) -> forensic_clinic.ReportedKitSealed:
    return forensic_clinic.ReportedKitSealed(
        kit=ref(f"kit of {of}"), tip=ref(of), stage=stage, sealed_at=NIGHT, reported_at=NIGHT + converted
    )


def _kit_handed_over(of: str, stage: str, after: timedelta) -> forensic_clinic.KitHandedOver:
    return forensic_clinic.KitHandedOver(
        kit=ref(f"kit of {of}"), tip=ref(of), stage=stage, handed_over_at=NIGHT + after
    )


def _kit_pressing(of: str, rule: str, told: tuple[str, ...], *, missed: bool) -> forensic_clinic.KitDutyPressing:
    return forensic_clinic.KitDutyPressing(
        kit=ref(f"kit of {of}"), tip=ref(of), rule=rule, citation="Miss. Code 99-51-1", missed=missed, told=told
    )


def _kit_decision(of: str, decision: str, office: str) -> forensic_clinic.KitDecisionPressing:
    return forensic_clinic.KitDecisionPressing(
        kit=ref(f"kit of {of}"), tip=ref(of), decision=decision, told=(f"prosecutor of {office}",)
    )


def _legacy_pressing(of: str, why: str, rule: str, *told: str) -> forensic_clinic.LegacyKitPressing:
    citation = "Miss. Code 99-51-1" if rule else ""
    return forensic_clinic.LegacyKitPressing(kit=ref(f"kit of {of}"), why=why, rule=rule, citation=citation, told=told)


def _census(of: str, *told: str) -> forensic_clinic.CensusPressing:
    return forensic_clinic.CensusPressing(count=ref(f"count of {of}"), told=told)


def _kit_result(of: str, result: str, after: timedelta) -> forensic_clinic.KitResult:
    return forensic_clinic.KitResult(kit=ref(f"kit of {of}"), tip=ref(of), result=result, result_at=NIGHT + after)


def _declined(of: str, reason: str) -> prosecution.CaseDeclined:
    return prosecution.CaseDeclined(case=ref(f"case of {of}"), tip=ref(of), reason=reason)


def _transferred(of: str) -> prosecution.CaseTransferred:
    return prosecution.CaseTransferred(case=ref(f"case of {of}"), tip=ref(of))


def _came_of(of: str, stage: str, outcome: str, *, ends: bool) -> prosecution.OutcomeRecorded:
    return prosecution.OutcomeRecorded(
        case=ref(f"case of {of}"), tip=ref(of), count=ref(f"count of {of}"), stage=stage, outcome=outcome, ends=ends
    )


EXAMPLES: Mapping[str, Sequence[tuple[str, str, Event]]] = {
    "identity": (
        ("agency MDCPS", "child_protection", identity.AgencyRegistered(agency="MDCPS")),
        ("agency MBI-HTSVU", "bureau_of_investigation", identity.AgencyRegistered(agency="MBI-HTSVU")),
        (
            "account one",
            "hotline_worker",
            identity.AccountOpened(account=ref("account one"), agency="MDCPS", roles=("cps_intake",)),
        ),
        (
            "account two",
            "no_role_yet",
            identity.AccountOpened(account=ref("account two"), agency="MBI-HTSVU", roles=()),
        ),
        ("account one", "coordinator", identity.RoleGranted(account=ref("account one"), role="cps_coordinator")),
        (
            "account two",
            "investigator",
            identity.RoleGranted(account=ref("account two"), role="trafficking_investigator"),
        ),
        ("account one", "no_longer_intake", identity.RoleRemoved(account=ref("account one"), role="cps_intake")),
        ("account two", "last_role", identity.RoleRemoved(account=ref("account two"), role="trafficking_investigator")),
        ("account two", "left_at_once", identity.AccountClosed(account=ref("account two"), left_at=NIGHT)),
        (
            "account one",
            "typed_in_a_month_later",
            identity.AccountClosed(account=ref("account one"), left_at=NIGHT - timedelta(days=30)),
        ),
        ("account three", "nobody_answered", identity.WorkSuspended(account=ref("account three"))),
        ("account three", "confirmed_after_all", identity.WorkResumed(account=ref("account three"))),
        ("account four", "asked_in_two_quarters", identity.WorkSuspended(account=ref("account four"))),
        ("account four", "confirmed_a_quarter_later", identity.WorkResumed(account=ref("account four"))),
    ),
    "tips": (
        ("tip one", "child_by_hotline", _received("tip one")),
        (
            "tip two",
            "age_not_known_on_tribal_land",
            _received(
                "tip two",
                received_at=datetime(2026, 11, 2, 23, 59, 59, 999999, tzinfo=UTC),
                channel="cybertip",
                county="Neshoba",
                tribal_land=True,
                age="not_known",
            ),
        ),
        ("tip three", "adult_by_web_form", _received("tip three", channel="web_form", county="Lee", age="adult")),
        ("tip one", "child", _screened("tip one", "Hinds", "child", "sex")),
        ("tip three", "adult", _screened("tip three", "Lee", "adult", "not_known")),
        ("tip three", "thought_adult_and_a_child", _corrected("tip three", "Lee", "child", tribal_land=False)),
        ("tip two", "other_county", _corrected("tip two", "Leake", "not_known", tribal_land=True)),
        (
            "tip two",
            "to_an_earlier_tip",
            tips.TipLinked(tip=ref("tip two"), other=ref("tip one"), first=ref("tip one")),
        ),
        ("tip one", "from_a_later_tip", tips.TipLinked(tip=ref("tip one"), other=ref("tip two"), first=ref("tip one"))),
        ("tip one", "before_screening", tips.AccountNamed(tip=ref("tip one"), account=ref("account one"))),
        ("tip three", "later", tips.AccountNamed(tip=ref("tip three"), account=ref("account two"))),
        ("sharing of tip one", "with_an_office", _shared("tip one", role="prosecutor", agency="DA-07")),
        ("sharing of tip three", "with_one_account", _shared("tip three", account=ref("account one"))),
        (
            "sharing of tip three",
            "of_an_account",
            tips.ShareEnded(tip=ref("tip three"), share=ref("share of tip three")),
        ),
        ("sharing of tip one", "before_its_time", tips.ShareEnded(tip=ref("tip one"), share=ref("share of tip one"))),
        ("openings of tip one", "by_a_nurse", _broken("tip one", "forensic_nurse", "BRIDGE")),
        ("openings of tip three", "by_an_investigator", _broken("tip three", "cps_investigator", "MDCPS")),
        ("pressing of tip one", "before_its_time", _pressing("tip one", ("cps_coordinator",), missed=False)),
        ("miss of tip one", "missed", _pressing("tip one", ("cps_coordinator", "administrator"), missed=True)),
        ("tip one", "at_night", tips.AdditionArrived(tip=ref("tip one"))),
        ("tip three", "once_more", tips.AdditionArrived(tip=ref("tip three"))),
        ("releases of tip one", "by_an_investigator", _asked_for("tip one")),
        ("releases of tip three", "by_a_prosecutor", _asked_for("tip three")),
        ("caseworker of tip one", "asked_by_an_officer", _at_once("tip one")),
        ("caseworker of tip two", "not_sent_yet", _at_once("tip two")),
        (
            "report of tip one",
            "running_out",
            _to_report("tip one", ("cps_investigator", "cps_coordinator"), missed=False),
        ),
        (
            "report of tip three",
            "not_in_time",
            _to_report("tip three", ("cps_coordinator", "law_enforcement"), missed=True),
        ),
        ("tip two", "has_its_own_team_again", _parted("tip two", "tip one", "tip two", age="not_known")),
        ("tip one", "goes_on_with_its_team", _parted("tip one", "tip two", "tip one")),
        ("tip three", "shares_another_team_now", _parted("tip three", "tip one", "tip two")),
        (
            "tip two",
            "named_by_the_other_tip_alone",
            tips.AccountReadmitted(tip=ref("tip two"), account=ref("account one")),
        ),
        (
            "tip three",
            "after_a_conflict_elsewhere",
            tips.AccountReadmitted(tip=ref("tip three"), account=ref("account three")),
        ),
        ("destruction of tip one", "of_one_tip", _ordered("tip one", "tip one")),
        ("destruction of tip two", "of_linked_tips", _ordered("tip two", "tip two", "tip three")),
    ),
    "rapid_assessment": (
        ("team of tip one", "first_opening", _opened("tip one", 1)),
        ("team of tip three", "opened_again", _opened("tip three", 2)),
        ("team of tip one", "in_time", _formed("tip one", timedelta(hours=6, minutes=40), late=False)),
        ("team of tip three", "late", _formed("tip three", timedelta(hours=24, seconds=1), late=True)),
        ("team of tip one", "by_the_coordinator", _stood_down("tip one", "coordinator")),
        ("team of tip two", "linked", _stood_down("tip two", "linked")),
        ("team of tip three", "shown_adult", _stood_down("tip three", "shown_adult")),
        (
            "team of tip one",
            "conflict",
            rapid_assessment.AccountKeptOut(tip=ref("tip one"), account=ref("account three")),
        ),
        (
            "team of tip two",
            "of_the_linked_tip",
            rapid_assessment.AccountKeptOut(tip=ref("tip two"), account=ref("account one")),
        ),
        ("answer about tip one", "something_held", _destroyed(rapid_assessment.KeysDestroyed, "tip one", 1, 3, 4, 9)),
        ("answer about tip two", "nothing_held", _destroyed(rapid_assessment.KeysDestroyed, "tip two", 0, 0)),
    ),
    "forensic_clinic": (
        ("kit of tip one", "reported_from_the_start", _kit_sealed("tip one", "clinic", -timedelta(hours=2))),
        ("kit of tip two", "converted_with_the_police", _kit_sealed("tip two", "law_enforcement", timedelta(days=90))),
        ("kit of tip one", "picked_up", _kit_handed_over("tip one", "law_enforcement", timedelta(hours=20))),
        ("kit of tip one", "delivered", _kit_handed_over("tip one", "laboratory", timedelta(days=5))),
        ("kit of tip two", "outsourced", _kit_result("tip two", "outsourced", timedelta(days=100))),
        ("kit of tip one", "tested", _kit_result("tip one", "tested", timedelta(days=64))),
        ("exam of tip one", "of_a_child", _exam_requested("tip one")),
        ("exam of tip two", "of_another", _exam_requested("tip two")),
        ("exam of tip one", "the_same_night", _exam_booked("tip one", timedelta(hours=2))),
        ("exam of tip two", "in_two_days", _exam_booked("tip two", timedelta(days=2))),
        (
            "exam of tip two",
            "nurse_fell_ill",
            forensic_clinic.ExamUnbooked(exam=_exam("tip two"), tip=ref("tip two")),
        ),
        ("exam of tip one", "in_time", _exam_completed("tip one", timedelta(hours=5))),
        ("exam of tip two", "patient_said_no", _exam_cancelled("tip two", "patient")),
        ("exam of tip three", "of_a_third", _exam_requested("tip three")),
        ("exam of tip three", "no_nurse", _exam_cancelled("tip three", "clinic")),
        ("exam of tip four", "typed_in_later", _exam_completed("tip four", timedelta(hours=-9))),
        (
            "exam of tip four",
            "kept_out_nurse",
            forensic_clinic.ExamUnbooked(exam=_exam("tip four"), tip=ref("tip four")),
        ),
        (
            "call for kit one",
            "call_running_out",
            _kit_pressing("tip one", "C54", ("forensic_nurse", "clinic_coordinator"), missed=False),
        ),
        (
            "test of kit two",
            "test_missed",
            _kit_pressing("tip two", "C57", ("laboratory", "law_enforcement"), missed=True),
        ),
        ("answer about tip one", "something_held", _destroyed(forensic_clinic.KeysDestroyed, "tip one", 1, 3, 4, 9)),
        ("answer about tip two", "nothing_held", _destroyed(forensic_clinic.KeysDestroyed, "tip two", 0, 0)),
        ("exam of tip two", "to_another_clinic", _exam_moved("tip two", "BRIDGE")),
        ("exam of tip five", "to_the_first", _exam_moved("tip five", "BRIDGE")),
        (
            "pressing of tip one",
            "no_slot_in_time",
            _exam_pressing("tip one", "no_slot", ("clinic_coordinator of BRIDGE", "cps_coordinator")),
        ),
        (
            "pressing of tip two",
            "moved_up",
            _exam_pressing("tip two", "moved_up", ("clinic_coordinator of BRIDGE",)),
        ),
        ("decision on kit one", "test_not_wanted", _kit_decision("tip one", "no_test", "DA-07")),
        ("decision on kit two", "order_to_destroy", _kit_decision("tip two", "destruction", "DA-17")),
        (
            "legacy kit one",
            "never_picked_up",
            _legacy_pressing("list one", "duty_missed", "C55", "clinic_coordinator of BRIDGE", "law_enforcement"),
        ),
        ("legacy kit two", "assent_waits", _legacy_pressing("list two", "decision_waits", "", "prosecutor of DA-07")),
        (
            "count of day one",
            "of_clinic_and_police",
            _census("day one", "clinic_coordinator of BRIDGE", "law_enforcement of LOCAL-LE"),
        ),
        ("count of day two", "of_a_laboratory", _census("day two", "laboratory of MS-LAB")),
    ),
    "prosecution": (
        ("case of tip one", "first_referral", prosecution.CaseOpened(case=ref("case of tip one"), tip=ref("tip one"))),
        ("case of tip two", "another_office", prosecution.CaseOpened(case=ref("case of tip two"), tip=ref("tip two"))),
        ("case of tip one", "prosecuted", prosecution.CaseAccepted(case=ref("case of tip one"), tip=ref("tip one"))),
        ("case of tip two", "presumed_victim", _declined("tip two", "victim_presumed")),
        ("case of tip three", "not_enough_evidence", _declined("tip three", "insufficient_evidence")),
        (
            "case of tip three",
            "referred_again",
            prosecution.CaseAccepted(case=ref("case of tip three"), tip=ref("tip three")),
        ),
        ("case of tip one", "goes_on", _came_of("tip one", "grand_jury", "true_bill", ends=False)),
        ("case of tip one", "count_is_over", _came_of("tip one", "trial", "dismissed", ends=True)),
        ("case of tip four", "venue_elsewhere", _transferred("tip four")),
        ("case of tip five", "of_a_joined_case", _transferred("tip five")),
        ("answer about tip one", "something_held", _destroyed(prosecution.KeysDestroyed, "tip one", 1, 3, 4, 9)),
        ("answer about tip two", "nothing_held", _destroyed(prosecution.KeysDestroyed, "tip two", 0, 0)),
    ),
}


def messages(service: str) -> Sequence[tuple[Path, Message]]:
    """The service's examples as one stretch of its log, with the files they belong in."""
    versions: dict[str, int] = {}
    made = []
    for position, (stream, word, event) in enumerate(EXAMPLES[service], start=1):
        versions[stream] = versions.get(stream, 0) + 1
        at = NIGHT + timedelta(minutes=position)
        row = _row(service, event, position, ref(stream), versions[stream], at)
        contract = frozenset(each.NAME for each in PUBLISHED[service])
        message = Message(subject_of(service, event.NAME, contract), headers_of(service, row), row.state)
        folder = f"{event.NAME.removeprefix(f'{service}.')}.v{event.VERSION}"
        made.append((FOLDER / service / folder / f"{word}{SUFFIX}", message))
    return made


def _row(service: str, event: Event, position: int, stream: UUID, version: int, at: datetime) -> Logged:
    by_hand = position % 2 == 1
    happening = Happening(
        stream=stream,
        version=version,
        event_id=ref(f"event {service} {position}"),
        happened_at=at - timedelta(minutes=position),
        origin=Origin(
            actor=f"account:{ref('account one')}" if by_hand else f"service:{service}",
            agency="MDCPS" if by_hand else "",
            command_id=ref(f"command {service} {position}"),
            causation_id=None if by_hand else ref(f"event {service} {position - 1}"),
            correlation_id=stream,
            policy="0123456789ab",
        ),
        event=event,
    )
    stored = StructMapper(Registry.of([type(event)]), lambda each, _: each).to_stored_event(happening)
    state = stamp_recorded_at(stored.state, at)
    return Logged(stream, version, stored.topic, state, id=position)


def main() -> None:
    """Adds what is missing."""
    for service in EXAMPLES:
        for file, message in messages(service):
            if not file.exists():
                write(file, message)
                sys.stdout.write(f"{file.relative_to(FOLDER)} written\n")


if __name__ == "__main__":
    main()
