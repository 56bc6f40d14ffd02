"""The one source of time: real, scaled, or held and turned by hand."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.time_source import FileTime, HeldTime, RealTime, TimeFile, TimeSource, time_source, write_time_file
from tests.kernel.toy import moment

NOON = moment("12:00")
PATIENCE_SECONDS = 10


def test_real_time_tells_the_machines_clock_with_its_zone() -> None:
    before = datetime.now(UTC)
    told = time_source(None).now()
    assert before <= told <= datetime.now(UTC)
    assert told.utcoffset() == timedelta(0)


@given(
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.sampled_from([0.0, 1.0, 60.0, 1440.0]),
    st.sampled_from([0, -6, 5]),
)
def test_scaled_time_runs_so_many_times_as_fast_in_any_zone(seconds: int, later: int, rate: float, zone: int) -> None:
    told = NOON.astimezone(timezone(timedelta(hours=zone)))
    file = TimeFile("scaled", told=told, real=NOON, rate=rate)
    first = file.at(NOON + timedelta(seconds=seconds))
    second = file.at(NOON + timedelta(seconds=seconds + later))
    assert second - first == timedelta(seconds=later) * rate
    assert first.tzinfo is UTC


def test_held_time_stands_until_it_is_turned(tmp_path: Path) -> None:
    path = tmp_path / "time.json"
    write_time_file(path, TimeFile("held", told=NOON))
    source = time_source(path)
    assert [source.now() for _ in range(3)] == [NOON] * 3
    write_time_file(path, TimeFile("held", told=NOON + timedelta(days=1)))
    assert source.now() == NOON + timedelta(days=1)


def test_a_thread_that_read_before_does_not_undo_what_another_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, later, last = tmp_path / "time.json", NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    write_time_file(path, TimeFile("held", told=NOON))
    source = FileTime(path)
    read = source._read

    def overtaken() -> object:
        """Reads; and before that is kept, time is turned once more and another thread looks."""
        monkeypatch.setattr(source, "_read", read)
        found = read()
        write_time_file(path, TimeFile("held", told=last))
        assert source.now() == last
        return found

    monkeypatch.setattr(source, "_read", overtaken)
    write_time_file(path, TimeFile("held", told=later))
    source.now()
    assert source.now() == last


def test_every_process_of_a_folder_tells_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "time.json"
    write_time_file(path, TimeFile("held", told=NOON))
    one, other = FileTime(path), FileTime(path)
    for hours in range(1, 50):
        write_time_file(path, TimeFile("held", told=NOON + timedelta(hours=hours)))
        assert one.now() == other.now() == NOON + timedelta(hours=hours)


@pytest.mark.parametrize("rate", [1.0, 60.0, 3600.0])
def test_what_lasts_a_minute_on_the_machine_lasts_so_many_more_in_scaled_time(tmp_path: Path, rate: float) -> None:
    path = tmp_path / "time.json"
    write_time_file(path, TimeFile("scaled", told=NOON, real=datetime.now(UTC), rate=rate))
    source = time_source(path)
    before = source.now()
    ends = source.lasting(timedelta(minutes=1))
    assert before <= ends - timedelta(minutes=1) * rate <= source.now()


@pytest.mark.parametrize("number", range(3), ids=["held", "file", "real"])
def test_what_lasts_a_minute_lasts_one_where_time_is_real_or_held(tmp_path: Path, number: int) -> None:
    source = sources(tmp_path)[number]
    before = source.now()
    assert before <= source.lasting(timedelta(minutes=1)) - timedelta(minutes=1) <= source.now()


@pytest.mark.parametrize(
    "text", ["", "{}", '{"kind": "held"}', '{"kind": "held", "told": "2026-03-01T12:00:00Z", "x": 1}']
)
def test_a_time_file_that_is_not_one_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "time.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"."):
        time_source(path)


def sources(tmp_path: Path) -> list[TimeSource]:
    write_time_file(tmp_path / "time.json", TimeFile("held", told=NOON))
    return [HeldTime(NOON), FileTime(tmp_path / "time.json"), RealTime()]


@pytest.mark.parametrize("number", range(3), ids=["held", "file", "real"])
async def test_a_sleeper_is_woken_before_its_time(tmp_path: Path, number: int) -> None:
    source = sources(tmp_path)[number]
    woken = asyncio.Event()
    sleeper = asyncio.create_task(source.sleep_until(source.now() + timedelta(days=1), woken))
    await asyncio.sleep(0)
    assert not sleeper.done()
    woken.set()
    await asyncio.wait_for(sleeper, PATIENCE_SECONDS)


@pytest.mark.parametrize("number", range(3), ids=["held", "file", "real"])
async def test_a_moment_that_has_come_is_not_slept_for(tmp_path: Path, number: int) -> None:
    source = sources(tmp_path)[number]
    await asyncio.wait_for(source.sleep_until(source.now(), asyncio.Event()), PATIENCE_SECONDS)


async def test_a_sleeper_wakes_when_time_is_turned(tmp_path: Path) -> None:
    held = HeldTime(NOON)
    path = tmp_path / "time.json"
    write_time_file(path, TimeFile("held", told=NOON))
    sleepers = [
        asyncio.create_task(source.sleep_until(NOON + timedelta(hours=1), asyncio.Event()))
        for source in (held, FileTime(path))
    ]
    held.turn(timedelta(minutes=59))
    await asyncio.sleep(0.12)
    assert not any(sleeper.done() for sleeper in sleepers)
    held.turn(timedelta(minutes=1))
    write_time_file(path, TimeFile("held", told=NOON + timedelta(hours=1)))
    await asyncio.wait_for(asyncio.gather(*sleepers), PATIENCE_SECONDS)


async def test_scaled_time_wakes_a_sleeper_so_much_sooner(tmp_path: Path) -> None:
    path = tmp_path / "time.json"
    write_time_file(path, TimeFile("scaled", told=NOON, real=datetime.now(UTC), rate=36_000))
    source = FileTime(path)
    target = NOON + timedelta(hours=2)
    await asyncio.wait_for(source.sleep_until(target, asyncio.Event()), PATIENCE_SECONDS)
    assert source.now() >= target


def test_a_route_may_be_handed_any_source_of_time(tmp_path: Path) -> None:
    write_time_file(tmp_path / "time.json", TimeFile("held", told=NOON))
    for source in (RealTime(), FileTime(tmp_path / "time.json"), HeldTime(NOON)):
        assert isinstance(source, TimeSource)
