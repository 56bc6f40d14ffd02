"""Faults of every kind at random moments under load (`make chaos`), and one of each kind in every test run."""

import os
import secrets
import signal
from collections.abc import Sequence

import pytest

from tests.chaos import report
from tests.chaos.faults import BACK, Fault, FillDisk, Kill, Part, RestartDatabase, StepClock
from tests.chaos.house import running_house
from tests.chaos.rounds import Round, besieged

SAMPLED: tuple[Fault, ...] = (
    Kill("rapid_assessment"),
    RestartDatabase(signal.SIGQUIT),
    StepClock("back", [-BACK]),
    Part(("tips",), "one service"),
    FillDisk(),
)
SEED_OF_SAMPLE = 2026
SHORT, LONG = 40, 150


async def _attack(seed: int, rounds: int, faults: Sequence[Fault] = (), longest: int = LONG) -> list[Round]:
    print(f"\nMUSTER_CHAOS_SEED={seed}", flush=True)
    played = []
    async with running_house() as house, besieged(house, seed) as siege:
        try:
            for number in range(1, rounds + 1):
                one = await siege.play(number, faults[number - 1] if faults else None, longest=longest)
                print(one.line(), *one.faults[:20], sep="\n    ", flush=True)
                played.append(one)
                if one.faults:
                    break
        finally:
            if played and not faults:
                report.write(house, played, seed, rounds)
    return played


async def test_one_fault_of_each_kind_loses_nothing() -> None:
    played = await _attack(SEED_OF_SAMPLE, len(SAMPLED), SAMPLED, SHORT)
    assert [one.faults for one in played] == [[]] * len(SAMPLED)


@pytest.mark.slow
async def test_no_fault_at_any_moment_loses_anything() -> None:
    rounds = int(os.environ.get("MUSTER_CHAOS_ROUNDS", "100"))
    seed = int(os.environ.get("MUSTER_CHAOS_SEED", secrets.randbelow(1_000_000)))
    played = await _attack(seed, rounds)
    assert [one.faults for one in played] == [[]] * rounds
