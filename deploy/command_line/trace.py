"""`muster trace`: what each command of a case led to, service by service, and how long it took."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import msgspec

from deploy.command_line.options import data_folder, data_option, print_json
from deploy.command_line.times import CENTRAL
from deploy.embedded.folder import DataFolder

NAME_WIDTH = 62
PART_OF_A_SPAN = 1_000_000


class Span(msgspec.Struct, frozen=True):
    """One thing a service did. Times are in nanoseconds since 1970 by the machine's clock, whatever time is told."""

    id: str
    parent: str
    service: str
    name: str
    start: int
    end: int
    attributes: dict[str, str]
    links: tuple[str, ...]
    failed: bool


class Branch(msgspec.Struct, frozen=True):
    """A span with what it led to, in order of time. `cause_found` is False where its own cause is in no file."""

    span: Span
    cause_found: bool
    led_to: list["Branch"]


@click.command(short_help="Show what a case's commands led to, and how long it took.")
@click.argument("case", type=click.UUID)
@click.option("--demonstration", is_flag=True, help="Look at the demonstration instead.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for machines.")
@data_option
def trace(case: UUID, data: Path | None, demonstration: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Show what each command of a case led to: from HTTP to the log, over the relay into other services.

    CASE is the reference of its first tip. Read from the files in the data folder's traces, which are bounded: the
    oldest spans go first. They hold references and times, and no name. A span is there about a second after its end.

    \b
    Ends with
      0  shown                       2  wrong use of the command
      1  no span of such a case
    """
    folder = DataFolder(data_folder(data, "demonstration" if demonstration else "real"), "real").traces
    branches = trees(spans_of(case, folder))
    if as_json:
        print_json({"case": str(case), "trees": msgspec.to_builtins(branches)})
    elif branches:
        click.echo("\n".join(page(branches)))
    if not branches:
        click.echo(f"No span of case {case} is in {folder}: check the reference, or wait a second.", err=True)
        raise SystemExit(1)


def spans_of(case: UUID, folder: Path) -> list[Span]:
    """Every span of the case's trace, from all services' files, in order of time."""
    found = [span for file in sorted(folder.glob("*.jsonl*")) for span in _spans_in(file, case.hex)]
    return sorted(found, key=lambda span: span.start)


def trees(spans: Sequence[Span]) -> list[Branch]:
    """Below each span what it led to. A span whose cause was killed before it was written stands on its own."""
    known = {span.id for span in spans}
    below: dict[str, list[Span]] = {}
    for span in spans:
        below.setdefault(span.parent if span.parent in known else "", []).append(span)

    def branch(span: Span) -> Branch:
        return Branch(span, not span.parent or span.parent in known, [branch(each) for each in below.get(span.id, ())])

    return [branch(span) for span in below.get("", ())]


def page(branches: Sequence[Branch]) -> Iterator[str]:
    """For reading: when each began after the first of its tree, how long it took, where, and what."""
    for tree in branches:
        began = datetime.fromtimestamp(tree.span.start / 1e9, UTC).astimezone(CENTRAL)
        yield f"{began:%a %Y-%m-%d %H:%M:%S %Z}" + ("" if tree.cause_found else "  (what led to it was not written)")
        yield from _lines(tree, tree.span.start, 0)
        yield ""


def _lines(branch: Branch, since: int, depth: int) -> Iterator[str]:
    span = branch.span
    at, took = (span.start - since) / PART_OF_A_SPAN, (span.end - span.start) / PART_OF_A_SPAN
    name = f"{'  ' * depth}{span.name}{'  FAILED' if span.failed else ''}"
    follower = span.attributes.get("muster.follower", "")
    yield f"  {at:>9.1f} ms {took:>9.1f} ms  {name:<{NAME_WIDTH}} {span.service} {follower}".rstrip()
    for each in branch.led_to:
        yield from _lines(each, since, depth + 1)


def _spans_in(file: Path, trace_id: str) -> Iterator[Span]:
    wanted = trace_id.encode()
    with file.open("rb") as lines:
        for line in lines:
            if wanted in line:
                yield from _spans_on(line, trace_id)


def _spans_on(line: bytes, trace_id: str) -> Iterator[Span]:
    try:
        batch = msgspec.json.decode(line)
    except msgspec.DecodeError:
        # Cut short by a kill or a full disk.
        return
    for resource in batch["resourceSpans"]:
        service = _attributes(resource["resource"])["service.name"]
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                if span["traceId"] == trace_id:
                    yield _span(service, span)


def _span(service: str, span: Mapping[str, Any]) -> Span:
    return Span(
        id=span["spanId"],
        parent=span.get("parentSpanId", ""),
        service=service,
        name=span["name"],
        start=int(span["startTimeUnixNano"]),
        end=int(span["endTimeUnixNano"]),
        attributes=_attributes(span),
        links=tuple(link["traceId"] for link in span.get("links", ())),
        failed="status" in span,
    )


def _attributes(of: Mapping[str, Any]) -> dict[str, str]:
    return {each["key"]: str(next(iter(each["value"].values()))) for each in of.get("attributes", ())}
