"""`muster certificate`: the report to the court that its order to destroy was carried out, with its proofs."""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from deploy.command_line.asking import Asked, Services, Unanswered, asking_options, give_up
from deploy.command_line.options import print_json
from deploy.command_line.times import shown
from services.kernel.proof.leaves import FIRST, Row, leaf_of
from services.kernel.proof.notes import BadNote, read_note
from services.kernel.proof.tree import BadProof, root_by_inclusion

NOT_CARRIED_OUT = 1
NOT_PROVEN = 9
REMAINS = (
    "sealed texts that no key opens: that there was one, and how long it was",
    "references that name nobody, codes, counties and moments",
    "who did what and when, and who had read it",
    "the order itself, under a key of its own",
    "commitments and digests, of which nothing can be opened, so that no proof breaks",
    "copies made outside, on paper or as files: who took files away is on record",
)
"""What a destruction leaves (docs/decisions/destruction.md)."""
NO_ORDER = "No court’s order to destroy is on record about this tip."


@click.command(short_help="Report to a court what was destroyed by its order, with proofs.")
@click.argument("tip", type=click.UUID)
@asking_options
def certificate(
    tip: UUID,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Report what was destroyed by courts' orders about TIP: where, when, how many texts, at which positions.

    That each service said so is looked up in its log and proven: the row is hashed here, and the proof leads from it
    to a head that the service signed. `muster verify` holds those heads against what was countersigned.

    \b
    Examples
      muster certificate 3f2a... --sign-in auditor
      muster certificate 3f2a... --json > report.json   with rows, proofs and heads

    \b
    Ends with
      0  carried out everywhere, and proven    7  Muster is not running here
      1  outstanding, or no order is there     8  not signed in, or not an auditor
      2  wrong use of the command              9  carried out, and not all of it proven
    """
    asked = Asked(data, demonstration, sign_in, as_json)
    try:
        with Services(asked) as services:
            orders = services.get("tips", f"/tips/{tip}/destructions")
            for order in orders:
                for done in order["carried_out"]:
                    done.update(_proof(services, order["order"], done))
    except Unanswered as why:
        give_up(why, as_json=as_json)
    code = exit_code(orders)
    if as_json:
        print_json({"tip": str(tip), "orders": orders, "what_remains": REMAINS, "exit_code": code})
    else:
        click.echo("\n".join(line for order in orders for line in lines(order)) or NO_ORDER)
    raise SystemExit(code)


def _proof(services: Services, order: str, done: Mapping[str, Any]) -> dict[str, Any]:
    try:
        rows = services.get(done["service"], "/operator/rows", {"after": str(done["at"] - 1)})
        inclusion = services.get(done["service"], f"/proof/inclusion/{done['at']}")
    except Unanswered as why:
        return {"unproven": why.sentence}
    return {"unproven": unproven(order, done, rows[0] if rows else {}, inclusion), "row": rows[:1], "proof": inclusion}


def unproven(order: str, done: Mapping[str, Any], row: Mapping[str, Any], inclusion: Mapping[str, Any]) -> str:
    """Why it is not proven that the service said so; empty where it is."""
    if row.get("position") != done["at"]:
        return "The log has no such position."
    state = base64.b64decode(row["state"])
    said = json.loads(state)
    if said["event_id"] != done["event"] or said["data"]["order"] != order:
        return "At this position the log says something else."
    try:
        checkpoint = read_note(inclusion["checkpoint"]).checkpoint
        leaf = leaf_of(Row(row["position"], UUID(row["stream"]), row["version"], row["name"], state), FIRST)
        root = root_by_inclusion(
            leaf, done["at"] - 1, checkpoint.size, [base64.b64decode(each) for each in inclusion["proof"]]
        )
    except (BadNote, BadProof) as wrong:
        return str(wrong) or "The signed head cannot be read."
    return "" if root == checkpoint.root else "The row is not what the service signed."


def exit_code(orders: list[dict[str, Any]]) -> int:
    """Dropped orders owe nothing. Where there is none, nothing was carried out."""
    if not orders or any(order["phase"] in {"requested", "confirmed"} for order in orders):
        return NOT_CARRIED_OUT
    return NOT_PROVEN if any(done["unproven"] for order in orders for done in order["carried_out"]) else 0


def lines(order: Mapping[str, Any]) -> Iterator[str]:
    """One order, for people."""
    yield f"Order {order['order']}: {order['court']}, {order['number']}, of {shown(order['ordered_at'])}"
    yield f"  about person {', '.join(order['persons'])}"
    yield f"  {order['phase']}" + (
        f"; still to answer: {', '.join(order['outstanding'])}" if order["outstanding"] else ""
    )
    for done in order["carried_out"]:
        where = f" at positions {', '.join(map(str, done['positions']))}" if done["positions"] else ""
        yield f"  {done['service']}, {shown(done['said_at'])}: keys {done['keys']}, texts {done['fields']}{where}"
        told = f"NOT PROVEN: {done['unproven']}" if done["unproven"] else "proven"
        yield f"    said at position {done['at']} of its log, event {done['event']}: {told}"
    if order["carried_out"]:
        yield "  what remains:"
        yield from (f"    {each}" for each in REMAINS)
