"""`muster rules`: the rules this house goes by, as the state's files say them."""

import textwrap
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import click
import msgspec

from contracts.jurisdictions import DataRefused, Jurisdiction, load_mississippi
from contracts.jurisdictions.listing import ListedRule, ToLookAt, listed, to_look_at
from contracts.jurisdictions.loader import load
from deploy.command_line.options import json_option, print_json

WIDTH = 100
MARGIN = " " * 7
STANDING = {
    "on": "kept",
    "advisory": "advice: shown, no clock runs",
    "off": "off: asks nothing",
    "waiting": "waits for its part",
}


@click.command(short_help="Read the rules: what is due when, by which law, and how sure that is.")
@click.option("--rule", "number", metavar="C06", help="One rule, whole, with every version.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only what is in force that day.")
@click.option(
    "--files",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read this folder instead, and say what is wrong with it: for files that are being changed.",
)
@json_option
def rules(number: str | None, on: datetime | None, files: Path | None, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Read the rules: what is due when, by which law, how sure that is, who keeps it, and what waits for its part.

    Nothing needs to run. Confidence: V the text was read, S a secondary source says so, U unverified; where there are
    two marks, the second is of the number.

    \b
    Examples
      muster rules                          every rule, in short
      muster rules --rule C22               one, whole
      muster rules --on 2027-01-01          what is in force on a day
      muster rules --files ./my-changes     check files before they are put in place

    \b
    Ends with
      0  read
      1  the files do not hold together, or there is no such rule
      2  wrong use of the command
    """
    try:
        tables = load_mississippi() if files is None else load(files)
    except DataRefused as refused:
        _end(str(refused), as_json=as_json)
    found = [each for each in listed(tables, on.date() if on else None) if number in {None, each.rule}]
    if not found:
        _end(f"There is no rule {number} on file." if number else "No rule was in force then.", as_json=as_json)
    if as_json:
        print_json(msgspec.to_builtins({"rules": found, "to_look_at": to_look_at(tables)}))
    else:
        click.echo("\n\n".join(whole(each) if number else short(each) for each in found))
        if number is None:
            click.echo("\n" + runs_out(tables, to_look_at(tables)))


def short(rule: ListedRule) -> str:
    """In three lines."""
    marks = rule.confidence + (f"/{rule.period_confidence}" if rule.period_confidence else "")
    return "\n".join(
        [
            _filled(f"{rule.rule:<7}{rule.name}: {rule.due}"),
            _filled(f"{MARGIN}{rule.citation} ({rule.kind}, {marks})"),
            _filled(f"{MARGIN}version {rule.version}, {in_force(rule)}; {standing(rule)}"),
        ]
    )


def whole(rule: ListedRule) -> str:
    """Everything its row says."""
    said = {
        "starts when": rule.starts_when,
        "due": rule.due,
        "who acts": rule.who_acts or "anyone",
        "told": ", ".join(rule.told) or "nobody by itself",
        "met by": rule.met_by,
        "while not met": rule.otherwise,
        "source": rule.source,
        "read again by": rule.review_by.isoformat() if rule.review_by else "no day set",
        "note": rule.note or "none",
    }
    lines = [_filled(f"{MARGIN}{what}: {words}") for what, words in said.items()]
    return "\n".join([short(rule), *lines])


def standing(rule: ListedRule) -> str:
    """What is done about it here, and by whom."""
    if rule.standing == "on":
        return f"kept by {rule.kept_by}" if rule.kept_by else STANDING["waiting"]
    return STANDING[rule.standing]


def in_force(rule: ListedRule) -> str:
    """From when until when."""
    until = f" until {rule.in_force_until}" if rule.in_force_until else ""
    return f"in force from {rule.in_force_from}{until}"


def runs_out(tables: Jurisdiction, found: ToLookAt) -> str:
    """What must be looked at, with its day."""
    lines = [f"State holidays are on file until {found.holidays_until or 'no year'}."]
    lines += [
        f"Of {each.counties} counties the {each.court} district is not on file after {each.until}."
        for each in found.courts
    ]
    lines += [f"{rule} is to be read again by {day}." for rule, day in found.reviews]
    return "\n".join([f"To look at in the files of {tables.state.state}:", *(f"  {line}" for line in lines)])


def holidays_missing(tables: Jurisdiction, today: date) -> int | None:
    """The next year whose holidays are needed soon and not on file; None when all is well."""
    until = max(tables.holidays.years, default=today.year - 1)
    return until + 1 if until <= today.year else None


def _filled(text: str) -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent=MARGIN, break_on_hyphens=False)


def _end(sentence: str, *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"event": "failed", "sentence": sentence, "exit_code": 1})
    click.echo(sentence, err=True)
    raise SystemExit(1)
