"""kill -9 of any one process at a random moment under load (`make chaos`), and two rounds of it in every test run."""

import os
import secrets

import pytest

from tests.chaos.house import running_house
from tests.chaos.rounds import Round, besieged

SAMPLED = (2026, ("rapid_assessment", "postgres"))
SHORT, LONG = 40, 150


async def _attack(seed: int, rounds: int, victims: tuple[str, ...] = (), longest: int = LONG) -> list[Round]:
    print(f"\nMUSTER_CHAOS_SEED={seed}", flush=True)
    played = []
    async with running_house() as house, besieged(house, seed) as siege:
        for number in range(1, rounds + 1):
            one = await siege.play(number, victims[number - 1] if victims else None, longest=longest)
            print(one.line(), *one.faults[:20], sep="\n    ", flush=True)
            played.append(one)
            if one.faults:
                break
    return played


async def test_two_processes_are_lost_and_nothing_else() -> None:
    seed, victims = SAMPLED
    played = await _attack(seed, len(victims), victims, SHORT)
    assert [one.faults for one in played] == [[]] * len(victims)


@pytest.mark.slow
async def test_any_process_is_lost_at_any_moment_and_nothing_else() -> None:
    rounds = int(os.environ.get("MUSTER_CHAOS_ROUNDS", "30"))
    seed = int(os.environ.get("MUSTER_CHAOS_SEED", secrets.randbelow(1_000_000)))
    played = await _attack(seed, rounds)
    assert [one.faults for one in played] == [[]] * rounds
