"""The job that keeps the proof of a log: grows its tree, signs it, has it countersigned, and anchors it elsewhere."""

import asyncio
import logging
import os
import ssl
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from psycopg_pool import AsyncConnectionPool

from services.kernel.background import Job
from services.kernel.bell import Bell, set_within
from services.kernel.lease import Lease, Leases
from services.kernel.log import Log
from services.kernel.metrics import Gauge
from services.kernel.proof.asking import Witnesses
from services.kernel.proof.comparing import NAME as COMPARING
from services.kernel.proof.comparing import Comparing
from services.kernel.proof.growing import Growing, LogChanged, PositionsLost
from services.kernel.proof.kept import KeptTree
from services.kernel.proof.notes import SIGNS_CHECKPOINTS, Checkpoint, Note, Signer, read_private_key
from services.kernel.proof.stamping import NAME as STAMPING
from services.kernel.proof.stamping import Stamping
from services.kernel.settings import ProofSettings
from services.kernel.time_source import TimeSource

NAME = "proof"
LOOK_AGAIN_SECONDS = 10.0
REST = 19
"""Pauses for so many times as long as it worked: a twentieth of the process is all that a burst's proof may take."""
LONGEST_REST_SECONDS = 5.0
"""Where a machine is so busy that little work takes long: the tree must come on, to be signed each minute."""
FEWEST_TOGETHER = 64
"""Rows that one hash is of at least, in whatever leaves a log that gives its heads alone: the proofs that it only grew
are made of such hashes when every head is of a multiple of it."""

log = logging.getLogger(__name__)


