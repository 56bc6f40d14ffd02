"""A scenario that cannot be played is refused before it starts, with the line and one sentence."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions import Jurisdiction
from deploy.demo.lines import offset
from deploy.demo.scenario import Scenario, ScenarioRefused, check_words, read_scenario

START: dict[str, Any] = {"do": "start", "told": "2026-11-02T18:00:00-06:00", "rate": 3600}
HOTLINE: dict[str, Any] = {
    "do": "account",
    "account": "hotline",
    "person": "Example Hotline Worker One",
    "agency": "MDCPS",
    "role": "cps_intake",
}
INVESTIGATOR: dict[str, Any] = {
    "do": "responder",
    "responder": "cps_1",
    "person": "Example Investigator One",
    "agency": "MDCPS",
    "role": "cps_investigator",
    "credentials": [
        {"kind": "cps_investigator", "issuer": "MDCPS", "valid_from": "2025-07-01", "valid_until": "2028-06-30"}
    ],
    "available": [{"since": "T-02:00", "until": "T+48:00"}],
}
TIP: dict[str, Any] = {
    "at": "T+01:00",
    "do": "receive_tip",
    "tip": "1",
    "by": "hotline",
    "channel": "cps_hotline",
    "county": "Hinds",
    "received": "T-08:00",
    "age": "child",
    "about": "Example Child One",
    "narrative": "A caller says a child is kept from school.",
}
OPENED: dict[str, Any] = {"at": "T+02:00", "expect": "team_opened", "tip": "1"}
LEAP: dict[str, Any] = {"at": "T+03:00", "do": "leap", "to": "T+12d 09:00"}
NURSE: dict[str, Any] = {
    "do": "nurse",
    "nurse": "nurse_1",
    "person": "Example Forensic Nurse One",
    "agency": "BRIDGE",
    "certificates": [
        {"certificate": "sane_pediatric", "issuer": "IAFN", "valid_from": "2025-07-01", "valid_until": "2028-06-30"}
    ],
    "available": [{"since": "T-02:00", "until": "T+48:00"}],
}
EXAM: dict[str, Any] = {
    "at": "T+02:00",
    "do": "request_exam",
    "tip": "1",
    "by": "hotline",
    "exam": "e1",
    "clinic": "BRIDGE",
    "age_band": "child",
    "consent": "not_yet",
}
REFERRED: dict[str, Any] = {"at": "T+02:00", "do": "refer_case", "tip": "1", "by": "hotline"}
REFUSED: dict[str, Any] = {
    "at": "T+03:00",
    "expect": "accused_refused",
    "tip": "1",
    "by": "hotline",
    "name": "Example Accused One",
    "offence": "MS-97-29-49",
    "act_on": "2026-10-30",
    "because": "age_not_known",
    "citation": "Miss. Code 97-29-49(4)",
}
PROPOSED: dict[str, Any] = {
    "at": "T+02:00",
    "do": "propose",
    "tip": "1",
    "by": "hotline",
    "seat": "cps_investigator",
    "responder": "cps_1",
}


def read(*lines: dict[str, Any]) -> Scenario:
    return read_scenario("\n".join(json.dumps(line) for line in lines).encode())


def test_a_scenario_that_holds_together_is_read_whole() -> None:
    scenario = read(START, HOTLINE, INVESTIGATOR, TIP, PROPOSED, OPENED)
    assert set(scenario.accounts) == {"hotline"}
    assert set(scenario.responders) == {"cps_1"}
    assert [(entry.number, entry.line.at) for entry in scenario.entries] == [
        (4, "T+01:00"),
        (5, "T+02:00"),
        (6, "T+02:00"),
    ]


@pytest.mark.parametrize(
    ("lines", "number", "sentence"),
    [
        ([HOTLINE], 1, "after the start line and before the first step"),
        ([TIP], 1, "the first line must be"),
        ([START], 1, "the file ends before anything is done"),
        ([START, START], 2, "one start line, and it is the first"),
        ([START | {"told": "2026-11-02T18:00:00"}], 1, "the start needs a zone"),
        ([START | {"rate": 0}], 1, "Expected `int` >= 1"),
        ([START, HOTLINE, HOTLINE], 3, "already somebody called 'hotline'"),
        ([START, HOTLINE, TIP, INVESTIGATOR], 4, "after the start line and before the first step"),
        ([START, HOTLINE, TIP | {"conty": "Hinds"}], 3, "unknown field `conty`"),
        ([START, HOTLINE, TIP | {"do": "recieve_tip"}], 3, "Invalid value 'recieve_tip'"),
        ([START, HOTLINE, TIP | {"expect": "no_team"}], 3, 'give either "do" or "expect"'),
        ([START, HOTLINE, {"at": "T+01:00", "tip": "1"}], 3, 'give either "do" or "expect"'),
        ([START, HOTLINE, TIP | {"at": "T+1:00"}], 3, "write a time as"),
        ([START, HOTLINE, TIP | {"at": "T+01:60"}], 3, "write a time as"),
        ([START, HOTLINE, TIP | {"at": "T+01:00\n"}], 3, "write a time as"),
        ([START, HOTLINE, TIP | {"at": "T-00:01", "received": "T-01:00"}], 3, "in the order of their times"),
        ([START, HOTLINE, TIP, OPENED | {"at": "T+00:59"}], 4, "T+00:59 stands after T+01:00"),
        ([START, HOTLINE, TIP | {"received": "T+01:01"}], 3, "before it is received"),
        ([START, HOTLINE, TIP, TIP], 4, "tip '1' was received already"),
        ([START, HOTLINE, TIP, OPENED | {"tip": "2"}], 4, "no tip '2' has been received"),
        ([START, HOTLINE, TIP | {"by": "nobody"}], 3, "there is nobody called 'nobody'"),
        ([START, HOTLINE, TIP, PROPOSED], 4, "there is no responder 'cps_1'"),
        ([START, HOTLINE, INVESTIGATOR, TIP, PROPOSED | {"seat": "judge"}], 5, "Invalid enum value 'judge'"),
        (
            [START, HOTLINE, TIP, {"at": "T+02:00", "expect": "linked", "tip": "1", "to": "1"}],
            4,
            "cannot be compared with itself",
        ),
        (
            [START, HOTLINE, TIP, {"at": "T+02:00", "do": "correct_tip", "tip": "1", "by": "hotline", "reason": "x"}],
            4,
            "must change age, county, tribal_land or setting",
        ),
        (
            [
                START,
                HOTLINE,
                TIP,
                {
                    "at": "T+02:00",
                    "do": "refer_adult",
                    "tip": "1",
                    "by": "hotline",
                    "agency": "CVP",
                    "agreement": False,
                },
            ],
            4,
            "without the person's agreement",
        ),
        ([START, HOTLINE, TIP, LEAP | {"to": "T+03:00"}], 4, "time leaps ahead only"),
        ([START, HOTLINE, TIP, LEAP, OPENED | {"at": "T+12d 08:59"}], 5, "T+12d 08:59 stands after T+12d 09:00"),
        ([START, HOTLINE, TIP, LEAP | {"to": "T+12d 9:00"}], 4, "write a time as"),
        ([START, HOTLINE, HOTLINE | {"account": "nurse_1"}, NURSE], 4, "already somebody called 'nurse_1'"),
        ([START, HOTLINE, TIP, EXAM, EXAM], 5, "there is already exam 'e1'"),
        (
            [START, HOTLINE, TIP, EXAM, {"at": "T+03:00", "expect": "exam", "tip": "1", "exam": "e2", "phase": "held"}],
            5,
            "no line before this one makes exam 'e2'",
        ),
        (
            [
                START,
                HOTLINE,
                NURSE,
                TIP,
                EXAM,
                EXAM
                | {"do": "book_exam", "nurse": "nurse_2", "room": "room_1", "since": "T+04:00", "until": "T+06:00"},
            ],
            6,
            "unknown field",
        ),
        (
            [
                START,
                HOTLINE,
                NURSE,
                TIP,
                EXAM,
                {
                    "at": "T+03:00",
                    "do": "book_exam",
                    "tip": "1",
                    "by": "hotline",
                    "exam": "e1",
                    "nurse": "nurse_1",
                    "room": "room_1",
                    "since": "T+04:00",
                    "until": "T+06:00",
                },
            ],
            6,
            "there is no room 'room_1'",
        ),
        (
            [
                START,
                HOTLINE,
                TIP,
                {
                    "at": "T+03:00",
                    "do": "enter_stage",
                    "tip": "1",
                    "by": "hotline",
                    "accused": "a1",
                    "stage": "arrest",
                },
            ],
            4,
            "no line before this one makes accused 'a1'",
        ),
        ([START, HOTLINE, TIP, REFUSED], 4, "tip '1' has not been referred before this line"),
        (
            [
                START,
                HOTLINE,
                TIP,
                TIP | {"tip": "2"},
                EXAM,
                {"at": "T+03:00", "expect": "exam", "tip": "2", "exam": "e1", "phase": "held"},
            ],
            6,
            "exam 'e1' is of tip '1'",
        ),
    ],
)
def test_a_fault_is_named_by_its_line_and_in_a_sentence(
    lines: list[dict[str, Any]], number: int, sentence: str
) -> None:
    with pytest.raises(ScenarioRefused) as refused:
        read(*lines)
    assert refused.value.number == number
    assert str(refused.value).startswith(f"Line {number} of the scenario: ")
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("lines", "number", "sentence"),
    [
        ([START, HOTLINE | {"agency": "XYZ"}, TIP], 2, "there is no agency 'XYZ'"),
        ([START, HOTLINE | {"role": "king"}, TIP], 2, "there is no role 'king'"),
        ([START, HOTLINE, TIP | {"channel": "fax"}], 3, "there is no channel 'fax'"),
        ([START, HOTLINE, TIP | {"county": "Nashoba"}], 3, "Did you mean Neshoba"),
        (
            [START, HOTLINE, TIP, {"at": "T+02:00", "expect": "clock_met", "tip": "1", "rule": "C60"}],
            4,
            "there is no clock rule 'C60'",
        ),
        (
            [START, HOTLINE, TIP, {"at": "T+02:00", "expect": "notices_told", "tip": "1", "roles": ["king"]}],
            4,
            "there is no role 'king'",
        ),
        ([START, HOTLINE, NURSE | {"agency": "XYZ"}, TIP], 3, "there is no agency 'XYZ'"),
        (
            [START, HOTLINE, TIP, {"at": "T+02:00", "expect": "duty", "tip": "1", "rule": "C06", "phase": "open"}],
            4,
            "there is no reporting duty 'C06'",
        ),
        ([START, HOTLINE, TIP, REFERRED, REFUSED | {"offence": "MS-0"}], 5, "there is no offence 'MS-0'"),
    ],
)
def test_a_word_the_state_does_not_have_is_named_by_its_line(
    mississippi: Jurisdiction, lines: list[dict[str, Any]], number: int, sentence: str
) -> None:
    scenario = read(*lines)
    with pytest.raises(ScenarioRefused) as refused:
        check_words(scenario, mississippi)
    assert refused.value.number == number
    assert sentence in str(refused.value)


def test_a_credential_of_another_issuer_is_refused(mississippi: Jurisdiction) -> None:
    credential = INVESTIGATOR["credentials"][0] | {"issuer": "MHTOTF"}
    scenario = read(START, HOTLINE, INVESTIGATOR | {"credentials": [credential]}, TIP)
    with pytest.raises(ScenarioRefused, match=r"Line 3 .* there is no issuer of it 'MHTOTF'"):
        check_words(scenario, mississippi)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_sentence_and_never_crash(text: bytes) -> None:
    with pytest.raises(ScenarioRefused):
        read_scenario(text)


@given(st.booleans(), st.integers(0, 99), st.integers(0, 59))
def test_a_time_before_the_start_is_the_mirror_of_one_after(before: bool, hours: int, minutes: int) -> None:
    sign = "-" if before else "+"
    seconds = offset(f"T{sign}{hours:02d}:{minutes:02d}").total_seconds()
    assert abs(seconds) == hours * 3600 + minutes * 60
    assert (seconds < 0) == (before and seconds != 0)


@given(st.booleans(), st.integers(0, 9999), st.integers(0, 23), st.integers(0, 59))
def test_days_stand_before_the_hours(before: bool, days: int, hours: int, minutes: int) -> None:
    sign = "-" if before else "+"
    length = timedelta(days=days, hours=hours, minutes=minutes)
    assert offset(f"T{sign}{days}d {hours:02d}:{minutes:02d}") == (-length if before else length)


def test_a_leap_is_about_no_tip_and_what_follows_stands_at_its_end_or_later() -> None:
    scenario = read(START, HOTLINE, TIP, LEAP, OPENED | {"at": "T+12d 09:00"})
    assert scenario.length == timedelta(days=12, hours=9)
    assert scenario.entries[1].line.tip == ""


def test_everybody_who_signs_in_is_found_by_one_word() -> None:
    scenario = read(START, HOTLINE, INVESTIGATOR, NURSE, TIP)
    assert {label: scenario.person(label).role for label in ("hotline", "cps_1", "nurse_1")} == {
        "hotline": "cps_intake",
        "cps_1": "cps_investigator",
        "nurse_1": "forensic_nurse",
    }
