"""`muster what-if`: the clocks there were, run under other rule files. Nothing is changed."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from contracts.jurisdictions import DataRefused, Jurisdiction
from contracts.jurisdictions.loader import load
from deploy.command_line.asking import Asked, Services, Unanswered, asking_options, give_up
from deploy.command_line.options import print_json
from deploy.command_line.times import shown
from services.audit.compliance.row import ClockRow
from services.audit.compliance.what_if import Difference
from services.audit.compliance.what_if import what_if as run_under
from services.kernel.http.exporting import file_of

PAGE = 500
NOT_HELD_TOGETHER = 1
WORDS = {
    "met": "met",
    "missed": "missed",
    "lawfully_missed": "lawfully missed",
    "excused": "excused",
    "open": "open",
    "no_clock": "no clock",
    "cannot_tell": "cannot be told",
}


@click.command("what-if", short_help="Run the clocks there were under other rule files, and see what differs.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rule", default="", metavar="C06", help="Only the clocks of this rule.")
@click.option("--since", default="", metavar="2026-01", help="Only clocks that began in this month or later.")
@click.option("--until", default="", metavar="2026-12", help="Only clocks that began in this month or earlier.")
@click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write each clock that differs to this file."
)
@asking_options
def what_if(
    folder: Path,
    rule: str,
    since: str,
    until: str,
    file: Path | None,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Run every clock that the auditors' copy has under the rules in FOLDER, a state's folder as `muster rules --files`
    reads it: when each would have been due, and how it would have ended by what was done, and when.

    The files are read and checked, and put nowhere; no clock, no rule and no case is changed. It says what becomes of
    the deadlines, not what people would have done had they been told of others. Only auditors may.

    \b
    Examples
      muster what-if ./my-changes --sign-in auditor                        all of them
      muster what-if ./my-changes --rule C06 --since 2026-01               one rule, from a month on
      muster what-if ./my-changes --csv differs.csv --sign-in auditor      each clock, as a file

    \b
    Ends with
      0  told                                   7  Muster is not running here
      1  the files do not hold together         8  not signed in, or not an auditor
      2  wrong use of the command
    """
    try:
        tables = load(folder)
    except DataRefused as refused:
        give_up(Unanswered(str(refused), NOT_HELD_TOGETHER), as_json=as_json)
    try:
        with Services(Asked(data, demonstration, sign_in, as_json)) as services:
            found = _difference(services, tables, {"rule": rule, "since": since, "until": until})
    except Unanswered as why:
        give_up(why, as_json=as_json)
    if file is not None:
        with file.open("wb") as into:
            into.writelines(file_of(_Changed, [_flat(each) for each in msgspec.to_builtins(found.changed)]))
    if as_json:
        print_json(msgspec.to_builtins(found))
    else:
        click.echo(page(found))


class _Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the file."""

    rule: str
    case: str | None
    clock: str
    began_at: str
    due_at: str
    new_due_at: str | None
    outcome: str
    then: str


def page(found: Difference) -> str:
    """In short: what moved to what, and then each clock of which the outcome differs."""
    if not found.changed:
        return f"Of {found.clocks} clocks none would have been due at another time."
    lines = [f"Of {found.clocks} clocks {len(found.changed)} would have been due at another time, or not at all.", ""]
    lines += [f"{'rule':<6}{'as it was':<18}{'under these rules':<20}clocks"]
    lines += [f"{each.rule:<6}{WORDS[each.outcome]:<18}{WORDS[each.then]:<20}{each.clocks}" for each in found.moved]
    otherwise = [each for each in found.changed if each.outcome != each.then]
    if otherwise:
        lines += ["", "Those that would have ended otherwise:"]
    for each in otherwise:
        due = f"due {shown(each.new_due_at.isoformat())}" if each.new_due_at is not None else "no clock"
        of = f"case {each.case}" if each.case is not None else "of no case"
        lines.append(f"{each.rule:<6}{of}: {WORDS[each.outcome]}, due {shown(each.due_at.isoformat())}")
        lines.append(f"      under these rules {WORDS[each.then]}, {due}")
    return "\n".join(lines)


def _difference(services: Services, tables: Jurisdiction, asked: dict[str, str]) -> Difference:
    pages = list(_pages(services, {name: value for name, value in asked.items() if value}))
    clocks = [msgspec.convert(each, ClockRow) for answer in pages for each in answer["clocks"]]
    # A clock that came in while the pages were read pushes others over to the next one.
    once = {each.clock: each for each in clocks}
    return run_under(once.values(), tables, datetime.fromisoformat(pages[0]["as_of"]))


def _pages(services: Services, asked: dict[str, str]) -> Iterator[dict[str, Any]]:
    skip, total = 0, 1
    while skip < total:
        answer = services.get("audit", "/compliance/clocks", {**asked, "limit": str(PAGE), "skip": str(skip)})
        yield answer
        skip, total = skip + PAGE, answer["total"]


def _flat(each: dict[str, Any]) -> _Changed:
    return msgspec.convert(each, _Changed)
