"""`muster verify` and `muster findings`: whether every log, and the auditors' copy of it, is what it must be."""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from deploy.command_line.asking import NOT_RUNNING, Asked, Services, Unanswered, asking_options, give_up
from deploy.command_line.options import print_json
from deploy.command_line.times import shown
from deploy.embedded.installation import ANCHOR, STAMPS
from deploy.topology import SERVICES
from services.kernel.proof.notes import BadNote, Checkpoint, Note, read_note
from services.kernel.proof.stamping import Authority, NotStamped, read_authority, stamped_at

FOUND = 1
NOT_ALL_ANSWERED = 9
NO_ANSWER = (404, 503)
HEADS_LIMIT = 200
STAMPS_LIMIT = 20
# A log of a million rows is read in minutes.
READ_WITHIN_SECONDS = 3600.0

NAMES = tuple(each.name for each in SERVICES)
WIDTH = max(len(name) for name in NAMES)

KINDS = {
    "gap": "never arrived in the copy",
    "missing_here": "missing from the copy",
    "missing_there": "missing from the service's own log",
    "not_the_same": "not the same in log and copy",
    "reordered": "the same rows, at other positions",
    "behind": "not yet in the copy, which does not come on: see `muster doctor` and `muster parked list`",
    "skipped": "in neither log nor copy, though later ones are",
    "out_of_time": "recorded before its predecessor",
    "version_skipped": "the event before it in its stream is not there",
    "rewritten": "no longer what the log held when it was last whole",
    "root_differs": "not what the service signed of them",
    "rolled_back": "signed by the service, and no longer in its log",
    "forked": "signed a second time, with another past",
    "copy_changed": "in the copy not what the service signed of them",
}
HOW = {
    "": "OPEN",
    "road": "filled: the service published it again",
    "rows": "filled from the service's own rows",
    "seen_whole": "whole again",
    "restored": "restored on order, see `muster restore list`",
}


class Verified(NamedTuple):
    """One service: the audit service's answer, or why there is none."""

    service: str
    answer: dict[str, Any]
    why: str = ""


