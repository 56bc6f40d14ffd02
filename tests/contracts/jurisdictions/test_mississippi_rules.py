"""The rules are read exactly as written, version by version."""

from datetime import date, timedelta

import pytest

from contracts.jurisdictions import ClockRule, DutyRule, Jurisdiction, UnknownRule


def hours(*numbers: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(hours=number) for number in numbers)


def test_the_team_clock_is_24_hours_by_protocol_with_its_hours_unverified(mississippi: Jurisdiction) -> None:
    rule = mississippi.clock_rule("C06")
    assert (rule.rule, rule.version, rule.kind, rule.period) == ("C06", 1, "PROT", timedelta(hours=24))
    assert rule.warnings == hours(12, 20, 23)
    assert (rule.confidence, rule.period_confidence) == ("V", "U")
    assert rule.who_acts == "cps_coordinator"
    assert rule.told_at_warning == ("cps_coordinator",)
    assert rule.told_at_miss == ("cps_coordinator",)
    assert "43-26-3" in rule.citation
    assert rule.review_by == date(2028, 7, 1)


def test_the_contact_clock_is_24_hours_by_statute_and_its_miss_tells_two(mississippi: Jurisdiction) -> None:
    rule = mississippi.clock_rule("C02")
    assert (rule.kind, rule.period, rule.warnings) == ("STAT", timedelta(hours=24), hours(12, 20, 23))
    assert (rule.confidence, rule.period_confidence) == ("V", "V")
    assert rule.who_acts == "cps_investigator"
    assert rule.told_at_miss == ("cps_coordinator", "law_enforcement")
    assert rule.citation == "Miss. Code 43-26-3(2)(a)"


def test_a_duty_the_law_gives_no_number_for_has_no_period(mississippi: Jurisdiction) -> None:
    notice = mississippi.duty_rule("C03")
    record = mississippi.duty_rule("C04")
    assert (notice.follows, notice.due, notice.told) == ("C02", "immediately", ("cps_coordinator", "law_enforcement"))
    assert (record.follows, record.due, record.told) == ("C02", "with_C03", ())
    assert not hasattr(notice, "period")
    for rule in ("C03", "C04"):
        with pytest.raises(UnknownRule):
            mississippi.clock_rule(rule)


def test_a_rule_is_looked_up_by_the_day_it_was_in_force(mississippi: Jurisdiction) -> None:
    assert mississippi.clock_rule("C06", on=date(2020, 7, 9)).version == 1
    with pytest.raises(UnknownRule, match="No version of clock rule 'C06' was in force on 2020-07-08"):
        mississippi.clock_rule("C06", on=date(2020, 7, 8))


def test_a_version_never_released_is_not_on_file(mississippi: Jurisdiction) -> None:
    assert mississippi.clock_rule("C02", version=1).version == 1
    with pytest.raises(UnknownRule, match="Version 2 of clock rule 'C02' is not on file"):
        mississippi.clock_rule("C02", version=2)
    with pytest.raises(UnknownRule, match="There is no duty rule 'C99' on file"):
        mississippi.duty_rule("C99")


@pytest.mark.parametrize(
    ("rule", "hours", "calendar", "citation"),
    [
        ("C19", 24, "elapsed", "Miss. Code 43-21-303"),
        ("C21", 48, "elapsed", "Miss. Code 43-21-301"),
        ("C21B", 48, "excluding_weekends_and_holidays", "Miss. Code 43-21-301"),
        ("C22", 48, "excluding_weekends_and_holidays", "Miss. Code 43-21-301(3), 43-21-307, 43-21-309"),
        ("C31", 24, "elapsed", "42 U.S.C. 671(a)(34)(A)"),
        ("C33", 24, "elapsed", "22 U.S.C. 7105(b)"),
    ],
)
def test_custody_and_federal_notices_have_their_hours_and_the_law_behind_them(
    mississippi: Jurisdiction, rule: str, hours: int, calendar: str, citation: str
) -> None:
    found = mississippi.clock_rule(rule)
    assert (found.period_hours, found.calendar, found.citation) == (hours, calendar, citation)
    assert (found.standing, found.kind) == ("on", "FED" if rule > "C30" else "STAT")


