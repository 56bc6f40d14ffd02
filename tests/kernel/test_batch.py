"""What one commit of many appends decides, for any mixture of appends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from eventsourcing.persistence import StoredEvent, Tracking
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.batch import (
    AlreadyDone,
    AlreadyProcessed,
    Append,
    CommandKey,
    Decision,
    Ground,
    KeyRow,
    KeyUsedOtherwise,
    StaleVersion,
    Stored,
    decide_batch,
)
from services.kernel.stored_form import recorded_at_of, stamp_recorded_at
from tests.kernel.toy import moment

NOON = moment("12:00")
# A small world, so that appends meet: three streams, two followers, three keys.
STREAMS = [UUID(int=n) for n in (1, 2, 3)]

events = st.builds(
    lambda stream, version, word: StoredEvent(stream, version, "toy.raw", b'{"word":"%s"}' % word),
    st.sampled_from(STREAMS),
    st.integers(1, 6),
    st.sampled_from([b"one", b"two"]),
)
trackings = st.builds(Tracking, st.sampled_from(["tips", "identity"]), st.integers(1, 5))
commands = st.builds(
    CommandKey,
    key_digest=st.sampled_from([b"key a", b"key b", b"key c"]),
    request_digest=st.sampled_from([b"request", b"other"]),
    reference=st.sampled_from(STREAMS),
    version=st.integers(1, 6),
    status=st.sampled_from([200, 201]),
)
appends = st.builds(Append, st.lists(events, max_size=3), st.none() | trackings, st.none() | commands)
commits = st.lists(st.tuples(st.lists(appends, min_size=1, max_size=8), st.integers(-90, 90)), min_size=1, max_size=5)


class Tables:
    """What the database would hold, as plainly as it can be said."""

    def __init__(self) -> None:
        self.rows: dict[tuple[UUID, int], tuple[int, bytes]] = {}
        self.tracking: dict[str, int] = {}
        self.keys: dict[bytes, KeyRow] = {}

    def ground(self) -> Ground:
        """As the recorder reads it under the lock."""
        last_id, last_state = max(self.rows.values(), default=(0, b""))
        return Ground(last_id, recorded_at_of(last_state), dict(self.rows), dict(self.tracking), dict(self.keys))

    def write(self, decision: Decision) -> None:
        """As the recorder commits it; every constraint of the real tables is asserted."""
        for row in decision.rows:
            assert (row.stream, row.version) not in self.rows
            self.rows[row.stream, row.version] = (row.id, row.state)
        for append, verdict in decision.accepted:
            if append.tracking is not None:
                name, position = append.tracking.application_name, append.tracking.notification_id
                assert self.tracking.get(name, 0) < position
                self.tracking[name] = position
            if append.command is not None:
                command = append.command
                assert command.key_digest not in self.keys
                self.keys[command.key_digest] = KeyRow(
                    command.request_digest, command.reference, command.version, verdict.position, command.status
                )

    def state(self) -> object:
        """Everything, to compare."""
        return self.rows, self.tracking, self.keys


def decide(tables: Tables, batch: Sequence[Append], now: datetime) -> Decision:
    return decide_batch(batch, tables.ground(), now, stamp_recorded_at, {})


@given(commits)
def test_positions_are_contiguous_and_recorded_at_never_steps_back(
    world: list[tuple[list[Append], int]],
) -> None:
    tables = Tables()
    for batch, minutes in world:
        tables.write(decide(tables, batch, NOON + timedelta(minutes=minutes)))
    in_order = sorted(tables.rows.values())
    assert [position for position, _ in in_order] == list(range(1, len(in_order) + 1))
    moments = [recorded_at_of(state) for _, state in in_order]
    assert all(earlier <= later for earlier, later in pairwise(moments) if earlier and later)


@given(commits)
def test_a_refused_append_changes_nothing_for_its_neighbours(world: list[tuple[list[Append], int]]) -> None:
    with_refused, without = Tables(), Tables()
    for batch, minutes in world:
        now = NOON + timedelta(minutes=minutes)
        decision = decide(with_refused, batch, now)
        assert len(decision.verdicts) == len(batch)
        with_refused.write(decision)
        kept = [append for append, verdict in zip(batch, decision.verdicts, strict=True) if isinstance(verdict, Stored)]
        if kept:
            again = decide(without, kept, now)
            assert all(isinstance(verdict, Stored) for verdict in again.verdicts)
            without.write(again)
    assert with_refused.state() == without.state()


@given(commits)
def test_a_batch_decides_as_its_appends_one_by_one_would(world: list[tuple[list[Append], int]]) -> None:
    together, alone = Tables(), Tables()
    for batch, minutes in world:
        now = NOON + timedelta(minutes=minutes)
        decision = decide(together, batch, now)
        together.write(decision)
        for append, verdict in zip(batch, decision.verdicts, strict=True):
            by_itself = decide(alone, [append], now)
            alone.write(by_itself)
            assert type(by_itself.verdicts[0]) is type(verdict)
    assert together.state() == alone.state()


@given(commits)
def test_each_refusal_says_what_stands_in_the_way(world: list[tuple[list[Append], int]]) -> None:
    tables = Tables()
    for batch, _ in world:
        for append in batch:
            decision = decide(tables, [append], NOON)
            (verdict,) = decision.verdicts
            command, tracking = append.command, append.tracking
            pairs = [(event.originator_id, event.originator_version) for event in append.events]
            match verdict:
                case AlreadyDone():
                    assert command is not None
                    assert verdict.row == tables.keys[command.key_digest]
                    assert verdict.row.request_digest == command.request_digest
                case KeyUsedOtherwise():
                    assert command is not None
                    assert tables.keys[command.key_digest].request_digest != command.request_digest
                case StaleVersion():
                    assert len(set(pairs)) < len(pairs) or any(pair in tables.rows for pair in pairs)
                case AlreadyProcessed():
                    assert tracking is not None
                    assert tables.tracking[tracking.application_name] >= tracking.notification_id
                case Stored():
                    assert not any(pair in tables.rows for pair in pairs)
                    assert len(verdict.ids) == len(pairs)
                case _:
                    raise AssertionError(verdict)
            tables.write(decision)


@given(commits, st.booleans())
def test_an_attempt_with_unknown_outcome_is_stored_once_whatever_the_outcome_was(
    world: list[tuple[list[Append], int]], stood: bool
) -> None:
    tables = Tables()
    for batch, minutes in world:
        now = NOON + timedelta(minutes=minutes)
        first = decide(tables, batch, now)
        stamped = {(row.stream, row.version): row.state for row in first.rows}
        lost = {
            index: [stamped[UUID(str(event.originator_id)), event.originator_version] for event in append.events]
            for index, (append, verdict) in enumerate(zip(batch, first.verdicts, strict=True))
            if isinstance(verdict, Stored)
        }
        if stood:
            tables.write(first)
        later = now + timedelta(seconds=1)
        second = decide_batch(batch, tables.ground(), later, stamp_recorded_at, lost)
        for append, before, after in zip(batch, first.verdicts, second.verdicts, strict=True):
            if isinstance(before, Stored) and append.events:
                assert isinstance(after, Stored)
                assert after.ids == before.ids
        if stood:
            assert not second.rows
        else:
            assert [(row.stream, row.version, row.id) for row in second.rows] == [
                (row.stream, row.version, row.id) for row in first.rows
            ]
            tables.write(second)
