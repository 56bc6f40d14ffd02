"""The demonstration's time, as every process reads it from the file: it runs, waits and leaps, and never goes back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.demo.told_time import ToldTime
from services.kernel.time_source import FileTime

START = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def time(tmp_path: Path) -> ToldTime:
    told = ToldTime(tmp_path / "time.json", START, 3600)
    told.leap(START)
    return told


def read(tmp_path: Path) -> FileTime:
    return FileTime(tmp_path / "time.json")


async def test_it_runs_at_its_rate_and_an_hour_is_waited_for_in_a_second(time: ToldTime, tmp_path: Path) -> None:
    others = read(tmp_path)
    time.run()
    await time.until(START + HOUR / 60)
    assert START + HOUR / 60 <= time.now() < START + HOUR
    assert abs(others.now() - time.now()) < timedelta(minutes=1)


async def test_while_it_waits_nobody_s_time_goes_on(time: ToldTime, tmp_path: Path) -> None:
    others = read(tmp_path)
    time.run()
    await time.until(START + HOUR / 60)
    time.wait()
    stood = others.now()
    assert stood >= START + HOUR / 60
    assert (time.now(), others.now()) == (stood, stood)
    time.run()
    assert others.now() >= stood


def test_it_stands_at_the_end_of_a_leap_for_every_process(time: ToldTime, tmp_path: Path) -> None:
    others = read(tmp_path)
    time.run()
    time.leap(START + 300 * DAY)
    assert (time.now(), others.now()) == (START + 300 * DAY, START + 300 * DAY)


def test_it_never_goes_back(time: ToldTime, tmp_path: Path) -> None:
    time.leap(START + DAY)
    time.leap(START + HOUR)
    assert read(tmp_path).now() == START + DAY
