"""`make bench`: appends per second of the stock library, of ours, and of plain inserts, side by side on one PostgreSQL.

Every contender writes the same rows, one event an append, into a database of its own on one server with fsync on. The
rounds are interleaved, so that a machine that slows down slows all three; medians of the rounds are compared. Ends with
exit code 1 when ours is not at least ten times the stock recorder.
"""

import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
import psycopg

from tests.bench.contenders import Ours, Plain, Round, Stock
from tests.support.servers import fresh_database, running_servers

ROUNDS = 5
ROUND_SECONDS = 3.0
WARM_UP_SECONDS = 0.5
AT_LEAST = 10.0
REPORT = Path("build/bench.json")


class Result(msgspec.Struct, frozen=True):
    """Medians over the rounds; latency is of one append (plain inserts: of one batch of 100)."""

    what: str
    appends_per_second: float
    p50_ms: float
    p99_ms: float
    rounds: Sequence[float]


class Report(msgspec.Struct, frozen=True):
    """What build/bench.json holds. The ratios are of the medians of appends per second."""

    ours_to_stock: float
    ours_to_plain: float
    results: dict[str, Result]
    machine: dict[str, str | int]


def main() -> int:
    """Measures, writes the report, prints a table, and answers the exit code."""
    with running_servers(durable=True) as servers, ExitStack() as stack:
        databases = [stack.enter_context(fresh_database(servers)) for _ in range(3)]
        stock = stack.enter_context(Stock(databases[0]))
        ours = stack.enter_context(Ours(databases[1]))
        plain = stack.enter_context(Plain(databases[2]))
        runs: dict[str, Callable[[float], Round]] = {"stock": stock.run, "ours": ours.run, "plain": plain.run}
        measured = measure(runs)
        machine = facts(servers.postgres.admin())
    whats = {"stock": stock.WHAT, "ours": ours.WHAT, "plain": plain.WHAT}
    results = {name: summary(whats[name], rounds) for name, rounds in measured.items()}
    rate = {name: result.appends_per_second for name, result in results.items()}
    report = Report(rate["ours"] / rate["stock"], rate["ours"] / rate["plain"], results, machine)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    sys.stdout.write(table(report))
    if report.ours_to_stock >= AT_LEAST:
        return 0
    sys.stdout.write(f"Too slow: ours must be at least {AT_LEAST:g} times the stock recorder. Profile the recorder.\n")
    return 1


def measure(runs: dict[str, Callable[[float], Round]]) -> dict[str, list[Round]]:
    """The rounds of each contender, one after the other in turn."""
    for run in runs.values():
        run(WARM_UP_SECONDS)
    measured: dict[str, list[Round]] = {name: [] for name in runs}
    for number in range(1, ROUNDS + 1):
        for name, run in runs.items():
            sys.stderr.write(f"\rround {number} of {ROUNDS}: {name:<6}")
            sys.stderr.flush()
            measured[name].append(run(ROUND_SECONDS))
    sys.stderr.write("\r" + " " * 40 + "\r")
    return measured


def summary(what: str, rounds: Sequence[Round]) -> Result:
    """Medians of the rounds."""
    return Result(
        what=what,
        appends_per_second=round(statistics.median(each.per_second for each in rounds), 1),
        p50_ms=round(statistics.median(each.percentile(50) for each in rounds), 2),
        p99_ms=round(statistics.median(each.percentile(99) for each in rounds), 2),
        rounds=[round(each.per_second, 1) for each in rounds],
    )


def facts(admin: str) -> dict[str, str | int]:
    """What the numbers depend on."""
    with psycopg.connect(admin) as connection:
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in ("server_version", "fsync")}
    settings = {name: str(row[0]) if row else "" for name, row in shown.items()}
    return {
        "cores": os.cpu_count() or 0,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "postgresql": settings["server_version"],
        "fsync": settings["fsync"],
    }


def table(report: Report) -> str:
    """For people."""
    lines = [f"{'':<48}{'appends/s':>12}{'p50 ms':>10}{'p99 ms':>10}"]
    lines += [
        f"{result.what:<48}{result.appends_per_second:>12,.0f}{result.p50_ms:>10.2f}{result.p99_ms:>10.2f}"
        for result in report.results.values()
    ]
    lines.append(
        f"ours : stock = {report.ours_to_stock:.1f}    ours : plain = {report.ours_to_plain:.2f}"
        f"    (PostgreSQL {report.machine['postgresql']}, fsync {report.machine['fsync']},"
        f" {report.machine['cores']} cores; {REPORT})"
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
