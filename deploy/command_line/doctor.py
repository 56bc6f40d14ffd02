"""`muster doctor`: whether all is well, and what to do when it is not."""

import contextlib
import fcntl
import http
import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from contracts.jurisdictions import DataRefused, load_mississippi
from deploy.command_line.options import data_folder, data_option, json_option, port_base, print_json
from deploy.command_line.rules import holidays_missing
from deploy.command_line.times import shown
from deploy.embedded.binaries import INSTALL_NATS, INSTALL_POSTGRES, nats_candidates, postgres_candidates
from deploy.embedded.errors import StackError
from deploy.embedded.folder import LEAST_FREE_BYTES, Kind, read_mark
from deploy.embedded.heartbeat import FILE, STATE, BadRecipient, read_beats, read_recipient
from deploy.embedded.installation import HOST, MAILBOX_PORT, NATS_PORT, POSTGRES_PORT, SUPERVISOR_PORT
from deploy.embedded.listening import Told, read_told, status
from deploy.embedded.stack import port_is_free
from deploy.topology import HOUSE
from services.kernel.listening import BadCertificate, check_certificate, ends_at

OLDEST_PYTHON = (3, 11)
LATE_AFTER_BEATS = 3
START_SECONDS = 30
RENEW_BEFORE = timedelta(days=30)


class Finding(NamedTuple):
    """One thing looked at. `advice` says what to do, and is empty when all is well."""

    what: str
    found: str
    advice: str = ""


