"""The sign of life: what counts as standing still, who may be told, and what the doctor says of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from deploy.command_line.doctor import look
from deploy.embedded.heartbeat import (
    FILE,
    STANDS_STILL_AFTER_SECONDS,
    STATE,
    BadRecipient,
    Beats,
    Heartbeat,
    Numbers,
    Progress,
    read_recipient,
)
from deploy.embedded.listening import ONLY_HERE

ADDRESS = "https://example.org/a-secret-part"
LATER = STANDS_STILL_AFTER_SECONDS


def relay(position: float, lag: float) -> Numbers:
    return {("muster_relay_position",): position, ("muster_relay_lag_events",): lag}


def follower(position: float, lag: float, *, stream: bool) -> Numbers:
    name = "muster_follower_stream_lag_events" if stream else "muster_follower_log_lag_events"
    return {("muster_follower_position", "one"): position, (name, "one"): lag}


def seen(*looks: tuple[float, Numbers | None]) -> list[list[str]]:
    progress = Progress()
    return [list(progress.standing_still("tips", numbers, at)) for at, numbers in looks]


def test_a_relay_with_nothing_to_do_does_not_stand_still() -> None:
    assert seen((0, relay(5, 0)), (LATER, relay(5, 0))) == [[], []]


def test_a_relay_that_is_behind_and_moves_does_not_stand_still() -> None:
    assert seen((0, relay(5, 9)), (LATER, relay(6, 99)), (2 * LATER, relay(7, 999))) == [[], [], []]


def test_a_relay_that_is_behind_and_does_not_move_stands_still_after_a_minute_until_it_moves() -> None:
    looks = [(0, relay(5, 1)), (LATER - 1, relay(5, 2)), (LATER, relay(5, 2)), (LATER + 1, relay(6, 1))]
    assert seen(*looks) == [[], [], ["relay of tips"], []]


def test_a_relay_that_was_set_back_has_a_minute_again() -> None:
    looks = [(0, relay(5, 1)), (LATER - 1, relay(0, 6)), (LATER + 1, relay(0, 6)), (2 * LATER, relay(0, 6))]
    assert seen(*looks) == [[], [], [], ["relay of tips"]]


def test_what_was_done_with_once_has_a_minute_again() -> None:
    assert seen((0, relay(5, 1)), (1, relay(5, 0)), (LATER, relay(5, 1))) == [[], [], []]


@pytest.mark.parametrize("stream", [True, False])
def test_a_reader_that_does_not_move_stands_still(stream: bool) -> None:
    looks = [(0.0, follower(5, 1, stream=stream)), (LATER, follower(5, 1, stream=stream))]
    assert seen(*looks) == [[], ["one of tips"]]


@pytest.mark.parametrize(
    ("numbers", "part"),
    [
        ({("muster_overdue_moments",): 1.0}, "timers of tips"),
        ({("muster_notices_undelivered",): 1.0}, "notices of tips"),
        ({("muster_job_failing", "views"): 1.0, ("muster_job_failing", "relay"): 0.0}, "job views of tips"),
        ({("muster_scrape_missing", "message_server"): 1.0}, "message server of tips"),
        (None, "tips does not answer"),
    ],
)
def test_what_has_waited_long_already_stands_still_at_once(numbers: Numbers | None, part: str) -> None:
    assert seen((0, numbers)) == [[part]]


def recipient_in(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / FILE
    file.write_text(text)
    file.chmod(mode)
    return file


def test_without_a_file_nobody_is_told(tmp_path: Path) -> None:
    heartbeat = Heartbeat(tmp_path, tmp_path, {"tips": "http://127.0.0.1:1"}, lambda _: None, ONLY_HERE.asking())
    assert heartbeat.look(0) == ()
    assert heartbeat.beats is None
    assert not (tmp_path / STATE).exists()


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        (json.dumps({"address": ADDRESS}), 0o640),
        (json.dumps({"address": ADDRESS}), 0o604),
        (json.dumps({"address": ADDRESS, "evry_seconds": 5}), 0o600),
        (json.dumps({"address": ADDRESS, "every_seconds": 0}), 0o600),
        (json.dumps({"address": ""}), 0o600),
        (ADDRESS, 0o600),
    ],
)
def test_a_file_that_others_can_read_or_that_is_wrong_is_refused_without_quoting_it(
    tmp_path: Path, text: str, mode: int
) -> None:
    file = recipient_in(tmp_path, text, mode)
    with pytest.raises(BadRecipient) as refused:
        read_recipient(file)
    assert "a-secret-part" not in str(refused.value)
    said: list[str] = []
    heartbeat = Heartbeat(tmp_path, tmp_path, {}, said.append, ONLY_HERE.asking())
    heartbeat.look(0)
    heartbeat.look(1)
    assert said == [str(refused.value)], "once"


def test_a_service_that_does_not_answer_withholds_it_and_an_operator_is_told_once(tmp_path: Path) -> None:
    recipient_in(tmp_path, json.dumps({"address": ADDRESS}))
    said: list[str] = []
    heartbeat = Heartbeat(tmp_path, tmp_path, {"tips": "http://127.0.0.1:1"}, said.append, ONLY_HERE.asking())
    for at in range(3):
        assert heartbeat.look(at) == ["tips does not answer"]
    assert said == ["The sign of life is withheld: tips does not answer."]
    assert heartbeat.beats == Beats(0.0, ("tips does not answer",))
    assert (tmp_path / STATE).stat().st_mode & 0o777 == 0o600


def told_by_the_doctor(folder: Path) -> tuple[str, str]:
    (found,) = [each for each in look(folder, "real", 20_000) if each.what == "sign of life to the outside"]
    return found.found, found.advice


def test_the_doctor_says_whether_it_is_set_up_and_when_it_was_last_sent(tmp_path: Path) -> None:
    for name in ("secrets", "run"):
        (tmp_path / name).mkdir()
    found, advice = told_by_the_doctor(tmp_path)
    assert found.startswith("not set up")
    assert advice == ""
    recipient_in(tmp_path / "secrets", json.dumps({"address": ADDRESS}))
    assert told_by_the_doctor(tmp_path) == ("never sent as yet", "")
    sent = datetime(2026, 11, 3, 18, 0, tzinfo=UTC) + timedelta(seconds=7)
    (tmp_path / "run" / STATE).write_bytes(msgspec.json.encode(Beats(sent.timestamp())))
    assert told_by_the_doctor(tmp_path) == ("last sent Tue 2026-11-03 12:00 CST", "")
    (tmp_path / "secrets" / FILE).chmod(0o644)
    found, advice = told_by_the_doctor(tmp_path)
    assert found == "cannot be sent"
    assert "chmod 600" in advice