@click.command(short_help="Compare every log with the auditors' copy of it.")
@click.argument("service", nargs=-1, type=click.Choice(NAMES), metavar="[SERVICE]...")
@click.option(
    "--heads",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder of signed heads that were kept elsewhere: an anchor, or a witness's own. May be given again.",
)
@asking_options
def verify(
    service: tuple[str, ...],
    heads: tuple[Path, ...],
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Compare the log of each SERVICE (of all, when none is named) with the auditors' copy, row by row.

    Also looks, without opening anything sealed, whether positions and versions follow one another without gaps and
    nothing was recorded before its predecessor. The hash tree of the log is made anew from its rows and held against
    every head that was signed of it and countersigned, and against those in the folders of --heads and the one the
    house anchors them in (newest two hundred). Rows the copy lacks are put in; rows that differ are left as they are
    on both sides. All that is found is put on record and stays open until it is seen to be whole.

    A fingerprint stands for the whole log up to its position. Written down, it can be compared with that of another
    day: as long as the position is the same, it must be the same.

    \b
    Examples
      muster verify --sign-in auditor          all services
      muster verify tips identity --json       two of them, for machines
      muster verify --heads /media/usb/anchor  also against heads that lie elsewhere
      muster findings                          what stands open

    \b
    Ends with
      0  all the same                          7  Muster is not running here
      1  something was found, also if filled   8  not signed in, or not an auditor
      2  wrong use of the command              9  nothing found, but not every service answered
    """
    asked = Asked(data, demonstration, sign_in, as_json)
    verified: list[Verified] = []
    folders = [*heads, *anchored_in(asked.folder)]
    try:
        authority = authority_of(asked.folder)
        with Services(asked) as services:
            for name in service or NAMES:
                stamps = stamps_of(name, folders) + stamp_kept(services, name) if authority else []
                signed = newest_heads(name, folders) + [written for written, _ in stamps]
                verified.append(_verified(services, name, signed[-HEADS_LIMIT:], stamps, authority))
                if not as_json:
                    click.echo("\n".join(_lines(verified[-1])))
    except Unanswered as why:
        give_up(why, as_json=as_json)
    code = _exit_code(verified)
    if as_json:
        services_told = [{"service": each.service, "why": each.why} | each.answer for each in verified]
        print_json({"same": code == 0, "services": services_told, "exit_code": code})
    else:
        click.echo(_summary(verified))
    raise SystemExit(code)


def newest_heads(service: str, folders: Sequence[Path]) -> list[str]:
    """Of a service, those that lie there, the newest two hundred; what is no signed head is passed over."""
    found: dict[Checkpoint, Note] = {}
    for file in (file for folder in folders for file in folder.rglob("*.txt")):
        try:
            note = read_note(file.read_text())
        except (BadNote, OSError, UnicodeDecodeError):
            continue
        if note.checkpoint.origin.endswith(f"/{service}"):
            found[note.checkpoint] = note
    newest = sorted(found, key=lambda each: each.size)[-HEADS_LIMIT:]
    return [found[each].written for each in newest]


def anchored_in(folder: Path) -> list[Path]:
    """Where the house anchors its heads, if anywhere it can be read now."""
    try:
        anchor = Path((folder / "secrets" / ANCHOR).read_text().strip())
    except OSError:
        return []
    return [anchor] if anchor.is_dir() else []


def authority_of(folder: Path) -> Authority | None:
    """The one that stamps this house's heads. Raises `Unanswered` for a file that cannot be read."""
    try:
        return read_authority(folder / "secrets" / STAMPS)
    except NotStamped as why:
        raise Unanswered(f"{why}: mend it and verify again.", FOUND) from why


def stamps_of(service: str, folders: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Of a service's heads that lie there, the newest that are stamped, each with its stamp."""
    found = []
    for file in (file for folder in folders for file in folder.rglob("*.tsr")):
        try:
            written, response = file.with_suffix(".txt").read_text(), file.read_bytes()
            head = read_note(written).checkpoint
        except (BadNote, OSError, UnicodeDecodeError):
            continue
        if head.origin.endswith(f"/{service}"):
            found.append((head.size, written, response))
    return [(written, response) for _, written, response in sorted(found)[-STAMPS_LIMIT:]]


def stamp_kept(services: Services, service: str) -> list[tuple[str, bytes]]:
    """The newest that the service itself has, if any, and if it answers."""
    try:
        kept = services.get(service, "/proof/stamp")
        return [(kept["checkpoint"], b64decode(kept["response"]))]
    except Unanswered as why:
        if why.status not in NO_ANSWER and why.exit_code != NOT_RUNNING:
            raise
        return []


def since_when(stamps: Sequence[tuple[str, bytes]], authority: Authority | None) -> dict[str, Any]:
    """What they show: since when the newest head was there, or what of them does not hold."""
    if authority is None or not stamps:
        return {}
    shown: dict[str, Any] = {}
    for written, response in stamps:
        size = read_note(written).checkpoint.size
        try:
            shown = {"size": size, "at": stamped_at(written.encode(), response, authority).isoformat(), "wrong": ""}
        except NotStamped as why:
            return {"size": size, "at": "", "wrong": str(why)}
    return shown


def _verified(
    services: Services,
    name: str,
    against: Sequence[str],
    stamps: Sequence[tuple[str, bytes]],
    authority: Authority | None,
) -> Verified:
    body = {"source": name, "against": list(against)}
    try:
        answer = services.post("audit", "/comparisons", body, within=READ_WITHIN_SECONDS)
        return Verified(name, answer | {"stamp": since_when(stamps, authority)})
    except Unanswered as why:
        if why.status not in NO_ANSWER:
            raise
        return Verified(name, {}, why.sentence)


def _lines(verified: Verified) -> Iterator[str]:
    name = f"{verified.service:<{WIDTH}}"
    answer = verified.answer
    if verified.why:
        yield f"{name}  NOT COMPARED  {verified.why}"
        return
    if answer["heads_alone"]:
        said = "each continues the one before" if answer["same"] else _findings(answer["met"])
        yield f"{name}  gives its signed heads alone, the last of {answer['known']} rows: {said}"
        yield from (f"{'':<{WIDTH}}  {line}" for each in answer["findings"] for line in _told(each))
        return
    rows = f"{answer['there']} rows, {answer['here']} in the copy" if answer["copied"] else f"{answer['there']} rows"
    whole = "all the same" if answer["copied"] else "in order; nobody keeps a copy of this log"
    yield f"{name}  {rows}: {whole if answer['same'] else _findings(answer['met'])}"
    if answer["fingerprint"]:
        yield f"{'':<{WIDTH}}  fingerprint at {answer['until']}: {answer['fingerprint']}"
    if answer["known"]:
        yield f"{'':<{WIDTH}}  held against {answer['heads']} signed heads, up to {answer['held']} of {answer['known']}"
    if stamp := answer["stamp"]:
        since = f"was there on {shown(stamp['at'])}" if stamp["at"] else f"TIME STAMP DOES NOT HOLD: {stamp['wrong']}"
        yield f"{'':<{WIDTH}}  the head of {stamp['size']} rows {since}"
    yield from (f"{'':<{WIDTH}}  {line}" for each in answer["findings"] for line in _told(each))
    if answer["met"] > len(answer["findings"]):
        yield f"{'':<{WIDTH}}  and more: muster findings {verified.service} --all"


def _told(finding: dict[str, Any]) -> Iterator[str]:
    first, last = finding["first"], finding["last"]
    where = f"position {first}" if first == last else f"positions {first} to {last}"
    when = f", {shown(finding['resolved_at'])}" if finding.get("resolved_at") else ""
    stands = HOW[finding["how"]] + when
    yield f"finding {finding['number']} ({finding['severity']}), {where}: {KINDS[finding['kind']]}; {stands}"
    if finding["there"] and finding["here"]:
        yield f"    the service's: {finding['there']}"
        yield f"    the copy's:    {finding['here']}"


def _findings(count: int) -> str:
    return "1 FINDING" if count == 1 else f"{count} FINDINGS"


def _exit_code(verified: Sequence[Verified]) -> int:
    if any(each.answer and not _well(each.answer) for each in verified):
        return FOUND
    return NOT_ALL_ANSWERED if any(each.why for each in verified) else 0


def _well(answer: dict[str, Any]) -> bool:
    return bool(answer["same"]) and not answer["stamp"].get("wrong")


def _summary(verified: Sequence[Verified]) -> str:
    found = [each.service for each in verified if each.answer and not _well(each.answer)]
    unanswered = [each.service for each in verified if each.why]
    said = []
    if found:
        said.append(
            f"Something was found in {', '.join(found)}. It is on record; `muster findings` lists what is open."
        )
    if unanswered:
        said.append(f"Not compared: {', '.join(unanswered)}. See `muster doctor`, then verify again.")
    if not said:
        said.append("Every log compared is the same as its copy, and in order.")
    return "\n" + "\n".join(said)


@click.command(short_help="List what was found about logs and their copies.")
@click.argument("service", required=False, type=click.Choice(NAMES), metavar="[SERVICE]")
@click.option("--all", "resolved", is_flag=True, help="Also those that were resolved.")
@asking_options
def findings(
    service: str | None,
    resolved: bool,  # noqa: FBT001 - click passes options by name
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """List what was found about the log of SERVICE, or of all, and stands open; the newest 500 first.

    A grave finding says that a service's own record is not what it was: keep both databases as they are, and call
    whoever answers for the house. A loss is mended by `muster verify`; a delay by finding what holds up the road.

    \b
    Examples
      muster findings --sign-in auditor
      muster findings tips --all --json

    \b
    Ends with
      0  listed, whether there are any or not   7  Muster is not running here
      1  refused                                8  not signed in, or not an auditor
      2  wrong use of the command
    """
    params = {"service": service or "", "resolved": str(resolved).lower()}
    try:
        with Services(Asked(data, demonstration, sign_in, as_json)) as services:
            page = services.get("audit", "/findings", params)
    except Unanswered as why:
        give_up(why, as_json=as_json)
    if as_json:
        print_json(page)
        return
    for each in page["findings"]:
        click.echo(f"{each['service']}  {shown(each['found_at'])}")
        click.echo("\n".join(f"    {line}" for line in _told(each)))
    if not page["findings"]:
        click.echo("Nothing was ever found." if resolved else "Nothing stands open.")
    elif page["more"]:
        click.echo("There are more; --json and /findings page on.")
