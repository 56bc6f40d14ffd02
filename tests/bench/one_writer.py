"""What one writer waits for, when nobody else appends: beside an INSERT of the same row with autocommit."""

from collections.abc import Sequence

from tests.bench.contenders import Ours, Plain
from tests.bench.measuring import Result, at_most, beside, in_turn
from tests.bench.stage import Stage

SLOWER_AT_MOST = 1.5


def measure(stage: Stage) -> Sequence[Result]:
    """Half of the latencies are below."""
    seconds = stage.size.seconds
    with stage.database() as one, stage.database() as other, Ours(one, callers=1) as ours, Plain(other) as plain:
        found = in_turn(
            {"ours": lambda: ours.run(seconds).percentile(50), "plain": lambda: plain.run(seconds).percentile(50)},
            stage.size.rounds,
        )
    what, peer = "one writer waits, p50", "plain psycopg, INSERT with autocommit"
    return [beside(what, "ms", found["ours"], peer, found["plain"], at_most(SLOWER_AT_MOST))]
