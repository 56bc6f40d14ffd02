"""Durable appends a second: the kernel's recorder beside the stock library's, and beside what the tables allow.

Beside stock, an append is one event. Beside the limit it is a command's, its key in the same commit; the limit inserts
the same rows in batches as large as ours were in the round before, on one connection, and checks nothing.
"""

from collections.abc import Sequence
from contextlib import ExitStack

from tests.bench.contenders import Contender, Ours, OursInProcesses, Plain, Round, Stock
from tests.bench.measuring import Result, at_least, beside, say
from tests.bench.stage import Stage
from tests.support.servers import Database

TO_STOCK = 15.0
TO_LIMIT = 0.6
WARM_UP_SECONDS = 0.3
UNIT = "appends/s"
LIMIT = "plain psycopg, INSERT of the same rows in batches as large"

Way = tuple[int, int]


def measure(stage: Stage) -> Sequence[Result]:
    """Every way once a round, between them stock once."""
    size = stage.size
    with ExitStack() as stack:
        stock = stack.enter_context(Stock(stack.enter_context(stage.database())))
        bare = {way: stack.enter_context(_ours(stack.enter_context(stage.database()), way, False)) for way in size.ways}
        full = {way: stack.enter_context(_ours(stack.enter_context(stage.database()), way, True)) for way in size.ways}
        plain = stack.enter_context(Plain(stack.enter_context(stage.database()), keys=True))
        for each in (stock, *bare.values(), *full.values(), plain):
            each.run(WARM_UP_SECONDS)
        of_stock: list[float] = []
        of_bare: dict[Way, list[float]] = {way: [] for way in size.ways}
        of_full: dict[Way, list[Round]] = {way: [] for way in size.ways}
        of_plain: dict[Way, list[float]] = {way: [] for way in size.ways}
        for number in range(size.rounds):
            say(f"round {number + 1} of {size.rounds}")
            of_stock.append(stock.run(size.seconds).per_second)
            for way in size.ways:
                of_bare[way].append(bare[way].run(size.seconds).per_second)
                of_full[way].append(full[way].run(size.seconds))
                plain.batch = of_full[way][-1].together
                of_plain[way].append(plain.run(size.seconds).per_second)
    results = []
    for way in size.ways:
        results.append(beside(named(way), UNIT, of_bare[way], Stock.WHAT, of_stock, at_least(TO_STOCK)))
        ours = [each.per_second for each in of_full[way]]
        together = max(each.together for each in of_full[way])
        limit = f"{LIMIT} ({together} at most)"
        what = f"{named(way)}, each with its command's key"
        results.append(beside(what, UNIT, ours, limit, of_plain[way], at_least(TO_LIMIT)))
    return results


def named(way: Way) -> str:
    """For people."""
    concurrent, processes = way
    return f"{concurrent} concurrent, {'one process' if processes == 1 else f'{processes} processes'}"


def _ours(database: Database, way: Way, keys: bool) -> Contender:
    concurrent, processes = way
    if processes == 1:
        return Ours(database, concurrent, keys=keys)
    return OursInProcesses(database, concurrent, processes, keys=keys)