class Proving:
    """The proof of one service's log. What it does is done by one instance at a time."""

    def __init__(
        self,
        settings: ProofSettings,
        pool: AsyncConnectionPool,
        events: Log,
        leases: Leases,
        time: TimeSource,
        appended: Bell,
        asking: Callable[[str], ssl.SSLContext],
    ) -> None:
        """`asking` is by what a witness is known at its address."""
        self._settings = settings
        self._signer = Signer(settings.origin, SIGNS_CHECKPOINTS, read_private_key(settings.key_file))
        self._events = events
        self._leases = leases
        self._time = time
        self._appended = appended
        self.tree = KeptTree(pool)
        self._witnesses = Witnesses(settings.witnesses_file, settings.witness_name, self._signer, self.tree, asking)
        self._comparing = Comparing(settings, self._signer, pool, events, leases, asking)
        self.stamping = Stamping(settings, self.tree, leases, time)
        self._signed_when = -settings.checkpoint_seconds
        self._grown = self._signed = self._anchored = 0
        self._halted = False
        self._heads_alone = settings.origin.rpartition("/")[2] in settings.heads_alone

    @property
    def jobs(self) -> Mapping[str, Job]:
        """All that is done for the proof of the log."""
        compared = bool(self._settings.compares_at) and not self._heads_alone and self._settings.compare_seconds > 0
        return {NAME: self.run, STAMPING: self.stamping.run} | ({COMPARING: self._comparing.run} if compared else {})

    async def run(self) -> None:
        """For ever; ends, to be started again, where the log is not what its tree says it was."""
        async with self._leases.lease(NAME) as held:
            try:
                await self._keep(held)
            except (LogChanged, KeyError) as where:
                # A missing node is a KeyError. The service goes on: no deadline waits until it is found out who did it.
                self._halted = True
                log.error("the log was changed; no more of it is signed", extra={"where": str(where)})  # noqa: TRY400  # there is no more to say
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _keep(self, held: Lease) -> None:
        newest = await self.tree.newest()
        growing = await self._growing(newest)
        if newest is not None:
            # A database put back to yesterday is found before anything new is signed.
            await self._witnesses.ask(newest)
        while True:
            bell = self._appended.next()
            began = asyncio.get_running_loop().time()
            try:
                more = await growing.grow()
            except PositionsLost as lost:
                await self._take_lost(growing, lost.position, held)
                continue
            self._grown, self._halted = growing.size, False
            worked = asyncio.get_running_loop().time() - began
            await asyncio.sleep(min(REST * worked, LONGEST_REST_SECONDS) if more else 0)
            newest = await self._sign(growing, newest)
            if newest is not None:
                await self._witnesses.ask(newest)
            if not more:
                await held.check()
                unsigned = self._signed < self._signable(growing.size)
                wait = min(LOOK_AGAIN_SECONDS, self._settings.checkpoint_seconds) if unsigned else LOOK_AGAIN_SECONDS
                await set_within(bell, wait)
                # What is appended together is proved together.
                await asyncio.sleep(self._settings.gather_seconds)

    async def _take_lost(self, growing: Growing, position: int, held: Lease) -> None:
        """Until it is declared that the log was put back, no more of it is signed."""
        leaves = await self._comparing.lost(position)
        if leaves:
            await growing.take(leaves)
            return
        self._halted = True
        await asyncio.sleep(min(LOOK_AGAIN_SECONDS, max(self._settings.compare_seconds, 0.1)))
        await held.check()

    async def _growing(self, newest: Note | None) -> Growing:
        frontier = await self.tree.frontier()
        if newest is not None and newest.checkpoint.size > frontier.size:
            raise LogChanged(f"The tree has {frontier.size} leaves, and {newest.checkpoint.size} were signed.")
        self._signed = newest.checkpoint.size if newest is not None else 0
        return Growing(self._events, self.tree, frontier)

    async def _sign(self, growing: Growing, newest: Note | None) -> Note | None:
        """The newest checkpoint: one just signed, when the last was long enough ago and there is more to sign."""
        now = asyncio.get_running_loop().time()
        size = self._signable(growing.size)
        if size <= self._signed or now - self._signed_when < self._settings.checkpoint_seconds:
            return newest
        root = growing.root() if size == growing.size else (await self.tree.frontier(size)).root()
        checkpoint = Checkpoint(self._settings.origin, size, root)
        note = Note(checkpoint, [self._signer.sign(checkpoint)])
        await self.tree.keep(note, self._time.now())
        self._signed_when, self._signed = now, size
        await self._anchor(note)
        return note

    def _signable(self, size: int) -> int:
        return size - size % (FEWEST_TOGETHER if self._heads_alone else 1)

    async def _anchor(self, note: Note) -> None:
        try:
            anchored = await asyncio.to_thread(anchor, self._settings.anchor_file, note)
        except OSError as error:
            # The next one is tried again by itself, and holds all that this one does.
            log.warning("a checkpoint was not anchored", extra={"why": type(error).__name__})
            return
        if anchored:
            self._anchored = note.checkpoint.size

    def gauges(self) -> Sequence[Gauge]:
        """For a scrape."""
        compared = [self._comparing.gauge()] if self._settings.compares_at else []
        return [self.gauge(), self.halted(), self.stamping.gauge(), *compared]

    def gauge(self) -> Gauge:
        """For a scrape."""
        return Gauge("proof_position", "Up to where the log is proved.", self._places, ("stage",))

    def halted(self) -> Gauge:
        """For a scrape."""
        return Gauge("proof_broken", "1 when a log is not what its tree says or what a witness saw.", self._broken)

    async def _places(self) -> Mapping[tuple[str], float]:
        countersigned = max(self._witnesses.signed().values(), default=0)
        places = {"tree": self._grown, "signed": self._signed, "anchored": self._anchored}
        places["stamped"] = self.stamping.stamped
        return {(stage,): float(at) for stage, at in (places | {"countersigned": countersigned}).items()}

    async def _broken(self) -> Mapping[tuple[()], float]:
        return {(): float(self._halted or bool(self._witnesses.refusing))}


def anchor(folder_file: Path, note: Note) -> bool:
    """Puts a checkpoint into the folder that the file names; false where no folder is named. Raises `OSError`."""
    try:
        folder = Path(folder_file.read_text().strip())
    except FileNotFoundError:
        return False
    own = folder / note.checkpoint.origin.replace("/", "_")
    own.mkdir(parents=True, exist_ok=True)
    with (own / f"{note.checkpoint.size:012}.txt").open("x") as file:
        file.write(note.written)
        file.flush()
        os.fsync(file.fileno())
    return True