def test_only_custody_leaves_out_weekends_and_holidays_and_an_appeals_status_counts_business_days(
    mississippi: Jurisdiction,
) -> None:
    left_out = {"excluding_weekends_and_holidays", "business_days"}
    found = {clock.rule: clock.calendar for clock in mississippi.clocks if clock.calendar in left_out}
    of_custody = dict.fromkeys(("C21B", "C22"), "excluding_weekends_and_holidays")
    assert found == of_custody | {"C46": "business_days"}


def test_what_a_court_rule_gives_days_for_is_counted_in_days_since_2026_12_and_the_initial_appearance_in_hours(
    mississippi: Jurisdiction,
) -> None:
    days = {
        each.rule: (each.version, each.calendar, each.period_days) for each in mississippi.clocks if each.period_days
    }
    assert days == {
        "C36": (2, "court_days", 14),
        "C39": (2, "court_days", 30),
        "C40": (1, "court_days", 60),
        "C41": (2, "calendar_days", 270),
        "C42": (1, "court_days", 10),
        "C43": (1, "court_days", 30),
        "C44": (1, "court_days", 14),
    }
    assert mississippi.clock_rule("C35").calendar == "elapsed"
    for rule in ("C36", "C39", "C41"):
        assert mississippi.clock_rule(rule, on=date(2026, 11, 30)).calendar == "elapsed"
        assert mississippi.clock_rule(rule, on=date(2026, 12, 1)).version == 2


def test_law_nobody_could_verify_is_advice_and_only_the_team_and_our_own_periods_run_on_such_a_number(
    mississippi: Jurisdiction,
) -> None:
    kept: tuple[ClockRule | DutyRule, ...] = (*mississippi.clocks, *mississippi.duties)
    assert {rule.rule for rule in kept if rule.standing == "advisory"} == {"C05", "C18", "C32"}
    assert {rule.rule for rule in kept if rule.standing == "off"} == {"C88"}
    unverified = [rule for rule in mississippi.rules if rule.confidence == "U"]
    assert {rule.rule for rule in unverified if rule.kind != "REC"} == {"C05", "C32"}
    # Our own recommended practice, which no text asks for: without a number.
    assert {rule.rule for rule in unverified if rule.kind == "REC"} == {"C86", "C87"}
    unsure = {clock.rule for clock in mississippi.clocks if clock.period_confidence == "U" and clock.standing == "on"}
    # A court's order says itself by when; the number is for one that does not.
    assert unsure == {"C06", "C66", "C84", "C85", "C89", "C90"}


def test_the_caseworker_is_sent_immediately_and_the_coordinator_told_again_by_practice(
    mississippi: Jurisdiction,
) -> None:
    sent = mississippi.duty_rule("C01")
    assert (sent.due, sent.alert_minutes, sent.citation) == ("immediately", (15, 30), "Miss. Code 43-26-3(1)")
    assert (mississippi.duty_rule("C20").due, mississippi.duty_rule("C17").who_acts) == ("immediately", None)


def test_what_no_part_keeps_yet_waits_in_the_laws_words(mississippi: Jurisdiction) -> None:
    due = {rule.rule: rule.due for rule in mississippi.waiting}
    assert list(due) == ["C23", "C24", "C25", "C26", "C27", "C28", "C29", "C30", "C34", "C37", "C38"]
    assert (due["C23"], due["C25"]) == ("within 3 months", "before, or within 90 days after")


def test_accounts_are_confirmed_each_quarter_and_leavers_closed_within_a_day(mississippi: Jurisdiction) -> None:
    quarter, leaver = mississippi.clock_rule("C84"), mississippi.clock_rule("C81")
    assert (quarter.kind, quarter.period, quarter.confidence, quarter.period_confidence) == (
        "REC",
        timedelta(days=91),
        "S",
        "U",
    )
    assert quarter.warnings == tuple(quarter.period - timedelta(days=days) for days in (28, 14, 7, 2))
    assert (quarter.who_acts, quarter.told_at_miss) == ("administrator", ("administrator", "operator"))
    assert (leaver.kind, leaver.period, leaver.period_confidence) == ("POL", timedelta(hours=24), "V")
    assert (mississippi.accounts.dormant_after, mississippi.accounts.confidence) == (timedelta(days=90), "U")


