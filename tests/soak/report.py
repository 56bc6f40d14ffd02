"""What a soak came to, for people."""

from collections.abc import Sequence
from pathlib import Path

from tests.chaos.house import NAMES, House
from tests.chaos.rounds import CLIENTS
from tests.soak.judging import GOES_ON, JUDGED_FROM, LIMITS, LONG_LIFE, OF_ANY, Verdict, growing, never_judged
from tests.soak.memory import IDLE_LIMIT, Seen, whole
from tests.soak.passing import EACH_PER_SECOND
from tests.soak.soaking import LOOKS_EVERY, STRIKES_EVERY, Soaked
from tests.support.reliability import table, write_section

FIRST_FAULTS = 20
IDLE_HEAD = ("idle", "processes", "RSS MB", "PSS MB", "its own MB")
LIVES_HEAD = ("under load", "lived, min", "early, MB", "midway, MB", "late, MB", "an hour, MB", "judgement")
STRIKES_HEAD = ("struck", "at, min", "ready again after, s")
WHAT_IS_COUNTED = """\
RSS counts what processes share in each of them, so PostgreSQL's shared buffers once for every connection; PSS divides
it among them, and its sum is what the house takes of the machine. A process's own is what no file and no other process
stands behind."""
RULE = f"""\
Looked at every {LOOKS_EVERY:g} s; each life of a process is judged alone, after a third of it. The rest is cut into
three. It grows when its own memory rises by more than {OF_ANY.words()} from the first of them to the last,
{", ".join(f"{name} by more than {limits.words()}" for name, limits in LIMITS.items())},
and {GOES_ON:.0%} of the rise or more falls on either half of the way: one step of an allocator is no leak. The share is
larger in a life shorter than {LONG_LIFE / 60:g} minutes, by as much as it is shorter. A life shorter than
{JUDGED_FROM:g} s is not judged."""


def found(soaked: Soaked, verdicts: Sequence[Verdict]) -> list[str]:
    """Everything that does not hold. Empty when memory is flat and nothing was lost."""
    idle = whole(soaked.idle).pss
    large = [f"idle the house takes {idle / 1e6:.0f} MB"] if idle >= IDLE_LIMIT else []
    untold = [f"{name} never lived for {JUDGED_FROM:g} s, so nothing is known of it" for name in never_judged(verdicts)]
    return [*large, *growing(verdicts), *untold, *soaked.rest.faults[:FIRST_FAULTS], *soaked.verified]


def write(house: House, soaked: Soaked, verdicts: Sequence[Verdict], faults: Sequence[str]) -> None:
    """Into docs/reliability.md."""
    strikes = [(each.what, f"{each.at / 60:.0f}", f"{each.back_after:.1f}") for each in soaked.strikes]
    parts = [
        [_summary(soaked)],
        table(IDLE_HEAD, _idle(soaked.idle)),
        [WHAT_IS_COUNTED],
        table(LIVES_HEAD, [_life(each) for each in verdicts]),
        [RULE],
        table(STRIKES_HEAD, strikes),
        [f"- {each}" for each in faults] or ["Memory stayed flat, and nothing was lost."],
    ]
    lines = [line for part in parts for line in [*part, ""]][:-1]
    files = f"data on {_file_system(house.folder)}"
    write_section("make soak", "Soak", lines, programs=house.folder / "programs", files=files)


def _summary(soaked: Soaked) -> str:
    per_second = soaked.acknowledged / soaked.seconds
    return (
        f"{soaked.seconds / 60:g} minutes, MUSTER_SOAK_SEED={soaked.seed}: {soaked.acknowledged} commands acknowledged"
        f" to {CLIENTS} clients ({per_second:.1f} a second), {soaked.sent_again} sent again, {soaked.rest.events}"
        f" events in {len(NAMES)} services; {EACH_PER_SECOND:g} strangers a second were turned away by each of them; a"
        f" part of it was killed or restarted every {STRIKES_EVERY / 60:g} minutes."
        f" {soaked.rest.after:.1f} s after the last answer everybody had read everything."
    )


def _idle(idle: Sequence[Seen]) -> list[list[object]]:
    rows = [(each.name, each.processes, each.memory) for each in idle]
    rows.append(("together", sum(each.processes for each in idle), whole(idle)))
    return [[name, many, *(f"{size / 1e6:.0f}" for size in memory)] for name, many, memory in rows]


def _life(verdict: Verdict) -> list[object]:
    lived = f"{verdict.began / 60:.0f} to {verdict.ended / 60:.0f}"
    figures = [f"{size / 1e6:.1f}" for size in (verdict.early, verdict.midway, verdict.late)]
    judgement = "too short" if not verdict.judged else "GROWS" if verdict.grows else "flat"
    return [verdict.name, lived, *figures, f"{verdict.an_hour / 1e6:+.1f}", judgement]


def _file_system(place: Path) -> str:
    fields = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    holding = [(at, kind) for _, at, kind, *_ in fields if place.resolve().is_relative_to(at)]
    return max(holding, key=lambda each: len(each[0]))[1]