@click.command()
@data_option
@click.option("--demonstration", is_flag=True, help="Look at the demonstration instead.")
@json_option
def doctor(data: Path | None, demonstration: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Look whether all is well; change nothing.

    Looks at Python, the servers' programs, the data folder, the disk, the ports and, when Muster runs, at each service.

    Ends with 0 when all is well, with 1 when something needs doing; each such line says what.
    """
    kind: Kind = "demonstration" if demonstration else "real"
    findings = list(look(data_folder(data, kind).absolute(), kind, port_base(kind)))
    ill = [each for each in findings if each.advice]
    if as_json:
        print_json({"well": not ill, "findings": [each._asdict() for each in findings]})
    else:
        for each in findings:
            click.echo(f"{'not well' if each.advice else 'well':<10}{each.what}: {each.found}")
            if each.advice:
                click.echo(f"{'':<10}→ {each.advice}")
        click.echo(f"\n{len(ill)} of {len(findings)} need doing." if ill else "\nAll is well.")
    raise SystemExit(1 if ill else 0)


def look(folder: Path, kind: Kind, base: int) -> Iterator[Finding]:
    """Everything the doctor looks at, in the order a start would stumble over it."""
    yield _python()
    yield _program("PostgreSQL", any(each.path.exists() for each in postgres_candidates()), INSTALL_POSTGRES)
    yield _program("nats-server", any(each.path.exists() for each in nats_candidates()), INSTALL_NATS)
    yield _rules()
    yield from _folder(folder, kind)
    yield _disk(folder)
    yield _heartbeat(folder, runs=_runs(folder))
    yield from _certificate(folder)
    if _runs(folder):
        yield from (_service(service.name, base + service.port, folder) for service in HOUSE)
    else:
        wanted = {
            "the supervisor": base + SUPERVISOR_PORT,
            "PostgreSQL": base + POSTGRES_PORT,
            "nats-server": base + NATS_PORT,
        }
        if kind == "demonstration":
            wanted["the demonstration's mailbox"] = base + MAILBOX_PORT
        wanted |= {service.name: base + service.port for service in HOUSE}
        yield from (_port(name, port) for name, port in wanted.items())


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    fits = sys.version_info >= OLDEST_PYTHON
    return Finding("Python", found, "" if fits else "Install Python 3.11 or newer and run `make run` again.")


def _rules() -> Finding:
    """Without a year of holidays a due time that leaves them out comes earlier than the law's."""
    what = "rules"
    try:
        tables = load_mississippi()
    except DataRefused as refused:
        return Finding(what, "the files do not hold together", f"{refused} No service starts with them.")
    missing = holidays_missing(tables, datetime.now(UTC).date())
    found = f"{tables.state.state}, state holidays until {max(tables.holidays.years, default='no year')}"
    return Finding(what, found, f"Enter the state holidays of {missing} in holidays.csv." if missing else "")


def _program(name: str, there: bool, advice: str) -> Finding:  # noqa: FBT001 - read aloud it is clear at both calls
    return Finding(name, "found" if there else "not found", "" if there else advice)


def _folder(folder: Path, kind: Kind) -> Iterator[Finding]:
    what = f"data folder {folder}"
    try:
        mark = read_mark(folder)
    except StackError as error:
        yield Finding(what, "cannot be used", str(error))
        return
    if mark is None:
        yield Finding(what, "not made yet; the first start makes it")
        return
    wrong_kind = f"Name another folder, or {'add' if mark.kind == 'demonstration' else 'leave out'} --demonstration."
    yield Finding(what, f"a {mark.kind} folder, format {mark.format}", "" if mark.kind == kind else wrong_kind)
    open_to_others = [path for path in _private_paths(folder) if path.exists() and path.stat().st_mode & 0o077]
    advice = f"Others can read it. Run: chmod -R go= {folder / 'secrets'}" if open_to_others else ""
    yield Finding("secrets", f"{len(open_to_others)} files or folders open to others", advice)


def _private_paths(folder: Path) -> Iterator[Path]:
    yield folder / "secrets"
    yield from (folder / "secrets").rglob("*")


def _disk(folder: Path) -> Finding:
    place = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(place).free
    advice = "" if free >= LEAST_FREE_BYTES else f"Free at least {LEAST_FREE_BYTES // 1_000_000} MB on that disk."
    return Finding("disk", f"{free // 1_000_000} MB free", advice)


def _heartbeat(folder: Path, *, runs: bool) -> Finding:
    """Without one, nobody outside learns that the house stands still; that is for its operator to decide."""
    what = "sign of life to the outside"
    try:
        recipient = read_recipient(folder / "secrets" / FILE)
    except BadRecipient as why:
        return Finding(what, "cannot be sent", str(why))
    if recipient is None:
        return Finding(what, f"not set up (see deploy/observed/README.md; it goes into {folder / 'secrets' / FILE})")
    beats = read_beats(folder / "run" / STATE)
    sent = datetime.fromtimestamp(beats.sent_at, UTC)
    found = f"last sent {shown(sent.isoformat())}" if beats.sent_at else "never sent as yet"
    if not runs:
        return Finding(what, found)
    if beats.withheld:
        return Finding(what, f"{found}, and withheld", f"Stands still: {', '.join(beats.withheld)}.")
    late = datetime.now(UTC) - sent > timedelta(seconds=LATE_AFTER_BEATS * recipient.every_seconds + START_SECONDS)
    advice = "It was set up just now, or the supervisor hangs: look again in a minute, then start Muster anew."
    return Finding(what, found, advice if late else "")


def _runs(folder: Path) -> bool:
    try:
        with (folder / "run" / "supervisor.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except BlockingIOError:
        return True
    except OSError:
        return False


def _certificate(folder: Path) -> Iterator[Finding]:
    """What the house was told when it was started last; a renewed certificate is served within a minute."""
    what = "listening"
    told = next(iter(_all_told(folder).values()), None)
    if told is None:
        return
    files = told.certificate
    if files is None:
        yield Finding(what, "on this machine only, without a certificate")
        return
    yield Finding(what, f"on {told.http_host} by TLS, opened as {told.origin}")
    what = f"certificate {files.file}"
    try:
        ends = ends_at(files)
        check_certificate(files, told.origin)
    except BadCertificate as why:
        yield Finding(what, "cannot be used", str(why))
        return
    soon = ends - datetime.now(UTC) < RENEW_BEFORE
    advice = "Get a new one and put it and its key in the same places: it is served within a minute." if soon else ""
    yield Finding(what, f"ends {shown(ends.isoformat())}", advice)


def _all_told(folder: Path) -> Mapping[str, Told]:
    found = {}
    for service in HOUSE:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            found[service.name] = read_told(folder / "services" / f"{service.name}.json")
    return found


def _service(name: str, port: int, folder: Path) -> Finding:
    told = _all_told(folder).get(name, Told(HOST, port))
    try:
        answer = status(f"{told.place}/health/ready", told.listening.asking(), within=3)
    except BadCertificate:
        answer = None
    match answer:
        case None:
            found = "does not answer"
        case http.HTTPStatus.OK:
            found = "ready"
        case _:
            found = f"answers {answer}, so it is not ready"
    log = folder / "logs" / f"{name}.log"
    advice = f"It is started again by itself; when that does not help, read the end of {log}."
    return Finding(name, f"{found} (port {port})", "" if found == "ready" else advice)


def _port(name: str, port: int) -> Finding:
    free = port_is_free(port)
    advice = f"End the program that uses port {port}, or choose other ports with MUSTER_PORT_BASE."
    return Finding(f"port {port} for {name}", "free" if free else "in use", "" if free else advice)
