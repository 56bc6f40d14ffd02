"""`muster explain`: why each clock of a record is due when it is, by law and step by step."""

import textwrap
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from contracts.rules import KEPT_BY
from deploy.command_line.asking import REFUSED, Asked, Services, Unanswered, asking_options, give_up
from deploy.command_line.options import print_json
from deploy.command_line.times import shown

WIDTH = 100
# What comes on record within five minutes came as it happened.
LATE_AFTER = timedelta(minutes=5)
OF_A_CASE = {"rapid_assessment": "/teams/of-tip/{case}/clocks", "tips": "/tips/{case}/clocks"}
ATTESTATION = "attestation"
OF_THE_OWN_AGENCY = ("identity", "/attestation/clocks")
OF_A_RECORD = {
    "kit": ("forensic_clinic", "/kits/{of}/clocks"),
    "incident": ("identity", "/incidents/{of}/clocks"),
    "account": ("identity", "/accounts/{of}/clocks"),
    "week": ("audit", "/reviews/{of}/clocks"),
}
LEFT_OUT = {"saturday": "a Saturday", "sunday": "a Sunday", "day_of_event": "the day it happened"}
STATES = {
    "running": "running",
    "extended": "extended, running",
    "met": "done in time",
    "missed": "missed",
    "lawfully_noticed": "missed, lawfully noticed",
    "excused": "fell away",
    "found_met": "recorded as missed, in truth done in time",
    "found_missed": "entered as done in time, in truth late",
}


