"""What a running house takes of the machine's memory, by process, as Linux tells it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Self

from deploy.embedded.processes import ProcessRecord, command_of, read_record
from tests.chaos.house import SUPERVISOR

TELLS = Path("/proc/self/smaps_rollup")
IDLE_LIMIT = 1_500_000_000
"""Bytes: what a whole house at rest may take of a machine, shared memory counted once."""
POSTGRES = "postgres"
# Started anew with all other processes of the server whenever one of them has crashed.
KEPT_UNTIL_A_CRASH = "checkpointer"


class Memory(NamedTuple):
    """Bytes. What is shared, `rss` counts in each process and `pss` in parts; `own` has neither files nor shared."""

    rss: int
    pss: int
    own: int

    @classmethod
    def of(cls, pid: int) -> Self:
        """Nothing when the process has ended meanwhile."""
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        except (FileNotFoundError, ProcessLookupError):
            return cls(0, 0, 0)
        told = {name: int(size.split()[0]) * 1024 for name, _, size in (line.partition(":") for line in lines)}
        return cls(told.get("Rss", 0), told.get("Pss", 0), told.get("Pss_Anon", 0))

    def plus(self, other: "Memory") -> "Memory":
        """Of both together."""
        return Memory(*(one + two for one, two in zip(self, other, strict=True)))


class Seen(NamedTuple):
    """One part of the house. `life` differs after each start of it; `processes` are more than one for PostgreSQL."""

    name: str
    life: str
    processes: int
    memory: Memory


def look(run: Path) -> list[Seen]:
    """Every part that runs now, by the records of a data folder's `run`; the supervisor is found as their parent."""
    records = {file.stem: record for file in sorted(run.glob("*.json")) if (record := read_record(file)) is not None}
    return [*_supervisor(records), *(_seen(name, record) for name, record in records.items() if record.alive())]


def whole(seen: Iterable[Seen]) -> Memory:
    """Of the whole house."""
    together = Memory(0, 0, 0)
    for each in seen:
        together = together.plus(each.memory)
    return together


def _supervisor(records: Mapping[str, ProcessRecord]) -> Iterator[Seen]:
    parents = {parent for record in records.values() if record.alive() and (parent := _parent(record.pid)) > 1}
    for record in filter(None, map(ProcessRecord.of, parents)):
        yield Seen(SUPERVISOR, record.started, 1, Memory.of(record.pid))


def _seen(name: str, record: ProcessRecord) -> Seen:
    if name != POSTGRES:
        return Seen(name, record.started, 1, Memory.of(record.pid))
    children = _children(record.pid)
    kept = [str(pid) for pid in children if KEPT_UNTIL_A_CRASH in command_of(pid)]
    together = Memory.of(record.pid)
    for pid in children:
        together = together.plus(Memory.of(pid))
    return Seen(name, f"{record.started} {' '.join(kept)}", 1 + len(children), together)


def _parent(pid: int) -> int:
    """0 when the process has ended meanwhile."""
    try:
        # The name in parentheses may itself contain blanks and parentheses, so count from the last one.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
