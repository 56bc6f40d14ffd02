"""`muster certificate`: what a service says it destroyed is proven from row to signed head, or why not."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest

from deploy.command_line.certificate import REMAINS, exit_code, lines, unproven
from services.kernel.proof.leaves import FIRST, Row, leaf_of
from services.kernel.proof.notes import Checkpoint, Note
from services.kernel.proof.tree import leaf_hash, parent_hash

ORDER, EVENT, STREAM = str(UUID(int=61)), str(UUID(int=62)), UUID(int=63)
STATE = json.dumps({"event_id": EVENT, "data": {"order": ORDER, "keys": 1}}).encode()
DONE = {"service": "prosecution", "at": 2, "event": EVENT}
ROW = {"position": 2, "stream": str(STREAM), "version": 1, "name": "prosecution.keys_destroyed"}


def row(state: bytes = STATE, **changes: Any) -> dict[str, Any]:
    return {**ROW, "state": base64.b64encode(state).decode(), **changes}


def inclusion() -> dict[str, Any]:
    """Of the second of two rows."""
    before = leaf_hash(b"the row before it")
    leaf = leaf_of(Row(2, STREAM, 1, "prosecution.keys_destroyed", STATE), FIRST)
    note = Note(Checkpoint("example.org/prosecution", 2, parent_hash(before, leaf)), [])
    return {"checkpoint": note.written, "proof": [base64.b64encode(before).decode()]}


def test_it_is_proven_from_the_bytes_of_the_row() -> None:
    assert unproven(ORDER, DONE, row(), inclusion()) == ""


@pytest.mark.parametrize(
    ("order", "found", "says"),
    [
        (ORDER, {}, "no such position"),
        (str(UUID(int=65)), row(), "says something else"),
        (ORDER, row(STATE.replace(b'"keys": 1', b'"keys": 0')), "not what the service signed"),
    ],
)
def test_what_is_not_there_or_was_changed_is_not_proven(order: str, found: dict[str, Any], says: str) -> None:
    assert says in unproven(order, DONE, found, inclusion())


def test_a_proof_that_leads_elsewhere_is_none() -> None:
    other = {**inclusion(), "proof": [base64.b64encode(leaf_hash(b"another")).decode()]}
    assert unproven(ORDER, DONE, row(), other) == "The row is not what the service signed."
    assert unproven(ORDER, DONE, row(), {**inclusion(), "proof": []}) != ""


def test_it_ends_with_what_is_outstanding_or_not_proven() -> None:
    done = {**DONE, "said_at": "2026-11-03T18:00:00Z", "keys": 1, "fields": 2, "positions": [1], "unproven": ""}
    order = {
        "order": ORDER, "phase": "completed", "court": "Youth Court", "number": "YC-17", "outstanding": [],
        "ordered_at": "2026-11-01T18:00:00Z", "persons": [str(UUID(int=64))], "carried_out": [done],
    }  # fmt: skip
    open_ = {**order, "phase": "confirmed", "outstanding": ["tips"]}
    dropped = {**order, "phase": "dropped", "carried_out": []}
    unsure = {**order, "carried_out": [{**done, "unproven": "The log has no such position."}]}
    assert [exit_code(each) for each in ([order], [dropped], [open_], [unsure], [])] == [0, 0, 1, 9, 1]
    assert "said at position 2 of its log" in "\n".join(lines(order))
    assert "NOT PROVEN: The log has no such position." in "\n".join(lines(unsure))
    assert "still to answer: tips" in "\n".join(lines(open_))
    # A court reads what is left, too; of an order by which nothing was destroyed there is nothing to say.
    assert all(each in "\n".join(lines(order)) for each in REMAINS)
    assert "what remains" not in "\n".join(lines(dropped))