@click.command(short_help="Say why each clock of a case is due when it is.")
@click.argument("case", required=False, metavar="CASE")
@click.argument("clock", required=False, metavar="[CLOCK]")
@click.option("--kit", "of", flag_value="kit", help="CASE is the reference of an evidence kit.")
@click.option("--incident", "of", flag_value="incident", help="CASE is the reference of a security incident.")
@click.option("--account", "of", flag_value="account", help="CASE is an account that was closed.")
@click.option("--week", "of", flag_value="week", help="CASE is the review of a week's reading.")
@click.option("--attestation", "of", flag_value=ATTESTATION, help="Of your own agency: there is no CASE to name.")
@click.option("--opening", type=click.UUID, help="CASE is a case's tip: the review of this emergency opening of it.")
@click.option("--accused", type=click.UUID, help="CASE is a prosecution's case: the clocks of this accused of it.")
@asking_options
def explain(
    case: str | None,
    clock: str | None,
    of: str | None,
    opening: UUID | None,
    accused: UUID | None,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Say of the clocks of a CASE, the reference of its tip, what each began with, by which law, and how its time was
    counted: every day left out, every change of the state's clocks, warnings, and what became of it.

    CLOCK is one of them: C06, or C06-2 for the second of its rule. What you may read of the case you may have
    explained; each time is put on record.

    \b
    Examples
      muster explain CASE --sign-in coordinator             every clock of the team and its reports
      muster explain CASE C06 --sign-in coordinator         the team's alone
      muster explain KIT --kit --sign-in nurse              an evidence kit's
      muster explain CASE --accused ACCUSED --sign-in da    an accused's
      muster explain WEEK --week --sign-in auditor          a week's review of reading
      muster explain --attestation --sign-in admin          your agency's quarters of answering for its accounts
      muster explain C84-2 --attestation --sign-in admin    the second of them

    \b
    Ends with
      0  explained                   7  Muster is not running here
      1  no such case or clock       8  not signed in, or not for your role
      2  wrong use of the command
    """
    reference, clock = named(case, clock, of)
    try:
        with Services(Asked(data, demonstration, sign_in, as_json)) as services:
            found = _asked(services, places(reference, clock, of, opening=opening, accused=accused), clock)
    except Unanswered as why:
        give_up(_said_of_a_clock(why), as_json=as_json)
    if as_json:
        print_json(found)
    else:
        click.echo("\n\n".join(page(each) for each in found) or "No clock was ever started here.")


def named(case: str | None, clock: str | None, of: str | None) -> tuple[UUID | None, str | None]:
    """What is asked of, and which clock of it. Raises `UsageError`."""
    if of == ATTESTATION:
        if clock is not None:
            raise click.UsageError("Your agency's attestation has no CASE: name the clock alone, or nothing.")
        return None, case
    if case is None:
        raise click.UsageError("Name the CASE.")
    try:
        return UUID(case), clock
    except ValueError:
        raise click.UsageError(f"{case!r} is no reference of a case.") from None


def places(
    case: UUID | None, clock: str | None, of: str | None, *, opening: UUID | None, accused: UUID | None
) -> dict[str, str]:
    """Where to ask, by service."""
    if of == ATTESTATION:
        return dict((OF_THE_OWN_AGENCY,))
    if of is not None:
        service, path = OF_A_RECORD[of]
        return {service: path.format(of=case)}
    if opening is not None:
        return {"tips": f"/tips/{case}/openings/{opening}/clocks"}
    if accused is not None:
        return {"prosecution": f"/cases/{case}/accused/{accused}/clocks"}
    keeper = KEPT_BY.get((clock or "").partition("-")[0])
    return {service: path.format(case=case) for service, path in OF_A_CASE.items() if keeper in {None, service}}


def _asked(services: Services, places: dict[str, str], clock: str | None) -> list[dict[str, Any]]:
    """What one service shows and another hides is told all the same. Raises `Unanswered` where none shows any."""
    found: list[dict[str, Any]] = []
    hidden: list[Unanswered] = []
    for service, path in places.items():
        try:
            found += [services.get(service, f"{path}/{clock}")] if clock else services.get(service, path)
        except Unanswered as why:
            if why.status not in {403, 404}:
                raise
            hidden.append(why)
    if len(hidden) == len(places):
        raise hidden[0] if hidden else Unanswered("There is no such clock of a case.", REFUSED)
    return found


def page(clock: dict[str, Any]) -> str:
    """One clock, for reading."""
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False) for line in lines_of(clock)
    )


def lines_of(clock: dict[str, Any]) -> Iterator[str]:
    """What the page of the console says, in English."""
    rule, trigger, way = clock["rule"], clock["trigger"], clock["arithmetic"]
    state, marks = STATES.get(clock["state"], clock["state"]), f"{rule['confidence']}/{rule['period_confidence']}"
    yield f"{clock['clock']}  {rule['name']}: due {shown(clock['due_at'])}, {state}"
    yield f"  law: {rule['citation']}; version {rule['version']}, {rule['kind']}, {marks}"
    yield f"  counts from {shown(clock['since'])}; {rule['within']}"
    yield f"  began with {trigger['name']}, entry {trigger['position']}, recorded {shown(trigger['recorded_at'])}"
    if way is None:
        yield "  as it was counted then; the files would give another time by now:"
        yield from (f"    {line}" for line in clock["recorded"])
    else:
        yield from (f"    {line}" for line in _way(way))
    for each in clock.get("trial_days", ()):
        yield from (f"  {line}" for line in _trial_days(each))
    for each in clock["warnings"]:
        yield f"  warning {shown(each['at'])}: {'given' if each['given'] else 'not given'}"
    for each in clock["course"][1:]:
        yield f"  {' '.join(_became(each))}"


def _way(way: dict[str, Any]) -> Iterator[str]:
    for step in way["steps"]:
        since = datetime.fromisoformat(step["since"])
        if step["why"] == "counted" and way.get("days") is not None:
            yield f"{step['since']} to {step['until']}: {step['counted_seconds'] // 86_400} days count"
        elif step["why"] == "counted":
            yield f"{step['since']} to {step['until']}: {step['counted_seconds'] / 3600:g} h count"
        else:
            why = LEFT_OUT.get(step["why"]) or f"{step['holiday']} ({step['citation']})"
            yield f"{since:%a %Y-%m-%d} does not count: {why}"
    for turn in way["turned"] if way.get("days") is None else ():
        ends = datetime.fromisoformat(way["ends"]["at"])
        yield f"clocks go {turn['way']} from {turn['before']} to {turn['after']}: it ends at {ends:%H:%M} by the wall"
    for year in way["unknown_years"]:
        yield f"the state holidays of {year} are not on file: none was left out in that year"


def _trial_days(count: dict[str, Any]) -> Iterator[str]:
    yield f"count {count['count'][:8]}, arraigned {count['arraigned_on']}:"
    for span in count["spans"]:
        stretch = f"  {span['since']} to {span['until']}: {span['days']} days"
        off = f"do not count: motion of {span['motion'] or 'whom is not on file'}, {span['ground'].replace('_', ' ')}"
        yield f"{stretch} {'count' if span['counts'] else off}"
    unplaced = f", of which {count['unplaced']} were put off" if count["unplaced"] else ""
    yield f"  counted {count['counted']} of {count['allowed']}{unplaced}; left: {count['left']}"


def _became(each: dict[str, Any]) -> Iterator[str]:
    yield f"{each['what'].replace('_', ' ')} {shown(each['happened_at'])}"
    if each["what"] in {"extended", "recomputed"}:
        yield f"until {shown(each['due_at'])}"
    if each["by"]:
        yield f"by account {each['by']} of {each['agency']}"
    if each["reason"]:
        yield f"because: {each['reason'].replace('_', ' ')}"
    late = datetime.fromisoformat(each["recorded_at"]) - datetime.fromisoformat(each["happened_at"])
    if late >= LATE_AFTER:
        yield f"(recorded {shown(each['recorded_at'])}, {late.total_seconds() / 3600:.1f} h later)"


def _said_of_a_clock(why: Unanswered) -> Unanswered:
    if why.status != 404:
        return why
    return Unanswered("There is no such clock that you can open: check the references.", why.exit_code, why.status)
