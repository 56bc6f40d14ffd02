"""What a run of many rounds came to, for people: by kind of fault, how often, how fast the house was well again."""

import statistics
from collections import defaultdict
from collections.abc import Sequence

from tests.chaos.house import NAMES, RATE, READY_WITHIN, House
from tests.chaos.rounds import CLIENTS, VIEWS_EVERY, Round
from tests.support.reliability import table, write_section

HEAD = ("fault", "rounds", "answers again, median s", "longest s", "caught up, median s", "longest s", "faults found")
HOW = f"""\
A round: the clients work, the fault strikes at a moment of chance, they go on, then all is quiet and everything is
looked at. Each acknowledged command stands exactly once, each refused one not at all; logs have no gap, and recorded
times never go back; each clock past its time has ended once, and none before its time; every miss was told, and every
warning that its clock had not overtaken; audit's copies are equal byte by byte, and audit found no log changed, rolled
back or incomplete; nothing is parked; every reader has read to the end. Each {VIEWS_EVERY}th time every view is built
anew and must hold what it held.
While a part is down, answers are 503 with Retry-After, or there is no connection. After a fault every service must
answer again within {READY_WITHIN:g} s. Told time goes {RATE:g} times as fast as the machine's, so that clocks of days
run out within the rounds."""


def write(house: House, played: Sequence[Round], seed: int, wanted: int) -> None:
    """Into docs/reliability.md."""
    last = played[-1]
    found = [f"- round {one.number} ({one.kind}, {one.what}): {fault}" for one in played for fault in one.faults[:5]]
    summary = (
        f"{len(played)} rounds of {wanted}, seed {seed}: {last.acknowledged} commands acknowledged to {CLIENTS} clients"
        f" at once, {last.sent_again} sent again, {last.events} events in {len(NAMES)} services."
    )
    lines = [summary, "", *table(HEAD, _rows(played)), "", HOW, "", *(found or ["No fault was found."])]
    files = f"data on {house.disk.kind or 'the disk of the machine, so without rounds of a full disk'}"
    write_section("make chaos", "Chaos", lines, programs=house.folder / "programs", files=files)


def _rows(played: Sequence[Round]) -> list[list[object]]:
    kinds: dict[str, list[Round]] = defaultdict(list)
    for one in played:
        kinds[one.kind].append(one)
    return [[kind, *_figures(kinds[kind])] for kind in sorted(kinds)] + [["all", *_figures(played)]]


def _figures(played: Sequence[Round]) -> list[object]:
    back, caught_up = [one.back_after for one in played], [one.caught_up_after for one in played]
    return [
        len(played),
        f"{statistics.median(back):.1f}",
        f"{max(back):.1f}",
        f"{statistics.median(caught_up):.1f}",
        f"{max(caught_up):.1f}",
        sum(len(one.faults) for one in played),
    ]