def test_reading_is_reviewed_each_week_an_incident_reported_within_the_hour_and_the_record_kept(
    mississippi: Jurisdiction,
) -> None:
    review, incident = mississippi.clock_rule("C77"), mississippi.clock_rule("C82")
    assert (review.kind, review.period, review.warnings) == ("POL", timedelta(days=7), hours(120, 144))
    assert (review.who_acts, review.told_at_miss) == ("auditor", ("auditor", "operator"))
    assert (incident.period, incident.warnings, incident.who_acts) == (timedelta(hours=1), (), None)
    assert incident.told_at_miss == ("administrator", "operator")
    assert mississippi.duty_rule("C78").due == "for_good"
    with pytest.raises(UnknownRule):
        mississippi.clock_rule("C78")


def test_the_three_seats_ask_for_three_credentials_of_three_issuers(mississippi: Jurisdiction) -> None:
    assert [(seat.seat, seat.credential, seat.issuers) for seat in mississippi.seats] == [
        ("cps_investigator", "cps_investigator", ("MDCPS",)),
        ("trafficking_investigator", "trafficking_investigator", ("MHTOTF",)),
        ("victim_advocate", "victim_advocate", ("AG-BVA",)),
    ]
    assert mississippi.seat("victim_advocate").words == "certified victim advocate"
    with pytest.raises(UnknownRule, match="There is no seat 'judge'"):
        mississippi.seat("judge")


def test_hours_of_training_not_found_in_the_sources_stay_unknown(mississippi: Jurisdiction) -> None:
    assert mississippi.credentials["victim_advocate"].minimum_hours == 28
    assert mississippi.credentials["trafficking_investigator"].minimum_hours is None
    assert all(credential.renewal is None for credential in mississippi.credentials.values())


def test_an_advocates_28_hours_are_of_five_parts_and_a_background_check_goes_with_them(
    mississippi: Jurisdiction,
) -> None:
    advocate = mississippi.credentials["victim_advocate"]
    hours = {part.part: part.hours for part in advocate.parts}
    assert hours == {"basic": 8, "response": 8, "collaboration": 4, "investigation": 4, "on_site": 4}
    assert (sum(hours.values()), advocate.background_check) == (28, True)
    others = [each for each in mississippi.credentials.values() if each is not advocate]
    assert [(each.parts, each.background_check) for each in others] == [((), False)] * 2


def test_the_five_task_forces_are_on_file_and_what_is_not_known_of_them_is_left_out(mississippi: Jurisdiction) -> None:
    forces = mississippi.responders.task_forces
    assert len(forces) == 5
    assert {force.counties for force in forces} == {("Forrest",), ()}
    assert [force.confidence for force in forces] == ["S", "U", "U", "U", "U"]


def test_the_channels_are_the_sources_and_our_own_and_one_sends_a_caseworker(mississippi: Jurisdiction) -> None:
    assert set(mississippi.channels) == {
        "cps_hotline",
        "officer_request",
        "mandatory_reporter",
        "web_form",
        "public_page",
        "agency_referral",
        "cybertip",
    }
    sends = [channel.channel for channel in mississippi.channels.values() if channel.officer_request]
    assert sends == ["officer_request"]


def test_an_indicator_that_is_only_our_reading_is_marked_unverified(mississippi: Jurisdiction) -> None:
    assert {indicator.exploitation for indicator in mississippi.indicators.values()} == {"sex", "labour", "both"}
    for indicator in mississippi.indicators.values():
        assert indicator.source
        assert ("NIEM" in indicator.source) <= (indicator.confidence == "U")


def test_a_frozen_rule_cannot_be_altered_in_a_running_process(mississippi: Jurisdiction) -> None:
    with pytest.raises(AttributeError):
        mississippi.clock_rule("C06").period = timedelta(hours=48)  # type: ignore[misc]  # the point of the test
