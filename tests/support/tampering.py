"""What somebody who is superuser of a service's database can do to its log: statements that pass every trigger's check.

Run in one transaction, under `session_replication_role = replica`.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

INSERTED: Sequence[str] = (
    "UPDATE stored_events SET notification_id = -notification_id - 1 WHERE notification_id >= {at}",
    "UPDATE stored_events SET notification_id = -notification_id WHERE notification_id < 0",
    """
    INSERT INTO stored_events SELECT gen_random_uuid(), 1, topic, state, {at} FROM stored_events
    WHERE notification_id = 1
    """,
)
"""A row between others, at `{at}`: what stood there, and all behind it, stands one later."""

SEAL = re.compile(rb'"seal":{[^}]*}')


class Swapped(NamedTuple):
    """Two positions whose sealed texts are exchanged, each whole, with its commitment; and how."""

    positions: tuple[int, int]
    statements: Sequence[str]


def swapped_seals(log: Sequence[tuple[int, str, bytes]], after: int = 0) -> Swapped:
    """Of the first two rows behind `after` that have any; `log` is position, name and state of each."""
    sealed = [(at, state, seal[0]) for at, _, state in log if at > after and (seal := SEAL.search(state))]
    (at, state, one), (other_at, other_state, two) = next(pairwise(sealed))
    statements = [
        f"UPDATE stored_events SET state = '\\x{swapped.hex()}' WHERE notification_id = {place}"
        for place, swapped in ((at, state.replace(one, two)), (other_at, other_state.replace(two, one)))
    ]
    return Swapped((at, other_at), statements)
